"""The spacetime solve: the motion nearest to a reference that obeys Newton and Euler.

One Gauss-Newton least-squares over the joint angles of a stretch of frames at once. On the floor the ground's force,
acting at the wanted centre of pressure, must give the momentum its change; in flight nothing may. A centre of
pressure that settles outside the support gets a new wanted place just inside, and the solve goes on: inequalities by
moving the reference, never by one-sided springs. Long motions are solved in overlapping windows, so memory is flat.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import dpbtrf, dpbtrs

from petipa.dancer.skeleton import Joint, Skeleton
from petipa.errors import SolveError
from petipa.mechanics import quat_log, quat_mul
from petipa.motion import kernels, strength
from petipa.motion.model import FootState
from petipa.motion.problem import (
    SOLE_POINTS,
    Problem,
    floor_points,
    nearest_inside,
    shared,
    sole_points,
    soles_and_mass,
)

Array = NDArray[np.float64]

FRICTION = 0.55
INSET = 0.003
"""How far inside the sole a strayed centre of pressure is asked back to [m]."""

LIGHT = 0.1
"""Under this load [body weights] the centre of pressure is of no account."""

APPROACH = (0.03, 0.1, 0.3)
"""Shares of the laws' stiffness in the first steps."""


@dataclass(frozen=True)
class Solution:
    """A physical motion and what is left over; F frames.

    Attributes
    ----------
    q : (F, 77); deviation : (F, 61) from the reference, rad and m
    com : (F, 3) [m]; force : (F, 3) [N] total from the floor; cop : (F, 2) [m], nan in flight
    forces : (F, 2, 3) [N] and cops : (F, 2, 2) [m], left and right foot
    fall : (F, 3) [m/s2] acceleration less gravity on frames in flight, else 0
    spin : (F, 3) [m2/s2] rate of angular momentum per kg on frames in flight, else 0
    miss : (F,) [m] how far the centre of pressure lies outside the support (0 inside, 0 in flight)
    yaw : (F,) [N m] vertical moment about the centre of pressure
    slip : (F, 2) [m] how far each planted shoe is from its reference
    costs : cost after every iteration, window by window; iterations : most of any window
    """

    q: Array
    deviation: Array
    com: Array
    force: Array
    cop: Array
    forces: Array
    cops: Array
    fall: Array
    spin: Array
    miss: Array
    yaw: Array
    slip: Array
    costs: tuple[tuple[float, ...], ...]
    iterations: int


@dataclass(frozen=True)
class _Body:
    """The skeleton as the kernels read it."""

    parents: NDArray[np.int64]
    kinds: NDArray[np.int64]
    axes: Array
    offsets: Array
    q_at: NDArray[np.int64]
    v_at: NDArray[np.int64]
    masses: Array
    coms: Array
    second: Array
    body_of: NDArray[np.int64]
    chain: NDArray[np.int64]
    chain_len: NDArray[np.int64]
    points: NDArray[np.int64]
    local: Array
    turns: NDArray[np.int64]
    hinges: NDArray[np.int64]
    hinge_at: NDArray[np.int64]
    ball_q: NDArray[np.int64]
    ball_v: NDArray[np.int64]
    legs: strength.Legs


