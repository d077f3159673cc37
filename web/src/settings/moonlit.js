// A forest by a lake at night: the white acts.

import { along, mix, profile } from "./brush.js";

const INK = [7, 13, 27];
const NIGHT = {
  sky: [[0, [8, 16, 40]], [0.30, [16, 36, 74]], [0.58, [38, 76, 116]], [0.80, [84, 128, 154]], [1, [132, 166, 176]]],
  moon: [255, 246, 222],
  halo: [196, 222, 232],
  cloud: [150, 178, 196],
  mist: [112, 148, 170],
  far: [78, 114, 140],
  wood: [[62, 96, 124], [44, 74, 102], [28, 52, 78], [17, 34, 55]], // from far to near
  water: [[0, [70, 108, 134]], [0.22, [36, 66, 96]], [0.6, [18, 38, 62]], [1, [11, 24, 42]]],
  bark: [92, 122, 140],
  leaf: { dark: INK, middle: [22, 42, 58], bright: [74, 108, 120] },
};

// In shares of the drop: where the moon hangs, where the far shore lies and where the near one.
const MOON = { x: 0.645, y: 0.33 };
const SHORE = 0.832;
const BANK = 0.962;

function sky(brush) {
  const { random, width: w, height: h } = brush;
  const shore = h * SHORE;
  const [mx, my] = [w * MOON.x, h * MOON.y];
  const at = (x, y) => {
    const near = Math.exp(-(((x - mx) / (0.24 * w)) ** 2) - ((y - my) / (0.40 * h)) ** 2);
    const side = Math.abs(x / w - 0.56);
    return mix(mix(along(NIGHT.sky, y / shore), NIGHT.halo, 0.34 * near), INK, Math.min(0.85 * side, 0.55));
  };
  brush.shaded([0, 0, w, shore + 2], NIGHT.sky);
  brush.scumble([0, 0, w, shore], 480, at, { length: 220, width: 84, sway: 0.6, alpha: 0.46, off: 8 });
  brush.scumble([0, 0, w, shore], 1500, at, { length: 120, width: 36, sway: 0.7, alpha: 0.38, off: 11 });
  // Bars of cloud, silver where they look at the moon.
  for (let bar = 0; bar < 17; bar++) {
    const y = shore * (0.04 + 0.62 * random());
    const x = w * random();
    const long = w * (0.08 + 0.16 * random());
    for (let i = 0; i < 26; i++) {
      const px = x + long * (random() + random() - 1);
      const py = y + shore * 0.030 * (random() - 0.5) + 0.06 * Math.abs(px - x);
      const lit = Math.exp(-(((px - mx) / (0.15 * w)) ** 2) - ((py - my) / (0.22 * h)) ** 2);
      brush.puff(mix(mix(at(px, py), NIGHT.cloud, 0.14), NIGHT.moon, 0.60 * lit), px, py, 120 + 220 * random(), 16 + 26 * random(), { alpha: 0.22 + 0.16 * lit });
      if (i % 2 === 0) brush.stroke(mix(at(px, py), NIGHT.halo, 0.12 + 0.6 * lit), px, py + 10, 160, 16, { angle: 0.08 * (random() - 0.5), alpha: 0.26 });
    }
  }
  brush.glow(NIGHT.halo, mx, my, h * 0.66, 0.20);
  brush.glow(NIGHT.moon, mx, my, h * 0.20, 0.22);
}

function moon(brush) {
  const { random, width: w, height: h } = brush;
  const [x, y, r] = [w * MOON.x, h * MOON.y, h * 0.046];
  brush.glow(NIGHT.moon, x, y, r * 2.6, 0.34);
  brush.disc(x, y, r, NIGHT.moon);
  for (const [u, v, size] of [[-0.3, -0.25, 0.6], [0.28, -0.1, 0.45], [-0.1, 0.35, 0.5], [0.4, 0.42, 0.3]]) brush.puff([186, 196, 196], x + u * r, y + v * r, size * r * 1.5, size * r * 1.2, { alpha: 0.5 });
  for (let i = 0; i < 24; i++) brush.stroke(mix(NIGHT.moon, [190, 198, 192], random()), x + r * (random() - 0.5), y + r * (random() - 0.5), r * 0.8, r * 0.25, { angle: random() * 3, alpha: 0.2 });
}

