"""What is rendered: meshes, lights and a camera, in metres, x to the right, y ahead, z up.

Colours are BGR in 0..1 as a display shows them (sRGB); renderers light them in linear space.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Image = NDArray[np.uint8]
Vector = tuple[float, float, float]

NOBODY = -1
"""Owner of the meshes that belong to the place."""


@dataclass(frozen=True, slots=True, eq=False)
class Mesh:
    """Triangles with smooth shading.

    Attributes:
        vertices: float32 [n, 3], metres.
        faces: int32 [m, 3], indices of vertices, counter-clockwise seen from outside.
        normals: float32 [n, 3], unit length.
        colours: float32 [n, 3], BGR 0..1.
        uv: float32 [n, 2], column and row of the texture in 0..1 (beyond it, the texture
            repeats); None without a texture.
        texture: BGR uint8 [height, width, 3] that multiplies the colours, or None.
        roughness: 0 (mirror) .. 1 (chalk).
        emission: light the surface gives off by itself, in albedos; 0 for all but lamps.
        owner: index of the person in the scene, or ``NOBODY``.
    """

    vertices: Array
    faces: NDArray[np.int32]
    normals: Array
    colours: Array
    uv: Array | None = None
    texture: Image | None = None
    roughness: float = 0.9
    emission: float = 0.0
    owner: int = NOBODY


@dataclass(frozen=True, slots=True)
class Sun:
    """Parallel light; the first sun of a scene casts shadows.

    Attributes:
        direction: the way the light travels, unit length.
        colour: BGR radiance; (1, 1, 1) lights a white surface facing it fully white.
    """

    direction: Vector
    colour: Vector


@dataclass(frozen=True, slots=True)
class Lamp:
    """Light from a point; its strength falls with the square of the distance.

    Attributes:
        position: metres.
        colour: BGR radiance at a distance of one metre.
    """

    position: Vector
    colour: Vector


@dataclass(frozen=True, slots=True)
class Camera:
    """A pinhole camera without roll.

    Attributes:
        position: of the pinhole, metres.
        target: the point in the middle of the picture.
        field_of_view: horizontal, degrees.
        width: of the picture, pixels.
        height: of the picture, pixels.
    """

    position: Vector
    target: Vector
    field_of_view: float
    width: int
    height: int

    @property
    def focal_px(self) -> float:
        """Focal length in pixels."""
        return float(self.width / 2 / np.tan(np.radians(self.field_of_view) / 2))

    @property
    def rotation(self) -> Array:
        """Rows: the camera's right, down and ahead in the world, [3, 3], read-only."""
        return _rotation(tuple(self.position), tuple(self.target))

    def project(self, points: Array) -> Array:
        """Return x, y in pixels (whole numbers at pixel edges) and depth in metres, [n, 3]."""
        seen = (points - np.float32(self.position)) @ self.rotation.T
        depth = np.where(np.abs(seen[:, 2]) < 1e-6, np.float32(1e-6), seen[:, 2])
        xy = seen[:, :2] / depth[:, None] * np.float32(self.focal_px)
        middle = np.float32([self.width / 2, self.height / 2])
        return np.column_stack([xy + middle, seen[:, 2]]).astype(np.float32)


# A frame asks for it often: each point that is projected by itself.
@lru_cache(maxsize=64)
def _rotation(position: Vector, target: Vector) -> Array:
    ahead = np.subtract(target, position)
    ahead = ahead / np.linalg.norm(ahead)
    right = np.cross(ahead, (0.0, 0.0, 1.0))
    right = right / np.linalg.norm(right)
    rotation = np.array([right, np.cross(ahead, right), ahead], np.float32)
    rotation.flags.writeable = False
    return rotation


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """All that a renderer needs.

    Attributes:
        meshes: of the place and of the people.
        camera: who looks.
        suns: parallel lights, the one that casts shadows first.
        lamps: point lights.
        sky: BGR 0..1 of the background above and of the light from above.
        ground: BGR 0..1 of the light from below.
        ambient: strength of sky and ground light on surfaces.
    """

    meshes: tuple[Mesh, ...]
    camera: Camera
    suns: tuple[Sun, ...]
    lamps: tuple[Lamp, ...]
    sky: Vector
    ground: Vector
    ambient: float


@dataclass(frozen=True, slots=True, eq=False)
class Render:
    """A picture and what each of its pixels shows.

    Attributes:
        image: BGR uint8 [height, width, 3].
        depth: float32 [height, width], metres along the optical axis; infinite for the sky.
        owner: int16 [height, width], owner of the mesh seen.
    """

    image: Image
    depth: Array
    owner: NDArray[np.int16]
