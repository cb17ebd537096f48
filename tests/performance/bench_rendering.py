"""Speed of the scene renderer on one core: whole training frames, and where their time goes."""

import sys
import time
from collections import defaultdict
from itertools import islice, pairwise

import cv2
import numpy as np
from rich.console import Console
from rich.table import Table

from model_assets.training.casting import cast_people
from model_assets.training.ground_truth import sightings
from model_assets.training.pose_dataset import HEIGHT, WIDTH, frames_of
from model_assets.training.rendering.lens import photograph, sample_conditions
from model_assets.training.rendering.render import rasterise
from model_assets.training.sites.site import sample_camera
from model_assets.training.staging import sample_locations, stage

PEOPLE, FRAMES, SEED = 2, 200, 1


def main() -> int:
    cv2.setNumThreads(1)
    list(islice(frames_of(np.random.default_rng(SEED), 5), 5))  # compiles
    seconds, triangles = measure(np.random.default_rng(SEED))
    table = Table(title=f"{FRAMES} frames of {WIDTH} x {HEIGHT} with {PEOPLE} people, one core")
    table.add_column("step")
    table.add_column("ms a frame", justify="right")
    table.add_column("share", justify="right")
    total = sum(seconds.values())
    for step, spent in seconds.items():
        table.add_row(step, f"{spent / FRAMES * 1000:.1f}", f"{spent / total:.0%}")
    Console().print(table)
    print(f"{FRAMES / total:.1f} frames/s on one core; {triangles / FRAMES:.0f} triangles a frame")
    return 0


def measure(rng: np.random.Generator) -> tuple[dict[str, float], int]:
    """Return the CPU seconds of each step over all frames, and the triangles of all frames."""
    locations, cast = sample_locations(rng, 6), cast_people(rng, 12)
    seconds: dict[str, float] = defaultdict(float)
    triangles = 0
    for number in range(FRAMES):
        location = locations[number % len(locations)]
        marks = [time.process_time()]
        camera = sample_camera(rng, location.site, WIDTH, HEIGHT)
        staged = stage(rng, location.site, cast, camera, PEOPLE)
        marks.append(time.process_time())
        render = rasterise(staged.scene)
        marks.append(time.process_time())
        sightings(staged.figures, camera, render)
        marks.append(time.process_time())
        photograph(rng, render.image, sample_conditions(rng, location.night))
        marks.append(time.process_time())
        steps = ("camera and people", "rasterise", "ground truth", "lens and sensor")
        for step, (start, end) in zip(steps, pairwise(marks), strict=True):
            seconds[step] += end - start
        triangles += sum(len(mesh.faces) for mesh in staged.scene.meshes)
    return dict(seconds), triangles


if __name__ == "__main__":
    sys.exit(main())
