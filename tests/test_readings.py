"""Strength, placement and flow: an honest motion is inside what is wanted, a spoilt one is outside and told where."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import mujoco
import numpy as np
import pytest
from click.testing import CliRunner

import mutants
from petipa.cli.measure import measure as command
from petipa.dancer import EXERTIONS, Dancer, load_dancer
from petipa.lexicon import Lexicon, load_lexicon
from petipa.measure import Anchor, Reading, measure, track
from petipa.measure.anchors import anchors
from petipa.measure.assess import readings
from petipa.measure.figure import figure
from petipa.measure.torques import _newton_euler, torques
from petipa.measure.track import GRAVITY, resampled, unwrapped
from petipa.mechanics import forward, quat_exp, quat_from_matrix, quat_mul
from petipa.motion.model import Motion
from test_motion import _referee

Read = Callable[[Motion], dict[str, Reading]]


@pytest.fixture(scope="module")
def dancer() -> Dancer:
    return load_dancer()


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_lexicon()


@pytest.fixture(scope="module")
def read(dancer: Dancer, lexicon: Lexicon) -> Read:
    return lambda motion: {one.name: one for one in readings(figure(track(motion, dancer)), lexicon)}


@pytest.fixture(scope="module")
def plie(dancer: Dancer) -> Motion:
    return mutants.plie(dancer)


@pytest.fixture(scope="module")
def jump(dancer: Dancer) -> Motion:
    return mutants.jump(dancer)


@pytest.fixture(scope="module")
def standing(dancer: Dancer) -> Motion:
    return mutants.standing(dancer)


def missed(read: Read, motion: Motion) -> set[str]:
    return {name for name, one in read(motion).items() if not one.holds}


# Strength and speed


def test_a_small_jump_is_within_her_strength(read: Read, plie: Motion) -> None:
    for honest in (plie, mutants.jump(height=0.06)):
        seen = read(honest)
        assert seen["torque"].holds and seen["frames within strength"].holds and seen["joint speed"].holds


def test_a_jump_no_leg_could_give(read: Read, dancer: Dancer) -> None:
    """The same jump in half the time."""
    seen = read(replace(mutants.jump(dancer), rate=120.0))
    assert not seen["torque"].holds and not seen["frames within strength"].holds
    worst = seen["torque"].places[0]
    assert worst.value == seen["torque"].value and worst.step == 0 and "N m/kg" in worst.detail


def test_a_joint_faster_than_any(read: Read, plie: Motion, dancer: Dancer) -> None:
    q = plie.q.copy()
    when = np.arange(len(q))
    q[:, dancer.skeleton.q_slice(dancer.skeleton.index("forearm_l")).start] = 0.2 + 1.8 / (
        1 + np.exp(-(when - 60) / 0.8)
    )
    seen = read(replace(plie, q=q))["joint speed"]
    assert not seen.holds
    assert seen.places[0].detail == "forearm_l" and abs(seen.places[0].frame - 60) <= 1


def test_strength_falls_with_speed() -> None:
    for one in EXERTIONS.values():
        shares = [one.share(x) for x in np.linspace(-5, one.fastest + 1, 50)]
        assert shares == sorted(shares, reverse=True)
        assert one.share(0.0) == 1.0 and one.share(one.half_speed) == pytest.approx(0.5)
        assert one.share(one.fastest) == pytest.approx(0.0) and shares[0] <= 1.2


def test_still_torques_are_mujocos(dancer: Dancer) -> None:
    """Held still in the air by the pelvis, every hinge carries what MuJoCo's inverse dynamics says."""
    skeleton = dancer.skeleton
    q = np.repeat(mutants.pirouette(dancer).q[:1], 12, axis=0)
    R, p = forward(skeleton, q)
    _, moment = _newton_euler(
        R, p, skeleton.parents, skeleton.masses, skeleton.coms, skeleton.inertias, GRAVITY, 1 / 240
    )
    model = _referee(dancer)
    data = mujoco.MjData(model)
    data.qpos[:] = q[0]
    data.qvel[:] = data.qacc[:] = 0.0
    mujoco.mj_inverse(model, data)
    for name in ("shank_r", "forearm_l", "mid_r", "toes_r"):
        body = skeleton.index(name)
        axis = R[0, body] @ skeleton.axes[body]
        assert moment[5, body] @ axis == pytest.approx(data.qfrc_inverse[skeleton.v_slice(body).start], abs=1e-6)


