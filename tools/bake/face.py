"""What the face can do: its shapes from the source's muscles, and what of eyes and mouth lies behind the skin."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .mesh import Patch, join, keep, normals
from .pose import Posed
from .rig import NAMES, rise
from .turn import Array

SHAPES: dict[str, dict[str, float]] = {
    # Lips closed, corners up: how a dancer looks at rest on stage.
    "smile": {"mouth-corner-puller": 0.60, "mouth-compression": 0.15, "eye-slit": 0.06},
    # What a smile adds when it opens: the upper teeth show and the cheeks rise.
    "radiant": {"mouth-upward-retraction": 0.42, "mouth-retraction": 0.25, "eyebrows-up": 0.10},
    "joy": {"mouth-upward-retraction": 0.18, "mouth-part-later": 0.08, "eyebrows-up": 0.12, "eye-slit": 0.14},
    "effort": {"eyebrows-down": 0.30, "eye-slit": 0.15, "mouth-compression": 0.45},
    "brows": {"eyebrows-inner-up": 0.20, "eyebrows-up": 0.50, "eye-opened-up": 0.12},
    "blink": {"eye-closure": 1.0},
}
"""Each a mixture of movements of the source; ``blink`` is baked for one eye and mirrored to the other."""

BREATH = "breath"
"""The shape of drawn breath."""


def mixed(posed: Posed, recipe: dict[str, float]) -> Array:
    """Where a mixture of movements takes every source vertex [m], shape (V, 3); alike on both sides."""
    out = np.zeros_like(posed.vertices)
    units = posed.morph.units
    for name, share in recipe.items():
        stem, _, rest = name.partition("-")
        sides = [f"{stem}-left-{rest}", f"{stem}-right-{rest}"]
        for unit in sides if sides[0] in units else [name]:
            out += share * units[unit]
    mirrored = out[posed.morph.mirror] * np.array([1.0, -1.0, 1.0])
    body = np.unique(posed.morph.quads["body"])
    out[body] = 0.5 * (out + mirrored)[body]
    return posed.scale * out


def breath(vertices: Array, *, chest: float, neck: float) -> Array:
    """How the trunk fills [m], shape (N, 3), for vertices (N, 3): forward and up at the breastbone, out at the ribs.

    ``chest`` and ``neck`` are the heights of these joints [m]. Quiet breath moves the breastbone by a few millimetres
    (De Groote et al., J. Appl. Physiol. 83, 1997); this is from the emptiest of a spent dancer's to the fullest.
    """
    x, y, z = vertices.T
    trunk = 1 - rise(np.abs(y), 0.125, 0.185)
    up = rise(z, chest - 0.18, chest + 0.02) * (1 - rise(z, neck - 0.02, neck + 0.05)) * trunk
    front = rise(x, -0.02, 0.06)
    ribs = rise(z, chest - 0.20, chest - 0.06) * (1 - rise(z, chest + 0.02, chest + 0.12)) * trunk
    out = np.zeros_like(vertices)
    out[:, 0] = 0.0140 * up * front
    out[:, 2] = 0.0110 * up * (0.4 + 0.6 * front)
    out[:, 1] = 0.0075 * ribs * np.clip(y / 0.08, -1, 1)
    return out


def behind_the_lips(patch: Patch, *, depth: float) -> Patch:
    """The mouth's lining, as deep [m] as an open smile shows it."""
    inside = (patch.marks["inside-mouth"][patch.faces] > 0.5).all(1)
    deep = patch.vertices[patch.faces].mean(1)[:, 0] < lips_front(patch) - depth
    return keep(patch, ~(inside & deep))


def lips_front(patch: Patch) -> float:
    """How far forward the lips come [m]."""
    return float(patch.vertices[patch.marks["lips"] > 0.5, 0].max())


