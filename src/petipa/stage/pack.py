"""The dance as the scene's script reads it: quantised, then compressed.

A package is ``PTP1``, the length of a JSON header (uint32), the header, and the arrays one after another. Bones are
16-bit world quaternions at the dance's own rate. A costume is far too many numbers to carry whole (10,000
vertices at 30 Hz are 200 MB a minute), but seen from the pelvis it only sways: a mean shape plus a few dozen shapes of
swaying, with one number each a frame, give it back within a millimetre or two, and a longer dance hardly costs more.
"""

from __future__ import annotations

import gzip
import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from petipa.dancer.body import Body
from petipa.dancer.headdress import headdress
from petipa.dancer.normals import vertex_normals
from petipa.dancer.skin import pointed_normals, pointed_share
from petipa.errors import StageError
from petipa.stage.act import SWELL_RATE, Act, Floats
from petipa.stage.face import GAZE_LIMIT, face_of
from petipa.tutu.sway import seen_from, sway

MAGIC = b"PTP1"
_KINDS = {"int8": "i1", "uint8": "u1", "int16": "i2", "uint16": "u2", "uint32": "u4", "float32": "f4"}


class _Arrays:
    """Collects named arrays behind a header that says where each lies."""

    def __init__(self) -> None:
        self.index: dict[str, dict[str, Any]] = {}
        self._bytes = bytearray()

    def put(self, name: str, values: NDArray[Any], *, delta: bool = False, scale: float = 1.0) -> None:
        """Store `values`; with `delta`, as differences along the first axis, which compress better."""
        kind = values.dtype.name
        if kind not in _KINDS:
            raise TypeError(f"{name}: {kind} is not a kind the page reads")
        stored = values
        if delta:
            stored = values.copy()
            stored[1:] = values[1:] - values[:-1]  # wraps around, and so does adding it up again
            # One channel after another, low bytes before high ones: runs of like bytes.
            stored = np.ascontiguousarray(stored.reshape(len(values), -1).T)
        raw = np.ascontiguousarray(stored).astype(_KINDS[kind], copy=False)
        data = raw.tobytes()
        if delta and raw.itemsize == 2:
            data = raw.view(np.uint8).reshape(-1, 2).T.tobytes()
        self._bytes += b"\0" * (-len(self._bytes) % 4)
        self.index[name] = {
            "type": kind,
            "shape": list(values.shape),
            "offset": len(self._bytes),
            "scale": float(scale),
            "delta": delta,
        }
        self._bytes += data

    def package(self, header: dict[str, Any]) -> bytes:
        """Header and arrays as one compressed package."""
        text = json.dumps({**header, "arrays": self.index}, ensure_ascii=False, allow_nan=False).encode()
        text += b" " * (-len(text) % 4)
        plain = MAGIC + len(text).to_bytes(4, "little") + text + bytes(self._bytes)
        return gzip.compress(plain, compresslevel=6, mtime=0)


def quaternions(rotations: Floats) -> Floats:
    """Quaternions (w, x, y, z) of rotations, shape (frames, bodies, 4), without sign jumps along the frames."""
    from petipa.mechanics import quat_along, quat_from_matrix

    return quat_along(quat_from_matrix(rotations))


def _index_type(count: int) -> type[np.uint16] | type[np.uint32]:
    return np.uint16 if count <= 65535 else np.uint32


def _put_body(arrays: _Arrays, body: Body) -> None:
    vertices = np.asarray(body.vertices, dtype=np.float64)
    faces = np.asarray(body.faces, dtype=np.int64)
    normals = vertex_normals(vertices, faces)
    part = np.asarray(body.part, dtype=np.int64)
    # A vertex on the border of two parts becomes two, each with the colour of its part and the one shared normal.
    count = len(body.part_names)
    keys, corner = np.unique(faces * count + part[:, None], return_inverse=True)
    source = keys // count
    scale = float(np.abs(vertices).max()) / 32000.0
    arrays.put("body.position", np.round(vertices[source] / scale).astype(np.int16), scale=scale)
    arrays.put("body.normal", np.round(normals[source] * 127).astype(np.int8), scale=1 / 127)
    arrays.put("body.part", (keys % count).astype(np.uint8))
    arrays.put("body.bone", np.asarray(body.bone)[source].astype(np.uint8))
    weight = np.asarray(body.weight, dtype=np.float64)[source]
    weight /= np.maximum(weight.sum(axis=1, keepdims=True), 1e-9)
    arrays.put("body.weight", np.round(weight * 65535).astype(np.uint16), scale=1 / 65535)
    delta = np.asarray(body.point_delta, dtype=np.float64)[source]
    small = max(float(np.abs(delta).max()), 1e-6) / 32000.0
    arrays.put("body.point", np.round(delta / small).astype(np.int16), scale=small)
    turned = (pointed_normals(body) - normals)[source]
    arrays.put("body.point_normal", np.round(turned * 63).astype(np.int8), scale=1 / 63)
    arrays.put("body.paint", body.paint[source])
    _put_shapes(arrays, body, source, normals)
    arrays.put("body.index", corner.reshape(-1).astype(_index_type(len(source))))


