"""What the spacetime solve is asked: a reference, what each foot does, and how strongly each wish holds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np
from numba import njit
from numpy.typing import NDArray

from petipa.dancer import Limits
from petipa.dancer.skeleton import Joint, Skeleton
from petipa.mechanics import forward
from petipa.motion.model import FootState

Array = NDArray[np.float64]

CORNERS = 12
"""Most corners of a support polygon."""

SOLE_POINTS = 10
"""Points followed on each shoe: heel, ball medial and lateral, toe tip, four corners of the platform, and the ball's
two points as the toes carry them, which lie still on demi-pointe while the mid-foot rolls over them."""

STRETCH = 2048
"""Frames worked on at once where a whole dance would crowd the memory."""

LOW = 0.010
"""A point of a sole higher than this bears nothing [m]."""

_FLAT = np.array([1, 1, 1, 1, 0, 0, 0, 0, 1, 1], dtype=bool)
_DEMI = np.array([0, 0, 0, 1, 0, 0, 0, 0, 1, 1], dtype=bool)
_TIP = np.array([0, 0, 0, 1, 1, 1, 1, 1, 1, 1], dtype=bool)
_PLATFORM = np.array([0, 0, 0, 0, 1, 1, 1, 1, 0, 0], dtype=bool)
_NONE = np.zeros(SOLE_POINTS, dtype=bool)

_FLOOR_POINTS: dict[FootState, NDArray[np.bool_]] = {
    FootState.AIR: _NONE,
    FootState.FLAT: _FLAT,
    FootState.DEMI: _DEMI,
    FootState.POINTE: _PLATFORM,
    FootState.TOUCH: _TIP,
    FootState.SLIDE: _FLAT,
    FootState.PIVOT_DEMI: _DEMI,
    FootState.PIVOT_POINTE: _PLATFORM,
    FootState.PIVOT_FLAT: _FLAT,
}


@dataclass(frozen=True)
class Slack:
    """How far each wish may be missed before it costs one unit; smaller is stricter.

    Attributes
    ----------
    planted, sliding_z, sliding_xy, air : points of a shoe [m]; meeting : one, two, ... frames from standing
    fall : acceleration in flight [m/s2]; spin : rate of angular momentum in flight [m2/s2 per kg]
    cop_flat, cop_demi, cop_pointe : centre of pressure from its reference [m]
    yaw_pivot, yaw_pointe : vertical moment on a turning foot, on a still pointe [N m]
    least_load : share of her weight the floor always bears, away from flights
    joint [rad], root [m], root_turn [rad] : deviation from the reference
    plie [rad] : the same of a bent knee, both feet lying flat a while, if joints have ranges
    joint_curve [rad/s2], root_curve [m/s2] : second difference of that deviation
    joint_kink [rad/s2], root_kink [m/s2] : second difference of acceleration from frame to frame, reference included
    bend, bend_switch [m/s2] : second difference of the floor's force per kg from frame to frame, anywhere and near
        frames in flight, so that it dies and begins softly
    hand [m], head [rad], pelvis [rad] : hand tips, gaze and hips in the world
    range, range_margin [rad] : a joint within the margin of its limit, or beyond it
    under : a shoe may be this deep in the floor before it is lifted [m]
    torque, torque_aloft : beyond what hips, knees and ankles can give [N m/kg], on the floor and near flights;
        beyond `torque_far` the pull back grows no more
    """

    planted: float = 1e-4
    sliding_z: float = 2e-4
    sliding_xy: float = 2e-3
    air: float = 0.03
    meeting: tuple[float, ...] = (0.001, 0.003, 0.008)
    fall: float = 0.004
    spin: float = 0.002
    cop_flat: float = 0.008
    cop_demi: float = 0.003
    cop_pointe: float = 0.001
    yaw_pivot: float = 2.0
    yaw_pointe: float = 4.0
    yaw_free: float = 30.0
    least_load: float = 0.2
    joint: float = 0.15
    plie: float = 0.015
    root: float = 0.05
    root_turn: float = 0.10
    joint_curve: float = 12.0
    root_curve: float = 4.0
    joint_kink: float = 9.0
    root_kink: float = 4.0
    bend: float = 1.5
    bend_switch: float = 1.0
    hand: float = 0.06
    head: float = 0.08
    pelvis: float = 0.08
    range: float = np.radians(0.15)
    range_margin: float = np.radians(0.5)
    under: float = 0.001
    torque: float = 0.04
    torque_far: float = 0.3
    torque_aloft: float = 0.4


class Way(IntEnum):
    """How the turn of a ball joint is measured against its limits."""

    VECTOR = 0
    """The three components of its rotation vector."""
    THIGH = 1
    """Flexion and abduction from the swing, outward turn from the twist about the long axis, which comes first."""
    WHOLE = 2
    """The one angle of the whole turn."""


@dataclass(frozen=True)
class Ranges:
    """Limits of B ball joints, in the coordinates of their `Way`.

    Attributes
    ----------
    bodies, way : (B,); side : (B,) 1 for left and middle, -1 for right
    low, high : (B, 3) [rad], infinite where there is no limit
    grow : (B,) [rad] how much farther outward a thigh may turn that is raised 60 degrees to the side
    """

    bodies: NDArray[np.int64]
    way: NDArray[np.int64]
    side: Array
    low: Array
    high: Array
    grow: Array


@dataclass(frozen=True)
class Problem:
    """One trajectory to make physical; F frames.

    Attributes
    ----------
    rate : frames per second
    q_ref : (F, 77) reference; feet placed exactly, centre of mass nearly feasible
    feet : (F, 2) `FootState`, left and right
    airborne : (F,) frames without force from the floor: both feet clear, and the unweighted frames beside
    cop_ref : (F, 2) [m] and cop_slack : (F,) [m], wanted centre of pressure of grounded frames
    share : (F, 2) each foot's part of the floor's push; press : (F, 2, 2) [m] where it pushes, cop_ref between them
    polygon : (F, 12, 2) [m] convex support, counterclockwise, and corners : (F,) how many count (0: none known)
    foot_weight : (F, 2, 10, 2) [1/m] of each shoe's points, horizontal and vertical
    yaw_weight : (F,) [1/(N m)] of the vertical moment;
        yaw_arm : (F,) [m] most of it per newton of load
    least_load : (F,) share of her weight the floor should bear at least
    joint_weight : (F, 61) [1/rad, 1/m] of the deviation; curve_weight : (61,) of its second difference
    kink_weight : (61,) of the fourth difference of the motion itself
    torque_weight : (F,) [kg/(N m)] of torque beyond her strength
    bend_weight : (F,) [s2/m] of the second difference of the floor's force per kg
    hand_weight : (F, 2) [1/m]; head_weight, pelvis_weight : (F,) [1/rad]
    hinge_low, hinge_high : (61,) [rad] limits of hinges (infinite for others), widened where the reference passes them
    ranges : limits of ball joints; where the reference passes them, it is not followed
    """

    rate: float
    q_ref: Array
    feet: NDArray[np.uint8]
    airborne: NDArray[np.bool_]
    cop_ref: Array
    cop_slack: Array
    share: Array
    press: Array
    polygon: Array
    corners: NDArray[np.int64]
    foot_weight: Array
    yaw_weight: Array
    yaw_arm: Array
    least_load: Array
    joint_weight: Array
    curve_weight: Array
    kink_weight: Array
    torque_weight: Array
    bend_weight: Array
    hand_weight: Array
    head_weight: Array
    pelvis_weight: Array
    hinge_low: Array
    hinge_high: Array
    ranges: Ranges
    slack: Slack

    def __len__(self) -> int:
        return len(self.q_ref)

    def slice(self, start: int, stop: int) -> Problem:
        """The same problem from frame `start` to `stop`."""
        per_frame = (
            "q_ref feet airborne cop_ref cop_slack share press polygon corners foot_weight yaw_weight yaw_arm "
            "least_load joint_weight torque_weight bend_weight hand_weight head_weight pelvis_weight"
        ).split()
        return replace(self, **{name: getattr(self, name)[start:stop] for name in per_frame})


def sole_points(skeleton: Skeleton) -> tuple[NDArray[np.int64], Array]:
    """Body (2, 10) and place in it (2, 10, 3) [m] of the points followed on each shoe."""
    body = np.zeros((2, SOLE_POINTS), dtype=np.int64)
    local = np.zeros((2, SOLE_POINTS, 3))
    for side, sole in enumerate(skeleton.soles):
        letter = "lr"[side]
        foot, mid, toes = (skeleton.index(f"{part}_{letter}") for part in ("foot", "mid", "toes"))
        body[side] = [foot, mid, mid, *[toes] * 7]
        balls = np.stack([sole.ball_medial, sole.ball_lateral])
        local[side] = np.vstack([sole.heel, balls, sole.toe_tip, sole.platform, balls - skeleton.offsets[toes]])
    return body, local


def sole_positions(skeleton: Skeleton, R: Array, p: Array) -> Array:
    """The shoes' points in the world [m], shape (F, 2, 10, 3), from `forward`."""
    body, local = sole_points(skeleton)
    return np.asarray(p[:, body] + np.einsum("fsnij,snj->fsni", R[:, body], local))


