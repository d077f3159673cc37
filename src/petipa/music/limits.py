"""How much music is taken: one place for the numbers."""

from __future__ import annotations

from petipa.errors import MusicError
from petipa.files import MEBIBYTE

MINUTES_MAX = 20
"""Longest music [min]: some five times a long variation; sound of this length takes about 0.4 GB."""

SYMBOLIC_BYTES_MAX = 48 * MEBIBYTE
MIDI_BYTES_MAX = 8 * MEBIBYTE
KERN_BYTES_MAX = 4 * MEBIBYTE
NOTES_MAX = 200_000
BARS_MAX = 10_000


def check_length(seconds: float, *, where: str) -> None:
    """Refuse music longer than `MINUTES_MAX`.

    Raises
    ------
    MusicError
    """
    if seconds > 60 * MINUTES_MAX:
        raise MusicError(
            f"the music lasts {seconds / 60:.0f} minutes; at most {MINUTES_MAX} are taken",
            where=where,
            would_work="one variation or scene, cut out of the longer recording",
        )
