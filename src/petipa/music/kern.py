"""Scores in Humdrum's ``**kern``, the form in which musicology keeps its editions; read through verovio.

Verovio unfolds repeats and endings and gives notes, bars and pedal. Tempo, dynamics and fermatas are taken from its
MEI, as it plays none of them (a word such as Lento it counts in beats, where a slow waltz is slow in bars).

Format: Huron, "The Humdrum Toolkit: Reference Manual", 1994; Verovio: Pugin, Zitellini and Roland, ISMIR 2014.
"""

from __future__ import annotations

import base64
import importlib.util
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any
from xml.etree.ElementTree import Element

import numpy as np

from petipa.counts import Metre
from petipa.errors import FileError, MusicError
from petipa.files import parse_xml
from petipa.music.dynamics import LOUDNESS, UNMARKED, in_force
from petipa.music.limits import BARS_MAX
from petipa.music.midi import read_midi
from petipa.music.model import Confidence
from petipa.music.ornaments import Ornament, Ornamented, neighbours
from petipa.music.ornaments import played as sounded
from petipa.music.pace import Kind, Mark, marks_in, staircase, word_tempo
from petipa.music.symbolic import Score, ScoreNotes, ScoreTempo, seconds_of
from petipa.music.unfolding import whole_bars

_DEGREES = "cdefgab"
_ALTERED = {"s": 1, "f": -1, "n": 0, "ss": 2, "x": 2, "ff": -2}
_ORNAMENTS = {
    ("trill", ""): Ornament.TRILL,
    ("mordent", ""): Ornament.MORDENT,
    ("mordent", "lower"): Ornament.MORDENT,
    ("mordent", "upper"): Ornament.INVERTED_MORDENT,
    ("turn", ""): Ornament.TURN,
    ("turn", "upper"): Ornament.TURN,
    ("turn", "lower"): Ornament.INVERTED_TURN,
}
"""By element and form in MEI."""
_COLUMNS = ("quarter", "length", "lead", "pitch", "velocity", "channel", "program")
_SECONDS_MAX = 120.0
"""Time verovio gets [s]; a long waltz takes it one."""

_VEROVIO = """
import json, sys, verovio
verovio.enableLog(verovio.LOG_OFF)
toolkit = verovio.toolkit()
if not toolkit.loadData(sys.stdin.buffer.read().decode("utf-8", "replace")):
    sys.exit(1)
times = toolkit.renderToTimemap({"includeMeasures": True})
times = json.loads(times) if isinstance(times, str) else times
json.dump([toolkit.renderToMIDI(), times, toolkit.getMEI()], sys.stdout)
"""


def looks_like_kern(head: bytes) -> bool:
    """Whether a file that begins so is a kern score."""
    lines = [line for line in head.decode("utf-8", "replace").lstrip("\ufeff").splitlines() if line.strip()]
    return bool(lines) and (lines[0].startswith("!!") or "**kern" in lines[0].split("\t"))


def read_kern(content: bytes, *, source: str) -> Score:
    """Read a kern score.

    Parameters
    ----------
    content : bytes
    source : str
        The file's name, for messages.

    Raises
    ------
    MusicError
        If verovio is not installed, or the score holds no notes.
    FileError
        If it is no kern that verovio can read.
    """
    text = content.decode("utf-8", "replace")
    if "**kern" not in text:
        raise FileError("there is no **kern in it", where=source, would_work="a complete .krn file")
    if importlib.util.find_spec("verovio") is None:
        raise MusicError(
            "kern scores are read through verovio, which is not installed",
            where=source,
            would_work="pip install 'petipa[kern]', or the same score as MusicXML or MIDI",
        )
    try:
        # Verovio ends its whole process on some malformed scores, so it gets one of its own.
        answer = subprocess.run(
            [sys.executable, "-c", _VEROVIO], input=text.encode(), capture_output=True, check=True, timeout=_SECONDS_MAX
        )
        midi, times, tree = json.loads(answer.stdout)
        notes = base64.b64decode(midi)
    except (OSError, subprocess.SubprocessError, ValueError, TypeError) as problem:
        raise FileError(
            "verovio cannot read this score",
            where=source,
            would_work="a complete .krn file, or the same score as MusicXML or MIDI",
        ) from problem
    mei = parse_xml(tree.encode(), where=source)
    return _score(read_midi(notes, source=source).score, times, mei, text, source=source)


