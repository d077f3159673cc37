"""Where the camera looks: all of her while she dances, cuts on the ends of phrases, and the same picture by plates."""

from __future__ import annotations

import base64
import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from devtools import Page, built, has_browser, open_page
from petipa.dancer import load_dancer
from petipa.dancer.body import body_of
from petipa.showing import Camera
from petipa.stage.act import Act, make_act
from petipa.stage.camera import Quality, shoot
from petipa.stage.pack import pack_act
from petipa.stage.web_files import web_file
from stage_acts import Named, ring, small_act

pytestmark = [
    pytest.mark.skipif(not (built() and has_browser()), reason="no Chromium here, or the scene's script is not built"),
    pytest.mark.slow,
]

PHRASES = ((1.0, 7.0), (7.0, 15.5), (15.5, 17.5), (17.5, 24.0), (24.0, 31.0), (31.0, 40.0))


def turn(axis: int, angle: np.ndarray) -> np.ndarray:
    """Rotations about an axis of the body, shape (frames, 3, 3)."""
    out = np.zeros((len(angle), 3, 3))
    i, j = (axis + 1) % 3, (axis + 2) % 3
    out[:, axis, axis] = 1.0
    out[:, i, i] = out[:, j, j] = np.cos(angle)
    out[:, j, i], out[:, i, j] = np.sin(angle), -np.sin(angle)
    return out


def wandering(seconds: float = 40.0, rate: float = 60.0) -> Act:
    """All over the stage, now slowly and now fast, with leaps, arms thrown up and legs to every side."""
    skeleton = load_dancer("noah").skeleton
    body = body_of(skeleton)
    t = np.arange(round(seconds * rate) + 1) / rate
    pace = np.interp(t, [0, 7, 8, 15, 16, 24, 25, 31, 32], [0.1, 0.1, 0.5, 0.5, 0.06, 0.06, 0.5, 0.5, 0.05])
    way = np.cumsum(pace) / rate
    own = {
        "pelvis": turn(2, 3.0 * way),
        "upper_arm_l": turn(0, 1.5 * np.sin(1.9 * t)),
        "upper_arm_r": turn(0, 1.5 * np.sin(1.3 * t + 1)),
        "thigh_l": turn(0, 1.2 * np.maximum(np.sin(0.8 * t), 0)),
        "thigh_r": turn(1, 1.3 * np.maximum(np.sin(0.8 * t + 3.1), 0)),
        "chest": turn(1, 0.4 * np.sin(0.5 * t)),
    }
    rotations = np.empty((len(t), len(body.names), 3, 3))
    positions = np.empty((len(t), len(body.names), 3))
    for b, (name, parent) in enumerate(zip(body.names, skeleton.parents, strict=True)):
        local = own.get(name, np.broadcast_to(np.eye(3), (len(t), 3, 3)))
        if parent < 0:
            rotations[:, b] = local
            positions[:, b] = body.joints[b]
            positions[:, b] += np.stack([3.0 * np.cos(1.3 * way), 4.0 * np.sin(0.9 * way), 0 * t], axis=1)
            positions[:, b, 2] += 0.5 * np.maximum(np.sin(2.2 * t), 0) ** 2 * (pace > 0.25)
        else:
            rotations[:, b] = rotations[:, parent] @ local
            positions[:, b] = positions[:, parent] + rotations[:, parent] @ (body.joints[b] - body.joints[parent])
    return make_act(
        title="Everywhere",
        rotations=rotations,
        positions=positions,
        rate=rate,
        start=0.0,
        parents=skeleton.parents,
        body=body,
        drape=ring(rotations, positions),
        steps=[Named("jeté", 0.0, 31.0, 1.0), Named("révérence", 31.0, 40.0, 32.0)],
        phrases=PHRASES,
    )


