"""BVH: a tree of joints with Euler angles, which every animation program reads.

Lengths are centimetres, angles degrees, +Y is up, the dancer faces +Z in the rest pose and her left is +X, as most
programs expect. The order of a joint's three angles is chosen by limb so that its twist stands in the middle: an order
is singular where its middle angle reaches 90 degrees, and limbs swing that far but do not twist that far.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from petipa.errors import FileError

if TYPE_CHECKING:
    from petipa.dancer import Skeleton
    from petipa.motion.model import Motion

Floats = NDArray[np.float64]

_LARGEST_FILE = 128 * 1024 * 1024
_LARGEST_TREE = 1024 * 1024
_MOST_JOINTS = 1000
_POSITIONS = ("Xposition", "Yposition", "Zposition")
_ROTATIONS = ("Xrotation", "Yrotation", "Zrotation")
_CENTIMETRES = 100.0
_HEAD_END = re.compile(r"Frame\s+Time:\s*\S+")


@dataclass(frozen=True)
class Bvh:
    """A BVH file as data, in its own units and axes.

    Attributes
    ----------
    names : tuple of str
        Joint names, parents before children; the first is the root.
    parents : tuple of int
        Index of each joint's parent, -1 for the root.
    offsets : ndarray, shape (joints, 3)
        Each joint's place in its parent's frame.
    ends : dict of int to ndarray, shape (3,)
        The end site of each joint that has one.
    channels : tuple of tuple of str
        Channel names of each joint, such as ``("Zrotation", "Xrotation", "Yrotation")``.
    frame_time : float
        Seconds from one frame to the next.
    values : ndarray, shape (frames, channels)
        Positions in the file's unit, rotations in degrees.
    """

    names: tuple[str, ...]
    parents: tuple[int, ...]
    offsets: Floats
    ends: dict[int, Floats]
    channels: tuple[tuple[str, ...], ...]
    frame_time: float
    values: Floats

    def forward(self) -> tuple[Floats, Floats]:
        """World rotation, shape (frames, joints, 3, 3), and position, shape (frames, joints, 3), of every joint."""
        frames, joints = len(self.values), len(self.names)
        rotations = np.empty((frames, joints, 3, 3))
        positions = np.empty((frames, joints, 3))
        column = 0
        for joint, (parent, channels) in enumerate(zip(self.parents, self.channels, strict=True)):
            local = np.broadcast_to(np.eye(3), (frames, 3, 3))
            shift = np.broadcast_to(self.offsets[joint], (frames, 3)).copy()
            moved = [name for name in channels if name in _POSITIONS]
            if moved:
                # Position channels replace the offset, as common readers have it.
                for name in moved:
                    shift[:, _POSITIONS.index(name)] = self.values[:, column + channels.index(name)]
            for name in channels:
                if name in _ROTATIONS:
                    angles = np.radians(self.values[:, column + channels.index(name)])
                    local = local @ _about(_ROTATIONS.index(name), angles)
            column += len(channels)
            if parent < 0:
                rotations[:, joint], positions[:, joint] = local, shift
            else:
                rotations[:, joint] = rotations[:, parent] @ local
                positions[:, joint] = positions[:, parent] + np.einsum("fij,fj->fi", rotations[:, parent], shift)
        return rotations, positions


def _about(axis: int, angles: Floats) -> Floats:
    """Rotation matrices, shape (frames, 3, 3), by `angles` [rad] about coordinate axis `axis`."""
    matrices = np.zeros((len(angles), 3, 3))
    after, last = (axis + 1) % 3, (axis + 2) % 3
    cosine, sine = np.cos(angles), np.sin(angles)
    matrices[:, axis, axis] = 1.0
    matrices[:, after, after] = matrices[:, last, last] = cosine
    matrices[:, last, after], matrices[:, after, last] = sine, -sine
    return matrices


def euler_angles(rotations: Floats, order: str) -> Floats:
    """Continuous Euler angles of a sequence of rotations.

    Of the two triples that give the same rotation (and their full turns) each frame takes the one nearest to the
    frame before, so that a turning dancer's angles run on instead of jumping at 180 degrees.

    Parameters
    ----------
    rotations : ndarray, shape (frames, 3, 3)
        Rotation matrices.
    order : str
        Three different letters of ``XYZ``: the matrix is their product from left to right.

    Returns
    -------
    ndarray, shape (frames, 3)
        Angles [rad] in the order of `order`.
    """
    first, middle, last = ("XYZ".index(letter) for letter in order)
    sign = 1.0 if (middle - first) % 3 == 1 else -1.0
    sine = np.clip(sign * rotations[:, first, last], -1.0, 1.0)
    angles = np.empty((len(rotations), 3))
    angles[:, 0] = np.arctan2(-sign * rotations[:, middle, last], rotations[:, last, last])
    angles[:, 1] = np.arcsin(sine)
    angles[:, 2] = np.arctan2(-sign * rotations[:, first, middle], rotations[:, first, first])
    # At the singularity only the sum (or difference) of the outer angles is known: give it all to the last.
    flat = np.abs(sine) > 1.0 - 1e-12
    if np.any(flat):
        angles[flat, 0] = 0.0
        angles[flat, 2] = np.arctan2(sign * rotations[flat, middle, first], rotations[flat, middle, middle])
    for frame in range(1, len(angles)):
        before, here = angles[frame - 1], angles[frame]
        other = here + np.array([np.pi, 0.0, np.pi])
        other[1] = np.pi - here[1]
        near = [triple - 2.0 * np.pi * np.round((triple - before) / (2.0 * np.pi)) for triple in (here, other)]
        angles[frame] = min(near, key=lambda triple: float(np.abs(triple - before).sum()))
    return angles


def _order(name: str) -> str:
    """The order of a joint's angles, by the limb it belongs to."""
    if name == "pelvis":
        return "YXZ"  # she may turn any number of times about the vertical
    if name.startswith(("clavicle", "upper_arm", "forearm", "wrist", "hand")):
        return "ZXY"  # arms lie along X in the rest pose
    return "ZYX"  # trunk, head and legs stand along Y, feet lie along Z and roll little


