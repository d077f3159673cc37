// The scene. Everything shown is a pure function of the time set and of the camera.

import {
  ACESFilmicToneMapping,
  Box3,
  Matrix4,
  Object3D,
  PCFShadowMap,
  PerspectiveCamera,
  Scene,
  Vector2,
  Vector3,
  WebGLRenderer,
} from "three";

import { Dance } from "./dance.js";
import { Dancer } from "./dancer.js";
import { Director } from "./director.js";
import { isProgram } from "./driver.js";
import { Floor } from "./floor.js";
import { Glints } from "./glints.js";
import { DROP, House } from "./house.js";
import { Lights } from "./light.js";
import { Mirror } from "./mirror.js";
import { rosesFor } from "./roses.js";
import { SEATS } from "./seats.js";
import { settingOf } from "./settings/index.js";
import { Painter } from "./settings/painter.js";
import { bounds } from "./smooth.js";
import { strengthOf } from "./strength.js";
import { Tutu } from "./tutu.js";
import { Veil } from "./veil.js";

Object3D.DEFAULT_UP.set(0, 0, 1);

const BEFORE = 1; // the layer of what stands between the camera and her ...
const MIRRORED = 2; // ... the layer of what the varnish mirrors ...
const GLASSED = 3; // ... of what the glass does ...
const LIVING = 4; // ... and of those who sit in the house
const DANCED = [-4.2, -2, 0, 2, 4.2].flatMap((x) => [-2, 2].map((y) => new Vector3(x, y, 1))); // where she may be
const _at = new Vector3();
const FRONT = 6.3; // where the house begins, which hides nothing of her [m]
const FLOOR_NEAR = 3; // how far from her the floor changes with her [m]
const UNSEEN = 0.28; // what of a point of the picture she may be off, and nobody sees it

const NOBODY = new Scene();

