// Dims a finished picture as a whole, so that what was drawn for many moments and what was drawn for this one stay one.

import { GLSL3, Mesh, NormalBlending, OrthographicCamera, PlaneGeometry, RawShaderMaterial, Scene } from "three";

import { FULL_VERTEX } from "./smooth.js";

const FRAGMENT = /* glsl */ `
precision highp float;
uniform float cover;
out vec4 colour;
void main() {
  colour = vec4( 0.0, 0.0, 0.0, cover );
}`;

export class Veil {
  constructor() {
    this.scene = new Scene();
    this.camera = new OrthographicCamera();
    this.cover = { value: 0 };
    const material = new RawShaderMaterial({
      glslVersion: GLSL3,
      uniforms: { cover: this.cover },
      vertexShader: FULL_VERTEX,
      fragmentShader: FRAGMENT,
      depthTest: false,
      depthWrite: false,
      transparent: true,
      blending: NormalBlending,
    });
    const quad = new Mesh(new PlaneGeometry(2, 2), material);
    quad.frustumCulled = false;
    this.scene.add(quad);
  }

  // `strength`: the share of the light that is left, 0 to 1.
  draw(renderer, strength) {
    this.cover.value = 1 - strength;
    if (this.cover.value > 0.002) renderer.render(this.scene, this.camera);
  }
}
