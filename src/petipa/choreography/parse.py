"""The parser: recursive descent over the words of one line at a time, so that one slip spoils one line at most.

The language, in short::

    file      = version heading* [start] phrase* [finish]
    heading   = key value                                  one to a line
    start     = "start" place, stance, direction, arms ...
    phrase    = [position] [wishes ":"] item (("," | ";") item)*
    finish    = "finish" [position] [":"] item (("," | ";") item)*
    position  = bar [":" beat] ["-" bar [":" beat]]
    item      = [number] name wishes | "hold" wishes | wishes | same | "(" items ")" "x" number
    same      = "same as" bar ["-" bar] ["other side"] ["reversed"]
    wishes    = side | direction of the body | direction of the step | height | level | turns | "from" stance
              | "end" stance | "toward" place | "facing" place | "arms" words | "head" words
              | quality | "hold" | "/" beats

A number that begins a line is a bar: ": 4 piqué turns" begins with four of them. An item that is only wishes speaks of
the step before it. A line that begins with a space goes on with the one above.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from petipa.choreography.findings import Code, Finding, Findings
from petipa.choreography.model import (
    LANGUAGE,
    Choreography,
    Counting,
    Finish,
    GroupItem,
    Heading,
    HoldItem,
    Item,
    Layout,
    Phrase,
    Position,
    SameItem,
    StanceWish,
    Start,
    StepItem,
    Where,
    Wishes,
)
from petipa.choreography.scan import Line, Token, scan
from petipa.choreography.words import LEVELS, LONGEST_MODIFIER, MODIFIERS, OPENERS, PLACES, SIDES, STOPS
from petipa.counts import Metre, parse_beat
from petipa.files import MEBIBYTE, read_limited
from petipa.floor import DIRECTION_NAMES
from petipa.lexicon import Free, Level, School, Side, nearest, plain

LARGEST = MEBIBYTE
DEEPEST = 8
MOST_TIMES = 64
HEADINGS = (
    "title",
    "by",
    "music",
    "tempo",
    "metre",
    "upbeat",
    "downbeat",
    "counting",
    "dancer",
    "school",
)
_PLACE_WORDS = frozenset(
    "upstage downstage stage centre center middle front back audience right left up down the dsr dsl usr usl".split()
)
_BEAT = r"\d{1,4}(?:\+\d{1,4}/\d{1,4}|/\d{1,4}|\.\d{1,4})?"
_POSITION = re.compile(rf"(\d+)(?::({_BEAT}))?(?:\s*[-–]\s*(\d+)(?::({_BEAT}))?)?(?=\s|$)")


class _SlipError(Exception):
    """A line that cannot be read on; carries the finding. Never leaves this module."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        super().__init__(finding.message)


@dataclass(frozen=True)
class Parsed:
    """A choreography as far as it could be read, and what could not."""

    choreography: Choreography
    findings: Findings


def _spans(text: str) -> str:
    """A word as a message may show it: short, and without signs that would upset a terminal."""
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    return shown if len(shown) <= 40 else shown[:37] + "..."


