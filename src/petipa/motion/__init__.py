"""Motion: what the steps mean for a body, a reference that nearly dances, and the solve that makes it physical."""

from petipa.motion.dance import dance
from petipa.motion.model import FlightSpan, FootState, Motion, StepSpan
from petipa.motion.redance import redance

__all__ = ["FlightSpan", "FootState", "Motion", "StepSpan", "dance", "redance"]
