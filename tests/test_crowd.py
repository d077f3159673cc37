"""What the audience is seen to do: it follows from the act's reactions, and from nothing else."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from petipa.stage.audience import Kind, Reaction
from petipa.stage.pack import pack_act
from stage_acts import small_act
from test_page import unpack

SOURCES = Path(__file__).parent.parent / "web" / "src"
BEATS = [30.0, 30.5, 31.0, 31.5, 32.0]
REACTIONS = [
    {"kind": "murmur", "from": 0.0, "to": 4.0, "strength": 0.6, "beats": []},
    {"kind": "gasp", "from": 12.0, "to": 12.8, "strength": 0.8, "beats": []},
    {"kind": "applause", "from": 20.0, "to": 43.0, "strength": 0.6, "beats": [33.0]},
    {"kind": "rhythm", "from": 30.0, "to": 32.0, "strength": 0.6, "beats": BEATS},
]
STEP = 0.05


def seen(reactions: list[dict[str, Any]], duration: float) -> dict[str, np.ndarray]:
    """Each share of the crowd, every `STEP` seconds."""
    script = (
        f"const {{ crowdOf }} = await import({json.dumps((SOURCES / 'crowd.js').as_uri())});"
        f"const crowd = crowdOf({{ reactions: {json.dumps(reactions)}, duration: {duration} }});"
        f"const t = Array.from({{ length: {round(duration / STEP)} }}, (_, k) => crowd(k * {STEP}));"
        "console.log(JSON.stringify(t));"
    )
    ran = subprocess.run(["node", "--input-type=module", "-e", script], capture_output=True, text=True, check=True)
    moments = json.loads(ran.stdout)
    return {name: np.array([moment[name] for moment in moments]) for name in moments[0]}


def between(values: np.ndarray, start: float, end: float) -> np.ndarray:
    return values[round(start / STEP) : round(end / STEP)]


def test_beats_are_packed_in_the_time_of_what_is_shown() -> None:
    clapped = Reaction(Kind.RHYTHM, 1.5, 2.5, 0.5, "turns", (1.5, 2.0, 2.5))
    header, _ = unpack(pack_act(replace(small_act(net=False, start=1.0), reactions=(clapped,))))
    assert header["reactions"] == [
        {"kind": "rhythm", "from": 0.5, "to": 1.5, "strength": 0.5, "beats": [0.5, 1.0, 1.5]}
    ]


@pytest.mark.skipif(shutil.which("node") is None, reason="no Node here")
def test_the_crowd_does_what_is_heard_and_keeps_still_in_a_hush() -> None:
    crowd = seen(REACTIONS, 42.0)
    shares = [crowd[name] for name in ("clap", "together", "risen", "stir", "start")]
    for share in shares:
        assert np.all((share >= 0) & (share <= 1))
        assert np.abs(np.diff(share)).max() < 0.25, "nobody jumps"
        assert between(share, 5.0, 11.9).max() < 1e-3
    assert between(crowd["stir"], 1.0, 3.0).min() > 0.5
    assert between(crowd["start"], 12.1, 13.0).max() > 0.7
    assert between(crowd["clap"], 23.0, 41.0).min() > 0.3
    assert between(crowd["clap"], 33.5, 34.5).min() > between(crowd["clap"], 28.0, 29.5).max(), (
        "it rises again at a bow"
    )
    assert crowd["risen"][-1] > crowd["risen"][round(24 / STEP)] and between(crowd["risen"], 0, 20).max() == 0


@pytest.mark.skipif(shutil.which("node") is None, reason="no Node here")
def test_hands_meet_on_the_beats() -> None:
    crowd = seen(REACTIONS, 42.0)
    for number, beat in enumerate(BEATS):
        assert crowd["beat"][round(beat / STEP)] == pytest.approx(number, abs=1e-6)
    assert between(crowd["together"], 30.5, 31.5).min() > 0.9
    assert np.all(np.diff(between(crowd["beat"], 30.0, 32.0)) > 0)


@pytest.mark.skipif(shutil.which("node") is None, reason="no Node here")
def test_nobody_rises_for_a_dance_that_moves_nobody() -> None:
    dull = [{**REACTIONS[2], "strength": 0.2}]
    assert seen(dull, 42.0)["risen"].max() == 0
    assert seen([], 2.0)["clap"].max() == 0
