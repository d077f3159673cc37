"""The composer: music and wishes to a choreography, as a choreographer would teach it."""

from petipa.choreographer.commission import Commission, Technique
from petipa.choreographer.compose import Composed, compose
from petipa.choreographer.form import Passage, Role, passages_of
from petipa.choreographer.quality import TERMS

__all__ = ["TERMS", "Commission", "Composed", "Passage", "Role", "Technique", "compose", "passages_of"]
