// A scene painter's tools. A picture is a list of dabs, each a few vertices: bristle strokes, tufts of leaves, puffs of mist,
// flat pieces; the graphics card lays them on the cloth in one go, at whatever fineness is wanted.
//
// Places are in the painter's own units, x to the right and y down; colours are [red, green, blue], 0 to 255, and everything
// is drawn from a seed, so that it is the same picture each time.

import { seeded } from "../seeded.js";
import { CORNERS, EACH, FLAT, PUFF } from "./sheet.js";

export const mix = (a, b, t) => [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t];

export const clamp = (v, low = 0, high = 1) => Math.min(Math.max(v, low), high);

// The colour at `t` of stops [[t, colour], …] in rising order.
export function along(stops, t) {
  let k = 1;
  while (k < stops.length - 1 && stops[k][0] < t) k++;
  const [from, a] = stops[k - 1];
  const [to, b] = stops[k];
  return mix(a, b, clamp((t - from) / (to - from)));
}

// Heights along a line, rough at every scale, as a function of 0 to 1 and from 0 to 1: `rough` 0 is a single swell, 1 a saw.
export function profile(random, { rough = 0.5, first = 4, count = 512 } = {}) {
  const out = new Float64Array(count);
  let weight = 1;
  for (let knots = first; knots < count / 2; knots *= 2, weight *= rough) {
    const value = Array.from({ length: knots + 2 }, () => random() - 0.5);
    for (let i = 0; i < count; i++) {
      const u = (i / (count - 1)) * knots;
      const k = Math.floor(u);
      const s = u - k;
      const e = s * s * (3 - 2 * s);
      out[i] += weight * (value[k] + e * (value[k + 1] - value[k]));
    }
  }
  const low = Math.min(...out);
  const high = Math.max(...out);
  return (u) => {
    const at = clamp(u) * (count - 1);
    const k = Math.min(Math.floor(at), count - 2);
    return (out[k] + (at - k) * (out[k + 1] - out[k]) - low) / (high - low);
  };
}

export const WORDS = 6; // of each vertex: x, y, u, v, colour, how much the paint is light

export class Brush {
  constructor(seed, width, height) {
    this.random = seeded(seed);
    this.width = width;
    this.height = height;
    this.count = 0; // of four-cornered dabs
    this._room(4096);
  }

  _room(dabs) {
    const floats = new Float32Array(dabs * 4 * WORDS);
    if (this.floats) floats.set(this.floats);
    this.floats = floats;
    this.bytes = new Uint8Array(floats.buffer);
  }

  // A four-cornered piece [x, y, x, y, …] going round, with one colour or one for each corner. `light` 1 adds like light.
  piece(corners, colours, { alpha = 1, light = 0, cell = FLAT } = {}) {
    if ((this.count + 1) * 4 * WORDS > this.floats.length) this._room(this.count * 2);
    const [u0, v0, u1, v1] = CORNERS[cell];
    const several = Array.isArray(colours[0]);
    for (let k = 0; k < 4; k++) {
      const at = (this.count * 4 + k) * WORDS;
      this.floats[at] = corners[2 * k];
      this.floats[at + 1] = corners[2 * k + 1];
      this.floats[at + 2] = k === 0 || k === 3 ? u0 : u1;
      this.floats[at + 3] = k < 2 ? v0 : v1;
      this.floats[at + 5] = light;
      const [r, g, b, cover = 1] = several ? colours[k] : colours;
      const byte = (at + 4) * 4;
      this.bytes[byte] = clamp(r, 0, 255);
      this.bytes[byte + 1] = clamp(g, 0, 255);
      this.bytes[byte + 2] = clamp(b, 0, 255);
      this.bytes[byte + 3] = clamp(alpha * cover) * 255;
    }
    this.count++;
  }

  _dab(cell, colour, x, y, length, width, angle, alpha, light = 0) {
    const cx = (Math.cos(angle) * length) / 2;
    const cy = (Math.sin(angle) * length) / 2;
    const dx = (-Math.sin(angle) * width) / 2;
    const dy = (Math.cos(angle) * width) / 2;
    this.piece([x - cx - dx, y - cy - dy, x + cx - dx, y + cy - dy, x + cx + dx, y + cy + dy, x - cx + dx, y - cy + dy], colour, { alpha, light, cell });
  }

  stroke(colour, x, y, length, width, { angle = 0, alpha = 1, light = 0 } = {}) {
    this._dab(Math.floor(this.random() * EACH), colour, x, y, length, width, angle, alpha, light);
  }

  puff(colour, x, y, length, width, { angle = 0, alpha = 1, light = 0 } = {}) {
    this._dab(PUFF, colour, x, y, length, width, angle, alpha, light);
  }

