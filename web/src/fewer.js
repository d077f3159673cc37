// The same surface with fewer triangles: edges are drawn together, those first that move it least (M. Garland and
// P. Heckbert, Surface simplification using quadric error metrics, 1997). No vertex moves, some are only left out, so that
// whatever follows the vertices (skin, breath, paint) follows those that stay.
//
// A program that draws in a card's stead shades four by four points for every triangle it meets, however small: where
// triangles are smaller than that, most of its time goes there.

const LEAST_TURN = 0.35; // of a triangle that is drawn along: the cosine of the most it may turn

// A binary heap of numbered things, the least first.
class Heap {
  constructor() {
    this.keys = [];
    this.things = [];
  }

  push(key, thing) {
    const { keys, things } = this;
    let i = keys.length;
    for (; i > 0; ) {
      const up = (i - 1) >> 1;
      if (keys[up] <= key) break;
      [keys[i], things[i]] = [keys[up], things[up]];
      i = up;
    }
    [keys[i], things[i]] = [key, thing];
  }

  pop() {
    const { keys, things } = this;
    const first = [keys[0], things[0]];
    const [key, thing] = [keys.pop(), things.pop()];
    const n = keys.length;
    if (n === 0) return first;
    let i = 0;
    for (;;) {
      let down = 2 * i + 1;
      if (down >= n) break;
      if (down + 1 < n && keys[down + 1] < keys[down]) down++;
      if (keys[down] >= key) break;
      [keys[i], things[i]] = [keys[down], things[down]];
      i = down;
    }
    [keys[i], things[i]] = [key, thing];
    return first;
  }
}

// Where the vertices lie in one of the shapes the surface takes, and in which planes.
class Shape {
  constructor(places, corners) {
    Object.assign(this, { places, corners });
    this.quadrics = new Float64Array((places.length / 3) * 10);
    for (let f = 0; f < corners.length / 3; f++) this._weigh(f);
  }

  // A triangle's normal, as long as twice its area, were its corner `u` at `v`.
  normal(f, u = -1, v = -1) {
    const p = this.places;
    const [a, b, c] = [0, 1, 2].map((k) => 3 * (this.corners[3 * f + k] === u ? v : this.corners[3 * f + k]));
    const [ux, uy, uz] = [p[b] - p[a], p[b + 1] - p[a + 1], p[b + 2] - p[a + 2]];
    const [vx, vy, vz] = [p[c] - p[a], p[c + 1] - p[a + 1], p[c + 2] - p[a + 2]];
    return [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx];
  }

  // Each corner remembers the planes it lies in, by their areas.
  _weigh(f) {
    const n = this.normal(f);
    const long = Math.hypot(...n);
    if (long === 0) return;
    const [x, y, z] = n.map((c) => c / long);
    const a = 3 * this.corners[3 * f];
    const d = -(x * this.places[a] + y * this.places[a + 1] + z * this.places[a + 2]);
    const own = [x * x, x * y, x * z, x * d, y * y, y * z, y * d, z * z, z * d, d * d].map((q) => q * long);
    for (let k = 0; k < 3; k++) {
      const v = this.corners[3 * f + k];
      for (let q = 0; q < 10; q++) this.quadrics[10 * v + q] += own[q];
    }
  }

  merge(u, v) {
    for (let q = 0; q < 10; q++) this.quadrics[10 * v + q] += this.quadrics[10 * u + q];
  }

  // How far the planes about u and v are from v, on the mean [m].
  strays(u, v) {
    const q = this.quadrics;
    const [x, y, z] = [this.places[3 * v], this.places[3 * v + 1], this.places[3 * v + 2]];
    let sum = 0;
    let area = 0;
    for (const k of [10 * u, 10 * v]) {
      sum += q[k] * x * x + 2 * q[k + 1] * x * y + 2 * q[k + 2] * x * z + 2 * q[k + 3] * x;
      sum += q[k + 4] * y * y + 2 * q[k + 5] * y * z + 2 * q[k + 6] * y + q[k + 7] * z * z + 2 * q[k + 8] * z + q[k + 9];
      area += q[k] + q[k + 4] + q[k + 7]; // a plane's normal is of length one
    }
    return area > 0 ? Math.sqrt(Math.max(sum, 0) / area) : 0;
  }

