"""Certificates of a cluster, and addresses that would betray credentials."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from deep_learning.errors import ConfigurationError

from tests.oscar_server import PASSWORD, USER, OscarServer, oscar_server
from vss.continuum.oscar.access import BasicAccess, ClusterAddress
from vss.continuum.oscar.client import OscarClient
from vss.continuum.oscar.errors import Unreachable

ADMIN = BasicAccess(USER, PASSWORD)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate that nobody but itself vouches for, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    paths = folder / "certificate.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    command += ["-out", str(paths[0]), "-keyout", str(paths[1])]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("openssl is not installed")
    return paths


@pytest.fixture
def tls_server(certificate: tuple[Path, Path]) -> Iterator[OscarServer]:
    with oscar_server(certificate) as found:
        yield found


def services_of(endpoint: str, verify: bool | Path) -> object:
    with OscarClient(ClusterAddress(endpoint, ADMIN, verify), lambda _: None) as client:
        return client.services()


def test_a_certificate_of_nobody_is_refused_and_no_credentials_are_sent(
    tls_server: OscarServer,
) -> None:
    with pytest.raises(Unreachable, match="certificate"):
        services_of(tls_server.endpoint, verify=True)
    assert tls_server.requests == []


def test_it_is_accepted_where_its_authority_is_named(
    tls_server: OscarServer, certificate: tuple[Path, Path]
) -> None:
    assert services_of(tls_server.endpoint, certificate[0]) == ()


def test_it_is_accepted_where_verification_is_off(tls_server: OscarServer) -> None:
    assert services_of(tls_server.endpoint, verify=False) == ()


def test_authorities_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="certificates"):
        services_of("https://127.0.0.1:1", tmp_path / "none")


@pytest.mark.parametrize(
    ("endpoint", "verify", "message"),
    [
        ("http://oscar.example.org", True, "unencrypted"),
        ("http://oscar.example.org", False, None),
        ("http://localhost:8080", True, None),
        ("http://[::1]:8080", True, None),
        ("https://oscar.example.org", True, None),
        ("ftp://oscar.example.org", True, "allowed is https"),
        ("oscar.example.org", True, "allowed is https"),
        ("https://user:hidden@oscar.example.org", True, "no credentials"),
    ],
)
def test_addresses_that_would_betray_credentials_are_refused(
    endpoint: str, verify: bool, message: str | None
) -> None:
    if message is None:
        assert ClusterAddress(endpoint, ADMIN, verify).endpoint == endpoint
        return
    with pytest.raises(ConfigurationError, match=message) as caught:
        ClusterAddress(endpoint, ADMIN, verify)
    assert "hidden" not in str(caught.value)
