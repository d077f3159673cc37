"""The tutu in time: one step after another, hung on the pelvis, kept off the body."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from petipa.tutu import cloth, contact
from petipa.tutu.basque import Basque
from petipa.tutu.cut import Cut, Pattern, lay_out
from petipa.tutu.descent import Descent
from petipa.tutu.metric import Metric
from petipa.tutu.surface import Felt
from petipa.tutu.wearer import Wearer, drawn_up

Array = NDArray[np.float64]

AIR_DENSITY = 1.2
# Between rows farther apart than this [m] the net's edges are kept off the skin as its vertices are.
_SPAN = 0.05


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How finely a step is solved.

    Attributes
    ----------
    substeps : steps of the cloth per frame of the motion
    iterations : descents a step, and `struggle` at most while one still moves a vertex by `calm` [m]
    tolerance : a step ends when a descent promises less energy than this [J]
    memory : descents remembered by the quasi-Newton step ; floor : of the metric, see `metric.Metric`
    skin : the net keeps this far from the body's cones [m] ; press : how firmly [N/m per vertex]
    clear : and its vertices this far from the skin itself [m], so that between them it does not dip into a limb
    brush : most that an arm presses on a vertex [N], see `Colliders.yielding`
    reach : vertices this near to the body are watched [m]
    slide : share of the sliding speed kept by net on tights, per step
    """

    substeps: int = 2
    iterations: int = 8
    struggle: int = 12
    calm: float = 0.0005
    tolerance: float = 5e-8
    memory: int = 8
    floor: float = 0.08
    skin: float = 0.004
    clear: float = 0.003
    press: float = 50.0
    brush: float = 0.006
    reach: float = 0.05
    slide: float = 0.8


@dataclass(frozen=True)
class Pose:
    """The body at one moment, in the world: pelvis, the bone above it, ends of the colliders, the skin; and the basque.

    The basque's held and sewn rows (2 layers, columns, 3) [m] are in the pelvis frame, see `Basque.fitted`.
    """

    turn: Array
    origin: Array
    waist_turn: Array
    waist: Array
    a: Array
    b: Array
    basque: Array
    felt: Felt | None = None


