"""The film: the scene's frames and the music as H.264 and AAC in one MP4."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from petipa.dancer.body import Body
from petipa.errors import FileError, StageError
from petipa.files import atomic_path
from petipa.showing import Camera
from petipa.stage.act import Act, Beat, StepLike, act_of_motion
from petipa.stage.camera import Frame, Quality, Titles, shoot
from petipa.stage.pack import pack_act
from petipa.stage.reel import PART_SECONDS, Codec, Reel
from petipa.stage.web_files import web_file
from petipa.tutu.sway import DrapeLike

Progress = Callable[[int, int], None]

_X264 = {
    Quality.DRAFT: {"preset": "veryfast", "crf": "20"},
    Quality.FINAL: {"preset": "medium", "crf": "17"},
}


@dataclass(frozen=True)
class Film:
    """A written film and how it was made.

    Attributes
    ----------
    frames : int
    drawn : int
        How many of them were drawn now; the others were found, finished before.
    seconds : float
        Wall time from the first to the last frame drawn.
    renderer : str
        What drew it, in the browser's words.
    """

    path: Path
    frames: int
    drawn: int
    seconds: float
    renderer: str

    @property
    def seconds_per_frame(self) -> float:
        """Wall time a frame took [s], the preparation before the first left out."""
        return self.seconds / max(self.drawn - 1, 1)

    @property
    def remark(self) -> str:
        """What drew it and how quickly, and what would make the next film quicker where that is known."""
        if not self.drawn:
            return "the film was finished already, and is put together from its parts"
        what = f"the film was drawn by {drawer(self.renderer)} at {self.seconds_per_frame:.2f} s a frame"
        if "SwiftShader" in self.renderer:
            what += (
                ", for want of a graphics driver; on Debian `apt install libegl1 libgl1-mesa-dri` makes it several "
                "times quicker"
            )
        elif "llvmpipe" in self.renderer:
            what += ", without a graphics card"
        if self.drawn < self.frames:
            what += f"; {self.frames - self.drawn} of its {self.frames} frames were there from before"
        return what


def drawer(renderer: str) -> str:
    """What draws, in a word or two, from the browser's words for it: ``ANGLE (NVIDIA, NVIDIA H200/PCIe, ...)``."""
    words = renderer.removeprefix("ANGLE (").split(", ")
    named = words[1] if len(words) > 1 else renderer
    return next(
        (one for one in ("SwiftShader", "llvmpipe") if one in renderer), named.split("/")[0].strip() or "the browser"
    )


def write_act_film(
    path: str | os.PathLike[str],
    act: Act,
    *,
    size: tuple[int, int] = (1280, 720),
    fps: int = 30,
    quality: Quality | str = Quality.DRAFT,
    camera: Camera | str = Camera.FILMED,
    titles: Titles | None = None,
    progress: Progress | None = None,
) -> Film:
    """Film `act`, between its `titles` where there are any; see `write_film`."""
    import av

    quality, camera = Quality(quality), Camera(camera)
    if min(size) < 16 or size[0] % 2 or size[1] % 2:
        raise StageError(f"a film of {size[0]}x{size[1]} cannot be encoded", would_work="an even width and height")
    if fps < 1:
        raise StageError(f"a film of {fps} frames a second cannot be made", would_work="25, 30 or 60")
    if Path(path).is_dir():
        raise FileError("this is a folder, not a file", where=str(path), would_work="a file name inside it")
    lead, tail = (titles.lead, titles.tail) if titles is not None else (0.0, 0.0)
    total = max(1, int(np.floor((lead + act.duration + tail) * fps + 1e-6)) + 1)
    package = pack_act(act)
    wishes = (size, fps, quality.value, camera.value, titles)
    key = hashlib.sha256(b"\0".join([package, web_file("petipa.js"), repr(wishes).encode()])).hexdigest()
    reel = Reel(Path(path), key)
    codec = Codec(size, fps, _X264[quality], 1 if quality is Quality.DRAFT else 0)
    done = {n for part in reel.finished() for n in range(part.first, part.first + part.count)}
    wanted = [n for n in range(total) if n not in done]
    if progress is not None and done:
        progress(total - len(wanted), total)
    began = ended = 0.0
    renderer = ""
    try:
        if wanted:
            shooting = shoot(
                act, wanted, fps=fps, size=size, quality=quality, camera=camera, package=package, titles=titles
            )
            with shooting as run:
                left = len(wanted)
                for first, frames in _runs(run.frames, PART_SECONDS * fps):
                    with reel.part(first, codec) as part:
                        for frame in frames:
                            part.add(frame.picture)
                            ended = time.monotonic()
                            began = began or ended
                            left -= 1
                            if progress is not None:
                                progress(total - left, total)
                renderer = run.renderer
        before, after = (round(seconds * act.sample_rate) for seconds in (lead, tail))
        sound = np.pad(act.sound(), ((before, after), (0, 0)))
        with atomic_path(Path(path)) as private:
            reel.splice(private, reel.finished(), fps=fps, sound=sound, rate=act.sample_rate)
    except av.error.FFmpegError as problem:
        if isinstance(problem, OSError):
            raise  # the disk's trouble, and told as such
        raise StageError(
            f"the film cannot be encoded ({problem})",
            where=str(path),
            would_work="PyAV from PyPI, whose FFmpeg has H.264 and AAC",
        ) from problem
    finally:
        reel.tidy()
    reel.remove()
    return Film(Path(path), total, len(wanted), ended - began, renderer)


def _runs(frames: Iterator[Frame], length: int) -> Iterator[tuple[int, Iterator[Frame]]]:
    """Frames in runs without a gap, each with the number of its first and no longer than to a multiple of `length`."""
    ahead = next(frames, None)
    while ahead is not None:
        first = ahead.number

        def run() -> Iterator[Frame]:
            nonlocal ahead
            while ahead is not None:
                number = ahead.number
                yield ahead
                ahead = next(frames, None)
                if ahead is not None and (ahead.number != number + 1 or ahead.number % length == 0):
                    return

        yield first, run()


def write_film(
    path: str | os.PathLike[str],
    *,
    title: str,
    skeleton: Any,
    motion: Any,
    body: Body | None = None,
    drape: DrapeLike | None = None,
    music: tuple[ArrayLike, int] | None = None,
    steps: Iterable[StepLike] | None = None,
    beats: Iterable[Beat] = (),
    size: tuple[int, int] = (1280, 720),
    fps: int = 30,
    quality: Quality | str = Quality.DRAFT,
    camera: Camera | str = Camera.FILMED,
    progress: Progress | None = None,
) -> Film:
    """Film a motion with its music, H.264 and AAC in an MP4, written wholly or not at all.

    Begun again after it was killed, it goes on: what was finished lies in parts beside the film and is not drawn twice.

    Parameters
    ----------
    skeleton, motion, body, drape, music, steps, beats
        As for `petipa.stage.page.write_page`.
    size : (int, int)
        Width and height in pixels, both even.
    quality : Quality or str
        ``draft`` is quick; ``final`` smooths edges in the drawing and encodes better.
    camera : Camera or str
        Where it is seen from.
    progress : callable, optional
        Called with the frames done and the frames there will be.

    Returns
    -------
    Film

    Raises
    ------
    StageError
        No browser (the message says how to get one), no WebGL, or no encoder.
    FileError
        It cannot be written there.
    """
    act = act_of_motion(
        title=title,
        skeleton=skeleton,
        motion=motion,
        body=body,
        drape=drape,
        music=music,
        steps=steps,
        beats=beats,
    )
    return write_act_film(path, act, size=size, fps=fps, quality=quality, camera=camera, progress=progress)
