"""Fifty writers of one index at the same time, each with its own client: nothing is lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import numpy as np
from business_logic.encrypted_bucket import EncryptedBucket
from business_logic.gallery_index import GalleryIndex, Template, parse_index, photograph_digest
from business_logic.gallery_store import INDEX_KEY
from business_logic.gallery_writer import GalleryWriter
from business_logic.s3_access import RetryPolicy
from deep_learning.errors import TransientError

from tests.aws_api_server import ACCOUNT, REGION, RunningServer

BUCKET, NETWORK, WRITERS = "gallery", "a" * 96, 50


def template(number: int) -> Template:
    vector = np.random.default_rng(number).normal(size=256).astype(np.float32)
    digest = photograph_digest(str(number).encode())
    return Template(digest, date(2030, 1, 1), vector / np.linalg.norm(vector))


def test_fifty_enrolments_at_once_are_all_in_the_index(server: RunningServer) -> None:
    s3 = server.client("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    key = server.client("kms").create_key()["KeyMetadata"]["Arn"]
    begin = Barrier(WRITERS)

    def enrol(number: int) -> int:
        bucket = EncryptedBucket(server.client("s3"), BUCKET, ACCOUNT, key, RetryPolicy())
        writer = GalleryWriter(bucket, NETWORK)

        def added(index: GalleryIndex) -> GalleryIndex:
            return index.with_template(f"p-{number % 10}", template(number))

        begin.wait()
        while True:
            try:
                return writer.change(added).version
            except TransientError:
                # The queue brings the message again.
                continue

    with ThreadPoolExecutor(WRITERS) as pool:
        versions = list(pool.map(enrol, range(WRITERS)))
    assert sorted(versions) == list(range(1, WRITERS + 1)), "a version was overwritten"
    content = s3.get_object(Bucket=BUCKET, Key=INDEX_KEY)["Body"].read()
    index = parse_index(content, NETWORK)
    for person in range(10):
        own = {template(number).photograph for number in range(person, WRITERS, 10)}
        assert set(index.photographs[index.of(f"p-{person}")].tolist()) == own
    stored = s3.list_object_versions(Bucket=BUCKET, Prefix=INDEX_KEY)["Versions"]
    assert len(stored) == WRITERS
