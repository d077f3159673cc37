"""Compose the waltz that ships with petipa, and write it as MusicXML.

Waltz, for piano, 48 bars, D major. Form:

====== ======= ========= ================================================================================
bars   metre   quarter=  what
====== ======= ========= ================================================================================
1-4    3/4     120       Introduction: a rising arpeggio, a diminished answer, the dominant; the melody's
                         upbeat falls on bar 4 beat 3
5-12   3/4     132       Theme, first sentence: a rising sixth, a fall, a sequence; ends open on the dominant
13-20  3/4     132       Theme, second sentence: through the minor subdominant (bar 16) to a full close (bar 20),
                         whose third beat turns to G
21-28  2/4     120       Middle, G major, light and detached, for petit allegro: closes in bar 28
29-36  2/4     120       Middle, E minor, climbing through A minor, E and A to the high G of bar 36; the theme's
                         upbeat falls on bar 36 beat 2
37-44  3/4     129       Return of the theme in octaves; climax in bar 43
45-48  3/4     126       Coda: a surprise in B flat (bar 45), a run (46), two chords (47), last chord (48)
====== ======= ========= ================================================================================

Run with a path to write there; without one, over the copy in the package. The piece is checked while it is written:
every bar is full, the melody agrees with the harmony, nothing leaves the keyboard, no two notes grind.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise, product
from pathlib import Path
from xml.sax.saxutils import escape

DIVISIONS = 8
STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
TYPES = {
    Fraction(1, 4): ("16th", 0),
    Fraction(1, 2): ("eighth", 0),
    Fraction(3, 4): ("eighth", 1),
    Fraction(1): ("quarter", 0),
    Fraction(3, 2): ("quarter", 1),
    Fraction(2): ("half", 0),
    Fraction(3): ("half", 1),
}

CHORDS = {
    "D": "D F# A",
    "D7": "D F# A C",
    "D/A": "D F# A",
    "D/F#": "D F# A",
    "B7": "B D# F# A",
    "Em": "E G B",
    "Em7": "E G B D",
    "E7": "E G# B D",
    "A": "A C# E",
    "A7": "A C# E G",
    "A7/C#": "A C# E G",
    "A7/E": "A C# E G",
    "Bm": "B D F#",
    "G": "G B D",
    "G/B": "G B D",
    "Gm": "G Bb D",
    "G#o": "G# B D F",
    "C": "C E G",
    "Am": "A C E",
    "Am/C": "A C E",
    "B7/D#": "B D# F# A",
    "D7/F#": "D F# A C",
    "Bb": "Bb D F",
}


@dataclass(frozen=True)
class Bar:
    """One bar: harmony (one name, or one a beat), melody, loudness (velocity) at its start, tempo if it changes.

    In the melody a note is ``F#5:2`` (two quarters), a chord ``D5+F#5:1``, a rest ``r:1``; ``g`` before a name is a
    grace note, ``.`` after it staccato, ``>`` an accent, ``_`` slurs nothing and only marks a held note.
    """

    harmony: str
    melody: str
    loud: int
    tempo: float | None = None
    texture: str = "waltz"
    mark: str = ""
    words: str = ""


WALTZ = (
    # Introduction
    Bar("D/A", "A4:1/2 D5:1/2 F#5:1/2 A5:1/2 D6>:1", 84, 120, "chords", "f", "Introduzione"),
    Bar("G#o", "F6>:1/2 D6:1/2 B5:1/2 G#5:1/2 F5:1", 86, None, "chords"),
    Bar("A7", "E5:1/2 G5:1/2 A5:1/2 C#6:1/2 E6:1/2 G6:1/2", 78, None, "chords"),
    Bar("A7", "A6:1 r:1 A4:1", 66, 108, "chords", "p"),
    # Theme, first sentence
    Bar("D", "F#5:2 E5:1", 64, 132, "waltz", "p", "Tempo di valse, dolce"),
    Bar("D/F#", "D5:1 F#5:1 A5:1", 66),
    Bar("B7", "B5:2 A5:1", 72),
    Bar("Em", "G5:2 E5:1", 68),
    Bar("A7/C#", "E5:2 D5:1", 64),
    Bar("A7", "C#5:1 E5:1 G5:1", 68),
    Bar("D", "B5:1 A5:1 F#5:1", 74),
    Bar("A", "A5:2 A4:1", 64, 126),
    # Theme, second sentence
    Bar("D", "F#5:2 E5:1", 70, 132, "waltz", "mp"),
    Bar("D7", "D5:1/2 E5:1/2 F#5:1/2 G5:1/2 A5:1", 74),
    Bar("G", "D5+B5:2 D6:1", 82),
    Bar("Gm", "D5+Bb5:2 G5:1", 80, 124),
    Bar("D/A", "D5+A5:2 F#5:1", 76, 128),
    Bar("E7", "E5:1/2 F#5:1/2 G#5:1/2 A5:1/2 B5:1", 78, 132),
    Bar("A7", "C#5+G5:1 F#5:1 E5:1", 74, 124),
    Bar("D D D7", "D5:2 E5:1/2 F#5:1/2", 66, 118, "waltz"),
    # Middle, G major
    Bar("G", "gF#5 G5.:1/2 B5.:1/2 D6.:1", 62, 120, "polka", "p", "Più leggiero"),
    Bar("D7/F#", "C6.:1/2 A5.:1/2 F#5.:1", 60, None, "polka"),
    Bar("Am", "gG#5 A5.:1/2 C6.:1/2 E6.:1", 66, None, "polka"),
    Bar("G/B", "D6.:1/2 B5.:1/2 G5.:1", 62, None, "polka"),
    Bar("G", "gF#5 G5.:1/2 B5.:1/2 D6.:1", 66, None, "polka"),
    Bar("C", "E6.:1/2 C6.:1/2 G5.:1", 68, None, "polka"),
    Bar("D7", "F#5:1/4 G5:1/4 A5:1/4 B5:1/4 C6.:1/2 A5.:1/2", 72, None, "polka"),
    Bar("G", "B5+G5.:1 r:1", 66, None, "polka"),
    # Middle, E minor and the climb
    Bar("Em", "gD#5 E5.:1/2 G5.:1/2 B5.:1", 64, None, "polka", "p"),
    Bar("B7/D#", "A5.:1/2 F#5.:1/2 D#5.:1", 62, None, "polka"),
    Bar("Em", "G5.:1/2 B5.:1/2 E6.:1", 68, None, "polka"),
    Bar("G", "D6.:1/2 B5.:1/2 G5.:1", 68, None, "polka"),
    Bar("Am/C", "C6.:1/2 E6.:1/2 C6.:1/2 A5.:1/2", 74, None, "polka", "mf"),
    Bar("E7", "B5.:1/2 D6.:1/2 B5.:1/2 G#5.:1/2", 78, None, "polka"),
    Bar("A7", "A5:1/4 B5:1/4 C#6:1/4 D6:1/4 E6.:1/2 C#6.:1/2", 86, None, "polka"),
    Bar("A7", "E6+G6>:1 A4:1", 92, 104, "stop", "f", "poco rit."),
    # Return
    Bar("D", "F#5+A5+F#6:2 E5+E6:1", 90, 129, "full", "f", "Tempo di valse, con slancio"),
    Bar("D/F#", "D5+D6:1 F#5+F#6:1 A5+A6:1", 92, None, "full"),
    Bar("B7", "B5+D#6+B6:2 A5+A6:1", 98, None, "full"),
    Bar("Em", "G5+B5+G6:2 E5+E6:1", 92, None, "full"),
    Bar("A7/E", "E5+E6:2 D5+D6:1", 88, None, "full"),
    Bar("A7", "C#5+C#6:1 E5+E6:1 G5+G6:1", 96, 124, "full"),
    Bar("D/A", "B5+B6>:1 A5+D6+A6:1 F#5+F#6:1", 108, 116, "full", "ff", "largamente"),
    Bar("A7", "G5+G6:1 E5+E6:1 C#5+C#6:1", 100, 116, "full"),
    # Coda
    Bar("Bb", "D5+F5+D6>:2 F5+F6:1", 98, 126, "full", "f"),
    Bar("A7", "E5:1/2 A5:1/2 C#6:1/2 E6:1/2 G6:1/2 A6:1/2", 92, 120, "full"),
    Bar("D D A7", "D6+F#6+A6+D7>:1 r:1 C#5+E5+G5+A5>:1", 108, 112, "end", "ff"),
    Bar("D", "A5+D6+F#6+D7>:3", 114, 92, "end"),
)
MIDDLE = range(21, 37)


def beats(number: int) -> int:
    """Beats in bar `number`."""
    return 2 if number in MIDDLE else 3


@dataclass(frozen=True)
class Note:
    """A note or a chord (several pitches), or a rest (none)."""

    pitches: tuple[str, ...]
    length: Fraction
    grace: bool = False
    staccato: bool = False
    accent: bool = False


def parse(melody: str) -> list[Note]:
    """The notes of a bar's melody."""
    out = []
    for word in melody.split():
        name, _, length = word.partition(":")
        grace = name.startswith("g")
        name = name[1:] if grace else name
        out.append(
            Note(
                pitches=() if name == "r" else tuple(one.strip(".>") for one in name.split("+")),
                length=Fraction(length) if length else Fraction(0),
                grace=grace,
                staccato="." in name,
                accent=">" in name,
            )
        )
    return out


