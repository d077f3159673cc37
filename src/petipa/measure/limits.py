"""What every dance is held to: the measures that have a limit, and in what words a breach of it is told."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limit:
    """How far a measure may go.

    Attributes
    ----------
    name : str
        The measure, as `Assessment` has it.
    bound : float
        The most it may be, or where `least` the least.
    where : str
        The worst of an `Assessment` that says where it is farthest; empty where none does.
    says, unit : str
        What is amiss beyond it, in a teacher's words, and what it is counted in.
    """

    name: str
    bound: float
    where: str
    says: str
    unit: str = ""
    least: bool = False

    def broken(self, value: float) -> bool:
        """Whether a value is beyond it."""
        return value < self.bound if self.least else value > self.bound


LIMITS = (
    Limit("flights_extra", 0.0, "", "she leaves the floor where no jump is written", "times"),
    Limit("joint_range_violations", 0.0, "joint_range", "a joint goes farther than it can", "frames"),
    Limit("slip_mm_max", 2.0, "slip", "a foot that stands slides", "mm"),
    Limit("penetration_mm_max", 3.0, "penetration", "a foot sinks into the floor", "mm"),
    Limit("free_fall_rms", 0.2, "free_fall", "she does not fall as what falls freely", "m/s²"),
    Limit("switch_residual_max", 15.0, "switch_residual", "the floor could not push so", "% of her weight"),
    Limit("trunk_thrown_max", 60.0, "trunk_thrown", "the trunk is thrown", "degrees from upright"),
    Limit("flight_height_share_min", 0.9, "", "a jump is lower than it was to be", "of its height", least=True),
    Limit("zmp_inside_share", 0.97, "zmp", "she stands beside her feet", "of the time on them", least=True),
)
"""The limits an assessment is held to whatever is danced."""
