"""What a teacher asks of the arms: ovals that do not touch, held elbows, unbroken wrists, and soft ways between."""

from __future__ import annotations

from functools import cache
from itertools import permutations

import numpy as np
import pytest
from numpy.typing import NDArray

from petipa.dancer import NAMES, load_dancer
from petipa.dancer.body import load_body
from petipa.lexicon import School, load_lexicon
from petipa.measure.physics import beyond
from petipa.mechanics import forward, mirror
from petipa.motion import arms
from petipa.motion.arms import HAND, arm_curves, arm_numbers, head_angles, mirrored_name, write_arm

Array = NDArray[np.float64]

DANCER = load_dancer()
SKELETON = DANCER.skeleton
KEYS = tuple(arms._ARMS)
ROUNDED = ("preparatory", "first", "en_haut", "closed")
TRUNK_RADIUS = {"lumbar": 0.085, "thorax": 0.085, "chest": 0.085, "head": 0.075}
TUTU = 0.942  # height of the sewn line of a tutu, standing [m]


def _dance(keys: list[tuple[float, str]], seconds: float) -> Array:
    times = np.arange(0.0, seconds, 1 / 60)
    left, right = arm_curves(SKELETON, keys, times, 60.0)
    q = np.repeat(SKELETON.zero()[None], len(times), axis=0)
    write_arm(SKELETON, q, "l", left)
    write_arm(SKELETON, q, "r", right)
    return q


@cache
def _stand(key: str) -> Array:
    q = SKELETON.zero()[None].copy()
    for side, numbers in zip("lr", arm_numbers(SKELETON, key), strict=True):
        write_arm(SKELETON, q, side, numbers[None])
    return q


def _points(q: Array, side: str) -> dict[str, Array]:
    """Shoulder, elbow, wrist and fingertips, each (F, 3) [m]."""
    R, p = forward(SKELETON, q)
    at = {name: NAMES.index(f"{name}_{side}") for name in ("upper_arm", "forearm", "hand")}
    out = 1.0 if side == "l" else -1.0
    return {
        "shoulder": p[:, at["upper_arm"]],
        "elbow": p[:, at["forearm"]],
        "wrist": p[:, at["hand"]],
        "tips": p[:, at["hand"]] + out * HAND * R[:, at["hand"]][:, :, 1],
    }


def _palm(q: Array, side: str) -> Array:
    R, _ = forward(SKELETON, q)
    return np.asarray(-R[:, NAMES.index(f"hand_{side}")][:, :, 2])


def test_the_hand_is_as_long_as_it_looks() -> None:
    body = load_body()
    wrist = body.joints[body.names.index("hand_l"), 1]
    assert float(body.vertices[:, 1].max()) - wrist == pytest.approx(HAND, abs=0.002)


@pytest.mark.parametrize("key", ROUNDED)
def test_fingertips_of_an_oval_come_near_and_do_not_touch(key: str) -> None:
    left, right = _points(_stand(key), "l"), _points(_stand(key), "r")
    gap = float(np.linalg.norm(left["tips"] - right["tips"]))
    assert 0.09 <= gap <= 0.20
    assert left["tips"][0, 1] > 0.04 and right["tips"][0, 1] < -0.04
    assert left["elbow"][0, 1] > left["wrist"][0, 1] + 0.05 > left["tips"][0, 1] + 0.10


def test_the_ovals_hang_where_they_belong() -> None:
    low, first, high = (_points(_stand(key), "l") for key in ROUNDED[:3])
    crown = float(load_body().vertices[:, 2].max())
    assert TUTU + 0.01 < low["tips"][0, 2] < TUTU + 0.08 and low["tips"][0, 0] > 0.25
    assert 1.10 < first["tips"][0, 2] < 1.22 and 0.35 < first["tips"][0, 0] < 0.55
    assert crown + 0.08 < high["tips"][0, 2] < crown + 0.25 and 0.08 < high["tips"][0, 0] < 0.25


SCHOOLS: dict[School, dict[str, tuple[str, str]]] = {
    # Where each school's positions have the hands: the left, and the right, which is the one that is up or before her.
    School.VAGANOVA: {
        "preparatory": ("low", "low"),
        "first": ("front", "front"),
        "second": ("side", "side"),
        "third": ("up", "up"),
    },
    School.FRENCH: {
        "preparatory": ("low", "low"),
        "first": ("front", "front"),
        "second": ("side", "side"),
        "third": ("side", "up"),
        "fourth": ("front", "up"),
        "fifth": ("up", "up"),
    },
    School.RAD: {
        "bras bas": ("low", "low"),
        "first": ("front", "front"),
        "demi-seconde": ("half", "half"),
        "second": ("side", "side"),
        "third": ("side", "front"),
        "fourth": ("side", "up"),
        "fourth crossed": ("front", "up"),
        "fifth": ("up", "up"),
    },
    School.CECCHETTI: {
        "first": ("hanging", "hanging"),
        "second": ("side", "side"),
        "demi-seconde": ("half", "half"),
        "third": ("half", "low"),
        "fourth en avant": ("side", "front"),
        "fourth en haut": ("side", "up"),
        "spanish fourth": ("front", "up"),
        "fifth en bas": ("low", "low"),
        "fifth en avant": ("front", "front"),
        "fifth en haut": ("up", "up"),
    },
    School.ABT: {
        "first": ("front", "front"),
        "second": ("side", "side"),
        "third": ("side", "front"),
        "fourth": ("side", "up"),
        "fifth": ("up", "up"),
    },
}


