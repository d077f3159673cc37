"""`petipa music`: what petipa hears in a piece of music."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import click

from petipa.counts import parse_beat


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--metre", metavar="M/N", help="The metre, where the file states none or a wrong one.")
@click.option("--tempo", type=float, metavar="BPM", help="Beats a minute: of a score, or near which to listen.")
@click.option("--first-downbeat", type=float, metavar="SECONDS", help="When bar 1 beat 1 sounds in a recording.")
@click.option("--beats", type=click.Path(path_type=Path), metavar="FILE", help="Beats tapped to a recording.")
@click.option("--score", type=click.Path(path_type=Path), metavar="FILE", help="The score of what a recording plays.")
@click.option("--phrases", metavar="BARS", help='The bars in which phrases begin: "1 9 17".')
@click.option("--climax", metavar="BARS", help='The bars of the climaxes, the highest first: "43 35".')
@click.option("--upbeat", metavar="BEATS", help="Beats before bar 1, where the file does not say.")
@click.option("--json", "as_json", is_flag=True, help="Everything, for programs.")
def music(
    file: Path | None,
    metre: str | None,
    tempo: float | None,
    first_downbeat: float | None,
    beats: Path | None,
    score: Path | None,
    phrases: str | None,
    climax: str | None,
    upbeat: str | None,
    as_json: bool,
) -> None:
    """Metre, bars, tempo and phrases of FILE (MIDI, MusicXML or a recording), or of the waltz that ships."""
    from rich.console import Console

    from petipa.cli.show import say
    from petipa.music import describe, read_music, shipped_piece
    from petipa.music.model import CERTAIN

    heard = read_music(
        file or shipped_piece(),
        metre=metre,
        tempo=tempo,
        first_downbeat=first_downbeat,
        pickup=_upbeat(upbeat),
        beats=beats,
        score=score,
        phrases=_bars(phrases, "--phrases"),
        climaxes=_bars(climax, "--climax"),
    )
    facts = describe(heard)
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2))
        return
    console = Console()
    say(console, f"{facts['title'] or facts['source']} ({facts['kind']}, {facts['duration']:.1f} s)")
    say(console, f"{facts['bars']} bars in {facts['metre']}, {facts['tempo']} beats a minute")
    if len(facts["metres"]) > 1:
        say(console, "metre changes: " + ", ".join(f"{one['metre']} from bar {one['bar']}" for one in facts["metres"]))
    say(console, f"bar 1 at {facts['first_downbeat']:.2f} s, last chord at {facts['last_chord']:.2f} s")
    if facts["confidence"]["metre"] < CERTAIN:
        say(console, "what kind of piece it is cannot be heard")
    else:
        say(console, f"it sounds like {_kind(facts['character'])}")
    left = list(facts["phrases"])
    for section in facts["sections"]:
        first, last = section["bars"]
        length = f"{section['end'] - section['start']:.1f} s"
        say(console, f"{section['label']:<3}bars {first:>3} to {last:>3}  {section['role']}, {length}")
        while left and left[0]["bars"][0] <= last:
            phrase = left.pop(0)
            first_bar, last_bar = phrase["bars"]
            high = [one["bar"] for one in facts["climaxes"] if first_bar <= one["bar"] <= last_bar]
            note = f"  climax in bar {', '.join(map(str, sorted(high)))}" if high else ""
            bar = "#" * round(20 * phrase["swell"])
            where = f"{phrase['label'].lower():<3}{first_bar:>3} to {last_bar:>3}  {phrase['start']:7.2f} s"
            say(console, f"   {where}  {bar:<20}{note}".rstrip())
    for kind, words in (("fermata", "it waits in bar"), ("rest", "it is silent in bar")):
        waits = sorted({one["bar"] for one in facts["pauses"] if one["kind"] == kind})
        if waits:
            say(console, f"{words} {', '.join(map(str, waits))}")
    sure = facts["confidence"]
    say(console, "sure of " + ", ".join(f"{name} {100 * share:.0f} %" for name, share in sure.items()))
    for remark in facts["remarks"]:
        say(console, f"note: {remark}")


def _bars(words: str | None, option: str) -> tuple[int, ...]:
    """The bars an option names, as a header would: ``1 9 17`` or ``1, 9, 17``."""
    named = (words or "").replace(",", " ").split()
    if words is not None and (not named or not all(one.isdecimal() and len(one) <= 5 for one in named)):
        raise click.BadParameter(f"“{words}” names no bars; 1 9 17 does", param_hint=option)
    return tuple(int(one) for one in named)


def _upbeat(words: str | None) -> Fraction | None:
    """Beats before bar 1, whole or a fraction."""
    if words is None:
        return None
    try:
        return parse_beat(words)
    except ValueError:
        raise click.BadParameter(f"“{words}” is no number of beats; 1 and 1/2 are", param_hint="--upbeat") from None


def _kind(character: str) -> str:
    """The character with its article."""
    return f"{'an' if character[0] in 'aeiou' else 'a'} {character}"
