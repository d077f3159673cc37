"""What it is danced in: the light that follows the music, the sets, and that she stands out before each of them."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from petipa.showing import Camera, Setting
from petipa.stage.act import SWELL_RATE, swell_between
from petipa.stage.camera import View, shoot
from petipa.stage.pack import pack_act
from stage_acts import small_act
from test_film import needs_stage
from test_page import unpack

SOURCES = Path(__file__).parent.parent / "web" / "src"


def test_the_swell_is_cut_from_the_music_and_still_where_there_is_none() -> None:
    curve = np.linspace(0.0, 1.0, 101)
    swell = swell_between(-1.0, 12.0, (curve, 10.0))
    assert len(swell) == 13 * SWELL_RATE + 1
    assert np.all((swell >= 0) & (swell <= 1))
    assert swell[: round(SWELL_RATE)].max() == 0 and swell[-1] == 0
    assert swell[round(6 * SWELL_RATE)] == pytest.approx(0.5)
    assert len(swell_between(0.0, 5.0, None)) == 0


def test_the_package_carries_the_setting_and_a_small_swell() -> None:
    curve = np.sin(np.linspace(0, 30, 4000)) ** 2
    header, _ = unpack(pack_act(small_act(net=False, setting=Setting.STUDIO, swell=(curve, 20.0))))
    assert header["setting"] == "studio"
    assert header["swell"]["rate"] == SWELL_RATE
    assert all(0 <= value <= 1 for value in header["swell"]["values"])
    assert unpack(pack_act(small_act(net=False)))[0]["swell"]["values"] == []


@pytest.mark.skipif(shutil.which("node") is None, reason="no Node here")
def test_the_light_follows_the_music_calmly_and_needs_none() -> None:
    values = [0.0] * 20 + [1.0] * 20
    script = (
        f"const {{ strengthOf }} = await import({json.dumps((SOURCES / 'strength.js').as_uri())});"
        f"const s = strengthOf({{ swell: {{ rate: 4, values: {json.dumps(values)} }} }});"
        "const t = Array.from({ length: 200 }, (_, k) => s(k * 0.05));"
        "const [still, empty] = [{}, { swell: { rate: 4, values: [] } }].map((header) => strengthOf(header)(1));"
        "const dark = strengthOf({ duration: 30 });"
        "console.log(JSON.stringify({ t, still, empty, end: [20, 28, 29, 30].map(dark) }));"
    )
    ran = subprocess.run(["node", "--input-type=module", "-e", script], capture_output=True, text=True, check=True)
    light = json.loads(ran.stdout)
    t = np.array(light["t"])
    assert t.max() <= 1.0 and t.min() > 0.7 and t[-1] > t[0] + 0.05
    assert np.all(np.diff(t) >= -1e-12) and np.diff(t).max() < 0.02, "no lamp jumps"
    assert light["still"] == light["empty"] == 1
    assert light["end"][:2] == [1, 1] and 1 > light["end"][2] > light["end"][3], "it goes dark when all is over"
    assert light["end"][3] < 0.05


def brightness(picture: np.ndarray) -> np.ndarray:
    return np.asarray(picture[..., :3].astype(float) @ np.array([0.30, 0.59, 0.11]))


def at_both_ends(setting: Setting) -> tuple[np.ndarray, np.ndarray]:
    """The whole stage as the dance begins and as it ends, two metres further to stage left."""
    act = small_act(setting=setting)
    with shoot(act, [0, round(act.duration * 30)], fps=30, size=(640, 360), view=View.WIDE) as run:
        first, last = (brightness(frame.picture) for frame in run.frames)
    return first, last


@needs_stage
@pytest.mark.slow
def test_she_shines_before_each_set_and_the_set_stands_still() -> None:
    bright = {}
    for setting in Setting:
        first, last = at_both_ends(setting)
        away = np.abs(first - last)
        bright[setting] = np.count_nonzero(first - last > 60)
        her = first - last > 40  # where she was, and is no more
        assert her.sum() > 60
        assert first[her].mean() > 2.0 * last[her].mean(), f"{setting}: she is no brighter than what is behind her"
        assert away[: len(away) // 4].max() <= 1, f"{setting}: what hangs above moved"
        assert first.std() > 20
    assert bright[Setting.STUDIO] > 1.1 * bright[Setting.PALACE], "the mirror does not show her"


@needs_stage
@pytest.mark.slow
@pytest.mark.parametrize("setting", Setting)
def test_the_scene_goes_on_beyond_the_wings(setting: Setting) -> None:
    act = small_act(setting=setting, net=False)
    with shoot(act, [0], fps=30, size=(320, 180), camera=Camera.SIDE) as run:
        (picture,) = (brightness(frame.picture) for frame in run.frames)
    above = picture[: len(picture) // 3]
    # Dark hair stands out before it, and she outshines it.
    assert np.median(above) > 12 and np.mean(above < 3) < 0.1
    assert np.median(above) < 0.5 * np.percentile(picture, 99.5)
