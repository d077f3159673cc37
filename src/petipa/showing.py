"""How a dance is shown: what a header, or whoever performs it, may ask of set, costume and players."""

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


class Sound(StrEnum):
    """What a score is played on; a recording sounds as it was recorded."""

    WRITTEN = "as written"
    """The instruments the score names; a piano where it names none."""
    PIANO = "piano"
    """One piano, as in class."""
    ORCHESTRA = "orchestra"
    """A small orchestra, also of a piano's part."""


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


class Camera(StrEnum):
    """Where the camera stands."""

    FILMED = "filmed"
    """In the stalls, as ballet is filmed: near and far by turns, cut on the ends of phrases."""
    FIXED = "fixed"
    """In the stalls, one window for the whole dance."""
    TOP = "top"
    """Over the stage."""
    SIDE = "side"
    """At stage left, square to the house."""
    WINGS = "wings"
    """In the first wing at stage left."""
