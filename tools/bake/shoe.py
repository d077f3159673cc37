"""The pointe shoe: where it meets the floor, its box and its flat platform, its edge."""

from __future__ import annotations

import numpy as np
from scipy.interpolate import PchipInterpolator

from .pose import Posed
from .rig import Rigged, rise
from .turn import Array

COLUMNS = 30
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
    return np.asarray(PchipInterpolator(EDGE[:, 0], EDGE[:, 1])(np.clip(forward, EDGE[0, 0], EDGE[-1, 0])))


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
    """Section (y, z) by angle from straight up toward her left; flat-soled, round-topped."""
    c, s = np.sin(angle), np.cos(angle)
    y = half_width * np.sign(c) * np.abs(c) ** (2 / power)
    z = 0.5 * (top + bottom) + 0.5 * (top - bottom) * np.sign(s) * np.abs(s) ** (2 / power)
    return np.stack([y, z], 1)


def outline(points: Array, centre: Array, ray: Array) -> Array:
    """Distance from a centre to the convex hull of points (P, 2) along rays (columns, 2); shape (columns,)."""
    from scipy.spatial import ConvexHull

    hull = points[ConvexHull(points).vertices] - centre
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


def box_section(x: float, rigged: Rigged, sole: dict[str, Array], angle: Array) -> Array:
    """The box at a distance forward [m], shape (columns, 3)."""
    ankle, ball = rigged.joint("foot_l"), rigged.joint("toes_l")
    way = (x - ball[0]) / (sole["platform"][0, 0] - ball[0])
    half, top, aside = (float(np.interp(way, BOX[:, 0], BOX[:, n])) for n in (1, 2, 3))
    section = _squircle(angle, half, 0.0, top, 2.6) + np.array([ankle[1] + aside, 0.0])
    return np.column_stack([np.full(len(angle), x), section])


def tip_rings(rigged: Rigged, sole: dict[str, Array], angle: Array) -> Array:
    """The last rings of the box, rounded to the rim of its flat tip, shape (rings, columns, 3)."""
    tip = sole["platform"][0, 0]
    half, middle, tall = PLATFORM
    rim = _squircle(angle, half, middle - tall, middle + tall, 4.0) + np.array([rigged.joint("foot_l")[1], 0.0])
    rings = [box_section(tip - back, rigged, sole, angle) for back in (0.013, 0.0075, 0.0035, 0.0012)]
    return np.array([*rings, np.column_stack([np.full(len(angle), tip), rim])])
