// The other side of the footlights: stalls, three tiers in a horseshoe, those who sit in them, and the great chandelier,
// turned low while she dances.

import {
  AdditiveBlending,
  BufferAttribute,
  BufferGeometry,
  Group,
  InstancedMesh,
  Matrix4,
  Mesh,
  PlaneGeometry,
  ShaderMaterial,
  Vector3,
} from "three";

import { crowdOf } from "./crowd.js";
import { Glare } from "./glare.js";
import { relief, stuff } from "./scenery.js";
import { seeded } from "./seeded.js";
import { SEAT } from "./seats.js";
import { mix } from "./settings/brush.js";
import { Mood, spectators } from "./spectators.js";

const EDGE = 6.2; // of the stage [m]
const STALLS = { from: 9.0, to: 27.6, step: 0.95, half: 8.2, seat: 0.6 };
const TIERS = [2.9, 5.6, 8.2]; // tops of the parapets [m]
const PARAPET = 0.95;
const SHOE = { half: 9.6, straight: 19.5, from: 7.4 }; // half its width, where it begins to bend, and its ends at the stage
const PANEL = 2.4; // of the parapet [m]
const CEILING = 12.4;
const CHANDELIER = new Vector3(17.5, 0, 9.6);

// Those in the stalls sit just low enough for the one behind, and for the eye that films from among them.
function headAt(x) {
  const slope = (SEAT.z + 0.15) / (SEAT.x - EDGE) + 0.004;
  return SEAT.z - 0.19 - slope * (SEAT.x - x) + (x > SEAT.x ? 0.04 * (x - SEAT.x) : 0);
}

// Points of the horseshoe, `out` metres behind its parapets, each [x, y, way along it].
function horseshoe(out, step = 0.5) {
  const radius = SHOE.half + out;
  const side = SHOE.straight - SHOE.from;
  const round = Math.PI * radius;
  const count = Math.ceil((2 * side + round) / step);
  return Array.from({ length: count + 1 }, (_, k) => {
    const s = (k / count) * (2 * side + round);
    if (s < side) return [SHOE.from + s, -radius, s];
    if (s > side + round) return [SHOE.straight - (s - side - round), radius, s];
    const a = (s - side) / radius - Math.PI / 2;
    return [SHOE.straight + radius * Math.cos(a), radius * Math.sin(a), s];
  });
}

// A band along the horseshoe between two of its lines, [out, z] each.
function band([out0, z0], [out1, z1]) {
  const [low, high] = [horseshoe(out0), horseshoe(out1)];
  const n = Math.min(low.length, high.length);
  const at = (line, k) => line[Math.round((k / (n - 1)) * (line.length - 1))];
  const position = new Float32Array(n * 6);
  const uv = new Float32Array(n * 4);
  const index = [];
  for (let k = 0; k < n; k++) {
    const [a, b] = [at(low, k), at(high, k)];
    position.set([a[0], a[1], z0, b[0], b[1], z1], k * 6);
    uv.set([a[2] / PANEL, 0, a[2] / PANEL, 1], k * 4);
    if (k > 0) index.push(2 * k - 2, 2 * k, 2 * k - 1, 2 * k - 1, 2 * k, 2 * k + 1);
  }
  const geometry = new BufferGeometry();
  geometry.setAttribute("position", new BufferAttribute(position, 3));
  geometry.setAttribute("uv", new BufferAttribute(uv, 2));
  geometry.setIndex(index);
  geometry.computeVertexNormals();
  return geometry;
}

