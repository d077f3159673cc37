"""What physics says of a motion: flights, contact forces, supports, slip, penetration, ranges, landings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from petipa.dancer import Dancer, Joint, Limits
from petipa.measure.support import FRICTION, audit, patches
from petipa.measure.track import (
    FINE,
    GRAVITY,
    HEEL,
    MEDIAL,
    PLATFORM,
    WEIGHTED,
    Track,
    averaged,
    momentum,
    resampled,
)
from petipa.mechanics import centre_of_mass, forward, quat_log
from petipa.motion.model import FlightSpan, FootState

Array = NDArray[np.float64]

Allowed = Callable[[int, str, FootState], bool]
"""(step index, foot "L" | "R", state) -> whether the entry declares that slide or pivot."""

CLEAR = 0.004
"""Both shoes this high above the floor are in the air [m]."""
LIFT = 0.0015
"""Height at which a shoe is taken to leave or meet the floor [m]."""
SHORTEST = 0.05
"""A shorter hop of both feet is no flight [s]."""
NEAR_SWITCH = 0.1
"""A contact switch is felt this long either side [s]."""


@dataclass(frozen=True)
class Place:
    """Where a measure is at its worst."""

    value: float
    time: float
    frame: int
    step: int
    label: str
    detail: str = ""


@dataclass(frozen=True)
class Flight:
    """One time both feet were clear of the floor.

    Attributes
    ----------
    t0, t1 : left and met the floor [s]; rise : of the centre of mass above its mean at both [m]
    travel : of the centre of mass [m]; fall : (2,) rms of acceleration less gravity, horizontal and vertical [m/s2]
    spin : largest change of angular momentum about the centre of mass per kilogram [m2/s]
    confirmed : the centre of mass flies on a parabola
    planned : index of the planned flight it fulfils, or -1
    """

    t0: float
    t1: float
    rise: float
    travel: float
    fall: tuple[float, float]
    spin: float
    confirmed: bool
    planned: int
    step: int


def place(track: Track, value: float, sample: int, detail: str = "") -> Place:
    """A value and where it was found."""
    time = float(track.motion.start + sample / track.rate)
    step = track.step_at(time)
    label = track.motion.steps[step].label if step >= 0 else ""
    return Place(float(value), time, int(sample // FINE), step, label, detail)


def runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and one-past-last index of every run of True."""
    edge = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(np.int8), [0]])))
    return [(int(a), int(b)) for a, b in zip(edge[::2], edge[1::2], strict=True)]


# Flights


def _edge(low: Array, at: int, way: int) -> float:
    """Fine sample, with fraction, at which the lowest shoe point leaves `LIFT`, walking out of the air."""
    i = at
    while 0 <= i + way < len(low) and low[i] > LIFT and abs(i - at) < 3 * FINE:
        i += way
    if low[i] > LIFT or low[i - way] <= low[i]:
        return float(i)
    return float(i - way * (LIFT - low[i]) / (low[i - way] - low[i]))


