// What the set is made of: painted flats, hanging cloth and mouldings, with their light painted on.

import {
  BoxGeometry,
  Color,
  DoubleSide,
  Matrix4,
  Mesh,
  PlaneGeometry,
  ShaderMaterial,
  Vector2,
  Vector3,
} from "three";

import { CLOTH } from "./settings/painter.js";

export const PAINTED_VERTEX = /* glsl */ `
varying vec2 vUv;
varying vec3 vNormal;
varying vec3 vPlace;
void main() {
  vUv = uv;
  vNormal = normalize( mat3( modelMatrix ) * normal );
  vec4 place = modelMatrix * vec4( position, 1.0 );
  vPlace = place.xyz;
  gl_Position = projectionMatrix * viewMatrix * place;
}`;

export const END = "#include <tonemapping_fragment>\n#include <colorspace_fragment>";

// `soft`: points of the paint that a point of light spreads over, as what stands far behind her does through a long lens.
export function picture(texture, light, { cut = false, soft = 0 } = {}) {
  return new ShaderMaterial({
    uniforms: { map: { value: texture }, light: { value: new Vector3(...light) } },
    vertexShader: PAINTED_VERTEX,
    fragmentShader: /* glsl */ `
      #include <common>
      uniform sampler2D map;
      uniform vec3 light;
      varying vec2 vUv;
      ${CLOTH}
      void main() {
        ${
          soft
            ? `vec2 off = ${soft.toFixed(2)} / vec2( textureSize( map, 0 ) );
        vec4 paint = 0.25 * ( texture2D( map, vUv + off * vec2( 0.75, 0.25 ), 0.5 ) + texture2D( map, vUv + off * vec2( -0.25, 0.75 ), 0.5 )
          + texture2D( map, vUv + off * vec2( -0.75, -0.25 ), 0.5 ) + texture2D( map, vUv + off * vec2( 0.25, -0.75 ), 0.5 ) );`
            : "vec4 paint = texture2D( map, vUv );"
        }
        ${cut ? "if ( paint.a < 0.5 ) discard;" : ""}
        gl_FragColor = vec4( cloth( paint ) * light, 1.0 );
        ${END}
      }`,
    side: DoubleSide,
  });
}

// One program for all of it: a software driver takes a good part of a second to compile each.
const STUFF = new ShaderMaterial({
  uniforms: { colour: { value: null }, between: { value: null }, light: { value: null } },
  vertexShader: PAINTED_VERTEX,
  fragmentShader: /* glsl */ `
    #include <common>
    uniform vec3 colour;
    uniform vec2 between;
    uniform vec3 light;
    varying vec3 vNormal;
    varying vec3 vPlace;
    void main() {
      vec3 n = normalize( vNormal ) * ( gl_FrontFacing ? 1.0 : -1.0 );
      float front = max( dot( n, normalize( vec3( 0.75, -sign( vPlace.y ) * 0.55, -0.25 ) ) ), 0.0 );
      float height = clamp( ( vPlace.z - between.x ) / ( between.y - between.x ), 0.0, 1.0 );
      float fall = mix( 1.0, 0.20, smoothstep( 0.0, 1.0, height ) );
      vec3 lit = colour * ( light.x + light.y * front * fall );
      vec3 toEye = normalize( cameraPosition - vPlace );
      float rim = 1.0 - abs( dot( n, toEye ) );
      lit += colour * light.z * rim * rim * rim * fall;
      gl_FragColor = vec4( lit, 1.0 );
      ${END}
    }`,
  side: DoubleSide,
});

// Velvet, gilding or plaster under the footlights: brightest where it faces them, dark above.
export function stuff(colour, { low = 0.0, high = 7.5, glow = 0.6, floor = 0.10, sheen = 0.0 } = {}) {
  const material = STUFF.clone();
  material.uniforms.colour.value = new Color(colour);
  material.uniforms.between.value = new Vector2(low, high);
  material.uniforms.light.value = new Vector3(floor, glow, sheen);
  return material;
}

// Painted relief, in the low light of the house.
export function relief(texture, light) {
  return picture(texture, [light, light, light]);
}

// A hanging cloth in the plane x = const: from y0 to y1, z0 to z1, its folds deepening toward the hem. What is sewn on a
// longer one falls as that does: `below`, `above` are that one's ends.
export function cloth(y0, y1, z0, z1, { folds = 10, depth = 0.12, hem = () => 0, swag = false, below = z0, above = z1 } = {}) {
  const across = folds * 10;
  const down = above > z1 ? 1 : 14;
  const geometry = new PlaneGeometry(1, 1, across, down);
  const p = geometry.getAttribute("position");
  const uv = geometry.getAttribute("uv");
  for (let i = 0; i < p.count; i++) {
    const u = uv.getX(i);
    const bottom = z0 + hem(u);
    const z = bottom + (z1 - bottom) * uv.getY(i);
    const v = (z - below - hem(u)) / (above - below - hem(u));
    // Folds are pleated above and fall as they will: each of its own width, wandering a little on the way down.
    const way = u * folds * Math.PI * 2 + 0.9 * Math.sin(u * 13) + (1 - v) * 0.5 * Math.sin(u * 31 + 2 * v);
    const wave = Math.sin(way) + 0.35 * Math.sin(u * folds * 3.7 + 1) + (1 - v) * 0.35 * Math.sin(way * 0.5 + 1.1);
    const deep = swag ? depth : depth * (0.50 + 0.50 * (1 - v));
    p.setXYZ(i, wave * deep, y0 + (y1 - y0) * u, z);
  }
  geometry.computeVertexNormals();
  return geometry;
}

export function bend(geometry, height) {
  const p = geometry.getAttribute("position");
  for (let i = 0; i < p.count; i++) p.setZ(i, height(p.getY(i), p.getZ(i)));
  geometry.computeVertexNormals();
}

// Turns a plane to face the audience: its u runs to stage left, its v up.
const FRONT = new Matrix4().makeBasis(new Vector3(0, 1, 0), new Vector3(0, 0, 1), new Vector3(1, 0, 0));

export function wall(width, height, material, place) {
  const mesh = new Mesh(new PlaneGeometry(width, height).applyMatrix4(FRONT), material);
  mesh.position.copy(place);
  return mesh;
}

export function box(dx, dy, dz, place, material) {
  const mesh = new Mesh(new BoxGeometry(dx, dy, dz), material);
  mesh.position.copy(place);
  return mesh;
}