def _to_bvh_axes(vectors: Floats) -> Floats:
    """Vectors (..., 3) with x forward, y left, z up, as vectors with X left, Y up, Z forward."""
    return vectors[..., [1, 2, 0]]


def from_motion(motion: Motion, skeleton: Skeleton) -> Bvh:
    """A motion as BVH data: joint names, offsets and continuous Euler angles at the motion's own rate.

    Parameters
    ----------
    motion : Motion
        The motion.
    skeleton : Skeleton
        The skeleton of the dancer who danced it.
    """
    from petipa.mechanics import forward

    world, places = forward(skeleton, motion.q)
    names = tuple(str(name) for name in skeleton.names)
    parents = tuple(int(parent) for parent in skeleton.parents)
    columns = [_CENTIMETRES * _to_bvh_axes(places[:, 0])]
    channels: list[tuple[str, ...]] = []
    for joint, (name, parent) in enumerate(zip(names, parents, strict=True)):
        local = world[:, joint]
        if parent >= 0:
            local = np.swapaxes(world[:, parent], 1, 2) @ local
        turned = local[:, [1, 2, 0]][:, :, [1, 2, 0]]
        order = _order(name)
        columns.append(np.degrees(euler_angles(turned, order)))
        rotation = tuple(f"{letter}rotation" for letter in order)
        channels.append((*_POSITIONS, *rotation) if parent < 0 else rotation)
    offsets = _CENTIMETRES * _to_bvh_axes(np.asarray(skeleton.offsets, dtype=np.float64))
    offsets[0] = 0.0
    # A leaf's centre of mass lies about half-way along it, so its end is about twice as far; the shoe's is known.
    tips = 2.0 * np.asarray(skeleton.coms, dtype=np.float64)
    for side, sole in zip("lr", skeleton.soles, strict=True):
        tips[names.index(f"toes_{side}")] = sole.toe_tip
    tips = _CENTIMETRES * _to_bvh_axes(tips)
    ends = {joint: tips[joint] for joint in range(len(names)) if joint not in parents}
    return Bvh(names, parents, offsets, ends, tuple(channels), 1.0 / motion.rate, np.concatenate(columns, axis=1))


