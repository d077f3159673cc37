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
from fractions import Fraction

import numpy as np

from petipa.counts import Metre
from petipa.music.model import Floats, TempoMap, frozen_array

FRAME_RATE = 100.0
"""Onset strength is looked at every 10 ms."""

TEMPO_SLOWEST, TEMPO_QUICKEST = 72.0, 216.0
"""Pulses a minute looked for: a slower beat is followed through its halves."""

TEMPO_USUAL, TEMPO_SPREAD = 120.0, 0.85
"""Middle and spread (in octaves) of the tempi expected before listening."""

STEADINESS = 60.0
"""The exponent of Krebs et al.: a tempo change by a ratio r costs STEADINESS * |r - 1|. They use 100 for popular
music; ballet breathes more."""

_BEAT_SHARE = 12
"""The first twelfth of a beat counts as on the beat."""

KNOWN_SPREAD = 0.3
"""The spread around a tempo that is known, from the user or from a first hearing."""

SLIP = 12.0
"""What a lost or extra pulse costs where the pulse falters, in standard deviations of the accent: some ten bars must
speak for it. Where the pulse is steady none is lost."""

FALTER = 0.22
"""The pulse falters within four pulses of a lasting change of pace by this share (a cadenza, a new tempo)."""

QUICK_PULSE = 105.0
"""Pulses of a duple metre quicker than this, a minute, are halves of the beat a dancer counts."""

CHROMA_RATE = 10.0
"""Harmony is looked at so many times a second."""


@dataclass(frozen=True, eq=False)
class Strength:
    """What the ear follows.

    Attributes
    ----------
    onset, low : array, shape (F,)
        At `FRAME_RATE`: the strength of all onsets, and of those in the bass.
    chroma : array, shape (G, 12)
        At `CHROMA_RATE`: how much of each pitch class sounds.
    """

    onset: Floats
    low: Floats
    chroma: Floats


