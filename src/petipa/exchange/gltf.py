"""glTF 2.0 in one binary file: the dancer skinned, painted and animated, her net swaying by morph targets.

Khronos Group, "glTF 2.0 Specification" (ISO/IEC 12113:2022), with `KHR_mesh_quantization`. Metres and seconds, +Y up,
the audience in the direction of +Z and stage left +X. The net is carried by the pelvis; its shapes of swaying are morph
targets whose weights are animated, so that a longer dance is hardly a larger file.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from petipa import __version__
from petipa.dancer.body import Body
from petipa.dancer.face import eye_places
from petipa.dancer.normals import vertex_normals
from petipa.exchange.embroidery import THREADS, bodice_picture, bodice_places
from petipa.exchange.materials import NET_ROUGHNESS, eye_png, made_up, net_picture, net_places, surface_of
from petipa.exchange.rig import Danced, FaceLike, Rig, rig
from petipa.showing import Costume
from petipa.tutu.sway import DrapeLike, Sway, seen_from, sway

Floats = NDArray[np.float64]

NET_ERROR = 0.002
"""How far the net may stray, root mean square [m]."""
NET_SHAPES = 64
"""Most shapes of swaying that are kept."""

_COMPONENTS = {"int8": 5120, "uint8": 5121, "int16": 5122, "uint16": 5123, "uint32": 5125, "float32": 5126}
_KINDS = {1: "SCALAR", 2: "VEC2", 3: "VEC3", 4: "VEC4", 16: "MAT4"}
_VERTICES, _INDICES = 34962, 34963
_SMOOTH = {"interpolation": "LINEAR"}


def turned(vectors: Floats) -> Floats:
    """Vectors (..., 3) with x forward, y left, z up, as glTF has them: X left, Y up, Z forward."""
    return vectors[..., [1, 2, 0]]


def _turned_quats(quats: Floats) -> Floats:
    """Quaternions (w, x, y, z) of ours as glTF's (x, y, z, w)."""
    return quats[..., [2, 3, 1, 0]]


