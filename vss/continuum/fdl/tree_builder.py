"""Builds the tree of a file from the events of a YAML parser: nothing doubled, nothing endless.

Plain values are read by the core schema of YAML 1.2: ``yes``, ``0755`` and ``12:30`` are texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from vss.continuum.fdl.errors import FdlError, Place, Problem
from vss.continuum.fdl.tree import KeyPath, Node, Scalar, Sequence, Tree, items_of, shown_path

MOST_NODES = 10_000  # Aliases count as what they stand for.
MOST_LEVELS = 20
_TEXT_TAG = "tag:yaml.org,2002:str"
_WHOLE = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})")
_NUMBER = re.compile(
    r"[-+]?(?:(?:\.[0-9]{1,18}|[0-9]{1,18}\.[0-9]{0,18})(?:[eE][-+]?[0-9]{1,2})?"
    r"|[0-9]{1,18}[eE][-+]?[0-9]{1,2})"
)
_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
# Maps whose values are texts however they look: 1.10, true, 0755 stay as they are written.
_TEXT_MAPS = {
    "Variables",
    "variables",
    "Secrets",
    "secrets",
    "annotations",
    "labels",
    "headers",
    "env",
}
_Tagged = yaml.ScalarEvent | yaml.CollectionStartEvent
_LEAST_TEXT_LEVEL = 5  # Ids of clusters and providers stand above and may have any name.


def place_of(source: str, mark: Any) -> Place:
    """Return the place of a mark of PyYAML, the start of the file where there is none."""
    return Place(source, 1, 1) if mark is None else Place(source, mark.line + 1, mark.column + 1)


@dataclass(slots=True)
class TreeBuilder:
    """Builds the tree from the events of the parser, counting what it makes."""

    source: str
    events: Iterator[yaml.Event]
    made: int = 0
    anchors: dict[str, tuple[Node, int]] = field(default_factory=dict)

    def document(self) -> Node | None:
        """Return the root of the only document, or None where there is none."""
        root: Node | None = None
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    raise self.problem(event, (), "is a second document; allowed: one a file")
                root = self.node(next(self.events), ())
        return root

    def problem(self, event: yaml.Event, path: KeyPath, message: str) -> FdlError:
        """Return the error for what is wrong at an event."""
        return FdlError([Problem(self.place(event), shown_path(path), message)])

    def place(self, event: yaml.Event) -> Place:
        """Return where an event begins."""
        return place_of(self.source, event.start_mark)

    def node(self, event: yaml.Event, path: KeyPath) -> Node:
        """Return the node that begins with an event."""
        if isinstance(event, yaml.AliasEvent):
            return self.alias(event, path)
        assert isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent)  # noqa: S101
        before = self.made
        self.count(event, len(path), 1)
        if isinstance(event, yaml.ScalarEvent):
            made: Node = self.scalar(event, path)
        elif isinstance(event, yaml.SequenceStartEvent):
            self.refuse_tag(event, path)
            made = self.sequence(event, path)
        else:
            self.refuse_tag(event, path)
            made = self.mapping(event, path)
        if event.anchor is not None:
            self.anchors[event.anchor] = (made, self.made - before)
        return made

    def count(self, event: yaml.Event, level: int, nodes: int) -> None:
        """Refuse what grows beyond all measure, before it is made."""
        self.made += nodes
        if self.made > MOST_NODES:
            raise self.problem(event, (), f"holds too many values; allowed: {MOST_NODES:,}")
        if level > MOST_LEVELS:
            raise self.problem(event, (), f"is nested too deep; allowed: {MOST_LEVELS} levels")

    def refuse_tag(self, event: _Tagged, path: KeyPath) -> None:
        """Refuse types that YAML leaves to the reader: nothing is constructed from a file."""
        if event.tag not in (None, "!"):
            raise self.problem(event, path, "has a tag; allowed: values without a tag (!…)")

    def alias(self, event: yaml.AliasEvent, path: KeyPath) -> Node:
        """Return what an alias stands for."""
        if event.anchor not in self.anchors:
            raise self.problem(event, path, "is an alias (*…) of nothing that stands before it")
        target, size = self.anchors[event.anchor]
        self.count(event, len(path) + _height(target), size)
        return _moved(target, path)

    def scalar(self, event: yaml.ScalarEvent, path: KeyPath) -> Scalar:
        """Return a single value."""
        if event.tag != _TEXT_TAG:
            self.refuse_tag(event, path)
        text = event.value
        if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
            raise self.problem(event, path, "holds half a surrogate pair")
        is_plain = event.style is None and event.tag is None
        value = _as_written(text, path) if is_plain else text
        return Scalar(self.place(event), path, text, value)

    def sequence(self, start: yaml.Event, path: KeyPath) -> Sequence:
        """Return a list."""
        items: list[Node] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self.node(event, (*path, len(items))))
        return Sequence(self.place(start), path, tuple(items))

    def mapping(self, start: yaml.Event, path: KeyPath) -> Tree:
        """Return a map; what ``<<`` merges into it yields to its own keys."""
        entries: dict[str, Node] = {}
        keys: dict[str, Place] = {}
        merged: list[Node] = []
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise self.problem(event, path, "has a key that is no text")
            key = self.scalar(event, path).text
            if key == "<<" and event.style is None:
                merged.append(self.node(next(self.events), path))
                continue
            if key in entries:
                first = keys[key].line
                message = f"is given twice; first in line {first}"
                raise self.problem(event, (*path, key), message)
            keys[key] = self.place(event)
            entries[key] = self.node(next(self.events), (*path, key))
        for node in merged:
            self.merge(start, node, entries, keys)
        return Tree(self.place(start), path, entries, keys)

    def merge(
        self, start: yaml.Event, node: Node, entries: dict[str, Node], keys: dict[str, Place]
    ) -> None:
        """Add what a map lacks from the map, or the maps, that its ``<<`` names."""
        for source in node.items if isinstance(node, Sequence) else (node,):
            if not isinstance(source, Tree):
                raise self.problem(start, node.path, "has a << that names no map")
            for key, item in source.entries.items():
                if key not in entries:
                    entries[key], keys[key] = item, source.keys[key]


def _as_written(text: str, path: KeyPath) -> str | int | float | bool | None:
    value = resolve(text)
    in_text_map = len(path) > _LEAST_TEXT_LEVEL and path[-2] in _TEXT_MAPS
    return text if in_text_map and value is not None else value


def _height(node: Node) -> int:
    return max((1 + _height(item) for _, item in items_of(node)), default=0)


def _moved(node: Node, path: KeyPath) -> Node:
    """Return a node as it stands below another path."""
    if isinstance(node, Tree):
        entries = {key: _moved(item, (*path, key)) for key, item in node.entries.items()}
        return Tree(node.place, path, entries, node.keys)
    if isinstance(node, Sequence):
        items = (_moved(item, (*path, index)) for index, item in enumerate(node.items))
        return Sequence(node.place, path, tuple(items))
    value = node.value if isinstance(node.value, str) else _as_written(node.text, path)
    return Scalar(node.place, path, node.text, value)


def resolve(text: str) -> str | int | float | bool | None:
    """Return what a plain text means by the core schema of YAML 1.2."""
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _NUMBER.fullmatch(text) else text
