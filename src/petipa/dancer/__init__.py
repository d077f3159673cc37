"""The dancer: skeleton, masses, limits, capability and the baked body."""

from petipa.dancer.dancers import Capability, Dancer, Limits, dancer_names, load_dancer
from petipa.dancer.skeleton import NAMES, Joint, Skeleton, Sole

__all__ = ["NAMES", "Capability", "Dancer", "Joint", "Limits", "Skeleton", "Sole", "dancer_names", "load_dancer"]
