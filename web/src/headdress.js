// What she wears in her hair: a tiara of cut stones, or a wreath of small white blossoms. It goes rigidly with her head.

import { BufferGeometry, Float32BufferAttribute, IcosahedronGeometry, Matrix4, Mesh, MeshStandardMaterial, OctahedronGeometry, Vector3 } from "three";

import { seeded } from "./seeded.js";

// Where on the head: the middle of the arc looks that far up from straight ahead [rad], and it spans so much to each side.
const TIARA = { up: 0.92, span: 1.02, stones: 61 };
const WREATH = { up: 1.22, span: 1.35, blossoms: 19 };

// The hair as seen from the middle of the head: how far out it lies toward a direction.
function scalpOf({ header, array, scaled }) {
  const rest = scaled("body.position");
  const part = array("body.part").values;
  const hair = header.parts.indexOf("hair");
  const [eyeX, , eyeZ] = header.eye;
  const bun = new Vector3(...header.bun[0]);
  const centre = new Vector3(eyeX - 0.075, 0, eyeZ + 0.025);
  const points = [];
  for (let v = 0; v < part.length; v++) {
    const p = new Vector3(...rest.subarray(v * 3, v * 3 + 3));
    if (part[v] === hair && p.distanceTo(bun) > 0.062) points.push(p.sub(centre));
  }
  const radius = (way) => {
    let [sum, total] = [0, 0];
    for (const p of points) {
      const near = Math.max(0, p.dot(way) / p.length() - 0.985);
      sum += near * p.length();
      total += near;
    }
    return total > 0 ? sum / total : 0.1;
  };
  return { centre, radius };
}

// A direction on the arc, `s` from -1 (her right) to 1.
function along({ up, span }, s) {
  const [c, d] = [Math.cos(span * s), Math.sin(span * s)];
  return new Vector3(Math.cos(up) * c, d, Math.sin(up) * c).normalize();
}

function gathered(pieces) {
  const position = [];
  const normal = [];
  for (const { shape, at, size } of pieces) {
    const from = shape.getAttribute("position");
    const way = shape.getAttribute("normal");
    for (let v = 0; v < from.count; v++) {
      position.push(at.x + size.x * from.getX(v), at.y + size.y * from.getY(v), at.z + size.z * from.getZ(v));
      normal.push(way.getX(v), way.getY(v), way.getZ(v));
    }
  }
  const geometry = new BufferGeometry();
  geometry.setAttribute("position", new Float32BufferAttribute(position, 3));
  geometry.setAttribute("normal", new Float32BufferAttribute(normal, 3));
  return geometry;
}

function tiara({ centre, radius }) {
  const stone = new OctahedronGeometry(1, 0);
  const pieces = [];
  const set = (s, lift, size) => {
    const way = along(TIARA, s);
    const stand = way.clone().multiplyScalar(0.5).add(new Vector3(0.1, 0, 0.9)).normalize();
    const at = centre.clone().addScaledVector(way, radius(way) + 0.001).addScaledVector(stand, lift);
    pieces.push({ shape: stone, at, size: new Vector3(size * 0.8, size * 0.8, size) });
  };
  for (let k = 0; k < TIARA.stones; k++) {
    const s = (2 * k) / (TIARA.stones - 1) - 1;
    set(s, 0.001, k % 3 === 0 ? 0.0034 : 0.0022);
    // Festoons: five arcs, the middle one the highest.
    const top = 0.005 + 0.013 * Math.cos(1.35 * s) ** 2 * (0.62 + 0.38 * Math.abs(Math.cos(2.5 * Math.PI * s)));
    set(s, top, k % 6 === 0 ? 0.0030 : 0.0017);
    if (k % 6 === 0) for (let h = 0.0045; h < top - 0.002; h += 0.0034) set(s, h, 0.0021);
  }
  set(0, 0.0225, 0.0048);
  return gathered(pieces);
}

function wreath({ centre, radius }) {
  const random = seeded(7);
  const petal = new IcosahedronGeometry(1, 1);
  const pieces = [];
  for (let k = 0; k < WREATH.blossoms; k++) {
    const way = along(WREATH, (2 * k) / (WREATH.blossoms - 1) - 1);
    const at = centre.clone().addScaledVector(way, radius(way) + 0.002);
    const side = new Vector3(0, 0, 1).cross(way).normalize();
    const over = way.clone().cross(side);
    const turn = random() * 6.3;
    for (let p = 0; p < 5; p++) {
      const angle = turn + (p * 2 * Math.PI) / 5;
      const out = at.clone().addScaledVector(side, 0.0046 * Math.cos(angle)).addScaledVector(over, 0.0046 * Math.sin(angle));
      pieces.push({ shape: petal, at: out, size: new Vector3(0.0036, 0.0036, 0.0036) });
    }
  }
  return gathered(pieces);
}

const KINDS = {
  tiara: [tiara, { color: "#fff3dc", roughness: 0.16, metalness: 0.0, emissive: "#4a4130", emissiveIntensity: 0.5, flatShading: true }],
  wreath: [wreath, { color: "#fbf7f2", roughness: 0.7, metalness: 0.0, emissive: "#20222a", emissiveIntensity: 0.5 }],
};

export class Headdress {
  constructor(pack, dance, kind) {
    const [shape, look] = KINDS[kind];
    this.dance = dance;
    this.head = pack.header.names.indexOf("head");
    this.fromJoint = new Matrix4().makeTranslation(dance.joints[this.head].clone().negate());
    this.mesh = new Mesh(shape(scalpOf(pack)), new MeshStandardMaterial(look));
    this.mesh.frustumCulled = false;
    this.mesh.matrixAutoUpdate = false;
  }

  update() {
    const { quaternions, positions } = this.dance;
    this.mesh.matrix.compose(positions[this.head], quaternions[this.head], new Vector3(1, 1, 1)).multiply(this.fromJoint);
    this.mesh.matrixWorldNeedsUpdate = true;
  }
}
