"""Bars and beats through what the ear makes of each moment: a bar pointer.

A hidden state is a metre, a place in the bar and the length of the beat that led there. Time leaps from beat to beat;
the length of a beat is near that of the one before, or, at a price, any other (a new tempo), or it is held (a breath, a
fermata) and the tempo kept. How well a path agrees with the ear is the likelihood the ear was taught by. The best path
of each metre is found by Viterbi's algorithm, and the metres are compared by their paths.

Sources: Whiteley, Cemgil and Godsill, "Bayesian modelling of temporal structure in musical audio", ISMIR 2006; Böck,
Krebs and Widmer, "Joint beat and downbeat tracking with recurrent neural networks", ISMIR 2016.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numba import njit
from numpy.typing import NDArray

from petipa.counts import Metre
from petipa.music.beats import FRAME_RATE, Beats, refine
from petipa.music.ear import EAR_RATE, NEAR, PACES, SHAPES, Impression
from petipa.music.model import Floats

SLOWEST, QUICKEST = 38.0, 225.0
"""Felt beats a minute."""

STEP = 0.03
"""Lengths of beats differ by so much (natural logarithm)."""

FLOOR = 0.02
"""No moment is less likely than this to be a beat: music rests where the beat goes on."""

BEAT, FIRST = 1.0, 1.0
"""What the ear's judgements count: that there is a beat, and which it is."""

SHARE = 0.5
"""A moment speaks for a beat if it is felt as one at least by this share of what strong beats of the piece are."""

PACE = 1.0
"""What the ear's judgement of the tempo counts, a second."""

DOUBT = 0.1
"""Where a beat is hardly heard at all, so much of one is taken to be as likely the first as any."""

CHANGE = 10.0
"""What a beat longer or shorter than the one before by a ratio r costs: CHANGE * |log r|."""

LEAP, HOLD = 9.0, 7.0
"""What any new tempo costs, and a beat held."""

WIDE = 6
"""Steps of length within which a change is no leap."""

HELD = (1.3, 1.65)
"""How much longer held beats are; never twice, which would be a beat left out."""

LEANED = 0.28
"""A leaned second beat is longer by this share, the others shorter by half and by 0.4 of it."""


SOUNDING = 0.15
"""An onset weaker than this share of the strong ones is none."""

REACH = 0.08
"""Beats are moved to an onset nearer than this share of a beat."""

PINNED = 60.0
"""What a first beat is worth where the user says there is one."""

KNOWN = 1.4
"""Beats are looked for at a tempo stated times or divided by this."""

SLOW_TWO, SURE_PULSE = 100.0, 0.75
"""Twos slower than this [beats a minute] are slow; and how sure a steady pulse through them must be."""

QUICKER = 0.7
"""Beats shorter than a steady pulse by this share are quicker ones."""

LESS, HARDLY = 0.75, 0.35
"""Shares of what is felt on beats that are felt less, and hardly."""

SIX = 0.4
"""Two beats are of thirds if that is likelier than so many times their being of halves: the ear was taught by fewer
sixes."""

MARGIN = 20.0
"""A metre or first beats that lead by so much are as sure as not."""

FAINT = 0.25
"""Of beats less sure than this the ear feels nearly nothing: this is no music as it knows it."""

TRUST = 6.0
"""What the ear's judgement of the whole piece counts beside the path through its moments."""


@dataclass(frozen=True, eq=False)
class Path:
    """Beats by one metre.

    Attributes
    ----------
    size : int
        Felt beats in a bar.
    times : array [s], shape (B,)
    places : array of int, shape (B,)
        Place in the bar, 0 for first beats.
    score : float
        Logarithm of its likelihood against no beats at all.
    """

    size: int
    times: Floats
    places: NDArray[np.int64]
    score: float


