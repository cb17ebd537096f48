"""Pictures that cover a surface once: posters, signs, screens, shelves, views and facades."""

from __future__ import annotations

import cv2
import numpy as np

from model_assets.training.noise import (
    Colour,
    Image,
    Rng,
    any_colour,
    blend,
    blur,
    flat,
    fractal,
    hsv,
    mix,
    modulate,
    shade,
    smoothstep,
)
from model_assets.training.textures import dead_leaves, landscape

DARK: Colour = (38.0, 34.0, 32.0)
PALE: Colour = (236.0, 238.0, 240.0)
WORDS = ("INFO", "WELCOME", "OPEN", "SALE", "CAFE", "NORTH", "PLAN", "NEWS", "LUNA", "ARC", "VITA")


def rectangle(
    image: Image, x0: float, y0: float, x1: float, y1: float, colour: Colour, line: int = -1
) -> None:
    """Draw a rectangle given in shares of the picture, in place."""
    height, width = image.shape[:2]
    low, high = (round(x0 * width), round(y0 * height)), (round(x1 * width), round(y1 * height))
    cv2.rectangle(image, low, high, colour, line)


def write(image: Image, text: str, x: float, y: float, size: float, colour: Colour) -> None:
    """Write text whose capitals are `size` of the picture high, its middle at x, y (shares)."""
    height, width = image.shape[:2]
    scale = max(size * height / 21, 0.2)
    thick = max(1, round(scale * 2))
    (wide, high), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_DUPLEX, scale, thick)
    at = (round(x * width - wide / 2), round(y * height + high / 2))
    cv2.putText(image, text, at, cv2.FONT_HERSHEY_DUPLEX, scale, colour, thick, cv2.LINE_AA)


def poster(rng: Rng) -> Image:
    """Return a poster: a picture or a coloured field with a title and lines of small print."""
    image = flat(144, 104, PALE)
    ink = any_colour(rng, darkest=0.2)
    choice = rng.integers(4)
    if choice == 0:
        image[8:92, 8:96] = landscape(rng, 84, 88)
    elif choice == 1:
        image[:] = blend(ink, any_colour(rng), fractal(rng, 144, 104, 2, 2))
        centre = (int(rng.integers(25, 80)), int(rng.integers(35, 75)))
        cv2.circle(image, centre, int(rng.integers(14, 40)), any_colour(rng), -1, cv2.LINE_AA)
    elif choice == 2:
        image[:] = flat(144, 104, ink)
        rectangle(image, 0.1, 0.2, 0.9, 0.62, any_colour(rng))
    else:
        image[8:92, 8:96] = dead_leaves(rng, 84, 88)
    lit = float(image[96:].mean()) > 120
    text = DARK if lit else PALE
    write(image, str(rng.choice(WORDS)), 0.5, 0.72, 0.07, text)
    for row in np.arange(0.8, 0.95, 0.04):
        rectangle(image, 0.12, row, rng.uniform(0.5, 0.88), row + 0.008, text)
    return image


def painting(rng: Rng) -> Image:
    """Return a framed picture."""
    image = flat(96, 128, any_colour(rng, 0.4, 0.1))
    rectangle(image, 0.06, 0.08, 0.94, 0.92, PALE)
    inner = landscape(rng, 66, 96) if rng.random() < 0.6 else dead_leaves(rng, 66, 96)
    image[15:81, 16:112] = inner
    return image


def notice_board(rng: Rng) -> Image:
    """Return a cork board with sheets of paper."""
    cork = hsv(0.08, 0.45, 0.62)
    image = modulate(flat(128, 224, cork), 0.85 + 0.3 * fractal(rng, 128, 224, 60, 2))
    for _ in range(int(rng.integers(7, 18))):
        x, y = rng.uniform(0.03, 0.82), rng.uniform(0.05, 0.6)
        paper = any_colour(rng, 0.3, 0.85) if rng.random() < 0.4 else PALE
        rectangle(image, x, y, x + 0.12, y + 0.32, paper)
        for row in np.arange(0.06, 0.28, 0.045):
            rectangle(image, x + 0.015, y + row, x + rng.uniform(0.05, 0.1), y + row, DARK)
    rectangle(image, 0, 0, 1, 1, hsv(0.09, 0.4, 0.35), 6)
    return image


