"""`petipa steps`: the dictionary of ballet."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from petipa.lexicon import Entry


@click.command()
@click.argument("name", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def steps(name: tuple[str, ...], as_json: bool) -> None:
    """All steps petipa dances, or the page of the one called NAME (in any school's spelling)."""
    from petipa.errors import LanguageError
    from petipa.lexicon import load_lexicon

    lexicon = load_lexicon()
    asked = " ".join(name)
    if not asked:
        if as_json:
            click.echo(json.dumps([entry.as_json() for entry in lexicon], ensure_ascii=False, indent=2))
            return
        for entry in sorted(lexicon, key=lambda entry: (entry.family, entry.key)):
            click.echo(f"{entry.names.common:<24} {entry.definition}")
        return
    found = lexicon.find(asked)
    if found is None:
        offers = lexicon.offers(asked)
        later = lexicon.not_yet(asked)
        raise LanguageError(
            f"{later} is a step petipa cannot dance yet" if later else f"no step is called {asked!r}",
            would_work=f"perhaps {' or '.join(offers)}" if offers else "`petipa steps` lists every step",
        )
    if as_json:
        click.echo(json.dumps(found.as_json(), ensure_ascii=False, indent=2))
        return
    for line in _page(found, found.as_json()):
        click.echo(line)


def _page(entry: Entry, facts: Mapping[str, Any]) -> list[str]:
    """The dictionary page of one step, a fact a line."""
    lines = [entry.names.common, "", entry.definition, ""]
    rows = [
        ("also called", ", ".join(name for name in entry.names.all() if name != entry.names.common)),
        ("in English", entry.names.english),
        ("R means", entry.r_means),
        ("on the count", entry.accent.value.replace("_", " ")),
        ("usual beats", ", ".join(f"{count} in {metre}" for metre, count in facts["counts"].items())),
        ("directions", ", ".join(entry.directions)),
        ("arms", entry.arms.replace("_", " ")),
        ("turns", _range(facts["turns"], "")),
        ("leg height", _range(facts["height"], " degrees")),
        ("jump", _range(facts["jump"], " m")),
        ("difficulty", f"{entry.difficulty} of 10"),
    ]
    return lines + [f"{title:>13}  {text}" for title, text in rows if text]


def _range(values: list[float] | None, unit: str) -> str:
    if values is None:
        return ""
    least, usual, most = values
    return f"{usual:g}{unit} ({least:g} to {most:g})" if least != most else f"{usual:g}{unit}"
