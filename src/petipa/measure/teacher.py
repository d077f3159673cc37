"""What a teacher sees: knees, feet, heads, axes, and whether it was with the music."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from petipa.lexicon import Accent, Lexicon
from petipa.measure.definitions.common import CLOSED, HEIGHT, at_ankle
from petipa.measure.definitions.poses import SEEN
from petipa.measure.figure import SIDES, Figure, first
from petipa.measure.track import FINE
from petipa.motion.model import StepSpan

Array = NDArray[np.float64]

# The teacher's table of measures.
STRAIGHT = 175.0
SICKLE = (-3.0, 10.0)
FULL_POINT = 65.0
POINT_WITHIN = 0.08
SPOT_SHARE = 0.5
SPOT_CONE = 40.0
HEAD_OVER_TRUNK = 1.5
WANDER = 0.03
LEAN = 2.05 + 2 * 0.90
ON_COUNT = 50.0
NOT_FOUND = 999.0
"""Error given to an accent event that was not danced at all [ms]."""

TURNS = (
    "pirouette_en_dehors",
    "pirouette_en_dedans",
    "pirouette_sur_le_cou_de_pied",
    "tire_bouchon",
    "pique_turn",
    "pique_turn_en_dehors",
    "fouette_turn",
    "fouette_vaganova",
    "fouette_en_dedans",
    "coupe_en_tournant",
    "chaines",
)
"""Turns in which the head spots; those in the great poses are slower and go round with their line."""
OUTWARD = (
    "pirouette_en_dehors",
    "pirouette_sur_le_cou_de_pied",
    "tire_bouchon",
    "tour_a_la_seconde",
    "grande_pirouette_attitude",
    "pique_turn_en_dehors",
    "fouette_turn",
    "fouette_vaganova",
    "coupe_en_tournant",
)
"""Turns to the named side on the other leg."""
CHAINED = ("chaines",)
"""Turns on one foot after the other: no foot is held to its place."""
ON_BOTH = ("releve", "sus_sous", "echappe_releve", "soutenu_en_tournant", "demi_detourne", "detourne")
"""Steps whose arrival is up on both feet."""
UP_ON_OTHER = (
    "adage_fouette",
    "adage_fouette_en_dehors",
    "battement_serre_battu",
    "releve_retire",
    "ballonne_releve",
    "renverse",
)
"""Steps without a turn on it whose arrival is up on the other leg than the named one."""


@dataclass(frozen=True)
class Fault:
    """One thing a teacher would correct."""

    fault: str
    step: int
    label: str
    frame: int
    time: float
    measured: float
    wanted: str


@dataclass(frozen=True)
class AccentError:
    """When an entry's accent event was danced, and when its count was [s]."""

    step: int
    label: str
    event: str
    count: float
    danced: float
    error_ms: float


# Accent events, found in the motion alone

_REACH = 0.35
"""An event is looked for this long either side of its count [s]."""


def _arrives(values: Array, start: int, stop: int) -> int | None:
    """When a quantity that rises in [start, stop) has come to rest: slower than a twentieth of its fastest.

    A twentieth of the peak speed is where studies of reaching put the end of a movement.
    """
    speed = np.gradient(values)[start:stop]
    if not len(speed) or not np.isfinite(speed).any() or np.ptp(values[start:stop]) < 0.01:
        return None
    peak = int(np.nanargmax(speed))
    return first(speed[peak:] <= 0.05 * speed[peak], start + peak)


def _nearest(samples: list[float], at: int) -> float | None:
    return min(samples, key=lambda k: abs(k - at)) if samples else None