class _Reader:
    """The words of one line, read from left to right."""

    def __init__(self, tokens: Sequence[Token], *, end: Where) -> None:
        self.tokens = tokens
        self.at = 0
        self.end = end

    def peek(self, ahead: int = 0) -> Token | None:
        i = self.at + ahead
        return self.tokens[i] if i < len(self.tokens) else None

    def plain(self, ahead: int = 0) -> str:
        token = self.peek(ahead)
        return token.plain if token is not None and token.kind in ("word", "number") else ""

    def sign(self, *texts: str, ahead: int = 0) -> bool:
        token = self.peek(ahead)
        return token is not None and token.kind == "sign" and token.text in texts

    def take(self) -> Token:
        token = self.tokens[self.at]
        self.at += 1
        return token

    def words(self, *wanted: str) -> bool:
        """Take these words if they come next."""
        ahead = 0
        for word in wanted:
            if self.sign("-", ahead=ahead) and ahead:
                ahead += 1
            if self.plain(ahead) != word:
                return False
            ahead += 1
        self.at += ahead
        return True

    def phrase(self, longest: int) -> Iterator[tuple[str, int]]:
        """The next words joined, longest first, with how many tokens each takes; hyphens join words."""
        found: list[tuple[str, int]] = []
        words: list[str] = []
        ahead = 0
        while len(words) < longest:
            if words and self.sign("-", ahead=ahead) and self.plain(ahead + 1):
                ahead += 1
            token = self.peek(ahead)
            if token is None or token.kind not in ("word", "number") or not token.plain:
                break
            words += token.plain.split()
            ahead += 1
            found.append((" ".join(words), ahead))
        yield from reversed(found)

    @property
    def where(self) -> Where:
        token = self.peek()
        return token.where if token is not None else self.end

    @property
    def done(self) -> bool:
        return self.at >= len(self.tokens)

    def slip(self, message: str, mend: str = "", *, code: Code = Code.SYNTAX, where: Where | None = None) -> _SlipError:
        return _SlipError(Finding(code, message, mend, where or self.where))


def _covering(first: Where, last: Where) -> Where:
    if first.line != last.line or last.column < first.column:
        return first
    return Where(first.line, first.column, last.column + last.length - first.column)


def _number(text: str, reader: _Reader, *, most: int, what: str, where: Where) -> int:
    # Python refuses to read numbers of many thousand digits; nobody counts that far.
    if len(text) > 6 or not 1 <= int(text) <= most:
        raise reader.slip(f"{what} {_spans(text)} is out of range", f"1 to {most}", code=Code.POSITION, where=where)
    return int(text)


def _beats(text: str, reader: _Reader, where: Where) -> Fraction:
    try:
        value = parse_beat(text)
    except ValueError as problem:
        raise reader.slip(str(problem), "/2, /3/2 or /1+1/2", code=Code.POSITION, where=where) from problem
    if not 0 < value <= 1000:
        raise reader.slip("a length must be above 0", "/1 for one beat", code=Code.POSITION, where=where)
    return value


def _place(reader: _Reader) -> str:
    """The words of a stage place, joined; as typed but plain."""
    words: list[str] = []
    while not reader.done:
        word = reader.plain()
        numbered = bool(words) and words[-1] in ("corner", "point", "wall", "side") and word.isdigit()
        if word in _PLACE_WORDS or word in ("corner", "point", "wall", "side") or numbered:
            words.append(word)
            reader.take()
            if numbered:
                break
        else:
            break
    if not words:
        raise reader.slip("a place on stage should stand here", "downstage right, centre, upstage left, corner 2")
    return " ".join(w for w in words if w != "the") or "downstage"


def _free_words(text: str) -> str:
    """Text of an arm position or head as kept: small letters, single spaces, composed accents."""
    return " ".join(unicodedata.normalize("NFC", text).lower().split())


def _phrase_until_stop(reader: _Reader, what: str) -> str:
    reader.words("in")
    words: list[str] = []
    while not reader.done:
        token = reader.peek()
        assert token is not None
        if token.kind == "sign" and token.text == "-" and words and reader.plain(1):
            reader.take()
            continue
        if token.kind not in ("word", "number") or (token.plain in STOPS and bool(words)):
            break
        if token.kind == "word" and re.fullmatch(r"x\d+", token.plain):
            break
        if token.text in ("R", "L") or len(words) >= 6:
            break
        words.append(_free_words(token.text))
        reader.take()
    if not words:
        raise reader.slip(
            f"after “{what}” a position should stand", f"{what} second" if what == "arms" else "head right"
        )
    return " ".join(words)


