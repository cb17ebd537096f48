"""Reads a function's description.

Its keys are those of OSCAR's ``function_config.yaml``; it is written in JSON, which every YAML
reader understands and Python needs no library for.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from supervisor.description import (
    KINDS,
    TIMEOUT_THRESHOLD_S,
    Credentials,
    FunctionDescription,
    Output,
    Provider,
    StoragePlace,
)
from supervisor.errors import InvalidDescription

Fields = Mapping[str, Any]


def decode(text: str, script: str | None = None) -> FunctionDescription:
    """Read a description that is base64 over JSON, or JSON.

    Args:
        text: the description.
        script: stands in where the description has none.

    Raises:
        InvalidDescription: it is neither, or not as it should be.
    """
    try:
        plain = text if text.lstrip().startswith("{") else base64.b64decode(text, validate=True)
        content = json.loads(plain)
    except (binascii.Error, ValueError) as error:
        raise InvalidDescription(f"the description is no JSON: {type(error).__name__}") from None
    given = _fields(content, "description")
    return read(given if script is None else {"script": script, **given})


def read(content: Fields) -> FunctionDescription:
    """Read a description.

    Raises:
        InvalidDescription: something is missing or not as it should be.
    """
    environment = _fields(content.get("environment") or {}, "environment")
    threshold = content.get("timeout_threshold", TIMEOUT_THRESHOLD_S)
    if isinstance(threshold, bool) or not isinstance(threshold, int | float) or threshold < 0:
        raise InvalidDescription(f"timeout_threshold is {threshold!r}; allowed are seconds >= 0")
    return FunctionDescription(
        name=_text(content, "name"),
        script=_text(content, "script").replace("\r\n", "\n"),
        inputs=tuple(_place(entry) for entry in _list(content, "input")),
        outputs=tuple(_output(entry) for entry in _list(content, "output")),
        providers=_providers(_fields(content.get("storage_providers") or {}, "storage_providers")),
        variables=_variables(environment, "variables"),
        secrets=_variables(environment, "secrets"),
        timeout_threshold_s=float(threshold),
        download_input=bool(content.get("download_input", True)),
        bucket_owner=content.get("bucket_owner"),
    )


def _place(entry: Fields) -> StoragePlace:
    return StoragePlace.parse(_text(entry, "storage_provider"), _text(entry, "path"))


def _output(entry: Fields) -> Output:
    tags = _fields(entry.get("tags") or {}, "tags")
    return Output(
        _place(entry),
        tuple(map(str, entry.get("prefix") or ())),
        tuple(map(str, entry.get("suffix") or ())),
        tuple((str(name), str(value)) for name, value in tags.items()),
    )


def _providers(content: Fields) -> dict[str, Provider]:
    return {
        f"{kind}.{provider_id}": _provider(_fields(entry, f"storage_providers.{kind}"))
        for kind in KINDS
        for provider_id, entry in _fields(content.get(kind) or {}, kind).items()
    }


def _provider(entry: Fields) -> Provider:
    keys = entry.get("access_key"), entry.get("secret_key")
    credentials = Credentials(str(keys[0]), str(keys[1])) if all(keys) else None
    verify = entry.get("verify", True)
    return Provider(credentials, entry.get("endpoint"), entry.get("region"), verify)


def _variables(environment: Fields, name: str) -> dict[str, str]:
    given = _fields(environment.get(name) or {}, f"environment.{name}")
    return {str(key): str(value) for key, value in given.items()}


def _fields(value: object, name: str) -> Fields:
    if not isinstance(value, Mapping):
        raise InvalidDescription(f"{name} is {type(value).__name__}; allowed is a map")
    return value


def _list(content: Fields, name: str) -> list[Fields]:
    value = content.get(name) or []
    if not isinstance(value, list):
        raise InvalidDescription(f"{name} is {type(value).__name__}; allowed is a list")
    return [_fields(entry, name) for entry in value]


def _text(content: Fields, name: str) -> str:
    value = content.get(name)
    if not isinstance(value, str) or not value:
        raise InvalidDescription(f"{name} is missing; allowed is a text")
    return value