class _Document:
    """A glTF document that is being put together: its JSON, and the bytes behind it."""

    def __init__(self) -> None:
        self.json: dict[str, Any] = {"accessors": [], "bufferViews": []}
        self._bytes = bytearray()

    def add(self, part: str, content: dict[str, Any]) -> int:
        """Append to one of the document's lists, and tell the place."""
        listed: list[dict[str, Any]] = self.json.setdefault(part, [])
        listed.append(content)
        return len(listed) - 1

    def view(self, data: bytes, *, stride: int = 0, target: int = 0) -> int:
        """A view of some bytes."""
        self._bytes += b"\0" * (-len(self._bytes) % 4)
        view: dict[str, Any] = {"buffer": 0, "byteOffset": len(self._bytes), "byteLength": len(data)}
        if stride:
            view["byteStride"] = stride
        if target:
            view["target"] = target
        self._bytes += data
        return self.add("bufferViews", view)

    def accessor(self, values: NDArray[Any], *, target: int = 0, normalized: bool = False, bounds: bool = False) -> int:
        """An array (n,), (n, k) or (n, 4, 4) as an accessor; rows of vertices are padded to four bytes."""
        rows = values.reshape(len(values), -1)
        width = rows.shape[1]
        content: dict[str, Any] = {
            "componentType": _COMPONENTS[values.dtype.name],
            "count": len(rows),
            "type": _KINDS[width],
        }
        if normalized:
            content["normalized"] = True
        if bounds:
            content["min"], content["max"] = rows.min(0).tolist(), rows.max(0).tolist()
        size = values.dtype.itemsize
        padded = rows
        if target == _VERTICES and (short := -width * size % 4 // size):
            padded = np.concatenate([rows, np.zeros((len(rows), short), dtype=rows.dtype)], axis=1)
        data = np.ascontiguousarray(padded).astype(values.dtype.newbyteorder("<"), copy=False).tobytes()
        stride = padded.shape[1] * size if target == _VERTICES else 0
        content["bufferView"] = self.view(data, stride=stride, target=target)
        return self.add("accessors", content)

    def sparse(self, count: int, at: NDArray[np.int64], rows: NDArray[np.float32]) -> int:
        """An array (count, 3) that is zero but for the rows `at`."""
        if not len(at):
            at, rows = np.zeros(1, dtype=np.int64), np.zeros((1, 3), dtype=np.float32)
        whole = np.concatenate([rows, np.zeros((1 if len(at) < count else 0, 3), dtype=np.float32)])
        content = {
            "componentType": _COMPONENTS["float32"],
            "count": count,
            "type": "VEC3",
            "min": whole.min(0).tolist(),
            "max": whole.max(0).tolist(),
            "sparse": {
                "count": len(at),
                "indices": {"bufferView": self.view(at.astype("<u4").tobytes()), "componentType": 5125},
                "values": {"bufferView": self.view(rows.astype("<f4").tobytes())},
            },
        }
        return self.add("accessors", content)

    def glb(self) -> bytes:
        """The document as one binary file."""
        self._bytes += b"\0" * (-len(self._bytes) % 4)
        self.json["buffers"] = [{"byteLength": len(self._bytes)}]
        text = json.dumps(self.json, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
        text += b" " * (-len(text) % 4)
        chunks = [(text, b"JSON"), (bytes(self._bytes), b"BIN\0")]
        body = b"".join(len(data).to_bytes(4, "little") + kind + data for data, kind in chunks)
        return b"glTF" + (2).to_bytes(4, "little") + (12 + len(body)).to_bytes(4, "little") + body


def _floats(values: Floats) -> NDArray[np.float32]:
    return np.asarray(values, dtype=np.float32)


def _unit(values: Floats, kind: type[np.int8] | type[np.int16]) -> NDArray[Any]:
    """Values from -1 to 1 as normalised whole numbers."""
    return np.round(np.clip(values, -1.0, 1.0) * np.iinfo(kind).max).astype(kind)


def _signed(values: Floats, kind: type[np.int8] | type[np.int16]) -> dict[str, Any]:
    """Values as normalised whole numbers where they are within -1 and 1, else as floats."""
    if np.abs(values).max(initial=0.0) > 1.0:
        return {"values": _floats(values)}
    return {"values": _unit(values, kind), "normalized": True}


def _index(faces: NDArray[Any], count: int) -> NDArray[Any]:
    return faces.reshape(-1).astype(np.uint16 if count < 65535 else np.uint32)


def _material(document: _Document, name: str, **more: Any) -> int:
    return document.add("materials", {"name": name, **more})


@dataclass(frozen=True)
class _Looks:
    """What surfaces show beside colour: paint at the vertices (what is ``left`` of it), pictures of eye and bodice."""

    body: Body
    left: Floats
    paint: int
    on_eye: int
    eye: int
    on_bodice: tuple[int, int] | None
    bodice: int

    @classmethod
    def of(cls, document: _Document, body: Body, costume: Costume) -> _Looks:
        left = made_up(body, costume)
        paint = np.round(65535 * left).astype(np.uint16)
        sewn = costume in THREADS
        ahead, behind = (_places(document, bodice_places(body, front=front)) if sewn else -1 for front in (True, False))
        return cls(
            body=body,
            left=left,
            paint=document.accessor(paint, target=_VERTICES, normalized=True),
            on_eye=_places(document, eye_places(body)),
            eye=_picture(document, "eye", eye_png()),
            on_bodice=(ahead, behind) if sewn else None,
            bodice=_picture(document, "bodice", bodice_picture(costume)) if sewn else -1,
        )

    def of_part(
        self, document: _Document, name: str, faces: NDArray[Any], costume: Costume
    ) -> tuple[int, list[tuple[NDArray[Any], dict[str, int]]]]:
        """A part's material, and its faces in as many heaps as it needs, each with attributes of its own."""
        surface = surface_of(name, costume)
        colour: dict[str, Any] = {"baseColorFactor": [*surface.linear, 1.0]}
        paint = {"COLOR_0": self.paint} if self.left[faces].min() < 0.99 else {}
        halves: list[tuple[NDArray[Any], dict[str, int]]] = [(faces, paint)]
        if name in ("eye", "iris"):
            colour = {"baseColorTexture": {"index": self.eye}}
            halves = [(faces, {"TEXCOORD_0": self.on_eye})]
        elif name == "bodice" and self.on_bodice is not None:
            # One picture shows her from the front and from behind: what faces which way has places of its own on it.
            colour = {"baseColorTexture": {"index": self.bodice}}
            corners = self.body.vertices[faces]
            ahead = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])[:, 0] >= 0
            halves = [
                (faces[chosen], paint | {"TEXCOORD_0": places})
                for chosen, places in zip((ahead, ~ahead), self.on_bodice, strict=True)
            ]
        look = colour | {"metallicFactor": 0.0, "roughnessFactor": surface.roughness}
        return _material(document, name, pbrMetallicRoughness=look), halves


