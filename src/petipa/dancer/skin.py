"""The skin over a moving skeleton.

Dual-quaternion blending (Kavan, Collins, Zara and O'Sullivan, "Geometric skinning with approximate dual quaternion
blending", ACM Trans. Graph. 27, 2008): a turned-out thigh or a turned forearm keeps its volume, where a linear blend
would wring it. The pointed foot's corrective is added in the zero pose, before the blend.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numba import njit
from numpy.typing import NDArray

from petipa.dancer.body import Body
from petipa.dancer.normals import vertex_normals

Array = NDArray[np.float64]
FloatArray = NDArray[np.float32]

FULL_POINT = 1.40
"""Ankle and mid-foot plantarflexion together at which a foot counts as wholly pointed [rad]."""

POINTED = {"foot": 57.0, "mid": 28.0, "toes": 6.0}
"""The pose in which a wholly pointed foot is drawn: how far each joint is bent [deg]."""


def pointed_share(body: Body, R: Array) -> Array:
    """How far each foot is pointed, 0 to 1, left and right.

    Parameters
    ----------
    R : (F, 26, 3, 3) world rotation of every body

    Returns
    -------
    ndarray, shape (F, 2)
    """
    share = np.empty((len(R), 2))
    for column, side in enumerate("lr"):
        shank, mid = (R[:, body.names.index(f"{name}_{side}")] for name in ("shank", "mid"))
        relative = np.einsum("fki,fkj->fij", shank, mid)
        # Where the foot's own forward axis points, in the shank: straight down its length is a full point.
        bend = np.arctan2(-relative[:, 2, 0], relative[:, 0, 0])
        share[:, column] = np.clip(bend / FULL_POINT, 0.0, 1.0)
    return share


@njit(cache=True, fastmath=True)
def _dual_quaternions(R, p, joints, real, dual):  # type: ignore[no-untyped-def]
    for b in range(R.shape[0]):
        m = R[b]
        trace = m[0, 0] + m[1, 1] + m[2, 2]
        if trace > 0:
            s = 2.0 * np.sqrt(trace + 1.0)
            w, x, y, z = 0.25 * s, (m[2, 1] - m[1, 2]) / s, (m[0, 2] - m[2, 0]) / s, (m[1, 0] - m[0, 1]) / s
        elif m[0, 0] > m[1, 1] and m[0, 0] > m[2, 2]:
            s = 2.0 * np.sqrt(1.0 + m[0, 0] - m[1, 1] - m[2, 2])
            w, x, y, z = (m[2, 1] - m[1, 2]) / s, 0.25 * s, (m[0, 1] + m[1, 0]) / s, (m[0, 2] + m[2, 0]) / s
        elif m[1, 1] > m[2, 2]:
            s = 2.0 * np.sqrt(1.0 + m[1, 1] - m[0, 0] - m[2, 2])
            w, x, y, z = (m[0, 2] - m[2, 0]) / s, (m[0, 1] + m[1, 0]) / s, 0.25 * s, (m[1, 2] + m[2, 1]) / s
        else:
            s = 2.0 * np.sqrt(1.0 + m[2, 2] - m[0, 0] - m[1, 1])
            w, x, y, z = (m[1, 0] - m[0, 1]) / s, (m[0, 2] + m[2, 0]) / s, (m[1, 2] + m[2, 1]) / s, 0.25 * s
        real[b, 0], real[b, 1], real[b, 2], real[b, 3] = w, x, y, z
        tx = p[b, 0] - (m[0, 0] * joints[b, 0] + m[0, 1] * joints[b, 1] + m[0, 2] * joints[b, 2])
        ty = p[b, 1] - (m[1, 0] * joints[b, 0] + m[1, 1] * joints[b, 1] + m[1, 2] * joints[b, 2])
        tz = p[b, 2] - (m[2, 0] * joints[b, 0] + m[2, 1] * joints[b, 1] + m[2, 2] * joints[b, 2])
        dual[b, 0] = -0.5 * (tx * x + ty * y + tz * z)
        dual[b, 1] = 0.5 * (tx * w + ty * z - tz * y)
        dual[b, 2] = 0.5 * (-tx * z + ty * w + tz * x)
        dual[b, 3] = 0.5 * (tx * y - ty * x + tz * w)


@njit(cache=True, fastmath=True)
def _skin(rest, delta, left, bone, weight, joints, R, p, pointed, out):  # type: ignore[no-untyped-def]
    bodies = joints.shape[0]
    real, dual = np.empty((bodies, 4)), np.empty((bodies, 4))
    for f in range(R.shape[0]):
        _dual_quaternions(R[f], p[f], joints, real, dual)
        for v in range(rest.shape[0]):
            share = pointed[f, 0] if left[v] else pointed[f, 1]
            x = rest[v, 0] + share * delta[v, 0]
            y = rest[v, 1] + share * delta[v, 1]
            z = rest[v, 2] + share * delta[v, 2]
            first = bone[v, 0]
            a, b, c, d = 0.0, 0.0, 0.0, 0.0
            e, g, h, k = 0.0, 0.0, 0.0, 0.0
            for n in range(4):
                part = weight[v, n]
                if part == 0.0:
                    continue
                i = bone[v, n]
                dot = (
                    real[i, 0] * real[first, 0]
                    + real[i, 1] * real[first, 1]
                    + real[i, 2] * real[first, 2]
                    + real[i, 3] * real[first, 3]
                )
                # The two quaternions of a rotation would cancel: blend those on one side of the sphere.
                if dot < 0:
                    part = -part
                a += part * real[i, 0]
                b += part * real[i, 1]
                c += part * real[i, 2]
                d += part * real[i, 3]
                e += part * dual[i, 0]
                g += part * dual[i, 1]
                h += part * dual[i, 2]
                k += part * dual[i, 3]
            inverse = 1.0 / np.sqrt(a * a + b * b + c * c + d * d)
            a, b, c, d = a * inverse, b * inverse, c * inverse, d * inverse
            e, g, h, k = e * inverse, g * inverse, h * inverse, k * inverse
            ux, uy, uz = c * z - d * y + a * x, d * x - b * z + a * y, b * y - c * x + a * z
            out[f, v, 0] = x + 2 * (c * uz - d * uy) + 2 * (a * g - e * b + c * k - d * h)
            out[f, v, 1] = y + 2 * (d * ux - b * uz) + 2 * (a * h - e * c + d * g - b * k)
            out[f, v, 2] = z + 2 * (b * uy - c * ux) + 2 * (a * k - e * d + b * h - c * g)


def skin(body: Body, R: Array, p: Array, pointed: Array | None = None) -> FloatArray:
    """Where every vertex is.

    Parameters
    ----------
    R : (F, 26, 3, 3) world rotation, p : (F, 26, 3) world joint position [m] of every body
    pointed : (F, 2) how far the left and the right foot are pointed, 0 to 1; by default `pointed_share`

    Returns
    -------
    ndarray, shape (F, N, 3), float32
        Positions [m].
    """
    R = np.ascontiguousarray(R, dtype=np.float64)
    p = np.ascontiguousarray(p, dtype=np.float64)
    share = pointed_share(body, R) if pointed is None else np.ascontiguousarray(pointed, dtype=np.float64)
    out = np.empty((len(R), len(body.vertices), 3), dtype=np.float32)
    _skin(body.vertices, body.point_delta, body.left_foot, body.bone, body.weight, body.joints, R, p, share, out)
    return out


def pointed_normals(body: Body) -> Array:
    """Normals of wholly pointed feet as the zero pose needs them for skinning to take them there, shape (N, 3)."""
    R = np.tile(np.eye(3), (1, len(body.names), 1, 1))
    p = np.array(body.joints)[None].copy()
    for side in "lr":
        above = body.names.index(f"shank_{side}")
        for name, degrees in POINTED.items():
            own = body.names.index(f"{name}_{side}")
            c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
            p[0, own] = p[0, above] + R[0, above] @ (body.joints[own] - body.joints[above])
            R[0, own] = R[0, above] @ np.array([[c, 0.0, s], [0.0, 1.0, 0.0], [-s, 0.0, c]])
            above = own
    whole = np.ones((1, 2))
    posed = skin(body, R, p, whole)[0].astype(np.float64)
    normals = vertex_normals(posed, body.faces)
    out = np.empty_like(normals)
    for axis in range(3):
        # Where a step along an axis of the zero pose leads, the blend being affine.
        step = skin(replace(body, vertices=body.vertices + np.eye(3, dtype=np.float32)[axis]), R, p, whole)[0] - posed
        out[:, axis] = (step * normals).sum(axis=1)
    return out
