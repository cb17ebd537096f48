"""The settings that say which networks a function loads, from where, on how many threads."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Self

from deep_learning.catalogue import MODEL_SET_NAME, NETWORK_DIGITS, CalibratedThreshold

from business_logic.variables import BUCKET, Variables

_MEGABYTES_PER_CPU = 1769
_MEMORY_MB = range(128, 10_241)
_THRESHOLD, _NETWORK = "VSS_IDENTIFICATION_THRESHOLD", "VSS_IDENTIFICATION_NETWORK"


class ModelSource(StrEnum):
    """Where the networks lie: in the layer, or in a bucket that is read at the start."""

    LAYER = "layer"
    S3 = "s3"


@dataclass(frozen=True, slots=True)
class NetworkSettings:
    """Which networks are loaded.

    Attributes:
        manifest: the manifest of the networks in the layer.
        model_set: the set of networks to load.
        bucket: of the networks, with ``ModelSource.S3`` only.
        memory_mb: memory of the function; its share of the CPUs goes with it.
        calibrated: the threshold of identification, None for the embedding network's own.
    """

    manifest: Path
    model_set: str
    bucket: str | None
    memory_mb: int
    calibrated: CalibratedThreshold | None = None

    @classmethod
    def read(cls, variables: Variables) -> Self:
        """Read the settings.

        Raises:
            ConfigurationError: a variable is missing, empty or out of range.
        """
        source = variables.choice("VSS_MODEL_SOURCE", ModelSource)
        return cls(
            manifest=Path(variables.text("VSS_MANIFEST", r"/.+")),
            model_set=variables.text("VSS_MODEL_SET", MODEL_SET_NAME),
            bucket=(
                variables.text("VSS_MODELS_BUCKET", BUCKET) if source is ModelSource.S3 else None
            ),
            memory_mb=variables.number("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", _MEMORY_MB),
            calibrated=_calibrated(variables),
        )

    @property
    def threads(self) -> int:
        """Whole vCPUs the function has: 1 for each 1769 MB, at least 1."""
        return max(1, self.memory_mb // _MEGABYTES_PER_CPU)


def _calibrated(variables: Variables) -> CalibratedThreshold | None:
    """Read a threshold with the network it is for: both, or neither."""
    if not variables.has_any(_THRESHOLD, _NETWORK):
        return None
    score = float(variables.text(_THRESHOLD, r"0\.\d*[1-9]\d*"))
    return CalibratedThreshold(score, variables.text(_NETWORK, f"[0-9a-f]{{{NETWORK_DIGITS}}}"))
