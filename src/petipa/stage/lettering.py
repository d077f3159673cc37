"""Words in pictures, with the accents of ballet's French.

Pillow's own typeface is always there but knows few accents; the marks are drawn here, over the plain letters, so that
a strip looks the same on every machine and needs no installed font.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from petipa.errors import StageError

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

_PLAIN = {"–": "-", "—": "-", "’": "'", "‘": "'", "“": '"', "”": '"', "×": "x", "…": "...", "œ": "oe", "°": " deg"}

# Strokes of each combining mark, in shares of the letter: x from its middle, y above its top (a cedilla's: below).
_MARKS: dict[str, tuple[tuple[tuple[float, float], ...], ...]] = {
    "\N{COMBINING ACUTE ACCENT}": (((-0.04, 0.10), (0.12, 0.24)),),
    "\N{COMBINING GRAVE ACCENT}": (((-0.12, 0.24), (0.04, 0.10)),),
    "\N{COMBINING CIRCUMFLEX ACCENT}": (((-0.14, 0.10), (0.0, 0.23), (0.14, 0.10)),),
    "\N{COMBINING DIAERESIS}": (((-0.12, 0.15), (-0.08, 0.15)), ((0.08, 0.15), (0.12, 0.15))),
    "\N{COMBINING CEDILLA}": (((0.0, 0.0), (0.04, -0.10), (-0.06, -0.16)),),
}

_FINE = 4
"""Letters are drawn this many times larger, then reduced, so that thin marks stay smooth."""


def plain(words: str) -> str:
    """The words as decomposed letters and marks, with signs Pillow's typeface lacks replaced."""
    return unicodedata.normalize("NFD", "".join(_PLAIN.get(letter, letter) for letter in words))


def _split(words: str) -> tuple[str, list[tuple[int, str]]]:
    """Base letters, and which mark stands at which of them."""
    base, marks = "", []
    for letter in words:
        if unicodedata.combining(letter):
            if base and letter in _MARKS:
                marks.append((len(base) - 1, letter))
        else:
            base += letter
    return base, marks


def typeface(size: int) -> FreeTypeFont:
    """Pillow's own typeface at a size [px].

    Raises
    ------
    StageError
        This Pillow was built without FreeType.
    """
    from PIL import ImageFont

    font = ImageFont.load_default(size=size)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise StageError("this Pillow cannot draw letters", would_work="Pillow from PyPI, which has FreeType")
    return font


def shorten(words: str, font: FreeTypeFont, width: float) -> str:
    """The words, cut short with dots to a width [px]."""
    if font.getlength(_split(plain(words))[0]) <= width:
        return words
    while words and font.getlength(_split(plain(words))[0] + "...") > width:
        words = words[:-1]
    return words.rstrip() + "..."


def write(
    picture: Image,
    words: str,
    at: tuple[float, float],
    *,
    font: FreeTypeFont,
    fill: tuple[int, int, int],
    width: float | None = None,
    centred: bool = True,
) -> None:
    """Write one line into a picture.

    Parameters
    ----------
    at : (x, y) [px]
        Middle of the line, or its left end at mid-height when not ``centred``.
    width : float, optional
        The line is cut short to it [px].
    """
    from PIL import Image, ImageDraw

    if width is not None:
        words = shorten(words, font, width)
    base, marks = _split(plain(words))
    size = float(getattr(font, "size", 12))
    large = typeface(round(size * _FINE))
    span, tall = large.getlength(base), size * _FINE * 2.0
    sheet = Image.new("L", (max(_FINE, int(span) + 4 * _FINE), int(tall)), 0)
    pen = ImageDraw.Draw(sheet)
    line = tall * 0.66
    pen.text((2 * _FINE, line), base, font=large, fill=255, anchor="ls")
    for index, mark in marks:
        x0 = 2 * _FINE + large.getlength(base[:index])
        middle = x0 + 0.5 * large.getlength(base[index])
        box = large.getbbox(base[index], anchor="ls")
        edge = line + (box[3] if mark == "\N{COMBINING CEDILLA}" else box[1])
        for stroke in _MARKS[mark]:
            points = [(middle + x * size * _FINE, edge - y * size * _FINE) for x, y in stroke]
            pen.line(points, fill=255, width=max(1, round(size * _FINE * 0.075)), joint="curve")
    small = sheet.resize((max(1, sheet.width // _FINE), max(1, sheet.height // _FINE)), Image.Resampling.LANCZOS)
    x = at[0] - small.width / 2 if centred else at[0]
    y = at[1] + 0.36 * size - line / _FINE
    picture.paste(Image.new("RGB", small.size, fill), (round(x), round(y)), small)
