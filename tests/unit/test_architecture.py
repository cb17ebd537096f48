"""The laws of the layers: who may import whom, and what the pure layers never touch."""

import ast
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
LAYERS = REPOSITORY / "layers"

ALLOWED = {
    "deep_learning": {"deep_learning"},
    "high_level_algorithms": {"high_level_algorithms", "deep_learning"},
    "business_logic": {
        "business_logic",
        "deep_learning.catalogue",
        "deep_learning.errors",
        "high_level_algorithms.types",
    },
}
OURS = ("deep_learning", "high_level_algorithms", "business_logic", "vss", "stacks")
PURE = ("deep_learning", "high_level_algorithms")
FORBIDDEN_IN_PURE = {"boto3", "botocore", "os", "time", "datetime", "socket", "urllib", "requests"}


def imports(tree: ast.AST) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide the direction"
            found.add(node.module or "")
    return found


def modules(layer: str) -> list[Path]:
    return sorted((LAYERS / layer / "python" / layer).rglob("*.py"))


def is_allowed(name: str, allowed: set[str]) -> bool:
    return any(name == entry or name.startswith(entry + ".") for entry in allowed)


@pytest.mark.parametrize("layer", ALLOWED)
def test_imports_point_one_way(layer: str) -> None:
    assert modules(layer), f"the layer {layer} has no modules: the test looks at the wrong place"
    wrong = {
        (path.name, name)
        for path in modules(layer)
        for name in imports(ast.parse(path.read_text()))
        if name.split(".")[0] in OURS and not is_allowed(name, ALLOWED[layer])
    }
    assert not wrong


@pytest.mark.parametrize("layer", PURE)
def test_pure_layers_touch_neither_aws_nor_environment_nor_clock(layer: str) -> None:
    wrong = {
        (path.name, name)
        for path in modules(layer)
        for name in imports(ast.parse(path.read_text()))
        if name.split(".")[0] in FORBIDDEN_IN_PURE
    }
    assert not wrong


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import boto3", {"boto3"}),
        ("def f():\n    from os import environ", {"os"}),
        ("import os.path as p", {"os.path"}),
    ],
)
def test_the_law_finds_imports_wherever_they_hide(source: str, found: set[str]) -> None:
    assert imports(ast.parse(source)) == found


def test_modules_stay_small() -> None:
    roots = [REPOSITORY / name for name in ("layers", "lambda_src", "stacks", "vss")]
    lengths = sorted(
        len(path.read_text().splitlines()) for root in roots for path in root.rglob("*.py")
    )
    assert lengths[-1] <= 400
    assert lengths[len(lengths) // 2] <= 110
