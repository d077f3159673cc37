"""`petipa steps`: the dictionary of ballet."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from petipa.lexicon import Entry, Lexicon

_WIDTH = 100
_NEAR = 8


@click.command()
@click.argument("name", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--strip", is_flag=True, help="Draw NAME danced as a strip of pictures (NAME.png here, or -o).")
@click.option("-o", "--out", type=click.Path(path_type=Path), metavar="PNG", help="The picture of NAME to write.")
@click.option("--html", "folder", type=click.Path(path_type=Path), metavar="DIR", help="The illustrated dictionary.")
@click.option("--only", multiple=True, metavar="NAME", help="With --html: draw this entry only; may be repeated.")
@click.option("--family", multiple=True, metavar="FAMILY", help="With --html or the list: only this family.")
@click.option("--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="With --html: at a time.")
@click.option("--dancer", metavar="NAME", help="Who shows it.")
@click.pass_context
def steps(
    context: click.Context,
    name: tuple[str, ...],
    as_json: bool,
    strip: bool,
    out: Path | None,
    folder: Path | None,
    only: tuple[str, ...],
    family: tuple[str, ...],
    jobs: int,
    dancer: str | None,
) -> None:
    """All steps petipa dances, or the page of the one called NAME (in any school's spelling)."""
    from petipa.lexicon import load_lexicon

    asked = " ".join(name)
    if folder is not None:
        if out is not None or strip or as_json:
            raise click.UsageError("--html writes a folder; a strip of one step or --json is asked without it")
        names = [*only, *([asked] if asked else [])]
        context.exit(_illustrate(folder, names, family, jobs, dancer))
    if only:
        raise click.UsageError("--only belongs to --html; without it, say the name by itself")
    lexicon = load_lexicon()
    if not asked:
        if strip or out is not None:
            raise click.UsageError("which step? petipa steps NAME -o FILE.png")
        _list(lexicon, family, as_json=as_json)
        return
    found = lexicon.sought(asked)
    if strip or out is not None:
        _draw(found, out or Path(f"{found.key}.png"), dancer)
    elif as_json:
        click.echo(json.dumps(found.as_json(), ensure_ascii=False, indent=2))
    else:
        for line in _page(found, lexicon):
            click.echo(line)


def _list(lexicon: Lexicon, families: tuple[str, ...], *, as_json: bool) -> None:
    from petipa.dictionary.facts import family_name, family_rank, find_families

    chosen = find_families(families, lexicon)
    shown = sorted(
        (entry for entry in lexicon.entries.values() if not chosen or entry.family in chosen),
        key=lambda entry: (family_rank(entry.family), entry.is_pose, "" if entry.is_pose else entry.key),
    )
    if as_json:
        click.echo(json.dumps([entry.as_json() for entry in shown], ensure_ascii=False, indent=2))
        return
    family = ""
    for entry in shown:
        if entry.family != family:
            click.echo(("\n" if family else "") + family_name(entry.family))
            family = entry.family
        schools = f" ({', '.join(school.called for school in entry.schools)})" if entry.schools else ""
        click.echo(f"  {entry.names.common + schools:<28} {entry.definition}")


def _page(entry: Entry, lexicon: Lexicon) -> list[str]:
    """The dictionary page of one step, a fact a line."""
    from petipa.dictionary.facts import facts_of, family_name, names_of

    facts = facts_of(entry, lexicon)
    called = facts.name + (f" ({facts.english})" if facts.english else "")
    lines = [called, family_name(facts.family), "", *textwrap.wrap(facts.definition, _WIDTH), ""]
    rows = [(school, name) for school, name in facts.schools]
    if len({name for _, name in rows}) == 1 and not entry.schools:
        rows = [("every school", facts.name)]
    rows += [("also called", ", ".join(facts.also)), *(("note", sentence) for sentence in facts.elsewhere), *facts.rows]
    rows += [("begins", "; ".join(facts.begins)), ("ends", "; ".join(facts.ends))]
    for title, near in (("may follow", facts.before), ("may lead to", facts.after)):
        names = ", ".join(names_of(near, lexicon, most=_NEAR))
        rest = len(near) - _NEAR
        rows.append((title, names + (f" and {rest} more" if rest > 0 else "")))
    wide = max(len(title) for title, text in rows if text)
    for title, text in rows:
        for number, line in enumerate(textwrap.wrap(text, _WIDTH - wide - 2)):
            lines.append(f"{title if number == 0 else '':>{wide}}  {line}")
    return lines


def _draw(entry: Entry, out: Path, dancer: str | None) -> None:
    from rich.console import Console

    from petipa.cli.show import progress_bars, say_files
    from petipa.dictionary.danced import draw_entry

    with progress_bars(Console(stderr=True)) as report:
        draw_entry(entry.key, out, dancer=dancer, report=report)
    say_files(Console(), {out.name: out})


def _illustrate(folder: Path, names: list[str], families: tuple[str, ...], jobs: int, dancer: str | None) -> int:
    from rich.console import Console

    from petipa.cli.show import progress_bars, say
    from petipa.dictionary.site import illustrate

    with progress_bars(Console(stderr=True)) as report:
        made = illustrate(folder, names=names, families=families, jobs=jobs, dancer=dancer, report=report)
    console = Console()
    say(console, f"{made.index}: {made.pages} pages, {len(made.drawn)} danced now, {len(made.kept)} kept")
    for key in made.busy:
        say(console, f"note: {key} is being danced by another run")
    for key, why in made.failed.items():
        say(Console(stderr=True), f"petipa: {key}: {why}")
    return 1 if made.failed else 0
