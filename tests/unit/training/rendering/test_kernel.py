from __future__ import annotations

from pathlib import Path

import pytest

from model_assets.training.rendering.kernel import forget_outdated


@pytest.mark.parametrize(("file", "kept"), [("part.py", False), ("other.py", True)])
def test_compiled_kernels_go_when_a_source_of_kernels_changes(
    tmp_path: Path, file: str, kept: bool
) -> None:
    (tmp_path / "part.py").write_text("from model_assets.training.rendering.kernel import part\n")
    (tmp_path / "other.py").write_text("")
    forget_outdated(tmp_path)
    index = tmp_path / "__pycache__" / "shading.shade-1.py311.nbi"
    index.write_bytes(b"index")
    forget_outdated(tmp_path)
    assert index.exists()
    (tmp_path / file).write_text(
        "import model_assets.training.rendering.kernel\nN = 1\n" * (not kept) + "\n"
    )
    forget_outdated(tmp_path)
    assert index.exists() == kept
