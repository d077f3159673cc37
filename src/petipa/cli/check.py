"""`petipa check`: what a teacher would say about a choreography."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--music", type=click.Path(path_type=Path), metavar="FILE", help="The music, if not the one it names.")
@click.option("--dancer", metavar="NAME", help="Who shall dance it.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_context
def check(context: click.Context, file: Path, music: Path | None, dancer: str | None, as_json: bool) -> None:
    """Check FILE: each finding with its place, the reason, and what would mend it; exit 1 if it cannot be danced."""
    from petipa.production import check_of

    findings = check_of(file, music=music, dancer=dancer)
    if as_json:
        click.echo(json.dumps(findings.as_json(), ensure_ascii=False, indent=2))
    elif findings.clean:
        click.echo(f"{file}: nothing to mend")
    else:
        click.echo(findings.render())
    context.exit(1 if findings.errors else 0)
