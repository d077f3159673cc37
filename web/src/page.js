// The interactive page.

import { LOOKS, LOOPS, SPEEDS, VIEWS, readAddress, writeAddress } from "./address.js";
import { Bones } from "./bones.js";
import { Beside, MODES, danceIn, danceOf } from "./compare.js";
import { Figures } from "./figures.js";
import { clock } from "./moments.js";
import { Naming } from "./naming.js";
import { fromBase64, unpack } from "./package.js";
import { FloorPath } from "./path.js";
import { Player } from "./player.js";
import { Stage } from "./stage.js";
import { Views } from "./views.js";

const PLAY = "M8 5v14l11-7z";
const PAUSE = "M7 5h4v14H7zm6 0h4v14h-4z";

const FINEST = Math.min(globalThis.devicePixelRatio || 1, 2);
const ROOMY = 1020; // from here on all controls stand in one row [px]
const THEIR_PATH = "#8fc4ff";

const the = (id) => document.getElementById(id);
const main = () => document.querySelector("main");
const after = (list, value) => list[(list.indexOf(value) + 1) % list.length];

function soundOf(element) {
  const text = element.textContent.trim();
  if (!text) return null;
  const audio = new Audio(URL.createObjectURL(new Blob([fromBase64(text)], { type: element.dataset.kind })));
  audio.preload = "auto";
  return audio;
}

class Page {
  constructor(stage, player, views, { guest = false, figures = null } = {}) {
    Object.assign(this, { stage, player, views, guest, figures });
    this.header = stage.header;
    this.naming = new Naming(this.header, {
      go: (t) => this.go(t),
      loop: (t) => (this.seek(t), this.loop("phrase"), this.tell()),
    });
    this.steps = this.header.steps;
    this.beats = this.header.beats;
    this.countedOut = this.naming.countedOut;
    this.looks = new Set();
    this.beside = null;
    this.drawnTime = NaN;
    this.stale = true;
    this.moving = false;
    this.slow = 0;
    this.sharp = FINEST;
    this.first = NaN; // when the first picture was there [ms]
    the("scrub").max = String(Math.round(this.header.duration * 1000));
    the("facts").textContent = this.naming.facts();
    this._wire();
    this.resize();
    this.reveal();
    requestAnimationFrame((now) => this.frame(now));
  }

  _wire() {
    const { player } = this;
    const canvas = this.stage.renderer.domElement;
    the("play").onclick = () => this.toggle();
    the("begin").onclick = () => {
      this.toggle();
      // The button fades away: what had its keys is now the stage.
      canvas.focus({ preventScroll: true });
    };
    the("previous").onclick = () => this.step(-1);
    the("next").onclick = () => this.step(1);
    the("scrub").oninput = (e) => this.go(e.target.value / 1000);
    the("speed").onchange = (e) => this.speed(e.target.value);
    the("view").onchange = (e) => (this.view(e.target.value), this.tell());
    the("loop").onchange = (e) => (this.loop(e.target.value), this.tell());
    the("full").onclick = () => this.full();
    for (const name of LOOKS) the(name).onclick = () => this.look(name);
    the("pick").onclick = () => the("file").click();
    the("file").onchange = (e) => {
      if (e.target.files.length) this.compareFile(e.target.files[0]);
      e.target.value = "";
    };
    the("compare").onchange = (e) => this.compare(e.target.value);
    the("list").onclick = () => this.text();
    the("link").onclick = () => this.copyLink();
    the("help").onclick = () => the("keys").showModal();
    the("more").onclick = () => {
      the("more").setAttribute("aria-expanded", String(main().classList.toggle("more")));
      this.resize();
    };
    this.views.changed = (name) => {
      the("view").value = name;
      this.stale = true;
      this.tell();
    };
    // A finger only brings the controls back.
    this.views.pressed = (e) => e.pointerType === "mouse" && this.toggle();
    this.views.controls.addEventListener("change", () => (this.stale = true));
    addEventListener("resize", () => this.resize());
    addEventListener("pointermove", () => this.reveal());
    addEventListener("pointerdown", () => this.reveal());
    addEventListener("keydown", (e) => this.key(e));
    addEventListener("hashchange", () => this.wish(location.hash));
    document.addEventListener("visibilitychange", () => document.hidden && player.playing && this.toggle());
    this._dropping();
  }

  _dropping() {
    const files = (e) => e.dataTransfer?.types.includes("Files");
    addEventListener("dragover", (e) => {
      if (!files(e)) return;
      e.preventDefault();
      main().classList.add("drop");
    });
    addEventListener("dragleave", (e) => e.relatedTarget || main().classList.remove("drop"));
    addEventListener("drop", (e) => {
      main().classList.remove("drop");
      if (!files(e)) return;
      e.preventDefault();
      this.compareFile(e.dataTransfer.files[0]);
    });
  }

