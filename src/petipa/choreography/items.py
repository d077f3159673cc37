"""The grammar of items: steps, holds, bars danced again, groups."""

from __future__ import annotations

import re
from dataclasses import replace

from petipa.choreography.findings import Code, Finding
from petipa.choreography.model import GroupItem, HoldItem, Item, SameItem, StepItem, Where, Wishes
from petipa.choreography.reader import Reader, SlipError, covering, shown, whole_number
from petipa.choreography.wishes import MOST_TIMES, free_words, wish_ahead, wishes_of
from petipa.lexicon import plain

DEEPEST = 8

_NAMES_TOO = ("releve", "fondu")
"""Wishes that are steps where they stand alone."""


def _name(reader: Reader) -> tuple[str, Where]:
    first = reader.where
    last = first
    words: list[str] = []
    while not reader.done and len(words) < 8:
        token = reader.peek()
        assert token is not None
        if token.kind == "sign" and token.text == "-" and words and reader.plain(1):
            reader.take()
            continue
        if token.kind not in ("word", "number") or (words and wish_ahead(reader) and not _leads_on(reader)):
            break
        if token.kind == "number" and not words:
            break
        words.append(free_words(token.text))
        last = reader.take().where
    return " ".join(words), covering(first, last)


def _skip_item(reader: Reader) -> None:
    while not reader.done and not reader.sign(",", ";"):
        reader.take()


def _same(reader: Reader, *, breath: bool, where: Where) -> SameItem:
    reader.words("bars") or reader.words("bar")
    token = reader.peek()
    if token is None or token.kind != "number":
        raise reader.slip("after “same as” the bars should stand", "same as 1-8", code=Code.SAME_AS)
    first = whole_number(reader.take().text, reader, most=100_000, what="bar", where=token.where)
    last = first
    if reader.sign("-", "–"):
        reader.take()
        token = reader.peek()
        if token is None or token.kind != "number":
            raise reader.slip("after the dash the last bar should stand", "same as 1-8", code=Code.SAME_AS)
        last = whole_number(reader.take().text, reader, most=100_000, what="bar", where=token.where)
    if last < first:
        raise reader.slip("these bars run backwards", f"same as {last}-{first}", code=Code.SAME_AS, where=token.where)
    other = backwards = False
    while True:
        if (
            reader.words("other", "side")
            or reader.words("to", "the", "other", "side")
            or reader.words("on", "the", "other", "side")
        ):
            other = True
        elif reader.words("reversed") or reader.words("reverse"):
            backwards = True
        elif not reader.words("and"):
            break
    end = reader.tokens[reader.at - 1].where
    return SameItem(first, last, other, backwards, breath, covering(where, end))


def items_of(reader: Reader, *, depth: int, found: list[Finding]) -> tuple[Item, ...]:
    """Items up to the end of the line or a closing bracket."""
    items: list[Item] = []
    breath = False
    while not reader.done and not reader.sign(")"):
        before = reader.at
        try:
            item = _item(reader, items, breath=breath, depth=depth, found=found)
            if item is not None:
                items.append(item)
            if not reader.done and not reader.sign(",", ";", ")"):
                token = reader.peek()
                assert token is not None
                raise reader.slip(
                    f"“{shown(token.text)}” is not understood here",
                    "a comma between steps; R or L, a direction, /beats, arms or head after a step",
                )
        except SlipError as slip:
            found.append(slip.finding)
            if slip.finding.code is Code.TOO_MUCH:
                reader.at = len(reader.tokens)
                break
            reader.at = max(reader.at, before + 1)
            _skip_item(reader)
        breath = False
        while reader.sign(",", ";"):
            breath = reader.take().text == ";" or breath
    return tuple(items)


def _item(reader: Reader, items: list[Item], *, breath: bool, depth: int, found: list[Finding]) -> Item | None:
    where = reader.where
    if reader.sign("("):
        if depth >= DEEPEST:
            raise reader.slip(f"brackets are nested more than {DEEPEST} deep", "fewer brackets", code=Code.TOO_MUCH)
        reader.take()
        inner = items_of(reader, depth=depth + 1, found=found)
        if not reader.sign(")"):
            raise reader.slip("this bracket is not closed", ")", where=where)
        reader.take()
        times = 1
        if (match := re.fullmatch(r"x(\d+)|(\d+)x", reader.plain())) is not None:
            digits = match[1] or match[2]
            times = whole_number(digits, reader, most=MOST_TIMES, what="a number of times of", where=reader.where)
            reader.take()
        elif reader.plain() == "twice":
            reader.take()
            times = 2
        if not inner:
            raise reader.slip("there is nothing between these brackets", "(balancé R, balancé L) x2", where=where)
        return GroupItem(inner, times, breath, where)
    if reader.plain() in ("same", "repeat") and (reader.words("same", "as") or reader.words("repeat")):
        return _same(reader, breath=breath, where=where)
    if reader.plain() in ("hold", "held"):
        reader.take()
        if reader.plain().isalpha() and not wish_ahead(reader) and reader.plain() != "and":
            # "hold attitude croisée": the pose, held.
            name, named = _name(reader)
            wishes, _ = wishes_of(reader)
            return StepItem(name, replace(wishes, hold=True), 1, breath, named)
        wishes, _ = wishes_of(reader)
        return HoldItem(replace(wishes, hold=False), breath, where)
    manege = reader.plain() == "manege" and not reader.sign(":", ahead=1)
    if manege:
        reader.take()
        reader.words("of")
    number = 1
    token = reader.peek()
    if token is None or (manege and reader.sign(",", ";", ")")):
        raise reader.slip("a manège should say of what it is", "manège of 8 piqué turns R", where=where)
    if token.kind == "number":
        following = reader.peek(1)
        if following is not None and following.kind == "word":
            number = whole_number(token.text, reader, most=MOST_TIMES, what="a number of steps of", where=token.where)
            reader.take()
    turns = _double(reader)
    if turns is None and token.kind != "number" and plain(token.text) not in _NAMES_TOO and wish_ahead(reader):
        _speak_of_last(reader, items)
        return None
    name, named = _name(reader)
    if not name:
        raise reader.slip(f"“{shown(reader.peek().text if reader.peek() else '')}” is no step", "the name of a step")  # type: ignore[union-attr]
    wishes, _ = wishes_of(reader)
    if turns is not None:
        wishes = wishes.over(Wishes(turns=turns))
    return StepItem(name, replace(wishes, manege=wishes.manege or manege), number, breath, named)


def _double(reader: Reader) -> int | None:
    """The number that a "double" or "triple" before a name stands for; None where there is none, or no name."""
    if reader.plain() == "releve" or not _leads_on(reader):
        return None
    return {"double": 2, "triple": 3}[reader.take().plain]


def _leads_on(reader: Reader) -> bool:
    """Whether a word comes next that belongs to the one after it, as in battement *double* frappé."""
    if reader.plain() not in ("double", "triple", "releve") or not reader.plain(1):
        return False
    if reader.plain(1) in ("and", "with"):
        return False
    reader.at += 1
    wish = wish_ahead(reader)
    reader.at -= 1
    return not wish


def _speak_of_last(reader: Reader, items: list[Item]) -> None:
    where = reader.where
    wishes, _ = wishes_of(reader)
    if not items or not isinstance(items[-1], (StepItem, HoldItem)):
        raise reader.slip("there is no step before this that it could speak of", "a step first", where=where)
    last = items[-1]
    merged = wishes.over(last.wishes)
    items[-1] = replace(last, wishes=merged)
