"""Laws of the tutu: it rests, it does not stretch, its layers keep their order, it stays off the body, it answers."""

from __future__ import annotations

import importlib
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse
import scipy.sparse.linalg

from petipa.dancer import Skeleton, load_dancer
from petipa.errors import DancerError, FileError, SolveError
from petipa.showing import Costume
from petipa.tutu import Cut, Drape, Settings, Tutu, Wearer, drape, lay_out
from petipa.tutu import cloth as net_of
from petipa.tutu.metric import Metric
from petipa.tutu.sway import seen_from, sway

COLUMNS = 240


@pytest.fixture(scope="module")
def skeleton() -> Skeleton:
    return load_dancer("noah").skeleton


@pytest.fixture(scope="module")
def small() -> Cut:
    """Every second layer of the classical cut, for quick laws."""
    return Cut(layers=Cut().layers[::2], columns=COLUMNS)


@pytest.fixture(scope="module")
def wearer(skeleton: Skeleton, small: Cut) -> Wearer:
    return Wearer.of(skeleton, cut=small)


def turned(axis: tuple[float, float, float], angle: float) -> np.ndarray:
    x, y, z = axis
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross


def ease(u: float) -> float:
    u = min(max(u, 0.0), 1.0)
    return u**3 * (10 - 15 * u + 6 * u * u)


def posed(skeleton: Skeleton, frames: list[tuple[np.ndarray, dict[str, np.ndarray]]]) -> tuple[np.ndarray, np.ndarray]:
    """R (F, 26, 3, 3) and p (F, 26, 3) from the pelvis's displacement and some joints' rotations, arms half low."""
    arms = {
        "upper_arm_l": turned((1, 0, 0), -0.35) @ turned((0, 0, 1), -0.5),
        "upper_arm_r": turned((1, 0, 0), 0.35) @ turned((0, 0, 1), 0.5),
    }
    R, p = np.empty((len(frames), 26, 3, 3)), np.empty((len(frames), 26, 3))
    for f, (shift, joints) in enumerate(frames):
        for body, name in enumerate(skeleton.names):
            own = {**arms, **joints}.get(name, np.eye(3))
            parent = int(skeleton.parents[body])
            if parent < 0:
                R[f, body], p[f, body] = own, skeleton.offsets[body] + shift
            else:
                R[f, body] = R[f, parent] @ own
                p[f, body] = p[f, parent] + R[f, parent] @ skeleton.offsets[body]
    return R, p


def standing(skeleton: Skeleton, count: int = 1) -> tuple[np.ndarray, np.ndarray]:
    return posed(skeleton, [(np.zeros(3), {})] * count)


def turn(skeleton: Skeleton, count: int = 90) -> tuple[np.ndarray, np.ndarray]:
    """Two turns a second, reached within a quarter of a second."""
    w, up = 4 * np.pi, 0.25
    angles = [w * t * t / (2 * up) if t < up else w * (t - up / 2) for t in np.arange(count) / 60.0]
    return posed(skeleton, [(np.zeros(3), {"pelvis": turned((0, 0, 1), a)}) for a in angles])


def jump(skeleton: Skeleton, height: float = 0.3) -> tuple[np.ndarray, np.ndarray]:
    """Plié, push, a parabola of `height`, landing in plié; flight from frame 30."""
    speed, dip, push = np.sqrt(2 * 9.81 * height), -0.2, 0.25
    flight = 2 * speed / 9.81
    z = []
    for t in np.arange(100) / 60.0:
        if t < 0.25:
            z.append(dip * ease(t / 0.25))
        elif t < 0.5:
            u = (t - 0.25) / push
            z.append(dip * (2 * u**3 - 3 * u**2 + 1) + (u**3 - u**2) * speed * push)
        elif t < 0.5 + flight:
            z.append(speed * (t - 0.5) - 9.81 / 2 * (t - 0.5) ** 2)
        else:
            u = min((t - 0.5 - flight) / 0.3, 1.0)
            z.append(-(u**3 - 2 * u**2 + u) * speed * 0.3 + (3 * u**2 - 2 * u**3) * dip)
    return posed(skeleton, [(np.array([0, 0, height]), {}) for height in z])


