// The frame of the picture: curtain and valance edged with bullion, gilded mouldings, the stage's front.

import { Box3, Matrix4, Mesh, PlaneGeometry, Vector3 } from "three";
import { mergeGeometries } from "three/addons/utils/BufferGeometryUtils.js";

import { bend, box, cloth, picture, stuff, wall } from "./scenery.js";
import { clamp, mix } from "./settings/brush.js";

// Gilded mouldings round the opening, [y, z, w, x] each, of one ornament that runs along them and is `w` high: those of a side
// are one piece, and those across.
function mouldings(frames, gilt) {
  const strip = (long, w, turn, place) => {
    const geometry = new PlaneGeometry(long, w);
    const uv = geometry.getAttribute("uv");
    for (let i = 0; i < uv.count; i++) uv.setX(i, ((uv.getX(i) - 0.5) * long) / (1.6 * w));
    return geometry.applyMatrix4(turn).translate(...place);
  };
  const upright = new Matrix4().makeBasis(new Vector3(0, 0, 1), new Vector3(0, -1, 0), new Vector3(1, 0, 0));
  const lying = new Matrix4().makeBasis(new Vector3(0, 1, 0), new Vector3(0, 0, 1), new Vector3(1, 0, 0));
  const tall = mergeGeometries(frames.map(([y, z, w, x]) => strip(z + w / 2, w, upright, [x, y, (z + w / 2) / 2])));
  const across = mergeGeometries(frames.map(([y, z, w, x]) => strip(2 * y - w, w, lying, [x, 0, z])));
  const pieces = [tall, tall, across].map((geometry) => new Mesh(geometry, gilt));
  pieces[0].scale.y = -1;
  return pieces;
}

const [CARVED, GILT, SHINE] = [[38, 24, 12], [150, 108, 52], [244, 206, 130]];

// Acanthus and rosettes.
function paintCarving(brush) {
  const { random, width: w, height: h } = brush;
  brush.shaded([0, 0, w, h], [[0, mix(CARVED, GILT, 0.9)], [0.10, CARVED], [0.5, mix(CARVED, GILT, 0.45)], [0.9, CARVED], [1, mix(CARVED, GILT, 0.6)]]);
  for (const dx of [-w, 0, w])
    for (const side of [-1, 1])
      for (let leaf = 0; leaf < 7; leaf++) {
        const x = w / 2 + dx + side * w * (0.13 + 0.055 * leaf);
        const angle = side * (0.9 - 0.12 * leaf);
        for (const up of [-1, 1]) {
          const y = h / 2 + up * h * (0.05 + 0.025 * leaf);
          brush.stroke(CARVED, x + 3, y + 4, 62 - 4 * leaf, 24, { angle: angle * up, alpha: 0.9 });
          brush.stroke(mix(GILT, SHINE, 0.25 + 0.5 * random() + (up < 0 ? 0.2 : -0.1)), x, y, 58 - 4 * leaf, 17, { angle: angle * up, alpha: 0.95 });
        }
      }
  brush.disc(w / 2, h / 2 + 3, h * 0.24, CARVED);
  brush.disc(w / 2, h / 2, h * 0.21, GILT);
  for (let k = 0; k < 8; k++) brush.stroke(mix(GILT, SHINE, 0.5 + 0.5 * Math.sin(k - 2)), w / 2 + h * 0.13 * Math.cos(k * 0.785), h / 2 + h * 0.13 * Math.sin(k * 0.785), 30, 18, { angle: k * 0.785 });
  brush.disc(w / 2 - 2, h / 2 - 2, h * 0.06, SHINE);
}

// Bullion fringe: a braid, and twisted threads that hang from it, no two alike.
function paintFringe(brush) {
  const { random, width: w, height: h } = brush;
  for (let i = 0; i < 100; i++) {
    const x = (w * (i + 0.5)) / 100;
    const long = h * (0.90 + 0.08 * random());
    const tone = 0.25 + 0.55 * random() + 0.2 * Math.sin(i * 0.38);
    brush.line(mix(CARVED, GILT, 0.5), x, h * 0.30, x + random(), long, 3.4, 2.8);
    for (let y = h * 0.36; y < long - 4; y += 7) brush.line(mix(GILT, SHINE, clamp(tone)), x - 1, y, x + 1, y + 4, 2, 2, { alpha: 0.75 });
  }
  brush.shaded([0, 0, w, h * 0.34], [[0, mix(GILT, SHINE, 0.5)], [0.12, GILT], [0.2, CARVED], [0.8, CARVED], [0.88, GILT], [1, CARVED]]);
  for (let k = 0; k < 10; k++) {
    const x = (w * (k + 0.5)) / 10;
    brush.disc(x, h * 0.17, h * 0.085, mix(GILT, SHINE, 0.2));
    brush.puff(SHINE, x - 2, h * 0.15, h * 0.08, h * 0.07, { alpha: 0.9 });
  }
}

