"""What the stage is given to show: one dance, its costume, its sound, and the words that name it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from petipa.dancer.body import Body, body_of
from petipa.errors import StageError
from petipa.motion.breath import breath
from petipa.showing import Costume, Setting
from petipa.tutu.sway import DrapeLike

if TYPE_CHECKING:
    from petipa.stage.audience import Reaction

Floats = NDArray[np.float64]


SWELL_RATE = 4.0
"""Values a second of an act's swell [Hz]."""


class StepLike(Protocol):
    """A danced step, as far as a caption needs it (`petipa.motion.model.StepSpan` is one)."""

    @property
    def label(self) -> str: ...
    @property
    def t0(self) -> float: ...
    @property
    def t1(self) -> float: ...
    @property
    def accent(self) -> float: ...


@dataclass(frozen=True)
class Caption:
    """What is danced from `start` to `end` [s, music time], and where its accent falls."""

    label: str
    start: float
    end: float
    accent: float


@dataclass(frozen=True)
class Beat:
    """One beat of the music: when [s], and what it is called (bar number, beat in the bar from 1)."""

    time: float
    bar: int
    beat: int


@dataclass(frozen=True)
class Act:
    """One dance, ready to be shown.

    Attributes
    ----------
    start, end : float
        What is shown, in music time [s].
    rate : float
        Frames of the dance a second.
    rotations : array, shape (frames, bodies, 3, 3)
        World orientation of each body; frame 0 is at `start`.
    positions : array [m], shape (frames, bodies, 3)
        World position of each body's joint.
    parents : array of int, shape (bodies,)
    body : Body
    drape : DrapeLike or None
    samples : array, shape (n, channels), float32 within -1 to 1
        The music from its second 0.
    sample_rate : int [Hz]
    captions : tuple of Caption
    beats : tuple of Beat
    phrases : tuple of (float, float) [s]
        What "loop the phrase" repeats.
    setting : Setting
    costume : Costume
    mix : array, shape (m, channels), float32 within -1 to 1, or None
        What is heard from `start` to `end`, music and audience; None where there is only the music.
    reactions : tuple of Reaction
        What the audience does.
    swell : array, shape (n,), 0 to 1
        How loud and full the music is, at `SWELL_RATE` from `start`; empty where nothing is known of it.
    air : array, shape (frames,)
        How full her chest is, as `petipa.motion.breath` gives it.
    """

    title: str
    start: float
    end: float
    rate: float
    rotations: Floats
    positions: Floats
    parents: NDArray[np.int64]
    body: Body
    drape: DrapeLike | None
    samples: NDArray[np.float32]
    sample_rate: int
    captions: tuple[Caption, ...]
    beats: tuple[Beat, ...]
    phrases: tuple[tuple[float, float], ...]
    setting: Setting = Setting.MOONLIT
    costume: Costume = Costume.CLASSICAL
    mix: NDArray[np.float32] | None = None
    reactions: tuple[Reaction, ...] = ()
    swell: Floats = field(default_factory=lambda: np.zeros(0))
    air: Floats = field(default_factory=lambda: np.zeros(0))

    def __post_init__(self) -> None:
        frames, bodies = self.positions.shape[:2]
        if frames < 1 or self.rotations.shape != (frames, bodies, 3, 3) or len(self.parents) != bodies:
            raise StageError(
                f"the dance has {self.rotations.shape} rotations, {self.positions.shape} positions and "
                f"{len(self.parents)} bodies, which do not belong together",
                would_work="rotations (frames, bodies, 3, 3) and positions (frames, bodies, 3)",
            )
        if not (np.isfinite(self.rotations).all() and np.isfinite(self.positions).all()):
            raise StageError(
                "the dance has places that are not numbers, so there is nothing to draw there",
                would_work="a motion whose solve ended well; run the solve again, with less asked of it",
            )

    @property
    def duration(self) -> float:
        """Seconds shown."""
        return self.end - self.start

    def sound(self) -> NDArray[np.float32]:
        """What is heard, shape (n, channels): the mix if there is one, else the music."""
        return self.music() if self.mix is None else self.mix

    def music(self) -> NDArray[np.float32]:
        """The music of what is shown, shape (n, channels): cut from the piece, silent where there is none."""
        first = round(self.start * self.sample_rate)
        count = max(1, round(self.duration * self.sample_rate))
        shown = np.zeros((count, self.samples.shape[1]), dtype=np.float32)
        lo, hi = max(first, 0), min(first + count, len(self.samples))
        if hi > lo:
            shown[lo - first : hi - first] = self.samples[lo:hi]
        return shown


def caption(step: StepLike) -> Caption:
    """The caption of a danced step."""
    return Caption(str(step.label), float(step.t0), float(step.t1), float(step.accent))