def _stance(reader: _Reader) -> StanceWish:
    """A position of the feet and how she stands in it; an empty one if the next words are none."""
    wish = StanceWish()
    while not reader.done:
        word = reader.plain()
        if wish.place is None and word in PLACES:
            reader.take()
            reader.words("position")
            wish = replace(wish, place=PLACES[word])
        elif wish.place is None and wish.free is None and word in ("open", "opened"):
            reader.take()
            wish = replace(wish, open=True)
        elif wish.front is None and wish.place is not None and word in SIDES:
            reader.take()
            reader.words("foot")
            reader.words("in", "front") or reader.words("front")
            wish = replace(wish, front=SIDES[word])
        elif wish.free is None and wish.place is None and word in ("tendu", "b", "retire", "arabesque"):
            wish = _free_leg(reader, wish)
        elif wish.level is None and (level := _level(reader)) is not None:
            wish = replace(wish, level=level)
        else:
            break
    return wish


def _free_leg(reader: _Reader, wish: StanceWish) -> StanceWish:
    word = reader.plain()
    if word == "b":
        if not reader.words("b", "plus"):
            raise reader.slip("this word is not known here", "B-plus")
        free = Free.TENDU_DERRIERE
    else:
        reader.take()
        if word == "retire":
            free = Free.RETIRE
        elif word == "arabesque":
            free = Free.ARABESQUE
        elif reader.words("derriere"):
            free = Free.TENDU_DERRIERE
        elif reader.words("a", "la", "seconde") or reader.words("seconde"):
            free = Free.TENDU_SECONDE
        else:
            reader.words("devant")
            free = Free.TENDU_DEVANT
    side: Side | None = None
    if reader.plain() in SIDES:
        side = SIDES[reader.take().plain]
        reader.words("leg")
    return replace(wish, free=free, free_side=side)


def _level(reader: _Reader) -> Level | None:
    for words, count in reader.phrase(4):
        if words in LEVELS:
            reader.at += count
            return LEVELS[words]
    return None


def _modifier_ahead(reader: _Reader) -> bool:
    """Whether the next words are a wish rather than part of a name."""
    token = reader.peek()
    if token is None:
        return False
    if token.kind == "length" or (token.kind == "number" and int(token.text[:6]) >= 15):
        return True
    if token.plain == "at" and (reader.plain(1) or "0").isdigit():
        return True
    if token.plain in OPENERS or re.fullmatch(r"x\d*|\d+x", token.plain) or token.text in ("R", "L"):
        return True
    if token.plain in ("to", "in") and reader.plain(1) in _PLACE_WORDS | {"corner", "point", "wall", "side", "the"}:
        return True
    return any(words in MODIFIERS for words, _ in reader.phrase(LONGEST_MODIFIER))


