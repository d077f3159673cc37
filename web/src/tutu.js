// The tutu: layers of net, drawn one over the other from the far side of the camera to the near one.

import { BackSide, BufferAttribute, BufferGeometry, Color, DoubleSide, DynamicDrawUsage, FrontSide, Mesh, ShaderMaterial, Vector3 } from "three";

import { costumeOf } from "./costume.js";
import { EDGE, WAIST, plateTexture } from "./embroidery.js";
import { LAMP_COUNT, SURROUND } from "./light.js";

// How far out a layer begins to thin, what it lets through, how its depths are shaded. From the knickers up: the lower
// layers of a plate are plain and shaded, the top one is embroidered. In a long skirt all are alike, soft and thin.
function look(layer, layers, { net, long }) {
  const height = layers > 1 ? layer / (layers - 1) : 1;
  const top = layer === layers - 1;
  const color = new Color(net.low).lerp(new Color(net.high), height);
  if (long) return { color, density: 0.27, shade: 0.72 + 0.28 * height, thin: 0.35, fray: 0.25, sewn: false };
  return { color, density: top ? 0.46 : 0.24 + 0.08 * height, shade: 0.52 + 0.48 * height, thin: 0.45, fray: 0.7, sewn: top };
}

// Lit at its vertices: they lie closer than the folds are wide, and there are many layers of pixels.
function netMaterial({ color, density, shade, thin, fray, sewn }, side, lights, embroidery, thread) {
  return new ShaderMaterial({
    defines: sewn ? { SEWN: 1 } : {},
    uniforms: {
      ...lights.uniforms,
      colour: { value: color },
      density: { value: density },
      shade: { value: shade },
      thin: { value: thin },
      fray: { value: fray },
      embroidery: { value: embroidery },
      thread: { value: new Color(thread) },
    },
    vertexShader: /* glsl */ `
      #include <common>
      attribute float rim;
      attribute vec2 around;
      uniform vec3 lampFrom[ ${LAMP_COUNT} ];
      uniform vec3 lampColour[ ${LAMP_COUNT} ];
      uniform float shade;
      centroid varying float vRim;
      centroid varying float vFacing;
      centroid varying vec3 vLight;
      #ifdef SEWN
        centroid varying vec2 vDisc;
        centroid varying vec3 vGleam;
      #endif
      ${SURROUND}
      void main() {
        vRim = rim;
        vec3 toEye = normalize( cameraPosition - position );
        float side = dot( normal, toEye ) < 0.0 ? -1.0 : 1.0;
        vec3 n = normal * side;
        vFacing = dot( n, toEye );
        vec3 light = 0.85 * surround( n ) + 0.22 * surround( -n );
        // Net is lit through as well as on its face, so light from behind counts too, and the more where it is thin.
        for ( int i = 0; i < ${LAMP_COUNT}; i ++ ) {
          float slant = dot( n, lampFrom[ i ] );
          light += lampColour[ i ] * ( 0.74 * max( slant, 0.0 ) + ( 0.26 + 0.16 * rim ) * max( -slant, 0.0 ) + 0.05 );
        }
        vLight = light * mix( shade * ( 0.55 + 0.45 * max( rim, 0.0 ) ), 1.0, 0.5 * smoothstep( 0.94, 1.0, rim ) );
        #ifdef SEWN
          vDisc = 0.5 + 0.5 * ${EDGE.toFixed(3)} * around / max( length( around ), 0.01 ) * ( ${WAIST.toFixed(2)} + ${(1 - WAIST).toFixed(2)} * rim );
          vGleam = vec3( 0.0 );
          for ( int i = 0; i < ${LAMP_COUNT}; i ++ ) {
            vec3 half_ = normalize( toEye + lampFrom[ i ] );
            vGleam += lampColour[ i ] * ( pow( max( dot( n, half_ ), 0.0 ), 10.0 ) + 0.25 * max( dot( n, lampFrom[ i ] ), 0.0 ) );
          }
        #endif
        gl_Position = projectionMatrix * viewMatrix * vec4( position, 1.0 );
      }`,
    fragmentShader: /* glsl */ `
      uniform vec3 colour;
      uniform float density;
      uniform float thin;
      uniform float fray;
      centroid varying float vRim;
      centroid varying float vFacing;
      centroid varying vec3 vLight;
      #ifdef SEWN
        uniform sampler2D embroidery;
        uniform vec3 thread;
        centroid varying vec2 vDisc;
        centroid varying vec3 vGleam;
      #endif
      void main() {
        // Gathered at the waist it is dense, and thins toward the rim; a slanting look meets more threads.
        float much = density * ( 1.0 + 0.5 * smoothstep( 0.3, 0.0, vRim ) - thin * smoothstep( 0.35, 1.0, vRim ) );
        #ifdef SEWN
          // Seen from the stalls the plate is a sliver: between the two scales the leaves stay drawn, and do not flicker.
          vec2 size = vec2( textureSize( embroidery, 0 ) );
          vec2 along = dFdx( vDisc ) * size;
          vec2 across = dFdy( vDisc ) * size;
          float wide = max( dot( along, along ), dot( across, across ) );
          float narrow = abs( along.x * across.y - along.y * across.x );
          vec3 sewn = textureLod( embroidery, vDisc, 0.5 * log2( max( sqrt( wide * narrow ) , 1.0 ) ) ).rgb;
          much *= 0.75 + 0.5 * sewn.b;
        #endif
        float cover = 1.0 - pow( 1.0 - much, 1.0 / max( vFacing, 0.22 ) );
        vec3 seen = colour * vLight;
        #ifdef SEWN
          cover = mix( cover, 0.95, sewn.r );
          cover *= 1.0 - smoothstep( 0.925, 0.94, vRim ) * ( 1.0 - smoothstep( 0.06, 0.3, sewn.r ) );
          seen *= 0.88 + 0.16 * sewn.b + 0.1 * sewn.r;
          seen = mix( seen, thread * ( 0.75 * vLight + 0.9 * vGleam ), 0.85 * sewn.g );
        #else
          // Cut net ends in air, not in a line.
          cover *= 1.0 - fray * smoothstep( 0.86, 1.0, vRim );
        #endif
        cover = mix( cover, 0.97, smoothstep( 0.0, -0.01, vRim ) );
        gl_FragColor = vec4( seen, clamp( cover, 0.0, 0.97 ) );
        #include <tonemapping_fragment>
        #include <colorspace_fragment>
      }`,
    transparent: true,
    depthWrite: false,
    side,
  });
}

