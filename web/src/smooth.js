// Smooths the stairs of edges in the finished picture (after T. Lottes, FXAA, 2009: blur along the local edge).

import { FramebufferTexture, LinearFilter, Mesh, OrthographicCamera, PlaneGeometry, RawShaderMaterial, Scene, GLSL3, Vector2 } from "three";

export const FULL_VERTEX = /* glsl */ `
precision highp float;
in vec3 position;
out vec2 vUv;
void main() {
  vUv = position.xy * 0.5 + 0.5;
  gl_Position = vec4( position.xy, 0.0, 1.0 );
}`;

const FRAGMENT = /* glsl */ `
precision highp float;
uniform sampler2D picture;
uniform vec2 pixel;
in vec2 vUv;
out vec4 colour;
float luma( vec3 c ) { return dot( c, vec3( 0.299, 0.587, 0.114 ) ); }
void main() {
  vec3 here = texture( picture, vUv ).rgb;
  float m = luma( here );
  float nw = luma( texture( picture, vUv + vec2( -0.5, -0.5 ) * pixel ).rgb );
  float ne = luma( texture( picture, vUv + vec2( 0.5, -0.5 ) * pixel ).rgb );
  float sw = luma( texture( picture, vUv + vec2( -0.5, 0.5 ) * pixel ).rgb );
  float se = luma( texture( picture, vUv + vec2( 0.5, 0.5 ) * pixel ).rgb );
  float low = min( m, min( min( nw, ne ), min( sw, se ) ) );
  float high = max( m, max( max( nw, ne ), max( sw, se ) ) );
  if ( high - low < max( 0.025, high * 0.08 ) ) {
    colour = vec4( here, 1.0 );
    return;
  }
  vec2 along = vec2( ( sw + se ) - ( nw + ne ), ( nw + sw ) - ( ne + se ) );
  float damp = max( ( nw + ne + sw + se ) * 0.03125, 0.0078125 );
  along = clamp( along / ( min( abs( along.x ), abs( along.y ) ) + damp ), -8.0, 8.0 ) * pixel;
  vec3 a = 0.5 * ( texture( picture, vUv - along / 6.0 ).rgb + texture( picture, vUv + along / 6.0 ).rgb );
  vec3 b = 0.5 * a + 0.25 * ( texture( picture, vUv - along * 0.5 ).rgb + texture( picture, vUv + along * 0.5 ).rgb );
  float l = luma( b );
  colour = vec4( l < low || l > high ? a : b, 1.0 );
}`;

export class Smoother {
  constructor(width, height) {
    this.picture = new FramebufferTexture(width, height);
    this.picture.minFilter = this.picture.magFilter = LinearFilter;
    this.scene = new Scene();
    this.camera = new OrthographicCamera();
    const material = new RawShaderMaterial({
      glslVersion: GLSL3,
      uniforms: { picture: { value: this.picture }, pixel: { value: new Vector2(1 / width, 1 / height) } },
      vertexShader: FULL_VERTEX,
      fragmentShader: FRAGMENT,
      depthTest: false,
      depthWrite: false,
    });
    const quad = new Mesh(new PlaneGeometry(2, 2), material);
    quad.frustumCulled = false;
    this.scene.add(quad);
  }

  draw(renderer) {
    renderer.copyFramebufferToTexture(this.picture);
    renderer.render(this.scene, this.camera);
  }
}
