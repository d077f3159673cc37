// Where the audience's camera looks. It stays in its seat; only its window on the stage moves and widens, like a
// long lens with shift, so uprights stay upright and the set behind stays the same picture all through a shot.

export const SEAT = { x: 21, z: 3.0 };
const WIDE = { half: 0.505, low: -0.252, high: 0.316 }; // the whole proscenium, in tangents from the seat

const STEP = 1 / 12; // of the table [s]
const CALM = 1.5; // looks this far ahead and back [s]

// How far each bone reaches beyond its joint [m]; the head also upward.
function reachOf(name) {
  if (name.startsWith("hand")) return 0.2;
  if (name === "head") return 0.24;
  if (name.startsWith("toes")) return 0.1;
  return 0.12;
}

function widest(values, window, pick) {
  const n = values.length;
  const out = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let best = values[i];
    for (let j = Math.max(0, i - window); j <= Math.min(n - 1, i + window); j++) best = pick(best, values[j]);
    out[i] = best;
  }
  return out;
}

function smooth(values, window) {
  const n = values.length;
  const out = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = 0;
    let total = 0;
    for (let k = -window; k <= window; k++) {
      const w = 0.5 + 0.5 * Math.cos((Math.PI * k) / (window + 1));
      sum += w * values[Math.min(Math.max(i + k, 0), n - 1)];
      total += w;
    }
    out[i] = sum / total;
  }
  return out;
}

export class Director {
  constructor(dance, names, { seat = SEAT } = {}) {
    this.seat = seat;
    const n = Math.max(2, Math.ceil(dance.duration / STEP) + 1);
    const edges = [0, 1, 2, 3].map(() => new Float64Array(n));
    const reach = dance.parents.map((_, b) => reachOf(names[b] ?? ""));
    for (let i = 0; i < n; i++) {
      dance.at(i * STEP);
      let [l, r, d, u] = [Infinity, -Infinity, Infinity, -Infinity];
      dance.positions.forEach((p, b) => {
        const depth = Math.max(seat.x - p.x, 1);
        l = Math.min(l, (p.y - reach[b]) / depth);
        r = Math.max(r, (p.y + reach[b]) / depth);
        d = Math.min(d, (p.z - 0.5 * reach[b] - seat.z) / depth);
        u = Math.max(u, (p.z + reach[b] - seat.z) / depth);
      });
      [edges[0][i], edges[1][i], edges[2][i], edges[3][i]] = [l, r, d, u];
    }
    // The widest over a while, then a mean over no longer a while: calm, and never less than she needs.
    const w = Math.round(CALM / STEP);
    const calm = (values, pick) => smooth(widest(values, w, pick), w);
    this.left = calm(edges[0], Math.min);
    this.right = calm(edges[1], Math.max);
    this.low = calm(edges[2], Math.min);
    this.high = calm(edges[3], Math.max);
    this.count = n;
    this.duration = dance.duration;
    this._sizes = new Map();
  }

  // Height of the window at each moment for pictures of this shape.
  _size(aspect) {
    const key = Math.round(aspect * 100);
    if (!this._sizes.has(key)) {
      const size = new Float64Array(this.count);
      const least = 2.45 / this.seat.x;
      for (let i = 0; i < this.count; i++) {
        const tall = (this.high[i] - this.low[i]) / 0.76;
        const broad = (this.right[i] - this.left[i]) / 0.86 / aspect;
        size[i] = Math.max(tall, broad, least);
      }
      const w = Math.round(2.5 / STEP);
      this._sizes.set(key, smooth(widest(size, w, Math.max), w));
    }
    return this._sizes.get(key);
  }

  // The window at time t for a picture of this shape: left, right, bottom, top, in tangents from the seat.
  window(t, aspect) {
    const x = Math.min(Math.max(t / STEP, 0), this.count - 1.001);
    const i = Math.floor(x);
    const s = x - i;
    const read = (table) => table[i] + s * (table[i + 1] - table[i]);
    const size = read(this._size(aspect));
    const centre = (read(this.left) + read(this.right)) / 2;
    const spare = size - (read(this.high) - read(this.low));
    const bottom = read(this.low) - 0.45 * spare;
    const near = { left: centre - (size * aspect) / 2, right: centre + (size * aspect) / 2, bottom, top: bottom + size };
    const wide = this.wide(aspect);
    // A dance of some length opens on the whole stage.
    const opening = this.duration > 14 ? 1 - ease((t - 0.8) / 4.5) : 0;
    const mixed = {};
    for (const edge of ["left", "right", "bottom", "top"]) mixed[edge] = near[edge] + opening * (wide[edge] - near[edge]);
    return inside(mixed, wide);
  }

  wide(aspect) {
    const middle = (WIDE.low + WIDE.high) / 2;
    const high = WIDE.high - WIDE.low;
    if (aspect >= (2 * WIDE.half) / high) return { left: (-high * aspect) / 2, right: (high * aspect) / 2, bottom: WIDE.low, top: WIDE.high };
    const tall = Math.min((2 * WIDE.half) / aspect, 1.0);
    return { left: (-tall * aspect) / 2, right: (tall * aspect) / 2, bottom: middle - tall / 2, top: middle + tall / 2 };
  }
}

function ease(x) {
  const s = Math.min(Math.max(x, 0), 1);
  return s * s * s * (s * (6 * s - 15) + 10);
}

// Pushes a window back over the picture of the whole stage, where that is possible.
function inside(window, wide) {
  const { left, right, bottom, top } = window;
  const sideways = Math.max(wide.left - left, 0) - Math.max(right - wide.right, 0);
  const upward = Math.max(wide.bottom - bottom, 0) - Math.max(top - wide.top, 0);
  return { left: left + sideways, right: right + sideways, bottom: bottom + upward, top: top + upward };
}
