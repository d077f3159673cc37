"""What a score is played on: as it says, a piano alone, or a small orchestra made out of a piano's part.

The orchestra is that of a ballet's reduction played back: first violins with the melody, a flute with them where it is
high and loud, middle strings, horns under what is held, cellos and basses below, plucked where the bass is short.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from petipa.music.model import Floats, Notes
from petipa.music.playing import interpreted, melody_of, voiced
from petipa.showing import Sound

STRINGS, PLUCKED, HORN, FLUTE = 48, 45, 60, 73
"""General MIDI programs, counted from 0."""

SHORT = 0.45
"""A note of the bass or the middle no longer than this is plucked [s]."""
HELD = 0.9
"""A middle note as long as this has a horn in it [s]."""
LOUD, HIGH = 84, 72
"""From this velocity and pitch on a flute plays with the violins."""
SPAN = {STRINGS: (28, 103), PLUCKED: (28, 96), HORN: (41, 77), FLUTE: (60, 96)}
"""What each can play [MIDI note number]; what lies outside is brought in by octaves."""

SPEAKS = ((24, 0.0), (40, 0.01), (44, 0.06), (45, 0.08), (46, 0.015), (48, 0.01), (56, 0.08), (64, 0.05), (80, 0.04))
"""Up to a program (left out), how much sooner it must begin to be heard in time [s].

Half-way up their attack in FluidR3: solo strings 70 to 90 ms, ensembles 70 to 200, brass 40 to 70, reeds and flutes 25
to 60, plucked strings 10 to 45, pianos 5; a listener hears a tone begin a little before that (Gordon, "The perceptual
attack time of musical tones", JASA 82, 1987).
"""


def played(notes: Notes, bars: Floats, sound: Sound) -> Notes:
    """`notes` as they are to be played; `bars` [s] as for `petipa.music.playing.pedalled`."""
    if sound is Sound.ORCHESTRA:
        return orchestrated(notes)
    if sound is Sound.PIANO:
        notes = on_a_piano(notes)
    return interpreted(notes, bars)


def on_a_piano(notes: Notes) -> Notes:
    """`notes` all on one piano; percussion stays what it is."""
    drums = notes.channel == 9
    return replace(
        notes,
        channel=np.where(drums, notes.channel, 0),
        program=np.where(drums, notes.program, 0),
    )


def orchestrated(notes: Notes) -> Notes:
    """`notes` given to a small orchestra; percussion stays what it is."""
    melody = melody_of(notes)
    voiced_notes = voiced(notes, melody)
    drums = notes.channel == 9
    bass = _lowest(notes) & ~melody & ~drums
    short = notes.duration <= SHORT
    plucked = short & ~melody & ~drums
    channel = np.select([drums, melody, bass & plucked, plucked, bass], [9, 0, 4, 3, 2], default=1)
    program = np.select([drums, plucked], [notes.program, PLUCKED], default=STRINGS)
    base = replace(voiced_notes, channel=channel, program=program, pitch=_within(notes.pitch, program, drums))
    flutes = melody & (notes.pitch >= HIGH) & (voiced_notes.velocity >= LOUD) & ~drums
    horns = ~melody & ~bass & ~drums & (notes.duration >= HELD)
    parts = [
        base,
        _doubling(voiced_notes, flutes, FLUTE, 5, softer=14),
        _doubling(voiced_notes, horns, HORN, 6, softer=20),
    ]
    return Notes(*(np.concatenate([getattr(part, name) for part in parts]) for name in _COLUMNS))


_COLUMNS = ("onset", "duration", "beat", "pitch", "velocity", "channel", "program")


def _lowest(notes: Notes) -> NDArray[np.bool_]:
    """Which notes are the lowest of what begins with them, and low enough to be a bass, shape (N,)."""
    out = np.zeros(len(notes), dtype=bool)
    if len(notes) == 0:
        return out
    group = np.concatenate([[0], np.cumsum(np.diff(notes.onset) > 0.03)])
    for number in range(int(group[-1]) + 1):
        here = np.flatnonzero((group == number) & (notes.channel != 9))
        if len(here):
            low = here[np.argmin(notes.pitch[here])]
            out[low] = notes.pitch[low] < 55
    return out


def _within(pitch: NDArray[np.int64], program: NDArray[np.int64], drums: NDArray[np.bool_]) -> NDArray[np.int64]:
    """`pitch` brought by octaves to where an instrument can play it."""
    out = pitch.copy()
    for number, (low, high) in SPAN.items():
        here = (program == number) & ~drums
        below, above = np.maximum(low - out, 0), np.maximum(out - high, 0)
        out = np.where(here, out + 12 * -(-below // 12) - 12 * -(-above // 12), out)
    return out


def _doubling(notes: Notes, which: NDArray[np.bool_], program: int, channel: int, *, softer: int) -> Notes:
    """Some of the notes again on another instrument, a little softer."""
    size = int(which.sum())
    programs = np.full(size, program)
    return Notes(
        notes.onset[which],
        notes.duration[which],
        notes.beat[which],
        _within(notes.pitch[which], programs, np.zeros(size, dtype=bool)),
        np.maximum(notes.velocity[which] - softer, 1),
        np.full(size, channel),
        programs,
    )


def in_time(notes: Notes) -> Notes:
    """`notes` begun so much sooner as each instrument needs to be heard when it is written; ends stay."""
    programs = np.array([until for until, _ in SPEAKS])
    leads = np.array([lead for _, lead in SPEAKS] + [0.0])
    lead = np.where(notes.channel == 9, 0.0, leads[np.searchsorted(programs, notes.program, side="right")])
    onset = np.maximum(notes.onset - lead, 0.0)
    return replace(notes, onset=onset, duration=notes.duration + (notes.onset - onset))


__all__ = ["in_time", "on_a_piano", "orchestrated", "played"]
