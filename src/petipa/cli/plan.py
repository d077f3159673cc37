"""`petipa plan`: the floor path of a choreography, seen from above."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("-o", "--out", type=click.Path(path_type=Path), metavar="SVG", help="The drawing; FILE.svg here if none.")
@click.option("--png", type=click.Path(path_type=Path), metavar="PNG", help="The same as a picture.")
@click.option("--from", "first_bar", type=click.IntRange(min=0), metavar="BAR", help="The first bar.")
@click.option("--to", "last_bar", type=click.IntRange(min=0), metavar="BAR", help="The last bar.")
@click.option("--music", type=click.Path(path_type=Path), metavar="FILE", help="The music, if not the one it names.")
@click.option("--dancer", metavar="NAME", help="Who shall dance it.")
@click.pass_context
def plan(
    context: click.Context,
    file: Path,
    out: Path | None,
    png: Path | None,
    first_bar: int | None,
    last_bar: int | None,
    music: Path | None,
    dancer: str | None,
) -> None:
    """Draw where FILE goes on the stage, phrase by phrase, and say it in words; exit 1 if it cannot be danced."""
    from rich.console import Console

    from petipa.cli.show import progress_bars, say, say_files
    from petipa.production import Order, plan_of

    order = Order(
        choreography=file,
        music=music,
        out=out or Path(f"{file.stem}.svg"),
        first_bar=first_bar,
        last_bar=last_bar,
        dancer=dancer,
    )
    with progress_bars(Console(stderr=True)) as report:
        drawn = plan_of(order, png=png, report=report)
    console = Console()
    for line in drawn.lines:
        say(console, line)
    if not drawn.findings.clean:
        say(console, drawn.findings.render())
    say_files(console, drawn.files)
    context.exit(1 if drawn.findings.errors else 0)