def leg_raised(skeleton: Skeleton, *, behind: bool, count: int = 90) -> tuple[np.ndarray, np.ndarray]:
    """The right leg to 90 degrees in one second: behind with the pelvis's tilt, or in front."""
    frames = []
    for f in range(count):
        u = ease(f / 60.0)
        if behind:
            tilt = 0.45 * u
            joints = {
                "pelvis": turned((0, 1, 0), tilt),
                "lumbar": turned((0, 1, 0), -tilt),
                "thigh_r": turned((0, 1, 0), u * np.pi / 2 - tilt),
                "thigh_l": turned((0, 1, 0), -tilt),
            }
        else:
            joints = {"thigh_r": turned((0, 1, 0), -u * np.pi / 2)}
        frames.append((np.zeros(3), joints))
    return posed(skeleton, frames)


def rim(tutu: Tutu, R: np.ndarray, p: np.ndarray) -> np.ndarray:
    """The top layer's rim in the pelvis frame, (columns, 3)."""
    columns, rows = tutu.cut.columns, tutu.cut.layers[0].rows
    return (tutu.vertices[rows * columns : (rows + 1) * columns] - p[0]) @ R[0]


def danced(tutu: Tutu, R: np.ndarray, p: np.ndarray) -> dict[str, np.ndarray]:
    """Settle, dance, and keep what the laws ask for, frame by frame."""
    tutu.settle(tutu.pose(R[0], p[0]))
    kept: dict[str, list[float]] = {key: [] for key in ("strain", "order", "clear", "height", "angle")}
    faces = tutu.pattern.faces
    for frame in range(len(R)):
        pose = tutu.pose(R[frame], p[frame])
        tutu.advance(pose)
        edge = rim(tutu, R[frame], p[frame])
        kept["strain"].append(float(tutu.strain().max()))
        kept["order"].append(float(tutu.stacking().min()))
        net = tutu.vertices
        # Of the body as it is drawn, from vertices and from the middles of faces.
        assert pose.felt is not None
        skin = pose.felt
        kept["clear"].append(float(skin.depth(np.concatenate([net, net[faces].mean(axis=1)])).min()))
        kept["height"].append(float(edge[:, 2].mean()))
        kept["angle"].append(float(np.degrees(np.arctan2(edge[:2, 1].mean(), edge[:2, 0].mean()))))
    return {key: np.array(values) for key, values in kept.items()}


def test_the_ring_matrix_is_the_sparse_matrix(small: Cut) -> None:
    """The frequency blocks solve the same system as a sparse factorisation of the whole matrix."""
    net = net_of.weave(lay_out(small))
    h, free, columns, rows = 1 / 120, net.pattern.free, COLUMNS, len(net.pattern.layer)
    entries: list[scipy.sparse.spmatrix] = []
    j = np.arange(columns)

    def rows_of(*parts: tuple[int, int, float]) -> scipy.sparse.spmatrix:
        data = np.concatenate([np.full(columns, factor) for _, _, factor in parts])
        at = np.concatenate([row * columns + (j + shift) % columns for row, shift, _ in parts])
        return scipy.sparse.csr_matrix((data, (np.tile(j, len(parts)), at)), shape=(columns, rows * columns))

    s, b, k = net.springs, net.bends, net.stacks
    for a, c, shift, w in zip(s.a, s.b, s.shift, s.weight, strict=True):
        entries.append(np.sqrt(w) * rows_of((a, 0, 1.0), (c, shift, -1.0)))
    for a, m, c, shift, w in zip(b.a, b.b, b.c, b.shift, b.weight, strict=True):
        entries.append(np.sqrt(w) * rows_of((a, -shift, 1.0), (m, 0, -2.0), (c, shift, 1.0)))
    for low, u0, u1, t, w in zip(k.low, k.u0, k.u1, k.share, k.weight, strict=True):
        entries.append(np.sqrt(w) * rows_of((low, 0, 1.0), (u0, 0, t - 1.0), (u1, 0, -t)))
    whole = scipy.sparse.vstack(entries).tocsc()
    matrix = (whole.T @ whole)[: free * columns, : free * columns]
    matrix = matrix + scipy.sparse.diags(np.repeat(net.mass / h**2, columns))
    # With the floor at one every direction counts an edge fully; the directions are those of the ring.
    theta = 2 * np.pi * j / columns
    zero, one = np.zeros(columns), np.ones(columns)
    axes = np.array([[np.cos(theta), np.sin(theta), zero], [-np.sin(theta), np.cos(theta), zero], [zero, zero, one]])
    g = np.random.default_rng(1).standard_normal((3, free, columns))
    local = np.einsum("dcj,crj->drj", axes, g)
    solved = scipy.sparse.linalg.splu(matrix.tocsc()).solve(local.reshape(3, -1).T).T.reshape(g.shape)
    wanted = np.einsum("dcj,drj->crj", axes, solved)
    found = Metric(net, h=h, floor=1.0).solve(g, np.eye(3))
    assert np.abs(found - wanted).max() <= 2e-4 * np.abs(wanted).max()


