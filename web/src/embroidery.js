// What is sewn on a costume, drawn once on a canvas. Red says how much is covered by cloth, green how much of that is
// metal thread, blue how closely the net is gathered there.

import { CanvasTexture, Color, LinearFilter, LinearMipmapLinearFilter } from "three";

import { seeded } from "./seeded.js";

// The plate's texture shows it from above: the waist at this share of the radius, the hem at the edge.
export const WAIST = 0.3;
export const EDGE = 0.985;

function canvasOf(size) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.fillStyle = "#000";
  pen.fillRect(0, 0, size, size);
  pen.globalCompositeOperation = "lighten";
  pen.lineCap = pen.lineJoin = "round";
  return { canvas, pen };
}

function textureOf(canvas) {
  const texture = new CanvasTexture(canvas);
  texture.minFilter = LinearMipmapLinearFilter;
  texture.magFilter = LinearFilter;
  return texture;
}

const cloth = (much) => `rgb(${Math.round(255 * much)},0,0)`;
const metal = (much) => `rgb(${Math.round(255 * much)},${Math.round(255 * much)},0)`;

// A leaf from the origin along x: filled, edged and veined.
function leaf(pen, length, width, { fill = 0.55, edge = 0.012, vein = true } = {}) {
  pen.beginPath();
  pen.moveTo(0, 0);
  pen.bezierCurveTo(0.28 * length, width, 0.72 * length, 0.7 * width, length, 0);
  pen.bezierCurveTo(0.72 * length, -0.7 * width, 0.28 * length, -width, 0, 0);
  pen.fillStyle = cloth(fill);
  pen.fill();
  pen.strokeStyle = metal(1);
  pen.lineWidth = edge;
  pen.stroke();
  if (!vein) return;
  pen.lineWidth = 0.6 * edge;
  pen.beginPath();
  pen.moveTo(0.08 * length, 0);
  pen.lineTo(0.9 * length, 0);
  for (const at of [0.25, 0.4, 0.55, 0.7]) {
    for (const side of [-1, 1]) {
      pen.moveTo(at * length, 0);
      pen.quadraticCurveTo((at + 0.09) * length, side * 0.3 * width * (1.2 - at), (at + 0.12) * length, side * 0.62 * width * (1.15 - at));
    }
  }
  pen.stroke();
}

function flower(pen, size, petals = 5) {
  for (let k = 0; k < petals; k++) {
    pen.save();
    pen.rotate((k / petals) * 2 * Math.PI);
    leaf(pen, size, 0.42 * size, { fill: 0.75, edge: 0.13 * size, vein: false });
    pen.restore();
  }
  dot(pen, 0, 0, 0.22 * size);
}

function dot(pen, x, y, size, style = metal(1)) {
  pen.fillStyle = style;
  pen.beginPath();
  pen.arc(x, y, size, 0, 2 * Math.PI);
  pen.fill();
}

// A curling shoot with leaves on either side and a bud at its end.
function shoot(pen, length, curl, { leaves = 4, size = 0.2, edge = 0.01 } = {}) {
  pen.save();
  const steps = 24;
  for (let k = 0; k < steps; k++) {
    pen.strokeStyle = metal(1);
    pen.lineWidth = edge;
    pen.beginPath();
    pen.moveTo(0, 0);
    pen.lineTo((1.08 * length) / steps, 0);
    pen.stroke();
    pen.translate(length / steps, 0);
    pen.rotate((curl * (0.4 + (1.6 * k) / steps)) / steps);
    if (k % Math.round(steps / (leaves + 1)) === 2) {
      for (const side of [-1, 1]) {
        pen.save();
        pen.rotate(side * 0.85);
        leaf(pen, size * length * (1 - (0.5 * k) / steps), 0.07 * length, { fill: 0.8, edge: 0.7 * edge, vein: false });
        pen.restore();
      }
    }
  }
  dot(pen, 0, 0, 1.8 * edge);
  pen.restore();
}

function around(pen, times, draw, from = 0) {
  for (let k = 0; k < times; k++) {
    pen.save();
    pen.rotate(((k + from) / times) * 2 * Math.PI);
    draw(k);
    pen.restore();
  }
}

