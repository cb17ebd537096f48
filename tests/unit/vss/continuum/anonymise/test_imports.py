"""PyAV is loaded where a video is read or written, and nowhere else."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.shared_material import REPOSITORY

CONTINUUM = REPOSITORY / "vss" / "continuum"
READS = CONTINUUM / "anonymise" / "video.py"
WRITES = CONTINUUM / "demo" / "video.py"


def imports_av(path: Path) -> bool:
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add((node.module or "").partition(".")[0])
    return "av" in names


def test_only_the_modules_of_videos_import_it() -> None:
    folders = ("vss", "layers", "lambda_src", "stacks", "model_assets")
    sources = [path for folder in folders for path in (REPOSITORY / folder).rglob("*.py")]
    assert READS in (found := {path for path in sources if imports_av(path)})
    assert found <= {READS, WRITES}


@pytest.mark.parametrize(
    "module", ["vss.cli", "vss.continuum.cli", "vss.continuum.anonymise.anonymiser"]
)
def test_the_rest_works_without_having_loaded_it(module: str) -> None:
    code = f"import {module}, sys; sys.exit('av' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, check=False)
    assert done.returncode == 0
