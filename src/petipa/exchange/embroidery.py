"""What is sewn on her bodice, as a picture: shoots and leaves of metal thread, boning, a row of leaves down the front.

The same pattern as the page draws (`web/src/embroidery.js`). The left half is seen from the front, the right half from
behind; x goes from her right to her left, the seam at the hip is at the foot of it.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from petipa.dancer.body import Body
from petipa.exchange.materials import surface_of, to_linear, to_srgb
from petipa.showing import Costume

Floats = NDArray[np.float64]

WIDTH, HEIGHT = 0.30, 0.42
"""How much of her either half shows [m]."""
ABOVE_HIPS = 0.055
"""The seam above the pelvis's joint [m]."""
THREADS: dict[Costume, tuple[int, int, int]] = {Costume.CLASSICAL: (220, 182, 108), Costume.ROMANTIC: (207, 216, 238)}
"""Colour of the thread (sRGB); nothing is sewn on what is not named here."""

_FINE = 2
"""The picture is drawn this many times larger, then reduced."""


def _moved(x: float, y: float) -> Floats:
    return np.array([[1.0, 0.0, x], [0.0, 1.0, y], [0.0, 0.0, 1.0]])


def _turned(angle: float) -> Floats:
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])


def _curve(*points: tuple[float, float]) -> Floats:
    """A Bézier curve of two or three degrees as a line of points."""
    t = np.linspace(0.0, 1.0, 13)[:, None]
    rows = [np.broadcast_to(np.array(one, dtype=np.float64), (len(t), 2)) for one in points]
    while len(rows) > 1:  # de Casteljau
        rows = [(1 - t) * one + t * other for one, other in pairwise(rows)]
    return rows[0]