def sign(rng: Rng, text: str, ground: Colour, ink: Colour = PALE) -> Image:
    """Return a sign with a word."""
    image = flat(48, max(48, 22 * len(text) + 14), shade(ground, rng.uniform(0.9, 1.1)))
    write(image, text, 0.5, 0.5, 0.42, ink)
    return image


def exit_sign() -> Image:
    """Return the green sign of a way out: a running person, a door, an arrow."""
    image = flat(48, 96, hsv(0.4, 0.85, 0.55))
    rectangle(image, 0.62, 0.15, 0.9, 0.85, PALE)
    cv2.circle(image, (40, 12), 4, PALE, -1, cv2.LINE_AA)
    for start, end in (((38, 18), (32, 28)), ((32, 28), (40, 40)), ((32, 28), (20, 36))):
        cv2.line(image, start, end, PALE, 4, cv2.LINE_AA)
    cv2.line(image, (26, 20), (46, 24), PALE, 3, cv2.LINE_AA)
    return image


def clock(rng: Rng) -> Image:
    """Return the face of a round clock on a wall of its own size."""
    image = flat(64, 64, PALE)
    cv2.circle(image, (32, 32), 30, DARK, 3, cv2.LINE_AA)
    for length in (15, 23):
        turn = rng.uniform(0, 2 * np.pi)
        end = (round(32 + length * np.cos(turn)), round(32 + length * np.sin(turn)))
        cv2.line(image, (32, 32), end, DARK, 3, cv2.LINE_AA)
    return image


def screen(rng: Rng) -> Image:
    """Return what a computer screen shows: windows, text, a chart."""
    image = blend(any_colour(rng, 0.7), any_colour(rng, 0.7), fractal(rng, 80, 128, 2, 2))
    if rng.random() < 0.7:
        rectangle(image, 0.04, 0.06, 0.95, 0.92, PALE if rng.random() < 0.7 else DARK)
        ink = any_colour(rng, 0.8, 0.3)
        for row in np.arange(0.16, 0.86, 0.07):
            rectangle(image, 0.08, row, rng.uniform(0.2, 0.6), row + 0.025, ink)
        for column in np.arange(0.66, 0.9, 0.06):
            rectangle(image, column, rng.uniform(0.3, 0.7), column + 0.04, 0.82, ink)
    return image


def shelf_of_books(rng: Rng, shelves: int = 5) -> Image:
    """Return the front of a bookcase."""
    wood = hsv(rng.uniform(0.05, 0.1), rng.uniform(0.1, 0.6), rng.uniform(0.25, 0.8))
    image = flat(192, 144, shade(wood, 0.35))
    pitch = 192 // shelves
    for shelf in range(shelves):
        bottom, x = (shelf + 1) * pitch - 4, 5
        while x < 136:
            wide = int(rng.integers(3, 8))
            if rng.random() < 0.9:
                top = bottom - int(pitch * rng.uniform(0.55, 0.85))
                colour = any_colour(rng, 0.9, 0.15)
                image[top:bottom, x : x + wide] = colour
                image[top:bottom, x] = shade(colour, 0.6)
                image[top + 4 : top + 7, x + 1 : x + wide] = shade(colour, 1.5)
            x += wide
        image[bottom : bottom + 4] = wood
    rectangle(image, 0, 0, 1, 1, wood, 7)
    return image


