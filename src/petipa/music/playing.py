"""How a pianist plays what a score only writes: the melody sings over the rest, the pedal joins what hands cannot."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from petipa.music.model import Floats, Notes

MELODY, INNER, BASS = 6, -8, -2
"""What is added to the velocity of each in a chord written in one loudness."""

TOGETHER = 0.03
"""Notes this near to each other are struck together [s]."""

DRY = 0.75
"""A note shorter than this share of the time to the next of the accompaniment is meant short: no pedal joins them."""

_PIANOS = 8
_LOW = 55


def melody_of(notes: Notes) -> NDArray[np.bool_]:
    """Which notes lie on top of all that sounds when they are struck, shape (N,)."""
    out = np.zeros(len(notes), dtype=bool)
    tops: list[tuple[float, int]] = []  # what still sounds: end, pitch
    first = 0
    while first < len(notes):
        last = first
        while last < len(notes) and notes.onset[last] - notes.onset[first] < TOGETHER:
            last += 1
        group = [i for i in range(first, last) if notes.channel[i] != 9]
        tops = [one for one in tops if one[0] > notes.onset[first] + TOGETHER]
        if group:
            top = max(group, key=lambda i: notes.pitch[i])
            if notes.pitch[top] >= max((pitch for _, pitch in tops), default=_LOW):
                out[top] = True
            tops += [(float(notes.onset[i] + notes.duration[i]), int(notes.pitch[i])) for i in group]
        first = last
    return out


def voiced(notes: Notes, melody: NDArray[np.bool_]) -> Notes:
    """`notes` with the melody above the rest, where chords are written in one loudness (players have voiced theirs)."""
    velocity = notes.velocity.copy()
    start = np.concatenate([[True], np.diff(notes.onset) >= TOGETHER]) if len(notes) else np.zeros(0, dtype=bool)
    for group in np.split(np.arange(len(notes)), np.flatnonzero(start)[1:]):
        if len(group) and len(set(notes.velocity[group])) == 1:
            lowest = group[np.argmin(notes.pitch[group])]
            for i in group:
                bass = i == lowest and notes.pitch[i] < _LOW
                velocity[i] += MELODY if melody[i] else BASS if bass else INNER
    drums = notes.channel == 9
    return replace(notes, velocity=np.where(drums, notes.velocity, np.clip(velocity, 1, 127)))


def pedalled(notes: Notes, melody: NDArray[np.bool_], bars: Floats) -> Notes:
    """`notes` with a piano's accompaniment held by the pedal to the end of its bar.

    It is let go sooner where a neighbouring tone of the accompaniment, a second away, would blur with it; notes meant
    short stay short, and the melody is left to the fingers.

    Parameters
    ----------
    notes : Notes
    melody : array of bool, shape (N,)
    bars : array [s]
        Where bars begin and the last ends, rising.
    """
    duration = notes.duration.copy()
    below = np.flatnonzero(~melody & (notes.channel != 9) & (notes.program < _PIANOS))
    onset = notes.onset[below]
    for k, i in enumerate(below):
        after = int(np.searchsorted(onset, onset[k] + TOGETHER))
        until = int(np.searchsorted(bars, onset[k] + TOGETHER, side="right"))
        if after >= len(below) or until >= len(bars):
            continue
        end = float(bars[until])
        if notes.duration[i] < DRY * min(onset[after] - onset[k], end - onset[k]):
            continue
        for j in below[after : int(np.searchsorted(onset, end))]:
            if abs(int(notes.pitch[j]) - int(notes.pitch[i])) <= 2:
                end = float(notes.onset[j])
                break
        duration[i] = max(duration[i], end - onset[k])
    return replace(notes, duration=duration)


def restruck(notes: Notes) -> Notes:
    """`notes` with none sounding on when its own key is struck again: the second stroke would be cut with the first."""
    duration = notes.duration.copy()
    last: dict[tuple[int, int], int] = {}
    for i in range(len(notes)):
        key = (int(notes.channel[i]), int(notes.pitch[i]))
        before = last.get(key)
        if before is not None:
            gap = float(notes.onset[i] - notes.onset[before])
            duration[before] = min(duration[before], max(gap - 0.005, 0.02))
        last[key] = i
    return replace(notes, duration=duration)


def interpreted(notes: Notes, bars: Floats) -> Notes:
    """`notes` as a pianist plays them; `bars` as for `pedalled`."""
    melody = melody_of(notes)
    return pedalled(voiced(notes, melody), melody, bars)
