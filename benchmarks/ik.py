"""Legs to their places: petipa's closed form beside a general solver, pink (pinocchio with a quadratic program).

Both are given the same pliés and shifts of weight: a pelvis that moves and two ankles that do not. pink solves for the
whole body, one step a frame from the frame before, and could take any other task as well; petipa's legs have one answer
and it is written down. So the times say what generality costs, and the misses what one step of it leaves.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from petipa.dancer import Joint, Skeleton, load_dancer
from petipa.mechanics import forward
from petipa.motion.legs import leg_geometry, leg_ik

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Reached:
    """Time [ms] a frame and the largest distance of an ankle from where it should be [mm]."""

    name: str
    frame_ms: float
    miss_mm: float


def pelvis_path(skeleton: Skeleton, frames: int) -> Array:
    """Pliés with shifts of weight, shape (frames, 3) [m], at 60 Hz; reachable with both feet where they stand."""
    t = np.arange(frames) / 60.0
    path = np.tile(skeleton.offsets[0], (frames, 1))
    path[:, 2] -= 0.02 + 0.11 * (1.0 - np.cos(2.0 * np.pi * t / 2.0))
    path[:, 1] += 0.05 * np.sin(2.0 * np.pi * t / 3.0)
    return path


def closed_form(skeleton: Skeleton, path: Array) -> Reached:
    """petipa's legs."""
    ankles = [forward(skeleton, skeleton.zero()[None])[1][:, skeleton.index(f"foot_{side}")] for side in "lr"]
    legs = [leg_geometry(skeleton, side) for side in (0, 1)]
    pole = np.tile([1.0, 0.0, 0.0], (len(path), 1))

    def solve() -> list[tuple[Array, Array, Array]]:
        return [
            leg_ik(leg, path + leg.hip, np.broadcast_to(ankle, path.shape), pole)
            for leg, ankle in zip(legs, ankles, strict=True)
        ]

    solve()
    start = time.perf_counter()
    found = solve()
    taken = time.perf_counter() - start
    q = np.tile(skeleton.zero(), (len(path), 1))
    q[:, :3] = path
    for (turn, knee, _), side in zip(found, "lr", strict=True):
        from petipa.mechanics import quat_from_matrix

        q[:, skeleton.q_slice(skeleton.index(f"thigh_{side}"))] = quat_from_matrix(turn)
        q[:, skeleton.q_slice(skeleton.index(f"shank_{side}"))] = knee[:, None]
    reached = forward(skeleton, q)[1]
    miss = [
        np.linalg.norm(reached[:, skeleton.index(f"foot_{side}")] - ankle, axis=1).max()
        for side, ankle in zip("lr", ankles, strict=True)
    ]
    return Reached("petipa, two legs", 1000.0 * taken / len(path), 1000.0 * float(max(miss)))


def _pinocchio_model(skeleton: Skeleton) -> Any:
    """The same skeleton as a pinocchio model."""
    import pinocchio as pin

    model = pin.Model()
    made: list[int] = []
    for body, name in enumerate(skeleton.names):
        kind = Joint(int(skeleton.kinds[body]))
        parent = made[skeleton.parents[body]] if skeleton.parents[body] >= 0 else 0
        joint: Any = {
            Joint.ROOT: pin.JointModelFreeFlyer,
            Joint.BALL: pin.JointModelSpherical,
        }.get(kind, lambda b=body: pin.JointModelRevoluteUnaligned(skeleton.axes[b]))()
        offset = np.zeros(3) if kind is Joint.ROOT else skeleton.offsets[body]
        made.append(model.addJoint(parent, joint, pin.SE3(np.eye(3), offset), name))
        inertia = pin.Inertia(skeleton.masses[body], skeleton.coms[body], skeleton.inertias[body])
        model.appendBodyToJoint(made[-1], inertia, pin.SE3.Identity())
        model.addFrame(pin.Frame(name, made[-1], pin.SE3.Identity(), pin.FrameType.OP_FRAME))
    return model


def general_solver(skeleton: Skeleton, path: Array) -> Reached | None:
    """pink; None where it is not installed."""
    try:
        import pink
        import pinocchio as pin
        from pink.tasks import FrameTask, PostureTask
    except ImportError:
        return None
    model = _pinocchio_model(skeleton)
    neutral = pin.neutral(model)
    neutral[:3] = skeleton.offsets[0]
    configuration = pink.Configuration(model, model.createData(), neutral)
    goals = {name: configuration.get_transform_frame_to_world(name).copy() for name in ("foot_l", "foot_r")}
    # Straight knees are singular for any solver that goes by slopes: begin with them bent, as pink's users do.
    bent = neutral.copy()
    for side in "lr":
        bent[model.joints[model.getJointId(f"shank_{side}")].idx_q] = 0.6
    configuration = pink.Configuration(model, model.createData(), bent)
    feet = {f"foot_{side}": FrameTask(f"foot_{side}", position_cost=1.0, orientation_cost=1.0) for side in "lr"}
    for name, task in feet.items():
        task.set_target(goals[name])
    pelvis = FrameTask("pelvis", position_cost=1.0, orientation_cost=1.0)
    posture = PostureTask(cost=1e-3)
    posture.set_target(neutral)
    tasks = [*feet.values(), pelvis, posture]
    rate, miss = 60.0, 0.0
    # She does not begin where the path does: let it arrive before anything is timed.
    arrive = 120
    for frame, place in enumerate([path[0]] * arrive + list(path)):
        if frame == arrive:
            start = time.perf_counter()
        pelvis.set_target(pin.SE3(np.eye(3), place))
        velocity = pink.solve_ik(configuration, tasks, 1.0 / rate, solver="daqp")
        configuration.integrate_inplace(velocity, 1.0 / rate)
        if frame >= arrive:
            for name, goal in goals.items():
                reached = configuration.get_transform_frame_to_world(name).translation
                miss = max(miss, float(np.linalg.norm(reached - goal.translation)))
    taken = time.perf_counter() - start
    return Reached("pink, whole body", 1000.0 * taken / len(path), 1000.0 * miss)


def compare(*, frames: int = 600) -> list[Reached]:
    """Both, on the same path."""
    skeleton = load_dancer("noah").skeleton
    path = pelvis_path(skeleton, frames)
    peer = general_solver(skeleton, path)
    return [closed_form(skeleton, path), *([peer] if peer is not None else [])]


if __name__ == "__main__":
    for one in compare():
        print(f"{one.name:24} {one.frame_ms:8.4f} ms a frame, ankles within {one.miss_mm:.3f} mm")
