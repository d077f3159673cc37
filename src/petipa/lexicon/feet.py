"""Which keys of a step's movement hold where it is danced, and where its feet take her."""

from __future__ import annotations

from cmath import phase, rect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import pi, radians
from typing import Any

from petipa.lexicon.model import Entry
from petipa.lexicon.positions import FEET, Level, Place, Side, Stance

Keys = Sequence[Mapping[str, Any]]

PAIR = {
    "fifth_front": "fifth_back",
    "fifth_back": "fifth_front",
    "third_front": "third_back",
    "third_back": "third_front",
    "fourth_front": "fourth_back",
    "fourth_back": "fourth_front",
    "first": "first",
    "second": "second",
    "narrow": "narrow",
    "sus_front": "sus_back",
    "sus_back": "sus_front",
    "sus_second": "sus_second",
    "sus_fourth_front": "sus_fourth_back",
    "sus_fourth_back": "sus_fourth_front",
}
"""Places that a position gives its two feet."""

TWIST = radians(13.0)
"""More than this a hip does not take on a foot that stays."""

ABOUT, TURN_ROUND = radians(150.0), radians(100.0)
"""Up to this a turn begins the other way round to come to its line, and a step that only turns her half about."""

ROLL = {"flat": 0.0, "plie": 0.0, "demi": 1.0, "pointe": 2.0}
"""How far over her toes a foot stands."""

DESCENT = 0.42
"""Seconds in which she comes down from small steps on the tips."""

_BESIDE = {
    "narrow": (0.0, 0.09),
    "sus_front": (0.034, -0.008),
    "sus_back": (-0.034, -0.008),
    "sus_second": (0.0, 0.30),
    "sus_fourth_front": (0.22, 0.014),
    "sus_fourth_back": (-0.22, 0.014),
}
_CLOSED = ("fifth_front", "fifth_back", "third_front", "third_back")
_HELD = ("stay", "pivot")
_CROSSED = radians(22.0)  # two feet that have so far to turn to a fifth, each on its ball, are crossed already
_FOOT = 0.23  # length of a foot [m]

_LAST: Mapping[str, Keys] = {
    "bourree": ({"t": 1.0, "w": "end", "o": "end", "move": 1.0},),
    "serre": ({"t": 1.0, "w": "end", "o": "end", "move": 1.0},),
    "emboite": ({"t": 1.0, "w": "end", "o": "end", "move": 1.0},),
    "chaines": (
        {"t": 0.76, "w": "narrow:pointe", "o": "aloft", "move": 1.0, "turn": (1.0, -90.0)},
        {"t": 0.88, "w": "pivot:demi", "o": "aloft", "turn": (1.0, -16.0)},
        {"t": 1.0, "w": "pivot:flat", "o": "end", "turn": (1.0, 0.0)},
    ),
}
"""What the feet of a cycle come to in the end; of other cycles the last pace is onto one foot, and the other joins."""


@cache
def offset(foot: Side, role: str) -> tuple[float, float] | None:
    """How far ahead and to her left of her a place has a foot's middle [m]; None for a place below her, or none."""
    name, _, end = role.partition("_")
    if name in _PLACES and end in ("", "front", "back"):
        ahead, out = FEET[Place(name)]
        return {"front": ahead, "back": -ahead, "": 0.0}[end], out * foot.sign
    if role in _BESIDE:
        return _BESIDE[role][0], _BESIDE[role][1] * foot.sign
    return None


_PLACES = frozenset(place.value for place in FEET)


def _on_tips(role: str) -> bool:
    """Whether a place is that of the tip of a foot, and not of its middle."""
    return role.startswith("sus")


def back(roll: float, length: float) -> float:
    """Distance behind the tip of the toes [m] of what a foot so long stands on."""
    flat, demi, tip = 0.42 * length, 0.03, -0.012
    return flat + (demi - flat) * roll if roll < 1.0 else demi + (tip - demi) * min(roll - 1.0, 1.0)


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


