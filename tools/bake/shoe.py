"""The pointe shoe: a satin shell over the foot, with a box, a flat platform and ribbons."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .mesh import Patch, cut, keep, ring_faces
from .pose import Posed
from .rig import NAMES, Rigged, divide_foot, rise
from .turn import Array

COLUMNS = 28
CLEARANCE = 0.0016
"""Satin above skin [m]."""

PLATFORM = (0.0165, 0.0120, 0.0105)
"""Half width, height of the centre, half height of the flat tip [m]: about 2 by 3 cm."""

# Forward position as a share of the way from ball (0) to tip (1); half width; top; middle's offset to the side [m].
BOX = np.array(
    [
        (-0.30, 0.0390, 0.0585, 0.0015),
        (0.00, 0.0395, 0.0500, 0.0015),
        (0.25, 0.0380, 0.0440, 0.0015),
        (0.50, 0.0335, 0.0385, 0.0010),
        (0.75, 0.0270, 0.0325, 0.0004),
        (0.92, 0.0212, 0.0272, 0.0),
        (1.00, 0.0175, 0.0232, 0.0),
    ]
)

# Top edge of the shoe: height at distances forward of the ankle [m].
EDGE = np.array(
    [(-0.06, 0.0470), (-0.03, 0.0465), (0.0, 0.0430), (0.03, 0.0405), (0.06, 0.0405), (0.08, 0.0475), (0.10, 0.066)]
)


def edge_height(forward: Array) -> Array:
    """Height of the shoe's top edge [m] at distances forward of the ankle [m]."""
    return np.interp(forward, EDGE[:, 0], EDGE[:, 1])


def landmarks(posed: Posed, rigged: Rigged) -> dict[str, Array]:
    """Where the left shoe meets the floor [m]; the platform is the flat tip one stands on."""
    ankle, ball = rigged.joint("foot_l"), rigged.joint("toes_l")
    low = posed.vertices[np.unique(posed.morph.quads["body"])]
    low = low[(low[:, 1] > 0.02) & (low[:, 2] < 0.05)]
    middle = ankle[1]
    heel, tip = low[:, 0].min(), low[:, 0].max() + 0.006
    half, centre, tall = PLATFORM
    flat, low_edge, high_edge = half - 0.0015, centre - tall + 0.0005, centre + tall - 0.0005
    corners = [(-flat, low_edge), (flat, low_edge), (flat, high_edge), (-flat, high_edge)]
    return {
        "heel": np.array([heel + 0.010, middle, 0.0]),
        "ball_medial": np.array([ball[0] + 0.006, middle - 0.030, 0.0]),
        "ball_lateral": np.array([ball[0] - 0.008, middle + 0.034, 0.0]),
        "toe_tip": np.array([tip - 0.005, middle, 0.0]),
        "platform": np.array([[tip, middle + y, z] for y, z in corners]),
    }


def _squircle(angle: Array, half_width: float, bottom: float, top: float, power: float) -> Array:
    """Section (y, z) by angle from straight down, counter-clockwise seen from the front; flat-soled, round-topped."""
    c, s = np.sin(angle), -np.cos(angle)
    y = half_width * np.sign(c) * np.abs(c) ** (2 / power)
    z = 0.5 * (top + bottom) + 0.5 * (top - bottom) * np.sign(s) * np.abs(s) ** (2 / power)
    return np.stack([y, z], 1)


def _outline(points: Array, centre: Array, angle: Array) -> Array:
    """Distance from a centre to the convex hull of points (y, z), by angle from straight down; shape (columns,)."""
    from scipy.spatial import ConvexHull

    hull = points[ConvexHull(points).vertices] - centre
    ray = np.stack([np.sin(angle), -np.cos(angle)], 1)
    a, b = hull, np.roll(hull, -1, axis=0)
    normal = np.stack([(b - a)[:, 1], -(b - a)[:, 0]], 1)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    reach = (normal * a).sum(1)
    slope = ray @ normal.T
    return np.where(slope > 1e-9, reach / np.where(slope > 1e-9, slope, 1), np.inf).min(1)


def slimmed(vertices: Array, ankle: Array) -> Array:
    """Left foot narrowed as a pointe shoe narrows it, its instep lean as a dancer's is, shape (N, 3)."""
    out = vertices.copy()
    forward, up = vertices[:, 0] - ankle[0], vertices[:, 2] - ankle[2]
    # A heavy instep would balloon when the foot is pointed: it keeps its distance from the ankle.
    full = rise(np.hypot(forward, up), 0.030, 0.062) * rise(forward, 0.012, 0.045) * (1 - rise(forward, 0.062, 0.098))
    full *= (vertices[:, 1] > 0.02) * rise(up, -0.050, -0.012) * (1 - rise(up, 0.035, 0.085))
    out[:, 0] -= 0.013 * full
    out[:, 2] -= 0.006 * full
    low = (vertices[:, 1] > 0.02) & (vertices[:, 2] < 0.11)
    hold = rise(vertices[low, 0], ankle[0] + 0.01, ankle[0] + 0.12) * (1 - rise(vertices[low, 2], 0.07, 0.11))
    middle = ankle[1] + 0.002
    out[low, 1] = middle + (vertices[low, 1] - middle) * (1 - 0.20 * hold)
    return out


