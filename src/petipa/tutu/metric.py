"""The constant matrix that stands for the net's Hessian, inverted once.

The tutu is round, and every ring of vertices has one mass and one weight: the matrix is block-circulant,
so a Fourier transform around the ring splits it into small dense blocks, one a frequency: a solve takes a
twentieth of the time of a sparse factorisation's (0.3 against 6.7 ms, SuperLU). And since it is round, the
matrix can tell lengthening from lifting, in the pelvis's own directions, which projective dynamics' own cannot.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import fft

from petipa.tutu.cloth import Net

Array = NDArray[np.float64]


class Metric:
    """The constant matrix, block by block in the frequencies around the ring, inverted.

    A flat net resists lengthening, not lifting: projective dynamics' own matrix counts an edge's whole stiffness
    in every direction and creeps where the net swings. Here each edge counts in the ring's own directions
    (outward, around, up) by the square of its share in them at rest, and never less than `floor` of it.

    Parameters
    ----------
    net : the cloth
    h : time step [s]
    floor : least share of an edge's stiffness in any direction; 1 for projective dynamics' own matrix
    """

    def __init__(self, net: Net, *, h: float, floor: float = 0.12) -> None:
        rest = net.pattern.rest
        free, columns, rows = net.pattern.free, rest.shape[1], rest.shape[0]
        theta = 2.0 * np.pi * np.arange(columns) / columns
        # (3 directions, columns, 3 coordinates): outward, around, up.
        self._frame = np.stack(
            [
                np.stack([np.cos(theta), np.sin(theta), 0 * theta], axis=1),
                np.stack([-np.sin(theta), np.cos(theta), 0 * theta], axis=1),
                np.stack([0 * theta, 0 * theta, 1 + 0 * theta], axis=1),
            ]
        )
        phase = 2.0 * np.pi * np.arange(columns // 2 + 1) / columns
        blocks = np.zeros((3, len(phase), rows, rows))
        blocks[:, :, np.arange(free), np.arange(free)] += net.mass / h**2
        s = net.springs
        for a, b, shift, weight in zip(s.a, s.b, s.shift, s.weight, strict=True):
            edge = rest[a] - np.roll(rest[b], -shift, axis=0)
            edge = edge / np.linalg.norm(edge, axis=1, keepdims=True)
            share = (np.einsum("djc,jc->dj", self._frame, edge) ** 2).mean(axis=1)
            firm = (weight * np.maximum(np.minimum(1.5 * share, 1.0), floor))[:, None]
            # The two slants (shift +1 and -1) come in pairs, so the imaginary parts cancel.
            turn = np.cos(shift * phase)
            if a == b:
                blocks[:, :, a, a] += firm * (2.0 - 2.0 * turn)
            else:
                blocks[:, :, a, a] += firm
                blocks[:, :, b, b] += firm
                blocks[:, :, a, b] -= firm * turn
                blocks[:, :, b, a] -= firm * turn
        d = net.bends
        for a, b, c, shift, weight in zip(d.a, d.b, d.c, d.shift, d.weight, strict=True):
            if shift:
                blocks[:, :, b, b] += weight * (2.0 - 2.0 * np.cos(shift * phase)) ** 2
            else:
                at, by = np.array([a, b, c]), np.array([1.0, -2.0, 1.0])
                blocks[:, :, at[:, None], at] += weight * np.outer(by, by)
        k = net.stacks
        for low, u0, u1, share, weight in zip(k.low, k.u0, k.u1, k.share, k.weight, strict=True):
            at, by = np.array([low, u0, u1]), np.array([1.0, share - 1.0, -share])
            blocks[:, :, at[:, None], at] += weight * np.outer(by, by)
        # Single precision is enough for a metric: it bends the descent, not where it ends.
        self._inverse = np.linalg.inv(blocks[:, :, :free, :free]).astype(np.float32)
        self._columns = columns
        self._turned = np.empty((3, free, columns), dtype=np.float32)
        self._waves = np.empty((3, free, len(phase)), dtype=np.complex64)

    def solve(self, g: NDArray[np.floating], turn: Array) -> NDArray[np.float32]:
        """The metric's inverse applied to g, shape (3, free, columns), the pelvis being turned by `turn` (3, 3)."""
        axes = np.ascontiguousarray((self._frame @ turn.T).transpose(0, 2, 1), dtype=np.float32)
        into(axes, g, self._turned)
        apply(self._inverse, fft.rfft(self._turned, axis=-1), self._waves)
        out = np.empty(g.shape, dtype=np.float32)
        out_of(axes, fft.irfft(self._waves, n=self._columns, axis=-1), out)
        return out


@njit(cache=True, fastmath=True, error_model="numpy")
def apply(blocks, waves, out):  # type: ignore[no-untyped-def]
    """Blocks (3, K, rows, rows), symmetric, times waves (3, rows, K)."""
    rows = blocks.shape[2]
    real, imaginary = np.empty(rows, dtype=np.float32), np.empty(rows, dtype=np.float32)
    for d in range(3):
        for k in range(blocks.shape[1]):
            for s in range(rows):
                real[s], imaginary[s] = waves[d, s, k].real, waves[d, s, k].imag
            for r in range(rows):
                block = blocks[d, k, r]
                a, b = np.float32(0.0), np.float32(0.0)
                for s in range(rows):
                    a += block[s] * real[s]
                    b += block[s] * imaginary[s]
                out[d, r, k] = complex(a, b)


@njit(cache=True, fastmath=True, error_model="numpy")
def into(axes, g, out):  # type: ignore[no-untyped-def]
    """Components of g (3, rows, N) along axes (3 directions, 3 coordinates, N)."""
    for d in range(3):
        for r in range(g.shape[1]):
            for j in range(g.shape[2]):
                out[d, r, j] = axes[d, 0, j] * g[0, r, j] + axes[d, 1, j] * g[1, r, j] + axes[d, 2, j] * g[2, r, j]


@njit(cache=True, fastmath=True, error_model="numpy")
def out_of(axes, g, out):  # type: ignore[no-untyped-def]
    """The vectors whose components along the axes are g."""
    for c in range(3):
        for r in range(g.shape[1]):
            for j in range(g.shape[2]):
                out[c, r, j] = axes[0, c, j] * g[0, r, j] + axes[1, c, j] * g[1, r, j] + axes[2, c, j] * g[2, r, j]
