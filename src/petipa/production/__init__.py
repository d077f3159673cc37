"""Runs the evening: each stage in its order, its time taken, its files kept, what is still good not made again.

The choreography is read and parsed, the music read, the text checked and placed in the music, danced (planned and
solved), measured, drawn as a strip, dressed (draped), and shown as a page and a film. Strip and page come before the
film, so that there is something to look at while it is made.
"""

from petipa.production.composing import compose_for
from petipa.production.dancing import UNFINISHED, dance
from petipa.production.evening import perform
from petipa.production.exports import EXPORTS, SWAYS, export_of, poster_of
from petipa.production.ledger import Ledger, write_json
from petipa.production.measuring import measure_of, shortcomings
from petipa.production.order import FILM_RATE, SWELL_RATE, Account, FilmKind, Order, Performed, Report, Stage
from petipa.production.pictures import FloorPlan, draw_strip_of, moments, plan_of
from petipa.production.programme import (
    Programme,
    check_of,
    format_of,
    other_side_of,
    prepare,
    reverse_of,
    shipped_variation,
)
from petipa.production.staging import SHORT, write_sound

__all__ = [
    "EXPORTS",
    "FILM_RATE",
    "SHORT",
    "SWAYS",
    "SWELL_RATE",
    "UNFINISHED",
    "Account",
    "FilmKind",
    "FloorPlan",
    "Ledger",
    "Order",
    "Performed",
    "Programme",
    "Report",
    "Stage",
    "check_of",
    "compose_for",
    "dance",
    "draw_strip_of",
    "export_of",
    "format_of",
    "measure_of",
    "moments",
    "other_side_of",
    "perform",
    "plan_of",
    "poster_of",
    "prepare",
    "reverse_of",
    "shipped_variation",
    "shortcomings",
    "write_json",
    "write_sound",
]
