"""Teaches the ear (`petipa.music.ear`): writes and plays the music, spoils its sound, trains, keeps the weights.

    python tools/train_ear.py sounds FOLDER 496           # what is heard and its beats, one file a piece
    python tools/train_ear.py sounds FOLDER 120 2000      # more of what is hardest
    python tools/train_ear.py teach FOLDER [OUT [MINUTES]]  # PyTorch; writes src/petipa/music/ear.npz

So many pieces (seven hours) made the weights in the package, taught for about an hour of one core. PyTorch is needed
for the last only (``pip install torch``, the CPU build is enough); the package never imports it. Seeds begin at 50000:
no piece of `benchmarks.beats` is among them, and of the real pieces only those not held out.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parents[1])]

from benchmarks.beats import DATA, REAL, made, real, shape  # noqa: E402
from benchmarks.dances import STYLES  # noqa: E402
from etudes import BASSES, FILLS, PIANOS, TUNES, etude  # noqa: E402

from petipa.music.ear import EAR_RATE, HEARD_RATE, KERNEL, NEAR, OPENING, PACES, SHAPES, features  # noqa: E402
from petipa.music.model import Notes  # noqa: E402
from petipa.music.sound import synthesise  # noqa: E402
from petipa.music.spectra import spectrum  # noqa: E402

Array = NDArray[np.float64]
RATE = 22050
FIRST_SEED = 50_000
SLOW_FROM = 2000
"""From this number on come more of what is hardest: slow twos, sixes and fours, one real piece in twenty."""

LONGEST = 50.0
"""No more of a piece than this is heard [s]."""


@dataclass(frozen=True, eq=False)
class Lesson:
    """A sound, mono at `RATE`, with its felt beats [s], their places in the bar, and the bar's shape."""

    sound: Array
    beats: Array
    places: NDArray[np.int64]
    shape: tuple[int, int] | None


