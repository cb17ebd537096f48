"""Write the gallery's index: templates made on this machine from reference photographs."""

from __future__ import annotations

import os
from pathlib import Path

import cv2
from botocore.exceptions import BotoCoreError, ClientError
from business_logic.gallery_index import format_index
from business_logic.gallery_store import INDEX_KEY
from deep_learning.catalogue import Catalogue, Role
from deep_learning.runtime import Runtime
from high_level_algorithms.pipeline import Pipeline, PipelineSettings

from vss.cloud.deployment import Deployment, DeploymentError
from vss.references import References, read_references


def push_gallery(deployment: Deployment, folder: Path, manifest: Path) -> References:
    """Replace the gallery by the people of ``folder/<person>/<photographs>``; return who they are.

    The function takes it up with its next batch. The templates are made with the networks of the
    model set that the function loads: those of another set would be refused.

    Raises:
        ConfigurationError: a person has no photograph with exactly one face to compare.
        ModelError: ``manifest`` has no such model set, or a network of it is missing or altered.
        DeploymentError: the function cannot be read, or the gallery bucket refuses.
    """
    catalogue = Catalogue.read(manifest, deployment.model_set)
    threads = len(os.sched_getaffinity(0))
    cv2.setNumThreads(threads)
    pipeline = Pipeline.load(Runtime(threads), catalogue, PipelineSettings())
    references = read_references(folder, pipeline)
    network = catalogue.entry(Role.FACE_EMBEDDING).weights.sha384
    _write(deployment, format_index(references.templates, network))
    return references


def _write(deployment: Deployment, index: bytes) -> None:
    bucket = deployment.output("GalleryBucket")
    try:
        deployment.s3.put_object(
            Bucket=bucket,
            Key=INDEX_KEY,
            Body=index,
            ContentType="application/json",
            ServerSideEncryption="aws:kms",
            SSEKMSKeyId=deployment.output("GalleryKeyArn"),
        )
    except (ClientError, BotoCoreError) as error:
        raise DeploymentError(f"the gallery in bucket {bucket} was not written: {error}") from error