// A panel of a parapet: ivory and gold relief, round the lamp on its bracket.
function paintPanel(brush) {
  const { random, width: w, height: h } = brush;
  const [dark, ivory, gold] = [[34, 22, 16], [128, 104, 78], [196, 148, 74]];
  const lit = (x, y) => Math.exp(-(((x - w / 2) / (0.30 * w)) ** 2) - ((y - 0.30 * h) / (0.8 * h)) ** 2);
  brush.rectangle(0, 0, w, h, dark);
  for (let i = 0; i < 24; i++) {
    const [a, b] = [(w * i) / 24, (w * (i + 1)) / 24];
    const tone = (x, y) => mix(dark, ivory, 0.25 + 0.65 * lit(x, y));
    brush.piece([a, h * 0.16, b, h * 0.16, b, h * 0.88, a, h * 0.88], [tone(a, h * 0.2), tone(b, h * 0.2), tone(b, h * 0.9), tone(a, h * 0.9)]);
    const rail = (x) => mix(dark, gold, 0.3 + 0.6 * lit(x, h * 0.2));
    brush.piece([a, 0, b, 0, b, h * 0.13, a, h * 0.13], [rail(a), rail(b), mix(dark, rail(b), 0.5), mix(dark, rail(a), 0.5)]);
    brush.piece([a, h * 0.90, b, h * 0.90, b, h, a, h], [rail(a), rail(b), dark, dark]);
  }
  // A garland from each end to the bracket, and a frame.
  for (let i = 0; i < 150; i++) {
    const u = i / 149;
    const [x, y] = [w * (0.04 + 0.92 * u), h * (0.30 + 0.34 * Math.abs(Math.sin(2 * Math.PI * u)))];
    brush.tuft(mix(dark, gold, 0.25 + 0.75 * lit(x, y) * (0.5 + 0.5 * random())), x, y, 12 + 6 * random());
  }
  for (const x of [0, w / 2, w]) for (let k = 0; k < 26; k++) brush.stroke(mix(dark, gold, (0.3 + 0.7 * lit(x, h / 2)) * random()), x + 16 * (random() - 0.5), h * (0.2 + 0.6 * random()), 26, 7, { angle: random() * 3, alpha: 0.8 });
  brush.glow([255, 190, 110], w / 2, h * 0.22, h * 0.72, 0.42);
}

// The wall behind a tier: crimson damask, a door to each box between its drawn curtains, and the lamp over it.
function paintBoxes(brush) {
  const { random, width: w, height: h } = brush;
  const [dark, red, gold] = [[22, 7, 8], [116, 26, 28], [188, 138, 66]];
  const lit = (x, y) => Math.exp(-(((x - w / 2) / (0.30 * w)) ** 2) - ((y - 0.40 * h) / (0.38 * h)) ** 2);
  for (let i = 0; i < 16; i++)
    for (let j = 0; j < 8; j++) {
      const [a, b, c, d] = [(w * i) / 16, (w * (i + 1)) / 16, (h * j) / 8, (h * (j + 1)) / 8];
      const tone = (x, y) => mix(dark, red, 0.18 + 0.80 * lit(x, y));
      brush.piece([a, c, b, c, b, d, a, d], [tone(a, c), tone(b, c), tone(b, d), tone(a, d)]);
    }
  for (let i = 0; i < 130; i++) {
    const [x, y] = [w * random(), h * random()];
    brush.tuft(mix(mix(dark, red, 0.3 + 0.7 * lit(x, y)), random() < 0.5 ? dark : gold, 0.22), x, y, 22, { alpha: 0.5 });
  }
  brush.rectangle(w * 0.40, h * 0.34, w * 0.60, h, mix(dark, gold, 0.25), { below: dark });
  brush.rectangle(w * 0.42, h * 0.37, w * 0.58, h, mix(dark, [120, 66, 40], 0.8), { below: dark });
  for (const x of [0, w]) for (let k = 0; k < 12; k++) brush.stroke(mix(dark, red, 0.25 + 0.6 * random()), x + 0.09 * w * (2 * random() - 1), h * (0.15 + 0.75 * random()), 110, 12, { angle: Math.PI / 2, alpha: 0.7 });
  brush.rectangle(0, 0, w, h * 0.05, mix(dark, gold, 0.5), { below: dark });
  brush.glow([255, 190, 110], w / 2, h * 0.27, h * 0.46, 0.34);
  brush.puff([255, 236, 200], w / 2, h * 0.27, 16, 20);
}

