"""The body as the tutu feels it: round cones on the segments it can touch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numba import njit
from numpy.typing import NDArray

Array = NDArray[np.float64]


class HasJoints(Protocol):
    """What `Colliders.of` needs of a skeleton."""

    @property
    def names(self) -> tuple[str, ...]: ...
    @property
    def parents(self) -> NDArray[np.int64]: ...
    @property
    def offsets(self) -> Array: ...


# Limbs the tutu can touch: name, body, from (share of the way to) to (share of the way to) the end joint,
# radii there [m] for a height of 1.65 m: a slight dancer's, where no mesh is measured.
_LIMBS: tuple[tuple[str, str, str, float, float, float, float], ...] = (
    ("thigh", "thigh", "shank", 0.12, 0.55, 0.078, 0.069),
    ("knee", "thigh", "shank", 0.55, 1.0, 0.069, 0.054),
    ("calf", "shank", "foot", 0.0, 0.40, 0.054, 0.050),
    ("shin", "shank", "foot", 0.40, 1.0, 0.050, 0.033),
    ("upper_arm", "upper_arm", "forearm", 0.15, 1.0, 0.043, 0.036),
    ("forearm", "forearm", "hand", 0.0, 1.0, 0.035, 0.024),
)
_HAND = (0.150, 0.030, 0.016)
# The shoe: name, body, ends from its joint (the left one's) and radii [m], as above.
_SHOE: tuple[tuple[str, str, tuple[float, float, float], tuple[float, float, float], float, float], ...] = (
    ("heel", "foot", (-0.015, 0.009, -0.044), (0.058, 0.007, -0.042), 0.033, 0.035),
    ("instep", "mid", (0.000, 0.007, -0.010), (0.062, 0.005, -0.022), 0.036, 0.030),
    ("toe", "toes", (0.000, 0.005, 0.001), (0.055, 0.003, -0.004), 0.027, 0.021),
)
# Slices of the trunk: body, height above its joint, centre forward, half depth, half width [m], as above.
_TRUNK: tuple[tuple[str, float, float, float, float], ...] = (
    ("pelvis", -0.045, 0.003, 0.085, 0.149),
    ("pelvis", 0.000, 0.002, 0.092, 0.149),
    ("pelvis", 0.045, 0.010, 0.090, 0.143),
    ("lumbar", 0.030, 0.022, 0.078, 0.128),
    ("lumbar", 0.090, 0.036, 0.072, 0.116),
    ("lumbar", 0.150, 0.034, 0.072, 0.114),
    ("thorax", 0.060, 0.020, 0.080, 0.122),
    ("thorax", 0.130, 0.020, 0.090, 0.130),
    ("chest", 0.040, 0.020, 0.085, 0.135),
)


@dataclass(frozen=True)
class Colliders:
    """Round cones (a segment with a radius that changes evenly along it), each fixed to a body.

    Attributes
    ----------
    names : (K,) ; bone : (K,) body index
    a, b : (K, 3) [m] ends in the body's frame ; ra, rb : (K,) [m] radii there
    """

    names: tuple[str, ...]
    bone: NDArray[np.int64]
    a: Array
    b: Array
    ra: Array
    rb: Array

    @property
    def yielding(self) -> NDArray[np.bool_]:
        """(K,) those the net yields to only so far, before it lets them through: the arms.

        A dancer's low arms reach through where her tutu is: real ones brush its edge. So an arm presses the net
        down gently from above, slips through when it insists, and comes up again without lifting it.
        """
        return np.array([name.startswith(("upper_arm", "forearm", "hand")) for name in self.names])

    @classmethod
    def of(cls, skeleton: HasJoints) -> Colliders:
        """The colliders of a skeleton by its joints alone, with a slight dancer's radii."""
        names = list(skeleton.names)
        joints = zero_pose(skeleton)
        scale = joints[names.index("head"), 2] / 1.526
        rows: list[tuple[str, int, Array, Array, float, float]] = []
        for body_name, above, forward, depth, width in _TRUNK:
            centre = np.array([forward, 0.0, above]) * scale
            side = np.array([0.0, max(width - depth, 0.005), 0.0]) * scale
            rows.append((body_name, names.index(body_name), centre - side, centre + side, depth * scale, depth * scale))
        for end, sign in (("_l", 1.0), ("_r", -1.0)):
            for name, first, last, share_a, share_b, ra, rb in _LIMBS:
                body = names.index(first + end)
                along = joints[names.index(last + end)] - joints[body]
                rows.append((name + end, body, share_a * along, share_b * along, ra * scale, rb * scale))
            reach, ra, rb = _HAND
            tip = np.array([0.0, sign * reach * scale, 0.0])
            rows.append(("hand" + end, names.index("hand" + end), np.zeros(3), tip, ra * scale, rb * scale))
            for name, first, heel, toe, ra, rb in _SHOE:
                mirror = scale * np.array([1.0, sign, 1.0])
                ends = mirror * np.array(heel), mirror * np.array(toe)
                rows.append((name + end, names.index(first + end), *ends, ra * scale, rb * scale))
        return cls(
            names=tuple(row[0] for row in rows),
            bone=np.array([row[1] for row in rows]),
            a=np.array([row[2] for row in rows]),
            b=np.array([row[3] for row in rows]),
            ra=np.array([row[4] for row in rows]),
            rb=np.array([row[5] for row in rows]),
        )

    def fitted(self, joints: Array, vertices: Array, bone: NDArray[np.uint8], weight: Array) -> Colliders:
        """The same colliders with the girth of a mesh in its zero pose.

        Parameters
        ----------
        joints : (26, 3) ; vertices : (N, 3) [m] ; bone, weight : (N, 4) the bodies that carry each vertex
        """
        owner = bone[np.arange(len(bone)), weight.argmax(axis=1)].astype(np.int64)
        a, b, ra, rb = self.a.copy(), self.b.copy(), self.ra.copy(), self.rb.copy()
        trunk = ("pelvis", "lumbar", "thorax", "chest")
        for k, name in enumerate(self.names):
            body = int(self.bone[k])
            if name in trunk:
                centre = 0.5 * (self.a[k] + self.b[k]) + joints[body]
                near = (np.abs(vertices[:, 2] - centre[2]) < 0.012) & np.isin(owner, (0, 1, 2, 3, 16, 21))
                if near.sum() < 8:
                    continue
                low, high = vertices[near].min(axis=0), vertices[near].max(axis=0)
                depth, width = 0.5 * (high[0] - low[0]), 0.5 * (high[1] - low[1])
                side = np.array([0.0, max(width - depth, 0.005), 0.0])
                middle = np.array([0.5 * (high[0] + low[0]), 0.0, centre[2]]) - joints[body]
                a[k], b[k], ra[k], rb[k] = middle - side, middle + side, depth, depth
                continue
            along = self.b[k] - self.a[k]
            length = float(np.linalg.norm(along))
            axis = along / length
            # The forearm's own twist is a body apart, but lies on the same axis.
            mine = owner == body if not name.startswith("forearm") else np.isin(owner, (body, body + 1))
            local = vertices[mine] - joints[body]
            place = (local - self.a[k]) @ axis / length
            for end, share in ((a, 0.0), (b, 1.0)):
                near = np.abs(place - share) < 0.12
                if near.sum() < 6 or name.startswith(("hand", "heel", "instep", "toe")):
                    continue
                across = local[near] - np.outer(local[near] @ axis, axis)
                low, high = across.min(axis=0), across.max(axis=0)
                girth = float(np.sort(0.5 * (high - low))[1:].mean())
                end[k] = (end[k] @ axis) * axis + 0.5 * (low + high)
                # The skin swells where the hip bends, which the zero pose does not show.
                (ra if end is a else rb)[k] = girth + (0.006 if name.startswith("thigh") and share == 0.0 else 0.003)
        return Colliders(names=self.names, bone=self.bone, a=a, b=b, ra=ra, rb=rb)

    def placed(self, R: Array, p: Array) -> tuple[Array, Array]:
        """Ends in the world.

        Parameters
        ----------
        R : (..., 26, 3, 3) ; p : (..., 26, 3) [m]

        Returns
        -------
        a, b : (..., K, 3) [m]
        """
        turn, origin = R[..., self.bone, :, :], p[..., self.bone, :]
        a = np.einsum("...kij,kj->...ki", turn, self.a) + origin
        b = np.einsum("...kij,kj->...ki", turn, self.b) + origin
        return a, b

    def nearest(self, points: Array, *, a: Array, b: Array) -> tuple[Array, Array]:
        """Signed distance (P,) [m] of points (P, 3), negative inside, and the unit directions out (P, 3).

        Parameters
        ----------
        a, b : (K, 3) [m] the ends, as `placed` gives them
        """
        away = np.empty((len(points), 3))
        return np.asarray(signed_distance(np.ascontiguousarray(points), a, b, self.ra, self.rb, away)), away

    def depth(self, points: Array, R: Array, p: Array) -> Array:
        """Signed distance of points (V, 3) to the nearest collider in one pose [m]; negative inside."""
        a, b = self.placed(R, p)
        return self.nearest(np.asarray(points, dtype=np.float64), a=a, b=b)[0]