  reveal() {
    main().classList.remove("quiet");
    clearTimeout(this._hide);
    this._hide = setTimeout(() => this.player.playing && main().classList.add("quiet"), 3500);
  }

  // A word to whoever watches, for a while.
  note(text) {
    the("note").textContent = text;
    the("note").classList.add("shown");
    clearTimeout(this._noted);
    this._noted = setTimeout(() => the("note").classList.remove("shown"), 3600);
  }

  resize() {
    const ratio = this.player.playing ? this.sharp : FINEST;
    main().classList.toggle("compact", this.guest || innerWidth <= ROOMY);
    const controls = the("controls").offsetHeight;
    const foot = controls + parseFloat(getComputedStyle(the("naming")).minHeight);
    main().style.setProperty("--controls", `${controls}px`);
    main().style.setProperty("--foot", `${foot}px`);
    const canvas = this.stage.renderer.domElement;
    const [width, height] = [canvas.clientWidth || 1, canvas.clientHeight || 1];
    // Whatever lies over the whole width of the lower picture is no place for her.
    const text = the("text");
    const covered = text.offsetWidth >= innerWidth ? innerHeight - text.offsetTop : foot;
    const lift = (h, bottom) => Math.min(Math.max(covered - (innerHeight - bottom), 0) / h, 0.6);
    this.stage.renderer.setPixelRatio(ratio);
    this.stage.renderer.setSize(width, height, false);
    this.views.resize(width, height, lift(height, canvas.offsetTop + height));
    if (this.beside) {
      const other = this.beside.canvas;
      const [w, h] = [other.clientWidth || 1, other.clientHeight || 1];
      this.beside.resize(w, h, lift(h, other.offsetTop + h), ratio);
    }
    this.stale = true;
  }

  // It has come to its end: the title again, and whether one wants it again.
  _over() {
    the("begin").setAttribute("aria-label", "Again");
    the("begin").lastElementChild.textContent = "Again";
    main().classList.add("before");
  }

  toggle() {
    main().classList.remove("before");
    if (this.player.playing) {
      this.player.pause();
      this.tell();
    } else this.player.play();
    this.reveal();
  }

  seek(t) {
    main().classList.remove("before");
    this.player.seek(t);
    this.stale = true;
  }

  // To a place of one's choice, from which the loop goes on.
  go(t) {
    this.player.span = null;
    this.seek(t);
    this.loop(the("loop").value);
    this.tell();
  }

  now() {
    return this.player.time(performance.now());
  }

  step(by) {
    const at = this.naming.step(this.now());
    // Back goes to the start of this step first, if it has gone on for a while.
    const here = by < 0 && at >= 0 && this.now() - this.steps[at].from > 0.6 ? at : at + by;
    this.go(this.steps[Math.min(Math.max(here, 0), this.steps.length - 1)]?.from ?? 0);
  }

  loop(kind) {
    the("loop").value = kind;
    const t = this.now();
    const end = this.header.duration - 0.01;
    const step = this.steps[this.naming.step(t)];
    const phrase = this.naming.phrase(t);
    const spans = {
      step: step ? [step.from - 0.25, step.to + 0.15] : null,
      phrase,
      all: [0, end],
    };
    const span = spans[kind] ?? null;
    this.player.span = span && [Math.max(span[0], 0), Math.min(span[1], end)];
    this.naming.looped(kind === "all" ? null : this.player.span);
  }

  speed(value) {
    the("speed").value = value;
    this.player.setSpeed(Number(value));
    this.tell();
  }

  view(name) {
    the("view").value = name;
    this.views.choose(name);
    this.stale = true;
  }

  // Mirror, path or bones: on, off, or the other way.
  look(name, on = !this.looks.has(name)) {
    if (on) this.looks.add(name);
    else this.looks.delete(name);
    the(name).setAttribute("aria-pressed", String(on));
    if (name === "mirror") {
      main().classList.toggle("mirror", on);
      this.views.controls.mirrored = on;
    }
    for (const [stage, colour] of [[this.stage], [this.beside?.stage, THEIR_PATH]]) if (stage) this._dress(stage, colour);
    this.stale = true;
    this.tell();
  }

