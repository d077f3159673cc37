// A hall of columns that opens on a garden at evening: the acts of the court.

import { along, clamp, mix, profile } from "./brush.js";

const GOLD = {
  shade: [26, 13, 9],
  dark: [46, 24, 15],
  stone: [124, 84, 52],
  bright: [228, 178, 106],
  gilt: [244, 204, 122],
  candle: [255, 226, 164],
  drape: { dark: [40, 8, 11], middle: [84, 16, 20], bright: [142, 40, 34] },
  sky: [[0, [30, 34, 66]], [0.40, [58, 54, 88]], [0.66, [112, 82, 92]], [0.86, [176, 118, 88]], [1, [214, 158, 104]]],
  garden: [[92, 78, 74], [56, 56, 52], [32, 40, 38], [17, 25, 24]], // from far to near
  leaf: { dark: [16, 22, 18], middle: [40, 52, 34], bright: [130, 122, 66] },
};

// In shares of the drop: the axis of the picture, its horizon, and where the hall's floor meets the garden.
const AXIS = 0.5;
const EYE = 0.835;
const SILL = 0.918;

// Light falling on a round shaft from the left of the middle: dark, bright, dark again.
const ROUND = [[0, 0.10], [0.16, 0.42], [0.34, 0.92], [0.44, 1.0], [0.62, 0.58], [0.84, 0.20], [1, 0.06]];

function round(dark, bright, flip) {
  const stops = ROUND.map(([t, v]) => [t, mix(dark, bright, v)]);
  return flip ? stops.map(([t, c]) => [1 - t, c]).reverse() : stops;
}

