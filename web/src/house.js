// The set and the house round it: drop, wings and borders of a setting behind curtain and proscenium.
// Nothing here takes light from the lamps on the dancer: its light is painted, so it costs a texture lookup.

import { AdditiveBlending, Box3, DoubleSide, Group, Matrix4, Mesh, PlaneGeometry, Ray, ShaderMaterial, Vector3 } from "three";

import { Auditorium } from "./auditorium.js";
import { proscenium } from "./proscenium.js";
import { PAINTED_VERTEX, picture, wall } from "./scenery.js";

export const DROP = { x: -5.7, width: 22, height: 9.5 };
const PIXELS = 118; // painter's units of the drop [1/m]
const BERTH = 0.9; // how near to the line of sight a piece of the set is in the way [m]
const SIDE = { y: 10.4, back: DROP.x, front: 5.85, height: 8.6 }; // the cloths beyond the wings [m]
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
      pieces.push(mesh);
    }
    const above = wall(18, 3.5, picture(hung, light(border.light), { cut: true }), new Vector3(x + 0.1, 0, 7.55 + 0.10 * k));
    above.scale.y = k % 2 ? -1 : 1;
    pieces.push(above);
  });
  return pieces;
}

// What is seen through the wings by one who stands among them: the scene goes on, dimmer. No seat of the house sees it.
class Sides {
  constructor({ paint, light, soft }, painter, fineness) {
    const material = picture(null, light, { soft: soft * fineness });
    const [long, middle] = [SIDE.front - SIDE.back, (SIDE.front + SIDE.back) / 2];
    const upright = new Matrix4().makeBasis(new Vector3(1, 0, 0), new Vector3(0, 0, 1), new Vector3(0, -1, 0));
    const geometry = new PlaneGeometry(long, SIDE.height).applyMatrix4(upright);
    this.pieces = [-1, 1].map((side) => {
      const mesh = new Mesh(geometry, material);
      mesh.position.set(middle, side * SIDE.y, SIDE.height / 2);
      return mesh;
    });
    this._paint = () => {
      material.uniforms.map.value = painter.paint(Math.round(long * 80), Math.round(SIDE.height * 80), paint, { seed: 53, fineness });
      this._paint = null;
    };
  }

  // Painted when it is first looked at: most who watch never do.
  open(seated) {
    if (seated) this.pieces.forEach((piece) => (piece.visible = false));
    else if (this.pieces.some((piece) => piece.visible)) this._paint?.();
  }
}

// Whether a piece stands between the dance and one who looks on from the wings, from the flies or from behind the drop.
function beside({ x, y, z }, { min, max }) {
  return (y > 5 && min.y > 4) || (y < -5 && max.y < -4) || (z > 6 && min.z > 4.5) || (x < DROP.x && max.x < DROP.x + 0.5);
}

export class House {
  constructor(setting, header, painter, { fineness = 1 } = {}) {
    this.group = new Group();
    const { drop } = setting;
    this.drop = painter.paint(DROP.width * PIXELS, DROP.height * PIXELS, drop.paint, { seed: 11, fineness });
    this.sides = new Sides(setting.sides, painter, Math.min(fineness, 1.25));
    this.group.add(
      wall(DROP.width, DROP.height, picture(this.drop, drop.light, { soft: drop.soft * fineness }), new Vector3(DROP.x, 0, DROP.height / 2)),
      ...wings(setting, painter, fineness),
      ...this.sides.pieces,
      ...proscenium(setting.curtain, painter, fineness),
    );
    if (setting.furnish) this.group.add(...setting.furnish());
    if (setting.beams) this.group.add(beams(setting.beams));
    this._pieces = this.group.children.map((piece) => {
      const box = new Box3().setFromObject(piece);
      return { piece, box, room: box.clone().expandByScalar(BERTH) };
    });
    this.auditorium = new Auditorium(header, painter, { fineness });
    this.group.add(this.auditorium.group);
    this._ray = new Ray();
    this._hit = new Vector3();
  }

  // The whole house for one in the audience; for one who walks round, without what would stand before her.
  open(camera, places, seated) {
    const { _ray: ray, _hit: hit } = this;
    this.auditorium.open(camera, seated);
    ray.origin.copy(camera);
    for (const { piece, box, room } of this._pieces) {
      const between = places.some((place) => {
        const far = ray.direction.copy(place).sub(camera).length();
        ray.direction.normalize();
        return ray.intersectBox(room, hit) !== null && hit.distanceTo(camera) < far - BERTH;
      });
      piece.visible = seated || !(between || room.containsPoint(camera) || beside(camera, box));
    }
    this.sides.open(seated);
  }
}