def midi(pitch: str) -> int:
    """MIDI number of ``F#5``."""
    step, sign, octave = re.fullmatch(r"([A-G])([#b]?)(\d)", pitch).groups()
    return 12 * (int(octave) + 1) + STEPS[step] + {"": 0, "#": 1, "b": -1}[sign]


def spelled(number: int, names: list[str]) -> str:
    """The pitch `number` with one of the chord's names."""
    for name in names:
        for octave in range(0, 9):
            if midi(f"{name}{octave}") == number:
                return f"{name}{octave}"
    raise ValueError(number)


def voicing(chord: str, before: list[int], ceiling: int) -> list[int]:
    """Three or four notes for the left hand around middle C, moving as little as they can, below `ceiling`."""
    names = CHORDS[chord].split()
    wanted = names if len(names) == 3 else [names[1], names[2], names[3]] if "/" not in chord else names[:1] + names[2:]
    if len(names) == 4 and chord not in ("G#o",):
        wanted = [names[1], names[3], names[0]]  # third, seventh and root: the fifth can go
    choices = [[n for n in range(52, 68) if n % 12 == midi(f"{name}4") % 12] for name in wanted]
    best, best_cost = [], 1e9
    for picked in product(*choices):
        notes = sorted(picked)
        if len(set(notes)) < 3 or notes[-1] - notes[0] > 12 or notes[-1] > ceiling:
            continue
        cost = sum(abs(a - b) for a, b in zip(notes, before, strict=True)) + 0.3 * abs(sum(notes) / 3 - 60)
        if cost < best_cost:
            best, best_cost = notes, cost
    if not best:
        raise ValueError(f"no voicing of {chord} below {ceiling}")
    return best


