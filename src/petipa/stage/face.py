"""What her face does: the shapes of brows, lids and mouth, her breath, and where her eyes look.

A pure function of the dance. Calm in slow dancing, a closed smile; it opens in quick steps and in flight; before a
great jump she gathers herself; at the end and in the bow she is glad. Eyes lead the head by the time they need (Land,
"Vision, eye movements and natural behavior", Vis. Neurosci. 26, 2009: some tenth of a second) and seek the house
when the head passes it. A blink lasts a quarter of a second and comes every few seconds (Bentivoglio et al.,
Mov. Disord. 12, 1997: 4 to 26 a minute), never while she spots: the house would see her eyes shut.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from petipa.motion.breath import DEEP
from petipa.stage.act import Act, Floats

GAZE_LIMIT = float(np.radians(25.0))
"""How far the eyes turn from straight ahead [rad]; further the head goes with them."""
LEAD = 0.10
"""How much earlier than the head the eyes are where it will face [s]."""
HOUSE = np.array([21.0, 0.0, 3.0])
"""Whom she dances for: the front of the first balcony [m]."""

BLINK_GAPS = (2.2, 6.5)
"""Shortest and longest time from one blink to the next [s]; a turn that comes between makes it longer."""
BLINK_SHUTS, BLINK_OPENS = 0.09, 0.17
"""How long a lid takes down and up again [s]."""
SPINNING = 2.5
"""The hips' rate of turn from which on she spots [rad/s]."""

GREAT = 0.16
"""How much higher than standing her hips are in a great jump [m]."""


@dataclass(frozen=True)
class Face:
    """A face in time.

    Attributes
    ----------
    weights : array, shape (frames, shapes)
        How much of each of the body's shapes is taken, 0 to 1.
    gaze : array [rad], shape (frames, 2)
        How far the eyes turn to her left and up from where the head faces, within `GAZE_LIMIT`.
    """

    weights: Floats
    gaze: Floats


def face_of(act: Act, *, seed: int = 0) -> Face:
    """The face of an act; `seed` chooses the blinks."""
    names = act.body.shape_names
    frames, rate = len(act.positions), act.rate
    head = act.body.names.index("head")
    joy, lively, gathered, flying, spinning = _moods(act)
    spirit = np.clip(0.15 + 0.6 * lively + 0.45 * flying, 0.0, 1.0) * (1 - 0.35 * spinning)
    shown = (1 - gathered) * (1 - 0.7 * _bowed(act.rotations[:, head, :, 0]))
    gaze = _gaze(act, head, np.random.default_rng(seed))
    blink = _blinks(frames, rate, spinning > 0.05, np.random.default_rng(seed + 1))
    # The lids go down with the eyes and up with them.
    lids = np.clip(-gaze[:, 1] / GAZE_LIMIT, 0.0, 1.0)
    shut = np.clip(np.maximum(blink, 0.40 * lids), 0.0, 1.0)
    parts = {
        "smile": 0.30 + 0.55 * np.maximum(spirit, joy) - 0.30 * gathered,
        "radiant": np.clip(np.maximum(1.05 * spirit - 0.25, 0.55 * joy), 0.0, 0.75) * shown,
        "joy": 0.7 * joy * shown,
        "effort": 0.5 * gathered,
        "brows": 0.15 + 0.35 * spirit + 0.30 * joy + 0.3 * np.clip(gaze[:, 1] / GAZE_LIMIT, 0.0, 1.0),
        "blink_l": shut,
        "blink_r": shut,
        "breath": 0.5 + 0.5 * act.air / (1.0 + DEEP),
    }
    still = np.zeros(frames)
    weights = np.stack([np.clip(parts.get(name, still), 0.0, 1.0) for name in names], axis=1)
    return Face(weights.reshape(frames, len(names)), gaze)


def _bowed(facing: Floats) -> Floats:
    """How far the head is bowed, 0 to 1, by where it faces (frames, 3)."""
    return 1.0 - _rise(facing[:, 2], -0.42, -0.12)


def _smooth(values: Floats, width: float, rate: float) -> Floats:
    """Values along the first axis, a bell of `width` [s] laid over them."""
    reach = int(np.ceil(2.5 * width * rate))
    bell = np.exp(-0.5 * (np.arange(-reach, reach + 1) / max(width * rate, 1e-9)) ** 2)
    bell /= bell.sum()
    flat = values.reshape(len(values), -1)
    padded = np.pad(flat, ((reach, reach), (0, 0)), mode="edge")
    out = np.stack([np.convolve(column, bell, mode="valid") for column in padded.T], axis=1)
    return np.asarray(out.reshape(values.shape))


def _speeds(positions: Floats, rate: float) -> Floats:
    if len(positions) < 2:
        return np.zeros(positions.shape[:2])
    return np.asarray(np.linalg.norm(np.gradient(positions, 1 / rate, axis=0), axis=-1))


def _rise(values: Floats, low: float, high: float) -> Floats:
    t = np.clip((values - low) / (high - low), 0.0, 1.0)
    return np.asarray(t * t * (3.0 - 2.0 * t))


