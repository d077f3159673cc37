// The interactive page.

import { fromBase64, unpack } from "./package.js";
import { Player } from "./player.js";
import { Stage } from "./stage.js";
import { Views } from "./views.js";

const PLAY = "M8 5v14l11-7z";
const PAUSE = "M7 5h4v14H7zm6 0h4v14h-4z";
const VIEWS = ["audience", "house", "front", "side", "top", "orbit"];
const SPEEDS = ["1", "0.75", "0.5", "0.25", "0.125"];

const FINEST = Math.min(globalThis.devicePixelRatio || 1, 2);

const the = (id) => document.getElementById(id);

function clock(t) {
  const m = Math.floor(t / 60);
  const s = Math.floor(t - m * 60);
  return `${m}:${String(s).padStart(2, "0")}`;
}

// The last entry whose time has come; -1 before the first.
function last(list, t, timeOf) {
  let lo = -1;
  let hi = list.length;
  while (hi - lo > 1) {
    const mid = (lo + hi) >> 1;
    if (timeOf(list[mid]) <= t + 1e-4) lo = mid;
    else hi = mid;
  }
  return lo;
}

function soundOf(element) {
  const text = element.textContent.trim();
  if (!text) return null;
  const audio = new Audio(URL.createObjectURL(new Blob([fromBase64(text)], { type: element.dataset.kind })));
  audio.preload = "auto";
  return audio;
}

class Page {
  constructor(stage, player, views, header) {
    Object.assign(this, { stage, player, views, header });
    this.steps = header.steps;
    this.beats = header.beats;
    // The last count is over when the next would come: nothing is counted after the music's last bar.
    const [next, final] = this.beats.slice(-2).map((b) => b[0]);
    this.countedOut = final === undefined ? Infinity : 2 * final - next;
    this.named = null;
    this.counted = null;
    this.drawnTime = NaN;
    this.stale = true;
    this.moving = false;
    this.slow = 0;
    this.sharp = FINEST;
    this.spent = 0; // mean script time of a frame [ms]
    this._marks();
    this._wire();
    this.resize();
    this.reveal();
    requestAnimationFrame((now) => this.frame(now));
  }

  _marks() {
    const marks = the("marks");
    for (const step of this.steps) {
      const mark = document.createElement("i");
      mark.style.left = `${(100 * step.from) / this.header.duration}%`;
      mark.style.width = `calc(${(100 * Math.max(step.to - step.from, 0)) / this.header.duration}% - 1px)`;
      marks.append(mark);
    }
    the("scrub").max = String(Math.round(this.header.duration * 1000));
  }

  _wire() {
    const { player } = this;
    the("play").onclick = the("begin").onclick = () => this.toggle();
    the("previous").onclick = () => this.step(-1);
    the("next").onclick = () => this.step(1);
    the("scrub").oninput = (e) => {
      player.span = null;
      this.seek(e.target.value / 1000);
      this.loop(the("loop").value);
    };
    the("speed").onchange = (e) => player.setSpeed(Number(e.target.value));
    the("view").onchange = (e) => this.view(e.target.value);
    the("loop").onchange = (e) => this.loop(e.target.value);
    the("full").onclick = () => this.full();
    this.views.changed = (name) => {
      the("view").value = name;
      this.stale = true;
    };
    this.views.controls.addEventListener("change", () => (this.stale = true));
    addEventListener("resize", () => this.resize());
    addEventListener("pointermove", () => this.reveal());
    addEventListener("pointerdown", () => this.reveal());
    addEventListener("keydown", (e) => this.key(e));
    document.addEventListener("visibilitychange", () => document.hidden && player.playing && this.toggle());
  }

  reveal() {
    document.querySelector("main").classList.remove("quiet");
    clearTimeout(this._hide);
    this._hide = setTimeout(() => this.player.playing && document.querySelector("main").classList.add("quiet"), 3500);
  }

  resize() {
    const [width, height] = [innerWidth || 1, innerHeight || 1];
    this.stage.renderer.setPixelRatio(this.player.playing ? this.sharp : FINEST);
    this.stage.renderer.setSize(width, height, false);
    this.views.resize(width, height, Math.min(the("foot").offsetHeight / height, 0.4));
    this.stale = true;
  }

  toggle() {
    the("begin").hidden = true;
    if (this.player.playing) this.player.pause();
    else this.player.play();
    this.reveal();
  }

  seek(t) {
    this.player.seek(t);
    this.stale = true;
  }

  now() {
    return this.player.time(performance.now());
  }

  step(by) {
    const at = last(this.steps, this.now(), (s) => s.from);
    // Back goes to the start of this step first, if it has gone on for a while.
    const here = by < 0 && at >= 0 && this.now() - this.steps[at].from > 0.6 ? at : at + by;
    this.player.span = null;
    this.seek(this.steps[Math.min(Math.max(here, 0), this.steps.length - 1)]?.from ?? 0);
    this.loop(the("loop").value);
  }

  loop(kind) {
    the("loop").value = kind;
    const t = this.now();
    const { steps } = this;
    if (kind === "step") {
      const at = last(steps, t, (s) => s.from);
      this.player.span = at < 0 ? null : [Math.max(steps[at].from - 0.25, 0), Math.min(steps[at].to + 0.15, this.header.duration - 0.01)];
    } else if (kind === "phrase") {
      const phrase = this.header.phrases.find(([a, b]) => t >= a - 1e-3 && t < b) ?? [0, this.header.duration];
      this.player.span = [Math.max(phrase[0], 0), Math.min(phrase[1], this.header.duration - 0.01)];
    } else if (kind === "all") this.player.span = [0, this.header.duration - 0.01];
    else this.player.span = null;
  }

