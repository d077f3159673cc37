"""The tutu: layers of net, cut, worn, and moved by the dance.

`drape` is the whole of it; `Cut` says which tutu, `Wearer` on whom, `Tutu` steps by hand.
"""

from petipa.tutu.contact import Colliders
from petipa.tutu.cut import Cut, Layer, Pattern, lay_out
from petipa.tutu.drape import Drape, Folds, drape, frames
from petipa.tutu.simulate import Pose, Settings, Tutu
from petipa.tutu.wearer import Wearer

__all__ = [
    "Colliders",
    "Cut",
    "Drape",
    "Folds",
    "Layer",
    "Pattern",
    "Pose",
    "Settings",
    "Tutu",
    "Wearer",
    "drape",
    "frames",
    "lay_out",
]