def bass(chord: str, before: int) -> int:
    """The bass note of a chord, near the one before, in the low octaves."""
    name = chord.partition("/")[2] or CHORDS[chord].split()[0]
    choices = [n for n in range(36, 52) if n % 12 == midi(f"{name}4") % 12]
    return min(choices, key=lambda n: abs(n - before) + 0.25 * abs(n - 42))


def note_xml(
    note: Note, *, pitch: str | None, voice: int, staff: int, chord: bool, loud: int, beam: str = ""
) -> list[str]:
    """One <note> element."""
    dynamics = f' dynamics="{loud * 100 / 90:.1f}"' if pitch else ""
    lines = [f"      <note{dynamics}>"]
    if note.grace:
        lines.append('        <grace slash="yes"/>')
    if chord:
        lines.append("        <chord/>")
    if pitch is None:
        lines.append("        <rest/>")
    else:
        step, sign, octave = re.fullmatch(r"([A-G])([#b]?)(\d)", pitch).groups()
        alter = {"": "", "#": "<alter>1</alter>", "b": "<alter>-1</alter>"}[sign]
        lines.append(f"        <pitch><step>{step}</step>{alter}<octave>{octave}</octave></pitch>")
    if not note.grace:
        lines.append(f"        <duration>{int(note.length * DIVISIONS)}</duration>")
    lines.append(f"        <voice>{voice}</voice>")
    kind, dots = ("eighth", 0) if note.grace else TYPES[note.length]
    lines.append(f"        <type>{kind}</type>" + "<dot/>" * dots)
    lines.append(f"        <staff>{staff}</staff>")
    if beam:
        lines.append(f'        <beam number="1">{beam}</beam>')
    marks = ("<staccato/>" if note.staccato else "") + ("<accent/>" if note.accent else "")
    if marks and not chord:
        lines.append(f"        <notations><articulations>{marks}</articulations></notations>")
    lines.append("      </note>")
    return lines


