"""A small act to show: a body of two boxes that swings, a ring of net, a tone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from petipa.dancer.body import Body, load_body
from petipa.stage.act import Act, Beat, make_act

RATE = 60.0


@dataclass(frozen=True)
class Ring:
    """Two layers of a stiff plate that tilts, on the pelvis of a dance."""

    vertices: NDArray[np.float32]
    faces: NDArray[np.int32]
    layer_of_vertex: NDArray[np.uint8]
    uv: NDArray[np.float32]
    rate: float


@dataclass(frozen=True)
class Named:
    """A step as captions want it."""

    label: str
    t0: float
    t1: float
    accent: float


STEPS = (Named("tendu R", 0.0, 0.8, 0.4), Named("assemblé L", 0.8, 2.0, 1.2))


def turning(seconds: float, body: Body) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The zero pose carried round once while it moves to stage left: rotations and positions."""
    t = np.arange(round(seconds * RATE) + 1) / RATE
    angle = 2 * np.pi * t / max(seconds, 1e-9)
    turn = np.zeros((len(t), 3, 3))
    turn[:, 0, 0] = turn[:, 1, 1] = np.cos(angle)
    turn[:, 1, 0], turn[:, 0, 1], turn[:, 2, 2] = np.sin(angle), -np.sin(angle), 1.0
    rotations = np.repeat(turn[:, None], len(body.joints), axis=1)
    positions = np.einsum("fij,bj->fbi", turn, body.joints)
    positions[..., 1] += (t - seconds / 2)[:, None]
    return rotations, positions


def ring(rotations: NDArray[np.float64], positions: NDArray[np.float64], *, rate: float = 30.0) -> Ring:
    """A tilting net about the pelvis, its layer 0 the upper one."""
    around, across = 24, 4
    stride = round(RATE / rate)
    rest, layer, uv = [], [], []
    for k in range(2):
        for r in range(across):
            for a in range(around):
                theta, out = 2 * np.pi * a / around, r / (across - 1)
                radius = 0.14 + 0.22 * out
                rest.append((radius * np.cos(theta), radius * np.sin(theta), 0.05 - 0.04 * k))
                layer.append(k)
                uv.append((a / around, 0.22 * out))
    faces = []
    for k in range(2):
        for r in range(across - 1):
            for a in range(around):
                i = (k * across + r) * around + a
                j = (k * across + r) * around + (a + 1) % around
                faces += [(i, j, i + around), (j, j + around, i + around)]
    shape = np.array(rest)
    frames = []
    for f in range(0, len(positions), stride):
        sway = shape.copy()
        sway[:, 2] += 0.1 * np.sin(f / 7.0) * shape[:, 0]
        frames.append(sway @ rotations[f, 0].T + positions[f, 0])
    return Ring(
        np.array(frames, dtype=np.float32),
        np.array(faces, dtype=np.int32),
        np.array(layer, dtype=np.uint8),
        np.array(uv, dtype=np.float32),
        rate,
    )


def small_act(*, seconds: float = 2.0, start: float = 0.0, net: bool = True, **more: Any) -> Act:
    """The shipped body turning once, with a net, a tone and two named steps."""
    body = load_body()
    rotations, positions = turning(seconds, body)
    t = np.arange(round((start + seconds) * 44100)) / 44100
    tone = (0.2 * np.sin(2 * np.pi * 440 * t)).astype(np.float32)
    wishes: dict[str, Any] = {
        "title": "Étude <for> Noah & friends",
        "rotations": rotations,
        "positions": positions,
        "rate": RATE,
        "start": start,
        "parents": [-1, *range(len(body.joints) - 1)],
        "body": body,
        "drape": ring(rotations, positions) if net else None,
        "music": (tone, 44100),
        "steps": STEPS,
        "beats": [Beat(start + 0.5 * k, 1 + k // 2, 1 + k % 2) for k in range(4)],
    }
    return make_act(**{**wishes, **more})