def test_forces_are_the_slope_of_the_energy(wearer: Wearer, skeleton: Skeleton, small: Cut) -> None:
    tutu = Tutu(wearer, cut=small)
    R, p = standing(skeleton)
    pose = tutu.pose(R[0], p[0])
    tutu.dress(pose)
    random = np.random.default_rng(2)
    tutu._x[:, : tutu.pattern.free] += 0.002 * random.standard_normal(tutu._x[:, : tutu.pattern.free].shape)
    net_of.wrap(tutu._x, COLUMNS)
    target = random.standard_normal((3, tutu.pattern.free, COLUMNS)) * 1e-3
    out = np.empty_like(target)
    net_of.normals(tutu._x, *tutu._stack_rows, tutu._stack_normal)
    tutu._found = 0
    tutu._objective(target, pose, out)
    way = random.standard_normal(target.shape)
    ends = []
    for sign in (1, -1):
        tutu._x[:, : tutu.pattern.free, 2:-2] += sign * 1e-7 * way
        net_of.wrap(tutu._x, COLUMNS)
        ends.append(tutu._objective(target, pose, np.empty_like(target)))
        tutu._x[:, : tutu.pattern.free, 2:-2] -= sign * 1e-7 * way
    assert (ends[0] - ends[1]) / 2e-7 == pytest.approx(float(np.vdot(out, way)), rel=1e-4)


def test_at_rest_it_rests(wearer: Wearer, skeleton: Skeleton, small: Cut) -> None:
    tutu = Tutu(wearer, cut=small)
    R, p = standing(skeleton)
    pose = tutu.pose(R[0], p[0])
    tutu.settle(pose, seconds=2.0)
    before = tutu.vertices
    energies = []
    for _ in range(60):
        tutu.advance(pose)
        energies.append(sum(tutu.energy))
    # Each step stops within the solver's tolerance, 5e-8 J; the swing of a jump holds a tenth of a joule.
    assert np.diff(energies).max() <= 5e-8
    assert energies[-1] <= energies[0] + 5e-8
    assert np.abs(tutu.vertices - before).max() <= 5e-4
    assert tutu.energy[0] <= 1e-6


@pytest.mark.parametrize(
    ("settings", "growth"),
    [(Settings(iterations=40, struggle=40, tolerance=1e-10), 1e-6), (Settings(), 0.0)],
    ids=["solved to the end", "as usual"],
)
def test_energy_never_grows_on_a_still_body(
    wearer: Wearer, skeleton: Skeleton, small: Cut, settings: Settings, growth: float
) -> None:
    """Struck at rest, it swings and loses energy at every step."""
    tutu = Tutu(wearer, cut=small, settings=settings)
    R, p = standing(skeleton)
    pose = tutu.pose(R[0], p[0])
    tutu.settle(pose)
    rest = sum(tutu.energy)
    tutu._v[2] += 1.0
    tutu._drift[2] += tutu.h
    energies = [sum(tutu.energy)]
    for _ in range(60):
        tutu.advance(pose)
        energies.append(sum(tutu.energy))
    swing = energies[0] - rest
    assert np.diff(energies).max() <= growth * swing
    assert energies[-1] - rest <= 0.1 * swing


def test_it_hangs_flat_and_slightly_drooping(wearer: Wearer, skeleton: Skeleton, small: Cut) -> None:
    tutu = Tutu(wearer, cut=small)
    R, p = standing(skeleton)
    tutu.settle(tutu.pose(R[0], p[0]))
    edge = rim(tutu, R[0], p[0])
    assert -0.06 <= edge[:, 2].mean() - small.ring[2] <= -0.005
    assert np.hypot(edge[:, 0], edge[:, 1]).min() >= 0.40