function garden(brush) {
  const { random, width: w, height: h } = brush;
  const foot = h * SILL;
  brush.shaded([0, 0, w, h * EYE], GOLD.sky);
  const glow = (x, y) => Math.exp(-(((x / w - AXIS) / 0.13) ** 2) - ((y / h - EYE) / 0.30) ** 2);
  const sky = (x, y) => mix(along(GOLD.sky, y / (h * EYE)), [236, 178, 116], 0.45 * glow(x, y));
  brush.scumble([w * 0.12, 0, w * 0.88, h * EYE], 1300, sky, { length: 150, width: 46, sway: 0.4, alpha: 0.45, off: 10 });
  for (let bank = 0; bank < 26; bank++) {
    const [x, y] = [w * (0.2 + 0.6 * random()), h * (0.16 + 0.52 * random())];
    for (let i = 0; i < 16; i++) {
      const px = x + w * 0.07 * (random() + random() - 1);
      const py = y + h * 0.03 * (random() - 0.5);
      brush.puff(mix(sky(px, py), random() < 0.5 ? [214, 142, 104] : [70, 60, 92], 0.45), px, py, 90 + 130 * random(), 18 + 22 * random(), { alpha: 0.26 });
    }
  }
  // Hills, then hedges and cypresses, each row nearer and darker, toward a long water that leads away.
  [[0.832, 0.10, 0], [0.850, 0.06, 1]].forEach(([base, rise, k]) => {
    const line = profile(random, { rough: 0.5, first: 5 });
    const height = (x) => h * (base - rise * line(x / w));
    brush.under(height, foot, mix(along(GOLD.sky, 0.8), GOLD.garden[k], 0.55));
    for (let x = w * 0.15; x < w * 0.85; x += 10) brush.tuft(mix(along(GOLD.sky, 0.75), GOLD.garden[k + 1], 0.6), x, height(x) + 4, 20 + 22 * random(), { alpha: 0.6 });
    brush.mist([w * 0.15, h * (base - 0.05), w * 0.85, h * base], 50, [196, 140, 104], { length: 360, width: 50, alpha: 0.16 });
  });
  brush.rectangle(0, h * 0.850, w, foot, GOLD.garden[1], { below: GOLD.garden[2] });
  brush.scumble([w * 0.15, h * 0.850, w * 0.85, foot], 500, (x, y) => mix(GOLD.garden[1], GOLD.garden[3], (y / h - 0.850) / 0.068 + 0.4 * random()), { length: 80, width: 9, sway: 0.05, alpha: 0.6, off: 8 });
  // The water, and the sky in it.
  const [top, near] = [h * 0.853, foot];
  brush.piece([w * (AXIS - 0.010), top, w * (AXIS + 0.010), top, w * (AXIS + 0.060), near, w * (AXIS - 0.060), near], [[214, 162, 112], [214, 162, 112], [76, 64, 74], [76, 64, 74]]);
  for (let i = 0; i < 150; i++) {
    const v = random();
    const y = top + (near - top) * v;
    brush.stroke(mix([226, 176, 122], [54, 50, 60], random()), w * AXIS + w * (0.010 + 0.045 * v) * (random() * 2 - 1), y, 30 + 60 * v, 2 + 3 * v, { alpha: 0.5 });
  }
  const cypress = (x, y, tall, colour) => {
    const lit = x < w * AXIS ? 1 : -1;
    for (let i = 0; i < 330; i++) {
      const s = random();
      const broad = tall * 0.085 * Math.pow(Math.sin(Math.PI * (0.10 + 0.88 * Math.pow(1 - s, 0.6))), 0.7);
      const u = random() * 2 - 1;
      brush.tuft(mix(colour, [196, 138, 86], 0.7 * clamp(0.7 * u * lit - 0.1) * random()), x + u * broad, y - tall * s, tall * 0.068 * (0.7 + 0.6 * random()), { alpha: 0.95 });
    }
  };
  // Clipped hedges close the view to both sides.
  for (const side of [-1, 1])
    for (let i = 0; i < 520; i++) {
      const s = random();
      const x = w * (AXIS + side * (0.040 + 0.24 * s));
      const crest = 0.795 - 0.045 * s;
      const v = Math.sqrt(random());
      brush.tuft(mix(mix(GOLD.garden[2], GOLD.garden[3], s), [150, 104, 74], 0.45 * random() * clamp(1 - 3.2 * v)), x, h * (crest + (0.90 - crest) * v), 30 + 26 * random(), { alpha: 0.95 });
    }
  for (let k = 0; k < 7; k++) {
    const s = k / 6;
    const tall = h * (0.06 + 0.27 * s * s);
    const y = h * (0.857 + 0.053 * s * s);
    for (const side of [-1, 1]) {
      const x = w * (AXIS + side * (0.018 + 0.120 * s * s + 0.016 * s));
      cypress(x, y, tall * (0.9 + 0.2 * random()), mix(GOLD.garden[1], GOLD.garden[3], 0.25 + 0.75 * s));
      for (let i = 0; i < 20; i++) brush.tuft(mix(GOLD.garden[3], GOLD.leaf.bright, 0.4 * random()), x + side * w * 0.05 * random() * (0.4 + s), y - h * 0.022 * random() * (0.5 + s), 16 + 22 * s, { alpha: 0.9 });
    }
  }
  // A fountain at the head of the water.
  for (const [r, y] of [[0.013, 0.861], [0.008, 0.843], [0.004, 0.831]]) {
    brush.disc(w * AXIS, h * y, w * r, [150, 118, 84], { squash: 0.22 });
    brush.rectangle(w * (AXIS - 0.002), h * (y - 0.012), w * (AXIS + 0.002), h * y, [132, 102, 74]);
  }
  for (let i = 0; i < 60; i++) {
    const a = (random() - 0.5) * 2;
    const t = random();
    brush.puff([216, 196, 176], w * (AXIS + 0.010 * a * t), h * (0.825 - 0.03 * (1 - (2 * t - 0.9) ** 2) * (1 - 0.4 * Math.abs(a))), 9, 12, { alpha: 0.35 });
  }
  brush.glow([236, 160, 92], w * AXIS, h * 0.74, w * 0.15, 0.20, { squash: 0.7 });
}

