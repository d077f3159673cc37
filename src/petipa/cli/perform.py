"""`petipa perform`: music and text to motion, strip, page and film."""

from __future__ import annotations

from pathlib import Path

import click

from petipa.showing import Costume, Setting, Shown


def _sorted_files(files: tuple[Path, ...]) -> tuple[Path | None, Path | None]:
    """The music and the choreography among the files named, in either order."""
    ballets = [file for file in files if file.suffix.lower() == ".ballet"]
    musics = [file for file in files if file.suffix.lower() != ".ballet"]
    if len(ballets) > 1 or len(musics) > 1:
        raise click.UsageError("at most one music file and one .ballet file can be performed at a time")
    return (musics[0] if musics else None), (ballets[0] if ballets else None)


@click.command()
@click.argument("files", nargs=-1, metavar="[MUSIC] [CHOREOGRAPHY]", type=click.Path(path_type=Path))
@click.option("-o", "--out", type=click.Path(path_type=Path), required=True, help="The folder to fill.")
@click.option("--film", type=click.Choice(["draft", "final", "none"]), default="draft", show_default=True)
@click.option("--from", "first_bar", type=click.IntRange(min=0), metavar="BAR", help="The first bar to dance.")
@click.option("--to", "last_bar", type=click.IntRange(min=0), metavar="BAR", help="The last bar to dance.")
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=0, show_default=True, help="Another evening.")
@click.option("--dancer", metavar="NAME", help="Who dances; the choreography's own dancer otherwise.")
@click.option(
    "--setting",
    type=click.Choice([kind.value for kind in Setting]),
    help="Where it is danced; as the header says otherwise.",
)
@click.option(
    "--costume",
    type=click.Choice([kind.value for kind in Costume]),
    help="What she wears; as the header says otherwise.",
)
@click.option("--evening", is_flag=True, help="All of it: entrance, dance, thanks and the way off.")
@click.option("--no-bow", is_flag=True, help="The dance alone.")
@click.option(
    "--audience",
    type=click.Choice(["on", "off"]),
    default="on",
    show_default=True,
    help="Whether the house is heard.",
)
def perform(
    files: tuple[Path, ...],
    out: Path,
    film: str,
    first_bar: int | None,
    last_bar: int | None,
    seed: int,
    dancer: str | None,
    setting: str | None,
    costume: str | None,
    evening: bool,
    no_bow: bool,
    audience: str,
) -> None:
    """Dance CHOREOGRAPHY (a .ballet file) to MUSIC (MIDI, MusicXML or a recording), or the piece that ships."""
    from rich.console import Console

    from petipa.cli.show import progress_bars, say, say_files, say_times
    from petipa.production import FilmKind, Order
    from petipa.production import perform as produce

    if evening and no_bow:
        raise click.UsageError("an evening has its bow: either --evening or --no-bow")
    music, choreography = _sorted_files(files)
    order = Order(
        music=music,
        choreography=choreography,
        out=out,
        film=FilmKind(film),
        first_bar=first_bar,
        last_bar=last_bar,
        seed=seed,
        dancer=dancer,
        setting=Setting(setting) if setting else None,
        costume=Costume(costume) if costume else None,
        shown=Shown.EVENING if evening else Shown.DANCE if no_bow else Shown.BOW,
        audience=audience == "on",
    )
    with progress_bars(Console(stderr=True)) as report:
        performed = produce(order, report=report)
    console = Console()
    for remark in performed.remarks:
        say(console, f"note: {remark}")
    say_files(console, performed.files)
    say_times(console, performed.seconds, danced=performed.danced_seconds)
