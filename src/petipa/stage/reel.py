"""A film's pictures on disk while it is made: short parts, each whole or not there, from which a killed film goes on.

Parts lie in a folder beside the film and are named by their first frame and by the key of all that decides what they
show. Spliced, their packets are copied and nothing is encoded again; the sound is added then.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from petipa.errors import FileError
from petipa.files import atomic_path
from petipa.stage.sound import audio_frames

PART_SECONDS = 2
"""How long a part is; what a film loses at most when it is killed."""


@dataclass(frozen=True)
class Part:
    """Finished pictures of a film: the number of the first, how many, and the file."""

    first: int
    count: int
    path: Path


@dataclass(frozen=True)
class Codec:
    """How pictures are encoded: their size, frames a second, x264's options and threads (0: its own choice)."""

    size: tuple[int, int]
    fps: int
    options: dict[str, str]
    threads: int


class Reel:
    """The finished parts of one film.

    Parameters
    ----------
    film : Path
        Where the film shall be; the parts lie beside it.
    key : str
        Stands for all that decides what the film shows: parts of another key are not this film's.
    """

    def __init__(self, film: Path, key: str) -> None:
        self.film = film
        self.key = key[:16]
        self.folder = film.with_name(f".{film.name}.parts")

    def finished(self) -> list[Part]:
        """The whole parts there are, in order; what is broken or of another film is removed."""
        found: list[Part] = []
        if not self.folder.is_dir():
            return found
        for path in sorted(self.folder.iterdir()):
            first, _, key = path.stem.partition("-")
            count = _pictures(path) if key == self.key and first.isdigit() else 0
            if count and (not found or int(first) >= found[-1].first + found[-1].count):
                found.append(Part(int(first), count, path))
            else:
                path.unlink(missing_ok=True)
        return found

    @contextlib.contextmanager
    def part(self, first: int, codec: Codec) -> Iterator[PartEncoder]:
        """A part to fill from frame `first` on; a block that raises still keeps the pictures it was given.

        Raises
        ------
        FileError
            It cannot be written there.
        """
        try:
            with atomic_path(self.folder / f"{first:07d}-{self.key}.mp4") as private:
                encoder = PartEncoder(private, codec)
                try:
                    yield encoder
                except BaseException:
                    if encoder.count == 0:
                        encoder.abandon()
                        raise
                    encoder.end()
                    private.replace(self.folder / f"{first:07d}-{self.key}.mp4")
                    raise
                encoder.end()
        except FileError as problem:
            raise FileError(problem.what, where=str(self.film), would_work=problem.would_work) from problem

    def splice(self, out: Path, parts: list[Part], *, fps: int, sound: NDArray[np.float32], rate: int) -> None:
        """Join the pictures of `parts` and `sound`, shape (n, channels) at `rate` [Hz], into one MP4."""
        import av

        with av.open(str(out), mode="w", format="mp4", options={"movflags": "+faststart"}) as film:
            with av.open(str(parts[0].path)) as one:
                video = film.add_stream_from_template(one.streams.video[0])
            audio: Any = film.add_stream("aac", rate=rate)
            audio.bit_rate = 192_000
            audio.codec_context.layout = "mono" if sound.shape[1] == 1 else "stereo"
            audio.codec_context.format = "fltp"
            blocks = audio_frames(sound, rate, size=1024)
            heard = 0.0

            def listen(until: float) -> None:
                nonlocal heard
                while heard < until:
                    block: Any = next(blocks, None)
                    if block is None:
                        return
                    block.time_base = Fraction(1, rate)
                    heard = (block.pts + block.samples) / rate
                    film.mux(audio.encode(block))

            latest = None
            for part in parts:
                with av.open(str(part.path)) as one:
                    for packet in one.demux(one.streams.video[0]):
                        if packet.dts is None or packet.pts is None:
                            continue
                        shift = round(part.first / fps / packet.time_base)
                        packet.pts += shift
                        packet.dts = packet.dts + shift if latest is None else max(packet.dts + shift, latest + 1)
                        latest = packet.dts
                        packet.stream = video
                        film.mux(packet)
                listen((part.first + part.count) / fps)
            listen(float("inf"))
            film.mux(audio.encode(None))

    def remove(self) -> None:
        """Remove the parts; nothing needs them when the film is there."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def tidy(self) -> None:
        """Remove the folder if there is nothing in it."""
        with contextlib.suppress(OSError):
            self.folder.rmdir()


class PartEncoder:
    """Encodes pictures into one MP4 without sound."""

    def __init__(self, path: Path, codec: Codec) -> None:
        import av

        self._av = av
        self._container = av.open(str(path), mode="w", format="mp4")
        self._video = self._container.add_stream("libx264", rate=codec.fps, options=codec.options)
        self._video.width, self._video.height = codec.size
        self._video.pix_fmt = "yuv420p"
        context = self._video.codec_context
        context.time_base = Fraction(1, codec.fps)
        # Say which colours these are, or players guess by the picture's size.
        context.color_primaries = context.color_trc = context.colorspace = 1
        context.color_range = 1
        context.thread_count = codec.threads
        self._fps = codec.fps
        self.count = 0

    def add(self, picture: NDArray[np.uint8]) -> None:
        """Append a picture, shape (height, width, 4), RGBA."""
        frame = self._av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgba")
        flat = frame.reformat(format="yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG")
        flat.pts = self.count
        flat.time_base = Fraction(1, self._fps)
        self._container.mux(self._video.encode(flat))
        self.count += 1

    def end(self) -> None:
        """Write what is still inside the encoder, and close."""
        try:
            self._container.mux(self._video.encode(None))
        finally:
            self._container.close()

    def abandon(self) -> None:
        """Close without more; the file is of no use, so that what closing still complains of is of no use either."""
        with contextlib.suppress(self._av.error.FFmpegError):
            self._container.close()


def _pictures(path: Path) -> int:
    """How many pictures a part holds; none where it cannot be read to its end."""
    import av

    try:
        with av.open(str(path)) as container:
            return sum(1 for packet in container.demux(container.streams.video[0]) if packet.dts is not None)
    except (av.error.FFmpegError, IndexError):
        return 0
