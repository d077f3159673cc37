// A mirror in the back wall that shows her: the act, drawn from where her eye's image would stand behind the glass.
// The room in it is painted with the drop; only she, and the dark under her feet, come and go.

import {
  BufferAttribute,
  BufferGeometry,
  CustomBlending,
  DynamicDrawUsage,
  HalfFloatType,
  LinearFilter,
  LinearMipmapLinearFilter,
  Matrix4,
  Mesh,
  OneFactor,
  OneMinusSrcAlphaFactor,
  PerspectiveCamera,
  ShaderMaterial,
  Vector3,
  WebGLRenderTarget,
} from "three";

import { sightOf } from "./reflection.js";

const ROOM = 0.3; // round the points that stand for her [m]
const REACH = 1.35; // of her, round her pelvis [m]

const VERTEX = /* glsl */ `
uniform mat4 mirror;
varying vec3 vPlace;
varying vec4 vMirror;
void main() {
  vPlace = position;
  vMirror = mirror * vec4( position, 1.0 );
  gl_Position = projectionMatrix * viewMatrix * vec4( position, 1.0 );
}`;

const FRAGMENT = /* glsl */ `
#include <common>
uniform sampler2D picture;
uniform sampler2D shadow;
uniform vec3 square;
varying vec3 vPlace;
varying vec4 vMirror;
void main() {
  vec4 her = texture2D( picture, vMirror.xy / vMirror.w );
  // Where this look meets the floor behind the glass, and so the floor before it.
  vec3 look = vPlace - cameraPosition;
  float far = vPlace.z / max( -look.z, 1e-3 );
  vec2 foot = vec2( vPlace.x - far * look.x, vPlace.y + far * look.y );
  vec2 laid = ( foot - square.xy ) / square.z * 0.5 + 0.5;
  vec2 inside = abs( laid - 0.5 );
  float dark = max( inside.x, inside.y ) < 0.5 && look.z < 0.0 ? 0.6 * textureLod( shadow, laid, 3.6 ).b : 0.0;
  float cover = her.a + ( 1.0 - her.a ) * dark;
  gl_FragColor = vec4( her.rgb * vec3( 0.60, 0.64, 0.65 ), 1.0 );
  #include <tonemapping_fragment>
  #include <colorspace_fragment>
  gl_FragColor = vec4( gl_FragColor.rgb, cover );
}`;

export class Mirror {
  // The glass: in the plane x, `half` to both sides of the middle, from `low` to `high`.
  constructor({ half, low, high }, x, floor, { fine = true } = {}) {
    Object.assign(this, { half, low, high, x });
    const size = fine ? 768 : 384;
    this.target = new WebGLRenderTarget(size, size, {
      type: HalfFloatType,
      minFilter: LinearMipmapLinearFilter,
      magFilter: LinearFilter,
      generateMipmaps: true,
      samples: fine ? 4 : 0,
    });
    this.camera = new PerspectiveCamera(20, 1, 1, 80);
    this.corners = new BufferAttribute(new Float32Array(12), 3).setUsage(DynamicDrawUsage);
    const geometry = new BufferGeometry();
    geometry.setAttribute("position", this.corners);
    geometry.setIndex([0, 1, 2, 0, 2, 3]);
    this.uniforms = {
      picture: { value: this.target.texture },
      shadow: { value: floor.shadow.texture },
      square: { value: floor.square },
      mirror: { value: new Matrix4() },
    };
    this.glass = new Mesh(
      geometry,
      new ShaderMaterial({
        uniforms: this.uniforms,
        vertexShader: VERTEX,
        fragmentShader: FRAGMENT,
        transparent: true,
        depthWrite: false,
        blending: CustomBlending,
        blendSrc: OneFactor,
        blendDst: OneMinusSrcAlphaFactor,
      }),
    );
    this.glass.frustumCulled = false;
  }

  // The part of the glass she is seen in from `eye`, and whence she is drawn for it.
  place(points, pelvis, eye) {
    let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
    const before = eye.x > this.x + 0.2;
    for (const p of before ? points : []) {
      const t = (eye.x - this.x) / (eye.x - (2 * this.x - p.x));
      const y = eye.y + t * (p.y - eye.y);
      const z = eye.z + t * (p.z - eye.z);
      left = Math.min(left, y - ROOM * t);
      right = Math.max(right, y + ROOM * t);
      bottom = Math.min(bottom, z - ROOM * t);
      top = Math.max(top, z + ROOM * t);
    }
    left = Math.max(left, -this.half);
    right = Math.min(right, this.half);
    bottom = Math.max(bottom, this.low);
    top = Math.min(top, this.high);
    this.glass.visible = before && left < right && bottom < top;
    if (!this.glass.visible) return;
    const x = this.x + 0.01;
    this.corners.array.set([x, left, bottom, x, right, bottom, x, right, top, x, left, top]);
    this.corners.needsUpdate = true;
    const { camera } = this;
    camera.position.set(2 * this.x - eye.x, eye.y, eye.z);
    sightOf(camera, pelvis, REACH, this.uniforms.mirror.value);
  }

  // A ball round the part she is seen in, if there is one.
  seen() {
    if (!this.glass.visible) return null;
    const { array } = this.corners;
    const [from, to] = [new Vector3().fromArray(array, 0), new Vector3().fromArray(array, 6)];
    return { middle: from.clone().add(to).multiplyScalar(0.5), radius: from.distanceTo(to) / 2 };
  }

  draw(renderer, act) {
    if (!this.glass.visible) return;
    renderer.setRenderTarget(this.target);
    renderer.setClearColor(0x000000, 0);
    renderer.clear(true, true, false);
    renderer.render(act, this.camera);
    renderer.setRenderTarget(null);
  }
}