def zero_pose(skeleton: HasJoints) -> Array:
    """Joint centres (26, 3) [m] in the zero pose."""
    joints = np.zeros((len(skeleton.names), 3))
    for body, parent in enumerate(skeleton.parents):
        joints[body] = skeleton.offsets[body] + (joints[parent] if parent >= 0 else 0.0)
    return joints


@njit(cache=True, inline="always", error_model="numpy")
def nearest(px, py, pz, a, b, ra, rb):  # type: ignore[no-untyped-def]
    """Distance to the axis, radius there, and unit normal away from the axis, of one round cone."""
    ux, uy, uz = b[0] - a[0], b[1] - a[1], b[2] - a[2]
    wx, wy, wz = px - a[0], py - a[1], pz - a[2]
    uu = ux * ux + uy * uy + uz * uz
    t = (wx * ux + wy * uy + wz * uz) / uu
    # The surface of a cone leans: the nearest point of it lies where the axis point is shifted by the taper.
    slope = (rb - ra) / np.sqrt(uu)
    across = np.sqrt(max(wx * wx + wy * wy + wz * wz - t * t * uu, 0.0))
    t = t + slope / np.sqrt(1.0 - slope * slope) * across / np.sqrt(uu)
    t = min(max(t, 0.0), 1.0)
    nx, ny, nz = wx - t * ux, wy - t * uy, wz - t * uz
    far = np.sqrt(nx * nx + ny * ny + nz * nz) + 1e-12
    return far, ra + t * (rb - ra), nx / far, ny / far, nz / far