def voice_xml(notes: list[Note], *, voice: int, staff: int, louds: list[int]) -> list[str]:
    """A whole voice of one bar; short notes of a beat are beamed."""
    out: list[str] = []
    at = Fraction(0)
    places = []
    for note in notes:
        places.append(at)
        at += note.length
    for i, (note, loud) in enumerate(zip(notes, louds, strict=True)):
        beam = ""
        if not note.grace and note.pitches and note.length < 1:
            same = [
                j
                for j, other in enumerate(notes)
                if places[j] // 1 == places[i] // 1 and other.pitches and not other.grace and other.length < 1
            ]
            if len(same) > 1:
                beam = "begin" if i == same[0] else "end" if i == same[-1] else "continue"
        if not note.pitches:
            out += note_xml(note, pitch=None, voice=voice, staff=staff, chord=False, loud=loud)
        for k, pitch in enumerate(note.pitches):
            # The top of a chord sings, the rest fills.
            inner = loud - 8 if len(note.pitches) > 1 and k < len(note.pitches) - 1 else loud
            out += note_xml(
                note, pitch=pitch, voice=voice, staff=staff, chord=k > 0, loud=inner, beam=beam if not k else ""
            )
    return out


def left_hand(bar: Bar, number: int, low: int, middle: list[int]) -> tuple[list[Note], list[Note], int, list[int]]:
    """Bass voice and chord voice of a bar, and the last bass note and voicing for the next bar to move from."""
    size = beats(number)
    harmony = bar.harmony.split()
    harmony = harmony if len(harmony) == size else harmony * size
    lowest = min(midi(p) for note in parse(bar.melody) for p in note.pitches)
    ceiling = min(67, lowest - 2)
    low = bass(harmony[0], low)
    root = spelled(low, [harmony[0].partition("/")[2] or CHORDS[harmony[0]].split()[0]])
    octave = f"{root[:-1]}{int(root[-1]) - 1}"

    def chord(name: str) -> tuple[str, ...]:
        nonlocal middle
        middle = voicing(name, middle, ceiling)
        return tuple(spelled(n, CHORDS[name].split()) for n in middle)

    one, half = Fraction(1), Fraction(1, 2)
    rest = Note((), one)
    if bar.texture == "polka":
        basses, chords = [], []
        for k, name in enumerate(harmony):
            # The second beat's bass is the fifth below or above, as in every galop and polka.
            tone = root if k == 0 else _fifth(name, low)
            last = number == 28 and k == 1
            basses.append(Note((tone,), one, staccato=True))
            chords += [Note((), half), Note((), half) if last else Note(chord(name), half, staccato=True)]
        return basses, chords, low, middle
    if bar.texture == "stop":
        return [Note((octave, root), one, accent=True), rest], [Note(chord(harmony[0]), one), rest], low, middle
    if bar.texture == "chords":
        if number == 4:
            return [Note((root,), one), rest, rest], [Note(chord(harmony[0]), one), rest, rest], low, middle
        return [Note((octave, root), Fraction(3))], [rest, Note(chord(harmony[0]), Fraction(2))], low, middle
    if bar.texture == "end":
        if number == 48:
            return (
                [Note(("D1", "D2"), Fraction(3), accent=True)],
                [Note(("F#3", "A3", "D4"), Fraction(3))],
                low,
                middle,
            )
        return (
            [Note((octave, root), one), rest, Note(("A1", "A2"), one)],
            [Note(chord(harmony[0]), one), rest, Note(("C#3", "G3", "A3"), one)],
            low,
            middle,
        )
    basses = [Note((octave, root) if bar.texture == "full" else (root,), Fraction(3))]
    if harmony[2] != harmony[0]:
        basses = [Note((root,), Fraction(2)), Note((spelled(bass(harmony[2], low), ["D"]),), one)]
    return basses, [rest, Note(chord(harmony[1]), one), Note(chord(harmony[2]), one)], low, middle