def test_moving_torques_are_mujocos(dancer: Dancer, jump: Motion) -> None:
    skeleton = dancer.skeleton
    model = _referee(dancer)
    data = mujoco.MjData(model)
    dt = 1.0 / 240.0
    fine = track(jump, dancer)
    middle = fine.sample(0.5 * (jump.flights[0].t0 + jump.flights[0].t1))
    q = resampled(unwrapped(skeleton, jump.q))[middle - 1 : middle + 2]
    R, p = forward(skeleton, q)
    _, moment = _newton_euler(R, p, skeleton.parents, skeleton.masses, skeleton.coms, skeleton.inertias, GRAVITY, dt)
    v0, v1 = np.zeros(model.nv), np.zeros(model.nv)
    mujoco.mj_differentiatePos(model, v0, dt, q[0], q[1])
    mujoco.mj_differentiatePos(model, v1, dt, q[1], q[2])
    data.qpos[:], data.qvel[:], data.qacc[:] = q[1], 0.5 * (v0 + v1), (v1 - v0) / dt
    mujoco.mj_inverse(model, data)
    for name in ("shank_l", "shank_r", "forearm_r"):
        body = skeleton.index(name)
        got = float(moment[0, body] @ (R[1, body] @ skeleton.axes[body]))
        assert got == pytest.approx(data.qfrc_inverse[skeleton.v_slice(body).start], abs=0.3)


def test_the_floor_carries_her(standing: Motion, dancer: Dancer) -> None:
    found = torques(track(standing, dancer))
    weight = dancer.mass * GRAVITY
    assert found.push.sum(axis=1)[:, 2] == pytest.approx(weight, rel=1e-3)
    assert found.push[:, 0, 2] == pytest.approx(found.push[:, 1, 2], rel=1e-3)


# Contacts and landings


def test_honest_contacts(read: Read, plie: Motion, jump: Motion) -> None:
    for honest in (plie, jump):
        seen = read(honest)
        for name in ("zmp speed", "impulse at switches", "yaw of a planted foot"):
            assert seen[name].holds, (name, seen[name].value)


def test_a_push_that_leaps_across_the_shoe(read: Read, plie: Motion, dancer: Dancer) -> None:
    seen = read(mutants.jolted(plie, dancer))["zmp speed"]
    assert not seen.holds
    assert abs(seen.places[0].frame - 60) < 10


def test_impulse_without_a_floor(read: Read, jump: Motion, dancer: Dancer) -> None:
    assert not read(mutants.late_contact(jump, dancer))["impulse at switches"].holds


def test_turning_on_planted_feet(read: Read, plie: Motion, dancer: Dancer) -> None:
    seen = read(mutants.twisted_on_the_floor(plie, dancer))["yaw of a planted foot"]
    assert seen.value == pytest.approx(4.0, abs=0.1) and not seen.holds


LANDING = ("peak force over the published greatest", "peak force over the published least", "sinking after touch")


def test_an_honest_landing(read: Read, jump: Motion) -> None:
    seen = read(jump)
    assert all(seen[name].holds and seen[name].places for name in LANDING)
    assert seen["toes before heel"].holds
    assert seen["foot speed at touch beyond the body's"].holds


def test_a_landing_that_sticks(read: Read, jump: Motion, dancer: Dancer) -> None:
    seen = read(mutants.clipped_landing(jump, dancer))
    assert not seen["sinking after touch"].holds
    assert not seen["peak force over the published greatest"].holds


def test_a_landing_without_weight(read: Read, jump: Motion, dancer: Dancer) -> None:
    """Lowered onto the floor as by a wire: nothing has stopped her."""
    q = jump.q.copy()
    last = int(np.flatnonzero((jump.feet == 0).all(axis=1))[-1])
    after = np.arange(len(q) - last)
    fall = q[last, 2] - q[last - 1, 2]
    q[last:] = q[last]
    q[last:, 2] += fall * 25 * (1 - np.exp(-after / 25))
    assert not read(replace(jump, q=q))["peak force over the published least"].holds


