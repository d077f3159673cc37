// Where one can stand to watch: in the audience, or on the stage beside her.

import { PerspectiveCamera, Vector3 } from "three";
import { OrbitControls } from "three/addons/controls/OrbitControls.js";

// As in a mirror the picture turns the other way under the hand, or it would run from it.
class Walk extends OrbitControls {
  _rotateLeft(angle) {
    super._rotateLeft(this.mirrored ? -angle : angle);
  }
}

const SLIP = 6; // a hand that moves no more than this has not dragged [px]

const pointer = ({ pointerId, pointerType, clientX, clientY, button, buttons }) => ({ pointerId, pointerType, clientX, clientY, button: Math.max(button, 0), buttons });

const PLACES = {
  front: new Vector3(5.2, 0, 0.35),
  side: new Vector3(0, 5.2, 0.35),
  top: new Vector3(0.01, 0, 6.2),
  orbit: new Vector3(4.0, 2.8, 1.0),
};

export class Views {
  // `led`: these views only go where others do; `guest`: the page is in another one, whose scrolling is left alone.
  constructor(stage, canvas, { led = false, guest = false } = {}) {
    this.stage = stage;
    this.name = "audience";
    this.camera = new PerspectiveCamera(34, 1, 0.1, 80);
    this.controls = new Walk(this.camera, canvas);
    Object.assign(this.controls, { enablePan: false, enableDamping: false, minDistance: 1.6, maxDistance: 18, maxPolarAngle: Math.PI * 0.62 });
    this.walking = this.controls.enabled = false;
    this.aspect = 1;
    this.lift = 0;
    this._middle = new Vector3();
    this.changed = () => {};
    this.pressed = () => {};
    if (led) return;
    if (guest) {
      this.controls.enableZoom = false;
      canvas.style.touchAction = "pan-y";
    }
    this._press(canvas, guest);
    if (!guest) canvas.addEventListener("wheel", () => this._take(), { passive: true });
  }

  // Dragging in the audience is the wish to walk round; a press without dragging is only told.
  _press(canvas, guest) {
    let from = null;
    canvas.addEventListener("pointerdown", (e) => e.isPrimary && (from = { x: e.clientX, y: e.clientY, still: true }));
    canvas.addEventListener("pointermove", (e) => {
      if (!from?.still || !e.isPrimary || Math.hypot(e.clientX - from.x, e.clientY - from.y) < SLIP) return;
      from.still = false;
      if (this.walking || (guest && e.pointerType !== "mouse")) return;
      this._take();
      // The hand is down already: the controls are told so, now that they listen.
      canvas.dispatchEvent(new PointerEvent("pointerdown", { ...pointer(e), isPrimary: false }));
    });
    canvas.addEventListener("pointerup", (e) => {
      if (from?.still && e.isPrimary && e.button === 0) this.pressed(e);
      from = null;
    });
  }

  // Stands about her as another's views stand about theirs.
  follow(other) {
    this.name = other.name;
    this.controls.enabled = false;
    this.walking = other.controls.enabled;
    if (!this.walking) return;
    this._target(this._middle);
    this.camera.position.copy(this._middle).add(other.camera.position).sub(other.controls.target);
  }

  _take() {
    if (this.controls.enabled) return;
    this.choose("orbit", PLACES.front);
    this.changed("orbit");
  }

  // `lift`: the share of the picture, from the bottom, that the controls cover.
  resize(width, height, lift) {
    this.aspect = width / height;
    this.lift = lift;
    this.camera.aspect = this.aspect;
    this.camera.fov = this.aspect < 0.9 ? 46 : 36;
    this.camera.setViewOffset(width, height, 0, (lift * height) / 2, width, height);
  }

  choose(name, from = PLACES[name]) {
    this.name = name;
    this.walking = this.controls.enabled = name in PLACES;
    if (!this.walking) return;
    this._target(this._middle);
    this.controls.target.copy(this._middle);
    this.camera.position.copy(this._middle).addScaledVector(from, this.aspect < 0.9 ? 1.15 : 1);
    this.camera.up.set(0, 0, 1);
    this.controls.update();
  }

  _target(out) {
    const pelvis = this.stage.dance.positions[0];
    return out.set(pelvis.x, pelvis.y, 0.93 + 0.5 * Math.max(pelvis.z - 0.95, 0));
  }

  // The camera to draw this moment with.
  at() {
    if (this.name === "house") {
      this.stage.wide(this.aspect, this.lift);
      return this.stage.camera;
    }
    if (!this.walking) {
      this.stage.audience(this.aspect, this.lift);
      return this.stage.camera;
    }
    // Go with her, keeping the distance one has chosen.
    const before = this._middle.clone();
    this._target(this._middle);
    const step = this._middle.clone().sub(before);
    this.camera.position.add(step);
    this.controls.target.copy(this._middle);
    this.camera.position.z = Math.max(this.camera.position.z, 0.06);
    this.camera.lookAt(this._middle);
    this.camera.updateMatrixWorld(true);
    return this.camera;
  }
}
