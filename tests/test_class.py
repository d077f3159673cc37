"""An exercise is what was asked for: its counts, its steps, both sides, feet closed; or it is refused by name."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from petipa.choreographer import Exercise, exercise_of, request_of, sheet_page, sheet_text
from petipa.choreography import Place, check, format_text, other_side, parse
from petipa.cli.main import petipa
from petipa.errors import ChoreographyError, LanguageError
from petipa.lexicon import load_lexicon

LEXICON = load_lexicon()
ASKED = (
    "32 counts of petit allegro in 2/4, grade 5, with assemblés and one beaten step, then the other side",
    "16 counts of adage in 3/4, grade 6, with développé, then the other side",
    "16 bars of batterie, advanced, with brisés",
    "16 counts of grand allegro with grand jetés, grade 7, on the other side too",
    "24 counts of tendus, grade 3",
    "petit allegro in 6/8 without changement, grade 4",
    "16 counts of pirouettes, grade 6, with pirouettes en dehors, then the other side",
    "8 counts révérence",
)


def made(words: str, seed: int = 0) -> Exercise:
    return exercise_of(request_of(words, LEXICON, seed=seed), LEXICON)


@pytest.mark.parametrize("words", ASKED)
def test_an_exercise_is_what_was_asked_for(words: str) -> None:
    exercise = made(words)
    request = exercise.request
    assert format_text(exercise.text, lexicon=LEXICON) == exercise.text
    assert not check(parse(exercise.text), LEXICON).errors
    keys = {step.entry for step in exercise.steps}
    assert {entry.key for entry in request.include} <= keys
    assert not {entry.key for entry in request.avoid} & keys
    assert max(LEXICON[key].difficulty for key in keys) <= request.hardest
    if request.beaten is not None:
        assert len({key for key in keys if LEXICON[key].beats}) == request.beaten
    last = exercise.steps[-1]
    counts = request.counts * (2 if request.other_side else 1)
    assert parse(exercise.text).last_bar * request.metre.beats == counts * request.beats
    assert last.at < counts * request.beats
    assert last.end.position is Place.FIFTH
    # Danced from the other side it is as good an exercise.
    assert not check(other_side(parse(exercise.text), LEXICON), LEXICON).errors


def test_the_other_side_follows_from_where_the_first_ends() -> None:
    exercise = made(ASKED[0])
    half = len([s for s in exercise.steps if s.label]) // 2
    labelled = [s for s in exercise.steps if s.label]
    for one, two in zip(labelled[:half], labelled[half:], strict=True):
        assert (one.entry, one.side.other) == (two.entry, two.side)
        assert one.start.mirrored.front is two.start.front


def test_the_same_words_give_the_same_exercise_and_another_seed_another() -> None:
    words = "16 counts of petit allegro, grade 5"
    assert made(words).text == made(words).text
    assert len({made(words, seed).text for seed in range(4)}) >= 3


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("petit allegro, grade 2, with entrechat six", ("entrechat six", "grade 2")),
        ("petit allegro with assemblé without assemblé", ("assemblé",)),
        ("petit allegro with royale and no beaten steps", ("royale", "beaten")),
        ("batterie without beaten steps", ("batterie",)),
        ("30 counts of adage", ("30 counts",)),
        ("16 bars of petit allegro in 2/4, 16 counts", ("16 bars", "32 counts")),
        ("petit allegro in 5/4", ("5/4",)),
        ("adage, grade 11", ("grade 11",)),
        ("32 counts with assemblés", ("kind",)),
        ("petit allegro with wobbles", ("wobbles",)),
        ("petit allegro with assemblés at 200 bpm", ("assemblé", "200")),
    ],
)
def test_what_cannot_be_is_refused_by_name(words: str, named: tuple[str, ...]) -> None:
    with pytest.raises((LanguageError, ChoreographyError)) as refused:
        made(words)
    for name in named:
        assert name in str(refused.value)


def test_the_sheet_has_every_count_once() -> None:
    exercise = made("16 counts of petit allegro, grade 4, then the other side")
    sheet = sheet_text(exercise)
    assert "17\N{EN DASH}32  the same, other side" in sheet
    for step in exercise.steps[: len(exercise.steps) // 2]:
        assert step.label in sheet
        assert step.label in sheet_page(exercise)


def test_class_writes_the_dance_and_its_sheet(tmp_path) -> None:  # type: ignore[no-untyped-def]
    out = tmp_path / "allegro.ballet"
    done = CliRunner().invoke(petipa, ["class", "8 counts of petit allegro", "-o", str(out)])
    assert done.exit_code == 0, done.output
    assert parse(out.read_text()).title == "Petit allegro, grade 5"
    assert out.with_suffix(".html").read_text().startswith("<!doctype html>")