def _put_shapes(arrays: _Arrays, body: Body, source: NDArray[np.int64], normals: Floats) -> None:
    """What each shape adds to the vertices it moves, and to their normals."""
    row = np.full(len(body.vertices), -1)
    row[body.shape_at] = np.arange(len(body.shape_at))
    moved = np.flatnonzero(row[source] >= 0)
    delta = np.asarray(body.shape_delta, dtype=np.float64)
    turned = np.empty_like(delta)
    for k, shape in enumerate(delta):
        vertices = body.vertices.astype(np.float64)
        vertices[body.shape_at] += shape
        turned[k] = (vertex_normals(vertices, body.faces) - normals)[body.shape_at]
    scale = float(np.abs(delta).max()) / 32000.0
    arrays.put("body.shape_at", moved.astype(np.uint16))
    arrays.put("body.shape", np.round(delta[:, row[source[moved]]] / scale).astype(np.int16), scale=scale)
    # A normal can turn by more than its own length.
    arrays.put("body.shape_normal", np.round(turned[:, row[source[moved]]] * 63).astype(np.int8), scale=1 / 63)
    eyes = np.zeros(len(body.vertices), dtype=np.uint8)
    for number, eye in enumerate(body.eyes, start=1):
        eyes[eye] = number
    arrays.put("body.eye", eyes[source])


def _put_drape(arrays: _Arrays, act: Act) -> dict[str, Any] | None:
    drape = act.drape
    if drape is None:
        return None
    frames, count = len(drape.vertices), len(drape.layer_of_vertex)
    if frames == 0 or count == 0 or np.shape(drape.vertices[0]) != (count, 3):
        raise StageError(
            f"the costume has {frames} frames of {count} vertices, which is nothing to draw",
            would_work="vertices of shape (frames, vertices, 3) and a layer for each vertex",
        )
    if not all(np.isfinite(drape.vertices[first : first + 256]).all() for first in range(0, frames, 256)):
        raise StageError(
            "the costume tore: some of its vertices are not numbers", would_work="drape it again with smaller steps"
        )
    local = seen_from(drape, act.rotations[:, 0], act.positions[:, 0], rate=act.rate)
    found = sway(local)
    step = float(np.abs(found.mean).max()) / 32000.0 or 1e-6
    arrays.put("tutu.mean", np.round(found.mean / step).astype(np.int16), scale=step)
    fine = np.abs(found.shapes).max(axis=(1, 2)) if len(found.shapes) else np.zeros(0)
    # Eight bits give a shape that moves nothing by more than 150 mm within 0.6 mm, and mostly far nearer.
    wide = int(np.flatnonzero(fine > 0.15)[-1]) + 1 if (fine > 0.15).any() else 0
    scales = np.concatenate([fine[:wide] / 32000.0, fine[wide:] / 127.0])
    arrays.put("tutu.scale", np.maximum(scales, 1e-12).astype(np.float32))
    arrays.put("tutu.wide", np.round(found.shapes[:wide] / scales[:wide, None, None]).astype(np.int16))
    arrays.put("tutu.narrow", np.round(found.shapes[wide:] / scales[wide:, None, None]).astype(np.int8))
    arrays.put("tutu.weight", np.round(found.weights * 32000).astype(np.int16), delta=True, scale=1 / 32000)
    # The scene counts layers from the innermost: the shortest, or of equal ones the one whose hem hangs lowest.
    layer = np.asarray(drape.layer_of_vertex, dtype=np.int64)
    out = np.asarray(drape.uv, dtype=np.float64)[:, 1]
    reach = np.array([max(out[layer == k].max(initial=0.0), 1e-6) for k in range(int(layer.max()) + 1)])
    rim = out / reach[layer]
    hems = [found.mean[(layer == k) & (rim > 0.9), 2].mean() if (layer == k).any() else 0.0 for k in range(len(reach))]
    rank = np.argsort(np.lexsort((np.array(hems), reach.round(3)))).astype(np.uint8)[layer]
    faces = np.asarray(drape.faces, dtype=np.int64)
    order = np.argsort(rank[faces[:, 0]], kind="stable")
    arrays.put("tutu.index", faces[order].reshape(-1).astype(_index_type(count)))
    arrays.put("tutu.layer", rank)
    turn = 2.0 * np.pi * np.asarray(drape.uv, dtype=np.float64)[:, 0]
    around = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    arrays.put("tutu.around", np.round(around * 127).astype(np.int8), scale=1 / 127)
    arrays.put("tutu.rim", np.round(np.clip(rim, -1.0, 1.0) * 127).astype(np.int8), scale=1 / 127)
    return {"rate": float(drape.rate), "error": found.error, "shapes": len(found.shapes)}


