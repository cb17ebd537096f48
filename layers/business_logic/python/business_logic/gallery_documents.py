"""Documents of the gallery bucket: templates and reports, each beside the photograph it is of."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import numpy as np
from high_level_algorithms.types import Floats

from business_logic.enrolment_terms import EnrolmentTerms
from business_logic.record import Json
from business_logic.result_store import encode
from business_logic.s3_access import RetryPolicy

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

TEMPLATE_FORMAT = "vss.template/1"


class GalleryDocuments:
    """Writes templates and reports; what was there is replaced.

    Args:
        client: S3 client.
        bucket: the gallery bucket.
        bucket_owner: account that must own it.
        key_arn: KMS key of the gallery.
        retry: how failures are met.
    """

    def __init__(
        self, client: S3Client, bucket: str, bucket_owner: str, key_arn: str, retry: RetryPolicy
    ) -> None:
        self._client = client
        self._bucket = bucket
        self._bucket_owner = bucket_owner
        self._key_arn = key_arn
        self._retry = retry

    def put(self, key: str, document: Json) -> None:
        """Write a document.

        Raises:
            TransientError: it could not be written this time; the message does not name the key.
        """
        content = encode(document)
        self._retry.call("writing into the gallery", lambda: self._put(key, content))

    def _put(self, key: str, content: bytes) -> None:
        self._client.put_object(
            Bucket=self._bucket,
            Key=key,
            Body=content,
            ContentType="application/json",
            ServerSideEncryption="aws:kms",
            SSEKMSKeyId=self._key_arn,
            ExpectedBucketOwner=self._bucket_owner,
        )


def build_template(
    photograph: str, terms: EnrolmentTerms, network_sha384: str, vector: Floats
) -> Json:
    """Return a template with what it rests on, ready for ``json.dumps``.

    Args:
        photograph: key of the photograph.
        terms: of the enrolment.
        network_sha384: hash of the weights of the network that made it.
        vector: float32 [256], unit length.
    """
    content = vector.astype(np.dtype("<f4")).tobytes()
    return {
        "format": TEMPLATE_FORMAT,
        "photograph": photograph,
        "basis": terms.basis,
        "until": terms.until.isoformat(),
        "network_sha384": network_sha384,
        "vector": base64.b64encode(content).decode(),
    }
