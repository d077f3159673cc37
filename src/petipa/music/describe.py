"""A piece of music in numbers a person or a program can read."""

from __future__ import annotations

from typing import Any

import numpy as np

from petipa.music.cadence import cadences_of
from petipa.music.form import form_of
from petipa.music.model import Music


def describe(music: Music) -> dict[str, Any]:
    """What petipa hears in `music`, ready for JSON.

    Times are in seconds, tempi in written beats a minute, loudness and swell 0 to 1.
    """
    form = form_of(music)
    # Of a recording the harmony is not read.
    closes = cadences_of(music.phrases, music.notes, music.layout) or (None,) * len(music.phrases)
    bars = music.bars
    whole = [bar for bar in bars if bar.number >= 1]
    metres: list[dict[str, Any]] = []
    for bar in whole:
        if not metres or metres[-1]["metre"] != str(bar.metre):
            metres.append({"bar": bar.number, "metre": str(bar.metre)})
    pace = np.array(
        [60.0 * float(bar.length) / (bar.seconds_end - bar.seconds) for bar in whole if bar.seconds_end > bar.seconds]
    )
    tempi: list[dict[str, Any]] = []
    for bar, value in zip(whole, pace, strict=False):
        if not tempi or abs(value / tempi[-1]["tempo"] - 1.0) > 0.04:
            tempi.append({"bar": bar.number, "tempo": round(float(value), 1)})
    return {
        "title": music.title,
        "source": music.source,
        "kind": music.kind,
        "duration": round(music.duration, 3),
        "metre": str(music.metre),
        "metres": metres,
        "tempo": round(float(np.median(pace)), 2) if len(pace) else None,
        "tempo_range": [round(float(np.min(pace)), 2), round(float(np.max(pace)), 2)] if len(pace) else None,
        "tempi": tempi,
        "bars": len(whole),
        "pickup_beats": str(music.pickup),
        "first_downbeat": round(music.seconds(1), 4),
        "last_chord": round(music.last_chord, 4),
        "beats": [round(float(time), 4) for time in music.beats],
        "downbeats": [round(bar.seconds, 4) for bar in whole],
        "phrases": [
            {
                "label": label,
                "bars": [one.first, one.last],
                "start": round(one.seconds, 3),
                "end": round(one.seconds_end, 3),
                "swell": round(
                    float(np.mean([music.swell_at(t) for t in np.linspace(one.seconds, one.seconds_end, 9)])), 3
                ),
                "cadence": None
                if close is None
                else {"kind": close.close.value, "confidence": round(close.confidence, 2)},
            }
            for label, one, close in zip(form.labels, music.phrases, closes, strict=True)
        ],
        "character": form.character.value,
        "sections": [
            {
                "label": one.label,
                "role": one.role,
                "bars": [one.first, one.last],
                "start": round(one.seconds, 3),
                "end": round(one.seconds_end, 3),
                "swell": round(one.swell, 3),
            }
            for one in form.sections
        ],
        "climaxes": [{"bar": music.bar_at(time).number, "seconds": round(time, 3)} for time in form.climaxes],
        "pauses": [
            {
                "bar": music.bar_at(one.start).number,
                "kind": one.kind,
                "start": round(one.start, 3),
                "end": round(one.end, 3),
            }
            for one in form.pauses
        ],
        "accents": [round(float(time), 4) for time in music.accents],
        "cadences": [round(float(time), 4) for time in music.cadences],
        "notes": len(music.notes),
        "confidence": {
            "beats": round(music.confidence.beats, 2),
            "metre": round(music.confidence.metre, 2),
            "downbeat": round(music.confidence.downbeat, 2),
            "character": round(form.confidence, 2),
        },
        "remarks": list(music.remarks),
    }