@pytest.fixture(scope="module")
def directed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A page with the dance in it; nothing is drawn."""
    folder = tmp_path_factory.mktemp("director")
    (folder / "petipa.js").write_bytes(web_file("petipa.js"))
    pack = base64.b64encode(pack_act(wandering())).decode()
    (folder / "act.js").write_text(f"globalThis.ACT = '{pack}';")
    (folder / "lab.html").write_text("<script src=act.js></script><script src=petipa.js></script>")
    with open_page((folder / "lab.html").as_uri(), size=(320, 180)) as page:
        page.wait("Boolean(globalThis.petipa && globalThis.ACT)")
        page.ask(
            """(async () => {
              globalThis.pack = await petipa.unpack(petipa.fromBase64(ACT));
              globalThis.stage = new petipa.Stage(document.createElement("canvas"), pack);
            })()"""
        )
        yield page


def worst(page: Page, camera: Camera, aspect: float) -> list[float]:
    """How far out of the picture's middle any point of her body lies, across and up, 1 at its edge; not at the bow."""
    return page.ask(
        f"""(() => {{
          const s = stage;
          s.director = new petipa.Director(s.dance, pack.header, "{camera.value}");
          const worst = [0, 0], until = Math.min(s.director.bow, s.dance.duration);
          const p = s.dancer.geometry.getAttribute("position"), at = s.camera.position.clone();
          for (let t = 0; t < until; t += 0.26) {{
            s.setTime(t).audience({aspect});
            for (let v = 0; v < p.count; v += 3) {{
              at.set(p.getX(v), p.getY(v), p.getZ(v)).project(s.camera);
              worst[0] = Math.max(worst[0], Math.abs(at.x));
              worst[1] = Math.max(worst[1], Math.abs(at.y));
            }}
          }}
          return worst;
        }})()"""
    )


@pytest.mark.parametrize("camera", Camera)
def test_neither_feet_nor_hands_leave_the_picture_while_she_dances(camera: Camera, directed: Page) -> None:
    across, up = worst(directed, camera, 16 / 9)
    assert across < 0.99 and up < 0.99


def test_nor_do_they_in_an_upright_picture(directed: Page) -> None:
    across, up = worst(directed, Camera.FILMED, 9 / 16)
    assert across < 0.99 and up < 0.99


@pytest.mark.parametrize("camera", [Camera.FILMED, Camera.FIXED])
def test_no_strip_of_curtain_stands_along_one_edge(camera: Camera, directed: Page) -> None:
    edges = np.array(
        directed.ask(
            f"""(() => {{
              const d = new petipa.Director(stage.dance, pack.header, "{camera.value}");
              const front = d.plan[0].seat, edges = [];
              for (let t = 0; t < stage.dance.duration; t += 0.1) {{
                const {{ seat, window }} = d.view(t, 16 / 9);
                if (seat === front) edges.push([window.left, window.right]);
              }}
              return edges;
            }})()"""
        )
    )
    curtain = 5.5 / (21 - 5.45)  # from the middle of the stalls [tangent]
    left, right = np.maximum(-edges[:, 0] - curtain, 0), np.maximum(edges[:, 1] - curtain, 0)
    assert len(edges) > 20 and left == pytest.approx(right, abs=1e-6)


def shots(page: Page, camera: Camera) -> list[dict[str, Any]]:
    """The shots of the dance, each with the lowest height of its window [m, where she is]."""
    return page.ask(
        f"""(() => {{
          const d = new petipa.Director(new petipa.Dance(pack), pack.header, "{camera.value}");
          return d.shots(16 / 9).map(({{ kind, seat, start, end, first, size }}) => {{
            const depth = d._sight(seat).depth.subarray(first);
            return {{ kind, start, end, height: Math.min(...size.map((s, i) => s * depth[i])) }};
          }});
        }})()"""
    )


def test_cuts_fall_on_the_ends_of_phrases_and_no_shot_is_short(directed: Page) -> None:
    found = shots(directed, Camera.FILMED)
    assert found[0]["start"] == 0 and found[-1]["end"] == pytest.approx(40.0, abs=0.05)
    assert all(a["end"] == b["start"] for a, b in itertools.pairwise(found))
    ends = {b for _, b in PHRASES}
    assert all(shot["end"] in ends for shot in found[:-1])
    assert min(shot["end"] - shot["start"] for shot in found) >= 4
    assert len(found) >= 4