function paintCeiling(brush) {
  const { random, width: w } = brush;
  const r = w / 2;
  brush.rectangle(0, 0, w, w, [12, 8, 7]);
  for (let k = 0; k < 1500; k++) {
    const a = random() * 2 * Math.PI;
    const d = r * Math.sqrt(random());
    const colour = d < 0.62 * r ? mix([40, 42, 52], [86, 62, 48], random()) : mix([24, 14, 10], [74, 52, 28], random() * random());
    brush.stroke(colour, r + d * Math.cos(a), r + d * Math.sin(a), 46, 18, { angle: a + Math.PI / 2, alpha: 0.4 * (1.1 - d / r) });
  }
  for (const ring of [0.64, 0.66, 0.90, 0.97, 0.20])
    for (let k = 0; k < 90; k++) {
      const [a, b] = [(k / 90) * 2 * Math.PI, ((k + 1) / 90) * 2 * Math.PI];
      brush.line([150, 108, 52], r + r * ring * Math.cos(a), r + r * ring * Math.sin(a), r + r * ring * Math.cos(b), r + r * ring * Math.sin(b), 4, 4, { alpha: 0.6 });
    }
  brush.glow([255, 196, 120], r, r, r * 0.8, 0.34);
}

// Small flames and bulbs with the shine round them.
function lamps(places) {
  const material = new ShaderMaterial({
    vertexShader: /* glsl */ `
      varying vec2 vUv;
      void main() {
        vUv = uv - 0.5;
        vec4 seen = viewMatrix * modelMatrix * vec4( instanceMatrix[ 3 ].xyz, 1.0 );
        gl_Position = projectionMatrix * ( seen + vec4( position.xy * instanceMatrix[ 0 ][ 0 ], 0.0, 0.0 ) );
      }`,
    fragmentShader: /* glsl */ `
      varying vec2 vUv;
      void main() {
        float r = length( vUv ) * 2.0;
        float heart = smoothstep( 0.16, 0.05, r );
        float shine = pow( max( 1.0 - r, 0.0 ), 3.0 );
        gl_FragColor = vec4( vec3( 1.0, 0.80, 0.50 ) * ( 0.85 * heart + 0.20 * shine ), 1.0 );
      }`,
    transparent: true,
    depthWrite: false,
    blending: AdditiveBlending,
  });
  const mesh = new InstancedMesh(new PlaneGeometry(1, 1), material, places.length);
  places.forEach(([x, y, z, s], i) => mesh.setMatrixAt(i, new Matrix4().makeScale(s, s, s).setPosition(x, y, z)));
  mesh.frustumCulled = false;
  mesh.renderOrder = 6;
  return mesh;
}

function seatsOfTheStalls(random) {
  const seats = [];
  for (let x = STALLS.to, row = 0; x >= STALLS.from; x -= STALLS.step, row++)
    for (let y = -STALLS.half + 0.3 * (row % 2); y <= STALLS.half; y += STALLS.seat) {
      if (random() < 0.04 || Math.abs(y) < 0.001) continue;
      if (Math.abs(x - SEAT.x) < 1.7 && Math.abs(y) < 3) continue; // where the camera stands
      seats.push([x - 0.010 * y * y, y + 0.09 * (random() - 0.5), headAt(x) - 0.36 + 0.08 * (random() - 0.5), 0.92 + 0.16 * random()]);
    }
  return seats;
}

function seatsOfTheTiers(random) {
  const seats = [];
  TIERS.forEach((top) => {
    [[0.45, 0.02], [1.15, 0.34]].forEach(([out, rise]) => {
      for (const [x, y] of horseshoe(out, 0.66)) {
        if (random() < 0.07) continue;
        seats.push([x + 0.1 * (random() - 0.5), y + 0.1 * (random() - 0.5), top + rise + 0.06 * (random() - 0.5), 0.92 + 0.14 * random()]);
      }
    });
  });
  return seats;
}

