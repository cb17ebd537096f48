"""Galleries for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
from business_logic.gallery_index import (
    GalleryIndex,
    Template,
    format_index,
    photograph_digest,
)

FOR_EVER = date.max


def index_of(
    references: Mapping[str, Sequence[np.ndarray]], network_sha384: str, until: date = FOR_EVER
) -> GalleryIndex:
    """Return the index of people with their templates."""
    index = GalleryIndex.empty(network_sha384)
    for person_id, vectors in references.items():
        for vector in vectors:
            template = Template(photograph_digest(vector.tobytes()), until, vector)
            index = index.with_template(person_id, template)
    return index


def index_content(
    references: Mapping[str, Sequence[np.ndarray]], network_sha384: str, until: date = FOR_EVER
) -> bytes:
    """Return the object that the gallery bucket holds."""
    return format_index(index_of(references, network_sha384, until))