// Mountains beyond the lake, and a ruin on one of them.
function mountains(brush) {
  const { random, width: w, height: h } = brush;
  const ranges = [
    { base: 0.70, rise: 0.22, deep: 0.10, first: 3 },
    { base: 0.755, rise: 0.15, deep: 0.34, first: 5 },
    { base: 0.80, rise: 0.10, deep: 0.62, first: 7 },
  ];
  ranges.forEach(({ base, rise, deep, first }, k) => {
    const line = profile(random, { rough: 0.46, first });
    const height = (x) => h * (base - rise * line(x / w));
    const colour = mix(mix(along(NIGHT.sky, 0.80), NIGHT.far, 0.4), NIGHT.wood[1], deep);
    if (k === 1) ruin(brush, w * 0.40, height(w * 0.40) + h * 0.012, h * 0.085, mix(colour, INK, 0.06));
    brush.under(height, h * 0.9, colour);
    for (let i = 0; i < 700; i++) {
      const x = w * random();
      const down = random();
      const lit = x < w * MOON.x ? 0.9 : 0.4;
      brush.stroke(mix(colour, random() < 0.45 ? NIGHT.halo : INK, 0.26 * lit * random()), x, height(x) + 9 + h * 0.11 * down, 80 * (0.5 + random()), 16, { angle: 0.7 * (random() - 0.3), alpha: 0.5 * (1 - down) });
    }
    // Woods on the slopes, as a fringe along the crest.
    if (k > 0) for (let x = 0; x < w; x += 6 + 8 * random()) brush.tuft(mix(colour, INK, 0.08 + 0.10 * random()), x, height(x) + 4, 12 + 12 * k * random(), { alpha: 0.7 });
    brush.mist([0, h * (base - 0.005), w, h * (base + 0.07)], 55, mix(NIGHT.mist, NIGHT.halo, 0.25), { length: 520, width: 74, alpha: 0.26 });
  });
}

function ruin(brush, x, y, tall, colour) {
  const towers = [[-0.86, 0.30, 0.44], [-0.6, 0.5, 0.20], [-0.18, 0.24, 0.86], [0.0, 0.44, 0.36], [0.42, 0.20, 0.62], [0.5, 0.5, 0.18]];
  for (const [at, wide, high] of towers) {
    brush.rectangle(x + at * tall, y - high * tall, x + (at + wide) * tall, y + 0.4 * tall, colour);
    for (let k = 0; k < 3; k++) brush.rectangle(x + (at + (wide * k) / 2.5) * tall, y - (high + 0.05) * tall, x + (at + (wide * (k + 0.5)) / 2.5) * tall, y - high * tall, colour);
  }
  brush.piece([x - 0.21 * tall, y - 0.84 * tall, x - 0.06 * tall, y - 1.22 * tall, x - 0.06 * tall, y - 1.22 * tall, x + 0.09 * tall, y - 0.84 * tall], colour);
  for (let i = 0; i < 30; i++) brush.tuft(colour, x + tall * (brush.random() * 2.4 - 1.2), y + 0.02 * tall, 0.16 * tall);
  for (let i = 0; i < 90; i++) brush.stroke(mix(colour, brush.random() < 0.5 ? NIGHT.halo : INK, 0.25 * brush.random()), x + tall * (brush.random() * 1.8 - 0.8), y - 0.5 * tall * brush.random(), 0.14 * tall, 0.05 * tall, { angle: 1.5, alpha: 0.5 });
  brush.mist([x - tall, y - 0.3 * tall, x + tall, y + 0.1 * tall], 8, NIGHT.mist, { length: tall * 1.6, width: tall * 0.4, alpha: 0.19 });
}