def flights(track: Track) -> tuple[Flight, ...]:
    """The flights the motion has, confirmed or not, matched to the planned ones."""
    low = track.low.min(axis=1)
    found = []
    skeleton = track.skeleton
    for a, b in runs(low > CLEAR):
        if (b - a) / track.rate < SHORTEST:
            continue
        begin, end = _edge(low, a, -1), _edge(low, b - 1, 1)
        # Only frames wholly in the air: a spline across the take-off would blur the floor's push into the flight.
        first, last = int(np.ceil(begin / FINE)), int(np.floor(end / FINE))
        if last - first < 2:
            continue
        R, p = forward(skeleton, resampled(track.q[first : last + 1]))
        com = centre_of_mass(skeleton, R, p)
        when = np.arange(len(com)) / track.rate
        fit = np.polynomial.polynomial.polyfit(when, com, 2)
        confirmed = bool(abs(2 * fit[2, 2] + GRAVITY) < 1.5 and np.hypot(*(2 * fit[2, :2])) < 1.5)
        if last - first >= 5:
            # Fourth order central differences of the fine samples.
            h = 1.0 / track.rate
            acceleration = (-com[4:] + 16 * com[3:-1] - 30 * com[2:-2] + 16 * com[1:-3] - com[:-4]) / (12 * h * h)
        else:
            acceleration = np.repeat(2 * fit[2][None], 2, axis=0)
        error = acceleration + np.array([0.0, 0.0, GRAVITY])
        _, about = momentum(skeleton, R, p, 1.0 / track.rate)
        drift = np.linalg.norm(about[:, None][:: FINE // 2] - about[None, :: FINE // 2], axis=-1).max()
        off, on = (begin / FINE - first) / track.motion.rate, (end / FINE - first) / track.motion.rate
        top = -0.5 * fit[1, 2] / fit[2, 2] if fit[2, 2] < 0 else 0.0
        heights = [
            float(np.polynomial.polynomial.polyval(t, fit[:, 2])) for t in (off, on, float(np.clip(top, off, on)))
        ]
        ends = [np.polynomial.polynomial.polyval(t, fit[:, :2]) for t in (off, on)]
        t0, t1 = (float(track.motion.start + x / track.rate) for x in (begin, end))
        found.append(
            Flight(
                t0=t0,
                t1=t1,
                rise=heights[2] - 0.5 * (heights[0] + heights[1]),
                travel=float(np.linalg.norm(ends[1] - ends[0])),
                fall=(
                    float(np.sqrt((error[:, :2] ** 2).sum(axis=1).mean())),
                    float(np.sqrt((error[:, 2] ** 2).mean())),
                ),
                spin=float(drift) / skeleton.mass,
                confirmed=confirmed,
                planned=_planned(track.motion.flights, t0, t1),
                step=track.step_at(0.5 * (t0 + t1)),
            )
        )
    return tuple(found)


def _planned(planned: tuple[FlightSpan, ...], t0: float, t1: float) -> int:
    for index, flight in enumerate(planned):
        both = min(t1, flight.t1) - max(t0, flight.t0)
        if both >= 0.6 * max(flight.t1 - flight.t0, t1 - t0):
            return index
    return -1


# Contact forces and supports


@dataclass(frozen=True)
class Forces:
    """What is left once the floor has pushed as well as it can, and where the motion needs its push.

    Attributes
    ----------
    samples : (M,) fine samples looked at; force : (M,) [% of body weight] and moment : (M,) [N m/kg] left at the pelvis
    turn : (M,) its part about the vertical [N m/kg]; impulse : largest error over a switch [% of body weight x window]
    zmp : (M, 2) [m]; outside : (M,) [m] beyond the shoe's patch, nan in the air; normal : (M,) [body weights]
    switch : (M,) bool, within 100 ms of a contact switch; left : (M, 6) force [body weights] and moment left [N m/kg]
    """

    samples: NDArray[np.int64]
    force: Array
    moment: Array
    turn: Array
    impulse: float
    zmp: Array
    outside: Array
    normal: Array
    switch: NDArray[np.bool_]
    left: Array


def forces(track: Track) -> Forces:
    """Fit contact forces (unilateral, friction at most 0.7, inside the visible sole) to the motion."""
    mass = track.skeleton.mass
    margin = 2 * FINE
    count = len(track.com)
    samples = np.arange(margin, count - margin)
    weight = np.array([0.0, 0.0, -mass * GRAVITY])
    force = mass * track.acceleration - weight
    bell = np.full_like(track.com, np.nan)
    smooth = averaged(track.com, 4)
    edge = (count - len(smooth)) // 2
    bell[edge : edge + len(smooth)] = smooth
    moment = track.moment - np.cross(bell, weight)
    samples = samples[np.isfinite(force[samples]).all(axis=1) & np.isfinite(moment[samples]).all(axis=1)]
    corners, held = patches(track)
    left, zmp, outside = audit(
        np.nan_to_num(force),
        np.nan_to_num(moment),
        np.ascontiguousarray(track.p[:, 0]),
        corners,
        held,
        samples,
        FINE,
        mass,
        FRICTION,
        GRAVITY,
    )
    bearing = np.isin(track.motion.feet, WEIGHTED)
    switches = (1 + np.flatnonzero((np.diff(bearing.astype(np.int8), axis=0) != 0).any(axis=1))) * FINE - FINE // 2
    near = np.zeros(count, dtype=bool)
    reach = round(NEAR_SWITCH * track.rate)
    full = np.zeros((count, 3))
    full[samples] = left[:, :3]
    impulse = 0.0
    for at in switches:
        window = slice(max(0, at - reach), at + reach + 1)
        near[window] = True
        impulse = max(impulse, float(np.linalg.norm(full[window].mean(axis=0))) * 100)
    return Forces(
        samples=samples,
        force=np.linalg.norm(left[:, :3], axis=1) * 100,
        moment=np.linalg.norm(left[:, 3:], axis=1),
        turn=np.abs(left[:, 5]),
        impulse=impulse,
        zmp=zmp,
        outside=outside,
        normal=force[samples, 2] / (mass * GRAVITY),
        switch=near[samples],
        left=left,
    )


def zmp_speed(track: Track, fitted: Forces) -> tuple[float, int]:
    """Fastest the zero-moment point moves while contacts do not change [m/s], and the fine sample."""
    state = np.repeat(track.motion.feet, FINE, axis=0)[: len(track.com)]
    change = np.concatenate([[False], (np.diff(state, axis=0) != 0).any(axis=1)])
    # The bell reaches two frames either way of a change.
    steady = np.convolve(change, np.ones(6 * FINE + 1), mode="same")[: len(track.com)] < 0.5
    speed = np.linalg.norm(np.diff(fitted.zmp, axis=0), axis=1) * track.rate
    speed = np.where(steady[fitted.samples[1:]], speed, np.nan)
    if not np.isfinite(speed).any():
        return 0.0, 0
    worst = int(np.nanargmax(speed))
    return float(speed[worst]), int(fitted.samples[worst])


# Slip, penetration


@dataclass(frozen=True)
class Contact:
    """One planted contact of one foot: how far its patch strayed [m] and turned [rad], and its widest gap [m]."""

    foot: str
    state: FootState
    t0: float
    t1: float
    slip: float
    yaw: float
    gap: float
    sample: int
    declared: bool


_GROUP = {
    FootState.FLAT: 1,
    FootState.DEMI: 1,
    FootState.POINTE: 2,
    FootState.SLIDE: 3,
    FootState.PIVOT_FLAT: 4,
    FootState.PIVOT_DEMI: 4,
    FootState.PIVOT_POINTE: 5,
}
_TIPPED = (2, 5)


def contacts(track: Track, *, allowed: Allowed | None = None) -> tuple[Contact, ...]:
    """Every weighted contact of either foot.

    The patch of a flat or half-risen foot is the sole under its ball, en pointe the platform. A slide or a
    pivot is free to stray or turn only where `allowed` says so; a pivot may never stray as a slide does.
    """
    lookup = np.zeros(256, dtype=np.int64)
    for state, group in _GROUP.items():
        lookup[int(state)] = group
    out = []
    for side, foot in enumerate("LR"):
        states = track.motion.feet[:, side]
        groups = lookup[states]
        cuts = np.flatnonzero(np.diff(groups)) + 1
        for a, b in zip(np.concatenate([[0], cuts]), np.concatenate([cuts, [len(groups)]]), strict=True):
            group = int(groups[a])
            if group == 0:
                continue
            span = slice(int(a) * FINE, int(b - 1) * FINE + 1)
            if group in _TIPPED:
                patch = track.soles[span, side, PLATFORM]
                centre = patch.mean(axis=1)
                # The platform's broad side, medial to lateral.
                line = patch[:, 1] - patch[:, 0]
                gap = patch[..., 2].min(axis=1)
            else:
                patch = track.balls[span, side]
                centre = patch.mean(axis=1)
                line = patch[:, 1] - patch[:, 0]
                gap = patch[..., 2].max(axis=1)
            stray = np.linalg.norm(centre[:, :2] - centre[0, :2], axis=1)
            angle = np.unwrap(np.arctan2(line[:, 1], line[:, 0]))
            time = float(track.motion.start + (a + b) / 2 / track.motion.rate)
            free = group >= 3
            declared = not free or allowed is None or allowed(track.step_at(time), foot, FootState(int(states[a])))
            out.append(
                Contact(
                    foot=foot,
                    state=FootState(int(states[a])),
                    t0=float(track.motion.start + a / track.motion.rate),
                    t1=float(track.motion.start + (b - 1) / track.motion.rate),
                    slip=float(stray.max()),
                    yaw=float(np.ptp(angle)),
                    gap=float(gap.max()),
                    sample=span.start + int(stray.argmax()),
                    declared=declared,
                )
            )
    return tuple(out)


def penetration(track: Track) -> tuple[float, int]:
    """Deepest point of a shoe below the floor [m] and its fine sample.

    At the frames, which are what is seen: where a toe leaves the floor at speed, the spline between frames swings.
    """
    depth = np.maximum(0.0, -track.low[::FINE].min(axis=1))
    worst = int(depth.argmax())
    return float(depth[worst]), worst * FINE


# Inner radii [m] of the segments as capsules: well inside the skin, so that touching is not crossing.
_CAPSULES: tuple[tuple[str, str, float], ...] = (
    ("pelvis", "lumbar", 0.085),
    ("lumbar", "thorax", 0.080),
    ("thorax", "chest", 0.085),
    ("chest", "neck", 0.070),
    ("head", "", 0.065),
    ("upper_arm_l", "forearm_l", 0.028),
    ("forearm_l", "hand_l", 0.022),
    ("hand_l", "", 0.012),
    ("upper_arm_r", "forearm_r", 0.028),
    ("forearm_r", "hand_r", 0.022),
    ("hand_r", "", 0.012),
    ("thigh_l", "shank_l", 0.048),
    ("shank_l", "foot_l", 0.026),
    ("foot_l", "toes_l", 0.018),
    ("thigh_r", "shank_r", 0.048),
    ("shank_r", "foot_r", 0.026),
    ("foot_r", "toes_r", 0.018),
)
# Crossed thighs and calves of a tight fifth and of beats may press into each other.
_PRESSED = {frozenset(pair) for pair in (("thigh_l", "thigh_r"), ("shank_l", "shank_r"), ("thigh_l", "shank_r"))} | {
    frozenset(("shank_l", "thigh_r"))
}


def limb_pairs(track: Track) -> tuple[float, int, str]:
    """Deepest crossing of one limb through another [m], its frame's fine sample and the pair."""
    skeleton, step = track.skeleton, FINE
    ends = {}
    for name, far, radius in _CAPSULES:
        b = skeleton.index(name)
        start = track.p[::step, b]
        if far:
            end = track.p[::step, skeleton.index(far)]
        else:
            end = start + 1.6 * (track.R[::step, b] @ skeleton.coms[b])
        # The first fifth of a limb lies inside its parent's flesh.
        ends[name] = (start + 0.2 * (end - start), end, radius)
    arms = [name for name, _, _ in _CAPSULES if "arm" in name or "hand" in name]
    legs = [name for name, _, _ in _CAPSULES if name[:-2] in ("thigh", "shank", "foot")]
    trunk = ["pelvis", "lumbar", "thorax", "chest", "head"]
    pairs = [(a, b) for a in arms for b in (*trunk, *legs) if not (a.startswith("upper") and b == "chest")]
    pairs += [(a, b) for a in arms for b in arms if a < b and a[-1] != b[-1]]
    pairs += [(a, b) for a in legs for b in legs if a[-1] == "l" and b[-1] == "r" and frozenset((a, b)) not in _PRESSED]
    pairs += [(a, b) for a in legs for b in trunk if not a.startswith("thigh")]
    worst, at, which = 0.0, 0, ""
    for one, other in pairs:
        p0, p1, ra = ends[one]
        q0, q1, rb = ends[other]
        depth = ra + rb - _between(p0, p1, q0, q1)
        k = int(depth.argmax())
        if depth[k] > worst:
            worst, at, which = float(depth[k]), k * step, f"{one} through {other}"
    return worst, at, which


def _between(p0: Array, p1: Array, q0: Array, q1: Array) -> Array:
    """Distance between segments, over frames (Ericson, Real-Time Collision Detection, 5.1.9)."""
    d1, d2, r = p1 - p0, q1 - q0, p0 - q0
    a, e, f = (d1 * d1).sum(-1), (d2 * d2).sum(-1), (d2 * r).sum(-1)
    c, b = (d1 * r).sum(-1), (d1 * d2).sum(-1)
    denominator = a * e - b * b
    s = np.where(denominator > 1e-12, np.clip((b * f - c * e) / np.maximum(denominator, 1e-12), 0, 1), 0.0)
    t = (b * s + f) / np.maximum(e, 1e-12)
    s = np.where(t < 0, np.clip(-c / np.maximum(a, 1e-12), 0, 1), s)
    s = np.where(t > 1, np.clip((b - c) / np.maximum(a, 1e-12), 0, 1), s)
    t = np.clip(t, 0, 1)
    return np.asarray(np.linalg.norm(p0 + s[:, None] * d1 - q0 - t[:, None] * d2, axis=-1))


# Joint ranges


def swing_twist(quat: Array) -> tuple[Array, Array]:
    """A joint's quaternion as swing and twist about its own long axis z.

    Returns
    -------
    swing : (F, 3) rotation vector [rad] with no z; twist : (F,) [rad], first the twist, then the swing
    """
    half = np.arctan2(quat[:, 3], quat[:, 0])
    twist = (2 * half + np.pi) % (2 * np.pi) - np.pi
    c, s = np.cos(half), np.sin(half)
    w, x, y, z = quat.T
    # quat times the inverse of the twist (c, 0, 0, s).
    swing = np.stack([w * c + z * s, x * c - y * s, y * c + x * s, z * c - w * s], axis=1)
    return quat_log(swing), twist


def beyond(dancer: Dancer, q: Array) -> tuple[tuple[str, Array], ...]:
    """How far every joint is beyond each of its limits [degrees], shape (F,), negative inside; by limit.

    Hips: flexion and abduction from the swing of the thigh, rotation from its twist, outward for each leg.
    Ankle and trunk: components of the rotation vector. Neck, head, shoulder, girdle, wrist: the whole angle.
    """
    skeleton, limits = dancer.skeleton, dancer.limits
    out: list[tuple[str, Array]] = []

    def within(name: str, angle: Array, low: float, high: float) -> None:
        out.append((f"{name} beyond {high:.0f}", angle - high))
        out.append((f"{name} beyond {low:.0f}", low - angle))

    for body, name in enumerate(skeleton.names):
        part, side = name.removesuffix("_l").removesuffix("_r"), -1.0 if name.endswith("_r") else 1.0
        joint = q[:, skeleton.q_slice(body)]
        if skeleton.kinds[body] == Joint.HINGE:
            within(name, np.degrees(joint[:, 0]), *_hinge(limits, part))
        elif part == "thigh":
            swing, twist = (np.degrees(x) for x in swing_twist(joint))
            within(f"{name} flexion", -swing[:, 1], -limits.hip_extension, limits.hip_flexion)
            within(f"{name} abduction", side * swing[:, 0], -90.0, limits.hip_abduction)
            raised = np.clip(side * swing[:, 0] / 60.0, 0.0, 1.0)
            out.append(
                (
                    f"{name} outward beyond its turnout",
                    side * twist - limits.hip_out - raised * (limits.hip_out_raised - limits.hip_out),
                )
            )
            out.append((f"{name} inward beyond {limits.hip_in:.0f}", -limits.hip_in - side * twist))
        elif part == "foot":
            x, y, z = np.degrees(quat_log(joint)).T
            within(f"{name} plantar", y, -limits.ankle_dorsi, limits.ankle_plantar)
            within(f"{name} side", x, -limits.ankle_side, limits.ankle_side)
            within(f"{name} turn", z, -limits.ankle_turn, limits.ankle_turn)
        elif part in ("lumbar", "thorax", "chest"):
            most = getattr(limits, part)
            for k, way in enumerate(("side", "bend", "turn")):
                within(f"{name} {way}", np.degrees(quat_log(joint))[:, k], -most[k], most[k])
        elif part in _WHOLE:
            within(name, np.degrees(np.linalg.norm(quat_log(joint), axis=1)), -1.0, getattr(limits, _WHOLE[part]))
    return tuple(out)


_WHOLE = {"neck": "neck", "head": "head", "upper_arm": "shoulder", "clavicle": "girdle", "hand": "wrist"}


def _hinge(limits: Limits, part: str) -> tuple[float, float]:
    return {
        "shank": limits.knee,
        "forearm": limits.elbow,
        "wrist": limits.forearm,
        "mid": limits.mid_foot,
        "toes": limits.toes,
    }[part]


# Landings


@dataclass(frozen=True)
class Landing:
    """How a flight came down.

    Attributes
    ----------
    sink : time the centre of mass keeps descending after touch [s]
    roll : by how long toes meet the floor before the heel [s]; infinite where the heel stays up
    speed : of the foot towards the floor at touch, beyond the centre of mass's [m/s]
    peak : greatest force of the floor in the next quarter second [body weights]
    """

    time: float
    step: int
    sink: float
    roll: float
    speed: float
    peak: float


def landings(track: Track, found: tuple[Flight, ...], fitted: Forces) -> tuple[Landing, ...]:
    """How every confirmed flight came down."""
    out = []
    speed = np.gradient(track.com[:, 2]) * track.rate
    feet = np.gradient(track.soles[..., 2], axis=0) * track.rate
    reach = round(0.25 * track.rate)
    for flight in found:
        if not flight.confirmed or flight.planned < 0:
            continue
        touch = track.sample(flight.t1)
        after = np.flatnonzero(speed[touch:] >= 0)
        side = int(track.low[min(touch + 2, len(track.low) - 1)].argmin())
        window = slice(touch, min(touch + reach, len(track.com)))
        points = track.soles[window, side, :, 2]
        toes = np.flatnonzero(points[:, MEDIAL:].min(axis=1) <= CLEAR)
        heel = np.flatnonzero(points[:, HEEL] <= CLEAR)
        roll = (heel[0] - (toes[0] if len(toes) else 0)) / track.rate if len(heel) else np.inf
        lowest = int(track.soles[touch, side, :, 2].argmin())
        beyond_body = -(feet[touch, side, lowest] - speed[touch])
        here = (fitted.samples >= touch) & (fitted.samples < touch + reach)
        out.append(
            Landing(
                time=flight.t1,
                step=flight.step,
                sink=float(after[0] / track.rate) if len(after) else float((len(speed) - touch) / track.rate),
                roll=float(roll),
                speed=float(beyond_body),
                peak=float(fitted.normal[here].max()) if here.any() else 0.0,
            )
        )
    return tuple(out)
