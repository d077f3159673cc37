"""`petipa poster`: a moment as a still worth printing."""

from __future__ import annotations

import re
from pathlib import Path

import click

from petipa.showing import Costume, Setting

_NAMED = {"hd": (1920, 1080), "4k": (3840, 2160), "square": (2160, 2160)}


class Size(click.ParamType[tuple[int, int]]):
    """The size of a picture: ``hd``, ``4k``, ``square``, or width and height as ``1200x800``."""

    name = "size"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        if isinstance(value, tuple):
            return value
        word = str(value).strip().lower()
        if word in _NAMED:
            return _NAMED[word]
        found = re.fullmatch(r"(\d{2,4})x(\d{2,4})", word)
        if found is None:
            self.fail(f"{value!r} is no size; {', '.join(_NAMED)} or 1200x800 would work", param, ctx)
        return int(found[1]), int(found[2])


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "-o", "--out", type=click.Path(path_type=Path), required=True, metavar="FILE", help="The .png, .jpg or .webp."
)
@click.option("--at", default="best", show_default=True, help="A count (12:1, 12:2+1/2), seconds, or best.")
@click.option("--size", type=Size(), default="hd", show_default=True, help="hd, 4k, square, or WIDTHxHEIGHT.")
@click.option("--portrait", is_flag=True, help="Upright: width and height change places.")
@click.option("--samples", type=click.IntRange(1, 256), default=16, show_default=True, help="Drawings averaged.")
@click.option("--title", is_flag=True, help="Write the title, the dancer and the step on it.")
@click.option("--setting", type=click.Choice([kind.value for kind in Setting]), help="As performed otherwise.")
@click.option("--costume", type=click.Choice([kind.value for kind in Costume]), help="As performed otherwise.")
def poster(
    folder: Path,
    out: Path,
    at: str,
    size: tuple[int, int],
    portrait: bool,
    samples: int,
    title: bool,
    setting: str | None,
    costume: str | None,
) -> None:
    """Draw one moment of the dance in DIR (a performed folder) as a still worth printing.

    The best moment is the one where legs are most open, feet highest off the floor, hands and feet stillest, and chest
    and face most to the audience, together.
    """
    from rich.console import Console

    from petipa.cli.show import progress_bars, say, say_files
    from petipa.production import poster_of

    with progress_bars(Console(stderr=True)) as report:
        drawn = poster_of(
            folder,
            out,
            at=at,
            size=(size[1], size[0]) if portrait else size,
            samples=samples,
            lettered=title,
            setting=Setting(setting) if setting else None,
            costume=Costume(costume) if costume else None,
            report=report,
        )
    console = Console()
    for remark in drawn.remarks:
        say(console, remark)
    say_files(console, drawn.files)
    say(console, ", ".join(f"{stage} {seconds:.1f} s" for stage, seconds in drawn.seconds.items()))
