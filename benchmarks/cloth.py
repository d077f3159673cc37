"""The tutu's net: petipa's projective dynamics beside pyPBD, MuJoCo's flex and Newton, on the same mesh.

All hang the same net, as it is cut, by the same sewn line and let it go at 60 frames a second. petipa also keeps its
six layers apart and feels the air and the body; the others are asked for less: stretch and bending alone. Theirs is as
stiff to bend as their passes allow, so the droop and the strain are told with the time: what is wanted is a net that
stands out nearly flat and does not stretch.
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
    faces, edges, held = _flat(tutu)
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
    mass[held] = 0.0
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


def _flat(tutu: Tutu) -> tuple[NDArray[np.int64], NDArray[np.int64], list[int]]:
    """Faces without the yoke, the edges all are judged by, and the clamped vertices.

    The slants of petipa's net are soft by design: only edges along and around count. Clamped are the sewn line and the
    ring after it.
    """
    columns = tutu.cut.columns
    faces = tutu.pattern.faces - columns
    faces = faces[(faces >= 0).all(axis=1)]
    edges = _edges(faces)
    gap = edges[:, 1] - edges[:, 0]
    held, first = [], 0
    for layer in tutu.cut.layers:
        held += range(first, first + 2 * columns)
        first += layer.rows * columns
    return faces, edges[(gap == 1) | (gap == columns) | (gap == columns - 1)], held


def flex(tutu: Tutu, cut: Array, frames: int, *, substeps: int = 8) -> list[Hung]:
    """MuJoCo's flex, its edges constrained and, since it allows not both, without bending; none if it is missing."""
    try:
        import mujoco
    except ImportError:
        return []
    faces, edges, held = _flat(tutu)
    step = 1.0 / (RATE * substeps)
    text = f"""<mujoco><option timestep="{step}" integrator="implicitfast" solver="CG" iterations="20"/>
      <size memory="2G"/>
      <worldbody><flexcomp name="net" type="direct" dim="2" radius="0.0005" mass="{tutu.net.mass.mean() * len(cut)}"
        point="{" ".join(f"{x:.6g}" for x in cut.ravel())}" element="{" ".join(map(str, faces.ravel()))}">
        <contact selfcollide="none" contype="0" conaffinity="0"/>
        <edge equality="true"/><pin id="{" ".join(map(str, held))}"/></flexcomp></worldbody></mujoco>"""
    model = mujoco.MjModel.from_xml_string(text)
    data = mujoco.MjData(model)
    start = time.process_time()
    for _ in range(frames * substeps):
        mujoco.mj_step(model, data)
    taken = time.process_time() - start
    mujoco.mj_forward(model, data)
    now = np.asarray(data.flexvert_xpos).reshape(-1, 3)
    droop = float(cut[_rim(tutu), 2].mean() - now[_rim(tutu), 2].mean())
    name = f"MuJoCo flex, {substeps} substeps"
    return [Hung(name, 1000.0 * taken / frames, _lengthening(cut, now, edges), 100.0 * droop)]


def newton(tutu: Tutu, cut: Array, frames: int, *, substeps: int = 2, iterations: int = 10) -> list[Hung]:
    """Newton's vertex block descent, Warp on the CPU; none where it is not installed."""
    try:
        import newton as physics
        import warp
    except ImportError:
        return []
    faces, edges, held = _flat(tutu)
    with warp.ScopedDevice("cpu"):
        builder = physics.ModelBuilder()
        builder.add_cloth_mesh(
            pos=warp.vec3(0.0, 0.0, 0.0),
            rot=warp.quat_identity(),
            scale=1.0,
            vel=warp.vec3(0.0, 0.0, 0.0),
            vertices=[warp.vec3(*point) for point in cut],
            indices=faces.ravel().tolist(),
            density=float(tutu.net.mass.sum() / tutu.net.area.sum()),
            tri_ke=tutu.cut.stretch,
            tri_ka=tutu.cut.stretch,
            tri_kd=0.0,
            edge_ke=0.1,
            edge_kd=0.0,
        )
        for index in held:
            builder.particle_mass[index] = 0.0
        builder.color(include_bending=True)
        model = builder.finalize()
        solver = physics.solvers.SolverVBD(model, iterations=iterations)
        here, after, control = model.state(), model.state(), model.control()
        step = 1.0 / (RATE * substeps)
        solver.step(here, after, control, None, 1e-6)  # compiles
        here, after = model.state(), model.state()
        start = time.process_time()
        for _ in range(frames * substeps):
            here.clear_forces()
            solver.step(here, after, control, None, step)
            here, after = after, here
        taken = time.process_time() - start
        now = here.particle_q.numpy()
    droop = float(cut[_rim(tutu), 2].mean() - now[_rim(tutu), 2].mean())
    name = f"Newton VBD, {substeps} substeps, {iterations} sweeps"
    return [Hung(name, 1000.0 * taken / frames, _lengthening(cut, now, edges), 100.0 * droop)]


def compare(*, frames: int = 60) -> list[Hung]:
    """All that are installed on the same net, in one run."""
    first, tutu, cut = projective(frames)
    peers = position_based(tutu, cut, frames, substeps=(5, 20))
    return [first, *peers, *flex(tutu, cut, max(frames // 6, 1)), *newton(tutu, cut, frames)]


if __name__ == "__main__":
    for one in compare():
        print(
            f"{one.name:26} {one.frame_ms:7.1f} ms a frame ({one.real_time:5.2f} of real time), "
            f"longest edge +{100.0 * one.strain:.2f} %, rim sank {one.droop_cm:.1f} cm"
        )
