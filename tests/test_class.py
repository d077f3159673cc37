"""An exercise is what was asked for: its counts, its steps, both sides, feet closed; or it is refused by name."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from petipa.choreographer import Exercise, exercise_of, lesson_of, request_of, sheet_page, sheet_text
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
    "16 counts of petit allegro with failli, then the other side",
    "16 counts of petit allegro with gargouillade, grade 8",
    "frappés with flic-flac, grade 6",
)
BOWS = ("reverence", "grande_reverence", "curtsy", "bow")
AT_THE_BARRE = (
    "pliés, grade 1",
    "tendus, grade 3",
    "dégagés",
    "ronds de jambe",
    "fondus, grade 4",
    "frappés",
    "adage at the barre",
    "grands battements, grade 7",
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
    assert last.end.position is Place.FIFTH or (request.kind == "reverence" and last.entry in BOWS)
    # Danced from the other side it is as good an exercise.
    assert not check(other_side(parse(exercise.text), LEXICON), LEXICON).errors


@pytest.mark.parametrize("words", AT_THE_BARRE)
def test_at_the_barre_one_leg_works_and_then_the_other(words: str) -> None:
    exercise = made(words)
    steps = [step for step in exercise.steps if step.label]
    first = steps[: len(steps) // 2]
    assert not check(parse(exercise.text), LEXICON).errors
    # The hand at the barre stays there: she faces along it, and the other way after the turn.
    turn = next(step for step in first if step.entry == "demi_detourne")
    assert {step.facing for step in first if step.at < turn.at} == {90.0}
    assert {abs(step.facing) for step in steps} == {90.0}
    # There is a port de bras or a bend of the body before the turn.
    assert any(step.entry in ("port_de_bras", "cambre") for step in first)
    # What is done to the front is done to the back, as often and as long.
    for one, two in (("devant", "derriere"), ("en_dehors", "en_dedans")):
        there, back = (
            sorted(
                (step.entry, step.length)
                for step in first
                if step.direction == way and step.entry not in ("cambre", "petit_battement", "demi_rond_de_jambe")
            )
            for way in (one, two)
        )
        assert there == back or (exercise.request.kind, one) == ("plie", "devant")
    assert exercise.request.other_side


@pytest.mark.parametrize("words", [ASKED[0], *AT_THE_BARRE])
def test_the_other_side_follows_from_where_the_first_ends(words: str) -> None:
    exercise = made(words)
    half = len([s for s in exercise.steps if s.label]) // 2
    labelled = [s for s in exercise.steps if s.label]
    for one, two in zip(labelled[:half], labelled[half:], strict=True):
        assert (one.entry, one.side.other) == (two.entry, two.side)
        assert one.start.mirrored.front is two.start.front


def test_the_same_words_give_the_same_exercise_and_another_seed_another() -> None:
    words = "16 counts of petit allegro, grade 5"
    assert made(words).text == made(words).text
    assert len({made(words, seed).text for seed in range(4)}) >= 3


def test_a_slow_count_has_two_jumps_and_two_quick_ones_have_one() -> None:
    def jumps_in_a_count(words: str) -> float:
        exercise = made(words)
        jumps = [step for step in exercise.steps if LEXICON[step.entry].springs]
        return len(jumps) / exercise.request.counts

    usual = jumps_in_a_count("16 counts of petit allegro, grade 4")
    assert jumps_in_a_count("16 counts of petit allegro at 40, grade 4") > 1.5 * usual
    assert jumps_in_a_count("16 counts of petit allegro at 132, grade 4") < 0.75 * usual


@pytest.mark.parametrize("grade", [1, 4, 8])
def test_a_whole_class_goes_from_plies_to_the_bow(grade: int) -> None:
    lesson = lesson_of(f"grade {grade}", LEXICON)
    exercises = list(lesson.exercises(LEXICON))
    kinds = [exercise.request.kind for exercise in exercises]
    assert kinds[0] == "plie" and kinds[-1] == "reverence"
    assert kinds.index("tendu") < kinds.index("centre_tendu") < kinds.index("petit_allegro")
    assert exercises[-1].steps[-1].entry in BOWS
    for exercise in exercises:
        request = exercise.request
        assert request.grade == grade
        assert max(LEXICON[step.entry].difficulty for step in exercise.steps) <= request.hardest
        assert request.other_side or request.kind == "reverence"


def test_a_higher_grade_has_more_in_its_class() -> None:
    sizes = [len(lesson_of(f"grade {grade}", LEXICON).requests) for grade in range(1, 9)]
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[-1]


def test_what_a_class_must_have_is_put_where_it_belongs() -> None:
    lesson = lesson_of("grade 5 with pas de chat and frappé, without royale", LEXICON)
    having = {request.kind: [entry.key for entry in request.include] for request in lesson.requests}
    assert having["petit_allegro"] == ["pas_de_chat"]
    assert having["frappe"] == ["battement_frappe"]
    assert all(LEXICON["royale"] in request.avoid for request in lesson.requests)
    for words in ("32 counts, grade 5", "grade 5 in 3/4", "grade 9", "grade 2 with grand jeté"):
        with pytest.raises(LanguageError) as refused:
            lesson_of(words, LEXICON)
        assert refused.value.would_work


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("pirouettes, grade 4", ("pirouettes", "grade 6")),
        ("fondus in the centre", ("fondus", "barre")),
        ("12 counts of tendus", ("12 counts",)),
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


def test_a_whole_class_is_written_exercise_by_exercise(tmp_path) -> None:  # type: ignore[no-untyped-def]
    done = CliRunner().invoke(petipa, ["class", "--whole", "grade 1", "-o", str(tmp_path / "monday")])
    assert done.exit_code == 0, done.output
    written = sorted(path.name for path in (tmp_path / "monday").glob("*.ballet"))
    assert written[0] == "01-plie.ballet"
    assert len(written) == len(lesson_of("grade 1", LEXICON).requests)
    page = (tmp_path / "monday" / "class.html").read_text()
    for name in written:
        assert (parse((tmp_path / "monday" / name).read_text()).title or "?") in page
    assert "AT THE BARRE" in (tmp_path / "monday" / "class.txt").read_text()


def test_class_wants_to_know_what_exercise() -> None:
    done = CliRunner().invoke(petipa, ["class"])
    assert done.exit_code == 2
    assert "--whole" in done.output
