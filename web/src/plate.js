// All that stands still, drawn once for many frames: set, house and floor as a seat sees them, in a picture larger and finer
// than any frame, of which each frame's window is a cut. The seat never moves, so that the cut is exact.

import {
  GLSL3,
  LinearFilter,
  Mesh,
  OrthographicCamera,
  PlaneGeometry,
  RawShaderMaterial,
  SRGBColorSpace,
  Scene,
  Vector4,
  WebGLRenderTarget,
} from "three";

const FINE = 1.5; // points of the plate for a point of the nearest frame, either way: its edges come out smooth
const NEARER = 1.35; // how much nearer than the widest frame that one may be
const MOST = 1.6e7; // points a plate has at most, or as many frames as this where they are large
const FRAMES = 3;

// As plain as can be, one lookup at the place the corners give: software drivers know a quicker way for just that.
const VERTEX = /* glsl */ `
precision highp float;
uniform vec4 cut;
in vec3 position;
out vec2 vAt;
void main() {
  vAt = cut.xy + cut.zw * ( position.xy * 0.5 + 0.5 );
  gl_Position = vec4( position.xy, 0.0, 1.0 );
}`;

const FRAGMENT = /* glsl */ `
precision highp float;
uniform sampler2D plate;
in vec2 vAt;
out vec4 colour;
void main() {
  colour = texture( plate, vAt );
}`;

const spread = (a, b) => ({
  left: Math.min(a.left, b.left),
  right: Math.max(a.right, b.right),
  bottom: Math.min(a.bottom, b.bottom),
  top: Math.max(a.top, b.top),
});
const within = (a, b) => a.left >= b.left && a.right <= b.right && a.bottom >= b.bottom && a.top <= b.top;

export class Plate {
  constructor(renderer, width, height) {
    this.height = height;
    this.most = Math.max(MOST, FRAMES * width * height);
    this.fine = Math.min(FINE, Math.sqrt(this.most / (FRAMES * width * height)));
    this.room = null;
    this.widest = Math.min(renderer.capabilities.maxTextureSize, 16384);
    this.target = new WebGLRenderTarget(16, 16, { minFilter: LinearFilter, magFilter: LinearFilter });
    // Finished colours, as a frame has them: three draws into such a target as it does into the canvas.
    this.target.isXRRenderTarget = true;
    this.target.texture.colorSpace = SRGBColorSpace;
    this.target.texture.internalFormat = "RGBA8";
    this.scene = new Scene();
    this.camera = new OrthographicCamera();
    this.cut = new Vector4();
    const quad = new Mesh(
      new PlaneGeometry(2, 2),
      new RawShaderMaterial({
        glslVersion: GLSL3,
        uniforms: { plate: { value: this.target.texture }, cut: { value: this.cut } },
        vertexShader: VERTEX,
        fragmentShader: FRAGMENT,
        depthTest: false,
        depthWrite: false,
      }),
    );
    quad.frustumCulled = false;
    this.scene.add(quad);
  }

  holds({ seat, window }) {
    return this.room !== null && seat === this.seat && within(window, this.room);
  }

  // Paints what the first of these views needs, and as many after it as one plate can serve.
  paint(stage, views) {
    const { seat, window } = views[0];
    let room = window;
    let density = this._density(window);
    let coarsest = density;
    for (const view of views) {
      if (view.seat !== seat) break;
      const more = spread(room, view.window);
      const wanted = this._density(view.window);
      const [finer, coarser] = [Math.max(density, wanted), Math.min(coarsest, wanted)];
      const [width, height] = [(more.right - more.left) * finer, (more.top - more.bottom) * finer];
      if (finer > NEARER * coarser || width * height > this.most || Math.max(width, height) > this.widest) break;
      [room, density, coarsest] = [more, finer, coarser];
    }
    const [width, height] = [room.right - room.left, room.top - room.bottom];
    density = Math.min(density, Math.sqrt(this.most / (width * height)), this.widest / Math.max(width, height));
    Object.assign(this, { seat, room });
    this.target.setSize(Math.ceil(width * density), Math.ceil(height * density));
    stage.look({ seat, window: room });
    stage.renderStill(this.target);
  }

  _density({ top, bottom }) {
    return (this.fine * this.height) / (top - bottom);
  }

  draw(renderer, { left, right, bottom, top }) {
    const { room } = this;
    const [width, height] = [room.right - room.left, room.top - room.bottom];
    this.cut.set((left - room.left) / width, (bottom - room.bottom) / height, (right - left) / width, (top - bottom) / height);
    renderer.render(this.scene, this.camera);
  }
}
