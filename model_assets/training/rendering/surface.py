"""The surface that a grid point sees: its normal and its colour."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from model_assets.training.rendering.kernel import kernel, part
from model_assets.training.rendering.rasteriser import Planes, Triangles
from model_assets.training.rendering.scene import Array, Image

Triple = tuple[float, float, float]
Quadruple = tuple[float, float, float, float]

_TAPS = 4
"""Most samples along the longer axis of a pixel's footprint on a texture."""

_ONE = np.float32(1)
_HALF = np.float32(0.5)
_TINY = np.float32(1e-6)


class Material(NamedTuple):
    """What all triangles of a mesh share."""

    roughness: np.float32
    emission: np.float32
    textured: bool
    repeated: bool


@part
def unit(x: float, y: float, z: float) -> Triple:
    """Return the vector at length 1."""
    scale = _ONE / np.sqrt(max(x * x + y * y + z * z, np.float32(1e-20)))
    return x * scale, y * scale, z * scale


@part
def mixed(values: Array, a: int, b: int, c: int, weights: Triple) -> Triple:
    """Return the weighted sum of three rows [n, 3]."""
    u, v, w = weights
    return (
        values[a, 0] * u + values[b, 0] * v + values[c, 0] * w,
        values[a, 1] * u + values[b, 1] * v + values[c, 1] * w,
        values[a, 2] * u + values[b, 2] * v + values[c, 2] * w,
    )


@kernel
def traits_of(
    vertices: Array, normals: Array, faces: Triangles, mesh: Triangles, planes: Planes, eye: Array
) -> Array:
    """Return what is the same all over a triangle, float32 [m, 7].

    Columns 0 to 2: mean normal; 3: -1 if its normals point away from the eye, as on the inside
    of a skirt, else 1; 4 and 5: change of nearness per column and row; 6: mesh.
    """
    traits = np.empty((faces.shape[0], 7), np.float32)
    for t in range(faces.shape[0]):
        a, b, c = faces[t, 0], faces[t, 1], faces[t, 2]
        ax, ay, az = vertices[a, 0], vertices[a, 1], vertices[a, 2]
        px, py, pz = vertices[b, 0] - ax, vertices[b, 1] - ay, vertices[b, 2] - az
        qx, qy, qz = vertices[c, 0] - ax, vertices[c, 1] - ay, vertices[c, 2] - az
        gx, gy, gz = py * qz - pz * qy, pz * qx - px * qz, px * qy - py * qx
        nx, ny, nz = unit(
            normals[a, 0] + normals[b, 0] + normals[c, 0],
            normals[a, 1] + normals[b, 1] + normals[c, 1],
            normals[a, 2] + normals[b, 2] + normals[c, 2],
        )
        seen = gx * (eye[0] - ax) + gy * (eye[1] - ay) + gz * (eye[2] - az)
        along = gx * nx + gy * ny + gz * nz
        traits[t, 0], traits[t, 1], traits[t, 2] = nx, ny, nz
        traits[t, 3] = -_ONE if (seen < 0) != (along < 0) else _ONE
        for axis in range(2):
            slope = planes[t, 0, axis] + planes[t, 1, axis] + planes[t, 2, axis]
            traits[t, 4 + axis] = slope
        traits[t, 6] = mesh[t]
    return traits


@part
def _texel(pixels: Image, levels: Triangles, level: int, u: float, v: float, wrap: bool) -> Triple:
    """Return the bilinear sample of one level, 0..255."""
    start, height, width = levels[level, 0], levels[level, 1], levels[level, 2]
    if wrap:
        u, v = u - np.floor(u), v - np.floor(v)
    x, y = u * np.float32(width) - _HALF, v * np.float32(height) - _HALF
    floor_x, floor_y = np.floor(x), np.floor(y)
    left, top = int(floor_x), int(floor_y)
    right, bottom = left + 1, top + 1
    if wrap:
        left, top = (left if left >= 0 else width - 1), (top if top >= 0 else height - 1)
        right, bottom = (right if right < width else 0), (bottom if bottom < height else 0)
    left, right = min(max(left, 0), width - 1), min(max(right, 0), width - 1)
    top, bottom = min(max(top, 0), height - 1), min(max(bottom, 0), height - 1)
    fx, fy = x - floor_x, y - floor_y
    top, bottom = start + top * width, start + bottom * width
    wa, wb = (_ONE - fx) * (_ONE - fy), fx * (_ONE - fy)
    wc, wd = (_ONE - fx) * fy, fx * fy
    a, b, c, d = top + left, top + right, bottom + left, bottom + right
    return (
        np.float32(pixels[a, 0]) * wa
        + np.float32(pixels[b, 0]) * wb
        + np.float32(pixels[c, 0]) * wc
        + np.float32(pixels[d, 0]) * wd,
        np.float32(pixels[a, 1]) * wa
        + np.float32(pixels[b, 1]) * wb
        + np.float32(pixels[c, 1]) * wc
        + np.float32(pixels[d, 1]) * wd,
        np.float32(pixels[a, 2]) * wa
        + np.float32(pixels[b, 2]) * wb
        + np.float32(pixels[c, 2]) * wc
        + np.float32(pixels[d, 2]) * wd,
    )