def soles_and_mass(skeleton: Skeleton, q: Array) -> tuple[Array, Array]:
    """The shoes' points (F, 2, 10, 3) and the centre of mass (F, 3) [m], a stretch at a time: memory stays flat."""
    soles, com = np.empty((len(q), 2, SOLE_POINTS, 3)), np.empty((len(q), 3))
    for a in range(0, len(q), STRETCH):
        R, p = forward(skeleton, q[a : a + STRETCH])
        soles[a : a + STRETCH] = sole_positions(skeleton, R, p)
        centres = p + np.einsum("fbij,bj->fbi", R, skeleton.coms)
        com[a : a + STRETCH] = np.einsum("fbi,b->fi", centres, skeleton.masses) / skeleton.mass
    return soles, com


def floor_points(feet: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which points of each shoe its state puts on the floor, shape (F, 2, 10)."""
    table = np.stack([_FLOOR_POINTS[state] for state in FootState])
    return np.asarray(table[feet])


@njit(cache=True)
def _hulls(points, use, out, count):  # type: ignore[no-untyped-def]
    frames, n = use.shape
    order = np.empty(n, dtype=np.int64)
    for f in range(frames):
        m = 0
        for i in range(n):
            if use[f, i]:
                # Insertion by x, then y.
                k = m
                while k > 0 and (
                    points[f, order[k - 1], 0] > points[f, i, 0]
                    or (points[f, order[k - 1], 0] == points[f, i, 0] and points[f, order[k - 1], 1] > points[f, i, 1])
                ):
                    order[k] = order[k - 1]
                    k -= 1
                order[k] = i
                m += 1
        if m < 3:
            count[f] = m
            for i in range(m):
                out[f, i] = points[f, order[i]]
            continue
        hull = np.empty(2 * n + 2, dtype=np.int64)
        size = 0
        for sweep in range(2):
            floor = size + 1 if sweep else 0
            for step in range(m):
                i = order[step] if sweep == 0 else order[m - 1 - step]
                if sweep == 1 and step == 0:
                    continue
                while size >= max(2, floor):
                    a, b = hull[size - 2], hull[size - 1]
                    cross = (points[f, b, 0] - points[f, a, 0]) * (points[f, i, 1] - points[f, a, 1]) - (
                        points[f, b, 1] - points[f, a, 1]
                    ) * (points[f, i, 0] - points[f, a, 0])
                    if cross > 0:
                        break
                    size -= 1
                hull[size] = i
                size += 1
        size -= 1
        count[f] = min(size, out.shape[1])
        for i in range(count[f]):
            out[f, i] = points[f, hull[i]]


def hulls(points: Array, use: NDArray[np.bool_]) -> tuple[Array, NDArray[np.int64]]:
    """Convex hulls, counterclockwise, of the points (F, n, 2) in `use` (F, n): corners (F, 12, 2), counts (F,)."""
    out = np.zeros((len(points), CORNERS, 2))
    count = np.zeros(len(points), dtype=np.int64)
    _hulls(np.ascontiguousarray(points), np.ascontiguousarray(use), out, count)
    return out, count


@njit(cache=True)
def _nearest(points, polygon, count, inset, out, outside):  # type: ignore[no-untyped-def]
    for f in range(points.shape[0]):
        n = count[f]
        x, y = points[f, 0], points[f, 1]
        out[f, 0], out[f, 1] = x, y
        outside[f] = 0.0
        if n == 0:
            continue
        cx, cy = 0.0, 0.0
        for i in range(n):
            cx += polygon[f, i, 0] / n
            cy += polygon[f, i, 1] / n
        inside = n >= 3
        best = 1e300
        edge = 1e300
        bx, by = x, y
        for i in range(n):
            j = (i + 1) % n
            ax, ay = polygon[f, i, 0], polygon[f, i, 1]
            ex, ey = polygon[f, j, 0] - ax, polygon[f, j, 1] - ay
            length = ex * ex + ey * ey
            t = 0.0 if length < 1e-16 else min(1.0, max(0.0, ((x - ax) * ex + (y - ay) * ey) / length))
            px, py = ax + t * ex, ay + t * ey
            gap = (px - x) ** 2 + (py - y) ** 2
            if gap < best:
                best, bx, by = gap, px, py
            if n >= 3:
                side = (ex * (y - ay) - ey * (x - ax)) / np.sqrt(max(length, 1e-16))
                edge = min(edge, side)
                if side < 0.0:
                    inside = False
        gap = np.sqrt(best)
        outside[f] = -gap if inside else gap
        if not inside or gap < inset:
            # Go to the edge, then towards the middle by the inset (no farther than the middle).
            dx, dy = cx - bx, cy - by
            far = np.sqrt(dx * dx + dy * dy)
            step = min(1.0, inset / far) if far > 1e-9 else 0.0
            out[f, 0], out[f, 1] = bx + step * dx, by + step * dy


def nearest_inside(points: Array, polygon: Array, count: NDArray[np.int64], *, inset: float) -> tuple[Array, Array]:
    """Each point (F, 2) moved inside its polygon by `inset` [m] if it is not, and how far outside it was [m] (F,)."""
    out, outside = np.zeros((len(points), 2)), np.zeros(len(points))
    _nearest(
        np.ascontiguousarray(points), np.ascontiguousarray(polygon), np.ascontiguousarray(count), inset, out, outside
    )
    return out, outside


def shared(cop: Array, soles: Array, bearing: NDArray[np.bool_], weighted: NDArray[np.bool_]) -> tuple[Array, Array]:
    """Each foot's part (F, 2) of a push at cop (F, 2) [m], and where it pushes (F, 2, 2) [m].

    The part of each foot is how far the push lies along the line between the middles of both patches; each foot's own
    centre of pressure is its patch's middle, moved so that both together press where they must.

    Parameters
    ----------
    soles : (F, 2, 10, 3) [m]; bearing : (F, 2, 10) which of their points carry; weighted : (F, 2) feet that may
    """
    frames = len(cop)
    middle = np.zeros((frames, 2, 2))
    patches = []
    for side in range(2):
        count = np.maximum(bearing[:, side].sum(axis=1), 1)
        middle[:, side] = (soles[:, side, :, :2] * bearing[:, side, :, None]).sum(axis=1) / count[:, None]
        patches.append(hulls(soles[:, side, :, :2], bearing[:, side]))
    target = np.where(np.isfinite(cop), cop, middle.mean(axis=1))
    line = middle[:, 0] - middle[:, 1]
    part = np.einsum("fi,fi->f", target - middle[:, 1], line) / np.maximum(np.einsum("fi,fi->f", line, line), 1e-9)
    share = np.clip(part, 0.0, 1.0)
    share = np.where(weighted.all(axis=1), share, np.where(weighted[:, 0], 1.0, 0.0))
    rest = target - share[:, None] * middle[:, 0] - (1 - share[:, None]) * middle[:, 1]
    press = np.empty((frames, 2, 2))
    for side in range(2):
        press[:, side], _ = nearest_inside(middle[:, side] + rest, *patches[side], inset=0.0)
        press[~weighted[:, side], side] = middle[~weighted[:, side], side]
    return np.where(weighted, np.stack([share, 1.0 - share], axis=1), 0.0), press


def widen(mask: NDArray[np.bool_], frames: int) -> NDArray[np.bool_]:
    """True also within `frames` of a true frame."""
    out = mask.copy()
    for shift in range(1, frames + 1):
        out[shift:] |= mask[:-shift]
        out[:-shift] |= mask[shift:]
    return out


def _yaw_arm(polygon: Array, corners: NDArray[np.int64]) -> Array:
    """Vertical moment of a sole per newton of load [m]: friction at the corners' mean distance, less a reserve."""
    count = np.maximum(corners, 1)
    use = np.arange(CORNERS) < corners[:, None]
    middle = (polygon * use[:, :, None]).sum(axis=1) / count[:, None]
    away = np.linalg.norm(polygon - middle[:, None], axis=2)
    return np.asarray(np.minimum(0.4 * (away * use).sum(axis=1) / count, 0.05))


def _plie(knee: Array, feet: NDArray[np.uint8], rate: float) -> Array:
    """How much of a plié a knee (F,) [rad] does, 0 to 1, (F,): bent, both feet flat for a quarter second around."""
    flat = np.isin(feet, (FootState.FLAT, FootState.PIVOT_FLAT)).all(axis=1)
    reach = round(0.25 * rate)
    calm = np.pad(flat.astype(np.float64), reach, mode="edge")
    calm = np.convolve(calm, np.full(2 * reach + 1, 1.0 / (2 * reach + 1)), mode="valid")
    bent = np.clip((np.degrees(knee) - 15.0) / 15.0, 0.0, 1.0)
    return np.asarray(bent * np.clip(2.0 * calm - 1.0, 0.0, 1.0))


def joint_ranges(skeleton: Skeleton, limits: Limits | None, *, margin: float = 0.0) -> Ranges:
    """The ranges of ball joints, each limit drawn in by `margin` [rad]; none without limits."""
    bodies, ways, sides, ranges, grow = [], [], [], [], []
    whole = {"neck": "neck", "head": "head", "upper_arm": "shoulder", "clavicle": "girdle", "hand": "wrist"}
    for body, name in enumerate(skeleton.names):
        part = name.removesuffix("_l").removesuffix("_r")
        if limits is None or skeleton.kinds[body] != Joint.BALL:
            continue
        extra = 0.0
        if part == "thigh":
            way, extra = Way.THIGH, limits.hip_out_raised - limits.hip_out
            span = [
                (-limits.hip_extension, limits.hip_flexion),
                (-90.0, limits.hip_abduction),
                (-limits.hip_in, limits.hip_out),
            ]
        elif part == "foot":
            way = Way.VECTOR
            span = [
                (-limits.ankle_side, limits.ankle_side),
                (-limits.ankle_dorsi, limits.ankle_plantar),
                (-limits.ankle_turn, limits.ankle_turn),
            ]
        elif part in ("lumbar", "thorax", "chest"):
            way = Way.VECTOR
            span = [(-most, most) for most in getattr(limits, part)]
        elif part in whole:
            way = Way.WHOLE
            span = [(-np.inf, getattr(limits, whole[part])), (-np.inf, np.inf), (-np.inf, np.inf)]
        else:
            continue
        bodies.append(body)
        ways.append(way)
        sides.append(-1.0 if name.endswith("_r") else 1.0)
        ranges.append(np.radians(span) + np.array([margin, -margin]))
        grow.append(np.radians(extra))
    spans = np.array(ranges, dtype=np.float64).reshape(-1, 3, 2)
    return Ranges(
        bodies=np.array(bodies, dtype=np.int64),
        way=np.array(ways, dtype=np.int64),
        side=np.array(sides, dtype=np.float64),
        low=np.ascontiguousarray(spans[..., 0]),
        high=np.ascontiguousarray(spans[..., 1]),
        grow=np.array(grow, dtype=np.float64),
    )


def _hinge_ranges(skeleton: Skeleton, limits: Limits | None, *, knee_low: float, margin: float) -> tuple[Array, Array]:
    """Least and greatest angle (61,) [rad] of the hinges, drawn in by `margin`; knee and elbow have a least always."""
    low, high = np.full(skeleton.nv, -np.inf), np.full(skeleton.nv, np.inf)
    known = {} if limits is None else {"mid": limits.mid_foot, "toes": limits.toes, "wrist": limits.forearm}
    top = {} if limits is None else {"shank": limits.knee[1], "forearm": limits.elbow[1]}
    for body in np.flatnonzero(skeleton.kinds == Joint.HINGE):
        part, at = skeleton.names[body].removesuffix("_l").removesuffix("_r"), skeleton.v_at[body]
        if part in known:
            low[at], high[at] = np.radians(known[part]) + np.array([margin, -margin])
        elif part in ("shank", "forearm"):
            low[at] = knee_low if part == "shank" else 0.0
            high[at] = np.radians(top[part]) - margin if part in top else np.inf
    return low, high


def compose(
    skeleton: Skeleton,
    q_ref: Array,
    feet: NDArray[np.uint8],
    *,
    limits: Limits | None = None,
    rate: float = 60.0,
    slack: Slack | None = None,
    airborne: NDArray[np.bool_] | None = None,
    unweighted: int = 2,
    rolling: NDArray[np.bool_] | None = None,
    cop_ref: Array | None = None,
    knee_low: float = np.radians(-2.0),
) -> Problem:
    """A problem with every wish at its usual strength, from the reference and what the feet do.

    Parameters
    ----------
    q_ref : (F, 77); feet : (F, 2) `FootState`
    limits : the dancer's joint ranges; without them only knees and elbows keep from bending backward
    airborne : (F,) frames free of force; by default those with no weighted foot, and `unweighted` frames on either
        side, where the shoes still touch but carry nothing: a force that ends at toe-off ends softly
    rolling : (F,) frames in which feet roll off into a flight or down out of it: there only one frame is unweighted
    cop_ref : (F, 2) [m]; by default the reference's centre of mass brought inside the support
    knee_low : least knee flexion [rad]
    """
    slack = slack or Slack()
    feet = np.ascontiguousarray(feet, dtype=np.uint8)
    frames = len(q_ref)
    soles, com = soles_and_mass(skeleton, q_ref)
    on_floor = floor_points(feet)
    sliding = (feet == FootState.TOUCH) | (feet == FootState.SLIDE)
    # A foot that slides or touches may have only part of its sole down.
    on_floor &= ~sliding[:, :, None] | (soles[..., 2] < 0.008)
    weighted = (feet != FootState.AIR) & (feet != FootState.TOUCH) & (soles[..., 2].min(axis=2) < LOW)
    if airborne is None:
        off = ~weighted.any(axis=1)
        airborne = widen(off, unweighted)
        if rolling is not None:
            airborne &= ~rolling | widen(off, 1)
    # A shoe that rolls over its box bears on the end of its sole at last.
    rolls = (feet == FootState.SLIDE)[:, :, None] & (_FLAT | (np.arange(SOLE_POINTS) == 3))
    bearing = (on_floor | rolls) & weighted[:, :, None] & (soles[..., 2] < LOW)
    # What presses under the ball is the sole of the toes, not the mid-foot that rolls over them.
    bearing[..., 1:3] = False
    polygon, corners = hulls(soles[..., :2].reshape(frames, -1, 2), bearing.reshape(frames, -1))
    if cop_ref is None:
        cop_ref, _ = nearest_inside(com[:, :2], polygon, corners, inset=0.008)

    part, press = shared(np.asarray(cop_ref, dtype=np.float64), soles, bearing, weighted)
    part = np.where(np.asarray(airborne)[:, None], 0.0, part)

    foot_weight = np.full((frames, 2, SOLE_POINTS, 2), 1.0 / slack.air)
    # A shoe that passes low may not dip into the floor.
    foot_weight[..., 1] = 1.0 / np.clip(0.1 * soles[..., 2], slack.sliding_z, slack.air)
    # A shoe about to stand, or that just stood, keeps to its path: what it does then is felt on the floor.
    for n, most in enumerate(slack.meeting, start=1):
        for a, b in ((slice(None, -n), slice(n, None)), (slice(n, None), slice(None, -n))):
            beside = on_floor[b] & ~on_floor[a] & ~sliding[b][:, :, None] & ~airborne[a][:, None, None]
            foot_weight[a][beside] = np.maximum(foot_weight[a][beside], 1.0 / most)
    foot_weight[on_floor] = 1.0 / slack.planted
    slide = on_floor & sliding[:, :, None]
    foot_weight[slide, 0] = 1.0 / slack.sliding_xy
    foot_weight[slide, 1] = 1.0 / slack.sliding_z

    tight = np.full(frames, slack.cop_flat)
    both = weighted.all(axis=1)
    demi = np.isin(feet, (FootState.DEMI, FootState.PIVOT_DEMI))
    pointe = np.isin(feet, (FootState.POINTE, FootState.PIVOT_POINTE))
    firm = weighted & ~demi & ~pointe
    tight[(weighted & demi).any(axis=1) & ~firm.any(axis=1)] = slack.cop_demi
    tight[(weighted & pointe).any(axis=1) & ~firm.any(axis=1) & ~both] = slack.cop_pointe

    turning = np.isin(feet, (FootState.PIVOT_DEMI, FootState.PIVOT_POINTE, FootState.PIVOT_FLAT))
    yaw = np.full(frames, slack.yaw_free)
    yaw[pointe.any(axis=1) & ~firm.any(axis=1) & ~both] = slack.yaw_pointe
    yaw[turning.any(axis=1) & ~(weighted & ~turning).any(axis=1)] = slack.yaw_pivot

    joint = np.full(skeleton.nv, slack.joint)
    joint[:3] = slack.root
    joint[3:6] = slack.root_turn
    tracking = np.broadcast_to(1.0 / joint, (frames, skeleton.nv)).copy()
    if limits is not None:
        # Where an ankle can fold no farther she carries her weight over rather than give up the depth of her plié.
        for body in (skeleton.index("shank_l"), skeleton.index("shank_r")):
            share = _plie(q_ref[:, skeleton.q_at[body]], feet, rate)
            tracking[:, skeleton.v_at[body]] *= 1.0 + share * (slack.joint / slack.plie - 1.0)
    curve = np.full(skeleton.nv, slack.joint_curve)
    curve[:3] = slack.root_curve
    kink = np.full(skeleton.nv, slack.joint_kink)
    kink[:3] = slack.root_kink

    # Frames since or until the nearest flight, up to eight.
    near = sum((widen(airborne, n).astype(np.float64) for n in range(8)), np.zeros(frames)) / 8.0
    least = slack.least_load * (1.0 - near)
    # In the air, and where a push ends and a landing begins, the laws of momentum come first.
    by_flight = widen(np.asarray(airborne, dtype=bool), 6)
    bend = np.where(by_flight, slack.bend_switch, slack.bend)
    torque = np.where(by_flight, slack.torque_aloft, slack.torque)

    low, high = _hinge_ranges(skeleton, limits, knee_low=knee_low, margin=slack.range_margin)
    return Problem(
        rate=rate,
        q_ref=np.ascontiguousarray(q_ref, dtype=np.float64),
        feet=feet,
        airborne=np.asarray(airborne, dtype=bool),
        cop_ref=np.asarray(cop_ref, dtype=np.float64),
        cop_slack=tight,
        share=part,
        press=press,
        polygon=polygon,
        corners=corners,
        foot_weight=foot_weight,
        yaw_weight=1.0 / yaw,
        yaw_arm=_yaw_arm(polygon, corners),
        least_load=least,
        joint_weight=tracking,
        curve_weight=1.0 / curve,
        kink_weight=1.0 / kink,
        torque_weight=1.0 / torque,
        bend_weight=1.0 / bend,
        hand_weight=np.full((frames, 2), 1.0 / slack.hand),
        head_weight=np.full(frames, 1.0 / slack.head),
        pelvis_weight=np.full(frames, 1.0 / slack.pelvis),
        hinge_low=low,
        hinge_high=high,
        ranges=joint_ranges(skeleton, limits, margin=slack.range_margin),
        slack=slack,
    )