  // Gives a stage what is looked at on it beside the dance itself; it is made when first asked for.
  _dress(stage, colour) {
    if (this.looks.has("path") && !stage.path) {
      stage.path = new FloorPath(stage.dance, stage.header.beats, colour);
      stage.floorScene.add(stage.path.group);
    }
    if (stage.path) stage.path.group.visible = this.looks.has("path");
    if (this.looks.has("bones") && !stage.bones) {
      stage.bones = new Bones(stage.dance, stage.dancer, stage.header.names);
      stage.flesh = stage.act.children.filter((part) => !part.isLight && !part.castShadow && part.visible && part.type !== "Object3D");
      stage.act.add(stage.bones.group);
    }
    if (!stage.bones) return;
    stage.bones.group.visible = this.looks.has("bones");
    for (const part of stage.flesh) part.visible = !stage.bones.group.visible;
  }

  text(shown = the("text").hidden) {
    the("text").hidden = !shown;
    main().classList.toggle("reading", shown);
    the("list").setAttribute("aria-pressed", String(shown));
    if (shown) this.naming.scroll();
    this.resize();
  }

  async compareFile(file) {
    this.note("One moment: the other performance is being set up.");
    try {
      await this.stand(await danceOf(file), file.name.replace(/\.html?$/, "").replace(/^page$/, "the other"));
    } catch (problem) {
      this.note(`${file.name} cannot be compared: ${problem.message}.`);
    }
  }

  // Puts another performance beside this one.
  async stand(pack, name) {
    await new Promise((done) => setTimeout(done, 30)); // so that the word that it takes a moment is seen
    this.beside?.dispose();
    this.beside = new Beside(pack, this.stage, this.views);
    this._dress(this.beside.stage, THEIR_PATH);
    const [one, other] = [this.header.title, pack.header.title];
    const [here, there] = the("names").children;
    here.textContent = one;
    there.textContent = other === one ? `${other} (${name})` : other;
    the("compared").hidden = false;
    this.compare("side");
    this.note(`Beside it: ${there.textContent}, in time by the counts.`);
  }

  compare(mode) {
    if (!this.beside) return;
    the("compare").value = mode;
    this.beside.mode = mode;
    main().classList.toggle("side", mode === "side");
    main().classList.toggle("over", mode === "over" || mode === "spot");
    this.resize();
  }

  full() {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen?.().catch(() => {});
  }

  address() {
    const [loop, speed, view] = ["loop", "speed", "view"].map((id) => the(id).value);
    const looks = LOOKS.filter((name) => this.looks.has(name));
    return writeAddress({ t: this.player.playing ? this.now() : this.player.time(0), loop, speed, view, looks }, this);
  }

  // The address says where one is; a guest leaves it alone.
  tell() {
    if (this.guest) return;
    clearTimeout(this._told);
    this._told = setTimeout(() => {
      try {
        history.replaceState(null, "", this.address());
      } catch {
        // Some places a page is shown in have no address of their own.
      }
    }, 250);
  }

