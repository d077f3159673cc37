"""Strips: contact sheets of the danced body, for teachers and for whoever must judge a motion by eye.

Rows are views, columns are moments; every figure of a strip is drawn to one scale. Front is seen from the audience, so
stage left is on the picture's right; side is seen from stage left, so the audience is on the picture's left; top has
the audience below.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from petipa.dancer.body import Body
from petipa.dancer.face import expressed, eye_picture, eye_places, painted
from petipa.dancer.headdress import crowned
from petipa.dancer.skeleton import Skeleton
from petipa.dancer.skin import skin
from petipa.errors import StageError
from petipa.mechanics import forward
from petipa.showing import Costume
from petipa.stage.act import StepLike, make_act
from petipa.stage.band import HEIGHT, Band, draw_band
from petipa.stage.face import Face, face_of
from petipa.stage.lettering import typeface, write
from petipa.stage.raster import cover, floor_and_wall, resolve, shade, vertex_normals

Array = NDArray[np.float64]
Float = NDArray[np.float32]
Picture = NDArray[np.uint8]

SAMPLES = 3
"""Supersampling: samples a pixel along each side."""

MARGIN = 0.10
"""Air around the dancer [m]."""

SMALLEST = (220, 360)
"""No frame is narrower or lower than this [px]."""

SHADOW_CELL = 0.0125
SHADOW_REACH = 1.5
"""Grid of the floor's shadow, and how far from the dancer it goes [m]."""

WALL, FLOOR, LINE = (237, 234, 230), (214, 203, 190), (246, 242, 235)
"""Colours behind the dancer (sRGB)."""

PAINT: dict[str, tuple[tuple[int, int, int], float]] = {
    "skin": ((238, 200, 176), 0.10),
    "tights": ((242, 208, 202), 0.16),
    "bodice": ((132, 152, 200), 0.22),
    "shoe": ((238, 178, 168), 0.50),
    "sole": ((196, 164, 134), 0.0),
    "ribbon": ((232, 164, 156), 0.40),
    "hair": ((66, 44, 34), 0.35),
    "eye": ((250, 248, 244), 0.2),
    "iris": ((52, 36, 28), 0.3),
    "brow": ((86, 60, 46), 0.0),
    "lash": ((36, 26, 24), 0.0),
    "lips": ((206, 96, 100), 0.25),
    "mouth": ((96, 40, 42), 0.0),
    "teeth": ((246, 242, 236), 0.2),
    "tiara": ((252, 240, 214), 0.9),
    "wreath": ((252, 248, 242), 0.1),
}
"""Colour (sRGB) and sheen of every part; a part not named here is grey."""

PAPER, INK, FAINT = (250, 248, 245), (40, 34, 36), (108, 96, 94)
"""Colours of the sheet and its letters (sRGB)."""

HOLLOW = 0.55
"""How much darker a hollow of the body is."""
LOWERED = 0.4
"""How far a lid may be down in a strip, as with eyes that look at the floor; 1 is shut."""

GREY = ((170, 170, 170), 0.1)


class View(StrEnum):
    """Where a row of a strip is seen from."""

    FRONT = "front"
    SIDE = "side"
    BACK = "back"
    QUARTER = "quarter"
    TOP = "top"


_STAND: dict[View, tuple[float, float]] = {
    View.FRONT: (0.0, 6.0),
    View.SIDE: (90.0, 6.0),
    View.BACK: (180.0, 6.0),
    View.QUARTER: (40.0, 8.0),
    View.TOP: (0.0, 90.0),
}
"""Azimuth from the audience's direction and height of each view's eye [deg]."""


class Danced(Protocol):
    """What a strip needs of a motion (`petipa.motion.model.Motion` is one)."""

    @property
    def rate(self) -> float: ...
    @property
    def start(self) -> float: ...
    @property
    def q(self) -> Array: ...
    @property
    def steps(self) -> Sequence[StepLike]: ...
    @property
    def air(self) -> Array | None: ...


@dataclass(frozen=True)
class Pose:
    """One moment of the dance, ready to draw.

    ``vertices`` (N, 3) [m] and ``normals`` (N, 3), world; ``centre`` (2,) where she is on stage [m]; ``yaw`` of the
    hips [rad]; ``shadow`` on the floor about her, 0 to 1.
    """

    vertices: Float
    normals: Float
    centre: Array
    yaw: float
    shadow: Float


