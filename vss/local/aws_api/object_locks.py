"""One writer at a time for each S3 object.

Moto looks whether an object exists and stores it in two steps: of two writers with
``If-None-Match: *`` both could be told that theirs is the first.
"""

from __future__ import annotations

import threading
import zlib
from contextlib import AbstractContextManager, nullcontext

from vss.local.aws_api.api_call import ApiCall
from vss.local.aws_api.permissions.s3_operations import place

_STRIPES = 256
_WRITES = frozenset({"PUT", "POST", "DELETE"})


class ObjectLocks:
    """A fixed number of locks, shared out among all objects by their names."""

    def __init__(self) -> None:
        self._locks = [threading.Lock() for _ in range(_STRIPES)]

    def for_call(self, call: ApiCall) -> AbstractContextManager[object]:
        """Return the lock that ``call`` has to hold; none where it writes no object."""
        request = call.request
        if call.service != "s3" or request.method not in _WRITES:
            return nullcontext()
        where = place(request)
        if not where.key:
            return nullcontext()
        name = f"{where.bucket}/{where.key}".encode()
        return self._locks[zlib.crc32(name) % _STRIPES]