@njit(cache=True, error_model="numpy")
def signed_distance(points, a, b, ra, rb, away):  # type: ignore[no-untyped-def]
    """Signed distance [m] of points (V, 3) to the union of round cones; `away` (V, 3) is filled with the ways out."""
    out = np.empty(points.shape[0])
    for i in range(points.shape[0]):
        best = 1e9
        for k in range(a.shape[0]):
            far, radius, nx, ny, nz = nearest(points[i, 0], points[i, 1], points[i, 2], a[k], b[k], ra[k], rb[k])
            if far - radius < best:
                best = far - radius
                away[i, 0], away[i, 1], away[i, 2] = nx, ny, nz
        out[i] = best
    return out


@njit(cache=True, error_model="numpy")
def find_candidates(  # type: ignore[no-untyped-def]
    x, inner, outer, columns, a, b, ra, rb, yielding, up, reach, rows, cols, cone, entry
):
    """List the vertices near a cone, with the side on which each stands now; returns how many.

    The side is that of the net about a vertex, not its own alone: else a limb would part neighbours and slip between.

    Parameters
    ----------
    x : (3, R, N + 4) positions; inner, outer : (free,) rows beside each ; a, b : (K, 3) ends of the cones
    yielding : (K,) bool, those that touch only what lies under them, `up` (3,) being the pelvis's
    reach : (K,) [m] what is nearer than this is listed
    rows, cols, cone : (most,) filled; entry : (most, 3) filled with the unit normal of now
    """
    most, free = rows.shape[0], inner.shape[0]
    found = 0
    lo = np.empty((a.shape[0], 3))
    hi = np.empty((a.shape[0], 3))
    for k in range(a.shape[0]):
        for c in range(3):
            lo[k, c] = min(a[k, c] - ra[k], b[k, c] - rb[k]) - reach[k]
            hi[k, c] = max(a[k, c] + ra[k], b[k, c] + rb[k]) + reach[k]
    for r in range(free):
        low = np.array([1e9, 1e9, 1e9])
        high = -low
        for c in range(3):
            for j in range(2, columns + 2):
                low[c] = min(low[c], x[c, r, j])
                high[c] = max(high[c], x[c, r, j])
        for k in range(a.shape[0]):
            apart = False
            for c in range(3):
                if low[c] > hi[k, c] or high[c] < lo[k, c]:
                    apart = True
            if apart:
                continue
            for j in range(columns):
                px, py, pz = x[0, r, j + 2], x[1, r, j + 2], x[2, r, j + 2]
                if px < lo[k, 0] or px > hi[k, 0] or py < lo[k, 1] or py > hi[k, 1] or pz < lo[k, 2] or pz > hi[k, 2]:
                    continue
                far, radius, nx, ny, nz = nearest(px, py, pz, a[k], b[k], ra[k], rb[k])
                if yielding[k] and nx * up[0] + ny * up[1] + nz * up[2] > -0.2:
                    continue
                if far - radius < reach[k] and found < most:
                    rows[found], cols[found], cone[found] = r, j, k
                    if not yielding[k]:
                        up1 = inner[r]
                        up2 = inner[up1] if up1 < free else up1
                        for row in (up2, up1, outer[r]):
                            for col in range(j, j + 5, 2):
                                _, _, mx, my, mz = nearest(
                                    x[0, row, col], x[1, row, col], x[2, row, col], a[k], b[k], ra[k], rb[k]
                                )
                                nx, ny, nz = nx + mx, ny + my, nz + mz
                        size = 1.0 / (np.sqrt(nx * nx + ny * ny + nz * nz) + 1e-12)
                        nx, ny, nz = size * nx, size * ny, size * nz
                    entry[found, 0], entry[found, 1], entry[found, 2] = nx, ny, nz
                    found += 1
    return found


