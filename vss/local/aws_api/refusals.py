"""Refusals in the words of each protocol, so that every SDK raises its own error."""

from __future__ import annotations

import json
import secrets
from xml.sax.saxutils import escape

from vss.local.aws_api.api_call import Protocol
from vss.local.http_message import Response

# S3 says some of them differently.
_S3_CODES = {"InvalidClientTokenId": "InvalidAccessKeyId"}
_EC2_CODES = {"AccessDenied": "UnauthorizedOperation"}
_XML = "application/xml"


def refuse(protocol: Protocol, service: str, code: str, message: str, status: int) -> Response:
    """Return the answer that refuses a call.

    Args:
        protocol: of the service.
        service: prefix of its actions.
        code: of the error, as IAM names it.
        message: what the user reads.
        status: of HTTP where the protocol leaves the choice.
    """
    request_id = secrets.token_hex(8)
    text = escape(message)
    if protocol is Protocol.S3:
        name = _S3_CODES.get(code, code)
        body = (
            f'<?xml version="1.0" encoding="UTF-8"?><Error><Code>{name}</Code>'
            f"<Message>{text}</Message><RequestId>{request_id}</RequestId></Error>"
        )
        return Response(status, [("Content-Type", _XML)], body.encode())
    if protocol is Protocol.EC2:
        name = _EC2_CODES.get(code, code)
        body = (
            f"<Response><Errors><Error><Code>{name}</Code><Message>{text}</Message></Error></Errors>"
            f"<RequestID>{request_id}</RequestID></Response>"
        )
        return Response(status, [("Content-Type", _XML)], body.encode())
    if protocol is Protocol.QUERY:
        body = (
            f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{text}</Message>"
            f"</Error><RequestId>{request_id}</RequestId></ErrorResponse>"
        )
        return Response(status, [("Content-Type", _XML)], body.encode())
    return _json_refusal(protocol, service, code, message, status)


def _json_refusal(
    protocol: Protocol, service: str, code: str, message: str, status: int
) -> Response:
    name = f"{code}Exception" if code == "AccessDenied" and service != "sqs" else code
    headers = [("x-amzn-ErrorType", name)]
    if protocol is Protocol.CBOR:
        headers += [("Content-Type", "application/cbor"), ("smithy-protocol", "rpc-v2-cbor")]
        return Response(status, headers, _cbor_map({"__type": name, "message": message}))
    if service == "sqs":
        headers.append(("x-amzn-query-error", f"{code};Sender"))
    elif protocol is Protocol.JSON:
        status = 400
    headers.append(("Content-Type", "application/x-amz-json-1.0"))
    body = json.dumps({"__type": name, "message": message, "Message": message})
    return Response(status, headers, body.encode())


def _cbor_map(texts: dict[str, str]) -> bytes:
    """Return a CBOR map of texts (RFC 8949, section 3)."""
    items = b"".join(_cbor_text(name) + _cbor_text(value) for name, value in texts.items())
    return bytes([0xA0 | len(texts)]) + items


def _cbor_text(text: str) -> bytes:
    encoded = text.encode()[:65_535]
    return b"\x79" + len(encoded).to_bytes(2, "big") + encoded