@pytest.fixture(scope="module")
def long() -> Cut:
    """The long skirt's outermost and innermost layers, with fewer columns."""
    whole = Cut.romantic()
    return replace(whole, layers=whole.layers[::3], columns=120, pleats=20)


def test_the_long_skirt_falls_in_a_bell_to_the_calf(skeleton: Skeleton, long: Cut) -> None:
    R, p = standing(skeleton)
    tutu = Tutu(Wearer.of(skeleton, cut=long), cut=long)
    pose = tutu.pose(R[0], p[0])
    tutu.settle(pose, seconds=2.0)
    columns, rows = long.columns, long.layers[0].rows
    edge = tutu.vertices[rows * columns : (rows + 1) * columns]
    knee, ankle = (p[0, skeleton.index(name), 2] for name in ("shank_l", "foot_l"))
    assert ankle + 0.15 < edge[:, 2].mean() < knee - 0.05
    assert 0.28 <= np.hypot(*(edge - p[0, 0])[:, :2].T).mean() <= 0.5
    assert tutu.strain().max() <= 0.02
    energies = []
    for _ in range(20):
        tutu.advance(pose)
        energies.append(sum(tutu.energy))
    assert np.diff(energies).max() <= 1e-6


def test_the_long_skirt_floats_in_a_jump_and_opens_in_a_turn(skeleton: Skeleton, long: Cut) -> None:
    wearer = Wearer.of(skeleton, cut=long)
    flown = danced(Tutu(wearer, cut=long), *jump(skeleton))
    assert flown["height"][40:60].max() >= flown["height"][0] + 0.03
    assert flown["strain"].max() <= 0.04
    turning = danced(Tutu(wearer, cut=long), *turn(skeleton))
    assert turning["height"][60:].mean() >= turning["height"][0] + 0.05
    assert turning["angle"][3:15].min() <= turning["angle"][0] - 10.0
    assert turning["strain"].max() <= 0.06


def test_it_is_put_on_before_the_first_pose(skeleton: Skeleton, long: Cut) -> None:
    """A leg raised from the first frame on has its skirt over it."""
    R, p = leg_raised(skeleton, behind=False)
    tutu = Tutu(Wearer.of(skeleton, cut=long), cut=long)
    tutu.put_on(R[-1], p[-1])
    felt = tutu.surface.felt(tutu.surface.posed(R[-1], p[-1]))
    assert felt.depth(tutu.vertices).min() >= -0.003


def test_a_costume_without_a_skirt_is_not_draped(wearer: Wearer, skeleton: Skeleton) -> None:
    with pytest.raises(SolveError, match="no skirt"):
        drape(wearer, *standing(skeleton), costume=Costume.REHEARSAL)


def test_stiffness_answers_its_parameter(wearer: Wearer, skeleton: Skeleton, small: Cut) -> None:
    droops = []
    R, p = standing(skeleton)
    for factor in (0.25, 1.0, 4.0):
        layers = tuple(replace(layer, bend=layer.bend * factor) for layer in small.layers)
        tutu = Tutu(wearer, cut=replace(small, layers=layers))
        tutu.settle(tutu.pose(R[0], p[0]), seconds=2.5)
        droops.append(small.ring[2] - rim(tutu, R[0], p[0])[:, 2].mean())
    soft, usual, stiff = droops
    assert soft > 2.0 * usual > 4.0 * max(stiff, 0.0) - 0.01
    assert soft > usual > stiff


def test_a_jump_makes_it_bounce(wearer: Wearer, skeleton: Skeleton, small: Cut) -> None:
    R, p = jump(skeleton)
    seen = danced(Tutu(wearer, cut=small), R, p)
    rest = seen["height"][0]
    flight, landing = seen["height"][30:60], seen["height"][60:80]
    assert flight.max() >= rest + 0.02
    assert landing.min() <= rest - 0.02
    assert np.abs(seen["height"] - rest).max() <= 0.2
    assert seen["clear"].min() >= -0.003
    assert seen["strain"].max() <= 0.02
    assert seen["order"].min() >= 0.0


def test_a_turn_lifts_it_and_it_lags(wearer: Wearer, skeleton: Skeleton, small: Cut) -> None:
    R, p = turn(skeleton)
    seen = danced(Tutu(wearer, cut=small), R, p)
    assert seen["height"][60:].mean() >= seen["height"][0] + 0.004
    assert seen["angle"][3:15].min() <= seen["angle"][0] - 2.0
    assert seen["strain"].max() <= 0.02
    assert seen["order"].min() >= 0.0


