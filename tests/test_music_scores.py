"""What a score asks of its players: pace, fermatas, pedal, grace notes, instruments; and kern beside MusicXML."""

from __future__ import annotations

import io
import sys
import zipfile
from collections import Counter
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from petipa.errors import FileError, MusicError
from petipa.music import Music, read_music
from petipa.music.form import form_of
from petipa.music.pace import Kind, Mark, marks_in, staircase
from test_music import DATA, needs_data, note, played, score, steps

FERMATA = "<notations><fermata/></notations>"


def bars(*measures: str) -> str:
    """Measures of a score."""
    return "".join(f"<measure number='{k}'>{one}</measure>" for k, one in enumerate(measures, start=1))


def words(text: str, extra: str = "") -> str:
    """Words over the staff."""
    return f"<direction><direction-type><words>{text}</words></direction-type>{extra}</direction>"


def tempo(qpm: float) -> str:
    return f"<sound tempo='{qpm}'/>"


def lengths(music: Music) -> np.ndarray:
    """Seconds of each whole bar."""
    return np.array([bar.seconds_end - bar.seconds for bar in music.bars if bar.number >= 1])


# Pace


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("rit.", [(Kind.GRADUAL, 0.72)]),
        ("poco rall.", [(Kind.GRADUAL, 0.86)]),
        ("molto ritardando", [(Kind.GRADUAL, 0.608)]),
        ("stringendo", [(Kind.GRADUAL, 1.3)]),
        ("strings", []),
        ("a tempo", [(Kind.BACK, 0.0)]),
        ("Tempo I.", [(Kind.FIRST, 0.0)]),
        ("più mosso", [(Kind.SHARE, 1.18)]),
        ("Un poco meno mosso", [(Kind.SHARE, 0.92)]),
        ("Andante con moto", [(Kind.TEMPO, 78.0)]),
        ("molto legato", []),
        ("ritmico", []),
        ("con brio, quasi presto", []),
    ],
)
def test_words_of_pace(text: str, asks: list[tuple[Kind, float]]) -> None:
    assert marks_in(text) == asks


def test_a_ritardando_slows_by_degrees_until_a_tempo(tmp_path: Path) -> None:
    plain = note("C", 2) * 3
    content = score(bars(tempo(120) + plain, words("rit.") + plain, plain, words("a tempo") + plain, plain))
    music = played(content, tmp_path)
    beats = np.diff(music.beats)
    assert beats[:3] == pytest.approx(0.5)
    assert np.all(np.diff(beats[3:9]) > 0.01)
    assert 0.6 < beats[8] < 0.5 / 0.7
    assert beats[9:] == pytest.approx(0.5)


def test_a_ritardando_that_nothing_ends_is_over_after_two_bars(tmp_path: Path) -> None:
    music = played(score(bars(tempo(120), *(words("rall.") * (k == 0) + note("C", 6) for k in range(14)))), tmp_path)
    assert lengths(music)[4:] == pytest.approx(1.5)
    assert lengths(music)[1] > 1.6


def test_a_new_tempo_in_words_holds(tmp_path: Path) -> None:
    plain = note("C", 2) * 3
    content = score(
        bars(tempo(120) + plain, words("Adagio") + plain, words("più mosso") + plain, words("Tempo I") + plain)
    )
    pace = 180.0 / lengths(played(content, tmp_path))
    assert pace == pytest.approx([120, 66, 66 * 1.18, 120])


def test_a_number_beside_the_word_is_believed(tmp_path: Path) -> None:
    mark = (
        "<direction><direction-type><words>Allegro</words></direction-type><direction-type><metronome><beat-unit>"
        "quarter</beat-unit><beat-unit-dot/><per-minute>c. 60</per-minute></metronome></direction-type></direction>"
    )
    music = played(score(bars(mark + note("C", 6) + note("D", 6)), time="6/8", divisions=4), tmp_path)
    assert lengths(music) == pytest.approx([2.0])
    half = mark.replace("quarter", "half").replace("<beat-unit-dot/>", "")
    assert lengths(played(score(bars(half + note("C", 6))), tmp_path)) == pytest.approx([1.5])