// A tree of the far wood.
function tree(brush, x, foot, height, { colour, lit, pointed }) {
  const { random } = brush;
  const light = mix(colour, NIGHT.halo, 0.42);
  const lean = (random() - 0.5) * 0.08 * height;
  const size = height * 0.17;
  brush.limb(x, foot, x + lean, foot - height * 0.92, size * 0.24, size * 0.06, { dark: colour, bright: light, side: lit, bend: 0.04, bark: 0.5 });
  const small = height < 110; // far off a few tufts are a crown
  const boughs = small ? 8 : pointed ? 14 : 12;
  for (let k = 0; k < boughs; k++) {
    const s = pointed ? 0.16 + (0.82 * k) / boughs : 0.32 + 0.62 * Math.sqrt(random());
    const broad = pointed ? size * 1.35 * (1.05 - s) : size * (0.7 + 0.5 * random());
    const px = x + lean * s + (pointed ? 0 : size * 1.7 * (random() - 0.5) * Math.sqrt(Math.max(1.15 - s, 0)));
    for (let i = 0; i < (small ? 3 : 7); i++) {
      const u = random() * 2 - 1;
      const v = random() * 2 - 1;
      brush.tuft(mix(colour, light, Math.max(0.6 * u * lit - 0.6 * v, 0) * random()), px + u * broad, foot - height * s + v * size * 0.38, size * (0.55 + 0.5 * random()), { alpha: 0.8 });
    }
  }
}

// One row of the wood: crowns over trunks whose feet are lost in the mist. `gap` is what it leaves open of the middle.
function row(brush, { foot, tall, gap, colour, mist, step }) {
  const { random, width: w, height: h } = brush;
  for (let x = -60; x < w + 60; x += step * (0.5 + 0.9 * random())) {
    const side = Math.abs(x / w - 0.53);
    if (side < gap * (0.75 + 0.5 * random())) continue;
    const height = h * tall * (0.55 + 0.6 * random()) * (0.72 + 0.75 * Math.min(side / 0.42, 1));
    tree(brush, x, h * (foot + 0.012 * (random() - 0.5)), height, { colour, lit: x < w * MOON.x ? 1 : -1, pointed: random() < 0.45 });
  }
  brush.mist([0, h * (foot - 0.040), w, h * (foot + 0.012)], 66, mist, { length: 460, width: 50, alpha: 0.25 });
}

function lake(brush) {
  const { random, width: w, height: h } = brush;
  const [top, bottom] = [h * SHORE, h * (BANK + 0.03)];
  brush.shaded([0, top, w, bottom], NIGHT.water);
  const at = (x, y) => {
    const open = Math.exp(-(((x / w - 0.58) / 0.26) ** 2));
    return mix(INK, along(NIGHT.water, (y - top) / (bottom - top)), 0.45 + 0.55 * open);
  };
  brush.scumble([0, top, w, bottom], 1500, at, { length: 210, width: 12, sway: 0.02, alpha: 0.55, off: 7 });
  // What stands on the far shore hangs in the water, drawn down and broken.
  for (let i = 0; i < 900; i++) {
    const x = w * random();
    const side = Math.abs(x / w - 0.53);
    if (Math.abs(x / w - MOON.x) < 0.03) continue;
    const deep = random() * random();
    brush.stroke(mix(NIGHT.wood[1], INK, 0.4 + 0.4 * random()), x, top + 4 + (bottom - top) * 0.55 * deep, 30 + 60 * random(), 5 + 9 * random(), { alpha: 0.46 * (1 - deep) * Math.min(0.35 + side * 2.4, 1) });
  }
  // The moon's road.
  const mx = w * MOON.x;
  for (let i = 0; i < 900; i++) {
    const v = Math.pow(random(), 1.25);
    const y = top + 2 + (bottom - top) * v;
    const spread = w * (0.012 + 0.050 * v);
    const x = mx + (random() + random() + random() - 1.5) * 1.3 * spread;
    const heart = Math.exp(-(((x - mx) / spread) ** 2));
    brush.stroke(mix(NIGHT.halo, NIGHT.moon, heart), x, y, (16 + 54 * random()) * (0.5 + v), 2.4 + 5 * v * random(), { alpha: (0.20 + 0.6 * heart * random()) * (1 - 0.5 * v) });
  }
  for (let i = 0; i < 420; i++) brush.stroke(NIGHT.halo, w * (0.22 + 0.64 * random()), top + (bottom - top) * random(), 60 + 130 * random(), 2.5, { alpha: 0.09 });
  brush.glow(NIGHT.halo, mx, top, w * 0.20, 0.20, { squash: 0.20 });
}

