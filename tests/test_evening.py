"""The evening: she comes from the wings, thanks when the music is over, and nothing of the dance is changed by it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from benchmarks.enchainements import faults

from petipa.choreography import StepPlaced, bars_of, parse, resolution, with_entrance, with_thanks
from petipa.dancer import load_dancer
from petipa.floor import Stage
from petipa.lexicon import load_lexicon
from petipa.measure import measure
from petipa.motion.breath import SPENT, breath, exertion
from petipa.motion.model import StepSpan
from petipa.motion.plan import make_plan
from petipa.production import Account, Order, dance, prepare
from petipa.showing import Shown

LEXICON = load_lexicon()
EXAMPLES = Path(__file__).parents[1] / "examples"
SHORT = (
    'petipa 1\ntitle "Short"\ntempo 90 4/4\nstart upstage left, croisé, fifth right front\n'
    "1 plié\n2 tendu R devant\n3 plié\n"
)


def steps_of(text: str | None, shown: Shown, folder: Path) -> tuple[tuple[StepPlaced, ...], float]:
    """The steps as they are staged, and when the music ends [s]."""
    if text is not None:
        (folder / "short.ballet").write_text(text, encoding="utf-8")
    path = None if text is None else folder / "short.ballet"
    programme = prepare(Order(choreography=path, shown=shown), Account())
    return programme.steps, programme.music.duration


@pytest.mark.parametrize(
    "text", [None, SHORT, SHORT + "finish fourth croisé\n", SHORT.replace("upstage left", "centre")]
)
def test_the_dance_is_the_same_whatever_stands_around_it(text: str | None, tmp_path: Path) -> None:
    alone, _ = steps_of(text, Shown.DANCE, tmp_path)
    for shown in (Shown.BOW, Shown.EVENING):
        steps, _ = steps_of(text, shown, tmp_path)
        assert len(steps) > len(alone)
        danced = [step for step in alone if step.label and step.entry != "reverence"]
        found = [step for step in steps if any(step.at == one.at and step.entry == one.entry for one in danced)]
        assert len(found) == len(danced)
        for one, other in zip(danced, found, strict=True):
            assert (one.side, one.start) == (other.side, other.start)
            assert abs((one.facing - other.facing + 180) % 360 - 180) < 10
            assert np.hypot(*np.subtract(one.travel_to, other.travel_to)) < 0.3
    last = max(step.at for step in alone if step.label)
    thanks = [step for step in steps if step.entry == "reverence"]
    assert thanks and all(step.at > last for step in thanks if step not in alone)


def test_she_comes_from_the_wings_and_goes_off_into_them(tmp_path: Path) -> None:
    steps, _ = steps_of(SHORT, Shown.EVENING, tmp_path)
    edge = Stage().width / 2
    assert abs(steps[0].travel_from[1]) > edge and steps[0].at < 0
    assert abs(steps[-1].travel_to[1]) > edge
    assert all(not abs(step.travel_to[1]) > edge for step in steps[1:-2])


def test_thanks_come_when_the_music_is_over_and_the_texts_own_are_kept(tmp_path: Path) -> None:
    own = SHORT + "finish fourth croisé; grande révérence L\n"
    steps, over = steps_of(own, Shown.BOW, tmp_path)
    assert [step.entry for step in steps if "reverence" in step.entry] == ["grande_reverence"]
    bare, _ = steps_of(SHORT, Shown.BOW, tmp_path)
    assert [f"{step.entry} {step.side}" for step in bare if "reverence" in step.entry] == ["reverence R", "reverence L"]
    seconds = 60 / 90
    assert all(float(step.at) * seconds > over for step in (*steps, *bare) if "reverence" in step.entry)


def test_who_waits_in_the_wings_already_needs_no_entrance() -> None:
    text = parse(SHORT.replace("upstage left", "upstage left wing"))
    assert with_entrance(text, bars_of(text), float, begins_at=(0.0, 0.0)) == text
    assert with_thanks(text, bars_of(text), float) != text


@pytest.mark.parametrize("way", ["centre", "stage right", "downstage left"])
@pytest.mark.parametrize("arrives", ["croisé", "en face", "facing upstage right"])
def test_she_walks_along_her_way_and_turns_at_the_last_pace(way: str, arrives: str) -> None:
    text = parse(SHORT.partition("1 plié")[0] + f"1 plié\n2-5 walk toward {way} {arrives}\n6 stand\n")

    def seconds(beat: Fraction) -> float:
        return float(beat) * 60 / 90

    placed = resolution(text, LEXICON, bars_of(text), seconds=seconds).steps
    walk = next(step for step in placed if step.entry == "walk")
    plan = make_plan(placed, LEXICON.entries, seconds, load_dancer())
    span = next(span for span in plan.steps if span.entry == "walk")
    assert walk.travel_yaw is not None
    amid = np.linspace(span.accent + 0.3, span.accent + 0.6 * (span.t1 - span.accent), 9)
    faced = np.degrees(np.interp(amid, plan.heading.times, plan.heading.values))
    off = np.abs((faced - walk.travel_yaw + 180) % 360 - 180)
    assert off.max() < 21, "she walks forwards"
    last = np.degrees(np.interp(span.t1, plan.heading.times, plan.heading.values))
    assert abs((last - walk.facing + 180) % 360 - 180) < 2, "and stands as asked"


@pytest.mark.slow
def test_a_whole_evening_is_danced_within_the_measures(tmp_path: Path) -> None:
    (tmp_path / "short.ballet").write_text(SHORT + "finish fourth croisé\n", encoding="utf-8")
    order = Order(choreography=tmp_path / "short.ballet", shown=Shown.EVENING)
    programme = prepare(order, Account())
    motion = dance(programme, order, Account())
    seen = measure(motion, programme.dancer, placed=programme.steps, lexicon=programme.lexicon, told=False)
    assert faults(seen) == []


@pytest.mark.slow
@pytest.mark.parametrize("finish", ["final pose L; révérence R", "final pose R; révérence R"])
def test_she_bows_to_either_side_out_of_either_pose(finish: str, tmp_path: Path) -> None:
    text = SHORT.replace("upstage left", "centre") + f"4 relevé hold /3\nfinish {finish}\n"
    (tmp_path / "short.ballet").write_text(text, encoding="utf-8")
    order = Order(choreography=tmp_path / "short.ballet", shown=Shown.BOW)
    programme = prepare(order, Account())
    motion = dance(programme, order, Account())
    seen = measure(motion, programme.dancer, placed=programme.steps, lexicon=programme.lexicon, told=False)
    assert faults(seen) == []


def test_breath_follows_effort_and_comes_to_rest() -> None:
    def span(entry: str, t0: float, t1: float) -> StepSpan:
        return StepSpan(entry, "R", entry, t0, t1, t0, 1, "1", None, 0, 0.0)

    times = np.arange(0, 240, 1 / 60)
    steps = [span("stand", 0, 60), span("grand_jete", 60, 120), span("stand", 120, 240)]
    need = exertion(steps, LEXICON.entries, times)
    assert need.min() >= 0 and need.max() <= 1
    rest, spent, later = need[(times > 50) & (times < 60)], need[(times > 115) & (times < 120)], need[times > 235]
    assert rest.max() < 0.1 < 0.8 < spent.min() and later.max() < 0.25
    assert (np.diff(need[(times > 62) & (times < 118)]) >= -1e-12).all() and (np.diff(need[times > 121]) <= 1e-12).all()
    air = breath(times, 3, need)
    calm, hard = np.abs(air[times < 60]).max(), np.abs(air[(times > 110) & (times < 125)]).max()
    assert calm < 1.2 and hard > 2 * calm

    def rate(first: float, last: float) -> float:
        inside = air[(times >= first) & (times < last)]
        return float(np.count_nonzero(np.diff(np.sign(inside)) > 0) / (last - first) * 60)

    assert 12 < rate(0, 60) < 24 and 26 < rate(100, 125) < 1.3 * SPENT
    assert np.abs(np.diff(air, 2)).max() < 0.06, "no jerk of the chest"