def _body(skeleton: Skeleton, problem: Problem) -> _Body:
    bodies = len(skeleton.names)
    body_of = np.zeros(skeleton.nv, dtype=np.int64)
    for b in range(bodies):
        stop = int(skeleton.v_at[b + 1]) if b + 1 < bodies else skeleton.nv
        body_of[int(skeleton.v_at[b]) : stop] = b
    chain = np.zeros((bodies, skeleton.nv), dtype=np.int64)
    length = np.zeros(bodies, dtype=np.int64)
    for b in range(bodies):
        line = [b]
        while skeleton.parents[line[-1]] >= 0:
            line.append(int(skeleton.parents[line[-1]]))
        dofs = np.flatnonzero(np.isin(body_of, line))
        chain[b, : len(dofs)] = dofs
        length[b] = len(dofs)
    inertia = skeleton.inertias
    second = 0.5 * np.trace(inertia, axis1=1, axis2=2)[:, None, None] * np.eye(3) - inertia
    shoe, place = sole_points(skeleton)
    hands = [skeleton.index("hand_l"), skeleton.index("hand_r")]
    bounded = np.flatnonzero(np.isfinite(problem.hinge_low) | np.isfinite(problem.hinge_high))
    return _Body(
        parents=skeleton.parents,
        kinds=skeleton.kinds,
        axes=skeleton.axes,
        offsets=skeleton.offsets,
        q_at=skeleton.q_at,
        v_at=skeleton.v_at,
        masses=skeleton.masses,
        coms=skeleton.coms,
        second=np.ascontiguousarray(second),
        body_of=body_of,
        chain=chain,
        chain_len=length,
        points=np.concatenate([shoe.ravel(), hands]).astype(np.int64),
        local=np.vstack([place.reshape(-1, 3), 2.0 * skeleton.coms[hands]]),
        turns=np.array([skeleton.index("head"), 0], dtype=np.int64),
        hinges=bounded.astype(np.int64),
        hinge_at=skeleton.q_at[body_of[bounded]].astype(np.int64),
        ball_q=skeleton.q_at[problem.ranges.bodies].astype(np.int64),
        ball_v=skeleton.v_at[problem.ranges.bodies].astype(np.int64),
        legs=strength.legs_of(skeleton),
    )


def _kinks(body: _Body, q: Array) -> Array:
    """Fourth differences (F, 61) of configurations, each joint's turn measured from the frame in the middle."""
    out = np.zeros((len(q), kernels.NV))
    middle = q[2:-2]
    for step, share in ((-2, 1.0), (-1, -4.0), (1, -4.0), (2, 1.0)):
        other = q[2 + step : len(q) - 2 + step]
        for b, kind in enumerate(body.kinds):
            at, vt = int(body.q_at[b]), int(body.v_at[b])
            if kind == Joint.HINGE:
                out[2:-2, vt] += share * (other[:, at] - middle[:, at])
                continue
            if kind == Joint.ROOT:
                out[2:-2, vt : vt + 3] += share * (other[:, at : at + 3] - middle[:, at : at + 3])
                at, vt = at + 3, vt + 3
            back = middle[:, at : at + 4] * np.array([1.0, -1.0, -1.0, -1.0])
            out[2:-2, vt : vt + 3] += share * quat_log(quat_mul(back, other[:, at : at + 4]))
    return out