@pytest.mark.parametrize("behind", [True, False], ids=["arabesque", "devant"])
def test_a_raised_leg_lifts_it_and_never_comes_through(
    wearer: Wearer, skeleton: Skeleton, small: Cut, behind: bool
) -> None:
    R, p = leg_raised(skeleton, behind=behind)
    tutu = Tutu(wearer, cut=small)
    tutu.settle(tutu.pose(R[0], p[0]))
    # The quarter of the rim on the leg's side, in the world.
    columns = np.arange(COLUMNS)
    angle = (columns / COLUMNS * 360.0 - (180.0 if behind else 0.0) + 180.0) % 360.0 - 180.0
    side = (np.abs(angle) < 40.0) & ((angle > 0.0) == behind)
    before = (rim(tutu, R[0], p[0]) @ R[0, 0].T)[side, 2].mean()
    seen = danced(tutu, R, p)
    after = (rim(tutu, R[-1], p[-1]) @ R[-1, 0].T)[side, 2].mean()
    assert after >= before + 0.01
    assert seen["clear"].min() >= -0.003
    assert seen["strain"].max() <= 0.03
    assert seen["order"].min() >= -0.003


def test_arms_that_reach_through_do_not_tear_it(wearer: Wearer, skeleton: Skeleton, small: Cut) -> None:
    """Low arms lie where the net is: from above they press it, and they come up again without lifting it."""
    frames = []
    for f in range(120):
        low = ease(f / 30.0) - ease((f - 60) / 40.0)
        joints = {}
        for side, sign in (("l", -1.0), ("r", 1.0)):
            joints[f"upper_arm_{side}"] = turned((0, 0, 1), sign * 0.75) @ turned((1, 0, 0), sign * (0.2 + 1.1 * low))
            joints[f"forearm_{side}"] = turned((0, 0, sign), 0.6)
        frames.append((np.zeros(3), joints))
    R, p = posed(skeleton, frames)
    hand = skeleton.index("hand_l")
    assert p[45, hand, 2] < p[45, 0, 2] + small.ring[2] < p[0, hand, 2]
    seen = danced(Tutu(wearer, cut=small), R, p)
    assert seen["strain"].max() <= 0.02
    assert abs(seen["height"][-1] - seen["height"][0]) <= 0.005


def test_draping_on_and_on_keeps_no_more(wearer: Wearer, skeleton: Skeleton, small: Cut) -> None:
    """Memory is flat however long she dances: frames are handed on, not held."""
    R, p = turn(skeleton, 90)
    tutu = Tutu(wearer, cut=small)
    tutu.settle(tutu.pose(R[0], p[0]), seconds=0.1)
    tracemalloc.start()
    try:
        held = []
        for frame in range(90):
            tutu.advance(tutu.pose(R[frame], p[frame]))
            if frame in (29, 89):
                held.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert held[1] - held[0] <= 100_000, "grows with every second danced"


