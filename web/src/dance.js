// The dance at any moment: world place and orientation of every bone, a pure function of time.

import { Quaternion, Vector3 } from "three";

export class Dance {
  constructor({ header, scaled, array }) {
    this.rate = header.rate;
    this.frames = header.frames;
    this.duration = header.duration;
    this.parents = header.parents;
    this.joints = header.joints.map((j) => new Vector3(...j));
    this.turn = array("dance.turn").values;
    this.root = scaled("dance.root");
    this.point = scaled("dance.point");
    this.face = scaled("dance.face");
    this.eyes = scaled("dance.gaze");
    this.shapes = header.shapes.length;
    this.count = this.parents.length;
    this.quaternions = this.parents.map(() => new Quaternion());
    this.positions = this.parents.map(() => new Vector3());
    this.pointing = [0, 0];
    this.expression = new Float32Array(this.shapes);
    this.gaze = [0, 0];
    this.offsets = this.joints.map((j, b) => (b === 0 ? j.clone() : j.clone().sub(this.joints[this.parents[b]])));
    this._next = new Quaternion();
  }

  // Sets quaternions, positions, pointing, expression and gaze for time t [s from the first frame].
  at(t) {
    const x = Math.min(Math.max(t * this.rate, 0), this.frames - 1);
    const f = Math.min(Math.floor(x), Math.max(this.frames - 2, 0));
    const g = Math.min(f + 1, this.frames - 1);
    const s = x - f;
    const stride = this.count * 4;
    for (let b = 0; b < this.count; b++) {
      const i = f * stride + b * 4;
      const j = g * stride + b * 4;
      const q = this.turn;
      const p = this.quaternions[b].set(q[i + 1], q[i + 2], q[i + 3], q[i]).normalize();
      if (s > 0) p.slerp(this._next.set(q[j + 1], q[j + 2], q[j + 3], q[j]).normalize(), s);
      const at = this.positions[b];
      if (b === 0) {
        at.set(
          this.root[f * 3] + s * (this.root[g * 3] - this.root[f * 3]),
          this.root[f * 3 + 1] + s * (this.root[g * 3 + 1] - this.root[f * 3 + 1]),
          this.root[f * 3 + 2] + s * (this.root[g * 3 + 2] - this.root[f * 3 + 2]),
        );
      } else {
        const parent = this.parents[b];
        at.copy(this.offsets[b]).applyQuaternion(this.quaternions[parent]).add(this.positions[parent]);
      }
    }
    for (let side = 0; side < 2; side++) {
      const a = this.point[f * 2 + side];
      this.pointing[side] = a + s * (this.point[g * 2 + side] - a);
      const look = this.eyes[f * 2 + side];
      this.gaze[side] = look + s * (this.eyes[g * 2 + side] - look);
    }
    for (let k = 0; k < this.shapes; k++) {
      const a = this.face[f * this.shapes + k];
      this.expression[k] = a + s * (this.face[g * this.shapes + k] - a);
    }
  }
}