def test_it_opens_on_the_whole_stage_comes_near_for_what_is_slow_and_ends_on_her_face(directed: Page) -> None:
    found = shots(directed, Camera.FILMED)
    kinds = [shot["kind"] for shot in found]
    assert kinds[0] == "house" and kinds[-1] == "bow" and {"near", "travel"} <= set(kinds)
    height = {shot["kind"]: shot["height"] for shot in found}
    assert height["bow"] < height["near"] < height["travel"] < height["house"]


def test_the_house_is_seen_past_her_before_she_bows_and_no_picture_is_without_her(directed: Page) -> None:
    told = {"steps": [{"label": "révérence", "from": 34.5, "to": 39.0}], "phrases": PHRASES[:-1]}
    rows = directed.ask(
        f"""(() => {{
          const s = stage, rows = [], at = s.camera.position.clone(), aspect = 16 / 9;
          const d = s.director = new petipa.Director(s.dance, {{ ...pack.header, ...{json.dumps(told)} }}, "filmed");
          for (let t = 0; t < s.dance.duration; t += 1 / 8) {{
            s.setTime(t).audience(aspect);
            const seen = s.dance.positions.map((p) => at.copy(p).project(s.camera).toArray());
            const [x, y] = [0, 1].map((k) => seen.map((p) => p[k]));
            const depth = at.copy(s.dance.positions[0]).sub(s.seat.at).dot(s.seat.forward);
            const {{ window }} = d.view(t, aspect);
            rows.push({{ kind: d.shotAt(t, aspect).kind, t, hips: seen[0], tall: (Math.max(...y) - Math.min(...y)) / 2,
              far: Math.max(...x.map(Math.abs), ...y.map(Math.abs)), high: (window.top - window.bottom) * depth,
              house: s.seat.forward.x > 0 }});
          }}
          return rows;
        }})()"""
    )
    past = [row for row in rows if row["house"]]
    assert {row["kind"] for row in past} == {"thanks"} and 2.6 < past[-1]["t"] - past[0]["t"] < 4
    assert past[0]["t"] == pytest.approx(31.0, abs=0.13)
    assert all(row["far"] < 0.98 and row["tall"] > 0.35 for row in past), "all of her is before the house"
    assert min(row["high"] for row in rows if row["kind"] == "bow") < 1.15, "her face"
    assert all(abs(row["hips"][0]) < 0.8 for row in rows)
    assert min(row["tall"] for row in rows if row["kind"] != "house") > 0.2


@pytest.mark.parametrize("camera", [Camera.FIXED, Camera.TOP, Camera.SIDE, Camera.WINGS])
def test_other_cameras_never_cut(camera: Camera, directed: Page) -> None:
    assert len(shots(directed, camera)) == 1


@pytest.mark.parametrize("quality", Quality)
def test_drawn_over_a_plate_or_whole_it_is_the_same_picture(quality: Quality) -> None:
    act = small_act(seconds=0.2)
    pictures = []
    for plates in (True, False):
        with shoot(act, [0, 5], fps=30, size=(480, 270), quality=quality, plates=plates) as run:
            pictures.append([frame.picture[..., :3].astype(int) for frame in run.frames])
    for plate, whole in zip(*pictures, strict=True):
        off = np.abs(plate - whole).max(axis=-1)
        assert off.mean() < 1.5
        # What differs are edges, smooth in a plate and stepped in a draft.
        assert (off > 24).mean() < 0.01


def test_a_film_in_the_finest_size_is_drawn(tmp_path: Path) -> None:
    import av

    from petipa.stage.film import write_act_film

    film = write_act_film(tmp_path / "film.mp4", small_act(seconds=0.05, net=False), size=(3840, 2160), fps=30)
    assert film.frames == 2
    with av.open(str(film.path)) as container:
        pictures = [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]
    assert [picture.shape for picture in pictures] == [(2160, 3840)] * 2
    assert all(picture.std() > 12 for picture in pictures)