def _moods(act: Act) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Joy, liveliness, gathering for a great jump, great flight, and spotting: each 0 to 1, shape (frames,)."""
    frames, rate = len(act.positions), act.rate
    times = act.start + np.arange(frames) / rate
    bows = [c.start for c in act.captions if c.label.casefold().startswith(("révérence", "reverence", "bow"))]
    danced = [c.end for c in act.captions if c.start not in bows]
    glad = np.zeros(frames)
    for start in [*bows, *danced[-1:]]:
        glad = np.maximum(glad, _rise(times, start - 0.4, start + 0.8))
    quick = (
        _speeds(act.positions - act.positions[:, :1], rate).mean(axis=1)
        + 0.5 * _speeds(act.positions[:, :1], rate)[:, 0]
    )
    lively = _rise(_smooth(quick, 0.8, rate), 0.5, 1.7)
    feet = [act.body.names.index(f"{part}_{side}") for side in "lr" for part in ("foot", "mid", "toes")]
    floor = act.body.joints[act.body.names.index("foot_l"), 2]
    off = act.positions[:, feet, 2].min(axis=1) > floor
    high = off & (act.positions[:, 0, 2] > act.body.joints[0, 2] + GREAT)
    flying = np.clip(_smooth(high.astype(float), 0.12, rate) * 1.3, 0.0, 1.0)
    before = np.zeros(frames)
    for takeoff in np.flatnonzero(np.diff(high.astype(int), prepend=0) == 1):
        since = times - times[takeoff]
        before = np.maximum(before, _rise(since, -0.75, -0.45) * (1 - _rise(since, -0.30, -0.05)))
    return glad, lively, before, flying, _spotting(act)


def _spotting(act: Act) -> Floats:
    """How much she is turning on the spot, 0 to 1, shape (frames,)."""
    if len(act.rotations) < 2:
        return np.zeros(len(act.rotations))
    forward = act.rotations[:, 0, :2, 0]
    yaw = np.unwrap(np.arctan2(forward[:, 1], forward[:, 0]))
    fast = np.abs(np.gradient(yaw) * act.rate) > SPINNING
    return np.clip(_smooth(fast.astype(float), 0.12, act.rate) * 1.4, 0.0, 1.0)


def _gaze(act: Act, head: int, random: np.random.Generator) -> Floats:
    frames, rate = len(act.positions), act.rate
    facing = act.rotations[:, head, :, 0]
    ahead = facing[np.minimum(np.arange(frames) + round(LEAD * rate), frames - 1)]
    house = HOUSE - act.positions[:, head]
    house /= np.linalg.norm(house, axis=1, keepdims=True)
    # Past the house the eyes catch it and stay on it as long as they comfortably can.
    drawn = _rise(np.einsum("fi,fi->f", ahead, house), np.cos(np.radians(50.0)), np.cos(np.radians(18.0)))
    # A bowed head thanks: its eyes go down with it.
    drawn *= 1.0 - _bowed(ahead)
    wanted = ahead + drawn[:, None] * (house - ahead)
    seen = np.einsum("fij,fi->fj", act.rotations[:, head], wanted)
    turn = np.stack(
        [np.arctan2(seen[:, 1], seen[:, 0]), np.arctan2(seen[:, 2], np.hypot(seen[:, 0], seen[:, 1]))], axis=1
    )
    turn[:, 1] -= np.radians(12.0) * _bowed(ahead)
    # An eye never rests quite still: every second or so it goes on by a degree.
    darts = np.cumsum(random.uniform(0.5, 1.6, frames // max(round(0.5 * rate), 1) + 2))
    which = np.searchsorted(darts, np.arange(frames) / rate)
    turn = turn + np.radians(random.uniform(-1.4, 1.4, (len(darts) + 1, 2)))[which]
    turn = _smooth(turn, 0.025, rate)
    limit = np.array([GAZE_LIMIT, 0.7 * GAZE_LIMIT])
    return np.asarray(limit * np.tanh(turn / limit))


def blink_times(frames: int, rate: float, spotting: NDArray[np.bool_], random: np.random.Generator) -> list[float]:
    """When each blink begins [s]; none touches a frame of `spotting` (frames,)."""
    times = []
    at = random.uniform(0.6, BLINK_GAPS[0])
    length = BLINK_SHUTS + BLINK_OPENS
    while at + length < (frames - 1) / rate:
        first, last = int(at * rate), int(np.ceil((at + length) * rate)) + 1
        busy = np.flatnonzero(spotting[first:last])
        if len(busy):
            at = (first + int(busy[-1]) + 1) / rate + 1e-9
            continue
        times.append(at)
        at += float(np.clip(random.lognormal(np.log(3.6), 0.35), *BLINK_GAPS))
    return times


def _blinks(frames: int, rate: float, spotting: NDArray[np.bool_], random: np.random.Generator) -> Floats:
    out = np.zeros(frames)
    times = np.arange(frames) / rate
    for at in blink_times(frames, rate, spotting, random):
        since = times - at
        out = np.maximum(
            out, _rise(since, 0.0, BLINK_SHUTS) * (1 - _rise(since, BLINK_SHUTS, BLINK_SHUTS + BLINK_OPENS))
        )
    return out
