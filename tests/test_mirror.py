"""Left is right in a mirror: an entry danced to the left is the same entry danced to the right, seen in a mirror.

With life off, for breath and its seed know no sides.
"""

from __future__ import annotations

import numpy as np
import pytest

import mutants
from petipa.choreography import example_of
from petipa.dancer import Dancer, Joint, load_dancer
from petipa.lexicon import Lexicon, Side, load_lexicon
from petipa.mechanics import mirror
from petipa.motion import dance
from petipa.motion.model import Motion

ALIKE = 1e-6
"""Left is right to a micrometre and a microradian."""


@pytest.fixture(scope="module")
def dancer() -> Dancer:
    return load_dancer()


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_lexicon()


def unlike(one: Motion, other: Motion, dancer: Dancer) -> tuple[float, int]:
    """The largest difference between a motion and another's mirror image, and its frame."""
    skeleton = dancer.skeleton
    image = mirror(skeleton, other.q)
    apart = np.abs(one.q - image)
    for body, kind in enumerate(skeleton.kinds):
        if kind != Joint.HINGE:
            part = skeleton.q_slice(body)
            # A quaternion and its negative are one rotation.
            apart[:, part] = np.minimum(apart[:, part], np.abs(one.q[:, part] + image[:, part]))
    frame, _ = np.unravel_index(int(apart.argmax()), apart.shape)
    return float(apart.max()), int(frame)


@pytest.mark.slow
@pytest.mark.parametrize(
    "entry",
    [
        "plie",
        "tendu",
        "developpe",
        "arabesque",
        "glissade",
        "pas_de_bourree",
        "balance",
        "changement",
        "sissonne_ouverte",
        "assemble",
        "grand_jete",
        "pirouette_en_dehors",
        "pique_turn",
    ],
)
def test_left_is_right_in_a_mirror(entry: str, lexicon: Lexicon, dancer: Dancer) -> None:
    right, left = (
        dance(shown.steps, lexicon.entries, shown.seconds, dancer, life=False)
        for shown in (example_of(lexicon[entry], lexicon, side=side, pace="fast") for side in (Side.R, Side.L))
    )
    assert [step.side for step in right.steps] != [step.side for step in left.steps]
    assert np.array_equal(right.feet, left.feet[:, ::-1])
    most, frame = unlike(right, left, dancer)
    assert most < ALIKE, f"{most:.1e} apart at frame {frame}"


def test_the_law_can_fail(dancer: Dancer) -> None:
    turn = mutants.pirouette(dancer)
    assert unlike(turn, mutants.wrong_foot(turn, dancer), dancer)[0] < ALIKE
    assert unlike(turn, turn, dancer)[0] > 0.1
