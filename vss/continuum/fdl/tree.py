"""An FDL file as a tree of nodes that know where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from vss.continuum.fdl.errors import Place

KeyPath = tuple[str | int, ...]
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_\-]+")
_LONGEST_KEY = 60


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value.

    Attributes:
        text: as it is written.
        value: null, a boolean, a number or a text.
    """

    place: Place
    path: KeyPath
    text: str
    value: str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    place: Place
    path: KeyPath
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Tree:
    """A map; ``keys`` says where each key stands."""

    place: Place
    path: KeyPath
    entries: Mapping[str, Node]
    keys: Mapping[str, Place] = field(default_factory=dict)


Node = Scalar | Sequence | Tree


def plain(node: Node) -> object:
    """Return a node as what JSON knows: dict, list, text, number, boolean, None."""
    if isinstance(node, Tree):
        return {key: plain(item) for key, item in node.entries.items()}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return node.value


def shown_path(path: KeyPath) -> str:
    """Return a path as it is printed: ``functions.oscar[0].my_oscar.memory``."""
    shown = ""
    for part in path:
        if isinstance(part, int):
            shown += f"[{part}]"
        elif _PLAIN_KEY.fullmatch(part) and len(part) <= _LONGEST_KEY:
            shown += f".{part}" if shown else part
        else:
            shown += f"[{part[:_LONGEST_KEY]!r}]"
    return shown


def child(node: Node | None, key: str | int) -> Node | None:
    """Return the node below a key or at an index, or None."""
    if isinstance(node, Tree) and isinstance(key, str):
        return node.entries.get(key)
    if isinstance(node, Sequence) and isinstance(key, int) and key < len(node.items):
        return node.items[key]
    return None


def items_of(node: Node | None) -> Iterator[tuple[str | int, Node]]:
    """Yield the keys (or indices) and the nodes directly below a node."""
    if isinstance(node, Tree):
        yield from node.entries.items()
    elif isinstance(node, Sequence):
        yield from enumerate(node.items)


def replaced(node: Node, path: KeyPath, new: Node) -> Node:
    """Return a node with another one at a path below it; the path must exist."""
    if not path:
        return new
    step = path[0]
    if isinstance(node, Tree) and isinstance(step, str):
        below = replaced(node.entries[step], path[1:], new)
        return Tree(node.place, node.path, {**node.entries, step: below}, node.keys)
    if isinstance(node, Sequence) and isinstance(step, int):
        below = replaced(node.items[step], path[1:], new)
        items = (*node.items[:step], below, *node.items[step + 1 :])
        return Sequence(node.place, node.path, items)
    raise KeyError(step)
