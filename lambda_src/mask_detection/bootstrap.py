"""The start of an execution environment: settings, network, stores."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
from business_logic.encrypted_bucket import EncryptedBucket
from business_logic.folder_store import FolderStore
from business_logic.frame_store import FrameStore
from business_logic.mask_settings import MaskSettings
from business_logic.model_store import networks_of
from business_logic.s3_access import RetryPolicy, s3_client
from business_logic.telemetry import Telemetry
from deep_learning.catalogue import Catalogue, Role
from deep_learning.decode import DEFAULT_LIMITS
from deep_learning.runtime import Runtime
from high_level_algorithms.mask_detection import MaskDetector

from mask_detection.image_flow import ImageFlow, MaskNetwork, Stores
from mask_detection.process import MaskDetection


def load_mask_detection(variables: Mapping[str, str]) -> MaskDetection:
    """Return the function, ready for images.

    Raises:
        ConfigurationError: an environment variable is missing or not as it should be.
        ModelError: the network is missing, altered or breaks its contract.
        TransientError: the models bucket could not be read.
    """
    settings = MaskSettings.from_environment(variables)
    cv2.setNumThreads(settings.networks.threads)
    with networks_of(settings.networks, s3_client, settings.bucket_owner) as manifest:
        catalogue = Catalogue.read(manifest, settings.networks.model_set)
        runtime = Runtime(settings.networks.threads)
        network = runtime.load(catalogue, Role.MASK_DETECTION)
    detector = MaskDetector(network, network.entry.threshold("face"))
    chosen = MaskNetwork(catalogue.model_set.name, network.entry, detector)
    telemetry = Telemetry()
    return MaskDetection(settings, ImageFlow(settings, chosen, _stores(settings), telemetry))


def _stores(settings: MaskSettings) -> Stores:
    client, retry, owner = s3_client(), RetryPolicy(), settings.bucket_owner
    output = EncryptedBucket(client, settings.output_bucket, owner, settings.output_key_arn, retry)
    return Stores(
        FrameStore(client, owner, DEFAULT_LIMITS.max_bytes, retry),
        FolderStore(output),
    )
