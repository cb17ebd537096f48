"""Signature Version 4: who signed a request, and whether the signature is right.

After the AWS documentation *Create a signed AWS API request*. Only headers sign here; presigned
addresses are refused as unsigned.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, unquote

from vss.local.aws_api.accounts import Credentials, find_credentials
from vss.local.http_message import Request

_ALGORITHM = "AWS4-HMAC-SHA256"
_SKEW_S = 15 * 60
_HEX_DIGEST = re.compile(r"[0-9a-f]{64}")
_SPACES = re.compile(r"\s+")
_SAFE = "-_.~"


class SignatureError(Exception):
    """A request whose signer is not known or not right."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Scope:
    """What an ``Authorization`` header claims.

    Attributes:
        service: signing name of the service, lower case.
    """

    access_key_id: str
    date: str
    region: str
    service: str
    signed_headers: tuple[str, ...]
    signature: str


def read_scope(request: Request) -> Scope | None:
    """Return what the request's ``Authorization`` header claims, None where it has none.

    Raises:
        SignatureError: the header is malformed.
    """
    header = request.headers.get("authorization")
    if header is None:
        return None
    algorithm, _, rest = header.partition(" ")
    parts = dict(part.strip().partition("=")[::2] for part in rest.split(","))
    try:
        key, date, region, service, end = parts["Credential"].split("/")
        signed = tuple(parts["SignedHeaders"].split(";"))
        signature = parts["Signature"]
    except (KeyError, ValueError) as error:
        raise SignatureError("AuthorizationHeaderMalformed", f"{header[:60]!r}") from error
    if algorithm != _ALGORITHM or end != "aws4_request":
        raise SignatureError("AuthorizationHeaderMalformed", f"want {_ALGORITHM}: {header[:60]!r}")
    return Scope(key, date, region, service.lower(), signed, signature)


def authenticate(request: Request, scope: Scope) -> Credentials:
    """Return whose request it is.

    Raises:
        SignatureError: the key is unknown or expired, the token, signature, body or time is wrong.
    """
    credentials = find_credentials(scope.access_key_id)
    if credentials is None:
        raise SignatureError("InvalidClientTokenId", "The access key is not known here")
    if credentials.expired():
        raise SignatureError("ExpiredToken", "The security token has expired")
    token = request.headers.get("x-amz-security-token")
    if credentials.session_token is not None and token != credentials.session_token:
        raise SignatureError("InvalidToken", "The security token is not valid")
    stamp = request.headers.get("x-amz-date", "")
    _check_time(stamp, scope)
    payload = _payload_digest(request)
    scope_text = f"{scope.date}/{scope.region}/{scope.service}/aws4_request"
    canonical = _canonical_request(request, scope, payload)
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    text = f"{_ALGORITHM}\n{stamp}\n{scope_text}\n{digest}"
    key = _signing_key(credentials.secret_access_key, scope.date, scope.region, scope.service)
    expected = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected, scope.signature):
        raise SignatureError("SignatureDoesNotMatch", "The signature is not the one we calculated")
    return credentials


def _check_time(stamp: str, scope: Scope) -> None:
    try:
        moment = datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise SignatureError("AccessDenied", f"x-amz-date is {stamp!r}") from error
    skew_s = abs((datetime.now(UTC) - moment).total_seconds())
    if skew_s > _SKEW_S or not stamp.startswith(scope.date):
        raise SignatureError("RequestTimeTooSkewed", f"the request is {skew_s:.0f} s off our time")


def _payload_digest(request: Request) -> str:
    claimed = request.headers.get("x-amz-content-sha256")
    if claimed is not None and _HEX_DIGEST.fullmatch(claimed) is None:
        return claimed  # UNSIGNED-PAYLOAD, STREAMING-…: the text itself is signed
    digest = hashlib.sha256(request.body).hexdigest()
    if claimed is not None and claimed != digest:
        raise SignatureError("XAmzContentSHA256Mismatch", "The body is not the signed one")
    return digest


def _canonical_request(request: Request, scope: Scope, payload: str) -> str:
    path = request.raw_path
    if scope.service == "s3":
        path = quote(unquote(path), safe=f"/{_SAFE}")
    else:
        path = quote(path, safe=f"/{_SAFE}")
    headers = "".join(
        f"{name}:{_SPACES.sub(' ', request.headers.get(name, '').strip())}\n"
        for name in scope.signed_headers
    )
    return "\n".join(
        (
            request.method,
            path,
            _canonical_query(request.raw_query),
            headers,
            ";".join(scope.signed_headers),
            payload,
        )
    )


def _canonical_query(raw_query: str) -> str:
    if not raw_query:
        return ""
    pairs = (part.partition("=") for part in raw_query.split("&") if part)
    encoded = sorted(
        (quote(unquote(name), safe=_SAFE), quote(unquote(value), safe=_SAFE))
        for name, _, value in pairs
    )
    return "&".join(f"{name}={value}" for name, value in encoded)


@functools.lru_cache(256)
def _signing_key(secret: str, date: str, region: str, service: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (date, region, service, "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key
