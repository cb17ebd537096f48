"""Finds records by their names, which tell camera and time; reads none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from business_logic.frame_keys import record_moment, records_from, records_of
from business_logic.s3_access import RetryPolicy

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_RECORDS = "records/"
_NEAREST, _WIDER = timedelta(minutes=15), 4
# Of a range that is shorter, the names are listed to its end.
_SHORTEST = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class _Page:
    """Names in their order, and whether there are more behind them."""

    keys: list[str]
    is_truncated: bool


class RecordNames:
    """Lists the names of records.

    Args:
        client: S3 client.
        bucket: the results bucket.
        bucket_owner: account that must own it.
        retry: how failures are met.
    """

    def __init__(
        self, client: S3Client, bucket: str, bucket_owner: str, retry: RetryPolicy
    ) -> None:
        self._client = client
        self._bucket = bucket
        self._bucket_owner = bucket_owner
        self._retry = retry

    def cameras(self) -> list[str]:
        """Return the cameras that have records, hence sent a frame within their retention.

        Raises:
            TransientError: they could not be listed.
        """
        prefixes = self._retry.call("listing cameras", self._camera_prefixes)
        return [prefix.removeprefix(_RECORDS).rstrip("/") for prefix in prefixes]

    def any_after(self, camera: str, name: str) -> bool:
        """Tell whether a camera has a record behind ``name``, in one request.

        Raises:
            TransientError: it could not be told.
        """
        return bool(self._page(camera, name, most=1).keys)

    def newest(self, camera: str, before: datetime) -> str | None:
        """Return the key of a camera's last record, None where it has none.

        S3 lists names in their order only, from wherever it is told to begin. So the end is looked
        for: backwards from ``before``, in ranges that get longer, then within the one that has any,
        by halves. A camera that fell silent just now takes three requests, one that did long ago,
        with a million records, about twenty.

        Args:
            camera: its id.
            before: when it had no record any more.

        Raises:
            TransientError: they could not be listed.
        """
        page = self._page(camera, records_of(camera))
        if not page.keys:
            return None
        if page.is_truncated:
            page, end = self._last_range(camera, page, before)
            page = self._end_of(camera, page, end)
        return page.keys[-1]

    def _last_range(self, camera: str, first: _Page, end: datetime) -> tuple[_Page, datetime]:
        """Return the first names of a range that has any, and when it ends."""
        beginning = record_moment(first.keys[-1])
        before, span = end, _NEAREST
        while (start := before - span) > beginning:
            page = self._page(camera, records_from(camera, start))
            if page.keys:
                return page, end
            end, span = start, span * _WIDER
        return first, end

    def _end_of(self, camera: str, page: _Page, end: datetime) -> _Page:
        """Return the page with the last name before ``end``, beginning with ``page``."""
        while page.is_truncated:
            start = record_moment(page.keys[-1])
            if end - start < _SHORTEST:
                page = self._page(camera, page.keys[-1])
                continue
            middle = start + (end - start) / 2
            ahead = self._page(camera, records_from(camera, middle))
            if ahead.keys:
                page = ahead
            else:
                end = middle
        return page

    def _page(self, camera: str, after: str, most: int = 1000) -> _Page:
        prefix = records_of(camera)
        answer = self._retry.call(
            f"listing {prefix!r}",
            lambda: self._client.list_objects_v2(
                Bucket=self._bucket,
                Prefix=prefix,
                StartAfter=after,
                MaxKeys=most,
                ExpectedBucketOwner=self._bucket_owner,
            ),
        )
        return _Page([item["Key"] for item in answer.get("Contents", [])], answer["IsTruncated"])

    def _camera_prefixes(self) -> list[str]:
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket,
            Prefix=_RECORDS,
            Delimiter="/",
            ExpectedBucketOwner=self._bucket_owner,
        )
        return [item["Prefix"] for page in pages for item in page.get("CommonPrefixes", [])]