def _places(document: _Document, places: NDArray[Any]) -> int:
    return document.accessor(np.round(65535 * places).astype(np.uint16), target=_VERTICES, normalized=True)


def _picture(document: _Document, name: str, png: bytes, *, coarser: bool = True) -> int:
    """A texture of a picture that does not repeat, with `coarser` ones of it for what is seen from afar."""
    image = document.add("images", {"name": name, "mimeType": "image/png", "bufferView": document.view(png)})
    least = 9987 if coarser else 9729
    sampler = document.add("samplers", {"magFilter": 9729, "minFilter": least, "wrapS": 33071, "wrapT": 33071})
    return document.add("textures", {"source": image, "sampler": sampler})


def _body(document: _Document, danced: Danced, carried: Rig) -> int:
    """The body's mesh: one primitive for each part, all of the same vertices."""
    body = carried.body
    vertices = np.asarray(body.vertices, dtype=np.float64)
    whole = np.round(carried.weight * 255).astype(np.int64)
    whole[np.arange(len(whole)), whole.argmax(1)] += 255 - whole.sum(1)  # their sum must be exactly one
    attributes = {
        "POSITION": document.accessor(_floats(turned(vertices)), target=_VERTICES, bounds=True),
        "NORMAL": document.accessor(
            _unit(turned(vertex_normals(vertices, body.faces)), np.int16), target=_VERTICES, normalized=True
        ),
        "JOINTS_0": document.accessor(np.where(whole > 0, carried.bone, 0).astype(np.uint8), target=_VERTICES),
        "WEIGHTS_0": document.accessor(whole.astype(np.uint8), target=_VERTICES, normalized=True),
    }
    targets = [
        {"POSITION": document.sparse(len(vertices), shape.at, _floats(turned(shape.delta)))} for shape in carried.shapes
    ]
    looks = _Looks.of(document, body, danced.costume)
    primitives = []
    for number, name in enumerate(body.part_names):
        faces = body.faces[body.part == number]
        if not len(faces):
            continue
        material, halves = looks.of_part(document, name, faces, danced.costume)
        for half, more in halves:
            indices = document.accessor(_index(half, len(vertices)), target=_INDICES)
            primitives.append(
                {"attributes": attributes | more, "indices": indices, "material": material, "targets": targets}
            )
    mesh = {
        "name": "dancer",
        "primitives": primitives,
        "weights": [float(shape.shares[0]) for shape in carried.shapes],
        "extras": {"targetNames": [shape.name for shape in carried.shapes]},
    }
    return document.add("meshes", mesh)