def swing(motion: Mapping[str, Any], way: float, before: float, after: float, *, turns: bool) -> float:
    """How far a step swings her from where she faced to where she faces, its own turns aside [all rad].

    Parameters
    ----------
    way : of its turns, 1 to her left; turns : whether it has any
    """
    angle = (after - before + pi) % (2 * pi) - pi
    most = ABOUT if turns else TURN_ROUND
    onward = (turns or "half" in motion) and way * angle < -1e-9 and abs(angle) > most
    return angle + way * 2 * pi if onward else angle


def gone(turn: Sequence[float], turns: float) -> float:
    """How far she has turned [rad] of so many turns, by a key's share of them and degrees more."""
    done, extra = (float(v) for v in turn)
    return turns * done + radians(extra)


def stay_put(keys: Keys) -> bool:
    """Whether both feet stay where a key has set them in the keys that follow, but for turning on their balls."""
    return all(str(key.get(foot, "stay")).partition(":")[0] in _HELD for key in keys for foot in "wo")


def closing(foot: Side, role: str, heading: float, after: float) -> float:
    """The heading for which a foot is set down in a closed position where she turns on from `heading` to `after`.

    Each foot then turns on its own ball. Set down as if she were round, they are closed in the end; where that would
    uncross them for now, the foot in front being the one she turns toward, no further round than they stay crossed.
    """
    if role not in _CLOSED:
        return heading
    front = foot if role.endswith("front") else foot.other
    toward = Side.L if after > heading else Side.R
    rest = after - heading
    return heading + (max(-_CROSSED, min(rest, _CROSSED)) if front is toward else rest)


@dataclass(frozen=True)
class _Sole:
    """A foot that stands: where the tip of its toes is [m], where it points [rad], how far over the toes it is."""

    tip: complex
    yaw: float
    roll: float
    role: str

    @property
    def under(self) -> complex:
        """Its ball, or its tip: what keeps its place as the heel comes down."""
        return self.tip - rect(back(max(self.roll, 1.0), _FOOT), self.yaw)

    def turned(self, yaw: float, roll: float) -> _Sole:
        """Once it has turned on its ball, or on its tip."""
        return _Sole(self.under + rect(back(max(roll, 1.0), _FOOT), yaw), yaw, roll, self.role)


class _Floor:
    """Where her feet are while the keys of a step are followed: those that stand, and the place she has come to."""

    def __init__(self, turnout: float) -> None:
        self.turnout = turnout
        self.base = 0j
        self.soles: dict[Side, _Sole | None] = {Side.L: None, Side.R: None}

    def yaw(self, foot: Side, heading: float, role: str) -> float:
        return heading + foot.sign * self.turnout * (0.25 if role == "parallel" else 1.0)

    def set_down(self, foot: Side, role: str, level: str, heading: float) -> _Sole | None:
        """A foot in a place; None in the air."""
        yaw, roll, beside = self.yaw(foot, heading, role), ROLL[level], offset(foot, role)
        if beside is not None:
            middle = self.base + complex(*beside) * rect(1.0, heading)
            return _Sole(middle if _on_tips(role) else middle + rect(0.5 * _FOOT, yaw), yaw, roll, role)
        if role in ("under", "parallel"):
            return _Sole(self.base + rect(back(max(roll, 1.0), _FOOT), yaw), yaw, roll, role)
        return None

    def base_from(self, foot: Side, role: str, heading: float, *, round_: bool = False) -> complex | None:
        """Where she is if a foot that stands has that place; `round_` once it has turned on its ball."""
        sole, beside = self.soles[foot], offset(foot, role)
        if sole is None:
            return None
        if round_:
            sole = sole.turned(self.yaw(foot, heading, role), sole.roll)
        if beside is None:
            return sole.under
        middle = sole.tip if _on_tips(role) else sole.tip - rect(0.5 * _FOOT, sole.yaw)
        return middle - complex(*beside) * rect(1.0, heading)

    def askew(self, foot: Side, heading: float) -> float:
        """How far a foot that stands is from where its turnout would have it [rad]."""
        sole = self.soles[foot]
        return 0.0 if sole is None else abs(phase(rect(1.0, sole.yaw - self.yaw(foot, heading, sole.role))))

    def following(self, left: float, heading: float) -> Side | None:
        """The foot that closes again to the other where she turns on both, flat and closed: the one that bears less."""
        for foot, sole in self.soles.items():
            other = self.soles[foot.other]
            closed = sole is not None and other is not None and sole.role in _CLOSED and PAIR[sole.role] == other.role
            if not closed or (sole and sole.roll) or self.askew(foot, heading) <= TWIST:
                return None
        own = self.soles[Side.L]
        return Side.L if left < 0.5 or (left == 0.5 and own and own.role.endswith("back")) else Side.R

    def middle(self, stance: Stance, heading: float) -> complex:
        """Where she is in a stance: over the foot that carries her, or between both."""
        feet = (stance.support,) if stance.support else tuple(Side)
        places = [self.base_from(foot, _role(stance, foot)[0], heading) for foot in feet]
        known = [place for place in places if place is not None]
        return sum(known) / len(known) if known else self.base