// The upper plate: leaves of lace from the waist outward, sprigs strewn between, a scalloped hem.
export function plateTexture(size) {
  const { canvas, pen } = canvasOf(size);
  const random = seeded(7);
  pen.translate(size / 2, size / 2);
  pen.scale((size / 2) * EDGE, (size / 2) * EDGE);
  const out = (rim) => WAIST + (1 - WAIST) * rim;

  // Gathers: hundreds of fine folds, that run together toward the waist.
  for (let k = 0; k < 900; k++) {
    const angle = random() * 2 * Math.PI;
    const from = out(0.75 * random() ** 2);
    pen.strokeStyle = `rgba(0,0,255,${0.25 + 0.5 * random()})`;
    pen.lineWidth = 0.002 + 0.005 * random();
    pen.beginPath();
    pen.moveTo(from * Math.cos(angle), from * Math.sin(angle));
    const end = Math.min(from + 0.15 + 0.6 * random(), 0.97);
    const turned = angle + 0.03 * (random() - 0.5);
    pen.lineTo(end * Math.cos(turned), end * Math.sin(turned));
    pen.stroke();
  }

  const scallops = 40;
  const half = Math.PI / scallops;
  around(pen, scallops, () => {
    const r = out(0.925);
    pen.fillStyle = cloth(0.42);
    pen.beginPath();
    pen.moveTo(r * Math.cos(-half), r * Math.sin(-half));
    pen.bezierCurveTo(1.02, -0.9 * half, 1.02, 0.9 * half, r * Math.cos(half), r * Math.sin(half));
    pen.arc(0, 0, out(0.87), half, -half, true);
    pen.fill();
    pen.strokeStyle = metal(0.95);
    pen.lineWidth = 0.008;
    pen.beginPath();
    pen.moveTo(r * Math.cos(-half), r * Math.sin(-half));
    pen.bezierCurveTo(1.02, -0.9 * half, 1.02, 0.9 * half, r * Math.cos(half), r * Math.sin(half));
    pen.stroke();
    dot(pen, 0.958, 0, 0.009);
    for (const side of [-1, 1]) dot(pen, 0.94, side * 0.024, 0.006, cloth(0.9));
    pen.save();
    pen.translate(out(0.865), 0);
    leaf(pen, 0.055, 0.018, { fill: 0.7, edge: 0.005, vein: false });
    pen.restore();
  });
  for (const rim of [0.865, 0.845]) {
    pen.strokeStyle = rim > 0.85 ? metal(0.9) : cloth(0.8);
    pen.lineWidth = 0.006;
    pen.beginPath();
    pen.arc(0, 0, out(rim), 0, 2 * Math.PI);
    pen.stroke();
  }

  // Satin about the waist, and the long and the short leaves that grow out of it.
  pen.fillStyle = cloth(0.85);
  pen.beginPath();
  pen.arc(0, 0, out(0.04), 0, 2 * Math.PI);
  pen.fill();
  const leaves = 10;
  around(pen, leaves, () => {
    pen.translate(0.9 * WAIST, 0);
    leaf(pen, 0.28, 0.10, { fill: 0.62, edge: 0.008 });
  }, 0.5);
  around(pen, leaves, () => {
    pen.translate(0.9 * WAIST, 0);
    leaf(pen, 0.42, 0.115, { fill: 0.80, edge: 0.010 });
    pen.translate(0.43, 0);
    dot(pen, 0.012, 0, 0.013);
    for (const side of [-1, 1]) {
      pen.save();
      pen.rotate(side * 0.9);
      shoot(pen, 0.17, -side * 2.1, { leaves: 3, size: 0.24, edge: 0.006 });
      pen.restore();
    }
  });
  around(pen, leaves, () => {
    pen.translate(out(0.55), 0);
    flower(pen, 0.042);
    pen.translate(0.12, 0);
    flower(pen, 0.022);
  }, 0.5);
  around(pen, 5 * leaves, () => dot(pen, out(0.77 + 0.04 * (random() - 0.5)), 0.02 * (random() - 0.5), 0.006, metal(0.8)), 0.25);
  return textureOf(canvas);
}

// The bodice from the front (left half) and from behind (right half): x from her right to her left, y upward, over
// BODICE metres from the seam at the hip.
export const BODICE = { width: 0.30, height: 0.42 };

