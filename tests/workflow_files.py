"""Workflows for tests of the cloud half: the paper's, one of all kinds of functions, small ones."""

from __future__ import annotations

from pathlib import Path

from stacks.workflow_design import CloudWorkflow
from tests.fdl_documents import WORKFLOWS
from vss.continuum.cloud.design import read_design

SCRIPT = '#!/bin/sh\ncp "$INPUT_FILE_PATH" "$TMP_OUTPUT_DIR/"\n'
PAPER = WORKFLOWS / "paper_mask_detection.yaml"
# A chain of three: at the edge, anonymising; a script; the mask function of this project.
CHAIN = """
functions:
  aws:
  - lambda:
      name: copy
      memory: 512
      timeout: 60
      init_script: copy.sh
      environment: {Variables: {GREETING: hello}}
      input:
      - {storage_provider: s3, path: videos/images}
      output:
      - {storage_provider: s3, path: videos/copies, prefix: [day], suffix: [.jpg]}
  - lambda:
      name: masks
      memory: 1024
      container: {image: vss/mask_detection}
      input:
      - {storage_provider: s3, path: videos/copies}
      output:
      - {storage_provider: s3, path: results/masks}
  oscar:
  - local:
      name: anonymise
      image: any
      script: copy.sh
      annotations: {vss/object-tags: anonymised=true}
      input:
      - {storage_provider: minio.here, path: videos/raw}
      output:
      - {storage_provider: s3, path: videos/images}
storage_providers:
  minio:
    here: {endpoint: "http://127.0.0.1:9000", access_key: env:KEY, secret_key: env:SECRET}
"""


def write_workflow(folder: Path, text: str, name: str = "chain.yaml") -> Path:
    """Write a workflow with the scripts that it may name beside it."""
    for script in ("copy.sh", "mask-detector.sh", "blurry-faces.sh"):
        (folder / script).write_text(SCRIPT)
    path = folder / name
    path.write_text(text)
    return path


def chain(folder: Path, text: str = CHAIN) -> CloudWorkflow:
    return read_design(write_workflow(folder, text))


def paper(folder: Path) -> CloudWorkflow:
    return read_design(write_workflow(folder, PAPER.read_text(), PAPER.name))
