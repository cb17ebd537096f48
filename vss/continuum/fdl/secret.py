"""Secrets: kept from every print, and where they come from if not from the file itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from pydantic import SecretStr

_REFERENCE = re.compile(r"(env|file):(.+)", re.DOTALL)
# A variable or key of such a name holds a secret, whatever it is for.
_SECRET_NAME = re.compile(
    r"(?i)(?:^|[_.\-]|(?<=[a-z]))"
    r"(?:secrets?|passwd|password|pwd|token|credentials?|(?:private|access|api|secret)[_\-]?key)"
    r"(?![A-Za-z])"
)


class SecretStore(StrEnum):
    """Where a secret may be kept."""

    ENVIRONMENT = "env"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class SecretReference:
    """``env:NAME`` or ``file:PATH``: says where the secret is, and is none itself."""

    store: SecretStore
    name: str


def secret_reference(secret: SecretStr) -> SecretReference | None:
    """Return where the secret is kept, or None where the file holds it in clear text."""
    found = _REFERENCE.fullmatch(secret.get_secret_value())
    return None if found is None else SecretReference(SecretStore(found[1]), found[2])


def is_clear_text(secret: SecretStr) -> bool:
    """Return whether the file itself holds the secret."""
    return bool(secret.get_secret_value()) and secret_reference(secret) is None


def names_a_secret(name: str) -> bool:
    """Return whether a variable of this name holds a secret, such as AWS_SECRET_ACCESS_KEY."""
    return _SECRET_NAME.search(name) is not None
