"""Who wears the tutu: the body it may touch, and the line at which it is sewn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from petipa.dancer.body import body_of
from petipa.tutu.contact import Colliders, HasJoints, zero_pose
from petipa.tutu.cut import YOKE, Cut
from petipa.tutu.surface import Surface

Array = NDArray[np.float64]

# The basque stands off the bodice by a seam's thickness [m].
_SEAM = 0.005


@dataclass(frozen=True)
class Wearer:
    """A body measured for a tutu.

    Attributes
    ----------
    colliders : the body as the net feels it
    outline : (layers, columns, 3) [m] where each layer is sewn, in the pelvis frame; None for the cut's ellipse
    yoke : (columns, 3) [m] the basque's upper edge, close to the body, likewise
    surface : the skin the net is kept off; None where the visible body is another's
    parents : (26,) the body each hangs on, -1 for the pelvis; None if not known
    """

    colliders: Colliders
    outline: Array | None = None
    yoke: Array | None = None
    surface: Surface | None = None
    parents: NDArray[np.int64] | None = None

    @classmethod
    def of(cls, skeleton: HasJoints, *, cut: Cut | None = None) -> Wearer:
        """Measure the visible body if it is this skeleton's, else take the girth from its height."""
        cut = Cut() if cut is None else cut
        colliders = Colliders.of(skeleton)
        body = body_of(skeleton)
        rest = zero_pose(skeleton)
        if rest.shape != body.joints.shape or not np.allclose(body.joints, rest, atol=0.005):
            return cls(colliders, parents=skeleton.parents)
        vertices = np.asarray(body.vertices, dtype=np.float64)
        fitted = colliders.fitted(body.joints, vertices, body.bone, np.asarray(body.weight))
        mesh = vertices[np.asarray(body.faces, dtype=np.int64)]
        return cls(fitted, *hip_line(mesh, body.joints[0], fitted, cut), Surface.of(body), skeleton.parents)


def drawn_up(parents: NDArray[np.int64], R: Array, p: Array, count: int) -> Iterator[tuple[Array, Array]]:
    """From standing straight to a pose, R (26, 3, 3) and p (26, 3) [m], in `count` steps, the pelvis in its place."""
    own = np.array([R[parent].T @ R[body] if parent >= 0 else np.eye(3) for body, parent in enumerate(parents)])
    reach = np.array(
        [R[parent].T @ (p[body] - p[parent]) if parent >= 0 else p[body] for body, parent in enumerate(parents)]
    )
    bent = Rotation.from_matrix(own).as_rotvec()
    for step in range(count + 1):
        share = step / count
        local = Rotation.from_rotvec(share * share * (3.0 - 2.0 * share) * bent).as_matrix()
        turn, place = R.copy(), p.copy()
        for body, parent in enumerate(parents):
            if parent >= 0:
                turn[body] = turn[parent] @ local[body]
                place[body] = place[parent] + turn[parent] @ reach[body]
        yield turn, place


def hip_line(mesh: Array, pelvis: Array, colliders: Colliders, cut: Cut) -> tuple[Array, Array]:
    """Where each layer is sewn, around the body at its height, outside mesh and colliders; and the yoke above.

    Parameters
    ----------
    mesh : (M, 3, 3) triangles in the zero pose [m] ; pelvis : (3,) its joint
    colliders : those of the pelvis are kept clear of, too
    """
    columns = cut.columns
    theta = 2.0 * np.pi * np.arange(columns) / columns
    height = cut.ring[2]
    own = np.flatnonzero(np.isin(colliders.bone, (0,)))
    trunk = Colliders(
        names=tuple(colliders.names[k] for k in own),
        bone=np.zeros(len(own), dtype=np.int64),
        a=colliders.a[own],
        b=colliders.b[own],
        ra=colliders.ra[own],
        rb=colliders.rb[own],
    )
    away = np.stack([np.cos(theta), np.sin(theta), np.zeros(columns)], axis=1)
    centre = section(mesh - pelvis, height)
    centre = 0.5 * (centre.min(axis=0) + centre.max(axis=0))

    def girdle(level: float, harmonics: int, seam: float) -> Array:
        radius = reach(section(mesh - pelvis, level) - centre, theta)
        # No hollows: a band drawn tight bridges them. Then softened, as boned cloth is.
        wave = np.fft.rfft(radius)
        wave[harmonics:] = 0.0
        smooth = np.fft.irfft(wave, n=columns)
        radius = smooth + float((radius - smooth).max()) + seam
        return np.asarray(np.array([centre[0], centre[1], level]) + radius[:, None] * away)

    lines = []
    for layer in cut.layers:
        line = girdle(height - layer.drop, 11, _SEAM)
        for _ in range(6):
            clear = trunk.depth(line, np.eye(3)[None], np.zeros((1, 3)))
            line += np.maximum(_SEAM - clear, 0.0)[:, None] * away
        lines.append(line)
    return np.stack(lines), girdle(height + YOKE, 25, 0.001)


def section(mesh: Array, level: float) -> Array:
    """Points (P, 2) where the edges of triangles (M, 3, 3) cross the height `level`, the trunk's only."""
    first, second = mesh, np.roll(mesh, -1, axis=1)
    above, beyond = first[..., 2] - level, second[..., 2] - level
    crossing = (above * beyond < 0.0) & (np.abs(first[..., 1]) < 0.22)
    share = (above[crossing] / (above[crossing] - beyond[crossing]))[:, None]
    points = first[crossing] + share * (second[crossing] - first[crossing])
    return np.asarray(points[:, :2])


def reach(points: Array, theta: Array) -> Array:
    """How far the convex hull of points (P, 2) reaches from the origin in each direction [m]."""
    normal = np.stack([np.cos(theta), np.sin(theta)], axis=1)
    support = (points @ normal.T).max(axis=0)
    # The hull is the intersection of its supporting half planes.
    cosine = normal @ normal.T
    with np.errstate(divide="ignore"):
        limit = np.where(cosine > 0.05, support[None, :] / np.maximum(cosine, 0.05), np.inf)
    return np.asarray(limit.min(axis=1))