def _place(key: str, side: str) -> str:
    """Where a hand is, as one would say it who stands before her."""
    arm = _points(_stand(key), side)
    x, y, z = arm["tips"][0] - arm["shoulder"][0]
    wide = y if side == "l" else -y
    if z > 0.3:
        return "up"
    if wide > 0.4:
        return "side" if z > -0.2 else "half"
    if z > -0.3:
        return "front" if x > 0.25 else "?"
    return "low" if x > 0.22 else "hanging"


@pytest.mark.parametrize("school", SCHOOLS, ids=str)
def test_the_arms_of_every_school_are_where_it_has_them(school: School) -> None:
    lexicon = load_lexicon()
    for words, places in SCHOOLS[school].items():
        key = lexicon.arms_key(words, school)
        assert key is not None, words
        key = key if key in KEYS else f"{key}_r"
        assert (_place(key, "l"), _place(key, "r")) == places, words


def test_second_slopes_from_the_shoulder_to_the_fingers_a_little_before_her() -> None:
    arm = _points(_stand("second"), "l")
    shoulder, elbow, wrist, tips = (arm[name][0] for name in ("shoulder", "elbow", "wrist", "tips"))
    assert shoulder[2] > elbow[2] > wrist[2] > tips[2] > shoulder[2] - 0.16
    assert shoulder[0] < elbow[0] < wrist[0] < tips[0] < 0.30
    # The elbow is held: it does not sink below the line from shoulder to wrist.
    share = (elbow[1] - shoulder[1]) / (wrist[1] - shoulder[1])
    assert elbow[2] > shoulder[2] + share * (wrist[2] - shoulder[2])
    palm = _palm(_stand("second"), "l")[0]
    assert palm[0] > 0.5 and palm[2] < -0.2


def test_an_arabesque_reaches_out_palm_down() -> None:
    """At the height of her eyes and brow while she stands: in the arabesque her chest leans a little forward."""
    q = _stand("arabesque_1")
    left, right = _points(q, "l"), _points(q, "r")
    assert 1.50 < left["tips"][0, 2] < 1.66 and left["tips"][0, 0] > 0.50
    assert right["tips"][0, 0] < right["shoulder"][0, 0] and abs(right["tips"][0, 2] - right["shoulder"][0, 2]) < 0.08
    assert _palm(q, "l")[0, 2] < -0.8 and _palm(q, "r")[0, 2] < -0.8
    for arm in arm_numbers(SKELETON, "arabesque_1"):
        assert np.degrees(arm[6]) < 30


@pytest.mark.parametrize("key", KEYS)
def test_no_wrist_breaks_and_no_joint_is_forced(key: str) -> None:
    for arm in arm_numbers(SKELETON, key):
        assert np.degrees(np.linalg.norm(arm[8:])) <= 25
        assert np.degrees(arm[6]) >= 5
    for name, excess in beyond(DANCER, _stand(key)):
        assert excess.max() <= 0, name


@pytest.mark.parametrize("key", KEYS)
def test_left_is_right_mirrored(key: str) -> None:
    other = mirrored_name(key)
    seen = mirror(SKELETON, _stand(key))
    R0, p0 = forward(SKELETON, seen)
    R1, p1 = forward(SKELETON, _stand(other))
    np.testing.assert_allclose(p0, p1, atol=1e-9)
    np.testing.assert_allclose(R0, R1, atol=1e-9)


@pytest.mark.parametrize("key", ["right", "up_right", "down_right", "incline_right"])
def test_the_head_turns_and_inclines_the_same_way_without_exaggeration(key: str) -> None:
    yaw, _, tilt = np.degrees(head_angles(key))
    assert -45 < yaw < 0 < tilt < 20
    np.testing.assert_allclose(head_angles(mirrored_name(key)), head_angles(key) * [-1, 1, -1])