// The great trees that frame the picture, and the canopy that closes it above.
function frame(brush) {
  const { random, width: w, height: h } = brush;
  const great = (x, thick, lean, dark, bright, side) => {
    const foot = h * (BANK + 0.02);
    const limb = { dark, bright, side };
    for (const root of [-1, -0.4, 0.5, 1]) brush.limb(x + root * thick * 0.2, foot - thick * 0.3, x + root * thick * 1.2, foot + h * 0.012, thick * 0.4, thick * 0.08, { ...limb, bend: 0.1 });
    brush.limb(x, foot, x + lean * w, -h * 0.02, thick, thick * 0.5, { ...limb, bend: 0.05, bark: 2.2, flare: 0.9 });
    for (let k = 0; k < 6; k++) {
      const s = 0.40 + 0.52 * random();
      const out = (k % 2 ? -1 : 1) * w * (0.05 + 0.08 * random());
      const [bx, by] = [x + lean * w * s, foot * (1 - s)];
      const spine = brush.limb(bx, by, bx + out, by - h * (0.05 + 0.14 * random()), thick * 0.34, thick * 0.07, { ...limb, bend: 0.16, bark: 0.9 });
      const tip = spine[spine.length - 1];
      for (let twig = 0; twig < 7; twig++) {
        const from = spine[Math.floor(spine.length * (0.4 + 0.59 * random()))];
        brush.limb(from.x, from.y, from.x + out * 0.5 * random(), from.y + h * 0.10 * (random() - 0.7), thick * 0.08, 1.5, { ...limb, bend: 0.2, bark: 0 });
      }
      brush.foliage(tip.x, tip.y, w * 0.048, h * 0.075, { ...NIGHT.leaf, dark, count: 64, size: 42, light: [side * 0.6, -0.5] });
    }
  };
  const far = mix(NIGHT.wood[3], INK, 0.15);
  for (const [x, thick, lean] of [[0.165, 52, 0.012], [0.225, 34, -0.014], [0.845, 50, -0.010], [0.79, 32, 0.014]]) great(w * x, thick, lean, far, NIGHT.bark, x < MOON.x ? 1 : -1);
  brush.mist([0, h * 0.83, w, h * 0.96], 50, NIGHT.mist, { length: 520, width: 70, alpha: 0.14 });
  for (const [x, thick, lean] of [[0.035, 118, 0.030], [0.105, 84, -0.006], [0.965, 120, -0.030], [0.905, 78, 0.008]]) great(w * x, thick, lean, mix(INK, NIGHT.wood[3], 0.2), NIGHT.bark, x < MOON.x ? 1 : -1);
  for (let i = 0; i < 84; i++) {
    const u = random();
    const side = Math.abs(u - 0.5) * 2;
    const deep = h * (0.010 + 0.24 * Math.pow(side, 1.7) * random() + 0.030 * random());
    const lit = Math.exp(-(((u - MOON.x) / 0.16) ** 2));
    brush.foliage(w * u, deep, w * 0.036, h * 0.042, { ...NIGHT.leaf, bright: mix(NIGHT.leaf.bright, NIGHT.halo, 0.45 * lit), count: 40, size: 46, light: [u < MOON.x ? 0.5 : -0.5, 0.5] });
  }
}

