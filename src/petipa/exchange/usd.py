"""USD: a stage with the dancer skinned to a moving skeleton, and her net as points over time.

OpenUSD (Pixar) by way of `usd-core`: UsdSkel for skeleton, skin and the pointed foot's corrective, UsdGeom for the net,
UsdPreviewSurface for what they are made of. Metres, +Z up, the audience in the direction of +X, stage left +Y; time
codes are frames of the dance.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from petipa.dancer.normals import vertex_normals
from petipa.errors import FileError
from petipa.exchange.materials import NET_ROUGHNESS, corner_colours, net_colours, net_places, surface_of, to_linear
from petipa.exchange.rig import Danced, FaceLike, Rig, rig
from petipa.tutu.sway import DrapeLike

Floats = NDArray[np.float64]


def need_usd() -> Any:
    """The USD library.

    Raises
    ------
    FileError
        It is not installed.
    """
    try:
        import pxr
    except ImportError as problem:
        raise FileError(
            "USD files need a library that is not installed (usd-core)",
            would_work="pip install 'petipa[usd]'; or a .glb file, which needs none",
        ) from problem
    return pxr


def write_usd(path: str | Path, danced: Danced, *, face: FaceLike | None = None) -> None:
    """Write a dance as ``.usdc``, ``.usda`` or ``.usdz``, wholly or not at all.

    Parameters
    ----------
    face : FaceLike, optional
        Her face and her breath; a still one that looks straight ahead when left out.

    Raises
    ------
    FileError
        USD is not installed, or the file cannot be written.
    """
    need_usd()
    from pxr import Tf

    from petipa.files import atomic_path

    with atomic_path(path) as private:
        try:
            _write(private, danced, face)
        except Tf.ErrorException as problem:
            raise FileError(
                f"USD could not write it ({str(problem).splitlines()[0]})", where=str(path), would_work="another place"
            ) from problem


def _write(path: Path, danced: Danced, face: FaceLike | None) -> None:
    import tempfile

    from pxr import Sdf, UsdUtils

    if path.suffix.lower() != ".usdz":
        layer = Sdf.Layer.CreateAnonymous(path.suffix.lower())
        _compose(layer, danced, face)
        layer.Export(str(path))
        return
    with tempfile.TemporaryDirectory() as folder:
        inner = Path(folder) / "dancer.usdc"
        layer = Sdf.Layer.CreateAnonymous(".usdc")
        _compose(layer, danced, face)
        layer.Export(str(inner))
        UsdUtils.CreateNewUsdzPackage(Sdf.AssetPath(str(inner)), str(path))


def _compose(layer: Any, danced: Danced, face: FaceLike | None) -> None:
    from pxr import Usd, UsdGeom, UsdSkel, Vt

    stage = Usd.Stage.Open(layer)
    carried = rig(danced, face)
    frames = len(carried.turns)
    stage.SetStartTimeCode(0.0)
    stage.SetEndTimeCode(float(frames - 1))
    stage.SetTimeCodesPerSecond(danced.rate)
    stage.SetFramesPerSecond(danced.rate)
    UsdGeom.SetStageUpAxis(stage, UsdGeom.Tokens.z)
    UsdGeom.SetStageMetersPerUnit(stage, 1.0)
    root = UsdSkel.Root.Define(stage, "/Dancer")
    stage.SetDefaultPrim(root.GetPrim())
    root.GetPrim().SetDisplayName(danced.title)
    layer.customLayerData = {"title": danced.title, "musicStartsAt": -float(danced.start)}
    skeleton = _skeleton(stage, danced, carried)
    _body(stage, danced, carried, skeleton)
    # What it fills in its whole course, so that a viewer need not skin it to know.
    reach = 1.3
    low, high = carried.root.min(0) - reach, carried.root.max(0) + reach
    root.CreateExtentAttr(Vt.Vec3fArray.FromNumpy(np.array([low, high], dtype=np.float32)))
    UsdSkel.BindingAPI.Apply(root.GetPrim())
    if danced.drape is not None:
        _net(stage, danced, danced.drape)


def _skeleton(stage: Any, danced: Danced, carried: Rig) -> Any:
    from pxr import Gf, UsdSkel, Vt

    paths: list[str] = []
    for name, parent in zip(carried.names, carried.parents, strict=True):
        paths.append(name if parent < 0 else f"{paths[parent]}/{name}")
    skeleton = UsdSkel.Skeleton.Define(stage, "/Dancer/Skeleton")
    skeleton.CreateJointsAttr(paths)
    bind, rest = [], []
    for joint, parent in zip(carried.joints, carried.parents, strict=True):
        offset = joint if parent < 0 else joint - carried.joints[parent]
        bind.append(Gf.Matrix4d(1.0).SetTranslate(Gf.Vec3d(*joint.tolist())))
        rest.append(Gf.Matrix4d(1.0).SetTranslate(Gf.Vec3d(*offset.tolist())))
    skeleton.CreateBindTransformsAttr(Vt.Matrix4dArray(bind))
    skeleton.CreateRestTransformsAttr(Vt.Matrix4dArray(rest))
    animation = UsdSkel.Animation.Define(stage, "/Dancer/Skeleton/Dance")
    animation.CreateJointsAttr(paths)
    animation.CreateBlendShapesAttr([shape.name for shape in carried.shapes])
    offsets = np.array(carried.joints)
    offsets[1:] -= carried.joints[list(carried.parents)[1:]]
    translations = animation.CreateTranslationsAttr()
    rotations = animation.CreateRotationsAttr()
    shares = animation.CreateBlendShapeWeightsAttr()
    count = len(paths)
    animation.CreateScalesAttr(Vt.Vec3hArray([Gf.Vec3h(1, 1, 1)] * count))
    for frame in range(len(carried.turns)):
        offsets[0] = carried.root[frame]
        translations.Set(Vt.Vec3fArray.FromNumpy(offsets.astype(np.float32)), frame)
        # Written as x, y, z, w, as they lie in memory.
        quats = np.ascontiguousarray(carried.turns[frame][:, [1, 2, 3, 0]], dtype=np.float32)
        rotations.Set(Vt.QuatfArray.FromNumpy(quats), frame)
        taken = np.array([shape.shares[frame] for shape in carried.shapes], dtype=np.float32)
        shares.Set(Vt.FloatArray.FromNumpy(taken), frame)
    binding = UsdSkel.BindingAPI.Apply(skeleton.GetPrim())
    binding.CreateAnimationSourceRel().SetTargets([animation.GetPath()])
    return skeleton


def _faces(mesh: Any, faces: NDArray[Any]) -> None:
    from pxr import Vt

    mesh.CreateFaceVertexCountsAttr(Vt.IntArray.FromNumpy(np.full(len(faces), 3, dtype=np.int32)))
    mesh.CreateFaceVertexIndicesAttr(Vt.IntArray.FromNumpy(np.ascontiguousarray(faces.reshape(-1), dtype=np.int32)))
    mesh.CreateSubdivisionSchemeAttr("none")


def _body(stage: Any, danced: Danced, carried: Rig, skeleton: Any) -> None:
    from pxr import Gf, UsdGeom, UsdShade, UsdSkel, Vt

    body = carried.body
    vertices = np.asarray(body.vertices, dtype=np.float32)
    mesh = UsdGeom.Mesh.Define(stage, "/Dancer/Body")
    mesh.CreatePointsAttr(Vt.Vec3fArray.FromNumpy(vertices))
    mesh.CreateExtentAttr(Vt.Vec3fArray.FromNumpy(np.array([vertices.min(0), vertices.max(0)])))
    _faces(mesh, body.faces)
    normals = vertex_normals(vertices, body.faces).astype(np.float32)
    mesh.CreateNormalsAttr(Vt.Vec3fArray.FromNumpy(normals))
    mesh.SetNormalsInterpolation("vertex")
    binding = UsdSkel.BindingAPI.Apply(mesh.GetPrim())
    binding.CreateSkeletonRel().SetTargets([skeleton.GetPath()])
    wide = carried.bone.shape[1]
    binding.CreateJointIndicesPrimvar(False, wide).Set(
        Vt.IntArray.FromNumpy(np.ascontiguousarray(carried.bone.reshape(-1), dtype=np.int32))
    )
    binding.CreateJointWeightsPrimvar(False, wide).Set(
        Vt.FloatArray.FromNumpy(np.ascontiguousarray(carried.weight.reshape(-1), dtype=np.float32))
    )
    binding.CreateGeomBindTransformAttr(Gf.Matrix4d(1.0))
    shapes = []
    for one in carried.shapes:
        shape = UsdSkel.BlendShape.Define(stage, f"/Dancer/Body/{one.name}")
        shape.CreateOffsetsAttr(Vt.Vec3fArray.FromNumpy(np.ascontiguousarray(one.delta, dtype=np.float32)))
        shape.CreatePointIndicesAttr(Vt.IntArray.FromNumpy(one.at.astype(np.int32)))
        shapes.append(shape.GetPath())
    binding.CreateBlendShapesAttr([shape.name for shape in carried.shapes])
    binding.CreateBlendShapeTargetsRel().SetTargets(shapes)
    colour = corner_colours(body, danced.costume)
    mesh.CreateDisplayColorPrimvar("faceVarying").Set(
        Vt.Vec3fArray.FromNumpy(np.ascontiguousarray(colour.reshape(-1, 3), dtype=np.float32))
    )
    for number, name in enumerate(body.part_names):
        faces = np.flatnonzero(body.part == number).astype(np.int32)
        if not len(faces):
            continue
        subset = UsdShade.MaterialBindingAPI(mesh.GetPrim()).CreateMaterialBindSubset(
            name, Vt.IntArray.FromNumpy(faces)
        )
        surface = surface_of(name, danced.costume)
        plain = np.ptp(colour[faces], axis=(0, 1)).max() < 0.01
        material = _material(stage, name, surface.linear if plain else None, surface.roughness)
        UsdShade.MaterialBindingAPI.Apply(subset.GetPrim()).Bind(material)
    UsdShade.MaterialBindingAPI.Apply(mesh.GetPrim())


def _material(
    stage: Any, name: str, colour: tuple[float, float, float] | None, roughness: float, *, clear: bool = False
) -> Any:
    """A plain surface of one colour; without one, of what the mesh carries, its transparency too if it is `clear`."""
    from pxr import Gf, Sdf, UsdShade

    place = f"/Dancer/Materials/{name}"
    material = UsdShade.Material.Define(stage, place)
    shader = UsdShade.Shader.Define(stage, f"{place}/Surface")
    shader.CreateIdAttr("UsdPreviewSurface")
    shader.CreateInput("roughness", Sdf.ValueTypeNames.Float).Set(roughness)
    shader.CreateInput("metallic", Sdf.ValueTypeNames.Float).Set(0.0)
    diffuse = shader.CreateInput("diffuseColor", Sdf.ValueTypeNames.Color3f)
    if colour is not None:
        diffuse.Set(Gf.Vec3f(*colour))
    else:
        carried = [("displayColor", "UsdPrimvarReader_float3", Sdf.ValueTypeNames.Float3, diffuse)]
        if clear:
            opacity = shader.CreateInput("opacity", Sdf.ValueTypeNames.Float)
            carried.append(("displayOpacity", "UsdPrimvarReader_float", Sdf.ValueTypeNames.Float, opacity))
        for variable, kind, read, into in carried:
            reader = UsdShade.Shader.Define(stage, f"{place}/{variable}")
            reader.CreateIdAttr(kind)
            reader.CreateInput("varname", Sdf.ValueTypeNames.String).Set(variable)
            into.ConnectToSource(reader.CreateOutput("result", read))
    material.CreateSurfaceOutput().ConnectToSource(shader.ConnectableAPI(), "surface")
    return material


def _net(stage: Any, danced: Danced, drape: DrapeLike) -> None:
    from pxr import UsdGeom, UsdShade, Vt

    faces = np.asarray(drape.faces, dtype=np.int32)
    mesh = UsdGeom.Mesh.Define(stage, "/Dancer/Tutu")
    _faces(mesh, faces)
    mesh.CreateDoubleSidedAttr(True)
    points, extent = mesh.CreatePointsAttr(), mesh.CreateExtentAttr()
    for frame in range(len(drape.vertices)):
        code = frame / drape.rate * danced.rate
        net = np.ascontiguousarray(drape.vertices[frame], dtype=np.float32)
        points.Set(Vt.Vec3fArray.FromNumpy(net), code)
        extent.Set(Vt.Vec3fArray.FromNumpy(np.array([net.min(0), net.max(0)])), code)
    first = np.asarray(drape.vertices[0], dtype=np.float64)
    rank, rim = net_places(drape.layer_of_vertex, drape.uv, first[:, 2])
    colour, cover = net_colours(rank, rim, int(rank.max()) + 1, danced.costume)
    mesh.CreateDisplayColorPrimvar("vertex").Set(Vt.Vec3fArray.FromNumpy(to_linear(colour).astype(np.float32)))
    mesh.CreateDisplayOpacityPrimvar("vertex").Set(Vt.FloatArray.FromNumpy(cover.astype(np.float32)))
    material = _material(stage, "net", None, NET_ROUGHNESS, clear=True)
    UsdShade.MaterialBindingAPI.Apply(mesh.GetPrim()).Bind(material)
