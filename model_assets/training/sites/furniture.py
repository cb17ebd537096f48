"""Furniture, each piece about its own origin on the floor, its front towards -y."""

from __future__ import annotations

import numpy as np

from model_assets.training.noise import Rng, hsv
from model_assets.training.rendering.scene import Vector
from model_assets.training.sites import pictures, surfaces
from model_assets.training.sites.construction import Construction, Material
from model_assets.training.sites.materials import (
    BLACK,
    CREAM,
    GLOSSY,
    MATT,
    RUBBER,
    SATIN,
    STEEL,
    dull,
    picture,
    tone,
)


def board(rng: Rng) -> Material:
    """Return the material of wooden furniture."""
    if rng.random() < 0.35:
        grey = hsv(0.1, 0.05, rng.uniform(0.6, 0.95))
        return Material(surfaces.plaster(rng, grey), (1.0, 1.0), 0.5)
    brown = hsv(rng.uniform(0.05, 0.1), rng.uniform(0.25, 0.65), rng.uniform(0.3, 0.8))
    return Material(surfaces.wood(rng, brown), (0.8, 1.2), 0.5)


def desk(rng: Rng, wood: Material, length: float = 1.5, busy: bool = True) -> Construction:
    """Return a desk, with a screen and papers on it if `busy`; the sitter is at -y."""
    piece, half, deep = Construction(), length / 2, 0.75
    piece.box(wood, (-half, 0, 0.71), (half, deep, 0.74))
    leg = STEEL if rng.random() < 0.6 else BLACK
    for x in (-half + 0.03, half - 0.08):
        piece.box(SATIN, (x, 0.05, 0), (x + 0.05, 0.1, 0.71), leg)
        piece.box(SATIN, (x, deep - 0.1, 0), (x + 0.05, deep - 0.05, 0.71), leg)
    piece.box(SATIN, (half - 0.5, 0.1, 0.1), (half - 0.1, 0.65, 0.68), dull(rng, 0.5, 0.9))
    if busy:
        computer(rng, piece, rng.uniform(-0.25, 0.15), 0.45, 0.74)
        for _ in range(int(rng.integers(1, 4))):
            x, y = rng.uniform(-half + 0.1, half - 0.35), rng.uniform(0.05, 0.3)
            high = rng.uniform(0.004, 0.06)
            colour = CREAM if rng.random() < 0.6 else dull(rng)
            piece.box(MATT, (x, y, 0.74), (x + 0.21, y + 0.29, 0.74 + high), colour)
        piece.cylinder(SATIN, (half - 0.25, 0.5, 0.74), 0.1, (0.035, 0.04), dull(rng), 8)
    return piece


def computer(rng: Rng, piece: Construction, x: float, y: float, z: float) -> None:
    """Put a screen, seen from -y, and a keyboard on a table."""
    piece.box(SATIN, (x - 0.1, y - 0.07, z), (x + 0.1, y + 0.07, z + 0.02), BLACK)
    piece.box(SATIN, (x - 0.02, y, z), (x + 0.02, y + 0.03, z + 0.2), BLACK)
    piece.box(SATIN, (x - 0.28, y - 0.02, z + 0.12), (x + 0.28, y + 0.01, z + 0.47), BLACK)
    shown = picture(pictures.screen(rng), 0.55)
    top_left = (x - 0.265, y - 0.024, z + 0.455)
    piece.panel(shown, top_left, (0.53, 0, 0), (0, 0, -0.31), fit=True)
    piece.box(SATIN, (x - 0.22, y - 0.3, z), (x + 0.22, y - 0.16, z + 0.02), BLACK)


def office_chair(rng: Rng) -> Construction:
    """Return a swivel chair; its back is at +y."""
    piece, colour = Construction(), dull(rng, 0.1, 0.6)
    for turn in np.arange(5) * 2 * np.pi / 5:
        leg = Construction()
        leg.box(SATIN, (0, -0.025, 0.05), (0.3, 0.025, 0.09), BLACK)
        leg.box(SATIN, (0.25, -0.025, 0), (0.31, 0.025, 0.06), RUBBER)
        piece.join(leg, turn=float(turn))
    piece.cylinder(SATIN, (0, 0, 0.08), 0.36, (0.03, 0.03), STEEL, 6)
    piece.box(MATT, (-0.24, -0.24, 0.44), (0.24, 0.24, 0.52), colour)
    piece.box(MATT, (-0.22, 0.22, 0.58), (0.22, 0.29, 1.05), colour)
    piece.box(SATIN, (-0.03, 0.24, 0.46), (0.03, 0.3, 0.62), BLACK)
    return piece