class _Window:
    """Normal equations and cost of one stretch of frames. Holds the buffers; every call starts from d alone."""

    def __init__(self, body: _Body, problem: Problem) -> None:
        frames = len(problem)
        bodies, nv = len(body.parents), kernels.NV
        self.body, self.problem = body, problem
        self.q = np.empty_like(problem.q_ref)
        self.R, self.p = np.empty((frames, bodies, 3, 3)), np.empty((frames, bodies, 3))
        self.A, self.Jc = np.empty((frames, nv, 3)), np.empty((frames, nv, 3))
        self.c, self.x, self.X = np.empty((frames, 3)), np.empty((frames, bodies, 3)), np.empty((frames, bodies, 3))
        self.h = np.empty((frames - 1, 3))
        self.J0, self.J1 = np.empty((frames - 1, nv, 3)), np.empty((frames - 1, nv, 3))
        self.rows, self.J = np.zeros((frames, 9)), np.zeros((frames, 9, kernels.WIDTH))
        self.active = np.zeros((frames, 9), dtype=bool)
        self.point_r = np.empty((frames, len(body.points), 3))
        self.turn_r = np.empty((frames, len(body.turns), 3))
        self.hinge_r = np.empty((frames, len(body.hinges)))
        self.ball_r = np.zeros((frames, len(body.ball_v), 3))
        self.ball_J = np.zeros((frames, len(body.ball_v), 3, 3))
        self.ab = np.empty((frames * nv, kernels.BAND))
        self.bend_r = np.zeros((frames, 3))
        self.grad = np.empty(frames * nv)
        self.drift = np.zeros((frames, 6))
        moments = (frames, strength.MOMENTS)
        self.moment, self.strong = np.zeros(moments), np.ones(moments)
        self.strong_r, self.strong_J = np.zeros(moments), np.zeros((*moments, kernels.WIDTH))
        self.strong_low, self.strong_high = np.full(moments, -np.inf), np.full(moments, np.inf)
        self.turn_w = np.stack([problem.head_weight, problem.pelvis_weight], axis=1)
        self.hinge_w = 1.0 / np.radians(0.2)
        # Where the reference itself passes a limit the solve may stay, but go no farther.
        angle = problem.q_ref[:, body.hinge_at]
        self.low = np.minimum(problem.hinge_low[body.hinges], angle)
        self.high = np.maximum(problem.hinge_high[body.hinges], angle)
        self.bent_low, self.bent_high = np.zeros((2, frames, len(body.hinges)))
        # Where a wish pulls a joint through its limit or a shoe through the floor, they are drawn in: see `mend`.
        self.drawn_low, self.drawn_high = np.zeros((2, frames, len(body.ball_v), 3))
        self.zero = np.zeros((frames, nv))
        self.own = _kinks(body, problem.q_ref)
        self._pose(self.zero)
        self.point_t = self.p[:, body.points] + np.einsum("fnij,nj->fni", self.R[:, body.points], body.local)
        self.turn_t = self.R[:, body.turns].copy()
        self.airborne = problem.airborne
        self.pins = self._point_weights()
        self.set_cop(problem.cop_ref, problem.cop_slack, np.ones(frames))

    def set_cop(self, cop: Array, slack: Array, load: Array) -> None:
        """Wish for this centre of pressure (F, 2) [m] within this slack (F,) [m], under this load (F,) [body weights].

        The law weighs moments; a light load needs a smaller one for the same slack.
        """
        problem, mass = self.problem, float(self.body.masses.sum())
        self.cop, self.cop_slack = cop, slack
        weights = np.zeros((len(problem), 7))
        weights[:, 0] = weights[:, 1] = 1.0 / (kernels.GRAVITY * slack * np.clip(load, LIGHT, 1.0))
        weights[:, 2] = problem.yaw_weight * mass
        weights[self.airborne, :3] = 1.0 / problem.slack.spin
        weights[:, 3] = 1.0 / problem.slack.fall
        weights[:, 4] = mass
        weights[:, 5] = weights[:, 6] = 1.0 / 0.05
        self.laws = weights
        self.stiffen(1.0)

    def _point_weights(self) -> Array:
        problem = self.problem
        hands = np.repeat(problem.hand_weight[:, :, None], 2, axis=2)
        return np.concatenate([problem.foot_weight.reshape(len(problem), -1, 2), hands], axis=1)

    def stiffen(self, share: float) -> None:
        """Hold laws, planted feet and joint ranges with this share of their stiffness; other wishes keep theirs."""
        self.share = share
        self.weights = share * self.laws
        self.ball_w = share / self.problem.slack.range
        self.strong_w = share * self.problem.torque_weight[:, None] * self.strong
        # A shoe's pin gives way with the laws, but never below what tracks it in the air.
        self.point_w = np.maximum(share * self.pins, np.minimum(self.pins, 1.0 / self.problem.slack.air))

    def mend(self) -> bool:
        """Draw in the limits of joints beyond theirs in the last pose, and lift shoes it has under the floor; any?

        Each limit gives way by what its wish is missed by; moved in by as much, it holds (augmented Lagrangian).
        """
        slack = self.problem.slack
        # What the last pose misses is measured from the limits as drawn in; what counts is past the limits themselves.
        over = self.ball_r / self.ball_w
        below, above = -over - self.drawn_low, over - self.drawn_high
        below, above = (np.where(past > slack.range_margin, past, 0.0) for past in (below, above))
        self.drawn_low += below
        self.drawn_high += above
        over = self.hinge_r / self.hinge_w
        shut, open_ = -over - self.bent_low, over - self.bent_high
        shut, open_ = (np.where(past > slack.range_margin, past, 0.0) for past in (shut, open_))
        self.bent_low += shut
        self.bent_high += open_
        self.low += shut
        self.high -= open_
        shoes = slice(0, 2 * SOLE_POINTS)
        points = self.body.points[shoes]
        height = self.p[:, points, 2] + np.einsum("fnj,nj->fn", self.R[:, points, 2], self.body.local[shoes])
        under = height < -slack.under
        stands = self.pins[:, shoes, 1] >= 1.0 / slack.sliding_z
        target = self.point_t[:, shoes, 2]
        lifted = np.where(stands, target - height, np.maximum(target, 0.0))
        self.point_t[:, shoes, 2] = np.where(under, lifted, target)
        self.pins[:, shoes, 1] = np.where(under & ~stands, 1.0 / slack.sliding_z, self.pins[:, shoes, 1])
        self.point_w = np.maximum(self.point_w, self.pins)
        return any(bool(past.any()) for past in (below, above, shut, open_, under))

    def limber(self) -> None:
        """Take the strength she has at the speeds of the last pose; far beyond it the pull back stays what it is."""
        legs, problem = self.body.legs, self.problem
        self.strong_low, self.strong_high = strength.bounds(legs, self.R, self.body.parents, problem.rate)
        over = np.maximum(self.moment - self.strong_high, self.strong_low - self.moment)
        self.strong = np.sqrt(problem.slack.torque_far / np.maximum(over, problem.slack.torque_far))
        self.stiffen(self.share)

    def _pose(self, d: Array) -> None:
        b = self.body
        kernels.pose(
            self.problem.q_ref, d, b.parents, b.kinds, b.axes, b.offsets, b.q_at, b.v_at, self.q, self.R, self.p, self.A
        )

    def cost(self, d: Array, *, derive: bool = False) -> float:
        """Half the sum of squares at d (F, 61), with the Jacobian of the laws if asked."""
        b, problem = self.body, self.problem
        self._pose(d)
        kernels.centre(self.R, self.p, self.A, b.parents, b.masses, b.coms, b.body_of, self.c, self.x, self.X, self.Jc)
        kernels.momentum(
            self.R,
            self.p,
            self.A,
            self.c,
            self.x,
            self.X,
            b.parents,
            b.masses,
            b.second,
            b.body_of,
            derive,
            self.h,
            self.J0,
            self.J1,
        )
        kernels.dynamics(
            self.c,
            self.h,
            self.Jc,
            self.J0,
            self.J1,
            problem.rate,
            self.airborne,
            self.cop,
            self.weights,
            FRICTION,
            problem.yaw_arm,
            problem.least_load * kernels.GRAVITY,
            self.drift,
            derive,
            self.rows,
            self.J,
            self.active,
        )
        legs = b.legs
        strength.moment_rows(
            self.R,
            self.p,
            self.A,
            self.c,
            self.Jc,
            problem.rate,
            self.drift,
            b.body_of,
            b.chain,
            b.chain_len,
            legs.body,
            legs.local,
            legs.mass,
            legs.joint,
            legs.carrier,
            legs.first,
            legs.axis,
            problem.share,
            problem.press,
            self.strong_low,
            self.strong_high,
            self.strong_w,
            derive,
            self.moment,
            self.strong_r,
            self.strong_J,
        )
        kernels.bend_rows(self.c, problem.rate, problem.bend_weight, self.bend_r)
        kernels.point_rows(self.R, self.p, b.points, b.local, self.point_t, self.point_w, self.point_r)
        kernels.turn_rows(self.R, b.turns, self.turn_t, self.turn_w, self.turn_r)
        kernels.bound_rows(self.q, b.hinge_at, self.low, self.high, self.hinge_w, self.hinge_r)
        ranges = problem.ranges
        kernels.range_rows(
            self.q,
            self.R,
            self.A,
            ranges.bodies,
            b.ball_q,
            b.ball_v,
            ranges.way,
            ranges.side,
            ranges.low + self.drawn_low,
            ranges.high - self.drawn_high,
            ranges.grow,
            self.ball_w,
            derive,
            self.ball_r,
            self.ball_J,
        )
        missed = (self.rows, self.strong_r, self.bend_r, self.point_r, self.turn_r, self.hinge_r, self.ball_r)
        squares = sum(float(np.vdot(r, r)) for r in missed)
        smooth = float(
            kernels.smooth_cost(
                d, problem.joint_weight, problem.curve_weight, problem.kink_weight, self.own, problem.rate
            )
        )
        return 0.5 * squares + smooth

    def linearise(self, d: Array) -> float:
        """The cost, with the normal equations left in `ab` and `grad`."""
        b, problem = self.body, self.problem
        value = self.cost(d, derive=True)
        kernels.normal_equations(
            d,
            problem.joint_weight,
            problem.curve_weight,
            problem.kink_weight,
            self.own,
            problem.rate,
            self.rows,
            self.J,
            self.active,
            self.Jc,
            self.bend_r,
            problem.bend_weight,
            self.A,
            self.p,
            self.R,
            b.body_of,
            b.chain,
            b.chain_len,
            b.points,
            b.local,
            self.point_r,
            self.point_w,
            b.turns,
            self.turn_r,
            self.turn_w,
            b.hinges,
            self.hinge_r,
            self.hinge_w,
            b.ball_v,
            self.ball_r,
            self.ball_J,
            self.ab,
            self.grad,
        )
        strength.add_rows(self.strong_r, self.strong_J, self.ab, self.grad)
        return value

    def step(self, d: Array, fixed: tuple[int, int], damping: float) -> Array:
        """The Gauss-Newton step (F, 61) from the last `linearise`, so many first and last frames standing still."""
        start, stop = fixed[0] * kernels.NV, (len(d) - fixed[1]) * kernels.NV
        matrix = self.ab[start:stop]
        if damping > 0.0:
            matrix[:, 0] *= 1.0 + damping
        factor, info = dpbtrf(matrix.T, lower=1, overwrite_ab=1)
        if info != 0 or not np.isfinite(self.grad).all():
            raise SolveError(
                "the normal equations are not solvable",
                where=f"frame {int((info + start) // kernels.NV) if info > 0 else 0}",
                would_work="a reference without invalid numbers and with every joint weight above zero",
            )
        out = np.zeros_like(d)
        solved, _ = dpbtrs(factor, -self.grad[start:stop], lower=1)
        out[fixed[0] : len(d) - fixed[1]] = solved.reshape(-1, kernels.NV)
        return out

    def law(self) -> tuple[Array, Array, Array, Array]:
        """Force per kg (F, 3), rate of angular momentum per kg (F, 3), centre of pressure (F, 2), yaw moment per kg.

        From the last pose. Ends repeat their neighbours.
        """
        r2 = self.problem.rate**2
        force, spin = np.zeros_like(self.c), np.zeros_like(self.c)
        force[1:-1] = (self.c[2:] - 2 * self.c[1:-1] + self.c[:-2]) * r2 + self.drift[1:-1, :3]
        force[1:-1, 2] += kernels.GRAVITY
        spin[1:-1] = (self.h[1:] - self.h[:-1]) * r2 + self.drift[1:-1, 3:]
        force[0], force[-1], spin[0], spin[-1] = force[1], force[-2], spin[1], spin[-2]
        pull = np.where(np.abs(force[:, 2]) < 0.05, np.nan, force[:, 2])
        cop = np.empty((len(force), 2))
        cop[:, 0] = self.c[:, 0] - (spin[:, 1] + self.c[:, 2] * force[:, 0]) / pull
        cop[:, 1] = self.c[:, 1] + (spin[:, 0] - self.c[:, 2] * force[:, 1]) / pull
        arm = self.c[:, :2] - np.where(np.isnan(cop), self.c[:, :2], cop)
        yaw = spin[:, 2] + arm[:, 0] * force[:, 1] - arm[:, 1] * force[:, 0]
        return force, spin, cop, yaw