class Tutu:
    """A tutu worn: state and one step.

    Parameters
    ----------
    wearer : the body it hangs on ; cut, seed : which tutu ; rate : frames of motion per second [Hz]
    pelvis : index of the pelvis body, the next one being the spine above it
    """

    def __init__(
        self,
        wearer: Wearer,
        *,
        cut: Cut | None = None,
        settings: Settings | None = None,
        rate: float = 60.0,
        seed: int = 0,
        pelvis: int = 0,
    ) -> None:
        self.cut = Cut() if cut is None else cut
        self.settings = Settings() if settings is None else settings
        self.colliders = wearer.colliders
        self.surface = wearer.surface
        self.parents = wearer.parents
        self.pelvis = pelvis
        self.pattern: Pattern = lay_out(self.cut, outline=wearer.outline, yoke=wearer.yoke, seed=seed)
        self.net = cloth.weave(self.pattern)
        self._basque = Basque.of(self.pattern)
        self._worn = np.zeros(len(self._basque.give))
        self.h = 1.0 / (rate * self.settings.substeps)
        rows, columns = self.pattern.rest.shape[:2]
        free = self.pattern.free
        metric = Metric(self.net, h=self.h, floor=self.settings.floor)
        self._descent = Descent(metric, (3, free, columns), memory=self.settings.memory)
        self._x = np.zeros((3, rows, columns + 2 * cloth.HALO))
        self._g = np.zeros_like(self._x)
        self._v = np.zeros((3, free, columns))
        self._drift = np.zeros((3, free, columns))
        springs, bends, stacks = self.net.springs, self.net.bends, self.net.stacks
        self._springs = (springs.a, springs.b, springs.shift, springs.weight, springs.length)
        self._bends = (bends.a, bends.b, bends.c, bends.shift, bends.weight, bends.size)
        self._stacks = (
            stacks.low,
            stacks.u0,
            stacks.u1,
            stacks.share,
            stacks.weight,
            stacks.least,
            stacks.most,
        )
        self._stack_normal = np.zeros((len(stacks.low), 3, columns))
        # The upper layer's normal at a place is taken between the rows on either side of it.
        inner = [self._neighbour(int(u), -1) for u in stacks.u0]
        self._stack_rows = (stacks.u0, np.array(inner, dtype=np.int64), stacks.u1)
        self._mass_h2 = self.net.mass / self.h**2
        most = 40_000
        self._near = (
            np.zeros(most, dtype=np.int64),
            np.zeros(most, dtype=np.int64),
            np.zeros(most, dtype=np.int64),
            np.zeros((most, 3)),
        )
        far = (
            np.array([layer.length / (layer.rows - 1) for layer in self.cut.layers])[self.pattern.layer[:free]] > _SPAN
        )
        self._spanning = np.where(far, self.net.inner, -1)
        self._yielding = self.colliders.yielding
        self.deepest = 0.0
        self.descents = 0

    def _neighbour(self, row: int, by: int) -> int:
        chain = list(self.pattern.chains[int(self.pattern.layer[row])])
        return int(chain[min(max(chain.index(row) + by, 0), len(chain) - 1)])

    # ------------------------------------------------------------------ poses

    def pose(self, R: Array, p: Array) -> Pose:
        """The body in one frame, R (26, 3, 3), p (26, 3) [m]; the basque finds its place from where it was last."""
        a, b = self.colliders.placed(R, p)
        turn, origin = R[self.pelvis].copy(), p[self.pelvis].copy()
        felt = None if self.surface is None else self.surface.felt(self.surface.posed(R, p))
        return Pose(
            turn=turn,
            origin=origin,
            waist_turn=R[self.pelvis + 1].copy(),
            waist=p[self.pelvis + 1].copy(),
            a=a,
            b=b,
            felt=felt,
            basque=self._basque.fitted(
                partial(self.colliders.nearest, a=a, b=b) if felt is None else felt.nearest,
                turn,
                origin,
                self._worn,
                clear=self.settings.clear,
            ),
        )

    def sewn(self, pose: Pose) -> Array:
        """Where the held and sewn rows are, (3, 2 layers, columns): on the pelvis, as the basque fits there."""
        world = pose.basque @ pose.turn.T + pose.origin
        return np.ascontiguousarray(world.transpose(2, 0, 1))

    # ------------------------------------------------------------------ state

    def dress(self, pose: Pose) -> None:
        """Lay the tutu on a body as it was cut, at rest."""
        free, inside = self.pattern.free, slice(cloth.HALO, -cloth.HALO)
        world = self.pattern.rest @ pose.turn.T + pose.origin
        self._x[:, :, inside] = world.transpose(2, 0, 1)
        self._x[:, free:, inside] = self.sewn(pose)
        cloth.wrap(self._x, self.cut.columns)
        self._v[:] = 0.0
        self._drift[:] = 0.0
        self._last = pose

    def settle(self, pose: Pose, *, seconds: float = 1.5) -> None:
        """Let it come to rest on a body that stands still."""
        self.dress(pose)
        self.rest(pose, seconds=seconds)

    def rest(self, pose: Pose, *, seconds: float) -> None:
        """Hold a pose till it has swung out."""
        for _ in range(round(seconds / self.h)):
            self.step(pose)
            self._v *= 0.9
            self._drift *= 0.9

    def put_on(self, R: Array, p: Array) -> None:
        """Dress her standing straight, let her take her first pose, and wait: a leg already raised would be through it.

        Parameters
        ----------
        R : (26, 3, 3) ; p : (26, 3) [m] the first pose
        """
        self._worn[:] = 0.0
        if self.parents is None:
            self.settle(self.pose(R, p))
            return
        for step, (turn, place) in enumerate(drawn_up(self.parents, R, p, 40)):
            if step:
                self.advance(self.pose(turn, place))
            else:
                self.settle(self.pose(turn, place), seconds=0.6)
        self.rest(self._last, seconds=1.0)

    @property
    def vertices(self) -> Array:
        """(V, 3) [m]: the yoke, then layer by layer, from the basque out."""
        x = self._x[:, self.pattern.visible, cloth.HALO : -cloth.HALO]
        # The basque's upper edge lies at the waist, where the bodice follows pelvis and spine by halves.
        pose, count = self._last, len(self.cut.layers)
        yoke = self.pattern.yoke + pose.basque[count] - self.pattern.rest[self.pattern.free + count]
        joint = pose.turn.T @ (pose.waist - pose.origin)
        hips = yoke @ pose.turn.T + pose.origin
        spine = (yoke - joint) @ pose.waist_turn.T + pose.waist
        yoke = 0.5 * (hips + spine)
        felt = pose.felt
        if felt is not None:
            # The band down to the seam is flat, and a hip bent sharply is round: it is kept out half the way down.
            seam = x[:, 0].T
            for share in (0.0, 0.25, 0.5, 0.0, 0.25, 0.5, 0.0):
                band = yoke + share * (seam - yoke)
                yoke = yoke + (felt.cleared(band, self.settings.clear) - band) / (1.0 - share)
        return np.concatenate([yoke, x.transpose(1, 2, 0).reshape(-1, 3)])

    @property
    def energy(self) -> tuple[float, float]:
        """Kinetic energy, and elastic plus gravitational energy [J]."""
        cloth.normals(self._x, *self._stack_rows, self._stack_normal)
        potential = cloth.potential(self._x, self._g, self._springs, self._bends, self._stacks, self._stack_normal)
        height = self._x[2, : self.pattern.free, cloth.HALO : -cloth.HALO]
        potential += cloth.GRAVITY * float((self.net.mass[:, None] * height).sum())
        kinetic = 0.5 * float((self.net.mass[None, :, None] * self._v**2).sum())
        return kinetic, potential

    def strain(self) -> Array:
        """Relative lengthening (E, N): of every edge along and around the free net, then of the held and sewn rows.

        These are gathered, and give from fold to fold: theirs is that of a whole pleat.
        """
        s, n = self.net.springs, self.cut.columns
        kept = np.flatnonzero((s.shift == 0) | (s.a == s.b))
        out = np.empty((len(kept), n))
        for e, i in enumerate(kept):
            at = cloth.HALO + int(s.shift[i])
            d = self._x[:, s.a[i], cloth.HALO : cloth.HALO + n] - self._x[:, s.b[i], at : at + n]
            out[e] = np.sqrt((d**2).sum(axis=0)) / s.length[i] - 1.0
        per = n // self.cut.pleats
        pleats = []
        for rows in (self._last.basque, self.pattern.rest[self.pattern.free :]):
            edge = np.linalg.norm(np.roll(rows, -1, axis=1) - rows, axis=2)
            pleats.append(sum(np.roll(edge, k, axis=1) for k in range(per)))
        return np.concatenate([out, pleats[0] / pleats[1] - 1.0])

    def stacking(self) -> Array:
        """How far each place of a layer lies under the layer above [m], (E, N); negative where they cross."""
        cloth.normals(self._x, *self._stack_rows, self._stack_normal)
        k, inside = self.net.stacks, slice(cloth.HALO, -cloth.HALO)
        upper = (1 - k.share)[:, None] * self._x[:, k.u0, inside] + k.share[:, None] * self._x[:, k.u1, inside]
        offset = upper - self._x[:, k.low, inside]
        return np.asarray(np.einsum("cej,ecj->ej", offset, self._stack_normal))

    # ------------------------------------------------------------------ time

    def advance(self, pose: Pose) -> None:
        """Move on by one frame of the motion, to a new pose."""
        count, before = self.settings.substeps, self._last
        for k in range(1, count + 1):
            self.step(pose if k == count else between(before, pose, k / count))

    def step(self, pose: Pose) -> None:
        """One implicit step of the cloth to a pose `h` later."""
        free, n, h, inside = self.pattern.free, self.cut.columns, self.h, slice(cloth.HALO, -cloth.HALO)
        last, x, settings = self._last, self._x, self.settings
        old = x[:, :free, inside].copy()

        # Where the basque would carry every vertex if it were rigid: the air half follows, and so does the guess.
        turn = pose.turn @ last.turn.T
        flat = old.reshape(3, -1)
        carried = (turn @ (flat - last.origin[:, None]) + pose.origin[:, None]).reshape(old.shape)
        wind = self.cut.entrainment * (carried - old) / h
        v = self._v
        drag = 0.5 * AIR_DENSITY
        net = self.net
        cloth.air(
            x, v, wind, net.mass, net.area, net.inner, net.outer, drag * self.cut.drag, drag * self.cut.drag_along, h
        )
        target = old + h * v
        target[2] -= cloth.GRAVITY * h * h

        cloth.normals(x, *self._stack_rows, self._stack_normal)
        x[:, :free, inside] = carried + (turn @ self._drift.reshape(3, -1)).reshape(old.shape)
        x[:, free:, inside] = self.sewn(pose)
        # On which side of a limb a vertex stands is asked with the limb where it was.
        self._found = 0
        start = x[:, :free, inside].copy()
        x[:, :free, inside] = old
        self._wrap()
        ra, rb = self.colliders.ra, self.colliders.rb
        # Whatever a limb can meet on its way through this step, as seen from the pelvis, is near.
        ahead = [(end - pose.origin) @ turn + last.origin - was for end, was in ((pose.a, last.a), (pose.b, last.b))]
        reach = settings.reach + np.maximum(*(np.linalg.norm(move, axis=1) for move in ahead))
        self._found = contact.find_candidates(
            x,
            net.inner,
            net.outer,
            n,
            last.a,
            last.b,
            ra,
            rb,
            self._yielding,
            last.turn[:, 2].copy(),
            reach,
            *self._near,
        )
        x[:, :free, inside] = start
        self._wrap()
        self.descents = self._descent.run(
            lambda out: self._objective(target, pose, out),
            x,
            pose.turn,
            least=settings.iterations,
            most=settings.struggle,
            tolerance=settings.tolerance,
            calm=settings.calm,
        )
        deepest = contact.push_out(x, self._found, *self._near, pose.a, pose.b, ra, rb, self._yielding)
        felt = pose.felt
        self.deepest = deepest if felt is None else felt.expel(x, free, settings.clear, self._spanning)
        self._wrap()

        new = x[:, :free, inside]
        self._v = (new - old) / h
        self._drift = new - carried
        if self._found:
            contact.rub(
                x,
                self._v,
                self._found,
                *self._near,
                pose.a,
                pose.b,
                ra,
                rb,
                self._yielding,
                (pose.a - last.a) / h,
                (pose.b - last.b) / h,
                settings.skin + 0.001,
                settings.slide,
            )
        self._last = pose

    def _wrap(self) -> None:
        cloth.wrap(self._x, self.cut.columns)

    def _objective(self, target: Array, pose: Pose, out: Array) -> float:
        energy = cloth.potential(self._x, self._g, self._springs, self._bends, self._stacks, self._stack_normal)
        energy += cloth.inertia(self._x, target, self._mass_h2, self._g, out)
        if self._found:
            energy += contact_energy(self, pose, out)
        return float(energy)


def contact_energy(tutu: Tutu, pose: Pose, out: Array) -> float:
    """Energy of the net pressed to the body, gradient added to `out`."""
    settings, colliders = tutu.settings, tutu.colliders
    return float(
        cloth.touching(
            tutu._x,
            out,
            tutu._found,
            *tutu._near,
            pose.a,
            pose.b,
            colliders.ra,
            colliders.rb,
            tutu._yielding,
            settings.skin,
            settings.press,
            settings.brush,
        )
    )


def between(first: Pose, second: Pose, share: float) -> Pose:
    """A pose part of the way between two that are near each other; it is not seen, so its skin is not felt."""
    turn = (1.0 - share) * first.turn + share * second.turn
    left, _, right = np.linalg.svd(turn)
    return Pose(
        turn=left @ right,
        origin=(1.0 - share) * first.origin + share * second.origin,
        waist_turn=second.waist_turn,
        waist=(1.0 - share) * first.waist + share * second.waist,
        a=(1.0 - share) * first.a + share * second.a,
        b=(1.0 - share) * first.b + share * second.b,
        basque=(1.0 - share) * first.basque + share * second.basque,
    )