// The near shore: turf and reeds.
function bank(brush) {
  const { random, width: w, height: h } = brush;
  const line = profile(random, { rough: 0.5, first: 6 });
  const edge = (x) => {
    const u = x / w - 0.54;
    return h * (BANK - 0.30 * u * u - 0.016 * line(x / w));
  };
  const turf = [16, 30, 40];
  brush.under(edge, h, turf);
  brush.scumble([0, h * 0.90, w, h], 1500, (x, y) => (y < edge(x) + 6 ? null : mix(turf, INK, 0.6 * random())), { length: 60, width: 18, sway: 0.5, alpha: 0.6, off: 6 });
  for (let i = 0; i < 3600; i++) {
    const x = w * random();
    const u = x / w - 0.54;
    const clump = 0.5 + 0.5 * Math.sin(u * 41 + 1.4 * Math.sin(u * 17));
    const y = edge(x) + h * 0.035 * random();
    const tall = h * (0.006 + 0.050 * random() * clump * (0.22 + 2.6 * u * u));
    const lit = Math.exp(-(((x / w - MOON.x) / 0.14) ** 2)) * random();
    const sway = (random() - 0.5) * tall * 0.8;
    const colour = mix(mix(INK, [34, 58, 68], random()), NIGHT.halo, 0.35 * lit);
    brush.line(colour, x, y, x + 0.25 * sway, y - tall * 0.6, 2.4, 1.8, { alpha: 0.85 });
    brush.line(colour, x + 0.25 * sway, y - tall * 0.6, x + sway, y - tall, 1.8, 0.5, { alpha: 0.85 });
  }
}

function paintDrop(brush) {
  const { width: w, height: h } = brush;
  sky(brush);
  moon(brush);
  mountains(brush);
  NIGHT.wood.slice(0, 3).forEach((colour, k) =>
    row(brush, {
      foot: SHORE - 0.020 + 0.009 * k,
      tall: [0.085, 0.15, 0.30][k],
      gap: [0, 0.055, 0.19][k],
      colour,
      mist: mix(NIGHT.mist, colour, 0.18 * k),
      step: [15, 42, 78][k],
    }),
  );
  lake(brush);
  brush.mist([0, h * (SHORE - 0.022), w, h * (SHORE + 0.018)], 61, NIGHT.mist, { length: 620, width: 34, alpha: 0.31 });
  row(brush, { foot: BANK - 0.02, tall: 0.46, gap: 0.25, colour: NIGHT.wood[3], mist: mix(NIGHT.mist, NIGHT.wood[2], 0.55), step: 120 });
  frame(brush);
  bank(brush);
  brush.mist([0, h * 0.90, w, h], 38, mix(NIGHT.mist, NIGHT.wood[2], 0.4), { length: 560, width: 40, alpha: 0.16 });
  brush.vignette(INK, { x: 0.56, y: 0.56, inner: 0.18, outer: 0.66, alpha: 0.86 });
  brush.seams(3);
}

