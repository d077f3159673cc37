// Films the stage: asks what to film, draws each frame and hands its pixels over, one at a time.

import { driverName } from "./driver.js";
import { unpack } from "./package.js";
import { Plate } from "./plate.js";
import { drawPoster } from "./poster.js";
import { Smoother } from "./smooth.js";
import { Stage } from "./stage.js";
import { Titles } from "./titles.js";

const AHEAD = 900; // frames a plate may be painted for
const MANY = 40; // frames for which it is worth a moment to look which triangles can be spared

async function hand(path, body) {
  const answer = await fetch(path, { method: "POST", body });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer;
}

// Pixels on their way out of the driver: asked for at once, taken when the next frame is about to be drawn, so that the
// driver draws one frame while the script poses the next.
class Reader {
  constructor(gl, width, height) {
    Object.assign(this, { gl, width, height });
    this.buffer = gl.createBuffer();
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, this.buffer);
    gl.bufferData(gl.PIXEL_PACK_BUFFER, width * height * 4, gl.STREAM_READ);
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, null);
    this.spare = [0, 1].map(() => new Uint8Array(width * height * 4));
  }

  ask() {
    const { gl } = this;
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, this.buffer);
    gl.readPixels(0, 0, this.width, this.height, gl.RGBA, gl.UNSIGNED_BYTE, 0);
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, null);
    gl.flush();
  }

  take() {
    const { gl } = this;
    const pixels = this.spare.reverse()[0];
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, this.buffer);
    gl.getBufferSubData(gl.PIXEL_PACK_BUFFER, 0, pixels);
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, null);
    return pixels;
  }
}

async function film(canvas) {
  const plan = await (await fetch("plan.json")).json();
  const bytes = await (await fetch("act.bin")).arrayBuffer();
  const { width, height, fps, quality, poster } = plan;
  canvas.width = width;
  canvas.height = height;
  const final = quality === "final";
  const stage = new Stage(canvas, await unpack(bytes), { antialias: final && !poster, fine: final, camera: plan.camera });
  const { renderer } = stage;
  renderer.setPixelRatio(1);
  renderer.setSize(width, height, false);
  const gl = renderer.getContext();
  // A lost context draws nothing and complains of nothing: without this the rest of the film would be black.
  canvas.addEventListener("webglcontextlost", () => fail(new Error("the graphics driver gave up")));
  await hand("hello", JSON.stringify({ renderer: driverName(gl) }));
  if (poster) {
    const pixels = new Uint8Array(width * height * 4);
    await drawPoster(stage, poster, width, height, (number) => {
      gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
      return hand(`frame/${number}`, pixels);
    });
    await hand("done", JSON.stringify(stage.drawn));
    return;
  }
  const aspect = width / height;
  const smoother = final ? null : new Smoother(width, height);
  // One picture is drawn whole; many, over what stands still in them.
  const plate = plan.frames.length > 1 && plan.plates ? new Plate(renderer, width, height) : null;
  stage.spares = plan.frames.length > MANY;
  const titles = plan.titles ? new Titles(width, height, plan.titles, stage.dance.duration) : null;
  const timeOf = (frame) => frame / fps - (titles?.lead ?? 0);
  const viewAt = (frame) => (plan.view === "wide" ? stage.director.wide(aspect) : stage.director.view(timeOf(frame), aspect));
  const reader = new Reader(gl, width, height);
  const spent = { pose: 0, plates: 0, draw: 0, read: 0, wait: 0 }; // [ms]
  let last = performance.now();
  const note = (what) => {
    const now = performance.now();
    spent[what] += now - last;
    last = now;
  };
  let sent = Promise.resolve();
  let plates = 0;
  const pass = async (frame) => {
    const pixels = reader.take(); // drawing is not over before its pixels can be read
    note("read");
    await sent; // one frame on its way while the next is drawn
    note("wait");
    sent = hand(`frame/${frame}`, pixels);
  };
  let before = null;
  for (const [k, frame] of plan.frames.entries()) {
    const time = timeOf(frame);
    stage.setTime(time);
    stage.dim = titles?.light(time) ?? 1;
    note("pose");
    if (before !== null) await pass(before);
    const view = viewAt(frame);
    if (plate && !plate.holds(view)) {
      plate.paint(stage, plan.frames.slice(k, k + AHEAD).map(viewAt));
      plates++;
      note("plates");
    }
    stage.look(view);
    if (plate) {
      const places = stage.renderOver(() => plate.draw(renderer, view.window), width, height);
      smoother?.draw(renderer, places);
    } else {
      stage.render();
      smoother?.draw(renderer);
    }
    titles?.draw(renderer, time);
    reader.ask();
    note("draw");
    before = frame;
  }
  await pass(before);
  await sent;
  await hand("done", JSON.stringify({ ...stage.drawn, plates, spent }));
}

function fail(problem) {
  return fetch("failed", { method: "POST", body: String(problem?.stack ?? problem) });
}

export function startFilm(canvas) {
  film(canvas).catch(fail);
}
