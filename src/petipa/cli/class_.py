"""`petipa class`: an enchaînement for a class, on request."""

from __future__ import annotations

from pathlib import Path

import click

_SCHOOLS = ("vaganova", "rad", "cecchetti", "french", "abt")


@click.command("class")
@click.argument("request", nargs=-1, required=True)
@click.option(
    "-o", "--out", type=click.Path(path_type=Path), metavar="FILE", help="Write it there, FILE.html beside it."
)
@click.option("--school", type=click.Choice(_SCHOOLS), default="vaganova", show_default=True)
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=0, show_default=True, help="Another one.")
def class_(request: tuple[str, ...], out: Path | None, school: str, seed: int) -> None:
    """Compose an exercise for a class, as a choreography and as a sheet of counts to print.

    REQUEST is said as one says it: "32 counts of petit allegro in 2/4, grade 5, with assemblés and one beaten step,
    then the other side". There are pliés, tendus, adage, pirouettes, petit allegro, batterie, grand allegro, révérence.
    """
    from petipa.choreographer import exercise_of, request_of, sheet_page, sheet_text
    from petipa.files import write_atomic
    from petipa.lexicon import School, load_lexicon

    lexicon = load_lexicon()
    exercise = exercise_of(request_of(" ".join(request), lexicon, school=School(school), seed=seed), lexicon)
    if out is None:
        click.echo(exercise.text)
    else:
        page = out.with_suffix(".html")
        write_atomic(out, exercise.text.encode())
        write_atomic(page, sheet_page(exercise).encode())
    click.echo(sheet_text(exercise), nl=False)
    if out is not None:
        click.echo(f"\n{out}\n{page}")
