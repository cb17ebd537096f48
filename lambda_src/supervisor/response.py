"""What a function answers over HTTP: a file, an archive of several, or what was printed.

As faas-supervisor answers: the body is base64, with the headers that say where the log is.
"""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from supervisor.errors import InvalidOutput
from supervisor.outputs import OutputFile

OK, BAD_REQUEST, FAILED = 200, 400, 500
# Lambda answers with 6,291,456 bytes at most (Lambda quotas); base64 makes four of three.
_MOST_BYTES = 4_600_000
_EPOCH = (1980, 1, 1, 0, 0, 0)


def answer_body(files: Sequence[OutputFile], printed: Sequence[str]) -> bytes:
    """Return what the files and the printed lines make.

    Raises:
        InvalidOutput: it is too large for an answer.
    """
    if not files:
        return "\n".join(printed).encode()
    if (size := sum(file.size for file in files)) > _MOST_BYTES:
        raise InvalidOutput(
            f"{size} bytes of output are too large for an answer; allowed are {_MOST_BYTES}: "
            "give the function an output to store them"
        )
    if len(files) == 1:
        return files[0].path.read_bytes()
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as target:
        for file in files:
            # A fixed time: equal files are equal archives.
            target.writestr(zipfile.ZipInfo(file.relative, _EPOCH), file.path.read_bytes())
    return archive.getvalue()


def answer(status: int, body: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
    """Return the answer for API Gateway or a function address."""
    return {
        "statusCode": status,
        "headers": dict(headers),
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
    }
