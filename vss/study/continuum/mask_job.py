"""Detects masks in one image, as a job of a cluster does: a process that begins with nothing.

``python -m vss.study.continuum.mask_job IMAGE OUTPUT`` does what the mask function does with an
image, on files: ``OUTPUT/<folder of $STORAGE_OBJECT_KEY>/<stem>.jpg`` with boxes, and ``.json``.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import cv2
from deep_learning.catalogue import Catalogue, Role
from deep_learning.decode import decode_image
from deep_learning.runtime import Runtime
from high_level_algorithms.mask_detection import MaskDetector, draw_faces
from high_level_algorithms.mask_rule import judge

from vss.continuum.anonymise.anonymiser import encode_jpeg
from vss.paths import MANIFEST


def main(arguments: Sequence[str], variables: Mapping[str, str]) -> None:
    """Write the image with boxes and what was found in it.

    Args:
        arguments: image and folder for the output.
        variables: ``VSS_MASK_SET``, ``VSS_MANIFEST`` and the object's key.

    Raises:
        RejectedInput: it is no image.
        ModelError: the network is missing or altered.
    """
    source, output = (Path(argument) for argument in arguments)
    cv2.setNumThreads(1)
    manifest = Path(variables.get("VSS_MANIFEST", MANIFEST))
    catalogue = Catalogue.read(manifest, variables["VSS_MASK_SET"])
    network = Runtime(1).load(catalogue, Role.MASK_DETECTION)
    image = decode_image(source.read_bytes())
    faces = MaskDetector(network, network.entry.threshold("face")).find(image)
    folder = output / Path(variables["STORAGE_OBJECT_KEY"]).parent.name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{source.stem}.jpg").write_bytes(encode_jpeg(draw_faces(image, faces)))
    found = json.dumps(asdict(judge(faces)))
    (folder / f"{source.stem}.json").write_text(f"{found}\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:], os.environ)