def test_a_long_dance_is_not_kept_in_memory(
    monkeypatch: pytest.MonkeyPatch, skeleton: Skeleton, wearer: Wearer, small: Cut
) -> None:
    """What is draped lies on disk, and what reads it reads a stretch at a time."""
    module = importlib.import_module("petipa.tutu.drape")
    count = lay_out(small).uv.shape[0]
    shape = np.random.default_rng(0).standard_normal((count, 3)) * 0.2

    def danced(tutu: Tutu, R: np.ndarray, p: np.ndarray, **_: float) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        for frame in range(0, len(R), 2):
            yield shape * (1.0 + 0.1 * np.sin(0.3 * frame)) + p[frame, 0], p[frame, 0]

    monkeypatch.setattr(module, "frames", danced)
    R, p = standing(skeleton)
    peaks = []
    for frames in (1024, 4096):
        turns, places = np.repeat(R, frames, axis=0), np.repeat(p, frames, axis=0)
        tracemalloc.start()
        try:
            made = drape(wearer, turns, places, cut=small)
            seen = sway(seen_from(made, turns[:, 0], places[:, 0], rate=60.0))
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
        assert seen.weights.shape == (frames // 2, 1)
        assert seen.error <= 1e-3
    assert peaks[1] <= 1.25 * peaks[0]


def test_the_same_seed_gives_the_same_tutu(skeleton: Skeleton, wearer: Wearer, small: Cut) -> None:
    R, p = turn(skeleton, 20)
    first, again, other = (drape(wearer, R, p, cut=small, seed=seed) for seed in (3, 3, 4))
    assert np.array_equal(first.vertices.offsets, again.vertices.offsets)
    assert not np.array_equal(first.vertices.offsets, other.vertices.offsets)


def test_a_drape_is_saved_and_comes_back(tmp_path: Path, skeleton: Skeleton, wearer: Wearer, small: Cut) -> None:
    R, p = standing(skeleton, 5)
    shares: list[float] = []
    made = drape(wearer, R, p, cut=small, start=1.5, progress=shares.append)
    made.save(tmp_path / "drape.npz")
    back = Drape.load(tmp_path / "drape.npz")
    whole = np.asarray(made.vertices)
    assert whole.shape == made.vertices.shape == (3, len(made.uv), 3)
    assert whole.dtype == np.float32
    assert np.array_equal(whole, np.asarray(back.vertices))
    assert np.array_equal(whole[1], back.vertices[1])
    assert (back.rate, back.start) == (30.0, 1.5)
    assert shares == sorted(shares) and shares[-1] == 1.0
    assert made.faces.min() == 0 and made.faces.max() == len(made.uv) - 1
    assert len(np.unique(made.faces)) == len(made.uv)
    assert set(made.layer_of_vertex) == set(range(3))


def test_faces_look_up(small: Cut) -> None:
    pattern = lay_out(small)
    points = np.concatenate([pattern.yoke, pattern.rest[pattern.visible].reshape(-1, 3)])
    corner = points[pattern.faces]
    normal = np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0])
    # The lowest layer leans too steeply to say; the others' upper sides face up.
    flat = pattern.layer_of_vertex[pattern.faces[:, 0]] < 2
    beyond = np.linalg.norm(corner.mean(axis=1)[:, :2], axis=1) > 0.25
    assert (normal[flat & beyond, 2] > 0).mean() > 0.99


@pytest.mark.parametrize(
    ("shape", "rate", "out_rate", "says"),
    [
        ((0, 26), 60.0, 30.0, "cannot be draped"),
        ((4, 26), 60.0, 25.0, "cannot be picked"),
        ((4, 26), 60.0, 0.0, "cannot be picked"),
    ],
)
def test_what_cannot_be_draped_is_said(
    wearer: Wearer, shape: tuple[int, int], rate: float, out_rate: float, says: str
) -> None:
    R = np.tile(np.eye(3), (*shape, 1, 1))
    with pytest.raises(SolveError, match=says):
        drape(wearer, R, np.zeros((*shape, 3)), rate=rate, out_rate=out_rate)


def test_a_broken_motion_names_its_frame(wearer: Wearer, skeleton: Skeleton) -> None:
    R, p = standing(skeleton, 4)
    p[2, 0, 0] = np.nan
    with pytest.raises(SolveError, match="frame 2"):
        drape(wearer, R, p)


def test_what_is_no_drape_is_said(tmp_path: Path) -> None:
    (tmp_path / "no.npz").write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(FileError, match="no drape"):
        Drape.load(tmp_path / "no.npz")
    with pytest.raises(FileError, match="no drape"):
        Drape.load(tmp_path / "missing.npz")


def test_a_cut_that_cannot_be_sewn_is_said() -> None:
    with pytest.raises(DancerError, match="divide"):
        Cut(columns=100, pleats=24)
    with pytest.raises(DancerError, match="graded"):
        Cut(layers=tuple(reversed(Cut().layers)))


@pytest.mark.slow
def test_the_whole_tutu_in_a_jump_and_a_developpe(skeleton: Skeleton) -> None:
    """The full net, six to ten thousand vertices, within the same bounds."""
    wearer = Wearer.of(skeleton)
    # The shortest layer is wedged into the fold of a raised hip.
    for (R, p), strain in ((jump(skeleton), 0.025), (leg_raised(skeleton, behind=False), 0.04)):
        tutu = Tutu(wearer, settings=Settings())
        seen = danced(tutu, R, p)
        assert 6_000 <= len(tutu.vertices) <= 10_500
        assert seen["strain"].max() <= strain
        assert seen["clear"].min() >= -0.003
        assert seen["order"].min() >= -0.005
