"""Galleries for tests."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np
from business_logic.gallery_index import (
    GalleryIndex,
    Template,
    format_index,
    photograph_digest,
)
from business_logic.gallery_store import INDEX_KEY
from deep_learning.catalogue import Catalogue, Role
from deep_learning.runtime import Runtime
from high_level_algorithms.pipeline import Pipeline, PipelineSettings

from vss.cloud.deployment import Deployment
from vss.references import read_references

FOR_EVER = date.max


def index_of(
    references: Mapping[str, Sequence[np.ndarray]], network_sha384: str, until: date = FOR_EVER
) -> GalleryIndex:
    """Return the index of people with their templates."""
    index = GalleryIndex.empty(network_sha384)
    for person_id, vectors in references.items():
        for vector in vectors:
            template = Template(photograph_digest(vector.tobytes()), until, vector)
            index = index.with_template(person_id, template)
    return index


def index_content(
    references: Mapping[str, Sequence[np.ndarray]], network_sha384: str, until: date = FOR_EVER
) -> bytes:
    """Return the object that the gallery bucket holds."""
    return format_index(index_of(references, network_sha384, until))


def put_gallery(deployment: Deployment, folder: Path, manifest: Path) -> None:
    """Replace a deployment's index by the people of ``folder/<person>/<photographs>``.

    Their templates are made here, with the networks of the model set that is deployed.
    """
    catalogue = Catalogue.read(manifest, deployment.model_set)
    runtime = Runtime(len(os.sched_getaffinity(0)))
    pipeline = Pipeline.load(runtime, catalogue, PipelineSettings())
    network = catalogue.entry(Role.FACE_EMBEDDING).weights.sha384
    content = index_content(read_references(folder, pipeline).templates, network)
    bucket = deployment.output("GalleryBucket")
    deployment.s3.put_object(Bucket=bucket, Key=INDEX_KEY, Body=content)
