"""The laws of the layers: who may import whom, what the pure layers never touch, what runs when."""

import ast
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
LAYERS = REPOSITORY / "layers"
FUNCTIONS = REPOSITORY / "lambda_src"

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
OURS = (
    "deep_learning",
    "high_level_algorithms",
    "business_logic",
    "surveillance",
    "enrolment",
    "mask_detection",
    "supervisor",
    "vss",
    "stacks",
)
LAYER_NAMES = ("deep_learning", "high_level_algorithms", "business_logic")
# It also runs where there are no layers: in image functions and on the edge.
SUPERVISOR = FUNCTIONS / "supervisor"
AWS = {"boto3", "botocore", "urllib3", "aws_xray_sdk"}
# The one module each that knows a library, so that another library means another file.
SOLE_IMPORTERS = {"boto3": "s3_access.py", "aws_xray_sdk": "telemetry.py"}
# What takes long: it belongs to the start of an environment, not to an import or an image.
HEAVY = {
    "Core",
    "Environment",
    "FrameStore",
    "GalleryStore",
    "ModelStore",
    "Pipeline",
    "ResultStore",
    "Runtime",
    "client",
    "compile_model",
    "load",
    "load_enrolment",
    "load_mask_detection",
    "open",
    "prepare",
    "read",
    "read_model",
    "s3_client",
}
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


def functions() -> list[Path]:
    """Return the modules of the functions that the layers serve."""
    return sorted(set(FUNCTIONS.rglob("*.py")) - set(SUPERVISOR.rglob("*.py")))


def test_functions_compose_the_layers_and_know_nothing_of_how_they_are_deployed() -> None:
    assert functions(), "there are no functions: the test looks at the wrong place"
    wrong = set()
    for path in functions():
        allowed = {*LAYER_NAMES, path.relative_to(FUNCTIONS).parts[0]}
        names = imports(ast.parse(path.read_text()))
        wrong |= {(path.name, name) for name in names if name.split(".")[0] in {*OURS} - allowed}
    assert not wrong


def test_the_supervisor_needs_the_standard_library_and_boto3_alone() -> None:
    allowed = {*sys.stdlib_module_names, "supervisor", "boto3", "botocore", "urllib3"}
    paths = sorted(SUPERVISOR.rglob("*.py"))
    assert paths, "there is no supervisor: the test looks at the wrong place"
    wrong = {
        (path.name, name)
        for path in paths
        for name in imports(ast.parse(path.read_text()))
        # For types only: no stubs are installed where it runs.
        if name.split(".")[0] not in allowed and name != "types_boto3_s3"
    }
    assert not wrong


def test_business_logic_alone_reaches_aws() -> None:
    paths = [path for layer in PURE for path in modules(layer)] + functions()
    wrong = {
        (path.name, name)
        for path in paths
        for name in imports(ast.parse(path.read_text()))
        if name.split(".")[0] in AWS
    }
    assert not wrong


@pytest.mark.parametrize(("library", "module"), SOLE_IMPORTERS.items())
def test_a_library_is_known_to_one_module(library: str, module: str) -> None:
    importers = {
        path.name
        for path in modules("business_logic")
        for name in imports(ast.parse(path.read_text()))
        if name.split(".")[0] == library
    }
    assert importers == {module}


def test_the_environment_is_read_by_the_handler_alone() -> None:
    paths = [path for layer in LAYER_NAMES for path in modules(layer)] + functions()
    readers = {path.name for path in paths if "os" in imports(ast.parse(path.read_text()))}
    assert readers == {"handler.py"}


def heavy_calls(nodes: list[ast.stmt], within_functions: bool) -> set[str]:
    """Return the heavy things that statements call, those of the functions in them or not."""
    found: set[str] = set()
    waiting: list[ast.AST] = list(nodes)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.Lambda) and not within_functions:
            continue
        if isinstance(node, ast.Call):
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            found |= {name} & HEAVY
        waiting.extend(ast.iter_child_nodes(node))
    return found


def test_nothing_heavy_happens_when_a_module_is_imported_but_the_handler() -> None:
    """Rule of the paper: what can be shared is global, and made once."""
    paths = [path for layer in LAYER_NAMES for path in modules(layer)] + functions()
    heavy = {
        f"{path.parent.name}/{path.name}": heavy_calls(ast.parse(path.read_text()).body, False)
        for path in paths
    }
    assert {name: calls for name, calls in heavy.items() if calls} == {
        "surveillance/handler.py": {"prepare", "load"},
        "enrolment/handler.py": {"load_enrolment"},
        "mask_detection/handler.py": {"load_mask_detection"},
    }


def test_nothing_heavy_happens_for_an_image() -> None:
    """Rule of the paper: the work is inside the handler, and the work alone."""
    names = ("frame_flow.py", "photograph_flow.py", "image_flow.py", "process.py")
    for path in (path for name in names for path in FUNCTIONS.rglob(name)):
        classes = [
            node for node in ast.parse(path.read_text()).body if isinstance(node, ast.ClassDef)
        ]
        methods = [
            node
            for group in classes
            for node in group.body
            if isinstance(node, ast.FunctionDef) and node.name != "connect"
        ]
        assert heavy_calls([*methods], True) <= {"read"}, path


def test_handlers_are_short() -> None:
    for path in FUNCTIONS.rglob("handler.py"):
        assert len(path.read_text().splitlines()) <= 80


@pytest.mark.parametrize(
    ("source", "within", "found"),
    [
        ("core = ov.Core()", False, {"Core"}),
        ("if x:\n    a = [s3_client() for _ in y]", False, {"s3_client"}),
        ("class A:\n    b = open('c')", False, {"open"}),
        ("def f():\n    return Runtime(1)", False, set()),
        ("def f():\n    return Runtime(1)", True, {"Runtime"}),
    ],
)
def test_the_law_finds_heavy_calls(source: str, within: bool, found: set[str]) -> None:
    assert heavy_calls(ast.parse(source).body, within) == found


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