def _descend(
    window: _Window, d: Array, *, fixed: tuple[int, int], iterations: int, tolerance: float, costs: list[float]
) -> Array:
    """Gauss-Newton with a backtracking line search; the deviation reached."""
    value = window.linearise(d)
    damping = 0.0
    for left in reversed(range(iterations)):
        step = window.step(d, fixed, damping)
        scale, trial = 1.0, np.inf
        while scale > 0.01:
            trial = window.cost(d + scale * step)
            if trial < value:
                break
            scale *= 0.4
        if not trial < value:
            if np.abs(step).max() < 1e-4 or damping > 10.0:
                break
            damping = max(10.0 * damping, 1e-3)
            window.linearise(d)
            continue
        d = d + scale * step
        costs.append(trial)
        if left == 0 or (value - trial < tolerance * trial and scale == 1.0):
            break
        damping = 0.1 * damping if damping > 1e-6 else 0.0
        value = window.linearise(d)
    return d


def _solve_window(
    window: _Window,
    d: Array,
    *,
    fixed: tuple[int, int],
    iterations: int,
    rounds: int,
    tolerance: float,
    costs: list[float],
) -> Array:
    problem = window.problem
    window.limber()
    # Far from a solution stiff laws make every step overshoot: approach with softer ones.
    for share in APPROACH:
        window.stiffen(share)
        d = _descend(window, d, fixed=fixed, iterations=1, tolerance=tolerance, costs=costs)
    window.stiffen(1.0)
    window.limber()
    d = _descend(window, d, fixed=fixed, iterations=iterations - len(APPROACH), tolerance=tolerance, costs=costs)
    for _ in range(rounds):
        window.cost(d)
        force, _, cop, _ = window.law()
        known = np.isfinite(cop).all(axis=1) & ~window.airborne & (problem.corners > 0)
        filled = np.where(known[:, None], cop, window.cop)
        inside, outside = nearest_inside(filled, problem.polygon, problem.corners, inset=INSET)
        outside[~known] = outside[0] = outside[-1] = -np.inf
        outside[force[:, 2] < LIGHT * kernels.GRAVITY] = -np.inf
        mended = window.mend()
        if not mended and not (outside > 0.0).any():
            break
        stray = outside > -0.3 * INSET
        target, slack = window.cop.copy(), window.cop_slack.copy()
        target[stray] = inside[stray]
        slack[stray] = np.maximum(slack[stray] * 0.5, 1e-3)
        window.set_cop(target, slack, force[:, 2] / kernels.GRAVITY)
        window.limber()
        d = _descend(window, d, fixed=fixed, iterations=2, tolerance=tolerance, costs=costs)
    return d


