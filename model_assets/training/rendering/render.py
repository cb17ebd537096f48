"""The fast renderer: a picture of a scene, with depth and owner of each pixel."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from model_assets.training.rendering import antialiasing, occlusion, rasteriser, shading
from model_assets.training.rendering.geometry import Geometry, gather
from model_assets.training.rendering.scene import (
    NOBODY,
    Array,
    Camera,
    Lamp,
    Mesh,
    Render,
    Scene,
)
from model_assets.training.rendering.shading import View, Visibility
from model_assets.training.rendering.shadow import (
    NO_SHADOWS,
    SHADOW_REACH_M,
    SHADOWED_LAMPS,
    Shadows,
    lamp_shadow,
    sun_shadow,
)
from model_assets.training.rendering.surface import Material, traits_of
from model_assets.training.rendering.texture_pyramid import build, pyramid_of
from model_assets.training.rendering.tone import BRIGHTEST, exposure_of, tone_map

NEAR_M = 0.05
"""What is nearer to the camera is not drawn."""

_BLANK = build(np.full((1, 1, 3), 255, np.uint8))


def rasterise(scene: Scene, shadows: bool = True) -> Render:
    """Return the picture of a scene; equal scenes give equal pictures.

    Textures must not be painted on after the first frame that shows them (their smaller sizes
    are kept). Both sides of every triangle are drawn. The exposure follows the light, as a
    camera's does.

    Args:
        scene: what to draw.
        shadows: whether the first sun casts shadows.
    """
    geometry = gather(scene.meshes)
    seen = visible(geometry, scene.camera)
    view = shading.view_of(scene.camera)
    receivers = _receivers(view, seen)
    scene = _strongest_lamp_first(scene, receivers)
    cast = _shadows(scene, geometry, receivers) if shadows else NO_SHADOWS
    pixels = _light(scene, geometry, view, seen, cast)
    image = tone_map(pixels, exposure_of(pixels))
    return Render(image, *_ground_truth(scene.meshes, geometry, seen))


def _light(scene: Scene, geometry: Geometry, view: View, seen: Visibility, cast: Shadows) -> Array:
    """Return the linear light of the pixels, float32 [height, width, 3]."""
    nearness, triangle, planes = seen
    vertices, normals, _, _, faces, mesh_of = geometry
    traits = traits_of(vertices, normals, faces, mesh_of, planes, view.position)
    edge = np.zeros((scene.camera.height, scene.camera.width), np.uint8)
    meshes = scene.meshes
    points, start, slot = antialiasing.choose(traits, nearness, triangle, len(meshes), edge)
    openness, step = occlusion.openness_of(nearness, triangle, traits, view.rays)
    lights = shading.lights_of(scene)
    light = np.empty((len(points), 3), np.float32)
    shading.shade_sky(points[: start[1]], view, lights, light[: start[1]])
    for k, mesh in enumerate(meshes):
        of_mesh = slice(start[k + 1], start[k + 2] if k + 1 < len(meshes) else None)
        if not len(points[of_mesh]):
            continue
        shading.shade(
            points[of_mesh],
            geometry,
            traits,
            seen,
            view,
            lights,
            cast,
            openness,
            step,
            _material(mesh),
            pyramid_of(mesh.texture) if _textured(mesh) else _BLANK,
            light[of_mesh],
        )
    return antialiasing.resolve(light, slot, edge, BRIGHTEST / 4)


def _receivers(view: View, seen: Visibility) -> Array:
    """Return some of the points seen near the camera, float32 [n, 3]."""
    row, column = np.mgrid[1 : seen.nearness.shape[0] : 16, 1 : seen.nearness.shape[1] : 16]
    near = seen.nearness[1::16, 1::16]
    here = near > 1 / SHADOW_REACH_M
    rays = view.rays[0] + column[here, None] * view.rays[1] + row[here, None] * view.rays[2]
    return (view.position + rays / near[here, None]).astype(np.float32)


def _strongest_lamp_first(scene: Scene, receivers: Array) -> Scene:
    """Return the scene with its lamps ordered by the light they give to what is seen."""
    if len(scene.lamps) < 2 or not len(receivers):
        return scene

    def light(lamp: Lamp) -> float:
        square = np.square(receivers - np.float32(lamp.position)).sum(1)
        return -float(sum(lamp.colour) * np.mean(1 / (square + 1)))

    return replace(scene, lamps=tuple(sorted(scene.lamps, key=light)))


def _shadows(scene: Scene, geometry: Geometry, receivers: Array) -> Shadows:
    """Return the shadow maps of the first sun and the first lamps."""
    if not len(receivers):
        return NO_SHADOWS
    sun, matrix = NO_SHADOWS.sun, NO_SHADOWS.sun_matrix
    if scene.suns:
        sun, matrix = sun_shadow(geometry, scene.suns[0].direction, receivers)
    lamps, exponents = NO_SHADOWS.lamps, NO_SHADOWS.lamp_exponents
    if scene.lamps:
        maps = [lamp_shadow(geometry, lamp) for lamp in scene.lamps[:SHADOWED_LAMPS]]
        lamps = np.stack([one for one, _ in maps])
        exponents = np.array([exponent for _, exponent in maps], np.float32)
    return Shadows(sun, matrix, lamps, exponents)


def visible(geometry: Geometry, camera: Camera) -> Visibility:
    """Return what the points of the camera's grid see (see `antialiasing`)."""
    seen = (geometry.vertices.astype(np.float64) - camera.position) @ camera.rotation.T
    focal = 2 * camera.focal_px
    points = np.empty_like(seen)
    points[:, 0] = focal * seen[:, 0] + camera.width * seen[:, 2]
    points[:, 1] = focal * seen[:, 1] + camera.height * seen[:, 2]
    points[:, 2] = seen[:, 2]
    shape = (2 * camera.height + 1, 2 * camera.width + 1)
    nearness = np.zeros(shape, np.float32)
    triangle = np.full(shape, rasteriser.NONE, np.int32)
    planes = np.empty((len(geometry.faces), 3, 3))
    ones = np.ones(len(points))
    rasteriser.fill(points, ones, geometry.faces, NEAR_M, nearness, triangle, planes)
    return Visibility(nearness, triangle, planes)


def _textured(mesh: Mesh) -> bool:
    return mesh.texture is not None and mesh.uv is not None


def _material(mesh: Mesh) -> Material:
    textured = _textured(mesh)
    # Within 0..1 the texture does not repeat: its opposite sides must not bleed into each other.
    repeated = textured and bool(mesh.uv.min() < -1e-3 or mesh.uv.max() > 1.001)
    return Material(np.float32(mesh.roughness), np.float32(mesh.emission), textured, repeated)


def _ground_truth(
    meshes: tuple[Mesh, ...], geometry: Geometry, seen: Visibility
) -> tuple[Array, np.ndarray]:
    """Return depth (metres) and owner in the middle of each pixel."""
    nearness = np.ascontiguousarray(seen.nearness[1::2, 1::2])
    depth = np.full_like(nearness, np.inf)
    np.divide(1, nearness, out=depth, where=nearness > 0)
    owners = np.array([NOBODY, *(mesh.owner for mesh in meshes)], np.int16)
    of_triangle = np.append(owners[geometry.mesh + 1], np.int16(NOBODY))
    return depth, of_triangle[seen.triangle[1::2, 1::2]]
