"""Meshes, lights and the camera of a :class:`Scene` as objects of a Blender scene."""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np
from mathutils import Matrix
from mathutils import Vector as BlenderVector
from numpy.typing import NDArray

from model_assets.training.rendering.blender_materials import COLOURS, surface, texture_image
from model_assets.training.rendering.scene import (
    NOBODY,
    Array,
    Camera,
    Lamp,
    Mesh,
    Scene,
    Sun,
    Vector,
)
from model_assets.training.rendering.shading import to_linear

SUN_ANGLE_RAD = 0.03
LAMP_RADIUS_M = 0.1
NEAREST_M, FARTHEST_M = 0.05, 1000.0
_LAMP_GLASS = 1.0
"""Emission from which a surface is taken for the glass of a lamp."""

_LARGEST_GAP_M = 4e-4


def _add(target: Any, data: Any) -> Any:
    thing = bpy.data.objects.new("object", data)
    target.collection.objects.link(thing)
    return thing


def _per_vertex(data: Any, name: str, kind: str, field: str, values: Any) -> None:
    attribute = data.attributes.new(name, kind, "POINT")
    attribute.data.foreach_set(field, np.ascontiguousarray(values, np.float32).ravel())


def pieces(faces: NDArray[np.int32], vertices: int) -> NDArray[np.int64]:
    """Return the lowest vertex of the connected piece that each vertex belongs to."""
    piece = np.arange(vertices)
    while True:
        lowest = piece.copy()
        np.minimum.at(lowest, faces, piece[faces].min(1, keepdims=True))
        lowest = lowest[lowest]
        if np.array_equal(lowest, piece):
            return piece
        piece = lowest


def _parted(mesh: Mesh, order: int) -> Array:
    """Return the vertices of a place, its pieces moved outwards by less than half a millimetre.

    A ray from one of two surfaces that coincide would meet the other at once: both would be black.
    """
    if mesh.owner != NOBODY:
        return mesh.vertices
    _, piece = np.unique(pieces(mesh.faces, len(mesh.vertices)), return_inverse=True)
    # Multiples of the golden section, modulo one, keep neighbours far apart.
    share = np.modf((piece + 31 * order) * 0.6180339887)[0]
    return mesh.vertices + mesh.normals * (_LARGEST_GAP_M * share[:, None])


def _wound(mesh: Mesh) -> NDArray[np.int32]:
    """Return the faces, counter-clockwise seen from where their normals point."""
    a, b, c = (mesh.vertices[mesh.faces[:, corner]] for corner in range(3))
    outside = np.einsum("ij,ij->i", np.cross(b - a, c - a), mesh.normals[mesh.faces].sum(1)) >= 0
    return np.where(outside[:, None], mesh.faces, mesh.faces[:, ::-1]).astype(np.int32)


def _triangles(vertices: Array, corners: NDArray[np.int32]) -> Any:
    data = bpy.data.meshes.new("mesh")
    data.vertices.add(len(vertices))
    data.vertices.foreach_set("co", np.ascontiguousarray(vertices, np.float32).ravel())
    data.loops.add(corners.size)
    data.loops.foreach_set("vertex_index", corners.ravel())
    data.polygons.add(len(corners))
    data.polygons.foreach_set("loop_start", np.arange(0, corners.size, 3, dtype=np.int32))
    data.update(calc_edges=True)
    return data


def add_mesh(target: Any, mesh: Mesh, material: Any, order: int) -> None:
    """Add a mesh, the ``order``-th, with its colours, normals and texture coordinates."""
    faces = _wound(mesh)
    data = _triangles(_parted(mesh, order), faces)
    rgba = np.ones((len(mesh.vertices), 4), np.float32)
    rgba[:, :3] = to_linear(mesh.colours[:, ::-1])
    _per_vertex(data, COLOURS, "FLOAT_COLOR", "color", rgba)
    _per_vertex(data, "custom_normal", "FLOAT_VECTOR", "vector", mesh.normals)
    if mesh.uv is not None:
        corners = np.float32([0, 1]) + mesh.uv[faces.ravel()] * np.float32([1, -1])
        data.uv_layers.new(name="uv").uv.foreach_set("vector", corners.ravel())
    data.materials.append(material)
    thing = _add(target, data)
    # The lamp behind the glowing glass is a light of its own, which the glass must not hide.
    thing.visible_shadow = mesh.emission < _LAMP_GLASS
    # Against the dark facets of coarse round bodies where their lit side ends.
    thing.shadow_terminator_geometry_offset = 0.1


def add_meshes(target: Any, scene: Scene) -> None:
    """Add all meshes; those with the same texture share it."""
    images: dict[int, Any] = {}
    for order, mesh in enumerate(scene.meshes):
        if len(mesh.faces) == 0:
            continue
        image = None
        if mesh.texture is not None and mesh.uv is not None:
            if id(mesh.texture) not in images:
                images[id(mesh.texture)] = texture_image(mesh.texture)
            image = images[id(mesh.texture)]
        add_mesh(target, mesh, surface(scene, mesh, image), order)


def _light(kind: str, colour: Vector, power: float) -> Any:
    light = bpy.data.lights.new("light", kind)
    peak = max(*colour, 1e-9)
    light.color = [value / peak for value in reversed(colour)]
    light.energy = power * peak
    return light


def add_sun(target: Any, sun: Sun, shadows: bool) -> None:
    """Add parallel light."""
    # A white surface under the irradiance E has the radiance E / pi.
    light = _light("SUN", sun.colour, float(np.pi))
    light.angle = SUN_ANGLE_RAD
    light.use_shadow = shadows
    turn = BlenderVector(sun.direction).to_track_quat("-Z", "Y")
    _add(target, light).rotation_euler = turn.to_euler()


def add_lamp(target: Any, lamp: Lamp) -> None:
    """Add a small ball of light."""
    # The power P gives the irradiance P / (4 pi r^2) at the distance r; here pi at 1 m.
    light = _light("POINT", lamp.colour, float(4 * np.pi**2))
    light.shadow_soft_size = LAMP_RADIUS_M
    ball = _add(target, light)
    ball.location = lamp.position
    ball.visible_camera = False


def add_camera(target: Any, camera: Camera) -> None:
    """Add the camera and make it the one that looks."""
    data = bpy.data.cameras.new("camera")
    data.sensor_fit = "HORIZONTAL"
    data.angle = float(np.radians(camera.field_of_view))
    data.clip_start, data.clip_end = NEAREST_M, FARTHEST_M
    right, down, ahead = camera.rotation.astype(float)
    pose = np.eye(4)
    pose[:3] = np.column_stack([right, -down, -ahead, camera.position])
    target.camera = _add(target, data)
    target.camera.matrix_world = Matrix(pose.tolist())
