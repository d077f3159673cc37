"""Motion: joint angles at 60 Hz with what the feet do and what the plan promised."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from dataclasses import asdict, dataclass
from enum import IntEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from petipa.errors import FileError

Array = NDArray[np.float64]


class FootState(IntEnum):
    """What one foot does with the floor."""

    AIR = 0
    FLAT = 1
    DEMI = 2
    POINTE = 3
    TOUCH = 4
    SLIDE = 5
    PIVOT_DEMI = 6
    PIVOT_POINTE = 7
    PIVOT_FLAT = 8


@dataclass(frozen=True)
class StepSpan:
    """One step as planned: its name, when it is danced and when its accent should fall [s].

    It is laid out `later` [s] than its count.
    """

    entry: str
    side: str
    label: str
    t0: float
    t1: float
    accent: float
    bar: int
    beat: str
    height: float | None
    turns: int
    facing: float
    later: float = 0.0


@dataclass(frozen=True)
class FlightSpan:
    """One flight as planned: take-off and landing [s], the rise of the centre of mass asked [m]."""

    t0: float
    t1: float
    height: float
    step: int


@dataclass(frozen=True)
class Motion:
    """A danced motion.

    Attributes
    ----------
    rate : frames per second; start : music time of the first frame [s]
    q : (F, 77) configurations; feet : (F, 2) `FootState`, left and right
    forces : (F, 2, 3) [N] and cops : (F, 2, 2) [m], contact forces the solve believes in
    air : (F,) how full her chest is, as `breath` gives it; None where nobody knows, as in a recording
    """

    rate: float
    start: float
    q: Array
    feet: NDArray[np.uint8]
    forces: Array
    cops: Array
    steps: tuple[StepSpan, ...]
    flights: tuple[FlightSpan, ...]
    dancer: str
    air: Array | None = None

    @property
    def times(self) -> Array:
        """Music time of every frame [s], shape (F,)."""
        return np.asarray(self.start + np.arange(len(self.q)) / self.rate)

    def to_bytes(self) -> bytes:
        """The motion as the bytes of an npz file."""
        buffer = io.BytesIO()
        notes = {
            "steps": [asdict(step) for step in self.steps],
            "flights": [asdict(flight) for flight in self.flights],
            "dancer": self.dancer,
            "rate": self.rate,
            "start": self.start,
        }
        np.savez_compressed(
            buffer,
            q=self.q,
            feet=self.feet,
            forces=self.forces.astype(np.float32),
            cops=self.cops.astype(np.float32),
            air=np.zeros(0) if self.air is None else self.air,
            notes=np.frombuffer(json.dumps(notes).encode(), dtype=np.uint8),
        )
        return buffer.getvalue()

    def _belongs_together(self) -> None:
        """Say ValueError where the arrays are not those of one dance: what reads them trusts their shapes."""
        frames = len(self.q)
        shapes = (self.q.shape, self.feet.shape, self.forces.shape, self.cops.shape)
        if frames == 0 or shapes != ((frames, 77), (frames, 2), (frames, 2, 3), (frames, 2, 2)):
            raise ValueError(f"arrays of shapes {shapes}")
        if self.air is not None and not (self.air.shape == (frames,) and np.isfinite(self.air).all()):
            raise ValueError("a breath that is not hers")
        if not (np.isfinite(self.q).all() and np.isfinite(self.start) and 0 < self.rate < np.inf):
            raise ValueError("values that are not numbers")

    @classmethod
    def load(cls, path: str | Path) -> Motion:
        """Read a motion written from `to_bytes`.

        Raises
        ------
        FileError
            The file is not there or is no motion of ours.
        """
        try:
            with np.load(path, allow_pickle=False) as data:
                notes = json.loads(data["notes"].tobytes().decode())
                motion = cls(
                    rate=float(notes["rate"]),
                    start=float(notes["start"]),
                    q=np.asarray(data["q"], dtype=np.float64),
                    feet=np.asarray(data["feet"], dtype=np.uint8),
                    forces=np.asarray(data["forces"], dtype=np.float64),
                    cops=np.asarray(data["cops"], dtype=np.float64),
                    steps=tuple(StepSpan(**step) for step in notes["steps"]),
                    flights=tuple(FlightSpan(**flight) for flight in notes["flights"]),
                    dancer=str(notes["dancer"]),
                    air=np.asarray(data["air"], dtype=np.float64) if "air" in data and len(data["air"]) else None,
                )
            motion._belongs_together()
            return motion
        except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, zlib.error) as error:
            raise FileError(
                f"this is no motion file of ours ({type(error).__name__})",
                where=str(path),
                would_work="a motion.npz written by petipa perform",
            ) from error
