"""The form of a piece: what returns has the same letter, in whatever key, at whatever pace and wherever it begins."""

from __future__ import annotations

import os
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from petipa.counts import Metre
from petipa.music import Confidence, Music, Notes, Phrase, TempoMap, click_music, read_music, shipped_piece
from petipa.music.form import Character, Form, form_of, pauses_of
from petipa.music.model import CURVE_RATE
from petipa.music.symbolic import Score, ScoreBar, ScoreNotes, ScoreTempo, perform

DATA = Path(os.environ.get("PETIPA_DATA", Path(__file__).resolve().parents[2] / "shared" / "data")) / "music"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the test music is not here; PETIPA_DATA says where")
WALTZ, POLKA = Metre(3, 4), Metre(2, 4)
Bar = list[tuple[float, float, int, int]]
"""Notes of a bar: quarter, length, pitch, velocity."""


def tune(rng: np.random.Generator, *, bars: int = 8, metre: Metre = WALTZ) -> list[Bar]:
    """Bars of a melody over an accompaniment, as random as a dance can be."""
    scale = np.array([60, 62, 64, 65, 67, 69, 71, 72, 74, 76])
    chords = ([48, 52, 55], [53, 57, 60], [55, 59, 62], [57, 60, 64], [50, 53, 57])
    out = []
    for _ in range(bars):
        chord = chords[rng.integers(len(chords))]
        bar: Bar = [(0.0, 1.0, chord[0] - 12, 70)]
        bar += [(float(beat), 0.8, pitch, 50) for beat in range(1, metre.beats) for pitch in chord]
        for beat in range(metre.beats):
            for part in range(int(rng.integers(1, 3))):
                bar.append((beat + part / 2, 0.5, int(scale[rng.integers(len(scale))]) + 12, 85))
        out.append(bar)
    return out


def raised(bars: list[Bar], *, by: int = 0, louder: int = 0) -> list[Bar]:
    return [[(at, length, pitch + by, velocity + louder) for at, length, pitch, velocity in bar] for bar in bars]


def played(bars: list[Bar], *, metre: Metre = WALTZ, pace: float = 150.0, title: str = "") -> Music:
    rows = [
        (k * float(metre.quarters) + at, length, 0.0, pitch, velocity, 0, 0)
        for k, bar in enumerate(bars)
        for at, length, pitch, velocity in bar
    ]
    columns = np.array(rows, dtype=np.float64).T
    return perform(
        Score(
            *(title, "a test", "midi", (ScoreBar(metre, metre.quarters),) * len(bars), False),
            tempi=(ScoreTempo(0.0, pace),),
            notes=ScoreNotes(*columns),
            confidence=Confidence(1.0, 1.0, 1.0),
        )
    )


def letters(form: Form) -> str:
    return "".join(form.labels)


def rondo(seed: int) -> tuple[list[Bar], list[Bar], list[Bar]]:
    rng = np.random.default_rng(seed)
    return tune(rng), tune(rng), tune(rng)


@pytest.mark.parametrize("seed", range(6))
def test_what_is_heard_again_has_the_same_letter(seed: int) -> None:
    a, b, c = rondo(seed)
    music = played(a + b + a + c + a)
    assert [(one.first, one.last) for one in music.phrases] == [(1, 8), (9, 16), (17, 24), (25, 32), (33, 40)]
    assert letters(form_of(music)) == "ABACA"


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("by", [2, 5, 9])
def test_a_return_in_another_key_is_a_return(seed: int, by: int) -> None:
    a, b, c = rondo(seed)
    assert letters(form_of(played(a + b + raised(a, by=by) + c))) == "ABAC"


@pytest.mark.parametrize("seed", range(4))
def test_a_return_with_another_ending_is_a_return(seed: int) -> None:
    a, b, c = rondo(seed)
    assert letters(form_of(played(a + a[:6] + c[6:] + b + a))) == "AABA"


@pytest.mark.parametrize("seed", range(4))
def test_shuffled_bars_lose_their_form(seed: int) -> None:
    a, b, c = rondo(seed)
    whole = a + b + a + c + a + b
    mixed = [whole[k] for k in np.random.default_rng(seed + 100).permutation(len(whole))]
    told, lost = letters(form_of(played(whole))), letters(form_of(played(mixed)))
    assert told == "ABACAB"
    assert len(set(lost)) > len(lost) - 2, "what was shuffled returns no more"


@pytest.mark.parametrize("seed", range(3))
def test_a_piece_in_another_key_or_tempo_has_the_same_form(seed: int) -> None:
    a, b, c = rondo(seed)
    whole = c[:4] + a + a + b + raised(a, louder=20) + c[4:]
    as_written = form_of(played(whole))
    higher, slower = form_of(played(raised(whole, by=3))), form_of(played(whole, pace=100.0))
    for other in (higher, slower):
        assert other.labels == as_written.labels
        assert [(s.first, s.last, s.label, s.role) for s in other.sections] == [
            (s.first, s.last, s.label, s.role) for s in as_written.sections
        ]
    assert higher.climaxes == as_written.climaxes