def _net(document: _Document, drape: DrapeLike, hung: Sway, pelvis: Floats, costume: Costume) -> int:
    """The net's mesh about the pelvis at rest: the mean shape, and its shapes of swaying as morph targets."""
    faces = np.asarray(drape.faces, dtype=np.int64)
    rank, rim = net_places(drape.layer_of_vertex, drape.uv, hung.mean[:, 2])
    layers = int(rank.max()) + 1
    places = np.stack([(rank + 0.5) / layers, rim], axis=1)  # in the picture of the net
    normals = vertex_normals(hung.mean, faces)
    count = len(hung.mean)
    texture = _picture(document, "net", net_picture(layers, costume), coarser=False)
    material = _material(
        document,
        "net",
        alphaMode="BLEND",
        doubleSided=True,
        pbrMetallicRoughness={
            "baseColorTexture": {"index": texture},
            "metallicFactor": 0.0,
            "roughnessFactor": NET_ROUGHNESS,
        },
    )
    whole = np.zeros((count, 4), dtype=np.uint8)
    whole[:, 0] = 255
    attributes = {
        "POSITION": document.accessor(_floats(turned(hung.mean + pelvis)), target=_VERTICES, bounds=True),
        "NORMAL": document.accessor(_unit(turned(normals), np.int16), target=_VERTICES, normalized=True),
        "TEXCOORD_0": document.accessor(_floats(places), target=_VERTICES),
        "JOINTS_0": document.accessor(np.zeros((count, 4), dtype=np.uint8), target=_VERTICES),
        "WEIGHTS_0": document.accessor(whole, target=_VERTICES, normalized=True),
    }
    # Readers keep weights between 0 and 1: one shape that is always there bends as far back as any goes, and each of
    # the others bends forward from it.
    low, high = hung.weights.min(axis=0, initial=0.0), hung.weights.max(axis=0, initial=0.0)
    # How the normals follow a shape, from what half of it does to them.
    bends = np.array([2.0 * (vertex_normals(hung.mean + 0.5 * shape, faces) - normals) for shape in hung.shapes])
    shapes = [(np.tensordot(low, hung.shapes, 1), np.tensordot(low, bends, 1))] if len(bends) else []
    shapes += [(span * shape, span * bend) for span, shape, bend in zip(high - low, hung.shapes, bends, strict=True)]
    targets = [
        {
            "POSITION": document.accessor(target=_VERTICES, bounds=True, **_signed(turned(shape), np.int16)),
            "NORMAL": document.accessor(target=_VERTICES, **_signed(turned(bend), np.int8)),
        }
        for shape, bend in shapes
    ]
    # The layers one after another, the lowest first: where layers are blended in the file's order it is the right one.
    order = np.argsort(rank[faces[:, 0]], kind="stable")
    primitive: dict[str, Any] = {
        "attributes": attributes,
        "indices": document.accessor(_index(faces[order], count), target=_INDICES),
        "material": material,
    }
    mesh: dict[str, Any] = {"name": "tutu", "primitives": [primitive]}
    if targets:
        primitive["targets"] = targets
        mesh["weights"] = _net_weights(hung)[0].tolist()
        mesh["extras"] = {"targetNames": ["back", *(f"sway {k + 1}" for k in range(len(hung.shapes)))]}
    return document.add("meshes", mesh)


def _net_weights(hung: Sway) -> Floats:
    """Weights (F, 1 + K) of the net's morph targets, 0 to 1."""
    low, high = hung.weights.min(axis=0, initial=0.0), hung.weights.max(axis=0, initial=0.0)
    share = (hung.weights - low) / np.maximum(high - low, 1e-9)
    return np.concatenate([np.ones((len(share), 1)), share], axis=1)


def _skin(document: _Document, name: str, joints: list[int], places: Floats) -> int:
    binds = np.tile(np.eye(4, dtype=np.float32), (len(joints), 1, 1))
    binds[:, 3, :3] = -turned(places)  # matrices are written column by column
    skin = {"name": name, "joints": joints, "inverseBindMatrices": document.accessor(binds)}
    return document.add("skins", skin)


