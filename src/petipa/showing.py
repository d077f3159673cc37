"""How a dance is shown: what a header, or whoever performs it, may ask of set and costume."""

from __future__ import annotations

from enum import StrEnum


class Setting(StrEnum):
    """Where it is danced."""

    MOONLIT = "moonlit"
    """A forest by a lake at night."""
    PALACE = "palace"
    """A hall with columns, and a garden behind it."""
    STUDIO = "studio"
    """A rehearsal room with barre and mirror."""


class Shown(StrEnum):
    """How much of the evening is staged."""

    DANCE = "dance"
    """What the text says and no more."""
    BOW = "bow"
    """The dance, the applause and her thanks."""
    EVENING = "evening"
    """All of it, from her entrance to her way off."""


class Costume(StrEnum):
    """What she wears."""

    CLASSICAL = "classical"
    """Bodice and plate: the short tutu that stands out."""
    ROMANTIC = "romantic"
    """Bodice and the long soft skirt."""
    REHEARSAL = "rehearsal"
    """Leotard and tights, without a skirt."""
