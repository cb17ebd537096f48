"""What a file says that the models do not keep: seen in the file itself, told as warnings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vss.continuum.fdl.consistency import Finding
from vss.continuum.fdl.errors import Problem
from vss.continuum.fdl.fields import DEFAULT_LOG_LEVEL, LOG_LEVELS
from vss.continuum.fdl.oscar import CLUSTER_DEFAULTS, READ_ONLY_KEYS, is_bare_folder
from vss.continuum.fdl.tree import (
    KeyPath,
    Node,
    Scalar,
    Sequence,
    Tree,
    child,
    items_of,
    replaced,
    shown_path,
)

_NOWHERE = "names no storage_provider: nothing is uploaded there; other tools drop it silently"


def without_outputs_to_nowhere(tree: Tree) -> tuple[Tree, list[Problem]]:
    """Leave out what ``output`` lists without a provider; return a warning for each."""
    lost: list[Problem] = []
    for path, settings in settings_of(tree):
        outputs = child(settings, "output")
        if not isinstance(outputs, Sequence):
            continue
        nowhere = [node for node in outputs.items if _has_no_provider(node)]
        lost += [Problem(node.place, shown_path(node.path), _NOWHERE) for node in nowhere]
        items = tuple(node for node in outputs.items if node not in nowhere)
        kept = Sequence(outputs.place, outputs.path, items)
        rebuilt = replaced(tree, (*path, "output"), kept)
        assert isinstance(rebuilt, Tree)  # noqa: S101 (what is replaced lies below it)
        tree = rebuilt
    return tree, lost


def _has_no_provider(node: Node) -> bool:
    if not isinstance(node, Tree) or "path" not in node.entries:
        return False
    provider = child(node, "storage_provider")
    return provider is None or (isinstance(provider, Scalar) and provider.value is None)


def settings_of(tree: Tree) -> Iterator[tuple[KeyPath, Node]]:
    """Yield the settings of each function, AWS and OSCAR, with their path."""
    functions = child(tree, "functions")
    for index, item in items_of(child(functions, "aws")):
        settings = child(item, "lambda")
        if settings is not None:
            yield ("functions", "aws", index, "lambda"), settings
    for index, item in items_of(child(functions, "oscar")):
        for cluster, service in items_of(item):
            yield ("functions", "oscar", index, cluster), service


def changed_silently(tree: Tree) -> Iterator[Finding]:
    """Yield what the platforms read otherwise than it is written, in a valid file."""
    for path, settings in settings_of(tree):
        level = child(settings, "log_level")
        if isinstance(level, Scalar) and level.text.upper() not in LOG_LEVELS:
            yield (
                (*path, "log_level"),
                f"is {level.text!r}, which counts as {DEFAULT_LOG_LEVEL}; allowed: "
                + ", ".join(LOG_LEVELS),
            )
        if path[1] == "oscar":
            yield from _ignored(path, settings, READ_ONLY_KEYS, "the server sets it")
            yield from _bare_folders(path, settings)
    for name, cluster in items_of(child(tree, "clusters")):
        path = ("clusters", name)
        yield from _ignored(path, cluster, CLUSTER_DEFAULTS, "it is a default of another tool")


def _ignored(path: KeyPath, node: Node, keys: Iterable[str], why: str) -> Iterator[Finding]:
    for key in keys:
        found = child(node, key)
        if found is not None and not (isinstance(found, Scalar) and found.value is None):
            yield (*path, key), f"is ignored: {why}"


def _bare_folders(path: KeyPath, settings: Node) -> Iterator[Finding]:
    service = child(settings, "name")
    for kind in ("input", "output"):
        for index, entry in items_of(child(settings, kind)):
            provider, folder = child(entry, "storage_provider"), child(entry, "path")
            if (
                isinstance(service, Scalar)
                and isinstance(provider, Scalar)
                and isinstance(folder, Scalar)
                and is_bare_folder(provider.value, folder.value)
            ):
                bucket_path = f"{service.text}/{folder.text.strip('/')}"
                yield (
                    (*path, kind, index, "path"),
                    f"has one part: OSCAR reads it as {bucket_path!r}, a folder of the bucket "
                    "named after the service",
                )
