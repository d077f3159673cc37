"""Writing a choreography back as text: one way to write each thing, so that formatting twice changes nothing."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from petipa.choreography.model import (
    Choreography,
    Direction,
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
    Wishes,
)
from petipa.choreography.naming import completed
from petipa.choreography.parse import parse
from petipa.choreography.words import CROSSING_WORDS, DIRECTION_WORDS, LEVEL_WORDS
from petipa.counts import write_beat
from petipa.floor import DIRECTION_WORDS as BODY_WORDS
from petipa.lexicon import Free, Lexicon, plain

_MARGIN = 9
_WIDTH = 100
_FREE = {
    Free.TENDU_DEVANT: "tendu devant",
    Free.TENDU_SECONDE: "tendu à la seconde",
    Free.TENDU_DERRIERE: "tendu derrière",
    Free.RETIRE: "retiré",
    Free.ARABESQUE: "arabesque",
}


def _beat(value: Fraction) -> str:
    return write_beat(value)


def _position(position: Position | None) -> str:
    if position is None:
        return ""
    first = f"{position.bar}:{_beat(position.beat)}" if position.beat is not None else str(position.bar)
    if position.last_bar is None:
        return first
    last = f":{_beat(position.last_beat)}" if position.last_beat is not None else ""
    return f"{first}-{position.last_bar}{last}"


def _stance(stance: StanceWish) -> str:
    words: list[str] = []
    if stance.pose is not None:
        return f"{stance.pose} {stance.free_side.value}" if stance.free_side is not None else stance.pose
    if stance.place is not None:
        words.append(stance.place.value)
    if stance.front is not None:
        words.append(f"{stance.front.word} front")
    if stance.open:
        words.append("open")
    if stance.free is not None:
        words.append(_FREE[stance.free])
        if stance.free_side is not None:
            words.append(stance.free_side.value)
    if stance.level is not None:
        words.append(LEVEL_WORDS[stance.level])
    return " ".join(words)


def _wishes(wishes: Wishes) -> str:
    # These are said with the name, before the side: pirouette en dehors R.
    words: list[str] = []
    way = wishes.direction in (Direction.EN_DEHORS, Direction.EN_DEDANS)
    if wishes.direction is not None and way:
        words.append(DIRECTION_WORDS[wishes.direction])
    if wishes.en_tournant:
        words.append("en tournant")
    if wishes.side is not None:
        words.append(wishes.side.value)
    if wishes.body is not None:
        words.append(BODY_WORDS[wishes.body])
    if wishes.direction is not None and not way:
        words.append(DIRECTION_WORDS[wishes.direction])
    if wishes.crossing is not None:
        words.append(CROSSING_WORDS[wishes.crossing])
    if wishes.height is not None:
        # A small number after a name would be read as part of it, as in entrechat 4.
        words.append("à terre" if wishes.height == 0 else f"{'at ' if wishes.height < 15 else ''}{wishes.height}°")
    if wishes.level is not None:
        words.append(LEVEL_WORDS[wishes.level])
    if wishes.turns is not None:
        words.append(f"x{wishes.turns}")
    if wishes.begin is not None:
        words.append(f"from {_stance(wishes.begin)}")
    if wishes.end is not None:
        words.append(f"end {_stance(wishes.end)}")
    if wishes.quality is not None:
        words.append(wishes.quality.value)
    if wishes.toward is not None:
        words.append(f"toward {wishes.toward}")
    if wishes.manege:
        words.append("en manège")
    if wishes.facing is not None:
        words.append(f"facing {wishes.facing}")
    if wishes.arms is not None:
        words.append(f"with arms {wishes.arms}")
        if wishes.arms_side is not None:
            words.append(wishes.arms_side.value)
    if wishes.head is not None:
        words.append(f"{'and' if wishes.arms is not None else 'with'} head {wishes.head}")
    if wishes.hold:
        words.append("hold")
    if wishes.length is not None:
        words.append(f"/{_beat(wishes.length)}")
    return " ".join(words)


def _item(item: Item) -> str:
    if isinstance(item, StepItem):
        number = f"{item.number} " if item.number > 1 else ""
        return f"{number}{item.name} {_wishes(item.wishes)}".rstrip()
    if isinstance(item, HoldItem):
        return f"hold {_wishes(item.wishes)}".rstrip()
    if isinstance(item, SameItem):
        bars = f"{item.first}-{item.last}" if item.last != item.first else str(item.first)
        side = " other side" if item.other_side else ""
        return f"same as {bars}{side}{' reversed' if item.backwards else ''}"
    times = f" x{item.times}" if item.times > 1 else ""
    return f"({''.join(_pieces(item.items))}){times}"


def _pieces(items: tuple[Item, ...]) -> list[str]:
    """Each item with the sign after it, so that a line may be broken after any of them."""
    pieces: list[str] = []
    for i, item in enumerate(items):
        sign = "" if i + 1 == len(items) else "; " if items[i + 1].breath else ", "
        pieces.append(_item(item) + sign)
    return pieces


def _lines(key: str, pieces: list[str], layout: Layout) -> list[str]:
    """A line, broken and indented where it would be too long, with its comments."""
    out = [""] if layout.gap else []
    out += [f"# {text}".rstrip() for text in layout.above]
    # A key longer than the margin still gets a space; a line without one begins at the first column.
    row = f"{key:<{_MARGIN}}" if len(key) < _MARGIN else f"{key} "
    row = row if key else ""
    for i, piece in enumerate(pieces):
        if i and len(row) + len(piece.rstrip()) > _WIDTH:
            out.append(row.rstrip())
            row = " " * _MARGIN
        row += piece
    row = row.rstrip()
    out.append(f"{row}  # {layout.beside}".rstrip() if layout.beside else row)
    return out


def _counted(pieces: list[str], position: Position | None) -> bool:
    """Whether a line would begin with a number that is not its bar."""
    return position is None and pieces[0][:1].isdigit()


def _heading(heading: Heading) -> list[str]:
    value = heading.value
    if heading.key in ("title", "by", "music", "beats", "score", "like"):
        value = '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return _lines(heading.key, [value], heading.layout)


def _start(start: Start) -> list[str]:
    said = replace(start.wishes, arms=None, arms_side=None, head=None)
    voice = replace(Wishes(), arms=start.wishes.arms, arms_side=start.wishes.arms_side, head=start.wishes.head)
    parts = [start.place or "", _wishes(said), _stance(start.stance), _wishes(voice).removeprefix("with ")]
    parts = [p for p in parts if p]
    pieces = [f"{p}, " for p in parts[:-1]] + parts[-1:]
    return _lines("start", pieces, start.layout)


def _phrase(phrase: Phrase) -> list[str]:
    pieces = _pieces(phrase.items)
    head = " ".join(p for p in ("diagonal" if phrase.diagonal else "", _wishes(phrase.all)) if p)
    if head or _counted(pieces, phrase.position):
        pieces.insert(0, f"{head}: " if head else ": ")
    return _lines(_position(phrase.position), pieces, phrase.layout)


def write(choreography: Choreography) -> str:
    """The text of a choreography, in the one way petipa writes it; ``parse(write(x)) == x``."""
    out = _lines("petipa", [str(choreography.version)], choreography.opening)
    out[-1] = out[-1].replace("petipa   ", "petipa ", 1)
    for heading in choreography.headings:
        out += _heading(heading)
    if choreography.start != Start():
        out += _start(choreography.start)
    for phrase in choreography.phrases:
        out += _phrase(phrase)
    if choreography.finish is not None:
        pieces = _pieces(choreography.finish.items)
        position = _position(choreography.finish.position)
        if position:
            pieces.insert(0, f"{position} ")
        elif _counted(pieces, None):
            pieces.insert(0, ": ")
        out += _lines("finish", pieces, choreography.finish.layout)
    out += [f"# {text}".rstrip() for text in choreography.below]
    return "\n".join(out) + "\n"


def _respelt(name: str, lexicon: Lexicon) -> str:
    """`name` with the accents and hyphens the dictionary has for the same letters."""
    entry = lexicon.find(name)
    if entry is None:
        return lexicon.not_yet(name) or name
    if entry.is_pose and plain(name).startswith("pose "):
        return f"pose {_respelt(name[5:], lexicon)}"
    right = entry.names.as_written(name)
    if right is None:
        return name
    words, typed = right.split(), plain(name).split()
    if len(words) != len(typed):
        return right
    # The plural that was typed stays: 4 piqué turns.
    return " ".join(w if plain(w) == t or not t.endswith("s") else w + "s" for w, t in zip(words, typed, strict=True))


def _spelt(item: Item, lexicon: Lexicon) -> Item:
    if isinstance(item, StepItem):
        item = completed(item, lexicon)
        end = item.wishes.end
        if end is not None and end.pose is not None:
            item = replace(item, wishes=replace(item.wishes, end=replace(end, pose=_respelt(end.pose, lexicon))))
        return replace(item, name=_respelt(item.name, lexicon))
    if isinstance(item, GroupItem):
        return replace(item, items=tuple(_spelt(i, lexicon) for i in item.items))
    return item


def spell(choreography: Choreography, lexicon: Lexicon) -> Choreography:
    """The same with steps' names in the dictionary's spelling: accents, hyphens, small letters."""
    finish = choreography.finish
    return replace(
        choreography,
        phrases=tuple(
            replace(phrase, items=tuple(_spelt(i, lexicon) for i in phrase.items)) for phrase in choreography.phrases
        ),
        finish=replace(finish, items=tuple(_spelt(i, lexicon) for i in finish.items)) if finish else None,
    )


def format_text(text: str, *, lexicon: Lexicon | None = None, file: str = "") -> str:
    """`text` as petipa writes it; with a lexicon, steps' names get their accents.

    Raises
    ------
    LanguageError
        If any of it cannot be read: nothing is written over a text that is not understood.
    """
    choreography = parse(text, file=file)
    return write(spell(choreography, lexicon) if lexicon is not None else choreography)


__all__ = ["format_text", "spell", "write"]
