import importlib.util
import marshal
import sys
from pathlib import Path

import pytest

from vss.layers.bytecode import CompileError, compile_python
from vss.layers.runtimes import Runtime

INTERPRETER = Runtime(*sys.version_info[:2]).interpreter()
UNCHECKED = 0b01


def test_bytecode_is_taken_without_a_look_at_the_source(tmp_path: Path) -> None:
    assert INTERPRETER is not None
    source = tmp_path / "package" / "module.py"
    source.parent.mkdir()
    source.write_text("def f():\n    return 1\n")
    compile_python(INTERPRETER, tmp_path, "/opt/python")
    compiled = Path(importlib.util.cache_from_source(str(source))).read_bytes()
    assert int.from_bytes(compiled[4:8], "little") == UNCHECKED
    code = marshal.loads(compiled[16:])  # noqa: S302 (compiled here)
    assert code.co_filename == "/opt/python/package/module.py"


def test_equal_sources_give_equal_bytes(tmp_path: Path) -> None:
    assert INTERPRETER is not None
    for folder in ("one", "other"):
        (tmp_path / folder).mkdir()
        for name in ("b.py", "a.py"):
            (tmp_path / folder / name).write_text(f"X = {{'{name}', 'x', 'y', 'z'}}\n")
        compile_python(INTERPRETER, tmp_path / folder, "/opt/python")
    one, other = (
        [path.read_bytes() for path in sorted((tmp_path / folder).rglob("*.pyc"))]
        for folder in ("one", "other")
    )
    assert len(one) == 2
    assert one == other


def test_what_does_not_compile_is_named(tmp_path: Path) -> None:
    assert INTERPRETER is not None
    (tmp_path / "broken.py").write_text("def f(:\n")
    with pytest.raises(CompileError, match=r"broken\.py"):
        compile_python(INTERPRETER, tmp_path, "/opt/python")