export class Stage {
  // `quick`: where a program draws in a card's stead, the first picture shall not wait for all that makes it fine; what
  // is left out of it is made good by `finish`.
  constructor(canvas, pack, { antialias = true, fine = true, camera = "filmed", quick = false } = {}) {
    this.renderer = new WebGLRenderer({ canvas, antialias, powerPreference: "high-performance" });
    const renderer = this.renderer;
    renderer.toneMapping = ACESFilmicToneMapping;
    renderer.toneMappingExposure = 1.0;
    renderer.autoClear = false;
    renderer.shadowMap.enabled = true;
    renderer.shadowMap.type = PCFShadowMap;
    renderer.shadowMap.autoUpdate = false;
    renderer.info.autoReset = false;

    this.header = pack.header;
    this.dance = new Dance(pack);
    this.director = new Director(this.dance, pack.header, camera);
    this.act = new Scene();
    const setting = settingOf(pack.header.setting);
    this.lights = new Lights(setting, this.act, { shadowSize: fine ? 1024 : 768 });
    this.tutu = pack.header.tutu ? new Tutu(pack, this.lights) : null;
    this.shade = {
      pelvisFromWorld: { value: new Matrix4() },
      tutuRadius: { value: this.tutu ? this.tutu.radius : 0 },
      surroundOf: this.lights.uniforms.surroundOf,
    };
    this.dancer = new Dancer(pack, this.dance, this.shade);

    const program = isProgram(renderer.getContext());
    this.plain = quick && program;
    this.painter = new Painter(renderer, { sketch: this.plain });
    const { painter } = this;
    this.set = new Scene();
    // As fine as a large picture needs, and less where a program draws.
    const least = program ? 0.6 : 1;
    this.house = new House(setting, pack.header, painter, { fineness: Math.min(Math.max(canvas.height / 720, least), 2) });
    this.set.add(this.house.group);
    this.floor = new Floor(setting.floor, { dancer: this.dancer, tutu: this.tutu, drop: this.house.drop, lamps: this.lights.table, painter }, { fine });
    this.floorScene = new Scene();
    this.floorScene.add(this.floor.group);

    this.mirror = setting.mirror ? new Mirror(setting.mirror, DROP.x, this.floor, { fine }) : null;
    this.glass = new Scene();
    if (this.mirror) this.glass.add(this.mirror.glass);
    this.strength = strengthOf(pack.header);
    this.veil = new Veil();

    this.act.add(this.dancer.mesh, this.dancer.caster, this.dancer.mirrored);
    if (this.tutu) this.act.add(...this.tutu.meshes);
    this.glints = new Glints(pack, this.dancer, this.tutu, this.lights);
    this.act.add(this.glints.points);
    this.roses = rosesFor(pack.header, this.dance, this.director.bow, this.lights);
    if (this.roses) this.act.add(this.roses.group);
    // In the varnish: the coarse body, and of the costume the undermost and the widest layer.
    this.dancer.mirrored.layers.set(MIRRORED);
    const shown = [this.dancer.caster, this.tutu?.meshes[0], this.tutu?.meshes.at(-1), ...Object.values(this.lights.lamps)];
    shown.forEach((object) => object?.layers.enable(MIRRORED));
    this.floor.mirrorCamera.layers.set(MIRRORED);
    // In the glass, some way behind her, every second layer of the rest as well.
    if (this.mirror) {
      const glassed = this.dancer.glassed();
      glassed.layers.set(GLASSED);
      this.act.add(glassed);
      const between = this.tutu?.meshes.filter((_, k) => (this.tutu.long ? k >> 1 : k) % 2 === 0) ?? [];
      [...shown, ...between].forEach((object) => object?.layers.enable(GLASSED));
      this.mirror.camera.layers.set(GLASSED);
    }
    for (const scene of [this.set, this.floorScene, this.act]) scene.updateMatrixWorld(true);
    this._pieces = solidPieces(this.set);

    this.camera = new PerspectiveCamera(30, 16 / 9, 0.5, 80);
    this.seat = SEATS.front;
    this.time = 0;
    this.dim = 1; // the share of the light that whoever shows it lets be
    this.spares = false; // whether triangles too small to be seen are left out, where she is drawn over a plate
    this._feet = new Vector3();
    this._behind = new Vector3();
    this._follow = this._spotPath();
    this.setTime(0);
  }

  get drawn() {
    return { calls: this.renderer.info.render.calls, triangles: this.renderer.info.render.triangles };
  }

  // The follow spot lags and rounds corners as a person at a lamp does.
  _spotPath() {
    const step = 1 / 10;
    const n = Math.max(2, Math.ceil(this.dance.duration / step) + 1);
    const raw = [];
    for (let i = 0; i < n; i++) {
      this.dance.at(i * step);
      raw.push([this.dance.positions[0].x, this.dance.positions[0].y]);
    }
    const reach = 5;
    const path = raw.map((_, i) => {
      let [x, y, total] = [0, 0, 0];
      for (let k = -reach; k <= reach; k++) {
        const w = 0.5 + 0.5 * Math.cos((Math.PI * k) / (reach + 1));
        const at = raw[Math.min(Math.max(i + k, 0), n - 1)];
        x += w * at[0];
        y += w * at[1];
        total += w;
      }
      return [x / total, y / total];
    });
    return (t) => {
      const u = Math.min(Math.max(t / step, 0), n - 1.001);
      const i = Math.floor(u);
      const s = u - i;
      return new Vector2(path[i][0] + s * (path[i + 1][0] - path[i][0]), path[i][1] + s * (path[i + 1][1] - path[i][1]));
    };
  }