// A column with its base, standing on `foot`, its shaft `wide` and up to `top`.
function column(brush, x, top, foot, wide, { dark, bright, gilt, flip = false, flutes = true }) {
  const { random } = brush;
  const shade = round(dark, bright, flip);
  const tall = foot - top;
  const half = wide / 2;
  brush.shaded([x - half, top, x + half, foot], shade, { across: true });
  if (flutes) {
    for (let k = 1; k < 10; k++) {
      const s = 0.5 - 0.5 * Math.cos((Math.PI * k) / 10);
      brush.rectangle(x - half + wide * s - wide * 0.010, top + tall * 0.01, x - half + wide * s + wide * 0.012, foot - tall * 0.02, dark, { alpha: 0.42 });
    }
  }
  for (let i = 0; i < wide * 1.2; i++) {
    const s = random();
    brush.stroke(mix(along(shade, s), random() < 0.5 ? dark : bright, 0.3), x - half + wide * s, top + tall * random(), 70 + 80 * random(), 4 + wide * 0.10, { angle: Math.PI / 2 + 0.1 * (random() - 0.5), alpha: 0.3 });
  }
  const ring = (y0, y1, grow, colour) => brush.shaded([x - half * grow, y0, x + half * grow, y1], round(dark, colour, flip), { across: true });
  ring(foot - wide * 0.14, foot, 1.42, bright);
  ring(foot - wide * 0.26, foot - wide * 0.14, 1.26, gilt);
  ring(foot - wide * 0.34, foot - wide * 0.26, 1.12, bright);
  // The capital: a gilded bell of leaves under its slab.
  ring(top - wide * 0.06, top + wide * 0.06, 1.10, gilt);
  for (let row = 0; row < 3; row++)
    for (let k = 0; k < 7; k++) {
      const s = (k + 0.5 * (row % 2)) / 6.5;
      const px = x - half * (1.0 + 0.14 * row) + wide * (1.0 + 0.14 * row) * s;
      brush.stroke(mix(dark, gilt, along(shade, s)[0] / 255 + 0.15 + 0.3 * random()), px, top - wide * (0.20 + 0.20 * row), wide * 0.40, wide * 0.17, { angle: Math.PI / 2, alpha: 0.95 });
    }
  ring(top - wide * 0.86, top - wide * 0.68, 1.46, gilt);
}

// The ring of an arch from `springing` up, seen from before it, with its thickness.
function arch(brush, x, springing, radius, thick, { dark, bright, gilt }) {
  const steps = 30;
  const point = (r, a) => [x + r * Math.cos(a), springing - r * Math.sin(a)];
  for (let k = 0; k < steps; k++) {
    const a = (Math.PI * k) / steps;
    const b = (Math.PI * (k + 1)) / steps;
    const lit = 0.35 + 0.45 * Math.abs(Math.sin(a * 1.0)) * (k % 2 ? 1 : 0.9);
    const ring = (r0, r1, colour) => brush.piece([...point(r0, a), ...point(r0, b), ...point(r1, b), ...point(r1, a)], colour);
    ring(radius, radius + thick, mix(dark, bright, lit));
    ring(radius - thick * 0.16, radius, gilt.map((v) => v * (0.45 + 0.4 * lit)));
    ring(radius + thick, radius + thick * 1.14, gilt.map((v) => v * (0.35 + 0.4 * lit)));
    if (k % 2) brush.line(dark, ...point(radius, a), ...point(radius + thick, a), 3, 3, { alpha: 0.5 });
  }
}

