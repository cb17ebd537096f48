"""The gallery's index, ``vss.gallery/1``: the reference templates of the enrolled people.

A template is 256 little-endian float32, of unit length, in Base64. Templates belong to the network
that made them; the index names it by the SHA-384 of its weights. A comparison across networks gives
scores that look right and mean nothing, so it is refused.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from deep_learning.errors import GalleryError
from high_level_algorithms.types import Floats

GALLERY_FORMAT = "vss.gallery/1"
_TEMPLATE_LENGTH = 256
_LITTLE_ENDIAN = np.dtype("<f4")
_UNIT_TOLERANCE = 1e-3
_SHOWN_DIGITS = 16

References = Mapping[str, Sequence[Floats]]
"""Of each person, by id, the templates: at least one, float32 [256], unit length."""


def format_index(references: References, network_sha384: str) -> bytes:
    """Return the index of ``references``, made with the network of that hash."""
    persons = [
        {"person_id": person_id, "templates": [_encoded(template) for template in templates]}
        for person_id, templates in references.items()
    ]
    content = {"format": GALLERY_FORMAT, "network_sha384": network_sha384, "persons": persons}
    return json.dumps(content, separators=(",", ":")).encode()


def parse_index(content: bytes, network_sha384: str) -> References:
    """Read an index.

    Raises:
        GalleryError: it is damaged, or made with another network than that of the hash. The
            message quotes nothing of a template and names nobody.
    """
    try:
        index = json.loads(content)
        if index["format"] != GALLERY_FORMAT:
            raise GalleryError(f"gallery index of format {index['format']!r}, not {GALLERY_FORMAT}")
        _check_network(str(index["network_sha384"]), network_sha384)
        persons = [(_person_id(item), _templates(item)) for item in index["persons"]]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        # The cause is left out: its text may quote the content.
        raise GalleryError(f"the gallery index is damaged: {type(error).__name__}") from None
    references = dict(persons)
    if len(references) != len(persons):
        raise GalleryError("the gallery index names a person more than once")
    return references


def _check_network(found: str, expected: str) -> None:
    if found != expected:
        raise GalleryError(
            f"the gallery's templates are of network {found[:_SHOWN_DIGITS]}…, "
            f"loaded is {expected[:_SHOWN_DIGITS]}…: enrol the people again"
        )


def _person_id(item: dict[str, Any]) -> str:
    person_id = item["person_id"]
    if not isinstance(person_id, str) or not person_id:
        raise GalleryError("the gallery index has a person without an id")
    return person_id


def _templates(item: dict[str, Any]) -> list[Floats]:
    templates = [_decoded(text) for text in item["templates"]]
    if not templates:
        raise GalleryError("the gallery index has a person without a template")
    return templates


def _encoded(template: Floats) -> str:
    return base64.b64encode(template.astype(_LITTLE_ENDIAN).tobytes()).decode()


def _decoded(text: str) -> Floats:
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, TypeError, ValueError):
        raise GalleryError("the gallery index has a template that is not Base64") from None
    if len(content) != _TEMPLATE_LENGTH * _LITTLE_ENDIAN.itemsize:
        raise GalleryError(
            f"the gallery index has a template of {len(content)} bytes, not "
            f"{_TEMPLATE_LENGTH * _LITTLE_ENDIAN.itemsize}"
        )
    template = np.frombuffer(content, _LITTLE_ENDIAN).astype(np.float32)
    if not abs(float(np.linalg.norm(template)) - 1) <= _UNIT_TOLERANCE:
        raise GalleryError("the gallery index has a template that is not of unit length")
    return template
