"""What she wears in her hair: a tiara of cut stones, or a wreath of small white blossoms.

Laid on the hair itself, so that it fits every build, and carried by the head.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from petipa.dancer.body import Body
from petipa.showing import Costume

Array = NDArray[np.float64]
Faces = NDArray[np.int32]


@dataclass(frozen=True)
class _Arc:
    """Where on the head: its middle looks ``up`` from straight ahead, and it spans ``span`` to each side [rad]."""

    up: float
    span: float
    pieces: int

    def ways(self, s: Array) -> Array:
        """Directions on the arc, (n, 3), for `s` from -1 (her right) to 1."""
        across, aside = np.cos(self.span * s), np.sin(self.span * s)
        way = np.stack([np.cos(self.up) * across, aside, np.sin(self.up) * across], axis=1)
        return np.asarray(way / np.linalg.norm(way, axis=1, keepdims=True))


_TIARA, _WREATH = _Arc(0.92, 1.02, 61), _Arc(1.22, 1.35, 19)

_AXES = np.array([[1, 0, 0], [0, 1, 0], [-1, 0, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]], dtype=np.float64)
_CUT = _AXES[
    [[0, 1, 4], [1, 2, 4], [2, 3, 4], [3, 0, 4], [1, 0, 5], [2, 1, 5], [3, 2, 5], [0, 3, 5]]
].reshape(-1, 3)  # fmt: skip
"""A stone: an octahedron whose facets share no corner, so that each catches the light alone."""


def _petal() -> tuple[Array, Faces]:
    """A small ball: the octahedron's facets divided into four, its corners shared."""
    corners = [tuple(one) for one in _AXES]
    found: list[tuple[int, int, int]] = []

    def at(point: Array) -> int:
        one = tuple((point / np.linalg.norm(point)).round(9).tolist())
        if one not in corners:
            corners.append(one)
        return corners.index(one)

    for a, b, c in _CUT.reshape(-1, 3, 3):
        ab, bc, ca = at(a + b), at(b + c), at(c + a)
        found += [(at(a), ab, ca), (ab, at(b), bc), (ca, bc, at(c)), (ab, bc, ca)]
    return np.array(corners), np.array(found, dtype=np.int32)


def _scalp(body: Body, ways: Array) -> tuple[Array, Array]:
    """The middle of the head, and how far out the hair lies in some directions (n, 3) from it [m]."""
    hair = np.unique(body.faces[body.part == body.part_index("hair")])
    points = np.asarray(body.vertices[hair], dtype=np.float64)
    points = points[np.linalg.norm(points - body.bun[0], axis=1) > 0.062]
    centre = np.array([body.eye[0] - 0.075, 0.0, body.eye[2] + 0.025])
    points -= centre
    out = np.linalg.norm(points, axis=1)
    near = np.maximum(ways @ (points / out[:, None]).T - 0.985, 0.0)
    total = near.sum(axis=1)
    return centre, np.where(total > 0, near @ out / np.maximum(total, 1e-12), 0.1)


def _tiara(body: Body) -> tuple[Array, Faces]:
    places: list[tuple[float, float, float]] = []  # along the arc, above the hair, and size
    for k in range(_TIARA.pieces):
        s = 2 * k / (_TIARA.pieces - 1) - 1
        places.append((s, 0.001, 0.0034 if k % 3 == 0 else 0.0022))
        # Festoons: five arcs, the middle one the highest.
        top = 0.005 + 0.013 * np.cos(1.35 * s) ** 2 * (0.62 + 0.38 * abs(np.cos(2.5 * np.pi * s)))
        places.append((s, top, 0.0030 if k % 6 == 0 else 0.0017))
        if k % 6 == 0:
            places += [(s, lift, 0.0021) for lift in np.arange(0.0045, top - 0.002, 0.0034)]
    places.append((0.0, 0.0225, 0.0048))
    s, lift, size = np.array(places).T
    ways = _TIARA.ways(s)
    stand = 0.5 * ways + [0.1, 0.0, 0.9]
    stand /= np.linalg.norm(stand, axis=1, keepdims=True)
    centre, out = _scalp(body, ways)
    at = centre + ways * (out + 0.001)[:, None] + stand * lift[:, None]
    points = at[:, None] + size[:, None, None] * np.array([0.8, 0.8, 1.0]) * _CUT
    return points.reshape(-1, 3), np.arange(len(at) * len(_CUT), dtype=np.int32).reshape(-1, 3)


def _wreath(body: Body) -> tuple[Array, Faces]:
    ways = _WREATH.ways(np.linspace(-1.0, 1.0, _WREATH.pieces))
    centre, out = _scalp(body, ways)
    at = centre + ways * (out + 0.002)[:, None]
    side = np.cross([0.0, 0.0, 1.0], ways)
    side /= np.linalg.norm(side, axis=1, keepdims=True)
    over = np.cross(ways, side)
    turn = np.random.default_rng(7).uniform(0.0, 2 * np.pi, len(at))[:, None] + 2 * np.pi * np.arange(5) / 5
    middle = at[:, None] + 0.0046 * (np.cos(turn)[..., None] * side[:, None] + np.sin(turn)[..., None] * over[:, None])
    corners, faces = _petal()
    points = middle.reshape(-1, 1, 3) + 0.0036 * corners
    several = faces + len(corners) * np.arange(len(points), dtype=np.int32)[:, None, None]
    return points.reshape(-1, 3), several.reshape(-1, 3)


_WORN = {Costume.CLASSICAL: ("tiara", _tiara), Costume.ROMANTIC: ("wreath", _wreath)}


def headdress(body: Body, costume: Costume) -> tuple[str, Array, Faces] | None:
    """What is worn in her hair, a tiara or a wreath: name, vertices (n, 3) [m] and faces (m, 3) at rest, or None."""
    if costume not in _WORN:
        return None
    name, laid = _WORN[costume]
    return name, *laid(body)


def crowned(body: Body, costume: Costume) -> Body:
    """The body with its `headdress` as one more part; itself where there is none."""
    worn = headdress(body, costume)
    if worn is None:
        return body
    name, points, faces = worn
    count = len(points)
    bone, weight = np.zeros((count, 4), dtype=np.uint8), np.zeros((count, 4), dtype=np.float32)
    bone[:, 0], weight[:, 0] = body.names.index("head"), 1.0
    still = np.zeros((count, 3), dtype=np.float32)
    return replace(
        body,
        vertices=np.concatenate([body.vertices, points.astype(np.float32)]),
        faces=np.concatenate([body.faces, faces + np.int32(len(body.vertices))]),
        bone=np.concatenate([body.bone, bone]),
        weight=np.concatenate([body.weight, weight]),
        part=np.concatenate([body.part, np.full(len(faces), len(body.part_names), dtype=body.part.dtype)]),
        part_names=(*body.part_names, name),
        point_delta=np.concatenate([body.point_delta, still]),
        paint=np.concatenate([body.paint, np.zeros((count, 4), dtype=body.paint.dtype)]),
    )
