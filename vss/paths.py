"""Where the files of this repository lie on this machine, and what is meant by default."""

from __future__ import annotations

from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
MANIFEST = REPOSITORY / "model_assets" / "manifest.json"
# Lies in the repository: what a fresh clone can run.
DEFAULT_MODEL_SET = "demo"