def _fifth(name: str, low: int) -> str:
    """The chord's root or fifth, whichever the bass has not just played, in the low octaves."""
    names = CHORDS[name].split()
    tone = names[2] if low % 12 == midi(f"{names[0]}4") % 12 else names[0]
    choices = [n for n in range(36, 52) if n % 12 == midi(f"{tone}4") % 12]
    return spelled(min(choices, key=lambda n: abs(n - low)), [tone])


def shaped(notes: list[Note], start: int, end: int, size: int) -> list[int]:
    """Velocities of a bar's melody: from one bar's loudness to the next, first beats and high notes a little up."""
    out = []
    at = Fraction(0)
    for note in notes:
        loud = start + (end - start) * float(at / size)
        top = max((midi(p) for p in note.pitches), default=72)
        loud += 4 * (at == 0) + (top - 78) * 0.25 + 6 * note.accent - 8 * note.grace
        out.append(round(min(max(loud, 30), 122)))
        at += note.length
    return out


def check(number: int, bar: Bar, voices: list[list[Note]]) -> None:
    """Full bars; the melody in the harmony on strong beats; nothing off the keyboard; no semitone grind."""
    size = beats(number)
    for voice in voices:
        total = sum((note.length for note in voice), Fraction(0))
        if total != size:
            raise ValueError(f"bar {number}: {total} beats of {size}")
    names = bar.harmony.split()
    names = names if len(names) == size else names * size
    sounding: dict[Fraction, list[tuple[int, int]]] = {}
    for index, voice in enumerate(voices):
        at = Fraction(0)
        for note in voice:
            for pitch in note.pitches:
                if not 24 <= midi(pitch) <= 103:
                    raise ValueError(f"bar {number}: {pitch} is out of range")
                if not note.grace:
                    sixteenths = int(note.length * 4)
                    for step in range(sixteenths):
                        sounding.setdefault(at + Fraction(step, 4), []).append((midi(pitch), index))
            if index == 0 and at % 1 == 0 and at == 0 and note.pitches and not note.grace:
                tones = {midi(f"{name}4") % 12 for name in CHORDS[names[0]].split()}
                # Bars 11 and 43 lean on the sixth before the fifth: the one appoggiatura of the theme.
                if midi(note.pitches[-1]) % 12 not in tones and number not in (11, 43):
                    raise ValueError(f"bar {number}: {note.pitches[-1]} is not in {names[0]}")
            at += note.length
    for place, tones in sounding.items():
        for (a, i), (b, j) in product(tones, tones):
            if i < j and a != b and abs(a - b) == 1:
                raise ValueError(f"bar {number} at {place}: {a} grinds against {b}")