def _wishes(reader: _Reader) -> tuple[Wishes, bool]:
    """All wishes that come next, and whether "diagonal" was among them."""
    said: dict[str, object] = {}
    diagonal = False

    def say(name: str, value: object, where: Where) -> None:
        if name in said and said[name] != value:
            raise reader.slip("this says the opposite of what stands before it", "one of the two", where=where)
        said[name] = value

    while not reader.done:
        token = reader.peek()
        assert token is not None
        word = token.plain
        if token.kind == "length":
            reader.take()
            say("length", _beats(token.text[1:].strip(), reader, token.where), token.where)
        elif token.kind == "sign" and token.text == "°":
            raise reader.slip("a degree sign should follow a number", "90°")
        elif token.kind == "number" or (word == "at" and reader.plain(1).isdigit()):
            if word == "at":
                reader.take()
            number = reader.take()
            height = _number(number.text, reader, most=180, what="a height of", where=number.where)
            if reader.sign("°"):
                reader.take()
            else:
                reader.words("degrees")
            say("height", height, number.where)
        elif (turned := re.fullmatch(r"x(\d*)|(\d+)x", word)) is not None:
            reader.take()
            digits = turned[1] or turned[2] or ""
            if not digits:
                if reader.done or not reader.plain().isdigit():
                    raise reader.slip("after x a number should stand", "x2")
                digits = reader.take().text
            say(
                "turns",
                _number(digits, reader, most=MOST_TIMES, what="a number of turns of", where=token.where),
                token.where,
            )
        elif word in ("with", "and") and not reader.sign(",", ahead=1):
            reader.take()
            if not _modifier_ahead(reader):
                raise reader.slip(f"after “{token.text}” something known should stand", "with arms second")
        elif word in ("arms", "arm"):
            reader.take()
            say("arms", _phrase_until_stop(reader, "arms"), token.where)
            side = reader.peek()
            if side is not None and side.text in ("R", "L"):
                reader.take()
                said["arms_side"] = SIDES[side.plain]
        elif word == "head":
            reader.take()
            say("head", _phrase_until_stop(reader, "head"), token.where)
        elif word in ("toward", "towards") or (
            word in ("to", "in")
            and not _fixed_ahead(reader)
            and reader.plain(1) in _PLACE_WORDS | {"corner", "point", "wall"}
        ):
            reader.take()
            say("toward", _place(reader), token.where)
        elif word == "facing":
            reader.take()
            for words, count in reader.phrase(3):
                if words in DIRECTION_NAMES:
                    reader.at += count
                    say("body", DIRECTION_NAMES[words], token.where)
                    break
            else:
                say("facing", _place(reader), token.where)
        elif word in ("from", "end", "ends", "ending"):
            reader.take()
            reader.words("in")
            stance = _stance(reader)
            if not stance:
                raise reader.slip(f"after “{token.text}” a position should stand", "end fifth, from fourth")
            say("begin" if word == "from" else "end", stance, token.where)
        elif word == "diagonal":
            reader.take()
            diagonal = True
        elif word in ("on", "in", "along") and reader.plain(1) in ("the", "a") and reader.plain(2) == "diagonal":
            reader.at += 3
            diagonal = True
        elif word in SIDES:
            reader.take()
            reader.words("foot") or reader.words("leg")
            reader.words("in", "front") or reader.words("front")
            say("side", SIDES[word], token.where)
        else:
            for words, count in reader.phrase(LONGEST_MODIFIER):
                if words in MODIFIERS:
                    reader.at += count
                    name, value = MODIFIERS[words]
                    say(name, value, token.where)
                    break
            else:
                break
    return Wishes(**said), diagonal  # type: ignore[arg-type]


def _fixed_ahead(reader: _Reader) -> bool:
    return any(words in MODIFIERS for words, _ in reader.phrase(LONGEST_MODIFIER) if " " in words)


def _name(reader: _Reader) -> tuple[str, Where]:
    first = reader.where
    last = first
    words: list[str] = []
    while not reader.done and len(words) < 8:
        token = reader.peek()
        assert token is not None
        if token.kind == "sign" and token.text == "-" and words and reader.plain(1):
            reader.take()
            continue
        if token.kind not in ("word", "number") or (words and _modifier_ahead(reader)):
            break
        if token.kind == "number" and not words:
            break
        words.append(_free_words(token.text))
        last = reader.take().where
    return " ".join(words), _covering(first, last)


def _skip_item(reader: _Reader) -> None:
    while not reader.done and not reader.sign(",", ";"):
        reader.take()


def _same(reader: _Reader, *, breath: bool, where: Where) -> SameItem:
    reader.words("bars") or reader.words("bar")
    token = reader.peek()
    if token is None or token.kind != "number":
        raise reader.slip("after “same as” the bars should stand", "same as 1-8", code=Code.SAME_AS)
    first = _number(reader.take().text, reader, most=100_000, what="bar", where=token.where)
    last = first
    if reader.sign("-", "–"):
        reader.take()
        token = reader.peek()
        if token is None or token.kind != "number":
            raise reader.slip("after the dash the last bar should stand", "same as 1-8", code=Code.SAME_AS)
        last = _number(reader.take().text, reader, most=100_000, what="bar", where=token.where)
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
    return SameItem(first, last, other, backwards, breath, _covering(where, end))