def _arrival(f: Figure, step: StepSpan) -> Array | None:
    """The quantity that rises and comes to rest at the accent of a step whose arrival is no balance."""
    work, other = SIDES[step.side], 1 - SIDES[step.side]
    if step.entry in ("battement_retire", "passe", "enveloppe"):
        return np.asarray(-np.linalg.norm(f.tip[:, work] - f.knee[:, other], axis=1))
    if step.entry == "sur_le_cou_de_pied":
        # A foot that is pointed from the first has only its way to come.
        if f.point[f.at(step.t0) : f.at(step.accent), work].min(initial=90.0) < 45.0:
            return f.point[:, work]
        # From the other side it goes round the ankle: its way there is at an end when it is at rest beside it, and what
        # comes after is its way to the next step.
        speed = np.linalg.norm(np.gradient(f.tip[:, work] - f.ankle[:, other], axis=0), axis=1)
        begin = f.at(step.accent - 0.1)
        there = (at_ankle(f, work) & ~f.on[:, work])[begin : f.at(step.t1) + 1]
        rest = begin + int(np.where(there, speed[begin : begin + len(there)], np.inf).argmin())
        return np.asarray(np.minimum(np.cumsum(speed), speed[: rest + 1].sum()))
    if step.entry == "petit_battement":
        toe = (f.tip[:, work] - f.ankle[:, other])[:, :2]
        out = np.stack([-f.ahead[:, 1], f.ahead[:, 0]], axis=1) * (1.0 if work == 0 else -1.0)
        return np.asarray(-(toe * out).sum(axis=1))
    if step.entry == "demi_rond_de_jambe":
        toe = (f.tip[:, work] - f.hip[:, work])[:, :2]
        return np.asarray(-np.abs((toe * f.ahead).sum(axis=1)))
    if step.entry == "eleve":
        return np.asarray(f.ankle[:, :, 2].min(axis=1))
    if step.entry == "grand_rond_de_jambe_jete":
        return f.lift[:, work]
    if step.entry == "cambre":
        return f.tilt
    if step.entry == "arabesque_penchee":
        return f.lift[:, other]
    if step.entry == "temps_lie":
        return np.asarray(f.stretch.min(axis=1))
    if step.entry == "port_de_bras_4":
        return (1.0 if work == 1 else -1.0) * (f.chest_yaw - f.yaw)
    if step.entry in ("port_de_bras_3", "port_de_bras_5", "port_de_bras_6", "grand_port_de_bras"):
        return f.tilt
    return None


def _event(f: Figure, step: StepSpan, accent: Accent, before: float = -np.inf, after: float = np.inf) -> float | None:
    """The fine sample of a step's accent event; None where it was not danced.

    An event is its own step's: it lies no further off than half way to the counts `before` and `after` [s].
    """
    at = f.at(step.accent)
    reach = round(_REACH * f.rate)
    start, stop = max(0, at - reach), min(len(f.apart), at + reach + 1)
    arrival = _arrival(f, step) if accent == Accent.ARRIVAL else None
    if accent == Accent.EXTENSION or arrival is not None:
        if np.isfinite(before):
            start = max(start, f.at(0.5 * (step.accent + before)))
        if np.isfinite(after):
            stop = min(stop, f.at(0.5 * (step.accent + after)) + 1)
    window = slice(start, stop)
    work, other = SIDES[step.side], 1 - SIDES[step.side]
    if accent in (Accent.LANDING, Accent.TAKE_OFF, Accent.APEX):
        hops = [hop for hop in f.flights if hop.confirmed]
        if accent == Accent.LANDING:
            times = [hop.t1 for hop in hops]
        elif accent == Accent.TAKE_OFF:
            times = [hop.t0 for hop in hops]
        else:
            times = [_apex(f, hop.t0, hop.t1) for hop in hops]
        return _nearest([(t - f.track.motion.start) * f.rate for t in times if abs(t - step.accent) <= _REACH], at)
    if accent == Accent.DEEPEST:
        return _deepest(f, at, start, stop)
    if accent == Accent.EXTENSION:
        # From hip to toe and away from the other leg: the leg both long and gone where it goes.
        away = np.linalg.norm(f.tip[:, work] - f.heel[:, other], axis=1)
        if away[start] > 0.9 * float(away[start:stop].max()) and f.stretch[start, work] > 90.0:
            # A leg that is out already has only to rise; or it waits there, and the count that falls in that is met.
            # (A foot at the other knee is as far from that heel and not out.)
            waits = not step.height and float(away[start : at + 1].min()) > 0.9 * away[start]
            if step.height:
                waits = float(f.lift[f.at(step.t0) : at + 1, work].min()) > step.height - HEIGHT
            return float(at) if waits else _arrives(f.tip[:, work, 2], start, stop)
        return _arrives(away, start, stop)
    if accent == Accent.CLOSING:
        return _closing(f, at)
    if accent == Accent.FIRST_STEP:
        return _footfall(f, work, at, window)
    if step.entry in ("promenade", "demi_promenade"):
        # She sets off: nothing rises or comes to rest, but the standing foot begins to turn.
        stand = 1 if np.nanmean(f.share[start:stop]) > 0.5 else 0
        line = (f.tip - f.heel)[start:stop, stand, :2]
        way = np.degrees(np.unwrap(np.arctan2(line[:, 1], line[:, 0])))
        return first(np.abs(way - way[0]) >= 2.5, start)
    if step.entry == "pas_de_cheval":
        return first(
            f.on[start:stop, work] & (f.stretch[start:stop, work] > 160.0) & (f.apart[start:stop] > 0.25), start
        )
    if arrival is not None:
        return _arrives(arrival, start, stop)
    if step.entry in ("port_de_bras", "port_de_bras_2"):
        hands = [f.track.skeleton.index(f"hand_{s}") for s in "lr"]
        return _arrives(f.track.p[:, hands, 2].max(axis=1), start, stop)
    seen = SEEN.get(step.entry)
    if seen is not None and seen.leg == "closed":
        # Drawn up out of the knees; where she stood so already there is nothing to come.
        height = f.track.com[:, 2]
        return float(at) if np.ptp(height[start:stop]) < 0.01 else _arrives(height, start, stop)
    if step.entry == "fourth" or (seen is not None and seen.leg == "fourth"):
        # Both feet down and no longer on their way.
        there = f.on.all(axis=1) & (np.abs(f.front - f.front[min(stop, f.at(step.t1)) - 1]) <= 0.02)
        moving = np.flatnonzero(~there[start:stop])
        moving = moving[moving < len(there[start:stop]) - 1]
        return float(start + moving[-1] + 1) if len(moving) else None
    if step.entry == "tombe" or (seen is not None and seen.fondu):
        return _footfall(f, work, at, window)
    return _balance(f, step, at, start, stop)