@part
def _footprint(width: float, height: float, slope: Quadruple) -> tuple[float, float, float, int]:
    """Return the longer axis (du, dv) of a pixel on a texture, the shorter's texels, the taps."""
    ax, ay, bx, by = slope[0] * width, slope[1] * height, slope[2] * width, slope[3] * height
    across, down = ax * ax + ay * ay, bx * bx + by * by
    longer, du, dv = np.sqrt(max(across, _TINY)), slope[0], slope[1]
    if down > across:
        longer, du, dv = np.sqrt(max(down, _TINY)), slope[2], slope[3]
    shorter = max(abs(ax * by - ay * bx) / longer, longer / np.float32(_TAPS))
    shorter = min(max(shorter, _TINY), longer)
    taps = int(longer / shorter + np.float32(0.75))
    return du, dv, shorter, (1 if longer <= 1 else min(max(taps, 1), _TAPS))


@part
def _sample(
    pixels: Image, levels: Triangles, u: float, v: float, slope: Quadruple, wrap: bool
) -> Triple:
    """Return the texture over a pixel's footprint, 0..1.

    Method: Heckbert, "Survey of texture mapping", 1986, with several samples of the level that
    fits the footprint's shorter axis along its longer one.

    Args:
        pixels: of the texture's pyramid.
        levels: of the texture's pyramid.
        u: column, 0..1.
        v: row, 0..1.
        slope: change of u and v per pixel to the right, then per pixel down.
        wrap: whether the texture repeats outside 0..1.
    """
    width, height = np.float32(levels[0, 2]), np.float32(levels[0, 1])
    du, dv, shorter, taps = _footprint(width, height, slope)
    deepest = levels.shape[0] - 1
    detail = min(max(np.log2(shorter), np.float32(0)), np.float32(deepest))
    # Several taps hide the steps between levels; one tap must blend them.
    level = int(detail) if taps == 1 else int(detail + _HALF)
    coarser = detail - np.float32(level)
    blue, green, red = np.float32(0), np.float32(0), np.float32(0)
    for i in range(taps):
        offset = (np.float32(i) + _HALF) / np.float32(taps) - _HALF
        x, y = u + du * offset, v + dv * offset
        b, g, r = _texel(pixels, levels, level, x, y, wrap)
        if coarser > np.float32(0.02) and level < deepest:
            b2, g2, r2 = _texel(pixels, levels, level + 1, x, y, wrap)
            b, g, r = b + (b2 - b) * coarser, g + (g2 - g) * coarser, r + (r2 - r) * coarser
        blue, green, red = blue + b, green + g, red + r
    scale = _ONE / np.float32(255 * taps)
    return blue * scale, green * scale, red * scale


@part
def texture_at(
    uv: Array,
    planes: Planes,
    t: int,
    corners: tuple[int, int, int],
    weights: Triple,
    depth: float,
    pixels: Image,
    levels: Triangles,
    wrap: bool,
) -> Triple:
    """Return the texture of triangle `t` at a grid point, 0..1 sRGB."""
    a, b, c = corners
    u = uv[a, 0] * weights[0] + uv[b, 0] * weights[1] + uv[c, 0] * weights[2]
    v = uv[a, 1] * weights[0] + uv[b, 1] * weights[1] + uv[c, 1] * weights[2]
    # Relative to u and v, so that large coordinates do not cancel; the grid is twice as fine as
    # the picture.
    ua, ub, uc = uv[a, 0] - u, uv[b, 0] - u, uv[c, 0] - u
    va, vb, vc = uv[a, 1] - v, uv[b, 1] - v, uv[c, 1] - v
    step = np.float32(2) * depth
    x0, y0 = np.float32(planes[t, 0, 0]) * step, np.float32(planes[t, 0, 1]) * step
    x1, y1 = np.float32(planes[t, 1, 0]) * step, np.float32(planes[t, 1, 1]) * step
    x2, y2 = np.float32(planes[t, 2, 0]) * step, np.float32(planes[t, 2, 1]) * step
    slope = (
        x0 * ua + x1 * ub + x2 * uc,
        x0 * va + x1 * vb + x2 * vc,
        y0 * ua + y1 * ub + y2 * uc,
        y0 * va + y1 * vb + y2 * vc,
    )
    return _sample(pixels, levels, u, v, slope, wrap)


@part
def linear(c: float) -> float:
    """Return the linear light of an sRGB value.

    To 0.2 %: a cubic polynomial is much cheaper than a power.
    """
    return c * (c * (c * np.float32(0.305306) + np.float32(0.682171)) + np.float32(0.012523))