def _to_linear(colour: ArrayLike) -> Float:
    return np.asarray((np.asarray(colour, dtype=np.float64) / 255.0) ** 2.2, dtype=np.float32)


def view_of(name: str | View) -> View:
    """A view by its name.

    Raises
    ------
    StageError
        There is no such view.
    """
    try:
        return View(name)
    except ValueError:
        raise StageError(
            f"there is no view called {name!r}", would_work="views among " + ", ".join(v.value for v in View)
        ) from None


def poses_of(body: Body, skeleton: Skeleton, motion: Danced, times: ArrayLike) -> tuple[Pose, ...]:
    """The dancer's skin at some moments.

    Parameters
    ----------
    times : (C,) music times [s]; the nearest frame is taken
    """
    moments = np.atleast_1d(np.asarray(times, dtype=np.float64))
    if not np.isfinite(moments).all() or len(motion.q) == 0:
        raise StageError("there is no moment to draw", would_work="times within the motion")
    frame = np.clip(np.rint((moments - motion.start) * motion.rate), 0, len(motion.q) - 1).astype(int)
    R, p = forward(skeleton, motion.q)
    face = _face(body, skeleton, motion, R, p)
    R, p = R[frame], p[frame]
    vertices = [
        skin(replace(body, vertices=expressed(body, face.weights[f], face.gaze[f])), R[n : n + 1], p[n : n + 1])[0]
        for n, f in enumerate(frame)
    ]
    return tuple(
        Pose(
            vertices=v,
            normals=vertex_normals(v, body.faces),
            centre=p[n, 0, :2],
            yaw=float(np.arctan2(R[n, 0, 1, 0], R[n, 0, 0, 0])),
            shadow=_floor_shadow(v, body.faces, p[n, 0, :2]),
        )
        for n, v in enumerate(vertices)
    )


def _face(body: Body, skeleton: Skeleton, motion: Danced, R: Array, p: Array) -> Face:
    """Her face through the motion; a lid that comes down in passing is left up, since a strip shows no passing."""
    act = make_act(
        title="",
        rotations=R,
        positions=p,
        rate=motion.rate,
        start=motion.start,
        parents=skeleton.parents,
        body=body,
        steps=motion.steps,
        air=motion.air,
    )
    face = face_of(act)
    lids = [number for number, name in enumerate(body.shape_names) if name.startswith("blink")]
    weights = face.weights.copy()
    weights[:, lids] = np.minimum(weights[:, lids], LOWERED)
    return replace(face, weights=weights)


def camera(view: View, *, turn: float = 0.0) -> Float:
    """Right, up and toward-the-eye directions of a view, shape (3, 3); ``turn`` [rad] walks the eye round her."""
    azimuth, height = np.radians(_STAND[view])
    azimuth += turn
    back = np.array([np.cos(azimuth) * np.cos(height), np.sin(azimuth) * np.cos(height), np.sin(height)])
    right = np.array([-np.sin(azimuth), np.cos(azimuth), 0.0])
    return np.array([right, np.cross(back, right), back], dtype=np.float32)


def _floor_shadow(vertices: Float, faces: NDArray[np.int32], centre: Array) -> Float:
    """How dark the floor is around the dancer, 0 to 1, on a square grid of ``SHADOW_CELL``, rows along y."""
    from scipy.ndimage import gaussian_filter

    cells = round(2 * SHADOW_REACH / SHADOW_CELL)
    seen = np.empty_like(vertices)
    seen[:, :2] = (vertices[:, :2] - centre + SHADOW_REACH) / SHADOW_CELL
    seen[:, 2] = vertices[:, 2]
    height = np.full((cells, cells), np.inf, dtype=np.float32)
    cover(
        seen, faces, height, np.full((cells, cells), -1, dtype=np.int32), np.zeros((cells, cells, 2), dtype=np.float32)
    )
    touch = gaussian_filter((height < 0.03).astype(np.float32), 0.8)
    near = gaussian_filter(np.exp(-np.minimum(height, 9.0) / 0.10), 2.5)
    under = gaussian_filter(np.isfinite(height).astype(np.float32), 9.0)
    return np.asarray(np.clip(0.75 * touch + 0.60 * near + 0.38 * under, 0.0, 0.85), dtype=np.float32)


