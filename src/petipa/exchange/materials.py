"""What skin, satin and net are made of, in the terms that files of other programs have for it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from petipa.dancer.body import Body
from petipa.dancer.face import BALL, EYE_REACH, IRIS_IN, IRIS_OUT, eye_picture, eye_places, painted
from petipa.showing import Costume

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Surface:
    """A surface: its colour (sRGB, 0 to 255) and its roughness, 0 mirror to 1 chalk."""

    colour: tuple[int, int, int]
    roughness: float

    @property
    def linear(self) -> tuple[float, float, float]:
        """The colour in linear light, 0 to 1 (IEC 61966-2-1)."""
        red, green, blue = to_linear(np.array(self.colour) / 255.0).tolist()
        return red, green, blue


SURFACES: dict[str, Surface] = {
    "skin": Surface((226, 171, 140), 0.50),
    "tights": Surface((233, 189, 173), 0.58),
    "bodice": Surface((236, 217, 221), 0.34),
    "shoe": Surface((230, 164, 147), 0.30),
    "sole": Surface((201, 160, 131), 0.60),
    "ribbon": Surface((228, 163, 147), 0.32),
    "hair": Surface((43, 26, 16), 0.50),
    "eye": Surface((241, 236, 230), 0.16),
    "iris": Surface((79, 51, 32), 0.12),
    "brow": Surface((75, 48, 34), 0.80),
    "lash": Surface((20, 13, 10), 0.90),
    "lips": Surface((185, 67, 79), 0.36),
    "mouth": Surface((74, 21, 24), 0.50),
    "teeth": Surface((244, 239, 230), 0.25),
    "tiara": Surface((255, 243, 220), 0.16),
    "wreath": Surface((251, 247, 242), 0.70),
}
WORN: dict[Costume, dict[str, Surface]] = {
    Costume.CLASSICAL: {},
    Costume.ROMANTIC: {"bodice": Surface((230, 232, 242), 0.36), "tights": Surface((236, 198, 186), 0.58)},
    Costume.REHEARSAL: {"bodice": Surface((75, 28, 46), 0.62), "tights": Surface((234, 185, 171), 0.60)},
}
"""What a costume changes."""
NETS: dict[Costume, tuple[tuple[int, int, int], tuple[int, int, int]]] = {
    Costume.CLASSICAL: ((217, 185, 196), (255, 244, 243)),
    Costume.ROMANTIC: ((223, 228, 242), (244, 245, 251)),
}
"""Colour of the innermost and of the uppermost layer of net."""
OTHERWISE = Surface((231, 182, 152), 0.55)
NET_ROUGHNESS = 0.85

_COLUMN, _ROWS = 4, 128


def to_linear(colour: Floats) -> Floats:
    """sRGB, 0 to 1, as linear light."""
    return np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)


def to_srgb(light: Floats) -> Floats:
    """Linear light, 0 to 1, as sRGB."""
    light = np.clip(light, 0.0, 1.0)
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


def surface_of(part: str, costume: Costume = Costume.CLASSICAL) -> Surface:
    """The surface of a part of the body, by its name or by the part of a name that is known."""
    if part in WORN[costume]:
        return WORN[costume][part]
    if part in SURFACES:
        return SURFACES[part]
    return next((surface for name, surface in SURFACES.items() if name in part), OTHERWISE)


HOLLOW = 0.45
"""How much darker a hollow of the body is."""


def made_up(body: Body, costume: Costume) -> Floats:
    """What paint and hollows leave of the colour of every part, (N, 3), 0 to 1, linear: rouge, lids, the hairline.

    Only skin is painted; of other parts, hair among them, it is how far they lie in a hollow.
    """
    skin, hair = surface_of("skin", costume).linear, surface_of("hair", costume).linear
    flesh = np.unique(body.faces[body.part == body.part_index("skin")])
    left = np.ones((len(body.vertices), 3))
    left[flesh] = (painted(body, skin, hair) / np.array(skin))[flesh]
    return np.clip(left * (1.0 - HOLLOW * body.paint[:, 3, None] / 255.0), 0.0, 1.0)


def corner_colours(body: Body, costume: Costume) -> Floats:
    """Colour at the corners of every face, (M, 3, 3), linear, for what shows no pictures: paint and the eyes."""
    plain = np.array([surface_of(name, costume).linear for name in body.part_names])[body.part]
    colour = plain[:, None] * made_up(body, costume)[body.faces]
    places = eye_places(body)
    for name in ("eye", "iris"):
        faces = body.part == body.part_index(name)
        off = np.linalg.norm(2.0 * (places[body.faces[faces]] - 0.5), axis=-1) * EYE_REACH
        if name == "eye":
            seen = np.broadcast_to(np.array(BALL), (*off.shape, 3))
        else:
            share = np.clip((off - 0.0036) / 0.002, 0.0, 1.0)[..., None]
            seen = np.array(IRIS_IN) + share * (np.array(IRIS_OUT) - np.array(IRIS_IN))
            seen = np.where((off < 0.0036).all(axis=1)[:, None, None], 0.004, seen)
        colour[faces] = seen
    return colour


def eye_png() -> bytes:
    """A PNG of an eye, for vertices that lie on it as `petipa.dancer.face.eye_places` says."""
    from PIL import Image

    buffer = io.BytesIO()
    pixels = np.round(255 * to_srgb(eye_picture(128).astype(np.float64))).astype(np.uint8)
    Image.fromarray(pixels).save(buffer, format="PNG", optimize=True)
    return buffer.getvalue()


def net_colours(
    rank: NDArray[np.int64], rim: Floats, layers: int, costume: Costume = Costume.CLASSICAL
) -> tuple[Floats, Floats]:
    """Colour (sRGB, 0 to 1) and cover of net, 0 clear to 1 solid.

    The top layer of a plate is satin near the waist and thins out; hems are doubled; lower layers are plain and in the
    shade.

    Parameters
    ----------
    rank : (n,) the layer, 0 the lowest ; rim : (n,) 0 at the waist, 1 at the hem
    """
    height = rank / (layers - 1) if layers > 1 else np.ones(len(rank))
    top = rank == layers - 1
    cover = np.where(top, 0.52, 0.30 + 0.08 * height)
    cover += (0.85 - cover) * 0.6 * _step(0.955, 0.985, rim)
    satin = top & (costume is Costume.CLASSICAL)
    cover += np.where(satin, (0.93 - cover) * (1.0 - _step(0.22, 0.55, rim)), 0.0)
    low, high = (np.array(one) for one in NETS.get(costume, NETS[Costume.CLASSICAL]))
    colour = low + (0.25 + 0.75 * height)[:, None] * (high - low)
    return colour / 255.0, cover


def net_picture(layers: int, costume: Costume = Costume.CLASSICAL) -> bytes:
    """A PNG of every layer of net: a column for each, the lowest first, from the waist (top row) to the hem."""
    from PIL import Image

    rank, row = np.meshgrid(np.repeat(np.arange(layers), _COLUMN), np.arange(_ROWS))
    colour, cover = net_colours(rank.reshape(-1), (row.reshape(-1) + 0.5) / _ROWS, layers, costume)
    pixels = np.round(255 * np.concatenate([colour, cover[:, None]], axis=1)).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels.reshape(*rank.shape, 4), "RGBA").save(buffer, format="PNG", optimize=True)
    return buffer.getvalue()


def _step(low: float, high: float, x: Floats) -> Floats:
    share = np.clip((x - low) / (high - low), 0.0, 1.0)
    return share * share * (3.0 - 2.0 * share)


def net_places(layer_of_vertex: NDArray[Any], uv: NDArray[Any], heights: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Where each vertex of a net lies: its layer counted from the innermost, and how far out, 0 waist to 1 hem.

    Parameters
    ----------
    layer_of_vertex : (V,) ; uv : (V, 2), the second the distance from the waist [m]
    heights : (V,) how high each vertex hangs [m], from which layers of one length are told apart
    """
    layer = np.asarray(layer_of_vertex, dtype=np.int64)
    out = np.asarray(uv, dtype=np.float64)[:, 1]
    count = int(layer.max()) + 1
    reach = np.array([max(out[layer == k].max(initial=0.0), 1e-6) for k in range(count)])
    rim = out / reach[layer]
    hems = [heights[(layer == k) & (rim > 0.9)].mean() if (layer == k).any() else 0.0 for k in range(count)]
    rank = np.argsort(np.lexsort((np.array(hems), reach.round(3))))[layer]
    return rank, np.clip(rim, 0.0, 1.0)