// Bead and reel.
function paintBeads(brush) {
  const { width: w, height: h } = brush;
  brush.shaded([0, 0, w, h], [[0, SHINE], [0.16, GILT], [0.2, CARVED], [0.8, CARVED], [0.84, mix(GILT, SHINE, 0.4)], [1, CARVED]]);
  for (const x of [w * 0.25, w * 0.75]) {
    brush.disc(x, h / 2, h * 0.25, GILT);
    brush.puff(SHINE, x - 4, h / 2 - 5, h * 0.3, h * 0.24, { alpha: 0.95 });
  }
  for (const x of [0, w * 0.5, w]) brush.rectangle(x - 3, h * 0.3, x + 3, h * 0.7, mix(GILT, SHINE, 0.3), { below: CARVED });
}

export function proscenium(curtain, painter, fineness) {
  const pieces = [];
  // House curtain drawn to both sides, valance above, both edged with bullion.
  const bullion = painter.paint(200, 100, paintFringe, { seed: 12, fineness, repeat: true });
  const fringe = (light, geometry) => {
    const uv = geometry.getAttribute("uv");
    const { min, max } = new Box3().setFromBufferAttribute(geometry.getAttribute("position"));
    for (let i = 0; i < uv.count; i++) uv.setX(i, uv.getX(i) * Math.round((max.y - min.y) / 0.6));
    return new Mesh(geometry, picture(bullion, light, { cut: true }));
  };
  for (const side of [-1, 1]) {
    const velvet = stuff(curtain, { low: -0.4, high: 7.6, glow: 0.62, floor: 0.030, sheen: 0.35 });
    const folds = { folds: 8, depth: 0.13 };
    pieces.push(new Mesh(cloth(side * 5.55, side * 7.7, 0.02, 7.6, folds), velvet).translateX(5.45));
    pieces.push(fringe([0.40, 0.38, 0.34], cloth(side * 5.55, side * 7.7, 0.02, 0.30, { ...folds, below: 0.02, above: 7.6 })).translateX(5.47));
  }
  const swags = (u) => -0.42 * Math.abs(Math.sin(u * Math.PI * 5));
  const valance = stuff(curtain, { low: 4.5, high: 8.2, glow: 0.52, floor: 0.035, sheen: 0.3 });
  pieces.push(new Mesh(cloth(-7.7, 7.7, 6.55, 7.9, { folds: 34, depth: 0.05, hem: swags, swag: true }), valance).translateX(5.62));
  const edge = cloth(-7.7, 7.7, 6.36, 6.64, { folds: 34, depth: 0.05, swag: true, below: 6.5, above: 7.9 });
  bend(edge, (y, z) => z + swags(y / 15.4 + 0.5));
  pieces.push(fringe([0.46, 0.43, 0.38], edge).translateX(5.66));
  // Gilded mouldings and a dark wall round them.
  const plaster = stuff("#3a2a26", { low: -1, high: 10, glow: 0.16, floor: 0.05 });
  const carved = picture(painter.paint(240, 150, paintCarving, { seed: 9, fineness, repeat: true }), [0.55, 0.52, 0.48]);
  const beads = picture(painter.paint(120, 60, paintBeads, { seed: 10, fineness, repeat: true }), [0.50, 0.47, 0.43]);
  pieces.push(...mouldings([[7.05, 7.55, 0.18, 6.14], [8.14, 8.64, 0.16, 6.12]], beads));
  pieces.push(...mouldings([[7.30, 7.80, 0.34, 6.10], [7.76, 8.26, 0.56, 6.06]], carved));
  for (const side of [-1, 1]) pieces.push(wall(8, 12, plaster, new Vector3(5.9, side * 12.1, 4)));
  pieces.push(wall(40, 5, plaster, new Vector3(5.9, 0, 10.8)));
  // Stage front, and the pit.
  pieces.push(box(0.12, 26, 0.14, new Vector3(6.2, 0, -0.05), stuff("#6b4a2c", { low: -2, high: 3, glow: 0.35, floor: 0.06 })));
  pieces.push(wall(40, 2.4, stuff("#1a1211", { low: -3, high: 2, glow: 0.10, floor: 0.12 }), new Vector3(6.22, 0, -1.3)));
  return pieces;
}
