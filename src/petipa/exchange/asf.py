"""Recordings of people in ASF/AMC, the pair of files Acclaim's motion capture wrote: a skeleton, and its movement."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from petipa.errors import FileError
from petipa.files import read_limited
from petipa.mechanics import rot_x, rot_y, rot_z

Floats = NDArray[np.float64]

LARGEST_FILE = 128 << 20
MOST_BONES = 256
MOST_FRAMES = 1_000_000
FARTHEST = 1e6
"""A number larger than this is no length, place or angle of a person."""

Raw = dict[str, tuple[int, list[str]]]
"""A bone as written: by keyword, the line and the words after it."""

_TURN = {"rx": rot_x, "ry": rot_y, "rz": rot_z}
_ROOT = ("tx", "ty", "tz", "rx", "ry", "rz")


@dataclass(frozen=True)
class Bone:
    """One bone at rest: the way it points, its length [file units], its own axes and the turns it can make."""

    name: str
    parent: str
    direction: Floats
    length: float
    axes: Floats
    turns: tuple[str, ...]


@dataclass(frozen=True)
class Asf:
    """A skeleton: bones, each after its parent; the root's order of channels and axes; degrees or radians."""

    bones: tuple[Bone, ...]
    root_order: tuple[str, ...]
    root_axes: Floats
    root_place: Floats
    length_unit: float
    degrees: bool

    def index(self, name: str) -> int:
        """Which bone has that name.

        Raises
        ------
        FileError
            None has.
        """
        for k, bone in enumerate(self.bones):
            if bone.name == name:
                return k
        raise FileError(
            f"the skeleton has no bone {name!r}", would_work="bones " + ", ".join(bone.name for bone in self.bones)
        )


@dataclass(frozen=True)
class Amc:
    """A movement of a skeleton.

    Attributes
    ----------
    root : (F, 6) place [file units] and turn, in the skeleton's own order
    turns : by bone, (F, channels) in the file's unit of angle
    """

    root: Floats
    turns: dict[str, Floats]


def _fail(what: str, where: str, line: int) -> FileError:
    return FileError(what, where=f"{where}:{line}", would_work="an ASF/AMC pair as the capture programs write it")


def _numbers(words: list[str], where: str, line: int) -> list[float]:
    out = []
    for word in words:
        try:
            value = float(word)
        except ValueError:
            raise _fail(f"expected a number, found {word[:40]!r}", where, line) from None
        if not abs(value) < FARTHEST:
            raise _fail(f"expected a number of a person's size, found {word[:40]!r}", where, line)
        out.append(value)
    return out


def _text(path: str | Path) -> str:
    return read_limited(path, limit=LARGEST_FILE).decode("utf-8", errors="replace")


def _matrix(angles: list[float], order: str) -> Floats:
    """Axes turned by angles [rad] in an order such as XYZ: the first letter's turn is made first."""
    out = np.eye(3)
    for angle, letter in zip(angles, order, strict=True):
        out = _TURN["r" + letter.lower()](angle) @ out
    return out


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split("#", 1)[0].split()
        if words:
            yield number, words


def read_asf(path: str | Path) -> Asf:
    """Read a skeleton.

    Raises
    ------
    FileError
        It cannot be read, is no ASF, or its bones make no tree; the message has the line.
    """
    return parse_asf(_text(path), where=str(path))


