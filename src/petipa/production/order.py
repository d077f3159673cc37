"""What is asked for, what comes of it, and the account of the stages between."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from petipa.showing import Camera, Costume, Setting, Shown, Sound

if TYPE_CHECKING:
    pass


Report = Callable[[str, float], None]
"""Told a stage's name and the share of it that is done, 0 to 1."""


FILM_RATE = 30.0
"""Frames a second of film and drape; half the motion's rate."""


SWELL_RATE = 4.0
"""Values of the music's swell a second in the manifest."""


class Stage(StrEnum):
    """The stages, in their order."""

    PARSE = "parse"
    READ = "read"
    CHECK = "check"
    RESOLVE = "resolve"
    PLAN = "plan"
    REFERENCE = "reference"
    SOLVE = "solve"
    MEASURE = "measure"
    STRIP = "strip"
    AUDIENCE = "audience"
    DRAPE = "drape"
    PAGE = "page"
    EXPORT = "export"
    POSTER = "poster"
    FILM = "film"


class FilmKind(StrEnum):
    """How the film is made, or that it is not."""

    DRAFT = "draft"
    FINAL = "final"
    NONE = "none"


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is asked for.

    Attributes
    ----------
    music, choreography : Path or None
        The files; what ships with petipa, or what the choreography's header names, where there is none.
    made_for : Path or None
        Another piece: what was made for it (the choreography, or that of a ``.ballet`` file to the music it names) is
        danced to `music`, bar for bar.
    out : Path
        The folder to fill.
    film : FilmKind
    first_bar, last_bar : int or None
        The part to dance, both bars included.
    seed : int
        Another evening of the same dance.
    dancer : str or None
        Who dances; the header's dancer where there is none.
    setting, costume : Setting, Costume or None
        How it is shown; as the header says where there is none.
    sound : Sound or None
        What a score is played on; as the header says where there is none.
    shown : Shown
        How much of the evening is staged.
    audience : bool
        Whether the house is heard.
    camera : Camera
        Where the film is seen from.
    size : (int, int)
        Of the film's pictures [px], both even.
    """

    music: Path | None = None
    choreography: Path | None = None
    made_for: Path | None = None
    out: Path = Path("out")
    film: FilmKind = FilmKind.DRAFT
    first_bar: int | None = None
    last_bar: int | None = None
    seed: int = 0
    dancer: str | None = None
    setting: Setting | None = None
    costume: Costume | None = None
    sound: Sound | None = None
    shown: Shown = Shown.BOW
    audience: bool = True
    camera: Camera = Camera.FILMED
    size: tuple[int, int] = (1280, 720)


@dataclass(frozen=True)
class Performed:
    """What came of it: files by name, seconds by stage, what is worth saying, the measures."""

    files: Mapping[str, Path]
    seconds: Mapping[str, float]
    danced_seconds: float
    remarks: tuple[str, ...]
    measures: Mapping[str, Any]


class Account:
    """Times the stages and tells whoever watches."""

    def __init__(self, report: Report | None = None) -> None:
        self._report = report
        self.seconds: dict[str, float] = {}
        self.remarks: list[str] = []

    @contextmanager
    def stage(self, stage: Stage) -> Iterator[Callable[[float], None]]:
        """Time the block as `stage`; the callable yielded takes the share that is done."""

        def share(done: float) -> None:
            if self._report is not None:
                self._report(stage.value, min(max(done, 0.0), 1.0))

        share(0.0)
        start = time.perf_counter()
        try:
            yield share
        finally:
            taken = time.perf_counter() - start
            self.seconds[stage.value] = self.seconds.get(stage.value, 0.0) + taken
        share(1.0)

    def relay(self) -> Callable[[str, float], None]:
        """A callable for a room that runs several stages itself: each stage lasts until the next is named."""
        last: list[tuple[str, float]] = [("", time.perf_counter())]

        def tell(stage: str, done: float) -> None:
            now = time.perf_counter()
            name, since = last[0]
            if name:
                self.seconds[name] = self.seconds.get(name, 0.0) + now - since
                if name != stage and self._report is not None:
                    self._report(name, 1.0)
            last[0] = (stage, now)
            if stage and self._report is not None:
                self._report(stage, min(max(done, 0.0), 1.0))

        return tell
