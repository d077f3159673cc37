"""An exercise on one sheet: which counts, which step, the arms, how she faces and where she goes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from html import escape

from petipa.choreographer.exercise import Exercise
from petipa.choreographer.lesson import Lesson, minutes, part_of
from petipa.choreographer.request import UNIT
from petipa.choreography import StepPlaced
from petipa.floor import nearest_turn

_GOES = 0.25
"""She is said to travel from so many metres on."""
_HEADS = ("counts", "step", "arms", "facing", "goes")
_STYLE = (
    "body{font:11pt Georgia,serif;margin:18mm 16mm;color:#222}h1{font-size:17pt;margin:0}p{margin:2mm 0 6mm}"
    "table{border-collapse:collapse;width:100%}th{text-align:left;font-weight:normal;font-style:italic}"
    "td,th{padding:1.1mm 3mm 1.1mm 0;border-bottom:.2pt solid #bbb;vertical-align:top}"
    "h2{font-size:14pt;margin:10mm 0 0}h3{font-size:12pt;margin:6mm 0 0}section{break-inside:avoid}"
    "tr.four td{padding-top:4mm}td:first-child{white-space:nowrap;font-variant-numeric:tabular-nums}"
)


@dataclass(frozen=True)
class Row:
    """One step on the sheet; `four` begins a group of four counts."""

    counts: str
    step: str
    arms: str
    facing: str
    goes: str
    four: bool


def rows_of(exercise: Exercise) -> tuple[Row, ...]:
    """The steps of the first side, each with its counts."""
    request = exercise.request
    rows = []
    for step in exercise.steps:
        at = step.at / request.beats
        length = min(step.length / request.beats, request.counts - at)
        if not step.label or at >= request.counts:
            continue
        four = at % UNIT == 0
        rows.append(Row(_counts(at, length), step.label, _arms(step.arms), _facing(step), _goes(step), four))
    return tuple(rows)


def _counts(at: Fraction, length: Fraction) -> str:
    first, last = at + 1, at + length
    if first.denominator != 1 or last.denominator != 1:
        return f"{math.floor(first)} and"
    return f"{first}" if last <= first else f"{first}\N{EN DASH}{last}"


def _arms(key: str) -> str:
    words = key.split("_")
    return " ".join(word.upper() if word in ("r", "l") else word for word in words)


def _facing(step: StepPlaced) -> str:
    yaw = step.facing
    if abs(yaw) < 20.0:
        return "en face"
    if abs(yaw) > 110.0:
        return "upstage"
    if abs(yaw) > 70.0:
        return "stage left" if yaw > 0 else "stage right"
    front = step.end.facing_front or step.side
    # Croisé, the foot in front is the one away from the house.
    return "croisé" if (yaw < 0) == (front.sign > 0) else "effacé"


def _goes(step: StepPlaced) -> str:
    if step.travel_yaw is None or math.dist(step.travel_from, step.travel_to) < _GOES:
        return ""
    way = nearest_turn(step.travel_yaw - step.facing)
    if abs(way) < 50.0:
        return "forward"
    if abs(way) > 130.0:
        return "back"
    return "to the left" if way > 0 else "to the right"


def _heading(exercise: Exercise) -> str:
    request = exercise.request
    counted = {3: "counted in bars" if str(request.metre) == "3/4" else "two counts a bar"}.get(request.beats, "")
    bars = request.counts * request.beats // request.metre.beats * (2 if request.other_side else 1)
    music = f"{bars} bars of music" + (" with the other side" if request.other_side else "")
    parts = [f"{request.counts} counts", str(request.metre), f"{request.tempo:g} counts a minute", counted, music]
    front = exercise.steps[0].start.words()
    return ", ".join(part for part in [*parts, f"from {front}"] if part)


def _again(exercise: Exercise) -> str:
    counts = exercise.request.counts
    return f"{counts + 1}\N{EN DASH}{2 * counts}" if exercise.request.other_side else ""


def sheet_text(exercise: Exercise) -> str:
    """The sheet as a table of plain text."""
    rows = rows_of(exercise)
    table = [_HEADS, *((row.counts, row.step, row.arms, row.facing, row.goes) for row in rows)]
    widths = [max(len(row[k]) for row in table) for k in range(len(_HEADS))]
    out = [exercise.choreography.title or "", _heading(exercise), ""]
    for k, row in enumerate(table):
        if k > 1 and rows[k - 1].four:
            out.append("")
        out.append("  ".join(word.ljust(width) for word, width in zip(row, widths, strict=True)).rstrip())
    again = _again(exercise)
    if again:
        out += ["", f"{again}  the same, other side"]
    return "\n".join(out) + "\n"


def _table(exercise: Exercise) -> str:
    """What the page says of an exercise below its title."""
    heads = "".join(f"<th>{word}</th>" for word in _HEADS)
    body = []
    for row in rows_of(exercise):
        cells = "".join(f"<td>{escape(word)}</td>" for word in (row.counts, row.step, row.arms, row.facing, row.goes))
        mark = ' class="four"' if row.four else ""
        body.append(f"<tr{mark}>{cells}</tr>")
    again = _again(exercise)
    if again:
        body.append(f'<tr class="four"><td>{again}</td><td colspan="4">the same, other side</td></tr>')
    return f"<p>{escape(_heading(exercise))}</p>\n<table><tr>{heads}</tr>\n" + "\n".join(body) + "</table>\n"


def _page(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>\n'
        f"<h1>{title}</h1>{body}"
    )


def sheet_page(exercise: Exercise) -> str:
    """The sheet as a page to print."""
    return _page(escape(exercise.choreography.title or ""), _table(exercise))


def _so_long(exercises: Sequence[Exercise]) -> str:
    return f"{len(exercises)} exercises, {sum(map(minutes, exercises)):.0f} minutes of dancing"


def class_text(lesson: Lesson, exercises: Sequence[Exercise]) -> str:
    """A whole class as plain text, part by part."""
    out = [lesson.title, _so_long(exercises), ""]
    for number, exercise in enumerate(exercises, start=1):
        if number == 1 or part_of(exercise.request) != part_of(exercises[number - 2].request):
            out += [part_of(exercise.request).upper(), ""]
        out += [f"{number}. {sheet_text(exercise)}"]
    return "\n".join(out)


def class_page(lesson: Lesson, exercises: Sequence[Exercise]) -> str:
    """A whole class as a page to print."""
    body = [f"<p>{_so_long(exercises)}</p>\n"]
    for number, exercise in enumerate(exercises, start=1):
        if number == 1 or part_of(exercise.request) != part_of(exercises[number - 2].request):
            body.append(f"<h2>{part_of(exercise.request)}</h2>\n")
        body.append(
            f"<section><h3>{number}. {escape(exercise.choreography.title or '')}</h3>{_table(exercise)}</section>\n"
        )
    return _page(escape(lesson.title), "".join(body))


__all__ = ["Row", "class_page", "class_text", "rows_of", "sheet_page", "sheet_text"]