// Adds shapes to `out`, each times its weight: four in one go, which takes a third of the time of one after another. One of
// these for each kind of number, since a browser makes it quick for the kind it meets first.
function adder() {
  const four = (out, shape, n, a, b, c, d, wa, wb, wc, wd) => {
    for (let i = 0; i < n; i++) out[i] += wa * shape[a + i] + wb * shape[b + i] + wc * shape[c + i] + wd * shape[d + i];
  };
  return (out, { values, shape: [count] }, weight) => {
    const n = out.length;
    for (let k = 0; k < count; k += 4) {
      const at = (j) => Math.min(k + j, count - 1) * n;
      const w = (j) => (k + j < count ? weight(k + j) : 0);
      four(out, values, n, at(0), at(1), at(2), at(3), w(0), w(1), w(2), w(3));
    }
  };
}

export class Tutu {
  constructor({ header, array, scaled }, lights) {
    this.rate = header.tutu.rate;
    const weights = array("tutu.weight");
    [this.frames, this.shapes] = weights.shape;
    this.weights = weights.values;
    this.mean = scaled("tutu.mean");
    this.scale = array("tutu.scale").values;
    this.wide = array("tutu.wide");
    this.narrow = array("tutu.narrow");
    [this._wide, this._narrow] = [adder(), adder()];
    this.index = array("tutu.index").values;
    this.layer = array("tutu.layer").values;
    this.count = this.layer.length;
    this.local = new Float32Array(this.mean.length);
    this.geometry = new BufferGeometry();
    this.position = new BufferAttribute(new Float32Array(this.mean.length), 3).setUsage(DynamicDrawUsage);
    this.normal = new BufferAttribute(new Float32Array(this.mean.length), 3).setUsage(DynamicDrawUsage);
    this.geometry.setAttribute("position", this.position);
    this.geometry.setAttribute("normal", this.normal);
    this.geometry.setIndex(new BufferAttribute(this.index, 1));
    this._rims(scaled("tutu.rim"));
    const costume = costumeOf(header);
    this.net = costume.net ?? costumeOf({}).net;
    this.thread = costume.thread ?? "#ffffff";
    this.around = new BufferAttribute(scaled("tutu.around"), 2);
    this.long = header.costume === "romantic";
    this.meshes = this._layers(lights);
  }

  // How far out each vertex lies in its layer: 0 at the waist, 1 at the hem, less than 0 on the yoke above the net.
  _rims(rim) {
    this.radius = 0;
    for (let v = 0; v < this.count; v++) this.radius = Math.max(this.radius, Math.hypot(this.mean[v * 3], this.mean[v * 3 + 1]));
    this.geometry.setAttribute("rim", new BufferAttribute(rim, 1));
    const edge = [...rim.keys()].filter((v) => rim[v] > 0.97);
    this._hem = edge.filter((_, i) => i % Math.ceil(edge.length / 48) === 0);
  }

