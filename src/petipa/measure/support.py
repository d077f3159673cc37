"""What the floor can give: patches of the shoes, hulls, and contact forces fitted to a wrench."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from petipa.measure.track import FINE, HEEL, PLATFORM, TIP, WEIGHTED, Track
from petipa.motion.model import FootState

Array = NDArray[np.float64]

FRICTION = 0.7
NEAR = 0.010
"""A point of the sole higher than this is not on the floor, whatever the foot's state says [m]."""

SHOE = 8
"""Points of a shoe that may bear: heel, medial ball, tip, lateral ball and the corners of the platform."""
CORNERS = 2 * SHOE
"""Most corners two patches have at one frame."""

_FLAT = (FootState.FLAT, FootState.PIVOT_FLAT)
_DEMI = (FootState.DEMI, FootState.PIVOT_DEMI)
_POINTE = (FootState.POINTE, FootState.PIVOT_POINTE)


def patches(track: Track) -> tuple[Array, NDArray[np.bool_]]:
    """Corners of the shoes on the floor at every frame.

    Returns
    -------
    corners : (F, 16, 2) [m], left foot first; held : (F, 16) bool, which of them bear on the floor

    A shoe that slides or rolls bears on whatever of it is down, so on the edge of its box as it comes over it.
    """
    feet = track.motion.feet
    corners = np.zeros((track.frames, CORNERS, 2))
    held = np.zeros((track.frames, CORNERS), dtype=bool)
    for side in range(2):
        soles, balls = track.soles[::FINE, side], track.balls[::FINE, side]
        whole = np.stack([soles[:, HEEL], balls[:, 0], soles[:, TIP], balls[:, 1]], axis=1)
        points = np.concatenate([whole, soles[:, PLATFORM]], axis=1)
        state = feet[:, side]
        pointe, rolls = np.isin(state, _POINTE), state == FootState.SLIDE
        on = np.isin(state, WEIGHTED)[:, None] & (points[..., 2] <= NEAR)
        on[:, 0] &= ~np.isin(state, _DEMI)
        on[:, :4] &= ~pointe[:, None]
        on[:, 4:] &= (pointe | rolls)[:, None]
        part = slice(SHOE * side, SHOE * side + SHOE)
        corners[:, part], held[:, part] = points[..., :2], on
    return corners, held


@njit(cache=True)
def _hull(points, count, order, hull):  # type: ignore[no-untyped-def]
    """Convex hull (Andrew's monotone chain) of the first `count` points; indices into `points`, counterclockwise."""
    for i in range(count):
        order[i] = i
    for i in range(1, count):
        j = i
        while j > 0 and (
            points[order[j], 0] < points[order[j - 1], 0]
            or (points[order[j], 0] == points[order[j - 1], 0] and points[order[j], 1] < points[order[j - 1], 1])
        ):
            order[j], order[j - 1] = order[j - 1], order[j]
            j -= 1
    size = 0
    for turn in range(2):
        floor = size + 1 if turn else 0
        for step in range(count):
            if turn and step == 0:
                continue
            k = order[count - 1 - step] if turn else order[step]
            while size >= (floor if turn else 2):
                a, b = hull[size - 2], hull[size - 1]
                cross = (points[b, 0] - points[a, 0]) * (points[k, 1] - points[a, 1]) - (
                    points[b, 1] - points[a, 1]
                ) * (points[k, 0] - points[a, 0])
                if cross > 0:
                    break
                size -= 1
            hull[size] = k
            size += 1
    return max(size - 1, 1)


@njit(cache=True)
def _outside(points, hull, size, x, y):  # type: ignore[no-untyped-def]
    """Distance of a point from a convex polygon; 0 inside it."""
    inside = size >= 3
    best = 1e9
    for i in range(size):
        a, b = hull[i], hull[(i + 1) % size]
        ex, ey = points[b, 0] - points[a, 0], points[b, 1] - points[a, 1]
        px, py = x - points[a, 0], y - points[a, 1]
        if ex * py - ey * px < 0:
            inside = False
        length = ex * ex + ey * ey
        s = 0.0
        if length > 1e-18:
            s = min(1.0, max(0.0, (ex * px + ey * py) / length))
        best = min(best, np.sqrt((px - s * ex) ** 2 + (py - s * ey) ** 2))
    return 0.0 if inside else best


