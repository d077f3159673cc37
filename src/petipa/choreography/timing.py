"""Which step falls on which beat: lines become slots, each with its place in the music.

A step that says its length gets it. The others share what is left of their bars in proportion to the counts the lexicon
gives them in this metre, on whole beats where that is possible. `same as` copies the slots of earlier bars.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from petipa.choreography.findings import Code, Finding
from petipa.choreography.model import (
    Choreography,
    GroupItem,
    HoldItem,
    Item,
    Phrase,
    Position,
    SameItem,
    StepItem,
    Where,
    Wishes,
)
from petipa.choreography.naming import completed
from petipa.choreography.turning import other_wishes, reversed_step
from petipa.counts import Bars, Count, Metre
from petipa.lexicon import Lexicon

# More than an hour of solo dancing; a text that asks for more is not meant to be danced.
MOST_SLOTS = 5_000
_SMALLEST = Fraction(1, 4)


@dataclass(frozen=True)
class Slot:
    """A step with its beat, before anything unsaid is filled in.

    Parameters
    ----------
    name : str
        As written; "stand" for a hold that changes arms or facing.
    wishes : Wishes
        What is said of it, the line's wishes included.
    at : Fraction
        Beats from bar 1 beat 1.
    where : Where
        In the text.
    number : int
        How often it was asked for in a row; a written side then binds the first only where feet must alternate.
    repeat : int
        Which of that number this is, from 0.
    source : int or None
        Index of the slot this one repeats, for `same as`.
    other_side, backwards : bool
        How it differs from its source.
    diagonal : bool
        Whether its line is a diagonal.
    after : bool
        Whether it comes after the music.
    """

    name: str
    wishes: Wishes
    at: Fraction
    where: Where
    number: int = 1
    repeat: int = 0
    source: int | None = None
    other_side: bool = False
    backwards: bool = False
    diagonal: bool = False
    after: bool = False


@dataclass(frozen=True)
class _Share:
    """One item on its way to a beat: its fixed length, or else its weight."""

    item: StepItem | SameItem
    fixed: Fraction | None
    weight: Fraction
    repeat: int = 0


def bars_of(choreography: Choreography, *, number: int | None = None) -> Bars:
    """Bars for a text without music: its own metre (4/4 if none is written), as many as its lines name."""
    metre = choreography.metre or Metre(4, 4)
    upbeat = choreography.upbeat or Fraction(0)
    return Bars.regular(metre=metre, number=number or max(choreography.last_bar, 1), pickup=upbeat)


class Timeline:
    """Works through a choreography's lines in order; used once by `slots`."""

    def __init__(
        self, choreography: Choreography, lexicon: Lexicon, bars: Bars, *, final: Fraction | None, found: list[Finding]
    ) -> None:
        self.choreography = choreography
        self.lexicon = lexicon
        self.bars = bars
        self.final = final
        self.found = found
        self.slots: list[Slot] = []
        self.cursor: Fraction = bars.span.start
        self.full = False

    def run(self) -> tuple[Slot, ...]:
        """All slots in the order of the music."""
        phrases = self.choreography.phrases
        for number, phrase in enumerate(phrases):
            following = phrases[number + 1].position if number + 1 < len(phrases) else None
            if following is None and self.choreography.finish and number + 1 == len(phrases):
                following = self.choreography.finish.position
            self._phrase(phrase, following)
        self._finish()
        return tuple(self.slots)

    def _begin(self, position: Position) -> Fraction:
        if position.beat is None:
            return self.bars.bar(position.bar).start
        return self.bars.beats(Count(position.bar, position.beat))

    def _end(self, position: Position) -> Fraction | None:
        if position.last_bar is not None:
            if position.last_beat is None:
                return self.bars.bar(position.last_bar).end
            return self.bars.beats(Count(position.last_bar, position.last_beat)) + 1
        return self.bars.bar(position.bar).end if position.beat is None else None

    def _fits_bar(self, position: Position, where: Where) -> None:
        for bar, beat in ((position.bar, position.beat), (position.last_bar, position.last_beat)):
            if bar is not None and beat is not None and beat >= self.bars.bar(bar).metre.beats + 1:
                self.found.append(
                    Finding(
                        Code.POSITION,
                        f"bar {bar} has no beat {beat}: it is in {self.bars.bar(bar).metre}",
                        f"beats 1 to {self.bars.bar(bar).metre.beats}",
                        where,
                    )
                )

    def _phrase(self, phrase: Phrase, following: Position | None) -> None:
        begin, end = self.cursor, None
        if phrase.position is not None:
            self._fits_bar(phrase.position, phrase.where)
            begin, end = self._begin(phrase.position), self._end(phrase.position)
            over = self.bars.count(self.cursor)
            if begin < self.cursor and self.slots:
                self.found.append(
                    Finding(
                        Code.ORDER,
                        f"bar {phrase.position.bar} comes before the line above is over, at {over}",
                        "lines in the order of the music, without overlap",
                        phrase.where,
                    )
                )
                return
            empty = begin - max(self.cursor, self.bars.span.start)
            if self.slots and empty >= 2 * self.bars.bar_at(self.cursor).length:
                self.found.append(
                    Finding(
                        Code.NOTHING_WRITTEN,
                        f"nothing is written from {self.bars.count(self.cursor)} to here; she stands still",
                        "a step or a hold for these bars",
                        phrase.where,
                    )
                )
        shares = self._shares(phrase.items, begin)
        natural = sum((s.fixed if s.fixed is not None else s.weight for s in shares), Fraction(0))
        if end is None:
            limit = self._begin(following) if following is not None else None
            end = limit if limit is not None and begin < limit < begin + natural else begin + natural
        self._place(shares, begin, end, phrase)
        self.cursor = end

    def _flat(self, items: Sequence[Item], out: list[StepItem | HoldItem | SameItem], budget: int) -> int:
        for item in items:
            if isinstance(item, GroupItem):
                for _ in range(item.times):
                    budget = self._flat(item.items, out, budget)
                    if budget <= 0:
                        return 0
            else:
                out.append(item)
                budget -= 1
        return budget

    def _shares(self, items: Sequence[Item], begin: Fraction) -> list[_Share]:
        flat: list[StepItem | HoldItem | SameItem] = []
        if self._flat(items, flat, MOST_SLOTS) <= 0:
            self._too_many(items[0].where)
        bar = self.bars.bar_at(begin)
        metre, size = str(bar.metre), Fraction(bar.metre.beats)
        shares: list[_Share] = []
        for item in flat:
            if len(shares) + len(self.slots) >= MOST_SLOTS:
                self._too_many(item.where)
                break
            if isinstance(item, SameItem):
                length = self.bars.bar(item.last).end - self.bars.bar(item.first).start
                shares.append(_Share(item, length, length))
            elif isinstance(item, HoldItem):
                self._hold(item, shares, size)
            else:
                item = completed(item, self.lexicon, self.choreography.school)
                entry = self.lexicon.find(item.name, self.choreography.school)
                weight = entry.beats_in(metre, bar=size) if entry is not None else size
                end = item.wishes.end
                if end is not None and end.pose is not None:
                    shares += self._into_pose(item, weight, metre, size)
                    continue
                for repeat in range(item.number):
                    shares.append(_Share(item, item.wishes.length, weight, repeat))
        return shares

    def _into_pose(self, item: StepItem, weight: Fraction, metre: str, size: Fraction) -> list[_Share]:
        """A step that ends in a pose: the step, then the pose, sharing the length that is written."""
        end = item.wishes.end
        assert end is not None and end.pose is not None
        pose = StepItem(end.pose, Wishes(side=end.free_side, hold=item.wishes.hold), 1, False, item.where)
        pose = completed(pose, self.lexicon, self.choreography.school)
        entry = self.lexicon.find(pose.name, self.choreography.school)
        more = entry.beats_in(metre, bar=size) if entry is not None else size
        step = replace(item, wishes=replace(item.wishes, end=None, hold=False))
        whole = item.wishes.length
        fixed = (
            (whole * weight / (weight + more), whole * more / (weight + more)) if whole is not None else (None, None)
        )
        shares = [_Share(step, None, weight, repeat) for repeat in range(item.number - 1)]
        return [*shares, _Share(step, fixed[0], weight, item.number - 1), _Share(pose, fixed[1], more)]

    def _too_many(self, where: Where) -> None:
        if not self.full:
            self.full = True
            self.found.append(
                Finding(Code.TOO_MUCH, f"this comes to more than {MOST_SLOTS} steps", "fewer repeats", where)
            )

    def _hold(self, item: HoldItem, shares: list[_Share], size: Fraction) -> None:
        said = replace(item.wishes, length=None)
        if shares and isinstance(shares[-1].item, StepItem) and said == Wishes():
            last = shares[-1]
            step = last.item
            assert isinstance(step, StepItem)
            held = replace(step, wishes=replace(step.wishes, hold=True))
            if item.wishes.length is not None:
                # The pose keeps its own counts and the hold adds its own to them.
                shares[-1] = replace(last, item=held, fixed=(last.fixed or last.weight) + item.wishes.length)
            elif last.fixed is not None:
                shares[-1] = replace(last, item=held, fixed=last.fixed + size)
            else:
                shares[-1] = replace(last, item=held, weight=last.weight + size)
        else:
            stand = StepItem("stand", replace(item.wishes, hold=True), 1, item.breath, item.where)
            shares.append(_Share(stand, item.wishes.length, size))

    def _lengths(self, shares: Sequence[_Share], total: Fraction, where: Where) -> list[Fraction]:
        fixed = sum((s.fixed for s in shares if s.fixed is not None), Fraction(0))
        free = [s for s in shares if s.fixed is None]
        rest = total - fixed
        if rest < 0 or (free and rest == 0):
            self.found.append(
                Finding(
                    Code.TOO_FEW_COUNTS,
                    f"the lengths written here come to {fixed} beats and the line has {total}",
                    "shorter lengths, or more bars for the line",
                    where,
                )
            )
            scale = total / (fixed + sum((s.weight for s in free), Fraction(0))) if total > 0 else Fraction(0)
            return [(s.fixed if s.fixed is not None else s.weight) * scale for s in shares]
        shared = iter(_apportion([s.weight for s in free], rest))
        return [s.fixed if s.fixed is not None else next(shared) for s in shares]

    def _place(self, shares: Sequence[_Share], begin: Fraction, end: Fraction, phrase: Phrase) -> None:
        at = begin
        only_same = len(shares) == 1 and isinstance(shares[0].item, SameItem)
        if only_same:
            item = shares[0].item
            assert isinstance(item, SameItem)
            if (shares[0].fixed or 0) != end - begin and phrase.position is not None:
                self.found.append(
                    Finding(
                        Code.SAME_AS,
                        f"bars {item.first}-{item.last} last {shares[0].fixed} beats and there are {end - begin} here",
                        "as many bars here as there",
                        item.where,
                    )
                )
            self._copy(item, begin, end)
            return
        for share, length in zip(shares, self._lengths(shares, end - begin, phrase.where), strict=True):
            if isinstance(share.item, SameItem):
                self._copy(share.item, at, at + length)
            else:
                wishes = replace(share.item.wishes.over(phrase.all), length=share.fixed)
                self.slots.append(
                    Slot(
                        share.item.name,
                        wishes,
                        at,
                        share.item.where,
                        share.item.number,
                        share.repeat,
                        diagonal=phrase.diagonal,
                    )
                )
            at += length

    def _copy(self, item: SameItem, begin: Fraction, end: Fraction) -> None:
        first, last = self.bars.bar(item.first).start, self.bars.bar(item.last).end
        if last > begin:
            self.found.append(
                Finding(
                    Code.SAME_AS,
                    f"bars {item.first}-{item.last} are not over when this begins",
                    "bars that have been danced before",
                    item.where,
                )
            )
            return
        chosen = [(i, s) for i, s in enumerate(self.slots) if first <= s.at < last and s.at - first + begin < end]
        if not chosen:
            self.found.append(
                Finding(
                    Code.SAME_AS,
                    f"nothing is danced in bars {item.first}-{item.last}",
                    "bars that have steps",
                    item.where,
                )
            )
        school = self.choreography.school
        for i, slot in chosen:
            if len(self.slots) >= MOST_SLOTS:
                self._too_many(item.where)
                return
            step = StepItem(slot.name, slot.wishes)
            if item.backwards:
                step = reversed_step(step, self.lexicon, school)
            if item.other_side:
                step = replace(step, wishes=other_wishes(step.wishes, other_side=True, backwards=False, school=school))
            self.slots.append(
                replace(
                    slot,
                    name=step.name,
                    wishes=step.wishes,
                    at=begin + slot.at - first,
                    source=i,
                    other_side=item.other_side,
                    backwards=item.backwards,
                    where=item.where,
                )
            )

    def _finish(self) -> None:
        finish = self.choreography.finish
        if finish is None:
            return
        split = next((i for i, item in enumerate(finish.items) if item.breath), len(finish.items))
        poses, thanks = finish.items[:split], finish.items[split:]
        shares = self._shares(poses, self.cursor)
        if shares:
            lengths = [s.fixed if s.fixed is not None else s.weight for s in shares]
            if finish.position is not None:
                self._fits_bar(finish.position, finish.where)
                begin = self._begin(finish.position)
            else:
                chord = self.final if self.final is not None else self.bars.bar(self.bars.last).start
                # The last pose meets the last chord; what comes before it in the line leads up to it.
                begin = max(chord - sum(lengths[:-1], Fraction(0)), self.cursor)
            if begin < self.cursor:
                self.found.append(
                    Finding(
                        Code.ORDER,
                        f"the finish is at {self.bars.count(begin)}, before the line above is over",
                        "the finish after the last step",
                        finish.where,
                    )
                )
                return
            last = shares[-1].item
            if isinstance(last, StepItem):
                # A last pose is held for as long as the house lets her.
                shares[-1] = replace(shares[-1], item=replace(last, wishes=replace(last.wishes, hold=True)))
            line = Phrase(poses, None, where=finish.where)
            self._place(shares, begin, begin + sum(lengths, Fraction(0)), line)
            self.cursor = max(begin + sum(lengths[:-1], Fraction(0)) + 1, self.cursor)
        if thanks:
            bar = self.bars.bar(self.bars.last)
            begin = max(self.bars.span.end, self.cursor + bar.metre.beats)
            after = self._shares(thanks, begin)
            before = len(self.slots)
            total = sum((s.fixed if s.fixed is not None else s.weight for s in after), Fraction(0))
            # The bow comes when the sound has died away: its deepest point a breath after the end.
            begin += bar.metre.beats
            self._place(after, begin, begin + total, Phrase(thanks, None, where=finish.where))
            self.slots[before:] = [replace(s, after=True) for s in self.slots[before:]]
            self.cursor = begin + total


