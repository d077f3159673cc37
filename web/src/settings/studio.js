// A rehearsal room by day: bare walls, tall windows, a barre before the mirror, grey linoleum.

import { BoxGeometry, Mesh } from "three";
import { mergeGeometries } from "three/addons/utils/BufferGeometryUtils.js";

import { stuff } from "../scenery.js";
import { along, clamp, mix } from "./brush.js";

const ROOM = {
  wall: [[0, [72, 64, 56]], [0.35, [124, 110, 92]], [0.7, [154, 136, 110]], [1, [122, 105, 84]]], // from the ceiling down
  trim: [162, 152, 136],
  shadow: [30, 29, 31],
  glass: [[0, [226, 232, 236]], [0.55, [252, 246, 230]], [1, [222, 208, 184]]],
  wood: [124, 84, 52],
  mirror: [[0, [44, 49, 54]], [0.6, [62, 66, 70]], [1, [76, 76, 76]]],
};

// In metres on the back wall, y from the middle and z from the floor.
const MIRROR = { half: 4.9, low: 0.22, high: 2.95 };
const WINDOWS = [-8.35, -6.35, 6.35, 8.35];
const WINDOW = { half: 0.72, low: 1.05, high: 5.6 };

// One tall window of many panes; `b` is [left, top, right, bottom].
function window(brush, [x0, y0, x1, y1], { panes = [3, 7], light = 1 } = {}) {
  const { random } = brush;
  const wide = x1 - x0;
  const tall = y1 - y0;
  brush.rectangle(x0 - 14, y0 - 14, x1 + 14, y1 + 10, ROOM.shadow, { alpha: 0.5 });
  brush.shaded([x0, y0, x1, y1], ROOM.glass.map(([t, c]) => [t, c.map((v) => v * light)]));
  // Roofs and a bare tree, pale behind the glass.
  for (let k = 0; k < 5; k++) {
    const a = x0 + wide * (k / 5);
    const top = y1 - tall * (0.16 + 0.12 * random());
    brush.rectangle(a, top, a + wide / 5, y1, [158 * light, 166 * light, 172 * light], { alpha: 0.75 });
  }
  for (let k = 0; k < 26; k++) {
    const a = x0 + wide * random();
    const y = y1 - tall * (0.10 + 0.5 * random());
    brush.line([146 * light, 152 * light, 154 * light], a, y, clamp(a + wide * 0.3 * (random() - 0.5), x0, x1), y - tall * 0.10 * random(), 3, 1, { alpha: 0.7 });
  }
  brush.scumble([x0 + 10, y0 + 10, x1 - 10, y1 - 10], 60, (x, y) => along(ROOM.glass, (y - y0) / tall).map((v) => v * light), { length: 60, width: 24, sway: 1, alpha: 0.2, off: 8 });
  const [across, down] = panes;
  for (let k = 0; k <= across; k++) brush.rectangle(x0 + (wide * k) / across - 4, y0, x0 + (wide * k) / across + 4, y1, [72, 70, 70]);
  for (let k = 0; k <= down; k++) brush.rectangle(x0, y0 + (tall * k) / down - 3.5, x1, y0 + (tall * k) / down + 3.5, [72, 70, 70]);
  brush.rectangle(x0 - 12, y1, x1 + 12, y1 + 9, ROOM.trim, { below: ROOM.shadow });
  brush.glow([255, 236, 204], (x0 + x1) / 2, (y0 + y1) / 2, wide * 1.9, 0.26 * light * light, { squash: 2 });
}

function plaster(brush, w, h) {
  const { random } = brush;
  brush.shaded([0, 0, w, h], ROOM.wall);
  brush.scumble([0, 0, w, h], 1600, (x, y) => along(ROOM.wall, y / h), { length: 130, width: 60, sway: 1.6, alpha: 0.35, off: 7 });
  for (let i = 0; i < 40; i++) brush.puff(random() < 0.5 ? [60, 56, 52] : [150, 142, 130], w * random(), h * random(), 200 * random() + 60, 140 * random() + 30, { alpha: 0.08 });
}

