"""Her face as a mesh carries it: what the shapes do, where the eyes turn, and what is painted on it.

The paint is that of the page (`web/src/dancer.js`), for everything that draws by vertices.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from petipa.dancer.body import Body

Array = NDArray[np.float64]
FloatArray = NDArray[np.float32]

ROUGE, LID = (0.70, 0.20, 0.17), (0.27, 0.12, 0.105)
"""Paint of cheeks and lids (linear), laid on by 0.42 and 0.50 at most."""
HAIRLINE = 0.020
"""How far from the hairline its paint reaches to each side [m]."""

IRIS_OUT, IRIS_IN, BALL = (0.052, 0.026, 0.013), (0.16, 0.085, 0.04), (0.86, 0.83, 0.80)
"""The iris at its edge and about the pupil, and the white of the eye (linear)."""
PUPIL_EDGE, IRIS_EDGE = (0.0022, 0.0027), (0.0055, 0.0061)
"""Distances from an eye's axis between which one becomes the other [m]."""
EYE_REACH = 0.012
"""Half of what a picture of an eye shows [m]."""


def turned_eyes(gaze: ArrayLike) -> Array:
    """The rotation of both eyeballs in the head, (..., 3, 3), for a gaze (..., 2) to her left and up [rad]."""
    left, up = np.moveaxis(np.asarray(gaze, dtype=np.float64), -1, 0)
    cy, sy, cp, sp = np.cos(left), np.sin(left), np.cos(up), np.sin(up)
    none = np.zeros_like(left)
    rows = [[cy * cp, -sy, -cy * sp], [sy * cp, cy, -sy * sp], [sp, none, cp]]
    return np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)


def expressed(body: Body, weights: ArrayLike, gaze: ArrayLike) -> FloatArray:
    """The vertices before they are skinned, (N, 3), with a face.

    Parameters
    ----------
    weights : (S,) how much of each of the body's shapes is taken, 0 to 1
    gaze : (2,) how far the eyes turn to her left and up [rad]
    """
    vertices = np.asarray(body.vertices, dtype=np.float64)
    vertices[body.shape_at] += np.tensordot(np.asarray(weights, dtype=np.float64), body.shape_delta, 1)
    turn = turned_eyes(gaze)
    for side, eye in zip((1.0, -1.0), body.eyes, strict=True):
        centre = body.eye * [1.0, side, 1.0]
        vertices[eye] = centre + (vertices[eye] - centre) @ turn.T
    return vertices.astype(np.float32)


def _step(low: float, high: float, values: Array) -> Array:
    share = np.clip((values - low) / (high - low), 0.0, 1.0)
    return np.asarray(share * share * (3.0 - 2.0 * share))


def painted(body: Body, skin: ArrayLike, hair: ArrayLike) -> Array:
    """Colour of skin and hair at every vertex, (N, 3), linear: rouge, lids, and the hairline between the two."""
    hairline, rouge, lid = (body.paint[:, k, None] / 255.0 for k in range(3))
    colour = np.broadcast_to(np.asarray(skin, dtype=np.float64), (len(body.paint), 3))
    colour = colour + 0.42 * rouge * (np.array(ROUGE) - colour)
    colour = colour + 0.50 * lid * (np.array(LID) - colour)
    grown = np.where(hairline > 0.25, _step(-0.0026, 0.0022, (2.0 * hairline - 1.0) * HAIRLINE), 0.0)
    return np.asarray(colour + grown * (np.asarray(hair, dtype=np.float64) - colour))


def eye_places(body: Body) -> FloatArray:
    """Where each vertex of the eyes lies on `eye_picture`, (N, 2): from its left and its top, 0 to 1; 0 for others."""
    places = np.zeros((len(body.vertices), 2), dtype=np.float32)
    for side, eye in zip((1.0, -1.0), body.eyes, strict=True):
        off = body.vertices[eye, 1:] - np.array([side * body.eye[1], body.eye[2]])
        places[eye] = np.clip(0.5 + off * [0.5, -0.5] / EYE_REACH, 0.001, 1.0)
    return places


def eye_picture(size: int = 64) -> FloatArray:
    """An eye seen along its axis, `EYE_REACH` to each side, (size, size, 3), linear: pupil, iris, white, lid shade."""
    at = EYE_REACH * (2.0 * (np.arange(size) + 0.5) / size - 1.0)
    left, up = np.meshgrid(at, -at)
    r = np.hypot(left, up)[..., None]
    iris = np.array(IRIS_IN) + _step(0.0036, 0.0056, r) * (np.array(IRIS_OUT) - np.array(IRIS_IN))
    ball = iris + _step(*IRIS_EDGE, r) * (np.array(BALL) - iris)
    ball = 0.004 + _step(*PUPIL_EDGE, r) * (ball - 0.004)
    return np.asarray(ball * (1.0 - 0.55 * _step(0.001, 0.0065, up))[..., None], dtype=np.float32)