def _apart(a0: Array, a1: Array, b0: Array, b1: Array) -> Array:
    """Least distance of two segments over frames, sampled."""
    s = np.linspace(0, 1, 9)[:, None, None, None]
    t = np.linspace(0, 1, 9)[None, :, None, None]
    return np.asarray(np.linalg.norm(a0 + s * (a1 - a0) - b0 - t * (b1 - b0), axis=-1).min(axis=(0, 1)))


@pytest.mark.parametrize("seconds", [0.35, 1.0])
def test_no_way_from_one_position_to_another_cuts_through_her(seconds: float) -> None:
    ends = {"lumbar": "thorax", "thorax": "chest", "chest": "neck", "head": "head"}
    for old, new in permutations(("preparatory", "first", "second", "en_haut", "arabesque_1", "arabesque_2"), 2):
        q = _dance([(0.3, old), (0.3 + seconds, new)], seconds + 0.8)
        R, p = forward(SKELETON, q)
        left, right = _points(q, "l"), _points(q, "r")
        for arm in (left, right):
            for near, far in ends.items():
                a, b = p[:, NAMES.index(near)], p[:, NAMES.index(far)]
                b = b + 0.10 * R[:, NAMES.index(near)][:, :, 2] if near == "head" else b
                for one, two in (("elbow", "wrist"), ("wrist", "tips")):
                    clear = _apart(arm[one], arm[two], a, b).min()
                    assert clear > TRUNK_RADIUS[near], (old, new, near, one)
        assert _apart(left["wrist"], left["tips"], right["wrist"], right["tips"]).min() > 0.03, (old, new)


def test_arms_rise_through_first_and_open_through_second() -> None:
    q = _dance([(0.2, "preparatory"), (1.4, "en_haut"), (1.6, "en_haut"), (2.8, "preparatory")], 3.2)
    tips, shoulder = _points(q, "l")["tips"], _points(q, "l")["shoulder"]
    level = tips[:, 2] - shoulder[:, 2]
    rising = int(np.argmax(level > -0.10))
    assert tips[rising, 0] > 0.35 and tips[rising, 1] < 0.25
    sinking = len(level) - 1 - int(np.argmax(level[::-1] > -0.10))
    assert tips[sinking, 1] > 0.60


def test_the_hand_follows_the_shoulder() -> None:
    times = np.arange(0.0, 1.8, 1 / 60)
    left, _ = arm_curves(SKELETON, [(0.3, "first"), (1.3, "second")], times, 60.0)

    def halfway(values: Array) -> float:
        way = np.abs(values - values[0]).sum(axis=1)
        return float(np.interp(0.5 * way[-1], way, times))

    shoulder, elbow, twist = halfway(left[:, 3:6]), halfway(left[:, 6:7]), halfway(left[:, 7:8])
    assert 0.02 < elbow - shoulder < 0.12
    assert np.ptp(left[:, 7]) < np.radians(8) or twist > shoulder


def test_arms_wait_when_there_is_nothing_to_do_and_keep_what_they_had() -> None:
    times = np.arange(0.0, 6.0, 1 / 60)
    left, right = arm_curves(SKELETON, [(0.0, "second"), (2.0, "keep"), (5.5, "en_haut")], times, 60.0)
    for numbers, held in zip((left, right), arm_numbers(SKELETON, "second"), strict=True):
        np.testing.assert_allclose(numbers[times < 3.9], np.repeat(held[None], (times < 3.9).sum(), axis=0), atol=1e-3)


def test_a_position_is_dwelt_in_and_first_passed_through() -> None:
    times = np.arange(0.0, 3.0, 1 / 60)
    keys = [(0.2, "preparatory"), (0.8, "first"), (1.4, "en_haut"), (2.4, "first")]
    left, _ = arm_curves(SKELETON, keys, times, 60.0)
    there, _ = arm_numbers(SKELETON, "en_haut")
    near = np.degrees(np.linalg.norm(left[:, 3:6] - there[3:6], axis=1)) < 6
    assert near.sum() >= 12
    speed = np.linalg.norm(np.gradient(left[:, 3:6], axis=0), axis=1)
    assert speed[(times > 0.7) & (times < 0.9)].min() > 0.25 * speed.max()


def test_a_first_closes_while_she_turns() -> None:
    times = np.arange(0.0, 2.0, 1 / 60)
    keys = [(0.2, "second"), (0.6, "first"), (1.4, "first")]
    open_first, _ = arm_curves(SKELETON, keys, times, 60.0)
    turning, _ = arm_curves(SKELETON, keys, times, 60.0, turns=[(0.3, 1.8)])
    at = int(np.argmin(np.abs(times - 1.2)))
    np.testing.assert_allclose(open_first[at], arm_numbers(SKELETON, "first")[0], atol=0.02)
    np.testing.assert_allclose(turning[at], arm_numbers(SKELETON, "closed")[0], atol=0.02)
