"""From plan to a reference trajectory: legs by inverse kinematics, the centre of mass by its own pendulum.

The feet stand where the plan puts them; the pelvis is as high as the carrying leg's knee says; in
flight the centre of mass rides its parabola; horizontally it moves so that the centre of pressure lies
under the feet that carry her (linear inverted pendulum with the true height and the true change of
angular momentum). What is left for the solve is small.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator
from scipy.linalg import solveh_banded
from scipy.ndimage import gaussian_filter1d, maximum_filter1d
from scipy.optimize import isotonic_regression

from petipa.dancer import NAMES, Dancer, Limits
from petipa.mechanics import (
    forward,
    quat_exp,
    quat_from_matrix,
    quat_log,
    quat_mul,
    quat_to_matrix,
    rot_x,
    rot_y,
    rot_z,
)
from petipa.motion.arms import arm_curves, head_angles, shoulder_angle, write_arm
from petipa.motion.legs import (
    DEG,
    POINTED,
    TORSION,
    LegGeometry,
    air_pose,
    foot_pitches,
    leg_geometry,
    leg_ik,
    leg_points,
    pressure_point,
    reach,
    standing_foot,
    write_leg,
)
from petipa.motion.model import FootState
from petipa.motion.plan import GRAVITY, RATE, Contact, FootEvent, Plan, Track
from petipa.motion.problem import STRETCH

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Frames = NDArray[np.bool_] | NDArray[np.int64]

PLIE_KNEE = 45 * DEG
STRAIGHT_KNEE = 1.5 * DEG
LIFTED = 0.006  # metres above the floor from which a toe that slides along it has left it
MEET = 6  # frames in which a shoe slows down over its place on the floor, or starts from it
CARRY_OVER = 8.0  # frames in which a speed brought along from the floor dies out
KEPT_UP = 20.0  # frames in which her height keeps up a speed where no leg carries her
EPAULEMENT = 0.15  # of the head's turn, by which the shoulders turn the other way
STROKE_SLACK = 0.004  # metres the centre of pressure may stray where she pushes off and lands
OFF_ROLL = 1.75  # a foot leaves the floor, and meets it, over its tip
HEEL_UP = 1.25  # the roll to which the heel of a foot that stays comes up where the leg is too short
EVEN = 0.05  # metres a roll by which it counts beside the height it gives, where the foot is to roll evenly
ROLLS = np.linspace(0.0, 2.0, 81)
CALM = 30.0  # weight of her height's second difference, beside a height that is wished
STRETCHED = 40.0  # weight of a height at which her knees are straight
HELD = 1e4  # weight of a height that is given, beside one that is wished
HITCH = 12 * DEG  # most roll of the pelvis that lets two standing legs of unequal slant both be straight
ROLL_OFF = 10  # frames in which a foot that leaves the floor may roll over its tip
AT_THE_LEG = ("cou_de_pied", "retire", "passe")  # poses from which a foot comes down along the other leg
BESIDE = 0.19  # a foot whose ankle is no further from below its hip is closed to the other [m]
LOW_HEEL = 18  # frames after the depth of a landing on one foot in which the heel may still be off the floor
LAST_ROLL = 1.88  # how far it rolls where the leg is too short
KNEE_FIRST = 1.0  # how far the knees are ahead of the ankles in a push: 1 together
HEEL_FIRST = 1.2  # how far the ankles are ahead of the knees in a landing: the heels are down before its depth
LEAVING_KNEE = 17 * DEG  # a straighter knee cannot extend fast enough to leave the floor


@dataclass(frozen=True)
class Reference:
    """What the solve starts from and tracks.

    Attributes
    ----------
    q : (F, 77); feet : (F, 2) `FootState`; planted, touching : (F, 2)
    airborne : (F,) both feet clear; cop : (F, 2) [m]; share : (F, 2) of the weight on each foot
    roll : (F, 2) 0 flat, 1 demi-pointe, 2 pointe; turning : (F,) in a turn; rolling : (F,) in the push of a jump or
        its landing
    """

    q: Array
    feet: NDArray[np.uint8]
    planted: Mask
    touching: Mask
    airborne: Mask
    cop: Array
    share: Array
    roll: Array
    turning: Mask
    rolling: Mask


@dataclass
class _Run:
    """Frames of one foot off its place, from the last planted frame to the next, with poses on the way."""

    first: int
    last: int
    keys: list[tuple[int, FootEvent]]
    touch: list[tuple[int, int]]
    down: tuple[int, int] | None = None  # frames in which it slides down the other leg to its place
    up: tuple[int, int] | None = None  # frames in which it peels off the floor on its way to the other leg

    @property
    def grazing(self) -> list[tuple[int, int]]:
        """Spans of frames in which its toes are on the floor or come down to it."""
        return [*self.touch, *(span for span in (self.up, self.down) if span is not None)]


@dataclass
class _Foot:
    leg: LegGeometry
    planted: Mask
    anchor: Array
    yaw: Array
    roll: Array
    worn: Array
    press: Array  # the roll that says where in the sole the weight rests
    pivot: Mask
    slide: Mask
    meant: Array  # the knee the plan asks for where the foot does not stand, before the floor has its say
    rise: Array  # the roll to which the heel may come up where the leg is too short
    runs: list[_Run]


def _ease(s: Array) -> Array:
    """Minimum-jerk ease from 0 to 1 (Flash and Hogan 1985, eq. 3)."""
    s = np.clip(s, 0, 1)
    return np.asarray(s**3 * (10 - 15 * s + 6 * s * s))


def _smooth(track: Track, times: Array) -> Array:
    if len(track.times) == 1:
        return np.repeat(track.values[:1], len(times), axis=0)
    inner = np.clip(times, track.times[0], track.times[-1])
    return np.asarray(PchipInterpolator(track.times, track.values, axis=0)(inner))


def _eased(keys: Sequence[tuple[float, float]], times: Array) -> Array:
    """Minimum-jerk moves between held values."""
    out = np.full(len(times), keys[0][1])
    for (t0, v0), (t1, v1) in pairwise(keys):
        part = times >= t0 - 1e-9
        out[part] = v0 + (v1 - v0) * _ease((times[part] - t0) / max(t1 - t0, 1e-9))
    return out


def _lay_foot(plan: Plan, side: int, dancer: Dancer, psi: Array) -> _Foot:
    frames = plan.frames
    leg = leg_geometry(dancer.skeleton, side)
    planted = np.zeros(frames, dtype=bool)
    pivot = np.zeros(frames, dtype=bool)
    slide = np.zeros(frames, dtype=bool)
    anchor, yaw, roll = np.zeros((frames, 2)), np.zeros(frames), np.zeros(frames)
    runs: list[_Run] = []
    run: _Run | None = None
    heights = standing_foot(leg, np.zeros((len(ROLLS), 2)), np.zeros(len(ROLLS)), ROLLS)[0][:, 2]
    heights = heights + EVEN * ROLLS
    events = plan.feet[side]
    index = [round((e.time - plan.start) * RATE) for e in events]
    index = paced(leg, events, index)
    if events[0].contact != Contact.PLANT:
        run = _Run(0, 0, [(0, events[0])], [])
    for a, b, e0, e1 in zip(index, index[1:], events, events[1:], strict=False):
        if b <= a:
            if e1.contact == Contact.PLANT and e0.contact == Contact.PLANT:
                anchor[a], yaw[a], roll[a] = e1.anchor, e1.yaw, e1.roll
            continue
        span = np.arange(a, b + 1)
        s = _ease((span - a) / (b - a))
        stands = e0.contact == Contact.PLANT and e1.contact == Contact.PLANT
        far = float(np.hypot(e1.anchor[0] - e0.anchor[0], e1.anchor[1] - e0.anchor[1]))
        near = far < 0.02
        if stands and (not e1.moved or e1.slide or near):
            planted[span] = True
            roll[span] = _rolled(heights, e0.roll, e1.roll, s)
            turned = psi[b] - psi[a]
            share = (psi[span] - psi[a]) / turned if abs(turned) > 0.02 and e1.pivot else s
            yaw[span] = e0.yaw + (e1.yaw - e0.yaw) * share
            if e1.pivot:
                # She turns on the ball of the foot, then on its tip.
                back = np.array([_back(leg, max(r, 1.0)) for r in roll[span]])
                along = np.array([np.cos(e0.yaw), np.sin(e0.yaw)])
                point = np.array(e0.anchor) - _back(leg, max(e0.roll, 1.0)) * along
                anchor[span] = point + back[:, None] * np.stack([np.cos(yaw[span]), np.sin(yaw[span])], axis=1)
                pivot[span] |= abs(e1.yaw - e0.yaw) > 1 * DEG
            else:
                anchor[span] = np.array(e0.anchor) + np.subtract(e1.anchor, e0.anchor) * s[:, None]
                if not near or (e1.slide and far > 0.002) or abs(e1.yaw - e0.yaw) > 1 * DEG:
                    slide[span] = True
            continue
        if run is None:
            run = _Run(a, a, [], [])
            if e0.contact == Contact.PLANT:
                planted[a] = True
                anchor[a], yaw[a], roll[a] = e0.anchor, e0.yaw, e0.roll
        if Contact.AIR not in (e0.contact, e1.contact) and Contact.TOUCH in (e0.contact, e1.contact):
            run.touch.append((a, b))
        if e1.contact == Contact.PLANT:
            planted[b] = True
            anchor[b], yaw[b], roll[b] = e1.anchor, e1.yaw, e1.roll
            run.last = b
            runs.append(run)
            run = None
        else:
            run.keys.append((b, e1))
    if run is not None:
        run.last = frames - 1
        runs.append(run)
    return _Foot(
        leg, planted, anchor, yaw, roll, roll.copy(), roll.copy(), pivot, slide, np.zeros(frames), _rise(planted), runs
    )


def _rolled(heights: Array, low: float, high: float, share: Array) -> Array:
    """Rolls from `low` to `high` by which a foot goes that share of its way up, shape of `share`.

    `heights` say how far it is up at `ROLLS`. Past the ball an ankle rises several times faster for each part of the
    roll than just before: with the roll alone eased her hips would be thrown upward there.
    """
    a, b = np.interp([low, high], ROLLS, heights)
    return np.asarray(np.interp(a + (b - a) * share, heights, ROLLS))


def _rise(planted: Mask) -> Array:
    """How far a heel may come up, (F,): to the ball, and over the tip as the foot leaves the floor."""
    leaves = planted & ~np.roll(planted, -1)
    leaves[-1] = False
    out = np.full(len(planted), HEEL_UP)
    for last in np.flatnonzero(leaves).tolist():
        span = np.arange(max(0, last - ROLL_OFF), last + 1)
        out[span] += (LAST_ROLL - HEEL_UP) * _ease((span - last) / ROLL_OFF + 1.0)
    return out


@dataclass(frozen=True)
class _Stroke:
    """Frames of a push or a landing: `edge` is where flight begins or ends, `bottom` the depth of the plié."""

    edge: int
    bottom: int


def _strokes(plan: Plan) -> list[_Stroke]:
    out = []
    for flight, (push, sunk) in zip(plan.flights, plan.strokes, strict=True):
        for edge, bottom in ((flight.t0, push), (flight.t1, sunk)):
            at, far = (round((t - plan.start) * RATE) for t in (edge, bottom))
            out.append(_Stroke(at, min(max(far, 0), plan.frames - 1)))
    return out


def _press_over_balls(foot: _Foot, strokes: Sequence[_Stroke]) -> None:
    """Let the weight be over the ball before she pushes and still there when she has sunk; meet flight on the tip."""
    over = np.zeros(len(foot.roll))
    for stroke in strokes:
        a, b = sorted((stroke.edge, stroke.bottom))
        over[a : b + 1] = 1.0
        if foot.planted[stroke.edge]:
            foot.roll[stroke.edge] = max(OFF_ROLL, foot.roll[stroke.edge])
    foot.press = np.maximum(foot.roll, gaussian_filter1d(over, 6.0, mode="nearest"))


def _off_roll(foot: _Foot, hip: Array, frame: int, plantar: float) -> float:
    """The roll with which a foot leaves the floor: over its tip, or as far as the ankle of a slanting leg gives."""
    rolls = np.linspace(0.0, OFF_ROLL, 39)
    at, yaw = foot.anchor[[frame]], foot.yaw[[frame]]
    ankle, _ = standing_foot(foot.leg, at, yaw, np.array([1.0]))
    along = np.array([np.cos(yaw[0]), np.sin(yaw[0])])
    slant = np.arctan2(float((ankle[0, :2] - hip[frame, :2]) @ along), float(hip[frame, 2] - ankle[0, 2]))
    return float(np.interp(plantar - slant, foot_pitches(rolls)[0], rolls))


def _roll_through(foot: _Foot, hip: Array, strokes: Sequence[_Stroke], plantar: float) -> None:
    """Let a foot roll from the whole sole to the tip as it pushes off, and from the tip to the heel as it lands.

    On the way up knee and ankle stretch together, or the knee ahead (`KNEE_FIRST`); down the heel is on the floor a
    little before the knee has bent (`HEEL_FIRST`). Each follows the height the hip (F, 3) [m] has come by. No ankle
    points beyond `plantar` [rad]. A foot that is on its tip stays there.
    """
    for stroke in strokes:
        if not foot.planted[stroke.edge] or foot.roll[stroke.edge] > OFF_ROLL:
            continue
        off = foot.roll[stroke.edge] = _off_roll(foot, hip, stroke.edge, plantar)
        rolls = np.linspace(0.0, off, 39)
        way = 1 if stroke.bottom > stroke.edge else -1
        frames = np.arange(stroke.edge, stroke.bottom + way, way)
        stands = foot.planted[frames]
        frames = frames[: len(frames) if stands.all() else int(np.argmin(stands))]
        if len(frames) < 3:
            continue
        last = int(frames[-1])
        n = len(rolls)
        low = foot.roll[last]
        anchor, yaw = np.repeat(foot.anchor[[last]], n, axis=0), np.repeat(foot.yaw[last], n)
        ankles, _ = standing_foot(foot.leg, anchor, yaw, rolls)
        foot_low, _ = standing_foot(foot.leg, anchor[:1], yaw[:1], np.array([low]))
        height = hip[frames, 2]
        whole = height[0] - height[-1]
        if whole < 0.02:
            continue
        share = np.maximum.accumulate(np.clip((height - height[-1]) / whole, 0.0, 1.0)[::-1])[::-1]
        bent = float(np.linalg.norm(hip[last] - foot_low[0]))
        ahead = HEEL_FIRST if way > 0 else KNEE_FIRST
        leg = bent + (float(reach(foot.leg, np.array([LEAVING_KNEE]))[0]) - bent) * (1.0 - (1.0 - share) ** ahead)
        # Of all rolls the one that puts the ankle a leg's length from the hip; none lower than at the bottom.
        gap = np.linalg.norm(hip[frames][:, None] - ankles[None], axis=2)
        for k, frame in enumerate(frames[1:], start=1):
            roll = float(np.interp(-leg[k], -gap[k], rolls))
            foot.roll[frame] = max(low, min(roll, foot.roll[frames[k - 1]]))


def paced(leg: LegGeometry, events: Sequence[FootEvent], index: Sequence[int]) -> list[int]:
    """Frames of a foot's events, those in the air shifted so that none has to be reached faster than a leg swings.

    Parameters
    ----------
    events : of one foot, in order; index : (n,) the frame asked of each

    Returns
    -------
    (n,) frames, never decreasing; the places on the floor keep theirs.

    Between two places on the floor the poses share the time by the way the toe has to go from one to the next; a pose
    keeps its frame where the others let it, one that meets a count longest of all (isotonic regression of the frames
    less the frames needed).
    """
    out = list(index)
    stands = [k for k, event in enumerate(events) if event.contact == Contact.PLANT]
    if stands and stands[-1] < len(events) - 1:
        stands.append(len(events) - 1)
    for a, b in pairwise(stands):
        if b - a < 2:
            continue
        tips = np.array([_toe(leg, events[k]) for k in range(a, b + 1)])
        way = np.linalg.norm(np.diff(tips, axis=0), axis=1)
        speed = np.array([event.swing for event in events[a + 1 : b + 1]])
        need = np.concatenate([[0.0], np.cumsum(1.5 * way / speed * RATE)])
        room = index[b] - index[a]
        need *= min(1.0, room / max(need[-1], 1e-9))
        free = np.array(index[a + 1 : b], dtype=np.float64) - need[1:-1]
        weight = np.array([20.0 if event.firm else 1.0 for event in events[a + 1 : b]])
        low, high = float(index[a]), float(index[b]) - need[-1]
        kept = np.clip(isotonic_regression(free, weights=weight).x, low, high) + need[1:-1]
        for k, frame in zip(range(a + 1, b), kept, strict=True):
            out[k] = max(round(float(frame)), out[k - 1])
    return out


def _toe(leg: LegGeometry, event: FootEvent) -> Array:
    """Where the toe is from the hip [m] at an event, the standing foot straight below."""
    if event.contact == Contact.PLANT:
        return np.array([0.0, 0.0, -sum(leg.lengths) - 0.04 * (1.0 + event.roll)])
    numbers = air_pose(leg, event.pose, event.height)
    R = quat_to_matrix(quat_exp(numbers[:3]))
    return np.asarray(leg_points(leg, R[None], numbers[3:4], numbers[None, 4:])[1][0, 3])


def _back(leg: LegGeometry, roll: float) -> float:
    zero = np.zeros((1, 2))
    return float(-pressure_point(leg, zero, np.zeros(1), np.array([roll]))[0, 0])


def _numbers(R_heading: Array, R_thigh: Array, knee: Array, R_foot: Array, roll: Array) -> Array:
    """Nine numbers of planted legs (F, 9)."""
    thigh = quat_log(quat_from_matrix(np.swapaxes(R_heading, 1, 2) @ R_thigh))
    R_shank = R_thigh @ rot_y(knee)
    ankle = quat_log(quat_from_matrix(np.swapaxes(R_shank, 1, 2) @ R_foot))
    hind, mid, toe = foot_pitches(roll)
    return np.concatenate([thigh, knee[:, None], ankle, (mid - hind)[:, None], (toe - mid)[:, None]], axis=1)


def hermite(times: Sequence[int], values: Array, start_slope: Array | None, end_slope: Array | None) -> Array:
    """C1 curve through poses at frames, monotone between them; slopes given at the ends die out in a few frames.

    Parameters
    ----------
    times : (n,) frames, increasing; values : (n, k); start_slope, end_slope : (k,) per frame, or none

    Returns
    -------
    (F, k), a row for every frame from the first to the last
    """
    t = np.asarray(times, dtype=np.float64)
    if len(t) == 1:
        return values
    if len(t) == 2:
        slopes = np.zeros_like(values)
    else:
        slopes = PchipInterpolator(t, values, axis=0).derivative()(t)
        slopes[0] = slopes[-1] = 0.0
    x = np.arange(int(t[0]), int(t[-1]) + 1, dtype=np.float64)
    i = np.clip(np.searchsorted(t, x, side="right") - 1, 0, len(t) - 2)
    h = (t[i + 1] - t[i])[:, None]
    s = ((x - t[i]) / (t[i + 1] - t[i]))[:, None]
    h00, h10 = 2 * s**3 - 3 * s**2 + 1, s**3 - 2 * s**2 + s
    h01, h11 = -2 * s**3 + 3 * s**2, s**3 - s**2
    curve = h00 * values[i] + h10 * h * slopes[i] + h01 * values[i + 1] + h11 * h * slopes[i + 1]
    ends = ((start_slope, x - t[0], t[1] - t[0], 1.0), (end_slope, t[-1] - x, t[-1] - t[-2], -1.0))
    for slope, away, step, sign in ends:
        if slope is not None:
            fade = min(CARRY_OVER, float(step))
            curve += sign * np.outer(away * np.clip(1.0 - away / fade, 0.0, 1.0) ** 3, slope)
    return np.asarray(curve)


def _touch_foot(leg: LegGeometry, hip_z: Array, R_thigh: Array, knee: Array, limits: Limits) -> Array:
    """Ankle, mid-foot and toes that let a reaching leg's toes just meet the floor, (F, 5).

    Between the sole that lies on the floor, however the leg slants, and the stretched foot.
    """
    p = np.linspace(0.0, 1.0, 25)
    up = (R_thigh @ rot_y(knee))[:, 2]  # the world's up, seen from the shank
    sine = np.maximum(np.hypot(up[:, 0], up[:, 1]), 1e-9)
    turn = np.arctan2(sine, up[:, 2]) / sine
    sole = np.zeros((len(knee), 5))
    sole[:, 0] = np.clip(-up[:, 1] * turn, -limits.ankle_side * DEG, limits.ankle_side * DEG)
    sole[:, 1] = np.clip(up[:, 0] * turn, 2 * DEG - limits.ankle_dorsi * DEG, POINTED[1])
    foots = sole + p[:, None, None] * (POINTED - sole)
    # The toes lie on the floor as long as the ball does: they are bent up no further than the foot slants down.
    slant = R_thigh @ rot_y(knee) @ quat_to_matrix(quat_exp(foots[..., :3])) @ rot_y(foots[..., 3])
    bent = np.minimum(45 * DEG * np.sin(np.pi * p)[:, None], np.arcsin(np.clip(-slant[..., 2, 0], 0, 1)))
    foots[..., 4] = POINTED[4] * p[:, None] ** 3 - bent * (p < 1)[:, None]
    many = len(p)
    _, soles = leg_points(leg, np.tile(R_thigh, (many, 1, 1)), np.tile(knee, many), foots.reshape(-1, 5))
    low = soles[..., 2].min(axis=1).reshape(many, -1).T + hip_z[:, None]
    # The most stretched foot that clears the floor: stretching presses the toes down.
    clear = low >= -0.003
    prev = np.where(clear.any(axis=1), len(p) - 1 - clear[:, ::-1].argmax(axis=1), 0)
    first = np.minimum(prev + 1, len(p) - 1)
    rows = np.arange(len(knee))
    a, b = low[rows, prev], low[rows, first]
    s = np.where(np.abs(a - b) > 1e-9, np.clip(a / np.where(np.abs(a - b) > 1e-9, a - b, 1.0), 0, 1), 0.0)
    return np.asarray(foots[prev, rows] + (foots[first, rows] - foots[prev, rows]) * s[:, None])


def _touch_pose(leg: LegGeometry, numbers: Array, hip_z: float) -> Array:
    """Lower or raise a touching pose until the pointed toe meets the floor."""
    q = numbers.copy()
    axis = numbers[:3]
    R0 = quat_to_matrix(quat_exp(axis))
    d = R0 @ np.array([0.0, 0.0, -1.0])
    azimuth = float(np.arctan2(d[1], d[0]))
    now = float(np.arccos(np.clip(-d[2], -1, 1)))
    grid = np.linspace(5 * DEG, 50 * DEG, 46)
    swung = rot_z(azimuth) @ rot_y(now - grid) @ rot_z(-azimuth) @ R0
    many = (len(grid), 1)
    height = leg_points(leg, swung, np.tile(q[3], len(grid)), np.tile(q[4:], many))[1][..., 2].min(axis=1) + hip_z
    sign = np.flatnonzero(np.diff(np.sign(height)))
    if len(sign):
        i = int(sign[0])
        e = grid[i] + (grid[i + 1] - grid[i]) * height[i] / (height[i] - height[i + 1])
    else:
        e = grid[int(np.argmin(np.abs(height)))]
    R = rot_z(azimuth) @ rot_y(-(e - now)) @ rot_z(-azimuth) @ R0
    q[:3] = quat_log(quat_from_matrix(R))
    return q


def _pendulum(com_z: Array, spin: Array, cop: Array, sigma: Array, airborne: Mask) -> Array:
    """Horizontal centre of mass (F, 2) whose centre of pressure follows `cop` within `sigma` [m].

    Least squares over the whole trajectory; `spin` (F, 2) is dH_y/m and -dH_x/m, the moment the limbs take.
    """
    frames = len(com_z)
    dt = 1 / RATE
    acc = np.gradient(np.gradient(com_z, dt), dt)
    lift = np.where(airborne, 0.0, np.clip(acc + GRAVITY, 0.5, 4 * GRAVITY) / GRAVITY)
    arm = np.where(airborne, 1.0, com_z / GRAVITY)
    weight = np.where(airborne, 60.0, 1.0 / sigma)
    moment = np.where(airborne[:, None], 0.0, spin / GRAVITY)
    band = np.zeros((4, frames))  # upper form, half width 3
    rhs = np.zeros((frames, 2))

    def add(first: NDArray[np.int64], coefs: Array, value: Array, w: Array) -> None:
        """Rows (N, C) of the least squares, each from column `first` (N,) on, wanted at `value` (N, 2)."""
        square = w * w
        for a in range(coefs.shape[1]):
            np.add.at(rhs, first + a, (square * coefs[:, a])[:, None] * value)
            for b in range(a, coefs.shape[1]):
                np.add.at(band[3 - (b - a)], first + b, square * coefs[:, a] * coefs[:, b])

    inner = np.arange(1, frames - 1)
    c2 = arm[inner] / dt**2
    hanging = np.stack([-c2, lift[inner] + 2 * c2, -c2], axis=1)
    add(inner - 1, hanging, lift[inner, None] * cop[inner] + moment[inner], weight[inner])
    smooth = np.arange(frames - 3)
    jerk = np.full(len(smooth), 1.0 / (60.0 * dt**3))
    add(smooth, np.tile([-1.0, 3.0, -3.0, 1.0], (len(smooth), 1)), np.zeros((len(smooth), 2)), jerk)
    ends = np.array([0, frames - 1])
    add(ends, np.ones((2, 1)), cop[ends], 1.0 / sigma[ends])
    add(np.array([0, frames - 2]), np.tile([1.0, -1.0], (2, 1)), np.zeros((2, 2)), np.full(2, 400.0))
    band[3] += 1e-9
    return np.asarray(solveh_banded(band, rhs))


def _carried_along(dancer: Dancer, q: Array) -> tuple[Array, Array, Array]:
    """What the configurations (F, 77) carry: a stretch at a time, so that memory stays flat.

    Returns
    -------
    com : (F, 3) [m]; rate : (F, 3) of angular momentum about it per kg, by differences; length : (F, 2) of each leg
    from hip to ankle [m]
    """
    s = dancer.skeleton
    dt = 1 / RATE
    frames = len(q)
    ends = [(NAMES.index(f"thigh_{side}"), NAMES.index(f"foot_{side}")) for side in "lr"]
    com, length, h = np.zeros((frames, 3)), np.zeros((frames, 2)), np.zeros((max(frames - 1, 0), 3))
    for a in range(0, frames, STRETCH):
        b = min(a + STRETCH, frames)
        R, p = forward(s, q[a : b + 1])
        centres = p + np.einsum("fbij,bj->fbi", R, s.coms)
        middle = np.einsum("fbi,b->fi", centres, s.masses) / s.mass
        rel = centres - middle[:, None]
        vel = np.diff(rel, axis=0) / dt
        turn = quat_log(quat_from_matrix(R[1:] @ np.swapaxes(R[:-1], 2, 3))) / dt
        inertia = R[:-1] @ s.inertias @ np.swapaxes(R[:-1], 2, 3)
        own = np.einsum("fbij,fbj->fi", inertia, turn)
        h[a : a + len(vel)] = np.einsum("b,fbi->fi", s.masses, np.cross(0.5 * (rel[1:] + rel[:-1]), vel)) + own
        com[a:b] = middle[: b - a]
        for side, (hip, foot) in enumerate(ends):
            length[a:b, side] = np.linalg.norm(p[: b - a, foot] - p[: b - a, hip], axis=1)
    rate = np.zeros((frames, 3))
    rate[1:-1] = np.diff(h, axis=0) / dt
    return com, np.asarray(gaussian_filter1d(rate / s.mass, 1.0, axis=0)), length


def _spot(plan: Plan, times: Array, psi: Array, yaw: Array) -> Array:
    """Head yaw from the hips: held to the front in turns, whipped round when the neck can give no more."""
    out = yaw.copy()
    hold = 82 * DEG
    for t0, t1, _ in plan.gaze:
        i, j = round((t0 - plan.start) * RATE), round((t1 - plan.start) * RATE)
        if j <= i + 4:
            continue
        total = psi[j] - psi[i]
        if abs(total) < 1.5 * np.pi:
            continue
        sign = np.sign(total)
        # Front is where she faces when the turn is done.
        done = sign * (psi[i : j + 1] - psi[j])
        phase = np.mod(done, 2 * np.pi)
        whole = done - phase
        s = np.clip((phase - hold) / (2 * np.pi - 2 * hold), 0, 1)
        head = whole + 2 * np.pi * (s * s * (3 - 2 * s))
        inside = sign * (head - done)
        fade = np.minimum(1.0, np.minimum(np.arange(j - i + 1), np.arange(j - i + 1)[::-1]) / 5.0)
        out[i : j + 1] = fade * inside + (1 - fade) * out[i : j + 1]
    return out


def build_reference(plan: Plan, dancer: Dancer, *, passes: int = 6, breathing: Array | None = None) -> Reference:
    """Lay out the trajectory the solve tracks.

    Parameters
    ----------
    passes : rounds between posture, height and the pendulum
    breathing : (F,) how full the chest is, as `breath` gives it; held if None

    Returns
    -------
    Reference, all arrays over the plan's frames at 60 Hz
    """
    s = dancer.skeleton
    frames = plan.frames
    times = plan.start + np.arange(frames) / RATE
    psi = gaussian_filter1d(_smooth(plan.heading, times), 2.0, mode="nearest")
    feet = [_lay_foot(plan, side, dancer, psi) for side in (0, 1)]
    strokes = _strokes(plan)
    for foot in feet:
        _press_over_balls(foot, strokes)
    planted = np.stack([f.planted for f in feet], axis=1)
    touching = np.zeros((frames, 2), dtype=bool)
    for side, foot in enumerate(feet):
        for run in foot.runs:
            for a, b in run.touch:
                touching[a : b + 1, side] = True
    touching &= ~planted
    airborne: Mask = np.asarray(~(planted | touching).any(axis=1))
    bend = _eased(list(zip(plan.bend.times, plan.bend.values, strict=True)), times)
    knee = STRAIGHT_KNEE + bend * (PLIE_KNEE - STRAIGHT_KNEE)
    lean = gaussian_filter1d(_smooth(plan.lean, times), 4.0, axis=0, mode="nearest")
    hinge = gaussian_filter1d(_smooth(plan.hinge, times), 4.0, axis=0, mode="nearest")
    share = _shares(plan, times, planted)
    for side, foot in enumerate(feet):
        # In a plié on one leg the weight goes toward the heel: the ankle folds no further than it can.
        deep = np.clip(4.0 * bend - 3.0, 0.0, 1.0) * (share[:, side] > 0.95) * (foot.press < 0.02)
        foot.press = foot.press - gaussian_filter1d(deep, 8.0, mode="nearest")
    roll = np.stack([f.roll for f in feet], axis=1)
    span = _smooth(plan.reach, times) if plan.reach is not None else None
    spins = [(t0, t1) for t0, t1, _ in plan.gaze]
    left, right = arm_curves(s, plan.arms, times, RATE, turns=spins, paces=plan.paces, reach=span)
    air = np.zeros(frames) if breathing is None else breathing
    # The ribs lift the girdle a degree and open the chest as much.
    left[:, 0] += 1.0 * DEG * air
    right[:, 0] -= 1.0 * DEG * air
    head = _head_curve(plan, times)
    head[:, 0] = _spot(plan, times, psi, head[:, 0])
    R_heading = rot_z(psi)
    carried = _carriers(plan, times, planted)

    flights = [(round((f.t0 - plan.start) * RATE), round((f.t1 - plan.start) * RATE)) for f in plan.flights]
    takeoff_knee, landed = np.zeros(frames, dtype=bool), np.zeros(frames, dtype=bool)
    for stroke in strokes[1::2]:
        landed[stroke.edge : stroke.bottom + (0 if planted[stroke.bottom].all() else LOW_HEEL)] = True
    for a, b in flights:
        takeoff_knee[[a, b]] = True
    cop = _cop(feet, share, planted)
    xy = gaussian_filter1d(cop, 8.0, axis=0, mode="nearest")
    firm = np.zeros(frames)
    for (push, sunk), (a, b) in zip(plan.strokes, flights, strict=True):
        firm[(times >= push - 1e-6) & (times <= sunk + 1e-6)] = HELD
        firm[a : b + 1] = HELD
    z = np.full(frames, float(s.offsets[0, 2]))
    q = np.repeat(s.zero()[None], frames, axis=0)
    sigma = _tolerance(roll, share, planted)
    swung = np.ones(frames)
    for push, sunk in plan.strokes:
        # Great forces: the mass must be over them, and what limbs swing then is for the solve to balance.
        part = (times > push - 0.15) & (times < sunk + 0.15)
        sigma[part] = np.minimum(sigma[part], STROKE_SLACK)
        swung[part] = 0.0
    swung = gaussian_filter1d(swung, 3.0, mode="nearest")

    numbers = [np.zeros((frames, 9)), np.zeros((frames, 9))]
    hitch = np.zeros(frames)
    com, _, _ = _carried_along(dancer, q)
    for turn in range(passes):
        # The pelvis leans as the legs of the pass before ask; then nothing moves it under the legs of this one.
        pelvis_lean, spine = _trunk(numbers, planted, lean)
        for vertebrae, much in (("lumbar", 0.4), ("thorax", 0.35), ("chest", 0.25)):
            spine[vertebrae][:, 0] -= much * hitch  # the trunk keeps its line
        pelvis_lean[:, :2] += hinge
        spine["chest"][:, 1] -= 0.9 * DEG * air
        R_pelvis = (
            R_heading @ rot_x(hitch) @ rot_z(pelvis_lean[:, 2]) @ rot_y(pelvis_lean[:, 0]) @ rot_x(pelvis_lean[:, 1])
        )
        z = _heights(
            feet, xy, z, com[:, 2] - q[:, 2], R_pelvis, knee, carried, takeoff_knee, planted, flights, firm, frames
        )
        root = np.concatenate([xy, z[:, None]], axis=1)
        for foot in feet:
            _roll_through(foot, root + R_pelvis @ foot.leg.hip, strokes, (dancer.limits.ankle_plantar - 1.0) * DEG)
        pushing: Mask = np.asarray(~carried.any(axis=1) | landed)
        for side, foot in enumerate(feet):
            low = feet[1 - side].roll < 0.5
            numbers[side] = _leg_numbers(
                foot, root, R_pelvis, R_heading, dancer, numbers[side], q, pushing, airborne, low
            )
        q[:, :3] = root
        q[:, s.q_slice(0)] = quat_from_matrix(R_pelvis)
        for name, angles in spine.items():
            q[:, s.q_slice(NAMES.index(name))] = quat_exp(angles)
        _write_head(dancer, q, head, spine)
        write_arm(s, q, "l", left)
        write_arm(s, q, "r", right)
        com, rate, lengths = _carried_along(dancer, q)
        moment = np.stack([rate[:, 1], -rate[:, 0]], axis=1)
        moment = np.clip(moment, -1.5, 1.5) * swung[:, None]
        want = _pendulum(com[:, 2], moment, cop, sigma, airborne)
        step = want - com[:, :2]
        xy = xy + (step if turn < passes - 1 else 0.0)
        # Where both legs are straight, one a little before the other, a trace of roll lets both be.
        more = (
            (lengths[:, 1] - lengths[:, 0])
            / (2 * s.offsets[NAMES.index("thigh_l"), 1])
            * _both_straight(feet, carried, touching, knee)
        )
        hitch = np.clip(hitch + gaussian_filter1d(more, 2.0, mode="nearest"), -HITCH, HITCH)
    q = _continuous(dancer, q)
    roll = np.stack([f.worn for f in feet], axis=1)
    rolling = np.zeros(frames, dtype=bool)
    for stroke in strokes:
        rolling[min(stroke.edge, stroke.bottom) : max(stroke.edge, stroke.bottom) + 1] = True
    states = _states(feet, planted, touching, roll, rolling)
    turning = np.zeros(frames, dtype=bool)
    for t0, t1, _ in plan.gaze:
        turning[round((t0 - plan.start) * RATE) : round((t1 - plan.start) * RATE) + 1] = True
    return Reference(q, states, planted, touching, airborne, cop, share, roll, turning, rolling)


def _both_straight(feet: list[_Foot], carried: Mask, touching: Mask, knee: Array) -> Array:
    """Where both legs are meant to be straight and neither is off the floor, softly 0 to 1, (F,)."""
    long = np.stack([foot.meant < 8 * DEG for foot in feet], axis=1)
    down = carried | (touching & long)
    return np.asarray(gaussian_filter1d((down.all(axis=1) & carried.any(axis=1) & (knee < 4 * DEG)).astype(float), 3.0))


def _shares(plan: Plan, times: Array, planted: Mask) -> Array:
    """Share of the weight on each foot (F, 2), zero where a foot does not stand."""
    left = _eased(list(zip(plan.weight.times, plan.weight.values, strict=True)), times)
    share = np.stack([left, 1 - left], axis=1)
    ramp = 7
    for side in (0, 1):
        edge = np.ones(len(times))
        stands = planted[:, side]
        changes = np.flatnonzero(np.diff(stands.astype(int)))
        for c in (int(i) for i in changes):
            if stands[c]:  # lifts after frame c
                if planted[c, 1 - side]:
                    span = np.arange(max(0, c - ramp), c + 1)
                    edge[span] = np.minimum(edge[span], (c - span) / ramp)
            elif planted[c + 1, 1 - side]:
                span = np.arange(c + 1, min(len(times), c + 2 + ramp))
                edge[span] = np.minimum(edge[span], (span - c - 1) / ramp)
        share[:, side] *= edge * stands
    total = share.sum(axis=1)
    alone = (total < 1e-6) & planted.any(axis=1)
    share[alone] = planted[alone] / planted[alone].sum(axis=1, keepdims=True)
    total = share.sum(axis=1, keepdims=True)
    return np.asarray(np.where(total > 1e-6, share / np.maximum(total, 1e-6), 0.0))


def _carriers(plan: Plan, times: Array, planted: Mask) -> Mask:
    """Which legs hold the pelvis at its height, (F, 2); neither while it passes from one to the other."""
    out = np.zeros((len(times), 2), dtype=bool)
    legs = {
        "L": np.array([True, False]),
        "R": np.array([False, True]),
        "both": np.array([True, True]),
        "none": np.array([False, False]),
    }
    keys = list(plan.carry)
    keys.append((times[-1] + 1.0, keys[-1][1]))
    for (t0, a), (t1, b) in pairwise(keys):
        part = (times >= t0 - 1e-6) & (times <= t1 + 1e-6)
        shared = legs[a] & legs[b]
        if shared.any() or a == b:
            out[part] |= shared
        else:
            out[np.abs(times - t0) < 1e-4] |= legs[a]
    return np.asarray(out & planted)


def _cop(feet: list[_Foot], share: Array, planted: Mask) -> Array:
    frames = len(share)
    points = np.stack([pressure_point(f.leg, f.anchor, f.yaw, f.press) for f in feet], axis=1)
    cop = np.einsum("fk,fki->fi", share, points)
    grounded = planted.any(axis=1)
    index = np.arange(frames)
    for i in (0, 1):
        cop[:, i] = np.interp(index, index[grounded], cop[grounded, i])
    return np.asarray(cop)


def _tolerance(roll: Array, share: Array, planted: Mask) -> Array:
    """How far the centre of pressure may stray from its reference [m], (F,)."""
    each = np.interp(roll, [0.0, 1.0, 1.6, 2.0], [0.02, 0.008, 0.003, 0.002])
    out = np.where(planted.all(axis=1), 0.03, (each * share).sum(axis=1))
    return np.maximum(out, 0.002)


def _head_curve(plan: Plan, times: Array) -> Array:
    """Yaw, pitch and tilt of the face, and the shoulders' turn against it (épaulement) [rad], shape (F, 4)."""
    rows: list[tuple[float, Array]] = []
    for time, name in plan.head:
        angles = np.append(head_angles(name), shoulder_angle(name))
        if rows and time - rows[-1][0] > 0.9:
            rows.append((time - 0.7, rows[-1][1]))
        if rows and time <= rows[-1][0] + 0.02:
            rows[-1] = (rows[-1][0], angles)
        else:
            rows.append((time, angles))
    track = Track(np.array([r[0] for r in rows]), np.array([r[1] for r in rows]))
    head = gaussian_filter1d(_smooth(track, times), 4.0, axis=0, mode="nearest")
    shoulders = -EPAULEMENT * gaussian_filter1d(head[:, :1], 6.0, axis=0, mode="nearest")
    return np.concatenate(
        [head[:, :3], shoulders + gaussian_filter1d(head[:, 3:], 6.0, axis=0, mode="nearest")], axis=1
    )


