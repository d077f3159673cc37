"""`python -m benchmarks`: every benchmark, one after another; what a machine lacks is said and passed over."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

ALL = ("stages", "film", "ik", "solve", "lengths", "fddp", "cloth", "beats")


def main() -> int:
    """Each in a process of its own, so that none warms or crowds another."""
    failed = []
    for name in ALL:
        if importlib.util.find_spec(f"benchmarks.{name}") is None:
            continue
        print(f"\n== {name}", flush=True)
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        root = Path(__file__).resolve().parent.parent
        if subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], cwd=root, env=environment).returncode:
            failed.append(name)
    if failed:
        print(f"\nfailed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
