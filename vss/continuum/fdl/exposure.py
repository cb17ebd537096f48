"""Warnings of secrets that a file holds in clear text, and of ways they would leave it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import SecretStr

from vss.continuum.fdl.consistency import Finding
from vss.continuum.fdl.models import AwsFunction, OscarService, ProviderType, Workflow
from vss.continuum.fdl.secret import is_clear_text, names_a_secret
from vss.continuum.fdl.tree import KeyPath

_INSTEAD = "write env:NAME or file:PATH, and keep the secret in the environment or a secret store"
_IN_CLEAR = f"is a secret in clear text; {_INSTEAD}"
_LOOKS_LIKE_ONE = (
    "looks like a secret in clear text; keep it in environment.secrets (OSCAR) or a secret store"
)


def exposures(workflow: Workflow) -> Iterator[Finding]:
    """Yield each secret that a reader of the file could take, never the secret itself."""
    for kind in ProviderType:
        for name, provider in getattr(workflow.storage_providers, kind).items():
            yield from _fields(("storage_providers", kind, name), dict(provider))
    for name, cluster in workflow.clusters.items():
        path: KeyPath = ("clusters", name)
        yield from _fields(path, dict(cluster))
        if not cluster.ssl_verify:
            yield (*path, "ssl_verify"), "is off: anyone on the way may read what is sent"
        if cluster.endpoint.startswith("http:") and cluster.auth_password is not None:
            yield (*path, "endpoint"), "sends the password unencrypted; use https"
    for index, function in enumerate(workflow.functions.aws):
        yield from _aws(("functions", "aws", index), function)
    for index, item in enumerate(workflow.functions.oscar):
        yield from _oscar(("functions", "oscar", index, item.cluster), item.service)


def _fields(path: KeyPath, fields: Mapping[str, object]) -> Iterator[Finding]:
    for key, value in fields.items():
        if isinstance(value, SecretStr) and is_clear_text(value):
            yield (*path, key), _IN_CLEAR


def _variables(path: KeyPath, variables: Mapping[str, str]) -> Iterator[Finding]:
    for name, value in variables.items():
        if names_a_secret(name) and is_clear_text(SecretStr(value)):
            yield (*path, name), _LOOKS_LIKE_ONE


def _aws(path: KeyPath, function: AwsFunction) -> Iterator[Finding]:
    settings = function.lambda_
    below = (*path, "lambda")
    yield from _variables((*below, "environment", "Variables"), settings.environment.variables)
    if settings.container is not None:
        variables = settings.container.environment.variables
        yield from _variables((*below, "container", "environment", "Variables"), variables)
    if function.batch is not None:
        variables = function.batch.environment.variables
        yield from _variables((*path, "batch", "environment", "Variables"), variables)


def _oscar(path: KeyPath, service: OscarService) -> Iterator[Finding]:
    yield from _variables((*path, "environment", "variables"), service.environment.variables)
    yield from _fields((*path, "environment", "secrets"), service.environment.secrets)
    for index, member in enumerate(service.federation.members if service.federation else ()):
        where = (*path, "federation", "members", index)
        yield from _fields((*where, "headers"), member.headers)
        if not member.ssl_verify:
            yield (*where, "ssl_verify"), "is off: anyone on the way may read what is sent"
    if service.kserve is not None:
        yield from _variables((*path, "kserve", "env"), service.kserve.env)
