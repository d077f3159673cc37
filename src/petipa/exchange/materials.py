"""What skin, satin and net are made of, in the terms that files of other programs have for it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

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
    "tights": Surface((233, 185, 168), 0.56),
    "bodice": Surface((236, 217, 221), 0.34),
    "shoe": Surface((238, 181, 166), 0.30),
    "sole": Surface((201, 160, 131), 0.60),
    "ribbon": Surface((239, 188, 174), 0.32),
    "hair": Surface((43, 26, 16), 0.50),
    "eye": Surface((241, 236, 230), 0.16),
    "iris": Surface((79, 51, 32), 0.12),
    "brow": Surface((75, 48, 34), 0.80),
    "lash": Surface((20, 13, 10), 0.90),
    "lips": Surface((185, 67, 79), 0.36),
    "mouth": Surface((74, 21, 24), 0.50),
    "teeth": Surface((244, 239, 230), 0.25),
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


def surface_of(part: str, costume: Costume = Costume.CLASSICAL) -> Surface:
    """The surface of a part of the body, by its name or by the part of a name that is known."""
    if part in WORN[costume]:
        return WORN[costume][part]
    if part in SURFACES:
        return SURFACES[part]
    return next((surface for name, surface in SURFACES.items() if name in part), OTHERWISE)


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