def test_a_fermata_waits_a_beat_and_is_found_again(tmp_path: Path) -> None:
    plain = note("C", 2) * 3
    held = note("C", 2) * 2 + note("D", 2, FERMATA)
    music = played(score(bars(tempo(120) + plain, held, plain, plain)), tmp_path)
    assert lengths(music) == pytest.approx([1.5, 2.0, 1.5, 1.5])
    pauses = [pause for pause in form_of(music).pauses if pause.kind == "fermata"]
    assert [round(pause.start, 3) for pause in pauses] == [2.5]
    both = held + "<backup><duration>6</duration></backup>" + note("E", 4) + note("F", 2, FERMATA)
    assert lengths(played(score(bars(tempo(120) + plain, both, plain)), tmp_path))[1] == pytest.approx(2.0)
    over_a_rest = note("C", 2) * 2 + f"<note><rest/><duration>2</duration>{FERMATA}</note>"
    assert lengths(played(score(bars(tempo(120) + plain, over_a_rest, plain)), tmp_path))[1] == pytest.approx(2.0)


def test_the_fermata_at_a_fine_is_for_the_last_time(tmp_path: Path) -> None:
    content = score(
        bars(
            tempo(120) + note("C", 6), note("D", 4) + note("D", 2, FERMATA) + "<sound fine='yes'/>", note("E", 6),
            note("F", 6) + words("D.C. al Fine"),
        )
    )  # fmt: skip
    music = played(content, tmp_path)
    assert steps(music) == "CDDEFCDD"
    assert lengths(music) == pytest.approx([1.5, 1.5, 1.5, 1.5, 1.5, 2.0])


def test_a_file_that_plays_its_fermata_is_left_alone() -> None:
    slow = [Mark(0.0, Kind.TEMPO, 120.0), Mark(4.5, Kind.TEMPO, 60.0), Mark(4.0, Kind.HOLD, 1.0)]
    assert [(one.quarter, one.qpm) for one in staircase(slow, end=9.0, bar=3.0, beat=1.0)] == [
        (0.0, 120.0),
        (4.5, 60.0),
    ]


def test_any_marks_make_a_pace_one_can_play() -> None:
    rng = np.random.default_rng(4)
    kinds = list(Kind)
    for _ in range(60):
        marks = [
            Mark(float(rng.integers(0, 400)) / 8, kinds[int(rng.integers(6))], float(rng.uniform(0.5, 1.5)))
            for _ in range(int(rng.integers(1, 40)))
        ]
        marks = [Mark(one.quarter, one.kind, one.value * (100 if one.kind is Kind.TEMPO else 1)) for one in marks]
        tempi = staircase([Mark(0.0, Kind.TEMPO, 100.0), *marks], end=50.0, bar=3.0, beat=1.0)
        assert np.all(np.diff([one.quarter for one in tempi]) > 0)
        assert all(1.0 < one.qpm < 1000.0 for one in tempi)


# Notes


def pedal(kind: str) -> str:
    return f"<direction><direction-type><pedal type='{kind}'/></direction-type></direction>"


def test_the_pedal_holds_what_the_hand_lets_go(tmp_path: Path) -> None:
    content = score(
        bars(
            tempo(60) + pedal("start") + note("C", 2) + note("E", 2) + pedal("change") + note("G", 2),
            note("A", 4) + pedal("stop") + note("B", 2),
        )
    )
    music = played(content, tmp_path)
    assert music.notes.duration == pytest.approx([2.0, 1.0, 3.0, 2.0, 1.0])


def test_an_octave_sign_moves_no_note(tmp_path: Path) -> None:
    sign = "<direction><direction-type><octave-shift type='down' size='8'/></direction-type></direction>"
    assert list(played(score(bars(sign + note("C", 6, octave=7))), tmp_path).notes.pitch) == [96]


def test_transposing_instruments_sound_as_they_do(tmp_path: Path) -> None:
    clarinet = "<attributes><transpose><diatonic>-1</diatonic><chromatic>-2</chromatic></transpose></attributes>"
    bass = (
        "<attributes><transpose><diatonic>0</diatonic><chromatic>0</chromatic><octave-change>-1</octave-change>"
        "</transpose></attributes>"
    )
    assert list(played(score(bars(clarinet + note("D", 6) + bass + note("D", 6))), tmp_path).notes.pitch) == [72, 62]


