"""People at a distance or close to the camera, animals and other furry or round things."""

from __future__ import annotations

import cv2
import numpy as np

from model_assets.training.noise import (
    Colour,
    Image,
    Rng,
    any_colour,
    blur,
    flat,
    fractal,
    gradient,
    mix,
    modulate,
    ridged,
    shade,
    skin_colour,
)
from model_assets.training.places import fill, line
from model_assets.training.textures import blurred_backdrop, dead_leaves, foliage, landscape


def clothing(rng: Rng, height: int, width: int) -> Image:
    """Return cloth as worn: a colour with folds, often striped, chequered, knitted or printed."""
    colour = any_colour(rng)
    image = flat(height, width, colour)
    choice = rng.integers(5)
    other = any_colour(rng)
    pitch = rng.uniform(4, 24)
    if choice in (0, 1):
        for y in np.arange(0, height, pitch):
            line(image, (0, y), (width, y), other, max(1, int(pitch * 0.4)))
    if choice == 1:
        for x in np.arange(0, width, pitch):
            line(image, (x, 0), (x, height), shade(other, 0.7), max(1, int(pitch * 0.3)))
    if choice == 2:
        image = modulate(image, 0.6 + 0.6 * fractal(rng, height, width, 30, 2))
    if choice == 3:
        image = mix(image, dead_leaves(rng, height, width), np.float32(0.7) + 0 * image[..., 0])
    folds = ridged(rng, height, width, rng.uniform(2, 6), 3)
    return modulate(image, 1.1 - rng.uniform(0.2, 0.7) * folds**2)


def person(image: Image, rng: Rng, x: float, foot: float, size: float) -> None:
    """Draw a standing or walking person `size` pixels tall, in place."""
    skin, hair = skin_colour(rng), shade(skin_colour(rng), rng.uniform(0.1, 0.7))
    top, trousers = any_colour(rng), shade(any_colour(rng, 0.6), rng.uniform(0.3, 1))
    head = foot - size * 0.93
    hip, shoulder = foot - size * 0.48, foot - size * 0.82
    half = size * rng.uniform(0.09, 0.15)
    stride = size * rng.uniform(0.0, 0.13)
    for side in (-1, 1):
        thigh = max(1, int(size * 0.075))
        line(image, (x + side * half * 0.5, hip), (x + side * stride, foot), trousers, thigh)
        line(image, (x + side * stride, foot), (x + side * stride * 1.3, foot), (15, 15, 15), thigh)
        hand = (x + side * half * rng.uniform(0.8, 1.6), foot - size * rng.uniform(0.4, 0.75))
        line(image, (x + side * half, shoulder), hand, shade(top, 0.8), max(1, int(size * 0.05)))
        centre = (int(hand[0]), int(hand[1]))
        cv2.circle(image, centre, max(1, int(size * 0.028)), skin, -1, cv2.LINE_AA)
    torso = [
        (x - half, shoulder),
        (x + half, shoulder),
        (x + half * 0.8, hip),
        (x - half * 0.8, hip),
    ]
    fill(image, torso, top)
    line(image, (x, shoulder), (x, hip), shade(top, rng.uniform(0.5, 1.4)), max(1, int(half * 0.3)))
    axes = (max(1, int(size * 0.05)), max(1, int(size * 0.068)))
    facing = rng.random() < 0.6
    cv2.ellipse(image, (int(x), int(head)), axes, 0, 0, 360, hair, -1, cv2.LINE_AA)
    if facing:
        lower = (int(x), int(head + size * 0.015))
        cv2.ellipse(image, lower, (max(1, axes[0] - 1), axes[1]), 0, 0, 360, skin, -1, cv2.LINE_AA)
        for side in (-1, 1):
            eye = (int(x + side * axes[0] * 0.4), int(head))
            cv2.circle(image, eye, max(1, int(size * 0.006)), (20, 20, 20), -1)


def crowd(rng: Rng, background: Image) -> Image:
    """Return the background with one to eight people standing in it, the nearest in front."""
    height, width = background.shape[:2]
    image = background.copy()
    feet = np.sort(rng.uniform(0.55, 1.25, int(rng.integers(1, 9)))) * height
    scale = rng.uniform(0.35, 1.0)
    for foot in feet:
        person(image, rng, width * rng.uniform(0.05, 0.95), float(foot), float(foot) * scale)
    return image


