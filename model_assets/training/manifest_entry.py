"""Write the networks trained here into the manifest: sizes, hashes, contracts, thresholds, sets.

python -m model_assets.training.manifest_entry model_assets/manifest.json
"""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PRECISION = "FP16"
CAMERA_COVER = "camera-cover"
KNOWS = "rendered people only"

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Trained:
    """A network made by this project; its contract but for the input size is that of ``like``.

    Attributes:
        role: that it plays.
        name: of the network and its files.
        folder: below the manifest's; holds ``training.json`` and the precision's folder.
        like: the network of the set omz that plays the same role.
        input: name of the input tensor.
        outputs: names of the output tensors.
    """

    role: str
    name: str
    folder: str
    like: str
    input: str
    outputs: tuple[str, ...]


DEMO = (
    Trained(
        "body_pose",
        "demo-body-pose",
        "demo/body_pose",
        "human-pose-estimation-0001",
        "data",
        ("Mconv7_stage2_L1", "Mconv7_stage2_L2"),
    ),
    Trained(
        "face_landmarks",
        "demo-face-landmarks",
        "demo/face_landmarks",
        "landmarks-regression-retail-0009",
        "data",
        ("landmarks",),
    ),
    Trained(
        "face_embedding",
        "demo-face-embedding",
        "demo/face_embedding",
        "face-reidentification-retail-0095",
        "data",
        ("embedding",),
    ),
)


def main() -> None:
    """Renew the entries of all networks made here, and the set ``demo`` that they form."""
    manifest = Path(sys.argv[1])
    content = json.loads(manifest.read_text())
    known = {entry["name"]: entry for entry in content["networks"]}
    fresh = {CAMERA_COVER: camera_cover(manifest.parent)}
    fresh |= {trained.name: demo_entry(manifest.parent, trained, known) for trained in DEMO}
    fetched = {name: entry for name, entry in known.items() if name not in fresh}
    content["sets"]["demo"] = {"knows": KNOWS, "networks": list(fresh)}
    content["networks"] = [*fresh.values(), *fetched.values()]
    manifest.write_text(json.dumps(content, indent=1) + "\n")


def camera_cover(root: Path) -> Json:
    """Describe the camera-cover network as the manifest does."""
    training = json.loads((root / "camera_cover" / "training.json").read_text())
    shape = [1, 3, training["settings"]["rows"], training["settings"]["columns"]]
    return {
        "role": "camera_cover",
        "name": CAMERA_COVER,
        "precision": PRECISION,
        "licence": "Apache-2.0",
        "licence_url": None,
        "preprocessing": "the whole frame resized, aspect not kept",
        "input": {"name": "image", "shape": shape, "meaning": "BGR image, 0..255"},
        "outputs": [{"name": None, "shape": [1, 2], "meaning": "probability of clear, covered"}],
        "files": files_of(root, "camera_cover", CAMERA_COVER),
        "thresholds": {"covered": training["threshold"]},
    }


def demo_entry(root: Path, trained: Trained, known: dict[str, Json]) -> Json:
    """Describe a demo network as the manifest does."""
    like = known[trained.like]
    training = json.loads((root / trained.folder / "training.json").read_text())
    outputs = zip(like["outputs"], trained.outputs, strict=True)
    return {
        "role": trained.role,
        "name": trained.name,
        "precision": PRECISION,
        "licence": "Apache-2.0",
        "licence_url": None,
        "preprocessing": like["preprocessing"],
        "input": like["input"] | {"name": trained.input},
        "outputs": [output | {"name": name} for output, name in outputs],
        "files": files_of(root, trained.folder, trained.name),
        "thresholds": training.get("thresholds", {}),
    }


def files_of(root: Path, folder: str, name: str) -> list[Json]:
    """Describe both files of a network."""
    paths = [root / folder / PRECISION / f"{name}.{suffix}" for suffix in ("xml", "bin")]
    contents = [path.read_bytes() for path in paths]
    return [
        {
            "path": path.relative_to(root).as_posix(),
            "size": len(content),
            "sha384": hashlib.sha384(content).hexdigest(),
            "source": None,
        }
        for path, content in zip(paths, contents, strict=True)
    ]


if __name__ == "__main__":
    main()
