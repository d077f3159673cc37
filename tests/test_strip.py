"""Laws of the rasteriser, and what a strip must show."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
import pytest

from petipa.dancer import NAMES, Skeleton, load_dancer
from petipa.dancer.body import Body, load_body
from petipa.errors import StageError
from petipa.showing import Costume
from petipa.stage.lettering import plain, shorten, typeface, write
from petipa.stage.raster import cover, vertex_normals
from petipa.stage.strip import View, camera, draw_pose, draw_strip, poses_of, strip_png

MIRROR = np.array([1.0, -1.0, 1.0])


@dataclass(frozen=True)
class Still:
    """A motion that holds a few poses, one a second."""

    q: np.ndarray
    rate: float = 1.0
    start: float = 0.0
    steps: tuple = ()
    air: np.ndarray | None = None


@pytest.fixture(scope="module")
def body() -> Body:
    return load_body()


@pytest.fixture(scope="module")
def skeleton() -> Skeleton:
    return load_dancer("noah").skeleton


@pytest.fixture(scope="module")
def still(skeleton: Skeleton) -> Still:
    q = np.repeat(skeleton.zero()[None], 3, axis=0)
    hip = skeleton.q_slice(NAMES.index("thigh_l"))
    q[1, hip] = [np.cos(np.radians(45)), np.sin(np.radians(45)), 0, 0]
    q[2, 3:7] = [np.cos(np.radians(45)), 0, 0, np.sin(np.radians(45))]
    return Still(q)


def _buffers(size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    depth = np.full((size, size), np.inf, dtype=np.float32)
    return depth, np.full((size, size), -1, dtype=np.int32), np.zeros((size, size, 2), dtype=np.float32)


def test_two_triangles_tile_a_square_without_gap() -> None:
    square = np.array([[2, 2, 1], [12, 2, 1], [12, 12, 1], [2, 12, 1]], dtype=np.float32)
    depth, face_at, _ = _buffers(16)
    cover(square, np.array([[0, 1, 2], [0, 2, 3]], dtype=np.int32), depth, face_at, np.zeros((16, 16, 2), np.float32))
    assert (face_at[2:12, 2:12] >= 0).all()
    assert (face_at >= 0).sum() == 100
    assert np.allclose(depth[2:12, 2:12], 1)


def test_the_nearer_face_wins_whatever_the_order() -> None:
    points = np.array([[1, 1, 5], [15, 1, 5], [8, 15, 5], [1, 1, 2], [15, 1, 2], [8, 15, 2]], dtype=np.float32)
    for faces in ([[0, 1, 2], [3, 4, 5]], [[3, 4, 5], [0, 1, 2]]):
        depth, face_at, bary = _buffers(16)
        cover(points, np.array(faces, dtype=np.int32), depth, face_at, bary)
        assert np.allclose(depth[face_at >= 0], 2)


def test_faces_off_the_picture_do_no_harm() -> None:
    points = np.array([[-100, -100, 1], [200, -50, 1], [50, 300, 1], [-9, -9, 0], [-5, -9, 0], [-9, -5, 0]], np.float32)
    depth, face_at, bary = _buffers(16)
    cover(points, np.array([[0, 1, 2], [3, 4, 5]], dtype=np.int32), depth, face_at, bary)
    assert (face_at == 0).all()


def test_normals_are_unit_and_outward(body: Body) -> None:
    normals = vertex_normals(body.vertices, body.faces)
    assert np.allclose(np.linalg.norm(normals, axis=1), 1, atol=1e-4)
    head = body.joints[NAMES.index("head")] + [0.02, 0, 0.06]
    brow = (body.vertices[:, 2] > head[2]) & (body.vertices[:, 0] > head[0] + 0.04)
    assert np.einsum("ij,ij->i", normals[brow], body.vertices[brow] - head).mean() > 0.05


@pytest.mark.parametrize("view", list(View))
def test_camera_is_a_right_handed_frame(view: View) -> None:
    eye = camera(view, turn=0.4)
    assert np.allclose(eye @ eye.T, np.eye(3), atol=1e-6)
    assert np.linalg.det(eye) == pytest.approx(1, abs=1e-5)


def test_stage_left_is_on_the_right_of_the_front_view() -> None:
    left, toward_audience = np.array([0, 1.0, 0]), np.array([1.0, 0, 0])
    assert camera(View.FRONT)[0] @ left == pytest.approx(1)
    assert camera(View.SIDE)[0] @ toward_audience == pytest.approx(-1, abs=1e-6)
    assert camera(View.BACK)[0] @ left == pytest.approx(-1, abs=1e-6)
    assert camera(View.TOP)[1] @ toward_audience == pytest.approx(-1, abs=1e-6)


def test_a_symmetric_pose_is_drawn_symmetrically(body: Body, skeleton: Skeleton, still: Still) -> None:
    pose = poses_of(body, skeleton, still, [0.0])[0]
    picture = draw_pose(body, pose, View.FRONT, size=(340, 360), anchor=(170.0, 340.0), metre=185.0).astype(float)
    wall = picture[5, 5]
    figure = np.abs(picture - wall).sum(2) > 60
    assert (figure != figure[:, ::-1]).sum() < 0.02 * figure.sum()


def test_a_strip_shows_every_view_and_moment_apart(body: Body, skeleton: Skeleton, still: Still) -> None:
    labels = ["1:1\nstand", "1:2\ndéveloppé L", "1:3\nturned"]
    one = draw_strip(body, skeleton, still, [0, 1, 2], labels, views=["front"])
    two = draw_strip(body, skeleton, still, [0, 1, 2], labels, views=["side"])
    both = draw_strip(body, skeleton, still, [0, 1, 2], labels, views=["front", "side"])
    assert one.dtype == np.uint8 and one.ndim == 3
    assert both.shape[0] > one.shape[0] >= 360
    common = min(one.shape[1], two.shape[1])
    assert np.abs(one[:360, :common].astype(int) - two[:360, :common]).mean() > 2


def test_labels_are_written(body: Body, skeleton: Skeleton, still: Still) -> None:
    blank = draw_strip(body, skeleton, still, [0], ["\n"])
    words = draw_strip(body, skeleton, still, [0], ["4:1\nassemblé R"])
    differs = np.flatnonzero(np.abs(blank.astype(int) - words).sum(axis=(1, 2)))
    assert blank.shape == words.shape
    assert differs.min() > 720 and len(differs) > 15


def test_following_her_undoes_a_turn(body: Body, skeleton: Skeleton, still: Still) -> None:
    def figure(follow: bool) -> np.ndarray:
        strip = draw_strip(body, skeleton, still, [0, 2], ["a", "b"], views=["front"], follow=follow)
        return strip[:, : strip.shape[1]]

    followed = figure(True).astype(int)
    half = (followed.shape[1] - 26) // 2
    first, second = followed[6:360, 26 : 26 + half - 4], followed[6:360, 26 + half : 26 + 2 * half - 4]
    assert np.abs(first - second).mean() < 1.5
    assert not np.array_equal(figure(False).shape, followed.shape)


def test_long_rows_go_on_below(body: Body, skeleton: Skeleton, still: Still) -> None:
    wide = draw_strip(body, skeleton, still, [0, 0, 0, 0], ["a"] * 4, views=["side"])
    tall = draw_strip(body, skeleton, still, [0, 0, 0, 0], ["a"] * 4, views=["side"], columns=2)
    assert tall.shape[0] > 1.8 * wide.shape[0] and tall.shape[1] < 0.6 * wide.shape[1]


def test_the_whole_dancer_is_in_the_frame(body: Body, skeleton: Skeleton, still: Still) -> None:
    strip = draw_strip(body, skeleton, still, [1], ["x"], views=["front", "side", "top"]).astype(int)
    # The outermost pixels of each frame are floor or wall: pale and nearly grey, unlike anything she wears.
    frame = strip[6:-30, 26:-3]
    for border in (frame[:, :2], frame[:, -2:]):
        assert (border.max(-1) - border.min(-1)).max() < 45 and border.min() > 90


def test_png_is_a_png(body: Body, skeleton: Skeleton, still: Still) -> None:
    from PIL import Image

    strip = draw_strip(body, skeleton, still, [0], ["1"])
    again = np.asarray(Image.open(io.BytesIO(strip_png(strip))))
    assert np.array_equal(again, strip)


@pytest.mark.parametrize(
    ("times", "labels", "views", "message"),
    [
        ([0.0], ["a", "b"], ["front"], "one label for each moment"),
        ([], [], ["front"], "at least one view"),
        ([0.0], ["a"], [], "at least one view"),
        ([0.0], ["a"], ["beneath"], "front, side"),
        ([np.nan], ["a"], ["front"], "within the motion"),
    ],
)
def test_bad_requests_say_what_would_work(
    body: Body, skeleton: Skeleton, still: Still, times: list[float], labels: list[str], views: list[str], message: str
) -> None:
    with pytest.raises(StageError, match=message):
        draw_strip(body, skeleton, still, times, labels, views=views)


def test_accents_are_drawn_above_their_letters() -> None:
    from PIL import Image

    font = typeface(20)
    pictures = []
    for words in ("developpe", "développé"):
        picture = Image.new("RGB", (160, 40), (255, 255, 255))
        write(picture, words, (80, 20), font=font, fill=(0, 0, 0))
        pictures.append(np.asarray(picture).astype(int))
    rows = np.flatnonzero(np.abs(pictures[0] - pictures[1]).sum(axis=(1, 2)))
    assert len(rows) and rows.max() < 20
    assert plain("grand jeté – ×2") == "grand jete\N{COMBINING ACUTE ACCENT} - x2"
    assert font.getlength(shorten("sissonne ouverte en avant", font, 80)) <= 80


def test_she_is_seen_to_look_and_to_wear_something_in_her_hair(body: Body, skeleton: Skeleton, still: Still) -> None:
    def head(costume: Costume) -> np.ndarray:
        strip = draw_strip(body, skeleton, still, [0], ["x"], views=["front"], costume=costume, metre=500)
        return strip.astype(int)

    bare, crowned = head(Costume.REHEARSAL), head(Costume.CLASSICAL)
    assert bare.shape == crowned.shape
    differs = np.abs(bare - crowned).max(axis=2) > 60
    assert 40 < differs.sum() < 0.01 * differs.size
    rows = np.flatnonzero(differs.any(axis=1))
    assert rows.max() - rows.min() < 0.1 * 500
