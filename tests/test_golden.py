"""Golden pictures: poses of the shipped waltz as the software rasteriser draws them, beside what a teacher should see.

`pytest tests/test_golden.py --golden-page FOLDER` writes a page of new, reference and difference; `--new-golden` makes
what is drawn now the reference, which is done only after looking at that page.
"""

from __future__ import annotations

import base64
import html
import io
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from petipa.dancer import load_dancer
from petipa.dancer.body import body_of
from petipa.stage.strip import View, draw_pose, poses_of

FOLDER = Path(__file__).parent / "golden"
SIZE = (220, 300)

FAR = 40
"""A channel that differs by as much is seen to differ."""
FEW = 0.004
"""So many of a picture's points may: edges fall a little otherwise from one processor to the next."""


@dataclass(frozen=True)
class Golden:
    """A picture: a pose of `poses.npz`, seen from somewhere, and the sentence of what should be seen.

    ``middle`` is the place in the picture's middle [m]: to the right and up, from the floor under her hips; ``metre``
    is points per metre.
    """

    name: str
    pose: str
    view: View
    seen: str
    middle: tuple[float, float]
    metre: float


PICTURES = (
    Golden(
        "grand_jete",
        "grand_jete",
        View.FRONT,
        "In the air, the legs in one line: both knees straight, both feet pointed.",
        (0.0, 1.1),
        100.0,
    ),
    Golden(
        "arabesque",
        "arabesque",
        View.FRONT,
        "On pointe on a straight leg; the other straight behind her at the height of the hip, the back up.",
        (-0.2, 1.0),
        110.0,
    ),
    Golden(
        "a_la_seconde",
        "a_la_seconde",
        View.FRONT,
        "A leg beside her at the height of the hip, turned out; no fold or hollow where thigh meets hip.",
        (0.1, 1.0),
        115.0,
    ),
    Golden(
        "devant",
        "devant",
        View.SIDE,
        "A leg before her at the height of the hip; hips under the shoulders.",
        (0.0, 0.9),
        135.0,
    ),
    Golden(
        "retire",
        "retire",
        View.FRONT,
        "On pointe, the toe at the other knee; arms rounded before her, shoulders down.",
        (0.0, 0.95),
        140.0,
    ),
    Golden(
        "demi_plie",
        "demi_plie",
        View.FRONT,
        "Both heels on the floor, knees bent over the toes, the back upright.",
        (0.0, 0.95),
        140.0,
    ),
    Golden(
        "releve",
        "releve",
        View.FRONT,
        "On the tips of both feet with straight knees; arms rounded overhead, no pinch at the shoulders.",
        (0.0, 1.0),
        135.0,
    ),
    Golden(
        "feet_on_pointe",
        "releve",
        View.QUARTER,
        "Shoes on their flat tips; the instep arched and no bent slab; ribbons crossed about the ankles.",
        (0.0, 0.16),
        560.0,
    ),
    Golden(
        "reverence",
        "reverence",
        View.QUARTER,
        "Her weight on a bent knee, the other leg stretched behind her, body and head inclined, arms open.",
        (0.0, 0.95),
        140.0,
    ),
    Golden(
        "face",
        "fourth",
        View.FRONT,
        "Two eyes that look one way, brows, lips; hair drawn back into a bun; a long neck without a pinch.",
        (0.0, 1.58),
        640.0,
    ),
    Golden(
        "back",
        "fourth",
        View.BACK,
        "A crossed fourth from behind: shoulders level, the bodice whole, no skin through it.",
        (0.0, 0.95),
        140.0,
    ),
)


def drawn(golden: Golden) -> NDArray[np.uint8]:
    skeleton = load_dancer("noah").skeleton
    body = body_of(skeleton)
    with np.load(FOLDER / "poses.npz") as file:
        danced = SimpleNamespace(rate=60.0, start=0.0, steps=(), air=None, q=file[golden.pose][None])
    (pose,) = poses_of(body, skeleton, danced, [0.0])
    across, up = golden.middle
    tilt = {View.FRONT: 6.0, View.SIDE: 6.0, View.BACK: 6.0, View.QUARTER: 8.0}[golden.view]
    anchor = (SIZE[0] / 2 - across * golden.metre, SIZE[1] / 2 + up * np.cos(np.radians(tilt)) * golden.metre)
    return draw_pose(body, pose, golden.view, size=SIZE, anchor=anchor, metre=golden.metre)


def reference(golden: Golden) -> NDArray[np.uint8]:
    return np.asarray(Image.open(FOLDER / f"{golden.name}.png").convert("RGB"))


def png(picture: NDArray[np.uint8]) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(picture).quantize(192, dither=Image.Dither.NONE).save(buffer, format="PNG", optimize=True)
    return buffer.getvalue()


def difference(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Dark where two pictures are alike, bright where they differ."""
    return np.clip(np.abs(one.astype(int) - other) * 4, 0, 255).astype(np.uint8)


def row(golden: Golden, new: NDArray[np.uint8], old: NDArray[np.uint8]) -> str:
    pictures = (("new", new), ("reference", old), ("difference, four times", difference(new, old)))
    cells = "".join(
        f'<td><img alt="{name}" src="data:image/png;base64,{base64.b64encode(png(picture)).decode()}"><br>{name}</td>'
        for name, picture in pictures
    )
    return f"<tr><th>{html.escape(golden.name)}<p>{html.escape(golden.seen)}</p></th>{cells}</tr>"


@pytest.fixture(scope="module")
def page(request: pytest.FixtureRequest) -> list[str]:
    """Rows of the page, which is written at the end where it was asked for."""
    rows: list[str] = []
    place = request.config.getoption("--golden-page")
    if place:
        request.addfinalizer(lambda: write_page(Path(place), rows))
    return rows


def write_page(place: Path, rows: list[str]) -> None:
    place.mkdir(parents=True, exist_ok=True)
    head = "<!doctype html><meta charset=utf-8><title>golden pictures</title><style>body{font:16px sans-serif}"
    head += "th{max-width:16em;text-align:left;vertical-align:top}td{text-align:center;font-size:12px}</style>"
    (place / "index.html").write_text(f"{head}<table>{''.join(rows)}</table>", encoding="utf-8")


@pytest.mark.parametrize("golden", PICTURES, ids=lambda golden: golden.name)
def test_it_looks_as_it_did(golden: Golden, request: pytest.FixtureRequest, page: list[str]) -> None:
    new = drawn(golden)
    if request.config.getoption("--new-golden"):
        (FOLDER / f"{golden.name}.png").write_bytes(png(new))
    old = reference(golden)
    page.append(row(golden, new, old))
    assert new.shape == old.shape
    apart = (np.abs(new.astype(int) - old).max(axis=2) > FAR).mean()
    assert apart < FEW, f"{apart:.1%} of the picture differ; should be seen: {golden.seen}"


def test_another_pose_does_not_pass_for_it() -> None:
    for golden in PICTURES[:4]:
        other = next(one for one in PICTURES if one.pose != golden.pose)
        apart = np.abs(drawn(golden).astype(int) - reference(other)).max(axis=2) > FAR
        assert apart.mean() > 4 * FEW


def test_every_reference_belongs_to_a_picture() -> None:
    assert {path.stem for path in FOLDER.glob("*.png")} == {golden.name for golden in PICTURES}
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 400_000