  _layers(lights) {
    const starts = new Map();
    for (let i = 0; i < this.index.length; i += 3) {
      const layer = this.layer[this.index[i]];
      const span = starts.get(layer) ?? [i, 0];
      span[1] += 3;
      starts.set(layer, span);
    }
    const order = [...starts.keys()].sort((a, b) => a - b);
    const embroidery = this.long ? null : plateTexture(2048);
    const sides = this.long ? [BackSide, FrontSide] : [DoubleSide];
    return order.flatMap((layer, rank) =>
      sides.map((side) => {
        const geometry = this.geometry.clone();
        for (const name of ["position", "normal", "rim"]) geometry.setAttribute(name, this.geometry.getAttribute(name));
        geometry.setAttribute("around", this.around);
        geometry.setIndex(this.geometry.index);
        geometry.setDrawRange(...starts.get(layer));
        const mesh = new Mesh(geometry, netMaterial(look(rank, order.length, this), side, lights, embroidery, this.thread));
        mesh.frustumCulled = false;
        mesh.userData.rank = rank;
        // A bell shows its far side, from within, before its near one: outer layers first there, and last here.
        if (side === BackSide) mesh.userData.rank = -1 - rank;
        return mesh;
      }),
    );
  }

  // The outermost layer's vertices nearest to some places: [share of the way round, of the way out].
  stones(places) {
    const rim = this.geometry.getAttribute("rim").array;
    const round = this.around.array;
    const last = this.layer.reduce((a, b) => Math.max(a, b), 0);
    const outer = [...this.layer.keys()].filter((v) => this.layer[v] === last);
    return places.map(([share, out]) => {
      const [x, y] = [Math.cos(share * 2 * Math.PI), Math.sin(share * 2 * Math.PI)];
      const far = (v) => (round[v * 2] - x) ** 2 + (round[v * 2 + 1] - y) ** 2 + (rim[v] - out) ** 2;
      return outer.reduce((best, v) => (far(v) < far(best) ? v : best), outer[0]);
    });
  }

  // Some points of the widest layer's hem.
  hem() {
    const p = this.position.array;
    return this._hem.map((v) => ({ x: p[v * 3], y: p[v * 3 + 1], z: p[v * 3 + 2] }));
  }

  // Lays the net as it is at time t, about a pelvis at `place` turned by `turn`.
  at(t, place, turn) {
    const x = Math.min(Math.max(t * this.rate, 0), this.frames - 1);
    const f = Math.min(Math.floor(x), Math.max(this.frames - 2, 0));
    const g = Math.min(f + 1, this.frames - 1);
    const s = x - f;
    const { local, mean, shapes } = this;
    local.set(mean);
    const weight = (k) => ((this.weights[f * shapes + k] * (1 - s) + this.weights[g * shapes + k] * s) / 32000) * this.scale[k];
    this._wide(local, this.wide, weight);
    this._narrow(local, this.narrow, (k) => weight(this.wide.shape[0] + k));
    const e = rotation(turn);
    const out = this.position.array;
    for (let i = 0; i < local.length; i += 3) {
      const a = local[i];
      const b = local[i + 1];
      const c = local[i + 2];
      out[i] = e[0] * a + e[1] * b + e[2] * c + place.x;
      out[i + 1] = e[3] * a + e[4] * b + e[5] * c + place.y;
      out[i + 2] = e[6] * a + e[7] * b + e[8] * c + place.z;
    }
    this._normals();
    this.position.needsUpdate = this.normal.needsUpdate = true;
  }

  _normals() {
    const p = this.position.array;
    const n = this.normal.array;
    n.fill(0);
    const { index } = this;
    for (let i = 0; i < index.length; i += 3) {
      const a = index[i] * 3;
      const b = index[i + 1] * 3;
      const c = index[i + 2] * 3;
      const ux = p[b] - p[a];
      const uy = p[b + 1] - p[a + 1];
      const uz = p[b + 2] - p[a + 2];
      const vx = p[c] - p[a];
      const vy = p[c + 1] - p[a + 1];
      const vz = p[c + 2] - p[a + 2];
      const x = uy * vz - uz * vy;
      const y = uz * vx - ux * vz;
      const z = ux * vy - uy * vx;
      n[a] += x;
      n[a + 1] += y;
      n[a + 2] += z;
      n[b] += x;
      n[b + 1] += y;
      n[b + 2] += z;
      n[c] += x;
      n[c + 1] += y;
      n[c + 2] += z;
    }
    for (let i = 0; i < n.length; i += 3) {
      const l = Math.hypot(n[i], n[i + 1], n[i + 2]) || 1;
      n[i] /= l;
      n[i + 1] /= l;
      n[i + 2] /= l;
    }
  }

  // Far layers first: the lower ones when the camera looks down on the plate.
  order(camera, place, turn) {
    const up = new Vector3(0, 0, 1).applyQuaternion(turn);
    const above = this.long || up.dot(camera.position.clone().sub(place)) > 0;
    for (const mesh of this.meshes) {
      const { rank } = mesh.userData;
      mesh.renderOrder = 10 + (above ? rank : this.meshes.length - 1 - rank);
    }
  }
}

function rotation({ x, y, z, w }) {
  return [
    1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y),
    2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x),
    2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y),
  ];
}
