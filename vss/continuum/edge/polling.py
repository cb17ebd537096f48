"""Looks at a store for objects that no event told of."""

from __future__ import annotations

from collections.abc import Iterator

from botocore.exceptions import BotoCoreError, ClientError
from supervisor.description import StoragePlace
from supervisor.object_store import ObjectStore
from supervisor.storage_failures import storage_failure
from urllib3.exceptions import HTTPError

from vss.continuum.edge.announcements import is_folder, listed
from vss.continuum.edge.journal import NewObject


def look(store: ObjectStore, place: StoragePlace) -> Iterator[list[NewObject]]:
    """Yield the objects of a place, a page at a time.

    Raises:
        StorageFailed: the store was not reached, or refused.
    """
    prefix = f"{place.folder}/" if place.folder else ""
    pages = store.client.get_paginator("list_objects_v2").paginate(
        Bucket=place.bucket, Prefix=prefix
    )
    try:
        for page in pages:
            yield [
                listed(place, item["Key"], item["ETag"], item["Size"], item["LastModified"])
                for item in page.get("Contents", [])
                if not is_folder(item["Key"], item["Size"])
            ]
    except (BotoCoreError, ClientError, HTTPError) as error:
        raise storage_failure(f"listing {place.bucket}/{prefix}", error) from error
