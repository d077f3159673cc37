"""What the steps mean for a body: when each foot is where, how deep the plié, where the arms and the head go.

A step's `[motion]` table is a list of keys. A key has a time `t`: -1 is the moment the step begins to
prepare, 0 its accent (the moment that meets the count), 1 the moment the next step takes over. Between
`takeoff` and `landing` the clock is the flight's own: its length follows from the height of the jump.

Fields of a key: `w` and `o` say what the working and the other foot have come to by then; `bend` how
deep the carrying knee is (0 straight, 1 demi-plié); `carry` which leg holds her up; `weight` the share
of the weight on the working foot; `move` the share of the travel done; `turn` the share of the turn
done; `s` seconds added to the time; `arms`, `head`, `lean` (pitch forward, toward the working side and, where it is
written, the turn of the trunk to that side, degrees); `hinge` (of the pelvis at the hips, as `lean` is of the spine);
`if` when the key holds at all: words of which every one must be so, `closes`, `opens`, `on_w`, `off_w`, `opens_down`,
`from_front`, `from_back`, `to_front`, `to_back`, `off_one`, `off_two` (feet she begins on),
`from_pointe`, `on_o`, `at_ankle`, `on_toe` (her free foot, in tendu), `raised` (the free leg is up), `lifted`
(it is up in the step's direction already), `from_` or `to_` and a position of the feet (`to_second`, `from_one_leg`),
or a direction, `not` before it if so meant.

A step may jump after its accent, or again: each of `push`, `takeoff`, `landing` and `sink` is then on as many keys as
it jumps.

A step with `spin` turns evenly while she is in the air, from what its `takeoff` key has turned to its `landing` key.
The table's own `swing` is the fastest the toe goes from pose to pose [m/s]; `lead` lengthens the preparation; `half`
turns her to the new facing the way the step turns, with `onward` the way the same step before it turned; `sink` on a
key is the bottom of a landing, reached in so many times the usual stroke; `stroke` from the bottom of her bend to where
she leaves the floor [m], where it is less than in a plié; `tips` that she may begin on both tips and
stay there.

Feet: `start` and `end` (their place in the step's positions), `fifth_front`, `fourth_back`, `first`,
`second`, `under` (below her), `stay`, `pivot`, each with a level after a colon (flat, demi, pointe) and a
`~` for a slide on the floor; or a pose in the air (`retire`, `devant:90`, ...), `tendu_*` touching.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from petipa.dancer import Dancer
from petipa.errors import ChoreographyError
from petipa.lexicon import Side, holding
from petipa.lexicon.feet import DESCENT, PAIR, ROLL, TWIST, back, closing, drawn, gone, offset, stay_put, swing
from petipa.motion.arms import known_arms, known_head, mirrored_name
from petipa.motion.legs import BENT, DEG, known_pose, pose_table
from petipa.motion.model import FlightSpan, StepSpan
from petipa.motion.qualities import Effort, effort_of

Array = NDArray[np.float64]
RATE = 60.0
GRAVITY = 9.81
TURN_NONE = (0.0, 0.0)
PENCHE = 125.0  # degrees: higher than this a leg rises because the trunk goes down
PLIE_STROKE = 0.175  # metres from the bottom of a plié to the tips of the toes
SETTLE = 0.12  # seconds in which the weight comes over the foot that pushes off
SWING = 5.0  # metres a second: the fastest a toe goes from pose to pose where its entry says nothing else
STRETCHING = 0.35  # seconds in which a knee stretches out of a demi-plié where nothing springs
RISING = 0.25  # seconds in which it stretches out of the depth of a landing
REBOUND = 0.15  # seconds: sooner after the depth of a landing a push goes out of it as it is
LEAST_PUSH = 0.12  # seconds from the bottom of a bend to the take-off
ARRIVES = 20.0  # degrees between her way and where she is to face, from which on she turns at the last pace
DEEP = 0.7  # of a demi-plié, from where a foot at the ankle meets it lower and further out
AMEND, AMENDED = 0.06, 0.15  # how far a step makes up for where she is [m], and what share of its way if more
STRAYED = 0.1  # how far from where the text has her she may be after a step that travels [m]
LOWER = 0.3  # least seconds in which a leg comes down from the air through a tendu
FALL = 0.06  # how much lower she meets the floor on both feet than she leaves it from one, the other leg raised [m]
UNHURRIED = 1.4  # a turn on the spot takes at most so many times its usual time, however long the music gives it
SUSTAINED = 1.5  # coming to a pose that is held, and going from it, so many times theirs
HOP = 0.16  # seconds: a shorter flight is a hop on the tip


class Contact(Enum):
    """How a foot arrives at an event."""

    PLANT = "plant"
    AIR = "air"
    TOUCH = "touch"


@dataclass(frozen=True)
class FootEvent:
    """What one foot has come to at a time [s]."""

    time: float
    contact: Contact
    anchor: tuple[float, float] = (0.0, 0.0)
    yaw: float = 0.0
    roll: float = 0.0
    pose: str = ""
    height: float | None = None
    slide: bool = False
    pivot: bool = False
    moved: bool = False
    firm: bool = False  # meets a count: not to be shifted
    swing: float = SWING  # the fastest the toe comes here [m/s]


@dataclass(frozen=True)
class Track:
    """Values of one channel at times [s]."""

    times: Array
    values: Array


@dataclass(frozen=True)
class Plan:
    """Everything the reference needs, in seconds and metres."""

    start: float
    frames: int
    feet: tuple[tuple[FootEvent, ...], tuple[FootEvent, ...]]
    heading: Track
    bend: Track
    carry: tuple[tuple[float, str], ...]
    weight: Track
    lean: Track
    hinge: Track
    arms: tuple[tuple[float, str], ...]
    head: tuple[tuple[float, str], ...]
    gaze: tuple[tuple[float, float, str], ...]
    flights: tuple[FlightSpan, ...]
    strokes: tuple[tuple[float, float], ...]  # of each flight: when the push begins, when the landing has sunk
    steps: tuple[StepSpan, ...]
    paces: tuple[tuple[float, float] | None, ...] = ()  # of each arms key: share of its way it waits, stroke; or usual
    reach: Track | None = None  # of the arms' way from low to their position, where a quality asks for more or less


@dataclass
class _Stage:
    """What is known while the steps are laid out one after another."""

    turnout: float
    extension: float  # of her leg [degrees]
    foot_length: float
    base: Array
    heading: float
    feet: dict[str, FootEvent]
    events: dict[str, list[FootEvent]] = field(default_factory=lambda: {"L": [], "R": []})
    roles: dict[str, str] = field(default_factory=dict)

    def yaw(self, foot: str, heading: float, role: str) -> float:
        out = self.turnout * (0.25 if role == "parallel" else 1.0)
        return heading + (out if foot == "L" else -out)

    def offset(self, foot: str, role: str) -> Array | None:
        """Centre of the foot from the base in the heading frame; None for a place that is simply below her."""
        beside = offset(Side(foot), role)
        return None if beside is None else np.array(beside)

    def back(self, roll: float) -> float:
        """Distance of the pressure point behind the toe tip [m], as `legs.pressure_point` has it."""
        return back(roll, self.foot_length)

    def place(self, foot: str, role: str, base: Array, heading: float, roll: float) -> tuple[Array, float]:
        yaw = self.yaw(foot, heading, role)
        along = np.array([np.cos(yaw), np.sin(yaw)])
        offset = self.offset(foot, role)
        if offset is None:
            return base + self.back(max(roll, 1.0)) * along, yaw  # her ball keeps its place as the heel comes down
        centre = base + _turn(heading) @ offset
        if role.startswith("sus"):
            return centre, yaw
        return centre + 0.5 * self.foot_length * along, yaw

    def turned(self, event: FootEvent, yaw: float) -> FootEvent:
        """A standing foot once it has turned on its ball, or on its tip."""
        back = self.back(max(event.roll, 1.0))
        moved = np.array([np.cos(yaw) - np.cos(event.yaw), np.sin(yaw) - np.sin(event.yaw)])
        x, y = np.array(event.anchor) + back * moved
        return replace(event, anchor=(float(x), float(y)), yaw=yaw)

    def base_from(self, foot: str, role: str, heading: float, *, round_: bool = False) -> Array | None:
        """Where the base is, given that a planted foot stands in a role; `round_` once it has turned on its ball."""
        offset = self.offset(foot, role)
        event = self.feet[foot]
        if event.contact != Contact.PLANT:
            return None
        if round_:
            event = self.turned(event, self.yaw(foot, heading, role))
        along = np.array([np.cos(event.yaw), np.sin(event.yaw)])
        if offset is None:
            return np.array(event.anchor) - self.back(max(event.roll, 1.0)) * along
        if role.startswith("sus"):
            return np.array(event.anchor) - _turn(heading) @ offset
        return np.array(event.anchor) - 0.5 * self.foot_length * along - _turn(heading) @ offset


def _turn(angle: float) -> Array:
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


DOWN_THE_LEG = {
    "fifth_front": "cou_de_pied_devant",
    "sus_front": "cou_de_pied_devant",
    "third_front": "cou_de_pied_devant",
    "fifth_back": "cou_de_pied_derriere",
    "sus_back": "cou_de_pied_derriere",
    "third_back": "cou_de_pied_derriere",
}
"""Where a foot that comes down from the knee passes the other leg on its way to a place on the floor."""

ASIDE = (("devant", 8.0), ("seconde", 80.0), ("derriere", 172.0))
"""Where a tendu of each direction points [degrees from the front]."""


def _other(foot: str) -> str:
    return "L" if foot == "R" else "R"


def _support(stance: Any) -> str:
    """The foot that carries her in a stance, or both."""
    return str(stance.support) if stance.support in ("L", "R") else "both"


def _stance_goal(stance: Any, foot: str) -> str:
    """What a foot does in a stance."""
    position = str(stance.position)
    if position == "one_leg":
        if stance.support == foot:
            return "under"
        return _free_pose(stance.free)
    if position in ("fifth", "fourth", "third"):
        return f"{position}_{'front' if stance.front == foot else 'back'}"
    return position


def _free_pose(free: str | None) -> str:
    if free is None:
        return "cou_de_pied_derriere"
    name = str(free)
    if "_" in name and name.rsplit("_", 1)[1].isdigit():
        pose, height = name.rsplit("_", 1)
        return f"{pose}:{height}"
    return {"arabesque": "arabesque:90"}.get(name, name)


def _snap(t: float, start: float) -> float:
    return start + round((t - start) * RATE) / RATE


def _clock(placed: Any, entry: Any, dancer: Dancer) -> tuple[float, float]:
    """Rise of the jump [m] and its flight [s]; zero when the entry does not jump."""
    if entry.jump is None or not any(key.get("takeoff") for key in entry.motion["keys"]):
        return 0.0, 0.0
    rise = dancer.capability.rise(float(entry.jump.usual))
    return rise, _in_the_air(rise, entry)


def _after(step: Any, entry: Any) -> tuple[float, float]:
    """Seconds a step takes after its accent, at least and usually: no less than its paces can be done in."""
    least, usual = entry.tail
    return least, max(usual, int(getattr(step, "paces", 0) or 0) * (entry.pace[0] if entry.pace else 0.0))


def _in_the_air(rise: float, entry: Any) -> float:
    """Seconds of a jump that rises so high [m]."""
    lower = FALL if entry.take_off in ("work", "other") and entry.landing == "both" else 0.0
    return float(np.sqrt(2 * rise / GRAVITY) + np.sqrt(2 * (rise + lower) / GRAVITY))


def make_plan(
    placed: Sequence[Any],
    lexicon: Mapping[str, Any],
    seconds_at: Callable[[Fraction], float],
    dancer: Dancer,
    *,
    where: Callable[[Fraction], tuple[int, str]] | None = None,
    tail: float = 1.2,
    timing: Sequence[float] = (),
) -> Plan:
    """Lay the steps out in time and space.

    Parameters
    ----------
    placed : the steps in order, as the choreography resolves them
    lexicon : entries by key, each with a `motion` table
    seconds_at : music time [s] of a position in beats
    where : bar and beat of a position in beats, for labels
    tail : seconds danced after the last accent
    timing : seconds by which each step is laid out after its count, none by default: how she has to think of a step
        in order to meet it

    Raises
    ------
    ChoreographyError
        A step has no room in time, or an entry's motion is not known.
    """
    if not placed:
        raise ChoreographyError("there is nothing to dance", would_work="write at least one step")
    counts = [float(seconds_at(step.at)) for step in placed]
    timing = timing or [0.0] * len(placed)
    first = lexicon[placed[0].entry]
    start = counts[0] - max(1.0, first.lead[1] + 0.6)
    accents = [_snap(t + later, start) for t, later in zip(counts, timing, strict=True)]
    sole = dancer.skeleton.soles[0]
    offs = dancer.skeleton.offsets
    names = dancer.skeleton.names
    length = float(sole.toe_tip[0] + offs[names.index("toes_l"), 0] + offs[names.index("mid_l"), 0] - sole.heel[0])
    opening = placed[0].start
    heading = float(getattr(placed[0], "facing_from", placed[0].facing)) * DEG
    stage = _Stage(
        turnout=dancer.capability.turnout * DEG,
        extension=dancer.capability.extension,
        foot_length=length,
        base=np.array(getattr(placed[0], "travel_from", None) or (0.0, 0.0), dtype=np.float64),
        heading=heading,
        feet={},
    )
    for foot in "LR":
        goal = _stance_goal(opening, foot)
        name, _, height = goal.partition(":")
        if stage.offset(foot, name) is not None or name == "under":
            anchor, yaw = stage.place(foot, name, stage.base, heading, 0.0)
            event = FootEvent(start, Contact.PLANT, (float(anchor[0]), float(anchor[1])), yaw)
        else:
            contact = Contact.TOUCH if name.startswith("tendu") else Contact.AIR
            event = FootEvent(start, contact, pose=name, height=float(height) if height else None)
        stage.feet[foot] = event
        stage.roles[foot] = name
        stage.events[foot].append(event)

    heading_keys: list[tuple[float, float]] = [(start, heading)]
    bend_keys: list[tuple[float, float]] = [(start, 0.0)]
    carry_keys: list[tuple[float, str]] = [(start, _support(opening))]
    weight_keys: list[tuple[float, float]] = [(start, {"both": 0.5, "L": 1.0, "R": 0.0}[_support(opening)])]
    lean_keys: list[tuple[float, float, float, float]] = [(start, 0.0, 0.0, 0.0)]
    hinge_keys: list[tuple[float, float, float]] = [(start, 0.0, 0.0)]
    arm_keys: list[tuple[float, str]] = [(start, "preparatory")]
    paces: list[tuple[float, float] | None] = [None]
    reach_keys: list[tuple[float, float]] = [(start, 1.0)]
    head_keys: list[tuple[float, str]] = [(start, "front")]
    gaze: list[tuple[float, float, str]] = []
    flights: list[FlightSpan] = []
    strokes: list[tuple[float, float]] = []
    spans: list[StepSpan] = []

    way = 1.0
    leads: list[float] = []
    usual: list[float] = []  # as much of a lead as the step usually has
    rises: list[tuple[float, float]] = []
    for index, step in enumerate(placed):
        entry = lexicon[step.entry]
        if "keys" not in entry.motion:
            raise ChoreographyError(
                f"{step.entry} cannot be danced yet", where=f"line {step.line}", would_work="another step"
            )
        gap = accents[index] - (accents[index - 1] if index else start)
        previous = _after(placed[index - 1], lexicon[placed[index - 1].entry]) if index else (0.1, 0.4)
        want = entry.ready(step.start)
        if step.start.raised and entry.family != "turn":
            want = max(want, 0.85)  # a leg that high needs time to come down
        if _comes_down(step):
            want = max(want, 0.85)
        room = want + previous[1]
        lead = want if room <= gap else gap * want / room
        if index == 0:
            lead = min(want, gap - 0.2)
        rise, flight = _clock(step, entry, dancer)
        effort = effort_of(getattr(step, "quality", None))
        if effort is not None:
            if index and not _paced_by_itself(step, entry):
                room = max(lead, gap - previous[0] - 0.1)
                lead = float(np.clip(lead * (1.0 - 0.35 * effort.time), min(lead, entry.lead[0]), room))
            if flight:
                rise = float(np.clip(rise * effort.jump, 0.9 * rise, dancer.capability.jump_great * 1.05))
                flight = _in_the_air(rise, entry)
        if flight:
            keys = entry.motion["keys"]
            share = before_accent(keys)
            # A landing hands on to the next push, but from the tip she first comes down.
            handed_on = 0.08
            if index and from_the_tip(placed[index - 1], lexicon[placed[index - 1].entry]):
                handed_on = previous[0]
            # The push from the floor needs a fifth of a second at least.
            while flight * share + 0.18 > min(gap - handed_on, max(lead, flight * share + 0.22)) and rise > 0.02:
                rise *= 0.9
                flight = _in_the_air(rise, entry)
            # Before she pushes the weight comes where she pushes from, if the step before leaves the time.
            after = want * max(0.0, -next(float(key["t"]) for key in keys if key.get("landing")))
            settled = flight * share + _stroke(entry, _aloft(flight)) + SETTLE + after if share else 0.0
            lead = max(lead, flight * share + 0.24, min(settled, gap - previous[1]))
            lead = min(lead, gap - handed_on)
        leads.append(lead)
        usual.append(min(want, lead))
        rises.append((rise, flight))

    for index, step in enumerate(placed):
        entry = lexicon[step.entry]
        accent = accents[index]
        begin = _snap(accent - leads[index], start)
        if index + 1 < len(placed):
            finish = _snap(accents[index + 1] - leads[index + 1], start)
        else:
            finish = _snap(accent + max(tail, entry.tail[1] + 0.4), start)
        finish = max(finish, accent + 2 / RATE)
        keys = _keys(step, entry, finish - accent)
        rise, flight = rises[index]
        effort = effort_of(getattr(step, "quality", None))
        if effort is not None:
            keys = _coloured(keys, effort, step, entry, flying=bool(flight))
            if step.height is not None:
                most = max(float(step.height), dancer.capability.extension)
                step = replace(step, height=min(float(step.height) * effort.height, most))
        knots = {-1.0: begin, 0.0: accent, 1.0: finish}
        take = next((float(k["t"]) for k in keys if k.get("takeoff")), None)
        land = next((float(k["t"]) for k in keys if k.get("landing")), None)
        if flight and take is not None and land is not None:
            landed: float | None = None
            sink: float | None = None
            if take < 0.0:
                frames = max(6, _aloft(flight))
                if land <= 0.0:
                    knots[land] = accent if land == 0.0 else _snap(accent + land * usual[index], start)
                    knots[take] = knots[land] - frames / RATE
                else:
                    half = frames // 2
                    knots[take], knots[land] = accent - half / RATE, accent + (frames - half) / RATE
                stroke = _stroke(entry, frames)
                push = next((float(k["t"]) for k in keys if k.get("push")), None)
                sink, soft = next(((float(k["t"]), float(k["sink"])) for k in keys if k.get("sink")), (None, 1.0))
                if push is not None:
                    knots[push] = max(begin + 1 / RATE, knots[take] - stroke)
                if sink is not None:
                    knots[sink] = min(knots[land] + soft * stroke, finish - 1 / RATE)
                flights.append(FlightSpan(knots[take], knots[land], rise, index))
                first = knots[push] if push is not None else max(begin, knots[take] - stroke)
                last = knots[sink] if sink is not None else min(knots[land] + stroke, finish)
                strokes.append((first, last))
                landed = knots[land]
            for again in _later_jumps(keys):
                frames, higher = _later_flight(again, landed, accent, finish, flight)
                stroke = _stroke(entry, frames)
                knots[again["landing"]] = _snap(accent + again["landing"] * (finish - accent), start)
                knots[again["takeoff"]] = knots[again["landing"]] - frames / RATE
                # What goes before a first jump keeps its time; between two jumps there is only landing and push.
                ready = accent + again["push"] * (finish - accent) if landed is None else landed + 2 / RATE
                knots[again["push"]] = max(ready, knots[again["takeoff"]] - stroke)
                knots[again["sink"]] = min(knots[again["landing"]] + stroke, finish - 1 / RATE)
                if sink is not None:
                    knots[sink] = min(knots[sink], knots[again["push"]] - 1 / RATE)
                    strokes[-1] = (first, knots[sink])
                flights.append(FlightSpan(knots[again["takeoff"]], knots[again["landing"]], higher, index))
                strokes.append((knots[again["push"]], knots[again["sink"]]))
        elif step.turns and entry.motion.get("spots", True) and not entry.pace and not any(entry.way()):
            # No one can turn as slowly as the music may be: she turns, and stands until the next count.
            knots[1.0] = min(finish, _snap(accent + UNHURRIED * entry.takes(step.turns)[1], start))
        elif "cycle" not in entry.motion:
            knots |= _held(keys, accent, finish, SUSTAINED * entry.takes(step.turns)[1], start)
        knot_t = np.array(sorted(knots))
        knot_s = np.array([knots[t] for t in sorted(knots)])

        def when(t: float, knot_t: Array = knot_t, knot_s: Array = knot_s) -> float:
            return _snap(float(np.interp(t, knot_t, knot_s)), start)

        work = step.side if step.side in ("L", "R") else "R"
        sign = 1.0 if work == "L" else -1.0  # toward the working side, as a yaw and as y
        if _support(step.start) == "both":
            # A foot that stood while the other came to it has still the place of an earlier position.
            for foot, role in stage.roles.items():
                if role == "under" or (role in PAIR and not role.startswith("sus")):
                    stage.roles[foot] = _stance_goal(step.start, foot)
        here = _whereabouts(stage, step.start)
        if here is not None:
            stage.base = here
        base0, heading0 = stage.base.copy(), stage.heading
        face = float(step.facing) * DEG
        turns = float(step.turns or 0) * 2 * np.pi
        if "onward" not in entry.motion or index == 0 or placed[index - 1].entry != step.entry:
            way = sign * float(entry.motion.get("way", 1.0))
        about = swing(entry.motion, way, heading0, face, turns=bool(turns))
        travel = _travel(step, entry, base0, face, sign, finish - accent)
        if step.travel_to is not None:
            travel -= drawn(
                entry,
                side=Side(work),
                start=step.start,
                end=step.end,
                direction=step.direction,
                faced=heading0 / DEG,
                yaw=float(step.facing),
                turnout=dancer.capability.turnout,
                turns=int(step.turns or 0),
                paces=int(step.paces or 0),
                pointe=bool(step.pointe),
            )
            if index:
                travel += _astray(stage, step)
        rooted = all(str(key.get(foot, "stay")).startswith("stay") for key in keys for foot in "wo")
        round_ = heading0 + about + way * gone(next((k["turn"] for k in keys[::-1] if "turn" in k), TURN_NONE), turns)
        ease = 0.0
        swing_speed = float(entry.motion.get("swing", SWING))
        turned = TURN_NONE
        for number, key in enumerate(keys):
            t = float(key["t"])
            time = _snap(when(t) + float(key.get("s", 0.0)), start)
            if time <= bend_keys[-1][0] and t > -1.0:
                time = bend_keys[-1][0] + 1 / RATE
            ease = max(ease, float(key.get("face", np.clip(t + 1.0, 0.0, 1.0))))
            turned = key.get("turn", turned)
            psi = heading0 + about * ease + way * gone(turned, turns)
            base = stage.base
            if "move" in key:
                base = base0 + travel * float(key["move"])
            goals = {work: key.get("w"), _other(work): key.get("o")}
            resolved = {
                foot: _resolve(goal, step, foot, stage.roles[foot]) for foot, goal in goals.items() if goal is not None
            }
            bend = key.get("bend", bend_keys[-1][1])
            bend = float(bend) if bend != "end" else _end_bend(step)
            if bend >= DEEP:
                resolved = {foot: _in_plie(stage, foot, resolved) for foot in resolved}
            # Feet that stand are settled first: the others are placed by them.
            follows = _following(stage, weight_keys[-1][1], psi) if rooted else ""
            for foot in sorted("LR", key=follows.__eq__):
                standing = stage.feet[foot]
                if foot in resolved and resolved[foot][0] not in ("stay", "pivot"):
                    continue
                # A foot left standing while she turns away from it follows on its ball.
                if foot not in resolved and (standing.contact != Contact.PLANT or _askew(stage, foot, psi) <= TWIST):
                    continue
                stays = resolved.pop(foot, ("pivot", "", None, False))
                if foot == follows:
                    # Both feet turn with her: one on its place, the other closes to it again.
                    role = stage.roles[foot]
                    found = stage.base_from(_other(foot), PAIR[role], psi)
                    stage.base = base = base if found is None else found
                    stays = (role, "flat", None, True)
                stage.feet[foot] = _event(stage, foot, *stays, time, psi, step)
                stage.events[foot].append(stage.feet[foot])
            if t <= -1.0:
                # Nothing leaves its place before the step begins.
                for foot in "LR":
                    if foot not in resolved and stage.events[foot][-1].time < time - 0.5 / RATE:
                        stage.events[foot].append(_hold(stage.feet[foot], time))
            closes = {
                foot: closing(Side(foot), reached[0], psi, round_)
                for foot, reached in resolved.items()
                if turns and stay_put(keys[number + 1 :])
            }
            if "move" not in key:
                for foot, (role, _, _, _) in resolved.items():
                    if role in PAIR and _other(foot) not in resolved:
                        faced = closes.get(foot, psi)
                        found = stage.base_from(_other(foot), PAIR[role], faced, round_=faced != psi)
                        base = base if found is None else found
            stage.base = base
            for foot, reached in resolved.items():
                stage.events[foot] += _on_the_way(stage.feet[foot], stage.feet[_other(foot)], reached[0], time)
                set_down = _event(stage, foot, *reached, time, closes.get(foot, psi), step)
                if closes.get(foot, psi) != psi and set_down.contact == Contact.PLANT:
                    set_down = stage.turned(set_down, stage.yaw(foot, psi, reached[0]))
                stage.feet[foot] = set_down
                stage.events[foot].append(replace(stage.feet[foot], firm=t == 0.0, swing=swing_speed))
            # Within a turn only the keys that speak of it hold its pace.
            if not turns or "turn" in key or abs(t) >= 1.0:
                heading_keys.append((time, psi))
            # What a key does not say stays as it was.
            bend_keys.append((time, bend))
            carry_keys.append((time, _named(key["carry"], work) if "carry" in key else carry_keys[-1][1]))
            if "weight" in key:
                share = _end_weight(step, work) if key["weight"] == "end" else float(key["weight"])
                weight_keys.append((time, share if work == "L" else 1.0 - share))
            else:
                weight_keys.append((time, weight_keys[-1][1]))
            if "lean" in key:
                pitch, roll, twist = (float(v) * DEG for v in (*key["lean"], 0.0)[:3])
                lean_keys.append((time, pitch, -roll * sign, twist * sign))
            else:
                lean_keys.append((time, *lean_keys[-1][1:]))
            if "hinge" in key:
                pitch, roll = (float(v) * DEG for v in key["hinge"])
                hinge_keys.append((time, pitch, -roll * sign))
            else:
                hinge_keys.append((time, *hinge_keys[-1][1:]))
            if "arms" in key:
                arm_keys.append((time, _arms(str(key["arms"]), step, work)))
                paces.append((effort.dwell, effort.stroke) if effort is not None else None)
                reach_keys.append((time, effort.reach if effort is not None else 1.0))
            if "head" in key:
                head_keys.append((time, _head(str(key["head"]), step, work)))
        if flight and entry.motion.get("spin") and take is not None and land is not None:
            # Nothing hastens or slows a turn in the air: between the floor and the floor it goes evenly.
            heading_keys[-1:-1] = _evenly(heading_keys, knots[take], knots[land])
        stage.heading = heading_keys[-1][1]
        if turns and entry.motion.get("spots", True):
            spin = [when(float(k["t"])) for k in keys if "turn" in k]
            gaze.append((spin[0], spin[-1], step.entry))
        bar, beat = where(step.at) if where else (0, str(step.at))
        spans.append(
            StepSpan(
                entry=step.entry,
                side=work,
                label=step.label,
                t0=begin,
                t1=finish,
                accent=_snap(counts[index], start),
                bar=bar,
                beat=beat,
                height=float(placed[index].height) if step.height is not None else None,
                turns=int(step.turns or 0),
                facing=float(step.facing),
                later=float(timing[index]),
            )
        )
    # Where a step ends on its last pace a foot may still be set down a frame later.
    end = max([spans[-1].t1, *(events[-1].time for events in stage.events.values() if events)])
    for foot in "LR":
        stage.events[foot].append(_hold(stage.feet[foot], end))
    frames = round((end - start) * RATE) + 1
    return Plan(
        start=start,
        frames=frames,
        feet=(tuple(stage.events["L"]), tuple(stage.events["R"])),
        heading=_track(heading_keys),
        bend=_track(_stretching(_rebounding(bend_keys, strokes), [sunk for _, sunk in strokes])),
        carry=tuple(carry_keys),
        weight=_track(weight_keys),
        lean=_track(lean_keys),
        hinge=_track(hinge_keys),
        arms=tuple(arm_keys),
        head=tuple(head_keys),
        gaze=tuple(gaze),
        flights=tuple(flights),
        strokes=tuple(strokes),
        steps=tuple(spans),
        paces=tuple(paces) if any(paces) else (),
        reach=_track(reach_keys) if any(value != 1.0 for _, value in reach_keys) else None,
    )


def _rebounding(
    keys: Sequence[tuple[float, float]], strokes: Sequence[tuple[float, float]]
) -> list[tuple[float, float]]:
    """Keys of the knee's bend without those that would stretch it between the depth of a landing and a push at once.

    `strokes` are of each flight when the push begins and when the landing has sunk [s].
    """
    out = list(keys)
    for (_, sunk), (push, _) in pairwise(strokes):
        if push - sunk < REBOUND:
            depth = next((bend for t, bend in out if abs(t - sunk) < 0.5 / RATE), 0.0)
            inside = (sunk + 0.5 / RATE, push - 0.5 / RATE)
            out = [(t, bend) for t, bend in out if not (inside[0] < t < inside[1] and bend < depth - 0.1)]
    return out


def _stretching(keys: Sequence[tuple[float, float]], landings: Sequence[float]) -> list[tuple[float, float]]:
    """Keys of the knee's bend in which it takes its time to stretch: what comes while it still does is left out.

    `landings` are the times [s] at which she has sunk after a jump: from there it comes up as it will.
    """
    out = [keys[0]]
    for time, bend in keys[1:]:
        since, before = out[-1]
        longest = before * (RISING if any(abs(since - sunk) < 1 / RATE for sunk in landings) else STRETCHING)
        if bend == 0.0 and before > 0.3 and time - since < longest:
            time = since + longest
        elif time <= since:
            if bend == before:
                continue
            time = since + 1 / RATE
        out.append((time, bend))
    return out


def _evenly(keys: Sequence[tuple[float, float]], begin: float, end: float) -> list[tuple[float, float]]:
    """Keys frame by frame on the straight line from the one at `begin` to the one at `end` [s]."""
    track = _track(keys)
    a, b = (float(v) for v in np.interp([begin, end], track.times, track.values))
    frames = round((end - begin) * RATE)
    return [(begin + k / RATE, a + (b - a) * k / frames) for k in range(1, frames)]


def _aloft(flight: float) -> int:
    """Frames from take-off to landing of a flight [s].

    The tip is at rest as it leaves the floor and as it meets it, so the shoe is clear for a frame less: next to nothing
    of a jump, and a sixth of a hop.
    """
    return math.ceil(flight * RATE) + 1 if flight < HOP else round(flight * RATE)


def _stroke(entry: Any, frames: int) -> float:
    """Seconds from the bottom of a bend to the take-off of a flight of so many frames, or from its landing down."""
    return max(LEAST_PUSH, 2.3 * float(entry.motion.get("stroke", PLIE_STROKE)) / (0.5 * GRAVITY * frames / RATE))


def before_accent(keys: Sequence[Mapping[str, Any]]) -> float:
    """Share of a flight that comes before the accent."""
    left, landed = (next(float(k["t"]) for k in keys if k.get(mark)) for mark in ("takeoff", "landing"))
    return 0.0 if left >= 0.0 else 0.5 if landed > 0.0 else 1.0


def _later_jumps(keys: Sequence[Mapping[str, Any]]) -> list[dict[str, float]]:
    """When each jump that leaves after the accent pushes, leaves, lands and sinks, in the clock of the keys."""
    after = slice(0 if before_accent(keys) == 0.0 else 1, None)
    marks = {m: [float(k["t"]) for k in keys if k.get(m)][after] for m in ("push", "takeoff", "landing", "sink")}
    return [dict(zip(marks, times, strict=True)) for times in zip(*marks.values(), strict=False)]


def _later_flight(
    again: Mapping[str, float], landed: float | None, accent: float, finish: float, flight: float
) -> tuple[int, float]:
    """Frames of a later flight and its rise [m]: as the first, or what the time to its landing has room for.

    Between two flights there is a landing and a push, before a first one a push alone.
    """
    tail = finish - accent
    begin, ground = (landed, 0.3) if landed is not None else (accent + again["push"] * tail, LEAST_PUSH)
    room = accent + again["landing"] * tail - begin - ground
    airborne = max(4, round(min(flight, room) * RATE))
    return airborne, GRAVITY * (airborne / RATE) ** 2 / 8


def later_tail(entry: Any, air: float) -> float:
    """Seconds after its accent that a step needs whose first jump, `air` seconds long, leaves after it."""
    push, land = (next(float(k["t"]) for k in entry.motion["keys"] if k.get(mark)) for mark in ("push", "landing"))
    return (air + LEAST_PUSH) / (land - push)


def _comes_down(step: Any) -> bool:
    """Whether a step begins on the tip and ends off it."""
    return str(step.start.level) == "pointe" and str(step.end.level) != "pointe"


def from_the_tip(step: Any, entry: Any) -> bool:
    """Whether a step is a hop on the tip, out of which she comes down."""
    return _comes_down(step) and bool(entry.springs)


def _keys(step: Any, entry: Any, tail: float) -> list[dict[str, Any]]:
    """The keys of a step as it is danced here, with the hand-overs at both ends filled in."""
    table: Mapping[str, Any] = entry.motion
    if table.get("cycle") == "chaines":
        raw = _chained(step)
    else:
        raw = _paces(str(table["cycle"]), step, entry, tail) if "cycle" in table else list(table["keys"])
    work = step.side if step.side in ("L", "R") else "R"
    keys = holding(raw, side=Side(work), start=step.start, end=step.end, direction=step.direction)
    stays = step.entry in ("releve", "stand") or bool(table.get("tips"))
    stays |= str(step.end.level) == "pointe" and not any("w" in key or "o" in key for key in raw)
    if _support(step.start) == "both" and str(step.start.level) == "pointe" and not stays:
        # Down from the tips first.
        keys = [key for key in keys if not -1.0 < float(key["t"]) <= -0.48]
        keys.insert(0, {"t": -0.5, "w": "start:flat~", "o": "start:flat~", "bend": 0.35})
    if not keys or float(keys[0]["t"]) > -1.0:
        keys.insert(0, {"t": -1.0})
    if float(keys[-1]["t"]) < 1.0:
        keys.append({"t": 1.0})
    for key, stance in ((keys[0], step.start), (keys[-1], step.end)):
        support = _support(stance)
        key.setdefault("carry", "both" if support == "both" else ("w" if support == work else "o"))
        key.setdefault("weight", 0.5 if support == "both" else (1.0 if support == work else 0.0))
    keys[-1].setdefault("bend", "end")
    return keys


def _held(
    keys: Sequence[Mapping[str, Any]], accent: float, finish: float, usual: float, start: float
) -> dict[float, float]:
    """Where more time than usual goes: into the pose that two keys after the accent hold, not into coming and going.

    Times [s] of the two keys' t; none where the step is no longer than usual or holds nothing.
    """
    if finish - accent <= usual:
        return {}
    at: dict[str, Any] = {}
    before: Mapping[str, Any] = {}
    for key in keys:
        still = all(key.get(foot, "stay") in ("stay", at.get(foot)) for foot in "wo")
        still &= all(key.get(word, before.get(word)) == before.get(word) for word in ("bend", "weight", "carry"))
        still &= not {"move", "turn"} & key.keys()
        if still and 0.0 <= float(before.get("t", -1.0)) and float(key["t"]) < 1.0:
            first, last = float(before["t"]), float(key["t"])
            return {
                t: _snap(time, start)
                for t, time in ((first, accent + first * usual), (last, finish - (1.0 - last) * usual))
                if t > 0.0
            }
        at |= {foot: key[foot] for foot in "wo" if key.get(foot, "stay") != "stay"}
        before = {**before, **key}
    return {}


def _paced_by_itself(step: Any, entry: Any) -> bool:
    """Whether a step's own law sets its times: the spin of a turn, the weight that goes from foot to foot."""
    keys = () if getattr(entry, "is_pose", False) else entry.motion.get("keys", ())
    return bool(step.turns) or "cycle" in entry.motion or any("turn" in key or "move" in key for key in keys)


