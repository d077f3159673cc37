"""Beats tapped by hand, written beside a sound file: the last word on where its bars and beats are.

One tap a line, its seconds first; then, if wanted, what it is: the number of the beat in its bar (``1`` to ``12``), or
its place as ``bar:beat``. Audacity's label tracks (start, end, label) are read as they are exported. Lines that begin
with ``#`` are remarks::

    # waltz.taps
    0.40    1
    0.97    2
    1.50    3
    2.03    1
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np

from petipa.counts import Bars, Metre
from petipa.errors import MusicError
from petipa.files import MEBIBYTE, read_limited
from petipa.music.model import Confidence, TempoMap, frozen_array

BESIDE = ".taps"
"""What a file of taps is called that lies beside its sound and is taken unasked."""
TAPS_MAX = 100_000
CLOSEST = 0.02
"""Two taps nearer than this are one hand slipping [s]."""
MENDED = "seconds, and the beat of the bar or bar:beat after them, such as: 12.48 1"
_SIZES = {1: Metre(2, 4), 2: Metre(2, 4), 3: Metre(3, 4), 4: Metre(4, 4), 5: Metre(5, 4), 6: Metre(6, 8)}


@dataclass(frozen=True, eq=False)
class Counted:
    """Bars, and when they sound: from taps or from a score."""

    layout: Bars
    tempo: TempoMap
    confidence: Confidence
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tap:
    """A tap: when [s], and the beat of its bar or its bar and beat, where they are written; on line `line`."""

    seconds: float
    beat: int | None
    bar: int | None
    line: int


def read_taps(path: str | Path) -> tuple[Tap, ...]:
    """The taps in a file, in order.

    Raises
    ------
    FileError
        If it cannot be read.
    MusicError
        With the line that cannot be understood.
    """
    content = read_limited(path, limit=MEBIBYTE)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise MusicError("these are no taps, but bytes", where=str(path), would_work=MENDED) from problem
    taps = list(_taps(text, where=str(path)))
    if len(taps) < 2:
        raise MusicError("there are fewer than two taps in it", where=str(path), would_work=MENDED)
    if len(taps) > TAPS_MAX:
        raise MusicError(f"there are more than {TAPS_MAX} taps in it", where=str(path), would_work="one piece of music")
    for before, tap in pairwise(taps):
        if tap.seconds - before.seconds < CLOSEST:
            raise MusicError(
                f"the tap at {tap.seconds:g} s does not come after the one at {before.seconds:g} s",
                where=f"{path}:{tap.line}",
                would_work="taps in the order in which they sound, each once",
            )
    return tuple(taps)


def _taps(text: str, *, where: str) -> Iterator[Tap]:
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.replace(",", " ").replace(";", " ").split()
        if not words or words[0].startswith(("#", "\\")):
            continue  # Audacity writes the frequencies of a label on a line that begins with a backslash
        try:
            seconds = [float(words[0])]
        except ValueError:
            raise MusicError(
                f"“{words[0][:40]}” is no time in seconds", where=f"{where}:{number}", would_work=MENDED
            ) from None
        rest = words[1:]
        if rest and re.fullmatch(r"\d+\.\d{3,}", rest[0]):
            rest = rest[1:]  # the end of an Audacity label
        if not np.isfinite(seconds[0]) or seconds[0] < 0 or len(rest) > 1:
            raise MusicError("this is no tap", where=f"{where}:{number}", would_work=MENDED)
        beat: int | None = None
        bar: int | None = None
        if rest:
            match = re.fullmatch(r"(?:(\d{1,5}):)?(\d{1,2})(?:\.0*)?", rest[0])
            if match is None or int(match[2]) < 1:
                raise MusicError(f"“{rest[0][:40]}” is no beat of a bar", where=f"{where}:{number}", would_work=MENDED)
            bar, beat = int(match[1]) if match[1] else None, int(match[2])
        yield Tap(seconds[0], beat, bar, number)


def count_taps(
    taps: tuple[Tap, ...],
    *,
    last: float,
    where: str,
    metre: Metre | None = None,
    pickup: Fraction | None = None,
    first_downbeat: float | None = None,
) -> Counted:
    """The bars that taps beat.

    Parameters
    ----------
    taps : tuple of Tap
    last : float
        When the last chord begins [s]; its bar is the last.
    where : str
        The file, for messages.
    metre : Metre, optional
        Otherwise as many beats as the highest that is tapped.
    pickup : Fraction, optional
        Beats before bar 1, where the taps say no beats of bars.
    first_downbeat : float, optional
        When bar 1 begins [s], where they say none; the nearest tap is meant.

    Raises
    ------
    MusicError
        With the line of a beat the metre does not have, or a bar out of order.
    """
    highest = max((tap.beat or 0 for tap in taps), default=0)
    size = metre or _SIZES.get(highest) or (Metre(highest, 8) if highest in (9, 12) else Metre(4, 4))
    only_bars = highest == 1 and all(tap.beat == 1 for tap in taps)
    whole = Fraction(size.beats)
    # In 6/8 one taps two to a bar, or all six.
    step = size.pulse if size.compound and highest <= size.beats // 3 else 1
    places: list[Fraction] = []
    bar = 0 if taps[0].beat not in (None, 1) else 1
    for k, tap in enumerate(taps):
        if tap.beat is not None and tap.beat > size.beats // step:
            raise MusicError(
                f"a bar of {size} has no beat {tap.beat}",
                where=f"{where}:{tap.line}",
                would_work=f"1 to {size.beats // step}",
            )
        if tap.bar is not None:
            bar = tap.bar
        elif k and tap.beat is not None and (only_bars or tap.beat <= (taps[k - 1].beat or 0)):
            bar += 1
        if tap.beat is not None:
            place = (bar - 1) * whole + (tap.beat - 1) * step
        else:
            place = places[-1] + step if places else Fraction(0)
            bar = int(place // whole) + 1
        if places and place <= places[-1]:
            raise MusicError(
                f"beat {tap.beat} of bar {bar} comes after what is later in the music",
                where=f"{where}:{tap.line}",
                would_work="bars and beats in order",
            )
        places.append(place)
    if all(tap.beat is None for tap in taps):
        begins = pickup or Fraction(0)
        if first_downbeat is not None:
            begins = Fraction(step * int(np.argmin([abs(tap.seconds - first_downbeat) for tap in taps])))
        places = [place - begins for place in places]
    before = -min(Fraction(0), places[0])
    tempo = TempoMap(frozen_array([float(one) for one in places]), frozen_array([tap.seconds for tap in taps]))
    number = int(np.floor(float(tempo.to_beats(last)) / size.beats + 0.1)) + 1
    layout = Bars.regular(metre=size, number=max(1, number), pickup=before % whole)
    return Counted(layout, tempo, Confidence(1.0, 1.0, 1.0), (f"its beats are those tapped in {Path(where).name}",))


__all__ = ["BESIDE", "Counted", "Tap", "count_taps", "read_taps"]
