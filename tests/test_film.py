"""The film: a real one of a few frames, and what is said where none can be made."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import numpy as np
import pytest

from devtools import built, has_browser
from petipa.errors import FileError, StageError
from petipa.files import atomic
from petipa.stage.browser import find_browser, open_browser
from petipa.stage.camera import Quality, still
from petipa.stage.film import Film, write_act_film
from stage_acts import small_act

needs_stage = pytest.mark.skipif(
    not (built() and has_browser()), reason="no Chromium or Chrome here, or the scene's script is not built"
)
needs_script = pytest.mark.skipif(not built(), reason="the scene's script is not built: make install, with Node")


def group_members(group: int) -> list[str]:
    listed = subprocess.run(["ps", "-eo", "pgid=,stat=,pid="], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in listed.splitlines()]
    # A process that has ended but that nobody has asked after is a zombie: it runs no more.
    return [" ".join(row) for row in rows if row[0] == str(group) and not row[1].startswith("Z")]


@needs_script
def test_without_a_browser_it_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("PETIPA_BROWSER", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("petipa.stage.browser._MAC_APPLICATIONS", ())
    with pytest.raises(StageError, match="no browser") as caught:
        write_act_film(tmp_path / "film.mp4", small_act(net=False, seconds=0.1))
    assert "chromium" in caught.value.would_work
    assert list(tmp_path.iterdir()) == []


def test_a_browser_named_wrongly_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PETIPA_BROWSER", "/nowhere/chromium")
    with pytest.raises(StageError) as caught:
        find_browser()
    assert "/nowhere/chromium" in str(caught.value)


@needs_script
def test_a_browser_that_dies_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PETIPA_BROWSER", "false")
    with pytest.raises(StageError, match="ended before"):
        write_act_film(tmp_path / "film.mp4", small_act(net=False, seconds=0.1))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("wishes", [{"size": (321, 180)}, {"size": (0, 0)}, {"fps": 0}, {"fps": -5}])
def test_what_cannot_be_encoded_is_refused_before_anything_is_drawn(wishes: dict[str, object], tmp_path: Path) -> None:
    with pytest.raises(StageError) as caught:
        write_act_film(tmp_path / "film.mp4", small_act(net=False, seconds=0.1), **wishes)  # type: ignore[arg-type]
    assert caught.value.would_work
    assert list(tmp_path.iterdir()) == []


@needs_script
@pytest.mark.skipif(os.geteuid() == 0 and not Path("/proc").is_dir(), reason="no place here that root cannot write")
def test_a_place_that_cannot_be_written_is_an_error_of_the_place(tmp_path: Path) -> None:
    (tmp_path / "film.mp4").mkdir()
    with pytest.raises(FileError):
        write_act_film(tmp_path / "film.mp4", small_act(net=False, seconds=0.1))


def test_a_film_drawn_without_a_driver_says_so() -> None:
    slow = Film(Path("film.mp4"), 11, 20.0, "ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero)), SwiftShader)")
    assert "2.0 s a frame" in slow.remark and "libgl1-mesa-dri" in slow.remark
    assert not Film(Path("film.mp4"), 11, 1.0, "ANGLE (Mesa, llvmpipe (LLVM 15.0.6, 256 bits), OpenGL 4.5)").remark


@needs_stage
@pytest.mark.slow
def test_the_browser_and_all_it_started_end_with_the_block() -> None:
    with open_browser("about:blank") as browser:
        group = browser.process.pid
        assert group_members(group)
    assert not group_members(group)


@needs_stage
@pytest.mark.slow
def test_a_film_has_its_pictures_its_sound_and_its_length(tmp_path: Path) -> None:
    import av

    told: list[tuple[int, int]] = []
    act = small_act(seconds=0.4)
    path = tmp_path / "film.mp4"
    film = write_act_film(path, act, size=(320, 180), progress=lambda done, total: told.append((done, total)))
    assert film.frames == 13 and told == [(k + 1, 13) for k in range(13)]
    assert "SwiftShader" not in film.renderer
    assert [p.name for p in tmp_path.iterdir()] == ["film.mp4"]
    with av.open(str(path)) as container:
        assert [s.codec_context.name for s in container.streams] == ["h264", "aac"]
        pictures = [frame.to_ndarray(format="rgb24").astype(int) for frame in container.decode(video=0)]
        video, audio = container.streams
        assert float(video.duration * video.time_base) == pytest.approx(13 / 30, abs=0.01)
        assert float(audio.duration * audio.time_base) == pytest.approx(0.4, abs=0.06)
    assert len(pictures) == 13
    assert all(picture.std() > 12 for picture in pictures)
    assert np.abs(pictures[0] - pictures[-1]).max() > 40, "she turned"


@needs_stage
@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_disk_that_fills_up_is_called_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def full(final: Path) -> Path:
        private = final.with_name("full" + final.suffix)
        private.symlink_to("/dev/full")
        return private

    monkeypatch.setattr(atomic, "_private_path", full)
    with pytest.raises(FileError) as caught:
        write_act_film(tmp_path / "film.mp4", small_act(net=False, seconds=0.2), size=(320, 180))
    assert caught.value.what == "the disk is full" and caught.value.would_work
    assert caught.value.where == str(tmp_path / "film.mp4")
    assert list(tmp_path.iterdir()) == []


@needs_stage
@pytest.mark.slow
def test_a_draft_and_a_final_picture_show_the_same() -> None:
    act = small_act(seconds=0.2)
    draft, final = (still(act, 0.1, size=(320, 180), quality=quality).astype(int) for quality in Quality)
    assert np.abs(draft - final).mean() < 4