def test_voices_tuplets_and_staves_keep_their_places(tmp_path: Path) -> None:
    triplet = "<time-modification><actual-notes>3</actual-notes><normal-notes>2</normal-notes></time-modification>"
    content = score(
        bars(
            tempo(60) + "".join(note(step, 4, triplet + "<staff>1</staff>") for step in "CDE") + note("F", 24)
            + "<backup><duration>36</duration></backup><forward><duration>12</duration></forward>"
            + note("G", 12, "<voice>5</voice><staff>2</staff>", 3)
            + note("A", 12, "<voice>5</voice><staff>1</staff>", 3)
        ),
        divisions=12,
    )  # fmt: skip
    music = played(content, tmp_path)
    assert steps(music) == "CDEGFA"
    assert music.notes.beat == pytest.approx([0, 1 / 3, 2 / 3, 1, 1, 2])
    assert music.layout.last == 1


def test_graces_written_together_sound_together(tmp_path: Path) -> None:
    grace = note("D", 0, before="<grace/>").replace("<duration>0</duration>", "")
    chord = note("F", 0, before="<grace/><chord/>").replace("<duration>0</duration>", "")
    music = played(score(bars(tempo(60) + note("C", 2), grace + chord + note("E", 4) + grace, note("G", 6))), tmp_path)
    at = {(step, k): 0.0 for step in "CDEFG" for k in (0, 1)}
    for step in "CDEFG":
        for k, onset in enumerate(music.notes.onset["C.D.EF.G.A.B".index(step) == music.notes.pitch % 12]):
            at[step, k] = float(onset)
    assert at["D", 0] == at["F", 0] == pytest.approx(at["E", 0] - 0.075)
    assert at["D", 1] == pytest.approx(at["G", 0] - 0.075)  # written at the end of a bar, it leads to the next


def test_percussion_plays_the_keys_it_names(tmp_path: Path) -> None:
    head = (
        "<score-part id='P1'><part-name>P</part-name><midi-instrument id='I1'><midi-channel>10</midi-channel>"
        "<midi-unpitched>37</midi-unpitched></midi-instrument><midi-instrument id='I2'><midi-channel>10</midi-channel>"
        "<midi-unpitched>43</midi-unpitched></midi-instrument></score-part>"
    )
    hit = "<note><unpitched/><duration>3</duration><instrument id='{}'/></note>"
    content = score(bars(hit.format("I1") + hit.format("I2"))).decode()
    a, b = content.index("<score-part "), content.index("</part-list>")
    music = played((content[:a] + head + content[b:]).encode(), tmp_path)
    assert list(music.notes.pitch) == [36, 42]
    assert set(music.notes.channel) == {9}


def test_dal_segno_al_coda_in_words(tmp_path: Path) -> None:
    segno = "<direction><direction-type><segno/></direction-type></direction>"
    coda = "<direction><direction-type><coda/></direction-type></direction>"
    content = score(
        bars(
            note("C", 6), segno + note("D", 6), note("E", 6) + words("To Coda"), note("F", 6) + words("D.S. al Coda"),
            coda + note("G", 6),
        )
    )  # fmt: skip
    assert steps(played(content, tmp_path)) == "CDEFDEG"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("score.xml", content)
    (tmp_path / "score.mxl").write_bytes(packed.getvalue())
    assert steps(read_music(tmp_path / "score.mxl")) == "CDEFDEG"


# Kern

SMALL = """!!!OTL: A little waltz
!!!OMD: Allegro
**kern\t**kern\t**dynam
*M3/4\t*M3/4\t*
4r\t4g\tp
=1\t=1\t=1
2C\t4cc\t.
.\t4dd\t.
=2:|!\t=2:|!\t=2:|!
2.D\t2.ff;\tf
==\t==\t==
*-\t*-\t*-
"""


def test_kern_needs_verovio_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.krn"
    path.write_text(SMALL)
    monkeypatch.setitem(sys.modules, "verovio", None)
    with pytest.raises(MusicError, match="verovio") as caught:
        read_music(path)
    assert "petipa[kern]" in caught.value.would_work
    path.write_text("!!! a comment and nothing more\n")
    with pytest.raises(FileError, match="no \\*\\*kern"):
        read_music(path)