def _check(problem: Problem) -> None:
    """Refuse what no solve can start from."""
    frames = len(problem)
    if frames < 4:
        raise SolveError(f"a motion of {frames} frames is too short to obey anything", would_work="four frames or more")
    bad = ~np.isfinite(problem.q_ref).all(axis=1)
    if bad.any():
        raise SolveError(
            "the reference holds numbers that are not finite",
            where=f"frame {int(np.argmax(bad))}",
            would_work="a reference whose inverse kinematics succeeded on every frame",
        )


def _split(problem: Problem, soles: Array, force: Array, cop: Array) -> tuple[Array, Array]:
    """Share the total force (F, 3) [N] at `cop` between the feet: forces (F, 2, 3), cops (F, 2, 2)."""
    feet = problem.feet
    weighted = (feet != FootState.AIR) & (feet != FootState.TOUCH)
    bearing = floor_points(feet) & weighted[:, :, None]
    low = soles[..., 2] < np.min(np.where(bearing, soles[..., 2], np.inf), axis=2, initial=1e3)[:, :, None] + 0.01
    part, press = shared(cop, soles, bearing & low, weighted)
    return part[:, :, None] * force[:, None, :], press


def solve(
    skeleton: Skeleton,
    problem: Problem,
    *,
    iterations: int = 18,
    rounds: int = 5,
    tolerance: float = 2e-3,
    window: int = 360,
    overlap: int = 60,
    begun: Array | None = None,
    kept: tuple[int, int] = (0, 0),
    progress: Callable[[float], None] | None = None,
) -> Solution:
    """The motion nearest to the reference that obeys Newton and Euler.

    Parameters
    ----------
    iterations : most Gauss-Newton steps of a window before strayed centres of pressure are moved
    rounds : how often strayed centres of pressure are moved back into the support
    tolerance : relative drop of the cost below which a window has settled
    window, overlap : frames solved at once, and how many of them the next window solves again
    begun : (F, 61) deviation from the reference to start from, none by default
    kept : so many first and last frames stay as they are in `begun`
    progress : called with the share done, 0 to 1

    Raises
    ------
    SolveError
        There is nothing that can be solved; whether the laws hold in what was found, `broken_laws` says.
    """
    _check(problem)
    frames = len(problem)
    body = _body(skeleton, problem)
    deviation = np.zeros((frames, kernels.NV)) if begun is None else begun.copy()
    history: list[tuple[float, ...]] = []
    start = 0
    force, spin, cop, yaw = np.zeros((frames, 3)), np.zeros((frames, 3)), np.zeros((frames, 2)), np.zeros(frames)
    com, q = np.zeros((frames, 3)), np.zeros_like(problem.q_ref)
    while True:
        stop = min(start + window, frames)
        if frames - stop < overlap:
            stop = frames
        fixed = (kept[0] if start == 0 else 2, kept[1] if stop == frames else 0)
        piece = _Window(body, problem.slice(start, stop))
        costs: list[float] = []
        d = _solve_window(
            piece,
            deviation[start:stop].copy(),
            fixed=fixed,
            iterations=iterations,
            rounds=rounds,
            tolerance=tolerance,
            costs=costs,
        )
        history.append(tuple(costs))
        piece.cost(d)
        deviation[start:stop] = d
        # The two fixed frames keep what the window before found out about them.
        keep = slice(start + (1 if start else 0), stop)
        inner = slice(1 if start else 0, None)
        for whole, part in zip((force, spin, cop, yaw), piece.law(), strict=True):
            whole[keep] = part[inner]
        com[start:stop], q[start:stop] = piece.c, piece.q
        if progress is not None:
            progress(stop / frames)
        if stop == frames:
            break
        start = stop - overlap - 2
    return _conclude(skeleton, problem, q, deviation, com, force, spin, cop, yaw, tuple(history))