def parse_asf(text: str, *, where: str = "") -> Asf:
    """Parse the text of an ASF file.

    Raises
    ------
    FileError
        The text is no ASF, or its bones make no tree; the message has the line.
    """
    section, unit, degrees = "", 1.0, True
    root_order: tuple[str, ...] = _ROOT
    root_axis, root_turn, root_place = "XYZ", [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]
    raw: dict[str, Raw] = {}
    lines: dict[str, int] = {}
    parents: dict[str, str] = {}
    now: Raw | None = None
    number = 0
    for number, words in _lines(text):
        head = words[0].lower()
        if head.startswith(":"):
            section, now = head[1:], None
            continue
        if section == "units" and len(words) > 1:
            if head == "length":
                unit = _numbers(words[1:2], where, number)[0]
                if not unit > 0:
                    raise _fail("the unit of length must be above zero", where, number)
            elif head == "angle":
                degrees = words[1].lower().startswith("deg")
        elif section == "root":
            if head == "order":
                root_order = tuple(word.lower() for word in words[1:])
                if sorted(root_order) != sorted(_ROOT):
                    raise _fail("the root must have TX TY TZ RX RY RZ, once each", where, number)
            elif head == "axis":
                root_axis = _order(words[1:], where, number)
            elif head in ("position", "orientation"):
                values = _numbers(words[1:], where, number)
                if len(values) != 3:
                    raise _fail(f"the root's {head} is three numbers", where, number)
                root_place, root_turn = (values, root_turn) if head == "position" else (root_place, values)
        elif section == "bonedata":
            if head == "begin":
                now = {}
            elif head == "end":
                if now is None or not now.get("name", (0, []))[1]:
                    raise _fail("a bone without a name ends here", where, number)
                name = now["name"][1][0]
                if name in raw or name == "root":
                    raise _fail(f"there are two bones {name[:40]!r}", where, number)
                if len(raw) >= MOST_BONES:
                    raise _fail(f"more than {MOST_BONES} bones", where, number)
                raw[name], lines[name], now = now, number, None
            elif now is not None and not head.startswith("("):
                now[head] = (number, words[1:])
        elif section == "hierarchy" and head not in ("begin", "end"):
            for child in words[1:]:
                if child not in raw:
                    raise _fail(f"the hierarchy names {child[:40]!r}, which is no bone", where, number)
                if child in parents:
                    raise _fail(f"the bone {child[:40]!r} has two parents", where, number)
                if words[0] != "root" and words[0] not in raw:
                    raise _fail(f"the hierarchy names {words[0][:40]!r}, which is no bone", where, number)
                parents[child] = words[0]
    if not raw:
        raise _fail("there are no bones", where, max(number, 1))
    scale = np.pi / 180.0 if degrees else 1.0
    bones: list[Bone] = []
    placed = {"root"}
    waiting = [name for name in raw if name in parents]
    if missing := [name for name in raw if name not in parents]:
        raise _fail(f"the bone {missing[0][:40]!r} hangs on nothing", where, lines[missing[0]])
    while waiting:
        ready = [name for name in waiting if parents[name] in placed]
        if not ready:
            raise _fail(f"the bones make a ring at {waiting[0][:40]!r}", where, lines[waiting[0]])
        for name in ready:
            bones.append(_bone(name, parents[name], raw[name], scale, where, lines[name]))
            placed.add(name)
        waiting = [name for name in waiting if name not in placed]
    axes = _matrix([a * scale for a in root_turn], root_axis)
    return Asf(tuple(bones), root_order, axes, np.array(root_place), unit, degrees)


def _order(words: list[str], where: str, line: int) -> str:
    order = words[0].upper() if words else ""
    if sorted(order) != ["X", "Y", "Z"]:
        raise _fail(f"an order of axes such as XYZ was expected, found {order[:40]!r}", where, line)
    return order


def _bone(name: str, parent: str, raw: Raw, scale: float, where: str, line: int) -> Bone:
    for key, least in (("direction", 3), ("length", 1), ("axis", 3)):
        if len(raw.get(key, (line, []))[1]) < least:
            raise _fail(f"the bone {name[:40]!r} has no whole {key}", where, raw.get(key, (line, []))[0])
    at, words = raw["direction"]
    direction = np.array(_numbers(words[:3], where, at))
    size = float(np.linalg.norm(direction))
    if not size > 1e-9:
        raise _fail(f"the bone {name[:40]!r} points nowhere", where, at)
    at, words = raw["length"]
    length = _numbers(words[:1], where, at)[0]
    if length < 0:
        raise _fail(f"the bone {name[:40]!r} has a length below nought", where, at)
    at, words = raw["axis"]
    order = _order(words[3:4] or ["XYZ"], where, at)
    angles = [a * scale for a in _numbers(words[:3], where, at)]
    at, words = raw.get("dof", (line, []))
    turns = tuple(word.lower() for word in words)
    if unknown := [turn for turn in turns if turn not in _TURN]:
        raise _fail(f"the bone {name[:40]!r} moves by {unknown[0][:40]!r}; only rx, ry and rz are known", where, at)
    return Bone(name, parent, direction / size, length, _matrix(angles, order), turns)


