"""`petipa format`: the same choreography, tidily written."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("format")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("-w", "--write", is_flag=True, help="Write it back to FILE instead of printing it.")
@click.option("--check", "only_check", is_flag=True, help="Only say, by exit code 1, whether it would change.")
@click.pass_context
def format_text(context: click.Context, file: Path, write: bool, only_check: bool) -> None:
    """Print FILE as petipa writes it: columns aligned, accents in place, nothing else changed."""
    from petipa.production import format_of

    before, after = format_of(file, write=write and not only_check)
    if only_check:
        click.echo(f"{file}: " + ("well written" if before == after else "would be written anew"))
        context.exit(0 if before == after else 1)
    if not write:
        click.echo(after, nl=False)
