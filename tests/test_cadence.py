"""Cadences: chords one can write down end as the books say, in every key, and dances end as they were written."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from benchmarks.cadences import made, right

from petipa.counts import Bars, Metre, Span
from petipa.music import Notes, describe, read_music, shipped_piece
from petipa.music.cadence import Cadence, Close, cadences_of
from petipa.music.model import Phrase

CHORDS = {
    "I": (0, 4, 7), "ii": (2, 5, 9), "IV": (5, 9, 12), "V": (7, 11, 14), "V7": (7, 11, 14, 17), "vi": (9, 12, 16),
    "i": (0, 3, 7), "iv": (5, 8, 12), "VI": (8, 12, 15),
}  # fmt: skip


def ends(chords: Sequence[str], *, tonic: int = 0) -> Cadence:
    """The cadence of a phrase of one chord a bar, a bass and three beats, as a waltz has it."""
    rows: list[tuple[float, float, int]] = []
    for bar, name in enumerate(chords):
        tones = [one + tonic for one in CHORDS[name]]
        rows.append((3.0 * bar, 1.0, 36 + tones[0]))
        rows += [(3.0 * bar + beat, 0.8, 48 + tone) for beat in (1, 2) for tone in tones]
        rows.append((3.0 * bar, 2.8, 72 + tones[bar % 3]))
    beat, length, pitch = (np.array(column) for column in zip(*rows, strict=True))
    none = np.zeros(len(beat), dtype=np.int64)
    notes = Notes(0.5 * beat, 0.5 * length, beat, pitch, none + 80, none, none)
    phrase = Phrase(1, len(chords), Span(0, 1), 0.0, 1.0)
    return cadences_of((phrase,), notes, Bars.regular(metre=Metre(3, 4), number=len(chords)))[0]


@pytest.mark.parametrize("tonic", [0, 3, 7, 10])
@pytest.mark.parametrize(
    ("chords", "close"),
    [
        ("I IV I V7 I IV V7 I", Close.AUTHENTIC),
        ("I IV I V7 I ii I V", Close.HALF),
        ("I V7 I V7 I I IV I", Close.PLAGAL),
        ("I IV V7 I IV I V7 vi", Close.DECEPTIVE),
        ("i iv i V7 i iv V7 i", Close.AUTHENTIC),
        ("i iv i V7 i iv i V", Close.HALF),
        ("i iv V7 i iv i V7 VI", Close.DECEPTIVE),
    ],
)
def test_a_phrase_ends_as_the_books_say(chords: str, close: Close, tonic: int) -> None:
    heard = ends(chords.split(), tonic=tonic)
    assert heard.close is close
    assert 0.4 <= heard.confidence <= 0.9


def test_dances_end_as_they_were_written_and_doubt_is_told() -> None:
    rows = [row for seed in (300, 301) for row in made(seed)]
    assert np.mean([right(*row) for row in rows]) >= 0.8
    sure = [right(*row) for row in rows if row[1].confidence >= 0.7]
    unsure = [right(*row) for row in rows if row[1].confidence < 0.5]
    assert len(sure) > 0.3 * len(rows)
    assert np.mean(sure) >= 0.9
    assert not unsure or np.mean(unsure) < np.mean(sure)


def test_what_is_told_of_a_score_and_not_of_a_recording() -> None:
    told = [one["cadence"] for one in describe(read_music(shipped_piece()))["phrases"]]
    assert all(one["kind"] in [close.value for close in Close] and 0.0 <= one["confidence"] <= 1.0 for one in told)
    assert told[-1]["kind"] == "authentic", "the waltz ends on its tonic"
    phrase = Phrase(1, 4, Span(0, 1), 0.0, 1.0)
    assert cadences_of((phrase,), Notes.none(), Bars.regular(metre=Metre(3, 4), number=4)) == ()


def test_bars_without_notes_end_openly() -> None:
    one = Notes(*(np.array([x]) for x in (0.0, 0.5, 0.0)), *(np.array([x]) for x in (60, 80, 0, 0)))
    phrases = (Phrase(1, 4, Span(0, 1), 0.0, 1.0), Phrase(5, 8, Span(0, 1), 0.0, 1.0))
    heard = cadences_of(phrases, one, Bars.regular(metre=Metre(3, 4), number=8))
    assert [cadence.close for cadence in heard] == [Close.OPEN, Close.OPEN]
    assert heard[1].confidence == 0.0
