"""`petipa measure`: every number about a danced motion."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Everything, for programs.")
@click.option("--anchors", is_flag=True, help="Published numbers of real dancers, and the same of this dance.")
def measure(folder: Path, as_json: bool, anchors: bool) -> None:
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
    if anchors:
        for anchor in measures.get("anchors", []):
            for line in _anchor(anchor):
                say(console, line)
        return
    for name, value in measures.items():
        if isinstance(value, int | float):
            say(console, f"{name:<26} {value:g}")
    for line in _excitement(measures["excitement"]):
        say(console, line)
    if "musicality" in measures:
        for line in _musicality(measures["musicality"]):
            say(console, line)
    for failure in measures.get("failures", []):
        say(console, "definition: " + ", ".join(f"{key} {value}" for key, value in failure.items()))
    for name, place in measures.get("worst", {}).items():
        say(console, f"worst {name:<20} " + ", ".join(f"{key} {value}" for key, value in place.items()))
    for reading in measures.get("readings", []):
        for line in _reading(reading):
            say(console, line)


_TERMS = ("difficulty", "energy", "impact", "risk", "height", "turns", "music", "completion")


def _excitement(felt: dict[str, Any]) -> Iterator[str]:
    """The score of excitement, and its terms for every step."""
    yield f"{'excitement':<26} {felt['overall']:.2f} of 1, at most {felt['peak']:.2f} at {felt['peak_time']:.1f} s"
    yield f"{'':>34} thrill = " + " ".join(_TERMS)
    for one in felt["steps"]:
        terms = " ".join(f"{one[name]:>{len(name)}.2f}" for name in _TERMS)
        yield f"{one['accent']:8.2f} s {one['label'][:22]:<22} {one['thrill']:6.2f} = {terms}"


_AGREEMENTS = {
    "accents": "accents met",
    "breath": "phrase ends that breathe",
    "repeats": "returns with the music",
    "climax": "excitement at its climax",
    "swell": "size follows the swell",
}


def _musicality(found: dict[str, Any]) -> Iterator[str]:
    """How she lies on her counts and answers to the music, beside shuffled music."""
    yield f"{'musicality':<26} {found['together']:+.2f} standard deviations above shuffled music, on average"
    for name, words in _AGREEMENTS.items():
        one = found[name]
        if one is None:
            yield f"  {words:<24} -"
            continue
        yield (
            f"  {words:<24} {one['value']:5.2f}, by chance {one['chance']:5.2f}, z {one['z']:+.1f}, "
            f"better than {one['percentile']:.0f} % of {one['shuffles']} shuffles"
        )
    for one in found["timing"]:
        yield (
            f"  {one['family'][:24]:<24} {one['steps']:3} steps, {one['mean_ms']:+4.0f} ms on average, spread "
            f"{one['spread_ms']:.0f}, worst {one['worst_ms']:+.0f} ({one['worst']})"
        )
    if found["climax_apart"] is not None:
        yield f"  {'climaxes apart':<24} {found['climax_apart']:.1f} bars"
    score = found["published"]
    yield (
        f"  for comparison only: PFC {score['pfc']:.2f}, BAS {score['bas']:.3f} "
        f"({score['bas_above_chance']:+.3f} above chance), over the music's beats {score['bas_of_music']:.3f}"
    )


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"


def _reading(reading: dict[str, Any]) -> Iterator[str]:
    """A measure, what was wanted and found; where it is missed, the worst of each step."""
    missed = " " if reading["holds"] else "!"
    yield (
        f"{missed} {reading['fault']}: {reading['name']} {_number(reading['value'])} {reading['unit']}".rstrip()
        + f", wanted {reading['wanted']}"
    )
    for place in reading["places"][: 1 if reading["holds"] else 3]:
        where = f"frame {place['frame']}, {place['time']:.2f} s"
        step = f", step {place['step'] + 1} {place['label']}" if place["step"] >= 0 else ""
        detail = f" ({place['detail']})" if place["detail"] else ""
        yield f"      {_number(place['value'])} at {where}{step}{detail}"


def _anchor(anchor: dict[str, Any]) -> Iterator[str]:
    """A published number, whose it is, and ours beside it."""
    mark = {True: " ", False: "!", None: "-"}[anchor["near"]]
    many = f" (median of {len(anchor['values'])})" if len(anchor["values"]) > 1 else ""
    ours = f"here {_number(anchor['measured'])}{many}" if anchor["values"] else "not danced here"
    unit = f" {anchor['unit']}" if anchor["unit"] else ""
    yield f"{mark} {anchor['name']}: {ours}{unit}; published {anchor['published']} ({anchor['source']})"
    low = -math.inf if anchor["low"] is None else anchor["low"]
    high = math.inf if anchor["high"] is None else anchor["high"]
    if anchor["places"] and (anchor["low"] is not None or anchor["high"] is not None):
        far = max(anchor["places"], key=lambda at: max(low - at["value"], at["value"] - high))
        detail = f" ({far['detail']})" if far["detail"] else ""
        where = f"frame {far['frame']}, {far['time']:.2f} s"
        yield f"      farthest {_number(far['value'])} at {where}, {far['label']}{detail}"
    if anchor["note"]:
        yield f"      {anchor['note']}"
