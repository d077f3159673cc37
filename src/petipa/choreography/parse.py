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
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from pathlib import Path

from petipa.choreography.findings import Code, Finding, Findings
from petipa.choreography.items import items_of
from petipa.choreography.model import (
    LANGUAGE,
    Choreography,
    Counting,
    Finish,
    Heading,
    Layout,
    Phrase,
    Position,
    StanceWish,
    Start,
    Where,
    Wishes,
)
from petipa.choreography.reader import Reader, SlipError, beats_of, shown
from petipa.choreography.scan import Line, Token, scan
from petipa.choreography.wishes import PLACE_WORDS, stage_place, stance_wish, wishes_of
from petipa.counts import Metre, parse_beat
from petipa.files import MEBIBYTE, read_limited
from petipa.lexicon import School, nearest, plain
from petipa.showing import Costume, Setting, Sound

LARGEST = MEBIBYTE
HEADINGS = (
    *("title", "by", "music", "cut", "tempo", "metre", "upbeat", "downbeat", "counting"),
    *("beats", "score", "phrases", "climax"),
    *("dancer", "school", "setting", "costume", "sound"),
    *("level", "mood", "include", "avoid", "only", "minutes", "like", "seed"),
)
WISHED = {"level": ("student", "soloist", "principal"), "mood": ("lyrical", "brilliant")}
"""Headings of wishes that are one of a few words."""
_BEAT = r"\d{1,4}(?:\+\d{1,4}/\d{1,4}|/\d{1,4}|\.\d{1,4})?"
_POSITION = re.compile(rf"(\d+)(?::({_BEAT}))?(?:\s*[-–]\s*(\d+)(?::({_BEAT}))?)?(?=\s|$)")


@dataclass(frozen=True)
class Parsed:
    """A choreography as far as it could be read, and what could not."""

    choreography: Choreography
    findings: Findings


def _position(line: Line, reader: Reader) -> Position | None:
    """The bars at the beginning of the words left, if there are any."""
    token = reader.peek()
    if token is None or token.kind != "number":
        return None
    if [t.text for t in reader.tokens[reader.at + 1 : reader.at + 2]] == ["°"]:
        return None  # a height for the whole phrase
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
            f"“{shown(text)}” is no place in the music", "7, 7:1, 1-4 or 7:2-8:1", code=Code.POSITION, where=whole
        )
    reader.at += len(parts)
    if len(match[1]) > 6 or (match[3] and len(match[3]) > 6):
        raise reader.slip("no piece has this many bars", "bars up to 20000", code=Code.POSITION, where=whole)
    bar, last = int(match[1]), int(match[3]) if match[3] else None
    beats = [beats_of(b, reader, whole) if b else None for b in (match[2], match[4])]
    if any(b is not None and b < 1 for b in beats):
        raise reader.slip("the first beat of a bar is 1", f"{bar}:1", code=Code.POSITION, where=whole)
    if last is not None and (last < bar or (last == bar and (beats[1] or beats[0] or 1) < (beats[0] or 1))):
        raise reader.slip("these bars run backwards", f"{last}-{bar}", code=Code.POSITION, where=whole)
    if bar > 20_000 or (last or 0) > 20_000:
        raise reader.slip("no piece has this many bars", "bars up to 20000", code=Code.POSITION, where=whole)
    return Position(bar, beats[0], last, beats[1])


def _phrase(line: Line, found: list[Finding]) -> Phrase | None:
    reader = Reader(line.tokens, end=_end_of(line))
    try:
        position = _position(line, reader)
        wishes, diagonal = Wishes(), False
        colon = next(
            (i for i, t in enumerate(line.tokens) if i >= reader.at and t.kind == "sign" and t.text == ":"), None
        )
        if colon is not None:
            head = Reader(line.tokens[reader.at : colon], end=line.tokens[colon].where)
            wishes, diagonal = _prefix(head)
            reader.at = colon + 1
        items = items_of(reader, depth=0, found=found)
        if not reader.done:
            raise reader.slip("this bracket closes nothing", "leave it out")
    except SlipError as slip:
        found.append(slip.finding)
        return None
    if not items:
        if not any(f.where.line == line.where.line for f in found):
            found.append(Finding(Code.SYNTAX, "there is no step on this line", "the name of a step", line.where))
        return None
    return Phrase(items, position, wishes, diagonal, line.where, line.layout)


