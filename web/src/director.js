// What the camera shows at each moment: the whole of her, from toe to fingertip, with room above; nearer where she dances
// slowly, wider where she covers the stage; when it is over the house that applauds, past her, and her face at the bow. Cuts
// fall on the ends of phrases and, before the bow, nowhere else.

import { Vector3 } from "three";

import { OPENING_HALF, SEATS, wholeStage } from "./seats.js";

const STEP = 1 / 12; // of the tables [s]

// Shares of the picture left free: below her feet, above whatever of her is highest, at either side.
const FOOT = 0.105;
const HEAD = 0.055;
const SIDE = 0.05;

// How high the window of a kind of shot is at least [m, where she is].
const LEAST = { near: 2.05, whole: 2.3, travel: 2.7, still: 2.45, bow: 2.2 };
const THANKED = 2.6; // a house that applauds for so long before she bows is seen, past her [s]
const PAST = { high: 0.6, least: 0.64, drift: 0.07 }; // she takes so much of that picture's height; its least height [tangents]
const FACE = 1.05; // and how high it is when only her face and shoulders are seen
const SLOW = 0.5; // in a phrase danced slower than this over the floor she is seen from near [m/s] ...
const TRAVELS = 1.1; // ... and in one faster than this from further off

const SHORT = 5; // no shot is shorter; a phrase as short belongs to the next one [s]
const LONG = 20; // and none is much longer, whatever is danced
const OPENS = 14; // a dance longer than this begins with the whole stage [s] ...
const OPENING = 9; // ... for a phrase, or for as long as this where the phrase is longer
const BOW = /\b(reverence|bow)/i;

// How far each bone reaches beyond its joint [m].
function reachOf(name) {
  if (name.startsWith("hand")) return 0.2;
  if (name === "head") return 0.25;
  if (name.startsWith("toes")) return 0.11;
  return 0.12;
}

function widest(values, window, pick) {
  return values.map((_, i) => {
    let best = values[i];
    for (let j = Math.max(0, i - window); j <= Math.min(values.length - 1, i + window); j++) best = pick(best, values[j]);
    return best;
  });
}

function smooth(values, window) {
  return values.map((_, i) => {
    let sum = 0;
    let total = 0;
    for (let k = -window; k <= window; k++) {
      const w = 0.5 + 0.5 * Math.cos((Math.PI * k) / (window + 1));
      sum += w * values[Math.min(Math.max(i + k, 0), values.length - 1)];
      total += w;
    }
    return sum / total;
  });
}

// Never within `values`, and calm: the widest over a while, then a mean over no longer a while.
function beyond(values, seconds, pick) {
  const window = Math.round(seconds / STEP);
  return smooth(widest(values, window, pick), window);
}

// The calmest path that strays from `values` by no more than `slack`: it rests while she stays about one place.
function unhurried(values, slack, seconds) {
  const window = Math.round(seconds / STEP);
  let path = values;
  for (let round = 0; round < 24; round++)
    path = smooth(path, window).map((x, i) => Math.min(Math.max(x, values[i] - slack[i]), values[i] + slack[i]));
  return smooth(path, Math.round(0.5 / STEP));
}

const plain = (words) => words.normalize("NFD").replace(/\p{M}/gu, "");

export function ease(x) {
  const s = Math.min(Math.max(x, 0), 1);
  return s * s * s * (s * (6 * s - 15) + 10);
}

// The dance from one seat, as tables: her edges in tangents, how far she is, and where her face is.
class Sight {
  constructor(dance, names, seat) {
    this.count = Math.max(2, Math.ceil(dance.duration / STEP) + 1);
    for (const name of ["left", "right", "low", "high", "depth", "faceX", "faceY", "x", "y"]) this[name] = new Float64Array(this.count);
    const reach = dance.parents.map((_, b) => reachOf(names[b] ?? ""));
    const head = Math.max(names.indexOf("head"), 0);
    const off = new Vector3();
    for (let i = 0; i < this.count; i++) {
      dance.at(i * STEP);
      let [l, r, d, u] = [Infinity, -Infinity, Infinity, -Infinity];
      dance.positions.forEach((p, b) => {
        off.copy(p).sub(seat.at);
        const depth = Math.max(off.dot(seat.forward), 1);
        const [h, v] = [off.dot(seat.right), off.dot(seat.up)];
        l = Math.min(l, (h - reach[b]) / depth);
        r = Math.max(r, (h + reach[b]) / depth);
        d = Math.min(d, (v - 0.6 * reach[b]) / depth);
        u = Math.max(u, (v + reach[b]) / depth);
        if (b === 0) [this.depth[i], this.x[i], this.y[i]] = [depth, p.x, p.y];
        if (b === head) [this.faceX[i], this.faceY[i]] = [h / depth, (v + 0.06) / depth];
      });
      [this.left[i], this.right[i], this.low[i], this.high[i]] = [l, r, d, u];
    }
  }