// A wing: an old tree on a cut-out, its bark lit from the stage. `near`: 0 for the hindmost, 1 for the one at the curtain.
function paintWing(brush, near) {
  const { random, width: w, height: h } = brush;
  const dark = mix([20, 36, 54], INK, near);
  const bright = mix(NIGHT.bark, [66, 88, 106], near);
  const leaf = { dark, middle: mix([34, 60, 76], [20, 38, 52], near), bright: mix([96, 132, 142], [62, 90, 104], near) };
  brush.rectangle(w * 0.66, 0, w, h, dark);
  brush.scumble([w * 0.62, 0, w, h], 300, () => mix(dark, INK, 0.6 * random()), { length: 90, width: 30, angle: 1.5, alpha: 0.6 });
  const trunk = { dark, bright, side: -1 };
  brush.limb(w * 0.76, h, w * 0.60, -h * 0.02, w * 0.30, w * 0.17, { ...trunk, bend: 0.04, bark: 4, flare: 0.5 });
  for (const root of [-1.3, -0.6, 0.3]) brush.limb(w * (0.46 + 0.05 * root), h * 0.97, w * (0.46 + 0.16 * root), h, w * 0.08, w * 0.02, { ...trunk, bend: 0.1 });
  brush.limb(w * 0.46, h, w * 0.40, -h * 0.02, w * 0.17, w * 0.09, { ...trunk, bend: 0.06, bark: 3, flare: 0.9 });
  for (let k = 0; k < 8; k++) {
    const y = h * (0.14 + 0.46 * random());
    const out = w * (0.14 + 0.20 * random());
    const spine = brush.limb(w * 0.44, y, w * 0.44 - out, y - h * (0.02 + 0.07 * random()), w * 0.05, 3, { ...trunk, bend: 0.16, bark: 1 });
    const tip = spine[spine.length - 1];
    brush.foliage(tip.x, tip.y, w * 0.07, h * 0.020, { ...leaf, count: 26, size: 40, light: [-0.6, 0.3], alpha: 1 });
  }
  for (let i = 0; i < 52; i++) {
    const t = random();
    const reach = 0.34 * Math.pow(1 - t, 1.6);
    brush.foliage(w * (0.44 - reach * random() + 0.30 * random()), h * 0.46 * t, w * 0.12, h * 0.035, { ...leaf, count: 34, size: 46, light: [-0.6, 0.3], alpha: 1 });
  }
  for (let i = 0; i < 18; i++) brush.foliage(w * (0.28 + 0.5 * random()), h * (0.970 + 0.03 * random()), w * 0.10, h * 0.020, { ...leaf, count: 24, size: 36, light: [-0.6, -0.4], alpha: 1 });
}

// What lies beyond the wings: the wood goes on, trunk behind trunk, in moonlit mist.
function paintSides(brush) {
  const { random, width: w, height: h } = brush;
  const foot = h * 0.93;
  const air = [[0, [8, 16, 32]], [0.40, [30, 56, 86]], [0.74, [84, 122, 148]], [0.93, [66, 98, 120]], [1, [20, 34, 46]]];
  brush.shaded([0, 0, w, h], air);
  brush.scumble([0, 0, w, h], 420, (x, y) => along(air, y / h), { length: 150, width: 50, sway: 0.4, alpha: 0.4, off: 7 });
  brush.glow(NIGHT.halo, w * 0.34, h * 0.74, h * 0.42, 0.16, { squash: 0.6 });
  NIGHT.wood.forEach((colour, k) => {
    for (let x = w * 0.06 * random(); x < w; x += w * (0.034 + 0.034 * k) * (0.4 + 1.2 * random())) {
      const thick = 8 + 8 * k * (0.5 + 0.6 * random());
      const limb = { dark: mix(colour, INK, 0.12 * k), bright: mix(colour, NIGHT.halo, 0.20), side: x < w * 0.34 ? 1 : -1 };
      brush.limb(x, foot + 8 * k, x + 40 * (random() - 0.5), -10, thick, thick * 0.62, { ...limb, bend: 0.03, bark: 0.35 * k, flare: 0.5 });
    }
    brush.mist([0, foot - h * 0.24, w, foot + 12], 26, mix(NIGHT.mist, colour, 0.25 * k), { length: 420, width: 70, alpha: 0.26 - 0.03 * k });
  });
  for (let i = 0; i < 46; i++) {
    const t = Math.pow(random(), 1.6);
    brush.foliage(w * random(), h * 0.42 * t, w * 0.06, h * 0.05, { ...NIGHT.leaf, dark: INK, count: 20, size: 44, light: [0.3, 0.6] });
  }
  for (let i = 0; i < 26; i++) brush.foliage(w * random(), foot + h * 0.05 * random(), w * 0.05, h * 0.03, { ...NIGHT.leaf, dark: INK, count: 20, size: 34, light: [0.2, -0.8] });
  brush.rectangle(0, h * 0.965, w, h, INK, { alpha: 0.8 });
  // Where it meets the drop it is as dark as that is there.
  const dim = [...INK, 0];
  brush.piece([0, 0, w * 0.2, 0, w * 0.2, h, 0, h], [INK, dim, dim, INK], { alpha: 0.85 });
}

