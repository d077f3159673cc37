// Lays pictures on cloths, dab over dab, with the graphics card.

import {
  BufferAttribute,
  BufferGeometry,
  ClampToEdgeWrapping,
  CustomBlending,
  DoubleSide,
  InterleavedBuffer,
  InterleavedBufferAttribute,
  LinearFilter,
  LinearMipmapLinearFilter,
  Mesh,
  OneFactor,
  OneMinusSrcAlphaFactor,
  OrthographicCamera,
  RepeatWrapping,
  Scene,
  ShaderMaterial,
  WebGLRenderTarget,
} from "three";

import { Brush, WORDS } from "./brush.js";
import { sheet } from "./sheet.js";

const VERTEX = /* glsl */ `
attribute vec2 place;
attribute vec2 at;
attribute vec4 paint;
attribute float light;
uniform vec2 size;
varying vec2 vAt;
varying vec4 vPaint;
varying float vLight;
void main() {
  vAt = at;
  vPaint = paint;
  vLight = light;
  gl_Position = vec4( place.x / size.x * 2.0 - 1.0, 1.0 - place.y / size.y * 2.0, 0.0, 1.0 );
}`;

const FRAGMENT = /* glsl */ `
uniform sampler2D brushes;
varying vec2 vAt;
varying vec4 vPaint;
varying float vLight;
void main() {
  float cover = vPaint.a * texture2D( brushes, vAt ).a;
  gl_FragColor = vec4( vPaint.rgb * cover, cover * ( 1.0 - vLight ) );
}`;

// Paint mixes as the eye sees it, so what lies on the cloth is encoded; this reads it, and divides out how much of it covers.
export const CLOTH = /* glsl */ `
vec3 cloth( vec4 paint ) {
  vec3 c = paint.rgb / max( paint.a, 0.01 );
  return c * c * ( 0.30 * c + 0.70 );
}`;

const SKETCH = 0.25; // pixels of a sketch to a unit of the cloth

// One for all the pictures of a stage. Where it is to `sketch`, each is laid on coarsely at first, and finished later.
export class Painter {
  constructor(renderer, { sketch = false } = {}) {
    this.renderer = renderer;
    this.sketch = sketch;
    this.sketches = [];
    this.material = new ShaderMaterial({
      uniforms: { brushes: { value: sheet() }, size: { value: [1, 1] } },
      vertexShader: VERTEX,
      fragmentShader: FRAGMENT,
      side: DoubleSide,
      depthTest: false,
      depthWrite: false,
      transparent: true,
      blending: CustomBlending,
      blendSrc: OneFactor,
      blendDst: OneMinusSrcAlphaFactor,
    });
    this.camera = new OrthographicCamera();
  }

  // A texture of what `hand(brush)` paints on a cloth of `width` by `height` units, `fineness` pixels to each.
  // One that is to `repeat` goes on across.
  paint(width, height, hand, { seed = 1, fineness = 1, repeat = false } = {}) {
    const size = (pixels) => [Math.round(width * pixels), Math.round(height * pixels)];
    const coarse = this.sketch && fineness > SKETCH;
    const target = new WebGLRenderTarget(...size(coarse ? SKETCH : fineness), {
      wrapS: repeat ? RepeatWrapping : ClampToEdgeWrapping,
      minFilter: LinearMipmapLinearFilter,
      magFilter: LinearFilter,
      generateMipmaps: true,
      depthBuffer: false,
    });
    const put = () => {
      const brush = new Brush(seed, width, height);
      hand(brush);
      this._lay(brush, target);
    };
    put();
    if (coarse) {
      this.sketches.push(() => {
        target.setSize(...size(fineness));
        put();
      });
    }
    // What a lost context held is painted again.
    this.renderer.domElement.addEventListener("webglcontextrestored", put);
    return target.texture;
  }

  // Finishes one picture that is sketched; whether there was one.
  finish() {
    this.sketch = false;
    const next = this.sketches.shift();
    next?.();
    return Boolean(next);
  }

  _lay(brush, target) {
    const { renderer, material } = this;
    const vertices = brush.count * 4;
    const geometry = new BufferGeometry();
    const words = new InterleavedBuffer(brush.floats.subarray(0, vertices * WORDS), WORDS);
    const bytes = new InterleavedBuffer(brush.bytes.subarray(0, vertices * WORDS * 4), WORDS * 4);
    geometry.setAttribute("place", new InterleavedBufferAttribute(words, 2, 0));
    geometry.setAttribute("at", new InterleavedBufferAttribute(words, 2, 2));
    geometry.setAttribute("light", new InterleavedBufferAttribute(words, 1, 5));
    geometry.setAttribute("paint", new InterleavedBufferAttribute(bytes, 4, 16, true));
    const index = new Uint32Array(brush.count * 6);
    for (let k = 0; k < brush.count; k++) index.set([4 * k, 4 * k + 1, 4 * k + 2, 4 * k, 4 * k + 2, 4 * k + 3], 6 * k);
    geometry.setIndex(new BufferAttribute(index, 1));
    const mesh = new Mesh(geometry, material);
    mesh.frustumCulled = false;
    const scene = new Scene();
    scene.add(mesh);
    material.uniforms.size.value = [brush.width, brush.height];
    renderer.setRenderTarget(target);
    renderer.setClearColor(0x000000, 0);
    renderer.clear(true, false, false);
    renderer.render(scene, this.camera);
    renderer.setRenderTarget(null);
    geometry.dispose();
  }
}
