// What is danced, in words: on the screen always, aloud when the step changes, and all of it as a text to read and to go by.

import { countedOut, last } from "./moments.js";

const the = (id) => document.getElementById(id);

// What the house does, in words; at one time the first of these.
const HEARD = { gasp: "a gasp from the house", rhythm: "the house claps in time", applause: "applause", murmur: "the house murmurs" };

function made(tag, content, set = {}) {
  const element = Object.assign(document.createElement(tag), set);
  element.append(...[content].flat());
  return element;
}

export class Naming {
  // `go` takes one to a time in the dance, `loop` to a phrase that is then repeated.
  constructor(header, { go, loop }) {
    this.header = header;
    this.steps = header.steps;
    this.beats = header.beats;
    this.countedOut = countedOut(this.beats);
    this.named = null;
    this.heard = null;
    this.counted = null;
    this._marks();
    this._text(go, loop);
  }

  bar(t) {
    return this.beats[last(this.beats, t, (b) => b[0])]?.[1];
  }

  step(t) {
    return last(this.steps, t, (s) => s.from);
  }

  phrase(t) {
    return this.header.phrases.find(([a, b]) => t >= a - 1e-3 && t < b) ?? [0, this.header.duration];
  }

  // What the house does meanwhile, or nothing.
  house(t) {
    const now = (this.header.reactions ?? []).filter(({ from, to }) => t >= from && t < to).map(({ kind }) => kind);
    return HEARD[Object.keys(HEARD).find((kind) => now.includes(kind))] ?? "";
  }

  // The piece in one line.
  facts() {
    const bars = new Set(this.beats.filter(([t]) => t >= 0 && t <= this.header.duration).map(([, bar]) => bar)).size;
    const count = (n, what) => (n ? [`${n} ${what}${n === 1 ? "" : "s"}`] : []);
    const whole = Math.round(this.header.duration);
    const long = whole < 60 ? `${whole} seconds` : `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
    return [...count(bars, "bar"), ...count(this.steps.length, "step"), long].join(" \u00b7 ");
  }

  _marks() {
    const share = (t) => `${(100 * t) / this.header.duration}%`;
    const inside = (t) => Math.min(Math.max(t, 0), this.header.duration);
    const place = (tag, ...span) => {
      const [from, to] = span.map(inside);
      const mark = document.createElement(tag);
      mark.style.left = share(from);
      if (to !== undefined) mark.style.width = `calc(${share(Math.max(to - from, 0))} - 1px)`;
      return mark;
    };
    this._bars = this.steps.map(({ from, to }) => place("i", from, to));
    const phrases = this.header.phrases.slice(1).map(([from]) => place("b", from));
    this._span = place("s", 0, 0);
    this._span.hidden = true;
    the("marks").replaceChildren(...this._bars, ...phrases, this._span);
  }

  // Shows on the line what is repeated.
  looped(span) {
    this._span.hidden = !span;
    if (!span) return;
    this._span.style.left = `${(100 * span[0]) / this.header.duration}%`;
    this._span.style.width = `${(100 * (span[1] - span[0])) / this.header.duration}%`;
  }

  _text(go, loop) {
    this._lines = this.steps.map((step) => {
      const bar = this.bar(step.accent);
      return made("button", [made("small", bar === undefined ? "" : String(bar)), made("span", step.label)], {
        type: "button",
        onclick: () => go(step.from),
      });
    });
    const parts = this.header.phrases.flatMap(([from, to], i) => {
      const inside = this._lines.filter((_, k) => {
        const begins = this.steps[k].accent;
        return (begins >= from - 1e-3 || i === 0) && (begins < to - 1e-3 || i === this.header.phrases.length - 1);
      });
      if (!inside.length) return [];
      const bars = [from + 1e-3, to - 0.02].map((t) => this.bar(Math.max(t, this.beats[0]?.[0] ?? 0)));
      const title = bars[0] === undefined ? "The dance" : bars[0] === bars[1] ? `bar ${bars[0]}` : `bars ${bars[0]}\u2013${bars[1]}`;
      const link = made("a", title, { href: bars[0] === undefined ? "#" : `#bar=${bars[0]}&loop=phrase`, title: "Repeat this phrase" });
      link.onclick = (e) => {
        e.preventDefault();
        loop(Math.max(from, 0));
      };
      return [made("h2", link), made("ol", inside.map((line) => made("li", line)))];
    });
    const shut = made("button", "\u00d7", { type: "button", className: "shut", title: "Close", ariaLabel: "Close" });
    shut.onclick = () => the("list").click();
    the("text").replaceChildren(shut, ...parts);
  }

  at(t) {
    const at = this.step(t);
    if (at !== this.named) {
      for (const k of [this.named, at]) {
        this._bars[k]?.classList.toggle("now", k === at);
        if (k === at) this._lines[k]?.setAttribute("aria-current", "step");
        else this._lines[k]?.removeAttribute("aria-current");
      }
      this.named = at;
      const label = at >= 0 ? this.steps[at].label : "";
      the("step").textContent = label;
      const bar = this.bar(t);
      if (label) the("said").textContent = bar === undefined ? label : `bar ${bar}: ${label}`;
      if (!the("text").hidden) this.scroll();
    }
    const heard = this.house(t);
    if (heard !== this.heard) {
      this.heard = heard;
      if (heard) the("said").textContent = heard;
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
        if (b === bar) place.append(made("b", String(c), { className: c === count ? "now" : "" }));
      }
    }
  }

  // Brings the line of the step being danced into view, without moving anything else.
  scroll() {
    const line = this._lines[this.named];
    if (!line) return;
    const panel = the("text");
    const off = line.getBoundingClientRect().top - panel.getBoundingClientRect().top;
    if (off < 60 || off > panel.clientHeight - 80) panel.scrollTop += off - panel.clientHeight / 3;
  }
}