def test_a_rolled_and_a_flat_landing(read: Read, dancer: Dancer) -> None:
    rolled = read(mutants.jump(dancer, heel_down=0.22))["toes before heel"]
    assert rolled.holds and 0.02 < rolled.value < 0.25
    assert not read(mutants.jump(dancer, pitch_at_touch=0.0))["toes before heel"].holds


def test_a_slapping_foot(read: Read, jump: Motion, dancer: Dancer) -> None:
    assert not read(mutants.slapped_foot(jump, dancer))["foot speed at touch beyond the body's"].holds


# Placement


CROOKED = {
    "hips out of level",
    "shoulders drawn up",
    "elbows dropped",
    "knee or elbow bent backwards",
    "plumb line off the support",
    "back off upright",
    "turnout missing, standing",
}


def test_first_position_is_placed(read: Read, standing: Motion) -> None:
    assert not missed(read, standing) & CROOKED


@pytest.mark.parametrize(
    ("joint", "turn", "fault"),
    [
        ("pelvis", (14, 0, 0), "hips out of level"),
        ("clavicle_l", (14, 0, 0), "shoulders drawn up"),
        ("clavicle_r", (-14, 0, 0), "shoulders drawn up"),
        ("shank_r", (-9, 0, 0), "knee or elbow bent backwards"),
        ("forearm_l", (-30, 0, 0), "knee or elbow bent backwards"),
        ("lumbar", (0, 14, 0), "back off upright"),
        ("thigh_l", (0, 0, -14), "turnout missing, standing"),
        ("thigh_r", (0, 0, 14), "turnout missing, standing"),
    ],
)
def test_crooked(
    read: Read, standing: Motion, dancer: Dancer, joint: str, turn: tuple[float, float, float], fault: str
) -> None:
    seen = read(mutants.turned_joint(standing, dancer, joint, turn))[fault]
    assert not seen.holds
    assert seen.places[0].label == "stand"


def test_dropped_elbows(read: Read, standing: Motion, dancer: Dancer) -> None:
    q = standing.q.copy()
    for s, side in (("l", 1.0), ("r", -1.0)):
        # Arms level, bent, the elbow's point to the floor.
        part = dancer.skeleton.q_slice(dancer.skeleton.index(f"upper_arm_{s}"))
        q[:, part] = quat_exp(np.broadcast_to([-0.3 * side, -np.pi / 2, 0.0], (len(q), 3)))
        q[:, dancer.skeleton.q_slice(dancer.skeleton.index(f"forearm_{s}")).start] = np.radians(60)
    assert not read(replace(standing, q=q))["elbows dropped"].holds


def test_off_the_plumb_line(read: Read, standing: Motion, dancer: Dancer) -> None:
    """She leans from the ankles, the soles left on the floor."""
    q = standing.q.copy()
    lean = np.radians(14)
    x, z = q[:, 0].copy(), q[:, 2].copy()
    q[:, 0], q[:, 2] = np.cos(lean) * x + np.sin(lean) * z, -np.sin(lean) * x + np.cos(lean) * z
    turn = quat_exp(np.array([0.0, lean, 0.0]))
    q[:, 3:7] = quat_mul(np.broadcast_to(turn, (len(q), 4)), q[:, 3:7])
    R, _ = forward(dancer.skeleton, standing.q)
    leaning, _ = forward(dancer.skeleton, q)
    for s in "lr":
        foot, shank = (dancer.skeleton.index(f"{part}_{s}") for part in ("foot", "shank"))
        q[:, dancer.skeleton.q_slice(foot)] = quat_from_matrix(np.swapaxes(leaning[:, shank], 1, 2) @ R[:, foot])
    q[:, 2] -= track(replace(standing, q=q), dancer).low.min()
    assert not read(replace(standing, q=q))["plumb line off the support"].holds


def test_turned_in_in_the_air(read: Read, dancer: Dancer) -> None:
    turn = mutants.raised_leg(dancer)
    assert not read(turn)["turnout missing, raised leg"].holds
    out = mutants.turned_joint(turn, dancer, "thigh_r", (0, 0, -40))
    assert read(out)["turnout missing, raised leg"].holds


