"""The basque: the band the layers are sewn to, as a hip that bends tilts, lifts and widens it.

It is snug, short and boned: it does not drape, it finds where it fits, which is the lowest energy of an elastic ring
that lies on the hips and keeps off the skin. A ring resists lengthening and bending, while to be shifted or tilted as
a whole costs it no more than its hold on the hips (bent by the k-th harmonic it resists as the square of k squared
less one: Timoshenko and Gere 1961, "Theory of elastic stability", section 7.3). Where a thigh is raised far, the net
leaves it upward between thigh and belly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from petipa.tutu.cut import Pattern

Array = NDArray[np.float64]

Feel = Callable[[Array], tuple[Array, Array]]
"""Signed distances (P,) [m] of points (P, 3) from a body, and the unit directions out of it (P, 3), in the world."""

# Harmonics around the waist that a boned band can take.
_HARMONICS = 8
# How firm the ring is against lengthening, bending, and leaving its place on the hips; the band between its edges,
# against changing its width, and that unevenly; the net, against leaving it at another slope, and that unevenly. Only
# what they are beside each other counts. Chosen by eye: its cloth and bones are not known.
_STRETCH, _BEND, _HOLD, _WIDTH, _WARP, _RISE, _FAN = 0.3, 3e-4, 5e-3, 1e-2, 1e-4, 1e-5, 1e-5
# How far it gives where it is pressed from all sides, against how far it would move for the same force if it were not.
_SOFT = 0.03
# Columns that are asked, about ; rounds of asking a frame, and how far each goes toward what it found.
_ASKED, _ROUNDS, _TOWARD = 45, 5, 0.8
# The most that is asked for in a round: deep inside, which way is out is not to be trusted far [m].
_STEP = 0.012
# Asked for on top of what is needed, so that less than this may be lacking [m].
_SPARE = 0.001
# What is deeper inside than this is led over a thigh, never under it [m].
_DEEP = 0.01
# What stands this far off or farther is not asked about in a round [m].
_FAR = 0.03


@dataclass(frozen=True)
class Basque:
    """An elastic ring with two edges, the highest and the lowest sewn line.

    Attributes
    ----------
    line : (layers, columns, 3) [m] the sewn rows without their gathers, in the pelvis frame
    strip : (layers, columns, 3) [m] from there to the row after, which is held at a slope
    gathers : (2, layers, columns, 3) [m] what the gathers add to the held and the sewn rows
    fullness : (2, layers) length of those rows to a length without gathers
    share : (layers,) how far down the band each layer is sewn, 0 to 1
    axes : (3, columns, 3) unit vectors outward, around and up
    wave : (columns, harmonics) sines and cosines around the waist
    give : (n, n) what the ring does under a force, n = 7 harmonics: outward, around and up; how much farther out and
        up the lowest line goes than the highest; by what angle the net leaves it more upward, and the lowest layer
        still more than the highest
    """

    line: Array
    strip: Array
    gathers: Array
    fullness: Array
    share: Array
    axes: Array
    wave: Array
    give: Array

    @classmethod
    def of(cls, pattern: Pattern) -> Basque:
        """The basque of a pattern."""
        cut = pattern.cut
        count, columns = len(cut.layers), cut.columns
        held, sewn = pattern.rest[pattern.free : pattern.free + count], pattern.rest[pattern.free + count :]
        per = columns // cut.pleats

        def ungathered(rows: Array) -> Array:
            return np.asarray(sum(np.roll(rows, k - per // 2, axis=1) for k in range(per))) / per

        line = ungathered(sewn)
        strip = ungathered(held) - line
        drop = np.array([layer.drop for layer in cut.layers])
        up = np.tile([0.0, 0.0, 1.0], (columns, 1))
        axes = np.stack([pattern.outward, np.cross(up, pattern.outward), up])
        theta = 2.0 * np.pi * np.arange(columns) / columns
        order = np.repeat(np.arange(_HARMONICS + 1), 2)[1:]
        quarter = 0.5 * np.pi * (np.arange(2 * _HARMONICS + 1) % 2 == 0)
        wave = np.sin(order * theta[:, None] + quarter)
        return cls(
            line=line,
            strip=strip,
            gathers=np.stack([held - line - strip, sewn - line]),
            fullness=np.stack([_length(held) / _length(line + strip), _length(sewn) / _length(line)]),
            share=(drop - drop[0]) / max(float(drop[-1] - drop[0]), 1e-9),
            axes=axes,
            wave=wave,
            give=np.asarray(np.linalg.inv(_firmness(line[0], axes, wave, order)), dtype=np.float64),
        )

    def fitted(self, feel: Feel, turn: Array, origin: Array, found: Array, *, clear: float) -> Array:
        """Where it is on a body: the held and the sewn rows (2 layers, columns, 3) [m] in the pelvis frame.

        Parameters
        ----------
        feel : the body ; turn : (3, 3), origin : (3,) [m] of the pelvis
        found : (n,) how it lay the frame before, zeros at first; how it lies now is written there
        clear : how far off the body it is to be kept [m]
        """
        count = len(self.share)
        asked = slice(None, None, max(len(self.wave) // _ASKED, 1))
        edges = np.array([0, count // 2, count - 1, 0, count - 1])
        beyond = np.array([0.0, 0.0, 0.0, 1.0, 1.0])[:, None, None]
        strip, line, share = self.strip[edges, asked], self.line[edges, asked], self.share[edges]
        wave, axes = self.wave[asked], self.axes[:, asked]
        gather = np.linalg.norm(self.gathers[[1, 1, 1, 0, 0], edges], axis=2).max(axis=1)
        size = np.linalg.norm(strip, axis=2, keepdims=True)
        best = found.copy()
        for trial in range(_ROUNDS):
            by = best.reshape(7, -1) @ wave.T
            risen, across = turned(strip, by[5] + share[:, None] * by[6], axes)
            points = line + moved(by, axes, share) + beyond * risen
            depth, away = feel((points @ turn.T + origin).reshape(-1, 3))
            near = depth < _FAR
            level, column = np.divmod(np.flatnonzero(near), len(wave))
            away = (away @ turn)[near]
            depth = depth[near]
            # The gathers stand out across the net.
            folds = np.abs(np.einsum("hc,hc->h", away, (across / size)[level, column]))
            want = clear + _SPARE + gather[level] * folds - depth
            if trial and len(want) and want.max() < _SPARE:
                break
            out = np.einsum("ahc,hc->ha", axes[:, column], away)
            under = (out[:, 2] < 0.0) & (depth < -_DEEP)
            out[under] = 0.0, 0.0, 1.0
            away[under] = 0.0, 0.0, 1.0
            low = share[level][:, None] * out[:, [0, 2]]
            rise = np.einsum("hc,hc->h", away, (beyond * across)[level, column])[:, None]
            parts = np.concatenate([out, low, rise, share[level][:, None] * rise], axis=1)
            slope = (parts[:, :, None] * wave[column][:, None, :]).reshape(len(out), len(best))
            wanted = press(slope, np.minimum(want, _STEP) + slope @ best, self.give, _SOFT)
            best += _TOWARD * (wanted - best)
        found[:] = best
        by = best.reshape(7, -1) @ self.wave.T
        line = self.line + moved(by, self.axes, self.share)
        angle = by[5] + self.share[:, None] * by[6]
        held = line + turned(self.strip, angle, self.axes)[0]
        now, cut = np.stack([held, line]), np.stack([self.line + self.strip, self.line])
        gathers = self._left(now, cut) * self.gathers
        return np.concatenate([row + turned(one, angle, self.axes)[0] for row, one in zip(now, gathers, strict=True)])

    def _left(self, now: Array, cut: Array) -> Array:
        """How much of their gathers lines have left: as they lengthen these open, and the net does not."""
        size, was = (np.linalg.norm(np.roll(x, -2, axis=2) - np.roll(x, 2, axis=2), axis=3) for x in (now, cut))
        square = self.fullness[:, :, None] ** 2
        left = np.maximum(square - (size / was) ** 2, 0.0) / np.maximum(square - 1.0, 1e-6)
        return np.asarray(np.sqrt(left)[..., None])


def _length(rows: Array) -> Array:
    """Of closed lines (layers, columns, 3), (layers,) [m]."""
    return np.asarray(np.linalg.norm(np.roll(rows, -1, axis=1) - rows, axis=2).sum(axis=1))


def moved(by: Array, axes: Array, share: Array) -> Array:
    """How far (lines, columns, 3) [m] lines `share` of the way down the band go."""
    by = by[:, :, None]
    high = by[0] * axes[0] + by[1] * axes[1] + by[2] * axes[2]
    return np.asarray(high + share[:, None, None] * (by[3] * axes[0] + by[4] * axes[2]))


def turned(strip: Array, angle: Array, axes: Array) -> tuple[Array, Array]:
    """Strips (lines, columns, 3) turned upward by an angle (lines, columns) [rad], and where each goes on turning."""
    out, up = (np.einsum("ljc,jc->lj", strip, axis)[:, :, None] for axis in (axes[0], axes[2]))
    rest = strip - out * axes[0] - up * axes[2]
    cos, sin = np.cos(angle)[:, :, None], np.sin(angle)[:, :, None]
    first, second = cos * out - sin * up, sin * out + cos * up
    return rest + first * axes[0] + second * axes[2], first * axes[2] - second * axes[0]


def _firmness(line: Array, axes: Array, wave: Array, order: NDArray[np.int64]) -> Array:
    """The ring's energy (n, n), n as `Basque.give` has it; `order` (harmonics,) says which harmonic each wave is."""
    columns, n = wave.shape
    bent = np.where(order > 0, (order**2 - 1.0) ** 2, 0.0)
    edge = np.roll(line, -1, axis=0) - line
    size = np.linalg.norm(edge, axis=1, keepdims=True)
    radius = float(size.sum()) / (2.0 * np.pi)
    firm = np.zeros((7, n, 7, n))
    # How much a unit of each harmonic, outward or around, lengthens each edge.
    field = axes[:2, :, None, :] * wave[None, :, :, None]
    grown = np.einsum("jc,ajkc->jak", edge / size**2, np.roll(field, -1, axis=1) - field)
    firm[:2, :, :2] += _STRETCH * np.einsum("jak,jbl->akbl", grown, grown) / columns
    much = (wave**2).mean(axis=0) / radius**2
    each = np.arange(n)
    for part, (hold, bend) in enumerate([(_HOLD, _BEND), (_HOLD, 0.0), (_HOLD, _BEND), *2 * [(_WIDTH, _WARP)]]):
        firm[part, each, part, each] += much * (hold + bend * bent)
    for part in (5, 6):
        firm[part, each, part, each] += (wave**2).mean(axis=0) * (_RISE + _FAN * order**4)
    return firm.reshape(7 * n, 7 * n)


@njit(cache=True, fastmath=True, error_model="numpy")
def press(slope, want, give, soft):  # type: ignore[no-untyped-def]
    """The lowest energy at which every ``slope @ found`` is at least what is wanted, or nearly.

    Solved for the forces, one after the other (Hildreth 1957, "A quadratic programming procedure").

    Parameters
    ----------
    slope : (M, n) ; want : (M,) ; give : (n, n) the energy's inverse ; soft : see `_SOFT`
    """
    count, n = slope.shape
    found, force, size = np.zeros(n), np.zeros(count), np.empty(count)
    moves = slope @ give
    for i in range(count):
        part = 0.0
        for k in range(n):
            part += moves[i, k] * slope[i, k]
        size[i] = part
    for _ in range(40):
        change = 0.0
        for i in range(count):
            lack = want[i] - soft * size[i] * force[i]
            for k in range(n):
                lack -= slope[i, k] * found[k]
            by = max(lack / ((1.0 + soft) * size[i]), -force[i])
            if by == 0.0:
                continue
            force[i] += by
            change = max(change, abs(by) * size[i])
            for k in range(n):
                found[k] += by * moves[i, k]
        if change < 1e-5:
            break
    return found