@njit(cache=True)
def nonnegative(A, b, ridge):  # type: ignore[no-untyped-def]
    """Least squares with x >= 0 (Lawson and Hanson 1974, chapter 23), with a small ridge; x and the residual."""
    rows, n = A.shape
    passive = np.zeros(n, dtype=np.bool_)
    x = np.zeros(n)
    residual = b.copy()
    for _ in range(max(40, 3 * n)):
        best, pick = 1e-9, -1
        for j in range(n):
            if not passive[j]:
                w = -ridge * x[j]
                for i in range(rows):
                    w += A[i, j] * residual[i]
                if w > best:
                    best, pick = w, j
        if pick < 0:
            break
        passive[pick] = True
        while True:
            index = np.flatnonzero(passive)
            size = len(index)
            gram = np.zeros((size, size))
            right = np.zeros(size)
            for r in range(size):
                for c in range(size):
                    for i in range(rows):
                        gram[r, c] += A[i, index[r]] * A[i, index[c]]
                for i in range(rows):
                    right[r] += A[i, index[r]] * b[i]
                gram[r, r] += ridge
            z = np.linalg.solve(gram, right)
            alpha, blocked = 1.0, False
            for r in range(size):
                if z[r] <= 0.0:
                    blocked = True
                    gap = x[index[r]] - z[r]
                    alpha = min(alpha, x[index[r]] / gap if gap > 0 else 0.0)
            if not blocked:
                for r in range(size):
                    x[index[r]] = z[r]
                break
            for r in range(size):
                x[index[r]] += alpha * (z[r] - x[index[r]])
                if x[index[r]] <= 1e-12:
                    x[index[r]] = 0.0
                    passive[index[r]] = False
            if not passive.any():
                break
        for i in range(rows):
            total = 0.0
            for j in range(n):
                if passive[j]:
                    total += A[i, j] * x[j]
            residual[i] = b[i] - total
    return x, residual


@njit(cache=True)
def audit(force, moment, pelvis, corners, held, which, fine, mass, friction, gravity):  # type: ignore[no-untyped-def]
    """Fit the floor's forces to what the motion needs, sample by sample.

    A sample's bell reaches two frames either way; the floor may push wherever a shoe stood within its core.

    Parameters
    ----------
    force, moment : (N, 3) [N], [N m about the origin] the motion needs from the floor; pelvis : (N, 3) [m]
    corners, held : patches per frame; which : (M,) samples to look at

    Returns
    -------
    left : (M, 6) force and moment at the pelvis the floor could not give; zmp : (M, 2) [m]
    out : (M,) distance of the zero-moment point outside the patch [m], nan where there is no patch or no load
    """
    edges = 8
    left = np.zeros((len(which), 6))
    zmp = np.full((len(which), 2), np.nan)
    out = np.full(len(which), np.nan)
    points = np.empty((5 * corners.shape[1], 2))
    order = np.empty(len(points), dtype=np.int64)
    hull = np.empty(2 * len(points), dtype=np.int64)
    weight = mass * gravity
    for m in range(len(which)):
        i = which[m]
        count = 0
        first = max(0, int(np.ceil((i - 1.5 * fine) / fine)))
        last = min(len(corners) - 1, int(np.floor((i + 1.5 * fine) / fine)))
        for f in range(first, last + 1):
            for k in range(corners.shape[1]):
                if held[f, k]:
                    points[count, 0] = corners[f, k, 0]
                    points[count, 1] = corners[f, k, 1]
                    count += 1
        c = pelvis[i]
        b = np.empty(6)
        shift = np.cross(c, force[i])
        for k in range(3):
            b[k] = force[i, k] / weight
            b[3 + k] = (moment[i, k] - shift[k]) / mass
        if count == 0:
            for k in range(6):
                left[m, k] = b[k]
            continue
        size = _hull(points, count, order, hull)
        if force[i, 2] > 0.1 * weight:
            zmp[m, 0] = -moment[i, 1] / force[i, 2]
            zmp[m, 1] = moment[i, 0] / force[i, 2]
            out[m] = _outside(points, hull, size, zmp[m, 0], zmp[m, 1])
        A = np.empty((6, size * edges))
        f3 = np.empty(3)
        for k in range(size):
            arm = np.array([points[hull[k], 0] - c[0], points[hull[k], 1] - c[1], -c[2]])
            for e in range(edges):
                angle = 2.0 * np.pi * e / edges
                f3[0], f3[1], f3[2] = friction * np.cos(angle), friction * np.sin(angle), 1.0
                turn = np.cross(arm, f3) * gravity
                for r in range(3):
                    A[r, k * edges + e] = f3[r]
                    A[3 + r, k * edges + e] = turn[r]
        _, rest = nonnegative(A, b, 1e-8)
        for k in range(6):
            left[m, k] = rest[k]
    return left, zmp, out
