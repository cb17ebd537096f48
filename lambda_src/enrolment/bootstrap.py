"""The start of an execution environment: settings, networks, stores."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
from business_logic.encrypted_bucket import EncryptedBucket
from business_logic.enrolment_settings import EnrolmentSettings
from business_logic.frame_store import FrameStore
from business_logic.gallery_documents import GalleryDocuments
from business_logic.gallery_writer import GalleryWriter
from business_logic.model_store import networks_of
from business_logic.s3_access import RetryPolicy, s3_client
from business_logic.telemetry import Telemetry
from deep_learning.catalogue import Catalogue, Role
from deep_learning.decode import DEFAULT_LIMITS
from deep_learning.runtime import Runtime
from high_level_algorithms.pipeline import Pipeline, PipelineSettings

from enrolment.photograph_flow import PhotographFlow, Stores
from enrolment.process import Enrolment


def load_enrolment(variables: Mapping[str, str]) -> Enrolment:
    """Return the function, ready for photographs.

    Raises:
        ConfigurationError: an environment variable is missing or not as it should be, or the
            threshold was calibrated for another network.
        ModelError: a network is missing, altered or breaks its contract.
        TransientError: the models bucket could not be read.
    """
    settings = EnrolmentSettings.from_environment(variables)
    cv2.setNumThreads(settings.networks.threads)
    with networks_of(settings.networks, s3_client, settings.bucket_owner) as manifest:
        catalogue = Catalogue.read(manifest, settings.networks.model_set)
        chosen = PipelineSettings(calibrated=settings.networks.calibrated)
        pipeline = Pipeline.load(Runtime(settings.networks.threads), catalogue, chosen)
    network = catalogue.entry(Role.FACE_EMBEDDING).weights.sha384
    flow = PhotographFlow(pipeline, network, _stores(settings, network))
    return Enrolment(settings, flow, Telemetry())


def _stores(settings: EnrolmentSettings, network: str) -> Stores:
    client, retry = s3_client(), RetryPolicy()
    owner = settings.bucket_owner
    gallery = EncryptedBucket(
        client, settings.gallery_bucket, owner, settings.gallery_key_arn, retry
    )
    return Stores(
        FrameStore(client, owner, DEFAULT_LIMITS.max_bytes, retry),
        GalleryDocuments(gallery),
        GalleryWriter(gallery, network),
    )
