"""The skin she is seen in, as the net feels it: the triangles of hips, waist and legs, where they are at each moment.

The round cones of `contact` carry the net, and know on which side of a limb it is; here it is kept off what is drawn.
Arms are left out: a dancer's low arms reach through her tutu, see `Colliders.yielding`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from petipa.dancer.body import Body
from petipa.dancer.skin import skin

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

_FELT = ("pelvis", "lumbar", "thorax", "thigh", "shank", "foot", "mid", "toes")
# The edges of these triangles are shorter than 47 mm, so a point a centimetre from one is 29 mm from a vertex [m].
_CELL = 0.032
# What is deeper inside is left where it is [m]: which way is out is not to be told any more.
_DEEPEST = 0.03
# How much longer an edge gets where a limb bends.
_STRETCH = 1.3


@dataclass(frozen=True)
class Surface:
    """The part of a body the net can touch.

    Attributes
    ----------
    body : with those vertices alone
    faces : (M, 3) of them
    first, incident : the faces about vertex v are ``incident[first[v] : first[v + 1]]``
    span : (N,) [m] how far a point of a face is at most from the nearest of its corners, stretched as a limb may be
    """

    body: Body
    faces: Ints
    first: Ints
    incident: Ints
    span: Array

    @classmethod
    def of(cls, body: Body) -> Surface:
        """Hips, waist, legs and shoes of a body."""
        owner = body.bone[np.arange(len(body.bone)), np.asarray(body.weight).argmax(axis=1)]
        felt = [b for b, name in enumerate(body.names) if name.split("_")[0] in _FELT]
        faces = np.asarray(body.faces, dtype=np.int64)
        faces = faces[np.isin(owner[faces], felt).all(axis=1)]
        kept, faces = np.unique(faces, return_inverse=True)
        faces = faces.reshape(-1, 3)
        part = replace(
            body,
            vertices=body.vertices[kept],
            point_delta=body.point_delta[kept],
            bone=body.bone[kept],
            weight=body.weight[kept],
        )
        corner = faces.ravel()
        order = np.argsort(corner, kind="stable")
        first = np.searchsorted(corner[order], np.arange(len(kept) + 1))
        corners = np.asarray(part.vertices, dtype=np.float64)[faces]
        longest = np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2).max(axis=1)
        span = np.zeros(len(kept))
        # No point of a triangle is farther than its longest edge over the root of three from all three corners.
        np.maximum.at(span, corner, np.repeat(_STRETCH / np.sqrt(3.0) * longest, 3))
        return cls(part, faces, first.astype(np.int64), (order // 3).astype(np.int64), span)

    def posed(self, R: Array, p: Array) -> Array:
        """Its vertices (N, 3) [m] in one pose, R (26, 3, 3), p (26, 3)."""
        return np.asarray(skin(self.body, R[None], p[None])[0], dtype=np.float64)

    def felt(self, vertices: Array) -> Felt:
        """What answers how far points are from it, its vertices being there."""
        normal = np.zeros_like(vertices)
        vertex_normals(vertices, self.faces, normal)
        low, high = extent(vertices)
        low -= _CELL
        size = np.ceil((high + _CELL - low) / _CELL).astype(np.int64)
        start = np.zeros(int(size.prod()) + 1, dtype=np.int64)
        near = np.zeros(len(start), dtype=np.bool_)
        order = np.empty(len(vertices), dtype=np.int64)
        fill(vertices, low, size, start, order, near)
        cells = Cells(low, size, start, order, vertices[order], near)
        return Felt(Mesh(vertices, normal, self.faces, self.first, self.incident, self.span), cells)


class Mesh(NamedTuple):
    """A surface at one moment, as compiled code takes it: see `Surface`; `normal` (N, 3) of unit length."""

    vertices: Array
    normal: Array
    faces: Ints
    first: Ints
    incident: Ints
    span: Array


class Cells(NamedTuple):
    """Its vertices sorted into cells.

    Attributes
    ----------
    low : (3,) [m] the first cell's corner ; size : (3,) how many cells
    start : those of cell c are ``order[start[c] : start[c + 1]]`` ; place : (N, 3) [m] where they are, in that order
    near : the cells that have any vertex in them or beside them
    """

    low: Array
    size: Ints
    start: Ints
    order: Ints
    place: Array
    near: NDArray[np.bool_]


@dataclass(frozen=True)
class Felt:
    """A surface at one moment, and where to look for it."""

    mesh: Mesh
    cells: Cells

    @property
    def vertices(self) -> Array:
        """(N, 3) [m]."""
        return self.mesh.vertices

    def nearest(self, points: Array, *, within: float = np.inf) -> tuple[Array, Array]:
        """Signed distance (P,) [m] of points (P, 3), negative inside, and the unit directions out (P, 3).

        Infinite farther than a few centimetres away, or outside and surely farther than `within` [m].
        """
        out, away = np.empty(len(points)), np.empty((len(points), 3))
        distances(out, away, np.ascontiguousarray(points), within, self.mesh, self.cells)
        return out, away

    def depth(self, points: Array) -> Array:
        """Signed distance [m] of points (P, 3), negative inside; infinite farther than a few centimetres away."""
        return self.nearest(points)[0]

    def cleared(self, points: Array, clear: float) -> Array:
        """Points (P, 3) moved to at least `clear` [m] outside it, but for what is deep inside."""
        out, away = self.nearest(points, within=clear)
        short = np.where(out > -_DEEPEST, np.maximum(clear - out, 0.0), 0.0)
        return np.asarray(points + short[:, None] * away)

    def expel(self, x: Array, free: int, clear: float, inner: Ints) -> float:
        """The same for the first `free` rows of x (3, R, N + 4), in place; returns the deepest that was found [m].

        Where `inner` (free,) names a row, the middles of the edges and squares between the two are kept out as well.
        """
        return float(expel(x, free, clear, _DEEPEST, inner, self.mesh, self.cells))


@njit(cache=True, error_model="numpy")
def vertex_normals(vertices, faces, out):  # type: ignore[no-untyped-def]
    """Unit normals (N, 3), each face counted by its area."""
    for f in range(faces.shape[0]):
        a, b, c = faces[f, 0], faces[f, 1], faces[f, 2]
        ux, uy, uz = (
            vertices[b, 0] - vertices[a, 0],
            vertices[b, 1] - vertices[a, 1],
            vertices[b, 2] - vertices[a, 2],
        )
        vx, vy, vz = (
            vertices[c, 0] - vertices[a, 0],
            vertices[c, 1] - vertices[a, 1],
            vertices[c, 2] - vertices[a, 2],
        )
        nx, ny, nz = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
        for v in (a, b, c):
            out[v, 0] += nx
            out[v, 1] += ny
            out[v, 2] += nz
    for v in range(out.shape[0]):
        size = np.sqrt(out[v, 0] ** 2 + out[v, 1] ** 2 + out[v, 2] ** 2) + 1e-30
        out[v, 0] /= size
        out[v, 1] /= size
        out[v, 2] /= size


@njit(cache=True, error_model="numpy")
def extent(vertices):  # type: ignore[no-untyped-def]
    """Least and greatest coordinates."""
    low, high = vertices[0].copy(), vertices[0].copy()
    for v in range(vertices.shape[0]):
        for c in range(3):
            low[c] = min(low[c], vertices[v, c])
            high[c] = max(high[c], vertices[v, c])
    return low, high


@njit(cache=True, error_model="numpy")
def fill(vertices, low, size, start, order, near):  # type: ignore[no-untyped-def]
    """Sort vertices into cells: see `Cells`."""
    count = vertices.shape[0]
    cell = np.empty(count, dtype=np.int64)
    for v in range(count):
        i = int((vertices[v, 0] - low[0]) / _CELL)
        j = int((vertices[v, 1] - low[1]) / _CELL)
        k = int((vertices[v, 2] - low[2]) / _CELL)
        cell[v] = (i * size[1] + j) * size[2] + k
        start[cell[v] + 1] += 1
        if start[cell[v] + 1] > 1:
            continue
        for a in range(max(i - 1, 0), min(i + 2, size[0])):
            for b in range(max(j - 1, 0), min(j + 2, size[1])):
                for c in range(max(k - 1, 0), min(k + 2, size[2])):
                    near[(a * size[1] + b) * size[2] + c] = True
    for c in range(start.shape[0] - 1):
        start[c + 1] += start[c]
    taken = start.copy()
    for v in range(count):
        order[taken[cell[v]]] = v
        taken[cell[v]] += 1


@njit(cache=True, error_model="numpy")
def closest(px, py, pz, a, b, c):  # type: ignore[no-untyped-def]
    """Barycentric shares of b and c of the point of a triangle nearest to a point (Ericson 2005, section 5.1.5)."""
    abx, aby, abz = b[0] - a[0], b[1] - a[1], b[2] - a[2]
    acx, acy, acz = c[0] - a[0], c[1] - a[1], c[2] - a[2]
    apx, apy, apz = px - a[0], py - a[1], pz - a[2]
    d1 = abx * apx + aby * apy + abz * apz
    d2 = acx * apx + acy * apy + acz * apz
    if d1 <= 0.0 and d2 <= 0.0:
        return 0.0, 0.0
    ab, cb, cc = abx * abx + aby * aby + abz * abz, abx * acx + aby * acy + abz * acz, acx * acx + acy * acy + acz * acz
    d3, d4 = d1 - ab, d2 - cb
    if d3 >= 0.0 and d4 <= d3:
        return 1.0, 0.0
    vc = d1 * d4 - d3 * d2
    if vc <= 0.0 and d1 >= 0.0 and d3 <= 0.0:
        return d1 / (d1 - d3), 0.0
    d5, d6 = d1 - cb, d2 - cc
    if d6 >= 0.0 and d5 <= d6:
        return 0.0, 1.0
    vb = d5 * d2 - d1 * d6
    if vb <= 0.0 and d2 >= 0.0 and d6 <= 0.0:
        return 0.0, d2 / (d2 - d6)
    va = d3 * d6 - d5 * d4
    if va <= 0.0 and d4 - d3 >= 0.0 and d5 - d6 >= 0.0:
        w = (d4 - d3) / ((d4 - d3) + (d5 - d6))
        return 1.0 - w, w
    total = 1.0 / (va + vb + vc)
    return vb * total, vc * total


@njit(cache=True, error_model="numpy", inline="always")
def beside(px, py, pz, low, size, near):  # type: ignore[no-untyped-def]
    """Whether a point is in one of the cells that have a vertex in or beside them."""
    if px < low[0] or py < low[1] or pz < low[2]:
        return False
    i = int((px - low[0]) / _CELL)
    j = int((py - low[1]) / _CELL)
    k = int((pz - low[2]) / _CELL)
    return i < size[0] and j < size[1] and k < size[2] and near[(i * size[1] + j) * size[2] + k]


@njit(cache=True, error_model="numpy")
def distance(px, py, pz, within, mesh, cells):  # type: ignore[no-untyped-def]
    """Signed distance of a point that is `beside` the surface, and the direction out.

    Infinite where no vertex is in the cells about it, or where it is outside and surely farther than `within` [m].
    """
    low, size, start, place = cells.low, cells.size, cells.start, cells.place
    i0 = int((px - low[0]) / _CELL)
    j0 = int((py - low[1]) / _CELL)
    k0 = int((pz - low[2]) / _CELL)
    # The two nearest vertices: the nearest triangle is about one of them.
    one, two = -1, -1
    d_one, d_two = 1e9, 1e9
    for i in range(max(i0 - 1, 0), min(i0 + 2, size[0])):
        for j in range(max(j0 - 1, 0), min(j0 + 2, size[1])):
            row = (i * size[1] + j) * size[2]
            for at in range(start[row + max(k0 - 1, 0)], start[row + min(k0 + 2, size[2])]):
                x, y, z = place[at, 0] - px, place[at, 1] - py, place[at, 2] - pz
                d = x * x + y * y + z * z
                if d < d_one:
                    two, d_two = one, d_one
                    one, d_one = at, d
                elif d < d_two:
                    two, d_two = at, d
    if one < 0:
        return np.inf, 0.0, 0.0, 1.0
    vertices, normal, faces = mesh.vertices, mesh.normal, mesh.faces
    one = cells.order[one]
    if two >= 0:
        two = cells.order[two]
    far = within + max(mesh.span[one], mesh.span[two])
    if d_one > far * far:
        x, y, z = px - vertices[one, 0], py - vertices[one, 1], pz - vertices[one, 2]
        if x * normal[one, 0] + y * normal[one, 1] + z * normal[one, 2] > 0.0:
            return np.inf, 0.0, 0.0, 1.0
    best, bx, by, bz, bn = 1e9, 0.0, 0.0, 0.0, 1.0
    nx, ny, nz = 0.0, 0.0, 1.0
    for v in (one, two):
        if v < 0:
            continue
        for e in range(mesh.first[v], mesh.first[v + 1]):
            f = mesh.incident[e]
            a, b, c = faces[f, 0], faces[f, 1], faces[f, 2]
            s, t = closest(px, py, pz, vertices[a], vertices[b], vertices[c])
            r = 1.0 - s - t
            x = px - (r * vertices[a, 0] + s * vertices[b, 0] + t * vertices[c, 0])
            y = py - (r * vertices[a, 1] + s * vertices[b, 1] + t * vertices[c, 1])
            z = pz - (r * vertices[a, 2] + s * vertices[b, 2] + t * vertices[c, 2])
            d = x * x + y * y + z * z
            if d < best:
                best, bx, by, bz = d, x, y, z
                nx = r * normal[a, 0] + s * normal[b, 0] + t * normal[c, 0]
                ny = r * normal[a, 1] + s * normal[b, 1] + t * normal[c, 1]
                nz = r * normal[a, 2] + s * normal[b, 2] + t * normal[c, 2]
                bn = 1.0 / (np.sqrt(nx * nx + ny * ny + nz * nz) + 1e-30)
    far = np.sqrt(best)
    along = (bx * nx + by * ny + bz * nz) * bn
    # Beyond a cell what was found need not be the nearest: it counts if it is straight above a point deep inside.
    if far > _CELL and along > -0.7 * far:
        return np.inf, 0.0, 0.0, 1.0
    if along < 0.0:
        far = -far
    return far, nx * bn, ny * bn, nz * bn


@njit(cache=True, error_model="numpy")
def distances(out, away, points, within, mesh, cells):  # type: ignore[no-untyped-def]
    """`distance` of many points (P, 3)."""
    low, size, near = cells.low, cells.size, cells.near
    for i in range(points.shape[0]):
        px, py, pz = points[i, 0], points[i, 1], points[i, 2]
        out[i], away[i, 0], away[i, 1], away[i, 2] = np.inf, 0.0, 0.0, 1.0
        if beside(px, py, pz, low, size, near):
            out[i], away[i, 0], away[i, 1], away[i, 2] = distance(px, py, pz, within, mesh, cells)


@njit(cache=True, error_model="numpy")
def expel(x, free, clear, deepest, inner, mesh, cells):  # type: ignore[no-untyped-def]
    """See `Felt.expel`."""
    low, size, near = cells.low, cells.size, cells.near
    worst = 0.0
    for r in range(free):
        for j in range(2, x.shape[2] - 2):
            px, py, pz = x[0, r, j], x[1, r, j], x[2, r, j]
            if not beside(px, py, pz, low, size, near):
                continue
            d, nx, ny, nz = distance(px, py, pz, clear, mesh, cells)
            if d >= clear or d < -deepest:
                continue
            worst = max(worst, -d)
            x[0, r, j] += (clear - d) * nx
            x[1, r, j] += (clear - d) * ny
            x[2, r, j] += (clear - d) * nz
    for r in range(free):
        i = inner[r]
        if i < 0:
            continue
        for j in range(2, x.shape[2] - 2):
            beyond = j + 1 if j + 3 < x.shape[2] else 2
            # The middle of the strip between the rows, and that of the square beside it.
            for col in (j, beyond):
                # A square is only kept from being inside: wider, it would stretch the ring where it turns on a leg.
                least = 0.5 * clear if col == j else 0.0
                px = 0.25 * (x[0, r, j] + x[0, i, j] + x[0, r, col] + x[0, i, col])
                py = 0.25 * (x[1, r, j] + x[1, i, j] + x[1, r, col] + x[1, i, col])
                pz = 0.25 * (x[2, r, j] + x[2, i, j] + x[2, r, col] + x[2, i, col])
                if not beside(px, py, pz, low, size, near):
                    continue
                d, nx, ny, nz = distance(px, py, pz, least, mesh, cells)
                if d >= least or d < -deepest:
                    continue
                worst = max(worst, -d)
                # A sewn vertex stays, so the other goes twice as far.
                by = (least - d) * (1.0 if i < free else 2.0)
                for row in (r, i):
                    if row < free:
                        x[0, row, j] += by * nx
                        x[1, row, j] += by * ny
                        x[2, row, j] += by * nz
                        if col != j:
                            x[0, row, col] += by * nx
                            x[1, row, col] += by * ny
                            x[2, row, col] += by * nz
    return worst
