"""Positions a body can be in between two steps, and how an entry speaks of them without naming right or left."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from math import cos, radians, sin


class Side(StrEnum):
    """Right or left, the dancer's own."""

    R = "R"
    L = "L"

    @property
    def other(self) -> Side:
        """The opposite side."""
        return Side.L if self is Side.R else Side.R

    @property
    def word(self) -> str:
        """ "right" or "left"."""
        return "right" if self is Side.R else "left"

    @property
    def sign(self) -> int:
        """+1 for left, -1 for right: the sign of y on stage and of a turn to that side."""
        return 1 if self is Side.L else -1


class Place(StrEnum):
    """Where the feet are to each other."""

    FIRST = "first"
    SECOND = "second"
    THIRD = "third"
    FOURTH = "fourth"
    FIFTH = "fifth"
    ONE_LEG = "one_leg"


class Level(StrEnum):
    """How the standing foot or feet carry her."""

    FLAT = "flat"
    PLIE = "plie"
    DEMI = "demi"
    POINTE = "pointe"


class Free(StrEnum):
    """What the leg that carries no weight does."""

    RETIRE = "retire"
    COU_DE_PIED_DEVANT = "cou_de_pied_devant"
    COU_DE_PIED_DERRIERE = "cou_de_pied_derriere"
    TENDU_DEVANT = "tendu_devant"
    TENDU_SECONDE = "tendu_seconde"
    TENDU_DERRIERE = "tendu_derriere"
    DEVANT_45 = "devant_45"
    SECONDE_45 = "seconde_45"
    DERRIERE_45 = "derriere_45"
    DEVANT_90 = "devant_90"
    SECONDE_90 = "seconde_90"
    ARABESQUE = "arabesque"
    ATTITUDE = "attitude"
    ATTITUDE_DEVANT = "attitude_devant"


FREE_WORDS = {
    Free.RETIRE: "retiré",
    Free.COU_DE_PIED_DEVANT: "sur le cou-de-pied devant",
    Free.COU_DE_PIED_DERRIERE: "sur le cou-de-pied derrière",
    Free.TENDU_DEVANT: "tendu devant",
    Free.TENDU_SECONDE: "tendu à la seconde",
    Free.TENDU_DERRIERE: "tendu derrière",
    Free.DEVANT_45: "low devant",
    Free.SECONDE_45: "low à la seconde",
    Free.DERRIERE_45: "low derrière",
    Free.DEVANT_90: "raised devant",
    Free.SECONDE_90: "raised à la seconde",
    Free.ARABESQUE: "in arabesque",
    Free.ATTITUDE: "in attitude",
    Free.ATTITUDE_DEVANT: "in attitude devant",
}

FEET = {
    Place.FIRST: (0.0, 0.125),
    Place.SECOND: (0.0, 0.29),
    Place.THIRD: (0.060, 0.060),
    Place.FOURTH: (0.165, 0.045),
    Place.FIFTH: (0.062, 0.030),
}
"""How far from the middle of a position each foot's own middle is: one ahead and one behind, each to its side [m]."""

_LEVEL_WORDS = {Level.FLAT: "", Level.PLIE: " in plié", Level.DEMI: " on demi-pointe", Level.POINTE: " on pointe"}


@dataclass(frozen=True)
class Stance:
    """How she stands between two steps.

    Parameters
    ----------
    position : Place
        Of the feet.
    front : Side or None
        The front foot in third, fourth and fifth; None elsewhere.
    support : Side or None
        The standing leg when on one; None when both carry her.
    level : Level
        Flat, in plié, on demi-pointe or on pointe.
    free : Free or None
        The other leg, when on one.
    """

    position: Place = Place.FIFTH
    front: Side | None = Side.R
    support: Side | None = None
    level: Level = Level.FLAT
    free: Free | None = None

    @property
    def mirrored(self) -> Stance:
        """The same with right and left exchanged."""
        return replace(
            self,
            front=self.front.other if self.front else None,
            support=self.support.other if self.support else None,
        )

    @property
    def facing_front(self) -> Side | None:
        """The foot that counts as front for croisé and effacé: on one leg, by where the free leg is."""
        if self.position is not Place.ONE_LEG or self.support is None:
            return self.front
        forward = (
            Free.TENDU_DEVANT,
            Free.DEVANT_45,
            Free.DEVANT_90,
            Free.ATTITUDE_DEVANT,
            Free.COU_DE_PIED_DEVANT,
            Free.RETIRE,
        )
        return self.support.other if self.free in forward else self.support

    @property
    def raised(self) -> bool:
        """Whether the leg that carries no weight is up in the air."""
        free = str(self.free or "")
        return self.position is Place.ONE_LEG and (
            free.startswith(("arabesque", "attitude")) or free.endswith(("_90", "_60", "_45"))
        )

    @property
    def leads(self) -> str:
        """Direction in which the leg that carries no weight is stretched out, if it is."""
        free = str(self.free or "")
        if free in ("arabesque", "attitude"):
            return "derriere"
        return next((way for way in ("devant", "seconde", "derriere") if way in free), "")

    def from_foot(self, side: Side, yaw: float) -> tuple[float, float]:
        """The way from a foot to her middle where she faces `yaw` [degrees], on stage [m]; none on one leg."""
        ahead, out = FEET.get(self.position, (0.0, 0.0))
        ahead, left = (-ahead if side is self.front else ahead), -out * side.sign
        turn = radians(yaw)
        return ahead * cos(turn) - left * sin(turn), ahead * sin(turn) + left * cos(turn)

    def words(self) -> str:
        """In a dancer's words: "fifth, right foot front, in plié"."""
        if self.position is Place.ONE_LEG and self.support is not None:
            free = f", {self.support.other.word} leg {FREE_WORDS[self.free]}" if self.free else ""
            return f"on the {self.support.word} leg{_LEVEL_WORDS[self.level]}{free}"
        front = f", {self.front.word} foot front" if self.front else ""
        comma = "," if self.level is not Level.FLAT else ""
        return f"{self.position.value} position{front}{comma}{_LEVEL_WORDS[self.level]}"

    def as_json(self) -> dict[str, str | None]:
        """Plain values for JSON."""
        return {
            "position": self.position.value,
            "front": self.front.value if self.front else None,
            "support": self.support.value if self.support else "both",
            "level": self.level.value,
            "free": self.free.value if self.free else None,
        }


