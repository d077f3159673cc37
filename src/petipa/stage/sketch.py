"""Plain drawings that come out alike as SVG and as PNG: lines, shapes and words, in pixels."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

Point = tuple[float, float]
Colour = tuple[int, int, int]

_FINE = 3
"""The PNG is drawn this many times larger, then reduced."""


def _hex(colour: Colour | None) -> str:
    return "none" if colour is None else "#{:02x}{:02x}{:02x}".format(*colour)


@dataclass(frozen=True)
class _Line:
    points: tuple[Point, ...]
    colour: Colour
    width: float
    dash: float = 0.0


@dataclass(frozen=True)
class _Shape:
    points: tuple[Point, ...]
    fill: Colour | None
    colour: Colour | None
    width: float


@dataclass(frozen=True)
class _Circle:
    at: Point
    radius: float
    fill: Colour | None
    colour: Colour | None
    width: float


@dataclass(frozen=True)
class _Words:
    text: str
    at: Point
    size: int
    colour: Colour
    width: float | None
    centred: bool


@dataclass
class Sketch:
    """A drawing under way.

    Parameters
    ----------
    width, height : int [px]
    title, about : str
        For whoever has it read aloud.
    """

    width: int
    height: int
    title: str = ""
    about: str = ""
    paper: Colour = (252, 250, 247)
    _marks: list[_Line | _Shape | _Circle | _Words] = field(default_factory=list)

    def line(self, points: Sequence[Point], colour: Colour, *, width: float = 1.0, dash: float = 0.0) -> None:
        """A line through points, broken into dashes of ``dash`` pixels if that is not 0."""
        if len(points) > 1:
            self._marks.append(_Line(tuple(points), colour, width, dash))

    def shape(
        self, points: Sequence[Point], *, fill: Colour | None = None, colour: Colour | None = None, width: float = 1.0
    ) -> None:
        """A closed shape."""
        self._marks.append(_Shape(tuple(points), fill, colour, width))

    def circle(
        self, at: Point, radius: float, *, fill: Colour | None = None, colour: Colour | None = None, width: float = 1.0
    ) -> None:
        """A circle."""
        self._marks.append(_Circle(at, radius, fill, colour, width))

    def words(
        self, text: str, at: Point, colour: Colour, *, size: int = 13, width: float | None = None, centred: bool = True
    ) -> None:
        """One line of words about their middle, or from their left end; cut short to ``width`` pixels."""
        self._marks.append(_Words(text, at, size, colour, width, centred))

    def svg(self) -> bytes:
        """The drawing as SVG."""
        from petipa.stage.lettering import shorten, typeface

        out = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" width="{self.width}" '
            f'height="{self.height}" role="img" font-family="Helvetica, Arial, sans-serif">',
            f"<title>{escape(self.title)}</title>",
            f"<desc>{escape(self.about)}</desc>",
            f'<rect width="{self.width}" height="{self.height}" fill="{_hex(self.paper)}"/>',
        ]
        for mark in self._marks:
            if isinstance(mark, _Circle):
                out.append(
                    f'<circle cx="{mark.at[0]:.1f}" cy="{mark.at[1]:.1f}" r="{mark.radius:.1f}" '
                    f'fill="{_hex(mark.fill)}" stroke="{_hex(mark.colour)}" stroke-width="{mark.width:g}"/>'
                )
            elif isinstance(mark, _Words):
                text = mark.text
                if mark.width is not None:
                    text = shorten(text, typeface(mark.size), mark.width)
                anchor = "middle" if mark.centred else "start"
                out.append(
                    f'<text x="{mark.at[0]:.1f}" y="{mark.at[1] + 0.36 * mark.size:.1f}" font-size="{mark.size}" '
                    f'text-anchor="{anchor}" fill="{_hex(mark.colour)}">{escape(text)}</text>'
                )
            else:
                way = " ".join(f"{x:.1f},{y:.1f}" for x, y in mark.points)
                if isinstance(mark, _Line):
                    dash = f' stroke-dasharray="{mark.dash:g}"' if mark.dash else ""
                    out.append(
                        f'<polyline points="{way}" fill="none" stroke="{_hex(mark.colour)}" '
                        f'stroke-width="{mark.width:g}" stroke-linecap="round" stroke-linejoin="round"{dash}/>'
                    )
                else:
                    out.append(
                        f'<polygon points="{way}" fill="{_hex(mark.fill)}" stroke="{_hex(mark.colour)}" '
                        f'stroke-width="{mark.width:g}" stroke-linejoin="round"/>'
                    )
        return ("\n".join([*out, "</svg>"]) + "\n").encode()

    def png(self) -> bytes:
        """The drawing as PNG."""
        from PIL import Image, ImageDraw

        from petipa.stage.lettering import typeface, write

        sheet = Image.new("RGB", (self.width * _FINE, self.height * _FINE), self.paper)
        pen = ImageDraw.Draw(sheet)

        def fine(points: tuple[Point, ...]) -> list[Point]:
            return [(x * _FINE, y * _FINE) for x, y in points]

        for mark in self._marks:
            if isinstance(mark, _Line):
                for piece in _dashes(mark.points, mark.dash):
                    wide = max(1, round(mark.width * _FINE))
                    pen.line(fine(piece), fill=mark.colour, width=wide, joint="curve")
                    for x, y in (fine(piece)[0], fine(piece)[-1]):
                        pen.ellipse((x - wide / 2, y - wide / 2, x + wide / 2, y + wide / 2), fill=mark.colour)
            elif isinstance(mark, _Shape):
                points = fine(mark.points)
                if mark.fill is not None:
                    pen.polygon(points, fill=mark.fill)
                if mark.colour is not None:
                    pen.line(
                        [*points, points[0], points[1]],
                        fill=mark.colour,
                        width=round(mark.width * _FINE),
                        joint="curve",
                    )
            elif isinstance(mark, _Circle):
                x, y, r = mark.at[0] * _FINE, mark.at[1] * _FINE, mark.radius * _FINE
                wide = round(mark.width * _FINE) if mark.colour is not None else 0
                pen.ellipse((x - r, y - r, x + r, y + r), fill=mark.fill, outline=mark.colour, width=wide)
        small = sheet.resize((self.width, self.height), Image.Resampling.LANCZOS)
        # Words last and at their own size: they have their own smoothing.
        for mark in self._marks:
            if isinstance(mark, _Words):
                font = typeface(mark.size)
                write(small, mark.text, mark.at, font=font, fill=mark.colour, width=mark.width, centred=mark.centred)
        buffer = io.BytesIO()
        small.save(buffer, format="PNG", optimize=True)
        return buffer.getvalue()


def _dashes(points: tuple[Point, ...], dash: float) -> list[tuple[Point, ...]]:
    """A line in pieces of `dash` pixels with gaps as long; the whole line where that is 0."""
    if dash <= 0:
        return [points]
    pieces: list[tuple[Point, ...]] = []
    drawn, left, here = True, dash, [points[0]]
    for end in points[1:]:
        start = here[-1]
        length = ((end[0] - start[0]) ** 2 + (end[1] - start[1]) ** 2) ** 0.5
        while length > left:
            share = left / length
            start = (start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1]))
            here.append(start)
            if drawn:
                pieces.append(tuple(here))
            drawn, here, length, left = not drawn, [start], length - left, dash
        left -= length
        here.append(end)
    if drawn and len(here) > 1:
        pieces.append(tuple(here))
    return pieces
