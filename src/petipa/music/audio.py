"""Recordings, and MIDI played by a person: sound in, `Music` out, its beats found by ear."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from petipa.counts import Bars, Metre
from petipa.errors import FileError, MusicError
from petipa.music import analysis, beats, ear, pointer, returns
from petipa.music.limits import MINUTES_MAX, check_length
from petipa.music.midi import MidiContents
from petipa.music.model import (
    CERTAIN,
    CURVE_RATE,
    SAMPLE_RATE,
    Confidence,
    Floats,
    Music,
    Notes,
    TempoMap,
    frozen_array,
)
from petipa.music.spectra import chroma, onset_strength, spectrum
from petipa.music.symbolic import RING
from petipa.music.taps import Counted

SHORTEST = 2.0
"""Less music than this has no beat to find [s]."""

SILENCE = 3e-4
"""Root mean square below which a recording counts as silent (-70 dB)."""

STEADY = 0.75
"""Beats less sure than this are no ground to count bars on: steady playing is heard with 0.8 and more, speech and noise
with less than 0.7."""

NO_BEAT = 0.15
"""Beats less sure than this are none."""

FRAMES_MAX = 48_000 * 60 * MINUTES_MAX
"""Samples of a channel kept in memory at once, whatever the rate."""

_BLOCK = 1 << 18


def load(path: Path) -> tuple[NDArray[np.float32], bool]:
    """The samples of a sound file, shape (n, 2), float32, at `SAMPLE_RATE`, and whether the file is cut short.

    Raises
    ------
    FileError
        If it cannot be decoded.
    MusicError
        If it is longer than is taken; counted while decoding, as headers may lie.
    """
    import soundfile

    would_work = "a sound file (.wav, .flac, .ogg, .mp3), a MIDI file or a MusicXML score"
    blocks: list[NDArray[np.float32]] = []
    try:
        with soundfile.SoundFile(str(path)) as sound:
            rate, promised = int(sound.samplerate), int(sound.frames)
            if not 4000 <= rate <= 384_000:
                raise MusicError(f"its sample rate of {rate} Hz is out of all reason", where=str(path))
            if 0 < promised < 1 << 62:
                check_length(promised / rate, where=str(path))
            total = 0
            while True:
                block = sound.read(_BLOCK, dtype="float32", always_2d=True)
                if len(block) == 0:
                    break
                total += len(block)
                check_length(total / rate, where=str(path))
                if total > FRAMES_MAX:
                    raise MusicError(
                        f"at {rate} Hz it is too large",
                        where=str(path),
                        would_work="the same music at 44100 or 48000 Hz",
                    )
                blocks.append(block[:, :2] if block.shape[1] >= 2 else np.repeat(block, 2, axis=1))
    except (RuntimeError, OSError, ValueError, MemoryError) as problem:
        if not blocks:
            reason = str(problem).rpartition(": ")[2].rstrip(".")
            if "does not exist" in reason:
                reason = "broken or cut short"  # the file is there: this is what libsndfile says of a stub of MP3
            raise FileError(
                f"it is no music that can be read ({reason})", where=str(path), would_work=would_work
            ) from problem
        promised = 1 << 40
    if not blocks:
        raise FileError("there is no sound in it", where=str(path), would_work=would_work)
    samples = np.concatenate(blocks)
    blocks.clear()
    cut = 0 < promised < 1 << 62 and len(samples) < 0.98 * promised
    np.nan_to_num(samples, copy=False, nan=0.0, posinf=0.0, neginf=0.0)
    peak = float(np.max(np.abs(samples)))
    if peak > 1.0:
        samples /= np.float32(peak)
    if rate != SAMPLE_RATE:
        from scipy.signal import resample_poly

        ratio = Fraction(SAMPLE_RATE, rate)
        samples = resample_poly(samples, ratio.numerator, ratio.denominator, axis=0).astype(np.float32)
    return samples, cut


def note_chroma(notes: Notes, *, duration: float) -> Floats:
    """The same from notes: each pitch class with the loudness of what sounds of it."""
    frames = max(1, int(np.ceil(duration * beats.CHROMA_RATE)))
    out = np.zeros((frames, 12))
    for onset, length, pitch, velocity in zip(notes.onset, notes.duration, notes.pitch, notes.velocity, strict=True):
        first = min(frames - 1, round(onset * beats.CHROMA_RATE))
        out[first : max(first + 1, round((onset + length) * beats.CHROMA_RATE)), pitch % 12] += velocity / 100.0
    return out


def _peaks(curve: Floats, *, floor: float = 0.2, apart: float = 0.06) -> Floats:
    """Times [s] of the local maxima of a normalised curve above `floor`, at least `apart` seconds from another."""
    reach = round(apart * beats.FRAME_RATE)
    inner = (curve[1:-1] >= curve[:-2]) & (curve[1:-1] > curve[2:]) & (curve[1:-1] > floor)
    places = np.flatnonzero(inner) + 1
    kept: list[int] = []
    for place in places:
        if kept and place - kept[-1] < reach:
            if curve[place] > curve[kept[-1]]:
                kept[-1] = int(place)
        else:
            kept.append(int(place))
    return np.array(kept, dtype=np.float64) / beats.FRAME_RATE


def lay_out_beats(found: beats.Beats, *, last: float, first_downbeat: float | None) -> tuple[Bars, TempoMap]:
    """Bars and tempo map of beats found by ear: bar 1 begins with the first first-beat heard, or the one stated.

    Parameters
    ----------
    found : Beats
    last : float
        When the last chord begins [s]; its bar is the last.
    first_downbeat : float, optional
        When bar 1 begins [s], if the user said so; the beat nearest is moved there.
    """
    times = found.times
    written = float(found.written)
    size = found.metre.beats // int(found.written)
    first = found.first_downbeat
    if first_downbeat is not None:
        # The stated moment is believed to the millisecond; the neighbours give way a little.
        times = times + (first_downbeat - times[first]) * np.exp(-np.abs(np.arange(len(times)) - first) / 2.0)
    else:
        first %= size
    times = np.maximum.accumulate(times) + np.arange(len(times)) * 1e-6
    clock = TempoMap(frozen_array((np.arange(len(times)) - first) * written), frozen_array(times))
    number = int(np.floor(float(clock.to_beats(last)) / found.metre.beats + 0.1)) + 1
    pickup = Fraction(first) * found.written if first_downbeat is None else Fraction(0)
    return Bars.regular(metre=found.metre, number=max(1, number), pickup=pickup), clock


def trusted(
    found: beats.Beats, onset: Floats, peaks: Floats, *, metre: Metre | None, first_downbeat: float | None
) -> Confidence:
    """How far beats found by ear can be trusted, when also what they were found in is looked at.

    A beat counts only where something is struck, and a metre is no surer than the beats it groups: noise, speech and
    free recitative have onsets enough for a bar-pointer to find bars among them.

    Parameters
    ----------
    found : Beats
    onset : array, shape (F,)
        Onset strength as heard, at `beats.FRAME_RATE`.
    peaks : array [s], shape (N,)
        The onsets.
    metre, first_downbeat : optional
        What the user states, which is sure.
    """
    raw = onset[np.clip((peaks * beats.FRAME_RATE).round().astype(int), 0, len(onset) - 1)]
    struck = np.concatenate([[-np.inf], peaks[raw >= 0.1 * float(np.max(raw, initial=0.0))], [np.inf]])
    place = np.searchsorted(struck, found.times)
    near = np.minimum(found.times - struck[place - 1], struck[place] - found.times) <= 0.1
    share = float(np.mean(near)) if len(near) else 0.0
    sure = min(found.confidence_beats, 1.5 * share)
    most = 1.0 if sure >= STEADY else 0.9 * CERTAIN * sure / STEADY
    return Confidence(
        sure,
        1.0 if metre is not None else min(found.confidence_metre, most),
        1.0 if first_downbeat is not None else min(found.confidence_downbeat, most),
    )


def doubts(confidence: Confidence, found: Metre, *, metre: Metre | None, first_downbeat: float | None) -> Iterator[str]:
    """What was assumed about beats found by ear, and what would settle what is not certain, in words."""
    if confidence.beats < STEADY:
        yield "no steady beat can be heard; a tempo in the header says near which to listen"
    if metre is None:
        if confidence.metre < CERTAIN:
            yield f"no metre can be heard with certainty; {found} is assumed, say metre 3/4 or another in the header"
        else:
            yield f"the metre {found} was found by ear; say otherwise in the header"
    if first_downbeat is None:
        if confidence.downbeat < CERTAIN:
            yield "where bar 1 begins cannot be heard with certainty; say downbeat and its second in the header"
        else:
            yield "the first downbeat was found by ear; say otherwise in the header"


def _by_ear(
    strength: beats.Strength,
    onset: Floats,
    peaks: Floats,
    strong: Floats,
    *,
    source: str,
    metre: Metre | None,
    tempo: float | None,
    first: float | None,
    heard: ear.Impression | None,
) -> Counted:
    """Bars and beats found by ear; `strong` are the onsets one of which is the last chord."""
    felt = None if tempo is None else tempo / (metre.pulse if metre is not None and metre.compound else 1)
    found = beats.find(strength, metre=metre, tempo=felt, first_downbeat=first)
    if heard is not None:
        by_ear = pointer.find(heard, onset, metre=metre, tempo=felt, first_downbeat=first)
        if not pointer.steadier(heard, found, by_ear):
            found = by_ear
    confidence = trusted(found, strength.onset, peaks, metre=metre, first_downbeat=first)
    told = metre is not None or tempo is not None or first is not None
    if len(found.times) < 4 or (confidence.beats < NO_BEAT and not told):
        raise MusicError(
            "no beat can be heard in it",
            where=source,
            would_work="music with a beat, a score of it (MIDI, MusicXML), or its beats tapped in a file",
        )
    last = float(strong[-1]) if len(strong) else float(found.times[-1])
    layout, clock = lay_out_beats(found, last=last, first_downbeat=first)
    remarks = tuple(doubts(confidence, found.metre, metre=metre, first_downbeat=first))
    return Counted(layout, clock, confidence, remarks)


def _music_by_ear(
    strength: beats.Strength,
    *,
    duration: float,
    title: str,
    source: str,
    kind: str,
    metre: Metre | None,
    tempo: float | None,
    first_downbeat: float | None,
    loudness: Floats,
    notes: Notes | None,
    recording: NDArray[np.float32] | None,
    remarks: list[str],
    heard: ear.Impression | None = None,
    counting: Callable[[Floats, float], Counted] | None = None,
) -> Music:
    """The common end of recordings and played MIDI; `heard` is what the trained ear makes of a recording.

    `counting`, where beats are tapped or a score is laid over the sound, gives bars and beats for the onset strength
    and the time of the last chord.
    """
    if first_downbeat is not None and not 0.0 <= first_downbeat < duration:
        raise MusicError(
            f"the first downbeat at {first_downbeat:g} s lies outside the music",
            where=source,
            would_work=f"a time between 0 and {duration:.1f} s",
        )
    onset = beats.normalised(strength.onset)
    peaks = _peaks(onset) if notes is None else analysis.chords(notes)[0]
    places = np.clip((peaks * beats.FRAME_RATE).round().astype(int), 0, len(onset) - 1)
    raw = strength.onset[places]
    strong = peaks[onset[places] >= 0.35] if np.any(onset[places] >= 0.35) else peaks
    if counting is not None:
        counted = counting(onset, float(strong[-1]) if len(strong) else duration)
    else:
        counted = _by_ear(
            strength, onset, peaks, strong, source=source, metre=metre, tempo=tempo, first=first_downbeat, heard=heard
        )
    layout, clock, confidence = counted.layout, counted.tempo, counted.confidence
    last = float(strong[-1]) if len(strong) else float(clock.seconds[-1])
    remarks += counted.remarks
    frames = len(loudness)
    if notes is not None:
        notes = Notes(
            notes.onset, notes.duration, clock.to_beats(notes.onset), notes.pitch, notes.velocity, notes.channel,
            notes.program,
        )  # fmt: skip
        sounds = returns.sounds_of_notes(notes, layout)
    else:
        lines = clock.to_seconds(np.array([float(b.start) for b in layout if b.number >= 1] + [float(layout.span.end)]))
        sounds = returns.sounds_of_recording(strength.chroma, beats.CHROMA_RATE, onset, beats.FRAME_RATE, lines)
    phrases = analysis.phrase(layout, clock, sounds)
    return Music(
        title=title,
        source=source,
        kind=kind,
        layout=layout,
        tempo=clock,
        duration=duration,
        notes=notes if notes is not None else Notes.none(),
        loudness=frozen_array(loudness),
        density=frozen_array(analysis.busyness(peaks, frames=frames)),
        accents=analysis.stand_out(peaks, raw, layout, clock),
        last_chord=last,
        phrases=phrases,
        cadences=analysis.cadence_times(phrases, layout, clock),
        confidence=confidence,
        remarks=tuple(remarks),
        recording=recording,
    )


def read_recording(
    path: Path,
    *,
    metre: Metre | None = None,
    tempo: float | None = None,
    first_downbeat: float | None = None,
    score: Music | None = None,
    counting: Callable[[Floats, float], Counted] | None = None,
) -> Music:
    """Music from a sound file; see `petipa.music.read.read_music` for the parameters.

    Raises
    ------
    FileError
        If it cannot be decoded.
    MusicError
        If it is silent, too short, too long, or has no beat.
    """
    samples, cut = load(path)
    duration = len(samples) / SAMPLE_RATE
    where = str(path)
    if duration < SHORTEST:
        raise MusicError(f"it lasts only {duration:.2f} s", where=where, would_work="some bars of music at least")
    mono = samples.mean(axis=1)
    if float(np.sqrt(np.mean(mono.astype(np.float64) ** 2))) < SILENCE:
        mono = samples[:, 0]
    if float(np.sqrt(np.mean(mono.astype(np.float64) ** 2))) < SILENCE:
        raise MusicError(
            "the recording is silent", where=where, would_work="a recording with music, or 'tempo 120 3/4' without any"
        )
    mel = spectrum(mono)
    hop = SAMPLE_RATE // int(CURVE_RATE)
    frames = max(1, len(mono) // hop)
    energy = np.mean(mono[: frames * hop].reshape(frames, hop).astype(np.float64) ** 2, axis=1)
    remarks = ["the file is cut short; what could be read is used"] if cut else []
    samples.setflags(write=False)
    if score is not None:
        from petipa.music.align import align

        def counting(onset: Floats, last: float) -> Counted:
            return align(score, mono, onset, beats.FRAME_RATE, last=last)

    return _music_by_ear(
        beats.Strength(*onset_strength(mel), chroma(mono)),
        duration=duration,
        title=path.stem,
        source=where,
        kind="audio",
        metre=metre,
        tempo=tempo,
        first_downbeat=first_downbeat,
        loudness=analysis.smooth(analysis.level(analysis.smooth(energy, seconds=0.5)), seconds=0.3),
        notes=None,
        recording=samples,
        remarks=remarks,
        heard=ear.listen(mel, mono, rate=SAMPLE_RATE) if counting is None else None,
        counting=counting,
    )


def hear_played(
    contents: MidiContents,
    *,
    metre: Metre | None = None,
    tempo: float | None = None,
    first_downbeat: float | None = None,
    counting: Callable[[Floats, float], Counted] | None = None,
) -> Music:
    """Music from a MIDI file played by a person, whose own beat grid means nothing.

    Raises
    ------
    MusicError
        If it lasts too long or has no beat.
    """
    notes = contents.seconds
    duration = float(np.max(notes.onset + notes.duration)) + RING
    check_length(duration, where=contents.score.source)
    weight = (notes.velocity / 100.0) ** 2
    bass = weight * np.where(notes.pitched & (notes.pitch < 55), 1.0, 0.0)
    strength = beats.Strength(
        np.minimum(beats.onset_curve(notes.onset, weight, duration=duration), 4.0),
        beats.onset_curve(notes.onset, bass, duration=duration),
        note_chroma(notes, duration=duration),
    )
    frames = int(np.ceil(duration * CURVE_RATE))
    energy = np.zeros(frames)
    np.add.at(energy, np.clip((notes.onset * CURVE_RATE).astype(int), 0, frames - 1), (notes.velocity / 127.0) ** 3)
    return _music_by_ear(
        strength,
        duration=duration,
        title=contents.score.title,
        source=contents.score.source,
        kind="midi",
        metre=metre,
        tempo=tempo,
        first_downbeat=first_downbeat,
        loudness=analysis.smooth(analysis.level(analysis.smooth(energy, seconds=1.0)), seconds=0.3),
        notes=notes,
        recording=None,
        remarks=["its notes follow no written grid, so beats were found by ear", *contents.score.remarks],
        counting=counting,
    )


__all__ = ["MINUTES_MAX", "hear_played", "load", "read_recording"]
