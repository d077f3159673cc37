"""MusicXML scores: bars, tempi and notes as played, repeats unfolded.

Format: MusicXML 4.0, W3C Music Notation Community Group, 2021. Read here: partwise and timewise scores, divisions,
chords, backup and forward, ties, grace notes, tuplets, metre and tempo changes, metronome marks, dynamics and wedges,
accents, staccato, transposition, percussion, repeats with endings, da capo, dal segno, coda and fine.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from xml.etree.ElementTree import Element

import numpy as np

from petipa.counts import Metre
from petipa.errors import FileError, MusicError
from petipa.files import parse_xml
from petipa.music.limits import BARS_MAX, NOTES_MAX
from petipa.music.model import Confidence
from petipa.music.symbolic import TEMPO_MAX, TEMPO_MIN, Score, ScoreBar, ScoreNotes, ScoreTempo

_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_TYPES = {
    "breve": Fraction(8),
    "whole": Fraction(4),
    "half": Fraction(2),
    "quarter": Fraction(1),
    "eighth": Fraction(1, 2),
    "16th": Fraction(1, 4),
    "32nd": Fraction(1, 8),
}
_DYNAMICS = {
    "pppp": 22, "ppp": 28, "pp": 38, "p": 50, "mp": 62, "mf": 74, "f": 88, "ff": 102, "fff": 114, "ffff": 122,
    "sf": 100, "sfz": 104, "fz": 100, "fp": 88, "sfp": 100, "rf": 92, "rfz": 92,
}  # fmt: skip
"""MIDI velocities of the written dynamics: even steps, as most players make them."""

_ACCENT, _STRONG_ACCENT = 16, 24
_GRACE = 0.075
"""How long before its note a grace note starts [s]."""

_TEMPO_WORDS = (
    ("larghissimo", 40), ("larghetto", 63), ("largo", 50), ("lento", 56), ("adagietto", 72), ("adagio", 66),
    ("grave", 44), ("andantino", 88), ("andante", 78), ("molto vivace", 176), ("vivacissimo", 176), ("vivace", 160),
    ("prestissimo", 200), ("presto", 184), ("allegro moderato", 116), ("moderato", 108), ("allegretto", 116),
    ("allegro", 132), ("tempo di valse", 168), ("valse", 168), ("waltz", 168), ("mazurka", 138), ("galop", 152),
)  # fmt: skip
"""Beats a minute that tempo words stand for when nothing else is written (middle of the ranges on metronomes)."""

_PASSES_MAX = 16


@dataclass
class _Bar:
    """One written measure while it is read; times in quarters from its start."""

    metre: Metre
    length: Fraction = Fraction(0)
    implicit: bool = False
    notes: list[_Note] = field(default_factory=list)
    tempi: list[tuple[Fraction, float]] = field(default_factory=list)
    forward: bool = False
    backward: int = 0
    endings: frozenset[int] = frozenset()
    ending_stops: bool = False
    segno: bool = False
    coda: bool = False
    to_coda: bool = False
    fine: bool = False
    dacapo: bool = False
    dalsegno: bool = False


@dataclass(frozen=True)
class _Note:
    at: Fraction
    length: Fraction
    lead: float
    pitch: int
    velocity: int
    channel: int
    program: int
    voice: tuple[int, str]
    starts_tie: bool
    stops_tie: bool
    stated: bool = False


def _child(element: Element, name: str) -> str:
    """The text of a child, stripped; empty if it is not there."""
    return (element.findtext(name) or "").strip()


def _number(text: str | None) -> float | None:
    """The number in a text, None if there is none."""
    try:
        value = float((text or "").strip())
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _clean(element: Element) -> Element:
    """Tags without namespaces, which some programs write."""
    for one in element.iter():
        if isinstance(one.tag, str) and "}" in one.tag:
            one.tag = one.tag.rpartition("}")[2]
    return element


def _parts(root: Element) -> list[tuple[str, list[Element]]]:
    """Each part's id and its measures, from either of MusicXML's two layouts."""
    if root.tag == "score-partwise":
        return [(part.get("id", ""), part.findall("measure")) for part in root.findall("part")]
    gathered: dict[str, list[Element]] = defaultdict(list)
    for measure in root.findall("measure"):
        for part in measure.findall("part"):
            part.attrib.update({k: v for k, v in measure.attrib.items() if k != "id"})
            gathered[part.get("id", "")].append(part)
    return list(gathered.items())


def _instruments(root: Element) -> dict[str, tuple[int, bool]]:
    """Of each part: its General MIDI program (0 to 127) and whether it is percussion."""
    found = {}
    for part in root.iter("score-part"):
        program, drums = 0, False
        for instrument in part.findall("midi-instrument"):
            value = _number(instrument.findtext("midi-program"))
            program = int(min(max((value or 1) - 1, 0), 127))
            drums = drums or _child(instrument, "midi-channel") == "10"
            break
        found[part.get("id", "")] = (program, drums)
    return found


def _metre(attributes: Element, default: Metre) -> Metre:
    time = attributes.find("time")
    if time is None:
        return default
    try:
        beats = sum(int(one) for one in _child(time, "beats").split("+"))
        return Metre(beats, int(_child(time, "beat-type")))
    except ValueError:
        return default


def _metronome(element: Element) -> float | None:
    """Quarters a minute of a metronome mark such as dotted quarter = 60."""
    unit = _TYPES.get(_child(element, "beat-unit"))
    found = re.search(r"\d+(?:\.\d+)?", _child(element, "per-minute"))
    if unit is None or found is None:
        return None
    dots = len(element.findall("beat-unit-dot"))
    return float(found[0]) * float(unit * (2 - Fraction(1, 2**dots)))


_WALTZ_SLOWEST = 126.0


def _word_tempo(words: list[str]) -> float | None:
    """Quarters a minute for tempo words in the order of their weight; None if there are none.

    A waltz marked slow is slow in bars, not in beats.
    """
    lowered = [word.lower() for word in words]
    found = next((float(value) for text in lowered for word, value in _TEMPO_WORDS if word in text), None)
    if found is not None and any(re.search(r"val[sz]|waltz", text) for text in lowered):
        return max(found, _WALTZ_SLOWEST)
    return found


class _Reader:
    """Reads the measures of one part into the bars shared by all; the cursor and the loudness live here."""

    def __init__(self, *, index: int, program: int, drums: bool, bars: list[_Bar], lead: bool) -> None:
        self.index = index
        self.program = program
        self.channel = 9 if drums else (index if index < 9 else 10 + (index - 9) % 6)
        self.bars = bars
        self.lead = lead
        self.divisions = Fraction(1)
        self.metre = Metre(4, 4)
        self.transpose = 0
        self.written = Fraction(0)
        self.dynamics: list[tuple[Fraction, int]] = [(Fraction(0), 70)]
        self.wedges: list[tuple[Fraction, Fraction, int]] = []
        self.open_wedge: tuple[Fraction, int] | None = None
        self.pending: list[tuple[_Bar, int, _Note, Fraction]] = []
        self.notes = 0

    def duration(self, element: Element) -> Fraction:
        value = _number(element.findtext("duration"))
        if value is None or value < 0 or value > 1e9:
            return Fraction(0)
        return Fraction(value).limit_denominator(10_000) / self.divisions

    def measure(self, element: Element, bar: _Bar) -> None:
        """Read one measure of this part into `bar`."""
        cursor = furthest = Fraction(0)
        chord_at = Fraction(0)
        graces: list[tuple[int, str]] = []
        bar.implicit = bar.implicit or element.get("implicit") == "yes"
        for item in element:
            if item.tag == "attributes":
                value = _number(item.findtext("divisions"))
                if value and 0 < value <= 1e6:
                    self.divisions = Fraction(value).limit_denominator(10_000)
                self.metre = _metre(item, self.metre)
                move = item.find("transpose")
                if move is not None:
                    octaves = _number(move.findtext("octave-change")) or 0
                    self.transpose = int((_number(move.findtext("chromatic")) or 0) + 12 * octaves)
            elif item.tag == "note":
                length = self.duration(item)
                chord = item.find("chord") is not None
                at = chord_at if chord else cursor
                if item.find("grace") is not None:
                    graces.append((self._pitch(item), _child(item, "voice")))
                    continue
                if not chord:
                    chord_at = cursor
                    cursor += length
                    furthest = max(furthest, cursor)
                if item.find("rest") is None and item.find("cue") is None and length > 0:
                    for k, (pitch, voice) in enumerate(graces):
                        lead = _GRACE * (len(graces) - k)
                        self._add(bar, item, at, Fraction(1, 16), lead, pitch, voice, grace=True)
                    graces = []
                    self._add(bar, item, at, length, 0.0, self._pitch(item), _child(item, "voice"), grace=False)
            elif item.tag == "backup":
                cursor = max(Fraction(0), cursor - self.duration(item))
            elif item.tag == "forward":
                cursor += self.duration(item)
                furthest = max(furthest, cursor)
            elif item.tag in ("direction", "sound"):
                self._direction(item, bar, cursor)
            elif item.tag == "barline":
                self._barline(item, bar)
        if self.lead:
            bar.metre = self.metre
        bar.length = max(bar.length, furthest)
        self.written += max(bar.length, furthest) or self.metre.quarters

    def _pitch(self, item: Element) -> int:
        pitch = item.find("pitch")
        if pitch is None:
            return 76 if item.find("unpitched") is not None else -1
        step = _STEPS.get(_child(pitch, "step"))
        octave = _number(pitch.findtext("octave"))
        if step is None or octave is None:
            return -1
        return int(12 * (octave + 1) + step + round(_number(pitch.findtext("alter")) or 0.0)) + self.transpose

    def _add(
        self,
        bar: _Bar,
        item: Element,
        at: Fraction,
        length: Fraction,
        lead: float,
        pitch: int,
        voice: str,
        *,
        grace: bool,
    ) -> None:
        if not 0 <= pitch <= 127:
            return
        self.notes += 1
        if self.notes > NOTES_MAX:
            raise MusicError(f"there are more than {NOTES_MAX} notes in it", would_work="a single piece of music")
        extra = 0
        ties = {tie.get("type") for tie in item.findall("tie")} if not grace else set()
        for notation in item.findall("notations") if not grace else []:
            for one in notation.iter():
                if one.tag == "accent":
                    extra = max(extra, _ACCENT)
                elif one.tag == "strong-accent":
                    extra = max(extra, _STRONG_ACCENT)
                elif one.tag in ("staccato", "spiccato") and not ties:
                    length = length * Fraction(11, 20)
                elif one.tag == "staccatissimo" and not ties:
                    length = length * Fraction(3, 10)
        unpitched = item.find("unpitched") is not None
        stated = _number(item.get("dynamics"))  # per cent of forte, which is velocity 90
        velocity = extra - (12 if grace else 0) if stated is None else round(min(max(stated, 0.0), 140.0) * 0.9)
        note = _Note(
            at, length, lead, pitch, velocity, 9 if unpitched else self.channel, self.program,
            (self.index, voice), "start" in ties, "stop" in ties, stated is not None,
        )  # fmt: skip
        bar.notes.append(note)
        self.pending.append((bar, len(bar.notes) - 1, note, self.written + at))

    def _direction(self, item: Element, bar: _Bar, cursor: Fraction) -> None:
        sounds = [item] if item.tag == "sound" else item.findall("sound")
        stated = False
        for sound in sounds:
            tempo = _number(sound.get("tempo"))
            if tempo is not None and TEMPO_MIN <= tempo <= TEMPO_MAX:
                bar.tempi.append((cursor, tempo))
                stated = True
            loud = _number(sound.get("dynamics"))
            if loud is not None and 0 < loud <= 200:
                self.dynamics.append((self.written + cursor, round(loud * 0.9)))
            bar.dacapo = bar.dacapo or sound.get("dacapo") == "yes"
            bar.dalsegno = bar.dalsegno or sound.get("dalsegno") is not None
            bar.to_coda = bar.to_coda or sound.get("tocoda") is not None
            bar.fine = bar.fine or sound.get("fine") is not None
            bar.segno = bar.segno or sound.get("segno") is not None
            bar.coda = bar.coda or sound.get("coda") is not None
        for kind in item.findall("direction-type"):
            for one in kind:
                if one.tag == "metronome" and not stated:
                    tempo = _metronome(one)
                    if tempo is not None and TEMPO_MIN <= tempo <= TEMPO_MAX:
                        bar.tempi.append((cursor, tempo))
                elif one.tag == "dynamics":
                    for mark in one:
                        if mark.tag in _DYNAMICS:
                            self.dynamics.append((self.written + cursor, _DYNAMICS[mark.tag]))
                elif one.tag == "wedge":
                    self._wedge(one.get("type", ""), self.written + cursor)
                elif one.tag == "segno":
                    bar.segno = True
                elif one.tag == "coda" and not bar.to_coda:
                    bar.coda = True
                elif one.tag == "words":
                    self._words((one.text or "").strip().lower(), bar)

    def _words(self, text: str, bar: _Bar) -> None:
        """Jumps that are only written in words, as many programs do."""
        flat = re.sub(r"[^a-z ]", "", text)
        if flat.startswith(("da capo", "dc")):
            bar.dacapo = True
        elif flat.startswith(("dal segno", "ds")):
            bar.dalsegno = True
        elif flat == "fine":
            bar.fine = True
        elif flat == "to coda":
            bar.to_coda = True

    def _wedge(self, kind: str, at: Fraction) -> None:
        if kind in ("crescendo", "diminuendo"):
            self.open_wedge = (at, 1 if kind == "crescendo" else -1)
        elif kind == "stop" and self.open_wedge is not None:
            self.wedges.append((self.open_wedge[0], at, self.open_wedge[1]))
            self.open_wedge = None

    def _barline(self, item: Element, bar: _Bar) -> None:
        repeat = item.find("repeat")
        if repeat is not None:
            if repeat.get("direction") == "forward":
                bar.forward = True
            else:
                bar.backward = int(min(max(_number(repeat.get("times")) or 2, 2), _PASSES_MAX))
        ending = item.find("ending")
        if ending is not None:
            numbers = frozenset(int(one) for one in re.findall(r"\d{1,2}", ending.get("number", "")))
            if ending.get("type") == "start":
                bar.endings = numbers or frozenset({1})
            else:
                bar.ending_stops = True
        bar.segno = bar.segno or item.find("segno") is not None
        bar.coda = bar.coda or item.find("coda") is not None

    def loudness(self, at: Fraction) -> float:
        """The velocity in force at a written place, along wedges towards the next mark."""
        marks = [mark for mark in self.dynamics if mark[0] <= at]
        base_at, found = max(marks, key=lambda mark: mark[0])
        base = float(found)
        for start, end, way in self.wedges:
            if start <= at and base_at <= start and end > start:
                later = [value for place, value in self.dynamics if end - 1 <= place <= end + 1 and place > start]
                goal = later[0] if later and (later[0] - base) * way > 0 else base + 16 * way
                base = base + (goal - base) * min(1.0, float((at - start) / (end - start)))
        return float(base)

    def settle(self) -> None:
        """Give every note its velocity, now that all marks of the part are known."""
        self.dynamics.sort(key=lambda mark: mark[0])
        for bar, index, note, place in self.pending:
            velocity = note.velocity if note.stated else self.loudness(place) + note.velocity
            bar.notes[index] = _Note(
                note.at, note.length, note.lead, note.pitch, int(min(max(velocity, 8), 124)), note.channel,
                note.program, note.voice, note.starts_tie, note.stops_tie, note.stated,
            )  # fmt: skip


def unfold(bars: list[_Bar]) -> list[int]:
    """The order in which written measures are played.

    Repeats are taken once more than written (or ``times``), endings by their numbers; da capo and dal segno are
    followed once, without the repeats, to the fine, the coda or the end.
    """
    _spread_endings(bars)
    order: list[int] = []
    start, passed, i = 0, 1, 0
    jumped = False
    done: set[int] = set()
    while i < len(bars):
        bar = bars[i]
        if bar.forward and start != i:
            start, passed = i, 1
        if bar.endings and passed not in bar.endings and not jumped:
            i += 1
            continue
        if bar.endings and jumped and bar.backward and any(other.endings for other in bars[i + 1 : i + 2]):
            i += 1  # after a da capo only the last ending is played
            continue
        order.append(i)
        if len(order) > BARS_MAX:
            raise MusicError(f"with its repeats it has more than {BARS_MAX} bars", would_work="a single piece of music")
        if bar.fine and jumped:
            break
        if bar.to_coda and jumped:
            coda = next((j for j in range(i + 1, len(bars)) if bars[j].coda), None)
            if coda is not None:
                i = coda
                continue
        if bar.backward and not jumped and i not in done:
            last = max((max(other.endings) for other in bars[start:] if other.endings), default=0)
            passes = max(bar.backward, 0 if not bar.endings else min(last, _PASSES_MAX))
            if passed < passes:
                passed += 1
                i = start
                continue
            done.add(i)
            if not bar.endings:
                start, passed = i + 1, 1
        if (bar.dacapo or bar.dalsegno) and not jumped:
            jumped = True
            i = 0 if bar.dacapo else next((j for j, other in enumerate(bars) if other.segno), 0)
            continue
        i += 1
    return order


def _spread_endings(bars: list[_Bar]) -> None:
    """Mark every measure under an ending bracket, not only the one where it starts."""
    current: frozenset[int] = frozenset()
    for bar in bars:
        if bar.endings:
            current = bar.endings
        bar.endings = current
        if bar.ending_stops or bar.backward:
            current = frozenset()


def _played_bars(bars: list[_Bar], order: list[int]) -> tuple[list[ScoreBar], list[Fraction], bool]:
    """Bars as counted, the start of every played measure [quarters], and whether the first is a pick-up."""
    lengths = [bars[i].length or bars[i].metre.quarters for i in order]
    starts = [Fraction(0)]
    for length in lengths:
        starts.append(starts[-1] + length)
    out: list[ScoreBar] = []
    first = bars[order[0]]
    pickup = len(order) > 1 and lengths[0] < first.metre.quarters
    k = 0
    while k < len(order):
        metre, length = bars[order[k]].metre, lengths[k]
        # Two short measures that make one whole are one bar: cut by a repeat sign, or a pick-up after a repeat.
        whole = metre.quarters
        if k + 1 < len(order) and not (k == 0 and pickup) and length < whole and length + lengths[k + 1] == whole:
            out.append(ScoreBar(metre, whole))
            k += 2
            continue
        out.append(ScoreBar(metre, length))
        k += 1
    return out, starts, pickup


def read_musicxml(content: bytes, *, source: str) -> Score:
    """Read a MusicXML document, already unpacked.

    Parameters
    ----------
    content : bytes
    source : str
        The file's name, for messages.

    Raises
    ------
    FileError
        If it is no well-formed, harmless XML.
    MusicError
        If it is no MusicXML, or holds no notes.
    """
    root = _clean(parse_xml(content, where=source))
    if root.tag not in ("score-partwise", "score-timewise"):
        raise MusicError(
            f"this is XML, but no MusicXML score (its root is <{root.tag[:40]}>)",
            where=source,
            would_work="a .musicxml exported from a score editor",
        )
    try:
        return _read_score(root, source=source)
    except MusicError as problem:
        raise MusicError(problem.what, where=problem.where or source, would_work=problem.would_work) from None
    except (ValueError, OverflowError, ZeroDivisionError, KeyError, IndexError) as problem:
        raise FileError(
            f"the score contradicts itself ({problem})", where=source, would_work="the file exported afresh"
        ) from problem


def _read_score(root: Element, *, source: str) -> Score:
    parts = _parts(root)
    number = max((len(measures) for _, measures in parts), default=0)
    if number > BARS_MAX:
        raise MusicError(f"it has more than {BARS_MAX} bars", would_work="a single piece of music")
    bars = [_Bar(Metre(4, 4)) for _ in range(number)]
    instruments = _instruments(root)
    for index, (name, measures) in enumerate(parts):
        program, drums = instruments.get(name, (0, False))
        reader = _Reader(index=index, program=program, drums=drums, bars=bars, lead=index == 0)
        for element, bar in zip(measures, bars, strict=False):
            reader.measure(element, bar)
        reader.settle()
    if not any(bar.notes for bar in bars):
        raise MusicError("there are no notes in it", would_work="a score with music, or 'tempo 120 3/4' without any")

    order = unfold(bars)
    counted, starts, pickup = _played_bars(bars, order)
    remarks: list[str] = []
    title = _child(root, "work/work-title") or _child(root, "movement-title") or source.rsplit("/", 1)[-1]

    tempi = [
        ScoreTempo(float(starts[k] + at), tempo) for k, i in enumerate(order) for at, tempo in sorted(bars[i].tempi)
    ]
    if not tempi or tempi[0].quarter > 0:
        words = [(one.text or "") for one in root.iter("words")][:8]
        words += [_child(root, "movement-title"), title]
        guess = _word_tempo(words)
        if not tempi:
            remarks.append(
                f"the score states no tempo; {guess:g} quarters a minute from its words"
                if guess
                else "the score states no tempo; 120 quarters a minute is assumed"
            )
        tempi.insert(0, ScoreTempo(0.0, guess or (tempi[0].qpm if tempi else 120.0)))
    return Score(
        title=title[:200],
        source=source,
        kind="musicxml",
        bars=tuple(counted),
        pickup=pickup,
        tempi=tuple(tempi),
        notes=_tie([(starts[k], note) for k, i in enumerate(order) for note in bars[i].notes]),
        confidence=Confidence(1.0, 1.0, 1.0),
        remarks=tuple(remarks),
    )


def _tie(placed: list[tuple[Fraction, _Note]]) -> ScoreNotes:
    """Columns of notes as heard: tied ones joined, those struck twice at once in one place kept once."""
    if len(placed) > NOTES_MAX:
        raise MusicError(f"with its repeats it has more than {NOTES_MAX} notes", would_work="a single piece of music")
    rows: list[list[float]] = []
    open_ties: dict[tuple[int, int, Fraction], int] = {}
    for start, note in sorted(placed, key=lambda one: one[0] + one[1].at):
        at = start + note.at
        end = at + note.length
        key = (note.voice[0], note.pitch, at)
        if note.stops_tie and key in open_ties:
            row = open_ties.pop(key)
            rows[row][1] = float(end) - rows[row][0]
        else:
            row = len(rows)
            rows.append(
                [float(at), float(note.length), note.lead, note.pitch, note.velocity, note.channel, note.program]
            )
        if note.starts_tie:
            open_ties[note.voice[0], note.pitch, end] = row
    table = np.array(rows, dtype=np.float64)
    return ScoreNotes(*(table[:, k] for k in range(7)))
