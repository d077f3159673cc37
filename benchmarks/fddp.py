"""Our solve and crocoddyl's on one jump and one balance on pointe: time, and what the same yardstick finds left.

python -m benchmarks.fddp

Crocoddyl needs another pinocchio than petipa's, so it has an environment of its own under build/, made on the first run
with pip. PETIPA_CROCODDYL names the python of one that is there already. It is set up as its own examples are (FDDP,
six-dimensional contacts, barriers for friction and pressure); who knows it better may get more out of it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks import drills
from petipa.dancer import Dancer, load_dancer
from petipa.measure import measure
from petipa.motion.model import FootState, Motion
from petipa.motion.problem import compose
from petipa.motion.solve import solve

Array = NDArray[np.float64]
HERE = Path(__file__).resolve().parent


def environment() -> Path | None:
    """The python that has crocoddyl; None where it cannot be had."""
    named = os.environ.get("PETIPA_CROCODDYL")
    if named:
        return Path(named)
    python = HERE.parent / "build" / "crocoddyl" / "bin" / "python"
    if not python.exists():
        made = [
            [sys.executable, "-m", "venv", str(python.parent.parent)],
            [str(python), "-m", "pip", "install", "--quiet", "crocoddyl", "pin==4.0.0", "libpinocchio==4.0.0"],
        ]
        if any(subprocess.run(command, capture_output=True).returncode for command in made):
            return None
    return python


def given(dancer: Dancer, q: Array, feet: NDArray[np.uint8], rate: float) -> dict[str, Array]:
    """The problem as plain arrays."""
    s = dancer.skeleton
    bears = np.where(feet == FootState.AIR, 0, np.where(feet == FootState.FLAT, 1, 2))
    bodies = [s.index(f"{part}_{side}") for part in ("foot", "toes") for side in "lr"]
    points = [sole.heel * np.array([0.0, 0.0, 1.0]) for sole in s.soles] + [sole.toe_tip for sole in s.soles]
    return {
        "rate": np.array(rate),
        "q_ref": q,
        "feet": bears,
        "parents": s.parents,
        "kinds": s.kinds,
        "axes": s.axes,
        "offsets": s.offsets,
        "masses": s.masses,
        "coms": s.coms,
        "inertias": s.inertias,
        "q_at": s.q_at,
        "feet_bodies": np.array(bodies),
        "feet_points": np.array(points),
        "boxes": np.array([[0.22, 0.06], [0.03, 0.02]]),
    }


def main() -> None:
    """Print the table."""
    python = environment()
    dancer = load_dancer()
    titles = f"{'seconds':>9s}{'steps':>7s}{'residual %':>12s}{'zmp inside':>12s}{'out mm':>8s}{'slip mm':>9s}"
    print(f"{'':24s}{titles}")
    for name in ("jump", "arabesque"):
        q, feet = getattr(drills, name)(dancer.skeleton)
        problem = compose(dancer.skeleton, q, feet, limits=dancer.limits)
        solve(dancer.skeleton, problem)
        start = time.process_time()
        solution = solve(dancer.skeleton, problem)
        ours = Motion(problem.rate, 0.0, solution.q, feet, solution.forces, solution.cops, (), (), dancer.name)
        rows = [("petipa", time.process_time() - start, solution.iterations, ours)]
        if python is not None:
            with tempfile.TemporaryDirectory() as folder:
                into, out = Path(folder) / "in.npz", Path(folder) / "out.npz"
                np.savez(into, **given(dancer, q, feet, problem.rate))
                done = subprocess.run([str(python), "-I", str(HERE / "fddp_peer.py"), str(into), str(out)])
                if done.returncode == 0:
                    with np.load(out) as got:
                        peer = replace(ours, q=got["q"])
                        rows.append(("crocoddyl", float(got["seconds"]), int(got["iterations"]), peer))
        for who, seconds, steps, motion in rows:
            seen = measure(motion, dancer)
            print(
                f"{name:12s}{who:12s}{seconds:9.2f}{steps:7d}{seen.root_residual_p99:12.2f}{seen.zmp_inside_share:12.4f}"
                f"{seen.zmp_excursion_mm:8.0f}{seen.slip_mm_max:9.2f}"
            )
    if python is None:
        print("crocoddyl could not be installed to compare")


if __name__ == "__main__":
    main()
