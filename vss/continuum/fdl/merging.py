"""Defaults under a file: maps merge, lists are joined, null counts as absent."""

from __future__ import annotations

from vss.continuum.fdl.errors import FdlError
from vss.continuum.fdl.tree import Node, Scalar, Sequence, Tree, child
from vss.continuum.fdl.validation import problem_at

_SECTIONS = ("aws", "oscar", "storage_providers", "clusters")


def merge(low: Node, high: Node) -> Node:
    """Return ``high`` over ``low``, as SCAR lays an FDL file over its own configuration."""
    if isinstance(high, Scalar) and high.value is None:
        return low
    if isinstance(low, Tree) and isinstance(high, Tree):
        entries = dict(low.entries)
        for key, node in high.entries.items():
            entries[key] = merge(entries[key], node) if key in entries else node
        return Tree(high.place, high.path, entries, {**low.keys, **high.keys})
    if isinstance(low, Sequence) and isinstance(high, Sequence):
        return Sequence(high.place, high.path, low.items + high.items)
    return high


def under_defaults(tree: Tree, defaults: Tree) -> Tree:
    """Return a file over its defaults.

    Args:
        tree: the file.
        defaults: a map of ``aws`` (below each item of functions.aws), ``oscar`` (below each
            service), ``storage_providers`` and ``clusters``.

    Raises:
        FdlError: the defaults have other keys.
    """
    unknown = [key for key in defaults.entries if key not in _SECTIONS]
    if unknown:
        allowed = f"is unknown in defaults; allowed: {', '.join(_SECTIONS)}"
        raise FdlError(problem_at(defaults, (key,), allowed) for key in unknown)
    entries = dict(tree.entries)
    for key in ("storage_providers", "clusters"):
        if key in defaults.entries:
            low = defaults.entries[key]
            entries[key] = merge(low, entries[key]) if key in entries else low
    functions = entries.get("functions")
    if isinstance(functions, Tree):
        entries["functions"] = _functions(functions, defaults)
    return Tree(tree.place, tree.path, entries, {**defaults.keys, **tree.keys})


def _functions(functions: Tree, defaults: Tree) -> Tree:
    entries = dict(functions.entries)
    aws, oscar = child(defaults, "aws"), child(defaults, "oscar")
    if aws is not None and isinstance(items := entries.get("aws"), Sequence):
        merged = tuple(merge(aws, item) for item in items.items)
        entries["aws"] = Sequence(items.place, items.path, merged)
    if oscar is not None and isinstance(items := entries.get("oscar"), Sequence):
        merged = tuple(_service(oscar, item) for item in items.items)
        entries["oscar"] = Sequence(items.place, items.path, merged)
    return Tree(functions.place, functions.path, entries, functions.keys)


def _service(low: Node, item: Node) -> Node:
    if not isinstance(item, Tree):
        return item
    entries = {cluster: merge(low, service) for cluster, service in item.entries.items()}
    return Tree(item.place, item.path, entries, item.keys)