@njit(cache=True, inline="always", error_model="numpy")
def contact_normal(px, py, pz, a, b, ra, rb, ex, ey, ez):  # type: ignore[no-untyped-def]
    """Signed distance and the direction out of one cone; deep inside, the side it came from counts."""
    far, radius, nx, ny, nz = nearest(px, py, pz, a, b, ra, rb)
    if far < 0.6 * radius or nx * ex + ny * ey + nz * ez < 0.0:
        along = far * (nx * ex + ny * ey + nz * ez)
        return along - radius, ex, ey, ez
    return far - radius, nx, ny, nz


@njit(cache=True, error_model="numpy")
def push_out(x, found, rows, cols, cone, entry, a, b, ra, rb, yielding):  # type: ignore[no-untyped-def]
    """Move what is still inside a cone to its surface; returns the deepest that was found [m]."""
    worst = 0.0
    for i in range(found):
        r, j, k = rows[i], cols[i] + 2, cone[i]
        if yielding[k]:
            continue
        d, nx, ny, nz = contact_normal(
            x[0, r, j], x[1, r, j], x[2, r, j], a[k], b[k], ra[k], rb[k], entry[i, 0], entry[i, 1], entry[i, 2]
        )
        if d < 0.0:
            worst = max(worst, -d)
            x[0, r, j] -= d * nx
            x[1, r, j] -= d * ny
            x[2, r, j] -= d * nz
    return worst


@njit(cache=True, error_model="numpy")
def rub(x, v, found, rows, cols, cone, entry, a, b, ra, rb, yielding, va, vb, near, keep):  # type: ignore[no-untyped-def]
    """Let the body drag the net that touches it: the sliding velocity keeps only a share `keep`."""
    for i in range(found):
        r, j, k = rows[i], cols[i], cone[i]
        if yielding[k]:
            continue
        px, py, pz = x[0, r, j + 2], x[1, r, j + 2], x[2, r, j + 2]
        far, radius, nx, ny, nz = nearest(px, py, pz, a[k], b[k], ra[k], rb[k])
        if far - radius > near:
            continue
        ux, uy, uz = b[k, 0] - a[k, 0], b[k, 1] - a[k, 1], b[k, 2] - a[k, 2]
        t = ((px - a[k, 0]) * ux + (py - a[k, 1]) * uy + (pz - a[k, 2]) * uz) / (ux * ux + uy * uy + uz * uz)
        t = min(max(t, 0.0), 1.0)
        sx = v[0, r, j] - (va[k, 0] + t * (vb[k, 0] - va[k, 0]))
        sy = v[1, r, j] - (va[k, 1] + t * (vb[k, 1] - va[k, 1]))
        sz = v[2, r, j] - (va[k, 2] + t * (vb[k, 2] - va[k, 2]))
        normal = sx * nx + sy * ny + sz * nz
        v[0, r, j] -= (1.0 - keep) * (sx - normal * nx)
        v[1, r, j] -= (1.0 - keep) * (sy - normal * ny)
        v[2, r, j] -= (1.0 - keep) * (sz - normal * nz)
