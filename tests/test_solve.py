"""Laws of the spacetime solve."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from benchmarks import drills

from petipa.dancer import load_dancer
from petipa.dancer.skeleton import Joint, Skeleton
from petipa.errors import SolveError
from petipa.measure.physics import beyond
from petipa.measure.torques import torques
from petipa.measure.track import track
from petipa.mechanics import centre_of_mass, forward, mirror, quat_exp, quat_mul
from petipa.motion import kernels
from petipa.motion.laws import broken_laws
from petipa.motion.model import FootState, Motion
from petipa.motion.problem import Problem, Slack, compose, hulls, nearest_inside, widen
from petipa.motion.solve import Solution, _body, _Window, solve


def solved(*args: Any, **wishes: Any) -> Solution:
    """A solve in whose result every law holds."""
    solution = solve(*args, **wishes)
    assert not broken_laws(solution)
    assert solution.slip.max() <= 0.01 and solution.miss.max() <= 0.15
    return solution


@pytest.fixture(scope="module")
def skeleton() -> Skeleton:
    return load_dancer().skeleton


@pytest.fixture(scope="module")
def jump(skeleton: Skeleton) -> Problem:
    return compose(skeleton, *drills.jump(skeleton))


def _window(skeleton: Skeleton, problem: Problem, start: int, stop: int) -> tuple[_Window, np.ndarray]:
    window = _Window(_body(skeleton, problem), problem.slice(start, stop))
    return window, 0.1 * np.random.default_rng(3).normal(size=(stop - start, 61))


def test_law_jacobians_match_finite_differences(skeleton: Skeleton, jump: Problem) -> None:
    take_off = int(np.argmax(jump.airborne))
    window, d = _window(skeleton, jump, take_off - 3, take_off + 4)
    # So that the rows of friction, pull and yaw beyond their limits are tried too.
    window.cost(d, derive=True)
    J, rows = window.J.copy(), window.rows.copy()
    eps = 1e-6
    for k in range(1, len(d) - 1):
        numeric = np.zeros((9, 183))
        for column in range(183):
            moved = d.copy()
            moved.reshape(-1)[(k - 1) * 61 + column] += eps
            window.cost(moved)
            plus = window.rows[k].copy()
            moved.reshape(-1)[(k - 1) * 61 + column] -= 2 * eps
            window.cost(moved)
            numeric[:, column] = (plus - window.rows[k]) / (2 * eps)
        window.cost(d)
        for row in np.flatnonzero(window.active[k]):
            scale = np.abs(numeric[row]).max() + 1e-9
            np.testing.assert_allclose(J[k, row] / scale, numeric[row] / scale, atol=2e-5)
        assert np.all(rows[k][~window.active[k]] == 0)


def test_gradient_of_every_term_matches_finite_differences(skeleton: Skeleton, jump: Problem) -> None:
    take_off = int(np.argmax(jump.airborne))
    window, d = _window(skeleton, jump, take_off - 4, take_off + 4)
    window.linearise(d)
    gradient = window.grad.reshape(d.shape).copy()
    rng = np.random.default_rng(5)
    for _ in range(6):
        way = rng.normal(size=d.shape)
        numeric = (window.cost(d + 1e-6 * way) - window.cost(d - 1e-6 * way)) / 2e-6
        assert np.vdot(gradient, way) == pytest.approx(numeric, rel=2e-4)


def test_strength_jacobians_match_finite_differences(skeleton: Skeleton, jump: Problem) -> None:
    take_off = int(np.argmax(jump.airborne))
    window, d = _window(skeleton, jump, take_off - 4, take_off + 4)
    # So that every moment counts, on the floor and in the air.
    window.strong_low[:] = 100.0
    window.cost(d, derive=True)
    J = window.strong_J.copy()
    way = np.random.default_rng(2).normal(size=d.shape)
    window.cost(d + 1e-6 * way)
    plus = window.strong_r.copy()
    window.cost(d - 1e-6 * way)
    numeric = (plus - window.strong_r) / 2e-6
    for k in range(1, len(d) - 1):
        wanted = J[k] @ way[k - 1 : k + 2].ravel()
        np.testing.assert_allclose(wanted, numeric[k], rtol=1e-5, atol=1e-4 * np.abs(numeric).max())


def test_moments_are_those_that_are_measured(skeleton: Skeleton) -> None:
    q, feet = drills.shift(skeleton)
    problem = compose(skeleton, q, feet)
    solution = solved(skeleton, problem)
    window = _Window(_body(skeleton, problem), problem)
    window.cost(solution.deviation)
    dancer = load_dancer()
    motion = Motion(60.0, 0.0, solution.q, feet, solution.forces, solution.cops, (), (), "noah")
    seen = torques(track(motion, dancer))
    # On one leg there is nothing to share out between the feet; the measure averages over a frame either way.
    alone = ~widen((feet != FootState.AIR).all(axis=1), 2)[seen.frames]
    for name, column, sign in (
        ("left hip extension", 0, 1.0),
        ("left hip abduction", 1, 1.0),
        ("left ankle plantar", 3, 1.0),
        ("right hip flexion", 4, -1.0),
        ("left knee extension", 2, -1.0),
    ):
        measured = seen.torque[alone, seen.names.index(name)]
        own = np.maximum(sign * window.moment[seen.frames[alone], column], 0.0)
        assert measured.max() > 0.05, name
        np.testing.assert_allclose(own, measured, atol=0.04, err_msg=name)


def test_a_leg_swings_no_faster_than_she_is_strong(skeleton: Skeleton) -> None:
    q, feet = drills.shift(skeleton)
    t = np.arange(len(q)) / 60.0
    thigh = skeleton.q_slice(skeleton.index("thigh_r"))
    kick = np.zeros((len(q), 3))
    kick[:, 1] = -1.2 * drills.ease(t, 1.9, 2.05)
    q[:, thigh] = quat_mul(q[:, thigh], quat_exp(kick))

    def hardest(torque: float) -> float:
        problem = compose(skeleton, q, feet, slack=dataclasses.replace(Slack(), torque=torque))
        window = _Window(_body(skeleton, problem), problem)
        window.cost(solve(skeleton, problem).deviation)
        window.limber()
        return float(np.maximum(window.moment - window.strong_high, window.strong_low - window.moment).max())

    careless, careful = hardest(1e6), hardest(Slack().torque)
    assert careless > 2.0
    assert careful < 0.5 * careless


def _ranged(skeleton: Skeleton, *, margin: float) -> tuple[_Window, np.ndarray]:
    """A window with joint ranges, and poses of which many joints are far beyond them."""
    q, feet = drills.jump(skeleton)
    slack = dataclasses.replace(Slack(), range_margin=margin)
    problem = compose(skeleton, q[:40], feet[:40], limits=load_dancer().limits, slack=slack)
    return _Window(_body(skeleton, problem), problem), 1.2 * np.random.default_rng(1).normal(size=(40, 61))


def test_a_limit_is_drawn_in_by_what_is_missed_and_no_more(skeleton: Skeleton) -> None:
    # Seen in a landing: drawn in by its own drawing-in as well, an ankle's limit threw the trunk 30 degrees forward.
    window, d = _ranged(skeleton, margin=0.0)
    window.cost(d)
    margin = window.problem.slack.range_margin
    over, bent = window.ball_r / window.ball_w, window.hinge_r / window.hinge_w
    for times in (1, 2, 3):
        window.cost(d)
        assert window.mend()
        np.testing.assert_allclose(window.drawn_high, times * np.where(over > margin, over, 0))
        np.testing.assert_allclose(window.bent_high, times * np.where(bent > margin, bent, 0), atol=1e-9)


def test_joint_ranges_are_those_that_are_measured(skeleton: Skeleton) -> None:
    window, d = _ranged(skeleton, margin=0.0)
    window.cost(d)
    measured: dict[str, np.ndarray] = {}
    for limit, angle in beyond(load_dancer(), window.q):
        joint = limit.split()[0]
        measured[joint] = measured.get(joint, 0.0) + np.maximum(angle, 0.0)
    seen = np.degrees(np.abs(window.ball_r).sum(axis=2)) / window.ball_w
    for n, body in enumerate(window.problem.ranges.bodies):
        np.testing.assert_allclose(seen[:, n], measured[skeleton.names[body]], atol=1e-9)
    balls = {skeleton.names[body] for body in np.flatnonzero(skeleton.kinds == Joint.BALL)}
    assert balls == {skeleton.names[body] for body in window.problem.ranges.bodies}
    assert (seen > 1.0).any(axis=0).sum() > 12


def test_joint_range_jacobians_match_finite_differences(skeleton: Skeleton) -> None:
    window, d = _ranged(skeleton, margin=np.radians(1.0))
    window.cost(d, derive=True)
    rows, J = window.ball_r.copy(), window.ball_J.copy()
    for n, at in enumerate(window.body.ball_v):
        for k in range(3):
            moved = d.copy()
            moved[:, at + k] += 1e-6
            window.cost(moved)
            plus = window.ball_r[:, n].copy()
            moved[:, at + k] -= 2e-6
            window.cost(moved)
            numeric = (plus - window.ball_r[:, n]) / 2e-6
            on = rows[:, n] != 0.0
            np.testing.assert_allclose(J[:, n, :, k][on] / window.ball_w, numeric[on] / window.ball_w, atol=1e-6)


def test_a_reference_beyond_its_joints_is_brought_back_and_the_feet_stay(skeleton: Skeleton) -> None:
    """A plié too deep for the ankles with the heels down becomes a shallower one."""
    limits = dataclasses.replace(load_dancer().limits, ankle_dorsi=24.0)
    dancer = dataclasses.replace(load_dancer(), limits=limits)
    q, feet = drills.shift(skeleton)

    def worst(poses: np.ndarray) -> float:
        return max(float(angle.max()) for limit, angle in beyond(dancer, poses) if "plantar" in limit)

    assert worst(q) > 3.0
    solution = solved(skeleton, compose(skeleton, q, feet, limits=limits))
    assert worst(solution.q) < 0.5
    assert solution.slip.max() < 1e-3
    assert solution.miss.max() < 2e-3


def test_only_bent_knees_over_flat_feet_keep_their_plie(skeleton: Skeleton) -> None:
    q, feet = drills.shift(skeleton)
    knees = skeleton.v_at[[skeleton.index("shank_l"), skeleton.index("shank_r")]]
    free = compose(skeleton, q, feet).joint_weight
    kept = compose(skeleton, q, feet, limits=load_dancer().limits).joint_weight
    flat = (feet == FootState.FLAT).all(axis=1)
    angles = q[:, skeleton.q_at[[skeleton.index("shank_l"), skeleton.index("shank_r")]]]
    assert (kept[:, knees] > free[:, knees])[flat].any()
    assert np.all(kept[:, knees][angles < np.radians(15.0)] == free[:, knees][angles < np.radians(15.0)])
    assert np.all(kept[~widen(flat, 1)] == free[~widen(flat, 1)])
    others = np.setdiff1d(np.arange(skeleton.nv), knees)
    assert np.array_equal(kept[:, others], free[:, others])


def test_momentum_is_that_of_the_points(skeleton: Skeleton, jump: Problem) -> None:
    """The closed form equals the sum over point masses that stand for each body."""
    window, d = _window(skeleton, jump, 30, 34)
    window.cost(d)
    total = np.zeros((3, 3))
    for b, mass in enumerate(skeleton.masses):
        values, vectors = np.linalg.eigh(window.body.second[b])
        arms = np.sqrt(np.maximum(values, 0) * 3 / mass) * vectors
        for arm in np.hstack([arms, -arms]).T:
            place = window.p[:, b] + np.einsum("fij,j->fi", window.R[:, b], skeleton.coms[b] + arm) - window.c
            total += mass / 6 * np.cross(place[:-1], place[1:])
    np.testing.assert_allclose(window.h * skeleton.mass, total, atol=1e-10)


def test_body_in_flight_falls_freely(skeleton: Skeleton, jump: Problem) -> None:
    solution = solved(skeleton, jump)
    air = jump.airborne
    assert air.sum() > 20
    com = centre_of_mass(skeleton, *forward(skeleton, solution.q))
    second = (com[2:] - 2 * com[1:-1] + com[:-2]) * 3600 + [0, 0, kernels.GRAVITY]
    assert np.abs(second[air[1:-1]]).max() < 0.02
    assert np.abs(solution.spin).max() < 0.01
    assert solution.slip.max() < 1e-3
    assert solution.miss.max() < 2e-3
    assert np.all(solution.force[air] == 0)


def test_centre_of_pressure_is_tracked_on_pointe(skeleton: Skeleton) -> None:
    problem = compose(skeleton, *drills.arabesque(skeleton))
    solution = solved(skeleton, problem)
    assert np.abs(solution.cop - problem.cop_ref).max() < 2e-3
    assert solution.miss.max() == 0.0
    assert solution.slip.max() < 1e-4
    assert solution.iterations <= 10


def test_forces_add_up_and_press_where_they_must(skeleton: Skeleton) -> None:
    problem = compose(skeleton, *drills.shift(skeleton))
    solution = solved(skeleton, problem)
    np.testing.assert_allclose(solution.forces.sum(axis=1), solution.force, atol=1e-9)
    load = solution.forces[:, :, 2:]
    pressed = (load * solution.cops).sum(axis=1) / load.sum(axis=1)
    np.testing.assert_allclose(pressed, solution.cop, atol=2e-3)
    assert solution.forces[-1, 1, 2] == 0.0


def _mirrored(skeleton: Skeleton, q: np.ndarray, feet: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return mirror(skeleton, q), np.ascontiguousarray(feet[:, ::-1])


@pytest.mark.parametrize("name", ["shift", "jump", "arabesque"])
def test_mirrored_problem_gives_the_mirrored_motion(skeleton: Skeleton, name: str) -> None:
    q, feet = getattr(drills, name)(skeleton)
    one = solved(skeleton, compose(skeleton, q, feet))
    other = solved(skeleton, compose(skeleton, *_mirrored(skeleton, q, feet)))
    np.testing.assert_allclose(other.q, mirror(skeleton, one.q), atol=1e-6)


def test_same_problem_same_motion_to_the_bit(skeleton: Skeleton, jump: Problem) -> None:
    assert np.array_equal(solved(skeleton, jump).q, solved(skeleton, jump).q)


def test_windows_agree_with_one_solve(skeleton: Skeleton) -> None:
    q, feet = drills.shift(skeleton)
    problem = compose(skeleton, q, feet)
    whole = solved(skeleton, problem)
    parts = solved(skeleton, problem, window=90, overlap=40)
    assert len(parts.costs) > 1
    assert np.abs(whole.q - parts.q).max() < 0.02
    assert parts.miss.max() < 1e-3


def test_laws_hold_across_the_seam(skeleton: Skeleton) -> None:
    q, feet = drills.arabesque(skeleton)
    problem = compose(skeleton, q, feet)
    parts = solved(skeleton, problem, window=80, overlap=30)
    assert np.abs(parts.cop - problem.cop_ref).max() < 2e-3
    again = _Window(_body(skeleton, problem), dataclasses.replace(problem, q_ref=parts.q))
    again.cost(again.zero)
    assert np.nanmax(np.abs(again.law()[2] - parts.cop)) < 1e-6


def test_memory_does_not_grow_with_length(skeleton: Skeleton, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = []
    original = _Window.__init__

    def watched(self: _Window, body: object, problem: Problem) -> None:
        sizes.append(len(problem))
        original(self, body, problem)  # type: ignore[arg-type]

    monkeypatch.setattr(_Window, "__init__", watched)
    q, feet = drills.shift(skeleton)
    for times in (1, 4):
        long_q, long_feet = np.vstack([q[:60]] * times), np.vstack([feet[:60]] * times)
        solve(skeleton, compose(skeleton, long_q, long_feet), window=60, overlap=20, iterations=1, rounds=0)
    assert max(sizes) <= 60 + 20


def test_a_hopeless_reference_is_refused_by_frame_and_law(skeleton: Skeleton, jump: Problem) -> None:
    bad = jump.q_ref.copy()
    bad[17, 5] = np.nan
    with pytest.raises(SolveError, match="not finite") as caught:
        solve(skeleton, dataclasses.replace(jump, q_ref=bad))
    assert "frame 17" in caught.value.where
    q, feet = drills.shift(skeleton)
    fallen = solve(skeleton, compose(skeleton, q, feet, airborne=np.ones(len(q), dtype=bool)))
    assert "free fall in the air" in {broken.law for broken in broken_laws(fallen)}


def test_nearest_inside_a_support() -> None:
    square = np.array([[[0, 0], [0, 1], [1, 1], [1, 0], [0.5, 0.5], [0.5, 1.0]]], dtype=float)
    polygon, count = hulls(square, np.ones((1, 6), dtype=bool))
    assert count[0] == 4
    for point, wanted, gap in (((0.5, 0.5), (0.5, 0.5), -0.5), ((0.5, 2.0), (0.5, 0.9), 1.0)):
        inside, outside = nearest_inside(np.array([point]), polygon, count, inset=0.1)
        np.testing.assert_allclose(inside[0], wanted, atol=1e-12)
        assert outside[0] == pytest.approx(gap)


def test_widen() -> None:
    mask = np.array([0, 0, 0, 1, 0, 0, 0], dtype=bool)
    assert widen(mask, 2).tolist() == [False, True, True, True, True, True, False]
