"""Counts are exact, and bar:beat and beats are two names of one place."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petipa.counts import Bar, Bars, Count, Metre, Span, parse_beat, write_beat

METRES = st.sampled_from([Metre(2, 4), Metre(3, 4), Metre(4, 4), Metre(6, 8), Metre(5, 8), Metre(3, 2)])
PLACES = st.fractions(min_value=-40, max_value=400, max_denominator=96)


@st.composite
def layouts(draw: st.DrawFn) -> Bars:
    """Bars of changing metres, perhaps after a pick-up, perhaps with a short bar among them."""
    metres = draw(st.lists(METRES, min_size=1, max_size=12))
    bars = []
    pickup = draw(st.fractions(min_value=0, max_value=metres[0].beats - Fraction(1, 4), max_denominator=8))
    if pickup:
        bars.append(Bar(0, -pickup, metres[0], pickup))
    start = Fraction(0)
    for number, metre in enumerate(metres, start=1):
        length = Fraction(metre.beats) - draw(st.sampled_from([0, 0, 0, 1])) * Fraction(1, 2)
        bars.append(Bar(number, start, metre, length))
        start += length
    return Bars(tuple(bars))


@given(layouts(), PLACES)
def test_bar_beat_and_beats_are_inverse(bars: Bars, beats: Fraction) -> None:
    assert bars.beats(bars.count(beats)) == beats


@given(layouts(), PLACES, PLACES)
def test_order_is_kept(bars: Bars, a: Fraction, b: Fraction) -> None:
    assert (bars.count(a) < bars.count(b)) == (a < b)


@given(layouts(), PLACES)
def test_a_place_lies_in_its_bar(bars: Bars, beats: Fraction) -> None:
    bar = bars.bar_at(beats)
    assert bar.start <= beats < bar.end


@given(st.fractions(min_value=0, max_value=10**5, max_denominator=1000))
def test_beats_are_read_as_written(value: Fraction) -> None:
    assert parse_beat(write_beat(value)) == value


@given(st.integers(0, 9999), st.fractions(min_value=1, max_value=64, max_denominator=96))
def test_counts_are_read_as_written(bar: int, beat: Fraction) -> None:
    assert Count.parse(str(Count(bar, beat))) == Count(bar, beat)


@given(layouts())
def test_bars_sum_to_the_piece(bars: Bars) -> None:
    assert sum((bar.length for bar in bars), Fraction(0)) == bars.span.length


def test_a_pickup_is_the_end_of_a_bar() -> None:
    bars = Bars.regular(metre=Metre(3, 4), number=8, pickup=Fraction(1))
    assert bars.count(Fraction(-1)) == Count(0, Fraction(3))
    assert bars.beats(Count(0, Fraction(3))) == -1
    assert bars.pickup == 1


@pytest.mark.parametrize("text", ["", "3", "3/0", "3/5", "0/4", "a/b", "3/4/4", "65/4", "-3/4"])
def test_what_is_no_metre(text: str) -> None:
    with pytest.raises(ValueError, match="metre"):
        Metre.parse(text)


@pytest.mark.parametrize("text", ["", ":1", "x", "7:", "7:0", "7:1/0", "7:-1", "7:1:1", "7:1/2/3", "1" * 400])
def test_what_is_no_count(text: str) -> None:
    if text == "7:":
        assert Count.parse(text) == Count(7)
        return
    with pytest.raises(ValueError, match="count"):
        Count.parse(text)


def test_metres() -> None:
    assert Metre.parse("6/8").quarters == 3
    assert Metre(6, 8).compound
    assert Metre(6, 8).pulse == 3
    assert not Metre(3, 4).compound
    assert str(Metre(3, 4)) == "3/4"


def test_spans() -> None:
    span = Span(Fraction(1), Fraction(4))
    assert span.length == 3
    assert Fraction(1) in span
    assert Fraction(4) not in span
    assert not span.overlaps(Span(Fraction(4), Fraction(5)))
    assert span.shifted(Fraction(2)) == Span(Fraction(3), Fraction(6))
    with pytest.raises(ValueError, match="span"):
        Span(Fraction(2), Fraction(1))


def test_bars_must_follow_each_other() -> None:
    one = Bar(1, Fraction(0), Metre(3, 4), Fraction(3))
    with pytest.raises(ValueError, match="follow"):
        Bars((one, Bar(2, Fraction(4), Metre(3, 4), Fraction(3))))
    with pytest.raises(ValueError, match="at least one"):
        Bars(())