def _tree(bvh: Bvh, joint: int, depth: int) -> Iterator[str]:
    indent = "\t" * depth
    yield f"{indent}{'ROOT' if depth == 0 else 'JOINT'} {bvh.names[joint]}"
    yield f"{indent}{{"
    yield f"{indent}\tOFFSET " + " ".join(f"{value:.6f}" for value in bvh.offsets[joint])
    yield f"{indent}\tCHANNELS {len(bvh.channels[joint])} " + " ".join(bvh.channels[joint])
    for child, parent in enumerate(bvh.parents):
        if parent == joint:
            yield from _tree(bvh, child, depth + 1)
    if joint in bvh.ends:
        yield f"{indent}\tEnd Site"
        yield f"{indent}\t{{"
        yield f"{indent}\t\tOFFSET " + " ".join(f"{value:.6f}" for value in bvh.ends[joint])
        yield f"{indent}\t}}"
    yield f"{indent}}}"


def _depth_first(bvh: Bvh, joint: int) -> Iterator[int]:
    yield joint
    for child, parent in enumerate(bvh.parents):
        if parent == joint:
            yield from _depth_first(bvh, child)


def format_bvh(bvh: Bvh) -> str:
    """The text of a BVH file; joints are written depth first, as the format wants, and the columns follow them."""
    starts = np.cumsum([0, *(len(channels) for channels in bvh.channels)])
    columns = [column for joint in _depth_first(bvh, 0) for column in range(starts[joint], starts[joint + 1])]
    lines = ["HIERARCHY", *_tree(bvh, 0, 0), "MOTION", f"Frames: {len(bvh.values)}"]
    lines.append(f"Frame Time: {bvh.frame_time:.9f}")
    row = " ".join(["%.5f"] * len(columns))
    lines += [row % tuple(frame) for frame in bvh.values[:, columns].tolist()]
    return "\n".join(lines) + "\n"


def write_bvh(path: str | Path, motion: Motion, skeleton: Skeleton) -> None:
    """Write a motion as a BVH file, wholly or not at all.

    Raises
    ------
    FileError
        Where it cannot be written.
    """
    from petipa.files import write_atomic

    write_atomic(path, format_bvh(from_motion(motion, skeleton)).encode("ascii"))


def read_bvh(path: str | Path) -> Bvh:
    """Read a BVH file of any program.

    Raises
    ------
    FileError
        Where the file cannot be read, is not BVH, or is cut short; the message has the line.
    """
    place = Path(path)
    try:
        if place.stat().st_size > _LARGEST_FILE:
            raise FileError("this BVH file is larger than 128 MiB", where=str(place), would_work="cut it into takes")
        text = place.read_text(encoding="utf-8", errors="replace")
    except OSError as problem:
        raise FileError(
            f"it cannot be read ({problem.strerror})", where=str(place), would_work="check the path and its permissions"
        ) from problem
    return parse_bvh(text, where=str(place))


def parse_bvh(text: str, *, where: str = "") -> Bvh:
    """Parse the text of a BVH file.

    Raises
    ------
    FileError
        Where the text is not BVH or is cut short; the message has the line.
    """
    return _Parser(text, where).parse()