def _conclude(
    skeleton: Skeleton,
    problem: Problem,
    q: Array,
    deviation: Array,
    com: Array,
    force: Array,
    spin: Array,
    cop: Array,
    yaw: Array,
    costs: tuple[tuple[float, ...], ...],
) -> Solution:
    mass = skeleton.mass
    air = problem.airborne
    soles, _ = soles_and_mass(skeleton, q)
    wanted, _ = soles_and_mass(skeleton, problem.q_ref)
    planted = floor_points(problem.feet) & ~np.isin(problem.feet, (FootState.TOUCH, FootState.SLIDE))[:, :, None]
    gap = np.linalg.norm(soles - wanted, axis=-1)
    fall, rate = np.where(air[:, None], force, 0.0), np.where(air[:, None], spin, 0.0)
    cop = np.where(air[:, None], np.nan, cop)
    known = np.isfinite(cop).all(axis=1) & (problem.corners > 0) & (force[:, 2] > LIGHT * kernels.GRAVITY)
    _, outside = nearest_inside(np.where(known[:, None], cop, 0.0), problem.polygon, problem.corners, inset=0.0)
    total = np.where(air[:, None], 0.0, force * mass)
    forces, cops = _split(problem, soles, total, cop)
    return Solution(
        q=q,
        deviation=deviation,
        com=com,
        force=total,
        cop=cop,
        forces=forces,
        cops=cops,
        fall=fall,
        spin=rate,
        miss=np.where(known, np.maximum(outside, 0.0), 0.0),
        yaw=np.where(air, 0.0, yaw * mass),
        slip=np.where(planted, gap, 0.0).max(axis=2),
        costs=costs,
        iterations=max(len(c) for c in costs),
    )
