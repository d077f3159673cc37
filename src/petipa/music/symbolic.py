"""From a score (bars, tempi and notes in quarter notes) to `Music`.

Readers of every symbolic format build a `Score`; everything that follows is the same for all of them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from petipa.counts import Bar, Bars, Metre
from petipa.errors import MusicError
from petipa.music import analysis
from petipa.music.limits import check_length
from petipa.music.model import Confidence, Floats, Music, Notes, TempoMap

RING = 1.8
"""Time the last chord may ring after its written end [s]."""

TEMPO_MIN, TEMPO_MAX = 10.0, 480.0
"""Quarter notes a minute; a tempo outside is a mistake in the file."""


@dataclass(frozen=True)
class ScoreBar:
    """A bar as it is played: metre and real length [quarters]."""

    metre: Metre
    quarters: Fraction


@dataclass(frozen=True)
class ScoreTempo:
    """From `quarter` on (from the start of the score), `qpm` quarter notes a minute."""

    quarter: float
    qpm: float


def seconds_of(tempi: Sequence[ScoreTempo], quarters: Floats) -> Floats:
    """Quarters to seconds under piecewise constant tempi, the first of which is at quarter 0; any shape."""
    starts = np.array([one.quarter for one in tempi])
    pace = 60.0 / np.array([one.qpm for one in tempi])
    base = np.concatenate([[0.0], np.cumsum(np.diff(starts) * pace[:-1])])
    which = np.clip(np.searchsorted(starts, quarters, side="right") - 1, 0, None)
    return np.asarray(base[which] + (quarters - starts[which]) * pace[which])


@dataclass(frozen=True, eq=False)
class ScoreNotes:
    """Columns of equal length (N,): times in quarters from the start of the score; `lead` [s] moves grace notes."""

    quarter: Floats
    length: Floats
    lead: Floats
    pitch: Floats
    velocity: Floats
    channel: Floats
    program: Floats


@dataclass(frozen=True)
class Score:
    """What a symbolic file says, repeats already unfolded.

    Attributes
    ----------
    bars : tuple of ScoreBar
        The first is a pick-up if it is shorter than its metre and `pickup` is true.
    written : ScoreNotes or None
        The notes without what only ornaments add, where there are ornaments: phrases and accents are heard in these.
    origin : float
        Quarters before the first bar begins (sound that comes before the grid, such as a first grace note).
    """

    title: str
    source: str
    kind: str
    bars: tuple[ScoreBar, ...]
    pickup: bool
    tempi: tuple[ScoreTempo, ...]
    notes: ScoreNotes
    confidence: Confidence
    remarks: tuple[str, ...] = ()
    origin: float = 0.0
    written: ScoreNotes | None = None


def lay_out(bars: tuple[ScoreBar, ...], *, pickup: bool) -> Bars:
    """Bars in beats: bar 1 starts at 0, a pick-up is bar 0."""
    lengths = [bar.quarters / bar.metre.beat_quarters for bar in bars]
    start = -lengths[0] if pickup else Fraction(0)
    out = []
    for number, (bar, length) in enumerate(zip(bars, lengths, strict=True), start=0 if pickup else 1):
        out.append(Bar(number, start, bar.metre, length))
        start += length
    return Bars(tuple(out))


def regroup(score: Score, *, metre: Metre | None, pickup: Fraction | None) -> Score:
    """The score in other bars, when the user knows better than the file: `metre`, and `pickup` in beats."""
    if metre is None and pickup is None:
        return score
    if pickup is not None and not 0 <= pickup < (metre or score.bars[0].metre).beats:
        raise MusicError(
            f"a pick-up of {pickup} beats is no pick-up", where=score.source, would_work="less than a bar, such as 1"
        )
    chosen = metre or score.bars[1 if score.pickup and len(score.bars) > 1 else 0].metre
    total = sum((bar.quarters for bar in score.bars), Fraction(0))
    if pickup is None:
        first = score.bars[0].quarters if score.pickup else Fraction(0)
    else:
        first = pickup * chosen.beat_quarters
    bars = [ScoreBar(chosen, first)] if first else []
    bars.extend([ScoreBar(chosen, chosen.quarters)] * max(1, math.ceil((total - first) / chosen.quarters)))
    return replace(
        score,
        bars=tuple(bars),
        pickup=bool(first),
        confidence=replace(score.confidence, metre=1.0 if metre else score.confidence.metre, downbeat=1.0),
    )


def retime(score: Score, *, tempo: float | None) -> Score:
    """The score with `tempo` [written beats a minute] for its first tempo, later ones in proportion."""
    if tempo is None:
        return score
    first = score.bars[1 if score.pickup and len(score.bars) > 1 else 0].metre
    factor = tempo * float(first.beat_quarters) / score.tempi[0].qpm
    return replace(score, tempi=tuple(ScoreTempo(one.quarter, one.qpm * factor) for one in score.tempi))


def perform(score: Score) -> Music:
    """The music a score stands for.

    Raises
    ------
    MusicError
        If there are no notes, or it lasts too long.
    """
    raw = score.notes
    if len(raw.quarter) == 0:
        raise MusicError(
            "there are no notes in it", where=score.source, would_work="a file with music, or 'tempo 120 3/4' without"
        )
    layout = lay_out(score.bars, pickup=score.pickup)

    # Beats along quarters: straight lines between bar lines.
    edges = np.concatenate([[0.0], np.cumsum([float(bar.quarters) for bar in score.bars])]) + score.origin
    edge_beats = np.array([float(bar.start) for bar in layout] + [float(layout.span.end)])
    to_beats = TempoMap(edges, edge_beats)

    tempi = sorted(score.tempi, key=lambda one: one.quarter)
    knots = np.unique(np.concatenate([edges, [one.quarter for one in tempi], [0.0]]))
    end = max(float(np.max(raw.quarter + raw.length)), float(edges[-1]))
    knots = np.append(knots[knots < end - 1e-9], end)
    starts = np.array([one.quarter for one in tempi])
    which = np.clip(np.searchsorted(starts, knots[:-1] + 1e-9, side="right") - 1, 0, None)
    pace = np.clip(np.array([one.qpm for one in tempi])[which], TEMPO_MIN, TEMPO_MAX)
    seconds = np.concatenate([[0.0], np.cumsum(np.diff(knots) * 60.0 / pace)])
    seconds -= np.interp(0.0, knots, seconds)
    check_length(float(seconds[-1] - min(seconds[0], 0.0)), where=score.source)

    clock = TempoMap(knots, seconds)
    onset = clock.to_seconds(raw.quarter) - raw.lead
    # The sound begins at 0, so grace notes before the first beat push everything later.
    late = max(0.0, -float(np.min(onset)))
    tempo = TempoMap(to_beats.to_seconds(knots), seconds + late)

    def timed(columns: ScoreNotes) -> Notes:
        begun = clock.to_seconds(columns.quarter) - columns.lead + late
        return Notes(
            begun,
            np.maximum(clock.to_seconds(columns.quarter + columns.length) + late - begun, 0.03),
            to_beats.to_seconds(columns.quarter),
            np.asarray(columns.pitch, dtype=np.int64),
            np.clip(np.asarray(columns.velocity, dtype=np.int64), 1, 127),
            np.asarray(columns.channel, dtype=np.int64),
            np.asarray(columns.program, dtype=np.int64),
        )

    notes = timed(raw)
    duration = float(np.max(notes.onset + notes.duration)) + RING
    plain = notes if score.written is None else timed(score.written)
    heard = analysis.hear_notes(plain, layout=layout, tempo=tempo, duration=duration)
    return Music(
        title=score.title,
        source=score.source,
        kind=score.kind,
        layout=layout,
        tempo=tempo,
        duration=duration,
        notes=notes,
        loudness=heard.loudness,
        density=heard.density,
        accents=heard.accents,
        last_chord=heard.last_chord,
        phrases=heard.phrases,
        cadences=heard.cadences,
        confidence=score.confidence,
        remarks=score.remarks,
    )
