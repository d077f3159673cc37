"""Études for the ear: pieces of no school, drawn at random from what ballet music is made of, their beats known.

`benchmarks.dances` writes thirteen dances by rule; these are freer, so that an ear taught with both does not learn the
rules of one composer: any accompaniment (stamped, broken, held, tremolo, after the beat, in turn high and low, none),
any rhythm a bar can be divided into, upbeats, rests, introductions, changes of harmony every bar, half bar or two bars,
other tempi in other strains, and a player who leans, breathes, hurries and waits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from petipa.music.model import Notes, TempoMap

Array = NDArray[np.float64]

SHAPES: tuple[tuple[int, int, float, float, float], ...] = (
    # felt beats, parts of one, share of the pieces, slowest and quickest felt beats a minute
    (2, 2, 0.22, 72.0, 160.0),
    (2, 2, 0.15, 42.0, 80.0),
    (3, 2, 0.27, 62.0, 215.0),
    (4, 2, 0.21, 46.0, 150.0),
    (2, 3, 0.15, 38.0, 170.0),
)
CHORDS = ((0, 4, 7), (2, 5, 9), (4, 7, 11), (5, 9, 12), (7, 11, 14), (7, 11, 17), (9, 12, 16), (2, 6, 9), (4, 8, 11),
          (0, 4, 10), (11, 14, 17))  # fmt: skip
SCALE = (0, 2, 4, 5, 7, 9, 11)
TUNES = (0, 1, 2, 6, 8, 9, 10, 11, 13, 21, 22, 40, 41, 42, 48, 49, 52, 56, 60, 64, 65, 68, 70, 71, 72, 73, 75)
FILLS = (0, 0, 1, 24, 45, 45, 46, 48, 48, 49, 50, 60, 61, 19, 21, 71, 6)
BASSES = (0, 0, 32, 43, 43, 42, 45, 48, 58, 70)
PIANOS = (0, 0, 0, 1, 2, 3)


@dataclass(frozen=True)
class Etude:
    """An étude as played: its notes, its felt beats [s] with places in the bar, felt beats in a bar, parts of one."""

    notes: Notes
    beats: Array
    places: NDArray[np.int64]
    size: int
    division: int


def etude(seed: int, *, seconds: float = 38.0, kind: int | None = None) -> Etude:
    """A piece of about `seconds`, all of it following from `seed`; of that one of `SHAPES`, if it is said."""
    rng = np.random.default_rng(seed)
    kinds = np.array(SHAPES)
    drawn = int(rng.choice(len(kinds), p=kinds[:, 2] / kinds[:, 2].sum()))
    size, division, _, slow, quick = SHAPES[drawn if kind is None else kind]
    tempo = float(np.exp(rng.uniform(np.log(slow), np.log(quick))))
    bars = max(8, round(seconds * tempo / 60.0 / size))
    page = _Page(rng, size, division, tempo)
    events = page.write(bars)
    whole = np.arange(-2 * size, (bars + 1) * size + 1, dtype=np.float64)
    clock = _times(whole, 60.0 / tempo, size, rng)
    notes, shift = _played(events, clock, rng)
    inside = np.arange(page.first, bars * size + 1, dtype=np.float64)
    return Etude(notes, clock.to_seconds(inside) + shift, (inside % size).astype(np.int64), size, division)


Event = tuple[float, float, int, int, int]
"""Beat, length in beats, pitch, velocity, role (0 tune, 1 chords, 2 bass, 9 drum)."""


class _Page:
    """Where a piece is written down."""

    def __init__(self, rng: np.random.Generator, size: int, division: int, tempo: float) -> None:
        self.rng, self.size, self.division, self.tempo = rng, size, division, tempo
        self.key = int(rng.integers(-6, 6))
        self.minor = bool(rng.random() < 0.35)
        self.events: list[Event] = []
        self.stress = rng.uniform(0.0, 14.0)
        self.first = 0

    def pitch(self, tone: int, base: int) -> int:
        return base + self.key + tone - (1 if self.minor and tone % 12 in (4, 9) else 0)

    def add(self, at: float, length: float, pitch: int, loud: float, role: int) -> None:
        stress = self.stress if at % self.size < 0.01 else 0.35 * self.stress if at % 1 < 0.01 else 0.0
        velocity = int(np.clip(loud + stress + self.rng.normal(0.0, 4.0), 22, 124))
        self.events.append((at, max(length, 0.05), pitch, velocity, role))

    def write(self, bars: int) -> list[Event]:
        """`bars` bars: an introduction perhaps, strains of eights that return, a last chord."""
        rng = self.rng
        strains = [_Strain.draw(rng, self.size, self.division, self.tempo) for _ in range(int(rng.integers(2, 4)))]
        opening = int(rng.choice([0, 0, 0, 1, 2, 4]))
        alone = rng.random() < 0.15  # the tune begins alone
        length = int(rng.choice([8, 8, 8, 4, 16]))
        upbeat = (
            float(rng.choice([0, 0, 0.5, 1, 0.25, 1.5])) if self.division == 2 else float(rng.choice([0, 1, 2]) / 3)
        )
        bar = 0
        while bar < bars - 1:
            count = bar - opening
            strain = strains[max(0, count) // length % len(strains)]
            fresh = count >= 0 and count % length == 0
            tune = count >= 0 and rng.random() < 0.97
            accompany = not (alone and 0 <= count < 4)
            if tune and fresh and upbeat and (bar > 0 or rng.random() < 0.8):
                self.upbeat(bar * self.size, upbeat, strain)
            self.bar(
                bar, max(0, count) % length, strain, tune=tune, accompany=accompany, last=count % length == length - 1
            )
            bar += 1
        loud = strains[0].loud + 14
        at = float(bar * self.size)
        if rng.random() < 0.85:
            self.add(at, self.size * rng.uniform(0.4, 1.0), self.pitch(0, 36), loud, 2)
            for tone in (0, 4, 7, 12):
                self.add(at, self.size * 0.7, self.pitch(tone, 60), loud, 1)
        earliest = min(event[0] for event in self.events)
        self.first = int(np.ceil(earliest - 0.01)) if earliest < 0 else 0
        return self.events

    def upbeat(self, start: float, length: float, strain: _Strain) -> None:
        unit = 1.0 / 3.0 if self.division == 3 else 0.25 if length == 0.25 else 0.5
        number = max(1, round(length / unit))
        if self.rng.random() < 0.4:
            number = 1
        for k in range(number):
            tone = SCALE[(4 + k) % 7]
            each = length / number
            pitch = self.pitch(tone, 60 + strain.register)
            self.add(start - length + k * each, 0.8 * each, pitch, strain.loud - 4, 0)

    def bar(self, bar: int, place: int, strain: _Strain, *, tune: bool, accompany: bool, last: bool) -> None:
        rng, size = self.rng, self.size
        start = float(bar * size)
        swell = strain.loud + strain.arch * np.sin(np.pi * (place % 8) / 7.0)
        chords = strain.harmony[place % len(strain.harmony)]
        if accompany:
            for k, chord in enumerate(chords):
                span = size / len(chords)
                self.accompany(start + k * span, span, CHORDS[chord], strain, swell, halves=k > 0)
        if strain.drum and accompany:
            for beat in range(size):
                if strain.drum & (1 << beat):
                    self.add(start + beat, 0.3, 35 if beat == 0 else strain.rattle, swell - 8, 9)
        if tune:
            self.tune(start, CHORDS[chords[0]], strain, place, swell, last=last)
        if rng.random() < 0.03:  # a stress out of place
            at = start + rng.integers(0, size * 2) / 2
            for tone in (0, 4, 7):
                self.add(at, 0.5, self.pitch(tone, 60), swell + 20, 1)

    def accompany(
        self, start: float, span: float, chord: tuple[int, ...], strain: _Strain, swell: float, *, halves: bool
    ) -> None:
        root = self.pitch(chord[0], strain.low)
        root -= 12 * (root > strain.low + 9)
        unit = strain.unit
        tones = [self.pitch(tone % 12, 55) for tone in chord]
        soft = swell - strain.behind
        if strain.texture == "held":
            self.add(start, span * 0.97, root, soft, 2)
            for tone in tones:
                self.add(start, span * 0.97, tone, soft - 6, 1)
            return
        if strain.texture == "tremolo":
            self.add(start, span * 0.9, root, soft, 2)
            number = max(2, round(span * 60.0 / self.tempo / strain.shake))
            for k in range(number):
                self.add(start + k * span / number, span / number, tones[k % len(tones)], soft - 10, 1)
            return
        rows = round(span / unit)
        for k in range(rows):
            at = start + k * unit
            if strain.texture == "broken":
                order = strain.order[k % len(strain.order)]
                role, pitch = (
                    (2, root) if order == 0 else (1, tones[(order - 1) % len(tones)] + 12 * ((order - 1) // 3))
                )
                self.add(at, unit * strain.legato, pitch, soft - (0 if order == 0 else 6), role)
                continue
            letter = strain.letters[k % len(strain.letters)]
            if letter == "B":
                self.add(at, unit * strain.legato, root, soft, 2)
                if strain.octaves:
                    self.add(at, unit * strain.legato, root - 12, soft - 4, 2)
            elif letter == "F":
                self.add(at, unit * strain.legato, root + (7 if self.rng.random() < 0.6 else -5), soft - 4, 2)
            elif letter == "C":
                for tone in tones:
                    self.add(at, unit * min(0.8, strain.legato), tone, soft - 8, 1)

    def tune(
        self, start: float, chord: tuple[int, ...], strain: _Strain, place: int, swell: float, *, last: bool
    ) -> None:
        rng = self.rng
        lengths = (float(self.size),) if last and rng.random() < 0.5 else strain.rhythms[strain.form[place % 8]]
        notes = np.random.default_rng(strain.seed + place)
        degree = int(notes.integers(5, 13))
        at = start
        for length in lengths:
            if length > 0:
                if abs(at - round(at)) < 0.01 and length >= 0.9:
                    tone = int(chord[int(notes.integers(3))] % 12) + 12
                else:
                    degree = int(np.clip(degree + notes.integers(-2, 3), 3, 16))
                    tone = SCALE[degree % 7] + 12 * (degree // 7)
                pitch = self.pitch(tone, 60 + strain.register)
                late = 0.0
                if strain.graces and notes.random() < strain.graces:
                    grace = min(0.1, 0.06 * self.tempo / 60.0)
                    self.add(at - grace, grace, pitch + int(notes.choice([-1, 2])), swell - 14, 0)
                self.add(at + late, length * strain.sung, pitch, swell, 0)
                if strain.doubled:
                    self.add(at + late, length * strain.sung, pitch + strain.doubled, swell - 6, 0)
            at += abs(length)


@dataclass(frozen=True)
class _Strain:
    """What makes eight bars of one kind."""

    harmony: tuple[tuple[int, ...], ...]
    texture: str
    letters: str
    order: tuple[int, ...]
    unit: float
    legato: float
    behind: float
    low: int
    octaves: bool
    shake: float
    drum: int
    rattle: int
    rhythms: tuple[tuple[float, ...], ...]
    form: tuple[int, ...]
    register: int
    sung: float
    doubled: int
    graces: float
    seed: int
    loud: float
    arch: float

    @classmethod
    def draw(cls, rng: np.random.Generator, size: int, division: int, tempo: float) -> _Strain:
        """A strain for bars of `size` felt beats at `tempo`."""
        pace = rng.random()
        harmony: list[tuple[int, ...]] = []
        long_bar = size * 60.0 / tempo > 1.7
        for _ in range(8):
            if pace < 0.15 and harmony and len(harmony) % 2:
                harmony.append(harmony[-1])
            elif size != 3 and rng.random() < (0.25 if long_bar else 0.06):
                harmony.append(tuple(int(one) for one in rng.choice(len(CHORDS), 2, replace=False)))
            else:
                now = int(rng.choice([0, 0, 0, 1, 2, 3, 3, 4, 5, 5, 6, 7, 8, 9, 10]))
                if harmony and now == harmony[-1][-1] and rng.random() < 0.7:
                    now = int(rng.integers(len(CHORDS)))
                harmony.append((now,))
        harmony[-1] = (0,)
        textures = ("stamped", "broken", "held", "tremolo")
        texture = str(rng.choice(textures, p=(0.6, 0.22, 0.1, 0.08)))
        letters, unit = _figure(rng, size, division, tempo)
        beat = 60.0 / tempo
        parts = [p for p in ((3, 6) if division == 3 else (1, 2, 4, 3)) if 0.11 < beat / p < 0.7] or [division]
        if texture == "broken":
            unit = 1.0 / int(rng.choice(parts))
        order = (0, *(int(o) for o in rng.integers(1, 5, round(size / unit) - 1))) if rng.random() < 0.3 else (
            ((0, 3, 2, 3) if division == 2 and size != 3 else (0, 1, 2, 3, 2, 1)) if rng.random() < 0.6 else
            (0, 1, 2, 3, 4, 3, 2, 1)[: max(2, round(size / unit))]
        )  # fmt: skip
        return cls(
            tuple(harmony), texture, letters, order, unit,
            float(rng.choice([0.35, 0.6, 0.95, 1.5])), float(rng.uniform(-2, 18)),
            int(rng.choice([36, 36, 36, 43, 48])), bool(rng.random() < 0.2), float(rng.uniform(0.06, 0.14)),
            int(rng.integers(1, 1 << size)) if rng.random() < 0.12 else 0, int(rng.choice([38, 42, 54, 81, 49, 76])),
            tuple(_rhythm(rng, size, division, tempo) for _ in range(3)),
            ((0, 1, 0, 2), (0, 0, 1, 2), (0, 1, 0, 1))[int(rng.integers(3))] * 2,
            int(rng.choice([-12, 0, 0, 0, 7, 12, 12])), float(rng.choice([0.3, 0.7, 0.95, 1.0])),
            int(rng.choice([0, 0, 0, 12, -3, -12])), float(rng.choice([0.0, 0.0, 0.15, 0.4])),
            int(rng.integers(1 << 30)), float(rng.uniform(52, 96)), float(rng.uniform(0, 14)),
        )  # fmt: skip


def _figure(rng: np.random.Generator, size: int, division: int, tempo: float) -> tuple[str, float]:
    """A stamped accompaniment, one letter a part of the beat (B bass, F fifth, C chord, . nothing), and the part."""
    beat = 60.0 / tempo
    if division == 3:
        cells = ("B.C", "BCC", "B..", "BFC", "B.C", ".CC", "BCC")
        other = ("F.C", "FCC", "C..", "CFC", "B.C", "CCC", "..C", "BCC", ".CC")
        return str(rng.choice(cells)) + str(rng.choice(other)), 1.0 / 3.0
    if size == 3:
        whole = ["BCC", "BCC", "BCC", "B.C", "BC.", "B..", ".CC", "BFF", "BFC", "BBB", "CCC", "BCB", "FBC"]
        quick = ["B.CCC.C.C.C.", "BCCCCC", ".CCCCC", "B.C.CC", "BC.C.C", "BCFCFC", ".C.C.C", "BCBCBC"]
        figure = str(rng.choice(quick)) if beat > 0.42 and rng.random() < 0.5 else str(rng.choice(whole))
        return figure, 3.0 / len(figure)
    if size == 2:
        slow = ["BCFC", "BCBC", "BCCC", ".C.C", "BCFCBCFC", "BCCCFCCC", ".CCC.CCC", "B.CCF.CC", "BBCC", "B.C.", "CCCC"]
        quick = ["BCFC", "BCBC", ".C.C", "B.F.", "BC", "B.CC", "B...", "BCCC", "B.C."]
        figure = str(rng.choice(slow if beat > 0.45 else quick))
        return figure, 2.0 / len(figure)
    slow = ["BCFCFCFC", "B.C.C.C.", "BFCFCFCF", "BCCCFCCC", ".C.C.C.C", "BCBCFCFC", "BCCCBCCC", "B...C...", "CCCCCCCC"]
    quick = ["BCFC", "B.F.", "BCBC", "B...", "BCCC", ".C.C", "BBBB", "B.C.", "BFBF", ".CCC", "BFCF"]
    figure = str(rng.choice(slow)) if beat > 0.5 and rng.random() < 0.6 else str(rng.choice(quick))
    return figure, 4.0 / len(figure)


def _rhythm(rng: np.random.Generator, size: int, division: int, tempo: float) -> tuple[float, ...]:
    """A bar of melody: beats joined, divided or left out at random; lengths in beats, rests negative."""
    beat = 60.0 / tempo
    busy = rng.uniform(0.15, 0.85)
    out: list[float] = []
    left = size
    while left:
        draw = rng.random()
        if left > 1 and draw > busy + 0.1:
            joined = int(rng.integers(2, left + 1))
            out.append(float(joined))
            left -= joined
            continue
        left -= 1
        if division == 3:
            cells: list[tuple[float, ...]] = [
                (1,),
                (2 / 3, 1 / 3),
                (1 / 3,) * 3,
                (-1 / 3, 1 / 3, 1 / 3),
                (1 / 2, 1 / 6, 1 / 3),
            ]
        else:
            cells = [(1,), (1,), (0.5, 0.5), (0.5, 0.5), (-0.5, 0.5), (0.75, 0.25)]
            if beat > 0.38:
                cells += [(0.25,) * 4, (0.5, 0.25, 0.25), (0.25, 0.25, 0.5), (1 / 3,) * 3, (-0.25, 0.25, 0.25, 0.25)]
            if left:
                cells += [(1.5, 0.5)]
        cell = cells[int(rng.integers(len(cells)))]
        if cell == (1.5, 0.5):
            left -= 1
        if beat > 0.8 and rng.random() < 0.25 and all(one > 0 for one in cell):
            cell = tuple(half for one in cell for half in (one / 2, one / 2))
        out += cell
    if rng.random() < 0.08:
        out[0] = -out[0]
    return tuple(out)


def _times(beats: Array, period: float, size: int, rng: np.random.Generator) -> TempoMap:
    """When each beat is played: phrases that broaden, a drift, beats leaned on, breaths, strains in another tempo."""
    number = len(beats)
    bar = np.floor(beats / size).astype(int)
    place = (beats - bar * size).astype(int)
    free = float(rng.choice([0.01, 0.05, 0.1, 0.15, 0.2], p=[0.2, 0.2, 0.25, 0.2, 0.15]))
    phrase = ((bar % 8) + place / size) / 8
    depth = free * rng.normal(1.0, 0.6, bar.max() - bar.min() + 2)
    arc = depth[(bar - bar.min()) // 8] * (2.0 * (2.0 * phrase - rng.uniform(0.7, 1.1)) ** 2 - 0.6)
    drift = np.convolve(rng.standard_normal(number + 12), np.ones(13) / 13, mode="valid") * free * 0.8
    length = period * np.exp(arc + drift + rng.standard_normal(number) * 0.15 * free)
    if size == 3 and rng.random() < 0.45:
        # Viennese: the second beat comes early; as in a mazurka: it is leaned on.
        first, second = (rng.uniform(-0.2, 0.0), rng.uniform(0.0, 0.1)) if rng.random() < 0.35 else (
            rng.uniform(-0.15, 0.0), rng.uniform(0.12, 0.38))  # fmt: skip
        loose = rng.normal(1.0, 0.3, number)
        third = -(first + second) * 0.8
        length *= np.exp(loose * np.choose(place, (first, second, third)))
    if free > 0.04:
        held = (bar % 4 == 3) & (place == size - 1) & (rng.random(number) < 0.22)
        length[held] *= rng.uniform(1.2, 2.2, int(held.sum()))
    if rng.random() < 0.2:
        other = (bar // 8) % 2 == 1
        length[other] *= rng.uniform(0.7, 1.35)
    last = int(1.5 * size)
    length[-last - size : -size] *= np.linspace(1.0, rng.uniform(1.0, 1.5), last)
    return TempoMap(beats, np.concatenate([[0.0], np.cumsum(length)[:-1]]))


def _played(events: list[Event], clock: TempoMap, rng: np.random.Generator) -> tuple[Notes, float]:
    """The notes of a drawn band, and how much later than the clock they begin."""
    table = np.array(events, dtype=np.float64)
    role = table[:, 4].astype(np.int64)
    if rng.random() < 0.4:
        tune, chords, bass = (int(rng.choice(PIANOS)),) * 3
    else:
        tune, chords, bass = int(rng.choice(TUNES)), int(rng.choice(FILLS)), int(rng.choice(BASSES))
    loose = rng.uniform(0.003, 0.02)
    ahead = rng.uniform(-0.005, 0.022)
    begin = clock.to_seconds(table[:, 0])
    shift = float(rng.uniform(0.1, 1.5)) - float(begin.min())
    onset = np.maximum(begin + shift + rng.normal(0.0, loose, len(table)) - ahead * (role == 0), 0.0)
    end = clock.to_seconds(table[:, 0] + table[:, 1]) + shift
    pedal = 0.3 if rng.random() < 0.35 else 0.0
    pitch = np.where(role == 9, table[:, 2], np.clip(table[:, 2], 24, 105)).astype(np.int64)
    program = np.select([role == 0, role == 1, role == 2], [tune, chords, bass], 0)
    notes = Notes(onset, np.maximum(end - onset, 0.06) + pedal, table[:, 0], pitch, table[:, 3].astype(np.int64), role,
                  program)  # fmt: skip
    return notes, shift