def _heights(
    feet: list[_Foot],
    xy: Array,
    z_before: Array,
    offset: Array,
    R_pelvis: Array,
    knee: Array,
    carried: Mask,
    leaving: Mask,
    planted: Mask,
    flights: Sequence[tuple[int, int]],
    firm: Array,
    frames: int,
) -> Array:
    """Height of the pelvis [m]: by the carrying knee, by the parabola in flight, and smoothly between.

    `offset` (F,) [m] is how much higher the centre of mass is.
    """
    top = np.full((frames, 2), np.inf)
    within = np.full((frames, 2), np.inf)
    known = np.full(frames, np.nan)
    for side, foot in enumerate(feet):
        ankle, _ = standing_foot(foot.leg, foot.anchor, foot.yaw, foot.roll)
        hip = R_pelvis @ foot.leg.hip
        away = np.sum((xy + hip[:, :2] - ankle[:, :2]) ** 2, axis=1)
        bent = np.where(leaving, LEAVING_KNEE, knee)
        length = reach(foot.leg, bent)
        straight = reach(foot.leg, np.full(frames, 1.0 * DEG))
        top[:, side] = np.where(
            planted[:, side], ankle[:, 2] + np.sqrt(np.maximum(straight**2 - away, 0.01)) - hip[:, 2], np.inf
        )
        raised, _ = standing_foot(foot.leg, foot.anchor, foot.yaw, np.maximum(foot.roll, foot.rise - 0.05))
        away_up = np.sum((xy + hip[:, :2] - raised[:, :2]) ** 2, axis=1)
        stays = planted[:, side] & np.roll(planted[:, side], -2)
        within[:, side] = np.where(
            stays, raised[:, 2] + np.sqrt(np.maximum(straight**2 - away_up, 0.01)) - hip[:, 2], np.inf
        )
        held = ankle[:, 2] + np.sqrt(np.maximum(length**2 - away, 0.01)) - hip[:, 2]
        use = carried[:, side] | (leaving & planted[:, side])
        known[use] = np.fmin(known[use], held[use])
    for a, b in flights:
        for edge in (a, b):
            if np.isnan(known[edge]):
                known[edge] = z_before[edge]
        z0, z1 = known[a] + offset[a], known[b] + offset[b]
        t = np.arange(a, b + 1)
        s01 = (t - a) / (b - a)
        curve = z0 + (z1 - z0) * s01 + 0.5 * GRAVITY * (t - a) * (b - t) / RATE**2
        known[a + 1 : b] = (curve - offset[a : b + 1])[1:-1]
    flying = np.zeros(frames, dtype=bool)
    for a, b in flights:
        flying[a : b + 1] = True
    z = _fill(known, flying)
    # A foot that bears hardly any weight may peel off the floor (see `_leg_numbers`): only the floor's own reach caps;
    # both feet on the floor must both be reached, if only on their balls.
    cap = np.where(flying, np.inf, np.minimum(top.max(axis=1), within.min(axis=1)))
    held = np.where(knee < 6 * DEG, STRETCHED, 1.0)
    return _soft(z, cap, np.where(np.isnan(known), 0.3, held) + firm)