  setTime(t) {
    this.time = Math.min(Math.max(t, 0), this.dance.duration);
    this.dance.at(this.time);
    const { positions, quaternions } = this.dance;
    this.dancer.update();
    this.tutu?.at(this.time, positions[0], quaternions[0]);
    this.glints.at(quaternions[0]);
    this.shade.pelvisFromWorld.value.compose(positions[0], quaternions[0], new Vector3(1, 1, 1)).invert();
    this.lights.place(positions[0], 1);
    this.house.auditorium.setTime(this.time);
    this.roses?.setTime(this.time);
    // The floor under her: the lowest joints, or the pelvis's foot point when both feet are far from it.
    const low = positions.reduce((best, p) => (p.z < best.z ? p : best), positions[0]);
    this._feet.set(0.6 * low.x + 0.4 * positions[0].x, 0.6 * low.y + 0.4 * positions[0].y, 0);
    return this;
  }

  setFrame(i, fps = 30) {
    return this.setTime(i / fps);
  }

  // The audience's view for a picture of this shape, of which the share `lift` at the bottom is covered by something.
  audience(aspect, lift = 0) {
    this.look(lifted(this.director.view(this.time, aspect / (1 - lift)), lift));
  }

  // The whole stage.
  wide(aspect, lift = 0) {
    this.look(lifted(this.director.wide(aspect / (1 - lift)), lift));
  }

  // A seat and a window from it, as `Director.view` gives them.
  look({ seat, window: { left, right, bottom, top } }) {
    this.seat = seat;
    const camera = this.camera;
    camera.matrixWorld.makeBasis(seat.right, seat.up, this._behind.copy(seat.forward).negate()).setPosition(seat.at);
    camera.matrixWorldInverse.copy(camera.matrixWorld).invert();
    camera.matrixWorld.decompose(camera.position, camera.quaternion, camera.scale);
    const near = 0.8;
    camera.projectionMatrix.makePerspective(left * near, right * near, top * near, bottom * near, near, 60);
    camera.projectionMatrixInverse.copy(camera.projectionMatrix).invert();
  }

  // What follows the dancer and the camera, before anything is drawn; without what stands `still` where that is drawn already.
  prepare(camera = this.camera, { still = true } = {}) {
    const { positions, quaternions } = this.dance;
    const follow = this._follow(this.time);
    const points = this._reaching();
    this.floor.place({ bones: points, feet: this._feet, follow, strength: 1, hem: this.tutu?.hem() ?? [] }, camera, { still });
    this.mirror?.place(points, positions[0], camera.position);
    this.house.auditorium.glare.follow(follow);
    this.tutu?.order(camera, positions[0], quaternions[0]);
  }

  // Points that together stand for the body: the joints, the middles of the bones, and beyond the ends of the limbs.
  _reaching() {
    const { positions, parents } = this.dance;
    const points = [...positions];
    for (let b = 1; b < positions.length; b++) {
      const from = positions[parents[b]];
      points.push(positions[b].clone().add(from).multiplyScalar(0.5));
      if (!parents.includes(b)) points.push(positions[b].clone().addScaledVector(positions[b].clone().sub(from).normalize(), 0.15));
    }
    return points;
  }

  // Shadow and mirror textures for this moment.
  drawLight(mirrored = Infinity) {
    const act = this.plain ? NOBODY : this.act;
    this.renderer.shadowMap.needsUpdate = true;
    this.floor.drawSheen(this.renderer, act, mirrored); // the first picture of the act also draws its shadow map
    this.floor.drawShadow(this.renderer);
    this.mirror?.draw(this.renderer, act);
  }

  // Makes good one thing that was left out for the first picture's sake, mirrors first; whether there was one.
  finish() {
    if (!this.plain) return this.painter.finish();
    this.plain = false;
    return true;
  }

  // The whole picture, straight to the canvas.
  render(camera = this.camera) {
    const { renderer } = this;
    renderer.info.reset();
    this.prepare(camera);
    this.drawLight();
    this._open(camera);
    renderer.setClearColor(0x020203, 1);
    renderer.clear();
    renderer.render(this.set, camera);
    renderer.render(this.floorScene, camera);
    if (this.mirror) renderer.render(this.glass, camera);
    renderer.render(this.act, camera);
    this.veil.draw(renderer, this.dim * this.strength(this.time));
  }

