"""The settings of the surveillance function, read once from its environment variables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Self, TypeVar

from deep_learning.catalogue import MODEL_SET_NAME
from deep_learning.errors import ConfigurationError

from business_logic.alerts import AlertKind

_PREFIX = "VSS_"
_STAGE = r"[a-z][a-z0-9]{0,11}"
_BUCKET = r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"
_KEY_ARN = r"arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key/[A-Za-z0-9-]+"
_ON_DEMAND = "on-demand"
_SNAP_START = "snap-start"
_MEGABYTES_PER_CPU = 1769
_MEMORY_MB = range(128, 10_241)

Choice = TypeVar("Choice", bound=StrEnum)


class Scope(StrEnum):
    """When the networks are loaded: once before the first invocation, or inside each."""

    GLOBAL = "global"
    LOCAL = "local"


class ModelSource(StrEnum):
    """Where the networks lie: in the layer, or in a bucket that is read at the start."""

    LAYER = "layer"
    S3 = "s3"


@dataclass(frozen=True, slots=True)
class FunctionSettings:
    """What the deployment tells the function.

    Attributes:
        stage: name of the deployment.
        frames_bucket: where cameras put their images.
        results_bucket: where records and alerts go.
        results_key_arn: the key they are encrypted with.
        gallery_bucket: where the gallery's index lies.
        bucket_owner: account that owns all of these buckets.
        manifest: the manifest of the networks in the layer.
        model_set: the set of networks to load.
        scope: when the networks are loaded.
        model_source: where the networks come from.
        models_bucket: the bucket of the networks, with ``ModelSource.S3`` only.
        alerts: the kinds of alert to raise.
        memory_mb: memory of the function; its share of the CPUs goes with it.
        initialization: how Lambda started the environment: on-demand, provisioned-concurrency,
            snap-start, or a kind that is newer than this software.
    """

    stage: str
    frames_bucket: str
    results_bucket: str
    results_key_arn: str
    gallery_bucket: str
    bucket_owner: str
    manifest: Path
    model_set: str
    scope: Scope
    model_source: ModelSource
    models_bucket: str | None
    alerts: frozenset[AlertKind]
    memory_mb: int
    initialization: str

    @property
    def threads(self) -> int:
        """Whole vCPUs the function has: 1 for each 1769 MB, at least 1."""
        return max(1, self.memory_mb // _MEGABYTES_PER_CPU)

    @property
    def on_demand(self) -> bool:
        """Whether the first invocation had to wait for the start of the environment."""
        return self.initialization == _ON_DEMAND

    @property
    def snap_start(self) -> bool:
        """Whether Lambda keeps a snapshot of the environment and restores it from there."""
        return self.initialization == _SNAP_START

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read the settings.

        Raises:
            ConfigurationError: a variable is missing, empty, out of range, or not known.
        """
        variables = _Variables(environment)
        source = variables.choice("VSS_MODEL_SOURCE", ModelSource)
        settings = cls(
            stage=variables.text("VSS_STAGE", _STAGE),
            frames_bucket=variables.text("VSS_FRAMES_BUCKET", _BUCKET),
            results_bucket=variables.text("VSS_RESULTS_BUCKET", _BUCKET),
            results_key_arn=variables.text("VSS_RESULTS_KEY_ARN", _KEY_ARN),
            gallery_bucket=variables.text("VSS_GALLERY_BUCKET", _BUCKET),
            bucket_owner=variables.text("VSS_BUCKET_OWNER", r"\d{12}"),
            manifest=Path(variables.text("VSS_MANIFEST", r"/.+")),
            model_set=variables.text("VSS_MODEL_SET", MODEL_SET_NAME),
            scope=variables.choice("VSS_SCOPE", Scope),
            model_source=source,
            models_bucket=(
                variables.text("VSS_MODELS_BUCKET", _BUCKET) if source is ModelSource.S3 else None
            ),
            alerts=variables.choices("VSS_ALERTS", AlertKind),
            memory_mb=variables.number("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", _MEMORY_MB),
            initialization=environment.get("AWS_LAMBDA_INITIALIZATION_TYPE", _ON_DEMAND),
        )
        variables.refuse_unknown()
        return settings


class _Variables:
    """Environment variables, each read by its rule; remembers which were asked for."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._known: set[str] = set()

    def text(self, name: str, pattern: str) -> str:
        value = self._value(name)
        if re.fullmatch(pattern, value) is None:
            raise ConfigurationError(f"{name} is {value!r}; allowed is text that fits {pattern}")
        return value

    def choice(self, name: str, kind: type[Choice]) -> Choice:
        return self._member(name, self._value(name), kind)

    def choices(self, name: str, kind: type[Choice]) -> frozenset[Choice]:
        """Read a comma list, which may be empty."""
        items = self._present(name).split(",")
        named = [item.strip() for item in items] if items != [""] else []
        return frozenset(self._member(name, item, kind) for item in named)

    def number(self, name: str, allowed: range) -> int:
        value = self._value(name)
        if not (value.isascii() and value.isdigit() and int(value) in allowed):
            raise ConfigurationError(
                f"{name} is {value!r}; allowed are {allowed.start} to {allowed.stop - 1}"
            )
        return int(value)

    def refuse_unknown(self) -> None:
        """Raise where a variable of ours was not asked for: most likely a misspelt one."""
        unknown = {name for name in self._environment if name.startswith(_PREFIX)} - self._known
        if unknown:
            raise ConfigurationError(
                f"{', '.join(sorted(unknown))}: no such setting here; "
                f"known are {', '.join(sorted(self._known))}"
            )

    def _present(self, name: str) -> str:
        self._known.add(name)
        if name not in self._environment:
            raise ConfigurationError(f"the environment variable {name} is missing")
        return self._environment[name]

    def _value(self, name: str) -> str:
        value = self._present(name)
        if not value:
            raise ConfigurationError(f"the environment variable {name} is empty")
        return value

    @staticmethod
    def _member(name: str, value: str, kind: type[Choice]) -> Choice:
        if value not in set(kind):
            raise ConfigurationError(f"{name} names {value!r}; allowed are {', '.join(kind)}")
        return kind(value)