  _between(start, end) {
    return [start, end].map((t) => Math.min(Math.round(t / STEP), this.count - 1));
  }

  // How far she is from the middle of the stage, to its left, on the mean between two times [m].
  aside(start, end) {
    const [from, to] = this._between(start, end);
    return this.y.subarray(from, to + 1).reduce((a, b) => a + b, 0) / (to + 1 - from);
  }

  // How fast she goes over the floor, on the mean between two times [m/s].
  speed(start, end) {
    let way = 0;
    const [from, to] = this._between(start, end);
    for (let i = from + 1; i <= to; i++) way += Math.hypot(this.x[i] - this.x[i - 1], this.y[i] - this.y[i - 1]);
    return way / Math.max(end - start, STEP);
  }
}

// A span of time seen from one seat, and the path of the window in it for pictures of one shape.
class Shot {
  constructor(sight, { kind, seat, start, end, opening = false, ...thanks }, aspect) {
    Object.assign(this, { kind, seat, start, end });
    this.first = Math.max(Math.floor(start / STEP), 0);
    const last = Math.min(Math.max(Math.ceil(end / STEP), this.first + 1), sight.count - 1);
    const cut = (name) => sight[name].subarray(this.first, last + 1);
    if (kind === "house") this._house(last + 1 - this.first, aspect);
    else if (kind === "thanks") this._past(cut, aspect);
    else this._follow(cut, LEAST[kind], aspect);
    if (kind === "still") this._rest(cut, aspect);
    if (kind === "bow") this._face(cut, thanks);
    if (kind === "bow" && thanks.leaves < end) this._leave(thanks.leaves, aspect);
    if (opening) this._open(aspect);
  }

  // With her: the feet first, then how high and broad the window must be about them.
  _follow(cut, least, aspect) {
    const [left, right, low, high] = ["left", "right", "low", "high"].map(cut);
    const depth = beyond(cut("depth"), 1.5, Math.max);
    const middle = left.map((l, i) => 0.5 * (l + right[i]));
    this.centre = unhurried(middle, depth.map((d) => (0.15 * least) / d), 1.5);
    const floor = beyond(low, 1.2, Math.min);
    const need = depth.map((d, i) => {
      const half = Math.max(right[i] - this.centre[i], this.centre[i] - left[i]) / (0.5 - SIDE) / aspect;
      return Math.max((high[i] - floor[i]) / (1 - FOOT - HEAD), half, least / d);
    });
    // A window that breathed with each port de bras would make her seem to: it stays near the widest of the shot.
    const most = need.reduce((a, b) => Math.max(a, b), 0);
    this.size = beyond(need.map((v) => Math.max(v, 0.84 * most)), 1.6, Math.max);
    this.bottom = floor.map((v, i) => v - FOOT * this.size[i]);
  }

  // The whole stage, drawing slowly nearer.
  _house(count, aspect) {
    const { bottom, top } = wholeStage(aspect);
    this.size = new Float64Array(count).map((_, i) => (top - bottom) * (1 - 0.16 * ease(i / (count - 1))));
    this.bottom = this.size.map((size) => bottom + 0.3 * (top - bottom - size));
    this.centre = new Float64Array(count);
  }