  // What is the same at every moment, into a target: the set, the house, and the floor without her and her spot.
  renderStill(target) {
    const { renderer } = this;
    this._open(this.camera);
    this.floor.bare();
    renderer.setRenderTarget(target);
    renderer.setClearColor(0x020203, 1);
    renderer.clear();
    const moving = this.facesHouse ? this.house.auditorium.living.filter((part) => part.visible) : [];
    moving.forEach((part) => (part.visible = false));
    renderer.render(this.set, this.camera);
    renderer.render(this.floorScene, this.camera);
    moving.forEach((part) => (part.visible = true));
    renderer.setRenderTarget(null);
  }

  // Whether the house is what is seen behind her.
  get facesHouse() {
    return this.seat.forward.x > 0.3;
  }

  // And the rest of the picture, over what `backdrop` draws to the canvas; returns the places in it where she is.
  renderOver(backdrop, width, height) {
    const { renderer, camera } = this;
    renderer.info.reset();
    this.prepare(camera, { still: false });
    if (this.spares) this.dancer.spare(UNSEEN * this._point(height));
    this.drawLight(this._mirroredHeight());
    backdrop();
    renderer.clear(false, true, false);
    const places = this._places(width, height);
    if (this.facesHouse) {
      this._renderHouse();
      places.push([width / 2, height / 2, Math.max(width, height)]);
    } else this._renderBefore(bounds([...places, this._poolPlace(width, height)], width, height), width, height);
    renderer.render(this.floorScene, camera);
    if (this.mirror) renderer.render(this.glass, camera);
    renderer.render(this.act, camera);
    this.veil.draw(renderer, this.dim * this.strength(this.time));
    return places;
  }

  // The side of a point of the picture where she is [m].
  _point(height) {
    const depth = _at.copy(this.dance.positions[0]).sub(this.camera.position).dot(this.seat.forward);
    return (2 * depth) / (this.camera.projectionMatrix.elements[5] * height);
  }

  // How much of her, from her feet up, the floor in the window mirrors [m]: a look through its lower edge, thrown back by
  // the boards, passes her there.
  _mirroredHeight() {
    const { at, forward } = this.seat;
    if (Math.abs(forward.z) > 0.1) return Infinity;
    const bottom = (this.camera.projectionMatrix.elements[9] - 1) / this.camera.projectionMatrix.elements[5];
    return Math.max(-bottom * _at.copy(this.dance.positions[0]).sub(at).dot(forward) - at.z, 0) + 0.5;
  }

  // The set where it stands before her or before the floor about her: it hides them and is there already.
  _renderBefore(part, width, height) {
    const { renderer, camera } = this;
    const before = this._before(part, width, height);
    if (before.length === 0) return;
    const { color } = renderer.state.buffers;
    color.setMask(false);
    color.setLocked(true);
    renderer.setScissorTest(true);
    renderer.setScissor(part.x, part.y, part.width, part.height);
    before.forEach((piece) => piece.layers.enable(BEFORE));
    camera.layers.set(BEFORE);
    renderer.render(this.set, camera);
    camera.layers.set(0);
    before.forEach((piece) => piece.layers.disable(BEFORE));
    renderer.setScissorTest(false);
    color.setLocked(false);
    color.setMask(true);
  }

  // Those who sit in the house, who move, behind what of it is there already.
  _renderHouse() {
    const { renderer, camera } = this;
    const { living } = this.house.auditorium;
    const { color } = renderer.state.buffers;
    const shown = living.filter((part) => part.visible);
    this._open(camera);
    color.setMask(false);
    color.setLocked(true);
    shown.forEach((part) => (part.visible = false));
    renderer.render(this.set, camera);
    color.setLocked(false);
    color.setMask(true);
    shown.forEach((part) => part.traverse((mesh) => mesh.layers.enable(LIVING)));
    shown.forEach((part) => (part.visible = true));
    camera.layers.set(LIVING);
    renderer.render(this.set, camera);
    camera.layers.set(0);
    shown.forEach((part) => part.traverse((mesh) => mesh.layers.disable(LIVING)));
  }

