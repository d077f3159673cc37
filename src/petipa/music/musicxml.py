"""MusicXML scores: bars, tempi and notes as played, repeats unfolded.

Format: MusicXML 4.0, W3C Music Notation Community Group, 2021. Read here: partwise and timewise scores, divisions,
chords, backup and forward, ties, grace notes, tuplets, metre and tempo changes, metronome marks, dynamics and wedges,
accents, staccato, fermatas, pedal, trills, turns, mordents, tremolos, rolled chords, transposition, percussion, repeats
with endings, da capo, dal segno, coda and fine.
An octave sign changes what is printed and not the pitch, which the format gives as it sounds.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate
from xml.etree.ElementTree import Element

import numpy as np

from petipa.counts import Metre
from petipa.errors import FileError, MusicError
from petipa.files import parse_xml
from petipa.music.dynamics import LOUDNESS, UNMARKED, in_force
from petipa.music.limits import BARS_MAX, NOTES_MAX
from petipa.music.model import Confidence
from petipa.music.ornaments import Ornament, Ornamented, neighbours, played, roll
from petipa.music.pace import Kind, Mark, marks_in, staircase, word_tempo
from petipa.music.symbolic import TEMPO_MAX, TEMPO_MIN, Score, ScoreNotes, ScoreTempo, seconds_of
from petipa.music.unfolding import PASSES_MAX, WrittenBar, WrittenNote, unfold, whole_bars

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
_ACCIDENTALS = {"flat": -1, "natural": 0, "sharp": 1, "flat-flat": -2, "double-sharp": 2}
_ACCENT, _STRONG_ACCENT = 16, 24
_LIGHTER = 8
"""What follows the first note of an ornament is so much softer."""
_GRACE = 0.075
"""How long before its note a grace note starts [s]."""


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


@dataclass(frozen=True)
class _Instrument:
    """General MIDI program (0 to 127), whether it is percussion, and the percussion key it plays, if it has one."""

    program: int = 0
    drums: bool = False
    key: int | None = None


def _instruments(root: Element) -> dict[str, dict[str, _Instrument]]:
    """The instruments of each part by their names; the first stands for notes that name none."""
    found: dict[str, dict[str, _Instrument]] = {}
    for part in root.iter("score-part"):
        here = found.setdefault(part.get("id", ""), {})
        for instrument in part.findall("midi-instrument"):
            program, key = _number(instrument.findtext("midi-program")), _number(instrument.findtext("midi-unpitched"))
            here[instrument.get("id", "")] = _Instrument(
                int(min(max((program or 1) - 1, 0), 127)),
                _child(instrument, "midi-channel") == "10",
                int(key) - 1 if key is not None and 1 <= key <= 128 else None,
            )
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


class _Reader:
    """Reads the measures of one part into the bars shared by all; the cursor and the loudness live here."""

    def __init__(self, *, index: int, instruments: dict[str, _Instrument], bars: list[WrittenBar], lead: bool) -> None:
        self.index = index
        self.instruments = instruments
        self.first = next(iter(instruments.values()), _Instrument())
        self.own = index if index < 9 else 10 + (index - 9) % 6
        self.bars = bars
        self.lead = lead
        self.divisions = Fraction(1)
        self.metre = Metre(4, 4)
        self.transpose = 0
        self.fifths = 0
        self.rolled: dict[tuple[Fraction, str], list[int]] = {}
        self.shaken: list[int] = []
        self.shakes = 0
        self.written = Fraction(0)
        self.dynamics: list[tuple[Fraction, int]] = [(Fraction(0), UNMARKED)]
        self.wedges: list[tuple[Fraction, Fraction, int]] = []
        self.open_wedge: tuple[Fraction, int] | None = None
        self.pedal: list[tuple[Fraction, bool]] = []
        self.pending: list[tuple[WrittenBar, int, WrittenNote, Fraction]] = []
        self.notes = 0

    def duration(self, element: Element) -> Fraction:
        value = _number(element.findtext("duration"))
        if value is None or value < 0 or value > 1e9:
            return Fraction(0)
        return Fraction(value).limit_denominator(10_000) / self.divisions

    def measure(self, element: Element, bar: WrittenBar) -> None:
        """Read one measure of this part into `bar`."""
        cursor = furthest = Fraction(0)
        chord_at = Fraction(0)
        graces: list[list[tuple[Element, int, str]]] = []
        bar.implicit = bar.implicit or element.get("implicit") == "yes"
        for item in element:
            if item.tag == "attributes":
                value = _number(item.findtext("divisions"))
                if value and 0 < value <= 1e6:
                    self.divisions = Fraction(value).limit_denominator(10_000)
                self.metre = _metre(item, self.metre)
                fifths = _number(item.findtext("key/fifths"))
                self.fifths = self.fifths if fifths is None else int(min(max(fifths, -7), 7))
                move = item.find("transpose")
                if move is not None:
                    octaves = _number(move.findtext("octave-change")) or 0
                    self.transpose = int((_number(move.findtext("chromatic")) or 0) + 12 * octaves)
            elif item.tag == "note":
                length = self.duration(item)
                chord = item.find("chord") is not None
                at = chord_at if chord else cursor
                if item.find("grace") is not None:
                    struck = (item, self._pitch(item), _child(item, "voice"))
                    if chord and graces:
                        graces[-1].append(struck)
                    else:
                        graces.append([struck])
                    continue
                if not chord:
                    chord_at = cursor
                    cursor += length
                    furthest = max(furthest, cursor)
                if item.find("rest") is not None and item.find("notations/fermata") is not None:
                    bar.pace.append((at, Kind.HOLD, float(length)))
                if item.find("rest") is None and item.find("cue") is None and length > 0:
                    self._graces(bar, graces, at)
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
        self._roll(bar)
        self._graces(bar, graces, cursor)  # those at the end of a bar lead to the next, as after a trill
        if self.lead:
            bar.metre = self.metre
        bar.length = max(bar.length, furthest)
        self.written += max(bar.length, furthest) or self.metre.quarters

    def _graces(self, bar: WrittenBar, graces: list[list[tuple[Element, int, str]]], at: Fraction) -> None:
        """Add grace notes, those written together at once, that lead to the note at `at`."""
        for k, together in enumerate(graces):
            for item, pitch, voice in together:
                self._add(bar, item, at, Fraction(1, 16), _GRACE * (len(graces) - k), pitch, voice, grace=True)

    def _instrument(self, item: Element) -> _Instrument:
        named = item.find("instrument")
        return self.first if named is None else self.instruments.get(named.get("id", ""), self.first)

    def _pitch(self, item: Element) -> int:
        pitch = item.find("pitch")
        if pitch is None:
            key = self._instrument(item).key
            return -1 if item.find("unpitched") is None else 76 if key is None else key
        step = _STEPS.get(_child(pitch, "step"))
        octave = _number(pitch.findtext("octave"))
        if step is None or octave is None:
            return -1
        return int(12 * (octave + 1) + step + round(_number(pitch.findtext("alter")) or 0.0)) + self.transpose

    def _add(
        self,
        bar: WrittenBar,
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
        ornament, silent = (None, False) if grace else self._ornament(bar, item, at, pitch, length)
        ties = {tie.get("type") for tie in item.findall("tie")} if not grace else set()
        for notation in item.findall("notations") if not grace else []:
            for one in notation.iter():
                if one.tag == "accent":
                    extra = max(extra, _ACCENT)
                elif one.tag == "strong-accent":
                    extra = max(extra, _STRONG_ACCENT)
                elif one.tag == "fermata":
                    bar.pace.append((at, Kind.HOLD, float(length)))
                elif one.tag in ("staccato", "spiccato") and not ties:
                    length = length * Fraction(11, 20)
                elif one.tag == "staccatissimo" and not ties:
                    length = length * Fraction(3, 10)
        instrument = self._instrument(item)
        drums = instrument.drums or item.find("unpitched") is not None
        stated = _number(item.get("dynamics"))  # per cent of forte, which is velocity 90
        velocity = extra - (12 if grace else 0) if stated is None else round(min(max(stated, 0.0), 140.0) * 0.9)
        note = WrittenNote(
            at, length, lead, pitch, velocity, 9 if drums else self.own, instrument.program,
            (self.index, voice), "start" in ties, "stop" in ties, stated is not None,
            ornament=ornament, silent=silent,
        )  # fmt: skip
        bar.notes.append(note)
        self.pending.append((bar, len(bar.notes) - 1, note, self.written + at))

    def _ornament(
        self, bar: WrittenBar, item: Element, at: Fraction, pitch: int, length: Fraction
    ) -> tuple[Ornamented | None, bool]:
        """What stands over a note, and whether it only names the other note of a tremolo; rolled chords are noted."""
        rolling = item.find("notations/arpeggiate")
        if rolling is not None:
            self.rolled.setdefault((at, rolling.get("number", "")), []).append(len(bar.notes))
        for over in item.findall("notations/ornaments"):
            marks = {one.tag: one for one in over}
            shake = marks.get("tremolo")
            if shake is not None:
                strokes = int(min(max(_number(shake.text) or 3, 1), 5))
                kind = shake.get("type", "single")
                if kind == "start":
                    self.shaken, self.shakes = [*self.shaken, len(bar.notes)], 0
                elif kind == "stop" and self.shakes < len(self.shaken):
                    first = self.shaken[self.shakes]
                    self.shakes += 1
                    if self.shakes == len(self.shaken):
                        self.shaken = []
                    if first < len(bar.notes) and bar.notes[first].voice[0] == self.index:
                        one = bar.notes[first]
                        both = Ornamented(Ornament.TREMOLO, above=pitch - one.pitch, strokes=strokes)
                        bar.notes[first] = replace(one, length=one.length + length, ornament=both)
                        return None, True
                elif kind == "single":
                    return Ornamented(Ornament.TREMOLO, above=0, strokes=strokes), False
            found = next((kind for kind in Ornament if kind in marks and kind is not Ornament.TREMOLO), None)
            if found is not None and item.find("pitch") is not None:
                return Ornamented(found, *self._neighbours(item, over)), False
        return None, False

    def _neighbours(self, item: Element, over: Element) -> tuple[int, int]:
        """Semitones from a note to those above and below it in the key, or as an accidental by the ornament says."""
        step = "CDEFGAB".find(_child(item, "pitch/step"))
        alter = round(_number(item.findtext("pitch/alter")) or 0.0)
        above, below = neighbours(step, alter, self.fifths) if step >= 0 else (2, 2)
        for mark in over.findall("accidental-mark"):
            bent = _ACCIDENTALS.get((mark.text or "").strip())
            if bent is None or step < 0:
                continue
            plain_above, plain_below = neighbours(step, alter, 0)
            if mark.get("placement") == "below":
                below = max(1, plain_below - bent)
            else:
                above = max(1, plain_above + bent)
        return above, below

    def _roll(self, bar: WrittenBar) -> None:
        """Strike the notes of each rolled chord one after another, the highest on the beat."""
        for chord in self.rolled.values():
            chord.sort(key=lambda index: bar.notes[index].pitch)
            for index, lead in zip(chord, roll(len(chord)), strict=True):
                bar.notes[index] = replace(bar.notes[index], lead=lead)
        self.rolled = {}
        self.shaken = []

    def _direction(self, item: Element, bar: WrittenBar, cursor: Fraction) -> None:
        sounds = [item] if item.tag == "sound" else item.findall("sound")
        offset = _number(item.findtext("offset"))
        if offset and abs(offset) <= 1e6:
            cursor = max(Fraction(0), cursor + Fraction(offset).limit_denominator(10_000) / self.divisions)
        stated = False
        for sound in sounds:
            tempo = _number(sound.get("tempo"))
            if tempo is not None and TEMPO_MIN <= tempo <= TEMPO_MAX:
                bar.pace.append((cursor, Kind.TEMPO, tempo))
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
        for one in item.findall("direction-type/metronome") if not stated else []:
            tempo = _metronome(one)
            if tempo is not None and TEMPO_MIN <= tempo <= TEMPO_MAX:
                bar.pace.append((cursor, Kind.TEMPO, tempo))
                stated = True
        for group in item.findall("direction-type"):
            for one in group:
                if one.tag == "pedal" and one.get("type") in ("start", "sostenuto", "resume", "change", "stop"):
                    self.pedal.append((self.written + cursor, one.get("type") != "stop"))
                elif one.tag == "dynamics":
                    for mark in one:
                        if mark.tag in LOUDNESS:
                            self.dynamics.append((self.written + cursor, LOUDNESS[mark.tag]))
                elif one.tag == "wedge":
                    self._wedge(one.get("type", ""), self.written + cursor)
                elif one.tag == "segno":
                    bar.segno = True
                elif one.tag == "coda" and not bar.to_coda:
                    bar.coda = True
                elif one.tag == "words":
                    text = (one.text or "").strip().lower()
                    self._words(text, bar)
                    bar.pace += [(cursor, *mark) for mark in marks_in(text) if not stated]

    def _words(self, text: str, bar: WrittenBar) -> None:
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

    def _barline(self, item: Element, bar: WrittenBar) -> None:
        repeat = item.find("repeat")
        if repeat is not None:
            if repeat.get("direction") == "forward":
                bar.forward = True
            else:
                bar.backward = int(min(max(_number(repeat.get("times")) or 2, 2), PASSES_MAX))
        ending = item.find("ending")
        if ending is not None:
            numbers = frozenset(int(one) for one in re.findall(r"\d{1,2}", ending.get("number", "")))
            if ending.get("type") == "start":
                bar.endings = numbers or frozenset({1})
            else:
                bar.ending_stops = True
        bar.segno = bar.segno or item.find("segno") is not None
        bar.coda = bar.coda or item.find("coda") is not None

    def settle(self) -> None:
        """Give every note its velocity and what the pedal adds to it, now that all marks of the part are known."""
        self.dynamics.sort(key=lambda mark: mark[0])
        self.pedal.sort(key=lambda mark: mark[0])
        for bar, index, _, place in self.pending:
            note = bar.notes[index]
            velocity = note.velocity if note.stated else in_force(self.dynamics, self.wedges, place) + note.velocity
            bar.notes[index] = replace(
                note, velocity=int(min(max(velocity, 8), 124)), ring=self._ring(place + note.length, note)
            )

    def _ring(self, end: Fraction, note: WrittenNote) -> Fraction:
        """How long the pedal lets a note sound that ends at a written place [quarters]."""
        if note.channel == 9 or not self.pedal:
            return Fraction(0)
        before = [down for place, down in self.pedal if place < end]
        if not before or not before[-1]:
            return Fraction(0)
        # A pedal taken anew, like one let go, damps what sounded.
        return next((place - end for place, _ in self.pedal if place >= end), Fraction(0))


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
    bars = [WrittenBar(Metre(4, 4)) for _ in range(number)]
    instruments = _instruments(root)
    for index, (name, measures) in enumerate(parts):
        reader = _Reader(index=index, instruments=instruments.get(name, {}), bars=bars, lead=index == 0)
        for element, bar in zip(measures, bars, strict=False):
            reader.measure(element, bar)
        reader.settle()
    if not any(bar.notes for bar in bars):
        raise MusicError("there are no notes in it", would_work="a score with music, or 'tempo 120 3/4' without any")

    order = unfold(bars)
    lasting = [(bars[i].metre, bars[i].length or bars[i].metre.quarters) for i in order]
    starts = list(accumulate((length for _, length in lasting), initial=Fraction(0)))
    counted, pickup = whole_bars(lasting)
    remarks: list[str] = []
    title = _child(root, "work/work-title") or _child(root, "movement-title") or source.rsplit("/", 1)[-1]

    last = order[-1]
    marks = [
        Mark(float(starts[k] + at), kind, value)
        for k, i in enumerate(order)
        for at, kind, value in bars[i].pace
        # The fermata at a fine is for the last time.
        if kind is not Kind.HOLD or not bars[i].fine or (i == last and k == len(order) - 1)
    ]
    if not any(mark.kind is Kind.TEMPO and mark.quarter == 0.0 for mark in marks):
        words = [(one.text or "") for one in root.iter("words")][:8]
        words += [_child(root, "movement-title"), title]
        guess = word_tempo(words)
        stated = [mark.value for mark in sorted(marks) if mark.kind is Kind.TEMPO]
        if not stated:
            remarks.append(
                f"the score states no tempo; {guess:g} quarters a minute from its words"
                if guess
                else "the score states no tempo; 120 quarters a minute is assumed"
            )
        marks.append(Mark(0.0, Kind.TEMPO, guess or (stated[0] if stated else 120.0)))
    metre = counted[min(1, len(counted) - 1)].metre
    beat = float(metre.beat_quarters) * (3.0 if metre.compound else 1.0)
    tempi = tuple(staircase(marks, end=float(starts[-1]), bar=float(metre.quarters), beat=beat))
    placed = [(starts[k], note) for k, i in enumerate(order) for note in bars[i].notes]
    return Score(
        title=title[:200],
        source=source,
        kind="musicxml",
        bars=counted,
        pickup=pickup,
        tempi=tempi,
        notes=_tie(placed, tempi),
        written=_tie([(start, replace(note, ornament=None)) for start, note in placed], tempi),
        confidence=Confidence(1.0, 1.0, 1.0),
        remarks=tuple(remarks),
    )


def _tie(placed: list[tuple[Fraction, WrittenNote]], tempi: Sequence[ScoreTempo]) -> ScoreNotes:
    """Columns of notes as heard: tied ones joined, ornaments played, those struck twice at once kept once."""
    if len(placed) > NOTES_MAX:
        raise MusicError(f"with its repeats it has more than {NOTES_MAX} notes", would_work="a single piece of music")
    heard: list[tuple[Fraction, Fraction, Fraction, WrittenNote]] = []
    open_ties: dict[tuple[int, int, Fraction], int] = {}
    for start, note in sorted(placed, key=lambda one: one[0] + one[1].at):
        if note.silent:
            continue
        at = start + note.at
        end = at + note.length
        key = (note.voice[0], note.pitch, at)
        if note.stops_tie and key in open_ties:
            row = open_ties.pop(key)
            first = heard[row]
            heard[row] = (first[0], end - first[0], note.ring, _decorated(first[3], note))
        else:
            row = len(heard)
            heard.append((at, note.length, note.ring, note))
        if note.starts_tie:
            open_ties[note.voice[0], note.pitch, end] = row
    rows: list[tuple[float, ...]] = []
    for at, length, ring, note in heard:
        for begin, lasting, tone in _sounded(at, length, note, tempi):
            last = begin + lasting == length
            rows.append(
                (
                    float(at + begin),
                    float(lasting + (ring if last else 0)),
                    note.lead,
                    min(max(note.pitch + tone, 0), 127),
                    note.velocity if begin == 0 else max(note.velocity - _LIGHTER, 8),
                    note.channel,
                    note.program,
                )
            )
    if len(rows) > NOTES_MAX:
        raise MusicError(f"with its ornaments it has more than {NOTES_MAX} notes", would_work="a single piece of music")
    table = np.array(rows, dtype=np.float64)
    return ScoreNotes(*(table[:, k] for k in range(7)))


def _decorated(first: WrittenNote, tied: WrittenNote) -> WrittenNote:
    """A note with the ornament of one that is tied to it, if it has none itself."""
    return first if first.ornament is not None or tied.ornament is None else replace(first, ornament=tied.ornament)


def _sounded(
    at: Fraction, length: Fraction, note: WrittenNote, tempi: Sequence[ScoreTempo]
) -> Sequence[tuple[Fraction, Fraction, int]]:
    """What is struck for a note: start from its own and length [quarters], and semitones from it."""
    if note.ornament is None:
        return [(Fraction(0), length, 0)]
    begin, end = seconds_of(tempi, np.array([float(at), float(at + length)]))
    return played(note.ornament, length, float(end - begin))
