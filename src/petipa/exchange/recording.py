"""A recording of a person in the form a dance has, so that one code measures both.

The person gets a skeleton of their own with our bodies: joints where the recording has them, masses by de Leva's
shares of the whole, soles laid under the foot as it stands. Every body turns as its bone turned; hinges keep the part
about their axis. Contacts are found from how low and how slow each foot is: a recording has no plan.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter

from petipa.dancer import NAMES, Dancer, Joint, Sole, load_dancer
from petipa.dancer.skeleton import build_skeleton
from petipa.errors import FileError
from petipa.exchange.asf import Asf, posed, read_amc, read_asf
from petipa.measure.track import FINE, Track, track
from petipa.mechanics import forward, quat_from_matrix, quat_to_matrix
from petipa.motion.model import FootState, Motion

Floats = NDArray[np.float64]

INCH = 0.0254
RATE = 60.0

LOW = 0.035
"""A ball of the foot this low is on the floor: markers wander by a centimetre or two [m]."""
HEEL_LOW = 0.035
SLOW = 0.30
"""A ball of the foot slower than this stands [m/s]."""
TURNING = 60.0
"""A standing foot that turns faster than this pivots [degrees/s]."""

_BONES = {
    "lumbar": "lowerback",
    "thorax": "upperback",
    "chest": "thorax",
    "neck": "lowerneck",
    "head": "head",
    "clavicle": "clavicle",
    "upper_arm": "humerus",
    "forearm": "radius",
    "wrist": "wrist",
    "hand": "hand",
    "thigh": "femur",
    "shank": "tibia",
    "foot": "foot",
    "mid": "foot",
    "toes": "toes",
}
_JOINT_OF = {**_BONES, "head": "upperneck", "hand": "hand"}


@dataclass(frozen=True)
class Recording:
    """A person's movement: their body as a dancer, what they danced, and the recording's own frame rate."""

    name: str
    person: Dancer
    motion: Motion
    rate: float


def _bone_name(table: dict[str, str], body: str) -> str:
    part, side = (body[:-2], body[-1]) if body[-2:] in ("_l", "_r") else (body, "")
    return side + table[part]


def _upright(vectors: Floats) -> Floats:
    """Vectors of a file with X to the left, Y up, Z ahead, as x ahead, y left, z up."""
    return vectors[..., [2, 0, 1]]


def _frame(along: Floats, across: Floats) -> Floats:
    """A frame whose y is `across` made square to z, which is against `along`."""
    z = -along / np.linalg.norm(along)
    y = across - (across @ z) * z
    y = y / np.linalg.norm(y)
    return np.stack([np.cross(y, z), y, z], axis=1)


def _arm_frame(along: Floats, hinge: Floats, side: float) -> Floats:
    """A frame whose y runs along a left arm (against a right one) and whose z is against a left elbow's axis."""
    y = side * along / np.linalg.norm(along)
    z = -side * (hinge - (hinge @ y) * y)
    z = z / np.linalg.norm(z)
    return np.stack([np.cross(y, z), y, z], axis=1)


def _turn_about(local: Floats, axis: Floats) -> Floats:
    """The angle of rotations about an axis, the rest left out [rad], (F,)."""
    quat = quat_from_matrix(local)
    return np.asarray(2 * np.arctan2(quat[:, 1:] @ axis, quat[:, 0]))


def read_recording(skeleton: str | Path, movement: str | Path, *, rate: float = 120.0, mass: float = 55.0) -> Recording:
    """Read an ASF and an AMC file as a person and a motion at 60 Hz.

    Parameters
    ----------
    rate : frames a second the movement was recorded at; the files do not say
    mass : of the person [kg]; the files do not say, and nothing that is told per kilogram depends on it

    Raises
    ------
    FileError
        A file cannot be read or is broken, or the skeleton is not of the kind with lowerback, femur and so on.
    """
    asf = read_asf(skeleton)
    amc = read_amc(movement, asf)
    turned, start, stop = posed(asf, amc)
    step = max(1, round(rate / RATE))
    unit = INCH / asf.length_unit
    axes = [2, 0, 1]
    R = turned[::step][:, :, axes][:, :, :, axes]
    start, stop = unit * _upright(start[::step]), unit * _upright(stop[::step])
    return _recording(Path(movement).stem, asf, R, start, stop, rate / step, rate, mass)


