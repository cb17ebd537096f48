"""Documents of the gallery bucket: templates and reports, each beside the photograph it is of."""

from __future__ import annotations

import base64

import numpy as np
from high_level_algorithms.types import Floats

from business_logic.encrypted_bucket import EncryptedBucket
from business_logic.enrolment_terms import EnrolmentTerms
from business_logic.record import Json
from business_logic.result_store import encode

TEMPLATE_FORMAT = "vss.template/1"


class GalleryDocuments:
    """Writes templates and reports; what was there is replaced.

    Args:
        bucket: of the gallery.
    """

    def __init__(self, bucket: EncryptedBucket) -> None:
        self._bucket = bucket

    def put(self, key: str, document: Json) -> None:
        """Write a document.

        Raises:
            TransientError: it could not be written this time; the message does not name the key.
        """
        content = encode(document)
        self._bucket.retry.call("writing into the gallery", lambda: self._bucket.put(key, content))


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
