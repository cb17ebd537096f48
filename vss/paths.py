"""Where the files of this repository lie on an operator's or developer's machine."""

from __future__ import annotations

from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
MANIFEST = REPOSITORY / "model_assets" / "manifest.json"
