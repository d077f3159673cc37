// What a floor is laid with: pictures of four metres square that go on across their borders.

import { CanvasTexture, LinearMipmapLinearFilter, RepeatWrapping, SRGBColorSpace } from "three";

import { seeded } from "./seeded.js";

function plank(g, random, x, y, length, width, tone) {
  g.fillStyle = `rgb(${150 * tone}, ${104 * tone}, ${68 * tone})`;
  g.fillRect(x, y, length, width);
  for (let grain = 0; grain < 30; grain++) {
    g.strokeStyle = `rgba(${random() < 0.6 ? "62,36,18" : "214,168,120"}, ${0.03 + 0.07 * random()})`;
    g.lineWidth = 0.6 + 1.2 * random();
    const at = y + 2 + (width - 4) * random();
    const sway = () => at + 4 * (random() - 0.5);
    g.beginPath();
    g.moveTo(x, at);
    g.bezierCurveTo(x + length * 0.3, sway(), x + length * 0.6, sway(), x + length, at);
    g.stroke();
  }
  g.fillStyle = "rgba(28,15,8,0.5)";
  g.fillRect(x + length - 1.2, y, 1.2, width);
  g.fillRect(x, y, length, 1.4);
}

const LAID = {
  // Twelve-centimetre boards.
  boards(g, size) {
    const random = seeded(7);
    const board = size / 32;
    for (let row = 0; row < 32; row++) {
      const start = random() * size;
      const cuts = [0, 0.36 + 0.2 * random(), 1].map((share) => start + share * size);
      for (let k = 0; k < 2; k++) {
        const tone = 0.84 + 0.22 * random();
        const seed = Math.floor(random() * 1e9);
        // Twice, a width apart, so that the boards go on across the border of the picture.
        for (const x of [cuts[k], cuts[k] - size]) plank(g, seeded(seed), x, row * board, cuts[k + 1] - cuts[k], board, tone);
      }
    }
  },

  // Sheets of it two metres wide, swept by a thousand classes.
  linoleum(g, size) {
    const random = seeded(17);
    g.fillStyle = "rgb(118,121,126)";
    g.fillRect(0, 0, size, size);
    for (let i = 0; i < 3600; i++) {
      const tone = random() < 0.5 ? "88,90,94" : "150,153,158";
      const [x, y, r] = [size * random(), size * random(), 0.6 + 2.6 * random() * random()];
      g.fillStyle = `rgba(${tone},${0.02 + 0.05 * random()})`;
      // Four times where it lies on the border, so that it goes on there.
      for (const dx of [0, size]) for (const dy of [0, size]) {
        g.beginPath();
        g.ellipse(x - (x + r * 3 > size ? dx : 0), y - (y + r > size ? dy : 0), r * 3, r, 0, 0, 7);
        g.fill();
      }
    }
    for (let i = 0; i < 120; i++) {
      g.strokeStyle = `rgba(${random() < 0.6 ? "40,40,42" : "206,208,210"},${0.03 + 0.07 * random()})`;
      g.lineWidth = 0.6 + 1.4 * random();
      g.beginPath();
      g.arc(size * random(), size * random(), 20 + 90 * random(), random() * 6, random() * 6 + 0.4);
      g.stroke();
    }
    for (const y of [0, size / 2]) {
      g.fillStyle = "rgba(60,62,65,0.5)";
      g.fillRect(0, y, size, 2);
      g.fillStyle = "rgba(160,163,168,0.3)";
      g.fillRect(0, y + 2, size, 1.5);
    }
  },
};

export function laid(kind) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1024;
  LAID[kind](canvas.getContext("2d", { willReadFrequently: true }), 1024);
  const texture = new CanvasTexture(canvas);
  texture.colorSpace = SRGBColorSpace;
  texture.minFilter = LinearMipmapLinearFilter;
  texture.generateMipmaps = true;
  texture.anisotropy = 1;
  texture.wrapS = texture.wrapT = RepeatWrapping;
  return texture;
}