def read_amc(path: str | Path, asf: Asf) -> Amc:
    """Read a movement of a skeleton.

    Raises
    ------
    FileError
        It cannot be read, is no AMC, belongs to another skeleton or is cut short; the message has the line.
    """
    return parse_amc(_text(path), asf, where=str(path))


def parse_amc(text: str, asf: Asf, *, where: str = "") -> Amc:
    """Parse the text of an AMC file.

    Raises
    ------
    FileError
        The text is no AMC of this skeleton or is cut short; the message has the line.
    """
    wanted = {bone.name: len(bone.turns) for bone in asf.bones if bone.turns}
    wanted["root"] = 6
    columns: dict[str, list[list[float]]] = {name: [] for name in wanted}
    frames, number = 0, 0
    for number, words in _lines(text):
        name = words[0]
        if name.startswith(":"):
            continue
        if len(words) == 1 and name.isdigit():
            _complete(columns, frames, where, number)
            frames += 1
            if frames > MOST_FRAMES:
                raise _fail(f"more than {MOST_FRAMES} frames", where, number)
            continue
        if frames == 0:
            raise _fail(f"a frame's number was expected, found {name[:40]!r}", where, number)
        if name not in wanted:
            raise _fail(f"the skeleton has no moving bone {name[:40]!r}", where, number)
        values = _numbers(words[1:], where, number)
        if len(values) != wanted[name]:
            raise _fail(f"the bone {name[:40]!r} moves by {wanted[name]} numbers, found {len(values)}", where, number)
        if len(columns[name]) >= frames:
            raise _fail(f"the bone {name[:40]!r} comes twice in frame {frames}", where, number)
        columns[name].append(values)
    if frames == 0:
        raise _fail("there are no frames", where, max(number, 1))
    _complete(columns, frames, where, number)
    turns = {name: np.array(values) for name, values in columns.items()}
    return Amc(turns.pop("root"), turns)


def _complete(columns: dict[str, list[list[float]]], frames: int, where: str, line: int) -> None:
    for name, values in columns.items():
        if len(values) < frames:
            raise _fail(f"frame {frames} has nothing of the bone {name[:40]!r}", where, line)


def posed(asf: Asf, amc: Amc) -> tuple[Floats, Floats, Floats]:
    """Where every bone is.

    Returns
    -------
    R : (F, B, 3, 3) world from the bone's rest pose; start, stop : (F, B, 3) its ends [file units]
    """
    scale = np.pi / 180.0 if asf.degrees else 1.0
    frames = len(amc.root)
    at = {channel: k for k, channel in enumerate(asf.root_order)}
    place = amc.root[:, [at["tx"], at["ty"], at["tz"]]] + asf.root_place
    turn = np.broadcast_to(np.eye(3), (frames, 3, 3))
    for channel in asf.root_order:
        if channel in _TURN:
            turn = _TURN[channel](amc.root[:, at[channel]] * scale) @ turn
    turn = asf.root_axes @ turn @ asf.root_axes.T
    R = np.empty((frames, len(asf.bones), 3, 3))
    start = np.empty((frames, len(asf.bones), 3))
    stop = np.empty_like(start)
    where = {bone.name: k for k, bone in enumerate(asf.bones)}
    for k, bone in enumerate(asf.bones):
        own = np.broadcast_to(np.eye(3), (frames, 3, 3))
        for j, channel in enumerate(bone.turns):
            own = _TURN[channel](amc.turns[bone.name][:, j] * scale) @ own
        own = bone.axes @ own @ bone.axes.T
        above = turn if bone.parent == "root" else R[:, where[bone.parent]]
        R[:, k] = above @ own
        start[:, k] = place if bone.parent == "root" else stop[:, where[bone.parent]]
        stop[:, k] = start[:, k] + R[:, k] @ (bone.direction * bone.length)
    return R, start, stop