def _recording(
    name: str, asf: Asf, R: Floats, start: Floats, stop: Floats, rate: float, recorded: float, mass: float
) -> Recording:
    frames = len(R)
    bone = {body: asf.index(_bone_name(_BONES, body)) for body in NAMES if body != "pelvis"}
    joint_bone = {body: asf.index(_bone_name(_JOINT_OF, body)) for body in NAMES if body != "pelvis"}
    along = {k: _upright(b.direction) for k, b in enumerate(asf.bones)}
    hinge = {k: _upright(b.axes[:, 0]) for k, b in enumerate(asf.bones)}
    align: dict[str, Floats] = {body: np.eye(3) for body in NAMES}
    heights: dict[str, tuple[float, float]] = {}
    for s, side in (("l", 1.0), ("r", -1.0)):
        for part, axis in (("upper_arm", "forearm"), ("forearm", "forearm"), ("wrist", "forearm"), ("hand", "forearm")):
            align[f"{part}_{s}"] = _arm_frame(along[bone[f"{part}_{s}"]], hinge[bone[f"{axis}_{s}"]], side)
        for part in ("thigh", "shank"):
            align[f"{part}_{s}"] = _frame(along[bone[f"{part}_{s}"]], hinge[bone[f"shank_{s}"]])
        foot = bone[f"foot_{s}"]
        flat = _standing(start[:, foot], stop[:, foot], rate)
        up = np.swapaxes(R[flat, foot], 1, 2)[:, :, 2].mean(axis=0)
        ahead = along[foot] - (along[foot] @ up) * up / (up @ up)
        align[f"foot_{s}"] = align[f"mid_{s}"] = align[f"toes_{s}"] = _frame(-up, np.cross(up, ahead))
        heights[s] = (float(np.median(start[flat, foot, 2])), float(np.median(stop[flat, foot, 2])))
    offsets = np.zeros((len(NAMES), 3))
    world = np.zeros_like(offsets)
    template = load_dancer().skeleton
    for b, body in enumerate(NAMES):
        if b == 0:
            continue
        parent = NAMES[int(template.parents[b])]
        above = joint_bone.get(parent)
        if body.startswith("toes") or body.startswith("mid"):
            # The recording's foot is one bone: our mid-foot joint lies half-way along it.
            foot_bone = bone[f"foot_{body[-1]}"]
            rest = 0.5 * asf.bones[foot_bone].length * (INCH / asf.length_unit) * along[foot_bone]
        else:
            rest = _rest_start(asf, joint_bone[body]) - (np.zeros(3) if above is None else _rest_start(asf, above))
        offsets[b] = align[parent].T @ rest
        world[b] = world[int(template.parents[b])] + offsets[b]
    world[:, 2] += heights["l"][0] - world[NAMES.index("foot_l"), 2]
    top = float(world[NAMES.index("head"), 2] + 0.20)
    left = _sole(world[NAMES.index("foot_l")], world[NAMES.index("toes_l")], heights["l"])
    left = {"ball_medial": left["ball_right"], "ball_lateral": left["ball_left"], **left}
    own = replace(build_skeleton(world, left, top, mass=mass), soles=_shod(world, heights))
    q = np.zeros((frames, own.nq))
    q[:, :3] = start[:, asf.index("lowerback")]
    facing = np.empty((frames, len(NAMES), 3, 3))
    for b, body in enumerate(NAMES):
        source = _root_turn(asf, R) if b == 0 else R[:, bone[body]]
        want = source @ align[body]
        above_R = facing[:, int(own.parents[b])] if b else np.broadcast_to(np.eye(3), (frames, 3, 3))
        local = np.swapaxes(above_R, 1, 2) @ want
        if own.kinds[b] == Joint.HINGE:
            angle = np.zeros(frames) if body.startswith("mid") else _turn_about(local, own.axes[b])
            q[:, own.q_at[b]] = angle
            half = np.zeros((frames, 4))
            half[:, 0], half[:, 1:] = np.cos(angle / 2), np.sin(angle / 2)[:, None] * own.axes[b]
            local = quat_to_matrix(half)
        else:
            q[:, own.q_slice(b)] = quat_from_matrix(local)
        facing[:, b] = above_R @ local
    person = replace(load_dancer(), name=name, height=top, mass=mass, skeleton=own)
    states = contacts(person, q, rate)
    empty = np.zeros((frames, 2, 3)), np.zeros((frames, 2, 2))
    return Recording(name, person, Motion(rate, 0.0, q, states, *empty, (), (), name), recorded)


def _root_turn(asf: Asf, R: Floats) -> Floats:
    """The pelvis turns as a bone that has no turn of its own and hangs on the root."""
    for k, bone in enumerate(asf.bones):
        if bone.parent == "root" and not bone.turns:
            return R[:, k]
    raise FileError(
        "no bone tells how the pelvis turns",
        would_work="a skeleton whose hip joints are bones of their own, as CMU's are",
    )


def _rest_start(asf: Asf, k: int) -> Floats:
    """Where a bone begins in the rest pose, from the root [m]."""
    out = np.zeros(3)
    name = asf.bones[k].parent
    while name != "root":
        bone = asf.bones[asf.index(name)]
        out += bone.direction * bone.length
        name = bone.parent
    return _upright(out) * INCH / asf.length_unit


def _standing(ankle: Floats, ball: Floats, rate: float) -> NDArray[np.bool_]:
    """Frames at which a foot stands flat: ankle and ball slow, and both within 15 mm of their lowest."""
    everything = np.ones(len(ankle), dtype=bool)
    if len(ankle) < 3:
        return everything
    slow = everything.copy()
    for point in (ankle, ball):
        slow &= np.linalg.norm(np.gradient(point, axis=0), axis=1) * rate < 0.15
    if not slow.any():
        slow = everything
    low = slow.copy()
    for point in (ankle, ball):
        low &= point[:, 2] < np.percentile(point[slow, 2], 5) + 0.015
    return low if low.any() else slow