def _soft(wanted: Array, cap: Array, weight: Array) -> Array:
    """The height [m] nearest to the one wanted that is thrown about least and nowhere above `cap`, (F,).

    Least squares of what is missed, by `weight`, and of accelerations; where it would be above the cap it is held to
    it. Knees bend and heels come up on the plan's time: asked for to the letter, they would throw her hips up and down
    at several g.
    """
    frames = len(wanted)
    band = np.zeros((3, frames))
    for k, row in enumerate((1.0, -2.0, 1.0)):
        for j, other in enumerate((1.0, -2.0, 1.0)):
            if j >= k:
                # upper form: entry (i + k, i + j) at band[2 - (j - k), i + j]
                band[2 - (j - k), j : frames - 2 + j] += CALM * row * other
    held = np.zeros(frames, dtype=bool)
    z = wanted
    for _ in range(12):
        w = np.where(held, HELD, weight)
        system = band.copy()
        system[2] += w
        z = np.asarray(solveh_banded(system, w * np.where(held, cap, wanted)))
        over = z > cap + 2e-4
        if not over.any():
            break
        held |= over
    return z


def _fill(known: Array, flying: Mask) -> Array:
    """Quintic bridges over the gaps of a curve, meeting its values, speeds and accelerations.

    A speed is kept up for a while only: over a long bridge it would carry the curve far beyond both its ends.
    """
    out = known.copy()
    frames = len(known)
    have = np.flatnonzero(~np.isnan(known))
    if len(have) == 0:
        raise ValueError("nothing holds the pelvis up")
    out[: have[0]] = known[have[0]]
    out[have[-1] + 1 :] = known[have[-1]]
    for a, b in pairwise(int(i) for i in have):
        n = b - a
        if n <= 1:
            continue

        def edge(i: int, way: int, n: int) -> tuple[float, float]:
            j, k = i + way, i + 2 * way
            if 0 <= k < frames and not np.isnan(known[j]) and not np.isnan(known[k]):
                speed = way * (-1.5 * known[i] + 2.0 * known[j] - 0.5 * known[k])
                speed *= min(1.0, KEPT_UP / n)
                bow = known[i] - 2 * known[j] + known[k] if flying[i] and flying[j] else 0.0
                return float(speed), float(bow)
            return 0.0, 0.0

        v0, a0 = edge(a, -1, n)
        v1, a1 = edge(b, 1, n)
        h = float(n)
        p0, p1 = known[a], known[b]
        m = np.array([[h**3, h**4, h**5], [3 * h**2, 4 * h**3, 5 * h**4], [6 * h, 12 * h**2, 20 * h**3]])
        c = np.linalg.solve(m, [p1 - p0 - v0 * h - 0.5 * a0 * h * h, v1 - v0 - a0 * h, a1 - a0])
        t = np.arange(1, n, dtype=np.float64)
        out[a + 1 : b] = p0 + v0 * t + 0.5 * a0 * t * t + c[0] * t**3 + c[1] * t**4 + c[2] * t**5
    return out


