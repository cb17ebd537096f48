"""How to reach an OSCAR cluster: address, credentials, which certificates to trust."""

from __future__ import annotations

import ssl
from base64 import b64encode
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from deep_learning.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class BasicAccess:
    """The user of the cluster; good for ``/system`` alone."""

    user: str
    password: str = field(repr=False)

    @property
    def header(self) -> str:
        """The Authorization header (RFC 7617)."""
        return "Basic " + b64encode(f"{self.user}:{self.password}".encode()).decode()

    @property
    def secret(self) -> str:
        """What must not be told."""
        return self.password


@dataclass(frozen=True, slots=True)
class TokenAccess:
    """A user's token of an OIDC provider; good for all calls."""

    token: str = field(repr=False)

    @property
    def header(self) -> str:
        """The Authorization header (RFC 6750)."""
        return f"Bearer {self.token}"

    @property
    def secret(self) -> str:
        """What must not be told."""
        return self.token


@dataclass(frozen=True, slots=True)
class ClusterAddress:
    """An OSCAR cluster.

    Attributes:
        endpoint: ``https://host[:port]``.
        access: credentials.
        verify: False trusts any certificate, and allows http; a path names the authorities to
            trust.

    Raises:
        ConfigurationError: the endpoint is no address, or is one of http although certificates
            are to be verified: the password would be readable on the way. This machine's own
            addresses are allowed.
    """

    endpoint: str
    access: BasicAccess | TokenAccess
    verify: bool | Path = True

    def __post_init__(self) -> None:
        parts = urlsplit(self.endpoint)
        if parts.scheme not in ("https", "http") or not parts.hostname:
            raise ConfigurationError(
                f"OSCAR endpoint {_shown(self.endpoint)!r}: allowed is https://host[:port]"
            )
        if parts.username is not None:
            raise ConfigurationError(
                f"OSCAR endpoint {_shown(self.endpoint)!r}: no credentials are allowed in it"
            )
        if parts.scheme == "http" and self.verify is not False and not _is_here(parts.hostname):
            raise ConfigurationError(
                f"OSCAR endpoint {self.endpoint!r} would send the credentials unencrypted: "
                "allowed is https, or ssl_verify: false"
            )

    @property
    def tls(self) -> ssl.SSLContext | bool:
        """What decides on the cluster's certificate.

        Raises:
            ConfigurationError: the file of authorities cannot be read.
        """
        if isinstance(self.verify, bool):
            return self.verify
        try:
            return ssl.create_default_context(cafile=str(self.verify))
        except (OSError, ssl.SSLError) as error:
            raise ConfigurationError(f"certificates {str(self.verify)!r}: {error}") from error


def _shown(endpoint: str) -> str:
    """Return an address without the credentials that may be in it."""
    scheme, _, rest = endpoint.rpartition("//")
    return f"{scheme}//{rest.rpartition('@')[2]}" if scheme else rest.rpartition("@")[2]


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