function paintDrop(brush) {
  const { random, width: w, height: h } = brush;
  const unit = w / 22; // of a metre
  const at = (y, z) => [w / 2 + y * unit, h - z * unit];
  const frame = (y0, z0, y1, z1) => [...at(y0, z1), ...at(y1, z0)];
  plaster(brush, w, h);
  for (const y of WINDOWS) window(brush, frame(y - WINDOW.half, WINDOW.low, y + WINDOW.half, WINDOW.high), { light: 0.92 });
  // Beams, pipes, a picture rail and the wainscot.
  for (const [z, thick] of [[6.25, 0.10], [3.30, 0.05]]) brush.rectangle(...frame(-11, z, 11, z + thick), ROOM.trim, { below: ROOM.shadow });
  for (let k = -4; k <= 4; k++) brush.rectangle(...frame(2.6 * k - 0.16, 6.35, 2.6 * k + 0.16, 9.5), [66, 62, 60], { below: [84, 80, 76] });
  brush.rectangle(...frame(-11, 6.4, 11, 9.5), [22, 22, 24], { below: [22, 22, 24, 0], alpha: 0.9 });
  // What the glass shows: the room's own far end, dim, and its floor running up to it.
  const { half, low, high } = MIRROR;
  const [gx0, gy0, gx1, gy1] = frame(-half, low, half, high);
  brush.shaded([gx0, gy0, gx1, gy1], ROOM.mirror);
  const floor = h - 0.98 * unit; // where wall and floor meet far behind the glass
  brush.rectangle(gx0, floor, gx1, gy1, [62, 66, 72], { below: [104, 108, 114] });
  brush.scumble([gx0 + 30, gy0 + 20, gx1 - 30, floor], 500, (x, y) => along(ROOM.mirror, (y - gy0) / (gy1 - gy0)), { length: 120, width: 50, sway: 1.5, alpha: 0.4, off: 6 });
  brush.scumble([gx0 + 60, floor + 6, gx1 - 60, gy1 - 4], 320, (x, y) => mix([62, 66, 72], [106, 110, 116], (y - floor) / (gy1 - floor)), { length: 150, width: 12, sway: 0.03, alpha: 0.4, off: 6 });
  for (const y of [-4.0, -3.1, 3.1, 4.0]) window(brush, frame(y - 0.30, 1.50, y + 0.30, 2.80), { panes: [3, 5], light: 0.40 });
  for (const y of [-4.0, -3.1, 3.1, 4.0]) {
    const [cx] = at(y, 0);
    brush.piece([cx - 0.3 * unit, floor + 4, cx + 0.3 * unit, floor + 4, cx + 0.62 * unit, gy1, cx - 0.46 * unit, gy1], [[190, 204, 216, 0.20], [190, 204, 216, 0.24], [190, 204, 216, 0.04], [190, 204, 216, 0.04]], { light: 0.7 });
  }
  // The barre's own image, behind the barre.
  for (const z of [0.98, 0.74]) brush.rectangle(...frame(-half, z - 0.02, half, z + 0.02), [92, 66, 44], { below: [44, 32, 24] });
  // Seams of the glass, its frame, and the light that slides over it.
  const sheets = 6;
  for (let k = 0; k <= sheets; k++) {
    const x = gx0 + ((gx1 - gx0) * k) / sheets;
    brush.rectangle(x - 2, gy0, x + 2, gy1, [22, 23, 25]);
    brush.rectangle(x + 2, gy0, x + 4, gy1, [150, 158, 162], { alpha: 0.30 });
  }
  for (let k = 0; k < sheets; k++) {
    const x = gx0 + ((gx1 - gx0) * (k + 0.15 + 0.5 * random())) / sheets;
    brush.piece([x, gy0, x + 46, gy0, x - 60, gy1, x - 120, gy1], [[210, 224, 236, 0.11], [210, 224, 236, 0.11], [210, 224, 236, 0.02], [210, 224, 236, 0.02]], { light: 0.8 });
  }
  brush.rectangle(gx0 - 9, gy0 - 12, gx1 + 9, gy0, ROOM.wood, { below: [70, 46, 30] });
  brush.rectangle(gx0 - 9, gy1, gx1 + 9, gy1 + 12, ROOM.wood, { below: [56, 36, 24] });
  for (const x of [gx0 - 9, gx1]) brush.rectangle(x, gy0 - 12, x + 9, gy1 + 12, ROOM.wood);
  brush.rectangle(...frame(-11, 0, 11, 0.20), [66, 52, 42], { below: [40, 31, 26] });
  brush.vignette([14, 14, 17], { x: 0.5, y: 0.70, inner: 0.24, outer: 0.66, alpha: 0.80 });
}

// A wing: the side wall of the room, with one of its windows.
function paintWing(brush, near) {
  const { width: w, height: h } = brush;
  const dim = 1 - 0.45 * near;
  brush.shaded([w * 0.18, 0, w, h], ROOM.wall.map(([t, c]) => [t, c.map((v) => v * dim)]));
  brush.scumble([w * 0.24, 0, w, h], 420, (x, y) => along(ROOM.wall, y / h).map((v) => v * dim), { length: 90, width: 50, sway: 1.6, alpha: 0.35, off: 7 });
  window(brush, [w * 0.36, h * 0.17, w * 0.78, h * 0.80], { panes: [3, 8], light: 0.85 - 0.3 * near });
  brush.rectangle(w * 0.18, 0, w * 0.21, h, [150 * dim, 144 * dim, 134 * dim]);
  brush.rectangle(w * 0.18, h * 0.975, w, h, [62, 48, 39], { below: [38, 30, 25] });
}

// What lies beyond the wings: the room's long side, with more of its windows.
function paintSides(brush) {
  const { width: w, height: h } = brush;
  plaster(brush, w, h);
  for (let k = 0; k < 4; k++) window(brush, [w * (0.07 + 0.245 * k), h * 0.20, w * (0.07 + 0.245 * k) + w * 0.115, h * 0.84], { panes: [3, 8], light: 0.62 });
  brush.rectangle(0, 0, w, h * 0.30, [20, 20, 22], { below: [20, 20, 22, 0], alpha: 0.9 });
  brush.rectangle(0, h * 0.975, w, h, [62, 48, 39], { below: [38, 30, 25] });
}

