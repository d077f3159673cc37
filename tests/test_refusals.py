"""What cannot be danced is refused before it is solved: every reason, its place, its numbers and what would mend it."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from petipa import production
from petipa.choreography import Choreography, Code, Finding, bars_of, check_text, example_of, parse, resolution
from petipa.cli.main import main
from petipa.dancer import Capability, Dancer, load_dancer
from petipa.errors import ChoreographyError, SolveError
from petipa.floor import Stage
from petipa.lexicon import Lexicon, load_lexicon
from petipa.motion import Motion
from petipa.motion.able import LEAST_RISE, turn_rate, unable
from petipa.motion.laws import broken_laws
from petipa.motion.plan import make_plan
from petipa.motion.solve import Solution
from petipa.music import Music
from petipa.production import FilmKind, Order, check_of, perform
from petipa.showing import Shown

LEXICON = load_lexicon()
HEAD = "petipa 1\ntempo {tempo} 4/4\nstart centre, fifth L front\n"


def found_by(text: str, *, tempo: float = 84.0, dancer: str = "noah", stage: Stage | None = None) -> list[Finding]:
    choreography = parse(HEAD.format(tempo=tempo) + text)
    beat = 60.0 / tempo
    steps = resolution(choreography, LEXICON, bars_of(choreography)).steps
    return unable(steps, LEXICON.entries, lambda b: float(b) * beat, load_dancer(dancer), stage=stage)


def test_what_is_well_within_her_is_not_refused() -> None:
    assert found_by("1 plié /2, changement R /2\n2 changement L /2, plié /2\n") == []


@pytest.mark.parametrize("key", [entry.key for entry in LEXICON])
def test_no_entry_is_refused_to_the_default_dancer_at_its_usual_pace(key: str) -> None:
    example = example_of(LEXICON[key], LEXICON)
    errors = [f for f in unable(example.steps, LEXICON.entries, example.seconds, load_dancer()) if f.error]
    assert errors == []


def test_a_jump_the_counts_make_smaller_is_told_with_numbers() -> None:
    # Two beats at 168 leave 0.71 s, which is enough; one beat does not.
    assert not [f for f in found_by("1 plié /2, changement R /1, plié /1\n", tempo=168.0) if "jump" in f.message]
    found = found_by("1 plié /1, changement R /1, changement L /1, plié /1\n", tempo=168.0)
    assert {f.code for f in found} == {Code.TOO_FAST} and len(found) == 2
    for one in found:
        numbers = [float(n) for n in re.findall(r"([\d.]+) (?:cm|s)", one.message)]
        given, smaller, hers, air = numbers
        assert given == pytest.approx(60 / 168, abs=0.01)
        assert smaller < LEAST_RISE * hers and air == pytest.approx((8 * hers / 100 / 9.81) ** 0.5, abs=0.01)
        assert "tempo" in one.mend and one.where.line == 4


def test_the_mend_of_a_jump_does_mend_it() -> None:
    tight = found_by("1 plié /1, changement R /1, plié /2\n", tempo=168.0)
    need = float(re.findall(r"at least ([\d.]+) s", tight[0].mend)[0])
    assert found_by("1 plié /1, changement R /1, plié /2\n", tempo=round(60.0 / need * 0.985, 1)) == []


def test_from_the_tip_she_comes_down_before_she_jumps_again() -> None:
    text = "1 plié, piqué sur le cou-de-pied L, ballonné sauté sur la pointe R /1, assemblé R /1\n2 plié\n"
    tight = [f for f in found_by(text) if f.error]
    need, given = (float(re.findall(r"([\d.]+) s", words)[0]) for words in (tight[0].mend, tight[0].message))
    assert len(tight) == 1 and need > given
    assert [f for f in found_by(text.replace("R /1, assemblé", "R /2, assemblé")) if f.error] == []


def test_a_jump_after_its_count_is_held_against_the_next_count() -> None:
    text = "1 plié, pas de mazurka R /3\n2 assemblé R /1\n"
    tight = next(finding for finding in found_by(text, tempo=140.0) if "before assemblé" in finding.message)
    need = float(re.findall(r"at least ([\d.]+) s", tight.mend)[0])
    assert need > 3 * 60.0 / 140.0
    assert found_by(text, tempo=round(3 * 60.0 / need * 0.985, 1)) == []


def test_a_plan_never_makes_a_jump_smaller_unsaid() -> None:
    for tempo in (80, 100, 120, 140, 160, 180, 200):
        text = HEAD.format(tempo=tempo) + "1 plié /1, changement R /1, changement L /1, plié /1\n"
        choreography = parse(text)
        steps = resolution(choreography, LEXICON, bars_of(choreography)).steps
        plan = make_plan(steps, LEXICON.entries, lambda b, beat=60 / tempo: float(b) * beat, load_dancer())
        told = {f.where.column for f in found_by("1 plié /1, changement R /1, changement L /1, plié /1\n", tempo=tempo)}
        for flight in plan.flights:
            hers = load_dancer().capability.rise(LEXICON["changement"].jump.usual)  # type: ignore[union-attr]
            assert (flight.height >= LEAST_RISE * hers - 1e-9) != (steps[flight.step].column in told)


def test_turns_too_quick_for_her_are_told_in_turns_a_second() -> None:
    text = "1 fourth L /2, pirouette en dehors R x3 /2\n2 plié /4\n"
    assert not [f for f in found_by(text, tempo=60.0) if "turns/s" in f.message]
    (told,) = [f for f in found_by(text, tempo=108.0) if "turns/s" in f.message]
    assert told.message.startswith("three turns in ") and "noah can do 2.6" in told.message
    assert float(re.findall(r"need ([\d.]+) turns/s", told.message)[0]) > 2.6
    # What is offered she can do, and one turn more she cannot.
    offered = int(told.mend.split()[0])
    assert not [f for f in found_by(text.replace("x3", f"x{offered}"), tempo=108.0) if "turns/s" in f.message]
    assert [f for f in found_by(text.replace("x3", f"x{offered + 1}"), tempo=108.0) if "turns/s" in f.message]


def test_where_no_number_of_turns_has_room_the_time_to_the_next_count_is_told() -> None:
    text = "1 fourth L /1, pirouette en dehors R x3 /1, grand jeté R /1\n"
    (told,) = [f for f in found_by(text, tempo=160.0) if "turns/s" in f.message]
    assert "in 0.38 s" in told.message and "7.8 turns/s" in told.message
    assert told.mend.startswith("1 turn, or ")


def test_a_turn_rate_is_what_the_heading_does() -> None:
    choreography = parse(HEAD.format(tempo=60) + "1 fourth L /2, pirouette en dehors R /2\n2 plié /4\n")
    steps = resolution(choreography, LEXICON, bars_of(choreography)).steps
    plan = make_plan(steps, LEXICON.entries, float, load_dancer())
    k = next(i for i, step in enumerate(steps) if step.turns)
    span = plan.steps[k]
    assert 0.4 < turn_rate(plan, k) < 2.0 and turn_rate(plan, k) > 0.5 / (span.t1 - span.t0)


def test_a_way_too_far_for_the_time_is_told_in_metres_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "1 plié /1, run R en avant /3\n2 plié /4\n"
    assert found_by(text) == []
    slow = Capability(speed=0.5)
    dancer = load_dancer()
    choreography = parse(HEAD.format(tempo=84) + text)
    steps = resolution(choreography, LEXICON, bars_of(choreography)).steps
    object.__setattr__(dancer, "capability", slow)
    (told,) = unable(steps, LEXICON.entries, lambda b: float(b) * 60 / 84, dancer)
    assert "m/s" in told.message and told.code is Code.TOO_FAST


def test_a_foot_beyond_the_edge_is_told() -> None:
    found = found_by("1 plié /1, run R en avant /3\n2 plié /4\n", stage=Stage(width=12.0, depth=2.0))
    assert {f.code for f in found} == {Code.NO_ROOM}


def test_what_she_has_not_is_refused_and_what_she_does_lower_is_told() -> None:
    text = HEAD.format(tempo=60) + "1 plié /1, changement R /1, développé R devant 110 /2\n"
    principal, student = (
        check_text(text, capability=load_dancer(name).capability) for name in ("principal", "student")
    )
    assert not {f.code for f in principal} & {Code.TOO_HIGH, Code.HER_OWN_MEASURE}
    assert {f.code for f in student} >= {Code.TOO_HIGH, Code.HER_OWN_MEASURE}
    weak = check_text(text, capability=Capability(impact=2.0))
    assert [f.where.column for f in weak if f.code is Code.TOO_HARD] == [12]


def test_she_may_run_out_of_breath() -> None:
    bars = "".join(
        f"{n} {', '.join(f'changement {s} /1' for s in sides)}\n" for n, sides in enumerate(["RLRL"] * 30, 1)
    )
    able = check_text(HEAD.format(tempo=70) + bars, capability=Capability(stamina=300.0))
    spent = check_text(HEAD.format(tempo=70) + bars, capability=Capability(stamina=10.0))
    assert Code.OUT_OF_BREATH not in {f.code for f in able}
    told = [f for f in spent if f.code is Code.OUT_OF_BREATH]
    assert len(told) == 1 and "bar" in told[0].message


def test_perform_refuses_with_every_reason_and_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "bad.ballet"
    text = HEAD.format(tempo=150) + "1 plié /1, changement R /1, changement L /1, plié /1\n2 fourth L, pirouette R x9\n"
    path.write_text(text)
    with pytest.raises(ChoreographyError) as refused:
        perform(Order(choreography=path, out=tmp_path / "out"))
    said = str(refused.value)
    for place in (f"{path}:4:12: E30", f"{path}:4:29: E30", f"{path}:5:"):
        assert place in said
    assert "E307" in said and "E306" in said and "would work" in said
    assert not (tmp_path / "out" / "motion.npz").exists()
    findings = check_of(path)
    assert all(one.mend for one in findings.errors)
    assert main(["check", str(path)]) == 1


def _solution(**changed: object) -> Solution:
    frames = 120
    zeros = np.zeros((frames, 3))
    plain: dict[str, object] = {
        "q": np.zeros((frames, 77)),
        "deviation": np.zeros((frames, 61)),
        "com": zeros,
        "force": zeros,
        "cop": np.zeros((frames, 2)),
        "forces": np.zeros((frames, 2, 3)),
        "cops": np.zeros((frames, 2, 2)),
        "fall": zeros,
        "spin": zeros,
        "miss": np.zeros(frames),
        "yaw": np.zeros(frames),
        "slip": np.zeros((frames, 2)),
        "costs": (),
        "iterations": 1,
    }
    return Solution(**{**plain, **changed})  # type: ignore[arg-type]


def test_a_law_that_is_not_kept_is_named_with_its_frame() -> None:
    assert broken_laws(_solution()) == ()
    slip = np.zeros((120, 2))
    slip[70, 1] = 0.05
    fall = np.zeros((120, 3))
    fall[30, 2] = 3.0
    slipped, fell = broken_laws(_solution(slip=slip, fall=fall))
    assert (slipped.frame, fell.frame) == (70, 30) and slipped.value == pytest.approx(0.05)
    wobble, topple = np.zeros(120), np.zeros(120)
    wobble[10:20], topple[10:60] = 0.2, 0.2
    assert broken_laws(_solution(miss=wobble)) == ()
    assert [one.law for one in broken_laws(_solution(miss=topple))] == ["a weight carried by the feet"]
    q = np.zeros((120, 77))
    q[5] = np.nan
    (lost,) = broken_laws(_solution(q=q))
    assert lost.frame == 5


@pytest.mark.slow
def test_a_solve_that_fails_is_told_with_bar_step_and_frame_and_kept_under_another_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "fail.ballet"
    path.write_text(
        "petipa 1\ntempo 150 4/4\nstart upstage left\n1 plié /1, grand jeté R /1, grand jeté L /1, plié /1\n"
    )
    with pytest.raises(ChoreographyError):
        perform(Order(choreography=path, out=tmp_path / "out", film=FilmKind.NONE, shown=Shown.DANCE))
    assert not (tmp_path / "out" / "motion-unfinished.npz").exists(), "it is refused before it is danced"

    def lax(
        choreography: Choreography, lexicon: Lexicon, music: Music, dancer: Dancer, **_: bool
    ) -> tuple[list, tuple]:
        placed = resolution(choreography, lexicon, music.layout, seconds=music.seconds_at)
        return [], placed.steps

    monkeypatch.setattr(production.programme, "judge", lax)
    with pytest.raises(SolveError) as told:
        perform(Order(choreography=path, out=tmp_path / "out", film=FilmKind.NONE, shown=Shown.DANCE))
    said = str(told.value)
    assert re.search(r"bar 1, grand jeté [RL], frame \d+ \([\d.]+ s\)", said)
    assert "feet that stay where they stand" in said and "off by" in said
    assert "motion-unfinished.npz" in said
    names = {item.name for item in (tmp_path / "out").iterdir()}
    assert "motion-unfinished.npz" in names
    assert not names & {"motion.npz", "motion.bvh", "page.html", "strip.png", "film.mp4", "measures.json"}
    assert len(Motion.load(tmp_path / "out" / "motion-unfinished.npz").q) > 60
    assert main(["perform", str(path), "-o", str(tmp_path / "out"), "--film", "none", "--no-bow"]) == 1
