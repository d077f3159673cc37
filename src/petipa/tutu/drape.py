"""A motion draped: where every vertex of the skirt is at every frame of the film."""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from petipa.errors import FileError, SolveError
from petipa.files import atomic_path
from petipa.showing import Costume
from petipa.tutu.contact import HasJoints
from petipa.tutu.cut import Cut
from petipa.tutu.simulate import Settings, Tutu
from petipa.tutu.wearer import Wearer

Array = NDArray[np.float64]

# A tutu reaches half a metre from the pelvis; 1.2 m leave room for one that flies, at 0.04 mm a unit.
_SPAN = 1.2
_UNIT = _SPAN / 32767.0


@dataclass(frozen=True)
class Folds:
    """Vertex positions of many frames, kept as 16-bit offsets from the pelvis.

    Behaves as an array of shape (F, V, 3), float32 [m]: ``folds[i]`` is one frame, ``folds[a:b]`` several,
    ``numpy.asarray(folds)`` all.
    """

    offsets: NDArray[np.int16]
    origins: Array

    @property
    def shape(self) -> tuple[int, int, int]:
        """(F, V, 3)."""
        frames, vertices, _ = self.offsets.shape
        return frames, vertices, 3

    def __len__(self) -> int:
        return len(self.offsets)

    def __getitem__(self, frames: int | slice) -> NDArray[np.float32]:
        moved = self.offsets[frames].astype(np.float32) * np.float32(_UNIT)
        return np.asarray(moved + self.origins[frames][..., None, :].astype(np.float32))

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> NDArray[Any]:
        whole = self[:]
        return whole if dtype is None else whole.astype(dtype)


@dataclass(frozen=True)
class Drape:
    """The tutu over a whole dance.

    Attributes
    ----------
    vertices : (F, V, 3) float32 [m] in the world, decoded frame by frame
    faces : (M, 3) int32 triangles, the upper side counter-clockwise
    layer_of_vertex : (V,) uint8, 0 for the top layer and the basque's yoke
    uv : (V, 2) float32: share of the way round, and the distance from the basque [m] (the yoke's negative)
    rate : frames per second [Hz] ; start : music time of the first frame [s]
    """

    vertices: Folds
    faces: NDArray[np.int32]
    layer_of_vertex: NDArray[np.uint8]
    uv: NDArray[np.float32]
    rate: float
    start: float

    def save(self, path: str | Path) -> None:
        """Write it as npz, wholly or not at all.

        Raises
        ------
        FileError
            No permission, disk full, and so on.
        """
        with atomic_path(path) as private, private.open("wb") as handle:
            np.savez(
                handle,
                offsets=self.vertices.offsets,
                origins=self.vertices.origins,
                faces=self.faces,
                layer_of_vertex=self.layer_of_vertex,
                uv=self.uv,
                rate=self.rate,
                start=self.start,
            )

    @classmethod
    def load(cls, path: str | Path) -> Drape:
        """Read what `save` wrote.

        Raises
        ------
        FileError
            The file is missing, unreadable, or is no drape.
        """
        try:
            with np.load(path, allow_pickle=False) as file:
                offsets, origins = _offsets_of(path), file["origins"]
                if offsets.ndim != 3 or offsets.dtype != np.int16 or origins.shape != (len(offsets), 3):
                    raise ValueError("offsets and origins do not belong together")
                return cls(
                    vertices=Folds(offsets, origins),
                    faces=file["faces"],
                    layer_of_vertex=file["layer_of_vertex"],
                    uv=file["uv"],
                    rate=float(file["rate"]),
                    start=float(file["start"]),
                )
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as problem:
            raise FileError(
                f"this is no drape ({problem})", where=str(path), would_work="a file that Drape.save wrote"
            ) from problem


def frames(
    tutu: Tutu, R: Array, p: Array, *, rate: float = 60.0, out_rate: float = 30.0
) -> Iterator[tuple[Array, Array]]:
    """Drape a motion frame by frame, holding none.

    Yields
    ------
    vertices : (V, 3) [m] ; origin : (3,) [m] of the pelvis, at every frame of `out_rate`
    """
    stride = rate / out_rate
    tutu.put_on(R[0], p[0])
    wanted = 0
    for frame in range(len(R)):
        if frame:
            tutu.advance(tutu.pose(R[frame], p[frame]))
        if frame >= wanted * stride - 1e-9:
            wanted += 1
            yield tutu.vertices, p[frame, tutu.pelvis]


def cut_of(costume: Costume) -> Cut:
    """The skirt of a costume.

    Raises
    ------
    SolveError
        It has none.
    """
    if costume is Costume.ROMANTIC:
        return Cut.romantic()
    if costume is Costume.CLASSICAL:
        return Cut()
    skirts = ", ".join(one.value for one in (Costume.CLASSICAL, Costume.ROMANTIC))
    raise SolveError(f"a costume for {costume.value} has no skirt to drape", where="tutu", would_work=skirts)


