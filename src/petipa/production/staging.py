"""What the dance is shown with: its costume, its light and its sound."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from petipa.production.order import FILM_RATE, SWELL_RATE, Order
from petipa.production.programme import Programme
from petipa.showing import Costume

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from petipa.dancer import Dancer
    from petipa.measure import Excitement
    from petipa.motion.model import Motion
    from petipa.music import Music
    from petipa.stage.act import Act, Beat
    from petipa.stage.camera import Titles
    from petipa.tutu.sway import DrapeLike


def beats_of(music: Music) -> list[Beat]:
    """Every written beat of the piece with its count."""
    from petipa.stage.act import Beat

    found = []
    for number, seconds in zip(music.beat_numbers, music.beats, strict=True):
        bar = music.layout.bar_at(number)
        found.append(Beat(float(seconds), bar.number, int(number - bar.start) + 1))
    return found


def swell_of(music: Music) -> list[float]:
    """How loud and full the music is, 0 to 1, `SWELL_RATE` values a second from its second 0."""
    count = round(music.duration * SWELL_RATE)
    return [round(music.swell_at(k / SWELL_RATE), 3) for k in range(count)]


def draped(dancer: Dancer, motion: Motion, act: Act, order: Order, share: Callable[[float], None]) -> DrapeLike | None:
    """The skirt over the dance, at the film's frame rate; none where she rehearses without one."""
    from petipa.tutu.drape import drape

    if act.costume is Costume.REHEARSAL:
        return None
    hung = drape(
        dancer.skeleton,
        act.rotations,
        act.positions,
        rate=motion.rate,
        out_rate=FILM_RATE,
        start=motion.start,
        seed=order.seed,
        costume=act.costume,
        progress=share,
    )
    # Its vertices are decoded frame by frame; they only behave as an array.
    return cast("DrapeLike", hung)


def heard_in_the_house(act: Act, felt: Excitement, music: Music, order: Order) -> Act:
    """The act with its sound as it is heard in the house."""
    from petipa.stage.audience import audience_sound, dance_over
    from petipa.stage.sound import mixed

    house = audience_sound(act.reactions, start=act.start, end=act.end, rate=act.sample_rate, seed=order.seed)
    over = dance_over(felt, end=act.end, last_chord=music.last_chord) - act.start
    return replace(act, mix=mixed(act.music(), house, act.sample_rate, over=over))


def write_sound(path: Path, samples: NDArray[np.float32], rate: int) -> None:
    """Write sound, shape (n, channels), as a 16-bit WAV file, wholly or not at all."""
    import wave

    import numpy as np

    from petipa.files import atomic_path

    # Written by Python itself, whose errors say what hinders it: libsndfile tells a full disk as "System error".
    with atomic_path(path) as private, wave.open(str(private), "wb") as sound:
        sound.setnchannels(samples.shape[1])
        sound.setsampwidth(2)
        sound.setframerate(rate)
        for first in range(0, len(samples), 1 << 16):
            block = np.clip(samples[first : first + (1 << 16)].astype(np.float64), -1.0, 1.0)
            sound.writeframes(np.rint(block * 32767.0).astype("<i2").tobytes())


SHORT = 14.0
"""A dance no longer than this is a trial of some bars, and its film has no titles [s]."""


def titles_of(programme: Programme, act: Act) -> Titles | None:
    """The film's cards: what is danced, to what, and by whom."""
    from petipa.stage.camera import Titles

    if act.duration <= SHORT:
        return None
    dancer = programme.dancer.name.title()
    music = programme.music.title.replace("_", " ").strip()
    same = music.casefold() in ("", programme.title.casefold())
    return Titles(
        programme.title,
        first=(f"danced by {dancer}",) if same else (f"to {music}", f"danced by {dancer}"),
        last=(f"danced by {dancer}", "staged by petipa"),
    )
