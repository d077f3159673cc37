// A second performance beside the first, or laid over it as on a film exposed twice, in time with it by the counts.

import { fromBase64, unpack } from "./package.js";
import { sameCount } from "./moments.js";
import { Stage } from "./stage.js";
import { Views } from "./views.js";

export const MODES = ["alone", "side", "over", "spot"];
const LARGEST = 400e6; // of a page's file [bytes]

// The dance that is written in an element of a page.
export async function danceIn(element) {
  const written = element?.textContent.trim();
  if (!written) throw new Error("this is not a page petipa made");
  const pack = await unpack(fromBase64(written));
  if (!pack.array("body.index")) throw new Error("this page shares its body with others");
  return pack;
}

// The dance of another page, read and never run.
export async function danceOf(file) {
  if (file.size > LARGEST) throw new Error("this file is too large to be a page petipa made");
  return danceIn(new DOMParser().parseFromString(await file.text(), "text/html").getElementById("act"));
}

export class Beside {
  constructor(pack, first, views) {
    this.first = first;
    this.firstViews = views;
    this.header = pack.header;
    this.canvas = document.createElement("canvas");
    this.canvas.id = "other";
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", `Another performance: ${pack.header.title}`);
    first.renderer.domElement.after(this.canvas);
    // A hand on this picture moves both.
    for (const kind of ["pointerdown", "pointermove", "pointerup"])
      this.canvas.addEventListener(kind, (e) => first.renderer.domElement.dispatchEvent(new PointerEvent(kind, e)));
    this.stage = new Stage(this.canvas, pack);
    this.views = new Views(this.stage, this.canvas, { led: true });
    this.time = sameCount(first.header.beats, pack.header.beats);
    this.mode = "side";
  }

  resize(width, height, lift, ratio) {
    this.stage.renderer.setPixelRatio(ratio);
    this.stage.renderer.setSize(width, height, false);
    this.views.resize(width, height, lift);
  }

  // Draws the moment that has the count of the first dance's time t.
  draw(t, firstCamera) {
    const { stage } = this;
    stage.setTime(this.time(t));
    if (this.mode === "side") {
      this.views.follow(this.firstViews);
      stage.render(this.views.at());
      return;
    }
    const camera = firstCamera.clone();
    if (this.mode === "spot") {
      const [here, there] = [this.first, stage].map((s) => s.dance.positions[0]);
      camera.position.x += there.x - here.x;
      camera.position.y += there.y - here.y;
      camera.updateMatrixWorld(true);
    }
    // She alone, before nothing.
    const { renderer } = stage;
    renderer.info.reset();
    stage.prepare(camera);
    renderer.shadowMap.needsUpdate = true;
    renderer.setClearColor(0x000000, 1);
    renderer.clear();
    renderer.render(stage.act, camera);
  }

  dispose() {
    this.stage.renderer.dispose();
    this.stage.renderer.forceContextLoss();
    this.canvas.remove();
  }
}