@dataclass(frozen=True, eq=False)
class Beats:
    """Beats found: their times [s], the metre, and how far to trust each.

    Attributes
    ----------
    times : array [s], shape (B,)
        Felt beats.
    written : Fraction
        Written beats in one of them (3 when 6/8 is felt in two).
    first_downbeat : int
        Index into `times` of a first beat.
    confidence_beats, confidence_metre, confidence_downbeat : float, 0 to 1
    """

    times: Floats
    written: Fraction
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
        Beats a minute, if it is known about right: beats are looked for around it, never at half or double.

    Returns
    -------
    array [s], shape (B,)
    """
    slowest, quickest = (TEMPO_SLOWEST, TEMPO_QUICKEST) if tempo is None else (tempo / 1.7, tempo * 1.7)
    periods = np.unique(
        np.arange(max(8, round(60 * FRAME_RATE / quickest)), round(60 * FRAME_RATE / slowest) + 1, dtype=np.int64)
    )
    frames = len(onset)
    if frames < 2 * periods[0]:
        return np.zeros(0)
    rows = len(periods)
    usual = tempo or TEMPO_USUAL
    spread = TEMPO_SPREAD if tempo is None else KNOWN_SPREAD
    prior = -0.5 * (np.log2(60.0 * FRAME_RATE / periods / usual) / spread) ** 2
    change = -STEADINESS * np.abs(periods[:, None] / periods[None, :] - 1.0)  # from column to row
    every = np.arange(rows)

    # What frame f is worth more at the start of a beat than within one; all paths share the rest.
    gain = np.log(np.maximum(onset, 0.02)) - np.log(np.maximum(1.0 - onset, 0.02) / (_BEAT_SHARE - 1))
    total = np.concatenate([[0.0], np.cumsum(gain)])
    widths = np.maximum(1, np.ceil(periods / _BEAT_SHARE)).astype(np.int64)

    # score[f, i]: the best path on which a beat of period i starts at frame f; came: the period before, or none.
    score = np.full((frames, rows), -np.inf)
    came = np.full((frames, rows), -1, dtype=np.int16)
    opening = prior - np.log(periods)
    # No path enters and leaves a beat within its shortest period, so that many frames are done at once.
    for first in range(0, frames, int(periods[0])):
        block = np.arange(first, min(frames, first + int(periods[0])))[:, None]
        start = block - periods
        inside = start >= 0
        start = np.maximum(start, 0)
        leaving = score[start, every] + total[np.minimum(start + widths, frames)] - total[start]
        arriving = change[None, :, :] + np.where(inside, leaving, -np.inf)[:, None, :]
        best = np.argmax(arriving, axis=2)
        value = np.take_along_axis(arriving, best[:, :, None], axis=2)[:, :, 0] + 0.12 * prior
        fresh = np.where(inside, -np.inf, opening)
        score[block[:, 0]] = np.maximum(value, fresh)
        came[block[:, 0]] = np.where(value >= fresh, best, -1)

    # The last beat is cut by the end of the music.
    tails = np.concatenate([np.arange(max(0, frames - period), frames) for period in periods])
    kinds = np.repeat(every, np.minimum(periods, frames))
    last = int(np.argmax(score[tails, kinds] + total[np.minimum(tails + widths[kinds], frames)] - total[tails]))
    frame, row = int(tails[last]), int(kinds[last])
    times = [frame]
    while came[frame, row] >= 0:
        row = int(came[frame, row])
        frame -= int(periods[row])
        times.append(frame)
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
    out = np.maximum.accumulate(out)
    # Two beats may belong to one onset; time moves on all the same.
    still = np.append(False, np.diff(out) <= 0.0)
    return np.asarray(out + 1e-4 * np.cumsum(still), dtype=np.float64)


def _at(curve: Floats, times: Floats, *, reach: float = 0.05) -> Floats:
    """The highest value of `curve` within `reach` [s] of each time."""
    half = max(1, round(reach * FRAME_RATE))
    out = np.zeros(len(times))
    for i, time in enumerate(times):
        at = round(time * FRAME_RATE)
        near = curve[max(0, at - half) : at + half + 1]
        out[i] = float(np.max(near)) if len(near) else 0.0
    return out


def accents(times: Floats, strength: Strength) -> Floats:
    """How much each pulse sounds like a first beat, shape of `times`, mean 0 within any few bars.

    A change of harmony counts most (dance harmony changes at the bar line), then the bass, then loudness.
    """
    edges = np.clip((times * CHROMA_RATE).astype(int), 0, len(strength.chroma) - 1)
    sums = np.vstack([np.zeros(12), np.cumsum(strength.chroma, axis=0)])
    after = np.append(edges[1:], min(edges[-1] + max(1, edges[-1] - edges[-2]), len(strength.chroma)))
    after = np.maximum(after, edges + 1)
    sound = sums[after] - sums[edges]
    sound /= np.linalg.norm(sound, axis=1, keepdims=True) + 1e-9
    change = np.append(0.0, 1.0 - np.sum(sound[1:] * sound[:-1], axis=1))
    total = np.zeros(len(times))
    for curve, weight in ((change, 1.0), (_at(strength.low, times), 0.5), (_at(strength.onset, times), 0.25)):
        width = min(16, len(curve))
        mean = np.convolve(np.pad(curve, width // 2, mode="reflect"), np.ones(width) / width, mode="same")
        level = curve - mean[width // 2 : width // 2 + len(curve)]
        spread = float(np.std(level))
        total += weight * level / spread if spread > 1e-9 else 0.0
    return total


def contrast(accent: Floats, size: int) -> Floats:
    """For each phase of bars of `size` pulses, how far first beats stand out [standard deviations], shape (size,)."""
    out = np.zeros(size)
    spread = float(np.std(accent))
    if spread < 1e-9 or len(accent) < 2 * size or size < 2:
        return out
    place = np.arange(len(accent)) % size
    for phase in range(size):
        out[phase] = (np.mean(accent[place == phase]) - np.mean(accent[place != phase])) / spread
    return out


@dataclass(frozen=True)
class Grouping:
    """How pulses make beats and beats make bars: `pulses` in a felt beat, `beats` in a bar."""

    metre: Metre
    pulses: int
    beats: int
    written: Fraction


def groupings(pace: float, *, metre: Metre | None, tempo: float | None) -> list[tuple[Grouping, float]]:
    """The ways to count pulses at `pace` [a minute], each with what it has to overcome."""
    if metre is None:
        quick = pace > QUICK_PULSE
        choices = [
            (Grouping(Metre(3, 4), 1, 3, Fraction(1)), 0.0),
            (Grouping(Metre(3, 4), 2, 3, Fraction(1)), 0.25 if quick else 9.0),
            (Grouping(Metre(2, 4), 2, 2, Fraction(1)), 0.0 if quick else 9.0),
            (Grouping(Metre(2, 4), 1, 2, Fraction(1)), 9.0 if quick else 0.0),
            (Grouping(Metre(4, 4), 1, 4, Fraction(1)), 9.0 if quick else 0.15),
        ]
    elif metre.compound:
        felt = metre.beats // 3
        choices = [
            (Grouping(metre, 3, felt, Fraction(3)), 0.0 if pace > 150 else 0.3),
            (Grouping(metre, 1, felt, Fraction(3)), 0.3 if pace > 150 else 0.0),
        ]
    else:
        halves = pace > QUICK_PULSE * (1.0 if metre.beats % 2 == 0 else 1.8)
        choices = [
            (Grouping(metre, 1, metre.beats, Fraction(1)), 9.0 if halves and metre.beats == 2 else 0.0),
            (Grouping(metre, 2, metre.beats, Fraction(1)), 0.0 if halves else 0.4),
        ]
    if tempo is None:
        return choices
    # The user's tempo decides how many pulses a beat has; the metre is then only grouped.
    pulses = max(1, round(pace / tempo))
    metres = [metre] if metre is not None else [Metre(3, 4), Metre(2, 4), Metre(4, 4)]
    out = []
    for one in metres:
        felt = one.beats // 3 if one.compound else one.beats
        penalty = 0.15 if metre is None and one.beats == 4 else 0.0
        out.append((Grouping(one, pulses, felt, Fraction(3 if one.compound else 1)), penalty))
    return out


def number(times: Floats, accent: Floats, size: int, *, phase: int | None = None) -> Floats:
    """Number the pulses so that first beats of bars of `size` pulses fall on multiples of `size`.

    Where the beat was lost for a moment (a cadenza, a fermata) a pulse too many or too few is admitted, at the price
    of `SLIP`; the best numbering is found by Viterbi's algorithm over the place in the bar.

    Returns
    -------
    array, shape (N,)
        Rising by 1 from pulse to pulse, or by 0 or 2 at a slip; the first is its place in the bar, 0 to size - 1.
    """
    price = slip_price(times)
    worth = np.full(size, -1.0 / max(1, size - 1))
    worth[0] = 1.0
    rows = len(accent)
    came = np.zeros((rows, size), dtype=np.int8)
    score = worth * accent[0]
    if phase is not None:
        score = np.where(np.arange(size) == phase, score, -1e9)
    for i in range(1, rows):
        ways = np.stack([np.roll(score, 1), score - price[i], np.roll(score, 2) - price[i]])
        best = np.argmax(ways, axis=0)
        came[i] = best
        score = ways[best, np.arange(size)] + worth * accent[i]
    place = int(np.argmax(score))
    steps = np.zeros(rows, dtype=np.int64)
    for i in range(rows - 1, 0, -1):
        steps[i] = (1, 0, 2)[came[i][place]]
        place = (place - steps[i]) % size
    return np.asarray(place + np.cumsum(steps), dtype=np.float64)


def slip_price(times: Floats) -> Floats:
    """What a slip costs at each pulse, shape of `times`."""
    price = np.full(len(times), np.inf)
    if len(times) < 9:
        return price
    # Medians over four intervals on either side: one ragged beat is no change of pace.
    pace = np.median(np.lib.stride_tricks.sliding_window_view(np.diff(times), 4), axis=1)
    jump = np.abs(np.log(pace[4:] / np.maximum(pace[:-4], 1e-6)))
    for i in np.flatnonzero(jump > FALTER):
        price[max(0, i) : i + 9] = SLIP
    return price


def group(
    times: Floats, strength: Strength, *, metre: Metre | None = None, tempo: float | None = None
) -> tuple[Grouping, int, float, float]:
    """How a row of pulses is counted.

    Returns
    -------
    grouping, index of a pulse that is a first beat, confidence of the metre, confidence of the downbeat
    """
    accent = accents(times, strength)
    pace = 60.0 / float(np.median(np.diff(times)))
    scored = []
    for one, penalty in groupings(pace, metre=metre, tempo=tempo):
        phases = contrast(accent, one.pulses * one.beats)
        scored.append((float(np.max(phases, initial=0.0)) - penalty, one, phases))
    scored.sort(key=lambda item: -item[0])
    top, chosen, phases = scored[0]
    phase = int(np.argmax(phases)) if len(phases) else 0
    rivals = [score for score, one, _ in scored[1:] if one.metre.beats % 3 != chosen.metre.beats % 3]
    sure_metre = 1.0 if metre is not None else float(np.clip(0.45 + 0.6 * (top - max(rivals, default=0.0)), 0.1, 0.95))
    others = np.delete(phases, phase) if len(phases) > 1 else np.zeros(1)
    sure_phase = float(np.clip(0.4 + 0.5 * (float(np.max(phases, initial=0.0)) - float(np.max(others))), 0.1, 0.95))
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
    heard = Strength(onset, normalised(strength.low), strength.chroma)
    times = follow(onset)
    if len(times) > 8:
        # Heard once, the piece has a tempo; a second hearing does not fall into its double where it plays quick notes.
        times = follow(onset, tempo=60.0 / float(np.median(np.diff(times))))
    if tempo is not None and len(times) > 2:
        ratio = 60.0 / float(np.median(np.diff(times))) / tempo
        if ratio < 0.8 or abs(ratio / max(1, round(ratio)) - 1.0) > 0.15:
            # The pulse first followed is no multiple of the beat asked for: follow one that is.
            times = follow(onset, tempo=tempo * max(1, int(np.ceil(TEMPO_SLOWEST / tempo))))
    sounding = np.flatnonzero(onset > 0.15)
    if len(sounding):
        first, last = sounding[0] / FRAME_RATE, sounding[-1] / FRAME_RATE
        times = times[(times > first - 0.12) & (times < last + 0.5)]
    if len(times) < 4:
        return Beats(times, Fraction(1), metre or Metre(4, 4), 0, 0.0, 0.0, 0.0)
    chosen, _, sure_metre, sure_phase = group(times, heard, metre=metre, tempo=tempo)
    size = chosen.pulses * chosen.beats
    accent = accents(times, heard)
    if first_downbeat is not None:
        sure_phase = 1.0
        near = int(np.argmin(np.abs(times - first_downbeat)))
        later = number(times[near:], accent[near:], size, phase=0)
        places = np.concatenate([np.arange(-near, 0), later])
    else:
        places = number(times, accent, size)
    # One time for each place: of two pulses with one number the first, of a number left out the middle.
    places, kept = np.unique(places, return_index=True)
    clock = TempoMap(frozen_array(places), frozen_array(times[kept]))
    low, high = int(np.ceil(places[0] / chosen.pulses)), int(np.floor(places[-1] / chosen.pulses))
    felt = np.arange(low, high + 1)
    first = int(np.flatnonzero(felt == 0)[0]) if first_downbeat is not None else int(-low % chosen.beats)
    return Beats(
        clock.to_seconds(frozen_array(felt * float(chosen.pulses))),
        chosen.written,
        chosen.metre,
        first,
        regularity(times, onset),
        sure_metre,
        sure_phase,
    )


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
