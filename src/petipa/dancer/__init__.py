"""The dancer: skeleton, masses, limits, capability and the baked body."""

from petipa.dancer.dancers import Capability, Dancer, Limits, dancer_names, load_dancer
from petipa.dancer.skeleton import NAMES, Joint, Skeleton, Sole
from petipa.dancer.strength import EXERTIONS, FASTEST, Exertion

__all__ = [
    "EXERTIONS",
    "FASTEST",
    "NAMES",
    "Capability",
    "Dancer",
    "Exertion",
    "Joint",
    "Limits",
    "Skeleton",
    "Sole",
    "dancer_names",
    "load_dancer",
]
