"""The music drawn under a strip: its swell, bars, beats, accents and phrases, and where her accents fall on it.

Time runs from the middle of one picture to the middle of the next, so that what is heard stands under what is seen.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from petipa.stage.act import Beat
from petipa.stage.sketch import Colour, Sketch

Array = NDArray[np.float64]

HEIGHT = 132
"""Of the band [px]."""
DANCED, LOW, TOP, PHRASED = 20.0, 98.0, 40.0, 114.0
"""Rows from the top [px]: her accents, the foot and the head of the swell, the phrases."""
ON = 0.050
"""An accent of hers no further from its count is on it [s]."""
MET = 0.070
"""An accent of the music is met by one of hers within so much [s]."""

PAPER: Colour = (250, 248, 245)
INK: Colour = (40, 34, 36)
FAINT: Colour = (176, 168, 164)
SWELL: Colour = (206, 216, 232)
EDGE: Colour = (132, 152, 200)
ACCENT: Colour = (196, 52, 60)
ON_IT: Colour = (52, 128, 84)
OFF_IT: Colour = (222, 128, 32)


@dataclass(frozen=True)
class Band:
    """What is heard, and when her accents come. Times in seconds of the music.

    Attributes
    ----------
    beats : sequence of Beat
    swell : (F,) 0 to 1, `rate` values a second from second 0
    accents, climaxes : of the music
    phrases : first and last second of each, and its letter
    danced : the count of each of her steps, and when its accent was danced; None where it was not found
    """

    beats: Sequence[Beat] = ()
    swell: Sequence[float] | Array = ()
    rate: float = 4.0
    accents: Sequence[float] = ()
    climaxes: Sequence[float] = ()
    phrases: Sequence[tuple[float, float, str]] = ()
    danced: Sequence[tuple[float, float | None]] = ()


def draw_band(band: Band, times: Sequence[float], columns: Sequence[float], width: int) -> NDArray[np.uint8]:
    """The band under a row of pictures.

    Parameters
    ----------
    times : of the pictures [s], rising; columns : their middles [px]
    width : of the row [px]

    Returns
    -------
    ndarray, shape (HEIGHT, width, 3), uint8
    """
    from PIL import Image

    sheet = Sketch(width, HEIGHT, paper=PAPER)
    t, x = _stretched(np.asarray(times, dtype=np.float64), np.asarray(columns, dtype=np.float64), width)
    start, end = float(t[0]), float(t[-1])

    def at(seconds: float) -> float:
        return float(np.interp(seconds, t, x))

    def inside(seconds: float) -> bool:
        return start <= seconds < end

    _swell(sheet, band, start, end, at)
    for beat in band.beats:
        if inside(beat.time):
            first = beat.beat == 1
            sheet.line(
                [(at(beat.time), TOP - 4 if first else TOP + 24), (at(beat.time), LOW)],
                INK if first else FAINT,
                width=1.6 if first else 1.0,
            )
            if first:
                sheet.words(str(beat.bar), (at(beat.time) + 4, TOP + 1), FAINT, size=12, centred=False)
    hers = np.array([danced for _, danced in band.danced if danced is not None])
    for accent in band.accents:
        if inside(accent):
            met = bool(len(hers)) and float(np.abs(hers - accent).min()) <= MET
            _wedge(sheet, at(accent), met)
    for climax in band.climaxes[:1]:
        if inside(climax):
            sheet.words("climax", (at(climax) + 8, LOW - 9), ACCENT, size=12, centred=False)
    for count, danced in band.danced:
        if inside(count if danced is None else danced):
            _deed(sheet, at(count), None if danced is None else at(danced), danced, count)
    for first_second, last_second, letter in band.phrases:
        if last_second > start and first_second < end:
            _phrase(sheet, at(max(first_second, start)), at(min(last_second, end)), letter, inside(first_second))
    return np.asarray(Image.open(io.BytesIO(sheet.png())))


def _stretched(t: Array, x: Array, width: int) -> tuple[Array, Array]:
    """The pictures' times and middles, gone on with to both ends of the row at the pace of its pictures."""
    if len(t) == 1:
        return np.array([t[0] - 0.5, t[0], t[0] + 0.5]), np.array([0.0, x[0], float(width)])
    before = 0.5 * (t[1] - t[0])
    after = 0.5 * (t[-1] - t[-2])
    left, right = 0.5 * (x[1] - x[0]), 0.5 * (x[-1] - x[-2])
    return (
        np.concatenate([[t[0] - before], t, [t[-1] + after]]),
        np.concatenate([[x[0] - left], x, [min(x[-1] + right, float(width))]]),
    )


def _swell(sheet: Sketch, band: Band, start: float, end: float, at: Callable[[float], float]) -> None:
    """How loud and full it is, as a hill."""
    values = np.asarray(band.swell, dtype=np.float64)
    if not len(values):
        return
    most = max(float(values.max()), 1e-6)
    moments = np.linspace(start, end, 200)
    height = np.interp(moments * band.rate, np.arange(len(values)), values, left=0.0, right=0.0) / most
    hill = [(at(float(s)), LOW - h * (LOW - TOP - 8)) for s, h in zip(moments, height, strict=True)]
    sheet.shape([(hill[0][0], LOW), *hill, (hill[-1][0], LOW)], fill=SWELL)
    sheet.line(hill, EDGE, width=1.2)


def _wedge(sheet: Sketch, x: float, met: bool) -> None:
    """The accent sign of a score, on its moment; hollow where nothing of hers meets it."""
    colour = ACCENT if met else FAINT
    sheet.line([(x, LOW), (x, TOP + 12)], colour, width=1.4, dash=0.0 if met else 3.0)
    sheet.line([(x - 5, LOW + 2), (x + 5, LOW + 6), (x - 5, LOW + 10)], ACCENT, width=1.8)


def _deed(sheet: Sketch, count: float, x: float | None, danced: float | None, due: float) -> None:
    """Where an accent of hers came, and how far that is from its count; a ring at the count where it did not come."""
    if x is None or danced is None:
        sheet.circle((count, DANCED), 5.0, colour=OFF_IT, width=1.4)
        return
    late = danced - due
    colour = ON_IT if abs(late) <= ON else OFF_IT
    sheet.line([(count, DANCED), (count, TOP - 5)], FAINT)
    sheet.line([(count, DANCED), (x, DANCED)], colour, width=2.0)
    sheet.shape([(x, DANCED - 6), (x + 5, DANCED), (x, DANCED + 6), (x - 5, DANCED)], fill=colour)
    sheet.words(f"{1000 * late:+.0f}", (x, DANCED - 13), colour, size=11)


def _phrase(sheet: Sketch, left: float, right: float, letter: str, begins: bool) -> None:
    """A slur from the phrase's beginning to its end, its letter where it begins."""
    sheet.line([(left + 3, PHRASED), (right - 3, PHRASED)], INK, width=1.4)
    if begins:
        sheet.line([(left + 3, PHRASED), (left + 3, PHRASED - 7)], INK, width=1.4)
    sheet.words(letter, (left + 10, PHRASED + 9), INK, size=13, centred=False)


__all__ = ["HEIGHT", "Band", "draw_band"]