def on_disk(shape: tuple[int, ...]) -> NDArray[np.int16]:
    """Zeros kept in a nameless file instead of in memory: ten minutes are a gigabyte. It is gone when they are.

    Raises
    ------
    FileError
        The disk has no room for them.
    """
    size = max(int(np.prod(shape)) * 2, 1)
    try:
        with tempfile.TemporaryFile() as file:
            # Room is asked for now: a disk that is full only when a page is written ends the process.
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file.fileno(), 0, size)
            return np.memmap(file, dtype=np.int16, mode="w+", shape=shape)
    except OSError as problem:
        raise FileError(
            f"there is no room for the draped costume, {size / 1e6:.0f} MB ({problem.strerror})",
            where=tempfile.gettempdir(),
            would_work="another folder for passing files in TMPDIR, or a shorter dance",
        ) from problem


def _offsets_of(path: str | Path) -> NDArray[np.int16]:
    """The offsets that `Drape.save` wrote, moved to a nameless file a stretch at a time."""
    with zipfile.ZipFile(path) as archive, archive.open("offsets.npy") as file:
        np.lib.format.read_magic(file)
        shape, _, dtype = np.lib.format.read_array_header_1_0(file)
        if dtype != np.int16 or len(shape) != 3 or 0 in shape:
            raise ValueError(f"offsets of shape {shape}, {dtype}")
        offsets = on_disk(shape)
        for frame in offsets:
            frame[:] = np.frombuffer(file.read(frame.nbytes), dtype=dtype).reshape(frame.shape)
    return offsets


def drape(
    body: HasJoints | Wearer,
    R: Array,
    p: Array,
    *,
    rate: float = 60.0,
    out_rate: float = 30.0,
    start: float = 0.0,
    seed: int = 0,
    costume: Costume = Costume.CLASSICAL,
    cut: Cut | None = None,
    settings: Settings | None = None,
    progress: Callable[[float], None] | None = None,
) -> Drape:
    """Hang a tutu on a dancer and let her dance.

    Parameters
    ----------
    body : the skeleton, or a `Wearer` measured before
    R : (F, 26, 3, 3) world from body ; p : (F, 26, 3) [m] joint positions, as `petipa.mechanics.forward` gives
    rate : frames of the motion per second [Hz] ; out_rate : of the drape, a divisor of `rate`
    start : music time of the first frame [s]
    seed : which of the tutus of this cut
    costume : which skirt ; cut : another than the costume's own
    progress : called with the share done, 0 to 1

    Raises
    ------
    FileError
        The disk has no room for it.
    SolveError
        A costume without a skirt, no frames, shapes that do not fit, values that are not finite, rates that do not
        divide.
    """
    if cut is None:
        cut = cut_of(costume)
    R, p = np.asarray(R, dtype=np.float64), np.asarray(p, dtype=np.float64)
    if len(R) == 0 or R.ndim != 4 or R.shape[2:] != (3, 3) or p.shape != (*R.shape[:2], 3):
        raise SolveError(
            f"a motion of shapes {R.shape} and {p.shape} cannot be draped",
            where="tutu",
            would_work="R of shape (frames, 26, 3, 3) and p of shape (frames, 26, 3), at least one frame",
        )
    if not (np.isfinite(R).all() and np.isfinite(p).all()):
        bad = int(np.flatnonzero(~np.isfinite(p).all(axis=(1, 2)) | ~np.isfinite(R).all(axis=(1, 2, 3)))[0])
        raise SolveError(
            "the motion has values that are not numbers", where=f"frame {bad}", would_work="a motion solved to its end"
        )
    stride = rate / out_rate if out_rate > 0 else 0.0
    if rate <= 0 or stride < 1 or abs(stride - round(stride)) > 1e-9:
        raise SolveError(
            f"frames at {out_rate:g} Hz cannot be picked from a motion at {rate:g} Hz",
            where="tutu",
            would_work=f"{rate:g}, {rate / 2:g} or {rate / 3:g}",
        )
    wearer = body if isinstance(body, Wearer) else Wearer.of(body, cut=cut)
    tutu = Tutu(wearer, cut=cut, settings=settings, rate=rate, seed=seed)
    count = (len(R) - 1) // round(stride) + 1
    pattern = tutu.pattern
    offsets = on_disk((count, len(pattern.layer_of_vertex), 3))
    origins = np.empty((count, 3))
    for index, (vertices, origin) in enumerate(frames(tutu, R, p, rate=rate, out_rate=out_rate)):
        origins[index] = origin
        offsets[index] = np.rint(np.clip((vertices - origin) / _UNIT, -32767, 32767))
        if progress is not None:
            progress((index + 1) / count)
    return Drape(
        vertices=Folds(offsets, origins),
        faces=pattern.faces.astype(np.int32),
        layer_of_vertex=pattern.layer_of_vertex,
        uv=pattern.uv.astype(np.float32),
        rate=out_rate,
        start=start,
    )