  // Whether a triangle would keep the side it shows.
  keeps(f, u, v) {
    const [before, after] = [this.normal(f), this.normal(f, u, v)];
    const dot = before[0] * after[0] + before[1] * after[1] + before[2] * after[2];
    return dot >= LEAST_TURN * Math.hypot(...before) * Math.hypot(...after);
  }
}

class Surface {
  constructor(index, shapes) {
    this.corners = Int32Array.from(index);
    this.faces = Array.from({ length: shapes[0].length / 3 }, () => []);
    for (let c = 0; c < this.corners.length; c++) this.faces[this.corners[c]].push((c - (c % 3)) / 3);
    this.gone = new Uint8Array(this.corners.length / 3);
    this.shapes = shapes.map((places) => new Shape(places, this.corners));
  }

  strays(u, v) {
    return this.shapes.reduce((most, shape) => Math.max(most, shape.strays(u, v)), 0);
  }

  neighbours(u) {
    const out = new Set();
    for (const f of this.faces[u]) for (let k = 0; k < 3; k++) out.add(this.corners[3 * f + k]);
    out.delete(u);
    return out;
  }

  // Whether a vertex lies on an edge of but one triangle.
  ends(u) {
    const round = this.faces[u].flatMap((f) => [...this.corners.subarray(3 * f, 3 * f + 3)]);
    return round.some((w) => w !== u && round.filter((x) => x === w).length === 1);
  }

  // Whether u may go where v is: the surface stays one, and no triangle turns over.
  may(u, v) {
    const round = this.neighbours(v);
    let shared = 0;
    for (const w of this.neighbours(u)) if (round.has(w)) shared++;
    if (shared !== 2) return false;
    return this.faces[u].every((f) => this._has(f, v) || this.shapes.every((shape) => shape.keeps(f, u, v)));
  }

  _has(f, v) {
    return this.corners[3 * f] === v || this.corners[3 * f + 1] === v || this.corners[3 * f + 2] === v;
  }

  collapse(u, v) {
    for (const f of this.faces[u]) {
      const own = this.corners.subarray(3 * f, 3 * f + 3);
      if (this._has(f, v)) {
        this.gone[f] = 1;
        for (const w of own) if (w !== u) this.faces[w] = this.faces[w].filter((g) => g !== f);
      } else {
        own[own.indexOf(u)] = v;
        this.faces[v].push(f);
      }
    }
    this.faces[u] = [];
    for (const shape of this.shapes) shape.merge(u, v);
  }

  index(kind) {
    const out = [];
    for (let f = 0; f < this.gone.length; f++) if (!this.gone[f]) out.push(...this.corners.subarray(3 * f, 3 * f + 3));
    return kind.from(out);
  }
}

// The triangles left when the surface, in none of its `shapes`, strays further than this from itself [m]: for each of some
// tolerances, the least first. `unlike(u, v)` says how far apart two vertices are in what they show, in the same measure.
export function fewer(index, shapes, tolerances, unlike = () => 0) {
  const surface = new Surface(index, shapes);
  const count = shapes[0].length / 3;
  // Where the surface ends, or shows something else from there on, it is left as it is.
  const fixed = Uint8Array.from({ length: count }, (_, v) => surface.ends(v));
  const heap = new Heap();
  const age = new Uint32Array(count);
  const offer = (u, v) => !fixed[u] && heap.push(surface.strays(u, v) + unlike(u, v), [u, v, age[u] + age[v]]);
  for (let u = 0; u < count; u++) for (const v of surface.neighbours(u)) offer(u, v);
  return tolerances.map((tolerance) => {
    while (heap.keys.length && heap.keys[0] <= tolerance) {
      const [u, v, then] = heap.pop()[1];
      if (surface.faces[u].length === 0 || surface.faces[v].length === 0 || then !== age[u] + age[v]) continue;
      if (!surface.may(u, v)) continue;
      surface.collapse(u, v);
      age[v]++;
      for (const w of surface.neighbours(v)) {
        offer(v, w);
        offer(w, v);
      }
    }
    return surface.index(index.constructor);
  });
}