// A wall pierced by arches: all that is not opening, so that what was painted before shows through.
function arcade(brush, { openings, springing, radius, head, foot, colours, pier }) {
  const { random, width: w } = brush;
  const { dark, bright } = colours;
  const stone = (x, y) => mix(dark, bright, 0.30 + 0.16 * Math.sin(x * 0.011) - 0.18 * ((foot - y) / (foot - head)));
  const inside = (x, y) => openings.some((o) => Math.abs(x - o) < radius && (y > springing || Math.hypot(x - o, y - springing) < radius));
  // Piers between, and the spandrels over them in thin upright slices.
  const edges = [0, ...openings.flatMap((o) => [o - radius, o + radius]), w];
  for (let k = 0; k < edges.length; k += 2) if (edges[k + 1] > edges[k]) brush.rectangle(edges[k], head, edges[k + 1], foot, mix(dark, bright, 0.26), { below: mix(dark, bright, 0.36) });
  for (const o of openings)
    for (let k = 0; k < 40; k++) {
      const [a, b] = [-radius + (2 * radius * k) / 40, -radius + (2 * radius * (k + 1)) / 40];
      const y = (u) => springing - Math.sqrt(Math.max(radius * radius - u * u, 0));
      brush.piece([o + a - 0.4, head, o + b + 0.4, head, o + b + 0.4, y(b), o + a - 0.4, y(a)], [mix(dark, bright, 0.26), mix(dark, bright, 0.26), mix(dark, bright, 0.32), mix(dark, bright, 0.32)]);
    }
  const border = pier;
  brush.scumble([0, head, w, foot], 900, (x, y) => (inside(x, y) || inside(x - border, y) || inside(x + border, y) || inside(x, y + border) ? null : stone(x, y)), { length: 90, width: 34, sway: 1.4, alpha: 0.42, off: 9 });
}

function chandelier(brush, x, top, y, size) {
  const { random } = brush;
  brush.line([90, 62, 34], x, top, x, y - size * 0.5, 4, 4);
  for (const [r, dy, count] of [[1.0, 0, 15], [0.62, -0.34, 11], [0.30, -0.62, 7]]) {
    for (let k = 0; k < 24; k++) {
      const a = (2 * Math.PI * k) / 24;
      const b = (2 * Math.PI * (k + 1)) / 24;
      brush.line(GOLD.gilt.map((v) => v * (0.5 + 0.4 * Math.sin(a))), x + size * r * Math.cos(a), y + size * (dy + 0.16 * r * Math.sin(a)), x + size * r * Math.cos(b), y + size * (dy + 0.16 * r * Math.sin(b)), 4);
    }
    for (let k = 0; k < count; k++) {
      const a = (2 * Math.PI * k) / count;
      const px = x + size * r * Math.cos(a);
      const py = y + size * (dy + 0.16 * r * Math.sin(a));
      brush.line(GOLD.gilt.map((v) => v * 0.6), px, py, x, y + size * (dy + 0.30), 2.5);
      brush.rectangle(px - 2.5, py - size * 0.15, px + 2.5, py, [255, 240, 210]);
      brush.glow(GOLD.candle, px, py - size * 0.17, size * 0.20, 0.55);
      brush.puff([255, 252, 236], px, py - size * 0.19, size * 0.06, size * 0.11, { alpha: 1 });
      for (let drop = 0; drop < 4; drop++) brush.puff([255, 236, 196], px + size * 0.03 * (random() - 0.5), py + size * (0.04 + 0.06 * drop), 5, 8, { alpha: 0.75 });
    }
  }
  for (let i = 0; i < 90; i++) {
    const t = random();
    const r = size * 0.75 * Math.sin(Math.PI * t) * (1 - 0.3 * t);
    brush.puff([255, 234, 190], x + r * (random() * 2 - 1), y + size * (0.55 * t - 0.05), 5 + 4 * random(), 7, { alpha: 0.6 * random() + 0.15 });
  }
  brush.glow(GOLD.candle, x, y, size * 2.6, 0.34);
}

