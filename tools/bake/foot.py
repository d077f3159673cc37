"""The foot and the ankle as one tube of rings, from the shin to the tip of the shoe, and what pointing makes of it.

The rings lie level on the shin, fan out around the heel and stand upright along the foot, so that flat they are a foot
and pointed they are a straight limb. A pointed foot is drawn, not found: two curves, instep and heel, run between
the shin and the box; the mark ``point`` takes the skinned rings there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator

from .mesh import Patch, cut, join, keep, normals, ring_faces
from .rig import NAMES, Rigged, rise
from .shoe import CLEARANCE, COLUMNS, box_section, edge_height, outline, tip_rings
from .turn import Array, about, blend, unit

TOP = 0.205
"""Height at which the tube takes the leg over from the source [m]."""
PIVOT = np.array([0.062, 0.052])
"""Where the fan of rings has its middle, forward of and above the ankle [m]."""
LEG, FAN, FORE = 10, 23, 14
"""Rings that lie level on the leg, fan out around the heel, and stand upright up to where the box rounds to its tip."""
BOX = 11
"""Rings at the end that pointing leaves where they are."""
FULL = {"foot_l": 57.0, "mid_l": 28.0, "toes_l": 6.0}
"""A wholly pointed foot, as `petipa.dancer.skin.POINTED` has it: how far each joint is bent [deg]."""

INSTEP = np.array([(0.008, 0.0085), (-0.042, 0.0220), (-0.088, 0.0150)])
HEEL = np.array([(-0.010, -0.0515), (-0.042, -0.0490), (-0.095, -0.0245)])
"""The two curves of a pointed foot, in the shin's frame: heights against the ankle, and of the instep how far it lies
forward of the straight line from shin to box, of the heel how far forward of the ankle [m]."""

RIBBON = 0.0078
"""Half a ribbon's breadth [m]."""
WOUND = 0.058
"""Height above the ankle at which the ribbons go round [m]."""
SINKS = 0.108
"""How far below that they leave the shoe [m]."""


@dataclass(frozen=True)
class _Rings:
    """Flat rings: corners (rows, columns, 3) and each row's place: turn of its plane [rad], 0 on the shin."""

    corners: Array
    turn: Array


def _crossings(skin: Patch, origin: Array, normal: Array) -> Array:
    """Segments in which a plane cuts the skin, shape (S, 2, 3)."""
    side = (skin.vertices - origin) @ normal
    above = (side > 0)[skin.faces]
    faces = skin.faces[above.any(1) & ~above.all(1)]
    found = []
    for face in faces:
        ends = []
        for a, b in ((0, 1), (1, 2), (2, 0)):
            p, q = face[a], face[b]
            if (side[p] > 0) != (side[q] > 0):
                t = side[p] / (side[p] - side[q])
                ends.append(skin.vertices[p] + t * (skin.vertices[q] - skin.vertices[p]))
        found.append(ends)
    return np.array(found).reshape(-1, 2, 3)


def _section(segments: Array, middle: Array, back: Array, angle: Array, *, convex: float) -> Array:
    """Where rays from a middle leave a section, by angle from the front toward her left, shape (columns, 3)."""
    side = np.array([0.0, 1.0, 0.0])
    flat = np.stack([-(segments - middle) @ back, (segments - middle) @ side], -1)
    flat = flat[np.linalg.norm(flat, axis=-1).min(1) < 0.13]
    a, way = flat[:, 0], flat[:, 1] - flat[:, 0]
    ray = np.stack([np.cos(angle), np.sin(angle)], 1)
    cross = ray[:, None, 0] * way[None, :, 1] - ray[:, None, 1] * way[None, :, 0]
    cross = np.where(np.abs(cross) < 1e-12, 1e-12, cross)
    far = (a[None, :, 0] * way[None, :, 1] - a[None, :, 1] * way[None, :, 0]) / cross
    on = (a[None, :, 0] * ray[:, None, 1] - a[None, :, 1] * ray[:, None, 0]) / cross
    reach = np.where((on >= -1e-9) & (on <= 1 + 1e-9) & (far > 0) & (far < 0.13), far, 0.0).max(1)
    if convex > 0:
        hull = outline(flat.reshape(-1, 2), np.zeros(2), ray)
        reach = (1 - convex) * reach + convex * hull
    return middle + reach[:, None] * (-ray[:, :1] * back + ray[:, 1:] * side)