def throat(patch: Patch, *, depth: float, part: int) -> Patch:
    """Left half of a dark wall at the end of the lining, for the light of the stage not to shine through her."""
    lips = patch.vertices[patch.marks["lips"] > 0.5]
    x = lips_front(patch) - depth
    middle, wide, tall = lips[:, 2].mean(), 0.85 * lips[:, 1].max(), 0.016
    corners = np.array([(x, y, middle + z) for y, z in ((0.0, -tall), (wide, -tall), (wide, tall), (0.0, tall))])
    faces = np.array([[0, 1, 2], [0, 2, 3]])
    return of_the_head(Patch(corners, faces, np.full(2, part, np.uint8), np.zeros((4, len(NAMES))), {}))


def lid_edge(patch: Patch, eye: Array, *, breadth: float) -> Array:
    """Positive along the edge of the upper lid, a line of `breadth` [m]: shut, its edge is what is lowest."""
    lid = (patch.marks["eyelids"] > 0.5) & (patch.vertices[:, 2] > eye[2] - 0.0005)
    shut = patch.vertices + patch.marks["blink"]
    low = np.full(len(shut), np.inf)
    for at in np.flatnonzero(lid):
        near = lid & (np.abs(shut[:, 1] - shut[at, 1]) < 0.0025)
        low[at] = shut[near, 2].min()
    return np.where(lid, breadth - (shut[:, 2] - np.where(lid, low, 0.0)), -breadth)


def under_line(patch: Patch, eye: Array) -> Array:
    """How near each vertex is to the edge of the lower lid, 0 to 1: where a soft line is drawn."""
    lid = (patch.marks["eyelids"] > 0.5) & (patch.vertices[:, 2] < eye[2] - 0.0005)
    out = np.zeros(len(patch.vertices))
    for at in np.flatnonzero(lid):
        near = lid & (np.abs(patch.vertices[:, 1] - patch.vertices[at, 1]) < 0.0022)
        below = patch.vertices[near, 2].max() - patch.vertices[at, 2]
        # Drawn from the outer corner in, it fades before it reaches the nose.
        out[at] = np.exp(-(((below - 0.0030) / 0.0030) ** 2)) * rise(patch.vertices[at, 1] - eye[1], -0.012, 0.006)
    return out


def lined(patch: Patch, *, part: int) -> Patch:
    """The faces of the mouth's lining given their part."""
    inside = (patch.marks["inside-mouth"][patch.faces] > 0.5).all(1)
    return replace(patch, part=np.where(inside, part, patch.part).astype(np.uint8))


def two_sided(patch: Patch) -> Patch:
    """A sheet that is seen from both sides, each with vertices of its own, or their normals would cancel."""
    return join([patch, replace(patch, faces=patch.faces[:, ::-1])])


def of_the_head(patch: Patch) -> Patch:
    """The patch carried by the head alone."""
    weights = np.zeros((len(patch.vertices), len(NAMES)))
    weights[:, NAMES.index("head")] = 1.0
    return replace(patch, weights=weights)


def hollows(vertices: Array, faces: Array, *, reach: float) -> Array:
    """How far each vertex lies in a hollow, 0 to 1, shape (N,): how much of what is near it stands above its tangent
    plane, within ``reach`` [m]. Light reaches a hollow less, in whatever pose."""
    from scipy.spatial import cKDTree

    normal = normals(Patch(vertices, faces, np.zeros(len(faces), np.uint8), np.zeros((len(vertices), 1)), {}))
    tree = cKDTree(vertices)
    out = np.zeros(len(vertices))
    for at, near in enumerate(tree.query_ball_point(vertices, reach)):
        way = vertices[near] - vertices[at]
        far = np.linalg.norm(way, axis=1)
        seen = (far > 1e-5) & (normal[near] @ normal[at] < 0.98)
        if seen.any():
            above = (way[seen] @ normal[at]) / far[seen]
            out[at] = np.clip(above, 0.0, None).mean()
    ends = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    for _ in range(3):
        # Where the mesh was cut its vertices crowd, and what is counted near them jumps.
        total, count = out.copy(), np.ones(len(out))
        for a, b in (ends.T, ends.T[::-1]):
            np.add.at(total, a, out[b])
            np.add.at(count, a, 1.0)
        out = total / count
    return np.clip(out / 0.5, 0.0, 1.0)