def test_a_small_kern_score(tmp_path: Path) -> None:
    pytest.importorskip("verovio")
    (tmp_path / "x.krn").write_text(SMALL)
    music = read_music(tmp_path / "x.krn")
    assert (music.kind, music.title, str(music.metre)) == ("kern", "A little waltz", "3/4")
    assert (music.pickup, music.layout.last) == (1, 3)  # two beats and the pick-up of the repeat are one bar
    loud = {int(pitch): int(velocity) for pitch, velocity in zip(music.notes.pitch, music.notes.velocity, strict=True)}
    assert loud[67] == 50
    assert loud[77] == 88
    assert [round(one, 2) for one in np.diff([bar.seconds for bar in music.bars])] == [0.45, 1.36, 0.91]
    assert music.bars[-1].seconds_end - music.bars[-1].seconds == pytest.approx(4 * 60 / 132)  # a fermata


@pytest.mark.parametrize(
    "damage", [b"*M3/4\t*M999999/4\t*", b"**kern", b"4dd\t4dd\t4dd\t\t", b"\x00\xff\xfe", b"*^\t*v"]
)
def test_broken_kern_is_survived(tmp_path: Path, damage: bytes) -> None:
    pytest.importorskip("verovio")
    path = tmp_path / "x.krn"
    path.write_bytes(SMALL.encode().replace(b".\t4dd\t.", damage))
    try:
        assert np.all(np.diff(read_music(path).beats) > 0)
    except (FileError, MusicError) as problem:
        assert problem.would_work


@needs_data
@pytest.mark.parametrize(("name", "until"), [("chopin_waltz_op34_2", 204), ("chopin_waltz_op64_1", 50)])
def test_kern_and_musicxml_of_a_piece_agree(name: str, until: int) -> None:
    """Until bar 51 of op. 64 no. 1, where the MusicXML has lost the endings."""
    pytest.importorskip("verovio")
    kern = read_music(DATA / "kern" / f"{name}.krn")
    xml = read_music(DATA / "musicxml" / f"{name}.musicxml")
    assert kern.metre == xml.metre
    assert kern.pickup == xml.pickup
    assert kern.seconds(until) == pytest.approx(xml.seconds(until), rel=0.02)

    def sounded(music: Music) -> Counter[tuple[Fraction, int]]:
        there = music.notes.beat < 3 * until - 3
        places = [Fraction(round(beat * 24), 24) for beat in music.notes.beat[there]]
        return Counter(zip(places, music.notes.pitch[there].tolist(), strict=True))

    one, other = sounded(kern), sounded(xml)
    assert (one & other).total() > 0.97 * max(one.total(), other.total())


# Ornaments


def over(mark: str, step: str = "G", octave: int = 4, quarters: int = 2) -> str:
    """A note with an ornament."""
    return (
        f"<note><pitch><step>{step}</step><octave>{octave}</octave></pitch><duration>{quarters * 4}</duration>"
        f"<notations><ornaments>{mark}</ornaments></notations></note>"
    )


def ornamented(tmp_path: Path, first: str, *, key: int = 0, qpm: float = 60) -> Music:
    """A bar with an ornament, and the same note after it."""
    signature = f"<attributes><key><fifths>{key}</fifths></key></attributes>"
    measures = bars(f"{tempo(qpm)}{signature}{first}{note('C', 8)}", note("C", 16))
    return played(score(measures, divisions=4, time="4/4"), tmp_path)


@pytest.mark.parametrize(
    ("mark", "tones"),
    [
        ("<mordent/>", [67, 65, 67]),
        ("<inverted-mordent/>", [67, 69, 67]),
        ("<turn/>", [69, 67, 65, 67]),
        ("<inverted-turn/>", [65, 67, 69, 67]),
        ("<delayed-turn/>", [67, 69, 67, 65, 67]),
    ],
)
def test_an_ornament_is_the_notes_it_stands_for(tmp_path: Path, mark: str, tones: list[int]) -> None:
    music = ornamented(tmp_path, over(mark))
    here = music.notes.beat < 2.0
    assert music.notes.pitch[here].tolist() == tones
    assert music.notes.onset[0] == 0.0
    # The last of them fills the rest, and what follows comes in its time.
    assert music.notes.onset[here][-1] + music.notes.duration[here][-1] == pytest.approx(2.0)
    assert music.notes.onset[~here][0] == pytest.approx(2.0)


