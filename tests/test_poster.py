"""Posters: the moment that is chosen, the costume held still for it, the drawings averaged, what is refused."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from devtools import built, has_browser
from petipa.cli.main import main
from petipa.errors import ChoreographyError, StageError
from petipa.production.exports import _moment
from petipa.stage.act import Act, Beat
from petipa.stage.pack import pack_act
from petipa.stage.poster import (
    LARGEST,
    best_moment,
    draw_poster,
    held,
    letter,
    picture_bytes,
    poster_kind,
    sample_shifts,
    shine,
)
from petipa.tutu.sway import seen_from
from stage_acts import small_act
from test_gltf import dancing

needs_stage = pytest.mark.skipif(
    not (built() and has_browser()), reason="no Chromium or Chrome here, or the scene's script is not built"
)


def leaping() -> Act:
    """Legs that open and a body that rises and falls again, the height of it at two thirds of a second."""
    act = dancing()
    t = np.arange(len(act.positions)) / act.rate
    rise = 0.4 * np.clip(1.0 - ((t - 2 / 3) / 0.25) ** 2, 0.0, None)
    places = act.positions.copy()
    places[..., 2] += rise[:, None]
    return replace(act, positions=places)


def test_the_best_moment_is_the_height_of_a_leap_and_not_a_moment_she_stands() -> None:
    act = leaping()
    assert best_moment(act) == pytest.approx(2 / 3, abs=0.2)
    parts = shine(act)
    for part in (parts.extension, parts.height, parts.stillness, parts.facing, parts.sight):
        assert part.shape == (len(act.positions),)
        assert part.min() >= 0.0 and part.max() <= 1.0
    # Seen from behind, the same dance faces away by as much as it faced, and is else the same.
    turn = np.diag([-1.0, -1.0, 1.0])
    away = replace(act, rotations=turn @ act.rotations, positions=act.positions @ turn)
    np.testing.assert_allclose(shine(away).facing, 1.0 - parts.facing, atol=1e-9)
    for name in ("extension", "height", "stillness"):
        np.testing.assert_allclose(getattr(shine(away), name), getattr(parts, name), atol=1e-9)


def test_shut_eyes_are_on_no_poster() -> None:
    act = small_act(seconds=8.0, net=False)
    sight = shine(act).sight
    assert sight.min() < 0.1 and sight.max() > 0.95  # she blinks, and else looks
    assert sight[round(best_moment(act) * act.rate)] > 0.9


def test_one_frame_has_a_best_moment() -> None:
    act = small_act(seconds=0.0, net=False)
    assert len(act.positions) == 1 and best_moment(act) == 0.0


def test_a_costume_held_is_about_the_hips_as_it_was() -> None:
    act = dancing()
    assert act.drape is not None
    frame = 44
    kept = replace(act.drape, vertices=act.drape.vertices[: frame // 2 + 1])
    still = held(act, kept, frame)
    assert still.drape is not None
    seen = seen_from(still.drape, act.rotations[:, 0], act.positions[:, 0], rate=act.rate)
    wanted = (kept.vertices[-1] - act.positions[frame, 0]) @ act.rotations[frame, 0]
    np.testing.assert_allclose(seen[:1][0], wanted, atol=1e-5)
    assert len(pack_act(still)) < len(pack_act(act))


@pytest.mark.parametrize("count", [2, 16, 64])
def test_drawings_are_spread_evenly(count: int) -> None:
    shifts = np.array(sample_shifts(count))
    assert shifts.shape == (count, 6) and np.abs(shifts).max() <= 1.0
    assert np.abs(shifts.mean(axis=0)).max() < 1.5 / np.sqrt(count)
    for first in (2, 4):
        assert np.hypot(shifts[:, first], shifts[:, first + 1]).max() <= 1.0
    if count > 2:
        assert len(np.unique(np.floor((shifts[:, 0] + 1) * 2))) == 4  # every quarter of a pixel is met


def test_one_drawing_is_not_moved_aside() -> None:
    assert sample_shifts(1) == [[0.0] * 6]


BEATS = tuple(Beat(0.25 * k, 1 + k // 2, 1 + k % 2) for k in range(4))


@pytest.mark.parametrize(
    ("at", "seconds"), [("1:1", 0.0), ("2:1", 0.5), ("1:2+1/2", 0.375), ("0.4", 0.4), (" 1:2 ", 0.25), ("1", 1.0)]
)
def test_moments_are_counts_or_seconds(at: str, seconds: float) -> None:
    act = replace(small_act(seconds=1.0, net=False), beats=BEATS)
    assert _moment(at, act, where="there") == pytest.approx(seconds)


@pytest.mark.parametrize("at", ["9:1", "1:3", "-1", "1e9", "nan", "soon", "1:1+1/0", "", "1:1+9/1"])
def test_other_moments_are_told(at: str) -> None:
    act = replace(small_act(seconds=1.0, net=False), beats=BEATS)
    with pytest.raises(ChoreographyError) as caught:
        _moment(at, act, where="there")
    assert "12:1" in caught.value.would_work


@pytest.mark.parametrize("size", [(LARGEST + 1, 1000), (10, 10), (1000, 0)])
def test_sizes_that_cannot_be_drawn_are_told_before_a_browser_is_asked(size: tuple[int, int]) -> None:
    with pytest.raises(StageError, match=r"poster of \d"):
        draw_poster(small_act(seconds=0.1, net=False), 0.0, size=size)


def test_the_file_says_what_picture_it_is(tmp_path: Path) -> None:
    picture = np.zeros((64, 96, 3), dtype=np.uint8)
    for suffix, kind in ((".png", "PNG"), (".JPG", "JPEG"), (".webp", "WEBP")):
        assert Image.open(io.BytesIO(picture_bytes(picture, poster_kind(tmp_path / f"a{suffix}")))).format == kind
    with pytest.raises(StageError, match="gif"):
        poster_kind(tmp_path / "a.gif")


@pytest.mark.parametrize("shape", [(900, 600), (540, 960)])
def test_letters_stand_at_the_foot_and_leave_her_alone(shape: tuple[int, int]) -> None:
    plain = np.full((*shape, 3), 90, dtype=np.uint8)
    lettered = letter(plain, "Étude pour une très longue soirée d'été", "Noah · grand jeté")
    touched = np.abs(lettered.astype(int) - plain).max(axis=2) > 0
    assert touched.any() and not touched[: int(0.6 * shape[0])].any()
    bright = np.flatnonzero((lettered > 200).any(axis=(0, 2)))
    assert bright.min() > 0.01 * shape[1] and bright.max() < 0.97 * shape[1]
    if shape[1] > shape[0]:
        assert bright.max() < 0.55 * shape[1]


def test_a_size_that_is_none_is_a_wrong_command_line(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["poster", str(tmp_path), "-o", str(tmp_path / "a.png"), "--size", "big"]) == 2
    assert "4k" in capfd.readouterr().err


@needs_stage
@pytest.mark.slow
def test_a_poster_shows_her_whole_and_more_drawings_make_it_softer() -> None:
    act = dancing()
    pictures = [draw_poster(act, 0.5, size=(192, 256), samples=count).astype(float) for count in (1, 6)]
    for picture in pictures:
        assert picture.shape == (256, 192, 3) and 15 < picture.mean() < 200
    # Averaged edges are less steep than those of one drawing.
    steep = [np.abs(np.diff(picture, axis=1)).max(axis=2).mean() for picture in pictures]
    assert steep[1] < steep[0]
