"""The gallery's index is read back as it was written, or refused without telling its content."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from business_logic.gallery_index import format_index, parse_index
from deep_learning.errors import GalleryError

NETWORK = "a" * 96


def unit(seed: int) -> np.ndarray:
    vector = np.random.default_rng(seed).normal(size=256).astype(np.float32)
    return vector / np.linalg.norm(vector)


GALLERY = {"ann": [unit(1), unit(2)], "ben": [unit(3)]}


def test_an_index_is_read_as_it_was_written() -> None:
    found = parse_index(format_index(GALLERY, NETWORK), NETWORK)
    assert list(found) == ["ann", "ben"]
    for person_id, templates in GALLERY.items():
        assert np.array_equal(found[person_id], templates)
        assert {template.dtype for template in found[person_id]} == {np.dtype(np.float32)}


def test_templates_are_little_endian() -> None:
    index = json.loads(format_index({"ann": [unit(1)]}, NETWORK))
    (text,) = index["persons"][0]["templates"]
    assert np.array_equal(np.frombuffer(base64.b64decode(text), "<f4"), unit(1))


def test_an_index_of_nobody_is_a_gallery() -> None:
    assert parse_index(format_index({}, NETWORK), NETWORK) == {}


def encoded(vector: np.ndarray) -> str:
    return base64.b64encode(vector.astype("<f4").tobytes()).decode()


Change = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda index: index.pop("persons"), "damaged: KeyError"),
        (lambda index: index.update(format="vss.gallery/2"), "format 'vss.gallery/2'"),
        (
            lambda index: index.update(network_sha384="b" * 96),
            "b{16}…, loaded is a{16}…",
        ),
        (lambda index: index.update(persons=7), "damaged: TypeError"),
        (lambda index: index["persons"].append(index["persons"][0]), "more than once"),
        (lambda index: index["persons"][0].update(person_id=""), "without an id"),
        (lambda index: index["persons"][0].update(person_id=3), "without an id"),
        (lambda index: index["persons"][0].update(templates=[]), "without a template"),
        (lambda index: index["persons"][0].update(templates=["?"]), "not Base64"),
        (lambda index: index["persons"][0].update(templates=[5]), "not Base64"),
        (lambda index: index["persons"][0].update(templates=["AAAA"]), "3 bytes, not 1024"),
        (lambda index: index["persons"][0].update(templates=[encoded(unit(1) * 2)]), "unit length"),
        (
            lambda index: index["persons"][0].update(templates=[encoded(unit(1) * np.nan)]),
            "unit length",
        ),
    ],
)
def test_a_damaged_index_is_refused(change: Change, message: str) -> None:
    index = json.loads(format_index(GALLERY, NETWORK))
    change(index)
    with pytest.raises(GalleryError, match=message) as refusal:
        parse_index(json.dumps(index).encode(), NETWORK)
    assert "ann" not in str(refusal.value)
    assert refusal.value.__cause__ is None
