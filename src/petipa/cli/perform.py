"""`petipa perform`: music and text to motion, strip, page and film."""

from __future__ import annotations

from pathlib import Path

import click

from petipa.showing import Camera, Costume, Setting, Shown, Sound


def _sorted_files(files: tuple[Path, ...]) -> tuple[Path | None, Path | None]:
    """The music and the choreography among the files named, in either order."""
    ballets = [file for file in files if file.suffix.lower() == ".ballet"]
    musics = [file for file in files if file.suffix.lower() != ".ballet"]
    if len(ballets) > 1 or len(musics) > 1:
        raise click.UsageError("at most one music file and one .ballet file can be performed at a time")
    return (musics[0] if musics else None), (ballets[0] if ballets else None)


def picture_size(words: str) -> tuple[int, int]:
    """Width and height [px] as ``1920x1080`` says them."""
    width, times, height = words.lower().replace("×", "x").partition("x")
    if not (times and width.strip().isdigit() and height.strip().isdigit()):
        raise click.BadParameter(f"{words} is not a size; 1920x1080 is one", param_hint="--size")
    size = int(width), int(height)
    if not all(16 <= side <= 8192 and side % 2 == 0 for side in size):
        raise click.BadParameter(f"{words}: both sides must be even, from 16 to 8192", param_hint="--size")
    return size


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
@click.option(
    "--sound",
    type=click.Choice([kind.value for kind in Sound]),
    help="What a score is played on; as the header says otherwise.",
)
@click.option(
    "--shuffle-music",
    "made_for",
    type=click.Path(path_type=Path),
    metavar="OTHER",
    help="Dance to MUSIC what was made for OTHER (music, or a .ballet file), bar for bar: to compare without knowing.",
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
@click.option(
    "--camera",
    type=click.Choice([kind.value for kind in Camera]),
    default=Camera.FILMED.value,
    show_default=True,
    help="Where the film is seen from.",
)
@click.option("--size", metavar="WxH", default="1280x720", show_default=True, help="Of the film's pictures.")
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
    sound: str | None,
    made_for: Path | None,
    evening: bool,
    no_bow: bool,
    audience: str,
    camera: str,
    size: str,
) -> None:
    """Dance CHOREOGRAPHY (a .ballet file) to MUSIC (MIDI, MusicXML or a recording), or the piece that ships.

    To MUSIC alone a choreography is composed.
    """
    from rich.console import Console

    from petipa.cli.show import progress_bars, say, say_files, say_times
    from petipa.production import FilmKind, Order
    from petipa.production import perform as produce

    if evening and no_bow:
        raise click.UsageError("an evening has its bow: either --evening or --no-bow")
    music, choreography = _sorted_files(files)
    if made_for is not None and music is None:
        raise click.UsageError("--shuffle-music needs the music to be danced to, before the choreography")
    if made_for is not None and choreography is not None and made_for.suffix.lower() == ".ballet":
        raise click.UsageError("--shuffle-music takes a .ballet file in the place of CHOREOGRAPHY, not beside it")
    order = Order(
        music=music,
        choreography=choreography,
        made_for=made_for,
        out=out,
        film=FilmKind(film),
        first_bar=first_bar,
        last_bar=last_bar,
        seed=seed,
        dancer=dancer,
        setting=Setting(setting) if setting else None,
        costume=Costume(costume) if costume else None,
        sound=Sound(sound) if sound else None,
        shown=Shown.EVENING if evening else Shown.DANCE if no_bow else Shown.BOW,
        audience=audience == "on",
        camera=Camera(camera),
        size=picture_size(size),
    )
    with progress_bars(Console(stderr=True)) as report:
        performed = produce(order, report=report)
    console = Console()
    for remark in performed.remarks:
        say(console, f"note: {remark}")
    say_files(console, performed.files)
    say_times(console, performed.seconds, danced=performed.danced_seconds)
