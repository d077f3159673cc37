"""Whether a choreography can be danced: text, words, positions, room, time, and what this dancer can do."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction
from pathlib import Path

from petipa.choreography.effort import spending
from petipa.choreography.findings import Code, Finding, Findings
from petipa.choreography.model import Choreography, StepPlaced, Where
from petipa.choreography.parse import parse_tolerant, read_choreography
from petipa.choreography.resolve import Seconds, resolution
from petipa.choreography.timing import bars_of
from petipa.counts import Bars
from petipa.dancer import Capability
from petipa.floor import Stage
from petipa.lexicon import Entry, Lexicon, load_lexicon

# A hair under the need is still danced: the lexicon's times are rounded to 10 ms or so.
_GRACE = 0.97
# Below this much more than the need it can be danced and will look pressed.
_EASE = 1.06
_LONGEST_POSE = 16.0


def check(
    choreography: Choreography,
    lexicon: Lexicon | None = None,
    bars: Bars | None = None,
    *,
    seconds: Seconds | None = None,
    final: Fraction | None = None,
    stage: Stage | None = None,
    capability: Capability | None = None,
    source: str = "",
    file: str = "",
) -> Findings:
    """Everything that keeps a choreography from being danced, or is worth a look.

    Parameters
    ----------
    choreography : Choreography
        Parsed text; what could not be parsed is reported by `check_text`.
    lexicon : Lexicon, optional
        The shipped one if None.
    bars : Bars, optional
        Of the music; the text's own metre if None.
    seconds : callable, optional
        Time of a beat; the text's tempo if None. Without either, time is not judged.
    final : Fraction, optional
        Beat of the last chord.
    stage : Stage, optional
        12 m by 10 m if None.
    capability : Capability, optional
        What the dancer can do; the default dancer's if None.
    source, file : str
        For the caret lines and places.
    """
    words = lexicon or load_lexicon()
    able = capability or Capability()
    grid = bars or bars_of(choreography)
    tempo = choreography.tempo
    time = seconds
    if time is None and tempo is not None:
        time = _steady(60.0 / tempo)
    result = resolution(choreography, words, grid, seconds=time, final=final, stage=stage, capability=able)
    found = list(result.findings)
    steps = result.steps
    for step in steps:
        found += _beyond_her(step, words[step.entry], able)
    found += _lower_than_usual(steps, words, able)
    if time is not None:
        found += _breathless(steps, words, able, time)
        for before, after in itertools.pairwise(steps):
            found += _too_quick(before, after, words, time)
    if bars is not None:
        found += _past_the_end(choreography, steps, bars)
    return Findings.of(found, source=source, file=file)


def check_text(
    text: str,
    *,
    lexicon: Lexicon | None = None,
    bars: Bars | None = None,
    seconds: Seconds | None = None,
    final: Fraction | None = None,
    stage: Stage | None = None,
    capability: Capability | None = None,
    file: str = "",
) -> Findings:
    """`check` for a text, with what could not be parsed."""
    parsed = parse_tolerant(text, file=file)
    dance = check(
        parsed.choreography,
        lexicon,
        bars,
        seconds=seconds,
        final=final,
        stage=stage,
        capability=capability,
    )
    return Findings.of([*parsed.findings, *dance], source=text, file=file)


def check_file(
    path: str | Path,
    *,
    lexicon: Lexicon | None = None,
    bars: Bars | None = None,
    seconds: Seconds | None = None,
    final: Fraction | None = None,
    stage: Stage | None = None,
    capability: Capability | None = None,
) -> Findings:
    """`check` for a file.

    Raises
    ------
    FileError
        If it cannot be read at all; bytes that are no text are a finding.
    """
    parsed = read_choreography(path)
    dance = check(
        parsed.choreography,
        lexicon,
        bars,
        seconds=seconds,
        final=final,
        stage=stage,
        capability=capability,
    )
    return Findings.of([*parsed.findings, *dance], source=parsed.findings.source, file=str(path))


def _steady(beat: float) -> Seconds:
    return lambda at: float(at) * beat


def _where(step: StepPlaced) -> Where:
    return Where(step.line, step.column, max(1, len(step.text)))


def _beyond_her(step: StepPlaced, entry: Entry, able: Capability) -> list[Finding]:
    found: list[Finding] = []
    if entry.turns is not None:
        # Turns from foot to foot are not held on one leg: as many as the entry allows.
        most = int(entry.turns.most) if entry.per_turn else min(int(entry.turns.most), able.turns)
        if step.turns > most:
            first, *rest = entry.names.common.split()
            plural = " ".join([f"{first}s", *rest])
            each = f"; for {step.turns} of them in a row write {step.turns} {plural}" if most < 3 else ""
            message = f"{step.turns} turns in one {entry.names.common} are more than the {most} she has{each}"
            found.append(Finding(Code.TOO_MANY_TURNS, message, f"x{most}", _where(step)))
    elif step.turns:
        found.append(
            Finding(Code.NOT_DANCED, f"{entry.names.common} does not turn", "leave the turns out", _where(step))
        )
    if entry.height is not None and step.height is not None:
        most_high = min(entry.height.most, able.extension)
        if step.height > most_high:
            message = f"her leg does not reach {step.height} degrees in {entry.names.common}"
            found.append(Finding(Code.TOO_HIGH, message, f"{most_high:.0f} or less", _where(step)))
    if entry.height is not None and entry.height.least > able.extension and step.height is not None:
        message = (
            f"{entry.names.common} takes the leg to {entry.height.least:.0f} degrees at least "
            f"and hers goes to {able.extension:.0f}"
        )
        found.append(Finding(Code.TOO_HIGH, message, "a lower pose, or another dancer", _where(step)))
    if entry.impact > able.impact:
        message = (
            f"{entry.names.common} comes down with {entry.impact:g} times her weight, "
            f"and she is strong enough for {able.impact:g}"
        )
        found.append(Finding(Code.TOO_HARD, message, "a smaller step, or another dancer", _where(step)))
    if entry.jump is not None:
        rise = able.rise(entry.jump.usual)
        if entry.jump.least > rise * 1.05:
            message = (
                f"{entry.names.common} needs a jump of {entry.jump.least * 100:.0f} cm and hers is {rise * 100:.0f}"
            )
            found.append(Finding(Code.TOO_HIGH, message, "a smaller jump, or another dancer", _where(step)))
    return found


def _lower_than_usual(steps: tuple[StepPlaced, ...], lexicon: Lexicon, able: Capability) -> list[Finding]:
    """Once for each entry she does by her own measure: nothing is made smaller unsaid."""
    found: dict[str, Finding] = {}
    for step in steps:
        entry = lexicon[step.entry]
        if step.entry in found or not step.label:
            continue
        if entry.jump is not None and entry.jump.least <= able.rise(entry.jump.usual) * 1.05:
            usual, hers = entry.jump.usual, able.rise(entry.jump.usual)
            if hers < 0.9 * usual:
                message = f"her {entry.names.common} rises {hers * 100:.0f} cm; {usual * 100:.0f} are usual"
                found[step.entry] = Finding(Code.HER_OWN_MEASURE, message, "another dancer", _where(step))
        elif entry.height is not None and step.height is not None and entry.height.least <= able.extension:
            if step.height < 0.9 * entry.height.usual and step.height >= int(able.extension):
                message = (
                    f"her leg goes to {step.height} degrees in {entry.names.common}; {entry.height.usual:.0f} are usual"
                )
                found[step.entry] = Finding(Code.HER_OWN_MEASURE, message, "another dancer", _where(step))
    return list(found.values())


def _breathless(steps: tuple[StepPlaced, ...], lexicon: Lexicon, able: Capability, time: Seconds) -> list[Finding]:
    """Effort beyond what she recovers meanwhile adds up; the first step for which she has no breath is told."""
    for after, spent in spending(steps, lexicon, time):
        if spent > able.stamina:
            message = (
                f"by bar {after.bar} she has spent {spent:.0f} s of full effort beyond her recovery, "
                f"and has breath for {able.stamina:.0f}"
            )
            mend = "a pose, a walk or a port de bras before it, or a dancer with more stamina"
            return [Finding(Code.OUT_OF_BREATH, message, mend, _where(after))]
    return []


def _before(step: StepPlaced, entry: Entry, *, as_asked: bool) -> float:
    """Least seconds a step takes before its accent; a leg raised higher than usual takes longer."""
    lead = entry.lead[0]
    if as_asked and entry.height is not None and step.height is not None and step.height > entry.height.usual:
        lead *= math.sqrt(step.height / entry.height.usual)
    return lead


def _too_quick(before: StepPlaced, after: StepPlaced, lexicon: Lexicon, time: Seconds) -> list[Finding]:
    first, second = lexicon[before.entry], lexicon[after.entry]
    given = time(after.at) - time(before.at)
    need = first.takes(before.turns)[0] + _before(after, second, as_asked=True)
    plain_need = first.takes(before.turns)[0] + _before(after, second, as_asked=False)
    pair = f"{after.label or after.text}" + (f" after {before.label}" if before.label else "")
    mend = f"about {need:.1f} s between them: a longer /length on {before.text or 'the step before'}, or fewer steps"
    if given < plain_need * _GRACE:
        message = f"{given:.2f} s are too short for {pair}; it takes {need:.2f}"
        return [Finding(Code.TOO_FEW_COUNTS, message, mend, _where(after))]
    if given < need * _GRACE:
        message = f"{given:.2f} s are too short for {after.height} degrees in {pair}"
        return [Finding(Code.TOO_FAST, message, f"{mend}, or a lower leg", _where(after))]
    if given < need * _EASE:
        return [Finding(Code.HURRIED, f"{pair} has just the {need:.2f} s it takes", mend, _where(after))]
    if given > _LONGEST_POSE and not before.hold:
        message = f"{before.label or 'the first pose'} is held for {given:.0f} s"
        return [Finding(Code.LONG_HOLD, message, "something to dance, or a hold if it is meant", _where(before))]
    return []


def _past_the_end(choreography: Choreography, steps: tuple[StepPlaced, ...], bars: Bars) -> list[Finding]:
    own = choreography.finish.where.line if choreography.finish is not None else -1
    late = [s for s in steps if s.at >= bars.span.end and s.line != own]
    return [
        Finding(
            Code.PAST_MUSIC,
            f"{s.label or s.text} is at {s.bar}:{s.beat} and the music ends with bar {bars.last}",
            f"bars up to {bars.last}; what comes after the music stands after a semicolon in the finish",
            _where(s),
        )
        for s in late[:1]
    ]