def drawn(
    entry: Entry,
    *,
    side: Side,
    start: Stance,
    end: Stance,
    direction: str | None,
    faced: float,
    yaw: float,
    turnout: float,
    turns: int = 0,
    paces: int = 0,
    pointe: bool = False,
) -> tuple[float, float]:
    """How far a step's feet take her [m, on stage] beyond the way she goes in it.

    Where one foot closes to the other, or she comes from both feet onto one, she is elsewhere than she was, or than
    she came down.

    Parameters
    ----------
    side : it is danced to; faced, yaw : where she faces before and after; turnout : of a foot [all degrees]
    turns, paces : it has; pointe : whether it is danced on pointe
    """
    floor, heading = _Floor(radians(turnout)), radians(faced)
    tips = start.level is Level.POINTE and (start.support is not None or bool(entry.motion.get("tips")))
    for foot in Side:
        role, level = _role(start if tips else replace(start, level=Level.FLAT), foot)
        floor.soles[foot] = floor.set_down(foot, role, level, heading)
    keys = holding(_keys(entry, paces), side=side, start=start, end=end, direction=direction)
    if not keys or float(keys[-1]["t"]) < 1.0:
        keys.append({"t": 1.0})
    rooted = all(str(key.get(foot, "stay")).startswith("stay") for key in keys for foot in "wo")
    way = side.sign * float(entry.motion.get("way", 1.0))
    about = swing(entry.motion, way, heading, radians(yaw), turns=bool(turns))
    full = 2 * pi * turns
    round_ = heading + about + way * gone(next((k["turn"] for k in keys[::-1] if "turn" in k), (0.0, 0.0)), full)
    ease, turned, left, now = 0.0, (0.0, 0.0), 0.5, heading
    for number, key in enumerate(keys):
        ease = max(ease, float(key.get("face", min(max(float(key["t"]) + 1.0, 0.0), 1.0))))
        turned = key.get("turn", turned)
        now = heading + about * ease + way * gone(turned, full)
        goals = {foot: str(key.get(name, "stay")) for foot, name in ((side, "w"), (side.other, "o"))}
        follows = floor.following(left, now) if rooted else None
        set_down: dict[Side, tuple[str, str]] = {}
        for foot, goal in goals.items():
            name, _, level = goal.rstrip("~").partition(":")
            sole = floor.soles[foot]
            if name not in _HELD:
                set_down[foot] = _goal(name, level, foot, start, end, pointe)
            elif foot is follows and sole is not None:
                set_down[foot] = (sole.role, "flat")
            elif sole is not None:
                roll = ROLL.get(level, sole.roll)
                if name == "pivot" or floor.askew(foot, now) > TWIST:
                    floor.soles[foot] = sole.turned(floor.yaw(foot, now, sole.role), roll)
                else:
                    floor.soles[foot] = replace(sole, roll=roll)
        place = 0j if "move" in key else floor.base
        faces = {}
        for foot, (role, _) in set_down.items():
            faces[foot] = closing(foot, role, now, round_) if turns and stay_put(keys[number + 1 :]) else now
            if "move" not in key and role in PAIR and foot.other not in set_down:
                found = floor.base_from(foot.other, PAIR[role], faces[foot], round_=faces[foot] != now)
                place = place if found is None else found
        floor.base = place
        for foot, (role, level) in set_down.items():
            sole = floor.set_down(foot, role, level, faces[foot])
            if sole is not None and faces[foot] != now:
                sole = sole.turned(floor.yaw(foot, now, role), sole.roll)
            floor.soles[foot] = sole
        if "weight" in key and key["weight"] != "end":
            left = float(key["weight"]) if side is Side.L else 1.0 - float(key["weight"])
    place = floor.middle(end, now)
    return place.real, place.imag