// Cloth gathered and hanging: dark in its folds, bright on their backs.
function drapery(brush, x0, x1, y0, y1, { folds = 7, gather = 0, light = 0.7 }) {
  const { random } = brush;
  const { dark, middle, bright } = GOLD.drape;
  const steps = folds * 6;
  const at = (u, v) => {
    const pull = gather * Math.sin(Math.PI * clamp(v * 1.15));
    return [x0 + (x1 - x0) * (u + (0.12 - u) * pull), y0 + (y1 - y0) * v];
  };
  for (let k = 0; k < steps; k++) {
    const [a, b] = [k / steps, (k + 1) / steps];
    const tone = (u) => {
      const wave = 0.5 + 0.5 * Math.sin(u * folds * 2 * Math.PI + 0.8 * Math.sin(u * 9));
      return mix(mix(dark, middle, clamp(wave * 1.2)), bright, clamp(wave * 1.6 - 0.8) * light);
    };
    for (let j = 0; j < 12; j++) {
      const [v, z] = [j / 12, (j + 1) / 12];
      const fade = (c, t) => c.map((q) => q * (0.45 + 0.55 * t));
      brush.piece([...at(a, v), ...at(b, v), ...at(b, z), ...at(a, z)], [fade(tone(a), v), fade(tone(b), v), fade(tone(b), z), fade(tone(a), z)]);
    }
  }
  for (let i = 0; i < 160; i++) {
    const [u, v] = [random(), random()];
    const [x, y] = at(u, v);
    brush.stroke(mix(middle, random() < 0.5 ? dark : bright, 0.7 * random()), x, y, 120, 6, { angle: Math.PI / 2 + 0.12 * (random() - 0.5), alpha: 0.3 });
  }
}

