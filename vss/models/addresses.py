"""Addresses of mirrors: what is allowed, and how they may be shown."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

from deep_learning.errors import ConfigurationError

SCHEMES = ("http", "https")
_ALLOWED = "allowed is a directory, or an address that begins with http:// or https://"

Mirror = Path | str
"""A directory, or an http(s) address without a slash at its end."""


def parse_mirror(value: str) -> Mirror:
    """Read the value of ``--mirror`` or ``VSS_MODEL_MIRROR``.

    Raises:
        ConfigurationError: it is neither a directory nor an http(s) address.
    """
    if "://" not in value:
        directory = Path(value).expanduser()
        if not value or not directory.is_dir():
            raise ConfigurationError(f"mirror {value!r} is no directory; {_ALLOWED}")
        return directory
    if (problem := _address_problem(value)) is not None:
        shown = without_credentials(value)
        raise ConfigurationError(f"mirror {shown!r} {problem}; {_ALLOWED}")
    return value.rstrip("/")


def _address_problem(address: str) -> str | None:
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        return f"is no address ({error})"
    if parts.scheme not in SCHEMES:
        return f"has the scheme {parts.scheme!r}"
    if not host:
        return "names no host"
    if parts.query or parts.fragment:
        return "has a query or fragment, and file names are to be appended to it"
    return None


def without_credentials(address: str) -> str:
    """Return ``address`` as it may be shown, without user name and password."""
    return re.sub(r"(?<=://)[^/?#]*@", "", address)


def source_name(mirror: Mirror | None) -> str:
    """Say in words where files come from."""
    return "the official addresses" if mirror is None else without_credentials(str(mirror))
