"""`petipa measure`: every number about a danced motion."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Everything, for programs.")
def measure(folder: Path, as_json: bool) -> None:
    """How true the motion in DIR (a performed folder, or a motion.npz) is."""
    from rich.console import Console

    from petipa.cli.show import progress_bars, say
    from petipa.production import measure_of

    with progress_bars(Console(stderr=True)) as report:
        measures = measure_of(folder, report=report)
    if as_json:
        click.echo(json.dumps(measures, ensure_ascii=False, indent=2))
        return
    console = Console()
    for name, value in measures.items():
        if isinstance(value, int | float):
            say(console, f"{name:<26} {value:g}")
    for failure in measures.get("failures", []):
        say(console, "definition: " + ", ".join(f"{key} {value}" for key, value in failure.items()))
    for name, place in measures.get("worst", {}).items():
        say(console, f"worst {name:<20} " + ", ".join(f"{key} {value}" for key, value in place.items()))