def _prefix(reader: Reader) -> tuple[Wishes, bool]:
    wishes, diagonal = Wishes(), False
    while not reader.done:
        more, across = wishes_of(reader)
        wishes, diagonal = more.over(wishes), diagonal or across
        if reader.sign(","):
            reader.take()
        elif not reader.done:
            raise reader.slip(
                f"“{shown(reader.peek().text)}” is not understood before the colon",  # type: ignore[union-attr]
                "diagonal toward downstage right: steps",
            )
    return wishes, diagonal


def _end_of(line: Line) -> Where:
    last = line.tokens[-1].where if line.tokens else line.where
    return Where(last.line, last.column + last.length, 1)


def _start(line: Line, found: list[Finding]) -> Start | None:
    reader = Reader(line.tokens, end=_end_of(line))
    reader.take()
    place: str | None = None
    stance, wishes = StanceWish(), Wishes()
    try:
        while not reader.done:
            before = reader.at
            if reader.sign(",", ";"):
                reader.take()
                continue
            if place is None and (reader.plain() in PLACE_WORDS | {"corner", "point"}):
                place = stage_place(reader)
            elif new := stance_wish(reader):
                stance = StanceWish(
                    new.place or stance.place,
                    new.front or stance.front,
                    new.level or stance.level,
                    new.free or stance.free,
                    new.free_side or stance.free_side,
                    new.open or stance.open,
                )
            else:
                more, _ = wishes_of(reader)
                wishes = more.over(wishes)
            if reader.at == before:
                token = reader.peek()
                assert token is not None
                raise reader.slip(
                    f"“{shown(token.text)}” is not understood in the start",
                    "start upstage left, croisé, fifth right front, arms preparatory",
                )
    except SlipError as slip:
        found.append(slip.finding)
    return Start(place, stance, wishes, line.where, line.layout)


def _finish(line: Line, found: list[Finding]) -> Finish | None:
    reader = Reader(line.tokens, end=_end_of(line))
    reader.take()
    try:
        position = _position(line, reader)
        if reader.sign(":"):
            reader.take()
        items = items_of(reader, depth=0, found=found)
        if not reader.done:
            raise reader.slip("this bracket closes nothing", "leave it out")
    except SlipError as slip:
        found.append(slip.finding)
        return None
    if not items:
        found.append(
            Finding(Code.SYNTAX, "after “finish” the last pose should stand", "finish fourth croisé", line.where)
        )
        return None
    return Finish(items, position, line.where, line.layout)


_WELL_HEADED = {
    "title": 'title "First waltz"',
    "by": 'by "Her teacher"',
    "music": 'music "waltz.musicxml"',
    "cut": "cut 85-152, 189",
    "tempo": "tempo 120 3/4",
    "metre": "metre 3/4",
    "upbeat": "upbeat 1",
    "downbeat": "downbeat 1.25",
    "beats": 'beats "waltz.taps"',
    "score": 'score "waltz.musicxml"',
    "phrases": "phrases 1 9 17 25",
    "climax": "climax 31",
    "counting": "counting bars",
    "school": "school vaganova",
    "dancer": "dancer noah",
    "setting": "setting moonlit",
    "costume": "costume classical",
    "level": "level soloist",
    "mood": "mood lyrical",
    "include": "include 8 fouettés, grand jeté",
    "avoid": "avoid batterie",
    "only": "only petit allegro, turns",
    "minutes": "minutes 1.5",
    "like": 'like "waltz.ballet"',
    "seed": "seed 7",
    "sound": "sound orchestra",
}