// A border: a beam of the roof.
function paintBorder(brush) {
  const { width: w, height: h } = brush;
  brush.shaded([0, 0, w, h * 0.62], [[0, [16, 16, 17]], [0.7, [38, 36, 36]], [0.72, [66, 62, 58]], [1, [48, 45, 43]]]);
  brush.scumble([0, h * 0.1, w, h * 0.56], 300, () => [40, 38, 37], { length: 160, width: 18, sway: 0.05, alpha: 0.3, off: 8 });
  for (let k = 1; k < 9; k++) {
    const x = (w * k) / 9;
    brush.rectangle(x - 3, h * 0.62, x + 3, h * 0.72, [30, 29, 29]);
    brush.rectangle(x - 60, h * 0.72, x + 60, h * 0.76, [52, 50, 49]);
    brush.rectangle(x - 56, h * 0.76, x + 56, h * 0.79, [236, 238, 232]);
  }
}

// Daylight through the windows of both sides, lying across the floor.
function paintPools(brush) {
  const { random, width: w, height: h } = brush;
  brush.rectangle(0, 0, w, h, [0, 0, 0]);
  const patch = (x, y, wide, long, slant, cover) => {
    for (let i = 0; i < 3; i++)
      for (let j = 0; j < 6; j++) {
        const [u, v] = [(i + 0.06) / 3, (j + 0.06) / 6];
        const [s, t] = [(i + 0.94) / 3, (j + 0.94) / 6];
        const put = (a, b) => [x + wide * a + slant * b, y + long * b];
        brush.piece([...put(u, v), ...put(s, v), ...put(s, t), ...put(u, t)], [255, 228, 186], { alpha: cover * (1 - 0.5 * v), light: 1 });
      }
  };
  for (let k = 0; k < 4; k++) patch(w * 0.285, h * (0.05 + 0.220 * k), 60, 34, 44, 0.78);
  for (let i = 0; i < 40; i++) brush.puff([176, 166, 148], w * (0.15 + 0.7 * random()), h * random(), 150, 90, { alpha: 0.03, light: 1 });
}

// The barre, on its brackets.
function furnish() {
  const wood = stuff("#8a5a34", { low: -1, high: 3, glow: 0.75, floor: 0.20, sheen: 0.3 });
  const iron = stuff("#2a2b2d", { low: -1, high: 3, glow: 0.5, floor: 0.2 });
  const x = -5.42;
  const bar = (dx, dy, dz, ...place) => new BoxGeometry(dx, dy, dz).translate(...place);
  const rails = [1.05, 0.80].map((z) => bar(0.045, 2 * MIRROR.half + 0.5, 0.045, x, 0, z));
  const brackets = [];
  for (let k = -3; k <= 3; k++) brackets.push(bar(0.03, 0.03, 0.88, x + 0.03, 1.6 * k, 0.62), bar(0.20, 0.04, 0.03, x - 0.06, 1.6 * k, 0.20));
  return [new Mesh(mergeGeometries(rails), wood), new Mesh(mergeGeometries(brackets), iron)];
}

export const studio = {
  drop: { paint: paintDrop, light: [0.74, 0.75, 0.78], soft: 0.9 },
  wings: { paint: paintWing, light: [0.84, 0.85, 0.88] },
  sides: { paint: paintSides, light: [0.46, 0.47, 0.50], soft: 0.8 },
  border: { paint: paintBorder, light: [0.55, 0.55, 0.56] },
  curtain: "#2a2c33",
  floor: { kind: "linoleum", tint: [1.0, 1.02, 1.06], gloss: 1.3, pools: paintPools, ambient: [0.060, 0.064, 0.074], wash: [0.052, 0.051, 0.051], mirror: 0.55, sharp: 3 },
  beams: null,
  mirror: MIRROR,
  furnish,
  lamps: {
    key: { from: [0.46, -0.70, 0.66], colour: [1.0, 0.92, 0.78], power: 1.95, pool: [0.50, 0.46, 0.40] },
    follow: { from: [0.80, 0.34, 0.56], colour: [0.88, 0.94, 1.0], power: 1.0, pool: [0.21, 0.22, 0.235] },
    rimLeft: { from: [-0.60, -0.70, 0.50], colour: [0.84, 0.92, 1.0], power: 1.70 },
    rimRight: { from: [-0.58, 0.68, 0.46], colour: [1.0, 0.90, 0.78], power: 1.10 },
  },
  surround: {
    base: [0.080, 0.084, 0.092],
    front: [0.36, 0.36, 0.37],
    back: [0.14, 0.15, 0.17],
    side: [0.20, 0.22, 0.26],
    above: [0.15, 0.16, 0.18],
    below: [0.15, 0.15, 0.155],
  },
};