def _score(played: Score, times: list[dict[str, Any]], mei: Element, text: str, *, source: str) -> Score:
    """The notes verovio plays, in the bars it counts, as loud and quick as is written."""
    begins = [(_exact(time["qstamp"]), _plain(time["measureOn"])) for time in times if "measureOn" in time]
    end = max((_exact(time["qstamp"]) for time in times), default=Fraction(0))
    if not begins or len(begins) > BARS_MAX:
        raise MusicError("there are no bars in it", where=source, would_work="a single piece of music")
    edges = [place for place, _ in begins] + [max(end, begins[-1][0] + Fraction(1, 4))]
    ends = np.cumsum([float(bar.quarters) for bar in played.bars])
    measures = []
    for k, (place, _) in enumerate(begins):
        metre = played.bars[min(int(np.searchsorted(ends, float(place), side="right")), len(ends) - 1)].metre
        measures.append((metre, edges[k + 1] - place))
    if measures[-1][1] < measures[-1][0].quarters and not measures[0][1] < measures[0][0].quarters:
        measures[-1] = (measures[-1][0], measures[-1][0].quarters)
    bars, pickup = whole_bars([one for one in measures if one[1] > 0])

    metre = bars[min(1, len(bars) - 1)].metre
    marks, loud, hairpins = _written(mei, begins, metre)
    marks += list(_fermatas(mei, times))
    record = dict(re.findall(r"^!!!(OMD|OTL|COM|AGN)[^:\n]*:\s*(.+?)\s*$", text, flags=re.MULTILINE))
    stated = re.search(r"^\*MM(\d+(?:\.\d+)?)", text, flags=re.MULTILINE)
    remarks = []
    opening = float(stated[1]) if stated else word_tempo([record.get(key, "") for key in ("OMD", "OTL", "AGN")])
    if stated is None:
        remarks.append(f"the score states no tempo; {opening or 120:g} quarters a minute from its words")
    marks = [mark for mark in marks if mark.kind is not Kind.TEMPO or mark.quarter > 0.0]
    marks.append(Mark(0.0, Kind.TEMPO, opening or 120.0))
    beat = float(metre.beat_quarters) * (3.0 if metre.compound else 1.0)
    places = [Fraction(float(quarter)).limit_denominator(96) for quarter in played.notes.quarter]
    velocity = np.array([in_force(loud, hairpins, place) for place in places])
    tempi = tuple(staircase(marks, end=float(end), bar=float(metre.quarters), beat=beat))
    struck = replace(played.notes, velocity=np.clip(velocity, 8, 124))
    return replace(
        played,
        title=record.get("OTL", played.title)[:200],
        kind="kern",
        bars=bars,
        pickup=pickup,
        tempi=tempi,
        written=struck,
        notes=_ornamented(struck, _ornaments(mei, times), tempi),
        confidence=Confidence(1.0, 1.0, 1.0),
        remarks=tuple(remarks),
    )


def _exact(quarters: float) -> Fraction:
    return Fraction(quarters).limit_denominator(960)


def _plain(name: str) -> str:
    """The name of an element as written: what is played again bears a number."""
    return re.sub(r"-rend\d+$", "", name)


def _written(
    mei: Element, begins: list[tuple[Fraction, str]], metre: Metre
) -> tuple[list[Mark], list[tuple[Fraction, int]], list[tuple[Fraction, Fraction, int]]]:
    """Marks of pace, of loudness, and hairpins, wherever they are played."""
    measures = {one.get("xml:id", ""): one for one in mei.iter("measure")}
    unit = metre.beat_quarters
    marks: list[Mark] = []
    loud = [(Fraction(-1), UNMARKED)]
    hairpins: list[tuple[Fraction, Fraction, int]] = []
    for k, (start, name) in enumerate(begins):
        measure = measures.get(name)
        if measure is None:
            continue
        for one in measure:
            place = start + max(Fraction(0), _exact(_float(one.get("tstamp"), 1.0)) - 1) * unit
            words = " ".join("".join(one.itertext()).split())
            if one.tag in ("tempo", "dir"):
                marks += [Mark(float(place), kind, value) for kind, value in marks_in(words)]
            elif one.tag == "dynam" and words in LOUDNESS:
                loud.append((place, LOUDNESS[words]))
            elif one.tag == "hairpin":
                over = re.fullmatch(r"(?:(\d+)m\+)?([\d.]+)", one.get("tstamp2", ""))
                if over is not None:
                    last = begins[min(k + int(over[1] or 0), len(begins) - 1)][0]
                    until = last + max(Fraction(0), _exact(float(over[2])) - 1) * unit
                    hairpins.append((place, until, -1 if one.get("form", "").startswith("dim") else 1))
    return marks, sorted(loud), hairpins


