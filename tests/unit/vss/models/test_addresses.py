from __future__ import annotations

import pytest
from deep_learning.errors import ConfigurationError

from vss.models.addresses import parse_mirror, source_name, without_credentials


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("", "is no directory"),
        ("/nowhere/at/all", "'/nowhere/at/all' is no directory"),
        ("mirror.example:8000/models", "is no directory"),
        ("s3://bucket/models", "has the scheme 's3'"),
        ("file:///srv/models", "has the scheme 'file'"),
        ("ftp://host/models", "has the scheme 'ftp'"),
        ("http://", "names no host"),
        ("http://host:99999/", "is no address"),
        ("http://host/x?token=1", "has a query or fragment"),
    ],
)
def test_other_mirrors_are_rejected_with_what_is_allowed(value, words):
    with pytest.raises(ConfigurationError) as error:
        parse_mirror(value)
    assert words in str(error.value)
    assert "allowed is a directory, or an address that begins with http:// or https://" in str(
        error.value
    )


def test_a_directory_and_an_address_are_mirrors(tmp_path):
    assert parse_mirror(str(tmp_path)) == tmp_path
    assert parse_mirror("https://host/models/") == "https://host/models"


def test_credentials_are_never_shown():
    assert without_credentials("https://me:secret@host/a@b") == "https://host/a@b"
    assert source_name("https://me:secret@host") == "https://host"
    with pytest.raises(ConfigurationError) as error:
        parse_mirror("ftp://me:secret@host")
    assert "secret" not in str(error.value)
