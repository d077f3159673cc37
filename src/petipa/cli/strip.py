"""`petipa strip`: some bars as pictures, in seconds."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import click


class Beats(click.ParamType[Fraction]):
    """A number of beats above zero: ``1``, ``1/2`` or ``0.5``."""

    name = "beats"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Fraction:
        try:
            beats = Fraction(str(value))
        except (ValueError, ZeroDivisionError):
            self.fail(f"{value!r} is not a number of beats; 1, 1/2 or 2 would work", param, ctx)
        if not Fraction(1, 32) <= beats <= 64:
            self.fail(f"{value} beats apart cannot be drawn; from 1/32 to 64 would work", param, ctx)
        return beats


@click.command()
@click.argument("source", metavar="DIR_OR_BALLET", type=click.Path(path_type=Path))
@click.option("--from", "first_bar", type=int, metavar="BAR", help="The first bar.")
@click.option("--to", "last_bar", type=int, metavar="BAR", help="The last bar.")
@click.option("--views", default="front,side", show_default=True, help="Rows: front, side, back, quarter, top.")
@click.option("--every", type=Beats(), default="1", show_default=True, help="Beats from one picture to the next.")
@click.option("--music", type=click.Path(path_type=Path), metavar="FILE", help="The music, where SOURCE is a text.")
@click.option("--dancer", metavar="NAME", help="Who dances, where SOURCE is a text.")
@click.option("--music-band/--no-music-band", default=True, help="Whether the music is drawn under the pictures.")
@click.option(
    "-o", "--out", type=click.Path(path_type=Path), required=True, metavar="PNG", help="The picture to write."
)
def strip(
    source: Path,
    first_bar: int | None,
    last_bar: int | None,
    views: str,
    every: Fraction,
    music: Path | None,
    dancer: str | None,
    music_band: bool,
    out: Path,
) -> None:
    """Draw bars of DIR_OR_BALLET (a performed folder, or a .ballet file) as a strip of pictures."""
    from rich.console import Console

    from petipa.cli.show import progress_bars, say, say_files
    from petipa.production import draw_strip_of

    with progress_bars(Console(stderr=True)) as report:
        drawn = draw_strip_of(
            source,
            out,
            views=[view.strip() for view in views.split(",") if view.strip()],
            every=every,
            first_bar=first_bar,
            last_bar=last_bar,
            music=music,
            dancer=dancer,
            music_band=music_band,
            report=report,
        )
    console = Console()
    for remark in drawn.remarks:
        say(console, f"note: {remark}")
    say_files(console, drawn.files)
    say(console, ", ".join(f"{stage} {seconds:.1f} s" for stage, seconds in drawn.seconds.items()))