class Foot(StrEnum):
    """A foot or leg named relative to a step's side."""

    WORK = "work"
    OTHER = "other"
    KEEP = "keep"
    CHANGE = "change"
    EITHER = "either"

    def side(self, side: Side, *, kept: Side | None) -> Side | None:
        """The real foot, for a step to `side` that began with `kept` in front (or as support)."""
        if self is Foot.WORK:
            return side
        if self is Foot.OTHER:
            return side.other
        if self is Foot.CHANGE:
            return kept.other if kept else None
        return kept


@dataclass(frozen=True)
class StartRule:
    """A position a step may start from; an empty tuple or None allows anything."""

    position: tuple[Place, ...]
    front: Foot | None = None
    support: Foot | None = None
    level: tuple[Level, ...] = ()
    free: tuple[Free, ...] = ()
    when: tuple[str, ...] = ()

    def faults(self, stance: Stance, *, side: Side) -> tuple[str, ...]:
        """What in `stance` breaks this rule, of "position", "foot", "free" and "level"; empty if it may start."""
        if self.position and stance.position not in self.position:
            return ("position",)
        found: list[str] = []
        if self.front is not None and stance.front is not None and stance.front is not self.front.side(side, kept=None):
            found.append("foot")
        if self.support is not None and stance.support is not self.support.side(side, kept=None):
            found.append("foot")
        if self.free and stance.free not in self.free:
            found.append("free")
        if self.level and stance.level not in self.level:
            found.append("level")
        return tuple(found)

    def wanted(self, *, side: Side) -> Stance:
        """The plainest stance this rule allows, to offer in a message."""
        place = self.position[0] if self.position else Place.FIFTH
        one = place is Place.ONE_LEG
        fronted = place in (Place.THIRD, Place.FOURTH, Place.FIFTH)
        return Stance(
            position=place,
            front=((self.front or Foot.WORK).side(side, kept=None) or side) if fronted else None,
            support=((self.support or Foot.OTHER).side(side, kept=None) or side.other) if one else None,
            level=self.level[0] if self.level else Level.FLAT,
            free=self.free[0] if one and self.free else None,
        )


@dataclass(frozen=True)
class EndRule:
    """A position a step may end in.

    `free` may also be "tendu", "low", "raised" or "keep", and `level` "keep" or "as_danced": these follow the step's
    direction and the level it is danced at.
    """

    position: str
    front: Foot = Foot.KEEP
    support: Foot = Foot.WORK
    level: str = "flat"
    free: str = ""
    held: bool = False
    when: tuple[str, ...] = ()

    def stance(self, *, side: Side, start: Stance, direction: str | None, danced: Level) -> tuple[Stance, ...]:
        """The stances this rule stands for: one, or two when either foot may end in front.

        Parameters
        ----------
        side : Side
            The step's side.
        start : Stance
            Where the step began.
        direction : str or None
            devant, seconde, derriere, en_avant, en_arriere, de_cote or None.
        danced : Level
            The level the step is danced at: pointe for a piqué.
        """
        level = start.level if self.level == "keep" else danced if self.level == "as_danced" else Level(self.level)
        if self.position == "keep":
            return (replace(start, level=level),)
        place = Place(self.position)
        if place is Place.ONE_LEG:
            sides = (
                (side, side.other) if self.support is Foot.EITHER else (self.support.side(side, kept=start.support),)
            )
            return tuple(Stance(place, None, s or side, level, self._free(direction, start)) for s in sides)
        if place in (Place.FIRST, Place.SECOND):
            return (Stance(place, None, None, level, None),)
        # From a stance with no front foot (first, second, one leg) "keep" and "change" fall back on the working leg.
        kept = start.front or start.facing_front or side
        fronts = (side, side.other) if self.front is Foot.EITHER else (self.front.side(side, kept=kept),)
        return tuple(Stance(place, f or side, None, level, None) for f in fronts)

    def _free(self, direction: str | None, start: Stance) -> Free | None:
        if self.free == "keep":
            return start.free
        if self.free == "tendu":
            return Free(f"tendu_{direction or 'devant'}")
        if self.free == "low":
            return {
                "devant": Free.DEVANT_45,
                "seconde": Free.SECONDE_45,
                "derriere": Free.DERRIERE_45,
                "en_avant": Free.DERRIERE_45,
                "en_arriere": Free.DEVANT_45,
                "de_cote": Free.SECONDE_45,
            }[direction or "devant"]
        if self.free == "raised":
            return {
                "devant": Free.DEVANT_90,
                "seconde": Free.SECONDE_90,
                "derriere": Free.ARABESQUE,
                "en_avant": Free.ARABESQUE,
                "en_arriere": Free.DEVANT_90,
                "de_cote": Free.SECONDE_90,
            }[direction or "devant"]
        return Free(self.free) if self.free else None
