"""The yardstick: honest motions pass, spoilt ones fail, each on the measure meant for it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import nnls
from scipy.spatial import ConvexHull

import mutants
from drills import danced as danced_entry
from petipa.choreography import bars_of, parse, resolve
from petipa.dancer import Dancer, load_dancer
from petipa.lexicon import Lexicon, Side, load_lexicon
from petipa.measure import LIMITS, Assessment, measure, track
from petipa.measure.physics import swing_twist
from petipa.measure.support import _hull, _outside, nonnegative, patches
from petipa.measure.track import FINE, momentum
from petipa.mechanics import forward, quat_exp, quat_mul
from petipa.motion import dance
from petipa.motion.model import FootState, Motion, StepSpan


@pytest.fixture(scope="module")
def dancer() -> Dancer:
    return load_dancer()


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_lexicon()


@pytest.fixture(scope="module")
def jump(dancer: Dancer) -> Motion:
    return mutants.jump(dancer)


@pytest.fixture(scope="module")
def plie(dancer: Dancer) -> Motion:
    return mutants.plie(dancer)


@pytest.fixture(scope="module")
def judged(dancer: Dancer, lexicon: Lexicon) -> Callable[[Motion], Assessment]:
    return lambda motion: measure(motion, dancer, lexicon=lexicon)


# Honest motions pass


def test_an_honest_plie_passes(plie: Motion, judged: Callable[[Motion], Assessment]) -> None:
    seen = judged(plie)
    assert seen.flights_expected == seen.flights_found == seen.flights_extra == 0
    assert seen.root_residual_p99 < 0.1
    assert seen.root_moment_p99 < 0.001
    assert seen.zmp_inside_share == 1.0
    assert seen.slip_mm_max < 0.1
    assert seen.penetration_mm_max < 0.1
    assert seen.joint_range_violations == 0
    assert seen.accent_error_ms_max < 20
    assert seen.definition_failures == 0


def test_an_honest_jump_passes(jump: Motion, judged: Callable[[Motion], Assessment]) -> None:
    seen = judged(jump)
    assert (seen.flights_expected, seen.flights_found, seen.flights_extra) == (1, 1, 0)
    assert 0.97 < seen.flight_height_share_min < 1.05
    assert seen.free_fall_rms < 0.01
    assert seen.spin_drift < 0.0005
    assert seen.root_residual_p99 < 1.0
    assert seen.switch_residual_max < 5.0
    assert seen.zmp_inside_share == 1.0
    assert seen.slip_mm_max < 1.0
    assert seen.penetration_mm_max < 1.0
    assert seen.landing_faults == 0
    assert seen.accent_error_ms_max < 10


def test_the_same_numbers_in_a_mirror(jump: Motion, dancer: Dancer, judged: Callable[[Motion], Assessment]) -> None:
    one, other = judged(jump), judged(mutants.wrong_foot(jump, dancer))
    for name in ("free_fall_rms", "root_residual_p99", "slip_mm_max", "flight_height_share_min"):
        assert getattr(one, name) == pytest.approx(getattr(other, name), abs=1e-6)


def test_numbers_do_not_depend_on_where_she_dances(jump: Motion, judged: Callable[[Motion], Assessment]) -> None:
    q = jump.q.copy()
    turn = quat_exp(np.array([0.0, 0.0, 1.1]))
    c, s = np.cos(1.1), np.sin(1.1)
    q[:, 0], q[:, 1] = c * q[:, 0] - s * q[:, 1] + 3.0, s * q[:, 0] + c * q[:, 1] - 2.0
    q[:, 3:7] = quat_mul(np.broadcast_to(turn, (len(q), 4)), q[:, 3:7])
    one, other = judged(jump), judged(replace(jump, q=q))
    assert other.root_residual_p99 == pytest.approx(one.root_residual_p99, abs=0.3)
    assert other.free_fall_rms == pytest.approx(one.free_fall_rms, abs=1e-4)
    assert other.zmp_inside_share == one.zmp_inside_share


def test_quaternions_may_change_sign(jump: Motion, dancer: Dancer, judged: Callable[[Motion], Assessment]) -> None:
    q = jump.q.copy()
    part = dancer.skeleton.q_slice(dancer.skeleton.index("thigh_l"))
    q[37:, part] *= -1.0
    assert judged(replace(jump, q=q)).root_residual_p99 == pytest.approx(judged(jump).root_residual_p99, abs=1e-9)


# Spoilt motions fail, on the measure meant for it


def test_no_jump(jump: Motion, dancer: Dancer, judged: Callable[[Motion], Assessment]) -> None:
    seen = judged(mutants.no_jump(jump, dancer))
    assert seen.flights_found == 0
    assert seen.flight_height_share_min < 0.5
    assert seen.root_residual_p99 > 5
    assert "springs" in {failure.rule for failure in seen.failures}


def test_floating_leap(jump: Motion, dancer: Dancer, judged: Callable[[Motion], Assessment]) -> None:
    seen = judged(mutants.floating(jump, dancer))
    assert seen.flights_found == 0
    assert seen.free_fall_rms > 1.0
    assert seen.root_residual_p99 > 10


def test_hanging_in_the_air_is_no_flight(jump: Motion, judged: Callable[[Motion], Assessment]) -> None:
    q = jump.q.copy()
    q[:, 2] += 0.3
    seen = judged(replace(jump, q=np.repeat(q[:1], len(q), axis=0), feet=np.zeros_like(jump.feet)))
    assert seen.flights_found == seen.flights_extra == 0
    assert seen.root_residual_p99 > 90


def test_clipped_landing(jump: Motion, dancer: Dancer, judged: Callable[[Motion], Assessment]) -> None:
    seen = judged(mutants.clipped_landing(jump, dancer))
    assert seen.landing_faults == 1
    assert seen.landings[0].sink < 0.15


def test_sliding_support(plie: Motion, dancer: Dancer, judged: Callable[[Motion], Assessment]) -> None:
    assert judged(mutants.sliding_support(plie, dancer)).slip_mm_max > 20


def test_slides_and_pivots_count_only_where_declared(
    plie: Motion, dancer: Dancer, judged: Callable[[Motion], Assessment]
) -> None:
    spoilt = mutants.sliding_support(plie, dancer)
    spoilt = replace(spoilt, feet=np.full_like(spoilt.feet, FootState.PIVOT_FLAT))
    assert judged(spoilt).worst["pivot_travel"].value > 20


def test_sunken_and_hovering_feet(plie: Motion, judged: Callable[[Motion], Assessment]) -> None:
    for lift, name in ((-0.01, "penetration_mm_max"), (0.009, "gap_mm_max")):
        q = plie.q.copy()
        q[:, 2] += lift
        assert getattr(judged(replace(plie, q=q)), name) == pytest.approx(abs(lift) * 1000, rel=0.05)


def test_off_balance(plie: Motion, dancer: Dancer, judged: Callable[[Motion], Assessment]) -> None:
    """Standing on one flat foot with the weight between the two is not balance."""
    feet = plie.feet.copy()
    feet[:, 1] = FootState.AIR
    seen = judged(replace(plie, feet=feet))
    assert seen.zmp_inside_share < 0.05
    assert seen.zmp_excursion_mm > 30
    assert seen.root_residual_p99 > 2


def test_a_shoe_that_rolls_over_its_box_bears_on_what_is_down(dancer: Dancer) -> None:
    _, motion, _ = danced_entry("arabesque", Side.R, "slow")
    seen = track(motion, dancer)
    corners, held = patches(seen)
    rolling = np.argwhere(motion.feet == FootState.SLIDE)
    assert len(rolling) > 10
    for frame, side in rolling:
        points = seen.soles[frame * FINE, side, 3:]
        lowest = points[points[:, 2].argmin(), :2]
        bears = corners[frame, held[frame]]
        assert np.linalg.norm(bears - lowest, axis=1).min() < 1e-9, f"frame {frame}: {lowest} is down and bears nothing"


def test_no_push_that_a_floor_could_not_give(jump: Motion, judged: Callable[[Motion], Assessment]) -> None:
    """A turn begun in the air has no source."""
    q = jump.q.copy()
    flying = (jump.feet == FootState.AIR).all(axis=1)
    angle = np.cumsum(np.where(flying, 0.03, 0.0))
    turn = quat_exp(np.stack([0 * angle, 0 * angle, angle], axis=1))
    q[:, 3:7] = quat_mul(turn, q[:, 3:7])
    seen = judged(replace(jump, q=q))
    assert seen.spin_source_max > 0.05
    assert seen.root_moment_p99 > 0.05


def test_jitter(plie: Motion, dancer: Dancer, judged: Callable[[Motion], Assessment]) -> None:
    seen = judged(mutants.jittered(plie, dancer))
    assert seen.root_residual_p99 > 5 or seen.zmp_inside_share < 0.9
    assert seen.gap_mm_max > 2


def test_oversmoothed(jump: Motion, dancer: Dancer, judged: Callable[[Motion], Assessment]) -> None:
    seen = judged(mutants.oversmoothed(jump, dancer))
    assert seen.flight_height_share_min < 0.9 or seen.flights_found == 0
    assert seen.root_residual_p99 > 5


def test_frozen(plie: Motion, dancer: Dancer, judged: Callable[[Motion], Assessment]) -> None:
    assert judged(mutants.frozen(plie, dancer)).definition_failures > 0


def test_early(jump: Motion, dancer: Dancer, judged: Callable[[Motion], Assessment]) -> None:
    shifted = mutants.early(jump, dancer)
    # The plan stays with the music; only the dance comes early.
    seen = judged(shifted)
    assert seen.accent_error_ms_mean == pytest.approx(-120, abs=15)
    assert "off the music" in {fault.fault for fault in seen.faults}


def test_sickled_foot(jump: Motion, dancer: Dancer, judged: Callable[[Motion], Assessment]) -> None:
    assert "sickled foot" not in {fault.fault for fault in judged(jump).faults}
    assert "sickled foot" in {fault.fault for fault in judged(mutants.sickled(jump, dancer)).faults}


def test_joint_ranges(plie: Motion, dancer: Dancer, judged: Callable[[Motion], Assessment]) -> None:
    q = plie.q.copy()
    q[:, dancer.skeleton.q_slice(dancer.skeleton.index("forearm_l"))] = -0.3
    seen = judged(replace(plie, q=q))
    assert seen.joint_range_violations == len(q)
    assert seen.worst["joint_range"].detail == "forearm_l beyond 0"


def test_a_thrown_trunk(plie: Motion, dancer: Dancer, judged: Callable[[Motion], Assessment]) -> None:
    limit = next(one for one in LIMITS if one.name == "trunk_thrown_max")
    assert not limit.broken(judged(plie).trunk_thrown_max)
    q = plie.q.copy()
    for name in ("lumbar", "thorax"):
        q[:, dancer.skeleton.q_slice(dancer.skeleton.index(name))] = quat_exp(np.array([0.0, -0.9, 0.0]))
    assert limit.broken(judged(replace(plie, q=q)).trunk_thrown_max)
    bow = tuple(replace(step, entry="cambre") for step in plie.steps)
    assert judged(replace(plie, q=q, steps=bow)).trunk_thrown_max == 0.0, "where it is asked to bend"


def test_a_hand_through_the_body(plie: Motion, dancer: Dancer, judged: Callable[[Motion], Assessment]) -> None:
    q = plie.q.copy()
    # The upper arm hangs, turned inward; the bent forearm lies through the waist.
    hang = quat_mul(quat_exp(np.array([-1.3, 0.0, 0.0])), quat_exp(np.array([0.0, 1.3, 0.0])))
    q[:, dancer.skeleton.q_slice(dancer.skeleton.index("upper_arm_l"))] = hang
    q[:, dancer.skeleton.q_slice(dancer.skeleton.index("forearm_l"))] = np.radians(100)
    assert judged(plie).limb_crossing_mm_max == 0.0
    assert judged(replace(plie, q=q)).limb_crossing_mm_max > 5.0


def test_wrong_step_under_a_right_name(jump: Motion, judged: Callable[[Motion], Assessment]) -> None:
    """A plain jump is neither a changement nor an entrechat, a sissonne, an assemblé or a grand jeté."""
    for entry in ("changement", "entrechat_quatre", "sissonne_ouverte", "assemble", "grand_jete"):
        step = replace(jump.steps[0], entry=entry)
        assert judged(replace(jump, steps=(step,))).definition_failures > 0, entry


# Turns and heads


def test_a_spotted_turn_passes(dancer: Dancer, judged: Callable[[Motion], Assessment]) -> None:
    seen = judged(mutants.pirouette(dancer))
    rules = {failure.rule for failure in seen.failures}
    assert rules <= {"from plié"}, seen.failures
    assert not {"late head", "wandering"} & {fault.fault for fault in seen.faults}, seen.faults


def test_late_head(dancer: Dancer, judged: Callable[[Motion], Assessment]) -> None:
    assert "late head" in {fault.fault for fault in judged(mutants.pirouette(dancer, spot=False)).faults}


def test_a_turn_the_wrong_way_or_not_far_enough(dancer: Dancer, judged: Callable[[Motion], Assessment]) -> None:
    turn = mutants.pirouette(dancer)
    back = replace(turn, q=turn.q[::-1].copy(), feet=turn.feet[::-1].copy())
    twice = replace(turn, steps=(replace(turn.steps[0], turns=2),))
    for spoilt in (back, twice, mutants.wrong_foot(turn, dancer)):
        assert {"turn completed", "one leg stands"} & {failure.rule for failure in judged(spoilt).failures}


def test_a_wandering_pivot(dancer: Dancer, judged: Callable[[Motion], Assessment]) -> None:
    turn = mutants.pirouette(dancer)
    q = turn.q.copy()
    q[:, 1] += np.linspace(0, 0.15, len(q))
    assert "wandering" in {fault.fault for fault in judged(replace(turn, q=q)).faults}


# Danced steps, and the same steps spoilt

TEXT = """petipa 1
title "drill"
tempo 100 3/4
start centre, en face, fifth left front, arms preparatory
1 plié L
2 changement R, entrechat quatre R
4 sissonne ouverte R en avant
6 assemblé L
8 fourth L
9-10 pirouette en dehors R
12 développé devant L
"""


@pytest.fixture(scope="module")
def danced(dancer: Dancer, lexicon: Lexicon) -> Motion:
    text = parse(TEXT)
    return dance(resolve(text, lexicon, bars_of(text)), lexicon.entries, lambda beats: 1.0 + float(beats) * 0.6, dancer)


def _other_side(motion: Motion) -> tuple[StepSpan, ...]:
    swap = {"L": "R", "R": "L"}
    return tuple(replace(step, side=swap[step.side], facing=-step.facing) for step in motion.steps)


@pytest.mark.slow
def test_left_is_right_mirrored(danced: Motion, dancer: Dancer, judged: Callable[[Motion], Assessment]) -> None:
    one = judged(danced)
    other = judged(replace(mutants.wrong_foot(danced, dancer), steps=_other_side(danced)))
    assert [(x.step, x.rule) for x in one.failures] == [(x.step, x.rule) for x in other.failures]
    assert [(x.step, x.fault) for x in one.faults] == [(x.step, x.fault) for x in other.faults]
    assert [x.error_ms for x in one.accents] == pytest.approx([x.error_ms for x in other.accents])
    assert one.root_residual_p99 == pytest.approx(other.root_residual_p99)
    assert one.joint_range_violations == other.joint_range_violations


@pytest.mark.slow
def test_the_wrong_foot_is_seen_in_every_step(
    danced: Motion, dancer: Dancer, judged: Callable[[Motion], Assessment]
) -> None:
    caught = {failure.step for failure in judged(mutants.wrong_foot(danced, dancer)).failures}
    missed = [step.label for k, step in enumerate(danced.steps) if k not in caught and step.entry != "stand"]
    assert not missed


@pytest.mark.slow
def test_a_frozen_pose_is_no_step(danced: Motion, dancer: Dancer, judged: Callable[[Motion], Assessment]) -> None:
    caught = {failure.step for failure in judged(mutants.frozen(danced, dancer)).failures}
    missed = [step.label for k, step in enumerate(danced.steps) if k not in caught and step.entry != "stand"]
    assert not missed


@pytest.mark.slow
def test_danced_flights_are_found_and_their_loss_is_seen(
    danced: Motion, dancer: Dancer, judged: Callable[[Motion], Assessment]
) -> None:
    seen = judged(danced)
    assert seen.flights_found == seen.flights_expected == len(danced.flights) >= 4
    assert judged(mutants.no_jump(danced, dancer)).flights_found == 0
    assert judged(mutants.oversmoothed(danced, dancer)).flight_height_share_min < 0.8


@pytest.mark.slow
def test_a_danced_turn_without_its_head(danced: Motion, dancer: Dancer, judged: Callable[[Motion], Assessment]) -> None:
    q = danced.q.copy()
    for name in ("neck", "head"):
        q[:, dancer.skeleton.q_slice(dancer.skeleton.index(name))] = np.array([1.0, 0.0, 0.0, 0.0])
    assert "late head" in {fault.fault for fault in judged(replace(danced, q=q)).faults}


@pytest.mark.slow
def test_measuring_is_quick(danced: Motion, judged: Callable[[Motion], Assessment]) -> None:
    judged(danced)
    start = time.process_time()
    seen = judged(danced)
    assert time.process_time() - start < 0.5 * seen.danced_seconds


# The assessment as a value


def test_json_has_its_keys_and_no_surprises(jump: Motion, judged: Callable[[Motion], Assessment]) -> None:
    text = json.dumps(judged(jump).to_json(), allow_nan=False)
    keys = set(json.loads(text))
    assert keys >= {
        "flights_expected", "flights_found", "flight_height_share_min", "free_fall_rms", "spin_drift",
        "root_residual_p99", "switch_residual_max", "zmp_inside_share", "slip_mm_max", "penetration_mm_max",
        "joint_range_violations", "accent_error_ms_max", "definition_failures", "danced_seconds", "seconds_by_stage",
    }  # fmt: skip


def test_very_short_motions(dancer: Dancer, plie: Motion, judged: Callable[[Motion], Assessment]) -> None:
    for frames in (2, 3, 5, 7):
        short = replace(plie, q=plie.q[:frames], feet=plie.feet[:frames], steps=())
        assert judged(short).danced_seconds == pytest.approx((frames - 1) / 60)


# The small laws underneath


@given(st.integers(3, 12), st.integers(0, 10_000))
@settings(max_examples=40)
def test_hull_is_scipys(number: int, seed: int) -> None:
    points = np.random.default_rng(seed).normal(size=(number, 2))
    hull = np.empty(2 * number, dtype=np.int64)
    size = _hull(points, number, np.empty(number, dtype=np.int64), hull)
    assert set(hull[:size]) == set(ConvexHull(points).vertices)
    assert _outside(points, hull, size, *points.mean(axis=0)) == 0.0
    far = points[hull[0]] * 0 + 50.0
    nearest = np.linalg.norm(points - far, axis=1).min()
    assert 0 < _outside(points, hull, size, *far) <= nearest + 1e-12


@given(st.integers(1, 30), st.integers(0, 10_000))
@settings(max_examples=40)
def test_nonnegative_least_squares_is_scipys(columns: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    A, b = rng.normal(size=(6, columns)), rng.normal(size=6)
    assert np.linalg.norm(nonnegative(A, b, 1e-12)[1]) == pytest.approx(nnls(A, b)[1], abs=1e-5)


@given(st.floats(-1.2, 1.2), st.floats(-1.2, 1.2), st.floats(-1.0, 1.0))
@settings(max_examples=40)
def test_swing_and_twist_make_the_rotation(x: float, y: float, z: float) -> None:
    swing, twist = np.array([x, y, 0.0]), np.array([0.0, 0.0, z])
    got_swing, got_twist = swing_twist(quat_mul(quat_exp(swing), quat_exp(twist))[None])
    assert got_swing[0] == pytest.approx(swing, abs=1e-9)
    assert got_twist[0] == pytest.approx(z, abs=1e-9)


def test_momentum_of_a_rigid_turn(dancer: Dancer) -> None:
    """A body frozen in one pose and turned about the vertical has its moment of inertia times the rate."""
    skeleton = dancer.skeleton
    rate, step = 3.0, 1.0 / 240.0
    angle = rate * step * np.arange(3)
    q = np.repeat(skeleton.zero()[None], 3, axis=0)
    q[:, 3:7] = quat_exp(np.stack([0 * angle, 0 * angle, angle], axis=1))
    R, p = forward(skeleton, q)
    centres = p[0] + np.einsum("bij,bj->bi", R[0], skeleton.coms)
    arm = centres - skeleton.masses @ centres / skeleton.mass
    about = (skeleton.masses * (arm[:, 0] ** 2 + arm[:, 1] ** 2)).sum() + skeleton.inertias[:, 2, 2].sum()
    _, got = momentum(skeleton, R, p, step)
    assert got[:, 2] == pytest.approx(about * rate, rel=1e-4)


def test_weak_acceleration_is_gravity_in_flight(jump: Motion, dancer: Dancer) -> None:
    seen = track(jump, dancer)
    middle = seen.sample(0.5 * (jump.flights[0].t0 + jump.flights[0].t1))
    assert seen.acceleration[middle] == pytest.approx([0.0, 0.0, -9.81], abs=0.01)
