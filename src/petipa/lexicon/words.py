"""Reading ballet's words the way people type them: no accents, any case, plurals, slips of the pen."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

# Words are compared over at most this many letters: the longest real name has about 45.
_LONGEST = 80


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """`text` in small ASCII letters and digits, words parted by one space.

    >>> plain("Pas  de Bourrée")
    'pas de bourree'
    """
    decomposed = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "oe"))
    letters = (c if c.isascii() and c.isalnum() else " " for c in decomposed if not unicodedata.combining(c))
    return " ".join("".join(letters).lower().split())


@lru_cache(maxsize=8192)
def singular(text: str) -> str:
    """`plain` text with the plural s taken off every longer word, so that "piqué turns" meets "piqué turn"."""
    return " ".join(
        w[:-1] if len(w) > 4 and w.endswith("s") and not w.endswith("ss") else w for w in plain(text).split()
    )


def nearest(word: str, offers: Iterable[str], *, number: int = 3) -> tuple[str, ...]:
    """The offers most like `word`, best first, none that is hardly like it.

    Parameters
    ----------
    word : str
        As typed.
    offers : iterable of str
        As they should be shown.
    number : int
        At most this many.
    """
    typed = singular(word)[:_LONGEST]
    scored: list[tuple[float, str]] = []
    for offer in dict.fromkeys(offers):
        shown = singular(offer)
        score = difflib.SequenceMatcher(None, typed, shown, autojunk=False).ratio()
        if typed and (shown.startswith(typed) or typed.startswith(shown)):
            score += 0.3
        scored.append((score, offer))
    scored.sort(key=lambda pair: (-pair[0], pair[1]))
    return tuple(offer for score, offer in scored[:number] if score >= 0.6)
