"""What a teacher asks for: "32 counts of petit allegro in 2/4, grade 5, with assemblés, then the other side"."""

from __future__ import annotations

import math
import re
import tomllib
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cache
from importlib import resources
from typing import Any

from petipa.counts import Metre
from petipa.errors import LanguageError
from petipa.lexicon import Entry, Lexicon, School, plain

UNIT = 4
"""Exercises are made of fours."""
MOST_COUNTS = 128
SMALL_JUMPS = ("petit_allegro", "batterie")
METRES = {"2/4": 1, "4/4": 1, "3/4": 3, "6/8": 3}
"""Beats of a count: in three a bar is one count, in six half a bar."""

_KINDS = {
    "plie": r"\b(?:demi |grands? )?plies?\b",
    "tendu": r"\b(?:battements? )?tendus?\b",
    "degage": r"\b(?:battements? )?(?:degages?|jetes? at the barre|glisses?)\b",
    "rond_de_jambe": r"\b(?:ronds?|ronde?s) de jambes?(?: a terre| par terre)?\b(?! en l air)",
    "fondu": r"\b(?:battements? )?fondus?\b",
    "frappe": r"\b(?:battements? )?frappes?\b",
    "developpe": r"\bdeveloppes?\b",
    "grand_battement": r"\bgrands? battements?\b",
    "adage": r"\badag(?:e|io)s?\b",
    "pirouettes": r"\bpirouettes?\b(?! en)",
    "turns": r"\bturns\b",
    "petit_allegro": r"\bpetit allegro\b|\bsmall jumps\b",
    "batterie": r"\bbatterie\b",
    "grand_allegro": r"\bgrand allegro\b|\bbig jumps\b",
    "reverence": r"\breverences?\b",
}
_PLACED = {("tendu", False): "centre_tendu", ("adage", True): "developpe"}
"""What the same word means in the centre (False) and at the barre (True), where that is another exercise."""
_LEVELS = {"beginner": 2, "elementary": 3, "intermediate": 5, "student": 5, "advanced": 7, "soloist": 7, "principal": 8}
_NUMBERS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "no": 0}
_IDLE = frozenset(
    "of in at the an a centre center exercise enchainement on side please then it and too also some".split()
)


@dataclass(frozen=True, kw_only=True)
class Request:
    """An exercise that is asked for.

    Attributes
    ----------
    kind : str
        One of those in ``exercises.toml``.
    counts : int
        To one side.
    metre : Metre
    tempo : float
        Counts in a minute.
    grade : int
        1 to 8; the greatest difficulty of a step.
    include, avoid : tuple of Entry
    beaten : int or None
        How many kinds of beaten step; None leaves it open.
    other_side : bool
    school : School
    seed : int
    """

    kind: str
    counts: int = 16
    metre: Metre = field(default_factory=lambda: Metre(2, 4))
    tempo: float = 60.0
    grade: int = 5
    include: tuple[Entry, ...] = ()
    avoid: tuple[Entry, ...] = ()
    beaten: int | None = None
    other_side: bool = False
    school: School = School.VAGANOVA
    seed: int = 0

    @property
    def hardest(self) -> int:
        """The greatest difficulty of a step, of 10: each grade one more, and the last all of it."""
        return 10 if self.grade >= 8 else max(2, self.grade)

    @property
    def beats(self) -> int:
        """Beats of the metre in a count."""
        return METRES[str(self.metre)]

    @property
    def barre(self) -> bool:
        """Whether it is given at the barre."""
        return bool(table()["kinds"][self.kind].get("barre"))

    @property
    def share(self) -> Fraction:
        """Counts of what is written as one: small jumps come two in a slow count, and one in two quick ones."""
        if self.kind not in SMALL_JUMPS:
            return Fraction(1)
        usual = float(table()["kinds"][self.kind]["tempo"])
        shares = (Fraction(1), Fraction(1, 2), Fraction(2))
        return min(shares, key=lambda share: abs(math.log(self.tempo / (usual * float(share)))))

    @property
    def name(self) -> str:
        """What this kind of exercise is called."""
        return str(table()["kinds"][self.kind]["name"])