  tuft(colour, x, y, size, { alpha = 1 } = {}) {
    this._dab(EACH + Math.floor(this.random() * EACH), colour, x, y, size, size, this.random() * 6.3, alpha);
  }

  glow(colour, x, y, radius, alpha, { squash = 1 } = {}) {
    this.puff(colour, x, y, 2 * radius, 2 * radius * squash, { alpha, light: 1 });
  }

  // A rectangle, of one colour or from `colour` above to `below`.
  rectangle(x0, y0, x1, y1, colour, { below = colour, alpha = 1, light = 0 } = {}) {
    this.piece([x0, y0, x1, y0, x1, y1, x0, y1], [colour, colour, below, below], { alpha, light });
  }

  // A rectangle shaded through stops of colour [[t, colour], …], downward or across.
  shaded([x0, y0, x1, y1], stops, { across = false, alpha = 1 } = {}) {
    for (let k = 1; k < stops.length; k++) {
      const [s, a] = stops[k - 1];
      const [t, b] = stops[k];
      if (across) this.piece([x0 + (x1 - x0) * s, y0, x0 + (x1 - x0) * t, y0, x0 + (x1 - x0) * t, y1, x0 + (x1 - x0) * s, y1], [a, b, b, a], { alpha });
      else this.rectangle(x0, y0 + (y1 - y0) * s, x1, y0 + (y1 - y0) * t, a, { below: b, alpha });
    }
  }

  // What lies under a line y(x), down to `foot`.
  under(line, foot, colour, { from = 0, to = this.width, step = 5, below = colour, alpha = 1 } = {}) {
    for (let x = from; x < to; x += step) {
      const end = Math.min(x + step, to);
      this.piece([x, line(x), end, line(end), end, foot, x, foot], [colour, colour, below, below], { alpha });
    }
  }

  disc(x, y, radius, colour, { squash = 1, alpha = 1, steps = 24 } = {}) {
    for (let k = 0; k < steps; k++) {
      const a = (k / steps) * Math.PI - Math.PI / 2;
      const b = ((k + 1) / steps) * Math.PI - Math.PI / 2;
      const [ya, yb] = [y + radius * squash * Math.sin(a), y + radius * squash * Math.sin(b)];
      const [wa, wb] = [radius * Math.cos(a), radius * Math.cos(b)];
      this.piece([x - wa, ya, x + wa, ya, x + wb, yb, x - wb, yb], colour, { alpha });
    }
  }

  line(colour, x0, y0, x1, y1, a, b = a, { alpha = 1 } = {}) {
    const long = Math.hypot(x1 - x0, y1 - y0) || 1;
    const nx = -(y1 - y0) / long / 2;
    const ny = (x1 - x0) / long / 2;
    this.piece([x0 + nx * a, y0 + ny * a, x1 + nx * b, y1 + ny * b, x1 - nx * b, y1 - ny * b, x0 - nx * a, y0 - ny * a], colour, { alpha });
  }

  // Covers a rectangle with strokes, each of the colour `colourAt` gives for its middle, a little off as mixed paint is.
  scumble([x0, y0, x1, y1], count, colourAt, { length = 90, width = 36, angle = 0, sway = 0.35, alpha = 0.5, off = 7 } = {}) {
    const { random } = this;
    for (let i = 0; i < count; i++) {
      const x = x0 + (x1 - x0) * random();
      const y = y0 + (y1 - y0) * random();
      const colour = colourAt(x, y);
      if (!colour) continue;
      const shift = (random() - 0.5) * 2 * off;
      const size = 0.55 + 0.9 * random();
      this.stroke(colour.map((v) => v + shift + (random() - 0.5) * off * 0.6), x, y, length * size, width * size, {
        angle: angle + (random() - 0.5) * 2 * sway,
        alpha: alpha * (0.5 + 0.5 * random()),
      });
    }
  }

  // Banks of mist lying in a rectangle.
  mist([x0, y0, x1, y1], count, colour, { length = 420, width = 60, alpha = 0.10 } = {}) {
    const { random } = this;
    for (let i = 0; i < count; i++) {
      const size = 0.5 + random();
      this.puff(colour, x0 + (x1 - x0) * random(), y0 + (y1 - y0) * random(), length * size, width * size, { alpha: alpha * (0.4 + 0.6 * random()) });
    }
  }

