"""Poses: each said in its school's words, danced as it is defined, and told from its neighbours."""

from __future__ import annotations

from dataclasses import replace

import pytest

import mutants
from drills import caught, danced, named
from petipa.choreography import Pace, format_text, parse, resolve
from petipa.choreography.timing import bars_of
from petipa.dancer import load_dancer
from petipa.lexicon import Entry, School, Side, load_lexicon
from petipa.measure.definitions import CHECKS
from petipa.measure.definitions.poses import SEEN

LEXICON = load_lexicon()
POSES = LEXICON.poses
# Right and left are one another's mirror image by law: sides and paces go round from pose to pose.
ROUND: tuple[tuple[Side, Pace], ...] = ((Side.R, "fast"), (Side.L, "slow"), (Side.R, "slow"), (Side.L, "fast"))
DRILLS = [(pose, *ROUND[k % 4]) for k, pose in enumerate(POSES)]


def _steps(text: str, school: str = "vaganova") -> list[str]:
    choreography = parse(f"petipa 1\nschool {school}\ntempo 84 4/4\nstart centre, fifth R front\n{text}\n")
    return [s.entry for s in resolve(choreography, LEXICON, bars_of(choreography), seconds=lambda b: float(b) * 0.7)]


def test_there_are_poses_enough() -> None:
    assert len(POSES) >= 32
    assert {pose.key for pose in POSES} == set(SEEN) <= set(CHECKS)


@pytest.mark.parametrize("pose", POSES, ids=named)
def test_a_pose_is_complete_and_found_by_all_its_names(pose: Entry) -> None:
    assert pose.definition.endswith(".") and pose.definition.count(". ") == 0
    assert "right" in pose.r_means
    for school in pose.schools or tuple(School):
        for name in (*pose.names.all(), *pose.names.misspelt):
            assert LEXICON.find(name, school) is pose, (name, school)
            assert LEXICON.find(f"pose {name}", school) is pose
    steps = [name for entry in LEXICON for name in (*entry.names.all(), *entry.names.misspelt)]
    assert not set(steps) & set(pose.names.all())


@pytest.mark.parametrize("pose", POSES, ids=named)
def test_every_name_can_be_written_as_a_step(pose: Entry) -> None:
    school = (pose.schools or (School.VAGANOVA,))[0]
    for name in (*pose.names.all(), *pose.names.misspelt):
        assert _steps(f"1 plié\n2 pose {name} R", school.value)[-1] == pose.key, name


def test_schools_number_the_arabesques_differently() -> None:
    for number, keys in {
        "first": ("arabesque_1_vaganova", "arabesque_1_rad", "arabesque_1_cecchetti"),
        "third": ("arabesque_3_vaganova", "arabesque_3_rad", "arabesque_3_cecchetti"),
        "fourth": ("arabesque_4_vaganova", None, "arabesque_4_cecchetti"),
        "fifth": (None, None, "arabesque_5_cecchetti"),
    }.items():
        for school, key in zip(("vaganova", "rad", "cecchetti"), keys, strict=True):
            if key is not None:
                assert _steps(f"1 plié\n2 {number} arabesque R", school)[-1] == key
                assert _steps(f"1 plié\n2 pose {school} {number} arabesque R")[-1] == key


def test_a_pose_is_said_in_hold_end_and_finish() -> None:
    assert _steps("1 plié, hold attitude croisée R")[-1] == "attitude_croisee"
    assert _steps("1-2 plié end attitude croisée R")[-2:] == ["plie", "attitude_croisee"]
    assert _steps("1-2 plié end first arabesque R hold")[-2:] == ["plie", "arabesque_1_vaganova"]
    assert _steps("1 plié\nfinish sus-sous en haut R")[-1] == "sus_sous_en_haut"
    assert _steps("1 plié\n2 attitude à terre R")[-1] == "b_plus"
    assert _steps("1 plié\n2 pose croisé devant R")[-1] == "croise_devant"


def test_a_pose_is_written_back_as_it_was_read() -> None:
    text = "petipa 1\ntempo 84 4/4\n1        plié end attitude croisee R, hold pose croise devant L\n"
    once = format_text(text, lexicon=LEXICON)
    assert "end attitude croisée R" in once and "pose croisé devant L hold" in once
    assert format_text(once, lexicon=LEXICON) == once and parse(once) == parse(format_text(once))


def test_facing_of_the_directions_of_the_body() -> None:
    """Downstage right is -45 degrees, downstage left +45; the right leg works, or is stood on in an arabesque."""
    for name, yaw in {
        "pose croisé devant": 45,
        "pose croisé derrière": -45,
        "pose effacé devant": -45,
        "pose effacé derrière": 45,
        "pose écarté devant": 45,
        "pose écarté derrière": -45,
        "pose épaulé": 45,
        "pose épaulé devant": 45,
        "pose à la quatrième devant": 0,
        "pose à la quatrième derrière": 0,
        "pose à la seconde": 0,
        "attitude croisée": -45,
        "attitude effacée": 45,
        "first arabesque": -45,
        "third arabesque": 45,
    }.items():
        choreography = parse(f"petipa 1\ntempo 84 4/4\nstart centre, fifth R front\n1 plié\n2 {name} R\n")
        steps = resolve(choreography, LEXICON, bars_of(choreography), seconds=lambda b: float(b) * 0.7)
        assert steps[-1].facing == yaw, name


@pytest.mark.slow
@pytest.mark.parametrize(("pose", "side", "pace"), DRILLS, ids=named)
def test_a_pose_is_danced_as_it_is_defined(pose: Entry, side: Side, pace: Pace) -> None:
    shown, motion, seen = danced(pose.key, side, pace)
    assert shown.shown
    assert seen.definition_failures == 0, [(f.label, f.rule, f.expected, f.measured) for f in seen.failures]
    assert seen.flights_found == seen.flights_expected and seen.flights_extra == 0
    assert seen.zmp_inside_share >= 0.97
    assert seen.slip_mm_max <= 2.0
    assert seen.penetration_mm_max <= 3.0
    assert seen.joint_range_violations == 0
    assert seen.accent_error_ms_max <= 50.0
    dancer = load_dancer()
    for copy in (mutants.wrong_foot(motion, dancer), mutants.frozen(motion, dancer)):
        assert caught(copy, shown.steps) & set(shown.shown), "a check that passes this would pass anything"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("meant", "called"),
    [
        ("attitude_croisee", "attitude_effacee"),
        ("attitude_croisee", "grande_croisee_derriere"),
        ("arabesque_3_vaganova", "arabesque_4_vaganova"),
        ("croise_devant", "efface_devant"),
        ("ecarte_devant", "seconde"),
    ],
)
def test_a_pose_under_its_neighbours_name_is_caught(meant: str, called: str) -> None:
    shown, motion, _ = danced(meant, *next((s, p) for e, s, p in DRILLS if e.key == meant))
    steps = tuple(replace(s, entry=called) if k in shown.shown else s for k, s in enumerate(motion.steps))
    assert caught(replace(motion, steps=steps)) & set(shown.shown)