def draw_pose(
    body: Body,
    pose: Pose,
    view: View,
    *,
    size: tuple[int, int],
    anchor: tuple[float, float],
    metre: float,
    turn: float = 0.0,
) -> Picture:
    """One frame.

    Parameters
    ----------
    size : (width, height) [px]
    anchor : (column, row) [px] where the floor under the dancer's hips falls
    metre : pixels per metre

    Returns
    -------
    ndarray, shape (height, width, 3), uint8
    """
    eye = camera(view, turn=turn)
    foot = np.array([pose.centre[0], pose.centre[1], 0.0], dtype=np.float32)
    seen = np.asarray((pose.vertices - foot) @ eye.T, dtype=np.float32)
    scale = metre * SAMPLES
    # Only the window the dancer fills is supersampled.
    low, high = seen[:, :2].min(0), seen[:, :2].max(0)
    left = int(np.clip(np.floor(anchor[0] + low[0] * metre) - 2, 0, size[0] - 1))
    right = int(np.clip(np.ceil(anchor[0] + high[0] * metre) + 2, left + 1, size[0]))
    top = int(np.clip(np.floor(anchor[1] - high[1] * metre) - 2, 0, size[1] - 1))
    bottom = int(np.clip(np.ceil(anchor[1] - low[1] * metre) + 2, top + 1, size[1]))
    screen = np.empty_like(seen)
    screen[:, 0] = seen[:, 0] * scale + (anchor[0] - left) * SAMPLES
    screen[:, 1] = (anchor[1] - top) * SAMPLES - seen[:, 1] * scale
    screen[:, 2] = -seen[:, 2]
    window = ((bottom - top) * SAMPLES, (right - left) * SAMPLES)
    depth = np.full(window, np.inf, dtype=np.float32)
    face_at = np.full(window, -1, dtype=np.int32)
    bary = np.zeros((*window, 2), dtype=np.float32)
    cover(screen, body.faces, depth, face_at, bary)
    figure = shade(body.faces, pose.normals, *_coloured(body), eye, depth, face_at, bary, scale)
    behind = floor_and_wall(
        size[1],
        size[0],
        anchor[0],
        anchor[1],
        metre,
        eye,
        pose.shadow,
        SHADOW_REACH,
        _to_linear(WALL),
        _to_linear(FLOOR),
        _to_linear(LINE),
    )
    return np.asarray(resolve(figure, behind, top, left, SAMPLES))


def _coloured(body: Body) -> tuple[Float, Float, Float, Float]:
    """Colour of every face's corners, sheen of every face, and the eyes, as `shade` takes them."""
    paint = [PAINT.get(name, GREY) for name in body.part_names]
    plain = _to_linear([c for c, _ in paint])
    colour = np.repeat(plain[body.part][:, None], 3, axis=1)
    flesh = np.isin(body.part, [body.part_index("skin"), body.part_index("hair")])
    made_up = painted(body, *_to_linear([PAINT["skin"][0], PAINT["hair"][0]]))
    colour[flesh] = made_up[body.faces[flesh]]
    # Ears, nostrils, the corners of eyes and mouth lie in their own shade.
    colour *= 1.0 - HOLLOW * body.paint[body.faces, 3, None].astype(np.float32) / 255.0
    gloss = np.asarray([g for _, g in paint], dtype=np.float32)[body.part]
    return np.asarray(colour, dtype=np.float32), gloss, eye_places(body), eye_picture()


def _extent(pose: Pose, view: View, turn: float) -> Array:
    """Left, right, bottom, top of the dancer about the floor under her hips [m]."""
    eye = camera(view, turn=turn)
    seen = (pose.vertices - np.array([*pose.centre, 0.0], dtype=np.float32)) @ eye[:2].T
    low, high = seen.min(0), seen.max(0)
    if view is View.TOP:
        return np.array([low[0], high[0], low[1], high[1]])
    return np.array([low[0], high[0], min(low[1], 0.0), max(high[1], 0.0)])


