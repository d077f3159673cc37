// The loaded brushes: pictures of strokes, tufts, a puff and a flat piece, in cells of one sheet.

import { CanvasTexture, LinearMipmapLinearFilter } from "three";

import { seeded } from "../seeded.js";

const CELL = 128;
const SHEET = { across: 8, down: 3 };
export const EACH = 8; // strokes and tufts there are
export const PUFF = 2 * EACH;
export const FLAT = PUFF + 1;
const MARGIN = 5; // left empty in each cell [px], so that none bleeds into the next

// One pull of a flat brush: its hairs carry paint unevenly, and run dry at different places.
function bristles(g, random) {
  g.lineCap = "round";
  const room = CELL - 2 * MARGIN;
  for (let hair = 0; hair < 64; hair++) {
    const v = random() * 2 - 1;
    const reach = Math.sqrt(Math.max(1 - v * v, 0));
    const from = CELL / 2 - room * 0.48 * reach * (0.55 + 0.45 * random());
    const to = CELL / 2 + room * 0.48 * reach * (0.30 + 0.70 * random());
    const y = CELL / 2 + room * 0.47 * v;
    g.strokeStyle = `rgba(255,255,255,${0.12 + 0.42 * random()})`;
    g.lineWidth = 1 + 4.4 * random();
    g.beginPath();
    g.moveTo(from, y);
    g.quadraticCurveTo(CELL / 2, y + 4 * (random() - 0.5), to, y + 3 * (random() - 0.5));
    g.stroke();
  }
}

// Many small pointed leaves, thinner toward the border.
function leaves(g, random) {
  const room = CELL - 2 * MARGIN;
  for (let leaf = 0; leaf < 74; leaf++) {
    const angle = random() * 2 * Math.PI;
    const r = room * 0.44 * Math.pow(random(), 0.6);
    g.fillStyle = `rgba(255,255,255,${0.35 + 0.65 * random()})`;
    g.beginPath();
    g.ellipse(CELL / 2 + r * Math.cos(angle), CELL / 2 + r * Math.sin(angle), 4 + 5 * random(), 1.8 + 2.2 * random(), random() * 3.1, 0, 7);
    g.fill();
  }
}

function puff(g) {
  const fill = g.createRadialGradient(CELL / 2, CELL / 2, 0, CELL / 2, CELL / 2, CELL / 2 - MARGIN);
  for (const [at, alpha] of [[0, 1], [0.12, 0.9], [0.25, 0.72], [0.5, 0.33], [0.75, 0.08], [1, 0]]) fill.addColorStop(at, `rgba(255,255,255,${alpha})`);
  g.fillStyle = fill;
  g.fillRect(0, 0, CELL, CELL);
}

export function sheet() {
  const made = document.createElement("canvas");
  made.width = CELL * SHEET.across;
  made.height = CELL * SHEET.down;
  const g = made.getContext("2d", { willReadFrequently: true });
  const random = seeded(3);
  const draw = (cell, hand) => {
    g.save();
    g.translate((cell % SHEET.across) * CELL, Math.floor(cell / SHEET.across) * CELL);
    g.beginPath();
    g.rect(0, 0, CELL, CELL);
    g.clip();
    hand(g, random);
    g.restore();
  };
  for (let k = 0; k < EACH; k++) {
    draw(k, bristles);
    draw(EACH + k, leaves);
  }
  draw(PUFF, puff);
  draw(FLAT, () => {
    g.fillStyle = "#fff";
    g.fillRect(CELL / 4, CELL / 4, CELL / 2, CELL / 2); // well away from its neighbours
  });
  const texture = new CanvasTexture(made);
  texture.flipY = false;
  texture.minFilter = LinearMipmapLinearFilter;
  texture.generateMipmaps = true;
  return texture;
}

// Of each cell: left, top, right, bottom in the sheet.
export const CORNERS = Array.from({ length: FLAT + 1 }, (_, cell) => {
  const x = (cell % SHEET.across) / SHEET.across;
  const y = Math.floor(cell / SHEET.across) / SHEET.down;
  const [w, h] = [1 / SHEET.across, 1 / SHEET.down];
  if (cell === FLAT) return [x + w / 2, y + h / 2, x + w / 2, y + h / 2];
  return [x, y, x + w, y + h];
});