def _coloured(
    keys: list[dict[str, Any]], effort: Effort, step: Any, entry: Any, *, flying: bool
) -> list[dict[str, Any]]:
    """The keys of a step as a quality has them: when its strokes come, how deep she bends, how soft she lands.

    A turn keeps its times, a step from foot to foot those of its weight, and a flight its law.
    """
    free = not bool(step.turns) and "cycle" not in entry.motion and not any("turn" in k or "move" in k for k in keys)
    ground = {float(k["t"]) for k in keys if any(k.get(word) for word in ("push", "takeoff", "landing", "sink"))}
    last = max(0.0, *ground) if flying and ground else 0.0
    sways = effort.sway and not any("lean" in key for key in keys) and not flying and free
    out = []
    for key in keys:
        t = float(key["t"])
        own = dict(key)
        if free and not flying and -1.0 < t < 0.0:
            own["t"] = -1.0 + effort.warp(1.0 + t, arriving=True)
        elif free and last < t < 1.0 and t > 0.0:
            own["t"] = last + (1.0 - last) * effort.warp((t - last) / (1.0 - last), arriving=False)
        own["face"] = key.get("face", float(np.clip(t + 1.0, 0.0, 1.0)))
        if isinstance(key.get("bend"), (int, float)) and key["bend"] > 0.2:
            own["bend"] = float(np.clip(key["bend"] * effort.plie, 0.0, max(1.05, key["bend"])))
        if key.get("sink"):
            own["sink"] = float(key["sink"]) * effort.sink
        if sways and t == 0.0:
            own["lean"] = [0.0, effort.sway]
        elif sways and t == 1.0:
            own["lean"] = [0.0, 0.0]
        out.append(own)
    return out


