"""A motion seen at 240 Hz: where every body is, its momentum, and the points of the shoes.

The frames of a motion are samples of a smooth curve. Here the curve is the quintic spline through
every coordinate (quaternions by component, unwrapped and normalised again), and what moves between
frames is looked at as well as the frames. Derivatives are never taken from the spline itself but in weak
form: an acceleration is averaged over a bell of four frames' width (the cubic B-spline with knots a frame
apart), which needs positions only, does not ring where a force begins or ends, and is another formula
than a second difference of frames.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.interpolate import make_interp_spline

from petipa.dancer import Dancer, Joint, Skeleton
from petipa.mechanics import centre_of_mass, forward
from petipa.motion.model import FootState, Motion

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

GRAVITY = 9.81
FINE = 4
"""Fine samples per frame."""

HEEL, MEDIAL, LATERAL, TIP, PLATFORM = 0, 1, 2, 3, slice(4, 8)
"""Where each landmark lies in `Track.soles`."""

WEIGHTED = (
    FootState.FLAT,
    FootState.DEMI,
    FootState.POINTE,
    FootState.SLIDE,
    FootState.PIVOT_DEMI,
    FootState.PIVOT_POINTE,
    FootState.PIVOT_FLAT,
)
"""States in which a foot may bear weight; a touching toe bears none."""


def unwrapped(skeleton: Skeleton, q: Array) -> Array:
    """Configurations whose quaternions are unit and never jump to their negative, shape (F, 77)."""
    out = np.array(q, dtype=np.float64)
    for body, kind in enumerate(skeleton.kinds):
        if kind == Joint.HINGE:
            continue
        part = out[:, skeleton.q_slice(body)]
        part /= np.linalg.norm(part, axis=1, keepdims=True)
        turn = np.where((part[1:] * part[:-1]).sum(axis=1) < 0, -1.0, 1.0)
        part *= np.concatenate([[1.0], np.cumprod(turn)])[:, None]
        out[:, skeleton.q_slice(body)] = part
    return out


def resampled(q: Array, *, fine: int = FINE) -> Array:
    """The spline through configurations, sampled `fine` times a frame, shape (fine * (F - 1) + 1, nq).

    Quintic where there are frames enough, else of the highest odd degree they allow.
    """
    frames = len(q)
    if frames < 2:
        return q.copy()
    degree = 5 if frames >= 6 else 3 if frames >= 4 else 1
    where = np.arange(fine * (frames - 1) + 1) / fine
    return np.asarray(make_interp_spline(np.arange(frames), q, k=degree)(where))


@njit(cache=True)
def _momentum(R, p, masses, coms, inertias, dt):  # type: ignore[no-untyped-def]
    """Momentum between consecutive samples: angular about the origin and about the centre of mass."""
    samples, bodies = p.shape[0], p.shape[1]
    about_origin = np.zeros((samples - 1, 3))
    about_centre = np.zeros((samples - 1, 3))
    total = masses.sum()
    c0, c1, v, mid, spin = np.empty(3), np.empty(3), np.empty(3), np.empty(3), np.empty(3)
    for i in range(samples - 1):
        linear, centre = np.zeros(3), np.zeros(3)
        for b in range(bodies):
            m = masses[b]
            for k in range(3):
                c0[k] = p[i, b, k]
                c1[k] = p[i + 1, b, k]
                for j in range(3):
                    c0[k] += R[i, b, k, j] * coms[b, j]
                    c1[k] += R[i + 1, b, k, j] * coms[b, j]
                v[k] = (c1[k] - c0[k]) / dt
                mid[k] = 0.5 * (c0[k] + c1[k])
                linear[k] += m * v[k]
                centre[k] += m * mid[k]
            about_origin[i, 0] += m * (mid[1] * v[2] - mid[2] * v[1])
            about_origin[i, 1] += m * (mid[2] * v[0] - mid[0] * v[2])
            about_origin[i, 2] += m * (mid[0] * v[1] - mid[1] * v[0])
            # Small turn in the body's own frame: R0^T R1 = I + [w] dt + ..., its odd part is sin(angle) axis.
            w0 = w1 = w2 = trace = 0.0
            for k in range(3):
                w0 += R[i, b, k, 2] * R[i + 1, b, k, 1] - R[i, b, k, 1] * R[i + 1, b, k, 2]
                w1 += R[i, b, k, 0] * R[i + 1, b, k, 2] - R[i, b, k, 2] * R[i + 1, b, k, 0]
                w2 += R[i, b, k, 1] * R[i + 1, b, k, 0] - R[i, b, k, 0] * R[i + 1, b, k, 1]
                for j in range(3):
                    trace += R[i, b, k, j] * R[i + 1, b, k, j]
            spin[0], spin[1], spin[2] = 0.5 * w0, 0.5 * w1, 0.5 * w2
            sine = np.sqrt(spin[0] ** 2 + spin[1] ** 2 + spin[2] ** 2)
            scale = 1.0
            if sine > 1e-9:
                scale = np.arctan2(sine, 0.5 * (trace - 1.0)) / sine
            for k in range(3):
                own = 0.0
                for j in range(3):
                    own += inertias[b, k, j] * spin[j] * scale / dt
                mid[k] = own
            for k in range(3):
                for j in range(3):
                    about_origin[i, k] += 0.5 * (R[i, b, k, j] + R[i + 1, b, k, j]) * mid[j]
        for k in range(3):
            centre[k] /= total
        about_centre[i, 0] = about_origin[i, 0] - (centre[1] * linear[2] - centre[2] * linear[1])
        about_centre[i, 1] = about_origin[i, 1] - (centre[2] * linear[0] - centre[0] * linear[2])
        about_centre[i, 2] = about_origin[i, 2] - (centre[0] * linear[1] - centre[1] * linear[0])
    return about_origin, about_centre


def momentum(skeleton: Skeleton, R: Array, p: Array, dt: float) -> tuple[Array, Array]:
    """Angular momentum halfway between samples [kg m2/s], about the origin and about the centre of mass, (N - 1, 3)."""
    return _momentum(R, p, skeleton.masses, skeleton.coms, skeleton.inertias, dt)  # type: ignore[no-any-return]


def sole_points(skeleton: Skeleton, R: Array, p: Array) -> Array:
    """The shoes' landmarks in the world [m], shape (N, 2, 8, 3): heel, balls, tip and the platform's corners."""
    out = np.empty((len(p), 2, 8, 3))
    for side, suffix in enumerate("lr"):
        sole = skeleton.soles[side]
        foot, mid, toes = (skeleton.index(f"{part}_{suffix}") for part in ("foot", "mid", "toes"))
        out[:, side, HEEL] = p[:, foot] + R[:, foot] @ sole.heel
        out[:, side, MEDIAL] = p[:, mid] + R[:, mid] @ sole.ball_medial
        out[:, side, LATERAL] = p[:, mid] + R[:, mid] @ sole.ball_lateral
        out[:, side, TIP] = p[:, toes] + R[:, toes] @ sole.toe_tip
        out[:, side, PLATFORM] = p[:, toes, None] + np.einsum("nij,kj->nki", R[:, toes], sole.platform)
    return out


def planted_balls(skeleton: Skeleton, R: Array, p: Array) -> Array:
    """The floor under the ball of each foot as the toes carry it [m], shape (N, 2, 2, 3).

    On demi-pointe the toes lie still and the mid-foot rolls over them: the sole that stays on the floor
    is the toes', not the mid-foot's.
    """
    out = np.empty((len(p), 2, 2, 3))
    for side, suffix in enumerate("lr"):
        sole, toes = skeleton.soles[side], skeleton.index(f"toes_{suffix}")
        for k, ball in enumerate((sole.ball_medial, sole.ball_lateral)):
            out[:, side, k] = p[:, toes] + R[:, toes] @ (ball - skeleton.offsets[toes])
    return out


def averaged(x: Array, times: int, *, fine: int = FINE) -> Array:
    """`times` running means over one frame, along axis 0; shorter by `times * (fine - 1)`."""
    for _ in range(times):
        total = np.cumsum(np.concatenate([np.zeros_like(x[:1]), x]), axis=0)
        x = (total[fine:] - total[:-fine]) / fine
    return x


@dataclass(frozen=True)
class Track:
    """One motion at 240 Hz.

    Attributes
    ----------
    q : (F, 77) the frames; R, p : (N, 26, 3, 3), (N, 26, 3), N = 4 (F - 1) + 1 fine samples
    com : (N, 3) [m]; spin : (N - 1, 3) angular momentum about the origin, halfway between samples
    about_com : (N - 1, 3) the same about the centre of mass; soles : (N, 2, 8, 3), balls : (N, 2, 2, 3)
    """

    motion: Motion
    dancer: Dancer
    q: Array
    R: Array
    p: Array
    com: Array
    spin: Array
    about_com: Array
    soles: Array
    balls: Array

    @property
    def skeleton(self) -> Skeleton:
        """The dancer's skeleton."""
        return self.dancer.skeleton

    @property
    def rate(self) -> float:
        """Fine samples a second."""
        return self.motion.rate * FINE

    @property
    def frames(self) -> int:
        """Frames of the motion."""
        return len(self.q)

    @cached_property
    def times(self) -> Array:
        """Music time of every fine sample [s], shape (N,)."""
        return np.asarray(self.motion.start + np.arange(len(self.com)) / self.rate)

    @cached_property
    def low(self) -> Array:
        """Height of the lowest point of each shoe [m], shape (N, 2)."""
        return np.asarray(self.soles[..., 2].min(axis=2))

    @cached_property
    def acceleration(self) -> Array:
        """Acceleration of the centre of mass in weak form [m/s2], (N, 3); the two frames at either end are nan."""
        smooth = averaged(self.com, 2)
        h = 1.0 / self.motion.rate
        inner = (smooth[2 * FINE :] - 2 * smooth[FINE:-FINE] + smooth[: -2 * FINE]) / h**2
        return self._framed(inner)

    @cached_property
    def moment(self) -> Array:
        """Rate of angular momentum about the origin in weak form [N m], (N, 3); nan at either end."""
        smooth = averaged(self.spin, 3)
        h = 1.0 / self.motion.rate
        return self._framed((smooth[FINE:] - smooth[:-FINE]) / h)

    def _framed(self, inner: Array) -> Array:
        out = np.full((len(self.com), *inner.shape[1:]), np.nan)
        margin = (len(out) - len(inner)) // 2
        out[margin : margin + len(inner)] = inner
        return out

    def sample(self, time: float) -> int:
        """The fine sample nearest a music time."""
        return int(np.clip(round((time - self.motion.start) * self.rate), 0, len(self.com) - 1))

    def step_at(self, time: float) -> int:
        """Index of the step danced at a music time; -1 where there is none."""
        best = -1
        for index, step in enumerate(self.motion.steps):
            if step.t0 - 1e-9 <= time:
                best = index
        return best


def track(motion: Motion, dancer: Dancer) -> Track:
    """Look at a motion at 240 Hz."""
    skeleton = dancer.skeleton
    q = unwrapped(skeleton, motion.q)
    R, p = forward(skeleton, resampled(q))
    spin, about = momentum(skeleton, R, p, 1.0 / (motion.rate * FINE))
    return Track(
        motion=motion,
        dancer=dancer,
        q=q,
        R=R,
        p=p,
        com=centre_of_mass(skeleton, R, p),
        spin=spin,
        about_com=about,
        soles=sole_points(skeleton, R, p),
        balls=planted_balls(skeleton, R, p),
    )