@njit(cache=True)
def _search(
    gains: Floats,
    size: int,
    periods: NDArray[np.int64],
    centre: NDArray[np.int64],
    shift: Floats,
    logs: Floats,
    first: int,
    last: int,
    costs: tuple[float, float, float],
    held: Floats,
    paced: Floats,
) -> tuple[list[tuple[int, int]], float]:
    """The best path: frames and places, latest first, and its score.

    `gains` (2, F) of a first beat and of another; `centre` (size, P) the usual index of the length before, `shift`
    (size,) the logarithm of the usual ratio to it; `paced` (G, P) what each length is worth there, at `EAR_RATE`; paths
    begin before `first` and end after `last`.
    """
    change, leap, hold = costs
    frames = gains.shape[1]
    rows = len(periods)
    score = np.full((frames, size, rows), -1e30, dtype=np.float32)
    came = np.full((frames, size, rows), -1, dtype=np.int16)
    top = np.full((frames, size), -1e30, dtype=np.float32)
    top_row = np.zeros((frames, size), dtype=np.int16)
    for t in range(frames):
        moment = min(len(paced) - 1, int(t * EAR_RATE / FRAME_RATE))
        for k in range(size):
            before = (k + size - 1) % size
            gain = gains[0 if k == 0 else 1, t]
            for p in range(rows):
                start = t - periods[p]
                best = -1e30
                way = -1
                if t <= first + periods[p]:
                    best = 0.0
                if start >= 0:
                    value = top[start, before] - leap
                    if value > best:
                        best = value
                        way = top_row[start, before]
                    for q in range(max(0, centre[k, p] - WIDE), min(rows, centre[k, p] + WIDE + 1)):
                        value = score[start, before, q] - change * abs(logs[p] - logs[q] - shift[k])
                        if value > best:
                            best = value
                            way = q
                    for h in range(len(held)):
                        start = t - int(periods[p] * held[h])
                        if start >= 0:
                            value = score[start, before, p] - hold
                            if value > best:
                                best = value
                                way = -2 - h
                best += gain + paced[moment, p]
                score[t, k, p] = best
                came[t, k, p] = way
                if best > top[t, k]:
                    top[t, k] = best
                    top_row[t, k] = p
    best = -1e30
    t_best, k_best, p_best = 0, 0, 0
    for t in range(frames):
        for k in range(size):
            for p in range(rows):
                if t + periods[p] > last and score[t, k, p] > best:
                    best = score[t, k, p]
                    t_best, k_best, p_best = t, k, p
    out = []
    t, k, p = t_best, k_best, p_best
    while True:
        out.append((t, k))
        way = came[t, k, p]
        if way == -1:
            break
        if way <= -2:
            t -= int(periods[p] * held[-2 - way])
        else:
            t -= periods[p]
            p = way
        k = (k + size - 1) % size
    return out, best


def gains_of(heard: Impression, size: int, *, frames: int) -> Floats:
    """How much each moment speaks for a first beat, or another, of bars of `size`, shape (2, frames), at `FRAME_RATE`.

    A moment speaks for a beat as far as it is felt as one more than by `SHARE` of what strong beats of this piece are;
    and for a first beat as far as that is likelier than one beat in `size`, if it is a beat at all. So an ear that is
    unsure favours neither few nor many beats, neither long nor short bars. The moments beside a beat count the less the
    further, as when the ear was taught.
    """
    at = np.arange(frames) * (EAR_RATE / FRAME_RATE)
    both = heard.beat + heard.first
    peaks = both[1:-1][(both[1:-1] >= both[:-2]) & (both[1:-1] > both[2:])]
    strong = float(np.sum(peaks**2) / max(float(np.sum(peaks)), 1e-6))
    least = float(np.clip(SHARE * strong, 0.02, 0.5))
    odds = np.log(np.maximum(both, FLOOR) / np.maximum(1.0 - both, FLOOR)) - np.log(least / (1.0 - least))
    beat, near, first = np.zeros(frames), np.zeros(frames), np.zeros(frames)
    for step in (-1, 0, 1, 2):
        place = np.floor(at).astype(int) + step
        inside = np.clip(place, 0, len(odds) - 1)
        weight = np.maximum(0.0, 1.0 - np.abs(place - at) / NEAR)
        beat += weight * odds[inside]
        near += weight * both[inside]
        first += weight * heard.first[inside]
    share = np.clip((first + DOUBT / size) / (near + DOUBT), 0.02, 0.98)
    other = np.log((1.0 - share) * size / max(1, size - 1)) if size > 1 else np.zeros(frames)
    heed = np.clip(near / (1.5 * strong), 0.0, 1.0)
    return np.asarray(BEAT * beat + FIRST * heed * np.array([np.log(share * size), other]))