def _paces(kind: str, step: Any, entry: Any, tail: float) -> list[dict[str, Any]]:
    """Keys of a walk or a run: a foot lands every pace, the first on the accent."""
    if kind in ("bourree", "emboite"):
        return _on_tips(kind, step, entry, tail)
    if kind == "serre":
        return _beating(step, entry, tail)
    pace = float(entry.pace[1]) if entry.pace else 0.5
    work = step.side if step.side in ("L", "R") else "R"
    count = int(getattr(step, "paces", None) or max(1, round(tail / pace)))
    last = str(step.end.support)
    if last in ("L", "R") and (count % 2 == 1) != (last == work):
        count += 1 if count < 3 or tail / (count + 1) > 0.9 * float(entry.pace[0] if entry.pace else 0.2) else -1
    run = kind in ("run", "couru")
    # Share of a pace on both feet, the knee, what the free leg passes and comes to, where and how it is set down.
    together, bend, free, before, place, ease = {
        "run": (0.12, 0.38, "swing_through", "front_low", "parallel", 1.3),
        "couru": (0.1, 0.12, "opened", "devant:14", "under", 1.08),
        "stretched": (0.23, 0.06, "through_low", "tendu_devant", "under", 1.05),
        "march": (0.2, 0.06, "knee_high", "devant:22", "under", 1.05),
    }.get(kind, (0.22, 0.12, "cou_de_pied_derriere", "front_low", "under", 1.08))
    stands = "stay:demi" if run else "stay:flat"
    keys: list[dict[str, Any]] = [
        {"t": -0.9, "w": "stay", "weight": 0.0, "carry": "o", "bend": bend},
        {"t": -0.32 if run else -0.45, "w": before, "o": "stay:demi", "arms": "step", "head": "step", "face": 1.0},
    ]
    if (run or kind == "stretched") and step.start.leads == "derriere":
        keys.insert(1, {"t": -0.62, "w": free if run else "unfolding:24"})
    for j in range(count):
        foot, other = ("w", "o") if j % 2 == 0 else ("o", "w")
        full = 1.0 if j % 2 == 0 else 0.0
        at, far = j / count, 1.0 / count
        keys.append(
            {
                "t": at,
                foot: f"{place}:demi",
                other: "stay:demi",
                "move": ((j + 1) / count) ** ease,
                "weight": 0.35 + 0.3 * full,
            }
        )
        keys.append(
            {"t": at + together * far, foot: stands, other: "stay:demi", "weight": full, "carry": foot, "bend": bend}
        )
        if j + 1 < count:
            keys.append({"t": at + 0.55 * far, other: free})
            if kind == "stretched":
                keys.append({"t": at + 0.69 * far, other: "unfolding:24"})  # a straight leg has no room below her
            keys.append({"t": at + 0.82 * far, other: before, foot: "stay:demi"})
    foot, other = ("w", "o") if count % 2 == 1 else ("o", "w")
    keys.append({"t": 1.0, other: "end", foot: "stay:flat"})
    return _arriving(keys, step, entry, last=(count - 1) / count)


