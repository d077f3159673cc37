"""Laws of the basque: it lies where it is cut, keeps off the body, does not lengthen, and comes down again."""

from __future__ import annotations

import numpy as np
import pytest

from petipa.dancer import Skeleton, load_dancer
from petipa.tutu import Cut, Tutu, Wearer, lay_out
from petipa.tutu.basque import Basque

CLEAR = 0.003


@pytest.fixture(scope="module", params=[Cut(), Cut.romantic()], ids=["classical", "romantic"])
def basque(request: pytest.FixtureRequest) -> Basque:
    return Basque.of(lay_out(request.param))


def nothing(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.full(len(points), np.inf), np.zeros_like(points)


class Ball:
    """A ball that presses on it."""

    def __init__(self, centre: tuple[float, float, float], radius: float) -> None:
        self.centre, self.radius = np.array(centre), radius

    def __call__(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        away = points - self.centre
        far = np.linalg.norm(away, axis=1)
        return far - self.radius, away / far[:, None]


def worn(basque: Basque, body: object, *, found: np.ndarray | None = None) -> np.ndarray:
    """Held and sewn rows (2 layers, columns, 3) after some frames on a body that holds still."""
    found = np.zeros(len(basque.give)) if found is None else found
    for _ in range(12):
        rows = basque.fitted(body, np.eye(3), np.zeros(3), found, clear=CLEAR)
    return rows


def length(rows: np.ndarray) -> np.ndarray:
    return np.linalg.norm(np.roll(rows, -1, axis=1) - rows, axis=2).sum(axis=1)


def test_what_touches_nothing_stays_as_it_is_cut(basque: Basque) -> None:
    cut = np.concatenate([basque.line + basque.strip, basque.line]) + basque.gathers.reshape(-1, *basque.line.shape[1:])
    assert np.abs(worn(basque, nothing) - cut).max() <= 1e-9


def test_it_gives_way_without_lengthening_and_comes_back(basque: Basque) -> None:
    """A ball pushed against it from below in front, as a thigh is raised."""
    cut = worn(basque, nothing)
    found = np.zeros(len(basque.give))
    front = float(basque.line[-1, 0, 0])
    for step in range(20):
        ball = Ball((front, 0.0, -0.12 + 0.003 * step), 0.09)
        rows = basque.fitted(ball, np.eye(3), np.zeros(3), found, clear=CLEAR)
    rows = worn(basque, ball, found=found)
    assert ball(cut.reshape(-1, 3))[0].min() < -0.01
    assert ball(rows.reshape(-1, 3))[0].min() >= 0.0
    assert np.abs(rows - cut).max() <= 0.1
    assert np.abs(length(rows) / length(cut) - 1.0).max() <= 0.02
    # It remembers nothing: let alone, it lies where it was.
    assert np.abs(worn(basque, nothing, found=found) - cut).max() <= 1e-4


def test_it_turns_with_the_pelvis(basque: Basque) -> None:
    """What it does is seen the same from the pelvis, whatever way she faces."""
    ball = Ball((0.13, 0.02, -0.03), 0.08)
    turn = np.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    moved = Ball(tuple(turn @ ball.centre + [1.0, 2.0, 3.0]), ball.radius)
    here = basque.fitted(ball, np.eye(3), np.zeros(3), np.zeros(len(basque.give)), clear=CLEAR)
    there = basque.fitted(moved, turn, np.array([1.0, 2.0, 3.0]), np.zeros(len(basque.give)), clear=CLEAR)
    assert np.abs(here - there).max() <= 1e-6


@pytest.mark.parametrize("side", ["front", "side"])
def test_a_leg_raised_past_it_does_not_come_through(side: str) -> None:
    """To 105 degrees in three quarters of a second, in front and to the side."""
    skeleton: Skeleton = load_dancer("noah").skeleton
    tutu = Tutu(Wearer.of(skeleton))
    count = len(tutu.cut.layers)
    for frame in range(50):
        angle = np.radians(105.0) * min(frame / 45.0, 1.0)
        cos, sin = np.cos(angle), np.sin(angle)
        raised = np.array(
            [[cos, 0.0, -sin], [0.0, 1.0, 0.0], [sin, 0.0, cos]]
            if side == "front"
            else [[1.0, 0.0, 0.0], [0.0, cos, -sin], [0.0, sin, cos]]
        )
        R, p = np.empty((26, 3, 3)), np.empty((26, 3))
        for body, name in enumerate(skeleton.names):
            parent = int(skeleton.parents[body])
            own = raised if name == "thigh_l" else np.eye(3)
            R[body] = own if parent < 0 else R[parent] @ own
            p[body] = skeleton.offsets[body] if parent < 0 else p[parent] + R[parent] @ skeleton.offsets[body]
        pose = tutu.pose(R, p)
        assert pose.felt is not None
        rows = (pose.basque @ pose.turn.T + pose.origin).reshape(-1, 3)
        assert pose.felt.depth(rows).min() >= -0.003, frame
        cut = tutu.pattern.rest[tutu.pattern.free :]
        assert np.abs(length(pose.basque) / length(cut) - 1.0).max() <= 0.03
        assert np.abs(pose.basque[count:] - cut[count:]).max() <= 0.12
