"""The sound as the page and the film carry it: music and audience together at one loudness; MP3 and AAC."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from petipa.errors import StageError
from petipa.music.loudness import HOP, SILENT, loudness, momentary, true_peak
from petipa.music.sound import LIMIT_DB, PEAK, limited

Floats = NDArray[np.float64]

_FRAME = 1152

TARGET = -16.0
"""Integrated loudness of what is heard [LUFS]. EBU R 128 asks -23 of broadcasts; over the network, to telephones and
laptops that can play no louder, -16 is the most that AES TD1004 (2015) recommends."""
CEILING = -1.0
"""Highest true peak [dBTP] (EBU R 128)."""
OVATION = 3.0
"""A full house at its loudest beside the music's own loudness [LU]."""
FULL_HOUSE = -20.0
"""Loudness at which `petipa.stage.audience` leaves an ovation of a full house at its height [LUFS]."""
BELOW_MUSIC = 8.0
"""How far the audience stays below the music while she dances [LU], in every 0.4 s."""
PAUSE = 25.0
"""Where the music is this far below its own loudness [LU] it pauses, and nothing needs to be kept clear."""
RELEASE = 12.0
"""After the end the audience may come up so much a second [LU/s], as the last chord rings."""


def kept_below(music: Floats, audience: Floats, *, whole: float, over: float) -> Floats:
    """Gain of an audience, 0 to 1, ten values a second, that keeps it `BELOW_MUSIC` until `over` [s], then lets it go.

    Parameters
    ----------
    music, audience : momentary loudness of both, shape (m,) each [LUFS]
    whole : integrated loudness of the music [LUFS]
    """
    from scipy.ndimage import minimum_filter1d

    times = np.arange(len(music)) * HOP
    # A little more than is promised: between the values the gain goes in straight lines.
    beyond = audience - (music - BELOW_MUSIC - 0.3) - RELEASE * np.maximum(times - over, 0.0)
    beyond[music < max(whole - PAUSE, SILENT)] = 0.0
    wanted = 10.0 ** (-np.maximum(beyond, 0.0) / 20.0)
    # The least of all blocks a moment belongs to, and of as many round them as the smoothing reaches.
    window = np.hanning(9)[1:-1]
    least = minimum_filter1d(np.pad(wanted, (4, 4), mode="edge"), 11, mode="nearest")
    smooth = np.convolve(np.pad(least, 3, mode="edge"), window / window.sum(), mode="valid")[4:]
    return np.asarray(smooth[: len(music) + 4], dtype=np.float64)


def mixed(
    music: NDArray[np.float32], audience: NDArray[np.float32], rate: int, *, over: float = 0.0
) -> NDArray[np.float32]:
    """Music and audience as they are heard, at `TARGET` and below `CEILING`; shape as the music's.

    Parameters
    ----------
    music, audience : arrays, shape (n, channels), from the same moment on and equally long
    rate : samples a second
    over : when the dance and its music are over [s]; until then the audience stays `BELOW_MUSIC`
    """
    whole = loudness(music, rate)
    crowd = momentary(audience, rate)
    level = whole + OVATION - FULL_HOUSE if np.isfinite(whole) else 0.0
    gain = kept_below(momentary(music, rate), crowd + level, whole=whole, over=over)
    out = music.astype(np.float32, copy=True)
    for first in range(0, len(out), 1 << 18):  # long music is not held in memory several times
        part = audience[first : first + (1 << 18)]
        if music.shape[1] == 1:
            part = part.mean(axis=1, keepdims=True)
        at = (first + np.arange(len(part))) / (HOP * rate)
        gains = 10.0 ** (level / 20.0) * np.interp(at, np.arange(len(gain)), gain)
        out[first : first + len(part)] += part * gains[:, None].astype(np.float32)
    return normalised(out, rate)


def normalised(samples: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
    """`samples` at `TARGET`, no true peak above `CEILING`; silence stays silent.

    Peaks are pressed by at most `LIMIT_DB`; music whose peaks stand higher above its loudness comes out softer.
    """
    whole = loudness(samples, rate)
    if not np.isfinite(whole):
        return samples
    most = 10.0 ** (LIMIT_DB / 20.0) * PEAK / max(float(samples.max()), -float(samples.min()))
    out = samples
    gain = 1.0
    for _ in range(3):  # what is pressed is softer than it was: a little more, until it is as loud as it should be
        gain = min(gain * 10.0 ** ((TARGET - whole) / 20.0), most)
        out = limited(samples * np.float32(gain))
        whole = loudness(out, rate)
    over = true_peak(out) / 10.0 ** (CEILING / 20.0)
    return out if over <= 1.0 else (out / np.float32(over)).astype(np.float32)


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


def encode_mp3(samples: NDArray[np.float32], rate: int, *, bit_rate: int = 192_000) -> bytes:
    """`samples`, shape (n, channels) within -1 to 1, as an MP3 file; every browser plays it from memory.

    Applause is what such codecs find hardest, dense and alike on no two channels: hence the bit rate.

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