def _arriving(keys: list[dict[str, Any]], step: Any, entry: Any, *, last: float) -> list[dict[str, Any]]:
    """Keys of paces along her way, at the last of which, at `last`, she turns to where she is to face."""
    if entry.facing != "travel" or step.travel_yaw is None or step.direction == "en_arriere":
        return keys
    away = float(np.degrees(np.angle(np.exp(1j * DEG * (float(step.travel_yaw) - float(step.facing))))))
    if abs(away) < ARRIVES:
        return keys
    way = (1.0 if step.side == "L" else -1.0) * float(entry.motion.get("way", 1.0))
    begun = False
    for key in keys:
        begun = begun or "face" in key
        if begun:
            t = float(key["t"])
            left = 1.0 if t < last else 0.6 if t < 1.0 else 0.0
            key["turn"] = [0.0, way * away * left]
    return keys


def _on_tips(kind: str, step: Any, entry: Any, tail: float) -> list[dict[str, Any]]:
    """Keys of small steps on the tips in fifth: suivi, one foot after the other without uncrossing, or emboîté."""
    pace = float(entry.pace[1])
    suivi = kind == "bourree"
    up = str(step.end.level) == "pointe"
    part = 1.0 if up else max(0.3, 1.0 - DESCENT / tail)  # the rest brings her down
    count = max(2, round(part * tail / pace))
    work = step.side if step.side in ("L", "R") else "R"
    if not suivi and (count % 2 == 1) != (step.end.front == work):
        count += 1 if count < 3 else -1
    bend = 0.07 if suivi else 0.0
    # Along her own line the foot ahead goes first and the other comes after it, or they would uncross.
    forward, backward = (suivi and str(step.direction) == way for way in ("en_avant", "en_arriere"))
    keys: list[dict[str, Any]] = [{"t": -0.85, "w": "stay", "o": "stay", "arms": "first"}]
    if str(step.start.level) != "pointe":
        keys.append({"t": -0.75, "w": "stay:flat", "o": "stay:flat", "bend": 0.8})
        keys.append({"t": -0.4, "w": "sus:pointe~", "o": "sus:pointe~", "bend": bend, "weight": 0.5})
    for j in range(count):
        foot, other = ("w", "o") if j % 2 == 0 else ("o", "w")
        done = min(count, j + 1 + (j + 1) % 2 if forward else j + 2 + j % 2 if backward else j + 1)
        at, far = part * j / count, part / count
        full = 1.0 if foot == "w" else 0.0
        if backward and j == 0:
            keys.append({"t": -0.15, "o": "sus_back:pointe", "w": "stay", "move": done / count, "bend": bend})
        if suivi and step.turns:
            # Turning on the spot a foot would only swivel: each is lifted a little from its place.
            before = -0.12 if j == 0 else at - 0.5 * far
            keys.append({"t": before, foot: "aloft", other: "stay", "weight": 1.0 - full, "carry": other})
        if suivi:
            place = "sus_front" if (step.start.front == work) == (foot == "w") else "sus_back"
            keys.append({"t": at, foot: f"{place}:pointe", other: "stay", "move": done / count, "bend": bend})
        else:
            before = -0.35 if j == 0 else at - 0.5 * far
            keys.append({"t": before, foot: "cou_de_pied_devant", other: "stay", "weight": 1.0 - full, "carry": other})
            keys.append({"t": at, foot: "sus_front:pointe", other: "stay", "move": done / count})
            keys[-1] |= {"weight": 0.5, "carry": "both"}
        if j == 0:
            keys[-1] |= {"arms": "step", "head": "step"}
        if suivi and j + 1 == count:
            # The last foot joins the other: the fifth is tight again.
            last = "sus_back" if place == "sus_front" else "sus_front"
            keys.append({"t": at + far, other: f"{last}:pointe", foot: "stay", "bend": bend})
    keys.append({"t": part, "w": "stay", "o": "stay", "weight": 0.5, "carry": "both", "bend": 0.0})
    if step.turns:
        for key in keys:
            key["turn"] = [min(max(float(key["t"]) / part, 0.0), 1.0), 0.0]
            if 0.0 <= float(key["t"]) < part:
                key |= {"weight": 0.5, "carry": "both"} if "weight" not in key else {}
    if not up:
        keys.append({"t": 1.0, "w": "end~", "o": "end~", "bend": "end"})
    return keys


