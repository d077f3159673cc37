"""`petipa export`: a dance as a file that other programs open."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE",
    help="The file to write: .glb, .usdc, .usda, .usdz or .bvh.",
)
@click.option("--bare", is_flag=True, help="Without the costume, which takes a while to drape.")
def export(folder: Path, out: Path, bare: bool) -> None:
    """Write the dance in DIR (a performed folder, or a motion.npz) for Blender, game engines and others."""
    from rich.console import Console

    from petipa.cli.show import progress_bars, say, say_files
    from petipa.production import export_of

    with progress_bars(Console(stderr=True)) as report:
        written = export_of(folder, out, costume=not bare, report=report)
    console = Console()
    say_files(console, written.files)
    say(console, ", ".join(f"{stage} {seconds:.1f} s" for stage, seconds in written.seconds.items()))
