"""A draped costume in few numbers: seen from the pelvis it only sways.

A costume of 10,000 vertices at 30 Hz is 200 MB a minute. A mean shape plus a few dozen shapes of swaying, with one
number each a frame, give it back within a millimetre or two, and a longer dance hardly costs more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import DTypeLike, NDArray

Array = NDArray[np.float64]

ERROR = 0.002
"""How far a costume's vertices may stray, root mean square [m]."""
SHAPES = 72
"""Most shapes of swaying that are kept."""


class Folded(Protocol):
    """Vertices (F, V, 3) [m, world] at `rate` [Hz], frame 0 at the dance's frame 0 (`petipa.tutu.Drape` is one)."""

    @property
    def vertices(self) -> Any: ...
    @property
    def rate(self) -> float: ...


class DrapeLike(Folded, Protocol):
    """A draped costume (`petipa.tutu.Drape` is one).

    Attributes
    ----------
    faces : (M, 3); layer_of_vertex : (V,), in any order of layers
    uv : (V, 2), share of the way round, and the distance from the waist [m], negative above the net
    """

    @property
    def faces(self) -> NDArray[Any]: ...
    @property
    def layer_of_vertex(self) -> NDArray[Any]: ...
    @property
    def uv(self) -> NDArray[Any]: ...


@dataclass(frozen=True)
class Sway:
    """A costume as seen from the pelvis: ``mean + weights @ shapes``.

    Attributes
    ----------
    mean : array [m], shape (V, 3)
    shapes : array [m], shape (K, V, 3)
        Largest first.
    weights : array, shape (F, K)
        Each within -1 to 1.
    error : float [m]
        Root mean square of what is left out.
    """

    mean: Array
    shapes: Array
    weights: Array
    error: float


@dataclass(frozen=True)
class Seen:
    """A costume as seen from the pelvis, worked out as it is asked for: a whole evening of it would fill the memory.

    Attributes
    ----------
    drape : its vertices ; rotations : (frames, 3, 3), positions : (frames, 3) [m] of the pelvis, at `rate` [Hz]
    """

    drape: Folded
    rotations: Array
    positions: Array
    rate: float

    @property
    def shape(self) -> tuple[int, ...]:
        """(F, V, 3)."""
        return (len(self.drape.vertices), *np.shape(self.drape.vertices[0]))

    def __len__(self) -> int:
        return len(self.drape.vertices)

    def __getitem__(self, frames: slice | NDArray[np.int64]) -> NDArray[np.float32]:
        which = np.arange(len(self))[frames]
        at = np.minimum(np.round(which / self.drape.rate * self.rate).astype(np.int64), len(self.positions) - 1)
        local = np.empty((len(which), *self.shape[1:]), dtype=np.float32)
        for index, frame in enumerate(which):
            moved = np.asarray(self.drape.vertices[int(frame)], dtype=np.float64) - self.positions[at[index]]
            local[index] = moved @ self.rotations[at[index]]
        return local

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> NDArray[Any]:
        whole = self[:]
        return whole if dtype is None else whole.astype(dtype)


def sway(local: NDArray[Any] | Seen, *, error: float = ERROR, shapes: int = SHAPES) -> Sway:
    """The fewest shapes of swaying, at most `shapes`, that give `local` (F, V, 3) back within `error` [m]."""
    frames, vertices = local.shape[:2]

    def flat(some: slice | NDArray[np.int64]) -> NDArray[np.float32]:
        part = np.asarray(local[some], dtype=np.float32)
        return part.reshape(len(part), -1)

    blocks = [slice(first, first + 256) for first in range(0, frames, 256)]
    mean = (sum(flat(block).sum(axis=0, dtype=np.float64) for block in blocks) / frames).astype(np.float32)
    # Shapes are learnt from some hundred frames spread over the dance, then every frame is written in them.
    chosen = np.unique(np.linspace(0, frames - 1, min(frames, 480)).round().astype(np.int64))
    sample = flat(chosen) - mean
    values, vectors = np.linalg.eigh((sample @ sample.T).astype(np.float64))
    values, vectors = np.maximum(values[::-1], 0.0), vectors[:, ::-1]
    left = np.sqrt(np.maximum(values.sum() - np.cumsum(values), 0.0) / (len(chosen) * vertices))
    enough = np.flatnonzero(left <= error)
    kept = min(int(enough[0]) + 1 if len(enough) else len(values), shapes, int((values > 1e-9).sum()))
    if kept == 0:
        return Sway(mean.reshape(-1, 3).astype(float), np.zeros((0, vertices, 3)), np.zeros((frames, 0)), 0.0)
    basis = (vectors[:, :kept].T.astype(np.float32) @ sample) / np.sqrt(values[:kept, None]).astype(np.float32)
    weights = np.empty((frames, kept), dtype=np.float64)
    missed = 0.0
    for block in blocks:
        part = flat(block) - mean
        weights[block] = part @ basis.T
        missed += float(np.square(part, dtype=np.float64).sum()) - float(np.square(weights[block]).sum())
    largest = np.maximum(np.abs(weights).max(axis=0), 1e-9)
    return Sway(
        mean=mean.reshape(-1, 3).astype(float),
        shapes=(basis * largest[:, None]).astype(np.float64).reshape(kept, vertices, 3),
        weights=weights / largest,
        error=float(np.sqrt(max(missed, 0.0) / (frames * vertices))),
    )


def seen_from(drape: Folded, rotations: Array, positions: Array, *, rate: float) -> Seen:
    """A costume's vertices as seen from the pelvis, shape (F, V, 3) [m].

    Parameters
    ----------
    rotations : (frames, 3, 3) and positions : (frames, 3) [m] of the pelvis, at `rate` [Hz]
    """
    return Seen(drape, rotations, positions, rate)
