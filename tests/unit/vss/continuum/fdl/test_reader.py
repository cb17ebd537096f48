"""YAML as a tree: what values mean, where they stand, what is too much."""

from pathlib import Path

import pytest

from vss.continuum.fdl.errors import FdlError, Place
from vss.continuum.fdl.reader import MOST_BYTES, read, read_file
from vss.continuum.fdl.tree import Scalar, child, plain, shown_path
from vss.continuum.fdl.tree_builder import MOST_LEVELS, MOST_NODES


def value(text: str) -> object:
    node = child(read(f"a: {text}".encode(), "w.yaml"), "a")
    assert isinstance(node, Scalar)
    return node.value


def problem(content: bytes) -> str:
    with pytest.raises(FdlError) as refused:
        read(content, "w.yaml")
    return str(refused.value)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("true", True),
        ("False", False),
        ("512", 512),
        ("-1", -1),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        # What YAML 1.1 would make booleans, octal numbers, minutes, dates of.
        ("yes", "yes"),
        ("off", "off"),
        ("0755", "0755"),
        ("12:30", "12:30"),
        ("2026-11-22", "2026-11-22"),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        (".inf", ".inf"),
        ("9" * 5000, "9" * 5000),
        ("'512'", "512"),
        ('"true"', "true"),
        ("!!str 512", "512"),
        ("!!str", ""),
        ("''", ""),
    ],
)
def test_a_plain_value_means_what_yaml_1_2_says(text: str, meant: object) -> None:
    found = value(text)
    assert found == meant
    assert type(found) is type(meant)


def test_variables_labels_and_headers_stay_as_they_are_written() -> None:
    content = """
functions:
  oscar:
  - labels:
      enable_gpu: true
      environment: {Variables: {A: 1.10, B: True, C: 0x1F, D: null}}
      labels: {E: 1e3}
"""
    tree = plain(read(content.encode(), "w.yaml"))
    service = tree["functions"]["oscar"][0]["labels"]
    assert service["environment"]["Variables"] == {"A": "1.10", "B": "True", "C": "0x1F", "D": None}
    assert service["labels"] == {"E": "1e3"}
    assert service["enable_gpu"] is True, "a cluster may have any name"


def test_a_value_reached_by_an_alias_is_read_where_it_is_used() -> None:
    content = """
functions:
  aws:
  - lambda: {timeout: &t 30, environment: {Variables: {T: *t}}}
"""
    settings = plain(read(content.encode(), "w.yaml"))["functions"]["aws"][0]["lambda"]
    assert settings == {"timeout": 30, "environment": {"Variables": {"T": "30"}}}


def test_a_merge_key_yields_to_the_keys_beside_it() -> None:
    content = b"base: &b {x: 1, y: 2}\nmore: &m {y: 3, z: 4}\nboth: {<<: [*b, *m], x: 0}"
    assert plain(read(content, "w.yaml"))["both"] == {"x": 0, "y": 2, "z": 4}


def test_nodes_know_their_place_and_path() -> None:
    tree = read(b"a:\n- b: [x,\n    y]", "w.yaml")
    node = child(child(child(child(tree, "a"), 0), "b"), 1)
    assert node is not None
    assert node.place == Place("w.yaml", 3, 5)
    assert shown_path(node.path) == "a[0].b[1]"


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        (("a", 0, "b-c"), "a[0].b-c"),
        (("a.b", "c"), "['a.b'].c"),
        (("a", "\x1b[2J"), "a['\\x1b[2J']"),
        (("x" * 100,), f"['{'x' * 60}']"),
    ],
)
def test_a_path_is_printed_so_that_it_cannot_deceive(
    path: tuple[str | int, ...], shown: str
) -> None:
    assert shown_path(path) == shown


LAUGHS = "\n".join(
    ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
)
TOWER = "\n".join(["a0: &a0 [x]"] + [f"a{n}: &a{n} [[[[*a{n - 1}]]]]" for n in range(1, 60)])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a: " + b"x" * MOST_BYTES, "is too large; allowed: 262,144 bytes"),
        (b"a: [" + b"x, " * MOST_NODES + b"]", f"too many values; allowed: {MOST_NODES:,}"),
        (LAUGHS.encode(), "too many values"),
        (b"a: " + b"[" * 100_000, f"nested too deep; allowed: {MOST_LEVELS} levels"),
        (b"a: " + b"{b: " * 10_000, "nested too deep"),
        (b"- " * 10_000, "nested too deep"),
        (TOWER.encode(), "nested too deep"),
        (b"\xff\xfea\x00", "w.yaml:1:1: is not UTF-8"),
        (b"a: b\nc: \xff", "w.yaml:2:1: is not UTF-8"),
        (b"a: b\nc: \x00", "w.yaml:2:1: holds a character that is not printable"),
        (b'a: "\\UFFFFFFFF"', "holds an escape of no character"),
        (b"a: @b", "w.yaml:1:4: is not YAML"),
        (b"a: *b", "w.yaml:1:4: a: is an alias (*…) of nothing"),
        (b"&a a: [*a]\n&b b: &c [*c]", "is an alias"),
    ],
)
def test_what_is_too_much_or_no_yaml_is_refused(content: bytes, message: str) -> None:
    assert message in problem(content)


def test_a_byte_order_mark_is_no_harm() -> None:
    assert plain(read("\ufeffa: b".encode(), "w.yaml")) == {"a": "b"}


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(FdlError, match=r"absent\.yaml:1:1: cannot be read: No such file"):
        read_file(tmp_path / "absent.yaml")
    with pytest.raises(FdlError, match="cannot be read: Is a directory"):
        read_file(tmp_path)
