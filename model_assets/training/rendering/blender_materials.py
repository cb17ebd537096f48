"""Surfaces and sky of a :class:`Scene` as Cycles shaders.

The light of sky and ground comes from the surfaces themselves: each gives off what the hemisphere
above it would, darkened near other surfaces. So a closed room is not black, as it would be with the
light of a real sky, and the picture is as bright as that of the rasteriser.
"""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np

from model_assets.training.rendering.scene import Image, Mesh, Scene, Vector
from model_assets.training.rendering.shading import to_linear

COLOURS = "colours"
"""Name of the attribute that holds the colours of vertices."""

_OCCLUSION_M = 1.2
_MATT = 0.85
"""Roughness from which a surface has no highlights, as in the rasteriser; half the work."""


class _Nodes:
    """Builds the nodes of a shader; values are sockets or constants."""

    def __init__(self, tree: Any) -> None:
        self.tree = tree

    def new(self, kind: str, **inputs: Any) -> Any:
        """Add a node; underscores in the names of its inputs stand for spaces."""
        node = self.tree.nodes.new(f"ShaderNode{kind}")
        for name, value in inputs.items():
            self.feed(node.inputs[name.replace("_", " ")], value)
        return node

    def feed(self, socket: Any, value: Any) -> None:
        if isinstance(value, bpy.types.NodeSocket):
            self.tree.links.new(value, socket)
        else:
            socket.default_value = value

    def math(self, operation: str, *values: Any) -> Any:
        node = self.new("Math")
        node.operation = operation
        for socket, value in zip(node.inputs, values, strict=False):
            self.feed(socket, value)
        return node.outputs["Value"]

    def vector(self, operation: str, first: Any, second: Any) -> Any:
        node = self.new("VectorMath")
        node.operation = operation
        self.feed(node.inputs[0], first)
        self.feed(node.inputs["Scale" if operation == "SCALE" else 1], second)
        return node.outputs["Vector"]

    def up(self, direction: Any) -> Any:
        return self.new("SeparateXYZ", Vector=direction).outputs["Z"]

    def hemisphere(self, scene: Scene, up: Any) -> Any:
        """Light of sky and ground on a surface whose normal has the z component ``up``."""
        above = self.math("MULTIPLY_ADD", up, 0.5, 0.5)
        light = self.vector("SCALE", _rgb(scene.sky, scene.ambient), above)
        below = self.math("SUBTRACT", 1.0, above)
        return self.vector(
            "ADD", light, self.vector("SCALE", _rgb(scene.ground, scene.ambient), below)
        )


def _rgb(colour: Vector, strength: float = 1.0) -> tuple[float, ...]:
    return tuple(float(value) * strength for value in to_linear(colour)[::-1])


def texture_image(texture: Image) -> Any:
    """Return a Blender image of a BGR uint8 picture, its first row at the top."""
    height, width = texture.shape[:2]
    image = bpy.data.images.new("texture", width, height, alpha=False)
    pixels = np.ones((height, width, 4), np.float32)
    pixels[..., :3] = texture[::-1, :, ::-1] / np.float32(255)
    image.pixels.foreach_set(pixels.ravel())
    image.update()
    return image


def _albedo(nodes: _Nodes, mesh: Mesh, image: Any | None) -> Any:
    vertex_colours = nodes.new("VertexColor")
    vertex_colours.layer_name = COLOURS
    colour = vertex_colours.outputs["Color"]
    if image is None or mesh.uv is None:
        return colour
    texture = nodes.new("TexImage")
    texture.image = image
    # Within 0..1 the texture does not repeat: its opposite sides must not bleed into each other.
    repeated = mesh.uv.min() < -1e-3 or mesh.uv.max() > 1.001
    texture.extension = "REPEAT" if repeated else "EXTEND"
    return nodes.vector("MULTIPLY", colour, texture.outputs["Color"])


def _glow(nodes: _Nodes, scene: Scene, mesh: Mesh) -> Any:
    """Ambient light and emission, in albedos, to the eye and to mirrors.

    Not to other surfaces, on which the light of lamps and of the ambient already is.
    """
    occlusion = nodes.new("AmbientOcclusion", Distance=_OCCLUSION_M)
    occlusion.samples = 1
    up = nodes.up(nodes.new("NewGeometry").outputs["Normal"])
    light = nodes.vector("SCALE", nodes.hemisphere(scene, up), occlusion.outputs["AO"])
    if mesh.emission > 0:
        light = nodes.vector("ADD", light, (mesh.emission,) * 3)
    path = nodes.new("LightPath").outputs
    seen = nodes.math("MAXIMUM", path["Is Camera Ray"], path["Is Glossy Ray"])
    return nodes.vector("SCALE", light, seen)


def surface(scene: Scene, mesh: Mesh, image: Any | None) -> Any:
    """Return the material of a mesh, with its texture as a Blender image."""
    material = bpy.data.materials.new("surface")
    material.cycles.emission_sampling = "NONE"
    nodes = _Nodes(material.node_tree)
    nodes.tree.nodes.clear()
    albedo = _albedo(nodes, mesh, image)
    light = nodes.vector("MULTIPLY", albedo, _glow(nodes, scene, mesh))
    if mesh.roughness >= _MATT:
        shader = nodes.new("AddShader")
        nodes.feed(shader.inputs[0], nodes.new("BsdfDiffuse", Color=albedo).outputs[0])
        nodes.feed(shader.inputs[1], nodes.new("Emission", Color=light).outputs[0])
    else:
        shader = nodes.new(
            "BsdfPrincipled",
            Base_Color=albedo,
            Roughness=mesh.roughness,
            Emission_Color=light,
            Emission_Strength=1.0,
        )
    nodes.new("OutputMaterial", Surface=shader.outputs[0])
    return material


def sky(scene: Scene) -> Any:
    """Return the world: the sky to the eye, paler towards the horizon; ambient light to mirrors."""
    world = bpy.data.worlds.new("sky")
    world.cycles.sampling_method = "NONE"
    nodes = _Nodes(world.node_tree)
    nodes.tree.nodes.clear()
    up = nodes.up(nodes.new("TexCoord").outputs["Generated"])
    path = nodes.new("LightPath").outputs
    colour = np.array(_rgb(scene.sky))
    steep = nodes.math("MINIMUM", nodes.math("MAXIMUM", nodes.math("MULTIPLY", up, 3.0), 0.0), 1.0)
    haze = nodes.math("POWER", nodes.math("SUBTRACT", 1.0, steep), 2.0)
    pale = nodes.vector("SCALE", tuple(0.35 * (colour.mean() - colour)), haze)
    seen = nodes.vector("SCALE", nodes.vector("ADD", tuple(colour), pale), path["Is Camera Ray"])
    mirrored = nodes.vector("SCALE", nodes.hemisphere(scene, up), path["Is Glossy Ray"])
    light = nodes.new("Background", Color=nodes.vector("ADD", seen, mirrored))
    nodes.new("OutputWorld", Surface=light.outputs[0])
    return world