def _beating(step: Any, entry: Any, tail: float) -> list[dict[str, Any]]:
    """Keys of small beats before the ankle of a foot on its tip: a little out and in again, as fast as the pace."""
    part = 1.0 if str(step.end.level) == "pointe" else max(0.4, 1.0 - 0.6 / tail)  # the rest brings her down
    count = max(3, round(part * tail / float(entry.pace[1])))
    keys: list[dict[str, Any]] = [
        {"t": -0.6, "w": "stay", "o": "stay:flat", "weight": 0.3, "carry": "o", "bend": 0.85, "arms": "first"},
        {"t": -0.3, "w": "stay:demi", "o": "stay:flat", "weight": 0.0, "bend": 0.6, "if": "off_two"},
        {"t": -0.3, "o": "stay:flat", "weight": 0.0, "bend": 0.6, "if": "off_one"},
        {"t": 0.0, "s": 0.06, "w": "battu", "o": "under:pointe~", "weight": 0.0, "carry": "o", "bend": 0.0},
    ]
    keys[-1] |= {"arms": "step", "head": "step"}
    for j in range(1, count):
        keys.append({"t": part * (j - 0.5) / (count - 1), "w": "serre", "o": "stay"})
        keys.append({"t": part * j / (count - 1), "w": "battu", "o": "stay", "bend": 0.0})
    keys.append({"t": 1.0, "w": "end", "o": "end~", "bend": "end"})
    if str(step.end.position) != "one_leg":
        keys[-1]["arms"] = "demi_second"
    return keys


