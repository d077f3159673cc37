"""Quasi-Newton descent (L-BFGS, Nocedal 1980) in a constant metric: the implicit step's solver.

Its memory is in single precision, which halves the time it takes to read and bends the way down by no more than the
metric's own; the energy, its slope and the positions are in double.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numba import njit
from numpy.typing import NDArray

from petipa.tutu.cloth import HALO, wrap
from petipa.tutu.metric import Metric

Array = NDArray[np.float64]


class Descent:
    """What a descent remembers: its last moves, and how the slope turned along each.

    It goes on with them in the next step, where the net is hardly another: no step begins with the metric alone.

    Parameters
    ----------
    metric : the constant matrix ; shape : (3, free, columns) ; memory : moves that are remembered
    """

    def __init__(self, metric: Metric, shape: tuple[int, int, int], *, memory: int) -> None:
        self._metric = metric
        self._moves = np.empty((memory, *shape), dtype=np.float32)
        self._turns = np.empty_like(self._moves)
        self._rho = np.empty(memory)
        self._share = np.empty(memory)
        self._way = np.empty(shape, dtype=np.float32)
        self._kept = (0, 0)

    def run(
        self,
        objective: Callable[[Array], float],
        x: Array,
        turn: Array,
        *,
        least: int,
        most: int,
        tolerance: float,
        calm: float,
    ) -> int:
        """Bring x (3, R, N + 4) down; returns how many descents it took.

        Parameters
        ----------
        objective : energy [J] at x, its gradient going to the array given ; turn : (3, 3) of the pelvis
        least, most : descents, the more while one still moves a vertex by `calm` [m]
        tolerance : what a descent must promise to be the last [J]
        """
        shape = self._way.shape
        g, fresh, here = np.empty(shape), np.empty(shape), np.empty(shape)
        inside = (slice(None), slice(shape[1]), slice(HALO, -HALO))
        energy = objective(g)
        moves, turns, rho, memory = self._moves, self._turns, self._rho, len(self._moves)
        first, count = self._kept
        for descent in range(1, most + 1):
            look_back(g, moves, turns, rho, self._share, first, count, self._way)
            d = self._metric.solve(self._way, turn)
            slope = -look_on(g, moves, turns, rho, self._share, first, count, d)
            if slope >= 0.0:
                count = 0
                d = self._metric.solve(g, turn)
                slope = -dot(g, d)
            here[:] = x[inside]
            length = 1.0
            for _ in range(6):
                go(x, here, -length, d)
                wrap(x, shape[2])
                reached = objective(fresh)
                if reached <= energy + 1e-4 * length * slope:
                    break
                # Where a parabola through both would be lowest, within bounds.
                lowest = -0.5 * length * slope * length / (reached - energy - length * slope)
                length = min(max(lowest, 0.15 * length), 0.6 * length)
            else:
                x[inside] = here
                wrap(x, shape[2])
                if not count:
                    return descent
                # What was learnt led astray: begin anew with the metric alone.
                count = 0
                continue
            if count == memory:
                first, count = (first + 1) % memory, count - 1
            at = (first + count) % memory
            bend, farthest = learn(d, -length, g, fresh, moves[at], turns[at])
            if bend > 1e-14:
                rho[at] = 1.0 / bend
                count += 1
            g, fresh, energy = fresh, g, reached
            self._kept = first, count
            if -slope < tolerance or (descent >= least and farthest < calm):
                return descent
        return most


@njit(cache=True, fastmath=True, error_model="numpy")
def dot(a, b):  # type: ignore[no-untyped-def]
    """Inner product."""
    p, q = a.reshape(-1), b.reshape(-1)
    out = 0.0
    for i in range(p.shape[0]):
        out += p[i] * q[i]
    return out


@njit(cache=True, fastmath=True, error_model="numpy")
def look_back(g, moves, turns, rho, share, first, count, q):  # type: ignore[no-untyped-def]
    """The first half of the two loops: q is the slope g less what the remembered moves say of it."""
    memory, n = moves.shape[0], g.size
    a, b = g.reshape(-1), q.reshape(-1)
    for i in range(n):
        b[i] = a[i]
    for back in range(count - 1, -1, -1):
        at = (first + back) % memory
        s, y = moves[at].reshape(-1), turns[at].reshape(-1)
        part = np.float32(0.0)
        for i in range(n):
            part += s[i] * b[i]
        share[at] = rho[at] * part
        by = np.float32(share[at])
        for i in range(n):
            b[i] -= by * y[i]


@njit(cache=True, fastmath=True, error_model="numpy")
def look_on(g, moves, turns, rho, share, first, count, d):  # type: ignore[no-untyped-def]
    """The second half: d becomes the way up; returns its inner product with the slope g."""
    memory, n = moves.shape[0], g.size
    a, b = g.reshape(-1), d.reshape(-1)
    for on in range(count):
        at = (first + on) % memory
        s, y = moves[at].reshape(-1), turns[at].reshape(-1)
        part = np.float32(0.0)
        for i in range(n):
            part += y[i] * b[i]
        by = np.float32(share[at] - rho[at] * part)
        for i in range(n):
            b[i] += by * s[i]
    out = 0.0
    for i in range(n):
        out += a[i] * b[i]
    return out


@njit(cache=True, fastmath=True, error_model="numpy")
def go(x, here, length, d):  # type: ignore[no-untyped-def]
    """Put x (3, R, N + 4) at `here` plus `length` times d, both (3, free, N)."""
    n = d.shape[2]
    for c in range(3):
        for r in range(d.shape[1]):
            xr, hr, dr = x[c, r, HALO : n + HALO], here[c, r], d[c, r]
            for j in range(n):
                xr[j] = hr[j] + length * dr[j]


@njit(cache=True, fastmath=True, error_model="numpy")
def learn(d, length, g, fresh, move, turn):  # type: ignore[no-untyped-def]
    """Remember a move, and how the slope turned; returns their inner product, and the farthest any vertex went [m]."""
    a, p, q = d.reshape(-1), g.reshape(-1), fresh.reshape(-1)
    s, y = move.reshape(-1), turn.reshape(-1)
    bend, farthest = 0.0, 0.0
    for i in range(a.shape[0]):
        by, turned = length * a[i], q[i] - p[i]
        bend += by * turned
        farthest = max(farthest, abs(by))
        s[i], y[i] = by, turned
    return bend, farthest
