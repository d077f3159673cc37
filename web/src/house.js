// The set and the house round it: drop, wings and borders of a setting behind curtain and proscenium.
// Nothing here takes light from the lamps on the dancer: its light is painted, so it costs a texture lookup.

import { AdditiveBlending, Box3, DoubleSide, Group, Matrix4, Mesh, PlaneGeometry, Ray, ShaderMaterial, Vector3 } from "three";

import { Auditorium } from "./auditorium.js";
import { PAINTED_VERTEX, bend, box, cloth, picture, stuff, wall } from "./scenery.js";
import { mix } from "./settings/brush.js";

export const DROP = { x: -5.7, width: 22, height: 9.5 };
const PIXELS = 118; // painter's units of the drop [1/m]
const BERTH = 0.9; // how near to the line of sight a piece of the set is in the way [m]
const BAYS = [3.7, 1.3, -1.2, -3.7]; // where the wings stand [m], from the curtain upstage

// Shafts of light hanging in the air upstage.
function beams({ colour, power }) {
  const group = new Group();
  const material = new ShaderMaterial({
    uniforms: { colour: { value: new Vector3(...colour).multiplyScalar(power) } },
    vertexShader: PAINTED_VERTEX,
    fragmentShader: /* glsl */ `
      uniform vec3 colour;
      varying vec2 vUv;
      void main() {
        float across = abs( vUv.x - 0.5 ) * 2.0;
        float soft = 1.0 - across * across;
        float along = smoothstep( 0.0, 0.75, vUv.y ) * smoothstep( 1.0, 0.80, vUv.y );
        gl_FragColor = vec4( colour * soft * soft * along, 1.0 );
      }`,
    transparent: true,
    depthWrite: false,
    blending: AdditiveBlending,
    side: DoubleSide,
  });
  for (const [y, lean, width] of [[-4.2, 0.34, 3.4], [-1.4, 0.12, 3.0], [1.6, -0.12, 3.0], [4.4, -0.34, 3.4]]) {
    const shaft = new PlaneGeometry(1, 1, 1, 1);
    const p = shaft.getAttribute("position");
    for (let i = 0; i < p.count; i++) {
      const u = p.getX(i);
      const v = p.getY(i) + 0.5;
      p.setXYZ(i, -4.9, y + lean * (1 - v) * 7.4 + u * width * (1.25 - v), 0.02 + 7.4 * v);
    }
    const mesh = new Mesh(shaft, material);
    mesh.renderOrder = 5;
    group.add(mesh);
  }
  return group;
}

function wings(setting, painter, fineness) {
  const pieces = [];
  const { wings: flats, border } = setting;
  const trees = [1, 0].map((near) => painter.paint(512, 1100, (brush) => flats.paint(brush, near), { seed: 31 + 16 * near, fineness }));
  const hung = painter.paint(2048, 400, border.paint, { seed: 37, fineness });
  BAYS.forEach((x, k) => {
    // Each bay is a little darker than the one behind it.
    const far = k / (BAYS.length - 1);
    const light = (from) => from.map((v) => v * (0.66 + 0.34 * far));
    const flat = picture(trees[k < 2 ? 0 : 1], light(flats.light), { cut: true });
    for (const side of [-1, 1]) {
      const edge = 5.75 - 0.12 * k;
      const mesh = wall(3.6, 7.7, flat, new Vector3(x, side * (edge + 1.45 + 0.1 * (k % 2)), 3.84));
      mesh.scale.y = side; // the other side is its mirror picture
      // Black masking further off, so that no gap shows.
      pieces.push(mesh, wall(5, 8.4, stuff(setting.masking, { glow: 0.15, floor: 0.4 }), new Vector3(x - 0.25, side * (edge + 4.6), 4.2)));
    }
    const above = wall(18, 3.5, picture(hung, light(border.light), { cut: true }), new Vector3(x + 0.1, 0, 7.55 + 0.10 * k));
    above.scale.y = k % 2 ? -1 : 1;
    pieces.push(above);
  });
  return pieces;
}

