"""Reads the file of a workflow, or says why it cannot be one."""

from __future__ import annotations

from pathlib import Path

import yaml

from vss.continuum.fdl.errors import FdlError, Place, Problem
from vss.continuum.fdl.tree import Tree
from vss.continuum.fdl.tree_builder import TreeBuilder, place_of

MOST_BYTES = 256 * 1024


def read_file(path: Path) -> Tree:
    """Read an FDL file.

    Raises:
        FdlError: it cannot be read, or is not one YAML map in UTF-8 within the limits.
    """
    start = Place(str(path), 1, 1)
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise FdlError([Problem(start, "", f"cannot be read: {error.strerror}")]) from None
    return read(content, str(path))


def read(content: bytes, source: str) -> Tree:
    """Read the content of an FDL file; ``source`` is its name in errors.

    Raises:
        FdlError: it is not one YAML map in UTF-8 within the limits.
    """
    start = Place(source, 1, 1)
    if len(content) > MOST_BYTES:
        raise FdlError([Problem(start, "", f"is too large; allowed: {MOST_BYTES:,} bytes")])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FdlError([Problem(Place(source, line, 1), "", "is not UTF-8")]) from None
    try:
        root = TreeBuilder(source, yaml.parse(text, Loader=yaml.SafeLoader)).document()
    except yaml.MarkedYAMLError as error:
        place = place_of(source, error.problem_mark or error.context_mark)
        raise FdlError(
            [Problem(place, "", f"is not YAML: {error.problem or error.context}")]
        ) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        problem = Problem(Place(source, line, 1), "", "holds a character that is not printable")
        raise FdlError([problem]) from None
    except (ValueError, OverflowError):
        # The scanner of PyYAML turns an escape such as "\UFFFFFFFF" into a character unchecked.
        raise FdlError([Problem(start, "", "holds an escape of no character")]) from None
    if not isinstance(root, Tree):
        raise FdlError([Problem(start, "", "is no map; allowed: functions: …")])
    return root
