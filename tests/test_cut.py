"""Music cut for a dance: what stays is the same music, counted anew."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petipa.choreography import parse, write
from petipa.errors import MusicError
from petipa.music import Music, cut, read_music, shipped_piece
from petipa.production import check_of

RANGES = st.lists(
    st.tuples(st.integers(1, 48), st.integers(0, 20)).map(lambda r: (r[0], min(48, r[0] + r[1]))), max_size=4
)


@cache
def waltz(*, pickup: bool) -> Music:
    """The shipped piece, with its bar lines moved by a beat if it shall have a pick-up."""
    return read_music(shipped_piece(), metre="3/4", first_downbeat=0.5) if pickup else read_music(shipped_piece())


def stay(music: Music, ranges: list[tuple[int, int]]) -> list[int]:
    """The numbers of the bars that are not cut."""
    gone = {number for first, last in ranges for number in range(first, last + 1)}
    return [bar.number for bar in music.bars if bar.number not in gone]


def begun(music: Music, number: int) -> list[tuple[float, int]]:
    """What begins in a bar: beat within it, and pitch."""
    bar = music.layout.bar(number)
    start, end = float(bar.start), float(bar.end)
    at = (music.notes.beat >= start - 1e-6) & (music.notes.beat < end - 1e-6)
    places = np.round(music.notes.beat[at] - start, 6)
    return sorted(zip(places.tolist(), music.notes.pitch[at].tolist(), strict=True))


@settings(max_examples=60)
@given(RANGES, st.booleans())
def test_the_bars_that_stay_are_what_they_were(ranges: list[tuple[int, int]], pickup: bool) -> None:
    whole = waltz(pickup=pickup)
    ranges = [(first, min(last, whole.layout.last)) for first, last in ranges if first <= whole.layout.last]
    old = stay(whole, ranges)
    if not [number for number in old if number > 0]:
        with pytest.raises(MusicError, match="every bar is cut"):
            cut(whole, ranges)
        return
    heard = cut(whole, ranges)
    assert len(heard.bars) == len(old)
    assert heard.pickup == whole.pickup
    for bar, number in zip(heard.bars, old, strict=True):
        before = next(one for one in whole.bars if one.number == number)
        assert (bar.metre, bar.length) == (before.metre, before.length)
        assert bar.seconds_end - bar.seconds == pytest.approx(before.seconds_end - before.seconds, abs=1e-6)
        if number > 0 or number == 0 == heard.bars[0].number:
            assert begun(heard, bar.number) == begun(whole, number), f"bar {bar.number}, which was {number}"


@settings(max_examples=40)
@given(RANGES)
def test_everything_heard_lies_within_what_stays(ranges: list[tuple[int, int]]) -> None:
    whole = waltz(pickup=False)
    if not stay(whole, ranges):
        return
    heard = cut(whole, ranges)
    end = heard.bars[-1].seconds_end
    assert end - 1e-6 <= heard.duration <= end + 3.0
    assert 0.0 <= heard.last_chord < heard.duration
    for moments in (heard.accents, heard.cadences):
        assert np.all(np.diff(moments) >= 0) and np.all((moments >= 0) & (moments <= heard.duration))
    assert np.all(heard.notes.onset < end)
    covered = [number for phrase in heard.phrases for number in range(phrase.first, phrase.last + 1)]
    assert covered == [bar.number for bar in heard.bars]
    for one, after in zip(heard.phrases, heard.phrases[1:], strict=False):
        assert one.span.end <= after.span.start and one.seconds_end == pytest.approx(after.seconds, abs=1e-6)
    frames = len(heard.loudness)
    assert frames == len(heard.density) == pytest.approx(heard.duration * 60, abs=1)


def test_cut_twice_is_cut_at_once() -> None:
    whole = waltz(pickup=False)
    at_once, twice = cut(whole, [(9, 12), (21, 30)]), cut(cut(whole, [(21, 30)]), [(9, 12)])
    assert at_once.layout == twice.layout
    assert at_once.phrases == twice.phrases
    assert np.allclose(at_once.notes.onset, twice.notes.onset)
    assert at_once.duration == pytest.approx(twice.duration)
    assert cut(whole, ()) is whole


def test_a_recording_is_joined_without_a_gap_or_a_click() -> None:
    whole = waltz(pickup=False)
    t = np.arange(round(whole.duration * whole.rate)) / whole.rate
    tone = np.repeat(0.4 * np.sin(2 * np.pi * 97.0 * t)[:, None], 2, axis=1).astype(np.float32)
    recorded = replace(whole, recording=tone, kind="audio")
    heard = cut(recorded, [(9, 12), (40, 48)])
    assert len(heard.samples) == round(heard.duration * heard.rate)
    join = whole.seconds(9)
    earlier = whole.seconds(13) - join
    a, b = round((join - 0.1) * whole.rate), round((join + 0.1) * whole.rate)
    assert np.array_equal(heard.samples[:a], tone[:a])
    late = round(earlier * whole.rate)
    assert np.abs(heard.samples[b : 2 * b] - tone[b + late : 2 * b + late]).max() < 0.02
    slope = float(np.abs(np.diff(tone[:, 0])).max())
    assert np.abs(np.diff(heard.samples[:, 0])).max() < 3.0 * slope, "a step in the sound is heard as a click"
    assert np.abs(heard.samples[-400:]).max() < 1e-3, "it dies away"


@pytest.mark.parametrize(
    ("ranges", "told", "mend"),
    [([(40, 60)], "bars 40 to 60 cannot be cut: it has bars 1 to 48", "cut 40-48"), ([(1, 48)], "every bar", "leave")],
)
def test_what_cannot_be_cut_is_said(ranges: list[tuple[int, int]], told: str, mend: str) -> None:
    with pytest.raises(MusicError) as caught:
        cut(waltz(pickup=False), ranges)
    assert told in caught.value.what and mend in str(caught.value.would_work)
    assert "waltz.musicxml" in str(caught.value.where)


def test_the_heading_says_what_is_cut(tmp_path: Path) -> None:
    text = 'petipa 1\nmusic "waltz.musicxml"\ncut 5 – 20,  30\n1 plié\n25 relevé\n'
    read = parse(text)
    assert read.cut == ((5, 20), (30, 30))
    assert "cut      5-20, 30" in write(read)
    assert parse(write(read)).cut == read.cut
    path = tmp_path / "short.ballet"
    path.write_text(text.replace("25 relevé", "25 relevé\n40 plié"), encoding="utf-8")
    assert any("40" in finding.message and finding.where.line == 6 for finding in check_of(path))