def descent(entry: Entry, end: Stance) -> float:
    """Seconds of a step's end in which it takes no more paces: those in which she comes down from her tips."""
    small = entry.motion.get("cycle") in ("bourree", "emboite")
    return DESCENT if small and end.level is not Level.POINTE else 0.0


def walks(entry: Entry) -> bool:
    """Whether a step that goes somewhere goes no further than its feet do, from one to the other."""
    moves = "cycle" in entry.motion or any("move" in key for key in entry.motion.get("keys", ()))
    return not moves and any(entry.way())


def _keys(entry: Entry, paces: int) -> Keys:
    """The keys of a step, of a cycle those it ends on."""
    cycle = entry.motion.get("cycle")
    if cycle is None:
        return tuple(entry.motion.get("keys", ()))
    if cycle in _LAST:
        return _LAST[cycle]
    foot, other = ("w", "o") if paces % 2 else ("o", "w")
    place = "parallel" if cycle == "run" else "under"
    return (
        {"t": 0.0, foot: f"{place}:demi", "move": 1.0},
        {"t": 0.2, foot: "stay:flat"},
        {"t": 1.0, other: "end"},
    )


def _role(stance: Stance, foot: Side) -> tuple[str, str]:
    """The place and the level a stance gives a foot."""
    level = str(stance.level)
    if stance.position is Place.ONE_LEG:
        return ("under" if stance.support is foot else "free"), level
    name = str(stance.position)
    if stance.position in (Place.THIRD, Place.FOURTH, Place.FIFTH):
        name += "_front" if stance.front is foot else "_back"
    tip = name.replace("fifth", "sus").replace("fourth", "sus_fourth").replace("second", "sus_second")
    return (tip, level) if level == "pointe" and _on_tips(tip) else (name, level)


def _goal(name: str, level: str, foot: Side, start: Stance, end: Stance, pointe: bool) -> tuple[str, str]:
    """The place and the level that a key's goal gives a foot."""
    if name in ("start", "end"):
        stance = start if name == "start" else end
        name, own = _role(stance if not level else replace(stance, level=Level.FLAT), foot)
        if not level and name != "under" and not _on_tips(name):
            own = "flat"
        level = level or own
    elif name in ("sus", "sus_end"):
        front = (start if name == "sus" else end).front
        name = "sus_front" if front is foot else "sus_back"
    if level == "danced":
        level = "pointe" if pointe else "flat"
    elif level == "end":
        level = str(end.level)
    return name, level if level in ROLL else "flat"


__all__ = [
    "ABOUT",
    "DESCENT",
    "PAIR",
    "ROLL",
    "TURN_ROUND",
    "TWIST",
    "back",
    "closing",
    "descent",
    "drawn",
    "gone",
    "holding",
    "offset",
    "stay_put",
    "swing",
    "walks",
]
