"""Beats, metre and downbeats found by ear, when no score states them.

The beat is followed by the bar-pointer model: a hidden state is a tempo and a place within the beat; time runs
through the beat at the tempo, which may change only at its end; the onset strength of the music says where beats
begin. The best path is found by Viterbi's algorithm.

Sources: Whiteley, Cemgil and Godsill, "Bayesian modelling of temporal structure in musical audio", ISMIR 2006;
Krebs, Böck and Widmer, "An efficient state-space model for joint tempo and meter tracking", ISMIR 2015 (the
state space and the exponential law of tempo changes used here).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from petipa.counts import Metre
from petipa.music.model import Floats

FRAME_RATE = 100.0
"""Onset strength is looked at every 10 ms."""

TEMPO_SLOWEST, TEMPO_QUICKEST = 40.0, 215.0
"""Beats a minute looked for: slower ones are felt in halves, quicker ones in pairs."""

TEMPO_USUAL, TEMPO_SPREAD = 92.0, 0.85
"""Middle and spread (in octaves) of the tempi expected before listening."""

STEADINESS = 60.0
"""The exponent of Krebs et al.: a tempo change by a ratio r costs STEADINESS * |r - 1|. They use 100 for popular
music; ballet breathes more."""

_BEAT_SHARE = 12
"""The first twelfth of a beat counts as on the beat."""

METRES = (Metre(3, 4), Metre(2, 4), Metre(4, 4))


@dataclass(frozen=True, eq=False)
class Strength:
    """What the ear follows, at `FRAME_RATE`, shape (F,) each: all onsets, and those of the bass; about 0 to 1."""

    onset: Floats
    low: Floats


@dataclass(frozen=True, eq=False)
class Beats:
    """Beats found: their times [s], metre, index of the first downbeat, and how far to trust each."""

    times: Floats
    metre: Metre
    first_downbeat: int
    confidence_beats: float
    confidence_metre: float
    confidence_downbeat: float


def normalised(curve: Floats, *, seconds: float = 6.0) -> Floats:
    """`curve` as a share of the strong onsets around it (95th percentile), clipped to 0 to 1."""
    if len(curve) == 0:
        return curve
    hop = int(FRAME_RATE)
    half = int(seconds / 2 * FRAME_RATE)
    places = np.arange(0, len(curve), hop)
    around = np.array([np.percentile(curve[max(0, p - half) : p + half + 1], 95.0) for p in places])
    # Soft passages are lifted, but silence is not.
    floor = 0.12 * float(np.max(around)) if len(around) else 0.0
    scale = np.interp(np.arange(len(curve)), places, np.maximum(around, max(floor, 1e-9)))
    return np.asarray(np.clip(curve / scale, 0.0, 1.0), dtype=np.float64)


def follow(onset: Floats, *, tempo: float | None = None) -> Floats:
    """The beats of a curve of onset strengths.

    Parameters
    ----------
    onset : array, shape (F,), 0 to 1
        At `FRAME_RATE`.
    tempo : float, optional
        Beats a minute, if it is known about right: beats are looked for within a third of it.

    Returns
    -------
    array [s], shape (B,)
    """
    slowest, quickest = (TEMPO_SLOWEST, TEMPO_QUICKEST) if tempo is None else (tempo / 1.35, tempo * 1.35)
    periods = np.unique(
        np.arange(max(8, round(60 * FRAME_RATE / quickest)), round(60 * FRAME_RATE / slowest) + 1, dtype=np.int64)
    )
    frames = len(onset)
    if frames < 2 * periods[0]:
        return np.zeros(0)
    rows, longest = len(periods), int(periods[-1])
    # Long pieces keep only the winners at each beat end, a small integer for each frame and tempo.
    came = np.zeros((frames, rows), dtype=np.int16)
    ratio = periods[:, None] / periods[None, :]
    change = -STEADINESS * np.abs(ratio - 1.0)  # from column to row
    usual = tempo or TEMPO_USUAL
    prior = -0.5 * (np.log2(60.0 * FRAME_RATE / periods / usual) / TEMPO_SPREAD) ** 2

    beat = np.log(np.maximum(onset, 0.02))
    silent = np.log(np.maximum(1.0 - onset, 0.02) / (_BEAT_SHARE - 1))
    # Place j of tempo i lies at column j; columns beyond the period are never reached.
    on = np.arange(longest)[None, :] < np.maximum(1, periods[:, None] / _BEAT_SHARE)
    legal = np.arange(longest)[None, :] < periods[:, None]
    state = np.where(legal, (prior - np.log(periods))[:, None], -np.inf)
    ends = (np.arange(rows), periods - 1)
    for frame in range(frames):
        if frame:
            leaving = state[ends]
            arriving = change + leaving[None, :]
            best = np.argmax(arriving, axis=1)
            came[frame] = best
            state[:, 1:] = state[:, :-1]
            state[:, 0] = arriving[np.arange(rows), best] + 0.12 * prior
            state[~legal] = -np.inf
        state += np.where(on, beat[frame], silent[frame])
        if frame % 256 == 0:
            state -= np.max(state)

    row, place = np.unravel_index(int(np.argmax(state)), state.shape)
    times = []
    frame = frames - 1
    while True:
        start = frame - int(place)
        if start < 0:
            break
        times.append(start)
        if start == 0:
            break
        row = came[start][row]
        place, frame = periods[row] - 1, start - 1
    found = np.array(times[::-1], dtype=np.float64)
    return refine(found, onset) / FRAME_RATE


def refine(frames: Floats, onset: Floats, *, reach: int = 5) -> Floats:
    """Beats moved to the onset they belong to, if there is a clear one within `reach` frames (50 ms)."""
    out = frames.copy()
    for i, at in enumerate(frames):
        low, high = max(0, int(at) - reach), min(len(onset), int(at) + reach + 1)
        near = onset[low:high]
        if len(near) < 3 or np.max(near) < 0.25:
            continue
        top = low + int(np.argmax(near))
        if 0 < top < len(onset) - 1:
            a, b, c = onset[top - 1], onset[top], onset[top + 1]
            bend = a - 2 * b + c
            out[i] = top + (0.5 * (a - c) / bend if bend < 0 else 0.0)
        else:
            out[i] = top
    return np.asarray(np.maximum.accumulate(out), dtype=np.float64)


def _at(curve: Floats, times: Floats, *, reach: float = 0.05) -> Floats:
    """The highest value of `curve` within `reach` [s] of each time."""
    half = max(1, round(reach * FRAME_RATE))
    out = np.zeros(len(times))
    for i, time in enumerate(times):
        at = round(time * FRAME_RATE)
        near = curve[max(0, at - half) : at + half + 1]
        out[i] = float(np.max(near)) if len(near) else 0.0
    return out


def group(times: Floats, strength: Strength, *, metre: Metre | None = None) -> tuple[Metre, int, float, float]:
    """Metre and first downbeat of a row of beats.

    The bass speaks on the first beat and the others answer; each metre and phase is scored by how far the bass (and,
    less, all onsets) on its first beats stands above the other beats, in windows of 24 beats so that one slip does
    not spoil the rest; 4/4 has to beat 2/4 clearly, since every 4/4 is also a 2/4.

    Returns
    -------
    metre, index of the first downbeat, confidence of the metre, confidence of the downbeat
    """
    accent = _at(strength.low, times) + 0.35 * _at(strength.onset, times)
    spread = float(np.std(accent))
    candidates = [metre] if metre is not None else list(METRES)
    scores: dict[tuple[int, int], float] = {}
    for one in candidates:
        size = max(1, one.beats // one.pulse if one.compound else one.beats)
        for phase in range(size):
            first = np.arange(len(times)) % size == phase
            if size == 1 or spread < 1e-9 or not np.any(first) or np.all(first):
                scores[size, phase] = 0.0
                continue
            scores[size, phase] = float(np.mean(accent[first]) - np.mean(accent[~first])) / spread
    if metre is None:
        for phase in range(4):
            scores[4, phase] -= 0.15
    ranked = sorted(scores.items(), key=lambda item: -item[1])
    (size, phase), top = ranked[0]
    others = [score for (s, _), score in ranked if s != size]
    same = [score for (s, p), score in ranked if s == size and p != phase]
    chosen = next(m for m in candidates if (m.beats // m.pulse if m.compound else m.beats) == size)
    sure_metre = 1.0 if metre is not None else float(np.clip(0.4 + 0.5 * (top - max(others, default=0.0)), 0.1, 0.9))
    sure_phase = float(np.clip(0.4 + 0.4 * (top - max(same, default=0.0)), 0.1, 0.9))
    return chosen, phase, sure_metre, sure_phase


def regularity(times: Floats, onset: Floats) -> float:
    """How far the beats can be trusted, 0 to 1: they fall on onsets and their intervals change little."""
    if len(times) < 4:
        return 0.1
    steps = np.diff(times)
    jumps = np.abs(np.diff(steps)) / np.maximum(steps[1:], 1e-6)
    on = float(np.mean(_at(onset, times) > 0.3))
    return float(np.clip(on * np.exp(-3.0 * float(np.median(jumps))), 0.05, 0.95))


def find(
    strength: Strength,
    *,
    metre: Metre | None = None,
    tempo: float | None = None,
    first_downbeat: float | None = None,
) -> Beats:
    """Beats, metre and downbeat of a piece heard as onset strengths.

    Parameters
    ----------
    strength : Strength
    metre : Metre, optional
        If it is known; beats found are then its felt pulses.
    tempo : float, optional
        Felt beats a minute, if known about right.
    first_downbeat : float, optional
        When bar 1 begins [s], if known.
    """
    onset = normalised(strength.onset)
    low = normalised(strength.low)
    times = follow(onset, tempo=tempo)
    if len(times) < 2:
        return Beats(times, metre or Metre(4, 4), 0, 0.0, 0.0, 0.0)
    chosen, phase, sure_metre, sure_phase = group(times, Strength(onset, low), metre=metre)
    if first_downbeat is not None:
        phase = int(np.argmin(np.abs(times - first_downbeat)))
        sure_phase = 1.0
    return Beats(times, chosen, phase, regularity(times, onset), sure_metre, sure_phase)


def f_measure(found: Floats, true: Floats, *, within: float = 0.07) -> float:
    """Share of beats found and true that meet within 70 ms, one to one: the F-measure of beat tracking.

    Dixon, "Evaluation of the audio beat tracking system BeatRoot", Journal of New Music Research 36(1), 2007.
    """
    i = j = hits = 0
    a, b = np.sort(found), np.sort(true)
    while i < len(a) and j < len(b):
        if abs(a[i] - b[j]) <= within:
            hits += 1
            i += 1
            j += 1
        elif a[i] < b[j]:
            i += 1
        else:
            j += 1
    return 2.0 * hits / (len(a) + len(b)) if len(a) + len(b) else 1.0


def onset_curve(times: Floats, weights: Floats, *, duration: float) -> Floats:
    """Onsets at exact times as a curve at `FRAME_RATE`: each a narrow bump (15 ms) of its weight."""
    frames = max(1, int(np.ceil(duration * FRAME_RATE)))
    curve = np.zeros(frames)
    centres = times * FRAME_RATE
    for offset in range(-4, 5):
        place = np.round(centres).astype(np.int64) + offset
        inside = (place >= 0) & (place < frames)
        bump = weights * np.exp(-0.5 * ((place - centres) / 1.5) ** 2)
        np.add.at(curve, place[inside], bump[inside])
    return curve


def boolean_share(mask: NDArray[np.bool_]) -> float:
    """Share of true values, 0 for none."""
    return float(np.mean(mask)) if len(mask) else 0.0