def _leg_numbers(
    foot: _Foot,
    root: Array,
    R_pelvis: Array,
    R_heading: Array,
    dancer: Dancer,
    before: Array,
    q: Array,
    pushing: Mask,
    flying: Mask,
    low: Mask,
) -> Array:
    """Nine numbers of one leg over all frames, and the leg written into `q`.

    `low` (F,) is where the other foot is flat.
    """
    leg = foot.leg
    frames = len(root)
    hip = root + R_pelvis @ leg.hip
    # Where the leg is too short for a foot that stays, or the ankle would fold too far in a push, the heel comes up.
    roll = foot.roll.copy()
    way = foot.yaw - leg.side * TORSION
    pole = np.stack([np.cos(way), np.sin(way), np.zeros(frames)], axis=1)
    total = sum(leg.lengths) + 0.0005
    for _ in range(16):
        ankle, R_foot = standing_foot(leg, foot.anchor, foot.yaw, roll)
        R_thigh, knee, _ = leg_ik(leg, hip, ankle, pole)
        fold = -quat_log(quat_from_matrix(np.swapaxes(R_thigh @ rot_y(knee), 1, 2) @ R_foot))[:, 1]
        far = np.linalg.norm(ankle - hip, axis=1) > total
        up = foot.planted & ((far & (roll < foot.rise)) | ((fold > 31 * DEG) & pushing & (roll < HEEL_UP)))
        if not up.any():
            break
        roll = np.where(up, roll + 0.08, roll)
    lifted = gaussian_filter1d(roll - foot.roll, 1.5, mode="nearest") * foot.planted
    roll = np.where(foot.planted, np.maximum(roll, foot.roll + lifted), foot.roll)
    ankle, R_foot = standing_foot(leg, foot.anchor, foot.yaw, roll)
    R_thigh, knee, _ = leg_ik(leg, hip, ankle, pole)
    foot.worn[:] = roll
    out = before.copy()
    stands = foot.planted
    numbers = _numbers(R_heading, R_thigh, knee, R_foot, roll)
    out[stands] = numbers[stands]
    for run in foot.runs:
        a, b = run.first, run.last
        knots: list[int] = []
        values: list[Array] = []
        if stands[a]:
            knots.append(a)
            values.append(numbers[a])
        for frame, event in run.keys:
            pose = air_pose(leg, event.pose, event.height)
            if event.contact == Contact.TOUCH:
                pose = _touch_pose(leg, pose, float(hip[frame, 2]))
            if knots and frame <= knots[-1]:
                if knots[-1] == a and stands[a]:
                    continue
                values[-1] = pose
                continue
            knots.append(frame)
            values.append(pose)
        if stands[b] and b > knots[-1]:
            knots.append(b)
            values.append(numbers[b])
        start = numbers[a] - numbers[a - 1] if stands[a] and a > 0 and stands[a - 1] else None
        end = numbers[b + 1] - numbers[b] if stands[b] and b + 1 < frames and stands[b + 1] else None
        curve = hermite(knots, np.array(values), _tame(start), _tame(end))
        _stretch(curve, knots, values, from_floor=bool(stands[a]), to_floor=bool(stands[b]) and knots[-1] == b)
        out[knots[0] : knots[-1] + 1] = curve
        out[knots[-1] + 1 : b + 1] = curve[-1]
        out[a : knots[0]] = curve[0]
        lands = len(knots) > 1 and knots[-1] == b and stands[b] and not flying[b - 1]
        run.down = _slide_down(foot, run, knots[-2], ankle - hip, R_heading, low) if lands else None
        run.up = _peel_off(foot, run, ankle - hip, R_heading, low) if stands[a] and not flying[a + 1] else None
        for i, j in run.grazing:
            part = slice(i + 1, j + 1) if not stands[j] else slice(i + 1, j)
            R = R_heading[part] @ quat_to_matrix(quat_exp(out[part, :3]))
            reaching = _touch_foot(leg, hip[part, 2], R, out[part, 3], dancer.limits)
            if (i, j) in (run.up, run.down):
                # Where the toe meets the floor the foot does not fold all at once.
                reaching = gaussian_filter1d(reaching, 3.0, axis=0, mode="nearest")
            t = np.arange(part.start, part.stop)
            if stands[i] and foot.roll[i] > 0.5:
                reaching = numbers[i, 4:] + (reaching - numbers[i, 4:]) * _ease((t - i) / min(8.0, j - i))[:, None]
            if stands[j] and foot.roll[j] > 0.5:
                reaching = numbers[j, 4:] + (reaching - numbers[j, 4:]) * _ease((j - t) / min(8.0, j - i))[:, None]
            out[part, 4:] = reaching
    free = ~stands
    foot.meant[free] = out[free, 3]
    out[free, :3] = _within_turnout(dancer, leg, out[free, :3], R_pelvis[free], R_heading[free])
    # A curve through two poses may swing beyond both: no foot arches or bends further than it can.
    for at, (low_end, high_end) in ((7, dancer.limits.mid_foot), (8, dancer.limits.toes)):
        out[free, at] = np.clip(out[free, at], low_end * DEG, high_end * DEG)
    R_all = R_heading @ quat_to_matrix(quat_exp(out[:, :3]))
    R_all[stands] = R_thigh[stands]
    if free.any():
        _meet_floor(foot, hip, R_heading, R_all, out, free, flying)
        _clear_floor(foot, hip, R_heading, R_all, out, free)
        _keep_down(foot, hip, R_heading, R_all, out, free)
    knee_all = out[:, 3]
    R_foot_all = R_all @ rot_y(knee_all) @ quat_to_matrix(quat_exp(out[:, 4:7]))
    R_foot_all[stands] = R_foot[stands]
    write_leg(dancer, leg, q, R_pelvis, R_all, knee_all, R_foot_all, out[:, 7:9])
    return out