def _items(reader: _Reader, *, depth: int, found: list[Finding]) -> tuple[Item, ...]:
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
                    f"“{_spans(token.text)}” is not understood here",
                    "a comma between steps; R or L, a direction, /beats, arms or head after a step",
                )
        except _SlipError as slip:
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


def _item(reader: _Reader, items: list[Item], *, breath: bool, depth: int, found: list[Finding]) -> Item | None:
    where = reader.where
    if reader.sign("("):
        if depth >= DEEPEST:
            raise reader.slip(f"brackets are nested more than {DEEPEST} deep", "fewer brackets", code=Code.TOO_MUCH)
        reader.take()
        inner = _items(reader, depth=depth + 1, found=found)
        if not reader.sign(")"):
            raise reader.slip("this bracket is not closed", ")", where=where)
        reader.take()
        times = 1
        if (match := re.fullmatch(r"x(\d+)|(\d+)x", reader.plain())) is not None:
            digits = match[1] or match[2]
            times = _number(digits, reader, most=MOST_TIMES, what="a number of times of", where=reader.where)
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
        wishes, _ = _wishes(reader)
        return HoldItem(replace(wishes, hold=False), breath, where)
    number = 1
    token = reader.peek()
    assert token is not None
    if token.kind == "number":
        following = reader.peek(1)
        if following is not None and following.kind == "word":
            number = _number(token.text, reader, most=MOST_TIMES, what="a number of steps of", where=token.where)
            reader.take()
    elif plain(token.text) != "releve" and _modifier_ahead(reader):
        _speak_of_last(reader, items)
        return None
    name, named = _name(reader)
    if not name:
        raise reader.slip(f"“{_spans(reader.peek().text if reader.peek() else '')}” is no step", "the name of a step")  # type: ignore[union-attr]
    wishes, _ = _wishes(reader)
    return StepItem(name, wishes, number, breath, named)


def _speak_of_last(reader: _Reader, items: list[Item]) -> None:
    where = reader.where
    wishes, _ = _wishes(reader)
    if not items or not isinstance(items[-1], (StepItem, HoldItem)):
        raise reader.slip("there is no step before this that it could speak of", "a step first", where=where)
    last = items[-1]
    merged = wishes.over(last.wishes)
    items[-1] = replace(last, wishes=merged)


def _position(line: Line, reader: _Reader) -> Position | None:
    """The bars at the beginning of the words left, if there are any."""
    token = reader.peek()
    if token is None or token.kind != "number":
        return None
    row = token.where.line
    # The position is matched on the typed characters: a range has no spaces a scanner could see.
    parts: list[Token] = []
    for t in reader.tokens[reader.at :]:
        touching = not parts or (parts[-1].where.column + parts[-1].where.length == t.where.column)
        dash = t.text in ("-", "–") or (parts and parts[-1].text in ("-", "–"))
        if t.where.line != row or not (touching or dash) or t.kind not in ("number", "length", "sign"):
            break
        parts.append(t)
    text = "".join(t.text for t in parts)
    match = _POSITION.fullmatch(text) or _POSITION.match(text + " ")
    whole = Where(row, token.where.column, max(1, len(text)))
    if match is None or match.end() < len(text.rstrip()):
        raise reader.slip(
            f"“{_spans(text)}” is no place in the music", "7, 7:1, 1-4 or 7:2-8:1", code=Code.POSITION, where=whole
        )
    reader.at += len(parts)
    if len(match[1]) > 6 or (match[3] and len(match[3]) > 6):
        raise reader.slip("no piece has this many bars", "", code=Code.POSITION, where=whole)
    bar, last = int(match[1]), int(match[3]) if match[3] else None
    beats = [_beats(b, reader, whole) if b else None for b in (match[2], match[4])]
    if any(b is not None and b < 1 for b in beats):
        raise reader.slip("the first beat of a bar is 1", f"{bar}:1", code=Code.POSITION, where=whole)
    if last is not None and (last < bar or (last == bar and (beats[1] or beats[0] or 1) < (beats[0] or 1))):
        raise reader.slip("these bars run backwards", f"{last}-{bar}", code=Code.POSITION, where=whole)
    if bar > 20_000 or (last or 0) > 20_000:
        raise reader.slip("no piece has this many bars", "bars up to 20000", code=Code.POSITION, where=whole)
    return Position(bar, beats[0], last, beats[1])


