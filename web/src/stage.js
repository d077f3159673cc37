// The scene. Everything shown is a pure function of the time set and of the camera.

import {
  ACESFilmicToneMapping,
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
import { Director, SEAT } from "./director.js";
import { Floor } from "./floor.js";
import { DROP, House } from "./house.js";
import { Lights } from "./light.js";
import { Mirror } from "./mirror.js";
import { Painter } from "./settings/brush.js";
import { settingOf } from "./settings/index.js";
import { strengthOf } from "./strength.js";
import { Tutu } from "./tutu.js";
import { Veil } from "./veil.js";

Object3D.DEFAULT_UP.set(0, 0, 1);

export class Stage {
  constructor(canvas, pack, { antialias = true, fine = true } = {}) {
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
    this.director = new Director(this.dance, pack.header.names);
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

    const painter = new Painter(renderer);
    this.set = new Scene();
    this.house = new House(setting, painter, { fineness: fine ? 1 : 0.75 });
    this.set.add(this.house.group);
    this.floor = new Floor(setting.floor, { dancer: this.dancer, tutu: this.tutu, drop: this.house.drop, lamps: this.lights.table, painter }, { fine });
    this.floorScene = new Scene();
    this.floorScene.add(this.floor.group);

    this.mirror = setting.mirror ? new Mirror(setting.mirror, DROP.x, this.floor, { fine }) : null;
    this.glass = new Scene();
    if (this.mirror) this.glass.add(this.mirror.glass);
    this.strength = strengthOf(pack.header);
    this.veil = new Veil();

    this.act.add(this.dancer.mesh, this.dancer.caster);
    if (this.tutu) this.act.add(...this.tutu.meshes);
    for (const scene of [this.set, this.floorScene, this.act]) scene.updateMatrixWorld(true);

    this.camera = new PerspectiveCamera(30, 16 / 9, 0.5, 80);
    this.camera.position.set(SEAT.x, 0, SEAT.z);
    this.camera.lookAt(0, 0, SEAT.z);
    this.camera.updateMatrixWorld(true);
    this.time = 0;
    this._feet = new Vector3();
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
    this.shade.pelvisFromWorld.value.compose(positions[0], quaternions[0], new Vector3(1, 1, 1)).invert();
    this.lights.place(positions[0], 1);
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
    this.look(lifted(this.director.window(this.time, aspect / (1 - lift)), lift));
  }

  // The whole stage.
  wide(aspect, lift = 0) {
    this.look(lifted(this.director.wide(aspect / (1 - lift)), lift));
  }

  // A window in tangents from the seat, as `Director.window` gives it.
  look({ left, right, bottom, top }) {
    const camera = this.camera;
    camera.position.set(SEAT.x, 0, SEAT.z);
    camera.up.set(0, 0, 1);
    camera.lookAt(0, 0, SEAT.z);
    camera.updateMatrixWorld(true);
    const near = 2;
    const far = 40;
    camera.projectionMatrix.makePerspective(left * near, right * near, top * near, bottom * near, near, far);
    camera.projectionMatrixInverse.copy(camera.projectionMatrix).invert();
  }

  // What follows the dancer and the camera, before anything is drawn.
  prepare(camera = this.camera) {
    const { positions, quaternions } = this.dance;
    const follow = this._follow(this.time);
    const points = this._reaching();
    this.floor.place({ bones: points, feet: this._feet, follow, strength: 1, hem: this.tutu?.hem() ?? [] }, camera);
    this.mirror?.place(points, positions[0], camera.position);
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
  drawLight() {
    this.renderer.shadowMap.needsUpdate = true;
    this.floor.drawSheen(this.renderer, this.act); // the first picture of the act also draws its shadow map
    this.floor.drawShadow(this.renderer);
    this.mirror?.draw(this.renderer, this.act);
  }

  // The whole picture, straight to the canvas.
  render(camera = this.camera) {
    const { renderer } = this;
    renderer.info.reset();
    this.prepare(camera);
    this.drawLight();
    this.house.open(camera.position, this.dance.positions[0], camera === this.camera);
    renderer.setClearColor(0x020203, 1);
    renderer.clear();
    renderer.render(this.set, camera);
    renderer.render(this.floorScene, camera);
    if (this.mirror) renderer.render(this.glass, camera);
    renderer.render(this.act, camera);
    this.veil.draw(renderer, this.strength(this.time));
  }
}

function lifted(window, lift) {
  return { ...window, bottom: window.bottom - ((window.top - window.bottom) * lift) / (1 - lift) };
}