  // One in the audience sees the whole house; who stands elsewhere, not what would hide the dance from there.
  _open(camera) {
    const seated = camera === this.camera && this.seat.at.x > 15;
    this.house.open(camera.position, camera === this.camera ? DANCED : [this.dance.positions[0]], seated);
  }

  // Round places that together hold her, in a picture of this size: x, y and radius [points, from the lower left].
  _places(width, height) {
    const limbs = this._reaching().map((p) => this._place(p, 0.15, width, height));
    const hem = (this.tutu?.hem() ?? []).map((p) => this._place(p, 0.06, width, height));
    // Between waist and hem lies net.
    const waist = limbs[0];
    const net = hem.map(([x, y, r]) => [0.5 * (x + waist[0]), 0.5 * (y + waist[1]), 2 * r]);
    const image = this.mirror?.seen();
    const glass = image ? [this._place(image.middle, image.radius, width, height)] : [];
    const roses = (this.roses?.places ?? []).map((p) => this._place(p, 0.25, width, height));
    return [...limbs, ...hem, ...net, ...glass, ...roses];
  }

  // And one that holds the floor that changes with her.
  _poolPlace(width, height) {
    const { x, y } = this._follow(this.time);
    return this._place({ x, y, z: 0 }, FLOOR_NEAR, width, height);
  }

  _place(p, reach, width, height) {
    const depth = Math.max(_at.copy(p).sub(this.camera.position).dot(this.seat.forward), 0.5);
    _at.copy(p).project(this.camera);
    const radius = (reach * this.camera.projectionMatrix.elements[5] * height) / (2 * depth);
    return [(_at.x * 0.5 + 0.5) * width, (_at.y * 0.5 + 0.5) * height, radius];
  }

  // The pieces of the set that may stand between the camera and her.
  _before({ x, y, width, height }, across, down) {
    const { forward, at } = this.seat;
    // Where a mirror shows her, all the room stands before her.
    const far = this.mirror?.glass.visible ? Infinity : this.dance.positions[0].clone().sub(at).dot(forward) + FLOOR_NEAR;
    const corner = new Vector3();
    return this._pieces.filter(({ piece, box }) => {
      if (!piece.visible || box.min.x > FRONT) return false;
      let [near, l, r, d, u] = [Infinity, Infinity, -Infinity, Infinity, -Infinity];
      for (let k = 0; k < 8; k++) {
        corner.set(k & 1 ? box.max.x : box.min.x, k & 2 ? box.max.y : box.min.y, k & 4 ? box.max.z : box.min.z);
        const depth = corner.clone().sub(at).dot(forward);
        near = Math.min(near, depth);
        corner.project(this.camera);
        l = Math.min(l, corner.x);
        r = Math.max(r, corner.x);
        d = Math.min(d, corner.y);
        u = Math.max(u, corner.y);
      }
      if (near > far) return false;
      const place = (v, size) => (v * 0.5 + 0.5) * size;
      return place(l, across) < x + width && place(r, across) > x && place(d, down) < y + height && place(u, down) > y;
    }).map(({ piece }) => piece);
  }
}

function lifted({ seat, window }, lift) {
  return { seat, window: { ...window, bottom: window.bottom - ((window.top - window.bottom) * lift) / (1 - lift) } };
}

// The pieces of a set that hide what is behind them, and the room each takes.
function solidPieces(set) {
  const pieces = [];
  set.traverse((piece) => {
    if (piece.isMesh && !piece.material.transparent) pieces.push({ piece, box: new Box3().setFromObject(piece) });
  });
  return pieces;
}
