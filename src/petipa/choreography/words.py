"""The small words of the language: sides, directions, levels, turns, qualities, and how each is written back."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from petipa.choreography.model import Crossing, Direction, Quality
from petipa.floor import DIRECTION_NAMES
from petipa.lexicon import Level, Place, Side

DIRECTION_WORDS: Mapping[Direction, str] = MappingProxyType(
    {
        Direction.DEVANT: "devant",
        Direction.SECONDE: "à la seconde",
        Direction.DERRIERE: "derrière",
        Direction.EN_AVANT: "en avant",
        Direction.EN_ARRIERE: "en arrière",
        Direction.DE_COTE: "de côté",
        Direction.EN_DEHORS: "en dehors",
        Direction.EN_DEDANS: "en dedans",
    }
)
CROSSING_WORDS: Mapping[Crossing, str] = MappingProxyType(
    {Crossing.DESSUS: "dessus", Crossing.DESSOUS: "dessous", Crossing.CHANGEE: "changée"}
)
LEVEL_WORDS: Mapping[Level, str] = MappingProxyType(
    {Level.FLAT: "on flat", Level.PLIE: "in plié", Level.DEMI: "on demi-pointe", Level.POINTE: "on pointe"}
)
SIDES: Mapping[str, Side] = MappingProxyType({"r": Side.R, "l": Side.L, "right": Side.R, "left": Side.L})
PLACES: Mapping[str, Place] = MappingProxyType(
    {
        **{place.value: place for place in Place if place is not Place.ONE_LEG},
        "1st": Place.FIRST,
        "2nd": Place.SECOND,
        "3rd": Place.THIRD,
        "4th": Place.FOURTH,
        "5th": Place.FIFTH,
        "premiere": Place.FIRST,
        "troisieme": Place.THIRD,
        "quatrieme": Place.FOURTH,
        "cinquieme": Place.FIFTH,
    }
)
LEVELS: Mapping[str, Level] = MappingProxyType(
    {
        "on pointe": Level.POINTE,
        "on pointes": Level.POINTE,
        "en pointe": Level.POINTE,
        "sur pointe": Level.POINTE,
        "sur les pointes": Level.POINTE,
        "on demi pointe": Level.DEMI,
        "on demi": Level.DEMI,
        "sur demi pointe": Level.DEMI,
        "on flat": Level.FLAT,
        "flat": Level.FLAT,
        "a plat": Level.FLAT,
        "in plie": Level.PLIE,
        "in demi plie": Level.PLIE,
        "en plie": Level.PLIE,
        "fondu": Level.PLIE,
        "en fondu": Level.PLIE,
    }
)

_QUALITIES: dict[str, Quality] = {quality.value: quality for quality in Quality} | {
    "brilliant": Quality.BRILLANTE,
    "brillant": Quality.BRILLANTE,
    "singing": Quality.CANTABILE,
    "soft": Quality.DOLCE,
    "softly": Quality.DOLCE,
    "light": Quality.LEGGIERO,
    "lightly": Quality.LEGGIERO,
    "leger": Quality.LEGGIERO,
    "sharp": Quality.STACCATO,
    "sustained": Quality.SOSTENUTO,
    "calm": Quality.TRANQUILLO,
    "majestic": Quality.MAESTOSO,
}


def _table() -> dict[str, tuple[str, Any]]:
    """Every fixed modifier: its plain words, the field of `Wishes` it fills, and the value."""
    table: dict[str, tuple[str, Any]] = {}
    for words, body in DIRECTION_NAMES.items():
        table[words] = ("body", body)
        table[f"in {words}"] = table[f"to {words}"] = ("body", body)
    for words, direction in {
        "devant": Direction.DEVANT,
        "to the front": Direction.DEVANT,
        "derriere": Direction.DERRIERE,
        "to the back": Direction.DERRIERE,
        "a la seconde": Direction.SECONDE,
        "seconde": Direction.SECONDE,
        "to second": Direction.SECONDE,
        "en avant": Direction.EN_AVANT,
        "forward": Direction.EN_AVANT,
        "forwards": Direction.EN_AVANT,
        "en arriere": Direction.EN_ARRIERE,
        "backward": Direction.EN_ARRIERE,
        "backwards": Direction.EN_ARRIERE,
        "de cote": Direction.DE_COTE,
        "sideways": Direction.DE_COTE,
        "to the side": Direction.DE_COTE,
        "en dehors": Direction.EN_DEHORS,
        "outward": Direction.EN_DEHORS,
        "en dedans": Direction.EN_DEDANS,
        "inward": Direction.EN_DEDANS,
    }.items():
        table[words] = ("direction", direction)
    for words, crossing in {
        "dessus": Crossing.DESSUS,
        "over": Crossing.DESSUS,
        "dessous": Crossing.DESSOUS,
        "under": Crossing.DESSOUS,
        "change": Crossing.CHANGEE,
        "changee": Crossing.CHANGEE,
        "changing": Crossing.CHANGEE,
    }.items():
        table[words] = ("crossing", crossing)
    for words, level in LEVELS.items():
        table[words] = ("level", level)
    for words, quality in _QUALITIES.items():
        table[words] = ("quality", quality)
    for words, turns in {"single": 1, "double": 2, "triple": 3}.items():
        table[words] = ("turns", turns)
    table |= {
        "releve": ("level", Level.POINTE),
        "a terre": ("height", 0),
        "par terre": ("height", 0),
        "en tournant": ("en_tournant", True),
        "en manege": ("manege", True),
        "manege": ("manege", True),
        "round the stage": ("manege", True),
        "hold": ("hold", True),
        "held": ("hold", True),
    }
    return table


MODIFIERS: Mapping[str, tuple[str, Any]] = MappingProxyType(_table())
LONGEST_MODIFIER = max(len(words.split()) for words in MODIFIERS)

# Words that begin something else than a step's name.
OPENERS = frozenset(
    {
        "arms",
        "arm",
        "head",
        "toward",
        "towards",
        "facing",
        "with",
        "from",
        "end",
        "ends",
        "ending",
        "diagonal",
        "r",
        "l",
    }
    | {"right", "left", "double", "triple", "single"}
)
# Words an arm position or a head ends before.
STOPS = OPENERS | {"and", "hold", "held", "x", "in"} - {"right", "left"}
STOPS = STOPS - {"right", "left"}