def _slide_down(foot: _Foot, run: _Run, first: int, leg: Array, R_heading: Array, low: Mask) -> tuple[int, int] | None:
    """Frames in which a foot at the other leg from frame `first` slides down to its place; `leg` (F, 3) hip to ankle.

    Only beside a flat foot; and where she still turns the toe stays off the floor until she is round.
    """
    last = run.last
    tall = np.flatnonzero(~low[first:last])
    first += int(tall[-1]) + 1 if len(tall) else 0
    closes = foot.roll[last] < 0.5 and float(np.hypot(leg[last, 0], leg[last, 1])) < BESIDE
    turned = float(R_heading[first, :2, 0] @ R_heading[last, :2, 0]) < np.cos(10 * DEG)
    at_the_leg = bool(run.keys) and run.keys[-1][1].pose.startswith(AT_THE_LEG)
    late = len(tall) > 0 and last - first < ROLL_OFF
    return (first, last) if closes and at_the_leg and not turned and not late else None


def _peel_off(foot: _Foot, run: _Run, leg: Array, R_heading: Array, low: Mask) -> tuple[int, int] | None:
    """Frames in which a flat foot beside the other comes off the floor heel first, on its way to the other leg.

    Arguments as of `_slide_down`.
    """
    first = run.first
    if not run.keys or not run.keys[0][1].pose.startswith(AT_THE_LEG):
        return None
    last = run.keys[0][0]
    closed = foot.roll[first] < 0.5 and float(np.hypot(leg[first, 0], leg[first, 1])) < BESIDE
    turned = float(R_heading[first, :2, 0] @ R_heading[last, :2, 0]) < np.cos(10 * DEG)
    return (first, last) if closed and low[first : last + 1].all() and not turned and last - first >= ROLL_OFF else None


