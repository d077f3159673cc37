"""Dress the rigged body."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .pose import Posed
from .rig import NAMES, Rigged
from .turn import Array

PARTS = ("skin", "tights", "bodice", "shoe", "ribbon", "hair", "eye", "iris", "brow", "lips", "lash")


@dataclass(frozen=True)
class Dressed:
    """The finished mesh: vertices (N, 3), faces (M, 3), part per face (M,), weights (N, 26), point_delta (N, 3), soles."""

    vertices: Array
    faces: NDArray[np.int64]
    part: NDArray[np.uint8]
    weights: Array
    point_delta: Array
    sole: dict[str, Array]


def sole_landmarks(posed: Posed, rigged: Rigged) -> dict[str, Array]:
    """Where the left shoe meets the floor [m]; the platform is the flat tip one stands on."""
    side = posed.vertices[:, 1] > 0.02
    low = posed.vertices[np.unique(posed.morph.quads["body"])]
    low = low[(low[:, 1] > 0.02) & (low[:, 2] < 0.05)]
    del side
    middle = rigged.joint("toes_l")[1]
    heel, tip = low[:, 0].min(), low[:, 0].max() + 0.006
    ball = rigged.joint("toes_l")[0]
    near = low[np.abs(low[:, 0] - ball) < 0.012]
    inner, outer = near[:, 1].min(), near[:, 1].max()
    corners = [(-0.015, 0.002), (0.015, 0.002), (0.015, 0.022), (-0.015, 0.022)]
    return {
        "heel": np.array([heel + 0.008, middle, 0.0]),
        "ball_medial": np.array([ball + 0.008, inner + 0.008, 0.0]),
        "ball_lateral": np.array([ball - 0.010, outer - 0.008, 0.0]),
        "toe_tip": np.array([tip - 0.004, middle, 0.0]),
        "platform": np.array([[tip, middle + y, z] for y, z in corners]),
    }


def dress(posed: Posed, rigged: Rigged) -> Dressed:
    """Cut, clothe and colour."""
    quads = np.concatenate([posed.morph.quads[k] for k in ("body", "helper-l-eye", "helper-r-eye")])
    used, inverse = np.unique(quads, return_inverse=True)
    quads = inverse.reshape(quads.shape)
    faces = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])
    vertices = posed.vertices[used]
    weights = rigged.weights[used]
    owner = weights[faces].sum(1).argmax(1)
    part = np.zeros(len(faces), np.uint8)
    names = np.array([n.rsplit("_", 1)[0] if n[-2:] in ("_l", "_r") else n for n in NAMES])[owner]
    part[np.isin(names, ["thigh", "shank"])] = PARTS.index("tights")
    part[np.isin(names, ["foot", "mid", "toes"])] = PARTS.index("shoe")
    part[np.isin(names, ["pelvis", "lumbar", "thorax"])] = PARTS.index("bodice")
    return Dressed(
        vertices, faces, part, weights, np.zeros_like(vertices), sole_landmarks(posed, rigged)
    )
