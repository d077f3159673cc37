// Those who watch: rows of heads before the stage.

import { DoubleSide, InstancedMesh, Matrix4, PlaneGeometry, ShaderMaterial, Vector3 } from "three";

import { SEAT } from "./director.js";
import { END } from "./scenery.js";
import { seeded } from "./seeded.js";

const FRONT = new Matrix4().makeBasis(new Vector3(0, 1, 0), new Vector3(0, 0, 1), new Vector3(1, 0, 0));

const VERTEX = /* glsl */ `
varying vec2 vUv;
void main() {
  vUv = uv;
  gl_Position = projectionMatrix * viewMatrix * modelMatrix * instanceMatrix * vec4( position, 1.0 );
}`;

export function auditorium() {
  const random = seeded(23);
  const seats = [];
  // Rows between us and the stage, each a little lower in the picture than the one before it.
  [[10.4, -0.214], [8.8, -0.223], [7.5, -0.233], [6.5, -0.244]].forEach(([depth, height], row) => {
    for (let seat = -13; seat <= 13; seat++) {
      if (random() < 0.08) continue;
      const y = (seat + 0.5 * (row % 2)) * 0.64 + 0.09 * (random() - 0.5);
      seats.push([SEAT.x - depth, y, SEAT.z + height * depth - 0.19 + 0.09 * (random() - 0.5), 0.92 + 0.16 * random()]);
    }
  });
  const material = new ShaderMaterial({
    vertexShader: VERTEX,
    fragmentShader: /* glsl */ `
      #include <common>
      varying vec2 vUv;
      void main() {
        vec2 p = ( vUv - vec2( 0.5, 0.62 ) ) * vec2( 1.0, 1.35 );
        float head = length( p * vec2( 1.12, 1.0 ) ) - 0.185;
        vec2 q = vUv - vec2( 0.5, 0.10 );
        float body = length( q * vec2( 0.92, 1.15 ) ) - 0.37;
        float d = min( head, body );
        if ( d > 0.0 ) discard;
        // The stage lights only the crown of each head, from in front.
        float crown = smoothstep( -0.09, 0.0, d ) * smoothstep( 0.66, 0.80, vUv.y );
        gl_FragColor = vec4( vec3( 0.0060, 0.0055, 0.0070 ) + vec3( 0.020, 0.014, 0.011 ) * crown, 1.0 );
        ${END}
      }`,
    side: DoubleSide,
  });
  const shape = new PlaneGeometry(0.74, 0.74);
  shape.applyMatrix4(FRONT);
  const mesh = new InstancedMesh(shape, material, seats.length);
  seats.forEach(([x, y, z, s], i) => mesh.setMatrixAt(i, new Matrix4().makeScale(s, s, s).setPosition(x, y, z)));
  mesh.frustumCulled = false;
  return mesh;
}
