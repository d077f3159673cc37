"""Music with bars left out, as a variation is cut to a dance; what remains is counted anew from bar 1."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from petipa.counts import Bar, Bars, Span
from petipa.errors import MusicError
from petipa.music.model import CURVE_RATE, Floats, Music, Notes, Phrase, TempoMap, frozen_array
from petipa.music.symbolic import RING

JOIN = 0.03
"""Two ends of a recording are blended over this time where they are joined [s]."""


@dataclass(frozen=True)
class _Kept:
    """A run of bars that stays: where it began and ends [beats, s], and how much earlier it comes now."""

    first: int
    last: int
    start: Fraction
    end: Fraction
    seconds: float
    seconds_end: float
    earlier_bars: int
    earlier_beats: Fraction
    earlier: float


def cut(music: Music, bars: Iterable[tuple[int, int]]) -> Music:
    """`music` without some of its bars.

    Parameters
    ----------
    bars : iterable of (first, last)
        Both inclusive, as the whole music counts them. Ranges may touch and overlap.

    Returns
    -------
    Music
        What remains, numbered from bar 1 on, a pick-up before it kept. Notes end where the music is cut; the ends of a
        recording are blended over 30 ms. After a cut at the end the last bar rings for 1.8 s.

    Raises
    ------
    MusicError
        If a bar is not there, or none is left.
    """
    gone: set[int] = set()
    last = music.layout.last
    for first, end in bars:
        if not 1 <= first <= end <= last:
            raise MusicError(
                f"bars {first} to {end} cannot be cut: it has bars 1 to {last}",
                where=music.source,
                would_work=f"cut {min(first, last)}-{last}",
            )
        gone.update(range(first, end + 1))
    if not gone:
        return music
    kept = _kept(music, gone)
    if not kept:
        raise MusicError("every bar is cut", where=music.source, would_work="leave the bars to be danced")
    ends_early = last in gone
    duration = kept[-1].seconds_end - kept[-1].earlier + RING if ends_early else music.duration - kept[-1].earlier
    rest = kept[-1]
    return replace(
        music,
        layout=_bars(music, gone),
        tempo=_tempo(music, kept),
        duration=duration,
        notes=_notes(music.notes, kept, open_end=not ends_early),
        loudness=_curve(music.loudness, kept, duration, open_end=not ends_early),
        density=_curve(music.density, kept, duration, open_end=not ends_early),
        accents=_moments(music.accents, kept, open_end=not ends_early),
        last_chord=(music.seconds(rest.last) - rest.earlier if ends_early else music.last_chord - rest.earlier),
        phrases=tuple(_phrases(music, kept)),
        cadences=_moments(music.cadences, kept, open_end=not ends_early),
        told_climaxes=tuple(
            float(moment)
            for one in music.told_climaxes
            for moment in _moments(frozen_array([one]), kept, open_end=not ends_early)
        ),
        recording=None if music.recording is None else _recording(music, kept, duration),
    )


def _kept(music: Music, gone: set[int]) -> list[_Kept]:
    """The runs of bars that stay; the first keeps what sounds before bar 1, the last what rings after the end."""
    runs: list[list[int]] = []
    for bar in music.layout:
        if bar.number in gone:
            continue
        if runs and runs[-1][-1] + 1 == bar.number:
            runs[-1].append(bar.number)
        else:
            runs.append([bar.number])
    if not any(number > 0 for run in runs for number in run):
        return []
    out: list[_Kept] = []
    beats, seconds, numbers = music.layout.span.start, 0.0, music.layout.bars[0].number
    for run in runs:
        first, last = music.layout.bar(run[0]), music.layout.bar(run[-1])
        # What sounds before the first bar line comes along only where that bar does.
        begins = 0.0 if first == music.layout.bars[0] else music.seconds_at(first.start)
        ends = music.seconds_at(last.end)
        out.append(
            _Kept(
                *(run[0], run[-1], first.start, last.end, begins, ends),
                earlier_bars=run[0] - numbers,
                earlier_beats=first.start - beats,
                earlier=begins - seconds,
            )
        )
        beats += last.end - first.start
        seconds += ends - begins
        numbers += len(run)
    return out


def _bars(music: Music, gone: set[int]) -> Bars:
    stay = [bar for bar in music.layout if bar.number not in gone]
    out: list[Bar] = []
    start = music.layout.span.start
    for number, bar in enumerate(stay, start=music.layout.bars[0].number):
        out.append(replace(bar, number=number, start=start))
        start += bar.length
    return Bars(tuple(out))


def _tempo(music: Music, kept: Sequence[_Kept]) -> TempoMap:
    """The tempo of each run, one after another."""
    beats: list[float] = []
    seconds: list[float] = []
    for run in kept:
        within = (music.tempo.beats > float(run.start)) & (music.tempo.beats < float(run.end))
        inside = np.concatenate([[float(run.start)], music.tempo.beats[within], [float(run.end)]])
        first = 1 if beats else 0  # where two runs meet the knot is there already
        beats += list(inside[first:] - float(run.earlier_beats))
        seconds += list(music.tempo.to_seconds(inside)[first:] - run.earlier)
    return TempoMap(np.array(beats), np.array(seconds))


def _notes(notes: Notes, kept: Sequence[_Kept], *, open_end: bool) -> Notes:
    """The notes that begin in what stays; none sounds past a place where the music is cut, but for the last."""
    onset, duration, beat, rows = [], [], [], []
    for run in kept:
        opens = -np.inf if run.seconds == 0.0 else float(run.start) - 1e-9
        ends = np.inf if run is kept[-1] and open_end else float(run.end) - 1e-9
        at = np.flatnonzero((notes.beat >= opens) & (notes.beat < ends))
        rings = np.inf if run is kept[-1] else run.seconds_end
        onset.append(np.maximum(notes.onset[at] - run.earlier, 0.0))  # graces come before the first beat
        duration.append(np.minimum(notes.duration[at], np.maximum(rings - notes.onset[at], 0.03)))
        beat.append(notes.beat[at] - float(run.earlier_beats))
        rows.append(at)
    row = np.concatenate(rows)
    return Notes(
        *(np.concatenate(onset), np.concatenate(duration), np.concatenate(beat)),
        *(notes.pitch[row], notes.velocity[row], notes.channel[row], notes.program[row]),
    )


def _before(now: Floats, kept: Sequence[_Kept]) -> Floats:
    """When what sounds at `now` sounded in the whole music [s]."""
    begins = np.array([run.seconds - run.earlier for run in kept])
    which = np.clip(np.searchsorted(begins, now, side="right") - 1, 0, None)
    return np.asarray(now + np.array([run.earlier for run in kept])[which], dtype=np.float64)


def _curve(curve: Floats, kept: Sequence[_Kept], duration: float, *, open_end: bool) -> Floats:
    """A curve of the music at `CURVE_RATE`, cut."""
    if len(curve) == 0:
        return curve
    now = np.arange(max(1, round(duration * CURVE_RATE))) / CURVE_RATE
    heard = np.interp(_before(now, kept) * CURVE_RATE, np.arange(len(curve)), curve)
    if not open_end:  # what still rings dies away
        heard *= np.clip((duration - now) / RING, 0.0, 1.0)
    return frozen_array(heard)


def _moments(moments: Floats, kept: Sequence[_Kept], *, open_end: bool) -> Floats:
    """The moments that stay [s]."""
    parts = []
    for run in kept:
        ends = np.inf if run is kept[-1] and open_end else run.seconds_end
        parts.append(moments[(moments >= run.seconds) & (moments < ends)] - run.earlier)
    return np.concatenate(parts)


def _phrases(music: Music, kept: Sequence[_Kept]) -> Iterable[Phrase]:
    """The phrases, or what is left of each."""
    for phrase in music.phrases:
        for run in kept:
            first, last = max(phrase.first, run.first), min(phrase.last, run.last)
            if first > last:
                continue
            span = Span(max(phrase.span.start, run.start), min(phrase.span.end, run.end))
            yield Phrase(
                first - run.earlier_bars,
                last - run.earlier_bars,
                span.shifted(-run.earlier_beats),
                music.seconds_at(span.start) - run.earlier,
                music.seconds_at(span.end) - run.earlier,
            )


def _recording(music: Music, kept: Sequence[_Kept], duration: float) -> NDArray[np.float32]:
    """The sound of a recording, cut and blended."""
    assert music.recording is not None
    sound, rate = music.recording, music.rate
    out = np.zeros((round(duration * rate), sound.shape[1]), dtype=np.float32)
    blend = round(JOIN * rate)
    for run, after in [*pairwise(kept), (kept[-1], None)]:
        at, source = round((run.seconds - run.earlier) * rate), round(run.seconds * rate)
        end = len(sound) if after is None else min(len(sound), round(run.seconds_end * rate) + blend)
        part = sound[source : min(end, source + len(out) - at)].copy()
        if run is not kept[0]:
            rise = np.linspace(0.0, 1.0, min(blend, len(part)), dtype=np.float32)[:, None]
            part[: len(rise)] *= rise
        if after is not None:
            fall = np.linspace(1.0, 0.0, min(blend, len(part)), dtype=np.float32)[:, None]
            part[len(part) - len(fall) :] *= fall
        out[at : at + len(part)] += part
    if kept[-1].last != music.layout.last:
        tail = round(RING * rate)
        out[len(out) - tail :] *= np.linspace(1.0, 0.0, tail, dtype=np.float32)[:, None] ** 2
    out.setflags(write=False)
    return out
