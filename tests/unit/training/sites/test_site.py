from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from model_assets.training.rendering.scene import Camera
from model_assets.training.sites.site import (
    Site,
    camera_is_free,
    sample_camera,
    sample_spots,
    share_seen,
)

NOTHING = np.zeros((0, 6), np.float32)
BARE = Site(
    meshes=(),
    suns=(),
    lamps=(),
    sky=(1, 1, 1),
    ground=(1, 1, 1),
    ambient=1,
    floor=np.float32([[-3, 2, 3, 10]]),
    mounts=np.float32([[-1, -1, 2.5, 1, -0.5, 3]]),
    obstacles=NOTHING,
)
CAMERA = Camera((0, -2, 2.5), (0, 5, 1), 70, 160, 90)


def test_spots_are_spread_over_all_rectangles_by_their_area() -> None:
    floor = np.float32([[0, 0, 1, 1], [5, 5, 8, 6]])
    spots = sample_spots(np.random.default_rng(0), floor, 4000)
    second = spots[:, 0] >= 5
    assert second.mean() == pytest.approx(0.75, abs=0.03)
    assert (spots[second] >= [5, 5]).all()
    assert (spots[second] <= [8, 6]).all()
    assert (spots[~second] <= 1).all()


def test_obstacle_hides_only_what_is_behind_it() -> None:
    spots = np.float32([[0, 4], [0, 9]])
    wall = np.float32([[-2, 6, 0, 2, 6.2, 3]])
    assert share_seen(CAMERA, BARE, spots) == 1
    assert share_seen(CAMERA, replace(BARE, obstacles=wall), spots) == 0.5


@pytest.mark.parametrize(
    "spot", [(0, -6), (0, 30), (-9, 4)], ids=["behind the camera", "too far", "beside the picture"]
)
def test_spots_out_of_sight_are_not_counted(spot: tuple[float, float]) -> None:
    assert share_seen(CAMERA, BARE, np.float32([spot])) == 0


@pytest.mark.parametrize(
    ("box", "free"),
    [
        ((-1, -3, 0, 1, -1, 3), False),
        ((-2, -1.2, 0, 2, -1.0, 4), False),
        ((-2, 6, 0, 2, 7, 2), True),
    ],
    ids=["around the camera", "right before it", "far away"],
)
def test_camera_needs_free_space_before_it(box: tuple[float, ...], free: bool) -> None:
    assert camera_is_free(CAMERA, replace(BARE, obstacles=np.float32([box]))) is free


def test_mounted_and_hand_held_cameras_are_drawn() -> None:
    rng = np.random.default_rng(3)
    cameras = [sample_camera(rng, BARE, 160, 90) for _ in range(60)]
    mounted = [camera for camera in cameras if camera.position[2] > 2.2]
    assert 0.4 < len(mounted) / len(cameras) < 0.95
    assert all(-1 <= camera.position[1] <= -0.5 for camera in mounted)
    assert all((camera.width, camera.height) == (160, 90) for camera in cameras)


def test_place_without_room_for_a_camera_is_reported() -> None:
    full = replace(BARE, obstacles=np.float32([[-50, -50, -1, 50, 50, 9]]))
    with pytest.raises(ValueError, match="none of 60 cameras sees the floor past the 1 obstacles"):
        sample_camera(np.random.default_rng(0), full, 160, 90)


def test_scene_holds_the_place_and_the_people() -> None:
    scene = BARE.scene(CAMERA, ())
    assert scene.camera is CAMERA
    assert (scene.sky, scene.ground, scene.ambient) == (BARE.sky, BARE.ground, BARE.ambient)