def _phrase(line: Line, found: list[Finding]) -> Phrase | None:
    reader = _Reader(line.tokens, end=_end_of(line))
    try:
        position = _position(line, reader)
        wishes, diagonal = Wishes(), False
        colon = next(
            (i for i, t in enumerate(line.tokens) if i >= reader.at and t.kind == "sign" and t.text == ":"), None
        )
        if colon is not None:
            head = _Reader(line.tokens[reader.at : colon], end=line.tokens[colon].where)
            wishes, diagonal = _prefix(head)
            reader.at = colon + 1
        items = _items(reader, depth=0, found=found)
        if not reader.done:
            raise reader.slip("this bracket closes nothing", "leave it out")
    except _SlipError as slip:
        found.append(slip.finding)
        return None
    if not items:
        if not any(f.where.line == line.where.line for f in found):
            found.append(Finding(Code.SYNTAX, "there is no step on this line", "the name of a step", line.where))
        return None
    return Phrase(items, position, wishes, diagonal, line.where, line.layout)


def _prefix(reader: _Reader) -> tuple[Wishes, bool]:
    wishes, diagonal = Wishes(), False
    while not reader.done:
        more, across = _wishes(reader)
        wishes, diagonal = more.over(wishes), diagonal or across
        if reader.sign(","):
            reader.take()
        elif not reader.done:
            raise reader.slip(
                f"“{_spans(reader.peek().text)}” is not understood before the colon",  # type: ignore[union-attr]
                "diagonal toward downstage right: steps",
            )
    return wishes, diagonal


def _end_of(line: Line) -> Where:
    last = line.tokens[-1].where if line.tokens else line.where
    return Where(last.line, last.column + last.length, 1)


def _start(line: Line, found: list[Finding]) -> Start | None:
    reader = _Reader(line.tokens, end=_end_of(line))
    reader.take()
    place: str | None = None
    stance, wishes = StanceWish(), Wishes()
    try:
        while not reader.done:
            before = reader.at
            if reader.sign(",", ";"):
                reader.take()
                continue
            if place is None and (reader.plain() in _PLACE_WORDS | {"corner", "point"}):
                place = _place(reader)
            elif new := _stance(reader):
                stance = StanceWish(
                    new.place or stance.place,
                    new.front or stance.front,
                    new.level or stance.level,
                    new.free or stance.free,
                    new.free_side or stance.free_side,
                    new.open or stance.open,
                )
            else:
                more, _ = _wishes(reader)
                wishes = more.over(wishes)
            if reader.at == before:
                token = reader.peek()
                assert token is not None
                raise reader.slip(
                    f"“{_spans(token.text)}” is not understood in the start",
                    "start upstage left, croisé, fifth right front, arms preparatory",
                )
    except _SlipError as slip:
        found.append(slip.finding)
    return Start(place, stance, wishes, line.where, line.layout)


def _finish(line: Line, found: list[Finding]) -> Finish | None:
    reader = _Reader(line.tokens, end=_end_of(line))
    reader.take()
    try:
        position = _position(line, reader)
        if reader.sign(":"):
            reader.take()
        items = _items(reader, depth=0, found=found)
        if not reader.done:
            raise reader.slip("this bracket closes nothing", "leave it out")
    except _SlipError as slip:
        found.append(slip.finding)
        return None
    if not items:
        found.append(
            Finding(Code.SYNTAX, "after “finish” the last pose should stand", "finish fourth croisé", line.where)
        )
        return None
    return Finish(items, position, line.where, line.layout)