def draw_strip(
    body: Body,
    skeleton: Skeleton,
    motion: Danced,
    times: ArrayLike,
    labels: Sequence[str],
    *,
    views: Sequence[str | View] = (View.FRONT, View.SIDE),
    metre: float = 190.0,
    follow: bool = False,
    columns: int = 10,
    title: str = "",
    costume: Costume = Costume.REHEARSAL,
    band: Band | None = None,
) -> Picture:
    """A contact sheet of a motion.

    Parameters
    ----------
    times : (C,) moments [s, music time]
    labels : C texts, one under each column; lines are divided by a newline (count first, then the step)
    views : rows, of `View`
    metre : pixels per metre, the same for every figure
    follow : look from where she faces, not from where the audience sits
    columns : moments side by side before the strip goes on below
    costume : whose headdress she wears; leotard and legs are always the plain ones, so that they can be read
    band : the music, drawn under each row of pictures

    Returns
    -------
    ndarray, shape (height, width, 3), uint8

    Raises
    ------
    StageError
        No moments, an unknown view, or labels that do not match the times.
    """
    from PIL import Image

    moments = np.atleast_1d(np.asarray(times, dtype=np.float64))
    rows = [view_of(v) for v in views]
    if len(labels) != len(moments) or not len(moments) or not rows:
        raise StageError(
            f"{len(moments)} moments, {len(labels)} labels and {len(rows)} views make no strip",
            would_work="at least one view, and one label for each moment",
        )
    body = crowned(body, costume)
    poses = poses_of(body, skeleton, motion, moments)
    turns = [pose.yaw if follow else 0.0 for pose in poses]
    extent = np.array([[_extent(pose, v, t) for v in rows] for pose, t in zip(poses, turns, strict=True)])
    extent += np.array([-MARGIN, MARGIN, -MARGIN, MARGIN])
    text, bold = typeface(15), typeface(17)
    gap, side = 3, 26
    banks = [range(n, min(n + columns, len(poses))) for n in range(0, len(poses), columns)]
    lines = max(label.count("\n") + 1 for label in labels)
    foot = 8 + 19 * lines
    head = 34 if title else 6
    bottoms = (-extent[..., 2].min(0) * metre).round().astype(int)
    tops = (extent[..., 3].max(0) * metre).round().astype(int)
    tall = np.maximum(bottoms + tops, SMALLEST[1])
    widths = np.maximum(((extent[..., 1] - extent[..., 0]).max(1) * metre).round().astype(int), SMALLEST[0])
    bank_height = int(tall.sum()) + gap * len(rows) + foot + (HEIGHT if band is not None else 0)
    sheet = Image.new(
        "RGB",
        (side + max(int(sum(widths[n] + gap for n in bank)) for bank in banks), head + bank_height * len(banks)),
        PAPER,
    )
    if title:
        write(sheet, title, (side, 17), font=bold, fill=INK, centred=False)
    for number, bank in enumerate(banks):
        y = head + number * bank_height
        for row, view in enumerate(rows):
            tag = Image.new("RGB", (int(tall[row]), side - 4), PAPER)
            write(tag, view.value, (int(tall[row]) // 2, 10), font=text, fill=FAINT)
            sheet.paste(tag.rotate(90, expand=True), (2, y))
            x = side
            for n in bank:
                middle = 0.5 * (extent[n, row, 0] + extent[n, row, 1])
                picture = draw_pose(
                    body,
                    poses[n],
                    view,
                    size=(int(widths[n]), int(tall[row])),
                    anchor=(0.5 * widths[n] - middle * metre, float(tall[row] - bottoms[row])),
                    metre=metre,
                    turn=turns[n],
                )
                sheet.paste(Image.fromarray(picture), (x, y))
                x += int(widths[n]) + gap
            y += int(tall[row]) + gap
        x = side
        for n in bank:
            for line, words in enumerate(labels[n].split("\n")):
                first = line == 0
                font, ink = (bold, INK) if first else (text, FAINT)
                at = (x + int(widths[n]) // 2, y + 11 + 19 * line)
                write(sheet, words, at, font=font, fill=ink, width=int(widths[n]) - 6)
            x += int(widths[n]) + gap
        if band is not None:
            starts = side + np.concatenate([[0], np.cumsum([int(widths[n]) + gap for n in bank])])
            middles = [float(at) + 0.5 * int(widths[n]) for at, n in zip(starts, bank, strict=False)]
            under = draw_band(band, [float(moments[n]) for n in bank], middles, int(starts[-1]))
            sheet.paste(Image.fromarray(under), (0, y + foot))
    return np.asarray(sheet)


def strip_png(picture: Picture) -> bytes:
    """A strip as the bytes of a PNG file."""
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, format="PNG", optimize=True)
    return buffer.getvalue()
