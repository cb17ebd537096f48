"""Whatever a file holds, it is read or refused: nothing crashes, no secret is told."""

import copy
import random
from pathlib import Path
from typing import Any

import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.fdl_documents import FILES
from vss.continuum.fdl.dumping import dump
from vss.continuum.fdl.errors import FdlError
from vss.continuum.fdl.loading import LoadedWorkflow, check
from vss.continuum.fdl.reader import read

CONTENTS = [path.read_bytes() for path in FILES]
DOCUMENTS = [yaml.safe_load(content) for content in CONTENTS]
WORDS = sorted({word for content in CONTENTS for word in content.decode().split()})
SECRET = "hunter2hunter2"  # noqa: S105
SEEDED: dict[str, Any] = {"max_examples": 200, "deadline": None, "derandomize": True}
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["", "a", "1Gi", "s3", "minio.a", "abc/d", "env:A", "lambda", "x" * 2000]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=10) | st.sampled_from(WORDS), inner, max_size=3)
    ),
    max_leaves=8,
)


def outcome(content: bytes) -> LoadedWorkflow | FdlError:
    try:
        return check(read(content, "w.yaml"), Path("w.yaml"))
    except FdlError as error:
        return error


def is_sound(found: LoadedWorkflow | FdlError) -> bool:
    """Return whether a document is valid; what it says is then the same when written again."""
    if isinstance(found, FdlError):
        assert found.problems
        for problem in found.problems:
            assert problem.message
            assert problem.place.line >= 1
            assert problem.place.column >= 1
        str(found).encode()
        return False
    again = outcome(dump(found.workflow).encode())
    assert isinstance(again, LoadedWorkflow), again
    assert again.workflow == found.workflow
    for warning in found.warnings:
        str(warning).encode()
    return True


@settings(**SEEDED)
@given(st.binary(max_size=400))
@example(b"\xef\xbb\xbf")
@example(b'"\\ud800": a')
@example(b"%YAML 9.9\n---\na")
def test_any_bytes(content: bytes) -> None:
    is_sound(outcome(content))


@settings(**SEEDED)
@given(st.text(max_size=400))
def test_any_text(text: str) -> None:
    is_sound(outcome(text.encode("utf-8", "surrogatepass")))


@settings(**SEEDED)
@given(st.lists(st.sampled_from([*WORDS, "\n", "  ", "- ", "{", "}", "[", "]", "&a", "*a", "<<:"])))
def test_any_order_of_the_words_of_the_examples(words: list[str]) -> None:
    is_sound(outcome(" ".join(words).encode()))


@settings(**SEEDED)
@given(VALUES)
def test_any_yaml(value: Any) -> None:
    is_sound(outcome(yaml.safe_dump({"functions": value, "clusters": value}).encode()))


def places(value: Any) -> list[tuple[Any, Any]]:
    """All containers within a document, each with one of its keys or indices."""
    keys = list(value) if isinstance(value, dict) else range(len(value))
    found: list[tuple[Any, Any]] = []
    for key in keys if isinstance(value, dict | list) else ():
        found.append((value, key))
        found += places(value[key]) if isinstance(value[key], dict | list) else []
    return found


@settings(**SEEDED)
@given(st.sampled_from(DOCUMENTS), st.integers(0, 10**6), st.integers(0, 3), VALUES)
def test_an_example_with_something_changed(document: Any, where: int, how: int, value: Any) -> None:
    document = copy.deepcopy(document)
    spots = places(document)
    container, key = spots[where % len(spots)]
    if how == 0:
        del container[key]
    elif how == 1 and isinstance(container, dict):
        container[str(value)[:20]] = container.pop(key)
    else:
        container[key] = value
    is_sound(outcome(yaml.safe_dump(document, allow_unicode=True).encode()))


@settings(**SEEDED)
@given(st.sampled_from(CONTENTS), st.integers(0, 10**6), st.integers(0, 30), st.binary(max_size=8))
def test_an_example_with_some_bytes_changed(
    content: bytes, start: int, length: int, put: bytes
) -> None:
    start %= len(content)
    is_sound(outcome(content[:start] + put + content[start + length :]))


@settings(**SEEDED)
@given(st.sampled_from(DOCUMENTS), st.randoms(use_true_random=False))
def test_no_message_tells_a_secret_wherever_the_file_is_wrong(
    document: Any, chance: random.Random
) -> None:
    document = copy.deepcopy(document)
    document.setdefault("clusters", {})["x"] = {
        "endpoint": "https://x",
        "auth_password": SECRET,
    }
    document.setdefault("storage_providers", {})["onedata"] = {
        "y": {"oneprovider_host": "y", "token": SECRET, "space": "y"}
    }
    for _ in range(chance.randrange(1, 4)):
        container, key = chance.choice(places(document))
        if container[key] == SECRET:
            container[key] = chance.choice([[SECRET], {SECRET: SECRET}, {"a": [SECRET]}])
        elif (
            SECRET in str(container[key]) and isinstance(container, dict) and chance.random() < 0.5
        ):
            container[f"{key}x"] = container.pop(key)
        else:
            container[key] = chance.choice([None, 5, "x", [], {}])
    found = outcome(yaml.safe_dump(document).encode())
    if isinstance(found, FdlError):
        assert SECRET not in str(found)
    else:
        assert SECRET not in "".join(map(str, found.warnings))
        assert SECRET not in repr(found)