def test_turned_in_on_landing(read: Read, jump: Motion, dancer: Dancer) -> None:
    assert not read(jump)["turnout missing, landing"].holds
    q = jump.q.copy()
    for s, side in (("l", 1.0), ("r", -1.0)):
        part = dancer.skeleton.q_slice(dancer.skeleton.index(f"thigh_{s}"))
        q[:, part] = quat_mul(quat_exp(np.broadcast_to([0.0, 0.0, side * 1.05], (len(q), 3))), q[:, part])
    assert read(replace(jump, q=q))["turnout missing, landing"].holds


def test_positions_are_dwelt_in_or_passed_by(read: Read, dancer: Dancer) -> None:
    held = mutants.raised_leg(dancer)
    assert read(held)["position dwelt in"].value > 0.5
    q = held.q.copy()
    # The leg passes its height and comes straight down.
    thigh = dancer.skeleton.q_slice(dancer.skeleton.index("thigh_r"))
    up = np.exp(-(((np.arange(len(q)) - 90) / 12.0) ** 2)) * np.radians(66)
    q[:, thigh] = quat_exp(np.stack([0 * up, -up, 0 * up], axis=1))
    passed = read(replace(held, q=q))["position dwelt in"]
    assert not passed.holds and passed.places[0].detail == "leg unfolded"
    assert not read(mutants.frozen(held, dancer))["position dwelt in"].holds


def test_a_jump_closes_in_the_air_or_not(read: Read, jump: Motion, dancer: Dancer) -> None:
    name = "position reached in passing"
    closed = mutants.closed_aloft(jump, dancer)
    assert read(closed)[name].holds and read(closed)[name].value > 0.05
    assert not read(jump)[name].holds
    bent = mutants.turned_joint(closed, dancer, "shank_l", (20, 0, 0))
    assert not read(bent)[name].holds


# Flow


def test_gestures_flow(read: Read, dancer: Dancer) -> None:
    seen = read(mutants.gestures(dancer))
    for one in seen.values():
        if one.fault in ("robotic", "jittery"):
            assert one.holds, (one.name, one.value)


@pytest.mark.parametrize(
    ("spoilt", "fault"),
    [
        ({"spread": 0.0, "lag": 0.0}, "joints that start or stop in one frame"),
        ({"spread": 0.0, "lag": 0.0}, "neighbours fastest in one frame"),
        ({"spread": 0.0, "lag": -0.05}, "outward joint fastest after its neighbour, mean"),
        ({"steep": 1.0}, "peak over mean speed of a stroke"),
    ],
)
def test_robots(read: Read, dancer: Dancer, spoilt: dict[str, float], fault: str) -> None:
    assert not read(mutants.gestures(dancer, **spoilt))[fault].holds


def test_standing_still(read: Read, standing: Motion) -> None:
    seen = read(standing)["frames where everything stands still"]
    assert seen.value == 100.0 and not seen.holds


def test_shaking(read: Read, dancer: Dancer) -> None:
    spoilt = read(mutants.jittered(mutants.gestures(dancer), dancer, size=0.02))
    assert not spoilt["power above 6 Hz in unloaded joints"].holds
    assert not spoilt["mean squared jerk of the hands"].holds


def test_a_leg_that_creeps_up(read: Read, dancer: Dancer) -> None:
    name = "share of a leg's rise in its last fifth"
    assert read(mutants.raised_leg(dancer))[name].holds
    assert not read(mutants.raised_leg(dancer, creeping=True))[name].holds


