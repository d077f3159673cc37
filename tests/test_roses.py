"""Roses thrown to her: they fly as thrown things do, lie still, and none comes near her."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

SOURCES = Path(__file__).parent.parent / "web" / "src"
STEP = 0.01

pytestmark = pytest.mark.skipif(
    shutil.which("node") is None or not (SOURCES.parent / "node_modules" / "three").is_dir(),
    reason="no Node here, or the scene's libraries are not installed",
)


def bowing(t: float) -> list[dict[str, float]]:
    """Pelvis and feet of one who bows in the middle and then goes off to the left."""
    y = 1.2 * max(t - 18.0, 0.0)
    return [{"x": 2.0, "y": y}, {"x": 2.2, "y": y - 0.15}, {"x": 1.9, "y": y + 0.15}]


@pytest.fixture(scope="module")
def thrown() -> list[dict[str, Any]]:
    """Each rose's way, every `STEP` seconds from when it leaves a hand to the end."""
    joints = [[t, bowing(t)] for t in np.arange(10.0, 24.0, 0.1).tolist()]
    script = (
        f"const {{ throwsFor, flown }} = await import({json.dumps((SOURCES / 'roses.js').as_uri())});"
        f"const found = throwsFor({{ bow: 10, duration: 24, joints: {json.dumps(joints)} }});"
        "const way = (one) => Array.from({ length: Math.floor((24 - one.leaves) / 0.01) }, (_, k) => {"
        "  const { at, left } = flown(one, one.leaves + 0.01 * k + 1e-9); return [at.x, at.y, at.z, left]; });"
        "console.log(JSON.stringify(found.map((one) => ({ leaves: one.leaves, lands: one.lands, way: way(one) }))));"
    )
    ran = subprocess.run(["node", "--input-type=module", "-e", script], capture_output=True, text=True, check=True)
    return list(json.loads(ran.stdout))


def test_they_fall_freely_and_come_to_rest(thrown: list[dict[str, Any]]) -> None:
    assert 4 <= len(thrown) <= 9
    for one in thrown:
        way = np.array(one["way"])
        air = round((one["lands"] - one["leaves"]) / STEP) - 1
        pull = np.diff(way[:air, :3], 2, axis=0) / STEP**2
        assert np.allclose(pull, [0.0, 0.0, -9.81], atol=0.02)
        assert way[:, 2].min() > 0.0
        rest = way[air + round(0.25 / STEP) :]
        assert np.ptp(rest, axis=0).max() < 1e-9, "what has come to rest lies still"
        assert np.abs(np.diff(way[:, :3], axis=0)).max() < 0.12, "nothing jumps"


def test_none_flies_past_her_or_lies_where_she_comes(thrown: list[dict[str, Any]]) -> None:
    for one in thrown:
        for k, (x, y, z, _) in enumerate(one["way"]):
            if z < 1.9:
                near = min(np.hypot(p["x"] - x, p["y"] - y) for p in bowing(one["leaves"] + STEP * k))
                assert near > 0.4
