"""Musical time as exact fractions: metres, counts, spans, bars.

A *beat* here is the written beat: the note value under the metre's stroke, a quarter in 3/4, an eighth in 6/8.
Beats are counted from the first beat of bar 1, which is 0; the pick-up has negative beats. A `Count` is how a
musician says it, ``bar:beat``, with both starting from 1; the pick-up is the end of bar 0.

>>> bars = Bars.regular(metre=Metre(3, 4), number=48)
>>> bars.beats(Count(7, Fraction(2)))
Fraction(19, 1)
>>> str(bars.count(Fraction(37, 2)))
'7:1+1/2'
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import total_ordering

_NUMBER = re.compile(r"^(?:(\d{1,6})\+)?(\d{1,6})(?:/(\d{1,6})|\.(\d{1,6}))?$")
_METRE = re.compile(r"^(\d{1,3})/(\d{1,3})$")


def parse_beat(text: str) -> Fraction:
    """The exact number written as ``2``, ``3/2``, ``1+1/2`` or ``1.5``.

    Raises
    ------
    ValueError
        For anything else.
    """
    found = _NUMBER.match(text.strip())
    if found is None or (found[3] is not None and int(found[3]) == 0):
        raise ValueError(f"'{text}' is not a count; written as 2, 3/2, 1+1/2 or 1.5")
    whole, first, denominator, decimals = found.groups()
    if decimals is not None:
        value = Fraction(f"{first}.{decimals}")
    else:
        value = Fraction(int(first), int(denominator or 1))
    return value + int(whole or 0)


def write_beat(value: Fraction) -> str:
    """`value` as `parse_beat` reads it, the whole part first: ``1+1/2``."""
    whole, rest = divmod(value, 1)
    if rest == 0:
        return str(whole)
    return f"{whole}+{rest}" if whole else str(rest)


@dataclass(frozen=True)
class Metre:
    """How many beats a bar has, and of which note value: 3/4, 2/4, 6/8.

    Parameters
    ----------
    beats : int
        Beats in a bar, 1 to 64.
    unit : int
        Note value of a beat: 1, 2, 4, 8, 16, 32 or 64.
    """

    beats: int
    unit: int

    def __post_init__(self) -> None:
        if not 1 <= self.beats <= 64 or self.unit not in (1, 2, 4, 8, 16, 32, 64):
            raise ValueError(f"{self.beats}/{self.unit} is not a metre; 2/4, 3/4, 4/4 and 6/8 are")

    @classmethod
    def parse(cls, text: str) -> Metre:
        """The metre written as ``3/4``.

        Raises
        ------
        ValueError
            For anything else.
        """
        found = _METRE.match(text.strip())
        if found is None:
            raise ValueError(f"'{text}' is not a metre; 2/4, 3/4, 4/4 and 6/8 are")
        return cls(int(found[1]), int(found[2]))

    def __str__(self) -> str:
        return f"{self.beats}/{self.unit}"

    @property
    def beat_quarters(self) -> Fraction:
        """Length of a beat in quarter notes."""
        return Fraction(4, self.unit)

    @property
    def quarters(self) -> Fraction:
        """Length of a bar in quarter notes."""
        return self.beats * self.beat_quarters

    @property
    def compound(self) -> bool:
        """Whether beats are felt in threes: 6/8, 9/8, 12/8."""
        return self.unit >= 8 and self.beats % 3 == 0 and self.beats > 3

    @property
    def pulse(self) -> int:
        """Written beats in one felt pulse: 3 in compound metres and quick 3/8, else 1."""
        return 3 if self.compound or (self.beats, self.unit) == (3, 8) else 1


@total_ordering
@dataclass(frozen=True)
class Count:
    """A place in the music as a musician says it: bar and beat, both from 1; bar 0 holds the pick-up."""

    bar: int
    beat: Fraction = Fraction(1)

    @classmethod
    def parse(cls, text: str) -> Count:
        """The count written ``7``, ``7:1`` or ``7:2+1/2``.

        Raises
        ------
        ValueError
            For anything else, and for a beat below 1.
        """
        bar, _, beat = text.strip().partition(":")
        if not re.fullmatch(r"\d{1,6}", bar):
            raise ValueError(f"'{text}' is not a count; written as bar:beat, such as 7:1 or 7:2+1/2")
        value = parse_beat(beat) if beat else Fraction(1)
        if value < 1:
            raise ValueError(f"'{text}' is not a count; the first beat of a bar is 1")
        return cls(int(bar), value)

    def __str__(self) -> str:
        return f"{self.bar}:{write_beat(self.beat)}"

    def __lt__(self, other: Count) -> bool:
        return (self.bar, self.beat) < (other.bar, other.beat)


@dataclass(frozen=True)
class Span:
    """A half-open stretch of beats, from `start` up to but not including `end`."""

    start: Fraction
    end: Fraction

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"a span cannot end ({self.end}) before it starts ({self.start})")

    @property
    def length(self) -> Fraction:
        """Length in beats."""
        return self.end - self.start

    def __contains__(self, beats: Fraction) -> bool:
        return self.start <= beats < self.end

    def overlaps(self, other: Span) -> bool:
        """Whether the two share any time."""
        return self.start < other.end and other.start < self.end

    def shifted(self, beats: Fraction) -> Span:
        """The same length, `beats` later."""
        return Span(self.start + beats, self.end + beats)


@dataclass(frozen=True)
class Bar:
    """One bar: its number, the beat it starts on, its metre, and how many beats it really has."""

    number: int
    start: Fraction
    metre: Metre
    length: Fraction

    @property
    def end(self) -> Fraction:
        """Beats from bar 1 beat 1 at which the next bar starts."""
        return self.start + self.length


@dataclass(frozen=True)
class Bars:
    """The bars of a piece in order, and the way between ``bar:beat`` and beats.

    Places before the first and after the last bar are answered as if its metre went on, so that a dancer may
    prepare before the music and hold her pose after it.

    Parameters
    ----------
    bars : tuple of Bar
        Consecutive; numbers rise by one; bar 1 starts on beat 0. A pick-up is bar 0.
    """

    bars: tuple[Bar, ...]
    _starts: tuple[Fraction, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.bars:
            raise ValueError("music needs at least one bar")
        for before, after in zip(self.bars, self.bars[1:], strict=False):
            if before.end != after.start or before.number + 1 != after.number:
                raise ValueError(f"bar {after.number} does not follow bar {before.number}")
        if any(bar.length <= 0 for bar in self.bars):
            raise ValueError("every bar needs a length above 0")
        if self.bars[0].number not in (0, 1) or (self.bars[0].number == 1 and self.bars[0].start != 0):
            raise ValueError("bar 1 starts on beat 0, and only a pick-up may come before it")
        if self.bars[0].number == 0 and (self.bars[0].end != 0 or self.bars[0].length > self.bars[0].metre.beats):
            raise ValueError("a pick-up ends on beat 0 and is no longer than a bar")
        object.__setattr__(self, "_starts", tuple(bar.start for bar in self.bars))

    @classmethod
    def regular(cls, *, metre: Metre, number: int, pickup: Fraction = Fraction(0)) -> Bars:
        """`number` bars of one metre, after a pick-up of `pickup` beats if that is not 0."""
        bars = [Bar(i + 1, Fraction(i * metre.beats), metre, Fraction(metre.beats)) for i in range(number)]
        if pickup:
            bars.insert(0, Bar(0, -pickup, metre, pickup))
        return cls(tuple(bars))

    def __iter__(self) -> Iterator[Bar]:
        return iter(self.bars)

    def __len__(self) -> int:
        return len(self.bars)

    @property
    def pickup(self) -> Fraction:
        """Beats before bar 1, 0 if there is no pick-up."""
        return -self.bars[0].start

    @property
    def last(self) -> int:
        """Number of the last bar."""
        return self.bars[-1].number

    @property
    def span(self) -> Span:
        """From the first beat (of the pick-up) to the end of the last bar."""
        return Span(self.bars[0].start, self.bars[-1].end)

    def bar(self, number: int) -> Bar:
        """Bar `number`; beyond either end, the bar that would be there if the metre went on."""
        first, last = self.bars[0], self.bars[-1]
        if number > last.number:
            size = Fraction(last.metre.beats)
            return Bar(number, last.end + (number - last.number - 1) * size, last.metre, size)
        if number < max(first.number, 1):
            if number == first.number:
                return first
            # Before bar 1 whole bars are counted back, so that a pick-up is the end of a whole bar 0.
            size = Fraction(first.metre.beats)
            return Bar(number, (number - 1) * size, first.metre, size)
        return self.bars[number - first.number]

    def beats(self, count: Count) -> Fraction:
        """Beats from bar 1 beat 1 to `count`."""
        bar = self.bar(count.bar)
        if count.bar < 1:
            # In a pick-up of one beat in 3/4 that beat is counted 3.
            return bar.end - bar.metre.beats + count.beat - 1
        return bar.start + count.beat - 1

    def bar_at(self, beats: Fraction) -> Bar:
        """The bar that sounds at `beats`."""
        if beats >= self.bars[-1].end:
            last = self.bars[-1]
            return self.bar(last.number + 1 + int((beats - last.end) // last.metre.beats))
        if beats < self.bars[0].start:
            metre = self.bars[0].metre
            number = int(beats // metre.beats) + 1
            size = Fraction(metre.beats)
            return Bar(number, (number - 1) * size, metre, size)  # for bar 0 the silence before a pick-up belongs to it
        return self.bars[bisect.bisect_right(self._starts, beats) - 1]

    def count(self, beats: Fraction) -> Count:
        """The ``bar:beat`` of a place given in beats from bar 1 beat 1."""
        bar = self.bar_at(beats)
        if bar.number < 1:
            return Count(bar.number, beats - bar.end + bar.metre.beats + 1)
        return Count(bar.number, beats - bar.start + 1)

    def metre_at(self, beats: Fraction) -> Metre:
        """The metre in force at `beats`."""
        return self.bar_at(beats).metre
