"""Writing it down: lines of bars, what returns said as a return, and a word above each part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from petipa.choreographer.commission import Commission, Technique
from petipa.choreographer.form import Passage, Role
from petipa.choreographer.quality import Line
from petipa.choreography import (
    Choreography,
    Finish,
    Heading,
    Layout,
    Phrase,
    Position,
    SameItem,
    Start,
    StepItem,
    Wishes,
)
from petipa.choreography.model import StanceWish
from petipa.counts import Bars
from petipa.floor import BodyDirection
from petipa.lexicon import Lexicon, Place, Side
from petipa.music import Music

SAID = {
    Role.ENTRANCE: "Entrance.",
    Role.THEME: "The theme.",
    Role.CONTRAST: "Contrast.",
    Role.BUILD: "The build.",
    Role.CLIMAX: "The climax.",
    Role.CODA: "Coda.",
}


def opening(wished: Commission, music: Music, start: int = 0) -> tuple[tuple[Heading, ...], Start]:
    """The head of the text, and where she begins: to the audience's right, or the other side."""
    side = (Side.R, Side.L)[start]
    said = {"title": wished.title or music.title or "Variation", "music": wished.music, "cut": wished.cut}
    if music.metre.beats == 3 and not music.metre.compound:
        said["counting"] = "bars"
    said |= {"dancer": wished.dancer, "school": wished.school.value}
    said |= {"level": wished.level.value} if wished.level is not Technique.SOLOIST else {}
    said |= {"mood": wished.mood.value if wished.mood else "", "seed": str(wished.seed) if wished.seed else ""}
    for key in ("include", "avoid", "only"):
        said[key] = ", ".join(getattr(wished, key))
    written = {one.key for one in wished.head}
    headings = [*wished.head, *(Heading(key, value) for key, value in said.items() if value and key not in written)]
    stance = StanceWish(place=Place.FIFTH, front=side)
    return tuple(headings), Start(
        f"upstage {side.other.word}", stance, Wishes(body=BodyDirection.CROISE, arms="preparatory")
    )


def phrase_of(line: Line, bars: Bars, lexicon: Lexicon) -> Phrase:
    """A line of the text: whole bars where it fills them, and lengths only where they are not the usual ones."""
    items = line.motif.danced(other=line.other, pulse=line.pulse, length=line.end - line.start)
    first = bars.bar_at(line.start)
    last = bars.bar_at(line.end - Fraction(1, 64))
    if line.start == first.start and line.end == last.end:
        position = Position(first.number, None, last.number if last.number != first.number else None)
        if _usual(items, lexicon, str(first.metre), Fraction(first.metre.beats)):
            items = tuple(replace(item, wishes=replace(item.wishes, length=None)) for item in items)
    else:
        position = Position(first.number, line.start - first.start + 1)
    return Phrase(items, position)


def _usual(items: Sequence[StepItem], lexicon: Lexicon, metre: str, size: Fraction) -> bool:
    """Whether a reader would give these steps these lengths without their being said."""
    lengths = [item.wishes.length for item in items for _ in range(item.number)]
    weights = [lexicon.sought(item.name).beats_in(metre, bar=size) for item in items for _ in range(item.number)]
    return len(set(lengths)) == 1 and len(set(weights)) == 1


def score(
    wished: Commission,
    music: Music,
    lexicon: Lexicon,
    passages: Sequence[Passage],
    lines: Sequence[Line],
    *,
    start: int,
    written_out: frozenset[int] = frozenset(),
) -> Choreography:
    """The whole as a choreography; bars danced again are said as a teacher does: same as, other side.

    Parameters
    ----------
    written_out : frozenset of int
        Bars at which a return is written out after all.
    """
    headings, begin = opening(wished, music, start)
    phrases: list[Phrase] = []
    k = 0
    while k < len(lines):
        plain = music.layout.bar_at(lines[k].start).number in written_out
        again = None if plain else _return(lines, k, music.layout)
        if again is not None:
            earlier, count = again
            span = Line(
                lines[k].motif, False, lines[k].start, lines[k + count - 1].end, lines[k].passage, lines[k].pulse
            )
            first, last = music.layout.bar_at(lines[earlier].start), _last(lines[earlier + count - 1], music.layout)
            item = SameItem(first.number, last, other_side=lines[k].other != lines[earlier].other)
            here = music.layout.bar_at(span.start)
            phrase = Phrase((item,), Position(here.number, None, _last(lines[k + count - 1], music.layout)))
        else:
            count = 1
            phrase = phrase_of(lines[k], music.layout, lexicon)
        if k == 0 or lines[k].passage != lines[k - 1].passage:
            phrase = replace(phrase, layout=Layout(above=_said(passages, lines[k].passage), gap=True))
        phrases.append(phrase)
        k += count
    side = Side.L if lines and lines[-1].other else Side.R
    pose = StepItem("final pose", Wishes(side=side))
    bow = StepItem("révérence", Wishes(side=Side.R), breath=True)
    return Choreography(headings, begin, tuple(phrases), Finish((pose, bow)))


def _said(passages: Sequence[Passage], number: int) -> tuple[str, ...]:
    """What stands above a passage; nothing where it goes on with what the one before began."""
    here, before = passages[number], passages[:number]
    alike = [one for one in before if one.label == here.label and one.role is here.role]
    if here.role is Role.THEME and any(one.role is Role.THEME for one in before):
        return ("The theme again." if alike else "And an answer to it.",)
    if before and before[-1].role is here.role:
        return ()
    return (SAID[here.role],)


def _last(line: Line, bars: Bars) -> int:
    return bars.bar_at(line.end - Fraction(1, 64)).number


def _return(lines: Sequence[Line], k: int, bars: Bars) -> tuple[int, int] | None:
    """The earliest run of lines that those from `k` on repeat, or its other side, and how many they are."""
    best: tuple[int, int] | None = None
    for earlier in range(k):
        count = 0
        flipped = lines[k].other != lines[earlier].other
        while (
            k + count < len(lines)
            and earlier + count < k
            and lines[k + count].passage == lines[k].passage
            and lines[earlier + count].passage == lines[earlier].passage
            and lines[k + count].motif == lines[earlier + count].motif
            and (lines[k + count].other != lines[earlier + count].other) == flipped
            and lines[k + count].end - lines[k + count].start
            == lines[earlier + count].end - lines[earlier + count].start
        ):
            count += 1
        if (
            (count >= 2 or len(lines[k].motif.items) >= 4)
            and count
            and (best is None or count > best[1])
            and _whole(lines, earlier, count, bars)
        ):
            if _whole(lines, k, count, bars):
                best = (earlier, count)
    return best


def _whole(lines: Sequence[Line], first: int, count: int, bars: Bars) -> bool:
    start, end = lines[first].start, lines[first + count - 1].end
    return bars.bar_at(start).start == start and bars.bar_at(end - Fraction(1, 64)).end == end