def test_a_slow_foot_to_retire(read: Read, dancer: Dancer) -> None:
    """Drawn up from the floor in 0.25 s, and in 0.6 s."""
    turn = mutants.pirouette(dancer)
    part = {name: dancer.skeleton.q_slice(dancer.skeleton.index(name)) for name in ("thigh_r", "shank_r")}
    for seconds, holds in ((0.25, True), (0.7, False)):
        q = turn.q.copy()
        s = np.clip((np.arange(len(q)) / 60 - 0.2) / seconds, 0, 1)
        s = s**3 * (10 - 15 * s + 6 * s * s)
        angle = np.linalg.norm(np.radians([0.0, -55.0, -50.0]))
        axis = np.radians([0.0, -55.0, -50.0]) / angle
        q[:, part["thigh_r"]] = quat_exp(axis * (angle * s)[:, None])
        q[:, part["shank_r"].start] = np.radians(110) * s
        seen = read(replace(turn, q=q))["floor to retiré in a turn"]
        assert seen.holds is holds and np.isfinite(seen.value), seen.value


# Anchors

Beside = Callable[[Motion], dict[str, Anchor]]


@pytest.fixture(scope="module")
def beside(dancer: Dancer) -> Beside:
    return lambda motion: {one.name: one for one in anchors(figure(track(motion, dancer)))}


def test_time_in_the_air(beside: Beside, jump: Motion, dancer: Dancer) -> None:
    name = "time in the air over what its height asks"
    assert beside(jump)[name].measured == pytest.approx(1.0, abs=0.01)
    assert not beside(mutants.floating(jump, dancer))[name].near


def test_head_and_body_rise_alike_in_a_plain_jump(beside: Beside, jump: Motion, dancer: Dancer) -> None:
    """Called a leap, a jump with legs that only hang does not float; with the legs drawn up at the top it does."""
    name = "head's vertical range over the body's in a leap"
    leap = replace(jump, steps=(replace(jump.steps[0], entry="grand_jete"),))
    assert beside(leap)[name].measured == pytest.approx(1.0, abs=0.15)
    q = leap.q.copy()
    when = np.arange(len(q)) / 60
    up = np.exp(-(((when - 0.5 * (jump.flights[0].t0 + jump.flights[0].t1)) / 0.09) ** 2))
    for s in "lr":
        part = dancer.skeleton.q_slice(dancer.skeleton.index(f"thigh_{s}"))
        q[:, part] = quat_mul(q[:, part], quat_exp(np.stack([0 * up, -0.9 * up, 0 * up], axis=1)))
    q[:, :3] += mutants.com(leap.q, dancer) - mutants.com(q, dancer)
    floats = beside(replace(leap, q=q))[name]
    assert floats.measured < 0.8 and floats.near and "head" in floats.places[0].detail


