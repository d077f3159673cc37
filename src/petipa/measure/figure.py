"""The dancer's figure over time, in the words definitions are written in: legs, feet, weight, facing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from petipa.measure.physics import Flight, Forces, flights, forces, runs
from petipa.measure.track import HEEL, PLATFORM, TIP, Track
from petipa.motion.model import StepSpan

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]

ON_FLOOR = 0.008
"""A shoe with its lowest point below this touches the floor [m]."""
DOWN = 0.0025
"""A shoe this low has come down [m]."""
HEEL_UP = 0.03
"""A heel above this is off the floor: demi-pointe or pointe [m]."""

NEITHER, LEFT, RIGHT, BOTH = -1, 0, 1, 2
"""Which foot carries the weight."""

SIDES = {"L": 0, "R": 1}


def _angle(a: Array, b: Array) -> Array:
    cross = np.linalg.norm(np.cross(a, b), axis=-1)
    return np.asarray(np.degrees(np.arctan2(cross, (a * b).sum(-1))))


@dataclass(frozen=True)
class Figure:
    """Features at every fine sample, feet and legs left first; angles in degrees, lengths in metres.

    Attributes
    ----------
    ahead : (N, 2) unit, the way the hips face; yaw, chest_yaw, head_yaw : (N,) unwrapped, positive to her left
    hip, knee, ankle, tip, heel : (N, 2, 3)
    stretch : (N, 2) angle of the knee, 180 straight; lift : (N, 2) of the leg from straight down
    bearing : (N, 2) where the leg points from the hips: 0 before, 90 to her left, -90 right, 180 behind
    thigh_lift : (N, 2); point : (N, 2) of the foot, 0 flexed at a right angle, 90 in line with the shank
    on : (N, 2) touches the floor; heel_up, pointe : (N, 2) stands so; weight : (N,) which foot carries
    share : (N,) of the weight on the right foot, from the zero-moment point; nan in the air
    front, open : (N,) how far the right foot is before the left one, and to the right of it
    apart : (N,) between the balls of the feet; tilt : (N,) of the line from pelvis to neck from upright
    """

    track: Track
    fitted: Forces
    flights: tuple[Flight, ...]
    ahead: Array
    yaw: Array
    chest_yaw: Array
    head_yaw: Array
    hip: Array
    knee: Array
    ankle: Array
    tip: Array
    heel: Array
    stretch: Array
    lift: Array
    bearing: Array
    thigh_lift: Array
    point: Array
    on: Bools
    heel_up: Bools
    pointe: Bools
    weight: NDArray[np.int8]
    share: Array
    front: Array
    open: Array
    apart: Array
    tilt: Array

    @property
    def rate(self) -> float:
        """Samples a second."""
        return self.track.rate

    def time(self, sample: float) -> float:
        """Music time of a sample [s]."""
        return float(self.track.motion.start + sample / self.rate)

    def at(self, time: float) -> int:
        """Sample nearest a music time."""
        return self.track.sample(time)

    def span(self, step: StepSpan, *, before: float = 0.0, after: float = 0.0) -> slice:
        """Samples of a step, with more before and after [s]."""
        return slice(self.at(step.t0 - before), self.at(step.t1 + after) + 1)

    def touches(self, side: int, window: slice) -> list[int]:
        """Samples in a window at which a foot comes to stand on the floor after a while off it.

        A foot set down gently skims its last millimetres: it has landed when it is down.
        """
        low = self.track.low[:, side]
        least, reach = round(0.05 * self.rate), round(0.15 * self.rate)
        out = []
        for a, b in runs(low > ON_FLOOR):
            if b - a >= least and b < len(low) and (low[b : b + least] <= ON_FLOOR).all():
                down = first(low[b : b + reach] <= DOWN, b)
                out.append(b if down is None else down)
        return [k for k in out if window.start <= k < window.stop]

    def takes(self, side: int, window: slice) -> list[int]:
        """Samples in a window at which a foot takes the weight: a step is a transfer of weight, not a touch."""
        part = np.nan_to_num(self.share if side else 1.0 - self.share)
        least = round(0.04 * self.rate)
        spans = [(a, b) for a, b in runs(part > 0.5) if b - a >= least]
        return [a for a, _ in spans if window.start <= a < window.stop and (part[max(0, a - least) : a] <= 0.5).all()]

    def hops(self, step: StepSpan, *, confirmed: bool = True) -> list[Flight]:
        """Flights whose middle lies in a step."""
        return [
            f
            for f in self.flights
            if step.t0 - 0.05 <= 0.5 * (f.t0 + f.t1) <= step.t1 + 0.05 and (f.confirmed or not confirmed)
        ]


def figure(track: Track) -> Figure:
    """Features of a motion."""
    skeleton = track.skeleton
    R, p = track.R, track.p
    names = skeleton.index

    def both(part: str) -> Array:
        return np.stack([p[:, names(f"{part}_l")], p[:, names(f"{part}_r")]], axis=1)

    def axis(part: str, k: int) -> Array:
        return np.stack([R[:, names(f"{part}_l"), :, k], R[:, names(f"{part}_r"), :, k]], axis=1)

    def yaw(part: str) -> Array:
        way = R[:, names(part), :, 0]
        return np.asarray(np.degrees(np.unwrap(np.arctan2(way[:, 1], way[:, 0]))))

    hip, knee, ankle = both("thigh"), both("shank"), both("foot")
    tip, heel = track.soles[:, :, TIP], track.soles[:, :, HEEL]
    ahead = R[:, 0, :2, 0] / np.maximum(np.linalg.norm(R[:, 0, :2, 0], axis=1, keepdims=True), 1e-9)
    left = np.stack([-ahead[:, 1], ahead[:, 0]], axis=1)
    leg = ankle - hip
    down = np.array([0.0, 0.0, -1.0])
    line = np.stack([(leg[..., :2] * ahead[:, None]).sum(-1), (leg[..., :2] * left[:, None]).sum(-1)], axis=-1)
    upper, lower = knee - hip, ankle - knee
    bend = _angle(upper, lower)
    shank_down = -axis("shank", 2)
    toward = axis("mid", 0)
    # Plantar is when the foot's own underside turns away from the shank's front.
    point = 90.0 - _angle(toward, shank_down)
    on = track.low < ON_FLOOR
    heel_up = heel[..., 2] > HEEL_UP
    pointe = on & (toward[..., 2] < -0.80) & (track.soles[:, :, PLATFORM, 2].min(axis=2) < ON_FLOOR)
    # The ball stays where it is when a heel rises or comes down; the middle of the sole does not.
    balls = track.balls.mean(axis=2)[..., :2]
    middle = 0.5 * (heel + tip)[..., :2]
    between = middle[:, 1] - middle[:, 0]
    fitted = forces(track)
    share = np.full(len(p), np.nan)
    zmp = np.full((len(p), 2), np.nan)
    zmp[fitted.samples] = fitted.zmp
    length = np.linalg.norm(balls[:, 1] - balls[:, 0], axis=1)
    part = balls[:, 1] - balls[:, 0]
    along = ((zmp - balls[:, 0]) * part).sum(axis=1) / np.maximum(length**2, 1e-6)
    share = np.where(
        on[:, 0] & on[:, 1], np.clip(along, 0, 1), np.where(on[:, 1], 1.0, np.where(on[:, 0], 0.0, np.nan))
    )
    weight = np.where(np.isnan(share), BOTH, np.where(share > 0.75, RIGHT, np.where(share < 0.25, LEFT, BOTH)))
    weight = np.where(on.any(axis=1), weight, NEITHER).astype(np.int8)
    back = p[:, names("neck")] - p[:, 0]
    return Figure(
        track=track,
        fitted=fitted,
        flights=flights(track),
        ahead=ahead,
        yaw=yaw("pelvis"),
        chest_yaw=yaw("chest"),
        head_yaw=yaw("head"),
        hip=hip,
        knee=knee,
        ankle=ankle,
        tip=tip,
        heel=heel,
        stretch=180.0 - bend,
        lift=_angle(leg, np.broadcast_to(down, leg.shape)),
        bearing=np.asarray(np.degrees(np.arctan2(line[..., 1], line[..., 0]))),
        thigh_lift=_angle(upper, np.broadcast_to(down, upper.shape)),
        point=point,
        on=on,
        heel_up=on & heel_up,
        pointe=pointe,
        weight=weight,
        share=share,
        front=(between * ahead).sum(axis=1),
        open=-(between * left).sum(axis=1),
        apart=length,
        tilt=_angle(back, np.broadcast_to(-down, back.shape)),
    )


def first(mask: Bools | Iterable[bool], start: int = 0) -> int | None:
    """Index of the first True, counted from `start`; None where there is none."""
    where = np.flatnonzero(np.asarray(mask))
    return start + int(where[0]) if len(where) else None
