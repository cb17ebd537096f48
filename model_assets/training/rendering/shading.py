"""The light that leaves a surface towards the camera."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model_assets.training.rendering.geometry import Geometry
from model_assets.training.rendering.kernel import kernel, part
from model_assets.training.rendering.occlusion import open_at
from model_assets.training.rendering.rasteriser import Planes, Triangles
from model_assets.training.rendering.scene import Array, Camera, Scene
from model_assets.training.rendering.shadow import Shadows, lamp_light, sun_light
from model_assets.training.rendering.surface import (
    Material,
    Triple,
    linear,
    mixed,
    texture_at,
    unit,
)
from model_assets.training.rendering.texture_pyramid import Pyramid

_LAMP_RADIUS2 = np.float32(0.02)
"""Square of a lamp's radius in metres: its light does not grow without bound close to it."""
_WRAP = np.float32(0.12)
"""How far light creeps around the terminator, as it does on cloth and skin."""
_MATT = np.float32(0.85)
"""Rougher surfaces mirror no lights."""

_FAINT = np.float32(2e-4)
"""Less of a light than this is not worth adding."""

_ZERO = np.float32(0)
_ONE = np.float32(1)
_HALF = np.float32(0.5)


class View(NamedTuple):
    """Rays of a camera: `rays[0] + column * rays[1] + row * rays[2]`, of depth 1, on the grid."""

    position: Array
    rays: Array


class Lights(NamedTuple):
    """Lights in linear colours.

    Attributes:
        suns: float32 [k, 6], direction towards the sun and colour.
        lamps: float32 [m, 6], position and colour.
        sky: float32 [3], colour of the sky.
        around: float32 [6], ambient light from above and from below.
    """

    suns: Array
    lamps: Array
    sky: Array
    around: Array


class Visibility(NamedTuple):
    """What each grid point sees; see `rasteriser.fill`."""

    nearness: Array
    triangle: Triangles
    planes: Planes


def to_linear(colour: object) -> Array:
    """Return the linear light of an sRGB colour (0..1)."""
    c = np.asarray(colour, np.float64)
    light = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    return light.astype(np.float32)


def view_of(camera: Camera) -> View:
    """Return the rays of a camera through the points of its grid."""
    right, down, ahead = camera.rotation
    step = np.float32(0.5 / camera.focal_px)
    corner = ahead - step * camera.width * right - step * camera.height * down
    return View(np.float32(camera.position), np.float32([corner, right * step, down * step]))


def lights_of(scene: Scene) -> Lights:
    """Return the lights of a scene; suns and lamps are linear already, sky and ground are sRGB."""
    sky, ground = to_linear(scene.sky), to_linear(scene.ground)
    suns = [(*(-np.float64(sun.direction)), *sun.colour) for sun in scene.suns]
    lamps = [(*lamp.position, *lamp.colour) for lamp in scene.lamps]
    return Lights(
        np.array(suns, np.float32).reshape(-1, 6),
        np.array(lamps, np.float32).reshape(-1, 6),
        sky,
        np.concatenate([sky, ground]) * np.float32(scene.ambient),
    )


@part
def _gloss(n: Triple, to_light: Triple, to_eye: Triple, roughness: float) -> float:
    """Return the share of light mirrored towards the eye (Blinn and Phong, normalised)."""
    hx, hy, hz = unit(to_light[0] + to_eye[0], to_light[1] + to_eye[1], to_light[2] + to_eye[2])
    cosine = max(n[0] * hx + n[1] * hy + n[2] * hz, _ZERO)
    square = roughness * roughness
    power = np.float32(2) / (square * square + np.float32(2e-3)) - _ONE
    return np.float32(0.005) * (power + np.float32(8)) * cosine**power


@part
def _facing(n: Triple, to_light: Triple) -> float:
    """Return how far a surface faces a light, 0..1, softened at the terminator."""
    cosine = n[0] * to_light[0] + n[1] * to_light[1] + n[2] * to_light[2]
    return max((cosine + _WRAP) / (_ONE + _WRAP), _ZERO)


@part
def _from_around(
    around: Array, n: Triple, to_eye: Triple, roughness: float, openness: float
) -> tuple[Triple, float, float]:
    """Return the diffuse light of sky and ground, and how the surface mirrors them.

    The mirrored part is its share of the light and how much of it comes from above.
    """
    up = (_HALF + _HALF * n[2]) * openness
    down = openness - up
    cosine = max(n[0] * to_eye[0] + n[1] * to_eye[1] + n[2] * to_eye[2], _ZERO)
    smooth = _ONE - roughness
    rim = (_ONE - cosine) * (_ONE - cosine)
    share = smooth * smooth * (np.float32(0.04) + _HALF * rim * rim * (_ONE - cosine)) * openness
    diffuse = (
        around[0] * up + around[3] * down,
        around[1] * up + around[4] * down,
        around[2] * up + around[5] * down,
    )
    return diffuse, share, _HALF + _HALF * (np.float32(2) * cosine * n[2] - to_eye[2])


