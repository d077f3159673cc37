"""Posters: one moment as a still worth printing, and the moment that makes the best one.

A poster is drawn many times with pixel grid, lens and lamps each time a little aside, and the pictures are averaged
(the accumulation buffer of Haeberli and Akeley, SIGGRAPH 1990): edges and shadows are soft, the set behind her a little
out of focus.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from petipa.errors import StageError
from petipa.stage.act import Act, Floats
from petipa.stage.camera import Quality, shoot
from petipa.stage.face import face_of
from petipa.stage.lettering import plain, typeface, write
from petipa.tutu.sway import DrapeLike

if TYPE_CHECKING:
    from PIL.Image import Image

Picture = NDArray[np.uint8]

LARGEST = 3840
"""The longest side of a poster [px]."""
KINDS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}
"""What a poster can be written as, by the suffix of the file."""

EXTENSION, HEIGHT, STILLNESS, FACING, SIGHT = 1.0, 0.9, 0.5, 0.6, 0.6
"""How much each part of `shine` weighs."""
HIGH = 0.35
"""Both feet this far off the floor count as a great leap [m]."""
QUICK = 1.5
"""Hands and feet that move this fast about the hips are blurred to the eye [m/s]."""


@dataclass(frozen=True)
class Shine:
    """What makes moments worth a poster, each from 0 to 1, shape (frames,).

    Attributes
    ----------
    extension : the angle between her legs, of half a turn
    height : of the lower foot above the floor, of `HIGH`
    stillness : how little hands and feet move about the hips: the top of a leap, a pose that is held
    facing : how far chest and face are turned to the audience
    sight : how far the lids are up
    """

    extension: Floats
    height: Floats
    stillness: Floats
    facing: Floats
    sight: Floats

    @property
    def total(self) -> Floats:
        """The weighted sum; the best moment is where it is greatest."""
        legs = EXTENSION * self.extension + HEIGHT * self.height + STILLNESS * self.stillness
        return np.asarray(legs + FACING * self.facing + SIGHT * self.sight)


def shine(act: Act) -> Shine:
    """How well each frame of a dance would look on a poster."""
    at = {name: number for number, name in enumerate(act.body.names)}
    places, turns = act.positions, act.rotations
    legs = [places[:, at[f"toes_{side}"]] - places[:, at[f"thigh_{side}"]] for side in "lr"]
    legs = [leg / np.linalg.norm(leg, axis=1, keepdims=True) for leg in legs]
    opening = np.arccos(np.clip(np.einsum("fi,fi->f", *legs), -1.0, 1.0)) / np.pi
    feet = np.minimum(places[:, at["toes_l"], 2], places[:, at["toes_r"], 2])
    # A foot that stands has its toe joint at about this height; on pointe the toes reach down from theirs.
    rise = np.clip((feet - np.quantile(feet, 0.25)) / HIGH, 0.0, 1.0)
    limbs = [at[name] for name in ("hand_l", "hand_r", "toes_l", "toes_r")]
    about = places[:, limbs] - places[:, :1]
    speed = np.linalg.norm(np.gradient(about, axis=0) * act.rate, axis=-1) if len(about) > 1 else np.zeros((1, 4))
    still = np.exp(-((np.sqrt((speed**2).mean(axis=1)) / QUICK) ** 2))
    facing = sum((0.5 + 0.5 * turns[:, at[name], 0, 0] for name in ("chest", "head")), start=np.zeros(len(turns))) / 2
    lids = [number for number, name in enumerate(act.body.shape_names) if name.startswith("blink")]
    return Shine(opening, rise, still, facing, 1.0 - face_of(act).weights[:, lids].mean(axis=1))


def best_moment(act: Act) -> float:
    """Seconds from the act's start to its best moment: where `shine` is greatest, the first where there are several."""
    return float(int(np.argmax(shine(act).total)) / act.rate)


@dataclass(frozen=True)
class _Held:
    """A costume of one frame."""

    vertices: Floats
    faces: NDArray[Any]
    layer_of_vertex: NDArray[Any]
    uv: NDArray[Any]
    rate: float


def held(act: Act, drape: DrapeLike, frame: int) -> Act:
    """An act whose costume is all through as the last frame of `drape` is about the hips at the act's `frame`.

    For a still the costume need be draped only for the moments before it.
    """
    last = np.asarray(drape.vertices[len(drape.vertices) - 1], dtype=np.float64)
    turn = act.rotations[0, 0] @ act.rotations[frame, 0].T
    first = (last - act.positions[frame, 0]) @ turn.T + act.positions[0, 0]
    return replace(act, drape=_Held(first[None], drape.faces, drape.layer_of_vertex, drape.uv, drape.rate))