  view(name) {
    the("view").value = name;
    this.views.choose(name);
    this.stale = true;
  }

  full() {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen?.().catch(() => {});
  }

  key(e) {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const inList = e.target instanceof HTMLSelectElement;
    const onButton = e.target instanceof HTMLButtonElement;
    const frame = 1 / this.header.rate;
    const acts = {
      " ": () => this.toggle(),
      ArrowLeft: () => this.seek(this.now() - 1),
      ArrowRight: () => this.seek(this.now() + 1),
      Home: () => this.seek(0),
      End: () => this.seek(this.header.duration),
      ",": () => (this.player.pause(), this.seek(this.now() - frame)),
      ".": () => (this.player.pause(), this.seek(this.now() + frame)),
      "[": () => this.step(-1),
      "]": () => this.step(1),
      l: () => this.loop({ none: "step", step: "phrase", phrase: "all", all: "none" }[the("loop").value]),
      s: () => {
        the("speed").value = SPEEDS[(SPEEDS.indexOf(the("speed").value) + 1) % SPEEDS.length];
        this.player.setSpeed(Number(the("speed").value));
      },
      f: () => this.full(),
    };
    VIEWS.forEach((name, i) => (acts[String(i + 1)] = () => this.view(name)));
    const act = acts[e.key];
    if (!act || (inList && e.key.length > 1) || (onButton && e.key === " ")) return;
    e.preventDefault();
    this.reveal();
    act();
  }

  // Names what is danced: on the screen always, aloud only when the step changes.
  name(t) {
    const at = last(this.steps, t, (s) => s.from);
    if (at !== this.named) {
      this.named = at;
      const label = at >= 0 ? this.steps[at].label : "";
      the("step").textContent = label;
      const marks = the("marks").children;
      for (let i = 0; i < marks.length; i++) marks[i].className = i === at ? "now" : "";
      const bar = this.beats[last(this.beats, t, (b) => b[0])];
      if (label) the("said").textContent = bar ? `bar ${bar[1]}: ${label}` : label;
    }
    const beat = t < this.countedOut ? last(this.beats, t, (b) => b[0]) : -1;
    if (beat !== this.counted) {
      this.counted = beat;
      const place = the("count");
      place.replaceChildren();
      if (beat < 0) return;
      const [, bar, count] = this.beats[beat];
      place.append(`bar ${bar} \u00b7 `);
      for (const [, b, c] of this.beats.slice(Math.max(0, beat - 16), beat + 17)) {
        if (b !== bar) continue;
        const number = document.createElement("b");
        number.textContent = c;
        if (c === count) number.className = "now";
        place.append(number);
      }
    }
  }

  frame(now) {
    requestAnimationFrame((next) => this.frame(next));
    const t = this.player.time(now);
    if (this.player.playing !== this.moving) {
      // It may have come to its end by itself; and what stands still is drawn as finely as the screen can show it.
      this.moving = this.player.playing;
      this.reveal();
      if (this.sharp < FINEST) this.resize();
      this.stale = true;
    }
    if (t === this.drawnTime && !this.stale) return;
    const began = performance.now();
    this.stale = false;
    this.drawnTime = t;
    this.stage.setTime(t);
    this.stage.render(this.views.at());
    this.name(t);
    if (document.activeElement !== the("scrub") || this.player.playing) the("scrub").value = String(Math.round(t * 1000));
    the("clock").textContent = `${clock(t)} / ${clock(this.header.duration)}`;
    the("play-shape").setAttribute("d", this.player.playing ? PAUSE : PLAY);
    the("play").setAttribute("aria-label", this.player.playing ? "Pause" : "Play");
    the("scrub").setAttribute("aria-valuetext", `${clock(t)}, ${the("step").textContent}`);
    this.spent += 0.1 * (performance.now() - began - this.spent);
    this._ease(now);
  }

  // A slow device gets a coarser picture rather than a stuttering dance.
  _ease(now) {
    const gap = now - (this._before ?? now);
    this._before = now;
    if (!this.player.playing || gap > 1000) return;
    this.slow = gap > 36 ? this.slow + 1 : Math.max(this.slow - 1, 0);
    if (this.slow > 20 && this.sharp > 0.5) {
      this.sharp = Math.max(this.sharp * 0.75, 0.5);
      this.slow = 0;
      this.resize();
    }
  }
}

export async function startPage() {
  try {
    const body = globalThis.petipaBody;
    const pack = await unpack(fromBase64(the("act").textContent.trim()), body ? await unpack(fromBase64(body)) : null);
    const canvas = the("stage");
    const stage = new Stage(canvas, pack);
    const player = new Player(soundOf(the("sound")), pack.header.duration);
    const page = new Page(stage, player, new Views(stage, canvas), pack.header);
    const wish = new URLSearchParams(location.hash.slice(1));
    if (wish.has("view")) page.view(wish.get("view"));
    if (wish.has("t")) {
      page.seek(Number(wish.get("t")));
      the("begin").hidden = true;
    }
    globalThis.petipa.page = page;
  } catch (problem) {
    the("trouble").hidden = false;
    the("trouble").textContent = `The dance cannot be shown here: ${problem.message}. A current browser with WebGL 2 is needed.`;
    throw problem;
  }
}
