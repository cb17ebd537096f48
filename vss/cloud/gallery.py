"""Write the gallery's index: templates made on this machine from reference photographs."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import cv2
from business_logic.gallery_index import GalleryIndex, Template, photograph_digest
from business_logic.gallery_writer import GalleryWriter
from business_logic.s3_access import RetryPolicy
from deep_learning.catalogue import Catalogue, Role
from deep_learning.runtime import Runtime
from high_level_algorithms.pipeline import Pipeline, PipelineSettings

from vss.cloud.deployment import Deployment
from vss.references import References, read_references


def push_gallery(deployment: Deployment, folder: Path, manifest: Path, until: date) -> References:
    """Replace the gallery by the people of ``folder/<person>/<photographs>``; return who they are.

    The function takes it up with its next batch. The templates are made with the networks of the
    model set that the function loads: those of another set would be refused.

    Args:
        deployment: whose gallery is replaced.
        folder: the photographs; they stay here.
        manifest: of the networks.
        until: the last day on which the people may be identified.

    Raises:
        ConfigurationError: a person has no photograph with exactly one face to compare.
        ModelError: ``manifest`` has no such model set, or a network of it is missing or altered.
        TransientError: the gallery could not be read or written.
        DeploymentError: the function cannot be read.
    """
    catalogue = Catalogue.read(manifest, deployment.model_set)
    threads = len(os.sched_getaffinity(0))
    cv2.setNumThreads(threads)
    pipeline = Pipeline.load(Runtime(threads), catalogue, PipelineSettings())
    references = read_references(folder, pipeline)
    network = catalogue.entry(Role.FACE_EMBEDDING).weights.sha384

    def replaced(old: GalleryIndex) -> GalleryIndex:
        index = GalleryIndex.empty(network)
        for person_id, vectors in references.templates.items():
            for vector in vectors:
                template = Template(photograph_digest(vector.tobytes()), until, vector)
                index = index.with_template(person_id, template)
        return replace(index, version=old.version + 1)

    writer = GalleryWriter(
        deployment.s3,
        deployment.output("GalleryBucket"),
        deployment.account,
        deployment.output("GalleryKeyArn"),
        network,
        RetryPolicy(),
    )
    writer.change(replaced)
    return references