def walk(
    gains: Floats,
    pace: Floats,
    size: int,
    *,
    lean: float = 0.0,
    ends: tuple[int, int],
    tempo: tuple[float, float] | None = None,
) -> Path:
    """The best path in bars of `size` beats.

    Parameters
    ----------
    gains : array, shape (2, F)
        See `gains_of`.
    pace : array, shape (G, P)
        See `petipa.music.ear.Impression`.
    lean : float
        Share by which second beats of three are longer.
    ends : (int, int)
        Frames the path must reach.
    tempo : (float, float), optional
        Slowest and quickest felt beats a minute.
    """
    slow, quick = tempo or (SLOWEST, QUICKEST)
    logs = np.arange(np.log(60.0 * FRAME_RATE / quick), np.log(60.0 * FRAME_RATE / slow), STEP)
    periods = np.unique(np.round(np.exp(logs)).astype(np.int64))
    logs = np.log(periods.astype(np.float64))
    lengths = np.zeros(size)
    if lean:
        # lengths[k]: logarithm of the usual length of the beat that leads to place k.
        lengths[[1, 2, 0]] = np.log([1.0 - 0.5 * lean, 1.0 + lean, 1.0 - 0.4 * lean])
    shift = lengths - np.roll(lengths, 1)
    centre = np.abs(logs[None, :, None] - shift[:, None, None] - logs[None, None, :]).argmin(axis=2)
    seconds = periods / FRAME_RATE
    place = np.clip(np.log(60.0 / seconds / PACES[0]) / np.log(PACES[1] / PACES[0]), 0.0, len(PACES) - 1.001)
    low = place.astype(int)
    likely = pace[:, low] * (1.0 - place + low) + pace[:, low + 1] * (place - low)
    paced = PACE * seconds * np.log(np.maximum(likely, 0.02) * len(PACES))
    costs = (CHANGE, LEAP, HOLD)
    found, score = _search(gains, size, periods, centre, shift, logs, *ends, costs, np.array(HELD), paced)
    at = np.array(found[::-1], dtype=np.int64)
    return Path(size, at[:, 0] / FRAME_RATE, at[:, 1], float(score))


def ways(metre: Metre | None) -> tuple[tuple[int, float], ...]:
    """The bars tried: felt beats, and how far second beats are leaned on."""
    if metre is None:
        return ((2, 0.0), (3, 0.0), (3, LEANED), (4, 0.0))
    size = metre.beats // 3 if metre.compound else metre.beats
    return ((3, 0.0), (3, LEANED)) if size == 3 else ((size, 0.0),)


