"""The verification material beside the repository: real networks, photographs, hostile files.

It is never copied into the repository; where it is absent, the tests that need it are skipped.
"""

import shutil
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
SHARED = REPOSITORY.parent / "shared"
IMAGES = SHARED / "images"
REAL_SET = "omz"
ABSENT = f"the verification material is absent: {SHARED}"


def assemble_networks(folder: Path) -> Path:
    """Lay out the networks as after `vss models pull`, return the manifest."""
    source = REPOSITORY / "model_assets"
    shutil.copy(source / "manifest.json", folder)
    for name in ("camera_cover", "demo"):
        (folder / name).symlink_to(source / name)
    (folder / "networks").symlink_to(SHARED / "models")
    return folder / "manifest.json"
