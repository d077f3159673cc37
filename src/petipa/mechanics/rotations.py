"""Rotations as unit quaternions (w, x, y, z) and 3x3 matrices, over any leading shape."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def quat_mul(a: ArrayLike, b: ArrayLike) -> Array:
    """Hamilton product, shape (..., 4): first b, then a."""
    a, b = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    w = a[..., 0] * b[..., 0] - (a[..., 1:] * b[..., 1:]).sum(-1)
    v = a[..., :1] * b[..., 1:] + b[..., :1] * a[..., 1:] + np.cross(a[..., 1:], b[..., 1:])
    return np.concatenate([w[..., None], v], axis=-1)


def quat_exp(rotvec: ArrayLike) -> Array:
    """Quaternion of a rotation vector [rad], shape (..., 3) -> (..., 4)."""
    r = np.asarray(rotvec, dtype=np.float64)
    angle = np.linalg.norm(r, axis=-1, keepdims=True)
    return np.concatenate([np.cos(angle / 2), r * 0.5 * np.sinc(angle / (2 * np.pi))], axis=-1)


def quat_log(quat: ArrayLike) -> Array:
    """Shortest rotation vector [rad] of a unit quaternion, shape (..., 4) -> (..., 3)."""
    q = np.asarray(quat, dtype=np.float64)
    q = np.where(q[..., :1] < 0, -q, q)
    s = np.linalg.norm(q[..., 1:], axis=-1, keepdims=True)
    angle = 2 * np.arctan2(s, q[..., :1])
    return np.where(s < 1e-12, 2.0, angle / np.maximum(s, 1e-300)) * q[..., 1:]


def quat_to_matrix(quat: ArrayLike) -> Array:
    """Rotation matrix, shape (..., 4) -> (..., 3, 3)."""
    q = np.asarray(quat, dtype=np.float64)
    w, x, y, z = q[..., 0], q[..., 1], q[..., 2], q[..., 3]
    m = np.empty((*q.shape[:-1], 3, 3))
    m[..., 0, 0], m[..., 0, 1], m[..., 0, 2] = 1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)
    m[..., 1, 0], m[..., 1, 1], m[..., 1, 2] = 2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)
    m[..., 2, 0], m[..., 2, 1], m[..., 2, 2] = 2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)
    return m


def quat_from_matrix(matrix: ArrayLike) -> Array:
    """Unit quaternion with w >= 0, shape (..., 3, 3) -> (..., 4) (Shepperd's method)."""
    m = np.asarray(matrix, dtype=np.float64)
    xx, yy, zz = m[..., 0, 0], m[..., 1, 1], m[..., 2, 2]
    trace = xx + yy + zz
    four = np.stack([trace, xx, yy, zz], axis=-1)
    best = np.argmax(four, axis=-1)[..., None, None]
    a, b, c = m[..., 2, 1] - m[..., 1, 2], m[..., 0, 2] - m[..., 2, 0], m[..., 1, 0] - m[..., 0, 1]
    d, e, f = m[..., 0, 1] + m[..., 1, 0], m[..., 0, 2] + m[..., 2, 0], m[..., 1, 2] + m[..., 2, 1]
    table = np.stack(
        [
            np.stack([1 + trace, a, b, c], axis=-1),
            np.stack([a, 1 + xx - yy - zz, d, e], axis=-1),
            np.stack([b, d, 1 - xx + yy - zz, f], axis=-1),
            np.stack([c, e, f, 1 - xx - yy + zz], axis=-1),
        ],
        axis=-2,
    )
    q = np.take_along_axis(table, best, axis=-2)[..., 0, :]
    q = q / np.linalg.norm(q, axis=-1, keepdims=True)
    return np.asarray(np.where(q[..., :1] < 0, -q, q))


def quat_along(quats: ArrayLike) -> Array:
    """Quaternions along their first axis without sign jumps, shape (F, ..., 4)."""
    q = np.array(quats, dtype=np.float64)
    flips = np.cumsum((q[1:] * q[:-1]).sum(-1) < 0, axis=0) % 2
    q[1:][flips == 1] *= -1.0
    return q


def _plane(angle: ArrayLike, i: int, j: int) -> Array:
    a = np.asarray(angle, dtype=np.float64)
    m = np.zeros((*a.shape, 3, 3))
    m[..., 3 - i - j, 3 - i - j] = 1.0
    m[..., i, i] = m[..., j, j] = np.cos(a)
    s = np.sin(a)
    m[..., i, j], m[..., j, i] = -s, s
    return m


def rot_x(angle: ArrayLike) -> Array:
    """Matrix of a rotation [rad] about x."""
    return _plane(angle, 1, 2)


def rot_y(angle: ArrayLike) -> Array:
    """Matrix of a rotation [rad] about y."""
    return _plane(angle, 2, 0)


def rot_z(angle: ArrayLike) -> Array:
    """Matrix of a rotation [rad] about z."""
    return _plane(angle, 0, 1)
