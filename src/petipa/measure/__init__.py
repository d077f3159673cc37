"""Every number about a motion, and the independent checks that a danced step is what its name says."""

from petipa.measure.anchors import Anchor
from petipa.measure.assess import Assessment, heard, measure
from petipa.measure.definitions import Failure, check_definitions
from petipa.measure.excitement import Excitement, Thrill, excitement
from petipa.measure.limits import LIMITS, Limit
from petipa.measure.musicality import Musicality, Timing, musicality
from petipa.measure.physics import Contact, Flight, Forces, Landing, Place
from petipa.measure.piece import Against, Piece, piece_of
from petipa.measure.published import Published, published
from petipa.measure.reading import Reading
from petipa.measure.teacher import AccentError, Fault
from petipa.measure.track import Track, track
from petipa.measure.written import as_written

__all__ = [
    "LIMITS",
    "AccentError",
    "Against",
    "Anchor",
    "Assessment",
    "Contact",
    "Excitement",
    "Failure",
    "Fault",
    "Flight",
    "Forces",
    "Landing",
    "Limit",
    "Musicality",
    "Piece",
    "Place",
    "Published",
    "Reading",
    "Thrill",
    "Timing",
    "Track",
    "as_written",
    "check_definitions",
    "excitement",
    "heard",
    "measure",
    "musicality",
    "piece_of",
    "published",
    "track",
]