def shelf_of_goods(rng: Rng, shelves: int = 5) -> Image:
    """Return the front of a shop's shelf: rows of equal packets, bottles and boxes."""
    image = flat(192, 288, hsv(0.1, 0.05, 0.3))
    pitch = 192 // shelves
    for shelf in range(shelves):
        bottom, x = (shelf + 1) * pitch - 5, 3
        while x < 284:
            wide, tall = int(rng.integers(6, 16)), int(pitch * rng.uniform(0.45, 0.8))
            colour, label = any_colour(rng, 1.0, 0.25), any_colour(rng, 0.8, 0.4)
            for _ in range(int(rng.integers(2, 5))):
                image[bottom - tall : bottom, x : x + wide - 1] = colour
                image[bottom - tall * 2 // 3 : bottom - tall // 3, x : x + wide - 1] = label
                x += wide
        image[bottom : bottom + 5] = PALE
        for tag in range(4, 284, 22):
            image[bottom + 1 : bottom + 4, tag : tag + 9] = hsv(0.14, 0.7, 0.95)
    return image


def view(rng: Rng, night: bool) -> Image:
    """Return what is seen through a window: sky, houses, trees; at night a few lit windows."""
    height, width = 160, 384
    image = blend((228, 214, 196), (250, 247, 240), fractal(rng, height, width, 3, 4))
    for layer in range(3):
        _row_of_houses(rng, image, layer)
    crowns = smoothstep(fractal(rng, height, width, 14, 4, 0.6), 0.5, 0.58)
    crowns[:90] = 0
    green = blend((40, 70, 50), (90, 150, 115), fractal(rng, height, width, 60, 2))
    image = mix(image, green, crowns)
    image[146:] = (image[146:] * 0.2 + 90).astype(np.uint8)
    if not night:
        return blur(image, 0.8)
    dark = modulate(image, np.full((height, width), 0.05, np.float32))
    for _ in range(22):
        x, y = int(rng.integers(width - 6)), int(rng.integers(40, 130))
        dark[y : y + 6, x : x + 5] = hsv(0.11, 0.5, rng.uniform(0.4, 0.9))
    return blur(dark, 0.8)


def _row_of_houses(rng: Rng, image: Image, layer: int) -> None:
    """Paint houses with rows of windows; nearer layers are lower and darker."""
    height, width = image.shape[:2]
    x = -rng.uniform(0, 40)
    while x < width:
        wide, value = rng.uniform(30, 90), rng.uniform(0.5, 0.85) - 0.1 * layer
        top = int(rng.uniform(20, 80) + 14 * layer)
        house_ = hsv(rng.uniform(0.02, 0.12), rng.uniform(0.05, 0.3), value)
        cv2.rectangle(image, (int(x), top), (int(x + wide), height), house_, -1)
        cv2.rectangle(image, (int(x), top), (int(x + wide), top + 3), shade(house_, 0.6), -1)
        for row in range(top + 9, height - 16, 14):
            for column in range(max(int(x) + 5, 0), int(x + wide) - 6, 12):
                image[row : row + 8, column : column + 6] = shade(house_, 0.5)
        x += wide + rng.uniform(0, 25)


def facade(rng: Rng, wall: Image, floors: int, columns: int, night: bool) -> Image:
    """Return the upper floors of a house: a wall with rows of windows, some of them lit."""
    cell = 64
    small = cv2.resize(wall, (2 * cell, 2 * cell), interpolation=cv2.INTER_AREA)
    image = np.tile(small, ((floors + 1) // 2, (columns + 1) // 2, 1))
    image = image[: floors * cell, : columns * cell].copy()
    frame = PALE if rng.random() < 0.6 else hsv(rng.random(), 0.3, 0.25)
    wide, tall = rng.uniform(0.3, 0.62), rng.uniform(0.5, 0.72)
    bars, sill = int(rng.integers(1, 4)), rng.random() < 0.7
    left, top = round((1 - wide) / 2 * cell), round((1 - tall) / 2 * cell)
    width, height = round(wide * cell), round(tall * cell)
    panes = [_pane(rng, height, width, night and k < 2) for k in range(8)]
    if night:
        image = (image * 0.62).astype(np.uint8)
        panes = [pane if k < 2 else (pane * 0.4).astype(np.uint8) for k, pane in enumerate(panes)]
    for row in range(floors):
        for column in range(columns):
            x, y = column * cell + left, row * cell + top
            pane = image[y : y + height, x : x + width]
            pane[:] = panes[rng.integers(len(panes))]
            cv2.rectangle(image, (x, y), (x + width - 1, y + height - 1), frame, 2)
            for bar in range(1, bars):
                pane[:, bar * width // bars] = frame
            if sill:
                image[y + height : y + height + 3, x - 2 : x + width + 2] = shade(frame, 0.75)
    return image


def shop_front(rng: Rng, night: bool) -> Image:
    """Return the ground floor of a shop: name above, display windows, a door."""
    image = flat(192, 320, _sober(rng, 0.15, 0.7))
    fascia = _sober(rng, 0.15, 0.9)
    rectangle(image, 0.02, 0.04, 0.98, 0.2, fascia)
    ink = DARK if sum(fascia) > 380 else PALE
    write(image, str(rng.choice(WORDS)), 0.5, 0.12, 0.07, ink)
    door = rng.uniform(0.1, 0.75)
    for x0, x1 in ((0.04, door - 0.02), (door + 0.18, 0.96)):
        if x1 - x0 > 0.08:
            rows, columns = (slice(46, 156), slice(round(x0 * 320), round(x1 * 320)))
            image[rows, columns] = _display(rng, 110, columns.stop - columns.start, night)
            rectangle(image, x0, 0.24, x1, 0.81, DARK, 3)
    column = round(door * 320)
    image[46:186, column : column + 50] = _pane(rng, 140, 50, night)
    rectangle(image, door, 0.24, door + 0.16, 0.97, DARK, 5)
    rectangle(image, door + 0.13, 0.55, door + 0.14, 0.72, PALE)
    rectangle(image, 0, 0.97, 1, 1, (70, 74, 76))
    return image


def _sober(rng: Rng, darkest: float, brightest: float) -> Colour:
    """Return a colour as shops are painted: seldom vivid."""
    saturation = rng.uniform(0.25, 0.5) if rng.random() < 0.3 else rng.uniform(0, 0.25)
    return hsv(rng.random(), saturation, rng.uniform(darkest, brightest))


def _pane(rng: Rng, height: int, width: int, night: bool) -> Image:
    """Return a window pane: sky mirrored in it, curtains, or the light of a room."""
    if night:
        warm = hsv(rng.uniform(0.08, 0.14), rng.uniform(0.2, 0.5), rng.uniform(0.7, 1.0))
        return modulate(flat(height, width, warm), 0.7 + 0.3 * fractal(rng, height, width, 2, 2))
    value = rng.uniform(0.12, 0.4)
    light = hsv(0.58, 0.2, value * 1.8)
    image = blend(hsv(0.6, 0.2, value), light, fractal(rng, height, width, 2, 1))
    if rng.random() < 0.35:
        image[: height // 2] = hsv(0.1, 0.1, 0.6)
    return image


def _display(rng: Rng, height: int, width: int, night: bool) -> Image:
    """Return a shop window: a dim room, shelves, goods on a plinth, figures with clothes."""
    value = 0.85 if night and rng.random() < 0.75 else 0.45
    depth = np.repeat(np.linspace(1.0, 0.45, height, dtype=np.float32)[:, None], width, 1)
    image = modulate(flat(height, width, hsv(0.11, 0.25, value)), depth)
    for shelf in (0.35, 0.55):
        y = int(shelf * height)
        image[y : y + 2] = shade(hsv(0.09, 0.4, value), 0.5)
        for x in range(3, width - 6, 7):
            tall = int(rng.integers(4, 14))
            goods = hsv(rng.random(), rng.uniform(0, 0.5), rng.uniform(0.3, 1.0) * value)
            image[y - tall : y, x : x + int(rng.integers(3, 7))] = goods
    image[int(0.86 * height) :] = hsv(0.09, 0.3, value * 0.7)
    for x in np.arange(12, width - 12, rng.uniform(22, 40)):
        if rng.random() < 0.7:
            _dummy(rng, image, int(x), value)
    if rng.random() < 0.5:
        cv2.line(image, (0, height), (width, -height // 2), shade(hsv(0.6, 0.1, 0.6), 1), 1)
    return image


def _dummy(rng: Rng, image: Image, x: int, value: float) -> None:
    """Paint a headless tailor's dummy with a dress or coat on a stand."""
    foot = int(0.9 * image.shape[0])
    cloth = hsv(rng.random(), rng.uniform(0, 0.6), rng.uniform(0.25, 1.0) * value)
    hem = int(rng.integers(5, 11))
    outline = [(x - 6, foot - 52), (x + 6, foot - 52), (x + 4, foot - 36), (x + hem, foot - 14)]
    outline += [(x - hem, foot - 14), (x - 4, foot - 36)]
    cv2.line(image, (x, foot - 56), (x, foot), (40, 40, 40), 2, cv2.LINE_AA)
    cv2.fillPoly(image, [np.array(outline, np.int32)], cloth, cv2.LINE_AA)
