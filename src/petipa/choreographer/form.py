"""The form of a variation laid over the form of its music: what each phrase is for, and the pulses it is danced in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

import numpy as np

from petipa.errors import ChoreographyError
from petipa.music import Music
from petipa.music.form import Form

PULSE = 1.55
"""What one dancing step takes [s]: a balancé, a piqué and its pas de bourrée, a glissade and its assemblé."""
QUICKEST, SLOWEST = 1.0, 2.4
"""A pulse lasts so long [s]."""


SHORTEST = 3.0
"""A phrase shorter than this belongs to the one before it [s]."""


class Role(StrEnum):
    """What a passage is for."""

    ENTRANCE = "entrance"
    THEME = "theme"
    CONTRAST = "contrast"
    BUILD = "build"
    CLIMAX = "climax"
    CODA = "coda"


@dataclass(frozen=True)
class Passage:
    """A phrase of the music as a choreographer sees it.

    Attributes
    ----------
    role : Role
    label : str
        Phrases that sound alike have the same.
    start, end : Fraction [beats]
    pulse : Fraction [beats]
        What one dancing step takes.
    swell : float, 0 to 1
        How full it is among the phrases of the piece.
    last : bool
        Whether the last chord ends it.
    """

    role: Role
    label: str
    start: Fraction
    end: Fraction
    pulse: Fraction
    swell: float
    last: bool = False

    @property
    def pulses(self) -> int:
        """Whole pulses in it; what is left over belongs to its last step."""
        return int((self.end - self.start) / self.pulse)


def pulse_of(music: Music, start: Fraction, end: Fraction) -> Fraction:
    """What one dancing step takes in a stretch [beats]: a bar, several, or a half where bars are long and even."""
    bar = music.layout.bar_at(start)
    size = bar.length if bar.number >= 1 else Fraction(bar.metre.beats)
    seconds = (music.seconds_at(end) - music.seconds_at(start)) / float((end - start) / size)
    shares = [Fraction(1), Fraction(2), Fraction(4)]
    if size % 2 == 0:
        shares += [Fraction(1, 2), Fraction(1, 4)] if size % 4 == 0 else [Fraction(1, 2)]

    def far(share: Fraction) -> float:
        length = seconds * float(share)
        outside = not QUICKEST <= length <= SLOWEST
        return abs(float(np.log(length / PULSE))) + 10.0 * outside

    return size * min(shares, key=far)


def passages_of(music: Music, form: Form) -> tuple[Passage, ...]:
    """The phrases of a piece with their roles, up to its last chord.

    Raises
    ------
    ChoreographyError
        If the last chord comes too soon for anything to be danced before it.
    """
    final = music.final_beat
    if music.seconds_at(final) - music.seconds_at(0) < 2 * QUICKEST:
        raise ChoreographyError(
            f"its last chord comes before {2 * QUICKEST:g} seconds are over, and nothing can be danced before it",
            where=music.source,
            would_work="some bars of music",
        )
    spans: list[tuple[Fraction, Fraction, str]] = []
    for phrase, label in zip(music.phrases, form.labels, strict=True):
        start, end = phrase.span.start, min(phrase.span.end, final)
        if end - start <= 0:
            continue
        if spans and music.seconds_at(end) - music.seconds_at(start) < SHORTEST:
            # Too short to be danced by itself: an extension of the phrase before.
            spans[-1] = (spans[-1][0], end, spans[-1][2])
        else:
            spans.append((start, end, label))
    if not spans:
        spans = [(Fraction(0), final, "A")]
    spans[-1] = (spans[-1][0], final, spans[-1][2])
    swells = [
        float(np.mean([music.swell_at(music.seconds_at(a + (b - a) * k / 16)) for k in range(17)])) for a, b, _ in spans
    ]
    risen = _risen(swells)
    labels = [label for _, _, label in spans]
    times = [(music.seconds_at(a), music.seconds_at(b)) for a, b, _ in spans]
    roles = roles_of(times, risen, form.climaxes, labels)
    return tuple(
        Passage(role, label, a, b, pulse_of(music, a, b), swell, last=k == len(spans) - 1)
        for k, ((a, b, label), role, swell) in enumerate(zip(spans, roles, risen, strict=True))
    )


def _risen(swells: Sequence[float]) -> list[float]:
    """How full each phrase is among them, 0 to 1: half by how loud, half by how many are softer.

    One very soft phrase alone does not make all the others full.
    """
    low, high = min(swells), max(swells)
    if high <= low:
        return [0.5] * len(swells)
    softer = [sum(other < one for other in swells) / (len(swells) - 1) for one in swells]
    return [0.5 * (one - low) / (high - low) + 0.5 * share for one, share in zip(swells, softer, strict=True)]


def roles_of(
    seconds: Sequence[tuple[float, float]], swells: Sequence[float], climaxes: Sequence[float], labels: Sequence[str]
) -> tuple[Role, ...]:
    """What each phrase is for: the classical variation's order, its climax where the music has it."""
    count = len(seconds)
    if count == 1:
        return (Role.THEME,)
    if count == 2:
        return (Role.THEME, Role.CLIMAX)
    # The highest moment of the second half that leaves something to come after it.
    second = range(count // 2, count - 1) if count > 3 else range(1, count - 1)
    highest = next(
        (k for moment in climaxes for k in second if seconds[k][0] <= moment < seconds[k][1]),
        max(second, key=lambda k: (swells[k], k)),
    )
    roles: list[Role] = []
    for k in range(count):
        if k == highest:
            roles.append(Role.CLIMAX)
        elif k > highest:
            roles.append(Role.CODA)
        elif k == 0 and count >= 5 and labels.count(labels[0]) == 1:
            roles.append(Role.ENTRANCE)
        elif k == highest - 1 and count >= 4:
            roles.append(Role.BUILD)
        elif Role.THEME not in roles or labels[k] == labels[roles.index(Role.THEME)]:
            roles.append(Role.THEME)
        elif roles[-1] is Role.THEME and roles.count(Role.THEME) == 1 and count >= 6:
            roles.append(Role.THEME)
        else:
            roles.append(Role.CONTRAST)
    return tuple(roles)