def _chained(step: Any) -> list[dict[str, Any]]:
    """Keys of chained turns: a foot lands every half turn, ahead on the line, the named foot first."""
    halves = 2 * max(1, int(step.turns or 1))
    last, close = 0.76, 0.88
    keys: list[dict[str, Any]] = [
        {"t": -0.7, "w": "front_low", "o": "stay", "weight": 0.0, "carry": "o", "bend": 0.5, "arms": "prep_r"},
        {"t": -0.35, "o": "stay:flat", "bend": 0.3, "turn": [0.0, -56.0], "face": 0.9},
        {"t": 0.0, "w": "under:pointe", "o": "stay:pointe", "weight": 0.35, "carry": "w", "bend": 0.0, "face": 1.0},
    ]
    keys[0] |= {"turn": [0.0, 0.0], "face": 0.0}
    keys[2] |= {"turn": [0.0, -36.0], "move": 1 / halves, "arms": "demi_second"}
    for j in range(1, halves + 1):
        foot, other = ("o", "w") if j % 2 else ("w", "o")
        full = 0.0 if j % 2 else 1.0
        at, far = last * j / halves, last / halves
        keys.append({"t": at - 0.5 * far, foot: "aloft", other: "pivot:pointe", "weight": 1.0 - full, "carry": other})
        keys.append({"t": at, foot: "narrow:pointe", other: "pivot:pointe", "move": j / halves})
        keys[-1] |= {"weight": 0.5, "carry": "both", "turn": [0.0, 180.0 * j - 90.0]}
        if j == 1:
            keys[-1]["arms"] = "closed"
    keys.append({"t": close, "w": "pivot:demi", "o": "aloft", "weight": 1.0, "carry": "w", "bend": 0.2})
    keys[-1] |= {"turn": [1.0, -16.0]}
    keys.append({"t": 1.0, "w": "pivot:flat", "o": "end", "turn": [1.0, 0.0], "arms": "demi_second"})
    return keys