def _flat(skin: Patch, rigged: Rigged, sole: dict[str, Array]) -> _Rings:
    ankle, ball = rigged.joint("foot_l"), rigged.joint("toes_l")
    tip = sole["platform"][0, 0]
    pivot = ankle + np.array([PIVOT[0], 0.0, PIVOT[1]])
    angle = np.linspace(0, 2 * np.pi, COLUMNS, endpoint=False)
    planes = [(np.array([pivot[0], ankle[1], z]), 0.0) for z in np.linspace(TOP - 0.007, pivot[2] + 0.005, LEG)]
    planes += [(pivot, turn) for turn in np.linspace(0.0, np.pi / 2, FAN)]
    planes += [(np.array([x, ankle[1], pivot[2]]), np.pi / 2) for x in np.linspace(pivot[0] + 0.006, tip - 0.020, FORE)]
    rows, turns = [], []
    for origin, turn in planes:
        back = np.array([-np.cos(turn), 0.0, -np.sin(turn)])
        segments = _crossings(skin, origin, np.cross(back, [0.0, 1.0, 0.0]))
        ends = (segments.reshape(-1, 3) - origin) @ back
        near = (np.abs(segments.reshape(-1, 3)[:, 1] - ankle[1]) < 0.015) & (ends > -0.03) & (ends < 0.25)
        middle = origin + 0.5 * (ends[near].min() + ends[near].max()) * back
        row = _section(segments, middle, back, angle, convex=float(rise(np.array(turn), 0.5, 1.1)))
        # Felt and leather under the foot.
        row[:, 2] -= 0.004 * (1 - rise(row[:, 2], 0.012, 0.030))
        blending = float(rise(origin[0] * np.ones(1), ball[0] - 0.060, ball[0] - 0.006)[0]) if turn > 1.57 else 0.0
        row = (1 - blending) * row + blending * box_section(origin[0], rigged, sole, angle)
        rows.append(row)
        turns.append(turn)
    corners = np.array(rows)
    corners[..., 2] = corners[..., 2].clip(0.0)
    box = LEG + FAN + 7
    for _ in range(5):
        # The walls run smoothly from shin to box.
        corners[1:box] = 0.25 * corners[: box - 1] + 0.5 * corners[1:box] + 0.25 * corners[2 : box + 1]
        around = 0.25 * np.roll(corners, 1, axis=1) + 0.5 * corners + 0.25 * np.roll(corners, -1, axis=1)
        corners[3:box] = around[3:box]
    corners[..., 2] = corners[..., 2].clip(0.0)
    end = tip_rings(rigged, sole, angle)
    return _Rings(np.concatenate([corners, end]), np.array([*turns, *[np.pi / 2] * len(end)]))


def _lengths(line: Array) -> Array:
    """How far along a line each of its points lies [m]."""
    return np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])