@pytest.mark.parametrize("qpm", [40, 60, 120, 200])
def test_a_trill_goes_as_fast_as_fingers_do_at_any_tempo(tmp_path: Path, qpm: float) -> None:
    music = ornamented(tmp_path, over("<trill-mark/>"), qpm=qpm)
    here = music.notes.beat < 2.0
    apart = np.diff(music.notes.onset[here])
    assert np.all((0.06 < apart) & (apart < 0.12))
    assert music.notes.pitch[here][0] == music.notes.pitch[here][-1] == 67
    assert set(music.notes.pitch[here].tolist()) <= {65, 67, 69}
    assert music.beats[:4] == pytest.approx(np.arange(4) * 60.0 / qpm)


def test_the_neighbours_are_those_of_the_key(tmp_path: Path) -> None:
    def tones(first: str, key: int) -> set[int]:
        music = ornamented(tmp_path, first, key=key)
        return set(music.notes.pitch[music.notes.beat < 2.0].tolist())

    assert tones(over("<mordent/>"), 1) == {67, 66}
    assert tones(over("<inverted-mordent/>"), -3) == {67, 68}
    assert tones(over("<inverted-mordent/><accidental-mark>sharp</accidental-mark>"), 0) == {67, 70}
    assert tones(over("<inverted-mordent/>", step="B"), 0) == {71, 72}


def test_a_tremolo_is_struck_again_and_again(tmp_path: Path) -> None:
    one = ornamented(tmp_path, over("<tremolo type='single'>2</tremolo>"))
    here = one.notes.beat < 2.0
    assert one.notes.pitch[here].tolist() == [67] * 8
    assert np.diff(one.notes.onset[here]) == pytest.approx(0.25)
    start, stop = "<tremolo type='start'>3</tremolo>", "<tremolo type='stop'>3</tremolo>"
    two = ornamented(tmp_path, over(start, quarters=1) + over(stop, step="C", octave=5, quarters=1))
    here = two.notes.beat < 2.0
    assert two.notes.pitch[here].tolist() == [67, 72] * 8
    assert two.notes.duration[here].sum() == pytest.approx(2.0)


def test_a_rolled_chord_reaches_its_highest_note_on_the_beat(tmp_path: Path) -> None:
    def of_chord(step: str, octave: int, chord: str) -> str:
        return (
            f"<note>{chord}<pitch><step>{step}</step><octave>{octave}</octave></pitch><duration>4</duration>"
            "<notations><arpeggiate/></notations></note>"
        )

    rolled = of_chord("C", 5, "") + of_chord("G", 4, "<chord/>") + of_chord("E", 4, "<chord/>")
    music = ornamented(tmp_path, note("C", 4, octave=4) + rolled)
    at = music.notes.beat == 1.0
    assert music.notes.pitch[at].tolist() == [64, 67, 72]
    assert music.notes.onset[at][-1] == pytest.approx(1.0)
    assert np.all(np.diff(music.notes.onset[at]) > 0.02)
    assert music.notes.onset[at][0] > 0.85
    assert music.beats[:3] == pytest.approx([0.0, 1.0, 2.0])


def test_a_trill_in_kern_is_played_too(tmp_path: Path) -> None:
    pytest.importorskip("verovio")
    path = tmp_path / "x.krn"
    path.write_text("**kern\n*clefG2\n*k[]\n*M4/4\n*MM60\n=1\n2gT\n2c\n=2\n1c\n==\n*-\n")
    music = read_music(path)
    here = music.notes.beat < 2.0
    assert here.sum() > 15
    assert {67, 69} <= set(music.notes.pitch[here].tolist())
    assert music.notes.onset[~here][0] == pytest.approx(2.0, abs=1e-3)


@pytest.mark.parametrize(
    "mark",
    [
        "<tremolo type='stop'>3</tremolo>",
        "<tremolo type='start'>999999999</tremolo>",
        "<tremolo>x</tremolo>",
        "<trill-mark/><accidental-mark>wobbly</accidental-mark>",
        "<wavy-line type='start'/>",
    ],
)
def test_broken_ornaments_are_survived(tmp_path: Path, mark: str) -> None:
    assert len(ornamented(tmp_path, over(mark)).notes) >= 3