  // A mass of foliage within an ellipse: dark inside and below, catching `light` on the side it comes from.
  foliage(x, y, rx, ry, { dark, middle, bright, count = 60, size = 40, light = [0.4, -0.8], alpha = 0.85 }) {
    const { random } = this;
    const put = (share, colours, reach, cover) => {
      for (let i = 0; i < count * share; i++) {
        const angle = random() * 2 * Math.PI;
        const r = reach * Math.sqrt(random());
        const u = r * Math.cos(angle);
        const v = r * Math.sin(angle);
        const lit = u * light[0] + v * light[1];
        this.tuft(colours(lit), x + u * rx, y + v * ry, size * (0.6 + 0.8 * random()), { alpha: cover });
      }
    };
    put(0.55, () => mix(dark, middle, 0.25 * random()), 0.95, alpha);
    put(0.45, (lit) => mix(dark, middle, clamp(0.5 + 0.7 * lit)), 1.0, alpha * 0.9);
    put(0.22, (lit) => mix(middle, bright, clamp(0.15 + 0.9 * lit)), 0.92, alpha * 0.55);
  }

  // A trunk or limb from (x0, y0) to (x1, y1), thick `a` to `b`, bent, with bark that catches light on one side (-1 left, 1
  // right); `flare` is how far it spreads at the root. Gives its middle line.
  limb(x0, y0, x1, y1, a, b, { dark, bright, side = 1, bend = 0.08, bark = 1, flare = 0 }) {
    const { random } = this;
    const long = Math.hypot(x1 - x0, y1 - y0);
    const nx = -(y1 - y0) / long;
    const ny = (x1 - x0) / long;
    const n = Math.max(6, Math.round(long / 18));
    const sway = profile(random, { rough: 0.45, first: 2, count: 64 });
    const knobs = [1, 2].map(() => profile(random, { rough: 0.7, count: 128 }));
    const spine = Array.from({ length: n + 1 }, (_, i) => {
      const s = i / n;
      const off = (sway(s) - sway(0) * (1 - s) - sway(1) * s) * bend * long;
      const thick = (a + (b - a) * Math.pow(s, 0.8)) * (1 + flare * Math.pow(1 - s, 7));
      return { x: x0 + (x1 - x0) * s + nx * off, y: y0 + (y1 - y0) * s + ny * off, thick };
    });
    const edge = (i, to) => {
      const { x, y, thick } = spine[i];
      const half = thick * (0.44 + 0.14 * knobs[to > 0 ? 1 : 0](i / n));
      return [x + nx * half * to, y + ny * half * to];
    };
    // Which of the two edges looks toward the light depends on which way the limb runs.
    const toward = (nx < 0 ? -1 : 1) * side;
    const half = mix(dark, bright, bark ? 0.30 : 0);
    const [first, second] = toward > 0 ? [dark, half] : [half, dark];
    for (let i = 0; i < n; i++) this.piece([...edge(i, -1), ...edge(i + 1, -1), ...edge(i + 1, 1), ...edge(i, 1)], [first, first, second, second]);
    if (!bark) return spine;
    for (let i = 0; i < n; i++) {
      const { x, y, thick } = spine[i];
      const angle = Math.atan2(spine[i + 1].y - y, spine[i + 1].x - x);
      for (let k = 0; k < 3 * bark; k++) {
        const across = random() * 2 - 1;
        const lit = clamp(0.42 + 0.62 * across);
        const at = 0.44 * across * toward * thick;
        this.stroke(mix(dark, bright, lit * lit * (0.25 + 0.75 * random())), x + nx * at, y + ny * at, 26 + 34 * random(), 2 + thick * 0.13, { angle: angle + 0.2 * (random() - 0.5), alpha: 0.6 });
      }
    }
    return spine;
  }

  // Darker toward the borders, as a drop is lit.
  vignette(colour, { x = 0.5, y = 0.55, inner = 0.30, outer = 0.62, alpha = 0.8 } = {}) {
    const { width: w, height: h } = this;
    const columns = 40;
    const rows = 20;
    const cover = (u, v) => {
      const r = Math.hypot((u - x) / 1.0, ((v - y) * 0.5 * h) / (0.5 * h));
      const s = clamp((r - inner) / (outer - inner));
      return [...colour, alpha * s * s * (3 - 2 * s)];
    };
    for (let i = 0; i < columns; i++)
      for (let j = 0; j < rows; j++) {
        const [u0, u1, v0, v1] = [i / columns, (i + 1) / columns, j / rows, (j + 1) / rows];
        this.piece([u0 * w, v0 * h, u1 * w, v0 * h, u1 * w, v1 * h, u0 * w, v1 * h], [cover(u0, v0), cover(u1, v0), cover(u1, v1), cover(u0, v1)]);
      }
  }

  // The seams the cloth is sewn together with.
  seams(count) {
    for (let k = 1; k <= count; k++) {
      const y = (this.height * k) / (count + 1);
      this.rectangle(0, y, this.width, y + 1.5, [0, 0, 0], { alpha: 0.07 });
      this.rectangle(0, y + 1.5, this.width, y + 3, [255, 255, 255], { alpha: 0.03 });
    }
  }
}
