"""Half a body as a mesh one can cut, smooth and reflect. Working on one half makes the whole exactly symmetric."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .turn import Array, unit

Index = NDArray[np.int64]


@dataclass(frozen=True)
class Patch:
    """Triangles with a part each, and vertices with weights and named marks (values carried along by cuts).

    ``vertices`` (N, 3) [m], ``faces`` (M, 3), ``part`` (M,), ``weights`` (N, 26), ``marks`` name to (N,) or (N, 3).
    """

    vertices: Array
    faces: Index
    part: NDArray[np.uint8]
    weights: Array
    marks: dict[str, Array]


def normals(patch: Patch) -> Array:
    """Vertex normals, shape (N, 3); on the mid-plane they lie in it, as the other half will make them."""
    a, b, c = (patch.vertices[patch.faces[:, i]] for i in range(3))
    face = np.cross(b - a, c - a)
    out = np.zeros_like(patch.vertices)
    for corner in range(3):
        np.add.at(out, patch.faces[:, corner], face)
    out[patch.vertices[:, 1] == 0.0, 1] = 0.0
    return out / np.linalg.norm(out, axis=1, keepdims=True).clip(1e-12)


def keep(patch: Patch, wanted: NDArray[np.bool_]) -> Patch:
    """The faces wanted, and the vertices they use."""
    used, inverse = np.unique(patch.faces[wanted], return_inverse=True)
    return Patch(
        patch.vertices[used],
        inverse.reshape(-1, 3),
        patch.part[wanted],
        patch.weights[used],
        {name: value[used] for name, value in patch.marks.items()},
    )


def cut(patch: Patch, field: Array, *, active: NDArray[np.bool_] | None = None) -> tuple[Patch, NDArray[np.bool_]]:
    """Split the faces a field changes sign in along its zero line; also which faces lie on its positive side.

    With ``active`` (N,), only edges whose both ends are active are split, so a cut can end inside the mesh.
    """
    positive = field >= 0
    corner = positive[patch.faces]
    nexts = patch.faces[:, [1, 2, 0]]
    split = corner != positive[nexts]
    if active is not None:
        split &= active[patch.faces] & active[nexts]
    times = split.sum(1)
    edges = np.sort(np.stack([patch.faces[split], nexts[split]], 1), axis=1)
    unique, where = np.unique(edges, axis=0, return_inverse=True)
    point = np.full(patch.faces.shape, -1)
    point[split] = where.reshape(-1) + len(patch.vertices)
    u, v = unique[:, 0], unique[:, 1]
    # A cut that nearly meets a vertex would leave slivers with wild normals.
    t = np.clip(field[u] / (field[u] - field[v]), 0.03, 0.97)

    def along(values: Array) -> Array:
        share = t if values.ndim == 1 else t[:, None]
        return np.concatenate([values, values[u] * (1 - share) + values[v] * share])

    faces, origin = [patch.faces[times == 0]], [np.flatnonzero(times == 0)]
    rows = np.flatnonzero(times == 1)
    first = split[rows].argmax(1)
    a, b, c = (patch.faces[rows, (first + n) % 3] for n in range(3))
    m = point[rows, first]
    faces += [np.stack([a, m, c], 1), np.stack([m, b, c], 1)]
    origin += [rows, rows]
    rows = np.flatnonzero(times == 2)
    # The corner between the two split edges stands alone on its side.
    alone = (split[rows].argmin(1) + 2) % 3
    k, i, j = (patch.faces[rows, (alone + n) % 3] for n in range(3))
    to_i, to_j = point[rows, alone], point[rows, (alone + 2) % 3]
    faces += [np.stack([k, to_i, to_j], 1), np.stack([to_i, i, j], 1), np.stack([to_i, j, to_j], 1)]
    origin += [rows, rows, rows]
    every, source = np.concatenate(faces), np.concatenate(origin)
    signed = np.concatenate([field, np.zeros(len(unique))])
    out = Patch(
        along(patch.vertices),
        every,
        patch.part[source],
        along(patch.weights),
        {name: along(value) for name, value in patch.marks.items()},
    )
    return out, signed[every].sum(1) > 0


def smooth(patch: Patch, amount: Array, *, rounds: int, shrink: bool = False) -> Patch:
    """Relax vertices toward their neighbours' mean, each by its ``amount`` (N,) in 0..1, keeping the mid-plane."""
    edges = np.concatenate([patch.faces[:, [0, 1]], patch.faces[:, [1, 2]], patch.faces[:, [2, 0]]])
    edges = np.unique(np.sort(edges, axis=1), axis=0)
    count = np.zeros(len(patch.vertices))
    np.add.at(count, edges.ravel(), 1.0)
    vertices = patch.vertices.copy()
    middle = vertices[:, 1] == 0.0
    for step in range(2 * rounds):
        mean = np.zeros_like(vertices)
        np.add.at(mean, edges[:, 0], vertices[edges[:, 1]])
        np.add.at(mean, edges[:, 1], vertices[edges[:, 0]])
        # Alternating a step in and a smaller step out (Taubin 1995) keeps the volume.
        gain = 0.5 if step % 2 == 0 else (0.0 if shrink else -0.46)
        vertices += (gain * amount * (count > 0))[:, None] * (mean / count.clip(1)[:, None] - vertices)
        vertices[middle, 1] = 0.0
    return replace(patch, vertices=vertices)