def _deepest(f: Figure, at: int, start: int, stop: int) -> float:
    """The bottom of a bend; it has a length, within a millimetre, and a count that falls in it is met."""
    z = f.track.com[start:stop, 2]
    bottom = int(z.argmin())
    low = z <= z[bottom] + 0.001
    a = b = bottom
    while a > 0 and low[a - 1]:
        a -= 1
    while b + 1 < len(low) and low[b + 1]:
        b += 1
    return float(np.clip(at, start + a, start + b))


def _footfall(f: Figure, side: int, at: int, window: slice) -> float | None:
    """A step onto a foot lasts from its touch until it has the weight, at most 150 ms; a count within it is met.

    A toe that rests on the floor first, in tendu, has not stepped: there only the weight tells.
    """
    most = round(0.15 * f.rate)
    takes = f.takes(side, window)
    steps = [float(k) for k in takes]
    for a in f.touches(side, window):
        taken = [k for k in f.takes(side, slice(a, min(a + most, len(f.share)))) if k >= a]
        if taken or not takes:
            steps.append(float(np.clip(at, a, taken[0] if taken else a)))
    return _nearest(steps, at)


def _apex(f: Figure, t0: float, t1: float) -> float:
    a, b = f.at(t0), f.at(t1)
    when = np.arange(b - a + 1) / f.rate
    fit = np.polynomial.polynomial.polyfit(when, f.track.com[a : b + 1, 2], 2)
    return t0 - 0.5 * float(fit[1]) / float(fit[2])


def _closing(f: Figure, at: int) -> float | None:
    """When the foot that closes has come to the other, both on the floor."""
    start, stop = max(0, at - round(0.25 * f.rate)), min(len(f.apart), at + round(0.25 * f.rate))
    # From the ankle it comes down to its place: the feet are nearer to each other before that.
    down = [float(k) for side in (0, 1) for k in f.touches(side, slice(start, stop)) if f.apart[k] <= CLOSED]
    if down:
        return _nearest(down, at)
    shut = _arrives(-f.apart, start, stop)
    if shut is None:
        return None
    both = first(f.on[shut:stop, 0] & f.on[shut:stop, 1], shut)
    return None if both is None else float(both)


def _balance(f: Figure, step: StepSpan, at: int, start: int, stop: int) -> float | None:
    """Up on the standing foot, or on both where both stand: its ankle as high as it gets, the foot on the floor."""
    work, other = SIDES[step.side], 1 - SIDES[step.side]
    if step.entry in ON_BOTH or (step.entry in SEEN and SEEN[step.entry].leg == "tips"):
        stand = [0, 1]
    elif step.entry in (*OUTWARD, *UP_ON_OTHER):
        stand = [other]
    else:
        stand = [work]
    height = f.ankle[:, stand, 2].min(axis=1)
    grounded = f.on[:, stand].all(axis=1)
    if len(stand) == 1:
        grounded = grounded & ~f.on[:, 1 - stand[0]]
    height = np.where(grounded, height, np.nan)
    part = height[start:stop]
    if not np.isfinite(part).any():
        return None
    top = float(np.nanmax(part))
    # Up is within half a centimetre of the top of this balance.
    up = np.nan_to_num(part, nan=-1.0) >= top - 0.005
    edges = np.flatnonzero(up & ~np.concatenate([[True], up[:-1]]))
    return _nearest([float(start + k) for k in edges], at)


