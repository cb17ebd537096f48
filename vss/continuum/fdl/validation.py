"""A tree becomes a workflow, or errors that say what stands where and what is allowed."""

from __future__ import annotations

from collections.abc import Sequence as Items
from difflib import get_close_matches
from typing import TYPE_CHECKING

from pydantic import ValidationError

from vss.continuum.fdl.base import NOT_ALLOWED
from vss.continuum.fdl.errors import FdlError, Problem
from vss.continuum.fdl.models import Workflow
from vss.continuum.fdl.schema import keys_at
from vss.continuum.fdl.secret import names_a_secret
from vss.continuum.fdl.tree import KeyPath, Node, Scalar, Sequence, Tree, child, plain, shown_path

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_ALLOWED = {
    "string_type": "text (a number or true in quotes)",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "a map",
    "model_type": "a map",
    "model_attributes_type": "a map",
}
# How a model names what a file may spell otherwise, or keep one level higher.
_OTHER_SPELLINGS = {
    "variables": "Variables",
    "Variables": "variables",
    "secrets": "Secrets",
    "api_port": "port",
    "members": "replicas",
}
_MOVED_UP = "federation"
_LONGEST_VALUE = 60
_KEYS_SHOWN = 12
# Below these nothing is shown but what is known to be no secret.
_SECRET_SECTIONS = {"storage_providers", "clusters"}
_SECRET_MAPS = {"environment", "headers", "env", "token"}
_PUBLIC_KEYS = {"region", "verify", "ssl_verify", "rse"}


def validate(tree: Tree) -> Workflow:
    """Return the workflow that a tree describes.

    Raises:
        FdlError: with all that is wrong, each where it stands.
    """
    try:
        return Workflow.model_validate(plain(tree))
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        raise FdlError(_problem(tree, detail) for detail in details) from None


def locate(tree: Tree, path: KeyPath) -> tuple[Node, KeyPath]:
    """Follow a path of the models as far as the file goes; return the node and what is left."""
    node: Node = tree
    for done, step in enumerate(path):
        below = child(node, step)
        if below is None and isinstance(step, str):
            below = child(node, _OTHER_SPELLINGS.get(step, ""))
        if below is None and step == _MOVED_UP and done + 1 < len(path):
            continue
        if below is None:
            return node, path[done:]
        node = below
    return node, ()


def problem_at(tree: Tree, path: KeyPath, message: str) -> Problem:
    """Return a problem that stands at a path, or at the map that lacks it."""
    node, missing = locate(tree, path)
    lacking = missing[:1] if isinstance(node, Tree) else ()
    return Problem(node.place, shown_path((*node.path, *lacking)), message)


def _problem(tree: Tree, detail: ErrorDetails) -> Problem:
    path = detail["loc"]
    if path and path[-1] == "[key]":
        path = path[:-1]
        return _at_key(tree, path, f"is no name that is allowed; allowed: {_allowed(detail)}")
    if detail["type"] == "extra_forbidden":
        return _at_key(tree, path, _unknown_key(path))
    if detail["type"] == "missing":
        return problem_at(tree, path, "is missing, and is required")
    node, _ = locate(tree, path)
    found = "does not fit together" if _is_about_several_keys(node, detail) else _found(node)
    return problem_at(tree, path, f"{found}; allowed: {_allowed(detail)}")


def _is_about_several_keys(node: Node, detail: ErrorDetails) -> bool:
    return isinstance(node, Tree) and detail["type"] == NOT_ALLOWED


def _at_key(tree: Tree, path: KeyPath, message: str) -> Problem:
    parent, _ = locate(tree, path[:-1])
    key = str(path[-1])
    place = parent.keys.get(key, parent.place) if isinstance(parent, Tree) else parent.place
    return Problem(place, shown_path((*parent.path, key)), message)


def _unknown_key(path: KeyPath) -> str:
    keys = keys_at(path[:-1])
    close = get_close_matches(str(path[-1]), keys, n=1)
    if close:
        return f"is unknown; did you mean {close[0]}?"
    return f"is unknown; allowed: {_listed(keys)}"


def _listed(keys: Items[str]) -> str:
    more = f" and {len(keys) - _KEYS_SHOWN} more" if len(keys) > _KEYS_SHOWN else ""
    return ", ".join(keys[:_KEYS_SHOWN]) + more


def _allowed(detail: ErrorDetails) -> str:
    context = detail.get("ctx", {})
    kind = detail["type"]
    if kind == NOT_ALLOWED:
        return str(context["allowed"])
    if kind == "literal_error":
        return str(context["expected"]).replace("'", "")
    if kind in _ALLOWED:
        return _ALLOWED[kind]
    if kind == "greater_than_equal":
        return f"{context['ge']} or more"
    if kind in ("too_short", "string_too_short"):
        return f"{context['min_length']} or more {_unit(kind)}"
    if kind in ("too_long", "string_too_long"):
        return f"up to {context['max_length']} {_unit(kind)}"
    return detail["msg"]


def _unit(kind: str) -> str:
    return "characters" if kind.startswith("string") else "entries"


def _found(node: Node) -> str:
    """Say what stands there, unless it may be a secret."""
    if isinstance(node, Tree):
        return "is a map" if node.entries else "is an empty map"
    if isinstance(node, Sequence):
        return f"is a list of {len(node.items)}" if node.items else "is an empty list"
    if _may_be_secret(node.path):
        return "is not as it must be (not shown: it may be a secret)"
    return f"is {_shown(node)}"


def _shown(node: Scalar) -> str:
    if node.value is None:
        return "null"
    text = repr(node.text) if isinstance(node.value, str) else node.text
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}… (cut)"


def _may_be_secret(path: KeyPath) -> bool:
    names = {part for part in path if isinstance(part, str)}
    if path and path[-1] in _PUBLIC_KEYS:
        return False
    last = path[-1] if path and isinstance(path[-1], str) else ""
    in_section = bool(path) and path[0] in _SECRET_SECTIONS
    return in_section or bool(names & _SECRET_MAPS) or names_a_secret(last)
