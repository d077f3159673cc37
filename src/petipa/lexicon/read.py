"""Reading the dictionary from its data files."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from petipa.errors import FileError
from petipa.lexicon.model import Accent, Entry, Lexicon, Names, Range, School
from petipa.lexicon.positions import EndRule, Foot, Free, Level, Place, StartRule
from petipa.lexicon.words import plain, singular


def _range(values: list[float] | None) -> Range | None:
    return Range(*map(float, values)) if values is not None else None


def _pair(values: list[float] | None) -> tuple[float, float] | None:
    return (float(values[0]), float(values[1])) if values is not None else None


def _start(table: dict[str, Any]) -> StartRule:
    return StartRule(
        position=tuple(Place(p) for p in table["position"]),
        front=Foot(table["front"]) if "front" in table else None,
        support=Foot(table["support"]) if "support" in table else None,
        level=tuple(Level(v) for v in table.get("level", [])),
        free=tuple(Free(v) for v in table.get("free", [])),
        when=tuple(table.get("when", [])),
    )


def _end(table: dict[str, Any]) -> EndRule:
    return EndRule(
        position=table["position"],
        front=Foot(table.get("front", "keep")),
        support=Foot(table.get("support", "work")),
        level=table.get("level", "flat"),
        free=table.get("free", ""),
        held=bool(table.get("held", False)),
        when=tuple(table.get("when", [])),
    )


def read_entry(text: str) -> Entry:
    """An entry from the text of its file.

    Raises
    ------
    FileError
        If a field is missing or has a value that is not one of those allowed.
    """
    try:
        data = tomllib.loads(text)
        names, body, feet, time = data["names"], data["body"], data["feet"], data["time"]
        turn = data.get("turn", {})
        lead, tail = _pair(time["lead"]), _pair(time["tail"])
        assert lead is not None and tail is not None
        return Entry(
            key=data["key"],
            names=Names(
                common=names["common"],
                by_school=MappingProxyType({s: names[s.value] for s in School if s.value in names}),
                also=tuple(names.get("also", [])),
                misspelt=tuple(names.get("misspelt", [])),
                english=names.get("english", ""),
            ),
            family=data["family"],
            definition=data["definition"],
            r_means=data["r_means"],
            side_from=data["side_from"],
            accent=Accent(data["accent"]),
            counts=MappingProxyType({metre: Fraction(str(value)) for metre, value in data["counts"].items()}),
            lead=lead,
            tail=tail,
            turn_time=_pair(time.get("turn")),
            pace=_pair(time.get("pace")),
            facing=body["facing"],
            directions=tuple(body["directions"]),
            direction=body.get("direction"),
            arms=body["arms"],
            head=body["head"],
            level=Level(body.get("level", "flat")),
            height=_range(body.get("height")),
            jump=_range(feet.get("jump")),
            turns=_range(turn.get("turns")),
            take_off=feet["take_off"],
            landing=feet["landing"],
            beats=int(feet["beats"]),
            forward=float(data["travel"]["forward"]),
            side=float(data["travel"]["side"]),
            standing=float(data["travel"].get("standing", data["travel"]["forward"])),
            per_pace=data["travel"].get("per") == "pace",
            crossing=MappingProxyType({k: Foot(v) for k, v in data.get("crossing", {}).items()}),
            starts=tuple(_start(t) for t in data["start"]),
            ends=tuple(_end(t) for t in data["end"]),
            difficulty=int(data["difficulty"]),
            energy=float(data["energy"]),
            impact=float(data["impact"]),
            example=str(data["example"]).strip(),
            motion=MappingProxyType(dict(data.get("motion", {}))),
        )
    except (KeyError, ValueError, TypeError, IndexError, AssertionError) as problem:
        raise FileError(
            f"this dictionary entry cannot be read: {problem}",
            would_work="compare it with another entry of the dictionary",
        ) from problem


@cache
def load_lexicon() -> Lexicon:
    """The dictionary that ships with petipa.

    Raises
    ------
    FileError
        If one of its files is damaged; the message names it.
    """
    folder = resources.files("petipa.lexicon")
    entries: dict[str, Entry] = {}
    for item in sorted(folder.joinpath("steps").iterdir(), key=lambda i: i.name):
        if not item.name.endswith(".toml"):
            continue
        try:
            entry = read_entry(item.read_text(encoding="utf-8"))
        except FileError as problem:
            raise FileError(problem.what, where=item.name, would_work=problem.would_work) from problem
        entries[entry.key] = entry
    known = tomllib.loads(folder.joinpath("known.toml").read_text(encoding="utf-8"))["steps"]
    tables: Mapping[str, Mapping[str, list[str]]] = tomllib.loads(
        folder.joinpath("arms.toml").read_text(encoding="utf-8")
    )
    # A school's own words come last, so that they win over the common ones: a Russian third is overhead.
    arms = {
        school: MappingProxyType(
            {
                plain(name): key
                for table in (tables["all"], tables[school.value])
                for key, names in table.items()
                for name in names
            }
        )
        for school in School
    }
    return Lexicon(
        entries=MappingProxyType(entries),
        known=MappingProxyType({singular(name): name for name in known}),
        arms=MappingProxyType(arms),
    )