def close_person(rng: Rng, background: Image) -> Image:
    """Return somebody right in front of the camera: a torso or back filling much of the frame."""
    height, width = background.shape[:2]
    image = background
    if rng.random() < 0.4:
        image = blur(image, max(height, width) * rng.uniform(0.002, 0.02))
    cloth = clothing(rng, height, width)
    mask = np.zeros((height, width), np.uint8)
    x, half = width * rng.uniform(0.25, 0.75), width * rng.uniform(0.18, 0.42)
    top = height * rng.uniform(0.0, 0.4)
    slope = height * rng.uniform(0.05, 0.25)
    neck = half * 0.3
    fill(
        mask,
        [
            (x - neck, top),
            (x + neck, top),
            (x + half, top + slope),
            (x + half * 1.15, height),
            (x - half * 1.15, height),
            (x - half, top + slope),
        ],
        (255, 0, 0),
    )
    image = mix(image, cloth, mask.astype(np.float32) / 255)
    seams(image, rng, (x, top), half)
    skin = skin_colour(rng)
    colour = skin if rng.random() < 0.5 else shade(skin, rng.uniform(0.1, 0.4))
    axes = (int(half * 0.45), int(half * 0.6))
    head = (int(x), int(top - half * 0.4))
    cv2.ellipse(image, head, axes, 0, 0, 360, colour, -1, cv2.LINE_AA)
    return image


def seams(image: Image, rng: Rng, collar: tuple[float, float], half: float) -> None:
    """Draw what a garment shows from near: sleeves, zip, buttons, collar, pocket, in place."""
    height = image.shape[0]
    x, top = collar
    colour = any_colour(rng)
    for side in (-1, 1):
        edge = x + side * half * rng.uniform(0.6, 0.85)
        line(image, (edge, top + half * 0.5), (edge, height), shade(colour, 0.5), 1)
        line(image, (x, top + half * 0.4), (x + side * half * 0.3, top), colour, 2)
    if rng.random() < 0.6:
        line(image, (x, top), (x, height), colour, int(rng.integers(1, 4)))
    for y in np.arange(top + 10, height, rng.uniform(12, 40)):
        cv2.circle(image, (int(x), int(y)), int(rng.integers(1, 4)), colour, -1, cv2.LINE_AA)


def animal(rng: Rng, height: int, width: int) -> Image:
    """Return a furry body with head, ears, eyes and legs on grass, snow, sand or indoors."""
    backdrop = (foliage, landscape, blurred_backdrop, dead_leaves)[int(rng.integers(4))]
    image = backdrop(rng, height, width)
    coat = any_colour(rng, saturation=0.5)
    fur = modulate(flat(height, width, coat), 0.5 + 0.8 * fractal(rng, height, width, 25, 3, 0.9))
    fur = modulate(fur, 0.6 + 0.6 * gradient(rng, height, width))
    size = min(height, width) * rng.uniform(0.25, 0.6)
    x, y = width * rng.uniform(0.3, 0.7), height * rng.uniform(0.4, 0.7)
    mask = np.zeros((height, width), np.uint8)
    side = float(rng.choice([-1, 1]))
    head = (int(x + side * size * 0.75), int(y - size * rng.uniform(0.1, 0.6)))
    radius = size * rng.uniform(0.22, 0.4)
    cv2.ellipse(
        mask, (int(x), int(y)), (int(size * 0.8), int(size * 0.42)), 0, 0, 360, 255, -1, cv2.LINE_AA
    )
    cv2.circle(mask, head, int(radius), 255, -1, cv2.LINE_AA)
    for leg in (-0.55, -0.3, 0.3, 0.55):
        thickness = max(2, int(size * 0.16))
        line(mask, (x + leg * size, y), (x + leg * size, y + size * 0.9), (255, 0, 0), thickness)
    for ear in (-0.7, 0.7):
        centre = (int(head[0] + ear * radius), int(head[1] - radius * 0.85))
        cv2.circle(mask, centre, max(1, int(radius * 0.3)), 255, -1, cv2.LINE_AA)
    image = mix(image, fur, mask.astype(np.float32) / 255)
    muzzle(image, rng, head, radius, coat)
    return image


def muzzle(image: Image, rng: Rng, head: tuple[int, int], radius: float, coat: Colour) -> None:
    """Draw an animal's eyes and nose, in place."""
    for side in (-0.4, 0.4):
        eye = (int(head[0] + side * radius), int(head[1] - radius * 0.2))
        cv2.circle(image, eye, max(1, int(radius * 0.13)), any_colour(rng), -1, cv2.LINE_AA)
        cv2.circle(image, eye, max(1, int(radius * 0.08)), (10, 10, 10), -1, cv2.LINE_AA)
    nose = (head[0], int(head[1] + radius * 0.35))
    axes = (max(1, int(radius * 0.3)), max(1, int(radius * 0.2)))
    cv2.ellipse(image, nose, axes, 0, 0, 360, shade(coat, 0.3), -1, cv2.LINE_AA)
