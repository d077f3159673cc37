"""A file without a metre is counted by its notes, and never says that it is certain."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from benchmarks.barring import made, right

from petipa.counts import Metre
from petipa.music import read_music, shipped_piece
from petipa.music.barring import reckon
from petipa.music.midi import write_midi

NONE = np.zeros(0)


def test_dances_are_in_two_or_three_as_they_were_made() -> None:
    told = [right(metre, pickup, found) for seed in (200, 201, 202) for _, metre, pickup, found in made(seed)]
    assert np.mean([kind for _, kind, _ in told]) >= 0.9
    assert np.mean([down for *_, down in told]) >= 0.85


def test_what_is_reckoned_wrongly_is_not_certain() -> None:
    for seed in (200, 201, 202):
        for name, metre, pickup, found in made(seed):
            assert right(metre, pickup, found)[1] or found.sure_metre < 0.5, name
            assert 0.0 <= found.sure_downbeat <= found.sure_metre < 0.9


@pytest.mark.parametrize("upbeat", [0, 1, 2])
def test_a_waltz_without_its_metre_is_a_waltz(tmp_path: Path, upbeat: int) -> None:
    """The first strain of the shipped waltz as a bare MIDI file, begun so many beats before a bar line."""
    notes = read_music(shipped_piece()).notes
    later = (notes.beat >= 3 * 4 - upbeat) & (notes.beat < 3 * 20)
    columns = {
        name: getattr(notes, name)[later] for name in ("beat", "pitch", "velocity", "channel", "program", "duration")
    }
    onset = (columns["beat"] - (3 * 4 - upbeat)) * 0.5
    path = tmp_path / "bare.mid"
    path.write_bytes(write_midi(replace(notes, onset=onset, **columns)))
    music = read_music(path)
    assert str(music.metre) == "3/4"
    assert music.seconds(1) == pytest.approx(upbeat * 0.5)
    assert music.confidence.metre < 0.9
    assert any("3/4 is reckoned from its notes" in remark for remark in music.remarks)
    # What the user says goes before it.
    assert str(read_music(path, metre="2/4").metre) == "2/4"
    assert read_music(path, metre="2/4").confidence.metre == 1.0


def test_notes_by_chance_and_next_to_no_notes_have_no_certain_metre() -> None:
    rng = np.random.default_rng(4)
    for number in (0, 1, 5, 400):
        quarter = np.sort(rng.integers(0, 400, number) / 2.0)
        pitch = rng.integers(40, 90, number)
        found = reckon(quarter, np.full(number, 0.5), pitch, np.full(number, 80.0), np.zeros(number, dtype=np.int64))
        assert found.sure_metre < 0.5 and found.sure_downbeat < 0.5
    drums = reckon(np.arange(64) / 2.0, np.full(64, 0.1), np.full(64, 38), np.full(64, 80.0), np.full(64, 9))
    assert drums.sure_metre < 0.5
    assert reckon(NONE, NONE, NONE.astype(np.int64), NONE, NONE.astype(np.int64)).metre == Metre(4, 4)