def compose() -> str:
    """The whole score as MusicXML."""
    out = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 Partwise//EN" '
        '"http://www.musicxml.org/dtds/partwise.dtd">',
        '<score-partwise version="4.0">',
        "  <work><work-title>Waltz in D</work-title></work>",
        "  <identification>",
        '    <creator type="composer">petipa</creator>',
        "    <rights>Written for petipa; same licence as petipa</rights>",
        "    <encoding><software>tools/compose_waltz.py</software></encoding>",
        "  </identification>",
        "  <part-list>",
        '    <score-part id="P1"><part-name>Piano</part-name>',
        '      <score-instrument id="P1-I1"><instrument-name>Piano</instrument-name></score-instrument>',
        '      <midi-instrument id="P1-I1"><midi-channel>1</midi-channel><midi-program>1</midi-program>'
        "</midi-instrument>",
        "    </score-part>",
        "  </part-list>",
        '  <part id="P1">',
    ]
    low, middle = 45, [57, 61, 64]
    for number, bar in enumerate(WALTZ, start=1):
        size = beats(number)
        melody = parse(bar.melody)
        basses, chords, low, middle = left_hand(bar, number, low, middle)
        check(number, bar, [melody, basses, chords])
        after = WALTZ[number].loud if number < len(WALTZ) and abs(WALTZ[number].loud - bar.loud) < 14 else bar.loud
        out.append(f'    <measure number="{number}">')
        if number in (1, 21, 37):
            time = f"<time><beats>{size}</beats><beat-type>4</beat-type></time>"
            key = f"<key><fifths>{1 if number == 21 else 2}</fifths></key>"
            first = number == 1
            out.append(
                "      <attributes>"
                + (f"<divisions>{DIVISIONS}</divisions>" if first else "")
                + key
                + time
                + (
                    '<staves>2</staves><clef number="1"><sign>G</sign><line>2</line></clef>'
                    '<clef number="2"><sign>F</sign><line>4</line></clef>'
                    if first
                    else ""
                )
                + "</attributes>"
            )
        if bar.words or bar.mark or bar.tempo:
            out.append('      <direction placement="above">')
            if bar.words:
                out.append(f"        <direction-type><words>{escape(bar.words)}</words></direction-type>")
            if bar.mark:
                out.append(f"        <direction-type><dynamics><{bar.mark}/></dynamics></direction-type>")
            if bar.tempo and (number in (1, 5, 21, 37)):
                out.append(
                    "        <direction-type><metronome><beat-unit>quarter</beat-unit>"
                    f"<per-minute>{bar.tempo:g}</per-minute></metronome></direction-type>"
                )
            elif not bar.words and not bar.mark:
                out.append("        <direction-type><words/></direction-type>")
            out.append("        <staff>1</staff>")
            if bar.tempo:
                out.append(f'        <sound tempo="{bar.tempo:g}"/>')
            out.append("      </direction>")
        out += voice_xml(melody, voice=1, staff=1, louds=shaped(melody, bar.loud + 6, after + 6, size))
        back = f"      <backup><duration>{size * DIVISIONS}</duration></backup>"
        out.append(back)
        out += voice_xml(basses, voice=5, staff=2, louds=[bar.loud - 6] * len(basses))
        out.append(back)
        lift = [round(bar.loud * 0.74 - 3 * (k == len(chords) - 1)) for k in range(len(chords))]
        out += voice_xml(chords, voice=6, staff=2, louds=lift)
        if number == len(WALTZ):
            out.append('      <barline location="right"><bar-style>light-heavy</bar-style></barline>')
        elif number in (4, 20, 36, 44):
            out.append('      <barline location="right"><bar-style>light-light</bar-style></barline>')
        out.append("    </measure>")
    out += ["  </part>", "</score-partwise>", ""]
    return "\n".join(out)


def main() -> None:
    """Write the score."""
    textures = [bar.texture for bar in WALTZ]
    assert len(WALTZ) == 48
    assert all((t in ("polka", "stop")) == (n in MIDDLE) for n, t in enumerate(textures, start=1))
    assert all(a.harmony for a, _ in pairwise(WALTZ))
    package = Path(__file__).resolve().parents[1] / "src" / "petipa" / "music" / "pieces" / "waltz.musicxml"
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else package
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(compose(), encoding="utf-8")
    print(target)


if __name__ == "__main__":
    main()