def accents(f: Figure, lexicon: Lexicon) -> tuple[AccentError, ...]:
    """Every entry's accent event against its count; steps that only stand or go on have none to find."""
    out = []
    motion = f.track.motion
    counts = [step.accent for step in motion.steps if step.entry != "stand"]
    for index, step in enumerate(motion.steps):
        if step.entry not in lexicon.entries or step.entry == "stand":
            continue
        accent = lexicon[step.entry].accent
        before = max((t for t in counts if t < step.accent), default=-np.inf)
        after = min((t for t in counts if t > step.accent), default=np.inf)
        found = _event(f, step, accent, before, after)
        danced = step.accent if found is None else motion.start + found / f.rate
        out.append(
            AccentError(
                step=index,
                label=step.label,
                event=accent.value if found is not None else f"{accent.value} not found",
                count=step.accent,
                danced=float(danced),
                error_ms=NOT_FOUND if found is None else float(danced - step.accent) * 1000.0,
            )
        )
    return tuple(out)


# Faults


def faults(f: Figure, errors: tuple[AccentError, ...]) -> tuple[Fault, ...]:
    """Soft knees, sickled and lazy feet, late heads, wandering turns, steps off the music."""
    found = [*_knees(f), *_sickled(f), *_lazy(f), *_turning(f)]
    for error in errors:
        if abs(error.error_ms) > ON_COUNT:
            found.append(
                Fault(
                    "off the music",
                    error.step,
                    error.label,
                    f.at(error.danced) // FINE,
                    error.danced,
                    error.error_ms,
                    f"{error.event} within {ON_COUNT:.0f} ms of its count",
                )
            )
    return tuple(sorted(found, key=lambda fault: fault.time))


