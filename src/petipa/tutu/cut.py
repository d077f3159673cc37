"""How a tutu is cut: the layers of net, their lengths and stiffness, and the pleated pattern they are sewn to.

A classical pancake tutu carries ten to twelve layers of stiff net of graded length, gathered at the
basque (the band at the hip line) and tacked together so that the longest, uppermost one lies flat. Six
layers stand for them here. The Romantic tutu is four or five layers of soft tulle that fall in a bell
to the middle of the calf, loosely one over the other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from petipa.errors import DancerError

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Layer:
    """One layer of net.

    Attributes
    ----------
    length : from the basque to the rim [m]
    rows : rings of vertices, the sewn one included
    slope : angle above the horizontal at which it is sewn [rad]
    hang : the same towards the rim, where it has turned downward by its own weight [rad]
    drop : how far below the top layer it is sewn [m]
    bend : bending stiffness of a radial strip per width [N m]
    density : mass per area, the gathering included [kg/m2]
    pleat : half depth of the pleats, growing from the basque's gathers, per distance from it [m/m]
    """

    length: float
    rows: int
    slope: float
    hang: float
    drop: float
    bend: float
    density: float
    pleat: float


def _classical() -> tuple[Layer, ...]:
    degree = np.pi / 180.0
    table = (
        # length, rows, slope, drop, bend, density, pleat
        (0.360, 9, 0.0, 0.000, 0.115, 0.085, 0.013),
        (0.335, 8, -3.0, 0.007, 0.100, 0.080, 0.022),
        (0.300, 7, -7.5, 0.014, 0.085, 0.075, 0.032),
        (0.255, 6, -14.0, 0.021, 0.065, 0.070, 0.044),
        (0.205, 5, -23.5, 0.028, 0.050, 0.070, 0.056),
        (0.145, 5, -38.0, 0.035, 0.030, 0.070, 0.080),
    )
    return tuple(
        Layer(length=far, rows=n, slope=a * degree, hang=a * degree, drop=d, bend=b, density=m, pleat=f)
        for far, n, a, d, b, m, f in table
    )


def _romantic() -> tuple[Layer, ...]:
    degree = np.pi / 180.0
    table = (
        # length, slope, hang, drop, pleat
        (0.690, -20.0, -71.0, 0.000, 0.058),
        (0.676, -30.0, -74.0, 0.006, 0.062),
        (0.660, -40.0, -77.0, 0.012, 0.066),
        (0.640, -50.0, -80.0, 0.018, 0.070),
    )
    return tuple(
        Layer(length=far, rows=13, slope=a * degree, hang=b * degree, drop=d, bend=0.018, density=0.060, pleat=f)
        for far, a, b, d, f in table
    )


@dataclass(frozen=True, kw_only=True)
class Cut:
    """The pattern of a whole tutu.

    Attributes
    ----------
    layers : from the top, longest, to the bottom, shortest
    columns : vertices around; pleats : pleats around (a divisor of `columns`)
    ring : half depth (x), half width (y) of the basque [m], and its height in the pelvis frame [m]
    fullness : length of net sewn to a length of basque: it is gathered there, and can open
    stretch : membrane stiffness of the net [N/m]; shear : share of it along the diagonals
    fold : stiffness of the pleats' folds, as `Layer.bend` [N m]
    tack : stiffness of the thread and the nap that keep layers apart and together [N/m per vertex]
    gap : least distance of two layers where they are far enough apart to have it [m]
    slack : how much deeper than cut a layer may hang under the one above [m]
    dag : how far the rim's points stand out and in [m/m of its length]
    drag : drag coefficient of one layer across its face (it is porous, and the others shield it)
    drag_along : the same along its face
    entrainment : share of the basque's own speed at which the air about the tutu goes with it
    """

    layers: tuple[Layer, ...] = field(default_factory=_classical)
    columns: int = 240
    pleats: int = 40
    ring: tuple[float, float, float] = (0.104, 0.157, 0.055)
    fullness: float = 1.8
    stretch: float = 900.0
    shear: float = 0.03
    fold: float = 0.0003
    tack: float = 7.5
    gap: float = 0.004
    slack: float = 0.006
    dag: float = 0.012
    drag: float = 0.30
    drag_along: float = 0.02
    entrainment: float = 0.4

    @classmethod
    def romantic(cls) -> Cut:
        """The long skirt of soft tulle: in wide folds, light, and with more of the air in it."""
        return cls(
            layers=_romantic(),
            ring=(0.100, 0.150, 0.080),
            columns=180,
            pleats=30,
            shear=0.02,
            fold=0.00003,
            tack=2.0,
            slack=0.03,
            dag=0.004,
            drag=0.45,
        )

    def __post_init__(self) -> None:
        if not self.layers or any(layer.rows < 3 or layer.length <= 0 for layer in self.layers):
            raise DancerError("a tutu needs layers of at least three rows", where="tutu", would_work="Cut() as it is")
        if self.columns < 8 or self.pleats < 1 or self.columns % self.pleats:
            raise DancerError(
                f"{self.pleats} pleats do not divide {self.columns} columns",
                where="tutu",
                would_work="a number of columns that is a multiple of the pleats, four a pleat",
            )
        lengths = [layer.length for layer in self.layers]
        if any(low >= high for high, low in pairwise(lengths)):
            raise DancerError(
                "the layers are not graded from long to short", where="tutu", would_work="the longest layer first"
            )


@dataclass(frozen=True)
class Pattern:
    """The cut laid out as rows of vertices, in the pelvis frame.

    Rows are ordered for the solve: first the rows that are free, then the row after the sewn one of each layer,
    which the gathers hold at the slope it is sewn, then the sewn rows.

    Attributes
    ----------
    rest : (rows, columns, 3) [m]
    free : number of free rows; layer : (rows,) ; at : (rows,) distance from the basque [m]
    chains : for each layer its row numbers from the sewn row outward, shape (layer.rows,)
    outward : (columns, 3) unit directions in which the net leaves the basque
    yoke : (columns, 3) [m] upper edge of the basque, close to the bodice: seen, not simulated
    """

    cut: Cut
    rest: Array
    free: int
    layer: NDArray[np.int64]
    at: Array
    chains: tuple[NDArray[np.int64], ...]
    outward: Array
    yoke: Array

    @property
    def visible(self) -> NDArray[np.int64]:
        """Row numbers in the order of the drape's vertices: layer by layer, from the basque out."""
        return np.concatenate(self.chains)

    @property
    def faces(self) -> NDArray[np.int64]:
        """Triangles (M, 3) of the visible vertices, the yoke's row first; outward or upward side counter-clockwise."""
        columns = self.rest.shape[1]
        here, beside = np.arange(columns), (np.arange(columns) + 1) % columns
        strips, start = [], 0
        for number, chain in enumerate(self.chains):
            for _ in range(len(chain) if number == 0 else len(chain) - 1):
                a, b, c, d = start + here, start + beside, start + columns + here, start + columns + beside
                strips += [np.stack([a, c, b], axis=1), np.stack([b, c, d], axis=1)]
                start += columns
            start += columns
        return np.concatenate(strips)

    @property
    def layer_of_vertex(self) -> NDArray[np.uint8]:
        """(V,) which layer each visible vertex belongs to, the yoke to the first."""
        columns = self.rest.shape[1]
        counts = [columns * (len(chain) + (number == 0)) for number, chain in enumerate(self.chains)]
        return np.repeat(np.arange(len(counts), dtype=np.uint8), counts)

    @property
    def uv(self) -> Array:
        """(V, 2): how far round, 0 to 1, and the distance from the basque in metres (the yoke's negative)."""
        columns = self.rest.shape[1]
        rows = [np.array([-YOKE]), *(self.at[chain] for chain in self.chains)]
        distance = np.repeat(np.concatenate(rows), columns)
        around = np.tile(np.arange(columns) / columns, len(distance) // columns)
        return np.stack([around, distance], axis=1)


# A layer turns from its slope to how it hangs within about this distance from the basque [m].
_TURN = 0.12
# Height of the basque's visible band above the sewn line [m].
YOKE = 0.022


def lay_out(cut: Cut, *, outline: Array | None = None, yoke: Array | None = None, seed: int = 0) -> Pattern:
    """The pattern of a cut.

    Parameters
    ----------
    cut : the cut
    outline : (layers, columns, 3) [m] the sewn lines in the pelvis frame; by default the cut's ellipse
    yoke : (columns, 3) [m] the upper edge of the basque; by default a little inside and above the sewn line
    seed : every pleat differs a little; the same seed gives the same tutu
    """
    random = np.random.default_rng(seed)
    columns, pleats = cut.columns, cut.pleats
    theta = 2.0 * np.pi * np.arange(columns) / columns
    if outline is None:
        depth, width, height = cut.ring
        ellipse = np.stack([depth * np.cos(theta), width * np.sin(theta), np.full(columns, height)], axis=1)
        outline = np.stack([ellipse - np.array([0.0, 0.0, layer.drop]) for layer in cut.layers])
    tangent = np.roll(outline[0], -1, axis=0) - np.roll(outline[0], 1, axis=0)
    outward = np.stack([tangent[:, 1], -tangent[:, 0], np.zeros(columns)], axis=1)
    outward /= np.linalg.norm(outward, axis=1, keepdims=True)
    # A fan: nearer the rim the strips spread evenly, whatever the shape of the hips.
    fan = np.stack([np.cos(theta), np.sin(theta), np.zeros(columns)], axis=1)
    outward = 0.5 * outward + 0.5 * fan
    outward /= np.linalg.norm(outward, axis=1, keepdims=True)
    up = np.array([0.0, 0.0, 1.0])

    # All layers share the fold pattern, so that they nest; each adds its own depth.
    per = columns // pleats
    wave = np.cos(2.0 * np.pi * np.arange(columns) / per)
    depth_of_pleat = np.repeat(1.0 + 0.22 * random.standard_normal(pleats), per).clip(0.5, 1.6)
    depth_of_pleat = (np.roll(depth_of_pleat, 1) + 2 * depth_of_pleat + np.roll(depth_of_pleat, -1)) / 4.0
    slow = sum(0.25 / k * np.cos(k * theta + random.uniform(0, 2 * np.pi)) for k in (3, 5, 8))
    dagged = cut.dag * wave * random.uniform(0.5, 1.5, columns)

    rows: list[Array] = []
    layer_of: list[int] = []
    at: list[float] = []
    held: list[Array] = []
    sewn: list[Array] = []
    chains: list[list[int]] = []
    # Four columns a pleat rise and fall by the gathers' depth from one to the next.
    pitch = np.linalg.norm(np.roll(outline[0], -1, axis=0) - outline[0], axis=1).mean()
    gather = float(pitch) * np.sqrt(max(cut.fullness**2 - 1.0, 0.0))
    count = len(cut.layers)
    free = sum(layer.rows - 2 for layer in cut.layers)
    for number, layer in enumerate(cut.layers):
        own = layer.pleat * (wave * depth_of_pleat + 0.35 * np.asarray(slow))
        base = outline[number]
        chain = [free + count + number, free + number]
        distances = np.linspace(0.0, layer.length, layer.rows)
        spine = base
        for index, distance in enumerate(distances):
            angle = layer.hang + (layer.slope - layer.hang) * np.exp(-distance / _TURN)
            direction = np.cos(angle) * outward + np.sin(angle) * up
            normal = np.cos(angle) * up - np.sin(angle) * outward
            step = np.full(columns, distances[1] if index else 0.0)
            if index == layer.rows - 1:
                step = step + distance * dagged
            spine = spine + step[:, None] * direction
            depth = own * distance + gather * wave
            points = spine + depth[:, None] * normal
            if index < 2:
                (held if index else sewn).append(points)
            else:
                chain.append(len(rows))
                rows.append(points)
                layer_of.append(number)
                at.append(float(distance))
        chains.append(chain)
    layer_of += [*range(count), *range(count)]
    at += [layer.length / (layer.rows - 1) for layer in cut.layers] + [0.0] * count
    if yoke is None:
        yoke = outline[0] - 0.012 * outward + YOKE * up
    return Pattern(
        cut=cut,
        yoke=yoke,
        rest=np.stack(rows + held + sewn),
        free=free,
        layer=np.array(layer_of),
        at=np.array(at),
        chains=tuple(np.array(chain) for chain in chains),
        outward=outward,
    )
