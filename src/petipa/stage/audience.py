"""The audience answers what is danced: when it murmurs, gasps, claps, cheers, and what that sounds like.

What it does follows from the excitement of the dance (`petipa.measure.excitement`); how it sounds from `crowd`,
`voices` and `hall`. `docs/audience.md` explains both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from petipa.measure.excitement import Excitement, Thrill
from petipa.stage import crowd
from petipa.stage.hall import PEOPLE, REVERBERATION, Room, Seats, seats

Sound = NDArray[np.float32]

GREAT = 0.3
"""A step that thrills so much is a feat: the house may gasp at it or clap after it."""
LEAP = 0.24
"""A flight that rises so high is a great leap [m]."""
MANY_TURNS = 2.6
"""So many turns in one step take the breath away."""
GASP_AFTER = 0.18
"""From take-off to the first breath drawn in [s]: as quick as people see and answer."""
USED_TO_IT = 25.0
"""What was gasped at is gasped at again only once it thrills more, or after this long [s]."""
FELT = 0.5
"""Excitement above which a feat is clapped for while the music goes on."""
LULL = (2.2, 0.2)
"""The house claps when for so long [s] no step thrills more than this: nobody wants to miss the next feat."""
APART = 10.0
"""Between one applause during the dance and the next [s]."""
IN_A_ROW = (8, 5)
"""Of so many turning feats in a row the house claps along from this one on."""
QUICKEST, SLOWEST = 0.35, 0.85
"""Between these from clap to clap a house can clap along with something [s]."""
TURNING = (0.7, 0.22)
"""A turning feat: so many turns, so much thrill."""
BREATH = 0.7
"""From the last pose to the first hands [s]."""
DULL = 0.05
"""A dance remembered no better is not clapped for."""
STANDING = 0.45
"""From such a dance on there are cheers, and the house claps in time if the bow is long; whistles, a little later."""
LONG_BOW = 12.0
"""Applause so long [s] comes together into one rhythm for a while."""


class Kind(StrEnum):
    """What an audience does."""

    MURMUR = "murmur"
    GASP = "gasp"
    APPLAUSE = "applause"
    RHYTHM = "rhythm"
    CHEER = "cheer"
    WHISTLE = "whistle"


@dataclass(frozen=True)
class Reaction:
    """One thing the audience does.

    Attributes
    ----------
    start, end : float [s, music time]
    strength : 0 to 1, how many take part and how heartily
    cause : in words, "grand jeté R"
    beats : tuple of float [s, music time]
        Where hands meet, if they clap in time with something; in applause, where it rises again.
    """

    kind: Kind
    start: float
    end: float
    strength: float
    cause: str = ""
    beats: tuple[float, ...] = ()


def reactions(
    felt: Excitement,
    *,
    start: float,
    end: float,
    last_chord: float | None = None,
    beats: Sequence[float] = (),
) -> tuple[Reaction, ...]:
    """What the audience does from `start` to `end` [s, music time], in order.

    Parameters
    ----------
    felt : Excitement
        Of the dance.
    start, end : float
        What is shown.
    last_chord : float, optional
        When the music's last chord begins [s]; the house waits for it.
    beats : floats, optional
        Of the music [s]; where the house claps along it does so on them.
    """
    over = dance_over(felt, end=end, last_chord=last_chord)
    opens = min(felt.begins, over)
    found = [Reaction(Kind.MURMUR, start, opens, 0.6, "before it begins")] if opens - start > 0.4 else []
    found += [one for one in _gasps(felt.steps) if start <= one.start < min(end, over)]
    found += _along(felt.steps, beats)
    found += [one for one in _after_feats(felt, over) if one.start < end]
    found += _ovation(felt, over=over, end=end)
    return tuple(sorted(found, key=lambda one: (one.start, one.kind.value)))


def dance_over(felt: Excitement, *, end: float, last_chord: float | None = None) -> float:
    """When both the dance and the music have come to their end [s, music time]."""
    over = felt.dance_end
    if last_chord is not None and last_chord < end - 1.0:
        over = max(over, last_chord)
    return over


def _gasps(steps: Sequence[Thrill]) -> Iterable[Reaction]:
    """At great leaps and many turns, unless the like was seen a moment ago."""
    before: list[Reaction] = []
    for one in steps:
        leap = one.take_off is not None and one.rise >= LEAP
        if one.dared < GREAT or not (leap or one.turned >= MANY_TURNS):
            continue
        at = one.take_off + GASP_AFTER if leap and one.take_off is not None else one.end - 0.4
        strength = min(1.0, one.dared / 0.6)
        if all(at - was.start > USED_TO_IT or strength > 1.15 * was.strength for was in before):
            before.append(Reaction(Kind.GASP, at, at + 0.8, strength, one.label))
    return before


def _along(steps: Sequence[Thrill], music: Sequence[float]) -> Iterable[Reaction]:
    """Clapping in time with a row of turns, from the moment the house sees that it is one."""
    row: list[Thrill] = []
    turns, thrill = TURNING
    for one in [*steps, None]:
        if one is not None and one.turned >= turns and one.thrill >= thrill:
            row.append(one)
            continue
        many, first = IN_A_ROW
        if len(row) >= many:
            beats = _clapped([each.accent for each in row[first - 1 :]], music)
            strength = min(1.0, sum(each.thrill for each in row) / len(row) / 0.5)
            yield Reaction(Kind.RHYTHM, beats[0], beats[-1] + 0.3, strength, f"{len(row)} {row[-1].label}", beats)
        row = []


def _clapped(accents: Sequence[float], music: Sequence[float]) -> tuple[float, ...]:
    """The accents of a row of turns, or all beats of the music among them where the accents lie too far apart."""
    apart = (accents[-1] - accents[0]) / (len(accents) - 1)
    between = [beat for beat in music if accents[0] - 0.05 <= beat <= accents[-1] + 0.05]
    if apart <= SLOWEST or len(between) < len(accents):
        return tuple(accents)
    quick = (between[-1] - between[0]) / (len(between) - 1)
    return tuple(between[:: 1 if quick >= QUICKEST else 2])


def _after_feats(felt: Excitement, over: float) -> Iterable[Reaction]:
    """Applause after a feat, when what follows it is calm."""
    last = -np.inf
    for k, one in enumerate(felt.steps):
        wait, calm = LULL
        after = [other for other in felt.steps[k + 1 :] if other.accent <= one.end + wait]
        strength = felt.at(one.end)
        if one.thrill < GREAT or strength < FELT or any(other.thrill > calm for other in after):
            continue
        if one.end - last < APART or one.end + 4.0 > over:
            continue
        last = one.end
        yield Reaction(Kind.APPLAUSE, one.end, one.end + 3.0 + 3.0 * strength, strength, one.label)
        if strength > 1.3 * STANDING:
            yield Reaction(Kind.CHEER, one.end + 0.5, one.end + 2.0, strength, one.label)


def _ovation(felt: Excitement, *, over: float, end: float) -> Iterable[Reaction]:
    """The applause at the end, as long as she bows, with what comes with it."""
    begins, strength = over + BREATH, felt.overall
    # What is shown ends first: the house is still clapping as it grows dark.
    ends = end + 3.0
    if strength < DULL or end - begins < 1.5:
        return
    found = [Reaction(Kind.APPLAUSE, begins, ends, strength, "the dance", felt.bows)]
    if strength >= STANDING:
        # Shouts come with the first of the clapping, and again as she comes to bow.
        for at in (begins, *(bow for bow in felt.bows[:1] if bow > begins + 2.0)):
            found.append(Reaction(Kind.CHEER, at + 0.6, min(ends, at + 5.0), strength, "the dance"))
    if strength >= 1.2 * STANDING:
        found.append(Reaction(Kind.WHISTLE, begins + 1.5, ends - 0.5, strength, "the dance"))
    if strength >= STANDING and end - begins >= LONG_BOW:
        a, b = begins + 0.4 * (end - begins), begins + 0.75 * (end - begins)
        found.append(Reaction(Kind.RHYTHM, a, b, strength, "the bow", tuple(crowd.beat_times(a, b).tolist())))
    yield from (one for one in found if one.end - one.start > 0.5)


LEVEL = 0.0288
"""Brings the ovation of a full house to -20 LUFS at its height (`tests/test_audience.py` holds it there)."""
GAINS = {
    Kind.MURMUR: -8.0,
    Kind.GASP: 3.0,
    Kind.APPLAUSE: 0.0,
    Kind.RHYTHM: 0.0,
    Kind.CHEER: 16.0,
    Kind.WHISTLE: 17.0,
}
"""A person's voice beside a person's clap of like force [dB]."""

CUT = 1.5
"""At the end of what is shown the house is faded out over this long [s]."""

_TAIL = 1.3 * max(time for _, time in REVERBERATION)


def audience_sound(
    heard: Sequence[Reaction], *, start: float, end: float, rate: int, seed: int = 0, people: int = PEOPLE
) -> Sound:
    """The audience alone from `start` to `end` [s, music time], shape (n, 2); silence where it keeps still.

    The same `seed` gives the same samples. Memory beyond the result grows with the longest reaction, not the dance.
    """
    out = np.zeros((max(1, round((end - start) * rate)), 2), dtype=np.float32)
    if not heard:
        return out
    house = seats(seed, people=people)
    those = crowd.hands(seed, people, rate) if any(one.kind in (Kind.APPLAUSE, Kind.RHYTHM) for one in heard) else None
    for group in _islands(heard):
        first = max(0, round((group[0].start - start) * rate))
        begin = start + first / rate
        seconds = min(end, max(one.end for one in group) + _TAIL) - begin
        if seconds <= 0:
            continue
        room = Room(seconds, rate)
        for one in group:
            _perform(room, one, group, begin, house, those, seed)
        sound = room.heard()
        out[first : first + len(sound)] += sound[: len(out) - first] * np.float32(LEVEL)
    opens, closes = min(len(out), round(0.15 * rate)), min(len(out), round(CUT * rate))
    out[:opens] *= np.linspace(0.0, 1.0, opens, dtype=np.float32)[:, None]
    out[len(out) - closes :] *= np.cos(np.linspace(0.0, 0.5 * np.pi, closes, dtype=np.float32))[:, None]
    return out


def _islands(heard: Sequence[Reaction]) -> list[list[Reaction]]:
    """Reactions that overlap or follow at once, together."""
    groups: list[list[Reaction]] = []
    for one in sorted(heard, key=lambda one: one.start):
        if groups and one.start < max(other.end for other in groups[-1]) + _TAIL:
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups


def _perform(
    room: Room,
    one: Reaction,
    group: Sequence[Reaction],
    begin: float,
    house: Seats,
    those: crowd.Hands | None,
    seed: int,
) -> None:
    """Put one reaction into a room whose time 0 is `begin`."""
    rng = np.random.default_rng([seed, 3, list(Kind).index(one.kind), round(abs(one.start) * 1000)])
    start, end = one.start - begin, one.end - begin
    gain = 10.0 ** (GAINS[one.kind] / 20.0)
    part = Room(len(room.sent) / room.rate, room.rate)
    if one.kind is Kind.MURMUR:
        crowd.murmur(part, house, rng, start=start, end=end, strength=one.strength)
    elif one.kind is Kind.GASP:
        crowd.gasp(part, house, rng, start=start, strength=one.strength)
    elif one.kind is Kind.APPLAUSE and those is not None:
        spans = [(other.start - begin, other.end - begin) for other in group if other.kind is Kind.RHYTHM]
        spans = [(a, b) for a, b in spans if a >= start and b <= end]
        rises = [at - begin for at in one.beats]
        crowd.clapping(
            part, house, those, rng, start=start, end=end, strength=one.strength, rises=rises, together=spans
        )
    elif one.kind is Kind.RHYTHM and those is not None:
        crowd.in_rhythm(part, house, those, rng, beats=np.array(one.beats) - begin, strength=one.strength)
    elif one.kind is Kind.CHEER:
        many = rng.poisson(3.0 * one.strength * (end - start)) + 1
        times = start + (end - start) * np.sort(rng.beta(1.2, 2.0, many))
        crowd.cheering(part, house, rng, times=times, strength=one.strength)
    elif one.kind is Kind.WHISTLE:
        many = rng.poisson(0.35 * (end - start) * one.strength) + 1
        crowd.whistling(part, house, rng, times=np.sort(rng.uniform(start, end, many)))
    room.straight += part.straight * np.float32(gain)
    room.sent += part.sent * np.float32(gain)
