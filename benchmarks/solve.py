"""The spacetime solve: seconds per danced second, and its laws' derivatives beside pinocchio's.

python benchmarks/solve.py
"""

from __future__ import annotations

import time

import numpy as np

from benchmarks import drills
from petipa.dancer import load_dancer
from petipa.dancer.skeleton import Joint, Skeleton
from petipa.motion.problem import compose
from petipa.motion.solve import _body, _Window, solve


def best(run: object, times: int) -> float:
    """Least processor seconds of several runs."""
    least = np.inf
    for _ in range(times):
        start = time.process_time()
        run()  # type: ignore[operator]
        least = min(least, time.process_time() - start)
    return float(least)


def pinocchio_model(skeleton: Skeleton):  # type: ignore[no-untyped-def]
    """The same dancer in pinocchio: one joint a body."""
    import pinocchio as pin

    model = pin.Model()
    identity = pin.SE3.Identity
    made = []
    for body, name in enumerate(skeleton.names):
        kind, parent = skeleton.kinds[body], int(skeleton.parents[body])
        if kind == Joint.ROOT:
            joint, place = pin.JointModelFreeFlyer(), identity()
        elif kind == Joint.BALL:
            joint, place = pin.JointModelSpherical(), pin.SE3(np.eye(3), skeleton.offsets[body])
        else:
            joint = pin.JointModelRevoluteUnaligned(skeleton.axes[body])
            place = pin.SE3(np.eye(3), skeleton.offsets[body])
        made.append(model.addJoint(0 if parent < 0 else made[parent], joint, place, name))
        inertia = pin.Inertia(float(skeleton.masses[body]), skeleton.coms[body], skeleton.inertias[body])
        model.appendBodyToJoint(made[-1], inertia, identity())
    return model


def peer(skeleton: Skeleton, frames: int) -> float:
    """Seconds for pinocchio's centroidal dynamics derivatives of `frames` frames."""
    import pinocchio as pin

    model = pinocchio_model(skeleton)
    data = model.createData()
    rng = np.random.default_rng(1)
    q = pin.integrate(model, pin.neutral(model), 0.3 * rng.normal(size=model.nv))
    v, a = rng.normal(size=model.nv), rng.normal(size=model.nv)

    def run() -> None:
        for _ in range(frames):
            pin.computeCentroidalDynamicsDerivatives(model, data, q, v, a)

    return best(run, 5)


def main() -> None:
    """Print the table."""
    skeleton = load_dancer().skeleton
    print(f"{'reference':12s}{'danced s':>10s}{'solve s':>10s}{'s per s':>10s}{'steps':>7s}{'fall':>10s}{'spin':>10s}")
    for name in ("shift", "jump", "arabesque"):
        q, feet = getattr(drills, name)(skeleton)
        problem = compose(skeleton, q, feet)
        solution = solve(skeleton, problem)
        seconds, danced = best(lambda problem=problem: solve(skeleton, problem), 3), len(q) / problem.rate
        print(
            f"{name:12s}{danced:10.2f}{seconds:10.3f}{seconds / danced:10.3f}{solution.iterations:7d}"
            f"{np.abs(solution.fall).max():10.4f}{np.abs(solution.spin).max():10.4f}"
        )
    window = _Window(_body(skeleton, problem), problem)
    own = best(lambda: window.cost(window.zero, derive=True), 5) / len(problem)
    print(f"\nlaws and their Jacobian: {own * 1e6:.1f} us a frame", end="")
    try:
        other = peer(skeleton, 200) / 200
    except ImportError:
        print("; pinocchio is not here to compare")
        return
    print(f"; pinocchio's centroidal derivatives {other * 1e6:.1f} us ({other / own:.1f} times as long)")


if __name__ == "__main__":
    main()