function paintDrop(brush) {
  const { random, width: w, height: h } = brush;
  garden(brush);
  const stone = { dark: GOLD.dark, bright: GOLD.bright, gilt: GOLD.gilt };
  // The end wall of the hall with its three openings.
  const far = { dark: mix(GOLD.dark, [120, 84, 58], 0.35), bright: mix(GOLD.stone, GOLD.bright, 0.25), gilt: mix(GOLD.stone, GOLD.gilt, 0.6) };
  const openings = [AXIS - 0.148, AXIS, AXIS + 0.148].map((u) => u * w);
  const radius = w * 0.058;
  const springing = h * 0.50;
  arcade(brush, { openings, springing, radius, head: 0, foot: h * SILL, colours: far, pier: w * 0.012 });
  for (const o of openings) {
    arch(brush, o, springing, radius, w * 0.012, far);
    brush.glow([255, 180, 104], o, h * 0.62, radius * 1.4, 0.07);
    // A balustrade before the garden.
    for (let k = 0; k < 13; k++) {
      const x = o - radius + (2 * radius * (k + 0.5)) / 13;
      brush.shaded([x - 6, h * SILL - 50, x + 6, h * SILL], round(GOLD.dark, far.bright, o > w * AXIS), { across: true });
      brush.disc(x, h * SILL - 22, 9, mix(GOLD.dark, far.bright, 0.6));
    }
    brush.rectangle(o - radius, h * SILL - 60, o + radius, h * SILL - 47, far.bright, { below: GOLD.dark });
    brush.rectangle(o - radius, h * SILL - 9, o + radius, h * SILL, mix(GOLD.dark, far.bright, 0.5));
  }
  for (const u of [-0.222, -0.074, 0.074, 0.222]) column(brush, w * (AXIS + u), springing, h * (SILL + 0.004), w * 0.021, { ...far, flip: u > 0 });
  brush.rectangle(0, h * 0.315, w, h * 0.330, mix(far.dark, far.gilt, 0.75), { below: far.dark });
  brush.rectangle(0, h * 0.300, w, h * 0.312, mix(far.dark, far.bright, 0.5), { below: far.dark });
  // The vault above it is lost in the dark.
  brush.rectangle(0, 0, w, h * 0.40, GOLD.shade, { below: [...GOLD.shade, 0], alpha: 0.96 });
  // The floor of the hall, and the openings lying in its polish.
  brush.rectangle(0, h * SILL, w, h, mix(GOLD.dark, GOLD.stone, 0.60), { below: mix(GOLD.dark, GOLD.stone, 0.28) });
  for (let k = -22; k <= 22; k++) brush.line(GOLD.shade, w * (AXIS + 0.016 * k), h * SILL, w * (AXIS + 0.052 * k), h, 2, 5, { alpha: 0.45 });
  for (const v of [0.03, 0.09, 0.18, 0.31, 0.50, 0.76]) brush.rectangle(0, h * (SILL + (1 - SILL) * v), w, h * (SILL + (1 - SILL) * v) + 3, GOLD.shade, { alpha: 0.4 });
  for (const o of openings) {
    const spread = (o - w * AXIS) * 0.5;
    brush.piece([o - radius * 0.9, h * SILL, o + radius * 0.9, h * SILL, o + spread + radius * 1.3, h, o + spread - radius * 1.3, h], [[216, 150, 96, 0.34], [216, 150, 96, 0.34], [180, 110, 62, 0.02], [214, 132, 70, 0.02]], { light: 0.6 });
  }
  brush.scumble([0, h * SILL, w, h], 700, (x, y) => mix(GOLD.dark, GOLD.stone, 0.35 * random() + 0.4 * Math.exp(-(((x / w - AXIS) / 0.2) ** 2)) * (1 - (y / h - SILL) / (1 - SILL))), { length: 150, width: 10, sway: 0.03, alpha: 0.35, off: 7 });
  // Columns of the hall itself, in pairs toward us, with the side aisles dark behind them.
  [[0.285, 0.031, 0.32, 0.925, 0.15], [0.345, 0.046, 0.21, 0.955, 0.42], [0.425, 0.066, 0.08, 0.992, 0.75]].forEach(([u, wide, top, foot, near]) => {
    for (const side of [-1, 1]) {
      const x = w * (AXIS + side * u);
      const outer = side < 0 ? 0 : w;
      brush.rectangle(Math.min(x, outer), 0, Math.max(x, outer), h * foot, mix(GOLD.dark, GOLD.shade, near), { below: GOLD.shade, alpha: 0.86 });
      const tone = { dark: mix(GOLD.dark, GOLD.shade, near), bright: mix(GOLD.bright, GOLD.stone, 0.25 + 0.4 * near), gilt: mix(GOLD.gilt, GOLD.stone, 0.35 * near) };
      drapery(brush, x + side * w * wide * 0.35, x + side * w * wide * 1.9, h * top * 0.4, h * (foot - 0.14), { folds: 4, gather: 0.55, light: 0.55 - 0.3 * near });
      column(brush, x, h * top, h * foot, w * wide, { ...tone, flip: side > 0 });
      brush.glow(GOLD.candle, x - side * w * wide * 0.75, h * (0.52 - 0.04 * near), w * 0.045, 0.30);
      for (const dx of [-0.5, 0, 0.5]) {
        const px = x - side * w * wide * 0.72 + dx * w * 0.014;
        const py = h * (0.53 - 0.04 * near);
        brush.rectangle(px - 2, py - 16, px + 2, py, [255, 238, 206]);
        brush.puff([255, 250, 230], px, py - 22, 9, 17, { alpha: 1 });
        brush.line(GOLD.gilt.map((v) => v * 0.7), px, py, x - side * w * wide * 0.5, py + 40, 3);
      }
    }
  });
  chandelier(brush, w * AXIS, 0, h * 0.375, h * 0.098);
  for (const side of [-1, 1]) chandelier(brush, w * (AXIS + side * 0.205), 0, h * 0.330, h * 0.056);
  for (let i = 0; i < 60; i++) brush.puff([255, 190, 110], w * random(), h * (0.3 + 0.5 * random()), 500, 160, { alpha: 0.025, light: 1 });
  brush.vignette(GOLD.shade, { x: AXIS, y: 0.76, inner: 0.20, outer: 0.66, alpha: 0.84 });
  brush.seams(3);
}

// A wing: a pilaster before a drawn curtain.
function paintWing(brush, near) {
  const { width: w, height: h } = brush;
  const dark = mix([44, 24, 16], GOLD.shade, near);
  const bright = mix([206, 154, 92], [146, 98, 58], near);
  const gilt = mix(GOLD.gilt, [190, 140, 74], near);
  drapery(brush, w, w * 0.44, 0, h, { folds: 6, gather: 0.0, light: 0.5 - 0.25 * near });
  drapery(brush, w * 0.80, w * 0.26, h * 0.02, h * 0.36, { folds: 5, gather: 0.42, light: 0.65 - 0.3 * near });
  column(brush, w * 0.46, h * 0.13, h * 0.952, w * 0.26, { dark, bright, gilt, flip: true });
  brush.shaded([w * 0.24, h * 0.95, w * 0.68, h], round(dark, bright, true), { across: true });
  brush.rectangle(w * 0.24, h * 0.95, w * 0.68, h * 0.956, gilt, { below: dark });
  brush.rectangle(w * 0.20, 0, w, h * 0.016, gilt, { below: dark });
  brush.rectangle(w * 0.22, h * 0.016, w, h * 0.052, mix(dark, bright, 0.5), { below: dark });
}