def _put_headdress(arrays: _Arrays, act: Act) -> str | None:
    worn = headdress(act.body, act.costume)
    if worn is None:
        return None
    name, points, faces = worn
    scale = float(np.abs(points).max()) / 32000.0
    arrays.put("headdress.position", np.round(points / scale).astype(np.int16), scale=scale)
    arrays.put("headdress.index", faces.reshape(-1).astype(_index_type(len(points))))
    return name


def pack_body(body: Body) -> bytes:
    """The package of a body alone, for pages that share it."""
    arrays = _Arrays()
    _put_body(arrays, body)
    return arrays.package({})


def pack_act(act: Act, *, with_body: bool = True) -> bytes:
    """The compressed package of an act; the same act gives the same bytes.

    Parameters
    ----------
    with_body : bool
        Whether the body's shape is in it; without, the page needs `pack_body` beside it.

    Raises
    ------
    StageError
        The costume is torn or has an impossible shape.
    """
    arrays = _Arrays()
    body = act.body
    if with_body:
        _put_body(arrays, body)
    arrays.put("dance.turn", np.round(quaternions(act.rotations) * 32767).astype(np.int16), delta=True, scale=1 / 32767)
    reach = max(float(np.abs(act.positions[:, 0]).max()), 1.0) / 32000.0
    arrays.put("dance.root", np.round(act.positions[:, 0] / reach).astype(np.int16), delta=True, scale=reach)
    arrays.put(
        "dance.point", np.round(pointed_share(body, act.rotations) * 255).astype(np.uint8), delta=True, scale=1 / 255
    )
    face = face_of(act)
    arrays.put("dance.face", np.round(face.weights * 255).astype(np.uint8), delta=True, scale=1 / 255)
    gaze = GAZE_LIMIT / 32000.0
    arrays.put("dance.gaze", np.round(face.gaze / gaze).astype(np.int16), delta=True, scale=gaze)
    drape = _put_drape(arrays, act)
    worn = _put_headdress(arrays, act)
    header = {
        "title": act.title,
        "setting": act.setting.value,
        "costume": act.costume.value,
        "swell": {"rate": SWELL_RATE, "values": act.swell.round(2).tolist()},
        "start": act.start,
        "duration": act.duration,
        "rate": act.rate,
        "frames": len(act.positions),
        "names": list(body.names),
        "parents": [int(p) for p in act.parents],
        "joints": np.asarray(body.joints, dtype=np.float64).round(6).tolist(),
        "parts": list(body.part_names),
        "shapes": list(body.shape_names),
        "eye": body.eye.round(6).tolist(),
        "bun": body.bun.round(6).tolist(),
        "tutu": drape,
        "headdress": worn,
        "steps": [
            {"label": c.label, "from": c.start - act.start, "to": c.end - act.start, "accent": c.accent - act.start}
            for c in act.captions
        ],
        "beats": [
            [round(b.time - act.start, 4), b.bar, b.beat] for b in act.beats if act.start - 2 <= b.time <= act.end + 2
        ],
        "phrases": [[a - act.start, b - act.start] for a, b in act.phrases],
        "reactions": [
            {
                "kind": one.kind.value,
                "from": round(one.start - act.start, 3),
                "to": round(one.end - act.start, 3),
                "strength": round(one.strength, 3),
                "beats": [round(beat - act.start, 3) for beat in one.beats],
            }
            for one in act.reactions
        ],
    }
    return arrays.package(header)
