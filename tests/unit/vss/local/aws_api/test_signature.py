"""Signatures as botocore makes them are right; altered requests are not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as Signer

from vss.local.aws_api import signature
from vss.local.aws_api.accounts import Credentials, Principal
from vss.local.aws_api.signature import SignatureError, authenticate, read_scope
from vss.local.http_message import Origin, Request

KEY, SECRET, TOKEN = "AKIATEST", "secret", "token"


@pytest.fixture(autouse=True)
def known_key(monkeypatch: pytest.MonkeyPatch) -> None:
    principal = Principal("arn:session", "arn:role", "AssumedRole", "role", "id")
    known = {KEY: Credentials(KEY, SECRET, TOKEN, None, principal)}
    monkeypatch.setattr(signature, "find_credentials", known.get)


def _signed(
    method: str, target: str, body: bytes = b"", service: str = "s3", **headers: str
) -> Request:
    signer = Signer(KEY, SECRET, TOKEN)
    url = f"http://127.0.0.1:80{target}"
    aws = AWSRequest(method=method, url=url, data=body, headers={"Host": "127.0.0.1:80", **headers})
    auth = S3SigV4Auth if service == "s3" else SigV4Auth
    auth(signer, service, "eu-west-1").add_auth(aws)
    items = list(aws.headers.items())
    lower = {name.lower(): value for name, value in items}
    return Request(method, target, lower, items, body, Origin(), 80)


def _accept(request: Request) -> Credentials:
    scope = read_scope(request)
    assert scope is not None
    return authenticate(request, scope)


@pytest.mark.parametrize(
    "request_",
    [
        _signed("GET", "/bucket/key"),
        _signed("GET", "/bucket/a%20b/c%2Bd%25.jpg?versionId=x%3D&prefix="),
        _signed("PUT", "/bucket/%C3%A9%F0%9F%98%80", b"body", **{"X-Amz-Meta-A": "  b   c "}),
        _signed("PUT", "/bucket//double", b"x"),
        _signed("POST", "/", b"{}", "sqs", **{"X-Amz-Target": "AmazonSQS.ReceiveMessage"}),
        _signed("GET", "/2015-03-31/functions/arn%3Aaws%3Alambda", b"", "lambda"),
    ],
    ids=lambda request: f"{request.method} {request.target}",
)
def test_what_botocore_signs_is_accepted(request_: Request) -> None:
    assert _accept(request_).principal.arn == "arn:session"


def _with_header(request: Request, name: str, value: str) -> Request:
    return replace(request, headers={**request.headers, name: value})


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda r: replace(r, method="DELETE"), "SignatureDoesNotMatch"),
        (lambda r: replace(r, target="/bucket/other"), "SignatureDoesNotMatch"),
        (lambda r: replace(r, target="/bucket/key?acl"), "SignatureDoesNotMatch"),
        (lambda r: replace(r, body=b"other"), "XAmzContentSHA256Mismatch"),
        (lambda r: _with_header(r, "host", "elsewhere"), "SignatureDoesNotMatch"),
        (lambda r: _with_header(r, "x-amz-security-token", "stolen"), "InvalidToken"),
        (lambda r: _with_header(r, "x-amz-date", "20200101T000000Z"), "RequestTimeTooSkewed"),
        (lambda r: _with_header(r, "x-amz-date", "now"), "AccessDenied"),
        (
            lambda r: _with_header(
                r, "authorization", r.headers["authorization"].replace(KEY, "AKIAOTHER")
            ),
            "InvalidClientTokenId",
        ),
        (
            lambda r: _with_header(
                r, "authorization", r.headers["authorization"].replace("eu-west-1", "us-east-1")
            ),
            "SignatureDoesNotMatch",
        ),
        (lambda r: _with_header(r, "authorization", "Basic x"), "AuthorizationHeaderMalformed"),
        (
            lambda r: _with_header(
                r, "authorization", r.headers["authorization"].replace("HMAC-SHA256", "X")
            ),
            "AuthorizationHeaderMalformed",
        ),
    ],
)
def test_what_was_altered_is_refused(change: Any, code: str) -> None:
    with pytest.raises(SignatureError) as refused:
        _accept(change(_signed("PUT", "/bucket/key", b"body")))
    assert refused.value.code == code


def test_an_unsigned_request_has_no_scope() -> None:
    assert read_scope(Request("GET", "/", {}, [], b"", Origin(), 80)) is None