// A gilded moulding round the opening: up both sides and across, its ornament `w` high and running along it.
function moulding(y, z, w, x, gilt) {
  const strip = (long) => {
    const geometry = new PlaneGeometry(long, w);
    const uv = geometry.getAttribute("uv");
    for (let i = 0; i < uv.count; i++) uv.setX(i, ((uv.getX(i) - 0.5) * long) / (1.6 * w));
    return geometry;
  };
  const upright = new Matrix4().makeBasis(new Vector3(0, 0, 1), new Vector3(0, -1, 0), new Vector3(1, 0, 0));
  const lying = new Matrix4().makeBasis(new Vector3(0, 1, 0), new Vector3(0, 0, 1), new Vector3(1, 0, 0));
  const tall = z + w / 2;
  const sides = [-1, 1].map((side) => {
    const mesh = new Mesh(strip(tall).applyMatrix4(upright), gilt);
    mesh.scale.y = side;
    mesh.position.set(x, side * y, tall / 2);
    return mesh;
  });
  const across = new Mesh(strip(2 * y - w).applyMatrix4(lying), gilt);
  across.position.set(x, 0, z);
  return [...sides, across];
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

function proscenium(curtain, painter, fineness) {
  const pieces = [];
  // House curtain drawn to both sides, valance above.
  for (const side of [-1, 1]) {
    const velvet = stuff(curtain, { low: -0.4, high: 7.6, glow: 0.62, floor: 0.030, sheen: 0.35 });
    pieces.push(new Mesh(cloth(side * 5.55, side * 7.7, 0.02, 7.6, { folds: 8, depth: 0.13 }), velvet).translateX(5.45));
  }
  const swags = (u) => -0.42 * Math.abs(Math.sin(u * Math.PI * 5));
  const valance = stuff(curtain, { low: 4.5, high: 8.2, glow: 0.52, floor: 0.035, sheen: 0.3 });
  pieces.push(new Mesh(cloth(-7.7, 7.7, 6.55, 7.9, { folds: 34, depth: 0.05, hem: swags, swag: true }), valance).translateX(5.62));
  const fringe = cloth(-7.7, 7.7, 6.42, 6.56, { folds: 60, depth: 0.02, swag: true });
  bend(fringe, (y, z) => z + swags(y / 15.4 + 0.5));
  pieces.push(new Mesh(fringe, stuff("#c79a45", { low: 4, high: 8.5, glow: 0.6, floor: 0.08 })).translateX(5.66));
  // Gilded mouldings and a dark wall round them.
  const plaster = stuff("#3a2a26", { low: -1, high: 10, glow: 0.16, floor: 0.05 });
  const carved = picture(painter.paint(240, 150, paintCarving, { seed: 9, fineness, repeat: true }), [0.55, 0.52, 0.48]);
  const beads = picture(painter.paint(120, 60, paintBeads, { seed: 10, fineness, repeat: true }), [0.50, 0.47, 0.43]);
  for (const [y, z, w, x, gilt] of [[7.05, 7.55, 0.18, 6.14, beads], [7.30, 7.80, 0.34, 6.10, carved], [7.76, 8.26, 0.56, 6.06, carved], [8.14, 8.64, 0.16, 6.12, beads]])
    pieces.push(...moulding(y, z, w, x, gilt));
  for (const side of [-1, 1]) pieces.push(wall(8, 12, plaster, new Vector3(5.9, side * 12.1, 4)));
  pieces.push(wall(40, 5, plaster, new Vector3(5.9, 0, 10.8)));
  // Stage front, and the pit.
  pieces.push(box(0.12, 26, 0.14, new Vector3(6.2, 0, -0.05), stuff("#6b4a2c", { low: -2, high: 3, glow: 0.35, floor: 0.06 })));
  pieces.push(wall(40, 2.4, stuff("#1a1211", { low: -3, high: 2, glow: 0.10, floor: 0.12 }), new Vector3(6.22, 0, -1.3)));
  return pieces;
}

// Whether a piece stands between the dance and one who looks on from the wings, from the flies or from behind the drop.
function beside({ x, y, z }, { min, max }) {
  return (y > 5 && min.y > 4) || (y < -5 && max.y < -4) || (z > 6 && min.z > 4.5) || (x < DROP.x && max.x < DROP.x + 0.5);
}

export class House {
  constructor(setting, painter, { fineness = 1 } = {}) {
    this.group = new Group();
    const { drop } = setting;
    this.drop = painter.paint(DROP.width * PIXELS, DROP.height * PIXELS, drop.paint, { seed: 11, fineness });
    this.group.add(
      wall(DROP.width, DROP.height, picture(this.drop, drop.light, { soft: drop.soft * fineness }), new Vector3(DROP.x, 0, DROP.height / 2)),
      ...wings(setting, painter, fineness),
      ...proscenium(setting.curtain, painter, fineness),
    );
    if (setting.furnish) this.group.add(...setting.furnish());
    if (setting.beams) this.group.add(beams(setting.beams));
    this._pieces = this.group.children.map((piece) => {
      const box = new Box3().setFromObject(piece);
      return { piece, box, room: box.clone().expandByScalar(BERTH) };
    });
    this.auditorium = new Auditorium(painter, { fineness });
    this.group.add(this.auditorium.group);
    this._ray = new Ray();
    this._hit = new Vector3();
  }

  // The whole house for one in the audience; for one who walks round, without what would stand before her.
  open(camera, her, seated) {
    const { _ray: ray, _hit: hit } = this;
    this.auditorium.open(camera, seated);
    ray.origin.copy(camera);
    const far = ray.direction.copy(her).sub(camera).length();
    ray.direction.normalize();
    for (const { piece, box, room } of this._pieces) {
      const between = room.containsPoint(camera) || (ray.intersectBox(room, hit) !== null && hit.distanceTo(camera) < far - BERTH);
      piece.visible = seated || !(between || beside(camera, box));
    }
  }
}