  // Past her, from behind, to the house that applauds: she between the middle of the house and the middle of the picture.
  _past(cut, aspect) {
    const [left, right, low, high] = ["left", "right", "low", "high"].map(cut);
    const [floor, top] = [low.reduce((a, b) => Math.min(a, b)), high.reduce((a, b) => Math.max(a, b))];
    const size = Math.max(PAST.least, (top - floor) / PAST.high);
    const middle = left.reduce((sum, l, i) => sum + 0.5 * (l + right[i]), 0) / left.length;
    const aside = 0.18 * size * aspect;
    const last = low.length - 1;
    this.size = low.map((_, i) => size * (1 - PAST.drift * ease(i / last)));
    this.centre = low.map(() => Math.min(Math.max(0, middle - aside), middle + aside));
    this.bottom = this.size.map((s) => floor - 0.07 * s);
  }

  // One window that holds all that happens.
  _rest(cut, aspect) {
    const [left, low] = ["left", "low"].map((name) => cut(name).reduce((a, b) => Math.min(a, b)));
    const [right, high] = ["right", "high"].map((name) => cut(name).reduce((a, b) => Math.max(a, b)));
    const size = Math.max((high - low) / (1 - FOOT - HEAD), (right - left) / (1 - 2 * SIDE) / aspect);
    this.size = this.size.fill(size);
    this.centre = this.centre.fill((left + right) / 2);
    this.bottom = this.bottom.fill(low - FOOT * size);
  }

  // From all of her to her face while the house applauds, back for her bow, to her face again as she rises from the last of
  // it; and all of her, then all of the stage, when she goes off.
  _face(cut, { bow, risen, leaves }) {
    const [faceX, faceY] = ["faceX", "faceY"].map((name) => smooth(cut(name), Math.round(0.9 / STEP)));
    const depth = cut("depth");
    const start = this.first * STEP;
    const applauded = bow - start > 4.5;
    const last = Math.min(risen, this.end);
    const rises = Math.max(bow, last - 0.56 * (last - bow));
    for (let i = 0; i < this.size.length; i++) {
      const t = start + i * STEP;
      const greeted = applauded ? Math.min(ease((t - start - 0.3) / 2.4), ease((bow - 0.2 - t) / 1.8)) : 0;
      const risen = Math.min(ease((t - rises) / 2.2), ease((leaves + 1 - t) / 1.4));
      const nearer = Math.max(greeted, risen);
      const size = FACE / depth[i];
      this.size[i] += nearer * (size - this.size[i]);
      this.centre[i] += nearer * (faceX[i] - this.centre[i]);
      this.bottom[i] += nearer * (faceY[i] - 0.66 * size - this.bottom[i]);
    }
  }

  // She goes off, and the whole stage is left.
  _leave(leaves, aspect) {
    const { bottom, top } = wholeStage(aspect);
    const from = Math.max(leaves + 1.5, this.end - 7);
    for (let i = 0; i < this.size.length; i++) {
      const away = ease(((this.first + i) * STEP - from) / 4.5);
      this.size[i] += away * (top - bottom - this.size[i]);
      this.centre[i] *= 1 - away;
      this.bottom[i] += away * (bottom - this.bottom[i]);
    }
  }

  // Out of the whole stage.
  _open(aspect) {
    const { bottom, top } = wholeStage(aspect);
    for (let i = 0; i < this.size.length; i++) {
      const away = 1 - ease((i * STEP - 1) / 5);
      this.size[i] += away * (top - bottom - this.size[i]);
      this.centre[i] *= 1 - away;
      this.bottom[i] += away * (bottom - this.bottom[i]);
    }
  }

  window(t, aspect) {
    const x = Math.min(Math.max(t / STEP - this.first, 0), this.size.length - 1.001);
    const i = Math.floor(x);
    const read = (table) => table[i] + (x - i) * (table[i + 1] - table[i]);
    const [size, centre, bottom] = [read(this.size), read(this.centre), read(this.bottom)];
    return { left: centre - (size * aspect) / 2, right: centre + (size * aspect) / 2, bottom, top: bottom + size };
  }
}

export class Director {
  // `camera`: filmed | fixed | top | side | wings.
  constructor(dance, { names = [], phrases = [], steps = [] }, camera = "filmed") {
    Object.assign(this, { dance, names, camera, duration: dance.duration });
    this.phrases = phrases;
    const bows = steps.filter((step) => BOW.test(plain(step.label)) && step.from > this.duration / 2);
    this.bow = bows[0]?.from ?? Infinity;
    this.risen = bows.at(-1)?.to ?? Infinity;
    this.leaves = steps.find((step) => /walk|run/.test(step.label) && step.from >= this.risen - 0.1)?.from ?? Infinity;
    this._sights = new Map();
    this._shots = new Map();
    this.plan = this._plan();
    this.plan.forEach(({ seat }) => this._sight(seat)); // now, since looking through the dance leaves it at its end
  }

