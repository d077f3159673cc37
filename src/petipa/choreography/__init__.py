"""The language of choreographies: parse, write, fill in, check."""

from petipa.choreography.check import check, check_file, check_text
from petipa.choreography.effort import spending
from petipa.choreography.evening import with_entrance, with_thanks
from petipa.choreography.example import Example, Pace, example_of
from petipa.choreography.findings import MEANINGS, Code, Finding, Findings
from petipa.choreography.model import (
    Choreography,
    Counting,
    Crossing,
    Direction,
    Finish,
    GroupItem,
    Heading,
    HoldItem,
    Layout,
    Phrase,
    Position,
    Quality,
    SameItem,
    StanceWish,
    Start,
    StepItem,
    StepPlaced,
    Where,
    Wishes,
)
from petipa.choreography.parse import Parsed, parse, parse_tolerant, read_choreography
from petipa.choreography.resolve import Resolution, resolution, resolve
from petipa.choreography.timing import bars_of
from petipa.choreography.turned import Turned, other_side, reverse
from petipa.choreography.write import format_text, spell, write
from petipa.lexicon import Free, Level, Place, Side, Stance

__all__ = [
    "MEANINGS",
    "Choreography",
    "Code",
    "Counting",
    "Crossing",
    "Direction",
    "Example",
    "Finding",
    "Findings",
    "Finish",
    "Free",
    "GroupItem",
    "Heading",
    "HoldItem",
    "Layout",
    "Level",
    "Pace",
    "Parsed",
    "Phrase",
    "Place",
    "Position",
    "Quality",
    "Resolution",
    "SameItem",
    "Side",
    "Stance",
    "StanceWish",
    "Start",
    "StepItem",
    "StepPlaced",
    "Turned",
    "Where",
    "Wishes",
    "bars_of",
    "check",
    "check_file",
    "check_text",
    "example_of",
    "format_text",
    "other_side",
    "parse",
    "parse_tolerant",
    "read_choreography",
    "resolution",
    "resolve",
    "reverse",
    "spell",
    "spending",
    "with_entrance",
    "with_thanks",
    "write",
]
