"""Which keys of a step's movement hold where it is danced, and where its feet take her."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import cos, hypot, radians, sin
from typing import Any

from petipa.lexicon.model import BALL, Entry
from petipa.lexicon.positions import FEET, Place, Side, Stance

_HELD = ("stay", "pivot", "start")
_PLACES = frozenset(place.value for place in FEET)


def holding(
    keys: Iterable[Mapping[str, Any]], *, side: Side, start: Stance, end: Stance, direction: str | None
) -> list[dict[str, Any]]:
    """The keys whose `if` holds for a step from one stance to another."""
    closes = end.support is None
    holds = {
        "closes": closes,
        "opens": not closes,
        "on_w": start.support == side,
        "off_w": start.support != side,
        "on_o": start.support == side.other,
        "lifted": start.raised and start.leads == str(direction),
        "opens_down": not closes and str(end.level) != "pointe",
        "from_front": start.front == side,
        "from_back": start.front == side.other,
        "to_front": end.front == side,
        "to_back": end.front == side.other,
        "off_one": start.support is not None,
        "off_two": start.support is None,
        "raised": start.raised,
        "at_ankle": str(start.free).startswith("cou_de_pied"),
        "on_toe": str(start.free).startswith("tendu"),
        "from_pointe": str(start.level) == "pointe",
        f"from_{start.position}": True,
        f"to_{end.position}": True,
    }

    def wanted(key: Mapping[str, Any]) -> bool:
        """Whether every word of the key's `if` holds: one of those above, or the step's direction; `not` before one."""
        words = str(key.get("if", "")).replace("not ", "!").split()
        return all((holds.get(w.lstrip("!"), w.lstrip("!") == str(direction))) != w.startswith("!") for w in words)

    return [dict(key) for key in keys if wanted(key)]


def walked(
    entry: Entry,
    *,
    side: Side,
    start: Stance,
    end: Stance,
    direction: str | None,
    faced: float,
    yaw: float,
    turnout: float,
) -> tuple[float, float] | None:
    """How far a step takes her [m, on stage] that goes no further than from foot to foot; None where it has a way.

    Parameters
    ----------
    side : it is danced to; faced, yaw : where she faces before and after [degrees]; turnout : of a foot [degrees]
    """
    keys = entry.motion.get("keys", ())
    if "cycle" in entry.motion or any("move" in key for key in keys) or not hypot(*entry.way()):
        return None
    base = (0.0, 0.0)
    places: dict[Side, tuple[float, float] | None] = {}
    for foot in Side:
        ways = [radians(way + turnout * foot.sign) for way in (faced, yaw)]
        # A foot that stands turns with her on its ball.
        ahead, left = (BALL * (of(ways[1]) - of(ways[0])) for of in (cos, sin))
        place = _minus(_minus(base, start.from_foot(foot, faced)), (ahead, left))
        places[foot] = place if start.support in (None, foot) else None
    for key in holding(keys, side=side, start=start, end=end, direction=direction):
        roles: dict[Side, Stance | None] = {}
        for foot, name in ((side, "w"), (side.other, "o")):
            goal = str(key.get(name, "stay")).partition(":")[0].rstrip("~")
            if goal not in _HELD:
                roles[foot] = _stance(goal, foot, end)
        for foot, role in roles.items():
            stands = places[foot.other]
            if role is not None and role.support is None and foot.other not in roles and stands is not None:
                base = _minus(stands, _minus((0.0, 0.0), role.from_foot(foot.other, yaw)))
        for foot, role in roles.items():
            places[foot] = _minus(base, role.from_foot(foot, yaw)) if role is not None else None
    stands = places[end.support or side]
    return None if stands is None else _minus(stands, _minus((0.0, 0.0), end.from_foot(end.support or side, yaw)))


def _stance(goal: str, foot: Side, end: Stance) -> Stance | None:
    """The position a foot's goal places it in; None in the air."""
    if goal == "end":
        return end if end.support in (None, foot) else None
    if goal == "under":
        return Stance(Place.ONE_LEG, None, foot)
    place, _, way = goal.partition("_")
    if place not in _PLACES or way not in ("", "front", "back"):
        return None
    return Stance(Place(place), {"front": foot, "back": foot.other}.get(way))


def _minus(a: tuple[float, float], b: tuple[float, float]) -> tuple[float, float]:
    return a[0] - b[0], a[1] - b[1]


__all__ = ["holding", "walked"]
