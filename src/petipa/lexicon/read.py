"""Reading the dictionary from its data files."""

from __future__ import annotations

import copy
import json
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
    except tomllib.TOMLDecodeError as problem:
        raise _damaged(problem) from problem
    return _entry(data)


def _damaged(problem: Exception) -> FileError:
    return FileError(
        f"this dictionary entry cannot be read: {problem}",
        would_work="compare it with another entry of the dictionary",
    )


def _entry(data: Mapping[str, Any]) -> Entry:
    """An entry from its tables."""
    try:
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
                own=MappingProxyType({School(s): tuple(words) for s, words in names.get("own", {}).items()}),
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
            standing=data["travel"].get("standing"),
            per_pace=data["travel"].get("per") == "pace",
            per_turn=data["travel"].get("per") == "turn",
            crossing=MappingProxyType({k: Foot(v) for k, v in data.get("crossing", {}).items()}),
            starts=tuple(_start(t) for t in data["start"]),
            ends=tuple(_end(t) for t in data["end"]),
            difficulty=int(data["difficulty"]),
            energy=float(data["energy"]),
            impact=float(data["impact"]),
            example=str(data["example"]).strip(),
            motion=MappingProxyType(dict(data.get("motion", {}))),
            schools=tuple(School(school) for school in data.get("schools", [])),
            reverse=str(data.get("reverse", "")),
            is_pose=bool(data.get("is_pose", False)),
            by_school=MappingProxyType({s: _own(body[s.value]) for s in School if s.value in body}),
        )
    except (KeyError, ValueError, TypeError, IndexError, AssertionError) as problem:
        raise _damaged(problem) from problem


def _own(table: Mapping[str, str]) -> Mapping[str, str]:
    """A school's own facing, arms and head."""
    if not set(table) <= {"facing", "arms", "head"}:
        raise ValueError(f"a school's own {', '.join(sorted(set(table) - {'facing', 'arms', 'head'}))}")
    return MappingProxyType({key: str(value) for key, value in table.items()})


_SWAPS = {"w": "o", "o": "w", "on_w": "on_o", "on_o": "on_w", "work": "other", "other": "work"}


def _pose(key: str, pose: Mapping[str, Any], kind: Mapping[str, Any]) -> Entry:
    """A pose from its row of the table and the kind of movement that goes into it.

    A kind is written with the free leg as the named one (or the front foot); a pose called after the leg she stands on
    exchanges the two.
    """
    try:
        data = copy.deepcopy(dict(kind))
        direction = str(pose.get("dir", ""))
        words = {"{leg}": str(pose.get("leg", "")), "{by}": "derriere" if direction == "derriere" else "devant"}
        text = json.dumps(data["motion"])
        for word, meant in words.items():
            text = text.replace(word, meant)
        motion: dict[str, Any] = json.loads(text)
        motion["keys"] = [_filled(row, pose) for row in motion["keys"]]
        body = data["body"] | {k: pose[k] for k in ("facing", "arms", "head", "height", "level") if k in pose}
        body |= {s.value: pose[s.value] for s in School if s.value in pose}
        if direction:
            body |= {"directions": [direction], "direction": direction}
            data["side_from"] = "back" if direction == "derriere" else "front"
        stands = pose.get("named") == "standing"
        ends = [dict(end) for end in data["end"]]
        for end in ends:
            if end.get("free") == "{free}":
                end["free"] = pose["free"]
            if end.get("front") == "{front}":
                end["front"] = "other" if direction == "derriere" else "work"
        starts = [dict(start) for start in data["start"]]
        if stands:
            for key_ in motion["keys"]:
                _swap(key_)
            for rule in (*starts, *ends):
                rule |= {k: _SWAPS.get(rule[k], rule[k]) for k in ("support", "front") if k in rule}
            data["side_from"] = {"back": "front", "front": "back"}.get(data["side_from"], data["side_from"])
        data |= {k: pose[k] for k in ("definition", "difficulty", "schools") if k in pose}
        names = {"common": pose["name"]} | {k: pose[k] for k in ("also", "misspelt", "english") if k in pose}
        names |= pose.get("names", {})
        data |= {"key": key, "names": names, "body": body, "motion": motion, "start": starts, "end": ends}
        data["example"] = str(data["example"]).format(name=f"pose {data.get('schools', [''])[0]} {pose['name']}")
        data |= {"is_pose": True, "family": "pose"}
        if stands:
            data["r_means"] = "She stands on the right leg; the left is the free one."
    except (KeyError, ValueError, TypeError) as problem:
        raise _damaged(problem) from problem
    return _entry(data)


def _filled(row: Mapping[str, Any], pose: Mapping[str, Any]) -> dict[str, Any]:
    """A key with its open places, written <lean>, filled from the pose; what the pose leaves open is left out.

    A knee of which nothing is said is straight.
    """
    out: dict[str, Any] = {}
    for name, value in row.items():
        place = value[1:-1] if isinstance(value, str) and value.startswith("<") else ""
        if not place:
            out[name] = value
        elif place in pose:
            out[name] = pose[place]
        elif place == "fondu":
            out[name] = 0.0
    return out


def _swap(row: dict[str, Any]) -> None:
    """Exchange the named and the other leg in one key of a movement."""
    row["w"], row["o"] = row.get("o"), row.get("w")
    for name in ("w", "o"):
        if row[name] is None:
            del row[name]
    if row.get("carry") in ("w", "o"):
        row["carry"] = _SWAPS[row["carry"]]
    if isinstance(row.get("weight"), (int, float)):
        row["weight"] = 1.0 - row["weight"]
    if "if" in row:
        row["if"] = " ".join(_SWAPS.get(word, word) for word in str(row["if"]).split())


def read_poses(text: str) -> dict[str, Entry]:
    """The table of poses: each an entry, danced as its kind says.

    Raises
    ------
    FileError
        If a row cannot be read; the message names it.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise _damaged(problem) from problem
    out: dict[str, Entry] = {}
    for key, row in data["pose"].items():
        try:
            out[key] = _pose(key, row, data["kind"][row["kind"]])
        except (FileError, KeyError) as problem:
            raise FileError(f"pose {key}: {problem}", would_work="compare it with another pose") from problem
    return out


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
    poses = folder.joinpath("poses.toml")
    try:
        entries |= read_poses(poses.read_text(encoding="utf-8"))
    except FileError as problem:
        raise FileError(problem.what, where=poses.name, would_work=problem.would_work) from problem
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