def sample_shifts(count: int) -> list[list[float]]:
    """Six shifts, each within -1 and 1, for every sample: of pixel, lens and lamp, spread evenly and unlike each other.

    The additive recurrence of Roberts ("The unreasonable effectiveness of quasirandom sequences", 2018): shares of the
    positive root of ``x^7 = x + 1``.
    """
    root = 2.0
    for _ in range(40):
        root = (1.0 + root) ** (1.0 / 7.0)
    steps = root ** -np.arange(1.0, 7.0)
    shares = (0.5 + np.outer(np.arange(1, count + 1), steps)) % 1.0
    points = 2.0 * shares - 1.0
    for first in (2, 4):  # lens and lamps are round
        radius, angle = np.sqrt(shares[:, first]), 2 * np.pi * shares[:, first + 1]
        points[:, first], points[:, first + 1] = radius * np.cos(angle), radius * np.sin(angle)
    if count == 1:
        points[:] = 0.0
    return [[float(value) for value in row] for row in points]


def draw_poster(
    act: Act,
    seconds: float,
    *,
    size: tuple[int, int] = (1920, 1080),
    samples: int = 16,
    lettered: str = "",
    beneath: str = "",
    progress: Callable[[float], None] | None = None,
) -> Picture:
    """A moment of an act, `seconds` from its start, as a poster.

    Parameters
    ----------
    size : (width, height) [px], neither above `LARGEST`
    samples : how many drawings are averaged
    lettered, beneath : a title to write on it, and a line under that
    progress : called with the share done, 0 to 1

    Returns
    -------
    ndarray, shape (height, width, 3), uint8

    Raises
    ------
    StageError
        A size that cannot be drawn, or no browser to draw it.
    """
    if not all(64 <= side <= LARGEST for side in size) or samples < 1:
        raise StageError(
            f"a poster of {size[0]}x{size[1]} from {samples} drawings cannot be made",
            would_work=f"sides from 64 to {LARGEST} points, and at least one drawing",
        )
    linear = np.asarray((np.arange(256) / 255.0) ** 2.2, dtype=np.float32)
    total = np.zeros((size[1], size[0], 3), dtype=np.float32)
    act = replace(act, swell=np.zeros(0))  # under full light, whatever the music does
    wish = {"seconds": float(seconds), "samples": sample_shifts(samples)}
    with shoot(act, range(samples), fps=1000.0, size=size, quality=Quality.FINAL, poster=wish) as run:
        for number, frame in enumerate(run.frames, 1):
            # Light adds up, its encoding does not.
            total += linear[frame.picture[..., :3]]
            if progress is not None:
                progress(number / samples)
    picture = np.asarray(np.round(255.0 * (total / samples) ** (1 / 2.2)), dtype=np.uint8)
    return letter(picture, lettered, beneath) if lettered else picture


PAPER = (248, 240, 226)
"""The colour of letters (sRGB)."""


def letter(picture: Picture, title: str, beneath: str = "") -> Picture:
    """The picture with a title at its foot, which darkens there a little, and a line under it.

    Upright pictures have room for it under her feet; broad ones at the left of them.
    """
    from PIL import Image

    tall, wide = picture.shape[:2]
    upright = tall > wide
    size = round(0.060 * wide if upright else 0.046 * tall)
    shade = np.linspace(0.0, 1.0, min(round(5.2 * size), tall)) ** 1.5 * 0.62
    dark = picture.astype(np.float32)
    dark[tall - len(shade) :] *= (1.0 - shade)[:, None, None]
    sheet = Image.fromarray(np.round(dark).astype(np.uint8))
    base = tall - round((2.2 if beneath else 1.5) * size)
    left, most = (None, 0.9 * wide) if upright else (1.4 * size, 0.45 * wide)
    _spaced(sheet, title.upper(), base, size, share=0.22, most=most, left=left)
    if beneath:
        small = max(11, round(0.38 * size))
        _spaced(sheet, beneath, base + round(1.15 * size), small, share=0.12, most=most, left=left)
    return np.asarray(sheet)


def _spaced(sheet: Image, words: str, middle: int, size: int, *, share: float, most: float, left: float | None) -> None:
    """Write a line with air between its letters, a share of their size; smaller where it would be wider than `most`."""
    while True:
        font = typeface(size)
        steps = [font.getlength(plain(one)[:1]) + share * size for one in words]
        if sum(steps) <= most or size <= 8:
            break
        size -= 1
    x = (sheet.width - sum(steps) + share * size) / 2 if left is None else left
    for one, step in zip(words, steps, strict=True):
        if one != " ":
            write(sheet, one, (x, middle), font=font, fill=PAPER, centred=False)
        x += step


def picture_bytes(picture: Picture, suffix: str, *, quality: int = 92) -> bytes:
    """A picture as the bytes of a file of this suffix, one of `KINDS`."""
    from PIL import Image

    buffer = io.BytesIO()
    kind = KINDS[suffix.lower()]
    more = {"optimize": True} if kind == "PNG" else {"quality": quality}
    Image.fromarray(picture).save(buffer, format=kind, **more)
    return buffer.getvalue()


def poster_kind(path: Path) -> str:
    """The suffix of a poster's file.

    Raises
    ------
    StageError
        It is none that is written.
    """
    suffix = path.suffix.lower()
    if suffix not in KINDS:
        raise StageError(
            f"a poster cannot be written as {suffix or 'a file without a suffix'}",
            where=str(path),
            would_work="a name that ends in " + ", ".join(KINDS),
        )
    return suffix