  async copyLink() {
    const link = location.href.replace(/#.*$/, "") + this.address();
    try {
      await navigator.clipboard.writeText(link);
      this.note("The link to this place is copied.");
    } catch {
      this.note(link);
    }
  }

  // Does what an address asks.
  wish(hash) {
    const wish = readAddress(hash, this.header);
    if ("view" in wish) this.view(wish.view);
    if ("speed" in wish) this.speed(wish.speed);
    for (const name of LOOKS) if (wish[name] !== this.looks.has(name)) this.look(name, wish[name]);
    if ("t" in wish) {
      this.player.span = null;
      this.seek(wish.t);
    }
    if ("t" in wish || "loop" in wish) this.loop(wish.loop ?? "none");
  }

  key(e) {
    if (e.ctrlKey || e.metaKey || e.altKey || the("keys").open) return;
    // In a page of others the keys are theirs, unless one has gone to the stage or to its controls.
    if (this.guest && (e.target === document.body || e.target === document.documentElement)) return;
    const inList = e.target instanceof HTMLSelectElement;
    const onButton = e.target instanceof HTMLButtonElement || e.target instanceof HTMLAnchorElement;
    const frame = 1 / this.header.rate;
    const { player } = this;
    const still = (t) => (player.pause(), this.seek(t), this.tell());
    const acts = {
      " ": () => this.toggle(),
      ArrowLeft: () => (this.seek(this.now() - 1), this.tell()),
      ArrowRight: () => (this.seek(this.now() + 1), this.tell()),
      Home: () => this.go(0),
      End: () => this.go(this.header.duration),
      ",": () => still(this.now() - frame),
      ".": () => still(this.now() + frame),
      "[": () => this.step(-1),
      "]": () => this.step(1),
      l: () => (this.loop(after(LOOPS, the("loop").value)), this.tell()),
      s: () => this.speed(after(SPEEDS, the("speed").value)),
      m: () => this.look("mirror"),
      p: () => this.look("path"),
      b: () => this.look("bones"),
      c: () => (this.beside ? this.compare(after(MODES, the("compare").value)) : the("file").click()),
      t: () => this.text(),
      n: () => main().classList.toggle("unnamed"),
      k: () => this.copyLink(),
      f: () => this.full(),
      "?": () => the("keys").showModal(),
      Escape: () => this.text(false),
    };
    VIEWS.forEach((name, i) => (acts[String(i + 1)] = () => (this.view(name), this.tell())));
    const act = acts[e.key];
    if (!act || (inList && e.key.length > 1) || (onButton && e.key === " ")) return;
    e.preventDefault();
    this.reveal();
    act();
  }

  frame(now) {
    requestAnimationFrame((next) => this.frame(next));
    const t = this.player.time(now);
    if (this.player.playing !== this.moving) {
      // It may have come to its end by itself; and what stands still is drawn as finely as the screen can show it.
      this.moving = this.player.playing;
      if (!this.moving && t >= this.header.duration) this._over();
      this.reveal();
      if (this.sharp < FINEST) this.resize();
      this.stale = true;
    }
    if (t === this.drawnTime && !this.stale) return;
    this.stale = false;
    this.drawnTime = t;
    this.draw(t, now);
    this.naming.at(t);
    if (document.activeElement !== the("scrub") || this.player.playing) the("scrub").value = String(Math.round(t * 1000));
    the("clock").textContent = `${clock(t)} / ${clock(this.header.duration)}`;
    the("play-shape").setAttribute("d", this.player.playing ? PAUSE : PLAY);
    the("play").setAttribute("aria-label", this.player.playing ? "Pause" : "Play");
    the("scrub").setAttribute("aria-valuetext", `${clock(t)}, ${the("step").textContent}`);
    this._ease(now);
  }

  draw(t, now) {
    this.figures?.begin();
    this.stage.setTime(t);
    const camera = this.views.at();
    this._dressed(this.stage);
    this.figures?.posed();
    this.stage.render(camera);
    this.figures?.end(now);
    if (this.beside && this.beside.mode !== "alone") {
      this._dressed(this.beside.stage, this.beside.time(t));
      this.beside.draw(t, camera);
    }
    if (Number.isNaN(this.first)) this.first = performance.now();
    if (this.figures && !(now - this._shown < 300)) {
      this._shown = now;
      const page = [...document.scripts].reduce((sum, script) => sum + script.textContent.length, 0);
      this.figures.show({ first: this.first, page, camera });
    }
  }

  _dressed(stage, t = stage.time) {
    const { clientWidth, clientHeight } = stage.renderer.domElement;
    stage.path?.at(t, clientWidth, clientHeight, this.looks.has("mirror"));
    if (stage.bones?.group.visible) stage.bones.update();
  }

  // A slow device gets a coarser picture rather than a stuttering dance: down to the page's own pixels where it misses one
  // picture in two, to half of them where it misses more.
  _ease(now) {
    const gap = now - (this._before ?? now);
    this._before = now;
    if (!this.player.playing || gap > 1000) return;
    const least = gap > 36 ? 0.5 : 1;
    this.slow = gap > 22 && this.sharp > least ? this.slow + 1 : Math.max(this.slow - 1, 0);
    if (this.slow > 20) {
      this.sharp = Math.max(this.sharp * 0.75, least);
      this.slow = 0;
      this.resize();
    }
  }
}

// Lets the browser show what the page already says.
const breath = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));

export async function startPage() {
  try {
    const asked = new URLSearchParams(location.search);
    const guest = asked.has("embed");
    main().classList.toggle("embed", guest);
    await breath();
    const body = globalThis.petipaBody;
    const pack = await unpack(fromBase64(the("act").textContent.trim()), body ? await unpack(fromBase64(body)) : null);
    const canvas = the("stage");
    const stage = new Stage(canvas, pack, { quick: true });
    const figures = asked.has("figures") ? new Figures(the("figures"), stage) : null;
    const player = new Player(soundOf(the("sound")), pack.header.duration);
    const page = new Page(stage, player, new Views(stage, canvas, { guest }), { guest, figures });
    page.wish(location.hash);
    while (Number.isNaN(page.first)) await breath();
    main().classList.remove("waiting");
    await breath();
    while (stage.finish()) await breath();
    page.stale = true;
    globalThis.petipa.page = page;
    const beside = the("beside");
    if (beside.textContent.trim()) await page.stand(await danceIn(beside), beside.dataset.name);
  } catch (problem) {
    main().classList.remove("waiting", "before");
    the("trouble").hidden = false;
    the("trouble").textContent = `The dance cannot be shown here: ${problem.message.replace(/[.\s]+$/, "")}. A current browser with WebGL 2 is needed.`;
    throw problem;
  }
}
