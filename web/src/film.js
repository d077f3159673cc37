// Films the stage: asks what to film, draws each frame and hands its pixels over, one at a time.

import { unpack } from "./package.js";
import { drawPoster } from "./poster.js";
import { Smoother } from "./smooth.js";
import { Stage } from "./stage.js";

async function hand(path, body) {
  const answer = await fetch(path, { method: "POST", body });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer;
}

function rendererName(gl) {
  const extension = gl.getExtension("WEBGL_debug_renderer_info");
  return gl.getParameter(extension ? extension.UNMASKED_RENDERER_WEBGL : gl.RENDERER);
}

async function film(canvas) {
  const plan = await (await fetch("plan.json")).json();
  const bytes = await (await fetch("act.bin")).arrayBuffer();
  const { width, height, fps, quality, poster } = plan;
  canvas.width = width;
  canvas.height = height;
  const final = quality === "final";
  const stage = new Stage(canvas, await unpack(bytes), { antialias: final && !poster, fine: final });
  stage.renderer.setPixelRatio(1);
  stage.renderer.setSize(width, height, false);
  const gl = stage.renderer.getContext();
  // A lost context draws nothing and complains of nothing: without this the rest of the film would be black.
  canvas.addEventListener("webglcontextlost", () => fail(new Error("the graphics driver gave up")));
  await hand("hello", JSON.stringify({ renderer: rendererName(gl) }));
  if (poster) {
    const pixels = new Uint8Array(width * height * 4);
    await drawPoster(stage, poster, width, height, (number) => {
      gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
      return hand(`frame/${number}`, pixels);
    });
    await hand("done", JSON.stringify(stage.drawn));
    return;
  }
  const smoother = final ? null : new Smoother(width, height);
  let sent = Promise.resolve();
  const spent = { draw: 0, read: 0, wait: 0 }; // [ms]
  let pixels = new Uint8Array(width * height * 4);
  let spare = new Uint8Array(width * height * 4);
  for (const frame of plan.frames) {
    const began = performance.now();
    stage.setFrame(frame, fps);
    if (plan.view === "wide") stage.wide(width / height);
    else stage.audience(width / height);
    stage.render();
    smoother?.draw(stage.renderer);
    const drawn = performance.now();
    gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
    const read = performance.now();
    await sent; // one frame on its way while the next is drawn
    spent.draw += drawn - began;
    spent.read += read - drawn; // drawing is not over before its pixels can be read
    spent.wait += performance.now() - read;
    sent = hand(`frame/${frame}`, pixels);
    [pixels, spare] = [spare, pixels];
  }
  await sent;
  await hand("done", JSON.stringify({ ...stage.drawn, spent }));
}

function fail(problem) {
  return fetch("failed", { method: "POST", body: String(problem?.stack ?? problem) });
}

export function startFilm(canvas) {
  film(canvas).catch(fail);
}
