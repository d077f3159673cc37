"""Who watches her dance and says what to mend."""

from petipa.coach.rehearsal import rehearse

__all__ = ["rehearse"]