def _within_turnout(dancer: Dancer, leg: LegGeometry, thigh: Array, R_pelvis: Array, R_heading: Array) -> Array:
    """Thighs (n, 3) in the heading frame, turned out no further than the hip allows at that height."""
    limits = dancer.limits
    relative = np.swapaxes(R_pelvis, 1, 2) @ R_heading
    quat = quat_mul(quat_from_matrix(relative), quat_exp(thigh))
    half = np.arctan2(quat[:, 3], quat[:, 0])
    twist = leg.side * ((2 * half + np.pi) % (2 * np.pi) - np.pi)
    inverse = np.stack([np.cos(half), np.zeros_like(half), np.zeros_like(half), -np.sin(half)], axis=1)
    swing = quat_mul(quat, inverse)
    raised = np.clip(leg.side * quat_log(swing)[:, 0] / (60 * DEG), 0.0, 1.0)
    most = (limits.hip_out + raised * (limits.hip_out_raised - limits.hip_out) - 2.0) * DEG
    kept = leg.side * np.clip(twist, -limits.hip_in * DEG, most) / 2
    turned = np.stack([np.cos(kept), np.zeros_like(kept), np.zeros_like(kept), np.sin(kept)], axis=1)
    back = quat_from_matrix(np.swapaxes(relative, 1, 2))
    return quat_log(quat_mul(back, quat_mul(swing, turned)))