def _weights(rings: _Rings, rigged: Rigged) -> Array:
    """Shares of shank, foot, mid-foot and toes; wide in front, where the ankle folds, and quick above the heel."""
    ankle = rigged.joint("foot_l")
    corners = rings.corners
    rows = corners.reshape(-1, 3)
    front, back = corners[:, 0], corners[:, COLUMNS // 2]
    bend = np.argmin(np.abs(rings.turn - 0.6))
    before, behind = _lengths(front), _lengths(back)
    heel = behind - np.interp(0.70, rings.turn[LEG : LEG + FAN], behind[LEG : LEG + FAN])
    in_front = rise(before - before[bend], -0.040, 0.034)
    at_back = rise(heel, -0.075, 0.0)
    share = 0.5 - 0.5 * np.cos(np.linspace(0, 2 * np.pi, COLUMNS, endpoint=False))
    foot = ((1 - share) * in_front[:, None] + share * at_back[:, None]).reshape(-1)
    mid, toes = rigged.joint("mid_l"), rigged.joint("toes_l")
    forward, lateral = rows[:, 0], np.abs(rows[:, 1]) - abs(ankle[1])
    # Over the toes the vamp bends in a long curve; under them the sole breaks at the ball.
    high = rise(rows[:, 2], 0.010, 0.045)
    past_mid = rise(forward, mid[0] - 0.050, mid[0] + 0.046)
    past_toes = rise(forward + 0.15 * lateral, toes[0] - 0.026 - 0.030 * high, toes[0] + 0.022 + 0.016 * high)
    weights = np.zeros((len(rows), len(NAMES)))
    parts = (1 - foot, foot * (1 - past_mid), foot * past_mid * (1 - past_toes), foot * past_mid * past_toes)
    for name, value in zip(("shank_l", "foot_l", "mid_l", "toes_l"), parts, strict=True):
        weights[:, NAMES.index(name)] = value
    return weights


def _pose(rigged: Rigged) -> tuple[Array, Array]:
    """Turns of all bodies (26, 3, 3) and their joints (26, 3) with the foot wholly pointed, the shin still."""
    rotation = np.tile(np.eye(3), (len(NAMES), 1, 1))
    moved = rigged.joints.copy()
    chain = ("shank_l", *FULL)
    for above, name in pairwise(chain):
        a, b = NAMES.index(above), NAMES.index(name)
        moved[b] = moved[a] + rotation[a] @ (rigged.joints[b] - rigged.joints[a])
        rotation[b] = rotation[a] @ about((0, 1, 0), FULL[name])
    return rotation, moved


def _pointed(rings: _Rings, posed: Array, ankle: Array) -> Array:
    """The rings of a wholly pointed foot, as drawn; `posed` is what skinning makes of them, both (rows, columns, 3)."""
    rows = len(posed)
    half = COLUMNS // 2
    fixed = np.zeros(rows, bool)
    fixed[: LEG - 1] = fixed[-BOX:] = True
    ends = {0: INSTEP, half: HEEL}
    curve = {}
    for column, drawn in ends.items():
        line = posed[:, column] - ankle
        along = _lengths(rings.corners[:, column])
        height = PchipInterpolator(along[fixed], line[fixed, 2])(along)
        inner = drawn.copy()
        if column == 0:
            (low, near), (high, far) = line[-BOX, [2, 0]], line[LEG - 2, [2, 0]]
            inner[:, 1] += np.interp(inner[:, 0], [low, high], [near, far])
        knots = np.concatenate([line[fixed][:, [2, 0]], inner])
        knots = knots[np.argsort(knots[:, 0])]
        forward = _spline(knots[:, 0], knots[:, 1], height)
        curve[column] = np.stack([forward, np.full(rows, line[:, 1].mean()), height], 1)
    flat = rings.corners
    way = flat[:, half] - flat[:, 0]
    depth = ((flat - flat[:, :1]) * way[:, None]).sum(-1) / (way * way).sum(-1)[:, None]
    drawn = curve[0][:, None] + depth[..., None] * (curve[half] - curve[0])[:, None] + ankle
    drawn[..., 1] = flat[..., 1]
    much = (~fixed).astype(float)
    much[LEG - 2] = much[-BOX] = 0.5
    out = posed + much[:, None, None] * (drawn - posed)
    soft = slice(LEG - 3, 2 - BOX)
    for _ in range(6):
        out[soft] = 0.25 * out[LEG - 4 : 1 - BOX] + 0.5 * out[soft] + 0.25 * out[LEG - 2 : 3 - BOX]
    return out


def _spline(at: Array, value: Array, where: Array) -> Array:
    from scipy.interpolate import CubicSpline

    at, chosen = np.unique(at.round(5), return_index=True)
    return np.asarray(CubicSpline(at, value[chosen])(where))


def _unblended(points: Array, weights: Array, rotation: Array, joints: Array, moved: Array) -> Array:
    """Where skinning must find vertices for it to take them to points, all (N, 3)."""
    zero = blend(np.zeros_like(points), weights, rotation, joints, moved)
    axes = [blend(np.tile(axis, (len(points), 1)), weights, rotation, joints, moved) - zero for axis in np.eye(3)]
    return np.einsum("kni,ni->nk", np.array(axes), points - zero)


def _closed(rings: _Rings, weights: Array, sole: dict[str, Array]) -> tuple[Array, NDArray[np.int64], Array]:
    """Vertices, faces and weights of the tube with its flat tip."""
    rows = len(rings.corners)
    last = rings.corners[-1]
    hub = last.mean(0)
    inner = 0.5 * (last + hub)
    vertices = np.concatenate([rings.corners.reshape(-1, 3), inner, hub[None]])
    ring = np.arange(COLUMNS)
    after = (ring + 1) % COLUMNS
    outer, inset, middle = (rows - 1) * COLUMNS, rows * COLUMNS, (rows + 1) * COLUMNS
    faces = np.concatenate(
        [
            ring_faces(rows, COLUMNS)[:, ::-1],
            np.stack([outer + ring, inset + after, outer + after], 1),
            np.stack([outer + ring, inset + ring, inset + after], 1),
            np.stack([inset + ring, np.full(COLUMNS, middle), inset + after], 1),
        ]
    )
    toes = np.zeros((COLUMNS + 1, len(NAMES)))
    toes[:, NAMES.index("toes_l")] = 1.0
    return vertices, faces, np.concatenate([weights, toes])


def _given(patch: Patch, field: Array, part: int, *, over: int) -> Patch:
    patch, side = cut(patch, field)
    return replace(patch, part=np.where(side & (patch.part == over), part, patch.part).astype(np.uint8))


def _worn(patch: Patch, ankle: Array) -> Array:
    """Positive where the shoe is."""
    forward = patch.vertices[:, 0] - ankle[0]
    return np.where(forward > 0.10, 0.02, edge_height(forward) - patch.vertices[:, 2])


def _ribbons(patch: Patch, *, tights: int, ribbon: int) -> Patch:
    """Two ribbons that leave the shoe at either side, cross in front and go round the ankle."""
    half = np.radians(104.0)

    def strip(p: Patch, sign: float) -> Array:
        # Round the ankle the strip's own coordinates are straight lines; its slope narrows it across.
        line = SINKS * 0.5 * (1 + sign * p.marks["around"] / half)
        away = np.abs(p.marks["down"] - line) * 0.80
        return np.minimum(RIBBON - away, 0.5 * (half - np.abs(p.marks["around"])) * 0.03)

    patch = _given(patch, RIBBON - np.abs(patch.marks["down"]), ribbon, over=tights)
    for sign in (-1.0, 1.0):
        patch = _given(patch, strip(patch, sign), ribbon, over=tights)
    return patch


def foot(skin: Patch, rigged: Rigged, sole: dict[str, Array], *, parts: dict[str, int]) -> Patch:
    """The left ankle and foot in shoe and ribbons, with the mark ``point``: what a pointed foot adds.

    Parameters
    ----------
    skin : the left half of the skin, its foot slimmed as the shoe will have it
    sole : landmarks of `landmarks`
    parts : numbers of "tights", "shoe", "sole" and "ribbon"
    """
    ankle = rigged.joint("foot_l")
    rings = _flat(skin, rigged, sole)
    weights = _weights(rings, rigged)
    rotation, moved = _pose(rigged)
    rows = rings.corners.reshape(-1, 3)
    posed = blend(rows, weights, rotation, rigged.joints, moved).reshape(rings.corners.shape)
    drawn = _pointed(rings, posed, ankle).reshape(-1, 3)
    delta = _unblended(drawn, weights, rotation, rigged.joints, moved) - rows
    vertices, faces, weights = _closed(rings, weights, sole)
    angle = np.linspace(0, 2 * np.pi, COLUMNS, endpoint=False)
    around = np.tile(np.where(angle > np.pi, angle - 2 * np.pi, angle), len(rings.corners))
    lengths = np.stack([_lengths(rings.corners[:, column]) for column in range(COLUMNS)], 1)
    high = ankle[2] + WOUND
    level = [np.interp(-high, -rings.corners[:LEG, c, 2], lengths[:LEG, c]) for c in range(COLUMNS)]
    extra = len(vertices) - len(rows)
    bare = Patch(vertices, faces, np.zeros(len(faces), np.uint8), weights, {})
    patch = Patch(
        vertices,
        faces,
        np.full(len(faces), parts["tights"], np.uint8),
        weights,
        {
            "point": np.concatenate([delta, np.zeros((extra, 3))]),
            "outward": np.where(vertices[:, :1] > sole["platform"][0, 0] - 1e-6, [0.0, 1e-9, 0.0], normals(bare)),
            "around": np.concatenate([around, np.zeros(extra)]),
            "down": np.concatenate([(lengths - np.array(level)).reshape(-1), np.ones(extra)]),
        },
    )
    patch = _given(patch, _worn(patch, ankle), parts["shoe"], over=parts["tights"])
    x, y, z = patch.vertices.T
    heel, tip = sole["heel"][0] - 0.010, sole["platform"][0, 0]
    # The leather under it: narrow in the waist, its ends rounded.
    way = (x - heel - 0.012) / (tip - heel - 0.057)
    wide = np.interp(way, [0.0, 0.15, 0.5, 0.8, 1.0], [0.018, 0.020, 0.014, 0.021, 0.019])
    wide *= np.sqrt(np.clip(1 - np.abs(2 * way - 1) ** 8, 0.0, 1.0))
    tongue = np.where(np.abs(2 * way - 1) < 1, wide - np.abs(y - ankle[1] - 0.001), -0.01)
    patch = _given(patch, np.where(z < 0.02, tongue, -0.01), parts["sole"], over=parts["shoe"])
    patch = _ribbons(patch, tights=parts["tights"], ribbon=parts["ribbon"])
    inside = np.ones(len(patch.vertices), bool)
    inside[np.unique(patch.faces[patch.part != parts["ribbon"]])] = False
    height = 0.0006 * inside + CLEARANCE * rise(_worn(patch, ankle), -0.002, 0.010)
    marks = {"point": patch.marks["point"]}
    vertices = patch.vertices + height[:, None] * unit(patch.marks["outward"])
    vertices[:, 2] = vertices[:, 2].clip(0.0)
    return replace(patch, vertices=vertices, marks=marks)


def taken_over(skin: Patch) -> Patch:
    """The leg without its foot, and moved by the shin down to its edge."""
    weights = skin.weights.copy()
    shank, ankle = NAMES.index("shank_l"), NAMES.index("foot_l")
    weights[:, shank] += weights[:, ankle]
    weights[:, ankle] = 0.0
    skin = replace(skin, weights=weights)
    leg = (skin.vertices[:, 1] < 0.3) & (skin.vertices[:, 1] > 0)
    skin, above = cut(skin, np.where(leg, skin.vertices[:, 2] - TOP, 1.0))
    return keep(skin, above)


def sewn_on(leg: Patch, tube: Patch, part: int) -> Patch:
    """Leg and tube as one, the gap between the leg's edge and the tube's first ring closed."""
    edge = np.flatnonzero(np.abs(leg.vertices[:, 2] - TOP) < 1e-9)
    whole = join([leg, tube])
    first = len(leg.vertices) + np.arange(COLUMNS)
    middle = whole.vertices[first].mean(0)

    def ordered(ring: NDArray[np.int64]) -> tuple[NDArray[np.int64], Array]:
        x, y, _ = (whole.vertices[ring] - middle).T
        angle = np.arctan2(y, x)
        order = np.argsort(angle)
        return ring[order], angle[order]

    (up, up_at), (low, low_at) = ordered(edge), ordered(first)
    faces = []
    i = j = 0
    while i < len(up) or j < len(low):
        next_up = up_at[i + 1] if i + 1 < len(up) else up_at[0] + 2 * np.pi + (i - len(up) + 1) * 10
        next_low = low_at[j + 1] if j + 1 < len(low) else low_at[0] + 2 * np.pi + (j - len(low) + 1) * 10
        a, b = up[i % len(up)], low[j % len(low)]
        if j >= len(low) or (i < len(up) and next_up <= next_low):
            faces.append((a, b, up[(i + 1) % len(up)]))
            i += 1
        else:
            faces.append((a, b, low[(j + 1) % len(low)]))
            j += 1
    return replace(
        whole,
        faces=np.concatenate([whole.faces, np.array(faces)]),
        part=np.concatenate([whole.part, np.full(len(faces), part, np.uint8)]),
    )
