// Roses thrown to her in an ovation: each flies as a thrown thing does, hops once and lies, where she will not come.

import {
  BufferAttribute,
  Color,
  CylinderGeometry,
  Group,
  InstancedMesh,
  Matrix4,
  PlaneGeometry,
  Quaternion,
  ShaderMaterial,
  SphereGeometry,
  Vector3,
} from "three";
import { mergeGeometries } from "three/addons/utils/BufferGeometryUtils.js";

import { LAMP_COUNT, SURROUND } from "./light.js";
import { seeded } from "./seeded.js";

const GRAVITY = 9.81; // [m/s²]
const MOST = 9;
const AFTER = 1.3; // from the start of her bow to the first that flies [s] ...
const APART = 0.3; // ... and from one to the next, about
const FLIGHT = [1.0, 1.35]; // how long each does, at least and at most [s]
const HOP = { time: 0.2, way: 0.16 }; // [s, m]
const CLEAR = 0.6; // how far from any joint of hers each lies, and flies past [m]
const MOVED = 0.42; // an ovation so strong throws flowers
const LYING = 0.024; // the height of a stem's middle where bloom and end rest on the boards [m] ...
const TILT = -0.105; // ... and how far it then points up [rad]
const FROM = 9.4; // the first row [m]

// A rose along x, its bloom at the far end: petals wound about each other, a stem, two leaves.
function rose() {
  const tinted = (geometry, tone) => {
    const p = geometry.getAttribute("position");
    const colour = new Float32Array(p.count * 3);
    for (let i = 0; i < p.count; i++) tone(p.getX(i), p.getY(i), p.getZ(i)).toArray(colour, 3 * i);
    geometry.setAttribute("color", new BufferAttribute(colour, 3));
    geometry.deleteAttribute("uv");
    return geometry;
  };
  const bloom = new SphereGeometry(0.042, 14, 9);
  const p = bloom.getAttribute("position");
  const wound = (x, y, z) => Math.sin(3 * Math.atan2(z, y) + 150 * Math.hypot(y, z) + 60 * x);
  for (let i = 0; i < p.count; i++) {
    const [x, y, z] = [p.getX(i), p.getY(i), p.getZ(i)];
    const out = 1 + 0.10 * wound(x, y, z) + 3.5 * Math.max(x, 0);
    p.setXYZ(i, 0.9 * x + 0.19 - (x > 0.03 ? 0.012 : 0), y * out, z * out);
  }
  bloom.computeVertexNormals();
  const [deep, petal] = [new Color("#36040b"), new Color("#a8152c")];
  tinted(bloom, (x, y, z) => deep.clone().lerp(petal, 0.5 + 0.5 * wound(x - 0.19, y, z)));
  const stem = new CylinderGeometry(0.0035, 0.0045, 0.36, 5).rotateZ(-Math.PI / 2).translate(-0.01, 0, 0);
  const green = new Color("#1e3619");
  const leaf = (x, side) => new SphereGeometry(0.03, 6, 4).scale(1, 0.5, 0.1).translate(x, 0.018 * side, 0.004);
  return mergeGeometries([bloom, ...[stem, leaf(0.02, 1), leaf(-0.06, -1)].map((part) => tinted(part, () => green))]);
}

function petals(lights) {
  return new ShaderMaterial({
    uniforms: lights.uniforms,
    vertexShader: /* glsl */ `
      attribute vec3 color;
      uniform vec3 lampFrom[ ${LAMP_COUNT} ];
      uniform vec3 lampColour[ ${LAMP_COUNT} ];
      varying vec3 vColour;
      ${SURROUND}
      void main() {
        vec3 n = normalize( mat3( instanceMatrix ) * normal );
        vec3 light = surround( n );
        for ( int i = 0; i < ${LAMP_COUNT}; i ++ ) light += lampColour[ i ] * max( 0.2 + 0.8 * dot( n, lampFrom[ i ] ), 0.0 );
        vColour = color * light;
        gl_Position = projectionMatrix * viewMatrix * instanceMatrix * vec4( position, 1.0 );
      }`,
    fragmentShader: /* glsl */ `
      varying vec3 vColour;
      void main() {
        gl_FragColor = vec4( vColour, 1.0 );
        #include <tonemapping_fragment>
        #include <colorspace_fragment>
      }`,
  });
}

// The dark under each, wider and weaker the higher it flies.
function shade() {
  return new ShaderMaterial({
    vertexShader: /* glsl */ `
      varying vec2 vAt;
      varying float vDark;
      void main() {
        vAt = position.xy * 2.0;
        vDark = 0.6 * instanceMatrix[ 2 ][ 2 ];
        gl_Position = projectionMatrix * viewMatrix * instanceMatrix * vec4( position.xy, 0.0, 1.0 );
      }`,
    fragmentShader: /* glsl */ `
      varying vec2 vAt;
      varying float vDark;
      void main() {
        float soft = max( 1.0 - dot( vAt, vAt ), 0.0 );
        gl_FragColor = vec4( 0.0, 0.0, 0.0, vDark * soft * soft );
      }`,
    transparent: true,
    depthWrite: false,
  });
}

