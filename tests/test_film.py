"""The film: a real one of a few frames, and what is said where none can be made."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import numpy as np
import pytest

from devtools import built, has_browser
from petipa.cli.perform import picture_size
from petipa.errors import FileError, StageError
from petipa.files import atomic
from petipa.stage.browser import find_browser, open_browser
from petipa.stage.camera import Quality, Titles, still
from petipa.stage.film import Film, write_act_film
from petipa.stage.reel import Codec, Reel
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


def test_a_size_is_read_as_it_is_said() -> None:
    assert picture_size("1920x1080") == picture_size("1920 × 1080") == (1920, 1080)
    for wrong in ("1920", "1921x1080", "ax b", "8x8", "99999x2", ""):
        with pytest.raises(click.BadParameter):
            picture_size(wrong)


def test_a_film_says_what_drew_it() -> None:
    slow = Film(Path("a"), 11, 11, 20.0, "ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero)), SwiftShader)")
    assert "SwiftShader at 2.00 s a frame" in slow.remark and "libgl1-mesa-dri" in slow.remark
    software = Film(Path("a"), 11, 11, 1.0, "ANGLE (Mesa/X.org, llvmpipe (LLVM 15.0.6 256 bits), OpenGL ES 3.2)")
    assert "llvmpipe at 0.10 s a frame, without a graphics card" in software.remark
    card = Film(Path("a"), 11, 6, 0.05, "ANGLE (NVIDIA Corporation, NVIDIA H200/PCIe/SSE2, OpenGL ES 3.2)")
    assert "NVIDIA H200 at 0.01 s a frame; 5 of its 11 frames" in card.remark


@needs_stage
@pytest.mark.slow
def test_a_film_that_was_stopped_goes_on_and_draws_no_frame_twice(tmp_path: Path) -> None:
    import av

    act = small_act(seconds=0.4, net=False)
    path = tmp_path / "film.mp4"
    titles = Titles("Étude", ("danced by Noah",), lead=0.1, tail=0.1)

    class Stopped(BaseException):
        pass

    def stop(done: int, total: int) -> None:
        if done == 6:
            raise Stopped

    with pytest.raises(Stopped):
        write_act_film(path, act, size=(320, 180), titles=titles, progress=stop)
    (parts,) = tmp_path.iterdir()
    assert parts.name == ".film.mp4.parts" and not path.exists()
    # What a process that was killed leaves half written, and what an older film left, are no parts of this one.
    (parts / ".0000006-abc.part.mp4").write_bytes(b"half")
    (parts / "0000000-ffffffffffffffff.mp4").write_bytes(b"another film's")
    told: list[int] = []
    film = write_act_film(path, act, size=(320, 180), titles=titles, progress=lambda done, total: told.append(done))
    assert film.frames == 19 and film.drawn == 13
    assert told == [6, *range(7, 20)]
    assert [p.name for p in tmp_path.iterdir()] == ["film.mp4"]
    with av.open(str(path)) as container:
        times = [frame.time for frame in container.decode(video=0)]
        container.seek(0)
        sound = np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])
    assert times == pytest.approx([k / 30 for k in range(19)], abs=1e-4)
    assert np.abs(sound[:3500]).max() < 0.02 < np.abs(sound[6000:9000]).max(), "the music waits for the first card"


KILLED = """
import sys
sys.path.insert(0, {tests!r})
from stage_acts import small_act
from petipa.stage.film import write_act_film
write_act_film({path!r}, small_act(seconds=2.4, net=False), size=(160, 90),
    progress=lambda done, total: print(done, flush=True))
"""


@needs_stage
@pytest.mark.slow
def test_a_film_whose_process_was_killed_outright_goes_on(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    import av

    path = tmp_path / "film.mp4"
    path.write_bytes(b"an older film")
    script = KILLED.format(tests=str(Path(__file__).parent), path=str(path))
    scratch = tmp_path_factory.mktemp("scratch")
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": str(scratch)}
    )
    assert process.stdout is not None
    for line in process.stdout:
        if int(line) >= 61:
            process.kill()  # SIGKILL: nothing of it can tidy up
            break
    process.wait()
    assert process.returncode == -signal.SIGKILL
    if sys.platform == "linux":
        until = time.monotonic() + 10
        while str(scratch) in subprocess.run(["ps", "-eo", "args="], capture_output=True, text=True, check=True).stdout:
            assert time.monotonic() < until, "the browser outlived it"
            time.sleep(0.1)
    assert path.read_bytes() == b"an older film", "no half film at its name"
    told: list[int] = []
    act = small_act(seconds=2.4, net=False)
    film = write_act_film(path, act, size=(160, 90), progress=lambda done, total: told.append(done))
    assert film.frames == 73 and film.drawn == 13, "two seconds were finished, and are not drawn again"
    assert told == [60, *range(61, 74)]
    assert [p.name for p in tmp_path.iterdir()] == ["film.mp4"]
    with av.open(str(path)) as container:
        times = [frame.time for frame in container.decode(video=0)]
    assert times == pytest.approx([k / 30 for k in range(73)], abs=1e-4)


def test_parts_of_another_film_are_not_taken(tmp_path: Path) -> None:
    codec = Codec((64, 64), 30, {"preset": "veryfast"}, 1)
    grey = np.full((64, 64, 4), 90, dtype=np.uint8)
    mine, other = (Reel(tmp_path / "film.mp4", key) for key in ("a" * 16, "b" * 16))
    for first in (0, 4):
        with mine.part(first, codec) as part:
            for _ in range(3):
                part.add(grey)
    assert [(p.first, p.count) for p in mine.finished()] == [(0, 3), (4, 3)]
    mine.finished()[1].path.write_bytes(b"torn")
    assert [(p.first, p.count) for p in mine.finished()] == [(0, 3)]
    assert other.finished() == []
    assert list(mine.folder.iterdir()) == []


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
        final.parent.mkdir(exist_ok=True)
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
