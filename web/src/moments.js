// Places in time.

// The last entry of a list in order of time whose time has come; -1 before the first.
export function last(list, t, timeOf) {
  let lo = -1;
  let hi = list.length;
  while (hi - lo > 1) {
    const mid = (lo + hi) >> 1;
    if (timeOf(list[mid]) <= t + 1e-4) lo = mid;
    else hi = mid;
  }
  return lo;
}

export function clock(t) {
  const m = Math.floor(t / 60);
  const s = Math.floor(t - m * 60);
  return `${m}:${String(s).padStart(2, "0")}`;
}

// The last count is over when the next would come: nothing is counted after the music's last bar.
export function countedOut(beats) {
  const [next, final] = beats.slice(-2).map((b) => b[0]);
  return final === undefined ? Infinity : 2 * final - next;
}

// Each count with a name of its own: the second time a bar is danced, its counts are others.
function named(beats) {
  const times = new Map();
  return beats.map(([t, bar, count]) => {
    const name = `${bar}:${count}`;
    times.set(name, (times.get(name) ?? 0) + 1);
    return [`${name} ${times.get(name)}`, t];
  });
}

// Time in another dance at the same count: between the counts both have, in proportion; beyond them, second for second.
// Two dances with no count in common go second for second from their beginnings.
export function sameCount(beats, others) {
  const theirs = new Map(named(others));
  const pairs = [];
  for (const [name, t] of named(beats)) {
    const there = theirs.get(name);
    const before = pairs.at(-1);
    if (there !== undefined && (!before || (t > before[0] && there > before[1]))) pairs.push([t, there]);
  }
  if (!pairs.length) return (t) => t;
  return (t) => {
    const at = last(pairs, t, (p) => p[0]);
    if (at < 0) return pairs[0][1] + t - pairs[0][0];
    if (at === pairs.length - 1) return pairs[at][1] + t - pairs[at][0];
    const [[a, x], [b, y]] = [pairs[at], pairs[at + 1]];
    return x + ((t - a) / (b - a)) * (y - x);
  };
}
