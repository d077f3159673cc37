"""The pictures of `docs/gallery`: a poster for each setting and costume, and a strip for each great step.

`make gallery` dances the shipped waltz and runs this; `--dance DIR` takes a folder already performed.
"""

from __future__ import annotations

import argparse
import io
import tempfile
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from petipa.dictionary.danced import draw_entry
from petipa.lexicon import load_lexicon
from petipa.motion.model import Motion
from petipa.production import FilmKind, Order, perform, poster_of
from petipa.showing import Costume, Setting

ROOM = 2_000_000
"""All of it together is no larger [bytes]."""
STRIP_WIDTH = 1500
"""A strip is made no wider [px]."""


@dataclass(frozen=True)
class Hung:
    """A poster of the gallery: the step whose height it shows, which of them, and how long after its accent [s]."""

    name: str
    words: str
    setting: Setting
    costume: Costume
    step: str
    nth: int = 0
    later: float = 0.0
    size: tuple[int, int] = (1600, 900)
    lettered: bool = False


POSTERS = (
    Hung("moonlit", "By the lake, in the Romantic tutu", Setting.MOONLIT, Costume.ROMANTIC, "piqué arabesque", 1, 0.3),
    Hung("palace", "In the palace, in the classical tutu", Setting.PALACE, Costume.CLASSICAL, "grand jeté"),
    Hung("studio", "In the studio, rehearsing", Setting.STUDIO, Costume.REHEARSAL, "développé", 1, 0.1),
    Hung(
        "upright",
        "The same leap, upright and lettered",
        Setting.MOONLIT,
        Costume.CLASSICAL,
        "grand jeté",
        size=(900, 1280),
        lettered=True,
    ),
)
STEPS = (
    "grand jeté",
    "grand pas de chat",
    "grande cabriole",
    "jeté entrelacé",
    "pirouette en dehors",
    "fouetté turn",
    "italian fouetté",
    "développé",
    "arabesque penchée",
    "saut de basque",
)


def webp(picture: Image.Image, quality: int) -> bytes:
    buffer = io.BytesIO()
    picture.convert("RGB").save(buffer, format="WEBP", quality=quality, method=6)
    return buffer.getvalue()


def hang(one: Hung, dance: Path, folder: Path) -> Path:
    motion = Motion.load(dance / "motion.npz")
    steps = [step for step in motion.steps if step.label.startswith(one.step)]
    seconds = steps[min(one.nth, len(steps) - 1)].accent + one.later - motion.start
    with tempfile.TemporaryDirectory() as place:
        drawn = Path(place) / "poster.png"
        poster_of(
            dance,
            drawn,
            at=f"{seconds:.3f}",
            size=one.size,
            samples=16,
            lettered=one.lettered,
            setting=one.setting,
            costume=one.costume,
        )
        out = folder / f"{one.name}.webp"
        out.write_bytes(webp(Image.open(drawn), 84))
    return out


def strip(step: str, folder: Path) -> Path:
    entry = load_lexicon().sought(step)
    with tempfile.TemporaryDirectory() as place:
        drawn = Path(place) / "strip.png"
        draw_entry(entry.key, drawn)
        picture = Image.open(drawn)
        if picture.width > STRIP_WIDTH:
            size = (STRIP_WIDTH, round(picture.height * STRIP_WIDTH / picture.width))
            picture = picture.resize(size, Image.Resampling.LANCZOS)
        out = folder / f"{entry.key}.webp"
        out.write_bytes(webp(picture, 80))
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dance", type=Path, metavar="DIR", help="a performed folder; danced anew otherwise")
    parser.add_argument("--out", type=Path, default=Path("docs/gallery"), metavar="DIR")
    parser.add_argument("--only", choices=("posters", "strips"))
    wishes = parser.parse_args()
    wishes.out.mkdir(parents=True, exist_ok=True)
    if wishes.only != "strips":
        dance = wishes.dance
        if dance is None:
            dance = Path("out/gallery")
            perform(Order(out=dance, film=FilmKind.NONE))
        for one in POSTERS:
            print(hang(one, dance, wishes.out), flush=True)
    if wishes.only != "posters":
        for step in STEPS:
            print(strip(step, wishes.out), flush=True)
    lexicon = load_lexicon()
    lines = ["# Gallery", "", "Made by `make gallery` from the shipped waltz and the dictionary's own examples.", ""]
    lines += [text for one in POSTERS for text in (f"## {one.words}", "", f"![{one.words}]({one.name}.webp)", "")]
    for step in STEPS:
        entry = lexicon.sought(step)
        title = entry.names.common
        lines += [f"## {title[0].upper()}{title[1:]}", "", entry.definition, "", f"![{title}]({entry.key}.webp)", ""]
    (wishes.out / "README.md").write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")
    heavy = sum(path.stat().st_size for path in wishes.out.iterdir())
    print(f"{heavy / 1e6:.2f} MB together")
    if heavy > ROOM:
        raise SystemExit(f"the gallery is heavier than {ROOM / 1e6:.0f} MB: fewer points, or a lower quality")


if __name__ == "__main__":
    main()
