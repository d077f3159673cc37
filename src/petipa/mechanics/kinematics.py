"""Where every body is, for a whole trajectory at once."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from petipa.dancer.skeleton import NAMES, Joint, Skeleton

Array = NDArray[np.float64]


@njit(cache=True)
def _forward(q, parents, kinds, axes, offsets, q_at, R, p):  # type: ignore[no-untyped-def]
    frames = q.shape[0]
    bodies = parents.shape[0]
    local = np.empty((3, 3))
    for f in range(frames):
        for b in range(bodies):
            at = q_at[b]
            if kinds[b] == 2:
                c, s = np.cos(q[f, at]), np.sin(q[f, at])
                x, y, z = axes[b, 0], axes[b, 1], axes[b, 2]
                t = 1.0 - c
                local[0, 0], local[0, 1], local[0, 2] = t * x * x + c, t * x * y - s * z, t * x * z + s * y
                local[1, 0], local[1, 1], local[1, 2] = t * x * y + s * z, t * y * y + c, t * y * z - s * x
                local[2, 0], local[2, 1], local[2, 2] = t * x * z - s * y, t * y * z + s * x, t * z * z + c
            else:
                if kinds[b] == 0:
                    at = at + 3
                w, x, y, z = q[f, at], q[f, at + 1], q[f, at + 2], q[f, at + 3]
                n = 2.0 / (w * w + x * x + y * y + z * z)
                local[0, 0], local[0, 1], local[0, 2] = (
                    1 - n * (y * y + z * z),
                    n * (x * y - w * z),
                    n * (x * z + w * y),
                )
                local[1, 0], local[1, 1], local[1, 2] = (
                    n * (x * y + w * z),
                    1 - n * (x * x + z * z),
                    n * (y * z - w * x),
                )
                local[2, 0], local[2, 1], local[2, 2] = (
                    n * (x * z - w * y),
                    n * (y * z + w * x),
                    1 - n * (x * x + y * y),
                )
            parent = parents[b]
            if parent < 0:
                for i in range(3):
                    p[f, b, i] = q[f, i]
                    for j in range(3):
                        R[f, b, i, j] = local[i, j]
            else:
                for i in range(3):
                    p[f, b, i] = p[f, parent, i]
                    for k in range(3):
                        p[f, b, i] += R[f, parent, i, k] * offsets[b, k]
                    for j in range(3):
                        total = 0.0
                        for k in range(3):
                            total += R[f, parent, i, k] * local[k, j]
                        R[f, b, i, j] = total


def forward(skeleton: Skeleton, q: Array) -> tuple[Array, Array]:
    """World rotation and joint position of every body.

    Parameters
    ----------
    q : (F, 77) configurations

    Returns
    -------
    R : (F, 26, 3, 3) world from body; p : (F, 26, 3) [m] joint positions
    """
    q = np.ascontiguousarray(np.atleast_2d(q), dtype=np.float64)
    R = np.empty((len(q), len(skeleton.names), 3, 3))
    p = np.empty((len(q), len(skeleton.names), 3))
    _forward(q, skeleton.parents, skeleton.kinds, skeleton.axes, skeleton.offsets, skeleton.q_at, R, p)
    return R, p


def centre_of_mass(skeleton: Skeleton, R: Array, p: Array) -> Array:
    """Centre of mass [m], shape (F, 3), from `forward`."""
    centres = p + np.einsum("fbij,bj->fbi", R, skeleton.coms)
    return np.asarray(np.einsum("fbi,b->fi", centres, skeleton.masses) / skeleton.mass)


def mirror(skeleton: Skeleton, q: Array) -> Array:
    """The same motion seen in a mirror: left becomes right, y becomes -y. Shape (F, 77)."""
    out = np.array(q, dtype=np.float64)
    out[:, 1] = -q[:, 1]
    for body, name in enumerate(NAMES):
        other = name[:-1] + {"l": "r", "r": "l"}[name[-1]] if name[-2:] in ("_l", "_r") else name
        source = q[:, skeleton.q_slice(NAMES.index(other))]
        if skeleton.kinds[body] == Joint.HINGE:
            out[:, skeleton.q_slice(body)] = source
        else:
            out[:, skeleton.q_slice(body)] = source * np.array([1.0, -1.0, 1.0, -1.0])
    return out
