"""The grammar of wishes: everything that can be said of a step besides its name."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from petipa.choreography.model import StanceWish, Where, Wishes
from petipa.choreography.reader import Reader, beats_of, whole_number
from petipa.choreography.words import LEVELS, LONGEST_MODIFIER, MODIFIERS, OPENERS, PLACES, SIDES, STOPS
from petipa.floor import DIRECTION_NAMES
from petipa.lexicon import Free, Level, Side

MOST_TIMES = 64
PLACE_WORDS = frozenset(
    "upstage downstage stage centre center middle front back audience right left up down the wing wings "
    "dsr dsl usr usl".split()
)


def stage_place(reader: Reader) -> str:
    """The words of a stage place, joined; as typed but plain."""
    words: list[str] = []
    while not reader.done:
        word = reader.plain()
        numbered = bool(words) and words[-1] in ("corner", "point", "wall", "side") and word.isdigit()
        if word in PLACE_WORDS or word in ("corner", "point", "wall", "side") or numbered:
            words.append(word)
            reader.take()
            if numbered:
                break
        else:
            break
    if not words:
        raise reader.slip("a place on stage should stand here", "downstage right, centre, upstage left, corner 2")
    return " ".join(w for w in words if w != "the") or "downstage"


def free_words(text: str) -> str:
    """Text of an arm position or head as kept: small letters, single spaces, composed accents."""
    return " ".join(unicodedata.normalize("NFC", text).lower().split())


def _phrase_until_stop(reader: Reader, what: str) -> str:
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
        words.append(free_words(token.text))
        reader.take()
    if not words:
        raise reader.slip(
            f"after “{what}” a position should stand", f"{what} second" if what == "arms" else "head right"
        )
    return " ".join(words)


def stance_wish(reader: Reader) -> StanceWish:
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


def _pose_wish(reader: Reader) -> StanceWish:
    """A pose by its name, modifiers that belong to it included: end attitude croisée R."""
    words: list[str] = []
    while not reader.done and len(words) < 6:
        token = reader.peek()
        assert token is not None
        if token.kind == "sign" and token.text == "-" and words and reader.plain(1):
            reader.take()
            continue
        if token.kind != "word" or token.plain in STOPS or token.text in ("R", "L"):
            break
        words.append(free_words(token.text))
        reader.take()
    if not words:
        return StanceWish()
    side = SIDES[reader.take().plain] if reader.plain() in SIDES else None
    return StanceWish(pose=" ".join(words), free_side=side)


def _free_leg(reader: Reader, wish: StanceWish) -> StanceWish:
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


def _level(reader: Reader) -> Level | None:
    for words, count in reader.phrase(4):
        if words in LEVELS:
            reader.at += count
            return LEVELS[words]
    return None


def wish_ahead(reader: Reader) -> bool:
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
    if token.plain in ("to", "in") and reader.plain(1) in PLACE_WORDS | {"corner", "point", "wall", "side", "the"}:
        return True
    return any(words in MODIFIERS for words, _ in reader.phrase(LONGEST_MODIFIER))


def wishes_of(reader: Reader) -> tuple[Wishes, bool]:
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
            say("length", beats_of(token.text[1:].strip(), reader, token.where), token.where)
        elif token.kind == "sign" and token.text == "°":
            raise reader.slip("a degree sign should follow a number", "90°")
        elif token.kind == "number" or (word == "at" and reader.plain(1).isdigit()):
            if word == "at":
                reader.take()
            number = reader.take()
            height = whole_number(number.text, reader, most=180, what="a height of", where=number.where)
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
                whole_number(digits, reader, most=MOST_TIMES, what="a number of turns of", where=token.where),
                token.where,
            )
        elif word in ("with", "and") and not reader.sign(",", ahead=1):
            reader.take()
            if not wish_ahead(reader):
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
            and reader.plain(1) in PLACE_WORDS | {"corner", "point", "wall"}
        ):
            reader.take()
            say("toward", stage_place(reader), token.where)
        elif word == "facing":
            reader.take()
            for words, count in reader.phrase(3):
                if words in DIRECTION_NAMES:
                    reader.at += count
                    say("body", DIRECTION_NAMES[words], token.where)
                    break
            else:
                say("facing", stage_place(reader), token.where)
        elif word in ("from", "end", "ends", "ending"):
            reader.take()
            reader.words("in")
            numbered = reader.plain(1) == "arabesque"
            stance = StanceWish() if numbered else stance_wish(reader)
            if not stance and word != "from":
                stance = _pose_wish(reader)
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


def _fixed_ahead(reader: Reader) -> bool:
    return any(words in MODIFIERS for words, _ in reader.phrase(LONGEST_MODIFIER) if " " in words)