_SHOWN: dict[str, type[StrEnum]] = {"setting": Setting, "costume": Costume, "sound": Sound}


def _heading_value(key: str, text: str) -> str:
    """The value of a heading as it is kept.

    Raises
    ------
    ValueError
        With what is wrong.
    """
    text = " ".join(text.split())
    if key in ("title", "by", "music", "beats", "score", "like"):
        if not text:
            raise ValueError("it is empty")
        return text
    small = plain(text)
    if key == "cut":
        return _cut(text)
    if key == "tempo":
        parts = text.split()
        if (
            not parts
            or len(parts) > 2
            or not re.fullmatch(r"\d{1,3}(\.\d{1,3})?", parts[0])
            or not 10 <= float(parts[0]) <= 400
        ):
            raise ValueError("written as beats in a minute, 10 to 400, and a metre")
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
            raise ValueError("written as seconds into the sound")
        return text
    if key in ("phrases", "climax"):
        return _bars_named(text, rising=key == "phrases")
    if key == "counting":
        if small not in [c.value for c in Counting]:
            raise ValueError("counting is beats or bars")
        return small
    if key == "school":
        if small not in [s.value for s in School]:
            raise ValueError(f"the schools are {', '.join(s.value for s in School)}")
        return small
    if key in _SHOWN:
        known = [kind.value for kind in _SHOWN[key]]
        if small.replace("_", " ") not in known:
            raise ValueError(f"the {key}s are {', '.join(known)}")
        return small.replace("_", " ")
    if key in ("include", "avoid", "only", "minutes", "seed", *WISHED):
        return _wish(key, text)
    if not re.fullmatch(r"[\w -]{1,40}", text) or not small:
        raise ValueError("a dancer's name is letters and digits")
    return small.replace(" ", "_")


def _wish(key: str, text: str) -> str:
    """What a new choreography shall have, tidily."""
    small = plain(text)
    if key in WISHED:
        if small not in WISHED[key]:
            raise ValueError(f"it is one of {', '.join(WISHED[key])}")
        return small
    if key == "minutes":
        if not re.fullmatch(r"\d{1,2}(\.\d{1,3})?", text) or not 0.1 <= float(text) <= 60:
            raise ValueError("written as minutes, 0.1 to 60")
        return text
    if key == "seed":
        if not re.fullmatch(r"\d{1,10}", text) or int(text) >= 2**32:
            raise ValueError(f"a whole number from 0 to {2**32 - 1}")
        return str(int(text))
    words = [" ".join(part.split()) for part in text.split(",")]
    if not all(words):
        raise ValueError("written as steps or families with commas between")
    return ", ".join(words)


def _bars_named(text: str, *, rising: bool) -> str:
    """Bars of the music, tidily: ``1 9 17``."""
    words = text.replace(",", " ").split()
    if not words or not all(re.fullmatch(r"\d{1,5}", word) and int(word) >= 1 for word in words):
        raise ValueError("written as bars of the music")
    bars = [int(word) for word in words]
    if rising and any(other <= one for one, other in pairwise(bars)):
        raise ValueError("the bars come in order, each once")
    return " ".join(str(bar) for bar in bars)


def _cut(text: str) -> str:
    """Bars left out of the music, tidily: ``85-152, 189``."""
    out = []
    for part in text.split(","):
        match = re.fullmatch(r"(\d{1,5})(?:\s*[-–]\s*(\d{1,5}))?", part.strip())
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not 1 <= first <= last:
            raise ValueError("written as the bars of the music to leave out")
        out.append(f"{first}-{last}" if last > first else f"{first}")
    return ", ".join(out)


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
        found.append(Finding(Code.HEADING_VALUE, f"{key}: {problem}", _WELL_HEADED.get(key, ""), line.where))
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
                    Code.HEADING, f"“{shown(first.text)}” is no heading", " or ".join(close or HEADINGS), first.where
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


__all__ = ["HEADINGS", "WISHED", "Parsed", "decode", "parse", "parse_tolerant", "read_choreography"]