// A border: leaves hanging from the flies.
function paintBorder(brush) {
  const { random, width: w, height: h } = brush;
  const dark = [12, 22, 36];
  const leaf = { dark, middle: [24, 44, 60], bright: [66, 96, 108] };
  brush.rectangle(0, 0, w, h * 0.36, dark);
  const line = profile(random, { rough: 0.6, first: 5 });
  for (let i = 0; i < 110; i++) {
    const u = random();
    const side = Math.abs(u - 0.5) * 2;
    const reach = 0.32 + 0.26 * line(u) + 0.30 * side * side;
    brush.foliage(w * u, h * reach * (0.55 + 0.45 * random()), w * 0.028, h * 0.13, { ...leaf, count: 28, size: 38, light: [0, 0.9], alpha: 1 });
  }
}

// Moonlight through leaves on the boards.
function paintPools(brush) {
  const { random, width: w, height: h } = brush;
  brush.rectangle(0, 0, w, h, [0, 0, 0]);
  for (let i = 0; i < 260; i++) {
    const [u, v] = [random(), random()];
    const middle = Math.exp(-(((u - 0.5) / 0.30) ** 2) - ((v - 0.46) / 0.42) ** 2);
    brush.puff([118, 160, 214], w * u, h * v, 18 + 46 * random(), 12 + 24 * random(), { angle: random() * 3, alpha: 0.05 + 0.80 * middle * random(), light: 1 });
  }
}

export const moonlit = {
  drop: { paint: paintDrop, light: [0.70, 0.72, 0.76], soft: 1.2 },
  wings: { paint: paintWing, light: [0.62, 0.62, 0.66] },
  sides: { paint: paintSides, light: [0.36, 0.38, 0.44], soft: 1.4 },
  border: { paint: paintBorder, light: [0.50, 0.52, 0.58] },
  floor: { kind: "boards", tint: [0.66, 0.72, 0.90], gloss: 1.25, pools: paintPools, ambient: [0.044, 0.068, 0.136], wash: [0.020, 0.020, 0.028], mirror: 0.60 },
  beams: { colour: [0.34, 0.50, 0.86], power: 0.060 },
  curtain: "#7c131c",
  lamps: {
    key: { from: [0.58, 0.52, 0.78], colour: [1.0, 0.88, 0.74], power: 1.70, pool: [0.40, 0.35, 0.31] },
    follow: { from: [0.80, -0.30, 0.52], colour: [1.0, 0.97, 0.92], power: 1.15, pool: [0.74, 0.74, 0.74] },
    rimLeft: { from: [-0.66, 0.60, 0.46], colour: [0.56, 0.76, 1.0], power: 1.85 },
    rimRight: { from: [-0.60, -0.66, 0.46], colour: [0.66, 0.74, 1.0], power: 1.60 },
  },
  surround: {
    base: [0.046, 0.052, 0.080],
    front: [0.40, 0.37, 0.34],
    back: [0.10, 0.17, 0.34],
    side: [0.11, 0.14, 0.20],
    above: [0.12, 0.14, 0.20],
    below: [0.15, 0.11, 0.09],
  },
};