def _hold(event: FootEvent, time: float) -> FootEvent:
    return FootEvent(time, event.contact, event.anchor, event.yaw, event.roll, event.pose, event.height)


def _track(keys: Sequence[tuple[float, ...]]) -> Track:
    """Keys in time order; of two at one time the later holds."""
    clean: dict[float, tuple[float, ...]] = {}
    for key in keys:
        clean[round(key[0], 6)] = key[1:]
    times = sorted(clean)
    values = np.array([clean[t] for t in times], dtype=np.float64)
    return Track(np.array(times), values[:, 0] if values.shape[1] == 1 else values)


def _named(word: str, work: str) -> str:
    return {"w": work, "o": _other(work), "both": "both", "none": "none"}[word]


def _end_bend(step: Any) -> float:
    return 0.75 if str(step.end.level) == "plie" else 0.0


def _end_weight(step: Any, work: str) -> float:
    support = _support(step.end)
    return 0.5 if support == "both" else float(support == work)


def _travel(step: Any, entry: Any, base: Array, face: float, sign: float, tail: float) -> Array:
    if step.travel_to is not None:
        return np.array(step.travel_to, dtype=np.float64) - base
    forward, side = float(entry.forward), float(entry.side)
    if getattr(entry, "per_pace", False):
        pace = float(entry.pace[1]) if entry.pace else 0.5
        forward *= max(1, round(tail / pace))
    far = float(np.hypot(forward, side))
    direction = str(step.direction or "")
    if direction == "en_avant":
        forward, side = far, 0.0
    elif direction == "en_arriere":
        forward, side = -far, 0.0
    elif direction == "de_cote":
        forward, side = 0.0, far
    return np.asarray(_turn(face) @ np.array([forward, side * sign]))


def _astray(stage: _Stage, step: Any) -> Array:
    """What a step leaves of how far she is from where the text has her [m]: to make up for all may be another step.

    None of it where she stands is not known, or the text does not say where she began.
    """
    begun = getattr(step, "travel_from", None)
    here = _whereabouts(stage, step.start)
    if begun is None or here is None:
        return np.zeros(2)
    off = here - np.array(begun, dtype=np.float64)
    far = float(np.hypot(*off))
    most = max(AMEND, AMENDED * float(np.hypot(*np.subtract(step.travel_to, begun))))
    return np.asarray(off * np.clip(far - most, 0.0, STRAYED) / max(far, 1e-9))


def _whereabouts(stage: _Stage, stance: Any) -> Array | None:
    """The place she is at: over the foot that carries her, or in the middle of a position of both."""
    support = _support(stance)
    if support != "both":
        return stage.base_from(support, "under", stage.heading)
    found = [stage.base_from(foot, stage.roles[foot], stage.heading) for foot in "LR" if stage.roles[foot] in PAIR]
    known = [base for base in found if base is not None]
    return np.mean(known, axis=0) if known else None