class _Parser:
    """Reads the tree word by word and the frames line by line, and knows the line it is at."""

    def __init__(self, text: str, where: str) -> None:
        self._where = where
        # Only the head needs its lines remembered; the frames of a long take are millions of words.
        head = _HEAD_END.search(text)
        end = min(head.end() if head else len(text), _LARGEST_TREE)
        self._body = text[end:]
        lines = enumerate(text[:end].splitlines(), 1)
        self._words = [(word, number) for number, line in lines for word in line.split()]
        self._at = 0
        self._names: list[str] = []
        self._parents: list[int] = []
        self._offsets: list[Floats] = []
        self._channels: list[tuple[str, ...]] = []
        self._ends: dict[int, Floats] = {}

    def _fail(self, what: str) -> FileError:
        line = self._words[min(self._at, len(self._words)) - 1][1] if self._words and self._at else 1
        return FileError(
            what, where=f"{self._where}:{line}", would_work="a BVH file as motion capture programs export it"
        )

    def _next(self) -> str:
        if self._at >= len(self._words):
            raise self._fail("the BVH file ends too early")
        self._at += 1
        return self._words[self._at - 1][0]

    def _expect(self, *words: str) -> str:
        found = self._next()
        if found.lower() not in {word.lower() for word in words}:
            raise self._fail(f"expected {' or '.join(words)}, found {found[:40]!r}")
        return found

    def _number(self) -> float:
        word = self._next()
        try:
            value = float(word)
        except ValueError:
            raise self._fail(f"expected a number, found {word[:40]!r}") from None
        if not np.isfinite(value):
            raise self._fail(f"expected a finite number, found {word[:40]!r}")
        return value

    def _whole(self, *, most: int) -> int:
        value = self._number()
        if value != int(value) or not 0 <= value <= most:
            raise self._fail(f"expected a whole number from 0 to {most}, found {value:g}")
        return int(value)

    def _offset(self) -> Floats:
        self._expect("OFFSET")
        return np.array([self._number() for _ in range(3)])

    def parse(self) -> Bvh:
        self._expect("HIERARCHY")
        self._expect("ROOT")
        self._hierarchy()
        self._expect("MOTION")
        self._expect("Frames:")
        frames = self._whole(most=100_000_000)
        self._expect("Frame")
        self._expect("Time:")
        frame_time = self._number()
        if frame_time <= 0:
            raise self._fail("the frame time must be above zero")
        return Bvh(
            tuple(self._names),
            tuple(self._parents),
            np.array(self._offsets),
            self._ends,
            tuple(self._channels),
            frame_time,
            self._frames(frames),
        )

    def _hierarchy(self) -> None:
        """The tree, with a list of open joints instead of recursion: a hostile file may be nested deeply."""
        open_joints: list[int] = []
        opening = True
        while True:
            if opening:
                name: list[str] = []
                while (word := self._next()) != "{":
                    name.append(word)
                if len(self._names) >= _MOST_JOINTS:
                    raise self._fail(f"more than {_MOST_JOINTS} joints")
                self._names.append(" ".join(name))
                self._parents.append(open_joints[-1] if open_joints else -1)
                self._offsets.append(self._offset())
                self._expect("CHANNELS")
                names = tuple(self._next() for _ in range(self._whole(most=6)))
                if unknown := [channel for channel in names if channel not in _POSITIONS + _ROTATIONS]:
                    raise self._fail(f"unknown channel {unknown[0][:40]!r}")
                self._channels.append(names)
                open_joints.append(len(self._names) - 1)
                opening = False
            word = self._expect("JOINT", "End", "}")
            if word == "}":
                open_joints.pop()
                if not open_joints:
                    return
            elif word.lower() == "joint":
                opening = True
            else:
                self._expect("Site")
                self._expect("{")
                self._ends[open_joints[-1]] = self._offset()
                self._expect("}")

    def _frames(self, frames: int) -> Floats:
        columns = sum(len(channels) for channels in self._channels)
        words = self._body.split()
        if len(words) < frames * columns:
            raise self._fail(f"{frames} frames of {columns} numbers are announced, but {len(words)} numbers follow")
        try:
            values = np.array(words[: frames * columns], dtype=np.float64)
        except ValueError as problem:
            raise self._fail(f"a frame holds something that is not a number ({problem})") from None
        if not np.all(np.isfinite(values)):
            raise self._fail("a frame holds a number that is not finite")
        return values.reshape(frames, columns)