@dataclass
class _Work:
    """What has been sewn: lines and patches, by how much they cover (0 to 1) and whether they are of metal."""

    patches: list[tuple[float, bool, Floats]] = field(default_factory=list)
    lines: list[tuple[float, bool, Floats, float]] = field(default_factory=list)

    def patch(self, at: Floats, points: Floats, cover: float, *, metal: bool = False) -> None:
        self.patches.append((cover, metal, points @ at[:2, :2].T + at[:2, 2]))

    def line(self, at: Floats, points: Floats, width: float, cover: float = 1.0, *, metal: bool = True) -> None:
        self.lines.append((cover, metal, points @ at[:2, :2].T + at[:2, 2], width))

    def dot(self, at: Floats, radius: float, cover: float = 1.0, *, metal: bool = True) -> None:
        turn = np.linspace(0.0, 2 * np.pi, 13)[:-1]
        self.patch(at, radius * np.stack([np.cos(turn), np.sin(turn)], axis=1), cover, metal=metal)

    def leaf(self, at: Floats, length: float, width: float, *, cover: float, edge: float) -> None:
        """A leaf along x, filled and edged."""
        upper = _curve((0, 0), (0.28 * length, width), (0.72 * length, 0.7 * width), (length, 0))
        outline = np.concatenate([upper, upper[::-1] * [1.0, -1.0]])
        self.patch(at, outline, cover)
        self.line(at, outline, edge)

    def shoot(self, at: Floats, length: float, curl: float, *, edge: float) -> None:
        """A curling shoot with leaves on either side and a bud at its end."""
        steps = 24
        for k in range(steps):
            self.line(at, np.array([[0.0, 0.0], [1.08 * length / steps, 0.0]]), edge)
            at = at @ _moved(length / steps, 0.0) @ _turned(curl * (0.4 + 1.6 * k / steps) / steps)
            if k % 5 == 2:
                size = 0.30 * length * (1 - 0.5 * k / steps)
                for side in (-1.0, 1.0):
                    self.leaf(at @ _turned(0.85 * side), size, 0.07 * length, cover=0.8, edge=0.7 * edge)
        self.dot(at, 1.8 * edge)

    def flower(self, at: Floats, size: float, petals: int) -> None:
        for k in range(petals):
            self.leaf(at @ _turned(2 * np.pi * k / petals), size, 0.42 * size, cover=0.75, edge=0.13 * size)
        self.dot(at, 0.22 * size)

    def drawn(self, size: int) -> Floats:
        """How much is covered by cloth and how much of it is metal, (size, size / 2, 2), 0 to 1."""
        from PIL import Image, ImageDraw

        wide, tall = size // 2 * _FINE, size * _FINE
        scale = np.array([wide / WIDTH, -tall / HEIGHT])
        found = []
        for thread in (False, True):
            sheet = Image.new("L", (wide, tall))
            pen = ImageDraw.Draw(sheet)
            # The fuller above the thinner, as if all were laid at once.
            patches = [(cover, points, 0.0) for cover, metal, points in self.patches if metal or not thread]
            lines = [(cover, points, width) for cover, metal, points, width in self.lines if metal or not thread]
            for cover, points, width in sorted([*patches, *lines], key=lambda one: one[0]):
                at = [tuple(one) for one in (points * scale + [wide / 2, tall]).tolist()]
                if width:
                    pen.line(at, fill=round(255 * cover), width=max(1, round(width * tall / HEIGHT)), joint="curve")
                else:
                    pen.polygon(at, fill=round(255 * cover))
            found.append(np.asarray(sheet.resize((size // 2, size), Image.Resampling.BOX), dtype=np.float64) / 255)
        return np.stack(found, axis=-1)


def _front() -> _Work:
    work = _boned()
    shoots = ((0.04, 0.13, 1.05, 1.6), (0.11, 0.11, 0.95, 1.9), (0.18, 0.12, 0.9, 2.0), (0.24, 0.09, 0.55, -1.2))
    for side in (-1.0, 1.0):
        mirrored = np.diag([side, 1.0, 1.0])
        for y, length, turn, curl in shoots:
            work.shoot(mirrored @ _moved(0.002, y) @ _turned(turn), length, curl, edge=0.0032)
    for y in np.arange(0.02, 0.24, 0.035):
        work.leaf(_moved(0.0, y) @ _turned(np.pi / 2), 0.034, 0.011, cover=0.85, edge=0.003)
    work.flower(_moved(0.0, 0.255), 0.018, 6)
    return work


def _back() -> _Work:
    work = _boned()
    for y in np.arange(0.015, 0.19, 0.018):
        work.dot(_moved(0.0, y), 0.0035, 0.9, metal=False)
    return work


def _boned() -> _Work:
    work = _Work()
    for side in (-1.0, 1.0):
        for foot in (0.035, 0.075):
            bone = _curve((foot, 0.0), (0.8 * foot, 0.16), (1.35 * foot, 0.40))
            work.line(np.diag([side, 1.0, 1.0]), bone, 0.0025, 0.35, metal=False)
    return work


def bodice_picture(costume: Costume, size: int = 1024) -> bytes:
    """A PNG of the bodice with what is sewn on it, from the front and from behind, (size, size) points."""
    from PIL import Image

    sewn = np.concatenate([_front().drawn(size), _back().drawn(size)], axis=1)
    cloth, metal = sewn[..., :1], sewn[..., 1:]
    plain = np.array(surface_of("bodice", costume).linear) * (0.93 + 0.12 * cloth)
    thread = to_linear(np.array(THREADS[costume]) / 255.0)
    colour = np.round(255 * to_srgb(plain + 0.85 * metal * (thread - plain))).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(colour, "RGB").quantize(64, dither=Image.Dither.NONE).save(buffer, format="PNG", optimize=True)
    return buffer.getvalue()


def bodice_places(body: Body, *, front: bool) -> Floats:
    """Where each vertex lies on that picture, (N, 2), from its left and from its top, 0 to 1."""
    across = np.clip(body.vertices[:, 1].astype(np.float64) / WIDTH + 0.5, 0.01, 0.99)
    up = (body.vertices[:, 2] - body.joints[0, 2] - ABOVE_HIPS) / HEIGHT
    return np.stack([0.5 * across + (0.0 if front else 0.5), np.clip(1.0 - up, 0.0, 1.0)], axis=1)
