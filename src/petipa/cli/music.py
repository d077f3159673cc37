"""`petipa music`: what petipa hears in a piece of music."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--metre", metavar="M/N", help="The metre, where the file states none or a wrong one.")
@click.option("--tempo", type=float, metavar="BPM", help="Beats a minute: of a score, or near which to listen.")
@click.option("--first-downbeat", type=float, metavar="SECONDS", help="When bar 1 beat 1 sounds in a recording.")
@click.option("--json", "as_json", is_flag=True, help="Everything, for programs.")
def music(
    file: Path | None, metre: str | None, tempo: float | None, first_downbeat: float | None, as_json: bool
) -> None:
    """Metre, bars, tempo and phrases of FILE (MIDI, MusicXML or a recording), or of the waltz that ships."""
    from rich.console import Console

    from petipa.cli.show import say
    from petipa.music import describe, read_music, shipped_piece

    facts = describe(read_music(file or shipped_piece(), metre=metre, tempo=tempo, first_downbeat=first_downbeat))
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2))
        return
    console = Console()
    say(console, f"{facts['title'] or facts['source']} ({facts['kind']}, {facts['duration']:.1f} s)")
    say(console, f"{facts['bars']} bars in {facts['metre']}, {facts['tempo']} beats a minute")
    if len(facts["metres"]) > 1:
        say(console, "metre changes: " + ", ".join(f"{one['metre']} from bar {one['bar']}" for one in facts["metres"]))
    say(console, f"bar 1 at {facts['first_downbeat']:.2f} s, last chord at {facts['last_chord']:.2f} s")
    for phrase in facts["phrases"]:
        first, last = phrase["bars"]
        bar = "#" * round(20 * phrase["swell"])
        say(console, f"  bars {first:>3} to {last:>3}  {phrase['start']:7.2f} to {phrase['end']:7.2f} s  {bar}")
    sure = facts["confidence"]
    say(console, "sure of " + ", ".join(f"{name} {100 * share:.0f} %" for name, share in sure.items()))
    for remark in facts["remarks"]:
        say(console, f"note: {remark}")