def find(
    heard: Impression,
    onset: Floats,
    *,
    metre: Metre | None = None,
    tempo: float | None = None,
    first_downbeat: float | None = None,
) -> Beats:
    """Beats, metre and first beats of a sound.

    Parameters
    ----------
    heard : Impression
    onset : array, shape (F,), 0 to 1
        Onset strength at `FRAME_RATE`, a share of the strong ones around: beats are moved to their onsets.
    metre, tempo, first_downbeat : optional
        If they are known; see `petipa.music.beats.find`.
    """
    frames = len(onset)
    sounding = np.flatnonzero(onset > SOUNDING)
    nothing = Beats(np.zeros(0), Fraction(1), metre or Metre(4, 4), 0, 0.0, 0.0, 0.0)
    if len(sounding) < 4:
        return nothing
    pinned = np.zeros((2, frames))
    if first_downbeat is not None:
        pin = np.maximum(0.0, 1.0 - np.abs(np.arange(frames) - first_downbeat * FRAME_RATE) / 5.0)
        pinned += PINNED * pin * np.array([[1.0], [-1.0]])
    gains = {size: gains_of(heard, size, frames=frames) + pinned for size, _ in ways(metre)}
    around = None if tempo is None else (tempo / KNOWN, tempo * KNOWN)
    loud = np.flatnonzero(onset > 2.0 * SOUNDING)
    ends = (int(sounding[0]), int(loud[-1]) if len(loud) else int(sounding[-1]))
    paths = [walk(gains[size], heard.pace, size, lean=lean, ends=ends, tempo=around)
             for size, lean in ways(metre)]  # fmt: skip
    chance = {size: sum(p for (n, _), p in zip(SHAPES, heard.shape, strict=True) if n == size) for size in (2, 3, 4)}
    worth = [path.score + TRUST * np.log(chance.get(path.size, 1.0) + 1e-3) for path in paths]
    best = int(np.argmax(worth))
    path = paths[best]
    if len(path.times) < 4:
        return nothing
    named = metre or (Metre(6, 8) if path.size == 2 and heard.shape[3] > SIX * heard.shape[0] else Metre(path.size, 4))
    rivals = [worth[best] - other for other, one in zip(worth, paths, strict=True) if one.size != path.size]
    firsts = np.flatnonzero(path.places == 0)
    if first_downbeat is None:
        first = int(firsts[0]) if len(firsts) else 0
    else:
        first = int(firsts[np.argmin(np.abs(path.times[firsts] - first_downbeat))]) if len(firsts) else 0
    reach = int(np.clip(REACH * FRAME_RATE * np.median(np.diff(path.times)), 5, 9))
    return Beats(
        refine(path.times * FRAME_RATE, onset, reach=reach) / FRAME_RATE,
        Fraction(3) if named.compound else Fraction(1),
        named,
        first,
        min(0.95, 1.2 * felt(heard, path) + 0.05),
        1.0 if metre is not None else margin(float(min(rivals, default=np.inf))),
        1.0 if first_downbeat is not None else firmness(gains[path.size], path),
    )


def steadier(heard: Impression, steady: Beats, found: Beats) -> bool:
    """Whether a `steady` pulse is a better answer than what the trained ear `found`.

    A steady pulse of two (`petipa.music.beats`) is what dancers count where the ear feels its halves less, and hardly
    any first beats there: the slow twos of ballets are played in eighths that the ear takes for beats. And it is where
    the ear feels nearly nothing, as in a metronome's strokes.
    """
    if found.confidence_beats < FAINT:
        return True
    if steady.metre.beats != 2 or steady.confidence_beats < SURE_PULSE or len(steady.times) < 8:
        return False
    pulse = float(np.median(np.diff(steady.times)))
    if np.mean(np.diff(found.times) < QUICKER * pulse) < 0.02:
        return False
    halves = (steady.times[:-1] + steady.times[1:]) / 2.0
    every = np.arange(len(heard.beat)) / EAR_RATE
    on, between = (np.interp(at, every, heard.beat + heard.first).mean() for at in (steady.times, halves))
    first_on, first_between = (np.interp(at, every, heard.first).mean() for at in (steady.times, halves))
    return bool(60.0 / pulse < SLOW_TWO and between < LESS * on and first_between < HARDLY * first_on)


def felt(heard: Impression, path: Path) -> float:
    """How likely, on the mean, the ear takes the beats of a path to be beats, 0 to 1."""
    any_beat = heard.beat + heard.first
    at = np.clip(np.round(path.times * EAR_RATE).astype(int), 1, len(any_beat) - 2)
    return float(np.mean(np.maximum(np.maximum(any_beat[at - 1], any_beat[at]), any_beat[at + 1])))


def margin(lead: float) -> float:
    """How sure a metre, or a first beat, is that leads the next best by so much, 0 to 1."""
    return float(np.clip(lead / (lead + MARGIN), 0.0, 1.0)) if np.isfinite(lead) else 1.0


def firmness(gains: Floats, path: Path) -> float:
    """How sure the first beats are: their lead over the other places of the bar."""
    at = np.clip(np.round(path.times * FRAME_RATE).astype(int), 0, gains.shape[1] - 1)
    odds = gains[0, at] - gains[1, at]
    sums = np.array([odds[path.places == k].sum() for k in range(path.size)])
    return margin(float(sums[0] - np.max(sums[1:], initial=-np.inf)))