def _fault(f: Figure, name: str, index: int, sample: int, measured: float, wanted: str) -> Fault:
    label = f.track.motion.steps[index].label if index >= 0 else ""
    return Fault(name, index, label, sample // FINE, f.time(sample), float(measured), wanted)


def _straight_moments(f: Figure, step: StepSpan) -> list[tuple[int, slice]]:
    """Legs that must be straight in a step, and when."""
    work, other = SIDES[step.side], 1 - SIDES[step.side]
    near = slice(f.at(step.accent - 0.05), f.at(step.accent + 0.15) + 1)
    entry = step.entry
    if entry in ("tendu", "developpe", "arabesque", "releve"):
        return [(0, near), (1, near)]
    if entry in OUTWARD:
        return [(other, near)]
    if entry in TURNS:
        return [(work, near)]
    hops = f.hops(step)
    if entry in ("changement", "entrechat_quatre", "assemble", "grand_jete", "sissonne_ouverte") and hops:
        hop = max(hops, key=lambda h: h.t1 - h.t0)
        third = (hop.t1 - hop.t0) / 3
        middle = slice(f.at(hop.t0 + third), f.at(hop.t1 - third) + 1)
        return [(0, middle), (1, middle)]
    return []


def _knees(f: Figure) -> Iterator[Fault]:
    for index, step in enumerate(f.track.motion.steps):
        for side, window in _straight_moments(f, step):
            best = window.start + int(f.stretch[window, side].argmax())
            if f.stretch[best, side] < STRAIGHT:
                wanted = f"{'left' if side == 0 else 'right'} knee >= {STRAIGHT:.0f} degrees"
                yield _fault(f, "soft knee", index, best, f.stretch[best, side], wanted)


def sickle(f: Figure) -> Array:
    """Forefoot out of line with the shank in the frontal plane [degrees], inward negative, shape (N, 2)."""
    skeleton = f.track.skeleton
    out = np.empty(f.point.shape)
    for side, s in enumerate("lr"):
        shank, mid = skeleton.index(f"shank_{s}"), skeleton.index(f"mid_{s}")
        outward = f.track.R[:, shank, :, 1] * (1.0 if side == 0 else -1.0)
        out[:, side] = np.degrees(np.arcsin(np.clip((f.track.R[:, mid, :, 0] * outward).sum(axis=1), -1, 1)))
    return out


def _sickled(f: Figure) -> Iterator[Fault]:
    line = sickle(f)
    free = ~f.on & (f.point > 40.0)
    for index, step in enumerate(f.track.motion.steps):
        window = f.span(step)
        for side in (0, 1):
            inside = np.where(free[window, side], line[window, side], np.nan)
            if not np.isfinite(inside).any():
                continue
            for bad, at in (
                (np.nanmin(inside) - SICKLE[0], np.nanargmin),
                (SICKLE[1] - np.nanmax(inside), np.nanargmax),
            ):
                if bad < 0:
                    k = window.start + int(at(inside))
                    wanted = f"{'left' if side == 0 else 'right'} forefoot {SICKLE[0]:+.0f} to {SICKLE[1]:+.0f} degrees"
                    yield _fault(f, "sickled foot", index, k, line[k, side], wanted)


def _lazy(f: Figure) -> Iterator[Fault]:
    for hop in f.flights:
        if not hop.confirmed or hop.t1 - hop.t0 < 0.2:
            continue
        off = f.at(hop.t0)
        for side in (0, 1):
            if not f.on[max(0, off - round(0.03 * f.rate)) : off + 1, side].any():
                continue
            window = slice(off, off + round(POINT_WITHIN * f.rate) + 1)
            best = window.start + int(f.point[window, side].argmax())
            if f.point[best, side] < FULL_POINT:
                wanted = f"{'left' if side == 0 else 'right'} foot >= {FULL_POINT:.0f} degrees within 80 ms of toe-off"
                yield _fault(f, "lazy foot", hop.step, best, f.point[best, side], wanted)


def _turning(f: Figure) -> Iterator[Fault]:
    for index, step in enumerate(f.track.motion.steps):
        if step.entry not in TURNS:
            continue
        span = f.span(step)
        spin = np.gradient(f.yaw[span]) * f.rate
        fast = np.flatnonzero(np.abs(spin) > 150.0)
        if len(fast) < 0.1 * f.rate:
            continue
        a, b = span.start + int(fast[0]), span.start + int(fast[-1]) + 1
        yield from _head(f, index, a, b)
        if step.entry in CHAINED:
            continue
        stand = 1 - SIDES[step.side] if step.entry in OUTWARD else SIDES[step.side]
        # From when she is up: springing to the tip draws the foot in under her, and is no wandering.
        top = float(f.ankle[a:b, stand, 2].max())
        up = f.heel_up[a:b, stand] & ~f.on[a:b, 1 - stand] & (f.ankle[a:b, stand, 2] > top - 0.015)
        if up.sum() < 0.15 * f.rate:
            continue
        window = a + np.flatnonzero(up)
        foot = f.tip[window, stand, :2]
        travel = float(np.linalg.norm(foot - foot[0], axis=1).max())
        if travel > WANDER:
            yield _fault(f, "wandering", index, int(window[0]), travel * 100, "pivot foot within 3 cm")
        support = f.tip[window, stand]
        away = f.track.com[window] - support
        # The axis is judged by where it is on the whole: what leans and comes back is precession, not a fault.
        mean = away.mean(axis=0)
        lean = float(np.degrees(np.arctan2(np.linalg.norm(mean[:2]), mean[2])))
        if lean > LEAN:
            yield _fault(f, "off the axis", index, int(window[0]), lean, f"within {LEAN:.1f} degrees")


def _head(f: Figure, index: int, a: int, b: int) -> Iterator[Fault]:
    """Spotting: the gaze holds its spot half the turn, arrives before the chest, and whips."""
    head = f.head_yaw[a:b]
    # The spot is where the head is most of the time.
    turn = np.radians(head[:, None] - np.arange(0, 360, 5)[None])
    near = np.cos(turn) > np.cos(np.radians(SPOT_CONE))
    share = float(near.mean(axis=0).max())
    if share < SPOT_SHARE:
        yield _fault(f, "late head", index, a, share, f"gaze on its spot {SPOT_SHARE:.0%} of the turn")
    speed, trunk = np.abs(np.gradient(head)), np.abs(np.gradient(f.chest_yaw[a:b]))
    if speed.max() < HEAD_OVER_TRUNK * trunk.max():
        ratio = float(speed.max() / max(trunk.max(), 1e-9))
        yield _fault(f, "late head", index, a + int(speed.argmax()), ratio, "head 1.5 times as fast as the trunk")
    way = np.sign(f.chest_yaw[b - 1] - f.chest_yaw[a])
    final = f.chest_yaw[b - 1] - way * 15.0
    chest_at = first(way * f.chest_yaw[a:b] >= way * final, a)
    goal = f.head_yaw[b - 1] - way * 15.0
    head_at = first(way * head >= way * goal, a)
    if chest_at is not None and head_at is not None and head_at > chest_at:
        yield _fault(
            f, "late head", index, head_at, (head_at - chest_at) / f.rate * 1000, "head arrives before the chest"
        )
