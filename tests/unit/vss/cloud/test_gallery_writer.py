"""The index is changed by whoever comes, and nothing that was written is lost."""

from __future__ import annotations

from datetime import date
from functools import partial

import numpy as np
import pytest
from business_logic.encrypted_bucket import EncryptedBucket
from business_logic.gallery_index import GalleryIndex, Template, photograph_digest
from business_logic.gallery_store import INDEX_KEY
from business_logic.gallery_writer import GalleryWriter
from business_logic.s3_access import RetryPolicy
from deep_learning.errors import GalleryError, TransientError

from vss.cloud.deployment import Deployment

NETWORK, OTHER = "a" * 96, "b" * 96
ACCOUNT = "123456789012"


def writer(deployment: Deployment, network: str = NETWORK) -> GalleryWriter:
    retry = RetryPolicy(first_pause_s=0.02)
    bucket, key = deployment.output("GalleryBucket"), deployment.output("DataKeyArn")
    return GalleryWriter(EncryptedBucket(deployment.s3, bucket, ACCOUNT, key, retry), network)


def template(number: int) -> Template:
    vector = np.random.default_rng(number).normal(size=256).astype(np.float32)
    digest = photograph_digest(str(number).encode())
    return Template(digest, date(2030, 1, 1), vector / np.linalg.norm(vector))


def added(person_id: str, number: int, index: GalleryIndex) -> GalleryIndex:
    return index.with_template(person_id, template(number))


def test_the_first_change_makes_the_index(deployment: Deployment) -> None:
    assert writer(deployment).read()[1].person_ids == ()
    written = writer(deployment).change(partial(added, "ann", 1))
    assert (written.version, written.person_ids) == (1, ("ann",))
    etag, read = writer(deployment).read()
    assert etag is not None
    np.testing.assert_array_equal(read.templates, written.templates)


def test_who_was_overtaken_comes_again(deployment: Deployment) -> None:
    others = iter([("ben", 2), ("cid", 3)])

    def overtaken(index: GalleryIndex) -> GalleryIndex:
        for other, number in others:
            writer(deployment).change(partial(added, other, number))
            break
        return added("ann", 1, index)

    written = writer(deployment).change(overtaken)
    assert (written.version, written.person_ids) == (3, ("ben", "cid", "ann"))


def test_a_change_of_nothing_writes_nothing(deployment: Deployment) -> None:
    writer(deployment).change(partial(added, "ann", 1))
    before, _ = writer(deployment).read()
    writer(deployment).change(lambda index: None)
    assert writer(deployment).read()[0] == before


def test_templates_of_another_network_give_way(deployment: Deployment) -> None:
    writer(deployment).change(partial(added, "ann", 1))
    written = writer(deployment, OTHER).change(partial(added, "ben", 2))
    assert (written.version, written.person_ids) == (2, ("ben",))


def test_who_is_always_overtaken_gives_up(deployment: Deployment) -> None:
    def overtaken(index: GalleryIndex) -> GalleryIndex:
        writer(deployment).change(partial(added, "ben", 2))
        return added("ann", 1, index)

    with pytest.raises(TransientError, match="overtaken 30 times"):
        writer(deployment).change(overtaken)


def test_a_damaged_index_is_left_alone(deployment: Deployment) -> None:
    bucket = deployment.output("GalleryBucket")
    deployment.s3.put_object(Bucket=bucket, Key=INDEX_KEY, Body=b"{}")
    with pytest.raises(GalleryError, match="damaged"):
        writer(deployment).change(partial(added, "ann", 1))
    assert deployment.s3.get_object(Bucket=bucket, Key=INDEX_KEY)["Body"].read() == b"{}"
