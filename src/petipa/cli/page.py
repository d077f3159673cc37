"""`petipa page`: two performances on one page."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("one", metavar="DIR_OR_PAGE", type=click.Path(path_type=Path))
@click.argument("other", metavar="OTHER", type=click.Path(path_type=Path))
@click.option("-o", "--out", type=click.Path(path_type=Path), required=True, metavar="HTML", help="The page to write.")
def page(one: Path, other: Path, out: Path) -> None:
    """Write one page that shows two performances beside one another, in time by the counts.

    Each is a performed folder or its page.html; the sound is that of the first.
    """
    from rich.console import Console

    from petipa.cli.show import say_files
    from petipa.stage.beside import write_beside

    say_files(Console(), {"page": write_beside(out, one, other)})
