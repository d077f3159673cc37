"""Music: scores exactly, recordings by ear, sound from notes."""

from __future__ import annotations

import io
import json
import os
import zipfile
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import soundfile

from petipa.counts import Bars, Metre
from petipa.errors import FileError
from petipa.files import parse_xml
from petipa.music import (
    Music,
    Notes,
    TempoMap,
    click_music,
    describe,
    load_music,
    read_music,
    save_music,
    shipped_piece,
    synthesise,
    write_wav,
)
from petipa.music.analysis import stand_out
from petipa.music.beats import f_measure
from petipa.music.midi import read_midi, write_midi
from petipa.music.sound import PEAK, limited

DATA = Path(os.environ.get("PETIPA_DATA", Path(__file__).resolve().parents[2] / "shared" / "data")) / "music"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the test music is not here; PETIPA_DATA says where")
RUBATO = ("brahms_waltz_op39_15", "grieg_anitras_dance", "minkus_bayadere_allegretto", "minkus_bayadere_nikiya",
          "minkus_bayadere_shades")  # fmt: skip


def truth(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """True beat times [s] and first-beat times of a file with a ``.beats`` file beside it."""
    table = np.loadtxt(path.with_suffix(".beats"))
    return table[:, 0], table[table[:, 1] == 1, 0]


def within(times: np.ndarray, true: np.ndarray) -> np.ndarray:
    """Those times that lie in the stretch of which the truth is known."""
    return times[(times > true[0] - 0.2) & (times < true[-1] + 0.2)]


def first_beats(music: Music) -> np.ndarray:
    """Times of the bars' first beats [s]."""
    return np.array([bar.seconds for bar in music.bars if bar.number > 0])


@pytest.fixture(scope="module")
def waltz() -> Music:
    """The piece that ships with petipa."""
    return read_music(shipped_piece())


# Tempo maps


def test_seconds_and_beats_are_inverse(waltz: Music) -> None:
    places = np.linspace(-12.0, 150.0, 2000)
    assert np.allclose(waltz.tempo.to_beats(waltz.tempo.to_seconds(places)), places, atol=1e-9)
    assert waltz.beats_at(waltz.seconds_at(Fraction(37, 2))) == pytest.approx(18.5)


def test_time_only_moves_forward(waltz: Music) -> None:
    assert np.all(np.diff(waltz.tempo.to_seconds(np.linspace(-10.0, 140.0, 3000))) > 0)
    assert np.all(np.diff(waltz.beats) > 0)


def test_a_tempo_map_refuses_time_that_stands_still() -> None:
    with pytest.raises(ValueError, match="rise"):
        TempoMap(np.array([0.0, 1.0]), np.array([1.0, 1.0]))
    with pytest.raises(ValueError, match="two knots"):
        TempoMap(np.array([0.0]), np.array([1.0]))


# The shipped waltz


def test_the_waltz_has_the_form_its_script_promises(waltz: Music) -> None:
    assert waltz.layout.last == 48
    assert [str(waltz.layout.bar(n).metre) for n in (1, 20, 21, 36, 37, 48)] == ["3/4"] * 2 + ["2/4"] * 2 + ["3/4"] * 2
    assert waltz.seconds(22) - waltz.seconds(21) == pytest.approx(1.0)
    assert waltz.seconds(6) - waltz.seconds(5) == pytest.approx(3 * 60 / 132)
    assert [(one.first, one.last) for one in waltz.phrases] == [
        (1, 4), (5, 12), (13, 20), (21, 28), (29, 36), (37, 44), (45, 48),
    ]  # fmt: skip
    assert waltz.last_chord == pytest.approx(waltz.seconds(48))
    assert 55 < waltz.duration < 75
    assert waltz.remarks == ()


def test_the_climax_is_the_loudest_and_the_theme_is_soft(waltz: Music) -> None:
    swell = [waltz.swell_at(waltz.seconds(n, 2)) for n in range(1, 49)]
    assert max(swell[4:12]) < min(swell[36:44])


def test_the_waltz_is_what_its_script_writes(tmp_path: Path) -> None:
    script = Path(__file__).resolve().parents[1] / "tools" / "compose_waltz.py"
    if not script.is_file():
        pytest.skip("the script is only in the source tree")
    import runpy
    import sys

    before = sys.argv
    sys.argv = [str(script), str(tmp_path / "waltz.musicxml")]
    try:
        runpy.run_path(str(script), run_name="__main__")
    finally:
        sys.argv = before
    assert (tmp_path / "waltz.musicxml").read_bytes() == shipped_piece().read_bytes()


def test_the_waltz_rounds_off_in_mxl_and_midi(waltz: Music, tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "META-INF/container.xml",
            '<container><rootfiles><rootfile full-path="score/w.xml"/></rootfiles></container>',
        )
        archive.writestr("score/w.xml", shipped_piece().read_bytes())
    (tmp_path / "w.mxl").write_bytes(packed.getvalue())
    again = read_music(tmp_path / "w.mxl")
    assert np.array_equal(again.notes.onset, waltz.notes.onset)
    assert np.array_equal(again.beats, waltz.beats)

    played = read_midi(write_midi(waltz.notes), source="w.mid").seconds
    assert len(played) == len(waltz.notes)
    assert np.allclose(np.sort(played.onset), np.sort(waltz.notes.onset), atol=2e-4)


def test_a_score_is_played_at_the_tempo_asked_for() -> None:
    quick = read_music(shipped_piece(), tempo=240)
    assert quick.seconds(2) == pytest.approx(0.75)
    assert quick.seconds(22) - quick.seconds(21) == pytest.approx(0.5)


# No music


def test_the_click_is_exact() -> None:
    music = click_music(tempo=120, metre=Metre(3, 4), bars=16)
    assert [music.seconds(bar) for bar in (1, 2, 17)] == pytest.approx([0.0, 1.5, 24.0])
    assert music.last_chord == pytest.approx(24.0)
    assert music.confidence.overall == 1.0
    assert np.allclose(np.diff(music.beats), 0.5)


@pytest.mark.parametrize("metre", ["2/4", "3/4", "4/4", "6/8", "5/4", "1/4", "3/8"])
def test_the_click_in_any_metre(metre: str) -> None:
    one = Metre.parse(metre)
    music = click_music(tempo=150, metre=one, bars=5)
    assert music.seconds(2) == pytest.approx(one.beats * 0.4)
    assert len(music.notes) > 5


# Scores by others


@needs_data
def test_nikiya_begins_after_her_grace_note() -> None:
    music = read_music(DATA / "midi" / "minkus_bayadere_nikiya.mid")
    assert str(music.metre) == "2/4"
    assert music.seconds(1) == pytest.approx(0.112, abs=0.001)
    assert music.seconds(2) - music.seconds(1) == pytest.approx(2.0)
    halves = music.notes.beat * 2
    assert np.mean(np.abs(halves - np.round(halves)) < 1e-3) > 0.5


@needs_data
@pytest.mark.parametrize(
    ("name", "metre", "tempo", "bars"),
    [
        ("brahms_waltz_op39_15", "3/4", 116, 44),
        ("grieg_anitras_dance", "3/4", 160, 93),
        ("minkus_bayadere_allegretto", "2/4", 90, 33),
        ("minkus_bayadere_shades", "2/4", 72, 35),
    ],
)
def test_midi_scores(name: str, metre: str, tempo: float, bars: int) -> None:
    told = describe(read_music(DATA / "midi" / f"{name}.mid"))
    assert told["metre"] == metre
    assert told["tempo"] == pytest.approx(tempo, rel=0.01)
    assert told["bars"] == bars
    json.dumps(told)


@needs_data
def test_chopin_repeats_are_played() -> None:
    path = DATA / "musicxml" / "chopin_waltz_op64_1.musicxml"
    root = parse_xml(path.read_bytes(), where=str(path))
    measures = root.find("part").findall("measure")  # type: ignore[union-attr]
    repeats = [
        (index, repeat.get("direction")) for index, measure in enumerate(measures) for repeat in measure.iter("repeat")
    ]
    assert [way for _, way in repeats] == ["forward", "backward"]
    again = repeats[1][0] - repeats[0][0] + 1
    music = read_music(path)
    assert len(music.layout) == len(measures) + again
    first = repeats[0][0] + 1
    here, there = music.layout.bar(first), music.layout.bar(first + again)
    pitches = [
        music.notes.pitch[(music.notes.beat >= float(bar.start) - 1e-6) & (music.notes.beat < float(bar.end) - 1e-6)]
        for bar in (here, there)
    ]
    assert len(pitches[0])
    assert sorted(pitches[0]) == sorted(pitches[1])


@needs_data
def test_chopin_op_34_in_eights() -> None:
    music = read_music(DATA / "musicxml" / "chopin_waltz_op34_2.musicxml")
    assert music.layout.last == 204
    assert np.mean([one.last - one.first + 1 == 8 for one in music.phrases]) > 0.8
    assert any("tempo" in remark for remark in music.remarks)


# Small scores that each say one thing


def score(measures: str, *, divisions: int = 2, time: str = "3/4") -> bytes:
    """A one-part MusicXML document; the first measure gets the attributes."""
    beats, unit = time.split("/")
    head = (
        f"<attributes><divisions>{divisions}</divisions><time><beats>{beats}</beats>"
        f"<beat-type>{unit}</beat-type></time></attributes>"
    )
    body = measures.replace(">", f">{head}", 1)
    return (
        '<?xml version="1.0"?><score-partwise><part-list><score-part id="P1"><part-name>P</part-name></score-part>'
        f'</part-list><part id="P1">{body}</part></score-partwise>'
    ).encode()


def note(step: str, duration: int, extra: str = "", octave: int = 5, before: str = "") -> str:
    """One <note>."""
    return (
        f"<note>{before}<pitch><step>{step}</step><octave>{octave}</octave></pitch>"
        f"<duration>{duration}</duration>{extra}</note>"
    )


def played(content: bytes, tmp_path: Path) -> Music:
    """`content` as a file, read."""
    path = tmp_path / "score.musicxml"
    path.write_bytes(content)
    return read_music(path)


def steps(music: Music) -> str:
    """The letters of the notes in order."""
    return "".join("C.D.EF.G.A.B"[pitch % 12] for pitch in music.notes.pitch)


BACK = '<barline location="right"><repeat direction="backward"/></barline>'
FORTH = '<barline location="left"><repeat direction="forward"/></barline>'


def ending(number: str, kind: str, repeat: str = "") -> str:
    """A barline with an ending bracket."""
    side = "left" if kind == "start" else "right"
    return f'<barline location="{side}"><ending number="{number}" type="{kind}"/>{repeat}</barline>'


@pytest.mark.parametrize(
    ("measures", "heard"),
    [
        ([note("C", 6), note("D", 6)], "CD"),
        ([note("C", 6) + BACK, note("D", 6)], "CCD"),
        ([note("C", 6), FORTH + note("D", 6), note("E", 6) + BACK, note("F", 6)], "CDEDEF"),
        (
            [
                note("C", 6),
                ending("1", "start") + note("D", 6) + ending("1", "stop", '<repeat direction="backward"/>'),
                ending("2", "start") + note("E", 6) + ending("2", "discontinue"),
                note("F", 6),
            ],
            "CDCEF",
        ),
        ([note("C", 6) + '<barline><repeat direction="backward" times="3"/></barline>', note("D", 6)], "CCCD"),
        (
            [
                note("C", 6),
                note("D", 6) + '<sound fine="yes"/>',
                note("E", 6) + '<sound dacapo="yes"/>',
            ],
            "CDECD",
        ),
        (
            [
                note("C", 6),
                "<direction><direction-type><segno/></direction-type></direction>" + note("D", 6),
                note("E", 6) + '<sound tocoda="x"/>',
                note("F", 6) + '<sound dalsegno="x"/>',
                "<direction><direction-type><coda/></direction-type></direction>" + note("G", 6),
            ],
            "CDEFDEG",
        ),
        ([note("C", 6) + BACK, note("D", 6) + '<sound dacapo="yes"/>'], "CCDCD"),
    ],
)
def test_repeats(measures: list[str], heard: str, tmp_path: Path) -> None:
    body = "".join(f"<measure number='{i + 1}'>{one}</measure>" for i, one in enumerate(measures))
    music = played(score(body), tmp_path)
    assert steps(music) == heard
    assert music.layout.last == len(heard)


def test_a_pickup_and_its_other_half(tmp_path: Path) -> None:
    body = (
        f"<measure number='0' implicit='yes'>{note('G', 2)}</measure>"
        f"<measure number='1'>{note('C', 6)}</measure>"
        f"<measure number='2'>{note('D', 4)}{BACK}</measure>"
        f"<measure number='3'>{note('E', 6)}</measure>"
    )
    music = played(score(body), tmp_path)
    # G | C | D(2) + G(1) | C | D(2) | E : the short bar before the repeat and the upbeat after it are one bar.
    assert steps(music) == "GCDGCDE"
    assert music.pickup == 1
    assert music.notes.beat[:4].tolist() == [-1.0, 0.0, 3.0, 5.0]
    assert music.layout.bar(2).length == 3
    assert music.seconds(1) == pytest.approx(0.5)


def test_ties_and_chords_and_graces(tmp_path: Path) -> None:
    body = (
        f"<measure number='1'>{note('C', 6, '<tie type=' + chr(34) + 'start' + chr(34) + '/>')}"
        f"{note('E', 6, before='<chord/>')}</measure>"
        f"<measure number='2'>{note('C', 2, '<tie type=' + chr(34) + 'stop' + chr(34) + '/>')}"
        "<note><grace/><pitch><step>B</step><octave>4</octave></pitch></note>"
        f"{note('G', 4)}</measure>"
    )
    music = played(score(body), tmp_path)
    by_pitch = {
        int(p): (o, d) for p, o, d in zip(music.notes.pitch, music.notes.onset, music.notes.duration, strict=True)
    }
    assert len(music.notes) == 4
    assert by_pitch[72] == pytest.approx((0.0, 2.0))
    assert by_pitch[76] == pytest.approx((0.0, 1.5))
    assert by_pitch[71][0] == pytest.approx(by_pitch[79][0] - 0.075)


def test_tempo_and_metre_change_where_they_are_written(tmp_path: Path) -> None:
    metronome = (
        "<direction><direction-type><metronome><beat-unit>quarter</beat-unit><beat-unit-dot/>"
        "<per-minute>60</per-minute></metronome></direction-type></direction>"
    )
    body = (
        f"<measure number='1'><sound tempo='60'/>{note('C', 6)}</measure>"
        "<measure number='2'><attributes><time><beats>6</beats><beat-type>8</beat-type></time></attributes>"
        f"{metronome}{note('D', 6)}</measure>"
        f"<measure number='3'>{note('E', 6)}</measure>"
    )
    music = played(score(body), tmp_path)
    assert [music.seconds(bar) for bar in (1, 2, 3)] == pytest.approx([0.0, 3.0, 5.0])
    # A beat of 6/8 is an eighth.
    assert music.layout.bar(3).start == 9
    assert music.seconds(2, 4) == pytest.approx(4.0)


def test_dynamics_are_heard(tmp_path: Path) -> None:
    def mark(name: str) -> str:
        return f"<direction><direction-type><dynamics><{name}/></dynamics></direction-type></direction>"

    body = (
        f"<measure number='1'>{mark('pp')}{note('C', 6)}</measure><measure number='2'>{note('C', 6)}</measure>"
        f"<measure number='3'>{mark('ff')}{note('C', 6)}</measure>"
    )
    velocity = played(score(body), tmp_path).notes.velocity
    assert velocity[0] == velocity[1] < velocity[2]


def test_an_accompaniment_accents_nothing_but_what_breaks_its_pattern() -> None:
    layout, tempo = Bars.regular(metre=Metre(2, 4), number=16), TempoMap.steady(beats_per_minute=120.0)
    times = 0.25 * np.arange(64)
    # A bass on each beat and full chords after it, harder struck from bar to bar.
    strengths = np.tile([1.0, 2.4], 32) * np.repeat(np.linspace(0.9, 1.1, 16), 4)
    assert len(stand_out(times, strengths, layout, tempo)) == 0
    strengths[21] *= 1.6
    np.testing.assert_array_equal(stand_out(times, strengths, layout, tempo), times[[21]])
    # What is struck where nothing else ever is stands out by itself, and so does the first beat of each bar.
    alone = np.delete(np.arange(64), np.setdiff1d(np.arange(1, 64, 2), [33]))
    np.testing.assert_array_equal(stand_out(times[alone], strengths[alone], layout, tempo), times[[33]])
    heavy = np.tile([2.4, 1.0, 1.0, 1.0], 16)
    np.testing.assert_array_equal(stand_out(times, heavy, layout, tempo), times[::4])


# Beats by ear


@needs_data
@pytest.mark.parametrize("name", RUBATO)
def test_beats_of_played_midi(name: str) -> None:
    path = DATA / "rubato" / f"{name}.mid"
    beats, firsts = truth(path)
    music = read_music(path)
    assert any("by ear" in remark for remark in music.remarks)
    assert f_measure(within(music.beats, beats), beats) >= 0.97
    assert f_measure(within(first_beats(music), beats), firsts) >= 0.95


@needs_data
@pytest.mark.slow
@pytest.mark.parametrize("name", RUBATO)
def test_beats_of_rendered_rubato(name: str) -> None:
    path = DATA / "rubato" / f"{name}.flac"
    beats, firsts = truth(path)
    music = read_music(path)
    found = within(music.beats, beats)
    assert music.metre.beats == np.loadtxt(path.with_suffix(".beats"))[:, 1].max()
    assert f_measure(found, beats) >= 0.93
    assert f_measure(within(first_beats(music), beats), firsts) >= 0.93
    late = [float(found[np.argmin(np.abs(found - time))] - time) for time in beats]
    assert abs(np.median(late)) < 0.015


@needs_data
@pytest.mark.slow
def test_beats_of_sugar_plum() -> None:
    path = DATA / "audio" / "sugar_plum_macleod.ogg"
    beats, firsts = truth(path)
    music = read_music(path)
    assert str(music.metre) == "2/4"
    assert f_measure(within(music.beats, beats), beats) >= 0.93
    assert f_measure(within(first_beats(music), beats), firsts) >= 0.93
    assert music.samples.shape[1] == 2
    assert 0.0 < music.loudness.max() <= 1.0
    assert len(music.phrases) >= 6


@needs_data
def test_what_the_header_says_is_believed() -> None:
    path = DATA / "rubato" / "minkus_bayadere_shades.flac"
    music = read_music(path, metre="4/4", tempo=72, first_downbeat=1.35)
    assert str(music.metre) == "4/4"
    assert music.seconds(1) == pytest.approx(1.35, abs=1e-4)
    assert 60 / np.median(np.diff(music.beats)) == pytest.approx(72, rel=0.1)
    assert music.confidence.metre == music.confidence.downbeat == 1.0


def test_a_click_is_followed_by_ear(tmp_path: Path) -> None:
    click = click_music(tempo=132, metre=Metre(3, 4), bars=12)
    rng = np.random.default_rng(7)
    sound = synthesise(click.notes, duration=click.duration, use="petipa")
    sound = sound + rng.normal(0.0, 1e-3, sound.shape).astype(np.float32)
    soundfile.write(tmp_path / "click.wav", sound, 44100)
    music = read_music(tmp_path / "click.wav", metre="3/4")
    assert f_measure(within(music.beats, click.beats), click.beats) > 0.95


def test_f_measure_counts_hits_and_misses() -> None:
    true = np.arange(10.0)
    assert f_measure(true, true) == 1.0
    assert f_measure(true + 0.06, true) == 1.0
    assert f_measure(true + 0.08, true) == 0.0
    assert f_measure(np.arange(0.0, 10.0, 0.5), true) == pytest.approx(2 / 3)
    assert f_measure(np.zeros(0), np.zeros(0)) == 1.0


# Sound


@pytest.mark.parametrize("use", ["fluidsynth", "tinysoundfont", "petipa"])
def test_every_player_starts_notes_on_time(use: str) -> None:
    notes = Notes(
        np.array([0.5, 1.5]), np.array([0.4, 0.4]), np.array([1.0, 3.0]), np.array([60, 67]), np.array([90, 90]),
        np.array([0, 0]), np.array([0, 0]),
    )  # fmt: skip
    sound = synthesise(notes, duration=3.0, use=use)
    assert sound.shape == (132300, 2)
    assert sound.dtype == np.float32
    level = np.abs(sound).max(axis=1)
    for onset in (0.5, 1.5):
        before = level[int((onset - 0.1) * 44100) : int(onset * 44100)].max()
        after = level[int(onset * 44100) : int((onset + 0.04) * 44100)].max()
        assert after > 0.02
        if onset == 0.5:
            assert before < 0.005
    assert level.max() <= 0.9


def test_music_wav(tmp_path: Path, waltz: Music) -> None:
    click = click_music(tempo=120, metre=Metre(2, 4), bars=2)
    write_wav(click, tmp_path / "music.wav")
    info = soundfile.info(tmp_path / "music.wav")
    assert (info.samplerate, info.channels) == (44100, 2)
    assert info.duration == pytest.approx(click.duration, abs=0.01)
    assert [entry.name for entry in tmp_path.iterdir()] == ["music.wav"]


def test_kept_music_is_the_same(tmp_path: Path, waltz: Music) -> None:
    save_music(waltz, tmp_path / "music.npz")
    again = load_music(tmp_path / "music.npz")
    assert describe(again) == describe(waltz)
    assert np.array_equal(again.notes.onset, waltz.notes.onset)
    assert again.layout == waltz.layout
    (tmp_path / "music.npz").write_bytes(b"PK\x03\x04 and nothing more")
    with pytest.raises(FileError, match="no music"):
        load_music(tmp_path / "music.npz")


def test_the_limiter_presses_only_peaks() -> None:
    time = np.arange(44100) / 44100
    soft = np.repeat(0.3 * np.sin(2 * np.pi * 220 * time)[:, None], 2, axis=1).astype(np.float32)
    assert np.array_equal(limited(soft), soft)
    loud = soft.copy()
    loud[22050:22200] *= 5
    pressed = limited(loud)
    assert np.abs(pressed).max() <= PEAK + 1e-6
    assert np.allclose(pressed[:11025], soft[:11025], atol=1e-6)
    assert np.allclose(pressed[33075:], soft[33075:], atol=1e-6)


def test_a_bar_line_can_be_moved_in_a_score() -> None:
    late = read_music(shipped_piece(), metre="3/4", first_downbeat=0.5)
    assert late.pickup == 1
    assert late.seconds(1) == pytest.approx(0.5)


def test_description_is_plain_data(waltz: Music) -> None:
    told = json.loads(json.dumps(describe(waltz)))
    assert told["bars"] == 48
    assert told["metres"] == [{"bar": 1, "metre": "3/4"}, {"bar": 21, "metre": "2/4"}, {"bar": 37, "metre": "3/4"}]
    assert len(told["beats"]) == 128
