// How strongly the stage is lit at a moment: it swells with the music, and when all is over it goes dark.

const LEAST = 0.90; // of the picture's brightness, where the music is still
const CALM = 0.9; // seconds either way that a lamp takes to follow
const BLACKOUT = 1.6; // seconds it takes to go dark at the end ...
const WHOLE = 14; // ... of what lasts longer than this; a single step ends in the light
const DARK = 0.03;

function followed({ rate, values }) {
  const reach = Math.max(1, Math.round(CALM * rate));
  const read = (i) => values[Math.min(Math.max(i, 0), values.length - 1)];
  const calm = values.map((_, i) => {
    let [sum, total] = [0, 0];
    for (let k = -reach; k <= reach; k++) {
      const w = 0.5 + 0.5 * Math.cos((Math.PI * k) / (reach + 1));
      sum += w * read(i + k);
      total += w;
    }
    return sum / total;
  });
  return (t) => {
    const x = Math.min(Math.max(t * rate, 0), calm.length - 1);
    const i = Math.min(Math.floor(x), Math.max(calm.length - 2, 0));
    const next = calm[Math.min(i + 1, calm.length - 1)];
    return LEAST + (1 - LEAST) * (calm[i] + (x - i) * (next - calm[i]));
  };
}

// A function of the time since the start [s]: a share of the light there is, from the package's curve of loudness.
export function strengthOf({ swell, duration = 0 }) {
  const music = swell?.values.length ? followed(swell) : () => 1;
  if (duration < WHOLE) return music;
  return (t) => {
    const left = Math.min(Math.max((duration - t) / BLACKOUT, 0), 1);
    return music(t) * (DARK + (1 - DARK) * left * left * (3 - 2 * left));
  };
}
