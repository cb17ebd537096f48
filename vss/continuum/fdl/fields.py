"""Kinds of values that functions of both halves, aws and oscar, have in common."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, SecretStr, WithJsonSchema

from vss.continuum.fdl.base import Line, Matching, Text, without_nulls

LOG_LEVELS = ("NOTSET", "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
DEFAULT_LOG_LEVEL = "INFO"


def _known_level(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return value.upper() if value.upper() in LOG_LEVELS else DEFAULT_LOG_LEVEL


# The platforms take a level they do not know for INFO; the check of a file warns of it.
LogLevel = Annotated[str, BeforeValidator(_known_level)]
# The reference format of the OCI distribution, host:port/path:tag@digest; interLink writes docker://.
Image = Annotated[
    str,
    Matching(
        r"(?:docker://)?(?:[A-Za-z0-9](?:[A-Za-z0-9.\-]*[A-Za-z0-9])?(?::[0-9]{1,5})?/)?"
        r"[a-z0-9]+(?:[._\-/]+[a-z0-9]+)*(?::[A-Za-z0-9_][A-Za-z0-9_.\-]{0,127})?"
        r"(?:@sha256:[0-9a-f]{64})?",
        "a container image such as host/name:tag or name@sha256:…",
    ),
]
# Relative to the FDL file.
ScriptPath = Line
LambdaVariables = Annotated[
    dict[
        Annotated[
            str,
            Matching(
                r"[A-Za-z][A-Za-z0-9_]*", "a name of letters, digits and _, beginning with a letter"
            ),
        ],
        Text,
    ],
    BeforeValidator(without_nulls),
]
ScriptVariables = Annotated[
    dict[
        Annotated[
            str, Matching(r"[A-Za-z_.\-][A-Za-z0-9_.\-]*", "a name of letters, digits and _ . -")
        ],
        Text,
    ],
    BeforeValidator(without_nulls),
]
ARN = Matching(
    r"arn:aws[a-z\-]*:[a-z0-9\-]+:[a-z0-9\-]*:[0-9]*:[!-~]+", "an ARN: arn:aws:service:…"
)
Arn = Annotated[str, ARN]
Count = Annotated[int, Field(ge=0)]
# What a file itself calls its clusters and accounts.
Identifier = Annotated[
    str,
    Matching(
        r"[A-Za-z0-9_](?:[A-Za-z0-9_.\-]{0,61}[A-Za-z0-9_])?",
        "an id of up to 63 letters, digits and _ . -",
    ),
]
_ADDRESS = r"https?://[A-Za-z0-9.\-\[\]:]+(?:/[!\"$->A-~]*)?"
_HOST = r"[A-Za-z0-9][A-Za-z0-9._\-]*(?::[0-9]{1,5})?"
Endpoint = Annotated[
    str,
    Matching(_ADDRESS, "an address such as https://host:port, without user name or password"),
]
Host = Annotated[str, Matching(_HOST, "a host name without scheme or path")]
HostOrEndpoint = Annotated[
    str, Matching(f"{_HOST}|{_ADDRESS}", "a host name, or an address such as https://host:port")
]
Region = Annotated[
    str, Matching(r"[a-z]{2,4}(?:-[a-z]+)+-[0-9]{1,2}", "an AWS region such as us-east-1")
]
Word = Annotated[str, Field(min_length=1)]
Secret = Annotated[SecretStr, Field(min_length=1)]
_DNS_LABEL = r"[a-z0-9](?:[a-z0-9\-]*[a-z0-9])?"
ServiceName = Annotated[
    str,
    Matching(
        rf"(?=.{{1,39}}$){_DNS_LABEL}",
        "1 to 39 lower-case letters, digits and hyphens, a letter or digit at either end",
    ),
]
KubernetesName = Annotated[
    str,
    Matching(rf"(?=.{{1,63}}$){_DNS_LABEL}", "1 to 63 lower-case letters, digits and hyphens"),
]
_SecretText = Annotated[
    SecretStr, WithJsonSchema({"type": ["string", "number", "boolean", "null"]})
]
SecretMap = Annotated[dict[str, _SecretText], BeforeValidator(without_nulls)]