def _stretch(curve: Array, knots: Sequence[int], values: Sequence[Array], *, from_floor: bool, to_floor: bool) -> None:
    """Let a foot point as soon as it has left the floor, and stay so until just before it meets it again."""
    n = len(curve)
    t = np.arange(n, dtype=np.float64)
    first, last = (1 if from_floor else 0), (len(values) - 1 if to_floor else len(values))
    poses = np.array([v[4:] for v in values[first:last]])
    if len(poses) == 0:
        return
    at = np.array(knots[first:last]) - knots[0]
    aloft = poses[np.clip(np.searchsorted(at, t), 0, len(poses) - 1)] if len(poses) > 1 else np.repeat(poses, n, axis=0)
    aloft = gaussian_filter1d(aloft, 2.0, axis=0, mode="nearest")
    leave = _ease(t / min(5.0, 0.5 * n)) if from_floor else np.ones(n)
    meet = _ease((n - 1 - t) / min(5.0, 0.5 * n)) if to_floor else np.ones(n)
    foot = values[0][4:] + (aloft - values[0][4:]) * leave[:, None]
    curve[:, 4:] = values[-1][4:] + (foot - values[-1][4:]) * meet[:, None] if to_floor else foot


def _tame(slope: Array | None) -> Array | None:
    """Speeds a leg may carry over from the floor [rad a frame]."""
    return None if slope is None else np.clip(slope, -0.12, 0.12)


