"""What the user says of the music goes before what is heard: taps, phrases, climaxes, a score laid over a recording."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import soundfile

from petipa.choreography import parse, write
from petipa.choreography.parse import parse_tolerant
from petipa.counts import Metre
from petipa.errors import MusicError
from petipa.music import Music, TempoMap, click_music, cut, load_music, read_music, save_music, shipped_piece
from petipa.music.align import align
from petipa.music.beats import FRAME_RATE, f_measure, normalised
from petipa.music.form import form_of
from petipa.music.sound import synthesise
from petipa.music.spectra import onset_strength, spectrum
from petipa.music.taps import count_taps, read_taps
from petipa.production import Account, Order, prepare
from petipa.showing import Sound


def breathing(music: Music, *, wait: float = 0.7) -> Music:
    """The same played with rubato, beginning after `wait` [s]."""
    beats = np.arange(-1.0, float(music.layout.span.end) + 8.0)
    steps = 0.5 * (1.0 + 0.22 * np.sin(beats / 2.7) + 0.08 * np.cos(3.1 * beats))
    seconds = np.concatenate([[0.0], np.cumsum(steps[:-1])])
    tempo = TempoMap(beats, seconds - np.interp(0.0, beats, seconds) + wait)
    onset = tempo.to_seconds(music.notes.beat)
    length = music.notes.duration * 0.9
    return replace(
        music,
        tempo=tempo,
        duration=float(np.max(onset + length)) + 1.5,
        notes=replace(music.notes, onset=onset, duration=length),
    )


def mono_of(music: Music) -> np.ndarray:
    return synthesise(music.notes, duration=music.duration).mean(axis=1)


def struck(music: Music) -> np.ndarray:
    """The beats on which something begins: only those can be found."""
    beats = np.array([float(one) for one in music.beat_numbers])
    return beats[np.min(np.abs(beats[:, None] - music.notes.beat[None, :]), axis=1) < 1e-3]


def laid(score: Music, sound: np.ndarray) -> TempoMap:
    onset = normalised(onset_strength(spectrum(sound))[0])
    return align(score, sound, onset, FRAME_RATE, last=len(sound) / 44100 - 2.0).tempo


@pytest.fixture(scope="module")
def waltz() -> Music:
    return read_music(shipped_piece())


@pytest.fixture(scope="module")
def rubato(waltz: Music) -> tuple[Music, np.ndarray]:
    played = breathing(cut(waltz, [(25, 48)]))
    return played, mono_of(played)


def test_a_score_is_laid_over_a_recording_with_rubato(waltz: Music, rubato: tuple[Music, np.ndarray]) -> None:
    played, sound = rubato
    score = cut(waltz, [(25, 48)])
    found, true = laid(score, sound).to_seconds(struck(played)), played.tempo.to_seconds(struck(played))
    assert f_measure(found, true) > 0.85
    assert float(np.median(np.abs(found - true))) < 0.015


def test_a_recording_may_end_before_its_score(waltz: Music, rubato: tuple[Music, np.ndarray]) -> None:
    played, sound = rubato
    found = laid(waltz, sound).to_seconds(struck(played))
    assert f_measure(found, played.tempo.to_seconds(struck(played))) > 0.85


def test_a_later_recording_is_followed_later(waltz: Music, rubato: tuple[Music, np.ndarray]) -> None:
    played, sound = rubato
    score = cut(waltz, [(25, 48)])
    later = laid(score, np.concatenate([np.zeros(2 * 44100, dtype=np.float32), sound]))
    beats = np.array([float(one) for one in played.beat_numbers])
    assert float(np.median(np.abs(later.to_seconds(beats) - 2.0 - played.beats))) < 0.015


def test_a_score_of_something_else_is_refused(rubato: tuple[Music, np.ndarray]) -> None:
    noise = np.random.default_rng(1).normal(0.0, 0.1, 44100 * 20).astype(np.float32)
    with pytest.raises(MusicError, match="not of the same piece"):
        laid(click_music(tempo=100, metre=Metre(3, 4), bars=16), noise)


def recorded(folder: Path, *, bars: int = 8) -> tuple[Music, Path]:
    music = breathing(click_music(tempo=120, metre=Metre(3, 4), bars=bars))
    path = folder / "take.wav"
    soundfile.write(path, mono_of(music), 44100)
    return music, path


def tapped(music: Music, *, places: bool = True, every: int = 1) -> str:
    lines = ["# tapped at rehearsal"]
    for number, seconds in zip(music.beat_numbers, music.beats, strict=True):
        count = music.layout.count(number)
        if (count.beat - 1) % every == 0:
            lines.append(f"{seconds:.4f}\t{count.beat}" if places else f"{seconds:.4f}")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("every", [1, 3])
def test_tapped_beats_are_believed(tmp_path: Path, every: int) -> None:
    true, path = recorded(tmp_path)
    (tmp_path / "hand.txt").write_text(tapped(true, every=every))
    music = read_music(path, metre="3/4", beats=tmp_path / "hand.txt")
    assert str(music.metre) == "3/4"
    assert music.confidence.overall == 1.0
    bars = [bar.seconds for bar in true.bars]
    assert [bar.seconds for bar in music.bars][: len(bars)] == pytest.approx(bars, abs=1e-3)


def test_taps_beside_the_sound_are_taken_and_said(tmp_path: Path) -> None:
    true, path = recorded(tmp_path)
    (tmp_path / "take.taps").write_text(tapped(true))
    music = read_music(path)
    assert music.beats[:24] == pytest.approx(true.beats[:24], abs=1e-3)
    assert any("take.taps" in remark for remark in music.remarks)


def test_ways_to_write_taps_agree(tmp_path: Path) -> None:
    ways = {
        "plain": "1.0 1\n1.5 2\n2.0 3\n2.5 1\n3.0 2\n3.5 3\n",
        "places": "1.0 1:1\n1.5 1:2\n2.0 1:3\n2.5 2:1\n3.0 2:2\n3.5 2:3\n",
        "audacity": "".join(
            f"{t:.6f}\t{t:.6f}\t{b}\n" for t, b in zip((1, 1.5, 2, 2.5, 3, 3.5), "123123", strict=True)
        ),
        "gaps": "1.0 1\n2.0 3\n2.5 1\n3.5 3\n",
    }
    counted = []
    for name, text in ways.items():
        (tmp_path / name).write_text(text)
        counted.append(count_taps(read_taps(tmp_path / name), last=4.0, where=name))
    for one in counted:
        assert one.layout == counted[0].layout
        assert one.tempo.to_seconds(np.arange(6.0)) == pytest.approx([1.0, 1.5, 2.0, 2.5, 3.0, 3.5])


def test_two_taps_a_bar_of_six_eighths(tmp_path: Path) -> None:
    (tmp_path / "t").write_text("".join(f"{0.6 * k:.2f} {k % 2 + 1}\n" for k in range(8)))
    counted = count_taps(read_taps(tmp_path / "t"), last=4.0, where="t", metre=Metre(6, 8))
    assert float(counted.tempo.to_seconds(Fraction(6))) == pytest.approx(1.2)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("0.5 1\nnow 2\n", 2, "no time"),
        ("0.5 1\n0.4 2\n", 2, "does not come after"),
        ("0.5 1\n1.0 two\n", 2, "no beat of a bar"),
        ("0.5 1\n1.0 5\n1.5 1\n", 2, "has no beat 5"),
        ("0.5 2:1\n1.0 1:1\n", 2, "comes after"),
        ("0.5 1 2 3\n1.0 1\n", 1, "no tap"),
    ],
)
def test_taps_that_cannot_be_are_told_with_their_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    path = tmp_path / "hand.taps"
    path.write_text(text)
    with pytest.raises(MusicError, match=words) as told:
        count_taps(read_taps(path), last=4.0, where=str(path), metre=Metre(3, 4))
    assert told.value.where == f"{path}:{line}"
    assert told.value.would_work


def test_phrases_and_climaxes_as_told(tmp_path: Path, waltz: Music) -> None:
    music = read_music(shipped_piece(), phrases=[5, 21, 37], climaxes=[43, 11])
    assert [(one.first, one.last) for one in music.phrases] == [(1, 4), (5, 20), (21, 36), (37, 48)]
    assert form_of(music).climaxes == (music.seconds(43), music.seconds(11))
    save_music(music, tmp_path / "music.npz")
    assert form_of(load_music(tmp_path / "music.npz")).climaxes == form_of(music).climaxes
    shorter = cut(music, [(9, 16)])
    assert form_of(shorter).climaxes == pytest.approx((shorter.seconds(35),)), "one was cut, the other comes sooner"
    for wrong in ({"phrases": [1, 99]}, {"phrases": [9, 5]}, {"climaxes": [0]}):
        with pytest.raises(MusicError):
            read_music(shipped_piece(), **wrong)  # type: ignore[arg-type]


def test_a_score_has_its_own_beats() -> None:
    with pytest.raises(MusicError, match="this is a score"):
        read_music(shipped_piece(), score=shipped_piece())


HEADER = """petipa 1
title   "Taps"
music   "take.wav"
beats   "take.txt"
phrases 1 9 17
climax  31 12