def test_a_fouettes_momentum(beside: Beside, dancer: Dancer) -> None:
    """A turn that quickens on the tip has its momentum from nowhere."""
    turn = mutants.pirouette(dancer)
    turn = replace(turn, steps=(replace(turn.steps[0], entry="fouette_turn"),))
    name = "fouetté: momentum gained on the tip"
    fast = turn.q[: len(turn.q) // 2]
    quick = replace(turn, q=fast, feet=turn.feet[: len(fast)])
    assert not beside(quick)[name].near
    slow = replace(turn, q=turn.q[len(fast) :], feet=turn.feet[len(fast) :])
    assert beside(slow)[name].near


def test_turnout_beside_the_source(beside: Beside, standing: Motion, dancer: Dancer) -> None:
    name = "turnout standing, both feet together"
    assert beside(standing)[name].measured == pytest.approx(134.0, abs=0.5) and beside(standing)[name].near
    assert beside(standing)["turnout at the hip, standing"].measured == pytest.approx(55.0, abs=0.5)
    assert not beside(mutants.turned_joint(standing, dancer, "thigh_l", (0, 0, -20)))[name].near


def test_pelvis_and_ankle_beside_the_source(beside: Beside, standing: Motion, plie: Motion, dancer: Dancer) -> None:
    tipped = mutants.turned_joint(standing, dancer, "pelvis", (0, 13, 0))
    assert beside(tipped)["pelvis tipped forward, standing"].measured == pytest.approx(13.0, abs=0.5)
    bent = beside(plie)["dorsiflexion in demi-plié"]
    assert 5 < bent.measured < 28 and bent.near is False


def test_an_arabesques_back(beside: Beside, dancer: Dancer) -> None:
    """The left leg straight behind, the lower back giving 22 degrees of it, then none."""
    for back, near in ((22.0, True), (0.0, False)):
        held = mutants.raised_leg(dancer)
        held = replace(held, steps=(replace(held.steps[0], entry="arabesque"),))
        q = held.q.copy()
        part = {n: dancer.skeleton.q_slice(dancer.skeleton.index(n)) for n in ("thigh_r", "lumbar")}
        q[:, part["thigh_r"]] = quat_mul(quat_exp(np.array([0.0, np.radians(85), 0.0])), q[:1, part["thigh_r"]])
        q[:, part["lumbar"]] = quat_exp(np.array([0.0, -np.radians(back), 0.0]))
        one = beside(replace(held, q=q))["arabesque: extension of the lower back"]
        assert one.near is near and one.measured == pytest.approx(back, abs=0.5)


def test_what_is_not_danced_has_no_number(beside: Beside, plie: Motion) -> None:
    one = beside(plie)["lean in a pirouette, pressure to mass"]
    assert one.near is None and one.values == () and one.farthest is None and np.isnan(one.measured)


# As values


def test_readings_are_told_with_step_and_frame(plie: Motion, dancer: Dancer, lexicon: Lexicon) -> None:
    seen = measure(plie, dancer, lexicon=lexicon)
    value = json.loads(json.dumps(seen.to_json(), allow_nan=False))
    assert len(value["anchors"]) == len(seen.anchors) > 15
    assert all({"published", "source", "measured", "near", "values"} <= set(one) for one in value["anchors"])
    told = value["readings"]
    assert len(told) == len(seen.readings) > 30
    for one in told:
        assert {"fault", "name", "unit", "value", "wanted", "holds", "places"} <= set(one)
        for place in one["places"]:
            assert {"value", "time", "frame", "step", "label", "detail"} <= set(place)
            assert 0 <= place["frame"] < len(plie.q)


def test_very_short_motions(read: Read, plie: Motion) -> None:
    for frames in (2, 3, 5, 9, 30):
        read(replace(plie, q=plie.q[:frames], feet=plie.feet[:frames], steps=()))


def test_nothing_depends_on_where_she_dances(read: Read, standing: Motion) -> None:
    q = standing.q.copy()
    turn = quat_exp(np.array([0.0, 0.0, 2.2]))
    q[:, 0] += 3.0
    q[:, 3:7] = quat_mul(np.broadcast_to(turn, (len(q), 4)), q[:, 3:7])
    one, other = read(standing), read(replace(standing, q=q))
    for name in one:
        assert other[name].value == pytest.approx(one[name].value, abs=1e-3, nan_ok=True), name


def test_left_is_right_in_a_mirror(read: Read, jump: Motion, standing: Motion, dancer: Dancer) -> None:
    crooked = mutants.turned_joint(standing, dancer, "clavicle_l", (14, 3, 5))
    for motion in (jump, crooked, mutants.gestures(dancer), mutants.raised_leg(dancer), mutants.pirouette(dancer)):
        image = mutants.wrong_foot(motion, dancer)
        steps = tuple(replace(step, side={"L": "R", "R": "L"}[step.side]) for step in motion.steps)
        one, other = read(motion), read(replace(image, steps=steps))
        swap = {"left": "right", "right": "left"}
        for name in one:
            twin = " ".join(swap.get(word, word) for word in name.split())
            assert other[twin].value == pytest.approx(one[name].value, abs=1e-5, rel=1e-6, nan_ok=True), name


def test_the_command_tells_all_of_it(plie: Motion, tmp_path: Path) -> None:
    (tmp_path / "motion.npz").write_bytes(plie.to_bytes())
    told = CliRunner().invoke(command, [str(tmp_path / "motion.npz")])
    assert told.exit_code == 0
    assert "! crooked: turnout missing, standing 62 degrees, wanted <= 8" in told.output
    assert "step 1 plié R" in told.output and "strength: torque" in told.output
    beside = CliRunner().invoke(command, ["--anchors", str(tmp_path / "motion.npz")])
    assert beside.exit_code == 0
    assert "dorsiflexion in demi-plié: here" in beside.output and "published 30 ± 1.8 (Russell 2010)" in beside.output
    assert "lean in a pirouette, pressure to mass: not danced here" in beside.output