@pytest.mark.parametrize("seed", range(3))
def test_music_that_begins_later_has_its_form_later(seed: int) -> None:
    a, b, _ = rondo(seed)
    music = played(a + b + raised(a, louder=25))
    wait = 4.0
    still = np.zeros(round(wait * CURVE_RATE))
    later = replace(
        music,
        tempo=TempoMap(music.tempo.beats, music.tempo.seconds + wait),
        duration=music.duration + wait,
        notes=replace(music.notes, onset=music.notes.onset + wait),
        loudness=np.append(still, music.loudness),
        density=np.append(still, music.density),
        phrases=tuple(
            Phrase(one.first, one.last, one.span, one.seconds + wait, one.seconds_end + wait) for one in music.phrases
        ),
    )
    was, now = form_of(music), form_of(later)
    assert now.labels == was.labels
    assert np.allclose(np.array(now.climaxes), np.array(was.climaxes) + wait)
    assert [p.start for p in now.pauses] == pytest.approx([p.start + wait for p in was.pauses])


@pytest.mark.parametrize("where", [2, 3])
def test_the_climax_is_where_it_is_loud_and_high(where: int) -> None:
    a, b, c = rondo(7)
    parts = [a, b, c, a]
    parts[where] = raised(parts[where], by=12, louder=35)
    music = played([bar for part in parts for bar in part])
    top = music.bar_at(form_of(music).climaxes[0]).number
    assert 8 * where < top <= 8 * where + 8


def test_a_climax_is_never_the_first_bar() -> None:
    a, b, _ = rondo(3)
    music = played(raised(a, louder=35) + b + b)
    assert all(time > 0.0 for time in form_of(music).climaxes)


def test_sections_are_whole_phrases_in_order() -> None:
    music = read_music(shipped_piece())
    form = form_of(music)
    assert [number for section in form.sections for number in section.phrases] == list(range(len(music.phrases)))
    assert all(one.last + 1 == other.first for one, other in zip(form.sections, form.sections[1:], strict=False))
    assert [(s.first, s.last, s.role) for s in form.sections] == [
        *((1, 4, "introduction"), (5, 20, "theme"), (21, 36, "contrast"), (37, 44, "return"), (45, 48, "closing"))
    ]
    assert form.labels[1] == form.labels[5], "the theme comes back in bar 37"


def test_a_beat_that_waits_is_a_fermata() -> None:
    a, b, _ = rondo(1)
    music = played(a + b)
    beats = np.arange(0.0, 49.0)
    seconds = beats * 0.4 + np.where(beats > 23.0, 0.9, 0.0)
    held = replace(music, tempo=TempoMap(beats, seconds))
    pauses = [pause for pause in form_of(held).pauses if pause.kind == "fermata"]
    assert [held.bar_at(pause.start + 0.01).number for pause in pauses] == [8]
    assert pauses[0].end - pauses[0].start == pytest.approx(1.3)


def figure(beats: list[tuple[float, float]], *, bars: int = 16, metre: Metre) -> list[Bar]:
    """A bass on the first beat under a rhythm, in harmonies that change."""
    roots = (48, 53, 55, 48)
    tune = [[(at, length, root + 24 + int(7 * at) % 5, 85) for at, length in beats] for root in roots]
    return [[(0.0, 0.9, roots[k % 4] - 12, 70), *tune[k % 4]] for k in range(bars)]


MAZURKA = [(0.0, 0.75), (0.75, 0.25), (1.0, 1.0), (2.0, 1.0)]
POLONAISE = [(0.0, 0.5), (0.5, 0.25), (0.75, 0.25), (1.0, 0.5), (1.5, 0.5), (2.0, 0.5), (2.5, 0.5)]
POLKA_STEP = [(0.0, 0.25), (0.25, 0.25), (0.5, 0.5), (1.0, 0.5), (1.5, 0.5)]
EVEN = [(0.0, 1.0), (1.0, 1.0), (2.0, 1.0)]
RUNNING = [(k / 2, 0.5) for k in range(6)]


@pytest.mark.parametrize(
    ("rhythm", "metre", "pace", "kind"),
    [
        (EVEN, WALTZ, 170.0, Character.WALTZ),
        (MAZURKA, WALTZ, 140.0, Character.MAZURKA),
        (POLONAISE, WALTZ, 96.0, Character.POLONAISE),
        (EVEN, WALTZ, 50.0, Character.ADAGIO),
        (POLKA_STEP, POLKA, 112.0, Character.POLKA),
        (POLKA_STEP, POLKA, 160.0, Character.GALOP),
        (RUNNING, Metre(6, 8), 190.0, Character.TARANTELLA),
        ([(0.0, 1.0), (1.0, 1.0)], POLKA, 50.0, Character.ADAGIO),
        ([(float(k), 1.0) for k in range(4)], Metre(4, 4), 116.0, Character.MARCH),
    ],
)
def test_the_character_is_in_pace_and_rhythm(
    rhythm: list[tuple[float, float]], metre: Metre, pace: float, kind: Character
) -> None:
    assert form_of(played(figure(rhythm, metre=metre), metre=metre, pace=pace)).character is kind