  _sight(seat) {
    if (!this._sights.has(seat)) this._sights.set(seat, new Sight(this.dance, this.names, seat));
    return this._sights.get(seat);
  }

  // The shots in words: kind, seat, start and end.
  _plan() {
    const whole = { start: 0, end: this.duration };
    if (this.camera === "fixed") return [{ kind: "still", seat: SEATS.front, ...whole }];
    if (this.camera !== "filmed") return [{ kind: "whole", seat: SEATS[this.camera], ...whole }];
    const plan = [];
    const sight = this._sight(SEATS.front);
    for (const { start, end } of this._spans()) {
      const speed = sight.speed(start, end);
      let kind = speed < SLOW ? "near" : speed > TRAVELS ? "travel" : "whole";
      if (end > this.bow + 1) kind = "bow";
      const before = plan.at(-1);
      const opens = !before && this.duration > OPENS;
      if (opens && end < OPENING) kind = "house";
      if (before?.kind === kind && end - before.start <= LONG) {
        before.end = end;
        continue;
      }
      if (before?.kind === kind) kind = kind === "whole" ? "near" : "whole";
      const { bow, risen, leaves } = this;
      let from = start;
      const over = this._over(start);
      if (kind === "bow" && before && bow - over > THANKED) {
        before.end = over;
        from = bow - 0.4;
        plan.push({ kind: "thanks", seat: SEATS.upstage, start: over, end: from });
      }
      plan.push({ kind, seat: SEATS.front, start: from, end, opening: opens && kind !== "house", bow, risen, leaves });
    }
    // What is seen from near is seen from the other side of the house, past no curtain.
    const near = plan.filter((shot) => shot.kind === "near" && !shot.opening);
    for (const shot of near) shot.seat = sight.aside(shot.start, shot.end) > 0 ? SEATS.right : SEATS.left;
    return plan;
  }

  // When the last phrase before her bow is over; not before `start`.
  _over(start) {
    return this.phrases.reduce((last, [, end]) => (end <= this.bow ? Math.max(last, end) : last), start);
  }

  // From one end of a phrase to the next, none too short.
  _spans() {
    const ends = [...new Set(this.phrases.flat())].sort((a, b) => a - b);
    const spans = [];
    let start = 0;
    for (const end of ends) {
      if (end - start < SHORT || this.duration - end < Math.min(SHORT, 4)) continue;
      spans.push({ start, end });
      start = end;
    }
    spans.push({ start, end: this.duration });
    return spans;
  }

  // The shots for pictures of one shape.
  shots(aspect) {
    const key = Math.round(aspect * 100);
    if (!this._shots.has(key)) this._shots.set(key, this.plan.map((shot) => new Shot(this._sight(shot.seat), shot, aspect)));
    return this._shots.get(key);
  }

  shotAt(t, aspect) {
    const shots = this.shots(aspect);
    return shots.find((shot) => t < shot.end) ?? shots.at(-1);
  }

  // What is seen at time t in a picture of this shape: the seat, and the window in tangents from it.
  view(t, aspect) {
    const shot = this.shotAt(t, aspect);
    const window = shot.window(t, aspect);
    return { seat: shot.seat, window: shot.seat === SEATS.front ? inside(window, wholeStage(aspect)) : window };
  }

  wide(aspect) {
    return { seat: SEATS.front, window: wholeStage(aspect) };
  }
}

// Pushes a window of the front seat back over the picture of the whole stage, where that is possible.
function inside(window, wide) {
  const { left, right, bottom, top } = window;
  // Within the opening as well, or with as much curtain on one side as on the other: never a strip of it along one edge.
  const room = Math.max(OPENING_HALF - (right - left) / 2, 0);
  const middle = (left + right) / 2;
  const sideways = Math.min(Math.max(middle, -room), room) - middle;
  const upward = Math.max(wide.bottom - bottom, 0) - Math.max(top - wide.top, 0);
  return { left: left + sideways, right: right + sideways, bottom: bottom + upward, top: top + upward };
}
