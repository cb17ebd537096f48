"""The picture of a :class:`Scene` by path tracing, with Blender's Cycles as a Python module.

Slower than the rasteriser by two orders of magnitude, but with soft shadows from every lamp, light
that bounces once, and reflections. Needs the package ``bpy``, which only training installs.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from model_assets.training.rendering.blender_materials import sky
from model_assets.training.rendering.blender_objects import (
    add_camera,
    add_lamp,
    add_meshes,
    add_sun,
)
from model_assets.training.rendering.scene import Array, Image, Scene
from model_assets.training.rendering.tone import tone_map

_MANY_LAMPS = 4
"""From which choosing lamps by their distance is worth its time."""


def render_cycles(scene: Scene, samples: int = 16, seed: int = 0) -> Image:
    """Return the picture of a scene, BGR uint8 [height, width, 3].

    The same arguments give the same picture. Leaves no data in Blender, so that a process can
    render any number of frames.

    Args:
        scene: what to render.
        samples: paths per pixel, before denoising; the time grows in proportion.
        seed: of the paths.
    """
    target = bpy.data.scenes.new("render")
    try:
        add_meshes(target, scene)
        for order, sun in enumerate(scene.suns):
            add_sun(target, sun, shadows=order == 0)
        for lamp in scene.lamps:
            add_lamp(target, lamp)
        add_camera(target, scene.camera)
        target.world = sky(scene)
        _set_frame(target.render, scene)
        _set_paths(target.cycles, samples, seed)
        target.cycles.use_light_tree = len(scene.lamps) >= _MANY_LAMPS
        return tone_map(_traced(target))
    finally:
        bpy.data.scenes.remove(target)
        bpy.data.orphans_purge(do_recursive=True)


def _set_frame(render: Any, scene: Scene) -> None:
    render.engine = "CYCLES"
    render.resolution_x = scene.camera.width
    render.resolution_y = scene.camera.height
    render.resolution_percentage = 100
    render.use_compositing = render.use_sequencer = False
    render.image_settings.file_format = "OPEN_EXR"
    render.image_settings.color_depth = "32"


def _set_paths(cycles: Any, samples: int, seed: int) -> None:
    cycles.samples = samples
    cycles.seed = seed
    # Cycles looks for finished pixels after every 16th sample only.
    cycles.use_adaptive_sampling = samples > 16
    cycles.use_denoising = True
    cycles.denoising_prefilter = "FAST"
    cycles.max_bounces = cycles.glossy_bounces = cycles.diffuse_bounces = 1
    cycles.caustics_reflective = cycles.caustics_refractive = False
    cycles.sample_clamp_indirect = 3.0


def _traced(target: Any) -> Array:
    """Return the light of the picture, linear BGR [height, width, 3]."""
    bpy.ops.render.render(scene=target.name)
    # The pixels of a result cannot be read in a process without windows, those of a file can.
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "render.exr")
        bpy.data.images["Render Result"].save_render(path, scene=target)
        image = bpy.data.images.load(path)
        width, height = image.size
        pixels = np.empty(height * width * 4, np.float32)
        image.pixels.foreach_get(pixels)
        bpy.data.images.remove(image)
    return np.ascontiguousarray(pixels.reshape(height, width, 4)[::-1, :, 2::-1])
