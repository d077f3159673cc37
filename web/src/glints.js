// Points of light: stones sewn on plate, skirt and bodice, each a facet that flashes when it throws a lamp to the eye.

import { AdditiveBlending, BufferAttribute, BufferGeometry, DynamicDrawUsage, Points, ShaderMaterial, Vector2, Vector3 } from "three";

import { LAMP_COUNT } from "./light.js";
import { seeded } from "./seeded.js";

const SIZE = 0.010; // how wide a stone's flash is [m]

// Where the stones sit: on the plate at the leaves' tips and the hem's scallops (share of the way round, of the way out),
// on a long skirt strewn like dew, on the bodice along its middle and its neckline (left, above the hip's seam [m]).
function plate() {
  const places = [];
  for (let k = 0; k < 10; k++) places.push([k / 10, 0.6], [(k + 0.5) / 10, 0.56], [(k + 0.5) / 10, 0.4]);
  for (let k = 0; k < 40; k++) places.push([k / 40, 0.93]);
  return places;
}

function dew() {
  const random = seeded(23);
  return Array.from({ length: 48 }, () => [random(), 0.2 + 0.75 * Math.sqrt(random())]);
}

const BODICE = [
  [0, 0.03], [0, 0.065], [0, 0.1], [0, 0.135], [0, 0.17], [0, 0.205], [0, 0.24], [0, 0.262], [0.016, 0.25], [-0.016, 0.25],
  [0.05, 0.1], [-0.05, 0.1], [0.062, 0.17], [-0.062, 0.17], [0.07, 0.225], [-0.07, 0.225], [0.045, 0.275], [-0.045, 0.275],
];

export class Glints {
  constructor({ header, array }, dancer, tutu, lights) {
    this.stones = [];
    if (tutu) {
      this._sew(tutu.stones(tutu.long ? dew() : plate()), tutu.position, tutu.normal);
      this._sew(this._bodice(header, array, dancer), dancer.geometry.getAttribute("position"), dancer.geometry.getAttribute("normal"));
    }
    const random = seeded(11);
    for (const stone of this.stones) stone.tilt = new Vector3(random() - 0.5, random() - 0.5, random() - 0.5);
    const n = this.stones.length * 3;
    this.geometry = new BufferGeometry();
    for (const name of ["position", "normal", "facet"]) {
      this.geometry.setAttribute(name, new BufferAttribute(new Float32Array(n), 3).setUsage(DynamicDrawUsage));
    }
    this.points = new Points(this.geometry, this._material(lights));
    this.points.frustumCulled = false;
    this.points.renderOrder = 60;
    const size = new Vector2();
    this.points.onBeforeRender = (renderer, scene, camera) => {
      renderer.getDrawingBufferSize(size);
      this.points.material.uniforms.pixels.value = 0.5 * size.y * camera.projectionMatrix.elements[5];
      this.points.material.uniformsNeedUpdate = true;
    };
  }

  _sew(vertices, position, normal) {
    for (const vertex of vertices) this.stones.push({ vertex: vertex * 3, position, normal });
  }

  _bodice(header, array, { rest, restNormal }) {
    const part = array("body.part").values;
    const bodice = header.parts.indexOf("bodice");
    const seam = header.joints[0][2] + 0.055;
    return BODICE.map(([left, up]) => {
      let [best, least] = [0, Infinity];
      for (let v = 0; v < part.length; v++) {
        if (part[v] !== bodice || restNormal[v * 3] < 0.2) continue;
        const far = (rest[v * 3 + 1] - left) ** 2 + (rest[v * 3 + 2] - seam - up) ** 2;
        if (far < least) [best, least] = [v, far];
      }
      return best;
    });
  }

  _material(lights) {
    return new ShaderMaterial({
      uniforms: { ...lights.uniforms, pixels: { value: 600 } },
      vertexShader: /* glsl */ `
        attribute vec3 facet;
        uniform float pixels;
        uniform vec3 lampFrom[ ${LAMP_COUNT} ];
        uniform vec3 lampColour[ ${LAMP_COUNT} ];
        varying vec3 vFlash;
        varying float vStar;
        void main() {
          vec3 toEye = normalize( cameraPosition - position );
          float seen = smoothstep( -0.02, 0.12, dot( normal, toEye ) );
          vec3 flash = vec3( 0.03 );
          for ( int i = 0; i < ${LAMP_COUNT}; i ++ ) {
            vec3 middle = normalize( toEye + lampFrom[ i ] );
            flash += lampColour[ i ] * ( 0.10 * pow( max( dot( normal, middle ), 0.0 ), 4.0 ) + 4.5 * pow( max( dot( facet, middle ), 0.0 ), 48.0 ) );
          }
          vFlash = seen * flash;
          vec4 place = viewMatrix * vec4( position + 0.002 * normal, 1.0 );
          gl_Position = projectionMatrix * place;
          // A strong flash dazzles: it spreads.
          float width = ${SIZE.toFixed(3)} * pixels / gl_Position.w * ( 1.0 + 0.4 * min( flash.g, 2.0 ) );
          gl_PointSize = clamp( width, 1.5, 64.0 );
          vStar = smoothstep( 6.0, 11.0, gl_PointSize );
        }`,
      fragmentShader: /* glsl */ `
        varying vec3 vFlash;
        varying float vStar;
        void main() {
          vec2 at = 2.0 * gl_PointCoord - 1.0;
          float far = length( at );
          float star = max( 0.0, 1.0 - 9.0 * abs( at.x ) ) + max( 0.0, 1.0 - 9.0 * abs( at.y ) );
          float core = max( 1.0 - far * mix( 1.0, 2.2, vStar ), 0.0 );
          float light = core * core + 0.25 * vStar * star * max( 1.0 - far, 0.0 );
          gl_FragColor = vec4( min( vFlash, 2.0 ) * light, 1.0 );
          #include <colorspace_fragment>
        }`,
      blending: AdditiveBlending,
      transparent: true,
      depthWrite: false,
    });
  }

  // Follows cloth and body where they are now; the facets turn with the pelvis.
  at(turn) {
    const [place, normal, facet] = ["position", "normal", "facet"].map((name) => this.geometry.getAttribute(name));
    const t = new Vector3();
    const n = new Vector3();
    this.stones.forEach((stone, i) => {
      place.array.set(stone.position.array.subarray(stone.vertex, stone.vertex + 3), i * 3);
      n.fromArray(stone.normal.array, stone.vertex).normalize();
      n.toArray(normal.array, i * 3);
      t.copy(stone.tilt).applyQuaternion(turn).add(n).normalize().toArray(facet.array, i * 3);
    });
    place.needsUpdate = normal.needsUpdate = facet.needsUpdate = true;
  }
}
