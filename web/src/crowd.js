// What the audience is seen to do at a moment, from what it is heard to do (the act's reactions).

const JOIN = 0.45; // how quickly people join in who see others clap, and leave off: width of the logistic [s]
const EBB = 7; // applause falls to 1/e of what can fall in so long [s] ...
const STAYS = 0.55; // ... and this share of it goes on
const RISERS = 0.42; // an ovation as strong as this makes people rise, some seconds after it began
const TURNED = 0.5; // heads turn back to the stage within this [s]

const joined = (t, from, to) => 1 / ((1 + Math.exp(-(t - from - 2 * JOIN) / JOIN)) * (1 + Math.exp((t - to + 2 * JOIN) / JOIN)));
const within = (t, from, to, soft) => Math.min(Math.max(Math.min((t - from) / soft, (to - t) / soft), 0), 1);

// How many hands meet at time t: loudest as it begins and again as each bow does.
function loudness(t, { from, to, strength, beats = [] }) {
  const swells = (at) => Math.exp(-Math.max(t - at, 0) / EBB) / (1 + Math.exp(-(t - at - JOIN) / (JOIN / 2)));
  const fresh = Math.max(...[from, ...beats].map(swells));
  return joined(t, from, to) * Math.min(0.45 + 0.7 * strength, 1) * (STAYS + (1 - STAYS) * fresh);
}

// The number of a beat at time t, with what share of the way to the next one has gone.
function counted(beats, t) {
  const k = beats.findLastIndex((at) => at <= t);
  if (k < 0) return 0;
  const long = (beats[k + 1] ?? 2 * beats[k] - (beats[k - 1] ?? beats[k] - 0.5)) - beats[k];
  return k + Math.min((t - beats[k]) / long, 1);
}

// A function of the time since the start [s]: shares, 0 to 1, of those who `clap`, of them who do so `together`, at which
// `beat` of that they are, who have `risen`, how much they `stir` before it begins, and how they `start` at a leap.
export function crowdOf({ reactions = [], duration = 0 }) {
  const of = (kind) => reactions.filter((one) => one.kind === kind);
  const [applause, rhythm, murmurs, gasps] = ["applause", "rhythm", "murmur", "gasp"].map(of);
  const ovation = applause.find(({ to, strength }) => to > duration - 1 && strength > RISERS);
  return (t) => {
    const timed = rhythm.find(({ from, to }) => t > from - 0.5 && t < to + 0.5);
    const loud = [...applause, ...rhythm].map((one) => loudness(t, one));
    return {
      clap: Math.max(0, ...loud),
      together: timed ? within(t, timed.from - 0.5, timed.to + 0.5, 0.6) : 0,
      beat: timed ? counted(timed.beats ?? [], t) : 0,
      risen: ovation ? (2.2 * (ovation.strength - RISERS) + 0.15) * within(t, ovation.from + 3, Infinity, 9) : 0,
      stir: murmurs.reduce((most, { from, to, strength }) => Math.max(most, strength * within(t, from - TURNED, to, TURNED)), 0),
      start: gasps.reduce((most, { from, to, strength }) => Math.max(most, strength * within(t, from, to + 0.8, 0.25)), 0),
    };
  };
}