def _resolve(goal: str, step: Any, foot: str, role: str) -> tuple[str, str, float | None, bool]:
    """Role or pose, level, height [degrees] and whether it slides, of one foot's goal in a key."""
    slide = goal.endswith("~")
    name, _, detail = goal.removesuffix("~").partition(":")
    direction = str(step.direction or "seconde")
    direction = {"en_avant": "devant", "en_arriere": "derriere", "de_cote": "seconde"}.get(direction, direction)
    name = name.replace("{dir}", direction).replace("{fb}", "derriere" if direction == "derriere" else "devant")
    if name in ("start", "end"):
        level = detail
        stance = step.start if name == "start" else step.end
        name, _, detail = _stance_goal(stance, foot).partition(":")
        detail = detail or level
        if name.startswith("fifth") and str(stance.level) == "pointe" and not level:
            name, detail = name.replace("fifth", "sus"), "pointe"
        elif name == "under" and not level:
            detail = str(stance.level)
        if level == "plie" and known_pose(f"{name}_plie"):
            name, detail = f"{name}_plie", ""
    elif name == "sus":
        name = "sus_front" if step.start.front == foot else "sus_back"
    elif name == "sus_end":
        name = "sus_front" if step.end.front == foot else "sus_back"
    elif name == "raised":
        fly = str(step.direction or "en_avant")
        name = {"en_arriere": "devant", "de_cote": "seconde"}.get(fly, "arabesque")
    height: float | None = None
    level = "flat"
    if detail == "h":
        height = float(step.height) if step.height is not None else 90.0
    elif detail.replace(".", "").isdigit():
        height = float(detail)
    elif detail:
        level = detail
    elif name in ("stay", "pivot"):
        level = ""
    if level == "end":
        level = str(step.end.level)
    elif level == "danced":
        level = "pointe" if step.pointe else "flat"
    return name, level, height, slide


def _in_plie(
    stage: _Stage, foot: str, resolved: Mapping[str, tuple[str, str, float | None, bool]]
) -> tuple[str, str, float | None, bool]:
    """What a foot comes to where the other leg is deep in plié: beside a flat foot its ankle is elsewhere."""
    name, level, height, slide = resolved[foot]
    under = resolved.get(_other(foot))
    standing = stage.feet[_other(foot)]
    flat = under[1] == "flat" if under and under[1] else standing.contact == Contact.PLANT and standing.roll == 0.0
    return (f"{name}_plie" if flat and known_pose(f"{name}_plie") else name, level, height, slide)


def _following(stage: _Stage, left: float, psi: float) -> str:
    """The foot that closes again to the other where she turns on both, flat and closed: the one that bears less.

    None where she stands otherwise or hardly turns; `left` is the share of the weight on the left foot.
    """
    for foot in "LR":
        role, standing = stage.roles[foot], stage.feet[foot]
        closed = role in DOWN_THE_LEG and PAIR[role] == stage.roles[_other(foot)]
        flat = standing.contact == Contact.PLANT and standing.roll == 0.0
        if not (closed and flat and _askew(stage, foot, psi) > TWIST):
            return ""
    return "L" if left < 0.5 or (left == 0.5 and stage.roles["L"].endswith("back")) else "R"


def _askew(stage: _Stage, foot: str, psi: float) -> float:
    """How far a standing foot is from where its turnout would have it [rad]."""
    away = stage.feet[foot].yaw - stage.yaw(foot, psi, stage.roles[foot])
    return abs(float((away + np.pi) % (2 * np.pi) - np.pi))


def _event(
    stage: _Stage,
    foot: str,
    role: str,
    level: str,
    height: float | None,
    slide: bool,
    time: float,
    psi: float,
    step: Any,
) -> FootEvent:
    before = stage.feet[foot]
    if role == "stay" and before.contact == Contact.PLANT and _askew(stage, foot, psi) > TWIST:
        role = "pivot"
    if role in ("stay", "pivot"):
        roll = ROLL[level] if level else before.roll
        if before.contact != Contact.PLANT:
            return _hold(before, time)
        yaw = before.yaw
        anchor = before.anchor
        if role == "pivot":
            yaw = stage.yaw(foot, psi, stage.roles[foot])
            along = np.array([np.cos(before.yaw), np.sin(before.yaw)])
            point = np.array(anchor) - stage.back(max(before.roll, 1.0)) * along
            moved = point + stage.back(max(roll, 1.0)) * np.array([np.cos(yaw), np.sin(yaw)])
            anchor = (float(moved[0]), float(moved[1]))
        return FootEvent(time, Contact.PLANT, anchor, yaw, roll, pivot=role == "pivot")
    if known_pose(role) and stage.offset(foot, role) is None and role != "under":
        contact = Contact.TOUCH if role.startswith("tendu") else Contact.AIR
        stage.roles[foot] = role
        if height is not None and height <= PENCHE:
            height = min(height, stage.extension)
        return FootEvent(time, contact, pose=role, height=height)
    if stage.offset(foot, role) is None and role not in ("under", "parallel"):
        raise ChoreographyError(
            f"{step.entry}: no foot can be at {role!r}", where=f"line {step.line}", would_work="a named position"
        )
    roll = ROLL[level]
    anchor_point, yaw = stage.place(foot, role, stage.base, psi, roll)
    stage.roles[foot] = role
    return FootEvent(
        time, Contact.PLANT, (float(anchor_point[0]), float(anchor_point[1])), yaw, roll, slide=slide, moved=True
    )


def _on_the_way(before: FootEvent, beside: FootEvent, role: str, time: float) -> list[FootEvent]:
    """What a foot passes on its way from the air into a closed position beside the other foot.

    From the knee it comes down the leg to the ankle; a leg stretched out comes down to a tendu, and its toe slides in.
    """
    if before.contact != Contact.AIR or role not in (*DOWN_THE_LEG, "first"):
        return []
    room = time - before.time
    if before.pose in ("retire", "retire_derriere", "passe"):
        ankle = DOWN_THE_LEG.get(role)
        return [FootEvent(before.time + 0.6 * room, Contact.AIR, pose=ankle)] if ankle and room >= 0.15 else []
    tendu = _lowered(before, role)
    if not tendu or room < LOWER or beside.contact != Contact.PLANT or beside.roll > 0.5:
        return []
    return [FootEvent(before.time + 0.6 * room, Contact.TOUCH, pose=tendu)]


def _lowered(before: FootEvent, role: str) -> str:
    """The tendu below a leg stretched out in the air, where the way to a closed position goes through one."""
    if before.pose in BENT:
        return ""
    pose = pose_table(before.pose, before.height)
    if pose.elevation < 15.0:
        return ""
    way = next((way for way, azimuth in ASIDE if abs(pose.azimuth - azimuth) <= 22.0), "")
    crossed = role.endswith({"devant": "back", "derriere": "front"}.get(way, "none"))
    return f"tendu_{way}" if way and not crossed else ""


def _arms(name: str, step: Any, work: str) -> str:
    if name == "step":
        name = str(step.arms)
        if name == "keep":
            return "keep"
        if name.startswith("arabesque_") and work == "R":
            name += "_l"  # the arm of the standing side is in front
        return name if known_arms(name) else "second"
    if not known_arms(name):
        raise ChoreographyError(f"{step.entry}: no arms are called {name!r}", would_work="a named position of the arms")
    return name if work == "R" else mirrored_name(name)


def _head(name: str, step: Any, work: str) -> str:
    if name == "step":
        name = str(step.head)
        return name if known_head(name) else "front"
    return name if work == "R" else mirrored_name(name)
