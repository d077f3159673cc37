"""Wishes in the head of a text without steps: composed, kept with what was composed, or told with their line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from petipa.choreographer import Commission, Mood, Technique
from petipa.choreography import parse, write
from petipa.choreography.parse import WISHED
from petipa.counts import Metre
from petipa.errors import ChoreographyError, LanguageError
from petipa.music import click_music
from petipa.production import Account, Order, compose_for, prepare
from petipa.production.programme import check_of

HEAD = """petipa 1
title    "For Thursday"
music    "waltz.musicxml"
level    student
mood     lyrical
include  piqué arabesque
avoid    batterie, pas de chat
minutes  0.6
seed     4
"""


def head(folder: Path, text: str = HEAD) -> Path:
    path = folder / "wish.ballet"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_words_of_the_head_are_those_of_the_composer() -> None:
    assert WISHED == {"level": tuple(Technique), "mood": tuple(Mood)}


def test_a_head_of_wishes_is_written_as_it_was_read() -> None:
    assert write(parse(HEAD)) == HEAD
    assert parse(write(parse(HEAD))) == parse(HEAD)
    assert parse(HEAD).unwritten
    assert not parse(HEAD + "1 plié\n").unwritten


def test_a_text_without_steps_is_performed_as_it_wishes(tmp_path: Path) -> None:
    account = Account()
    programme = prepare(Order(choreography=head(tmp_path)), account)
    composed = programme.choreography
    assert any("has no steps" in remark for remark in account.remarks)
    assert {heading.key: heading.value for heading in parse(HEAD).headings if heading.key != "minutes"}.items() <= {
        heading.key: heading.value for heading in composed.headings
    }.items()
    assert composed.cut and programme.music.duration < 50.0, "more than half a minute was left out"
    entries = {step.entry for step in programme.steps}
    assert "pique" in " ".join(entries)
    assert not any(programme.lexicon[entry].beats for entry in entries)
    assert max(programme.lexicon[entry].difficulty for entry in entries) <= Technique.STUDENT.hardest
    again = prepare(Order(choreography=head(tmp_path, programme.text)), Account())
    assert again.steps == programme.steps, "what is kept is danced as it was"
    bare = programme.text[: programme.text.index("start ")]
    assert compose_for(head(tmp_path, bare), Commission()).text == programme.text, "its head composes it again"


def test_the_command_line_goes_before_the_head(tmp_path: Path) -> None:
    path = head(tmp_path, HEAD.replace("minutes  0.6\n", ""))
    composed = compose_for(path, Commission(level=Technique.SOLOIST, mood=Mood.BRILLIANT, seed=5))
    assert composed.choreography.heading("mood") == "brilliant"
    assert composed.choreography.heading("seed") == "5"


@pytest.mark.parametrize(
    ("line", "wrong", "said"),
    [
        ("level    student", "level star", "student, soloist, principal"),
        ("mood     lyrical", "mood gay", "lyrical, brilliant"),
        ("minutes  0.6", "minutes 0", "0.1 to 60"),
        ("seed     4", "seed -1", "whole number"),
        ("avoid    batterie, pas de chat", "avoid batterie,", "commas"),
    ],
)
def test_a_wish_that_is_none_is_told_where_it_stands(tmp_path: Path, line: str, wrong: str, said: str) -> None:
    path = head(tmp_path, HEAD.replace(line, wrong))
    number = HEAD.splitlines().index(line) + 1
    with pytest.raises(LanguageError, match=said) as told:
        compose_for(path, Commission())
    assert f"{path}:{number}:" in str(told.value)
    assert told.value.would_work


def test_a_step_that_is_none_is_told_where_it_stands(tmp_path: Path) -> None:
    path = head(tmp_path, HEAD.replace("piqué arabesque", "8 fouettés, grand juté"))
    for ask in (lambda: compose_for(path, Commission()), lambda: check_of(path)):
        with pytest.raises(LanguageError, match="grand juté") as told:
            ask()
        assert f"{path}:6" in str(told.value) and "grand jeté" in told.value.would_work


def test_what_is_half_a_dance_is_not_composed_over(tmp_path: Path) -> None:
    for more, said in (("start centre\n", "a start and no steps"), ("1 plié\n", "steps in it already")):
        with pytest.raises(ChoreographyError, match=said):
            compose_for(head(tmp_path, HEAD + more), Commission())
    with pytest.raises(ChoreographyError, match="names no music"):
        compose_for(head(tmp_path, "petipa 1\nlevel student\n"), Commission())
    with pytest.raises(ChoreographyError, match="cut and minutes"):
        compose_for(head(tmp_path, HEAD + "cut 5-12\n"), Commission())
    with pytest.raises(ChoreographyError, match="named in its head"):
        compose_for(head(tmp_path), Commission(), beats=tmp_path / "x.taps")


def test_beats_tapped_to_a_recording_are_danced_to_and_named(tmp_path: Path) -> None:
    music = click_music(tempo=100.0, metre=Metre.parse("3/4"), bars=24)
    recording, taps = tmp_path / "click.wav", tmp_path / "click.taps"
    soundfile.write(recording, music.samples, music.rate)
    # Tapped in halves: twice as many beats as the ear would hear.
    beats = [float(t) for t in np.arange(music.beats[0], music.duration, 0.3)]
    taps.write_text("".join(f"{t:.3f}\n" for t in beats), encoding="utf-8")
    composed = compose_for(recording, Commission(), beats=taps)
    assert composed.choreography.heading("beats") == "click.taps"
    kept = head(tmp_path, composed.text)
    programme = prepare(Order(choreography=kept), Account())
    assert programme.music.tempo.beats_per_minute(0) == pytest.approx(200.0, rel=0.02)
    assert programme.choreography.last_bar <= programme.music.layout.last
