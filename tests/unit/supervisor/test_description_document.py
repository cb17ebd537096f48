"""Descriptions are read whole, and refused with what is wrong."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from supervisor.description import Credentials, Provider
from supervisor.description_document import decode
from supervisor.errors import InvalidDescription
from supervisor.secret_references import resolve

FULL: dict[str, Any] = {
    "name": "anonymise",
    "script": "#!/bin/sh\r\necho\r\n",
    "input": [{"storage_provider": "minio", "path": "in/videos"}],
    "output": [
        {
            "storage_provider": "s3.cloud",
            "path": "out/frames",
            "suffix": ["jpg"],
            "prefix": ["a", "b"],
            "tags": {"anonymised": "true"},
        }
    ],
    "storage_providers": {
        "minio": {
            "default": {
                "access_key": "env:KEY",
                "secret_key": "env:SECRET",
                "endpoint": "http://127.0.0.1:9000",
                "verify": False,
            }
        },
        "s3": {"cloud": {"access_key": "clear-a", "secret_key": "clear-b", "region": "eu-west-1"}},
        "onedata": {"space": {"token": "not looked at"}},
    },
    "environment": {"variables": {"RATE": 5}, "secrets": {"TOKEN": "file:/run/token"}},
    "timeout_threshold": 3,
    "download_input": False,
    "bucket_owner": "123456789012",
}


@pytest.mark.parametrize("form", [lambda t: t, lambda t: base64.b64encode(t.encode()).decode()])
def test_a_description_is_read(form: Any) -> None:
    found = decode(form(json.dumps(FULL)))
    assert found.script == "#!/bin/sh\necho\n"
    assert found.inputs[0].provider == "minio.default"
    assert found.outputs[0].takes("b.jpg")
    assert not found.outputs[0].takes("c.jpg")
    assert found.outputs[0].tags == (("anonymised", "true"),)
    assert found.providers == {
        "minio.default": Provider(
            Credentials("env:KEY", "env:SECRET"), "http://127.0.0.1:9000", None, False
        ),
        "s3.cloud": Provider(Credentials("clear-a", "clear-b"), None, "eu-west-1"),
    }
    assert (found.variables, found.secrets) == ({"RATE": "5"}, {"TOKEN": "file:/run/token"})
    assert (found.timeout_threshold_s, found.download_input) == (3.0, False)
    assert found.bucket_owner == "123456789012"


def test_no_secret_is_shown() -> None:
    text = repr(decode(json.dumps(FULL)))
    assert "clear-" not in text
    assert "/run/token" not in text


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": ""}, "name is missing"),
        ({"script": None}, "script is missing"),
        ({"input": {}}, None),
        ({"input": {"a": 1}}, "input is dict"),
        ({"output": ["x"]}, "output is str"),
        ({"output": [{"storage_provider": "s3"}]}, "path is missing"),
        ({"output": [{"storage_provider": "onedata", "path": "a"}]}, "'onedata'"),
        ({"timeout_threshold": -1}, "timeout_threshold is -1"),
        ({"timeout_threshold": True}, "timeout_threshold is True"),
        ({"environment": []}, None),
        ({"environment": {"variables": [1]}}, r"environment.variables is list"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, Any], message: str | None) -> None:
    text = json.dumps(FULL | change)
    if message is None:
        decode(text)
        return
    with pytest.raises(InvalidDescription, match=message):
        decode(text)


@pytest.mark.parametrize("text", ["", "no JSON", "{", "W10=", "{]}"])
def test_what_is_no_description_is_refused(text: str) -> None:
    with pytest.raises(InvalidDescription):
        decode(text)


def test_secrets_are_found_where_they_are_said_to_be(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("of the file\n")
    assert resolve("env:A", {"A": "of the variable"}) == "of the variable"
    assert resolve(f"file:{tmp_path}/key", {}) == "of the file"
    assert resolve("itself", {}) == "itself"


@pytest.mark.parametrize("reference", ["env:NONE", "env:EMPTY", "file:/no/such", "file:{}/empty"])
def test_a_secret_that_is_not_there_is_named(reference: str, tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")
    with pytest.raises(InvalidDescription, match=reference.split("/")[0].split("{")[0]):
        resolve(reference.format(tmp_path), {"EMPTY": ""})
