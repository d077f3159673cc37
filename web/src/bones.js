// The skeleton that dances: each bone from its joint to the next, seen through a body of glass. Her left is warm, her right cool.

import {
  BufferAttribute,
  BufferGeometry,
  Color,
  Group,
  InstancedMesh,
  Matrix4,
  Mesh,
  MeshBasicMaterial,
  ShaderMaterial,
  SphereGeometry,
  Vector3,
} from "three";

const SIDES = { middle: new Color("#fff3dc"), left: new Color("#ffb46a"), right: new Color("#7cc4ff") };
const ENDS = { head: 0.17, hand: 0.12, toes: 0.045 }; // bones that no joint ends [m]
const WIDE = 0.11; // thickness of a bone, as a share of its length

// A bone along z from 0 to 1, its facets each of one brightness.
function bone() {
  const ring = [[1, 0], [0, 1], [-1, 0], [0, -1]].map(([x, y]) => [x * WIDE, y * WIDE, 0.16]);
  const [place, light] = [[], []];
  const facet = (corners, brightness) => {
    place.push(...corners.flat());
    for (let k = 0; k < 9; k++) light.push(brightness);
  };
  ring.forEach((a, k) => {
    const b = ring[(k + 1) % 4];
    facet([a, b, [0, 0, 1]], 0.62 + 0.38 * Math.abs(Math.cos(0.9 * k + 0.3)));
    facet([b, a, [0, 0, 0]], 0.5 + 0.3 * Math.abs(Math.cos(0.9 * k + 0.3)));
  });
  const geometry = new BufferGeometry();
  geometry.setAttribute("position", new BufferAttribute(new Float32Array(place), 3));
  geometry.setAttribute("color", new BufferAttribute(new Float32Array(light), 3));
  return geometry;
}

function glass() {
  return new ShaderMaterial({
    vertexShader: /* glsl */ `
      varying float vRim;
      void main() {
        vec4 place = modelMatrix * vec4( position, 1.0 );
        float facing = abs( dot( normalize( normal ), normalize( cameraPosition - place.xyz ) ) );
        vRim = ( 1.0 - facing ) * ( 1.0 - facing );
        gl_Position = projectionMatrix * modelViewMatrix * vec4( position, 1.0 );
      }`,
    fragmentShader: /* glsl */ `
      varying float vRim;
      void main() {
        gl_FragColor = vec4( mix( vec3( 0.010, 0.016, 0.035 ), vec3( 0.42, 0.55, 0.80 ), vRim ), 0.58 + 0.35 * vRim );
        #include <colorspace_fragment>
      }`,
    transparent: true,
  });
}

export class Bones {
  constructor(dance, dancer, names) {
    this.dance = dance;
    const { parents, joints } = dance;
    const ended = new Set(parents);
    this._bones = [];
    parents.forEach((parent, b) => {
      if (parent > 0 || (parent === 0 && !names[b].startsWith("thigh"))) this._bones.push({ from: parent, to: b });
      const end = Object.keys(ENDS).find((name) => names[b].startsWith(name));
      if (ended.has(b) || !end) return;
      const along = joints[b].clone().sub(joints[parent]).normalize().multiplyScalar(ENDS[end]);
      this._bones.push({ from: b, along });
    });
    const sideOf = (b) => (Math.abs(joints[b].y) < 0.015 ? SIDES.middle : joints[b].y > 0 ? SIDES.left : SIDES.right);
    const over = { depthTest: false, depthWrite: false, transparent: true, toneMapped: false };
    this._long = new InstancedMesh(bone(), new MeshBasicMaterial({ vertexColors: true, ...over }), this._bones.length);
    this._knots = new InstancedMesh(new SphereGeometry(0.016, 12, 8), new MeshBasicMaterial(over), joints.length);
    this._bones.forEach(({ from, to }, i) => this._long.setColorAt(i, sideOf(to ?? from)));
    joints.forEach((_, b) => this._knots.setColorAt(b, sideOf(b)));
    // First the body's depth alone, then its glass: one layer of it, whatever limb is before another.
    const veil = dancer.copy(new MeshBasicMaterial({ colorWrite: false, polygonOffset: true, polygonOffsetFactor: 1, polygonOffsetUnits: 1 }));
    this._skin = [veil, dancer.copy(glass())];
    this.group = new Group();
    this.group.add(...this._skin, this._long, this._knots);
    this.group.children.forEach((mesh, order) => {
      mesh.frustumCulled = false;
      mesh.renderOrder = order;
    });
    this._m = new Matrix4();
    [this._x, this._y, this._z] = [new Vector3(), new Vector3(), new Vector3()];
  }

  // Takes the pose the dance is at.
  update() {
    const { positions, quaternions } = this.dance;
    const { _m: m, _x: x, _y: y, _z: z } = this;
    this._bones.forEach(({ from, to, along }, i) => {
      if (along) z.copy(along).applyQuaternion(quaternions[from]);
      else z.copy(positions[to]).sub(positions[from]);
      const length = z.length();
      // Across the bone, and never along it.
      x.set(0, 0, 1).applyQuaternion(quaternions[from]);
      if (Math.abs(x.dot(z)) > 0.9 * length) x.set(1, 0, 0).applyQuaternion(quaternions[from]);
      y.crossVectors(z, x).setLength(length);
      x.crossVectors(y, z).setLength(length);
      this._long.setMatrixAt(i, m.makeBasis(x, y, z).setPosition(positions[from]));
    });
    positions.forEach((place, b) => this._knots.setMatrixAt(b, m.makeTranslation(place.x, place.y, place.z)));
    this._long.instanceMatrix.needsUpdate = this._knots.instanceMatrix.needsUpdate = true;
  }
}
