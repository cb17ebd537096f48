"""Where the parts of a workflow stand in its picture: columns of storage and functions in turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from vss.continuum.fdl.graph import FunctionNode, WorkflowGraph, feeds
from vss.continuum.fdl.models import StoragePath, StorageProviders


@dataclass(frozen=True, slots=True)
class Waypoint:
    """Room in a column for an arrow that passes by."""


Part = FunctionNode | StoragePath | Waypoint


@dataclass(frozen=True, slots=True)
class Arrow:
    """From storage to a function that reads it, or from a function to storage that it writes.

    Attributes:
        way: indices of its ends, and of the waypoints between them.
        is_nested: the function reads a folder above the one that is written.
    """

    way: tuple[int, ...]
    is_nested: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """Parts and the arrows between their indices.

    Attributes:
        columns: indices of parts, from left to right, each column from its top down.
    """

    parts: tuple[Part, ...]
    arrows: tuple[Arrow, ...]
    columns: tuple[tuple[int, ...], ...]


def layout(graph: WorkflowGraph, providers: StorageProviders) -> Layout:
    """Place each function right of what feeds it.

    Raises:
        graphlib.CycleError: the functions form a cycle.
    """
    canvas = _Canvas(providers, list(graph.nodes))
    for index, node in enumerate(graph.nodes):
        canvas.arrows += [Arrow((canvas.store(entry), index)) for entry in node.inputs]
        canvas.arrows += [Arrow((index, canvas.store(entry))) for entry in node.outputs]
    for edge in graph.edges:
        if edge.output.path != edge.input.path:
            way = (canvas.store(edge.output), graph.nodes.index(edge.consumer))
            canvas.arrows.append(Arrow(way, is_nested=True))
    column = canvas.columns(graph.layers())
    arrows = [canvas.around(arrow, column) for arrow in dict.fromkeys(canvas.arrows)]
    return Layout(tuple(canvas.parts), tuple(arrows), _ordered(column, arrows))


@dataclass(slots=True)
class _Canvas:
    """Parts and arrows as they are found."""

    providers: StorageProviders
    parts: list[Part]
    arrows: list[Arrow] = field(default_factory=list)

    def store(self, entry: StoragePath) -> int:
        """Return the index of the storage that an entry names; it is drawn once."""
        for index, part in enumerate(self.parts):
            if not isinstance(part, StoragePath) or part.path != entry.path:
                continue
            if feeds(entry, part, self.providers):
                return index
        self.parts.append(entry)
        return len(self.parts) - 1

    def columns(self, layers: dict[str, int]) -> dict[int, int]:
        """Return the column of each part: storage in even ones, functions in odd ones."""
        column = {
            index: 2 * layers[part.key] + 1
            for index, part in enumerate(self.parts)
            if isinstance(part, FunctionNode)
        }
        for index, part in enumerate(self.parts):
            if isinstance(part, StoragePath):
                ends = [arrow.way for arrow in self.arrows]
                writers = [column[source] for source, target in ends if target == index]
                readers = [column[target] for source, target in ends if source == index]
                column[index] = max(writers) + 1 if writers else min(readers) - 1
        return column

    def around(self, arrow: Arrow, column: dict[int, int]) -> Arrow:
        """Lead an arrow through the columns between its ends, beside what stands there."""
        source, target = arrow.way
        passed = range(column[source] + 1, column[target])
        way = [source]
        for number in passed:
            self.parts.append(Waypoint())
            way.append(len(self.parts) - 1)
            column[way[-1]] = number
        return Arrow((*way, target), arrow.is_nested)


def _ordered(column: dict[int, int], arrows: Sequence[Arrow]) -> tuple[tuple[int, ...], ...]:
    """Sort each column by the mean row of what leads to it, so that few arrows cross."""
    before: dict[int, list[int]] = {index: [] for index in column}
    for arrow in arrows:
        for source, target in zip(arrow.way, arrow.way[1:], strict=False):
            before[target].append(source)
    rows: dict[int, float] = {}
    columns = []
    for number in range(max(column.values()) + 1):
        means = {
            index: sum(rows.get(source, 0.0) for source in before[index])
            / max(len(before[index]), 1)
            for index in column
            if column[index] == number
        }
        members = sorted(means, key=means.__getitem__)
        rows |= {index: row - (len(members) - 1) / 2 for row, index in enumerate(members)}
        columns.append(tuple(members))
    return tuple(members for members in columns if members)
