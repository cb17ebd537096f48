"""The definition of a service as OSCAR's API takes it: self-contained, script and storage in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deep_learning.errors import ConfigurationError
from pydantic import SecretStr
from supervisor.errors import InvalidDescription
from supervisor.secret_references import resolve

from vss.continuum.fdl.dumping import document
from vss.continuum.fdl.models import OscarService, StorageProviders
from vss.continuum.fdl.secret import secret_reference


def service_definition(
    service: OscarService,
    script: str,
    providers: StorageProviders,
    variables: Mapping[str, str],
    clusters: Mapping[str, Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """Return what a service is created from. It holds secrets: send it, and never print it.

    Args:
        service: of the FDL file.
        script: the text of its script.
        providers: of the file; those the service uses go along, the cluster's own excepted.
        variables: what ``env:`` references look into.
        clusters: what goes along of other clusters, for jobs that are delegated to them.

    Raises:
        ConfigurationError: a secret is not where the file says.
    """
    definition: dict[str, Any] = document(service)
    definition["script"] = script.replace("\r\n", "\n")
    used: dict[str, dict[str, Any]] = {}
    for location in (*service.input, *service.output):
        provider = providers.find(location)
        if provider is not None:
            kind = used.setdefault(location.provider_type.value, {})
            kind[location.provider_id] = document(provider)
    if used:
        definition["storage_providers"] = used
    if clusters:
        definition["clusters"] = {name: dict(cluster) for name, cluster in clusters.items()}
    _resolve(definition, variables)
    return definition


def _resolve(part: dict[str, Any], variables: Mapping[str, str]) -> None:
    """Put the secrets in the place of the references to them."""
    secrets = part.get("environment", {}).get("secrets", {})
    providers = [
        fields for kind in part.get("storage_providers", {}).values() for fields in kind.values()
    ]
    for fields in (secrets, *providers, *part.get("clusters", {}).values()):
        for name, value in fields.items():
            if isinstance(value, str) and secret_reference(SecretStr(value)) is not None:
                fields[name] = secret_of(value, variables)


def secret_of(text: str, variables: Mapping[str, str]) -> str:
    """Return the secret that a text of an FDL file holds or refers to.

    Raises:
        ConfigurationError: it is not there.
    """
    try:
        return resolve(text, variables)
    except InvalidDescription as error:
        raise ConfigurationError(str(error)) from error