def _apportion(weights: Sequence[Fraction], total: Fraction) -> list[Fraction]:
    """Shares of `total` in proportion to `weights`, on whole, half or quarter beats where that is possible.

    >>> _apportion([Fraction(2), Fraction(1), Fraction(1), Fraction(2)], Fraction(6))
    [Fraction(2, 1), Fraction(1, 1), Fraction(1, 1), Fraction(2, 1)]
    """
    if not weights:
        return []
    whole = sum(weights, Fraction(0))
    exact = [w * total / whole for w in weights]
    if len(set(weights)) == 1:
        return exact
    for unit in (Fraction(1), Fraction(1, 2), _SMALLEST):
        units = total / unit
        if units.denominator != 1 or units < len(weights):
            continue
        counts = [max(1, int(e / unit)) for e in exact]
        # Hand out what is left to those that were cut most, the earlier first; take back from those raised most.
        while sum(counts) != units:
            sign = 1 if sum(counts) < units else -1
            able = [i for i in range(len(counts)) if sign > 0 or counts[i] > 1]
            i = max(able, key=lambda i: (sign * (exact[i] / unit - counts[i]), -i))
            counts[i] += sign
        return [count * unit for count in counts]
    return exact


def slots(
    choreography: Choreography, lexicon: Lexicon, bars: Bars, *, final: Fraction | None = None
) -> tuple[tuple[Slot, ...], list[Finding]]:
    """Every step on its beat, in the order of the music, and what does not fit.

    Parameters
    ----------
    choreography : Choreography
        The text.
    lexicon : Lexicon
        For the counts steps take.
    bars : Bars
        Of the music.
    final : Fraction or None
        Beat of the last chord; the first beat of the last bar if None.
    """
    found: list[Finding] = []
    return Timeline(choreography, lexicon, bars, final=final, found=found).run(), found


__all__ = ["Slot", "Timeline", "bars_of", "other_wishes", "slots"]