export function bodiceTexture(size) {
  const { canvas, pen } = canvasOf(size);
  const unit = size / BODICE.height;
  for (const front of [true, false]) {
    pen.save();
    pen.beginPath();
    pen.rect(front ? 0 : size / 2, 0, size / 2, size);
    pen.clip();
    pen.translate(front ? size / 4 : (3 * size) / 4, size);
    pen.scale((unit * BODICE.height) / (2 * BODICE.width), -unit);
    for (const side of [-1, 1]) {
      // Boning, and shoots that climb from the point of the basque to the neckline.
      pen.save();
      pen.scale(side, 1);
      pen.strokeStyle = cloth(0.35);
      pen.lineWidth = 0.0025;
      for (const foot of [0.035, 0.075]) {
        pen.beginPath();
        pen.moveTo(foot, 0);
        pen.quadraticCurveTo(0.8 * foot, 0.16, 1.35 * foot, 0.40);
        pen.stroke();
      }
      if (front) {
        for (const [y, length, turn, curl] of [[0.04, 0.13, 1.05, 1.6], [0.11, 0.11, 0.95, 1.9], [0.18, 0.12, 0.9, 2.0], [0.24, 0.09, 0.55, -1.2]]) {
          pen.save();
          pen.translate(0.002, y);
          pen.rotate(turn);
          shoot(pen, length, curl, { leaves: 4, size: 0.30, edge: 0.0032 });
          pen.restore();
        }
      }
      pen.restore();
    }
    if (front) {
      for (let y = 0.02; y < 0.24; y += 0.035) {
        pen.save();
        pen.translate(0, y);
        pen.rotate(Math.PI / 2);
        leaf(pen, 0.034, 0.011, { fill: 0.85, edge: 0.003, vein: false });
        pen.restore();
      }
      pen.save();
      pen.translate(0, 0.255);
      flower(pen, 0.018, 6);
      pen.restore();
    } else {
      for (let y = 0.015; y < 0.19; y += 0.018) dot(pen, 0, y, 0.0035, cloth(0.9));
    }
    pen.restore();
  }
  return textureOf(canvas);
}

// Where a bodice vertex lies on that texture: across, up, which side it faces, and whether it is one (else nothing is sewn).
export function sewnOn({ header, array, scaled }, thread) {
  const part = array("body.part").values;
  const place = scaled("body.position");
  const normal = scaled("body.normal");
  const bodice = thread ? header.parts.indexOf("bodice") : -1;
  const seam = header.joints[0][2] + 0.055;
  const out = new Float32Array(part.length * 4);
  for (let v = 0; v < part.length; v++) {
    const across = place[v * 3 + 1] / BODICE.width + 0.5;
    const up = (place[v * 3 + 2] - seam) / BODICE.height;
    out.set([across, up, normal[v * 3], part[v] === bodice ? 1 : 0], v * 4);
  }
  return out;
}

// Lets a standard material show it. The vertices carry `sewnOn` as the attribute `sewn`.
export function sew(shader, thread) {
  Object.assign(shader.uniforms, { embroidery: { value: bodiceTexture(1024) }, thread: { value: new Color(thread) } });
  shader.vertexShader = shader.vertexShader
    .replace("#include <common>", "#include <common>\nattribute vec4 sewn;\nvarying vec4 vSewn;")
    .replace("#include <project_vertex>", "#include <project_vertex>\nvSewn = sewn;");
  shader.fragmentShader = shader.fragmentShader
    .replace("#include <common>", "#include <common>\nuniform sampler2D embroidery;\nuniform vec3 thread;\nvarying vec4 vSewn;")
    .replace(
      "#include <color_fragment>",
      `#include <color_fragment>
      if ( vSewn.w > 0.5 ) {
        vec2 at = vec2( 0.5 * clamp( vSewn.x, 0.01, 0.99 ) + ( vSewn.z < 0.0 ? 0.5 : 0.0 ), vSewn.y );
        vec3 needle = texture2D( embroidery, at ).rgb;
        diffuseColor.rgb *= 0.93 + 0.12 * needle.r;
        diffuseColor.rgb = mix( diffuseColor.rgb, thread, 0.85 * needle.g );
      }`,
    );
}
