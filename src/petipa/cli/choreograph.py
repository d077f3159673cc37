"""`petipa choreograph`: a variation for a piece of music."""

from __future__ import annotations

from pathlib import Path

import click

_SCHOOLS = ("vaganova", "rad", "cecchetti", "french", "abt")


@click.command()
@click.argument("music", type=click.Path(path_type=Path), required=False)
@click.option(
    "-o", "--out", type=click.Path(path_type=Path), metavar="FILE", help="Where to write it; else it is said."
)
@click.option("--level", type=click.Choice(["student", "soloist", "principal"]), default="soloist", show_default=True)
@click.option("--school", type=click.Choice(_SCHOOLS), default="vaganova", show_default=True)
@click.option("--mood", type=click.Choice(["lyrical", "brilliant"]), help="How to take the music.")
@click.option("--minutes", type=click.FloatRange(0.1, 60.0), help="How long, where the music is longer.")
@click.option("--include", multiple=True, metavar="WORDS", help='What must be in it: "32 fouettés", "grand jeté".')
@click.option("--like", type=click.Path(path_type=Path), metavar="FILE", help="A choreography whose steps it prefers.")
@click.option("--beats", type=click.Path(path_type=Path), metavar="FILE", help="Beats tapped to a recording.")
@click.option("--score", type=click.Path(path_type=Path), metavar="FILE", help="The score of what a recording plays.")
@click.option("--dancer", metavar="NAME", default="noah", show_default=True, help="For whom it is made.")
@click.option("--avoid", multiple=True, metavar="WORDS", help="A step or a family it must do without: jumps, batterie.")
@click.option("--only", multiple=True, metavar="WORDS", help="What it is made of: petit allegro, turns.")
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=0, show_default=True, help="Another one.")
@click.option("--n", "number", type=click.IntRange(1, 20), default=1, show_default=True, help="So many to choose from.")
def choreograph(
    music: Path | None,
    out: Path | None,
    level: str,
    school: str,
    mood: str | None,
    minutes: float | None,
    include: tuple[str, ...],
    like: Path | None,
    beats: Path | None,
    score: Path | None,
    dancer: str,
    avoid: tuple[str, ...],
    only: tuple[str, ...],
    seed: int,
    number: int,
) -> None:
    """Compose a variation for MUSIC (MIDI, MusicXML or a recording), or for the waltz that ships.

    MUSIC may be a .ballet file without steps, whose head names its music and says its wishes.
    """
    from rich.console import Console

    from petipa.choreographer import Commission, Mood, Technique
    from petipa.cli.show import progress_bars
    from petipa.files import write_atomic
    from petipa.lexicon import School
    from petipa.production import compose_for

    remarks: list[str] = []
    for k in range(number):
        commission = Commission(
            dancer=dancer,
            school=School(school),
            level=Technique(level),
            mood=Mood(mood) if mood else None,
            include=include,
            avoid=avoid,
            only=only,
            seed=seed + k,
        )
        with progress_bars(Console(stderr=True)) as report:
            text = compose_for(
                music,
                commission,
                minutes=minutes,
                like=like,
                beats=beats,
                score=score,
                report=report,
                tell=remarks.append,
            ).text
        if k == 0:
            for remark in remarks:
                click.echo(f"note: {remark}", err=True)
        if out is None:
            click.echo(text, nl=k + 1 == number)
            continue
        path = out if number == 1 else out.with_name(f"{out.stem}-{k + 1}{out.suffix}")
        write_atomic(path, text.encode())
        click.echo(str(path))
