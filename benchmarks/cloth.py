"""The tutu's net: petipa's projective dynamics beside pyPBD's position-based dynamics, on the same mesh.

Both hang the same net, as it is cut, by the same sewn line and let it go for a second at 60 frames a second. petipa
also keeps its six layers apart and feels the air and the body; pyPBD is asked for less: stretch and bending alone. Its
net is as stiff to bend as its passes allow, so the droop and the strain are told with the time: what is wanted is a net
that stands out nearly flat and does not stretch.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from petipa.dancer import load_dancer
from petipa.mechanics import forward
from petipa.tutu import Tutu, Wearer

Array = NDArray[np.float64]
RATE = 60.0


@dataclass(frozen=True)
class Hung:
    """Time of one core [ms] a frame, the worst lengthening of an edge, and how far the rim sank below its cut [cm]."""

    name: str
    frame_ms: float
    strain: float
    droop_cm: float

    @property
    def real_time(self) -> float:
        """Seconds of work for a second danced."""
        return self.frame_ms * RATE / 1000.0


def _edges(faces: NDArray[np.int64]) -> NDArray[np.int64]:
    pairs = np.sort(np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]), axis=1)
    return np.unique(pairs, axis=0)


def _lengthening(first: Array, now: Array, edges: NDArray[np.int64]) -> float:
    rest = np.linalg.norm(first[edges[:, 0]] - first[edges[:, 1]], axis=1)
    length = np.linalg.norm(now[edges[:, 0]] - now[edges[:, 1]], axis=1)
    return float((length / rest - 1.0).max())


def _rim(tutu: Tutu) -> slice:
    columns, rows = tutu.cut.columns, tutu.cut.layers[0].rows
    return slice((rows - 1) * columns, rows * columns)


def projective(frames: int) -> tuple[Hung, Tutu, Array]:
    """petipa, and the net as it was cut (V, 3), yoke left out."""
    skeleton = load_dancer("noah").skeleton
    R, p = forward(skeleton, skeleton.zero())
    tutu = Tutu(Wearer.of(skeleton))
    pose = tutu.pose(R[0], p[0])
    tutu.dress(pose)
    tutu.advance(pose)
    tutu.dress(pose)
    columns = tutu.cut.columns
    cut = tutu.vertices[columns:]
    start = time.process_time()
    for _ in range(frames):
        tutu.advance(pose)
    taken = time.process_time() - start
    droop = float(cut[_rim(tutu), 2].mean() - tutu.vertices[columns:][_rim(tutu), 2].mean())
    hung = Hung("petipa, air, body, layers", 1000.0 * taken / frames, float(tutu.strain().max()), 100.0 * droop)
    return hung, tutu, cut


def position_based(tutu: Tutu, cut: Array, frames: int, *, substeps: tuple[int, ...]) -> list[Hung]:
    """pyPBD (XPBD stretch, isometric bending), once for each number of substeps; none where it is not installed."""
    try:
        import pypbd
    except ImportError:
        return []
    columns = tutu.cut.columns
    faces = tutu.pattern.faces - columns
    faces = faces[(faces >= 0).all(axis=1)]
    # The slants of petipa's net are soft by design; both are judged by the edges along and around.
    edges = _edges(faces)
    gap = edges[:, 1] - edges[:, 0]
    edges = edges[(gap == 1) | (gap == columns) | (gap == columns - 1)]
    pypbd.Logger.addConsoleSink(pypbd.LogLevel.WARN)
    simulation: Any = pypbd.Simulation.getCurrent()
    simulation.initDefault()
    model = simulation.getModel()
    net = model.addTriangleModel(cut, faces.ravel().tolist(), testMesh=False)
    # XPBD's stretch in N/m; its bending as stiff as the passes can make it.
    model.addClothConstraints(net, 4, tutu.cut.stretch, 1.0, 1.0, 1.0, 0.3, 0.3, False, False)
    model.addBendingConstraints(net, 3, 1.0)
    particles = model.getParticles()
    mass = np.full(len(cut), float(tutu.net.mass.mean()))
    first = 0
    for layer in tutu.cut.layers:
        # Clamped: the sewn line and the ring after it.
        mass[first : first + 2 * columns] = 0.0
        first += layer.rows * columns
    for index, value in enumerate(mass):
        particles.setMass(index, float(value))
    pypbd.TimeManager.getCurrent().setTimeStepSize(1.0 / RATE)
    step = simulation.getTimeStep()
    hung = []
    for count in substeps:
        simulation.reset()
        step.setValueUInt(pypbd.TimeStepController.NUM_SUB_STEPS, count)
        start = time.process_time()
        for _ in range(frames):
            step.step(model)
        taken = time.process_time() - start
        now = np.array(particles.getVertices(), copy=True).reshape(-1, 3)[: len(cut)]
        droop = float(cut[_rim(tutu), 2].mean() - now[_rim(tutu), 2].mean())
        name = f"pyPBD, {count} substeps"
        hung.append(Hung(name, 1000.0 * taken / frames, _lengthening(cut, now, edges), 100.0 * droop))
    return hung


def compare(*, frames: int = 60) -> list[Hung]:
    """Both on the same net, in one run."""
    first, tutu, cut = projective(frames)
    return [first, *position_based(tutu, cut, frames, substeps=(5, 20))]


if __name__ == "__main__":
    for one in compare():
        print(
            f"{one.name:26} {one.frame_ms:7.1f} ms a frame ({one.real_time:5.2f} of real time), "
            f"longest edge +{100.0 * one.strain:.2f} %, rim sank {one.droop_cm:.1f} cm"
        )
