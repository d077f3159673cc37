"""The sound as the page and the film carry it: MP3 for the one, AAC for the other."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from petipa.errors import StageError

_FRAME = 1152


def audio_frames(samples: NDArray[np.float32], rate: int, *, size: int = _FRAME) -> Iterator[Any]:
    """PyAV audio frames of `samples`, shape (n, channels), planar float, one after another from time 0."""
    import av

    clipped = np.clip(samples, -1.0, 1.0).astype(np.float32)
    layout = "mono" if clipped.shape[1] == 1 else "stereo"
    for first in range(0, len(clipped), size):
        block = np.ascontiguousarray(clipped[first : first + size].T)
        frame = av.AudioFrame.from_ndarray(block, format="fltp", layout=layout)
        frame.sample_rate = rate
        frame.pts = first
        yield frame


def encode_mp3(samples: NDArray[np.float32], rate: int, *, bit_rate: int = 128_000) -> bytes:
    """`samples`, shape (n, channels) within -1 to 1, as an MP3 file; every browser plays it from memory.

    Raises
    ------
    StageError
        This build of FFmpeg has no MP3 encoder, or refuses the sample rate.
    """
    import av

    buffer = io.BytesIO()
    try:
        with av.open(buffer, mode="w", format="mp3") as container:
            stream = container.add_stream("libmp3lame", rate=rate)
            stream.bit_rate = bit_rate
            stream.codec_context.layout = "mono" if samples.shape[1] == 1 else "stereo"
            stream.codec_context.format = "fltp"
            for frame in audio_frames(samples, rate):
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
    except (av.error.FFmpegError, ValueError) as problem:
        raise StageError(
            f"the sound cannot be put into the page ({problem})",
            would_work="PyAV from PyPI, whose FFmpeg has libmp3lame, and a sample rate of 44100 or 48000",
        ) from problem
    return buffer.getvalue()