def glb(danced: Danced, *, face: FaceLike | None = None) -> bytes:
    """A dance as the bytes of a ``.glb`` file; the same dance gives the same bytes.

    Parameters
    ----------
    face : FaceLike, optional
        Her face and her breath; a still one that looks straight ahead when left out.
    """
    document = _Document()
    carried = rig(danced, face)
    children: dict[int, list[int]] = {}
    for bone, parent in enumerate(carried.parents):
        children.setdefault(parent, []).append(bone)
    rest = carried.joints.copy()
    rest[1:] -= carried.joints[list(carried.parents)[1:]]
    for bone, name in enumerate(carried.names):
        node: dict[str, Any] = {"name": name, "translation": turned(rest[bone]).tolist()}
        if bone in children:
            node["children"] = children[bone]
        document.add("nodes", node)
    bones = list(range(len(carried.names)))
    skin = _skin(document, "dancer", bones, carried.joints)
    mesh = _body(document, danced, carried)
    skins = {"dancer": document.add("nodes", {"name": "dancer", "mesh": mesh, "skin": skin})}
    hung = None
    if danced.drape is not None:
        local = seen_from(danced.drape, danced.rotations[:, 0], danced.positions[:, 0], rate=danced.rate)
        hung = sway(local, error=NET_ERROR, shapes=NET_SHAPES)
        mesh = _net(document, danced.drape, hung, carried.joints[0], danced.costume)
        skins["tutu"] = document.add("nodes", {"name": "tutu", "mesh": mesh, "skin": skin})
    _animate(document, danced, carried, hung, skins)
    document.json |= {
        "asset": {"version": "2.0", "generator": f"petipa {__version__}"},
        "extensionsUsed": ["KHR_mesh_quantization"],
        "extensionsRequired": ["KHR_mesh_quantization"],
        "scene": 0,
        "scenes": [
            {
                "name": danced.title,
                "nodes": [0, *skins.values()],
                # The second of the music at which the animation begins.
                "extras": {"music_starts_at": -danced.start},
            }
        ],
    }
    return document.glb()


def _animate(document: _Document, danced: Danced, carried: Rig, hung: Sway | None, nodes: dict[str, int]) -> None:
    samplers: list[dict[str, Any]] = []
    channels: list[dict[str, Any]] = []

    def channel(node: int, path: str, times: int, values: int) -> None:
        samplers.append({"input": times, "output": values, **_SMOOTH})
        channels.append({"sampler": len(samplers) - 1, "target": {"node": node, "path": path}})

    frames = len(carried.turns)
    times = document.accessor(_floats(np.arange(frames) / danced.rate), bounds=True)
    channel(0, "translation", times, document.accessor(_floats(turned(carried.root))))
    for bone in range(len(carried.names)):
        quats = _unit(_turned_quats(carried.turns[:, bone]), np.int16)
        channel(bone, "rotation", times, document.accessor(quats, normalized=True))
    shares = np.stack([shape.shares for shape in carried.shapes], axis=1)
    channel(nodes["dancer"], "weights", times, document.accessor(_floats(shares.reshape(-1))))
    if hung is not None and len(hung.shapes) and danced.drape is not None:
        beats = document.accessor(_floats(np.arange(len(hung.weights)) / danced.drape.rate), bounds=True)
        weights = document.accessor(_unit(_net_weights(hung).reshape(-1), np.int16), normalized=True)
        channel(nodes["tutu"], "weights", beats, weights)
    document.add("animations", {"name": danced.title, "channels": channels, "samplers": samplers})


def write_glb(path: str | Path, danced: Danced, *, face: FaceLike | None = None) -> None:
    """Write a dance as a ``.glb`` file, wholly or not at all; see `glb`.

    Raises
    ------
    FileError
        Where it cannot be written.
    """
    from petipa.files import write_atomic

    write_atomic(path, glb(danced, face=face))
