// What a frame costs, for whoever asks with `?figures`: counted at the graphics interface itself, so nothing is left out.

import { AdditiveBlending, Color, DoubleSide, MeshBasicMaterial, WebGLRenderTarget } from "three";

const SIZES = { 0x1405: 4, 0x1403: 2, 0x1401: 1 }; // bytes of an index: unsigned int, short, byte

// Wraps what the renderer calls, and counts: calls, triangles, bytes given to the graphics card.
function counted(gl, sums) {
  const wrap = (name, count) => {
    const plain = gl[name].bind(gl);
    gl[name] = (...given) => {
      count(...given);
      return plain(...given);
    };
  };
  const drawn = (kind, n, instances = 1) => {
    sums.calls += 1;
    if (kind === gl.TRIANGLES) sums.triangles += (n / 3) * instances; // and not points or lines
  };
  wrap("drawElements", (kind, n) => drawn(kind, n));
  wrap("drawArrays", (kind, _, n) => drawn(kind, n));
  wrap("drawElementsInstanced", (kind, n, _, __, instances) => drawn(kind, n, instances));
  wrap("drawArraysInstanced", (kind, _, n, instances) => drawn(kind, n, instances));
  wrap("bufferData", (_, data) => (sums.bytes += data?.byteLength ?? 0));
  wrap("bufferSubData", (_, __, data, ___, length) => (sums.bytes += length ? length * data.BYTES_PER_ELEMENT : data.byteLength));
  for (const name of ["texImage2D", "texSubImage2D"]) wrap(name, (...given) => (sums.bytes += given.at(-1)?.byteLength ?? 0));
  for (const name of ["uniformMatrix4fv", "uniform3fv", "uniform4fv", "uniform2fv", "uniform1fv"])
    wrap(name, (_, a, b) => (sums.bytes += 4 * ((b ?? a)?.length ?? 0)));
}

// The time the graphics card takes, where the browser tells it.
class GpuClock {
  constructor(gl) {
    this.gl = gl;
    this.extension = gl.getExtension("EXT_disjoint_timer_query_webgl2");
    this.asked = null;
    this.took = null; // [ms]
  }

  begin() {
    const { gl, extension } = this;
    if (!extension || this.asked) return;
    this.asked = gl.createQuery();
    gl.beginQuery(extension.TIME_ELAPSED_EXT, this.asked);
    this.open = true;
  }

  end() {
    if (!this.open) return;
    this.gl.endQuery(this.extension.TIME_ELAPSED_EXT);
    this.open = false;
  }

  read() {
    const { gl, asked } = this;
    if (!asked || this.open || !gl.getQueryParameter(asked, gl.QUERY_RESULT_AVAILABLE)) return;
    if (!gl.getParameter(this.extension.GPU_DISJOINT_EXT)) this.took = gl.getQueryParameter(asked, gl.QUERY_RESULT) / 1e6;
    gl.deleteQuery(asked);
    this.asked = null;
  }
}

const LAYER = 5; // what each fragment adds, of 255

// How often each pixel of the picture is shaded, in the mean: everything is drawn once more in a faint grey that adds up.
function shaded({ renderer, set, floorScene, act }, camera) {
  const [width, height] = [320, 180];
  const target = new WebGLRenderTarget(width, height);
  const grey = new Color(LAYER / 255, LAYER / 255, LAYER / 255);
  const material = new MeshBasicMaterial({ color: grey, blending: AdditiveBlending, transparent: true, side: DoubleSide, toneMapped: false });
  renderer.setRenderTarget(target);
  renderer.setClearColor(0x000000, 0);
  renderer.clear();
  for (const scene of [set, floorScene, act]) {
    scene.overrideMaterial = material;
    renderer.render(scene, camera);
    scene.overrideMaterial = null;
  }
  const pixels = new Uint8Array(width * height * 4);
  renderer.readRenderTargetPixels(target, 0, 0, width, height, pixels);
  renderer.setRenderTarget(null);
  target.dispose();
  material.dispose();
  let sum = 0;
  for (let i = 0; i < pixels.length; i += 4) sum += pixels[i];
  return sum / LAYER / (width * height);
}

export class Figures {
  constructor(place, stage) {
    this.place = place;
    this.stage = stage;
    const { renderer } = stage;
    this.sums = { calls: 0, triangles: 0, bytes: 0 };
    const gl = renderer.getContext();
    counted(gl, this.sums);
    this.gpu = new GpuClock(gl);
    this.last = null;
    this.pose = this.script = 0; // means of the last dozen frames [ms]
    this.rate = 0;
  }

  begin() {
    Object.assign(this.sums, { calls: 0, triangles: 0, bytes: 0 });
    this.gpu.read();
    this.gpu.begin();
    this._began = performance.now();
  }

  // The pose is taken, and nothing is drawn yet.
  posed() {
    this.pose += 0.1 * (performance.now() - this._began - this.pose);
  }

  end(now) {
    this.gpu.end();
    this.last = { ...this.sums };
    this.script += 0.1 * (performance.now() - this._began - this.script);
    if (this._before !== undefined) this.rate += 0.1 * (1000 / Math.max(now - this._before, 1) - this.rate);
    this._before = now;
  }

  show({ first, page, camera }) {
    const { last, gpu } = this;
    const { renderer } = this.stage;
    this.shaded ??= shaded(this.stage, camera); // once: it is a picture of its own
    const size = renderer.domElement;
    const { memory, programs } = renderer.info;
    const row = (name, value) => `${name.padEnd(12)}${value}`;
    this.place.hidden = false;
    this.place.textContent = [
      row("frames/s", this.rate.toFixed(0)),
      row("script", `${this.script.toFixed(1)} ms, of it ${this.pose.toFixed(1)} for the pose`),
      row("card", gpu.took === null ? "not told" : `${gpu.took.toFixed(1)} ms`),
      row("draw calls", last.calls),
      row("triangles", Math.round(last.triangles).toLocaleString("en")),
      row("sent", `${(last.bytes / 1e3).toFixed(0)} kB a frame`),
      row("pixels", `${size.width} \u00d7 ${size.height}`),
      row("shaded", `${this.shaded.toFixed(1)} times each`),
      row("shaders", programs.length),
      row("textures", memory.textures),
      row("first seen", `${(first / 1000).toFixed(1)} s`),
      row("file", `${(page / 1e6).toFixed(1)} MB`),
    ].join("\n");
  }
}