def lesson(number: int) -> Lesson:
    """The piece of that number: of twenty, nine études, eight dances, two of the real pieces, one of no music."""
    seed = FIRST_SEED + number
    rng = np.random.default_rng(seed)
    kind = number % 20
    if number >= SLOW_FROM:
        kind = 9 if kind == 9 else 0
    if kind == 19:
        return Lesson(spoilt(NOTHING[number // 20 % len(NOTHING)](rng), rng), np.zeros(0), np.zeros(0, np.int64), None)
    if kind in (9, 18) and DATA.is_dir():
        notes, beats, places, metre = _real(rng, seed)
    elif kind % 2:
        style = list(STYLES)[number // 2 % len(STYLES)]
        piece = made(style, seed, rubato=float(rng.uniform(0.03, 0.2)), how="clean")
        assert piece.notes is not None
        notes, beats, places, metre = piece.notes, piece.beats, piece.places, shape(piece.metre)
    else:
        one = etude(seed, kind=None if number < SLOW_FROM else (1, 1, 4, 1, 3)[number // 2 % 5])
        notes, beats, places, metre = one.notes, one.beats, one.places, (one.size, one.division)
    begin = max(0.0, float(rng.uniform(-20.0, 20.0))) if notes.onset[-1] > LONGEST else 0.0
    notes = _part(notes, begin, begin + LONGEST)
    beats = beats - begin
    duration = min(LONGEST, float(np.max(notes.onset + notes.duration)) + 1.0)
    sound = synthesise(notes, duration=duration, rate=RATE, use="petipa" if rng.random() < 0.06 else None)
    inside = (beats >= 0.0) & (beats < duration - 0.05)
    return Lesson(spoilt(sound.mean(axis=1).astype(np.float64), rng), beats[inside], places[inside], metre)


def _part(notes: Notes, begin: float, end: float, *, up: int = 0, programs: tuple[int, ...] | None = None) -> Notes:
    kept = (notes.onset >= begin) & (notes.onset < end)
    program = notes.program if programs is None else np.array(programs)[np.minimum(notes.channel, 2)]
    return Notes(notes.onset[kept] - begin, notes.duration[kept], notes.beat[kept],
                 np.clip(notes.pitch[kept] + up, 21, 106), notes.velocity[kept], notes.channel[kept],
                 program[kept])  # fmt: skip


def _real(rng: np.random.Generator, seed: int) -> tuple[Notes, Array, NDArray[np.int64], tuple[int, int]]:
    """A real piece that is not held out, in another key, tempo and band."""
    files = [file for file, held in REAL.items() if not held]
    piece = real(str(rng.choice(files)), seed, rubato=float(rng.uniform(0.0, 0.18)), how="clean",
                 leaned=bool(rng.random() < 0.3))  # fmt: skip
    assert piece.notes is not None
    if rng.random() < 0.5:
        programs: tuple[int, ...] = (int(rng.choice(PIANOS)),) * 3
    else:
        programs = (int(rng.choice(TUNES)), int(rng.choice(FILLS)), int(rng.choice(BASSES)))
    notes = _part(piece.notes, 0.0, np.inf, up=int(rng.integers(-6, 7)), programs=programs)
    pace = float(np.exp(rng.uniform(-0.25, 0.25)))
    notes = Notes(notes.onset * pace, notes.duration * pace, notes.beat, notes.pitch, notes.velocity, notes.channel,
                  notes.program)  # fmt: skip
    return notes, piece.beats * pace, piece.places, shape(piece.metre)


# What is no music, or none with bars


def _hiss(rng: np.random.Generator) -> Array:
    """Noise of any colour, steady or in gusts."""
    number = int(30 * RATE)
    power = np.fft.rfft(rng.standard_normal(number)) / np.arange(1, number // 2 + 2) ** rng.uniform(0.0, 1.2)
    sound = np.fft.irfft(power, number)
    gusts = np.interp(np.arange(number), np.arange(0, number, RATE), rng.uniform(0.2, 1.0, 30))
    return np.asarray(sound / np.std(sound) * (gusts if rng.random() < 0.6 else 1.0))


def _talk(rng: np.random.Generator) -> Array:
    """Buzzes and hisses of uneven length through moving resonances, with pauses."""
    out = np.zeros(int(30 * RATE))
    at = 0.2
    while at < 29.0:
        length = float(rng.gamma(4.0, 0.05)) + 0.05
        time = np.arange(int(length * RATE)) / RATE
        phase = 2 * np.pi * np.cumsum(rng.uniform(90, 240) * (1 + 0.15 * np.sin(rng.uniform(2, 12) * time))) / RATE
        tone = sum(np.exp(-(((k * 150 - rng.uniform(300, 2500)) / 500) ** 2)) * np.sin(k * phase) for k in range(1, 18))
        voiced = rng.random() < 0.7
        tone = (tone if voiced else 0.6 * rng.standard_normal(len(time))) * np.sin(np.pi * time / length) ** 0.5
        first = int(at * RATE)
        tone = tone[: len(out) - first]
        out[first : first + len(tone)] += tone * rng.uniform(0.3, 1.0)
        at += length + (rng.exponential(0.03) if rng.random() < 0.8 else rng.uniform(0.2, 1.2))
    return out


def _free(rng: np.random.Generator) -> Array:
    """Notes and chords at no time in particular."""
    length = np.exp(rng.normal(np.log(rng.uniform(0.25, 0.8)), 0.75, 200))
    onset = np.cumsum(length)
    onset = onset[onset < 30.0]
    rows = [(at, size, int(rng.integers(55, 85)), 0) for at, size in zip(onset, length, strict=False)]
    rows += [(at, 1.5, int(p), 1) for at in onset if rng.random() < 0.12 for p in rng.integers(40, 62, 3)]
    table = np.array(rows)
    whole = np.zeros(len(table), dtype=np.int64)
    programs = np.array([int(rng.choice(TUNES)), int(rng.choice(FILLS))])
    role = table[:, 3].astype(np.int64)
    pitch = table[:, 2].astype(np.int64)
    notes = Notes(table[:, 0], table[:, 1], table[:, 0] * 0, pitch, whole + 80, role, programs[role])
    return np.asarray(synthesise(notes, duration=32.0, rate=RATE).mean(axis=1), dtype=np.float64)


def _knocks(rng: np.random.Generator) -> Array:
    """Claps, steps and doors."""
    out = np.zeros(int(30 * RATE))
    for at in rng.uniform(0, 29.5, int(rng.integers(15, 90))):
        length = int(RATE * rng.uniform(0.02, 0.2))
        first = int(at * RATE)
        out[first : first + length] += rng.standard_normal(length) * np.exp(-np.arange(length) * 6 / length)
    return out


def _held(rng: np.random.Generator) -> Array:
    """Tones that go on."""
    time = np.arange(int(25 * RATE)) / RATE
    tone = sum(np.sin(2 * np.pi * rng.uniform(45, 900) * time) for _ in range(int(rng.integers(1, 4))))
    return np.asarray(tone * np.clip(np.minimum(time - rng.uniform(0, 3), 24 - time) * 8, 0, 1))


NOTHING: tuple[Callable[[np.random.Generator], Array], ...] = (_hiss, _talk, _free, _talk, _free, _knocks, _held)


def spoilt(sound: Array, rng: np.random.Generator) -> Array:
    """The sound as some machine recorded it in some room."""
    from scipy.signal import butter, fftconvolve, sosfilt

    sound = sound / max(float(np.max(np.abs(sound))), 1e-9)
    if rng.random() < 0.2:
        return sound
    bad = 2.5 if rng.random() < 0.4 else 1.0  # a machine that does one thing badly does most things badly
    time = np.arange(len(sound)) / RATE
    if rng.random() < 0.5 * bad:
        tail = rng.standard_normal(2 * RATE) * np.exp(-np.arange(2 * RATE) / RATE * 6.9 / rng.uniform(0.4, 2.0))
        tail[: int(rng.uniform(0.004, 0.03) * RATE)] = 0.0
        tail *= rng.uniform(0.2, 1.0) / np.linalg.norm(tail)
        tail[0] = 1.0
        sound = fftconvolve(sound, tail)[: len(sound)]
    if rng.random() < 0.3 * bad:
        wow = rng.uniform(0.0005, 0.004) * np.sin(2 * np.pi * rng.uniform(0.3, 3.0) * time + rng.uniform(0, 6))
        sound = np.interp(time + wow, time, sound)
    if rng.random() < 0.4 * bad:
        band = [rng.uniform(40, 220), rng.uniform(2000, 9000)]
        sound = sosfilt(butter(int(rng.integers(1, 4)), band, "band", fs=RATE, output="sos"), sound)
    sound = sound / max(float(np.max(np.abs(sound))), 1e-9)
    if rng.random() < 0.2 * bad:
        sound = np.clip(sound, -rng.uniform(0.25, 0.7), rng.uniform(0.25, 0.7))
    if rng.random() < 0.3 * bad:
        for at in rng.uniform(0, time[-1], int(time[-1] * rng.uniform(0.1, 0.7))):
            first = int(at * RATE)
            thud = rng.standard_normal(min(3000, len(sound) - first))
            sound[first : first + len(thud)] += 0.15 * rng.random() * thud * np.exp(-np.arange(len(thud)) / 350.0)
    if rng.random() < 0.2 * bad:
        sound = sound + 0.01 * np.sin(2 * np.pi * rng.choice([50.0, 60.0, 100.0]) * time)
    if rng.random() < 0.5 * bad:
        white = np.fft.rfft(rng.standard_normal(len(sound)))
        pink = np.fft.irfft(white / np.arange(1, len(white) + 1) ** rng.uniform(0.0, 0.7), len(sound))
        sound = sound + pink / np.std(pink) * np.std(sound) * 10 ** (-rng.uniform(8.0, 35.0) / 20.0)
    return np.asarray(sound)


def sounds(folder: Path, number: int, first: int) -> None:
    """Keep what is heard of each piece, half precision, with its beats."""
    folder.mkdir(parents=True, exist_ok=True)
    for k in range(first, first + number):
        path = folder / f"{k:05d}.npz"
        if path.exists():
            continue
        one = lesson(k)
        mono = one.sound.astype(np.float32)
        heard = features(spectrum(mono, rate=RATE), mono, rate=RATE)
        np.savez(path, heard=heard.astype(np.float16), beats=one.beats, places=one.places,
                 shape=SHAPES.index(one.shape) if one.shape else -1)  # fmt: skip


# Teaching


def targets(beats: Array, places: NDArray[np.int64], frames: int) -> Array:
    """How much each moment is neither, a beat, a first beat, shape (frames, 3); beats are felt `NEAR`."""
    out = np.zeros((frames, 3))
    at = beats * EAR_RATE
    for step in (-1, 0, 1, 2):
        frame = np.floor(at).astype(int) + step
        share = np.maximum(0.0, 1.0 - np.abs(frame - at) / NEAR)
        inside = (frame >= 0) & (frame < frames)
        np.maximum.at(out, (frame[inside], np.where(places == 0, 2, 1)[inside]), share[inside])
    out[:, 0] = np.maximum(1.0 - out[:, 1] - out[:, 2], 0.0)
    return out / out.sum(axis=1, keepdims=True)


def paces(beats: Array, frames: int) -> Array:
    """Which of `PACES` is played at each moment, shared between the nearest two, shape (frames, P); 0 without beats."""
    out = np.zeros((frames, len(PACES)))
    if len(beats) < 3:
        return out
    tempo = 60.0 / np.maximum(np.diff(beats), 0.05)
    time = np.arange(frames) / EAR_RATE
    inside = (time >= beats[0]) & (time < beats[-1])
    now = np.log(tempo[np.clip(np.searchsorted(beats, time, side="right") - 1, 0, len(tempo) - 1)] / PACES[0])
    where = np.clip(now / np.log(PACES[1] / PACES[0]), 0.0, len(PACES) - 1.001)
    low = where.astype(int)
    every = np.arange(frames)
    out[every, low] = 1.0 - (where - low)
    out[every, low + 1] = where - low
    return out * inside[:, None]


def varied(heard: Array, beats: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """The same heard a little quicker or slower, higher or lower, through another machine; and its beats."""
    pace = float(np.exp(rng.uniform(-0.13, 0.13)))
    frames = int(len(heard) * pace)
    where = np.minimum(np.arange(frames) / pace, len(heard) - 1.001)
    low = where.astype(int)
    share = (where - low)[:, None]
    out = heard[low] * (1.0 - share) + heard[low + 1] * share
    if rng.random() < 0.4:
        step = int(rng.choice([-1, 1]))
        out[:, :24] = np.roll(out[:, :24], step, axis=1)
        out[:, 24:48] = np.roll(out[:, 24:48], step, axis=1)
    curve = np.convolve(rng.standard_normal(30), np.ones(7) / 7, mode="valid")[:24]
    out[:, :24] += rng.uniform(0.0, 1.0) * curve
    out[:, :24] *= rng.uniform(0.85, 1.15)
    out[:, 24:48] *= np.exp(0.4 * rng.uniform(-1.0, 1.0) * curve) * rng.uniform(0.85, 1.15)
    if rng.random() < 0.2:
        band = int(rng.integers(0, 22))
        out[:, [band, band + 1, 24 + band, 25 + band]] = 0.0
    if rng.random() < 0.3:
        out[:, 48:] *= rng.uniform(0.6, 1.2)
    return out + rng.standard_normal(out.shape) * rng.uniform(0.0, 0.06), beats * pace


def teach(folder: Path, out: Path, *, minutes: float, width: int = 28, layers: int = 8) -> None:
    """Train the network for `minutes` on what `sounds` kept, from the weights in `out` if it is there; write them."""
    import time

    import torch
    from torch import nn

    torch.set_num_threads(1)
    torch.manual_seed(1)
    rng = np.random.default_rng(1)

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first = nn.Conv1d(56, width, OPENING, stride=2, padding=OPENING // 2)
            self.wide = nn.ModuleList(
                nn.Conv1d(width, width, KERNEL, dilation=1 << k, padding=KERNEL // 2 << k) for k in range(layers)
            )
            self.mix = nn.ModuleList(nn.Conv1d(width, width, 1) for _ in range(layers))
            for one in self.mix:
                nn.init.normal_(one.weight, std=0.3 / width**0.5)
            self.beat, self.shape = nn.Conv1d(width, 3, 1), nn.Conv1d(width, len(SHAPES), 1)
            self.pace = nn.Conv1d(width, len(PACES), 1)

        def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
            act = nn.functional.elu
            x = act(self.first(x))
            for wide, mix in zip(self.wide, self.mix, strict=True):
                inner = act(wide(x))
                x = x + mix(inner)
            x = act(x)
            return self.beat(x), self.shape(x), self.pace(x)

    def parts(net: Net) -> dict[str, torch.Tensor]:
        """The weights by the names and in the order of axes that `petipa.music.ear` reads."""
        out = {"in.w": net.first.weight.permute(2, 1, 0), "in.b": net.first.bias}
        for k in range(layers):
            out |= {f"{k}.w": net.wide[k].weight.permute(2, 1, 0), f"{k}.b": net.wide[k].bias,
                    f"{k}.mix": net.mix[k].weight[:, :, 0].T, f"{k}.mixb": net.mix[k].bias}  # fmt: skip
        for name, head in (("beat", net.beat), ("shape", net.shape), ("pace", net.pace)):
            out |= {f"{name}.w": head.weight[:, :, 0].T, f"{name}.b": head.bias}
        return out

    kept: dict[str, tuple[Array, Array, NDArray[np.int64], int]] = {}
    net = Net()
    print(sum(p.numel() for p in net.parameters()), "weights", flush=True)
    optimiser = torch.optim.AdamW(net.parameters(), lr=3e-3, weight_decay=1e-3)
    each, crop = 12, round(24.0 * EAR_RATE)

    def losses(names: list[str], *, vary: bool) -> tuple[torch.Tensor, torch.Tensor, float]:
        x = np.zeros((len(names), 56, 2 * crop if vary else 4 * crop + 200), dtype=np.float32)
        y = np.zeros((len(names), 3, x.shape[2] // 2), dtype=np.float32)
        z = np.zeros((len(names), len(PACES), x.shape[2] // 2), dtype=np.float32)
        for k, name in enumerate(names):
            heard, beats, places, _ = kept[name]
            if vary:
                begin = int(rng.integers(0, max(1, len(heard) - 2 * crop + 100)))
                part = heard[begin : begin + 2 * crop + 400].astype(np.float32)
                late = beats - begin / HEARD_RATE
                inside = (late > 0.0) & (late < len(part) / HEARD_RATE)
                heard, beats = varied(part, late[inside], rng)
                places = places[inside]
            heard = heard[: x.shape[2]]
            x[k, :, : len(heard)] = heard.T
            length = len(heard) // 2
            y[k, :, :length] = targets(beats, places, length).T
            z[k, :, :length] = paces(beats, length).T
        kinds = torch.tensor([kept[name][3] for name in names])
        scores, shapes, tempi = net(torch.from_numpy(x))
        pace = torch.from_numpy(z)
        wanted = torch.from_numpy(y)
        weight = torch.tensor([1.0, 1.0, 1.5])[None, :, None]
        loss = -(wanted * weight * torch.log_softmax(scores, 1)).sum() / wanted.sum() * 10.0
        inside = wanted.sum(1)
        known = kinds >= 0
        log = (torch.log_softmax(shapes, 1) * inside[:, None]).sum(2) / inside.sum(1)[:, None]
        shape_loss = nn.functional.nll_loss(log[known], kinds[known])
        mean = (shapes * inside[:, None]).sum(2)[known].argmax(1)
        pace_loss = -(pace * torch.log_softmax(tempi, 1)).sum() / pace.sum()
        return loss, shape_loss + pace_loss, float((mean == kinds[known]).float().mean())

    if out.exists():
        with np.load(out) as old, torch.no_grad():
            for name, value in parts(net).items():
                if name in old:
                    value.copy_(torch.from_numpy(old[name].astype(np.float32)))
    number = epoch = 0
    started = time.time()
    while time.time() - started < 60.0 * minutes:
        begin = time.time()
        for path in sorted(folder.glob("*.npz")):
            if path.name not in kept:
                with np.load(path) as file:
                    kept[path.name] = (file["heard"], file["beats"], file["places"], int(file["shape"]))
        tried = [name for name in kept if int(name[:5]) % 100 >= 95]
        learnt = [name for name in kept if name not in tried]
        learnt = list(rng.permutation(2 * learnt))  # two crops of each
        batches = [learnt[k : k + each] for k in range(0, len(learnt), each)]
        net.train()
        total = []
        for names in batches:
            done = min(1.0, (time.time() - started) / (60.0 * minutes))
            for row in optimiser.param_groups:
                row["lr"] = 3e-3 * min(1.0, (number + 1) / 30) * (0.5 + 0.5 * np.cos(np.pi * done)) + 1e-5
            loss, shape_loss, _ = losses(names, vary=True)
            optimiser.zero_grad()
            (loss + 0.25 * shape_loss).backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimiser.step()
            total.append((float(loss.detach()), float(shape_loss.detach())))
            number += 1
        net.eval()
        with torch.no_grad():
            test = [losses(tried[k : k + each], vary=False) for k in range(0, len(tried), each)]
        print(epoch, len(learnt), np.round(np.mean(total, axis=0), 3), "tried",
              np.round(np.mean([(float(a), float(b), c) for a, b, c in test], axis=0), 3),
              f"{time.time() - begin:.0f} s", flush=True)  # fmt: skip
        epoch += 1
        np.savez(out, **{name: value.detach().numpy().astype(np.float16) for name, value in parts(net).items()})


def main(words: list[str]) -> None:
    """As said at the top."""
    folder = Path(words[1])
    if words[0] == "sounds":
        sounds(folder, int(words[2]), int(words[3]) if len(words) > 3 else 0)
    else:
        out = Path(words[2]) if len(words) > 2 else Path(__file__).parents[1] / "src/petipa/music/ear.npz"
        teach(folder, out, minutes=float(words[3]) if len(words) > 3 else 30.0)


if __name__ == "__main__":
    main(sys.argv[1:])