def test_a_title_says_what_it_is_unless_the_metre_says_otherwise() -> None:
    bars = figure(EVEN, metre=WALTZ)
    named = form_of(played(bars, title="Mazurka from Coppélia"))
    assert named.character is Character.MAZURKA
    assert named.confidence > 0.9
    assert form_of(played(bars, pace=170.0, title="Marche")).character is Character.WALTZ


# The forms of these pieces are known from their scores; bars as played, with repeats.
@needs_data
def test_the_form_of_chopins_waltz_in_a_minor() -> None:
    music = read_music(DATA / "musicxml" / "chopin_waltz_op34_2.musicxml")
    form = form_of(music)
    starts = {section.first: section.label for section in form.sections}
    assert {1, 17, 37, 53, 69, 85, 105, 121, 137, 153, 169} <= set(starts), "its strains of 16, 20, 16, 16 and 16 bars"
    for bar in (17, 37, 53, 69):
        assert starts[bar] == starts[bar + 68], "all of it is heard again"
    assert starts[1] == starts[153] == starts[189]
    assert len({starts[bar] for bar in (1, 17, 37, 53, 69)}) == 5


@needs_data
def test_the_form_of_the_minute_waltz() -> None:
    music = read_music(DATA / "musicxml" / "chopin_waltz_op64_1.musicxml")
    form = form_of(music)
    label = {phrase.first: name for phrase, name in zip(music.phrases, form.labels, strict=True)}
    assert {1, 5, 13, 21, 29, 37, 45, 55, 63, 71, 91, 95, 103, 111, 119, 127, 135} <= set(label)
    assert label[5] == label[13] == label[95] == label[103]
    assert label[21] == label[37] == label[111] == label[127]
    assert label[55] == label[63] != label[5], "its trio"


@needs_data
def test_the_form_of_minkus() -> None:
    music = read_music(DATA / "midi" / "minkus_bayadere_allegretto.mid")
    form = form_of(music)
    assert [(p.first, p.last) for p in music.phrases] == [(1, 1), (2, 9), (10, 17), (18, 25), (26, 33)]
    assert form.labels[1] == form.labels[2] != form.labels[3]


@needs_data
@pytest.mark.slow
def test_the_form_of_sugar_plum_as_recorded() -> None:
    music = read_music(DATA / "audio" / "sugar_plum_macleod.ogg", metre="2/4")
    form = form_of(music)
    label = {phrase.first: name for phrase, name in zip(music.phrases, form.labels, strict=True)}
    assert {1, 5, 13, 21} <= set(label), "four bars before the celesta, then eights"
    assert label[5] == label[13] != label[21]
    assert list(label.values()).count(label[5]) >= 3, "the celesta's theme comes back"


def test_bars_of_no_notes_have_a_form() -> None:
    empty: list[Bar] = [[(0.0, 1.0, 60, 80)], [], [], [], [], [], [], [(0.0, Fraction(1), 60, 80)]]
    form = form_of(played(empty))
    assert len(form.labels) >= 1
    assert len(form.sections) >= 1


@pytest.mark.parametrize("noise", [0.0, 0.002])
def test_a_recording_is_silent_where_nothing_sounds(noise: float) -> None:
    """A click of 24 bars with two bars cut out, and a hiss over all of it."""
    click = click_music(tempo=120, metre=WALTZ, bars=24)
    sound = click.samples.copy()
    hole = round(click.seconds(9) * 44100) - 4000, round(click.seconds(11) * 44100) - 400
    time = np.arange(len(sound)) / 44100
    sound += (0.1 * np.sin(2 * np.pi * 220 * time))[:, None].astype(np.float32)
    sound[hole[0] : hole[1]] = 0.0
    sound += np.random.default_rng(0).normal(0.0, noise, sound.shape).astype(np.float32)
    recorded = replace(click, notes=Notes.none(), recording=sound, kind="audio")
    rests = [one for one in pauses_of(recorded) if one.kind == "rest"]
    assert [recorded.bar_at(one.start + 0.2).number for one in rests] == [9]
    assert rests[0].start == pytest.approx(hole[0] / 44100, abs=0.1)
    assert rests[0].end == pytest.approx(hole[1] / 44100, abs=0.1)
    whole = replace(recorded, recording=np.full(sound.shape, 0.1, dtype=np.float32))
    assert not [one for one in pauses_of(whole) if one.kind == "rest"]


@needs_data
@pytest.mark.slow
def test_a_piece_that_never_stops_has_no_silence() -> None:
    music = read_music(DATA / "rubato" / "minkus_bayadere_shades.flac")
    assert not [one for one in pauses_of(music) if one.kind == "rest"]
