"""`petipa other-side` and `petipa reverse`: a text turned round."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("other-side")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("-o", "--out", type=click.Path(path_type=Path), metavar="OUT", help="Write it there, not to the screen.")
def other_side(file: Path, out: Path | None) -> None:
    """The dance in FILE on the other side: right and left exchanged everywhere, comments and layout kept."""
    from petipa.production import other_side_of

    _give(other_side_of(file, out=out), out)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("-o", "--out", type=click.Path(path_type=Path), metavar="OUT", help="Write it there, not to the screen.")
@click.pass_context
def reverse(context: click.Context, file: Path, out: Path | None) -> None:
    """The dance in FILE reversed: en dedans for en dehors, derrière for devant, en arrière for en avant.

    Steps that have no reverse are kept and named. Exit 1 if what comes of it cannot be danced as it stands.
    """
    from petipa.production import reverse_of

    text, kept, findings = reverse_of(file, out=out)
    _give(text, out)
    for said in kept:
        click.echo(said, err=True)
    if findings.errors:
        click.echo("reversed, this cannot be danced yet; by hand:", err=True)
        click.echo(findings.render(), err=True)
        context.exit(1)


def _give(text: str, out: Path | None) -> None:
    if out is None:
        click.echo(text, nl=False)
    else:
        click.echo(f"{out}")