def chair(rng: Rng, colour: Vector) -> Construction:
    """Return a plain chair; its back is at +y."""
    piece = Construction()
    leg = STEEL if rng.random() < 0.5 else tuple(channel * 0.6 for channel in colour)
    for x in (-0.21, 0.18):
        piece.box(SATIN, (x, -0.21, 0), (x + 0.03, -0.18, 0.44), leg)
        piece.box(SATIN, (x, 0.19, 0), (x + 0.03, 0.22, 0.86), leg)
    piece.box(SATIN, (-0.22, -0.22, 0.43), (0.22, 0.22, 0.47), colour)
    piece.box(SATIN, (-0.21, 0.19, 0.6), (0.21, 0.215, 0.86), colour)
    return piece


def table(wood: Material, length: float, deep: float, height: float = 0.74) -> Construction:
    """Return a table about its middle."""
    piece, a, b = Construction(), length / 2, deep / 2
    piece.box(wood, (-a, -b, height - 0.04), (a, b, height))
    for x in (-a + 0.05, a - 0.1):
        for y in (-b + 0.05, b - 0.1):
            piece.box(wood, (x, y, 0), (x + 0.05, y + 0.05, height - 0.04))
    return piece


def sofa(rng: Rng, length: float) -> Construction:
    """Return a sofa or armchair; its back is at +y."""
    piece, half = Construction(), length / 2
    colour = dull(rng, 0.2, 0.75)
    darker = tuple(channel * 0.85 for channel in colour)
    piece.box(MATT, (-half, -0.4, 0.1), (half, 0.42, 0.36), darker)
    piece.box(MATT, (-half, 0.2, 0.1), (half, 0.42, 0.82), colour)
    for x in (-half, half - 0.16):
        piece.box(MATT, (x, -0.4, 0.1), (x + 0.16, 0.42, 0.6), colour)
    seats = max(1, round((length - 0.32) / 0.65))
    wide = (length - 0.34) / seats
    for seat in range(seats):
        x = -half + 0.17 + seat * wide
        piece.box(MATT, (x + 0.01, -0.42, 0.36), (x + wide - 0.01, 0.2, 0.47), colour)
    if rng.random() < 0.5:
        piece.box(MATT, (-half + 0.2, 0.05, 0.47), (-half + 0.6, 0.18, 0.8), dull(rng))
    return piece


def bench(rng: Rng, wood: Material, length: float, back: bool) -> Construction:
    """Return a slatted bench; its back, if any, is at +y."""
    piece, half = Construction(), length / 2
    for y in (-0.2, -0.07, 0.06):
        piece.box(wood, (-half, y, 0.42), (half, y + 0.11, 0.46))
    for x in (-half + 0.15, half - 0.2):
        piece.box(SATIN, (x, -0.18, 0), (x + 0.05, 0.17, 0.42), BLACK)
        if back:
            piece.box(SATIN, (x, 0.15, 0), (x + 0.05, 0.19, 0.85), BLACK)
    if back:
        for z in (0.56, 0.72):
            piece.box(wood, (-half, 0.12, z), (half, 0.15, z + 0.11))
    return piece


def cupboard(
    rng: Rng, wood: Material, width: float, height: float, front: str = "doors"
) -> Construction:
    """Return a cupboard, bookcase or shop shelf 0.4 m deep, its back at y = 0, as `front` says.

    Args:
        rng: source of randomness.
        wood: of its body.
        width: metres.
        height: metres.
        front: "doors", "books" or "goods".
    """
    piece, half = Construction(), width / 2
    piece.box(wood, (-half, -0.4, 0), (half, 0, height))
    if front == "doors":
        count = max(1, round(width / 0.45))
        for k in range(count):
            x = -half + width * k / count
            piece.box(
                wood, (x + 0.01, -0.42, 0.08), (x + width / count - 0.01, -0.4, height - 0.03)
            )
            handle = x + (0.06 if k % 2 else width / count - 0.08)
            piece.box(
                GLOSSY,
                (handle, -0.45, 0.5 * height),
                (handle + 0.02, -0.42, 0.5 * height + 0.14),
                STEEL,
            )
        return piece
    shelves = max(2, round(height / 0.38))
    draw = pictures.shelf_of_books if front == "books" else pictures.shelf_of_goods
    shown = picture(draw(rng, shelves))
    piece.panel(shown, (-half, -0.402, height), (width, 0, 0), (0, 0, -height), fit=True)
    return piece


