"""The composer: music and wishes to a choreography, as a choreographer would teach it."""

from petipa.choreographer.commission import Commission, Mood, Technique
from petipa.choreographer.compose import Composed, compose
from petipa.choreographer.exercise import Exercise, exercise_of
from petipa.choreographer.form import Passage, Role, passages_of
from petipa.choreographer.lesson import Lesson, lesson_of
from petipa.choreographer.quality import TERMS
from petipa.choreographer.request import Request, request_of
from petipa.choreographer.sheet import class_page, class_text, sheet_page, sheet_text
from petipa.choreographer.vocabulary import meant

__all__ = [
    "TERMS",
    "Commission",
    "Composed",
    "Exercise",
    "Lesson",
    "Mood",
    "Passage",
    "Request",
    "Role",
    "Technique",
    "class_page",
    "class_text",
    "compose",
    "exercise_of",
    "lesson_of",
    "meant",
    "passages_of",
    "request_of",
    "sheet_page",
    "sheet_text",
]
