"""What the dictionary says of one step, in words: the same for the terminal and for the illustrated pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from petipa.errors import LanguageError
from petipa.lexicon import Accent, Entry, Lexicon, Range, School, load_lexicon, plain, singular
from petipa.lexicon.neighbours import Neighbour, Neighbourhood, beginnings, endings, namesakes, said

FAMILIES: dict[str, str] = {
    "position": "Positions",
    "barre": "At the barre",
    "port_de_bras": "Arms and bows",
    "linking": "Linking steps",
    "pose": "Poses",
    "adage": "Adage",
    "petit_allegro": "Petit allegro",
    "batterie": "Beaten steps",
    "grand_allegro": "Grand allegro",
    "turn": "Turns",
    "pointe": "On pointe",
}
"""What the families are called, in the order of a class; a family not named here comes after them."""

_ACCENTS: dict[Accent, str] = {
    Accent.ARRIVAL: "she has arrived in the position",
    Accent.DEEPEST: "she is at her deepest",
    Accent.EXTENSION: "the leg has reached its height or its length",
    Accent.FIRST_STEP: "the first foot is set down",
    Accent.CLOSING: "the feet have closed",
    Accent.TAKE_OFF: "she leaves the floor",
    Accent.APEX: "she is at the top of the jump",
    Accent.LANDING: "she lands",
}
_FEET = {"work": "the working foot", "other": "the other foot", "both": "both feet", "none": ""}
_HEADS = {
    "front": "to the audience",
    "toward": "toward the side it goes to",
    "ahead": "ahead",
    "spot": "spots: it leaves last and arrives first",
    "down": "down",
    "up": "up",
}
_FACINGS = {
    "keep": "as she stood before",
    "en_face": "en face",
    "croise": "croisé",
    "efface": "effacé",
    "profile": "in profile",
    "travel": "the way she goes",
    "travel_side": "the way she goes",
}
_DIRECTIONS = {
    "devant": "devant",
    "seconde": "à la seconde",
    "derriere": "derrière",
    "en_avant": "en avant",
    "en_arriere": "en arrière",
    "de_cote": "de côté",
    "en_dehors": "en dehors",
    "en_dedans": "en dedans",
}


def family_name(key: str) -> str:
    """What a family is called."""
    return FAMILIES.get(key, key.replace("_", " ").capitalize())


def family_rank(key: str) -> tuple[int, str]:
    """Where a family stands in the order of a class."""
    order = list(FAMILIES)
    return (order.index(key) if key in order else len(order), key)


def title_of(entry: Entry) -> str:
    """What a page is headed: the common name, with the schools where it is theirs alone."""
    if not entry.schools:
        return entry.names.common
    return f"{entry.names.common} ({', '.join(school.called for school in entry.schools)})"


def find_families(names: Iterable[str], lexicon: Lexicon) -> frozenset[str]:
    """The families that names mean, as keys; typed with or without accents, capitals or underscores.

    Raises
    ------
    LanguageError
        There is no such family.
    """
    have = sorted({entry.family for entry in lexicon.entries.values()}, key=family_rank)
    by_name = {plain(word): key for key in have for word in (key, key.replace("_", " "), family_name(key))}
    chosen = set()
    for name in names:
        key = by_name.get(plain(name)) or by_name.get(plain(name) + "s")
        if key is None:
            raise LanguageError(f"no family is called {name!r}", would_work=", ".join(family_name(k) for k in have))
        chosen.add(key)
    return frozenset(chosen)


@dataclass(frozen=True)
class Facts:
    """One page of the dictionary.

    Attributes
    ----------
    key, name, english, family, definition : str
    schools : tuple of (str, str)
        Each school and what it calls the step.
    also : tuple of str
        Further names, as people write them.
    elsewhere : tuple of str
        Sentences on names of this step that mean another one in some school.
    rows : tuple of (str, str)
        Facts with their titles, in the order in which they are read.
    begins, ends : tuple of str
        Positions, in words.
    before, after : tuple of Neighbour
        Likeliest first.
    difficulty : int
    """

    key: str
    name: str
    english: str
    family: str
    definition: str
    schools: tuple[tuple[str, str], ...]
    also: tuple[str, ...]
    elsewhere: tuple[str, ...]
    rows: tuple[tuple[str, str], ...]
    begins: tuple[str, ...]
    ends: tuple[str, ...]
    before: tuple[Neighbour, ...]
    after: tuple[Neighbour, ...]
    difficulty: int


def facts_of(entry: Entry, lexicon: Lexicon, around: Neighbourhood | None = None) -> Facts:
    """Everything the dictionary says of an entry."""
    around = around or _around(lexicon)
    schools = tuple((school.called, ", ".join(_called(entry, school))) for school in entry.schools or School)
    told = {singular(name) for school in entry.schools or School for name in _called(entry, school)}
    also = []
    for name in entry.names.all():
        if singular(name) not in told:
            told.add(singular(name))
            also.append(name)
    return Facts(
        key=entry.key,
        name=title_of(entry),
        english=entry.names.english,
        family=entry.family,
        definition=entry.definition,
        schools=schools,
        also=tuple(also),
        elsewhere=namesakes(entry, lexicon),
        rows=tuple((title, text) for title, text in _rows(entry) if text),
        begins=said(beginnings(entry)),
        ends=said(endings(entry)),
        before=around.before(entry.key),
        after=around.after(entry.key),
        difficulty=entry.difficulty,
    )


def _called(entry: Entry, school: School) -> tuple[str, ...]:
    """What a school calls the step, and its word that means another step elsewhere."""
    return (entry.names.of(school), *entry.names.own.get(school, ())[:1])


@cache
def _shipped() -> Neighbourhood:
    return Neighbourhood(load_lexicon())


def _around(lexicon: Lexicon) -> Neighbourhood:
    """What stands beside what in a dictionary; worked out once for the one that ships."""
    return _shipped() if lexicon is load_lexicon() else Neighbourhood(lexicon)


def _rows(entry: Entry) -> list[tuple[str, str]]:
    jump = entry.jump.usual * 100 if entry.jump else 0.0
    crossing = " or ".join(
        {"dessus": "dessus (over)", "dessous": "dessous (under)", "changee": "changée"}.get(name, name)
        for name in entry.crossing
    )
    return [
        ("R means", entry.r_means),
        ("on the count", _ACCENTS[entry.accent]),
        ("usual counts", ", ".join(f"{count} in {metre}" for metre, count in entry.counts.items())),
        ("directions", ", ".join(_DIRECTIONS.get(name, name.replace("_", " ")) for name in entry.directions)),
        ("crossing", crossing),
        ("body", _FACINGS.get(entry.facing, entry.facing.replace("_", " "))),
        ("arms", _arms(entry.arms)),
        ("head", _HEADS.get(entry.head, entry.head.replace("_", " "))),
        ("takes off from", _FEET[entry.take_off] if entry.springs else ""),
        ("lands on", _FEET[entry.landing] if entry.springs else ""),
        ("beats", str(entry.beats) if entry.beats else ""),
        ("jump", f"about {jump:.0f} cm{_between(entry.jump, ' cm', 100)}" if entry.springs else ""),
        ("leg", f"{entry.height.usual:g} degrees{_between(entry.height, '')}" if entry.height else ""),
        ("turns", f"{entry.turns.usual:g}{_between(entry.turns, '')}" if entry.turns else ""),
        ("travels", _travel(entry)),
        ("level", "on pointe" if entry.level.value == "pointe" else ""),
        ("least time", f"{entry.lead[0] + entry.tail[0]:.1f} s, usually {entry.lead[1] + entry.tail[1]:.1f} s"),
        ("difficulty", f"{entry.difficulty} of 10"),
    ]


_ARMS = {
    "keep": "as they were",
    "preparatory": "preparatory (low)",
    "first": "first (rounded in front)",
    "second": "second (to the side)",
    "demi_second": "demi-second (low to the side)",
    "en_haut": "en haut (overhead)",
    "allonge_second": "allongé to the side",
    "allonge_low": "allongé low, a little behind her",
    "third": "one overhead, one to the side",
    "level": "one before her as high as the shoulder, one to the side",
    "long": "one before her as high as the eyes, one to the side",
    "crossed": "one before her, one carried back",
    "turned": "one before her as high as the eyes, one carried back",
    "two": "both before her, one the higher",
    "open_v": "both opened upward",
    "fourth": "one overhead, one rounded in front",
    "ready": "one rounded in front, one to the side",
    "arabesque_1": "first arabesque",
    "arabesque_2": "second arabesque",
    "arabesque_3": "third arabesque",
}


def _arms(name: str) -> str:
    base, _, whose = name.rpartition("_")
    if whose in ("work", "other"):
        said_so = _ARMS.get(base, base.replace("_", " "))
        return f"{said_so}; the one spoken of first is on the {'working' if whose == 'work' else 'other'} side"
    return _ARMS.get(name, name.replace("_", " "))


def _between(values: Range | None, unit: str, scale: float = 1.0) -> str:
    if values is None or values.least == values.most:
        return ""
    return f" ({values.least * scale:g} to {values.most * scale:g}{unit})"


def _travel(entry: Entry) -> str:
    far = max(abs(entry.forward), abs(entry.side))
    if far < 0.05:
        return ""
    each = " a pace" if entry.per_pace else ""
    if entry.per_pace:
        return f"about {far:g} m{each}"
    where = "to the side" if abs(entry.side) > abs(entry.forward) else "forward" if entry.forward > 0 else "backward"
    return f"about {far:g} m {where}"


def names_of(neighbours: tuple[Neighbour, ...], lexicon: Lexicon, *, most: int) -> tuple[str, ...]:
    """Names of some neighbours with the side where only one is possible."""
    shown = []
    for neighbour in neighbours[:most]:
        entry = lexicon[neighbour.key]
        side = f" {neighbour.sides[0].value}" if len(neighbour.sides) == 1 and neighbour.sides else ""
        shown.append(title_of(entry) + side)
    return tuple(shown)