def _sole(foot: Floats, toes: Floats, heights: tuple[float, float]) -> dict[str, Floats]:
    """A sole under the joints of a foot in the zero pose: under the ankle by its height, under the ball by its own."""
    long = float(np.linalg.norm((toes - foot)[:2]))
    ahead = np.append((toes - foot)[:2] / long, 0.0)
    left = np.array([-ahead[1], ahead[0], 0.0])
    down = np.array([0.0, 0.0, 1.0])
    heel, ball = foot - heights[0] * down - 0.35 * long * ahead, toes - heights[1] * down
    tip = ball + 0.45 * long * ahead
    wide = 0.04
    return {
        "heel": heel,
        "ball_left": ball + wide * left,
        "ball_right": ball - wide * left,
        "toe_tip": tip,
        "platform": np.array([tip - 0.5 * wide * left, tip + 0.5 * wide * left] * 2),
    }


def _shod(world: Floats, heights: dict[str, tuple[float, float]]) -> tuple[Sole, Sole]:
    """Both soles, each in the frames of its own foot: a recording's feet are not each other's mirror image."""
    out = []
    for s in "lr":
        foot, mid, toes = (world[NAMES.index(f"{part}_{s}")] for part in ("foot", "mid", "toes"))
        sole = _sole(foot, toes, heights[s])
        inner, outer = ("right", "left") if s == "l" else ("left", "right")
        out.append(
            Sole(
                heel=sole["heel"] - foot,
                ball_medial=sole[f"ball_{inner}"] - mid,
                ball_lateral=sole[f"ball_{outer}"] - mid,
                toe_tip=sole["toe_tip"] - toes,
                platform=sole["platform"] - toes,
            )
        )
    return out[0], out[1]


def contacts(person: Dancer, q: Floats, rate: float) -> NDArray[np.uint8]:
    """What each foot does with the floor, from how low and how slow its ball and heel are, (F, 2)."""
    skeleton = person.skeleton
    R, p = forward(skeleton, q)
    out = np.zeros((len(q), 2), dtype=np.uint8)
    for k, s in enumerate("lr"):
        sole = skeleton.soles[k]
        mid, foot = skeleton.index(f"mid_{s}"), skeleton.index(f"foot_{s}")
        ball = p[:, mid] + R[:, mid] @ (0.5 * (sole.ball_medial + sole.ball_lateral))
        heel = p[:, foot] + R[:, foot] @ sole.heel
        if len(q) > 2:
            speed = np.linalg.norm(np.gradient(ball, axis=0), axis=1) * rate
            yaw = np.degrees(np.gradient(np.unwrap(np.arctan2(R[:, mid, 1, 0], R[:, mid, 0, 0])))) * rate
        else:
            speed, yaw = np.zeros(len(q)), np.zeros(len(q))
        low = median_filter((ball[:, 2] < LOW).astype(np.uint8), 5, mode="nearest") > 0
        stands = low & (speed < SLOW)
        heel_low = heel[:, 2] < HEEL_LOW
        pivots = stands & (np.abs(yaw) > TURNING)
        out[low, k] = FootState.SLIDE
        out[stands & heel_low, k] = FootState.FLAT
        out[stands & ~heel_low, k] = FootState.DEMI
        out[pivots & heel_low, k] = FootState.PIVOT_FLAT
        out[pivots & ~heel_low, k] = FootState.PIVOT_DEMI
    return out


def recorded_track(recording: Recording) -> Track:
    """The recording at 240 Hz, its feet on the floor wherever they were found to stand.

    Markers wander by more than the thickness of a sole: a foot that stands is laid on the floor, one that does not is
    held off it. What depends on millimetres of a sole (gap, penetration, small slips) is no longer told.
    """
    seen = track(recording.motion, recording.person)
    states = np.repeat(recording.motion.feet, FINE, axis=0)
    states = np.concatenate(
        [states[: len(seen.com)], np.repeat(states[-1:], max(0, len(seen.com) - len(states)), axis=0)]
    )
    soles, balls = seen.soles.copy(), seen.balls.copy()
    bears = states != FootState.AIR
    demi = np.isin(states, (FootState.DEMI, FootState.PIVOT_DEMI))
    keep_heel = soles[:, :, 0, 2].copy()
    soles[..., 2] = np.where(bears[..., None], 0.0, np.maximum(soles[..., 2], 0.006))
    soles[:, :, 0, 2] = np.where(demi, np.maximum(keep_heel, 0.0), soles[:, :, 0, 2])
    balls[..., 2] = np.where(bears[..., None], 0.0, np.maximum(balls[..., 2], 0.006))
    return replace(seen, soles=soles, balls=balls)
