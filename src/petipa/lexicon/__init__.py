"""The dictionary of ballet: positions, arms, steps as data, every school's names."""

from petipa.lexicon.feet import descent, drawn, holding, walks
from petipa.lexicon.model import Accent, Entry, Lexicon, Names, Range, School
from petipa.lexicon.positions import FEET, EndRule, Foot, Free, Level, Place, Side, Stance, StartRule
from petipa.lexicon.read import load_lexicon, read_entry
from petipa.lexicon.words import nearest, plain, singular

__all__ = [
    "FEET",
    "Accent",
    "EndRule",
    "Entry",
    "Foot",
    "Free",
    "Level",
    "Lexicon",
    "Names",
    "Place",
    "Range",
    "School",
    "Side",
    "Stance",
    "StartRule",
    "descent",
    "drawn",
    "holding",
    "load_lexicon",
    "nearest",
    "plain",
    "read_entry",
    "singular",
    "walks",
]
