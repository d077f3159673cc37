"""`petipa class`: an enchaînement for a class, on request."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from petipa.lexicon import School

_SCHOOLS = ("vaganova", "rad", "cecchetti", "french", "abt")


@click.command("class")
@click.argument("request", nargs=-1)
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write it there, FILE.html beside it; of a whole class a folder.",
)
@click.option("--whole", is_flag=True, help="A whole class, from pliés to révérence.")
@click.option("--school", type=click.Choice(_SCHOOLS), default="vaganova", show_default=True)
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=0, show_default=True, help="Another one.")
def class_(request: tuple[str, ...], out: Path | None, whole: bool, school: str, seed: int) -> None:
    """Compose an exercise for a class, as a choreography and as a sheet of counts to print.

    REQUEST is said as one says it: "32 counts of petit allegro in 2/4, grade 5, with assemblés and one beaten step,
    then the other side". At the barre there are pliés, tendus, dégagés, ronds de jambe, fondus, frappés, adage at the
    barre and grands battements; in the centre tendus in the centre, adage, pirouettes, petit allegro, batterie, grand
    allegro and révérence.

    With --whole it is a grade, and what the class must have or do without: "grade 5, with pas de chat, without royale".
    """
    from petipa.choreographer import exercise_of, request_of, sheet_page, sheet_text
    from petipa.files import write_atomic
    from petipa.lexicon import School, load_lexicon

    lexicon = load_lexicon()
    if whole:
        _whole_class(" ".join(request), out, School(school), seed)
        return
    if not request:
        raise click.UsageError(
            'say what exercise, such as "32 counts of tendus, grade 3", or --whole for a whole class'
        )
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


def _whole_class(words: str, out: Path | None, school: School, seed: int) -> None:
    """Compose, show and write a class, an exercise at a time, so that one sees it grow."""
    from rich.console import Console

    from petipa.choreographer import class_page, class_text, lesson_of
    from petipa.cli.show import progress_bars
    from petipa.files import make_folder, write_atomic
    from petipa.lexicon import load_lexicon

    lexicon = load_lexicon()
    lesson = lesson_of(words, lexicon, school=school, seed=seed)
    if out is not None:
        make_folder(out)
    exercises = []
    with progress_bars(Console(stderr=True)) as report:
        for exercise in lesson.exercises(lexicon):
            exercises.append(exercise)
            report("compose", len(exercises) / len(lesson.requests))
    text = class_text(lesson, exercises)
    click.echo(text, nl=False)
    if out is None:
        return
    for number, exercise in enumerate(exercises, start=1):
        name = exercise.request.kind.replace("_", "-")
        write_atomic(out / f"{number:02d}-{name}.ballet", exercise.text.encode())
    write_atomic(out / "class.txt", text.encode())
    write_atomic(out / "class.html", class_page(lesson, exercises).encode())
    click.echo(f"\n{out / 'class.html'} and {len(exercises)} choreographies beside it")
