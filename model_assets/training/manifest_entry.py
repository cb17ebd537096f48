"""Write the trained camera-cover network into the manifest: sizes, hashes, input, threshold."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

NAME, PRECISION = "camera-cover", "FP16"


def main() -> None:
    """Replace the manifest's entry for the role ``camera_cover``."""
    manifest = Path(sys.argv[1])
    content = json.loads(manifest.read_text())
    others = [entry for entry in content["networks"] if entry["role"] != "camera_cover"]
    content["networks"] = [entry_of(manifest.parent / "camera_cover"), *others]
    manifest.write_text(json.dumps(content, indent=1) + "\n")


def entry_of(folder: Path) -> dict[str, Any]:
    """Describe the network in ``folder`` as the manifest does."""
    training = json.loads((folder / "training.json").read_text())
    shape = [1, 3, training["settings"]["rows"], training["settings"]["columns"]]
    return {
        "role": "camera_cover",
        "name": NAME,
        "precision": PRECISION,
        "licence": "Apache-2.0",
        "licence_url": None,
        "preprocessing": "the whole frame resized, aspect not kept",
        "input": {"name": "image", "shape": shape, "meaning": "BGR image, 0..255"},
        "outputs": [{"name": None, "shape": [1, 2], "meaning": "probability of clear, covered"}],
        "files": [file_of(folder, suffix) for suffix in ("xml", "bin")],
        "thresholds": {"covered": training["threshold"]},
    }


def file_of(folder: Path, suffix: str) -> dict[str, Any]:
    """Describe one file of the network."""
    path = folder / PRECISION / f"{NAME}.{suffix}"
    content = path.read_bytes()
    return {
        "path": path.relative_to(folder.parent).as_posix(),
        "size": len(content),
        "sha384": hashlib.sha384(content).hexdigest(),
        "source": None,
    }


if __name__ == "__main__":
    main()
