"""The stage as geometry: its size, its named places, and the room left on it.

World frame: x downstage, y to stage left, origin at centre stage; metres. Yaw in degrees about z, 0 facing the
audience, positive to the dancer's left.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

Point = tuple[float, float]


def yaw_toward(start: Point, end: Point) -> float | None:
    """Yaw [degrees] of the way from one point to another; None when they are the same."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    if math.hypot(dx, dy) < 1e-6:
        return None
    return math.degrees(math.atan2(dy, dx))


def ahead(start: Point, yaw: float, metres: float) -> Point:
    """The point `metres` from `start` in the direction `yaw` [degrees]."""
    return (start[0] + metres * math.cos(math.radians(yaw)), start[1] + metres * math.sin(math.radians(yaw)))


def nearest_turn(yaw: float) -> float:
    """`yaw` brought into (-180, 180] degrees."""
    turned = math.remainder(yaw, 360.0)
    return 180.0 if turned == -180.0 else turned


@dataclass(frozen=True)
class Stage:
    """A rectangular stage.

    Parameters
    ----------
    width, depth : float
        Metres, from wing to wing and from backdrop to footlights.
    margin : float
        Metres from the edge inside which she does not put her weight.
    """

    width: float = 12.0
    depth: float = 10.0
    margin: float = 0.6

    def holds(self, point: Point) -> bool:
        """Whether she may stand at `point`."""
        return (
            abs(point[0]) <= self.depth / 2 - self.margin + 1e-9
            and abs(point[1]) <= self.width / 2 - self.margin + 1e-9
        )

    def room(self, start: Point, yaw: float) -> float:
        """Metres she can go from `start` in the direction `yaw` [degrees] before the edge; 0 if she is past it."""
        left = math.inf
        for at, step, half in (
            (start[0], math.cos(math.radians(yaw)), self.depth / 2 - self.margin),
            (start[1], math.sin(math.radians(yaw)), self.width / 2 - self.margin),
        ):
            if abs(step) > 1e-9:
                left = min(left, ((half if step > 0 else -half) - at) / step)
        return max(left, 0.0)

    def place(self, name: str) -> Point:
        """Where she stands for a named place such as "upstage left".

        Raises
        ------
        KeyError
            If there is no such place; `PLACES` and `WINGS` have them all.
        """
        if name in WINGS:
            down, left = WINGS[name]
            return (down * 0.49 * self.depth / 2, left * (self.width / 2 + OFFSTAGE))
        down, left = PLACES[name]
        return (down * 0.64 * self.depth / 2, left * 0.68 * self.width / 2)

    def corner(self, name: str) -> Point:
        """The end of a line toward a named place: the last point she may reach there."""
        if name in WINGS:
            return self.place(name)
        down, left = PLACES[name]
        return (down * (self.depth / 2 - self.margin), left * (self.width / 2 - self.margin))


# Down (+1) or up (-1), stage left (+1) or stage right (-1).
PLACES: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "centre": (0, 0),
        "downstage": (1, 0),
        "upstage": (-1, 0),
        "stage right": (0, -1),
        "stage left": (0, 1),
        "downstage right": (1, -1),
        "downstage left": (1, 1),
        "upstage right": (-1, -1),
        "upstage left": (-1, 1),
    }
)

# The openings between the wings, from which one enters and into which one goes off.
WINGS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "right wing": (0, -1),
        "left wing": (0, 1),
        "downstage right wing": (1, -1),
        "downstage left wing": (1, 1),
        "upstage right wing": (-1, -1),
        "upstage left wing": (-1, 1),
    }
)
OFFSTAGE = 1.0
"""How far beyond the edge one waits unseen [m]."""

