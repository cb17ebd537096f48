"""Settings of Lambda functions that moto drops: kept beside its own, given back by its answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.awslambda.models import LambdaBackend, LambdaFunction
from moto.sqs.models import sqs_backends

Json = Any
_KEPT = ("LoggingConfig", "SnapStart")


def _update_configuration(
    original: Callable[[LambdaFunction, dict[str, Json]], Json],
) -> Callable[[LambdaFunction, dict[str, Json]], Json]:
    def update_configuration(self: LambdaFunction, changes: dict[str, Json]) -> Json:
        original(self, changes)
        if "KMSKeyArn" in changes:
            self.kms_key_arn = changes["KMSKeyArn"] or None
        if "TracingConfig" in changes:
            self.tracing_config = changes["TracingConfig"]
        if "EphemeralStorage" in changes:
            self.ephemeral_storage = int(changes["EphemeralStorage"]["Size"])
        kept = dict(getattr(self, "kept_settings", {}))
        kept.update({name: changes[name] for name in _KEPT if name in changes})
        # A new dictionary: published versions are shallow copies and keep the old one.
        self.kept_settings = kept  # type: ignore[attr-defined]
        return self.get_configuration()

    return update_configuration


def _get_configuration(
    original: Callable[..., dict[str, Json]],
) -> Callable[..., dict[str, Json]]:
    def get_configuration(self: LambdaFunction, on_create: bool = False) -> dict[str, Json]:
        configuration = original(self, on_create)
        kept = getattr(self, "kept_settings", {})
        configuration.update(kept)
        if "SnapStart" in kept:
            on = kept["SnapStart"]["ApplyOn"] == "PublishedVersions" and self.version != "$LATEST"
            configuration["SnapStart"] = {
                **kept["SnapStart"],
                "OptimizationStatus": "On" if on else "Off",
            }
        return configuration

    return get_configuration


def _create_event_source_mapping(
    original: Callable[[LambdaBackend, dict[str, Json]], Json],
) -> Callable[[LambdaBackend, dict[str, Json]], Json]:
    def create_event_source_mapping(self: LambdaBackend, spec: dict[str, Json]) -> Json:
        mapping = original(self, spec)
        if ":" in spec["FunctionName"]:
            # AWS keeps the alias; moto resolves it once to the version behind it.
            mapping.function_arn = spec["FunctionName"]
        for queue in sqs_backends[self.account_id][self.region_name].queues.values():
            queue.lambda_event_source_mappings.clear()
        return mapping

    return create_event_source_mapping


def _update_event_source_mapping(
    original: Callable[[LambdaBackend, str, dict[str, Json]], Json],
) -> Callable[[LambdaBackend, str, dict[str, Json]], Json]:
    def update_event_source_mapping(self: LambdaBackend, uuid: str, spec: dict[str, Json]) -> Json:
        mapping = original(self, uuid, spec)
        if mapping is not None and ":" in spec.get("FunctionName", ""):
            mapping.function_arn = spec["FunctionName"]
        return mapping

    return update_event_source_mapping


def install() -> None:
    """Change moto's Lambda."""
    function: Any = LambdaFunction
    function.update_configuration = _update_configuration(function.update_configuration)
    function.get_configuration = _get_configuration(function.get_configuration)
    backend: Any = LambdaBackend
    backend.create_event_source_mapping = _create_event_source_mapping(
        backend.create_event_source_mapping
    )
    backend.update_event_source_mapping = _update_event_source_mapping(
        backend.update_event_source_mapping
    )
