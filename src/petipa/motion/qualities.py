"""Qualities: how a word such as brillante or legato changes the way a step is danced.

Rudolf Laban's four effort factors, each from -1 to 1, and how large she makes it:

    time    sudden (+): she waits and then is there at once; sustained (-): she is on her way all the time there is
    weight  strong (+): into the floor, deep pliés and landings; light (-): off the floor, shallow and higher
    flow    bound (+): each position held before she goes on; free (-): one grows out of the other without a stop
    space   direct (+): the arms go the short way, the head stays with them; indirect (-): body and head sway along
    size    large (+): legs higher, arms long and open; small (-): lower legs, arms nearer to her

A quality changes the plan and the reference, before the solve: what is danced obeys the same physics. Jumps keep their
flights' law, turns their spin; without a quality nothing is changed by a bit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Effort:
    """One quality as Laban would describe it; each from -1 to 1."""

    time: float = 0.0
    weight: float = 0.0
    flow: float = 0.0
    space: float = 0.0
    size: float = 0.0

    @property
    def jump(self) -> float:
        """Of the usual rise of a jump."""
        return 1.0 - 0.14 * self.weight + 0.10 * self.size

    @property
    def plie(self) -> float:
        """Of the usual depth of a bend that carries her."""
        return 1.0 + 0.16 * self.weight

    @property
    def sink(self) -> float:
        """Of the usual time a landing takes to its bottom: strong and sustained ones melt longest."""
        return 1.0 + 0.22 * self.weight - 0.28 * self.time

    @property
    def height(self) -> float:
        """Of the usual height of a leg."""
        return 1.0 + 0.13 * self.size

    @property
    def reach(self) -> float:
        """Of the way of the arms from low to their position."""
        return 1.0 + (0.05 if self.size > 0 else 0.28) * self.size

    @property
    def dwell(self) -> float:
        """Share of the way to the next position that an arm stays where it is."""
        return float(np.clip(0.3 + 0.26 * self.flow + 0.14 * self.time, 0.02, 0.7))

    @property
    def stroke(self) -> float:
        """Longest time an arm takes from one position to the next, of the usual."""
        return 1.0 - 0.5 * self.time

    @property
    def sway(self) -> float:
        """How far the body goes with the working arm and leg [degrees]."""
        return max(0.0, -5.0 * self.space)

    def warp(self, share: float, *, arriving: bool) -> float:
        """Where in its time something comes that usually comes at a share of it.

        Arriving is from the beginning of a step to its accent, leaving from the accent to the next step. A sudden step
        begins late and is there at once; a bound one leaves its position late; sustained and free ones set out early.
        """
        pull = self.time if arriving else float(np.clip(0.6 * self.time + 0.5 * self.flow, -1.0, 1.0))
        late = 1.0 + 0.5 * max(pull, 0.0) + 0.3 * min(pull, 0.0)
        return 1.0 - float((1.0 - np.clip(share, 0.0, 1.0)) ** late)


# The words of the score, as a rehearsal takes them.
QUALITIES: dict[str, Effort] = {
    #                       time   weight flow   space  size
    "legato": Effort(-0.7, 0.0, -1.0, -0.5, 0.0),
    "cantabile": Effort(-0.6, 0.1, -0.8, -0.8, 0.4),
    "sostenuto": Effort(-0.9, 0.4, -0.2, 0.0, 0.2),
    "tranquillo": Effort(-0.8, -0.3, -0.6, -0.2, -0.6),
    "dolce": Effort(-0.4, -0.6, -0.6, -0.6, -0.5),
    "grave": Effort(-0.8, 1.0, 0.4, 0.4, 0.3),
    "maestoso": Effort(-0.3, 0.6, 0.5, 0.6, 1.0),
    "leggiero": Effort(0.4, -1.0, -0.4, 0.0, -0.2),
    "giocoso": Effort(0.5, -0.6, -0.3, -0.6, 0.3),
    "brillante": Effort(0.9, -0.4, 0.3, 0.7, 1.0),
    "staccato": Effort(1.0, -0.2, 1.0, 0.6, -0.2),
    "marcato": Effort(0.8, 0.8, 0.8, 0.8, 0.4),
}


def effort_of(quality: str | None) -> Effort | None:
    """The effort of a quality; None where none is asked."""
    return QUALITIES.get(quality) if quality else None


__all__ = ["QUALITIES", "Effort", "effort_of"]
