"""No music at all: a plain click with chords, so that counts can be heard."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from petipa.counts import Metre
from petipa.errors import MusicError
from petipa.music.model import Confidence, Music
from petipa.music.symbolic import TEMPO_MAX, TEMPO_MIN, Score, ScoreBar, ScoreNotes, ScoreTempo, perform

_PROGRESSION = (
    (48, (60, 64, 67)),
    (45, (60, 64, 69)),
    (50, (62, 65, 69)),
    (43, (59, 65, 67)),
    (52, (59, 64, 67)),
    (53, (60, 65, 69)),
    (43, (59, 62, 65)),
    (48, (60, 64, 67)),
)
"""Bass and chord for eight bars in C: I vi ii V7 iii IV V7 I."""

_WOOD_HIGH, _WOOD_LOW = 76, 77


def click_music(*, tempo: float, metre: Metre, bars: int) -> Music:
    """A click on every beat and a chord on every bar, ended by a last chord.

    Parameters
    ----------
    tempo : float
        Written beats a minute.
    metre : Metre
    bars : int
        Number of bars danced; the last chord falls on the first beat after them.

    Raises
    ------
    MusicError
        If the tempo or the number of bars is out of all reason.
    """
    quarters_a_minute = tempo * float(metre.beat_quarters)
    if not TEMPO_MIN <= quarters_a_minute <= TEMPO_MAX:
        raise MusicError(f"a tempo of {tempo:g} cannot be danced", would_work="a tempo such as 'tempo 120 3/4'")
    if not 1 <= bars <= 2000:
        raise MusicError(f"{bars} bars cannot be danced", would_work="between 1 and 2000 bars")
    unit = float(metre.beat_quarters)
    rows: list[tuple[float, float, int, int, int]] = []  # quarter, length, pitch, velocity, channel
    for bar in range(bars + 1):
        start = bar * float(metre.quarters)
        bass, chord = _PROGRESSION[bar % 8] if bar < bars else _PROGRESSION[0]
        long = float(metre.quarters) if bar < bars else 4.0
        rows.append((start, unit if bar < bars else long, bass, 74 if bar % 8 == 0 else 66, 0))
        for beat in range(metre.beats if bar < bars else 1):
            strong = beat == 0
            pulse = beat % metre.pulse == 0
            if bar < bars:
                wood = _WOOD_HIGH if strong else _WOOD_LOW
                rows.append((start + beat * unit, 0.1, wood, 100 if strong else 70 if pulse else 45, 9))
            if bar == bars or (not strong and pulse) or metre.beats == 1:
                rows.extend((start + beat * unit, unit * 0.8 if bar < bars else long, p, 48, 0) for p in chord)
    table = np.array(rows)
    score = Score(
        title=f"{tempo:g} beats a minute in {metre}",
        source="click",
        kind="click",
        bars=(ScoreBar(metre, metre.quarters),) * (bars + 1),
        pickup=False,
        tempi=(ScoreTempo(0.0, quarters_a_minute),),
        notes=ScoreNotes(
            table[:, 0], table[:, 1], np.zeros(len(table)), table[:, 2], table[:, 3], table[:, 4], np.zeros(len(table))
        ),
        confidence=Confidence(1.0, 1.0, 1.0),
    )
    return perform(score)


def bars_needed(beats: Fraction, metre: Metre) -> int:
    """How many bars a click must have for a dance of so many beats."""
    return max(1, int(-(-beats // metre.beats)))
