"""Strength inside the solve: what hips, knees and ankles must give, and a wish that it be no more than she has.

A leg is six half masses, two to each of thigh, shank and foot, at the segment's radius of gyration along its length
from its centre: exact for swinging and spreading, without the small moment of twist. With a foot's share of the floor's
push the moment about each joint is Newton's and Euler's. Both the push and the accelerations take three frames.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numba import njit
from numpy.typing import NDArray

from petipa.dancer.skeleton import Skeleton
from petipa.dancer.strength import EXERTIONS, Exertion
from petipa.motion.kernels import GRAVITY, NV, WIDTH

Array = NDArray[np.float64]

RESERVE = 0.88
"""Share of her strength the solve asks for: what is measured of a motion differs a little from what the solve sees."""

_EFFORTS: tuple[tuple[str, str, tuple[float, float, float], int, str, str | None], ...] = (
    # body beyond the joint, body the axis lies in, axis (left), first point beyond, exertion along it, against it
    ("thigh", "pelvis", (0, 1, 0), 0, "hip extension", "hip flexion"),
    ("thigh", "pelvis", (1, 0, 0), 0, "hip abduction", None),
    ("shank", "shank", (0, 1, 0), 2, "knee flexion", "knee extension"),
    ("foot", "shank", (0, 1, 0), 4, "ankle plantar", None),
)
MOMENTS = 2 * len(_EFFORTS)
"""Of both legs: hip back, hip aside, knee and ankle of the left, then of the right."""


@dataclass(frozen=True)
class Legs:
    """Both legs as the kernel reads them; left first, 2 x 6 points and 2 x 4 moments.

    Attributes
    ----------
    body : (12,), local : (12, 3) [m], mass : (12,) share of her mass, of the points
    joint, carrier, first : (8,) body beyond, body of the axis, first point beyond; axis : (8, 3)
    """

    body: NDArray[np.int64]
    local: Array
    mass: Array
    joint: NDArray[np.int64]
    carrier: NDArray[np.int64]
    first: NDArray[np.int64]
    axis: Array


def legs_of(skeleton: Skeleton) -> Legs:
    """The legs of a skeleton."""
    body, local, mass = [], [], []
    joint, carrier, first, axis = [], [], [], []
    for side, letter in enumerate("lr"):
        for name in ("thigh", "shank", "foot"):
            b = skeleton.index(f"{name}_{letter}")
            tip = 2.0 * skeleton.coms[b] if name == "foot" else skeleton.offsets[b + 1]
            along = tip / np.linalg.norm(tip)
            inertia = skeleton.inertias[b]
            across = 0.5 * (np.trace(inertia) - float(along @ inertia @ along))
            whole = float(skeleton.masses[b])
            # The toes and the mid-foot swing with the foot.
            if name == "foot":
                rest = [skeleton.index(f"{part}_{letter}") for part in ("mid", "toes")]
                weight = np.array([whole, *skeleton.masses[rest]])
                places = np.cumsum(np.vstack([np.zeros(3), skeleton.offsets[rest]]), axis=0)
                places += skeleton.coms[[b, *rest]]
                whole = float(weight.sum())
                centre = weight @ places / whole
                radius = float(np.sqrt(weight @ ((places - centre) ** 2).sum(axis=1) / whole))
            else:
                centre, radius = skeleton.coms[b], float(np.sqrt(across / whole))
            for sign in (-1.0, 1.0):
                body.append(b)
                local.append(centre + sign * radius * along)
                mass.append(0.5 * whole / skeleton.mass)
        for name, of, way, start, _, _ in _EFFORTS:
            joint.append(skeleton.index(f"{name}_{letter}"))
            carrier.append(skeleton.index("pelvis" if of == "pelvis" else f"{of}_{letter}"))
            first.append(start)
            axis.append(np.array(way) * ([1, 1, 1], [-1, 1, -1])[side])
    return Legs(
        body=np.array(body, dtype=np.int64),
        local=np.array(local, dtype=np.float64),
        mass=np.array(mass, dtype=np.float64),
        joint=np.array(joint, dtype=np.int64),
        carrier=np.array(carrier, dtype=np.int64),
        first=np.array(first, dtype=np.int64),
        axis=np.array(axis, dtype=np.float64),
    )


@cache
def _table() -> tuple[tuple[Exertion, Exertion | None], ...]:
    ways = [(EXERTIONS[along], EXERTIONS[against] if against else None) for *_, along, against in _EFFORTS]
    return tuple(ways + ways)


def bounds(legs: Legs, R: Array, parents: NDArray[np.int64], rate: float) -> tuple[Array, Array]:
    """Least and greatest moments (F, 8) [N m/kg] asked of the joints at the speeds of a motion R (F, 26, 3, 3)."""
    frames = len(R)
    low, high = np.full((frames, MOMENTS), -np.inf), np.full((frames, MOMENTS), np.inf)
    for k, (along, against) in enumerate(_table()):
        body, of = int(legs.joint[k]), int(legs.carrier[k])
        local = np.swapaxes(R[:, parents[body]], 1, 2) @ R[:, body]
        step = local[2:] @ np.swapaxes(local[:-2], 1, 2)
        turn = np.stack(
            [step[:, 2, 1] - step[:, 1, 2], step[:, 0, 2] - step[:, 2, 0], step[:, 1, 0] - step[:, 0, 1]], axis=1
        )
        line = np.einsum("fij,j->fi", R[1:-1, of], legs.axis[k])
        speed = np.zeros(frames)
        speed[1:-1] = 0.25 * rate * np.einsum("fi,fij,fj->f", line, R[1:-1, parents[body]], turn)
        high[:, k] = RESERVE * along.gives(speed)
        if against is not None:
            low[:, k] = -RESERVE * against.gives(-speed)
    return low, high


@njit(cache=True)
def _add_place(row, first, x0, x1, x2, w0, w1, w2, p, A, body_of, chain):  # type: ignore[no-untyped-def]
    """Add to a row, its frame's columns from `first`, how w . x changes: x a point the joints of `chain` carry.

    p (26, 3) and A (61, 3) are the frame's joints and axes.
    """
    for j in chain:
        a0, a1, a2 = A[j, 0], A[j, 1], A[j, 2]
        if j < 3:
            row[first + j] += w0 * a0 + w1 * a1 + w2 * a2
            continue
        h = body_of[j]
        e0, e1, e2 = x0 - p[h, 0], x1 - p[h, 1], x2 - p[h, 2]
        row[first + j] += w0 * (a1 * e2 - a2 * e1) + w1 * (a2 * e0 - a0 * e2) + w2 * (a0 * e1 - a1 * e0)


@njit(cache=True)
def moment_rows(  # type: ignore[no-untyped-def]
    R,
    p,
    A,
    c,
    Jc,
    rate,
    drift,
    body_of,
    chain,
    chain_len,
    body,
    local,
    mass,
    joint,
    carrier,
    first,
    axis,
    share,
    press,
    low,
    high,
    weight,
    derive,
    moment,
    rows,
    J,
):
    """Moments (F, 8) [N m/kg] of both legs, their weighted excess over low and high: rows (F, 8) and J (F, 8, 183).

    share (F, 2) is each foot's part of the floor's push, which acts at press (F, 2, 2) [m].
    """
    frames, points, efforts = R.shape[0], body.shape[0], joint.shape[0]
    r2 = rate * rate
    x = np.empty((frames, points, 3))
    for f in range(frames):
        for n in range(points):
            b = body[n]
            for i in range(3):
                x[f, n, i] = (
                    p[f, b, i] + R[f, b, i, 0] * local[n, 0] + R[f, b, i, 1] * local[n, 1] + R[f, b, i, 2] * local[n, 2]
                )
    force = np.empty(3)
    line = np.empty(3)
    arm = np.empty(3)
    lever = np.empty(3)
    pull = np.empty((points, 3))
    stencil = (1.0, -2.0, 1.0)
    for k in range(1, frames - 1):
        for i in range(3):
            force[i] = (c[k + 1, i] - 2 * c[k, i] + c[k - 1, i]) * r2 + drift[k, i]
        force[2] += GRAVITY
        for n in range(points):
            for i in range(3):
                pull[n, i] = mass[n] * (x[k + 1, n, i] - 2 * x[k, n, i] + x[k - 1, n, i]) * r2
            pull[n, 2] += mass[n] * GRAVITY
        for e in range(efforts):
            side = 0 if e < efforts // 2 else 1
            own = side * (points // 2)
            b, o, part = joint[e], carrier[e], share[k, side]
            for i in range(3):
                line[i] = R[k, o, i, 0] * axis[e, 0] + R[k, o, i, 1] * axis[e, 1] + R[k, o, i, 2] * axis[e, 2]
            m0 = m1 = m2 = 0.0
            g0, g1, g2 = 0.0, 0.0, 0.0
            for n in range(own + first[e], own + points // 2):
                u0, u1, u2 = x[k, n, 0] - p[k, b, 0], x[k, n, 1] - p[k, b, 1], x[k, n, 2] - p[k, b, 2]
                m0 += u1 * pull[n, 2] - u2 * pull[n, 1]
                m1 += u2 * pull[n, 0] - u0 * pull[n, 2]
                m2 += u0 * pull[n, 1] - u1 * pull[n, 0]
                g0 += pull[n, 0]
                g1 += pull[n, 1]
                g2 += pull[n, 2]
            arm[0], arm[1], arm[2] = press[k, side, 0] - p[k, b, 0], press[k, side, 1] - p[k, b, 1], -p[k, b, 2]
            f0, f1, f2 = part * force[0], part * force[1], part * force[2]
            m0 -= arm[1] * f2 - arm[2] * f1
            m1 -= arm[2] * f0 - arm[0] * f2
            m2 -= arm[0] * f1 - arm[1] * f0
            value = line[0] * m0 + line[1] * m1 + line[2] * m2
            moment[k, e] = value
            rows[k, e] = weight[k, e] * (min(value - low[k, e], 0.0) + max(value - high[k, e], 0.0))
            if rows[k, e] == 0.0 or not derive:
                continue
            row = J[k, e]
            for j in range(WIDTH):
                row[j] = 0.0
            # The floor's push changes with the acceleration of the centre of mass: -line . (arm x df) = lever . df.
            lever[0] = -(line[1] * arm[2] - line[2] * arm[1])
            lever[1] = -(line[2] * arm[0] - line[0] * arm[2])
            lever[2] = -(line[0] * arm[1] - line[1] * arm[0])
            if part > 0.0:
                for step in range(3):
                    s = part * stencil[step] * r2
                    for j in range(NV):
                        row[step * NV + j] += s * (
                            lever[0] * Jc[k - 1 + step, j, 0]
                            + lever[1] * Jc[k - 1 + step, j, 1]
                            + lever[2] * Jc[k - 1 + step, j, 2]
                        )
            # So do the leg's own accelerations.
            for n in range(own + first[e], own + points // 2):
                u0, u1, u2 = x[k, n, 0] - p[k, b, 0], x[k, n, 1] - p[k, b, 1], x[k, n, 2] - p[k, b, 2]
                v0 = mass[n] * (line[1] * u2 - line[2] * u1)
                v1 = mass[n] * (line[2] * u0 - line[0] * u2)
                v2 = mass[n] * (line[0] * u1 - line[1] * u0)
                moves = chain[body[n], : chain_len[body[n]]]
                for step in range(3):
                    f, s = k - 1 + step, stencil[step] * r2
                    x0, x1, x2 = x[f, n, 0], x[f, n, 1], x[f, n, 2]
                    _add_place(row, step * NV, x0, x1, x2, s * v0, s * v1, s * v2, p[f], A[f], body_of, moves)
                # ... and its points' places now: line . (dx x pull).
                w0 = pull[n, 1] * line[2] - pull[n, 2] * line[1]
                w1 = pull[n, 2] * line[0] - pull[n, 0] * line[2]
                w2 = pull[n, 0] * line[1] - pull[n, 1] * line[0]
                x0, x1, x2 = x[k, n, 0], x[k, n, 1], x[k, n, 2]
                _add_place(row, NV, x0, x1, x2, w0, w1, w2, p[k], A[k], body_of, moves)
            # The joint's place: every arm changes by -dp, so the moment by dp x (push - pulls).
            f0, f1, f2 = f0 - g0, f1 - g1, f2 - g2
            w0 = f1 * line[2] - f2 * line[1]
            w1 = f2 * line[0] - f0 * line[2]
            w2 = f0 * line[1] - f1 * line[0]
            moves = chain[b, : chain_len[b]]
            _add_place(row, NV, p[k, b, 0], p[k, b, 1], p[k, b, 2], w0, w1, w2, p[k], A[k], body_of, moves)
            # The axis: (a x line) . m = a . (line x m).
            w0, w1, w2 = line[1] * m2 - line[2] * m1, line[2] * m0 - line[0] * m2, line[0] * m1 - line[1] * m0
            for m in range(chain_len[o]):
                j = chain[o, m]
                if j >= 3:
                    row[NV + j] += w0 * A[k, j, 0] + w1 * A[k, j, 1] + w2 * A[k, j, 2]
            for j in range(WIDTH):
                row[j] *= weight[k, e]


@njit(cache=True, fastmath=True)
def add_rows(rows, J, ab, grad):  # type: ignore[no-untyped-def]
    """Add rows (F, K) that are not nought, each over three frames, to the normal equations."""
    for k in range(1, rows.shape[0] - 1):
        first = (k - 1) * NV
        for e in range(rows.shape[1]):
            r = rows[k, e]
            if r == 0.0:
                continue
            row = J[k, e]
            for j in range(WIDTH):
                s = row[j]
                if s == 0.0:
                    continue
                grad[first + j] += s * r
                line = ab[first + j]
                for m in range(WIDTH - j):
                    line[m] += s * row[j + m]