def _float(text: str | None, default: float) -> float:
    try:
        return min(max(float(text or default), 0.0), 1e4)
    except ValueError:
        return default


def _ornaments(mei: Element, times: list[dict[str, Any]]) -> Iterator[tuple[float, Fraction, int, Ornamented]]:
    """Every ornament each time it is played: its start and length [quarters], its pitch, what it goes to.

    Verovio plays only the written note.
    """
    over = {
        one.get("startid", "").lstrip("#"): _ORNAMENTS[one.tag, one.get("form", "")]
        for one in mei.iter()
        if (one.tag, one.get("form", "")) in _ORNAMENTS
    }
    written: dict[str, tuple[int, Ornamented]] = {}
    fifths = 0
    for one in mei.iter():
        if one.tag == "keySig":
            sign = re.fullmatch(r"([0-7])([sf]?)", one.get("sig", ""))
            fifths = 0 if sign is None else int(sign[1]) * (-1 if sign[2] == "f" else 1)
        elif one.tag == "note" and one.get("xml:id", "") in over and one.get("pname", "") in _DEGREES:
            degree = _DEGREES.index(one.get("pname", ""))
            signs = [one.get("accid.ges"), one.get("accid"), *(sign.get("accid") for sign in one.iter("accid"))]
            signs += [sign.get("accid.ges") for sign in one.iter("accid")]
            alter = next((_ALTERED[sign] for sign in signs if sign in _ALTERED), 0)
            pitch = 12 * (int(_float(one.get("oct"), 4.0)) + 1) + (0, 2, 4, 5, 7, 9, 11)[degree] + alter
            kind = over[one.get("xml:id", "")]
            written[one.get("xml:id", "")] = pitch, Ornamented(kind, *neighbours(degree, alter, fifths))
    begun: dict[str, float] = {}
    for time in times:
        for name in time.get("off", []):
            if name in begun:
                start = begun.pop(name)
                length = _exact(max(float(time["qstamp"]) - start, 0.0))
                if length > 0:
                    yield start, length, *written[_plain(name)]
        for name in time.get("on", []):
            if _plain(name) in written:
                begun[name] = float(time["qstamp"])


def _ornamented(
    notes: ScoreNotes, ornaments: Iterator[tuple[float, Fraction, int, Ornamented]], tempi: tuple[ScoreTempo, ...]
) -> ScoreNotes:
    """`notes` with the ornaments played out where only their written notes were."""
    rows = np.column_stack([getattr(notes, name) for name in _COLUMNS])
    more: list[np.ndarray] = []
    gone = np.zeros(len(rows), dtype=bool)
    for start, length, pitch, ornament in ornaments:
        here = np.flatnonzero((np.abs(rows[:, 0] - start) < 0.02) & (rows[:, 3] == pitch) & ~gone)
        if not len(here):
            continue
        gone[here[0]] = True
        begin, end = seconds_of(tempi, np.array([start, start + float(length)]))
        for at, lasting, tone in sounded(ornament, length, float(end - begin)):
            row = rows[here[0]].copy()
            row[0], row[1], row[3] = start + float(at), float(lasting), min(max(pitch + tone, 0), 127)
            more.append(row)
    table = np.vstack([rows[~gone], *more]) if more else rows
    return ScoreNotes(*(table[:, k] for k in range(len(_COLUMNS))))


def _fermatas(mei: Element, times: list[dict[str, Any]]) -> Iterator[Mark]:
    """A hold for each note under a fermata, every time it is played."""
    held = {one.get("startid", "").lstrip("#") for one in mei.iter("fermata")} - {""}
    sounding: dict[str, float] = {}
    for time in times:
        for name in time.get("off", []):
            if name in sounding:
                start = sounding.pop(name)
                yield Mark(start, Kind.HOLD, max(float(time["qstamp"]) - start, 0.0))
        for name in time.get("on", []):
            if _plain(name) in held:
                sounding[name] = float(time["qstamp"])