def _meet_floor(foot: _Foot, hip: Array, R_heading: Array, R_all: Array, out: Array, free: Mask, flying: Mask) -> None:
    """Let a shoe come to rest over its place as it meets the floor, and start from rest as it leaves it.

    Into and out of a flight it keeps the body's own fall and rise.
    """
    leg = foot.leg
    for run in foot.runs:
        reach = min(MEET, (run.last - run.first) // 2)
        for at, way in ((run.first, 1), (run.last, -1)):
            if not foot.planted[at] or reach < 2:
                continue
            t = at + way * np.arange(1, reach)
            t = t[free[t]]
            if not len(t):
                continue
            # Straight up or down the body's own speed takes the shoe away at once; in a leap it waits over its place.
            gone = float(np.linalg.norm(hip[t[-1], :2] - hip[at, :2])) * RATE / len(t)
            near = 3.0 + 3.0 * min(gone / 1.5, 1.0)
            s = np.minimum(np.abs(t - at) / np.where(flying[t], min(near, reach), reach), 1.0)
            share = np.where(flying[t], _ease(s), s * s * (3.0 - 2.0 * s))
            # The point that meets the floor: the tip of a shoe on pointe, else the middle of its ball.
            rows = np.concatenate([[at], t])
            sole = leg_points(leg, R_all[rows], out[rows, 3], out[rows, 4:])[1]
            point = sole[:, 3] if foot.roll[at] > 1.5 else sole[:, 1:3].mean(axis=1)
            point = point + hip[rows]
            wanted = point[0] + (point[1:] - point[0]) * share[:, None]
            wanted[flying[t], 2] = point[1:][flying[t], 2]
            ankle = leg_points(leg, R_all[t], out[t, 3], out[t, 4:])[0] + hip[t] + wanted - point[1:]
            _carry_foot(leg, hip, R_heading, R_all, out, t, ankle)


def _carry_foot(
    leg: LegGeometry, hip: Array, R_heading: Array, R_all: Array, out: Array, at: Frames, ankle: Array
) -> None:
    """Bring the ankle of frames `at` to (n, 3) [m]; the foot keeps its attitude in space, the knee its direction."""
    R, knee, _ = leg_ik(leg, hip[at], ankle, R_all[at][:, :, 0])
    R_foot = R_all[at] @ rot_y(out[at, 3]) @ quat_to_matrix(quat_exp(out[at, 4:7]))
    out[at, 4:7] = quat_log(quat_from_matrix(np.swapaxes(R @ rot_y(knee), 1, 2) @ R_foot))
    out[at, 3] = knee
    R_all[at] = R
    out[at, :3] = quat_log(quat_from_matrix(np.swapaxes(R_heading[at], 1, 2) @ R))


def _clear_floor(foot: _Foot, hip: Array, R_heading: Array, R_all: Array, out: Array, free: Mask) -> None:
    """Lift a free foot that would graze the floor: a stretched leg from the hip, a bent one in the knee."""
    leg = foot.leg
    need, calm = np.zeros(len(hip)), np.zeros(len(hip))
    for run in foot.runs:
        n = run.last - run.first
        if n < 2:
            continue
        t = np.arange(run.first, run.last + 1)
        edge = np.full(len(t), 3.0)
        if foot.planted[run.first]:
            edge = np.minimum(edge, (t - run.first) / MEET)
        if foot.planted[run.last]:
            edge = np.minimum(edge, (run.last - t) / MEET)
        calm[t] = _ease((edge - 0.5) / 1.5)
        need[t] = np.maximum(need[t], 0.022 * np.clip(edge, 0, 1))
        for i, j in _waiting(foot, run):
            # Before its toe comes to wait on the floor and after it leaves it a foot comes down and rises slowly.
            near = np.maximum(i - t, t - j) / MEET
            need[t] = np.where(near > 0.0, np.minimum(need[t], np.maximum(0.022 * near, 0.0005)), 0.0005)
        for i, j in run.grazing:
            need[i : j + 1] = 0.0005
    # A stretched leg rises from the hip and comes back over some frames, away from where the shoe meets the floor.
    stretched = _ease((35 * DEG - out[:, 3]) / (20 * DEG)) * free
    rise, R = np.zeros(len(hip)), R_all.copy()
    for _ in range(4):
        _, sole = leg_points(leg, R, out[:, 3], out[:, 4:])
        lowest = sole[..., 2].min(axis=1)
        # A sole that lies flat has no one lowest point: those about as low count together.
        much = np.exp((lowest[:, None] - sole[..., 2]) / 0.002)
        low = np.einsum("fk,fkj->fj", much, sole) / much.sum(axis=1, keepdims=True)
        away = np.hypot(low[:, 0], low[:, 1])
        short = np.where((away > 0.12) & (stretched > 0), need - lowest - hip[:, 2], 0.0)
        angle = np.clip(short / np.maximum(away, 0.12), 0.0, 6 * DEG)
        rise += angle
        R = _raised(R, low, angle)
    # A toe on the floor is drawn in by the knee near the other foot, and further out goes with the leg.
    tip = leg_points(leg, R_all, out[:, 3], out[:, 4:])[1][:, 3]
    out_there = _ease((np.hypot(tip[:, 0], tip[:, 1]) - 0.2) / 0.15)
    for i, j in [pair for run in foot.runs for pair in run.grazing]:
        rise[i : j + 1] *= out_there[i : j + 1]
    own, frames = np.zeros(len(rise)), np.arange(len(rise))
    waits = [span for run in foot.runs for span in _waiting(foot, run)]
    for i, j in waits:
        own[i : j + 1] = rise[i : j + 1]
    own, rise = (
        gaussian_filter1d(maximum_filter1d(much, 9), 3.0, mode="nearest") * stretched * calm for much in (own, rise)
    )
    for i, j in waits:
        # A toe that waits on the floor does not leave it for what comes before and after.
        rise = np.maximum(own, rise * _ease(np.maximum(i - frames, frames - j) / 6.0))
    R_all[:] = _raised(R_all, tip, rise)
    out[:, :3] = np.where(free[:, None], quat_log(quat_from_matrix(np.swapaxes(R_heading, 1, 2) @ R_all)), out[:, :3])
    for _ in range(5):
        ankle, sole = leg_points(leg, R_all, out[:, 3], out[:, 4:])
        low_z = sole[..., 2].min(axis=1) + hip[:, 2]
        grazes = free & (low_z < need - 1e-4)
        if not grazes.any():
            return
        up = ankle[grazes] + hip[grazes]
        up[:, 2] += (need - low_z)[grazes]
        _carry_foot(leg, hip, R_heading, R_all, out, grazes, up)


def _keep_down(foot: _Foot, hip: Array, R_heading: Array, R_all: Array, out: Array, free: Mask) -> None:
    """Bring down a toe that slides along the floor where its leg, on the way from bent to stretched, lifts it."""
    leg = foot.leg
    near = np.zeros(len(hip))
    for run in foot.runs:
        for i, j in _joined(run.touch):
            # On its way up into the air it leaves the floor as it comes.
            t = np.arange(i, j + 1)
            near[t] = 1.0 if foot.planted[j] else np.clip((j - t) / MEET, 0.0, 1.0)
    near *= free
    for _ in range(3):
        ankle, sole = leg_points(leg, R_all, out[:, 3], out[:, 4:])
        above = np.where(near > 0.0, sole[..., 2].min(axis=1) + hip[:, 2], 0.0)
        if above.max() < LIFTED:
            return
        down = near * gaussian_filter1d(np.maximum(above - 0.5 * LIFTED, 0.0), 2.0, mode="nearest")
        t = np.flatnonzero(down > 1e-4)
        _carry_foot(leg, hip, R_heading, R_all, out, t, ankle[t] + hip[t] - down[t, None] * [0.0, 0.0, 1.0])


def _waiting(foot: _Foot, run: _Run) -> list[tuple[int, int]]:
    """Spans of frames in which a toe waits on the floor, neither on its way out nor in."""
    return _joined([(i, j) for i, j in run.touch if not foot.planted[i] and not foot.planted[j]])


def _joined(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans of frames in order, those that meet made one."""
    out: list[tuple[int, int]] = []
    for i, j in spans:
        if out and i <= out[-1][1]:
            out[-1] = (out[-1][0], max(j, out[-1][1]))
        else:
            out.append((i, j))
    return out


def _raised(R: Array, toward: Array, angle: Array) -> Array:
    """Rotations (n, 3, 3) swung up by `angle` (n,) [rad] in the upright plane of `toward` (n, 3)."""
    flat = np.maximum(np.hypot(toward[:, 0], toward[:, 1]), 1e-6)
    axis = np.stack([toward[:, 1] / flat, -toward[:, 0] / flat, np.zeros(len(flat))], axis=1)
    return np.asarray(quat_to_matrix(quat_exp(axis * angle[:, None])) @ R)


def _trunk(numbers: list[Array], planted: Mask, lean: Array) -> tuple[Array, dict[str, Array]]:
    """Pelvis lean (pitch, roll, yaw) and spine rotation vectors that a raised leg asks for.

    In an arabesque the thighs are 90 degrees apart with 20-25 degrees of lumbar extension, about 20 of side
    bend and 10 of rotation (Med Probl Perform Art 2004, n = 25); the pelvis gives the rest: it tips, and the hip of
    the raised leg opens and rises, so that it need not tip as far.
    """
    frames = len(lean)
    pitch, roll, open_hip = np.zeros(frames), np.zeros(frames), np.zeros(frames)
    back_all = np.zeros(frames)
    for side in (0, 1):
        sign = 1.0 - 2.0 * side
        R = quat_to_matrix(quat_exp(numbers[side][:, :3]))
        d = -R[:, :, 2]
        angle = np.arccos(np.clip(-d[:, 2], -1, 1))
        flat = np.maximum(np.hypot(d[:, 0], d[:, 1]), 1e-6)
        free = gaussian_filter1d((~planted[:, side]).astype(np.float64), 5.0, mode="nearest")
        lift = np.maximum(angle - 12 * DEG, 0.0) * free
        back = lift * np.maximum(-d[:, 0] / flat, 0.0)
        front = lift * np.maximum(d[:, 0] / flat, 0.0)
        out = lift * np.maximum(sign * d[:, 1] / flat, 0.0)
        pitch += 0.64 * back + 0.2 * np.maximum(back - 60 * DEG, 0.0) - 0.08 * front
        roll += sign * (0.13 * out + 0.1 * back)
        open_hip += sign * 0.22 * back
        back_all += back
    pitch, roll, open_hip, back_all = (
        gaussian_filter1d(v, 4.0, mode="nearest") for v in (pitch, roll, open_hip, back_all)
    )
    side_bend, twist = -0.6 * roll, -open_hip
    spine = {
        name: share * lean[:, [1, 0, 2]] + np.stack([bend * side_bend, -back * pitch, turn * twist], axis=1)
        for name, share, bend, back, turn in (
            ("lumbar", 0.35, 0.5, 0.46, 0.5),
            ("thorax", 0.35, 0.3, 0.20, 0.3),
            ("chest", 0.30, 0.2, 0.14, 0.2),
        )
    }
    return np.stack([pitch, roll, open_hip], axis=1), spine


def _write_head(dancer: Dancer, q: Array, head: Array, spine: dict[str, Array]) -> None:
    """Head and neck so that the face keeps its yaw from the hips, and its pitch and tilt, whatever the trunk does."""
    s = dancer.skeleton
    shoulders = head[:, 3:] * np.array([0.0, 0.0, 1.0])
    q[:, s.q_slice(NAMES.index("chest"))] = quat_exp(spine["chest"] + shoulders)
    hips, chest = np.empty((len(q), 3, 3)), np.empty((len(q), 3, 3))
    for a in range(0, len(q), STRETCH):
        R, _ = forward(s, q[a : a + STRETCH])
        hips[a : a + STRETCH], chest[a : a + STRETCH] = R[:, 0], R[:, NAMES.index("chest")]
    yaw = np.arctan2(chest[:, 1, 0], chest[:, 0, 0]) - np.arctan2(hips[:, 1, 0], hips[:, 0, 0])
    yaw = (yaw + np.pi) % (2 * np.pi) - np.pi
    carried = np.stack([np.arcsin(chest[:, 2, 1]), -np.arcsin(chest[:, 2, 0]), yaw], axis=1)
    half = np.stack([head[:, 2], head[:, 1], head[:, 0]], axis=1) - 0.7 * carried
    turn = rot_z(0.5 * half[:, 2]) @ rot_y(0.5 * half[:, 1]) @ rot_x(0.5 * half[:, 0])
    quat = quat_from_matrix(turn)
    q[:, s.q_slice(NAMES.index("neck"))] = quat
    q[:, s.q_slice(NAMES.index("head"))] = quat


def _continuous(dancer: Dancer, q: Array) -> Array:
    """Quaternions with no flips of sign from frame to frame."""
    s = dancer.skeleton
    for body in range(len(s.names)):
        at = s.q_slice(body)
        if at.stop - at.start == 4:
            dots = np.sum(q[1:, at] * q[:-1, at], axis=1)
            signs = np.concatenate([[1.0], np.cumprod(np.where(dots < 0, -1.0, 1.0))])
            q[:, at] *= signs[:, None]
    return q


def _states(feet: list[_Foot], planted: Mask, touching: Mask, roll: Array, rolling: Mask) -> NDArray[np.uint8]:
    out = np.zeros(planted.shape, dtype=np.uint8)
    for side, foot in enumerate(feet):
        r = roll[:, side]
        state = np.where(r < 0.15, FootState.FLAT, np.where(r < 1.5, FootState.DEMI, FootState.POINTE))
        spin = np.where(r < 0.15, FootState.PIVOT_FLAT, np.where(r < 1.5, FootState.PIVOT_DEMI, FootState.PIVOT_POINTE))
        # Between demi-pointe and pointe the shoe rolls over the edge of its box: no patch of it lies still.
        over = foot.slide | ((r > 1.04) & (r < 1.97) & (~foot.pivot | rolling))
        state = np.where(over, FootState.SLIDE, np.where(foot.pivot, spin, state))
        out[:, side] = np.where(planted[:, side], state, np.where(touching[:, side], FootState.TOUCH, FootState.AIR))
    return out


__all__ = ["Reference", "build_reference", "hermite", "paced"]