def _heading_value(key: str, text: str) -> str:
    """The value of a heading as it is kept.

    Raises
    ------
    ValueError
        With what is wrong.
    """
    text = " ".join(text.split())
    if key in ("title", "by", "music"):
        if not text:
            raise ValueError("it is empty")
        return text
    small = plain(text)
    if key == "tempo":
        parts = text.split()
        if (
            not parts
            or len(parts) > 2
            or not re.fullmatch(r"\d{1,3}(\.\d{1,3})?", parts[0])
            or not 10 <= float(parts[0]) <= 400
        ):
            raise ValueError("written as beats in a minute, 10 to 400, and a metre: tempo 120 3/4")
        return " ".join([parts[0], *(str(Metre.parse(p)) for p in parts[1:])])
    if key == "metre":
        return str(Metre.parse(text))
    if key == "upbeat":
        value = parse_beat(text)
        if value > 64:
            raise ValueError("a pick-up is shorter than a bar")
        return str(value)
    if key == "downbeat":
        if not re.fullmatch(r"\d{1,4}(\.\d{1,6})?", text):
            raise ValueError("written as seconds into the sound: downbeat 1.25")
        return text
    if key == "counting":
        if small not in [c.value for c in Counting]:
            raise ValueError("counting is beats or bars")
        return small
    if key == "school":
        if small not in [s.value for s in School]:
            raise ValueError(f"the schools are {', '.join(s.value for s in School)}")
        return small
    if not re.fullmatch(r"[\w -]{1,40}", text) or not small:
        raise ValueError("a dancer's name is letters and digits")
    return small.replace(" ", "_")


def _heading(line: Line, key: str, found: list[Finding]) -> Heading | None:
    rest = line.raw[len(line.tokens[0].text) :].strip()
    # The key may have been typed in decomposed letters; find the value by the second token instead where it differs.
    if unicodedata.normalize("NFC", line.raw[: len(line.tokens[0].text)]) != line.tokens[0].text:
        rest = line.raw[line.tokens[0].where.length :].strip()
    if rest.startswith('"'):
        if len(rest) < 2 or not rest.endswith('"'):
            found.append(Finding(Code.HEADING_VALUE, "this quotation mark is not closed", 'title "Waltz"', line.where))
            return None
        rest = re.sub(r"\\(.)", r"\1", rest[1:-1])
    rest = "".join(c for c in unicodedata.normalize("NFC", rest) if c.isprintable())
    try:
        return Heading(key, _heading_value(key, rest), line.where, line.layout)
    except ValueError as problem:
        found.append(Finding(Code.HEADING_VALUE, f"{key}: {problem}", "", line.where))
        return None