def shoe(skin: Array, rigged: Rigged, sole: dict[str, Array], *, satin: int, leather: int) -> Patch:
    """The left shoe.

    Parameters
    ----------
    skin : ndarray, shape (N, 3)
        The (slimmed) left foot it must enclose [m].
    sole : landmarks of `landmarks`
    satin, leather : part numbers
    """
    ankle, ball = rigged.joint("foot_l"), rigged.joint("toes_l")
    tip, heel = sole["platform"][0, 0], sole["heel"][0] - 0.010
    angle = np.linspace(0, 2 * np.pi, COLUMNS, endpoint=False)
    foot = skin[(skin[:, 1] > 0.02) & (skin[:, 2] < 0.075)]
    back = heel - 0.0015 + 0.030 * (1 - np.cos(np.linspace(0.25, np.pi / 2, 7)))
    stations = np.concatenate(
        [back, np.linspace(back[-1] + 0.012, tip - 0.020, 15), tip - np.array([0.011, 0.005, 0.002, 0.0006])]
    )
    rings = []
    for x in stations:
        way = (x - ball[0]) / (tip - ball[0])
        half, top, aside = (np.interp(way, BOX[:, 0], BOX[:, n]) for n in (1, 2, 3))
        box = _squircle(angle, half, 0.0, top, 2.6) + np.array([ankle[1] + aside, 0.0])
        near = foot[np.abs(foot[:, 0] - x) < 0.009][:, 1:]
        blend = float(rise(np.array(x), ball[0] - 0.060, ball[0] - 0.006))
        if blend < 1.0 and len(near) > 6:
            near = near.copy()
            near[near[:, 1] < 0.020, 1] -= 0.004
            centre = np.array(
                [0.5 * (near[:, 0].min() + near[:, 0].max()), 0.5 * (near[:, 1].min() + near[:, 1].max())]
            )
            reach = _outline(near, centre, angle) + CLEARANCE
            tight = centre + reach[:, None] * np.stack([np.sin(angle), -np.cos(angle)], 1)
            section = (1 - blend) * tight + blend * box
        else:
            section = box
        section[:, 1] = section[:, 1].clip(0.0)
        rings.append(np.column_stack([np.full(COLUMNS, x), section]))
    tube = np.array(rings)
    # The walls run smoothly from heel to box.
    for _ in range(4):
        tube[1:19, :, 1:] = 0.25 * tube[:18, :, 1:] + 0.5 * tube[1:19, :, 1:] + 0.25 * tube[2:20, :, 1:]
    half, centre_z, tall = PLATFORM
    rim = _squircle(angle, half, centre_z - tall, centre_z + tall, 4.0) + np.array([ankle[1], 0.0])
    tube = np.concatenate([tube, np.column_stack([np.full(COLUMNS, tip), rim])[None]])
    inner = rim * 0.5 + 0.5 * np.array([ankle[1], centre_z])
    flat = np.concatenate([np.column_stack([np.full(COLUMNS, tip), inner]), [[tip, ankle[1], centre_z]]])
    heel_point = np.array([[stations[0] - 0.0012, ankle[1] - 0.001, tube[0, :, 2].mean()]])
    rows = len(tube)
    vertices = np.concatenate([tube.reshape(-1, 3), flat, heel_point])
    ring = np.arange(COLUMNS)
    after = (ring + 1) % COLUMNS
    outer, inset, hub, end = (rows - 1) * COLUMNS, rows * COLUMNS, (rows + 1) * COLUMNS, (rows + 1) * COLUMNS + 1
    faces = np.concatenate(
        [
            ring_faces(rows, COLUMNS),
            np.stack([outer + ring, outer + after, inset + after], 1),
            np.stack([outer + ring, inset + after, inset + ring], 1),
            np.stack([inset + ring, inset + after, np.full(COLUMNS, hub)], 1),
            np.stack([after, ring, np.full(COLUMNS, end)], 1),
        ]
    )
    # The heel cup hugs the heel.
    shelf = np.arange(0.004, 0.070, 0.004)
    back_of_foot = np.array([foot[np.abs(foot[:, 2] - z) < 0.006, 0].min() for z in shelf])
    wall = np.interp(vertices[:, 2], shelf, back_of_foot) - CLEARANCE
    vertices[:, 0] = np.maximum(vertices[:, 0], wall)
    weights = np.zeros((len(vertices), len(NAMES)))
    joints = rigged.joints[[NAMES.index("mid_l"), NAMES.index("toes_l")]]
    parts = divide_foot(vertices, np.ones(len(vertices)), joints)
    for name, share in zip(("foot_l", "mid_l", "toes_l"), parts, strict=True):
        weights[:, NAMES.index(name)] = share
    patch = Patch(vertices, faces, np.full(len(faces), satin, np.uint8), weights, {})
    field = edge_height(vertices[:, 0] - ankle[0]) - vertices[:, 2]
    field[vertices[:, 0] > ankle[0] + 0.10] = 0.02
    patch, inside = cut(patch, field)
    patch = keep(patch, inside)
    # The leather of the sole: a narrow tongue from the heel to behind the box.
    x, y, z = patch.vertices.T
    tongue = np.minimum(0.021 - np.abs(y - ankle[1] - 0.001), np.minimum(x - heel - 0.012, tip - 0.045 - x))
    patch, side = cut(patch, np.where(z < 0.02, tongue, -0.01))
    part = patch.part.copy()
    part[side] = leather
    return replace(patch, part=part)