@part
def _illuminate(
    suns: Array,
    lamps: Array,
    around: Array,
    sun_map: Array,
    sun_matrix: Array,
    lamp_maps: Array,
    lamp_exponents: Array,
    position: Triple,
    n: Triple,
    to_eye: Triple,
    roughness: float,
    openness: float,
) -> tuple[float, float, float, float, float, float]:
    """Return diffuse and mirrored light (BGR, BGR) at a point."""
    (db, dg, dr), share, above = _from_around(around, n, to_eye, roughness, openness)
    gb = (around[3] + (around[0] - around[3]) * above) * share
    gg = (around[4] + (around[1] - around[4]) * above) * share
    gr = (around[5] + (around[2] - around[5]) * above) * share
    count = suns.shape[0]
    for i in range(count + lamps.shape[0]):
        if i < count:
            to_light = (suns[i, 0], suns[i, 1], suns[i, 2])
            blue, green, red = suns[i, 3], suns[i, 4], suns[i, 5]
            strength = _facing(n, to_light)
            if i == 0 and strength > 0:
                strength *= sun_light(sun_map, sun_matrix, position, n)
        else:
            k = i - count
            dx, dy = lamps[k, 0] - position[0], lamps[k, 1] - position[1]
            dz = lamps[k, 2] - position[2]
            square = dx * dx + dy * dy + dz * dz + _LAMP_RADIUS2
            to_light = unit(dx, dy, dz)
            blue, green, red = lamps[k, 3], lamps[k, 4], lamps[k, 5]
            strength = (
                _facing(n, to_light) / square * (np.float32(0.35) + np.float32(0.65) * openness)
            )
            if k < lamp_maps.shape[0] and strength > _FAINT:
                upright = _ONE - abs(n[2])
                strength *= lamp_light(lamp_maps, lamp_exponents, k, (dx, dy, dz), upright)
        if strength <= _FAINT:
            continue
        db, dg, dr = db + blue * strength, dg + green * strength, dr + red * strength
        if roughness < _MATT:
            strength *= _gloss(n, to_light, to_eye, roughness)
            gb, gg, gr = gb + blue * strength, gg + green * strength, gr + red * strength
    return db, dg, dr, gb, gg, gr


@kernel
def shade(
    points: NDArray[np.int32],
    geometry: Geometry,
    traits: Array,
    seen: Visibility,
    view: View,
    lights: Lights,
    shadows: Shadows,
    openness: Array,
    step: int,
    material: Material,
    pyramid: Pyramid,
    light: Array,
) -> None:
    """Write the light of grid points that see one mesh.

    Args:
        points: int32 [n, 2], row and column on the grid.
        geometry: of the scene.
        traits: see `surface.traits_of`.
        seen: what the points see.
        view: the camera's rays.
        lights: of the scene; lamps with shadows first.
        shadows: of the first sun and the first lamps.
        openness: see `occlusion.openness_of`.
        step: see `occlusion.openness_of`.
        material: of the mesh.
        pyramid: texture of the mesh.
        light: float32 [n, 3], written.
    """
    nearness, triangle, planes = seen.nearness, seen.triangle, seen.planes
    _, normals, colours, uv, faces, _ = geometry
    eye, rays = view.position, view.rays
    suns, lamps, around = lights.suns, lights.lamps, lights.around
    pixels, levels = pyramid.pixels, pyramid.levels
    roughness, emission = material.roughness, material.emission
    textured, wrap = material.textured, material.repeated
    sun_map, sun_matrix, lamp_maps, lamp_exponents = shadows
    for i in range(points.shape[0]):
        row, column = points[i, 0], points[i, 1]
        t = triangle[row, column]
        near = nearness[row, column]
        depth = _ONE / near
        w0 = np.float32(planes[t, 0, 0] * column + planes[t, 0, 1] * row + planes[t, 0, 2]) * depth
        w1 = np.float32(planes[t, 1, 0] * column + planes[t, 1, 1] * row + planes[t, 1, 2]) * depth
        weights = (w0, w1, _ONE - w0 - w1)
        a, b, c = faces[t, 0], faces[t, 1], faces[t, 2]
        x, y = np.float32(column), np.float32(row)
        rx = rays[0, 0] + rays[1, 0] * x + rays[2, 0] * y
        ry = rays[0, 1] + rays[1, 1] * x + rays[2, 1] * y
        rz = rays[0, 2] + rays[1, 2] * x + rays[2, 2] * y
        position = (eye[0] + rx * depth, eye[1] + ry * depth, eye[2] + rz * depth)
        to_eye = unit(-rx, -ry, -rz)
        nx, ny, nz = mixed(normals, a, b, c, weights)
        flip = traits[t, 3]
        n = unit(nx * flip, ny * flip, nz * flip)
        blue, green, red = mixed(colours, a, b, c, weights)
        if textured:
            tb, tg, tr = texture_at(uv, planes, t, (a, b, c), weights, depth, pixels, levels, wrap)
            blue, green, red = blue * tb, green * tg, red * tr
        db, dg, dr, gb, gg, gr = _illuminate(
            suns,
            lamps,
            around,
            sun_map,
            sun_matrix,
            lamp_maps,
            lamp_exponents,
            position,
            n,
            to_eye,
            roughness,
            open_at(openness, step, row, column, near),
        )
        light[i, 0] = linear(blue) * (db + emission) + gb
        light[i, 1] = linear(green) * (dg + emission) + gg
        light[i, 2] = linear(red) * (dr + emission) + gr


@kernel
def shade_sky(points: NDArray[np.int32], view: View, lights: Lights, light: Array) -> None:
    """Write the light of grid points that see no mesh: the sky, paler towards the horizon."""
    rays, sky = view.rays, lights.sky
    grey = (sky[0] + sky[1] + sky[2]) / np.float32(3)
    for i in range(points.shape[0]):
        x, y = np.float32(points[i, 1]), np.float32(points[i, 0])
        _, _, up = unit(
            rays[0, 0] + rays[1, 0] * x + rays[2, 0] * y,
            rays[0, 1] + rays[1, 1] * x + rays[2, 1] * y,
            rays[0, 2] + rays[1, 2] * x + rays[2, 2] * y,
        )
        low = _ONE - min(max(up * np.float32(3), _ZERO), _ONE)
        haze = np.float32(0.35) * low * low
        for k in range(3):
            light[i, k] = sky[k] + haze * (grey - sky[k])