def parse_tolerant(text: str, *, file: str = "") -> Parsed:
    """Read as much of a text as can be read.

    Parameters
    ----------
    text : str
        The choreography.
    file : str
        Its name, for messages.

    Returns
    -------
    Parsed
        The choreography and the findings of codes E1xx; words and dance are for `check`.
    """
    if text.startswith("\ufeff"):
        text = text[1:]
    found: list[Finding] = []
    nul = next((i for i, c in enumerate(text) if ord(c) < 32 and c not in "\t\n\r"), None)
    if nul is not None:
        row = text.count("\n", 0, nul) + 1
        column = nul - text.rfind("\n", 0, nul)
        found.append(
            Finding(Code.NOT_TEXT, "there is a byte here that is no letter", "plain text in UTF-8", Where(row, column))
        )
        text = "".join(c if ord(c) >= 32 or c in "\t\n\r" else " " for c in text)
    lines, below, slips = scan(text)
    found += slips
    headings: list[Heading] = []
    phrases: list[Phrase] = []
    start: Start | None = None
    finish: Finish | None = None
    version: int | None = None
    opening = Layout()
    for number, line in enumerate(lines):
        first = line.tokens[0]
        word = first.plain
        second = line.tokens[1] if len(line.tokens) > 1 else None
        if number == 0 and word == "petipa":
            opening = line.layout
            version = LANGUAGE
            if second is None or second.kind != "number" or second.text != str(LANGUAGE) or len(line.tokens) > 2:
                found.append(
                    Finding(
                        Code.VERSION,
                        f"this petipa reads version {LANGUAGE} of the language",
                        f"petipa {LANGUAGE}",
                        (second or first).where,
                    )
                )
            continue
        if number == 0:
            found.append(
                Finding(
                    Code.VERSION, "the first line does not say that this is a choreography", "petipa 1", first.where
                )
            )
        if word in HEADINGS and first.kind == "word":
            if phrases or start or finish:
                found.append(Finding(Code.HEADING, "headings stand before the start", "move it up", first.where))
            heading = _heading(line, word, found)
            if heading is not None and any(h.key == word for h in headings):
                found.append(Finding(Code.HEADING, f"{word} is written twice", "one of the two", first.where))
            elif heading is not None:
                headings.append(heading)
        elif word == "start":
            if start is not None or phrases:
                found.append(
                    Finding(Code.HEADING, "the start is written twice or too late", "once, above bar 1", first.where)
                )
            start = _start(line, found)
        elif word == "finish":
            if finish is not None:
                found.append(Finding(Code.HEADING, "the finish is written twice", "one of the two", first.where))
            finish = _finish(line, found) or finish
        elif first.kind == "word" and second is not None and second.kind == "string":
            close = nearest(word, HEADINGS, number=1)
            found.append(
                Finding(
                    Code.HEADING, f"“{_spans(first.text)}” is no heading", " or ".join(close or HEADINGS), first.where
                )
            )
        else:
            if finish is not None:
                found.append(
                    Finding(Code.HEADING, "there are steps after the finish", "finish as the last line", first.where)
                )
            phrase = _phrase(line, found)
            if phrase is not None:
                phrases.append(phrase)
    if not lines:
        found.append(
            Finding(
                Code.SYNTAX, "there is nothing to dance in this text", "petipa 1, a start and a phrase", Where(1, 1)
            )
        )
    choreography = Choreography(
        tuple(headings), start or Start(), tuple(phrases), finish, version or LANGUAGE, opening, below
    )
    return Parsed(choreography, Findings.of(found, source=text, file=file))


def parse(text: str, *, file: str = "") -> Choreography:
    """The choreography a text says.

    Raises
    ------
    LanguageError
        If any of it cannot be read; the message has the first finding's place, reason and mend.
    """
    parsed = parse_tolerant(text, file=file)
    parsed.findings.refuse()
    return parsed.choreography


def decode(content: bytes) -> tuple[str, list[Finding]]:
    """The text of a file's bytes, and a finding where they are not UTF-8."""
    try:
        return content.decode("utf-8"), []
    except UnicodeDecodeError as problem:
        before = content[: problem.start]
        line = before.count(b"\n") + 1
        column = len(before.rsplit(b"\n", 1)[-1].decode("utf-8", "replace")) + 1
        finding = Finding(
            Code.NOT_TEXT, "from here on this is not UTF-8 text", "save the file as UTF-8", Where(line, column)
        )
        return content.decode("utf-8", "replace"), [finding]


def read_choreography(path: str | Path) -> Parsed:
    """Read and parse a ``.ballet`` file.

    Raises
    ------
    FileError
        If it cannot be read, is empty or larger than 1 MiB.
    """
    content = read_limited(path, limit=LARGEST)
    text, found = decode(content)
    parsed = parse_tolerant(text, file=str(path))
    return Parsed(parsed.choreography, Findings.of([*found, *parsed.findings], source=text, file=str(path)))


__all__ = ["HEADINGS", "Parsed", "decode", "parse", "parse_tolerant", "read_choreography"]