// What lies beyond the wings: the long side of the hall, tall windows on the dusk between candles.
function paintSides(brush) {
  const { random, width: w, height: h } = brush;
  const wall = [[0, [14, 8, 7]], [0.42, [66, 38, 24]], [0.74, [128, 80, 47]], [0.95, [92, 55, 34]], [1, [40, 23, 15]]];
  brush.shaded([0, 0, w, h], wall);
  brush.scumble([0, 0, w, h], 380, (x, y) => along(wall, y / h), { length: 110, width: 44, sway: 1.2, alpha: 0.35, off: 7 });
  const bays = 4;
  const stone = { dark: GOLD.dark, bright: mix(GOLD.stone, GOLD.bright, 0.35), gilt: mix(GOLD.stone, GOLD.gilt, 0.6) };
  const dusk = [[0, [44, 42, 70]], [0.5, [84, 68, 84]], [1, [172, 116, 86]]];
  const [springing, sill] = [h * 0.44, h * 0.965];
  const half = w * 0.064;
  for (let k = 0; k < bays; k++) {
    const x = (w * (k + 0.5)) / bays;
    brush.shaded([x - half, springing, x + half, sill], dusk);
    for (let i = 0; i < 20; i++) {
      const at = (s) => [x + half * Math.cos(Math.PI * s), springing - half * Math.sin(Math.PI * s)];
      brush.piece([...at(i / 20), ...at((i + 1) / 20), x, springing, x, springing], dusk[0][1]);
    }
    for (let i = 0; i < 60; i++) brush.tuft(mix(GOLD.garden[1], GOLD.garden[3], random()), x + half * (2 * random() - 1), sill - h * 0.20 * random() * random(), 30, { alpha: 0.8 });
    for (let i = 1; i < 3; i++) brush.rectangle(x - half + (2 * half * i) / 3 - 3, springing - half * 0.8, x - half + (2 * half * i) / 3 + 3, sill, GOLD.dark);
    for (let y = springing; y < sill; y += h * 0.105) brush.rectangle(x - half, y - 2.5, x + half, y + 2.5, GOLD.dark);
    arch(brush, x, springing, half, w * 0.012, stone);
    for (const side of [-1, 1]) drapery(brush, x + side * half * 1.25, x + side * half * 0.42, springing - half * 0.5, h * 0.975, { folds: 4, gather: 0.5, light: 0.7 });
  }
  for (let k = 0; k <= bays; k++) {
    const x = (w * k) / bays;
    column(brush, x, h * 0.26, h * 0.985, w * 0.036, stone);
    brush.glow(GOLD.candle, x, h * 0.68, w * 0.10, 0.34);
    for (const dx of [-1, 0, 1]) {
      const y = h * (0.690 - 0.012 * (1 - Math.abs(dx)));
      brush.rectangle(x + 16 * dx - 2.5, y, x + 16 * dx + 2.5, y + 18, [255, 238, 206]);
      brush.glow(GOLD.candle, x + 16 * dx, y - 4, 30, 0.6);
      brush.puff([255, 250, 230], x + 16 * dx, y - 6, 10, 18);
      brush.line(GOLD.gilt, x + 16 * dx, y + 18, x, h * 0.74, 3);
    }
  }
  brush.rectangle(0, h * 0.182, w, h * 0.205, mix(GOLD.dark, stone.gilt, 0.6), { below: GOLD.dark });
  brush.rectangle(0, 0, w, h * 0.36, GOLD.shade, { below: [...GOLD.shade, 0], alpha: 0.9 });
}

