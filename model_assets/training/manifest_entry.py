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
KNOWS = "rendered people only"

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Trained:
    """A network made by this project.

    Attributes:
        role: that it plays.
        name: of the network and its files.
        folder: below the manifest's; holds ``training.json`` and the precision's folder.
        input: name of the input tensor.
        outputs: names of the output tensors.
        like: the published network that plays the same role, with the same contract.
    """

    role: str
    name: str
    folder: str
    input: str
    outputs: tuple[str, ...]
    like: str | None = None

    def path(self, folder: Path) -> Path:
        """Return where the .xml lies in the network's folder."""
        return folder / PRECISION / f"{self.name}.xml"


CAMERA_COVER = Trained("camera_cover", "camera-cover", "camera_cover", "image", ("probability",))
BODY_POSE = Trained(
    "body_pose",
    "demo-body-pose",
    "demo/body_pose",
    "data",
    ("Mconv7_stage2_L1", "Mconv7_stage2_L2"),
    "human-pose-estimation-0001",
)
FACE_LANDMARKS = Trained(
    "face_landmarks",
    "demo-face-landmarks",
    "demo/face_landmarks",
    "data",
    ("landmarks",),
    "landmarks-regression-retail-0009",
)
FACE_EMBEDDING = Trained(
    "face_embedding",
    "demo-face-embedding",
    "demo/face_embedding",
    "data",
    ("embedding",),
    "face-reidentification-retail-0095",
)
DEMO = (BODY_POSE, FACE_LANDMARKS, FACE_EMBEDDING)
MASK_DETECTION = Trained(
    "mask_detection",
    "demo-mask-detection",
    "demo/mask_detection",
    "data",
    ("classes", "offsets"),
    "aizoo-face-mask-detection",
)


def main() -> None:
    """Renew the entries of all networks made here, and the sets that they form."""
    manifest = Path(sys.argv[1])
    content = json.loads(manifest.read_text())
    known = {entry["name"]: entry for entry in content["networks"]}
    fresh = {CAMERA_COVER.name: camera_cover(manifest.parent)}
    fresh |= {trained.name: demo_entry(manifest.parent, trained, known) for trained in DEMO}
    masks = {MASK_DETECTION.name: demo_entry(manifest.parent, MASK_DETECTION, known)}
    content["sets"]["demo"] = {"knows": KNOWS, "networks": list(fresh)}
    content["sets"]["demo-masks"] = {"knows": KNOWS, "networks": list(masks)}
    fresh |= masks
    fetched = {name: entry for name, entry in known.items() if name not in fresh}
    content["networks"] = [*fresh.values(), *fetched.values()]
    manifest.write_text(json.dumps(content, indent=1) + "\n")


def camera_cover(root: Path) -> Json:
    """Describe the camera-cover network as the manifest does."""
    training = training_of(root, CAMERA_COVER)
    shape = [1, 3, training["settings"]["rows"], training["settings"]["columns"]]
    return {
        "role": CAMERA_COVER.role,
        "name": CAMERA_COVER.name,
        "precision": PRECISION,
        "licence": "Apache-2.0",
        "licence_url": None,
        "preprocessing": "the whole frame resized, aspect not kept",
        "input": {"name": CAMERA_COVER.input, "shape": shape, "meaning": "BGR image, 0..255"},
        "outputs": [{"name": None, "shape": [1, 2], "meaning": "probability of clear, covered"}],
        "files": files_of(root, CAMERA_COVER),
        "thresholds": {"covered": training["threshold"]},
    }


def demo_entry(root: Path, trained: Trained, known: dict[str, Json]) -> Json:
    """Describe a demo network as the manifest does."""
    like = known[str(trained.like)]
    training = training_of(root, trained)
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
        "files": files_of(root, trained),
        "thresholds": training.get("thresholds", {}),
    }


def training_of(root: Path, trained: Trained) -> Json:
    """Return what a network was made with."""
    content: Json = json.loads((root / trained.folder / "training.json").read_text())
    return content


def files_of(root: Path, trained: Trained) -> list[Json]:
    """Describe both files of a network."""
    paths = [trained.path(root / trained.folder).with_suffix(suffix) for suffix in (".xml", ".bin")]
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