function chandelier() {
  const { x, y, z } = CHANDELIER;
  const places = [];
  for (const [radius, up, count] of [[1.75, 0, 30], [1.30, 0.50, 24], [0.85, 0.95, 16], [0.45, 1.35, 10], [0.9, -0.35, 14]])
    for (let k = 0; k < count; k++) {
      const a = (2 * Math.PI * k) / count + up;
      places.push([x + radius * Math.cos(a), y + radius * Math.sin(a), z + up, 0.52]);
    }
  places.push([x, y, z + 0.4, 9.0]);
  return places;
}

export class Auditorium {
  constructor(header, painter, { fineness = 1 } = {}) {
    const random = seeded(23);
    this.mood = new Mood();
    this.crowd = crowdOf(header);
    this.group = new Group();
    // From the back to the front, so that those before a camera can be left out.
    this.seats = seatsOfTheStalls(random);
    this.stalls = spectators(this.seats, EDGE, this.mood);
    this.house = new Group();
    const panel = relief(painter.paint(480, 190, paintPanel, { seed: 5, fineness, repeat: true }), 0.95);
    const boxes = relief(painter.paint(240, 270, paintBoxes, { seed: 7, fineness: Math.min(fineness, 1), repeat: true }), 0.42);
    const dark = stuff("#120b09", { low: -1, high: 11, glow: 0.05, floor: 0.20 });
    const places = chandelier();
    TIERS.forEach((top, k) => {
      const next = TIERS[k + 1] ?? CEILING;
      this.house.add(
        new Mesh(band([0, top - PARAPET], [0, top]), panel),
        new Mesh(band([0.05, top - PARAPET], [2.6, top - PARAPET + 0.1]), dark),
        new Mesh(band([2.4, top - PARAPET], [2.4, next - PARAPET]), boxes),
      );
      for (const [x, y, s] of horseshoe(-0.16, PANEL)) if (s > 0.1) places.push([x, y, top - 0.16, 0.85]);
    });
    this.house.add(new Mesh(band([2.4, -2], [2.4, TIERS[0] - PARAPET]), boxes));
    this.tiers = spectators(seatsOfTheTiers(random), EDGE, this.mood);
    this.lamps = lamps(places);
    const footlights = [];
    for (let y = -5.2; y < 5.3; y += 0.4) footlights.push([6.1, y, 0.02, 0.62]);
    this.glare = new Glare(lamps(footlights));
    this.house.add(this.tiers, this.lamps, this.glare.group);
    const ceiling = new Mesh(new PlaneGeometry(25, 25), relief(painter.paint(512, 512, paintCeiling, { seed: 6, fineness }), 0.8));
    ceiling.position.set(18.5, 0, CEILING);
    const parterre = new Mesh(new PlaneGeometry(1, 1), dark);
    const rise = headAt(30) - headAt(8);
    parterre.applyMatrix4(new Matrix4().makeScale(22, 26, 1));
    parterre.rotation.y = -Math.atan2(rise, 22);
    parterre.position.set(19, 0, headAt(19) - 1.15);
    this.house.add(ceiling, parterre);
    this.group.add(this.stalls, this.house);
  }

  setTime(t) {
    this.mood.at(t, this.crowd(t));
  }

  // What is not the same at every moment, and what shines over it.
  get living() {
    return [this.stalls, this.tiers, this.lamps, this.glare.group];
  }

  // One who walks about in front of the stage has nobody between himself and it.
  open(camera, seated) {
    this.glare.group.visible = camera.x < EDGE && !seated;
    const before = seated || camera.x > 15 ? this.seats.length : this.seats.filter(([x]) => x > camera.x + 0.6).length;
    this.stalls.count = camera.x < EDGE || camera.z > 0 ? before : 0;
    this.stalls.visible = this.stalls.count > 0;
  }
}
