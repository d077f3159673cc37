"""One check per step, written from its definition and never from its plan."""

from petipa.measure.definitions.check import CHECKS, Failure, check_definitions

__all__ = ["CHECKS", "Failure", "check_definitions"]