// A border: swags of velvet with a gilded fringe, hung from a cornice.
function paintBorder(brush) {
  const { random, width: w, height: h } = brush;
  const { dark, middle, bright } = GOLD.drape;
  brush.rectangle(0, 0, w, h * 0.30, dark);
  const swags = 5;
  for (let k = 0; k < swags; k++) {
    const [x0, x1] = [(w * k) / swags, (w * (k + 1)) / swags];
    for (let j = 0; j < 11; j++) {
      const low = h * (0.24 + 0.046 * j);
      const sag = h * 0.040 * j;
      const tone = 0.5 + 0.5 * Math.sin(j * 1.9 + k);
      for (let i = 0; i < 24; i++) {
        const [a, b] = [i / 24, (i + 1) / 24];
        const y = (u) => low + sag * Math.sin(Math.PI * u) - h * 0.05;
        const lit = (u) => mix(mix(dark, middle, tone), bright, 0.28 * tone * Math.sin(Math.PI * u));
        brush.piece([x0 + (x1 - x0) * a, y(a) - h * 0.08, x0 + (x1 - x0) * b, y(b) - h * 0.08, x0 + (x1 - x0) * b, y(b), x0 + (x1 - x0) * a, y(a)], [dark, dark, lit(b), lit(a)]);
      }
    }
    for (let i = 0; i < 170; i++) {
      const u = i / 170;
      const y = h * (0.65 + 0.40 * Math.sin(Math.PI * u));
      const x = x0 + (x1 - x0) * u;
      brush.line(mix([52, 34, 16], [150, 112, 58], random()), x, y - h * 0.012, x, Math.min(y + h * 0.022, h * 0.99), 4, 2);
    }
  }
}

// The evening through three arches, and the shine of the candles.
function paintPools(brush) {
  const { random, width: w, height: h } = brush;
  brush.rectangle(0, 0, w, h, [0, 0, 0]);
  for (const side of [-1, 0, 1]) {
    const x = w * (0.5 + 0.125 * side);
    brush.piece([x - 13, 0, x + 13, 0, x + side * 26 + 26, h * 0.62, x + side * 26 - 26, h * 0.62], [[190, 128, 70, 0.55], [190, 128, 70, 0.55], [190, 128, 70, 0], [190, 128, 70, 0]], { light: 1 });
  }
  for (let i = 0; i < 60; i++) brush.puff([170, 112, 62], w * (0.5 + 0.42 * (random() + random() - 1)), h * (0.1 + 0.75 * random()), 120, 60, { alpha: 0.05, light: 1 });
}

export const palace = {
  drop: { paint: paintDrop, light: [0.66, 0.62, 0.60], soft: 1.2 },
  wings: { paint: paintWing, light: [0.58, 0.54, 0.52] },
  sides: { paint: paintSides, light: [0.36, 0.33, 0.31], soft: 1.2 },
  border: { paint: paintBorder, light: [0.38, 0.34, 0.34] },
  curtain: "#6f1220",
  floor: { kind: "boards", tint: [0.82, 0.74, 0.66], gloss: 1.35, pools: paintPools, ambient: [0.034, 0.024, 0.020], wash: [0.070, 0.044, 0.024], mirror: 0.52 },
  beams: null,
  lamps: {
    key: { from: [0.58, 0.52, 0.78], colour: [1.0, 0.86, 0.68], power: 1.85, pool: [0.52, 0.41, 0.29] },
    follow: { from: [0.80, -0.30, 0.52], colour: [1.0, 0.96, 0.89], power: 1.10, pool: [0.76, 0.70, 0.61] },
    rimLeft: { from: [-0.66, 0.60, 0.46], colour: [1.0, 0.78, 0.50], power: 1.70 },
    rimRight: { from: [-0.60, -0.66, 0.46], colour: [0.72, 0.76, 1.0], power: 1.30 },
  },
  surround: {
    base: [0.066, 0.054, 0.046],
    front: [0.40, 0.36, 0.31],
    back: [0.26, 0.17, 0.10],
    side: [0.20, 0.14, 0.09],
    above: [0.17, 0.13, 0.10],
    below: [0.20, 0.13, 0.08],
  },
};
