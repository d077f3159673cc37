"""How strong and how fast a dancer's joints are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

LEFT_AT_LEAST = 0.1
"""At its fastest a joint has nothing left to give; torques there are counted against this share of its strength."""


@dataclass(frozen=True)
class Exertion:
    """One way of pushing with one joint.

    Attributes
    ----------
    torque : most she can give at rest [N m per kg of body]
    half_speed : speed of shortening at which half of it is left [rad/s]
    fastest : speed at which nothing is left [rad/s]
    """

    torque: float
    half_speed: float
    fastest: float

    def share(self, speed: ArrayLike) -> NDArray[np.float64]:
        """Share of the torque at rest that is left at speeds of shortening [rad/s], in their shape; negative lengthens.

        Shortening follows Hill's curve through both speeds. A lengthening muscle gives more, up to a fifth
        (the ankle's 3 against 2.5 N m/kg in the project's table).
        """
        speed = np.asarray(speed, dtype=np.float64)
        half, now = self.half_speed / self.fastest, np.maximum(speed, 0.0) / self.fastest
        bend = (1.0 - 2.0 * half) / half
        shortening = np.maximum((1.0 - now) / (1.0 + bend * now), 0.0)
        return np.asarray(np.where(speed <= 0.0, np.minimum(1.0 + 0.1 * -speed, 1.2), shortening))

    def gives(self, speed: NDArray[np.float64]) -> NDArray[np.float64]:
        """What a torque is counted against [N m/kg] at speeds (F,) of shortening [rad/s]."""
        return np.asarray(self.torque * np.maximum(self.share(speed), LEFT_AT_LEAST))


EXERTIONS: dict[str, Exertion] = {
    "hip extension": Exertion(3.0, 6.4, 20.0),
    "hip flexion": Exertion(2.0, 8.5, 20.0),
    "hip abduction": Exertion(2.0, 8.5, 20.0),
    "knee extension": Exertion(3.0, 7.9, 25.0),
    "knee flexion": Exertion(1.6, 10.5, 25.0),
    "ankle plantar": Exertion(2.5, 7.1, 22.0),
    "trunk extension": Exertion(4.0, 6.4, 16.0),
}
"""Torques: women athletes, the project's table of starting values. Half speeds: twice parameter C5 of D. E. Anderson,
M. L. Madigan and M. A. Nussbaum, J. Biomech. 40 (2007) 3105-3113, men of 18 to 25 (hip abduction as hip flexion, the
trunk as hip extension). Twice, because a dynamometer lets one joint work alone: in a jump tendons and two-joint muscles
carry power outward, and recorded jumps (docs/recordings.md) break the single curve two- to threefold. Fastest: recalled
from jumps and kicks, a little beyond `FASTEST`."""

FASTEST: dict[str, float] = {
    "lumbar": 350.0,
    "thorax": 350.0,
    "chest": 350.0,
    "neck": 600.0,
    "head": 600.0,
    "clavicle": 400.0,
    "upper_arm": 1100.0,
    "forearm": 1150.0,
    "wrist": 1150.0,
    "hand": 1150.0,
    "thigh": 860.0,
    "shank": 1150.0,
    "foot": 1000.0,
    "mid": 600.0,
    "toes": 1000.0,
}
"""Fastest a joint turns [degrees/s]: starting values, recalled from vertical jumps (knee and ankle near 900 to 1000 at
take-off), kicks (hip near 850) and turns of the head (the neck's two joints together above 1000); to be replaced by
sourced ones."""