// Where each flies from and to, and when: where none of her `joints`, [time, places], comes near after it has come down.
export function throwsFor({ bow, duration, joints, seed = 29 }) {
  const random = seeded(seed);
  const found = [];
  const near = (p, from, to) =>
    joints.some(([t, places]) => t >= from && t <= to && places.some(({ x, y }) => Math.hypot(x - p.x, y - p.y) < CLEAR));
  const middle = joints.reduce((best, one) => (Math.abs(one[0] - bow) < Math.abs(best[0] - bow) ? one : best), joints[0])[1][0];
  for (let tries = 0; tries < 300 && found.length < MOST; tries++) {
    const leaves = bow + AFTER + APART * found.length + 0.2 * random();
    const lands = leaves + FLIGHT[0] + (FLIGHT[1] - FLIGHT[0]) * random();
    const to = new Vector3(Math.min(middle.x + 0.3 + 1.3 * random(), 5.5), middle.y + 4.4 * (random() - 0.5), LYING);
    const from = new Vector3(FROM, 1.3 * to.y + 3 * (random() - 0.5), 0.9);
    const rest = { turn: 2 * Math.PI * random(), spin: (random() < 0.5 ? -1 : 1) * (5 + 5 * random()), roll: 6.3 * random() };
    if (lands + HOP.time > duration - 0.5) break;
    const way = to.clone().sub(from).setZ(0).normalize().multiplyScalar(HOP.way);
    const past = [0.5, 0.7, 0.8, 0.9].some((s) => near(from.clone().lerp(to, s), leaves, lands));
    if (past || near(to, lands, duration) || near(to.clone().add(way), lands, duration)) continue;
    if (found.some((other) => other.to.distanceTo(to) < 0.35)) continue;
    found.push({ leaves, lands, from, to, way, ...rest });
  }
  return found;
}

// Where one of them is at time t, and how far it has yet to turn [rad]; null before it flies.
export function flown({ leaves, lands, from, to, way, spin }, t) {
  if (t < leaves) return null;
  const long = lands - leaves;
  const s = Math.min(t - leaves, long);
  const rise = (to.z - from.z + 0.5 * GRAVITY * long * long) / long;
  const at = from.clone().lerp(to, s / long).setZ(from.z + rise * s - 0.5 * GRAVITY * s * s);
  const hop = Math.min(Math.max(t - lands, 0), HOP.time);
  at.addScaledVector(way, hop / HOP.time);
  at.z += 0.5 * GRAVITY * hop * (HOP.time - hop);
  return { at, left: spin * Math.max(lands + HOP.time - t, 0) };
}

// Where there are none to throw, nothing is made.
export function rosesFor({ reactions = [], duration, costume }, dance, bow, lights) {
  const moved = reactions.some(({ kind, to, strength }) => kind === "applause" && to > duration - 1 && strength > MOVED);
  if (!moved || costume === "rehearsal" || !(bow < duration - 4)) return null;
  const joints = [];
  for (let t = bow; t < duration; t += 0.12) {
    dance.at(t);
    joints.push([t, dance.positions.map(({ x, y }) => ({ x, y }))]);
  }
  const thrown = throwsFor({ bow, duration, joints });
  return thrown.length ? new Roses(thrown, lights) : null;
}

class Roses {
  constructor(thrown, lights) {
    this.thrown = thrown;
    this.group = new Group();
    this.flowers = new InstancedMesh(rose(), petals(lights), thrown.length);
    this.shades = new InstancedMesh(new PlaneGeometry(1, 1), shade(), thrown.length);
    this.shades.renderOrder = -1;
    for (const mesh of [this.flowers, this.shades]) mesh.frustumCulled = false;
    this.group.add(this.shades, this.flowers);
    this.places = [];
  }

  setTime(t) {
    this.places = [];
    const place = new Matrix4();
    this.thrown.forEach((one, i) => {
      const now = flown(one, t);
      this.group.visible = i > 0 ? this.group.visible || now !== null : now !== null;
      if (!now) {
        for (const mesh of [this.flowers, this.shades]) mesh.setMatrixAt(i, place.makeScale(0, 0, 0));
        return;
      }
      this.places.push(now.at);
      // It turns about an axis that lies, and comes to lie: the bloom on the boards, and the stem's end.
      const lie = new Quaternion().setFromAxisAngle(new Vector3(0, 0, 1), one.turn);
      lie.multiply(new Quaternion().setFromAxisAngle(new Vector3(0, 1, 0), now.left + TILT));
      lie.multiply(new Quaternion().setFromAxisAngle(new Vector3(1, 0, 0), one.roll));
      this.flowers.setMatrixAt(i, place.compose(now.at, lie, new Vector3(1, 1, 1)));
      const high = Math.max(now.at.z - LYING, 0);
      place.makeRotationZ(one.turn).scale(new Vector3(0.46 + high, 0.16 + high, Math.exp(-3 * high)));
      this.shades.setMatrixAt(i, place.setPosition(now.at.x, now.at.y, 0.004));
    });
    this.flowers.instanceMatrix.needsUpdate = this.shades.instanceMatrix.needsUpdate = true;
  }
}
