"""The film: the scene's frames and the music as H.264 and AAC in one MP4."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from petipa.dancer.body import Body
from petipa.errors import StageError
from petipa.files import atomic_path
from petipa.showing import Camera
from petipa.stage.act import Act, Beat, DrapeLike, StepLike, act_of_motion
from petipa.stage.camera import Frame, Quality, shoot
from petipa.stage.sound import audio_frames

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
    seconds : float
        Wall time from the first to the last frame.
    renderer : str
        What drew it, in the browser's words.
    """

    path: Path
    frames: int
    seconds: float
    renderer: str

    @property
    def seconds_per_frame(self) -> float:
        """Wall time a frame took [s], the preparation before the first left out."""
        return self.seconds / max(self.frames - 1, 1)

    @property
    def remark(self) -> str:
        """What would make the next film quicker; empty where nothing is known to."""
        if "SwiftShader" not in self.renderer:
            return ""
        return (
            f"the film was drawn by SwiftShader at {self.seconds_per_frame:.1f} s a frame, for want of a graphics "
            "driver; on Debian `apt install libegl1 libgl1-mesa-dri` makes it several times quicker"
        )


class _Encoder:
    """One MP4 being written: pictures in, and the sound beside them as far as the pictures have come."""

    def __init__(self, path: Path, act: Act, size: tuple[int, int], fps: int, quality: Quality) -> None:
        import av

        self._av = av
        self._container = av.open(str(path), mode="w", format="mp4", options={"movflags": "+faststart"})
        self._video = self._container.add_stream("libx264", rate=fps, options=_X264[quality])
        self._video.width, self._video.height = size
        self._video.pix_fmt = "yuv420p"
        context = self._video.codec_context
        context.time_base = Fraction(1, fps)
        # Say which colours these are, or players guess by the picture's size.
        context.color_primaries = context.color_trc = context.colorspace = 1
        context.color_range = 1
        context.thread_count = 1 if quality is Quality.DRAFT else 0
        sound = act.sound()
        self._audio = self._container.add_stream("aac", rate=act.sample_rate)
        self._audio.bit_rate = 192_000
        self._audio.codec_context.layout = "mono" if sound.shape[1] == 1 else "stereo"
        self._audio.codec_context.format = "fltp"
        self._sound = audio_frames(sound, act.sample_rate, size=1024)
        self._rate = act.sample_rate
        self._heard = 0.0
        self._fps = fps

    def add(self, frame: Frame, index: int) -> None:
        """Append a picture, and the sound up to it."""
        picture = self._av.VideoFrame.from_ndarray(np.ascontiguousarray(frame.picture), format="rgba")
        flat = picture.reformat(format="yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG")
        flat.pts = index
        flat.time_base = Fraction(1, self._fps)
        self._container.mux(self._video.encode(flat))
        self._listen((index + 1) / self._fps)

    def _listen(self, until: float) -> None:
        while self._heard < until:
            block: Any = next(self._sound, None)
            if block is None:
                return
            block.time_base = Fraction(1, self._rate)
            self._heard = (block.pts + block.samples) / self._rate
            self._container.mux(self._audio.encode(block))

    def end(self) -> None:
        """Write what is still inside the encoders, and close."""
        self._container.mux(self._video.encode(None))
        self._listen(float("inf"))
        self._container.mux(self._audio.encode(None))
        self._container.close()

    def give_up(self) -> None:
        """Close without more; the file is of no use, so that what closing still complains of is of no use either."""
        with contextlib.suppress(self._av.error.FFmpegError):
            self._container.close()


def write_act_film(
    path: str | os.PathLike[str],
    act: Act,
    *,
    size: tuple[int, int] = (1280, 720),
    fps: int = 30,
    quality: Quality | str = Quality.DRAFT,
    camera: Camera | str = Camera.FILMED,
    progress: Progress | None = None,
) -> Film:
    """Film `act`; see `write_film`."""
    import av

    quality, camera = Quality(quality), Camera(camera)
    if min(size) < 16 or size[0] % 2 or size[1] % 2:
        raise StageError(f"a film of {size[0]}x{size[1]} cannot be encoded", would_work="an even width and height")
    if fps < 1:
        raise StageError(f"a film of {fps} frames a second cannot be made", would_work="25, 30 or 60")
    total = max(1, int(np.floor(act.duration * fps + 1e-6)) + 1)
    shooting = shoot(act, range(total), fps=fps, size=size, quality=quality, camera=camera)
    with atomic_path(Path(path)) as private, shooting as run:
        encoder: _Encoder | None = None
        began = ended = 0.0
        try:
            encoder = _Encoder(private, act, size, fps, quality)
            for index, frame in enumerate(run.frames):
                encoder.add(frame, index)
                ended = time.monotonic()
                began = began or ended
                if progress is not None:
                    progress(index + 1, total)
            encoder.end()
        except av.error.FFmpegError as problem:
            if encoder is not None:
                encoder.give_up()
            if isinstance(problem, OSError):
                raise  # the disk's trouble, and told as such
            raise StageError(
                f"the film cannot be encoded ({problem})",
                where=str(path),
                would_work="PyAV from PyPI, whose FFmpeg has H.264 and AAC",
            ) from problem
    return Film(Path(path), total, ended - began, run.renderer)


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
