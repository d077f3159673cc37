"""Enchaînements made at random over the whole dictionary, danced and measured: what fails, and after what.

A seed gives eight to sixteen steps that the checker and the plan let pass. One enchaînement takes about 15 s to dance.
With --classes a seed gives two steps between two pliés, and of each class of transition the first is danced: 4 s each.

python -m benchmarks.enchainements 0 40 --processes 4
python -m benchmarks.enchainements 0 400 --classes
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache, partial
from math import ceil

import numpy as np
from numpy.typing import NDArray

from petipa.choreography import StepPlaced, bars_of, check, parse, resolution
from petipa.choreography.words import DIRECTION_WORDS
from petipa.coach import rehearse
from petipa.dancer import Dancer, load_dancer
from petipa.errors import LanguageError
from petipa.lexicon import Entry, Level, Lexicon, Place, Stance, load_lexicon
from petipa.measure import LIMITS, Assessment, measure
from petipa.motion import Motion, dance, redance
from petipa.motion.able import unable

TEMPO = 84.0
PLACES = ("centre", "upstage left", "upstage right", "upstage centre")
FEET = ("fifth R front", "fifth L front", "first", "second")
"""How she stands before the first step; most dances begin in fifth, and some steps only in first or second."""
BREATH = 0.1
"""Seconds between two steps beyond what both usually take."""
TRIES = 200
"""Steps drawn for one place of an enchaînement before it ends there."""
RARE = 10.0
"""How much more often a step is tried that begins on the tip alone, where few others end."""
LEAST, MOST = 8, 16
TRAVELS = 0.3
"""A step that takes her this far travels [m]."""


def seconds(beat: Fraction) -> float:
    """Time of a beat."""
    return float(beat) * 60.0 / TEMPO


@cache
def lexicon() -> Lexicon:
    """The shipped dictionary, read once."""
    return load_lexicon()


@cache
def dancer() -> Dancer:
    """The default dancer, read once."""
    return load_dancer()


def entries() -> tuple[Entry, ...]:
    """What an enchaînement is made of: everything that is danced."""
    return tuple(entry for entry in lexicon() if entry.key != "stand")


def heading(title: str, place: str, feet: str) -> str:
    """What a text begins with."""
    return f'petipa 1\ntitle "{title}"\ntempo {TEMPO:g} 4/4\nstart {place}, {feet}\n'


def _after(before: Entry, last: Fraction, entry: Entry) -> Fraction:
    """The beat of a step that comes as soon as both usually leave time for it."""
    return last + _beats(before.takes(int(before.turns.usual) if before.turns else 0)[1] + entry.lead[1] + BREATH)


def chained(feet: str, *words: str) -> str:
    """The text of steps at their usual times after a plié, from these feet.

    Parameters
    ----------
    feet : as in FEET; words : of each step, as one writes it without its count
    """
    lines, before, last = ["1 plié"], lexicon()["plie"], Fraction(4)
    for word in words:
        parts = word.split(",")[0].split()
        names = (" ".join(parts[:n]) for n in range(len(parts), 0, -1))
        entry = next(found for name in names if (found := lexicon().find(name)) is not None)
        before, last = entry, _after(before, last, entry)
        lines.append(f"{_count(last)} {word}")
    return _text(heading("chain", "centre", feet), lines)


def drawn(seed: int, number: int | None = None) -> str:
    """The text of an enchaînement that the checker and the plan let pass.

    Parameters
    ----------
    number : of steps between the first plié and the last; eight to sixteen with the first if None
    """
    rng = np.random.default_rng(seed)
    steps, often = entries(), _often()
    number = int(rng.integers(LEAST, MOST + 1)) if number is None else number
    place, feet = rng.choice(PLACES), rng.choice(FEET, p=(0.4, 0.4, 0.1, 0.1))
    head = heading(f"enchaînement {seed}", place, feet)
    lines, chosen = ["1 plié"], [(lexicon()["plie"], Fraction(4))]
    while True:
        tries = 0
        while len(lines) <= number and tries < TRIES:
            tries += 1
            entry = steps[int(rng.choice(len(steps), p=often))]
            words = [entry.names.common, str(rng.choice(("R", "L")))]
            if entry.directions and rng.random() < 0.7:
                words.append(DIRECTION_WORDS[str(rng.choice(entry.directions))])
            before, last = chosen[-1]
            at = _after(before, last, entry)
            line = f"{_count(at)} {' '.join(words)}"
            if not _refused(head, [*lines, line]):
                lines.append(line)
                chosen.append((entry, at))
        spoilt = _unfit(head, lines)
        if spoilt is None:
            break
        del lines[spoilt:], chosen[spoilt:]
    before, last = chosen[-1]
    close = f"{_count(_after(before, last, lexicon()['plie']))} plié"
    if not _refused(head, [*lines, close]) and _unfit(head, [*lines, close]) is None:
        lines.append(close)
    return _text(head, lines)


@cache
def _often() -> NDArray[np.float64]:
    """How often each entry is tried, as shares."""
    rare = [all(level is Level.POINTE for rule in entry.starts for level in rule.level) for entry in entries()]
    often = np.where(rare, RARE, 1.0)
    return np.asarray(often / often.sum())


def _beats(gap: float) -> Fraction:
    """A time in half beats, at least one."""
    return Fraction(max(1, ceil(2 * gap * TEMPO / 60.0)), 2)


def _count(at: Fraction) -> str:
    bar, beat = divmod(at, 4)
    whole = int(beat) + 1
    if beat.denominator > 1:
        return f"{bar + 1}:{whole}+{beat - int(beat)}"
    return f"{bar + 1}:{whole}"


def _text(head: str, lines: Sequence[str]) -> str:
    return head + "\n".join(lines) + "\n"


def _refused(head: str, lines: Sequence[str]) -> bool:
    """Whether the checker has anything to say of how the steps follow each other."""
    try:
        written = parse(_text(head, lines))
    except LanguageError:
        return True  # a name that holds its direction already
    return bool(resolution(written, lexicon(), bars_of(written), seconds=seconds).findings)


def _unfit(head: str, lines: Sequence[str]) -> int | None:
    """The first line she cannot dance, by the whole check and by the plan; None if she can dance them all."""
    text = _text(head, lines)
    bad = [where for where in faulty_lines(text) if where]
    return max(1, min(bad) - head.count("\n") - 1) if bad else None


@lru_cache(maxsize=64)
def faulty_lines(text: str) -> tuple[int, ...]:
    """The lines of a text that the checker or the plan refuses."""
    written = parse(text)
    found = [*check(written, lexicon(), seconds=seconds, capability=dancer().capability).errors]
    found += unable(resolved(text), lexicon().entries, seconds, dancer())
    return tuple(finding.where.line for finding in found)


@lru_cache(maxsize=64)
def resolved(text: str) -> tuple[StepPlaced, ...]:
    """The steps of a text."""
    written = parse(text)
    return resolution(written, lexicon(), bars_of(written), seconds=seconds).steps


@dataclass(frozen=True)
class Fault:
    """One measure that does not hold.

    Parameters
    ----------
    step : int or None
        Which step; None where the measure is of the whole.
    rule, numbers : str
        What was wanted of it, and what was found.
    """

    step: int | None
    rule: str
    numbers: str


def faults(seen: Assessment) -> list[Fault]:
    """What of an assessment is outside the measures that every entry is held to."""

    def physical(name: str, found: str, holds: bool) -> Iterable[Fault]:
        if not holds:
            where = seen.worst.get(name)
            frame = f", {where.detail} @f{where.frame}".replace(", @", " @") if where else ""
            yield Fault(where.step if where else None, name, f"{found}{frame}")

    out = [
        Fault(f.step, f"{f.rule}", f"{f.expected} | {f.measured} @f{f.frame}")  #
        for f in seen.failures
    ]
    flights = f"{seen.flights_found} of {seen.flights_expected}, {seen.flights_extra} more"
    out += physical("flights", flights, seen.flights_found == seen.flights_expected)
    for limit in LIMITS:
        value = getattr(seen, limit.name)
        out += physical(limit.where or limit.name, f"{value:.3g} {limit.unit}", not limit.broken(value))
    late = max(seen.accents, key=lambda accent: abs(accent.error_ms), default=None)
    if late is not None and seen.accent_error_ms_max > 50.0 + 1e-6:
        out.append(Fault(late.step, "accent", f"{late.error_ms:+.0f} ms"))
    return out


@dataclass(frozen=True)
class Danced:
    """An enchaînement with what is wrong in it."""

    seed: int
    steps: tuple[StepPlaced, ...]
    faults: tuple[Fault, ...]
    cpu: float


def danced(seed: int, text: str | None = None) -> Danced:
    """Dance an enchaînement, that of the seed or a text, and measure it."""
    began = time.process_time()
    steps = resolved(drawn(seed) if text is None else text)
    try:
        motion = dance(steps, lexicon().entries, seconds, dancer())
        motion = rehearse(motion, steps, lexicon(), dancer(), partial(_again, steps))
    except Exception as problem:
        raised = Fault(None, "raised", f"{type(problem).__name__}: {problem}")
        return Danced(seed, steps, (raised,), time.process_time() - began)
    seen = measure(motion, dancer(), placed=steps, lexicon=lexicon(), told=False)
    return Danced(seed, steps, tuple(faults(seen)), time.process_time() - began)


def _again(steps: Sequence[StepPlaced], motion: Motion, timing: Sequence[float]) -> Motion:
    return redance(motion, steps, steps, lexicon().entries, seconds, dancer(), timing=timing)[0]


def _family(stance: Stance) -> str:
    """Where a step ends, as the next one finds it."""
    level = stance.level.value
    if stance.position is not Place.ONE_LEG:
        return f"{stance.position.value}, {'pointe' if level == 'pointe' else 'flat'}"
    free = stance.free.value if stance.free else ""
    if free.startswith(("arabesque", "attitude")) or free.endswith("_90"):
        leg = "leg raised"
    elif free.endswith(("_45", "_60")):
        leg = "leg at 45"
    elif free.startswith("tendu"):
        leg = "leg tendu"
    else:
        leg = "foot at the leg"
    return f"one leg, {leg}{', pointe' if level == 'pointe' else ''}"


def transition(before: StepPlaced, after: StepPlaced) -> str:
    """The class of a transition: where the first ends, the family of the second, whether that travels or turns."""
    assert before.travel_to is not None and after.travel_to is not None
    far = float(np.hypot(*np.subtract(after.travel_to, before.travel_to)))
    how = "turning" if after.turns else "travelling" if far > TRAVELS else "in place"
    return f"{_family(before.end)} -> {lexicon()[after.entry].family} {how}"


def classes(seeds: Iterable[int]) -> dict[str, int]:
    """Every class of transition that the pairs of steps of some seeds have, with the first seed that has it."""
    found: dict[str, int] = {}
    for seed in seeds:
        steps = resolved(drawn(seed, 2))
        if len(steps) == 4:
            found.setdefault(transition(steps[1], steps[2]), seed)
    return found


def _pair(seed: int) -> Danced:
    return danced(seed, drawn(seed, 2))


def report(one: Danced) -> str:
    """An enchaînement in a line or more."""
    named = " ".join(step.entry for step in one.steps)
    out = [f"{one.seed:5} {'fails' if one.faults else 'holds'} {one.cpu:5.1f} s  {named}"]
    for fault in one.faults:
        where = "whole"
        if fault.step is not None and 0 <= fault.step < len(one.steps):
            step, before = one.steps[fault.step], one.steps[fault.step - 1] if fault.step else None
            came = f" after {before.label or before.entry} ({_family(before.end)})" if before else ""
            where = f"step {fault.step} {step.label or step.entry}{came}"
        out.append(f"        {where}: {fault.rule}: {fault.numbers}")
    return "\n".join(out)


def summary(found: Sequence[Danced]) -> str:
    """The share that holds, the rules that fail most, and the classes of transition covered and failing."""
    held = sum(not one.faults for one in found)
    out = [f"\n{len(found)} enchaînements, {held} within the measures ({100 * held / max(1, len(found)):.0f} %)"]
    covered: Counter[str] = Counter()
    failing: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    for one in found:
        bad = {fault.step for fault in one.faults if fault.step is not None}
        for k in range(1, len(one.steps)):
            name = transition(one.steps[k - 1], one.steps[k])
            covered[name] += 1
            failing[name] += k in bad
        for fault in one.faults:
            known = fault.step is not None and 0 <= fault.step < len(one.steps)
            rules[f"{one.steps[fault.step].entry if known and fault.step is not None else 'whole'}: {fault.rule}"] += 1
    used = {step.entry for one in found for step in one.steps}
    steps, spoilt = sum(covered.values()), sum(failing.values())
    out.append(
        f"{len(used & {e.key for e in entries()})} of {len(entries())} entries, {steps} transitions, {spoilt} fail"
    )
    out += [f"{number:4}  {rule}" for rule, number in rules.most_common()]
    out.append(f"\n{'danced':>6} {'fail':>5}  class of transition ({len(covered)})")
    order = sorted(covered, key=lambda name: (-failing[name], -covered[name], name))
    out += [f"{covered[name]:6} {failing[name]:5}  {name}" for name in order]
    return "\n".join(out)


def run(
    seeds: Sequence[int],
    processes: int,
    say: Callable[[str], None],
    danced: Callable[[int], Danced] = danced,
) -> list[Danced]:
    """Dance the enchaînements of some seeds, several at a time."""
    found = []
    if processes > 1:
        with ProcessPoolExecutor(processes) as pool:
            for one in pool.map(danced, seeds):
                found.append(one)
                say(report(one))
    else:
        for seed in seeds:
            found.append(danced(seed))
            say(report(found[-1]))
    return found


def main() -> int:
    """The command line: which seeds, over how many processes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("first", type=int, nargs="?", default=0)
    parser.add_argument("last", type=int, nargs="?", default=10, help="the first seed not danced")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--classes", action="store_true", help="dance one pair of steps for each class of transition")
    parser.add_argument("--text", action="store_true", help="print the enchaînements and do not dance them")
    given = parser.parse_args()
    seeds: Sequence[int] = range(given.first, given.last)
    number = 2 if given.classes else None
    if given.classes:
        seeds = sorted(classes(seeds).values())
    if given.text:
        for seed in seeds:
            print(drawn(seed, number))
        return 0
    found = run(seeds, given.processes, lambda text: print(text, flush=True), _pair if given.classes else danced)
    print(summary(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
