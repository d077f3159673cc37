"""Standard MIDI Files, read without trust and written for the synthesiser.

Format: "Standard MIDI-File Format Specification 1.1", MIDI Manufacturers Association, 1996.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from petipa.counts import Metre
from petipa.errors import MusicError
from petipa.music.barring import Barring, reckon
from petipa.music.limits import BARS_MAX, NOTES_MAX
from petipa.music.model import Confidence, Notes
from petipa.music.symbolic import Score, ScoreBar, ScoreNotes, ScoreTempo, seconds_of

_DATA_BYTES = {0x80: 2, 0x90: 2, 0xA0: 2, 0xB0: 2, 0xC0: 1, 0xD0: 1, 0xE0: 2}
_SUSTAIN = 64
_TICKS_MAX = 1 << 31
_RAGGED = 0.35
"""If more than this share of the onsets is off every simple division of the beat, it was played, not written."""


@dataclass
class _Track:
    """What one pass over the chunks collects; times in ticks."""

    notes: list[tuple[int, int, int, int, int, int]] = field(default_factory=list)
    tempi: list[tuple[int, float]] = field(default_factory=list)
    metres: list[tuple[int, Metre]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    truncated: bool = False


class _CutError(Exception):
    """The bytes end in the middle of something."""


def _variable(data: bytes, at: int) -> tuple[int, int]:
    """A variable-length quantity at `at`: its value and where the next byte is."""
    value = 0
    for _ in range(4):
        if at >= len(data):
            raise _CutError
        byte = data[at]
        at += 1
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at
    raise _CutError


def _events(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """The events of one track chunk: tick, status (0xFF00 + type for meta events), payload."""
    at, tick, running = 0, 0, 0
    while at < len(data):
        delta, at = _variable(data, at)
        tick += delta
        if at >= len(data):
            raise _CutError
        status = data[at]
        if status >= 0x80:
            at += 1
        else:
            status = running
        if status == 0xFF:
            if at >= len(data):
                raise _CutError
            kind = data[at]
            length, at = _variable(data, at + 1)
            if at + length > len(data):
                raise _CutError
            yield tick, 0xFF00 + kind, data[at : at + length]
            at += length
            if kind == 0x2F:
                return
        elif status in (0xF0, 0xF7):
            length, at = _variable(data, at)
            at += length
        elif status & 0xF0 in _DATA_BYTES:
            running = status
            size = _DATA_BYTES[status & 0xF0]
            if at + size > len(data):
                raise _CutError
            yield tick, status, data[at : at + size]
            at += size
        else:
            raise _CutError


def _text(payload: bytes) -> str:
    try:
        text = payload.decode("utf-8")
    except UnicodeDecodeError:
        text = payload.decode("latin-1")
    return "".join(character for character in text if character.isprintable()).strip()[:200]


def _read_track(data: bytes, found: _Track) -> None:
    """Add the notes, tempi and metres of one track chunk to `found`; a cut track keeps what came before the cut."""
    program = [0] * 16
    pedal = [False] * 16
    sounding: dict[tuple[int, int], list[tuple[int, int, int]]] = defaultdict(list)
    held: dict[int, list[tuple[int, int, int, int, int]]] = defaultdict(list)
    tick = 0

    def keep(start: int, end: int, pitch: int, velocity: int, channel: int, sound: int) -> None:
        if len(found.notes) >= NOTES_MAX:
            raise MusicError(f"there are more than {NOTES_MAX} notes in it", would_work="a single piece of music")
        found.notes.append((start, max(end, start + 1), pitch, velocity, channel, sound))

    try:
        for tick, status, payload in _events(data):
            if tick > _TICKS_MAX:
                raise _CutError
            channel, kind = status & 0x0F, status & 0xF0
            if status == 0xFF51 and len(payload) == 3:
                microseconds = int.from_bytes(payload, "big")
                if microseconds:
                    found.tempi.append((tick, 6e7 / microseconds))
            elif status == 0xFF58 and len(payload) >= 2 and payload[1] <= 6:
                if 1 <= payload[0] <= 64:
                    found.metres.append((tick, Metre(payload[0], 1 << payload[1])))
            elif status == 0xFF03:
                found.names.append(_text(payload))
            elif status >= 0xFF00:
                continue
            elif kind == 0xC0:
                program[channel] = payload[0] & 0x7F
            elif kind == 0xB0 and payload[0] == _SUSTAIN:
                pedal[channel] = payload[1] >= 64
                if not pedal[channel]:
                    for start, pitch, velocity, sound, _ in held.pop(channel, []):
                        keep(start, tick, pitch, velocity, channel, sound)
            elif kind == 0x90 and payload[1] > 0:
                sounding[channel, payload[0] & 0x7F].append((tick, payload[1] & 0x7F, program[channel]))
            elif kind in (0x80, 0x90):
                pitch = payload[0] & 0x7F
                queue = sounding.get((channel, pitch))
                if queue:
                    start, velocity, sound = queue.pop(0)
                    if pedal[channel] and channel != 9:
                        held[channel].append((start, pitch, velocity, sound, tick))
                    else:
                        keep(start, tick, pitch, velocity, channel, sound)
    except _CutError:
        found.truncated = True
    for (channel, pitch), queue in sounding.items():
        for start, velocity, sound in queue:
            keep(start, tick, pitch, velocity, channel, sound)
    for channel, waiting in held.items():
        for start, pitch, velocity, sound, _ in waiting:
            keep(start, tick, pitch, velocity, channel, sound)


def _grid_shift(quarters: np.ndarray, *, finest: int = 48) -> float:
    """Quarters by which all onsets are late against the written grid, 0 when they are not.

    Engravers write a first grace note by moving everything after it; then most onsets share one odd remainder.
    """
    remainders = np.round((quarters * 12) % 1 * finest).astype(int) % finest
    counts = np.bincount(remainders, minlength=finest)
    common = int(np.argmax(counts))
    if common == 0 or counts[common] < 0.5 * len(quarters) or counts[0] > 0.1 * len(quarters):
        return 0.0
    # The remainder against a twelfth leaves the whole twelfths open: the most even reading is chosen.
    exact = float(np.median((quarters * 12 % 1)[remainders == common])) / 12
    best, best_score = 0.0, -1.0
    for twelfth in range(6):  # grace notes are shorter than half a quarter
        shift = exact + twelfth / 12
        places = (quarters - shift) % 1
        score = float(
            np.sum(np.minimum(places, 1 - places) < 0.01)
            + 0.5 * np.sum(np.abs(places - 0.5) < 0.01)
            + 0.1 * np.sum(np.abs(places % 0.25) < 0.01)
        )
        if score > best_score + 1e-9:
            best, best_score = shift, score
    return best


def raggedness(quarters: np.ndarray) -> float:
    """Share of onsets that lie on no twelfth or sixteenth of a quarter (within 0.02 quarters), 0 to 1."""
    off = np.minimum(
        np.abs(quarters * 12 - np.round(quarters * 12)) / 12, np.abs(quarters * 8 - np.round(quarters * 8)) / 8
    )
    return float(np.mean(off > 0.012))


@dataclass(frozen=True, eq=False)
class MidiContents:
    """What a MIDI file holds: the score by its own grid, and whether that grid means anything."""

    score: Score
    played: bool
    seconds: Notes


def read_midi(content: bytes, *, source: str) -> MidiContents:
    """Read a Standard MIDI File.

    Parameters
    ----------
    content : bytes
    source : str
        The file's name, for messages and title.

    Returns
    -------
    MidiContents
        `played` is true when the onsets ignore the file's own beat grid, as in a recording of a player; then beats
        have to be found by ear, from `seconds`.

    Raises
    ------
    MusicError
        If it is no MIDI file, or holds no notes.
    """
    start = content.find(b"MThd", 0, 256)
    if start < 0 or len(content) < start + 14:
        raise MusicError("this is not a MIDI file", where=source, would_work="a complete .mid file")
    head = int.from_bytes(content[start + 4 : start + 8], "big")
    kind = int.from_bytes(content[start + 8 : start + 10], "big")
    division = int.from_bytes(content[start + 12 : start + 14], "big")
    if kind > 1:
        raise MusicError(
            "it holds several independent songs (MIDI type 2)", where=source, would_work="a file of type 0 or 1"
        )
    if division & 0x8000:
        frames, ticks = 256 - (division >> 8), division & 0xFF
        per_quarter, tempi_count = frames * ticks * 0.5, False  # at 120 quarters a minute
    else:
        per_quarter, tempi_count = float(division), True
    if per_quarter <= 0:
        raise MusicError("its clock is broken (0 ticks a quarter)", where=source, would_work="a complete .mid file")

    found = _Track()
    at = start + 8 + head
    while at + 8 <= len(content):
        tag, size = content[at : at + 4], int.from_bytes(content[at + 4 : at + 8], "big")
        if tag == b"MTrk":
            if at + 8 + size > len(content):
                found.truncated = True
            try:
                _read_track(content[at + 8 : at + 8 + size], found)
            except MusicError as problem:
                raise MusicError(problem.what, where=source, would_work=problem.would_work) from None
        at += 8 + size
    if not found.notes:
        raise MusicError(
            "there are no notes in it" + (", for it is cut short" if found.truncated else ""),
            where=source,
            would_work="a complete .mid file with music in it",
        )
    return _assemble(found, per_quarter=per_quarter, tempi_count=tempi_count, source=source)


def _assemble(found: _Track, *, per_quarter: float, tempi_count: bool, source: str) -> MidiContents:
    table = np.array(found.notes, dtype=np.float64)
    quarter = table[:, 0] / per_quarter
    length = (table[:, 1] - table[:, 0]) / per_quarter
    remarks = []
    if found.truncated:
        remarks.append("the file is cut short; what could be read is used")

    tempi = [ScoreTempo(tick / per_quarter, qpm) for tick, qpm in sorted(set(found.tempi))] if tempi_count else []
    if not tempi or tempi[0].quarter > 0:
        tempi.insert(0, ScoreTempo(0.0, 120.0))

    metres = sorted({tick: metre for tick, metre in found.metres}.items())
    shift = _grid_shift(quarter)
    played = raggedness(quarter - shift) > _RAGGED and len(quarter) >= 24
    guess: Barring | None = None
    if not metres:
        guess = Barring(Metre(4, 4), Fraction(0), 0.0, 0.0)
        if not played:
            pitch, channel = table[:, 2].astype(np.int64), table[:, 4].astype(np.int64)
            guess = reckon(np.maximum(quarter - shift, 0.0), length, pitch, table[:, 3], channel)
            found_in = f"{guess.metre} is reckoned from its notes, {100 * guess.sure_metre:.0f} % sure"
            remarks.append(f"the file states no metre; {found_in}; say otherwise in the header")
        metres = [(0, guess.metre)]
    elif metres[0][0] > 0:
        metres.insert(0, (0, metres[0][1]))

    last = float(np.max(quarter)) - shift
    starts = [max(0.0, tick / per_quarter) for tick, _ in metres]
    if len(starts) > 1 and any(not float(s).is_integer() and shift for s in starts[1:]):
        starts = [max(0.0, s - shift) for s in starts]
    bars: list[ScoreBar] = []
    at = Fraction(0)
    if guess is not None and guess.pickup:
        bars.append(ScoreBar(guess.metre, guess.pickup))
        at += guess.pickup
    for i, (_, metre) in enumerate(metres):
        until = Fraction(starts[i + 1]).limit_denominator(3840) if i + 1 < len(starts) else None
        while (until is None and float(at) <= last) or (until is not None and at < until):
            size = metre.quarters if until is None else min(metre.quarters, until - at)
            bars.append(ScoreBar(metre, size))
            at += size
            if len(bars) > BARS_MAX:
                raise MusicError(
                    f"it has more than {BARS_MAX} bars", where=source, would_work="a single piece of music"
                )
    short = len(bars) > 1 and bars[0].quarters < bars[0].metre.quarters
    pickup = short and (len(metres) > 1 or guess is not None)
    if len(metres) > 1 and not pickup and _is_pickup(metres):
        # Some programs write the pick-up as a first bar in a shorter metre: 1/4, then 3/4.
        pickup = True
        bars[0] = ScoreBar(bars[1].metre, bars[0].quarters)

    columns = ScoreNotes(quarter, length, np.zeros(len(quarter)), table[:, 2], table[:, 3], table[:, 4], table[:, 5])
    names = [name for name in found.names if name]
    score = Score(
        title=names[0] if names else source.rsplit("/", 1)[-1].rsplit(".", 1)[0],
        source=source,
        kind="midi",
        bars=tuple(bars),
        pickup=pickup,
        tempi=tuple(tempi),
        notes=columns,
        confidence=(
            Confidence(beats=1.0, metre=1.0, downbeat=0.9)
            if guess is None
            else Confidence(beats=1.0, metre=guess.sure_metre, downbeat=guess.sure_downbeat)
        ),
        remarks=tuple(remarks),
        origin=shift,
    )
    clock = seconds_of(tempi, quarter), seconds_of(tempi, quarter + length)
    return MidiContents(
        score=score,
        played=played,
        seconds=Notes(
            clock[0],
            np.maximum(clock[1] - clock[0], 0.03),
            quarter,
            table[:, 2].astype(np.int64),
            table[:, 3].astype(np.int64),
            table[:, 4].astype(np.int64),
            table[:, 5].astype(np.int64),
        ),
    )


def _is_pickup(metres: list[tuple[int, Metre]]) -> bool:
    """Whether the first of several metres lasts one bar only and is shorter than the second."""
    first, second = metres[0][1], metres[1][1]
    return first.quarters < second.quarters and first.beats < second.beats and first.unit == second.unit


_TICKS_A_SECOND = 9600


def _quantity(value: int) -> bytes:
    """`value` as a MIDI variable-length quantity."""
    out = [value & 0x7F]
    while value := value >> 7:
        out.append(value & 0x7F | 0x80)
    return bytes(reversed(out))


def write_midi(notes: Notes) -> bytes:
    """A MIDI file that plays `notes` at their seconds, to a tenth of a millisecond, for a synthesiser."""
    events: list[tuple[int, int, bytes]] = []
    programs: dict[int, int] = {}
    for onset, length, pitch, velocity, channel, program in zip(
        notes.onset, notes.duration, notes.pitch, notes.velocity, notes.channel, notes.program, strict=True
    ):
        at = round(max(0.0, float(onset)) * _TICKS_A_SECOND)
        end = max(at + 1, math.floor((onset + length) * _TICKS_A_SECOND) - 1)
        if channel != 9 and programs.get(int(channel)) != int(program):
            programs[int(channel)] = int(program)
            events.append((at, 1, bytes([0xC0 | int(channel), int(program)])))
        events.append((at, 2, bytes([0x90 | int(channel), int(pitch), int(velocity)])))
        events.append((end, 0, bytes([0x80 | int(channel), int(pitch), 0])))
    events.sort(key=lambda event: event[:2])
    track = bytearray(b"\x00\xff\x51\x03" + (500_000).to_bytes(3, "big"))
    now = 0
    for tick, _, message in events:
        track += _quantity(tick - now) + message
        now = tick
    track += b"\x00\xff\x2f\x00"
    head = b"MThd" + (6).to_bytes(4, "big") + b"\x00\x00\x00\x01" + (_TICKS_A_SECOND // 2).to_bytes(2, "big")
    return head + b"MTrk" + len(track).to_bytes(4, "big") + bytes(track)
