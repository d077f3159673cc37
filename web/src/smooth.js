// Smooths the stairs of edges in the finished picture (after T. Lottes, FXAA, 2009: blur along the local edge).

import {
  BufferAttribute,
  BufferGeometry,
  DynamicDrawUsage,
  FramebufferTexture,
  GLSL3,
  LinearFilter,
  Mesh,
  OrthographicCamera,
  PlaneGeometry,
  RawShaderMaterial,
  Scene,
  Vector2,
} from "three";

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

const CELL = 32; // side of the squares of which a part of the picture is made [points]

// What holds all of some round places [[x, y, radius], …], within the picture.
export function bounds(places, width, height) {
  const edge = (pick, at, side, round, most) => Math.min(Math.max(round(pick(...places.map((p) => p[at] + side * p[2]))), 0), most);
  const x = edge(Math.min, 0, -1, Math.floor, width);
  const y = edge(Math.min, 1, -1, Math.floor, height);
  return { x, y, width: edge(Math.max, 0, 1, Math.ceil, width) - x, height: edge(Math.max, 1, 1, Math.ceil, height) - y };
}

function cellsOf(width, height) {
  const [columns, rows] = [Math.ceil(width / CELL), Math.ceil(height / CELL)];
  const corners = [];
  for (let j = 0; j <= rows; j++)
    for (let i = 0; i <= columns; i++) corners.push((2 * i * CELL) / width - 1, (2 * j * CELL) / height - 1, 0);
  const cells = new BufferGeometry();
  cells.setAttribute("position", new BufferAttribute(new Float32Array(corners), 3));
  cells.setIndex(new BufferAttribute(new Uint32Array(columns * rows * 6), 1).setUsage(DynamicDrawUsage));
  return cells;
}

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
    this.whole = new PlaneGeometry(2, 2);
    this.cells = cellsOf(width, height);
    this.quad = new Mesh(this.whole, material);
    this.quad.frustumCulled = false;
    this.scene.add(this.quad);
  }

  // All of the picture, or only about some places in it [[x, y, radius], …] (points, from the lower left).
  draw(renderer, places = null) {
    this._copy(renderer, places);
    this.quad.geometry = places ? this._cells(places) : this.whole;
    renderer.render(this.scene, this.camera);
  }

  // No more than is looked at: a program copies slowly.
  _copy(renderer, places) {
    const { width, height } = this.picture.image;
    if (!places || !this.copied) {
      renderer.copyFramebufferToTexture(this.picture);
      this.copied = true;
      return;
    }
    const gl = renderer.getContext();
    const part = bounds(places.map(([x, y, radius]) => [x, y, radius + 2 * CELL]), width, height);
    renderer.state.bindTexture(gl.TEXTURE_2D, renderer.properties.get(this.picture).__webglTexture);
    gl.copyTexSubImage2D(gl.TEXTURE_2D, 0, part.x, part.y, part.x, part.y, part.width, part.height);
  }

  _cells(places) {
    const { width, height } = this.picture.image;
    const [columns, rows] = [Math.ceil(width / CELL), Math.ceil(height / CELL)];
    const wanted = new Uint8Array(columns * rows);
    const clamp = (v, most) => Math.min(Math.max(Math.floor(v / CELL), 0), most - 1);
    for (const [x, y, radius] of places)
      for (let j = clamp(y - radius, rows); j <= clamp(y + radius, rows); j++)
        wanted.fill(1, j * columns + clamp(x - radius, columns), j * columns + clamp(x + radius, columns) + 1);
    const index = this.cells.index.array;
    let count = 0;
    wanted.forEach((on, k) => {
      if (!on) return;
      const a = Math.floor(k / columns) * (columns + 1) + (k % columns);
      for (const corner of [a, a + 1, a + columns + 2, a, a + columns + 2, a + columns + 1]) index[count++] = corner;
    });
    this.cells.index.needsUpdate = true;
    this.cells.setDrawRange(0, count);
    return this.cells;
  }
}