def relax_weights(patch: Patch, amount: Array, swap: list[int], *, rounds: int) -> Patch:
    """Let weights flow to neighbouring vertices, each by its ``amount`` (N,) in 0..1, evenly across the mid-plane."""
    edges = np.concatenate([patch.faces[:, [0, 1]], patch.faces[:, [1, 2]], patch.faces[:, [2, 0]]])
    edges = np.unique(np.sort(edges, axis=1), axis=0)
    count = np.zeros(len(patch.vertices))
    np.add.at(count, edges.ravel(), 1.0)
    weights = patch.weights.copy()
    middle = patch.vertices[:, 1] == 0.0
    for _ in range(rounds):
        mean = np.zeros_like(weights)
        np.add.at(mean, edges[:, 0], weights[edges[:, 1]])
        np.add.at(mean, edges[:, 1], weights[edges[:, 0]])
        weights += (0.6 * amount * (count > 0))[:, None] * (mean / count.clip(1)[:, None] - weights)
        weights[middle] = 0.5 * (weights[middle] + weights[middle][:, swap])
    return replace(patch, weights=weights)


def join(patches: list[Patch]) -> Patch:
    """Several patches as one; a mark that a patch lacks is zero there."""
    start = np.cumsum([0, *(len(p.vertices) for p in patches)])
    likes = {name: value for p in patches for name, value in p.marks.items()}

    def mark(patch: Patch, name: str) -> Array:
        empty = np.zeros((len(patch.vertices), *likes[name].shape[1:]))
        return patch.marks.get(name, empty)

    return Patch(
        np.concatenate([p.vertices for p in patches]),
        np.concatenate([p.faces + s for p, s in zip(patches, start[:-1], strict=True)]),
        np.concatenate([p.part for p in patches]),
        np.concatenate([p.weights for p in patches]),
        {name: np.concatenate([mark(p, name) for p in patches]) for name in likes},
    )


def ring_faces(rows: int, columns: int) -> Index:
    """Triangles of a tube of closed rings, vertex ``r * columns + c``, wound so that normals point out
    when rings run forward and columns turn counter-clockwise about the tube's direction."""
    r, c = np.meshgrid(np.arange(rows - 1), np.arange(columns), indexing="ij")
    r, c = r.ravel(), c.ravel()
    a, b = r * columns + c, r * columns + (c + 1) % columns
    d, e = a + columns, b + columns
    return np.concatenate([np.stack([a, b, e], 1), np.stack([a, e, d], 1)])


def direction(a: Array, b: Array) -> Array:
    """Unit vector from a to b."""
    return unit(np.asarray(b, float) - np.asarray(a, float))
