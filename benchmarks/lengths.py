"""Half a minute, three minutes and a quarter of an hour of the same kind of dance: seconds a danced second, and memory.

python -m benchmarks.lengths
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time

from benchmarks.enchainements import TEMPO, dancer, faulty_lines, heading, lexicon, resolved, seconds
from petipa.motion.dance import posed
from petipa.motion.plan import make_plan
from petipa.motion.reference import build_reference
from petipa.motion.solve import solve

MINUTES = (0.5, 3.0, 15.0)
BAR = 4 * 60.0 / TEMPO
"""Seconds a bar."""
PHRASE = ("tendu {a} devant", "glissade {a}", "pirouette en dehors {a} x2", "entrechat quatre", "développé {b} devant")
"""A bar each, the turn two and the unfolding three; she ends where she began, the other foot in front."""
BARS = (1, 2, 3, 5, 6)


def text(minutes: float) -> str:
    """A dance of that length: the phrase to one side and to the other, over and over."""
    lines = ["1 plié"]
    bars = round(minutes * 60.0 / BAR)
    for k in range(max(1, bars // 8)):
        a, b = ("R", "L") if k % 2 == 0 else ("L", "R")
        lines += [f"{8 * k + 1 + bar} {step.format(a=a, b=b)}" for bar, step in zip(BARS, PHRASE, strict=True)]
    return heading("length", "upstage centre", "fifth R front") + "\n".join(lines) + "\n"


def danced(minutes: float) -> dict[str, float]:
    """Processor seconds of the plan, the reference and the solve a danced second, and the most memory used [GB]."""
    steps = resolved(text(minutes))
    warm = resolved(text(MINUTES[0]))
    for these in (warm, steps):
        began = time.process_time()
        plan = make_plan(these, lexicon().entries, seconds, dancer())
        planned = time.process_time()
        reference = build_reference(plan, dancer())
        referred = time.process_time()
        solve(dancer().skeleton, posed(dancer(), reference))
        ended = time.process_time()
    length = plan.frames / 60.0
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform.startswith("linux") else 1e9)
    return {
        "seconds": length,
        "plan": (planned - began) / length,
        "reference": (referred - planned) / length,
        "solve": (ended - referred) / length,
        "all": (ended - began) / length,
        "memory": memory,
    }


def main() -> int:
    """Each length in a process of its own, for its memory."""
    if len(sys.argv) > 1:
        print(json.dumps(danced(float(sys.argv[1]))))
        return 0
    assert not faulty_lines(text(MINUTES[-1]))
    print(f"{'danced s':>9} {'plan':>7} {'reference':>9} {'solve':>7} {'all':>7}  s of one core a danced s  memory GB")
    for minutes in MINUTES:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.lengths", str(minutes)], check=True, capture_output=True, text=True
        )
        one = json.loads(done.stdout)
        print(
            f"{one['seconds']:9.1f} {one['plan']:7.4f} {one['reference']:9.3f} {one['solve']:7.3f} {one['all']:7.3f}"
            f"  {'':24}  {one['memory']:9.2f}",
            flush=True,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