def lockers(rng: Rng, count: int, colour: Vector) -> Construction:
    """Return a row of lockers 0.3 m wide each, their backs at y = 0, the first at x = 0."""
    piece, width, height = Construction(), 0.3 * count, 1.8
    piece.box(SATIN, (0, -0.45, 0), (width, 0, height), tuple(channel * 0.55 for channel in colour))
    for k in range(count):
        x = 0.3 * k
        tint = tuple(float(channel * rng.uniform(0.93, 1.03)) for channel in colour)
        piece.box(SATIN, (x + 0.008, -0.465, 0.06), (x + 0.292, -0.45, height - 0.02), tint)
        for z in (1.5, 1.55, 1.6):
            piece.box(MATT, (x + 0.08, -0.468, z), (x + 0.22, -0.465, z + 0.015), BLACK)
        piece.box(GLOSSY, (x + 0.24, -0.485, 0.95), (x + 0.27, -0.465, 1.05), STEEL)
    return piece


def counter(rng: Rng, wood: Material, length: float) -> Construction:
    """Return a reception desk, its front at -y, with a screen that faces the clerk."""
    piece, half = Construction(), length / 2
    top = dull(rng, 0.3, 0.95)
    piece.box(wood, (-half, -0.35, 0), (half, -0.25, 1.08))
    piece.box(SATIN, (-half - 0.04, -0.42, 1.08), (half + 0.04, -0.12, 1.12), top)
    piece.box(wood, (-half, -0.25, 0.68), (half, 0.4, 0.73))
    for x in (-half, half - 0.06):
        piece.box(wood, (x, -0.35, 0), (x + 0.06, 0.4, 1.08))
    piece.box(MATT, (-half, -0.352, 0), (half, -0.33, 0.1), BLACK)
    work = Construction()
    computer(rng, work, 0, 0.1, 0)
    piece.join(work, (rng.uniform(-0.5, 0.5) * half, 0.15, 0.73), np.pi)
    plate = pictures.sign(rng, "RECEPTION", hsv(rng.random(), 0.3, 0.3))
    piece.panel(picture(plate), (-0.45, -0.36, 0.85), (0.9, 0, 0), (0, 0, -0.2), fit=True)
    return piece


def turnstile() -> Construction:
    """Return one cabinet of a row of turnstiles, people pass along y, with a glass wing at +x."""
    piece = Construction()
    piece.box(GLOSSY, (-0.14, -0.6, 0), (0.14, 0.6, 0.98), STEEL)
    piece.box(GLOSSY, (-0.15, -0.62, 0.98), (0.15, 0.62, 1.02), BLACK)
    piece.box(
        Material(roughness=1, emission=1.2),
        (-0.06, -0.63, 0.84),
        (0.06, -0.6, 0.9),
        tone(0.35, 0.8, 0.8),
    )
    piece.box(GLOSSY, (0.14, -0.02, 0.3), (0.44, 0.02, 0.92), tone(0.5, 0.25, 0.7))
    return piece


def bin_(rng: Rng, height: float = 0.7) -> Construction:
    """Return a waste bin."""
    piece, colour = Construction(), dull(rng, 0.15, 0.6)
    if rng.random() < 0.5:
        piece.cylinder(SATIN, (0, 0, 0), height, (0.17, 0.2), colour, 10)
        piece.cylinder(SATIN, (0, 0, height), 0.01, (0.15, 0.15), BLACK, 10)
    else:
        piece.box(SATIN, (-0.2, -0.17, 0), (0.2, 0.17, height), colour)
        piece.box(SATIN, (-0.14, -0.175, height - 0.2), (0.14, -0.17, height - 0.08), BLACK)
    return piece


def vending_machine(rng: Rng) -> Construction:
    """Return a lit vending machine, its back at y = 0."""
    piece, colour = Construction(), dull(rng, 0.1, 0.6)
    piece.box(SATIN, (-0.45, -0.8, 0.05), (0.45, 0, 1.83), colour)
    shown = picture(pictures.shelf_of_goods(rng, 6), 0.6)
    piece.panel(shown, (-0.4, -0.805, 1.72), (0.6, 0, 0), (0, 0, -1.2), fit=True)
    piece.box(SATIN, (0.24, -0.81, 1.0), (0.4, -0.8, 1.5), BLACK)
    piece.box(SATIN, (-0.35, -0.81, 0.2), (0.15, -0.8, 0.4), BLACK)
    return piece