def phrases_of(beats: tuple[Beat, ...], start: float, end: float, *, bars: int = 4) -> tuple[tuple[float, float], ...]:
    """Groups of `bars` bars between `start` and `end` [s], counted from bar 1; the whole where there are no beats."""
    heads = [b.time for b in beats if b.beat == 1 and b.bar >= 1 and (b.bar - 1) % bars == 0]
    edges = [start, *(t for t in heads if start + 0.05 < t < end - 0.05), end]
    return tuple(itertools.pairwise(edges))


def swell_between(start: float, end: float, swell: tuple[ArrayLike, float] | None) -> Floats:
    """The swell from `start` to `end` [s, music time] at `SWELL_RATE`, and none (0) where there is no music.

    Parameters
    ----------
    swell : (values, rate), optional
        The music's own curve, 0 to 1, from its second 0; without one the answer is empty.
    """
    values, rate = (np.zeros(0), 1.0) if swell is None else (np.asarray(swell[0], dtype=np.float64), swell[1])
    if len(values) == 0:
        return np.zeros(0)
    now = start + np.arange(max(1, round((end - start) * SWELL_RATE) + 1)) / SWELL_RATE
    heard = np.interp(now * rate, np.arange(len(values)), values, left=0.0, right=0.0)
    return np.asarray(np.clip(heard, 0.0, 1.0), dtype=np.float64)


def make_act(
    *,
    title: str,
    rotations: ArrayLike,
    positions: ArrayLike,
    rate: float,
    start: float,
    parents: ArrayLike,
    body: Body,
    drape: DrapeLike | None = None,
    music: tuple[ArrayLike, int] | None = None,
    steps: Iterable[StepLike] = (),
    beats: Iterable[Beat] = (),
    phrases: Iterable[tuple[float, float]] = (),
    setting: Setting = Setting.MOONLIT,
    costume: Costume = Costume.CLASSICAL,
    swell: tuple[ArrayLike, float] | None = None,
    air: ArrayLike | None = None,
) -> Act:
    """An `Act` from plain values; see its attributes.

    Parameters
    ----------
    music : (samples, rate), optional
        Samples of shape (n,) or (n, channels) from second 0 of the music; silence when left out.
    phrases : pairs of seconds, optional
        What "loop the phrase" repeats; groups of four bars when left out.
    swell : (values, rate), optional
        How loud and full the music is, 0 to 1, from its second 0.
    air : optional
        How full her chest is; a breath at rest when left out.
    """
    turns = np.asarray(rotations, dtype=np.float64)
    places = np.asarray(positions, dtype=np.float64)
    end = start + (len(places) - 1) / rate if len(places) else start
    sound, sample_rate = (np.zeros((1, 1), dtype=np.float32), 44100) if music is None else music
    samples = np.asarray(sound, dtype=np.float32)
    if samples.ndim == 1:
        samples = samples[:, None]
    known = tuple(beats)
    spans = tuple((float(a), float(b)) for a, b in phrases) or phrases_of(known, start, end)
    return Act(
        title=title,
        start=float(start),
        end=float(end),
        rate=float(rate),
        rotations=turns,
        positions=places,
        parents=np.asarray(parents, dtype=np.int64),
        body=body,
        drape=drape,
        samples=samples[:, :2],
        sample_rate=int(sample_rate),
        captions=tuple(caption(s) for s in steps),
        beats=known,
        phrases=spans,
        setting=setting,
        costume=costume,
        swell=swell_between(float(start), float(end), swell),
        air=breath(start + np.arange(len(places)) / rate, 0) if air is None else np.asarray(air, dtype=np.float64),
    )


def act_of_motion(
    *,
    title: str,
    skeleton: Any,
    motion: Any,
    body: Body | None = None,
    drape: DrapeLike | None = None,
    music: tuple[ArrayLike, int] | None = None,
    steps: Iterable[StepLike] | None = None,
    beats: Iterable[Beat] = (),
    phrases: Iterable[tuple[float, float]] = (),
    setting: Setting = Setting.MOONLIT,
    costume: Costume = Costume.CLASSICAL,
    swell: tuple[ArrayLike, float] | None = None,
) -> Act:
    """An `Act` from a solved motion of a skeleton; `steps` are the motion's own when left out."""
    from petipa.mechanics import forward  # compiles on first use, which importing the stage should not pay for

    rotations, positions = forward(skeleton, motion.q)
    return make_act(
        title=title,
        rotations=rotations,
        positions=positions,
        rate=motion.rate,
        start=motion.start,
        parents=skeleton.parents,
        body=body_of(skeleton) if body is None else body,
        drape=drape,
        music=music,
        steps=motion.steps if steps is None else steps,
        beats=beats,
        phrases=phrases,
        setting=setting,
        costume=costume,
        swell=swell,
        air=motion.air,
    )