start upstage left
1     glissade R
"""


def test_headings_for_music_go_round() -> None:
    choreography = parse(HEADER)
    assert (choreography.beats, choreography.score) == ("take.txt", None)
    assert (choreography.phrase_bars, choreography.climax_bars) == ((1, 9, 17), (31, 12))
    text = write(choreography)
    assert write(parse(text)) == text
    assert 'beats    "take.txt"' in text


@pytest.mark.parametrize("line", ["phrases 9 1", "phrases one", "climax", "climax 0", 'beats ""'])
def test_headings_that_cannot_be_are_found(line: str) -> None:
    parsed = parse_tolerant(HEADER.replace("phrases 1 9 17\nclimax  31 12", line).replace('beats   "take.txt"\n', ""))
    assert any(finding.where.line == 4 for finding in parsed.findings), line


SOUNDED = """petipa 1
music    "waltz.musicxml"
sound    orchestra
start    centre, fifth right front

1-4      plié, plié
"""


def test_a_header_says_what_a_score_is_played_on_and_the_command_line_before_it(tmp_path: Path) -> None:
    place = tmp_path / "four.ballet"
    place.write_text(SOUNDED)
    assert prepare(Order(choreography=place), Account()).music.sound is Sound.ORCHESTRA
    assert prepare(Order(choreography=place, sound=Sound.PIANO), Account()).music.sound is Sound.PIANO
    plain = Order(choreography=place, music=shipped_piece())
    place.write_text(SOUNDED.replace("sound    orchestra\n", ""))
    assert prepare(plain, Account()).music.sound is Sound.WRITTEN
    text = write(parse(SOUNDED.replace("orchestra", "as  WRITTEN")))
    assert "as written" in text
    assert parse(text) == parse(SOUNDED.replace("orchestra", "as written"))


def test_what_plays_is_one_of_those_there_are() -> None:
    found = parse_tolerant(SOUNDED.replace("orchestra", "kazoo")).findings
    assert "as written, piano, orchestra" in str(found)


def test_a_recording_sounds_as_it_is_and_says_so(tmp_path: Path) -> None:
    waltz = click_music(tempo=120, metre=Metre(3, 4), bars=8)
    soundfile.write(tmp_path / "taps.wav", waltz.samples, waltz.rate)
    place = tmp_path / "four.ballet"
    place.write_text(SOUNDED.replace("waltz.musicxml", "taps.wav"))
    account = Account()
    music = prepare(Order(choreography=place), account).music
    assert music.recording is not None
    assert any("sounds as it is" in remark for remark in account.remarks)


def test_what_plays_is_kept_with_the_music(tmp_path: Path, waltz: Music) -> None:
    save_music(replace(waltz, sound=Sound.ORCHESTRA), tmp_path / "music.npz")
    assert load_music(tmp_path / "music.npz").sound is Sound.ORCHESTRA
