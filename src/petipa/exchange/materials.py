"""What skin, satin and net are made of, in the terms that files of other programs have for it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

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
    "skin": Surface((227, 174, 142), 0.52),
    "tights": Surface((233, 189, 173), 0.58),
    "bodice": Surface((236, 217, 221), 0.36),
    "shoe": Surface((238, 181, 166), 0.32),
    "sole": Surface((201, 160, 131), 0.60),
    "ribbon": Surface((239, 188, 174), 0.34),
    "hair": Surface((46, 28, 18), 0.45),
    "eye": Surface((244, 241, 236), 0.20),
    "iris": Surface((74, 47, 29), 0.15),
    "pupil": Surface((18, 12, 8), 0.10),
    "brow": Surface((58, 36, 23), 0.70),
    "lash": Surface((29, 18, 12), 0.70),
    "lips": Surface((180, 81, 90), 0.38),
}
OTHERWISE = Surface((231, 182, 152), 0.55)
NET_ROUGHNESS = 0.85

_LOWEST, _HIGHEST = np.array([217, 185, 196]), np.array([255, 244, 243])
_COLUMN, _ROWS = 4, 128


def to_linear(colour: Floats) -> Floats:
    """sRGB, 0 to 1, as linear light."""
    return np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)


def surface_of(part: str) -> Surface:
    """The surface of a part of the body, by its name or by the part of a name that is known."""
    if part in SURFACES:
        return SURFACES[part]
    return next((surface for name, surface in SURFACES.items() if name in part), OTHERWISE)


def net_colours(rank: NDArray[np.int64], rim: Floats, layers: int) -> tuple[Floats, Floats]:
    """Colour (sRGB, 0 to 1) and cover of net, 0 clear to 1 solid.

    The top layer is satin near the waist and thins out; hems are doubled; the lower layers are plain and in the shade.

    Parameters
    ----------
    rank : (n,) the layer, 0 the lowest ; rim : (n,) 0 at the waist, 1 at the hem
    """
    height = rank / (layers - 1) if layers > 1 else np.ones(len(rank))
    top = rank == layers - 1
    cover = np.where(top, 0.52, 0.30 + 0.08 * height)
    cover += (0.85 - cover) * 0.6 * _step(0.955, 0.985, rim)
    cover += np.where(top, (0.93 - cover) * (1.0 - _step(0.22, 0.55, rim)), 0.0)
    colour = _LOWEST + (0.25 + 0.75 * height)[:, None] * (_HIGHEST - _LOWEST)
    return colour / 255.0, cover


def net_picture(layers: int) -> bytes:
    """A PNG of every layer of net: a column for each, the lowest first, from the waist (top row) to the hem."""
    from PIL import Image

    rank, row = np.meshgrid(np.repeat(np.arange(layers), _COLUMN), np.arange(_ROWS))
    colour, cover = net_colours(rank.reshape(-1), (row.reshape(-1) + 0.5) / _ROWS, layers)
    pixels = np.round(255 * np.concatenate([colour, cover[:, None]], axis=1)).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels.reshape(*rank.shape, 4), "RGBA").save(buffer, format="PNG", optimize=True)
    return buffer.getvalue()


def _step(low: float, high: float, x: Floats) -> Floats:
    share = np.clip((x - low) / (high - low), 0.0, 1.0)
    return share * share * (3.0 - 2.0 * share)


def net_places(layer_of_vertex: NDArray[Any], uv: NDArray[Any], heights: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Where each vertex of a net lies: its layer counted from the lowest hem, and how far out, 0 waist to 1 hem.

    Parameters
    ----------
    layer_of_vertex : (V,) ; uv : (V, 2), the second the distance from the waist [m]
    heights : (V,) how high each vertex hangs [m], from which layers are told apart
    """
    layer = np.asarray(layer_of_vertex, dtype=np.int64)
    out = np.asarray(uv, dtype=np.float64)[:, 1]
    count = int(layer.max()) + 1
    reach = np.array([max(out[layer == k].max(initial=0.0), 1e-6) for k in range(count)])
    rim = out / reach[layer]
    hems = [heights[(layer == k) & (rim > 0.9)].mean() if (layer == k).any() else 0.0 for k in range(count)]
    rank = np.argsort(np.argsort(hems, kind="stable"), kind="stable")[layer]
    return rank, np.clip(rim, 0.0, 1.0)