@cache
def table() -> dict[str, Any]:
    """The kinds of exercise and the small enchaînements they are made of."""
    text = resources.files("petipa.choreographer").joinpath("exercises.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _no(message: str, mend: str) -> LanguageError:
    return LanguageError(message, would_work=mend)


def request_of(words: str, lexicon: Lexicon, *, school: School = School.VAGANOVA, seed: int = 0) -> Request:
    """The exercise that words ask for.

    Raises
    ------
    LanguageError
        If a word is not understood, or wishes cannot be met together; the message names them.
    """
    text = _plainly(re.sub(r"[.;:!]", ",", words))
    said: dict[str, str] = {}

    def take(name: str, pattern: str) -> None:
        nonlocal text
        found = re.search(pattern, text)
        if found is not None:
            said[name] = next((group for group in found.groups() if group), found[0])
            text = f"{text[: found.start()]} {text[found.end() :]}"

    take("other", r"\b(?:and )?(?:then )?(?:repeat )?(?:on |to )?(?:the )?other side\b")
    take("place", r"\b(?:(?:at|on) the )?(barre)\b|\b(?:(?:in|on) the )?(cent(?:re|er))\b")
    take("seed", r"\bseed (\d{1,9})\b")
    take("tempo", r"\btempo (\d{2,3})\b|\bat (\d{2,3})\b(?: bpm)?|\b(\d{2,3}) bpm\b")
    take("grade", r"\b(?:at )?grade (\d{1,2})\b")
    take("level", rf"\b({'|'.join(_LEVELS)})\b")
    take("counts", r"\b(\d{1,4}) counts?\b")
    take("bars", r"\b(\d{1,4}) bars?\b")
    take("metre", r"\b(\d{1,2}/\d{1,2})\b")
    before, cut, after = _cut(text)
    kind = next((name for name, pattern in _KINDS.items() if re.search(pattern, before)), None)
    if kind is None:
        raise _no(
            "it is not said what kind of exercise this shall be",
            "one of " + ", ".join(str(one["name"]) for one in table()["kinds"].values()),
        )
    before = re.sub(_KINDS[kind], " ", before, count=1)
    kind = _placed(kind, said.get("place"))
    request = _measured(Request(kind=kind, school=school, seed=int(said.get("seed", seed))), said)
    return _stepped(request, before, cut + after, lexicon)


def _placed(kind: str, place: str | None) -> str:
    """The exercise that is given there under this name."""
    if place is None:
        return kind
    kind = _PLACED.get((kind, place == "barre"), kind)
    own = table()["kinds"][kind]
    if bool(own.get("barre")) != (place == "barre"):
        there = "at the barre" if own.get("barre") else "in the centre"
        raise _no(f"{own['name']} are given {there}", f"{own['name']} {there}")
    return kind


def _plainly(words: str) -> str:
    """Small letters without accents, with the commas and strokes they have."""
    return " ".join(
        "".join(part if part in ",/" else plain(part) or " " for part in re.split(r"([,/])", words)).split()
    ).replace(" ,", ",")


def _cut(text: str) -> tuple[str, str, str]:
    found = re.search(r"\b(?:with|without|including|no)\b", text)
    return (text, "", "") if found is None else (text[: found.start()], found[0], text[found.end() :])


def _measured(request: Request, said: dict[str, str]) -> Request:
    own = table()["kinds"][request.kind]
    metre = said.get("metre", str(own["metre"]))
    if metre not in METRES:
        raise _no(f"exercises are not given in {metre}", ", ".join(METRES))
    least = int(own["from"])
    grade = int(said["grade"]) if "grade" in said else _LEVELS.get(said.get("level", ""), max(5, least))
    if not 1 <= grade <= 8:
        raise _no(f"there is no grade {grade}", "grade 1 to grade 8")
    if grade < least:
        raise _no(f"{own['name']} are not given before grade {least}", f"grade {least}")
    request = replace(request, metre=Metre.parse(metre), grade=grade, other_side="other" in said or request.barre)
    tempo = float(said["tempo"]) if "tempo" in said else float(own["tempo"])
    counts = int(own["counts"])
    if "counts" in said:
        counts = int(said["counts"])
    if "bars" in said:
        bars = int(said["bars"]) * request.metre.beats // request.beats
        if "counts" in said and bars != counts:
            raise _no(f"{said['bars']} bars of {metre} are {bars} counts, not {counts}", "one of the two")
        counts = bars
    if counts % UNIT or not UNIT <= counts <= MOST_COUNTS:
        raise _no(f"an exercise has no {counts} counts", f"8, 16, 32 or any number of fours up to {MOST_COUNTS}")
    request = replace(request, tempo=tempo, counts=counts)
    if request.barre and (counts % (2 * UNIT) or counts < 4 * UNIT):
        raise _no(f"{request.name} at the barre have no {counts} counts", "16, 24, 32 or more eights")
    if counts % (UNIT * request.share):
        raise _no(f"at {tempo:g} counts a minute a jump takes two, and {counts} are no eights", "8, 16 or 32 counts")
    return request


def _stepped(request: Request, before: str, after: str, lexicon: Lexicon) -> Request:
    include: list[Entry] = []
    avoid: list[Entry] = []
    beaten: int | None = None
    without = False
    for part in [*re.split(r",|\band\b", before), *re.split(r",|\band\b|\bthen\b", after)]:
        words = part.strip()
        for opener in ("without", "with", "including", "no"):
            if words.startswith(f"{opener} ") and not words.startswith("no beaten"):
                without = opener in ("without", "no")
                words = words.removeprefix(opener).strip()
        wish = re.fullmatch(r"(?:(\w+) )?(?:beaten steps?|beats)", words)
        if wish is not None:
            number = wish[1] or ""
            beaten = 0 if without else int(number) if number.isdigit() else _NUMBERS.get(number, 1)
            continue
        left = [word for word in words.split() if word not in _IDLE]
        if not left:
            continue
        name = " ".join(words.split()[1:] if words.split()[0] in _NUMBERS else words.split())
        entry = lexicon.find(name, request.school) or lexicon.find(" ".join(left), request.school)
        if entry is None:
            entry = lexicon.sought(name)
        (avoid if without else include).append(entry)
    for entry in include:
        if entry in avoid:
            raise _no(f"with {entry.names.common} and without it cannot both be", "one of the two")
        if entry.difficulty > request.hardest:
            grade = min(8, entry.difficulty)
            raise _no(
                f"{entry.names.common} is too hard for grade {request.grade}", f"grade {grade}, or an easier step"
            )
        if beaten == 0 and entry.beats:
            raise _no(f"{entry.names.common} is a beaten step, and none is wished", "one of the two")
    if request.kind == "batterie" and beaten == 0:
        raise _no("batterie is made of beaten steps, and none is wished", "petit allegro")
    wanted = {entry.key for entry in include if entry.beats}
    if beaten is not None and len(wanted) > beaten:
        raise _no(f"{len(wanted)} beaten steps are named, and {beaten} wished", f"{len(wanted)} beaten steps")
    return replace(request, include=tuple(include), avoid=tuple(avoid), beaten=beaten)


__all__ = ["METRES", "UNIT", "Request", "request_of", "table"]