_ALSO = {
    "center": "centre",
    "centre stage": "centre",
    "center stage": "centre",
    "middle": "centre",
    "downstage centre": "downstage",
    "downstage center": "downstage",
    "front": "downstage",
    "audience": "downstage",
    "the audience": "downstage",
    "upstage centre": "upstage",
    "upstage center": "upstage",
    "back": "upstage",
    "centre right": "stage right",
    "center right": "stage right",
    "centre left": "stage left",
    "center left": "stage left",
    "right": "stage right",
    "left": "stage left",
    "down right": "downstage right",
    "down left": "downstage left",
    "up right": "upstage right",
    "up left": "upstage left",
    "dsr": "downstage right",
    "dsl": "downstage left",
    "usr": "upstage right",
    "usl": "upstage left",
}

# Numbers of walls and corners. Vaganova counts all eight clockwise from the audience; Cecchetti the corners counter-
# clockwise from downstage right, then the walls from the audience; RAD the walls clockwise from the audience, then the
# corners clockwise from downstage left. The other schools' numbers are not agreed upon, so they have none here.
_CLOCKWISE = (
    "downstage",
    "downstage right",
    "stage right",
    "upstage right",
    "upstage",
    "upstage left",
    "stage left",
    "downstage left",
)
_NUMBERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "vaganova": _CLOCKWISE,
        "cecchetti": (
            "downstage right",
            "downstage left",
            "upstage left",
            "upstage right",
            "downstage",
            "stage left",
            "upstage",
            "stage right",
        ),
        "rad": (
            "downstage",
            "stage right",
            "upstage",
            "stage left",
            "downstage left",
            "downstage right",
            "upstage right",
            "upstage left",
        ),
    }
)


def place_name(words: str, *, school: str) -> str | None:
    """The key in `PLACES` or `WINGS` that words such as "downstage right", "corner 2" or "point 8" mean; None if none.

    Parameters
    ----------
    words : str
        Small letters without accents.
    school : str
        Decides what a number means.
    """
    if words in PLACES:
        return words
    if words in _ALSO:
        return _ALSO[words]
    where, _, wing = words.rpartition(" ")
    if wing in ("wing", "wings"):
        there = f"{_ALSO.get(where, where).removeprefix('stage ')} wing"
        return there if there in WINGS else None
    kind, _, number = words.rpartition(" ")
    if kind in ("point", "corner", "wall", "side", "") and number.isdigit() and school in _NUMBERS:
        numbers = _NUMBERS[school]
        if 1 <= int(number) <= len(numbers):
            return numbers[int(number) - 1]
    return None


def numbered(school: str) -> Mapping[str, int]:
    """Each place's number in a school; empty where the school's numbers are not agreed upon."""
    return {name: k + 1 for k, name in enumerate(_NUMBERS.get(school, ()))}


def mirrored(name: str) -> str:
    """The place on the other side of the centre line."""
    return name.replace("right", "*").replace("left", "right").replace("*", "left")


_ACROSS = {"right": "left", "left": "right", "dsr": "dsl", "dsl": "dsr", "usr": "usl", "usl": "usr"}
_ALONG = {
    "upstage": "downstage",
    "downstage": "upstage",
    "up": "down",
    "down": "up",
    "front": "back",
    "back": "front",
    "audience": "back",
    "usr": "dsr",
    "dsr": "usr",
    "usl": "dsl",
    "dsl": "usl",
}


def mirrored_place(words: str, *, school: str) -> str:
    """The words for the place on the other side of the centre line, in the manner `words` has: corner 2, dsr.

    Parameters
    ----------
    words : str
        Small letters without accents.
    school : str
        Decides what a number means.
    """
    return _moved(words, _ACROSS, mirrored, school)


def upside_place(words: str, *, school: str) -> str:
    """The words for the place as far upstage as `words` is downstage, on the same side.

    Parameters are those of `mirrored_place`.
    """
    return _moved(
        words,
        _ALONG,
        lambda name: " ".join(_ALONG.get(word, word) for word in name.split()),
        school,
    )


def _moved(words: str, table: Mapping[str, str], move: Callable[[str], str], school: str) -> str:
    kind, _, number = words.rpartition(" ")
    if number.isdigit():
        name = place_name(words, school=school)
        there = numbered(school).get(move(name)) if name is not None else None
        return words if there is None else f"{kind} {there}".strip()
    return " ".join(table.get(word, word) for word in words.split())
