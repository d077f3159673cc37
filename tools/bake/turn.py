"""Rotations and blended rigid motions, for the bake only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
MIRROR = np.diag([1.0, -1.0, 1.0])


def unit(vector: Array) -> Array:
    """Vector of length one along the last axis."""
    return vector / np.linalg.norm(vector, axis=-1, keepdims=True)


def about(axis: Array | tuple[float, float, float], degrees: float) -> Array:
    """Rotation matrix about an axis, by an angle [deg]."""
    x, y, z = unit(np.asarray(axis, float))
    angle = np.radians(degrees)
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross


def between(source: Array, target: Array) -> Array:
    """Smallest rotation that takes one direction to another."""
    a, b = unit(source), unit(target)
    axis = np.cross(a, b)
    sine = np.linalg.norm(axis)
    if sine < 1e-12:
        return np.eye(3)
    return about(axis / sine, np.degrees(np.arctan2(sine, a @ b)))


def frame(x: Array, y: Array) -> Array:
    """Right-handed frame (columns) with its first axis along x and its second as near y as can be."""
    first = unit(x)
    third = unit(np.cross(first, y))
    return np.stack([first, np.cross(third, first), third], axis=1)


def to_quaternion(matrix: Array) -> Array:
    """Unit quaternions (w, x, y, z) of rotation matrices, shape (..., 4)."""
    m = matrix
    four = np.stack(
        [
            1 + m[..., 0, 0] + m[..., 1, 1] + m[..., 2, 2],
            1 + m[..., 0, 0] - m[..., 1, 1] - m[..., 2, 2],
            1 - m[..., 0, 0] + m[..., 1, 1] - m[..., 2, 2],
            1 - m[..., 0, 0] - m[..., 1, 1] + m[..., 2, 2],
        ],
        axis=-1,
    )
    a, b, c = m[..., 2, 1] - m[..., 1, 2], m[..., 0, 2] - m[..., 2, 0], m[..., 1, 0] - m[..., 0, 1]
    d, e, f = m[..., 0, 1] + m[..., 1, 0], m[..., 0, 2] + m[..., 2, 0], m[..., 1, 2] + m[..., 2, 1]
    rows = np.stack(
        [
            np.stack([four[..., 0], a, b, c], -1),
            np.stack([a, four[..., 1], d, e], -1),
            np.stack([b, d, four[..., 2], f], -1),
            np.stack([c, e, f, four[..., 3]], -1),
        ],
        axis=-2,
    )
    best = np.take_along_axis(rows, four.argmax(-1)[..., None, None], axis=-2)[..., 0, :]
    return unit(best)


def multiply(a: Array, b: Array) -> Array:
    """Quaternion product."""
    aw, ax, ay, az = np.moveaxis(a, -1, 0)
    bw, bx, by, bz = np.moveaxis(b, -1, 0)
    return np.stack(
        [
            aw * bw - ax * bx - ay * by - az * bz,
            aw * bx + ax * bw + ay * bz - az * by,
            aw * by - ax * bz + ay * bw + az * bx,
            aw * bz + ax * by - ay * bx + az * bw,
        ],
        axis=-1,
    )


def blend(points: Array, weights: Array, rotation: Array, heads: Array, moved: Array) -> Array:
    """Move points by dual-quaternion blending.

    Parameters
    ----------
    points : ndarray, shape (V, 3)
    weights : ndarray, shape (V, B)
    rotation : ndarray, shape (B, 3, 3)
        World rotation of each bone away from rest.
    heads, moved : ndarray, shape (B, 3)
        Bone heads at rest and now.
    """
    real = to_quaternion(rotation)
    shift = moved - np.einsum("bij,bj->bi", rotation, heads)
    dual = 0.5 * multiply(np.concatenate([np.zeros((len(shift), 1)), shift], 1), real)
    main = real[weights.argmax(1)]
    signed = weights * np.sign(main @ real.T + 1e-12)
    q, d = signed @ real, signed @ dual
    length = np.linalg.norm(q, axis=1, keepdims=True)
    q, d = q / length, d / length
    conj = q * np.array([1, -1, -1, -1])
    turned = multiply(multiply(q, np.concatenate([np.zeros((len(points), 1)), points], 1)), conj)[:, 1:]
    return turned + 2 * multiply(d, conj)[:, 1:]
