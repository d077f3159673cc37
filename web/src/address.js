// What the address says after its #: where in the dance, and how it is watched. A bar stays true when the tempo changes, so a
// place is told as `bar=9`, or `bar=9:2` from its second count; `t` [s] only where nothing is counted.

import { last } from "./moments.js";

export const LOOPS = ["none", "step", "phrase", "all"];
export const SPEEDS = ["1", "0.75", "0.5", "0.25", "0.125"];
export const VIEWS = ["audience", "house", "front", "side", "top", "orbit"];
export const LOOKS = ["mirror", "path", "bones"];

// When a bar begins, or a count of it; null where there is none.
export function timeOfBar(beats, text) {
  const [bar, count] = text.split(":").map(Number);
  const found = beats.find(([, b, c]) => b === bar && (count === undefined || c === count));
  return found ? found[0] : null;
}

export function barAt(beats, t) {
  const beat = beats[last(beats, t, (b) => b[0])];
  if (!beat) return null;
  const first = beats.find(([, bar]) => bar === beat[1]);
  return beat === first ? `${beat[1]}` : `${beat[1]}:${beat[2]}`;
}

// The wishes an address states; what it does not state, or states wrongly, is left out.
export function readAddress(hash, { beats, duration }) {
  const said = new URLSearchParams(hash.replace(/^#/, ""));
  const wish = {};
  const bar = said.has("bar") ? timeOfBar(beats, said.get("bar")) : null;
  const t = said.has("t") ? Number(said.get("t")) : NaN;
  if (bar !== null) wish.t = bar;
  else if (Number.isFinite(t)) wish.t = t;
  if ("t" in wish) wish.t = Math.min(Math.max(wish.t, 0), duration);
  for (const [name, known] of [["loop", LOOPS], ["speed", SPEEDS], ["view", VIEWS]])
    if (known.includes(said.get(name))) wish[name] = said.get(name);
  for (const look of LOOKS) wish[look] = said.has(look) && said.get(look) !== "0";
  return wish;
}

export function writeAddress({ t, loop, speed, view, looks }, { beats, countedOut }) {
  const bar = t < countedOut ? barAt(beats, t) : null;
  const said = [bar === null ? `t=${+t.toFixed(2)}` : `bar=${bar}`];
  if (loop !== "none") said.push(`loop=${loop}`);
  if (view !== "audience") said.push(`view=${view}`);
  if (speed !== "1") said.push(`speed=${speed}`);
  return `#${[...said, ...looks].join("&")}`;
}
