"""The gallery's index is read back as it was written, or refused without telling its content."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pytest
from business_logic.gallery_index import (
    GalleryIndex,
    OtherNetworkError,
    Template,
    format_index,
    parse_index,
    photograph_digest,
)
from deep_learning.errors import GalleryError

NETWORK = "a" * 96
DAY, LATER = date(2027, 3, 1), date(2028, 3, 1)


def unit(seed: int) -> np.ndarray:
    vector = np.random.default_rng(seed).normal(size=256).astype(np.float32)
    return vector / np.linalg.norm(vector)


def template(seed: int, until: date = LATER) -> Template:
    return Template(photograph_digest(bytes([seed])), until, unit(seed))


def index_of(*added: tuple[str, Template]) -> GalleryIndex:
    index = GalleryIndex.empty(NETWORK)
    for person_id, one in added:
        index = index.with_template(person_id, one)
    return index


GALLERY = index_of(("ann", template(1)), ("ben", template(3, DAY)), ("ann", template(2)))


def test_templates_are_grouped_by_person_whatever_the_order_of_their_enrolment() -> None:
    assert GALLERY.version == 3
    assert GALLERY.person_ids == ("ann", "ben")
    np.testing.assert_array_equal(GALLERY.templates, [unit(1), unit(2), unit(3)])
    np.testing.assert_array_equal(GALLERY.templates[GALLERY.of("ben")], [unit(3)])
    assert GALLERY.of("eve") == slice(0, 0)


def test_an_index_is_read_as_it_was_written() -> None:
    found = parse_index(format_index(GALLERY), NETWORK)
    assert (found.version, found.person_ids) == (3, ("ann", "ben"))
    for name in ("counts", "until", "photographs", "templates"):
        np.testing.assert_array_equal(getattr(found, name), getattr(GALLERY, name))


def test_the_templates_lie_at_the_end_as_little_endian_floats() -> None:
    content = format_index(index_of(("ann", template(1))))
    np.testing.assert_array_equal(np.frombuffer(content[-1024:], "<f4"), unit(1))
    assert content.index(b"\n") % 64 == 63


def test_what_was_read_is_not_copied() -> None:
    content = format_index(GALLERY)
    found = parse_index(content, NETWORK).references(DAY)
    assert found.templates.base is not None
    assert not found.templates.flags.owndata


def test_an_index_of_nobody_is_a_gallery() -> None:
    found = parse_index(format_index(GalleryIndex.empty(NETWORK)), NETWORK)
    assert found.references(DAY).person_ids == ()
    assert found.version == 0


@pytest.mark.parametrize(
    ("day", "known", "first"),
    [
        (DAY, ("ann", "ben"), [0, 2]),
        (date(2027, 3, 2), ("ann",), [0]),
        (LATER, ("ann",), [0]),
        (date(2028, 3, 2), (), []),
    ],
)
def test_an_enrolment_ends_with_its_last_day(
    day: date, known: tuple[str, ...], first: list[int]
) -> None:
    found = GALLERY.references(day)
    assert found.person_ids == known
    assert list(found.first) == first
    np.testing.assert_array_equal(found.templates, GALLERY.templates[: len(found.templates)])
    assert len(found.templates) == {2: 3, 1: 2, 0: 0}[len(known)]


def test_a_photograph_that_is_enrolled_again_is_renewed() -> None:
    renewed = GALLERY.with_template("ann", template(1, date(2030, 1, 1)))
    assert renewed.version == GALLERY.version + 1
    assert sorted(renewed.until[renewed.of("ann")]) == [
        LATER.toordinal(),
        date(2030, 1, 1).toordinal(),
    ]
    assert renewed.counts.tolist() == [2, 1]
    alone = index_of(("ann", template(1))).with_template("ann", template(1, DAY))
    assert (alone.person_ids, alone.counts.tolist()) == (("ann",), [1])


def test_a_person_who_is_left_out_leaves_nothing() -> None:
    left = GALLERY.without("ann")
    assert (left.version, left.person_ids, left.counts.tolist()) == (4, ("ben",), [1])
    np.testing.assert_array_equal(left.templates, [unit(3)])
    assert b"ann" not in format_index(left)
    assert GALLERY.without("eve").person_ids == GALLERY.person_ids


def test_an_index_of_another_network_tells_its_version() -> None:
    with pytest.raises(OtherNetworkError, match=r"of network a{16}…, loaded is b{16}…") as refusal:
        parse_index(format_index(GALLERY), "b" * 96)
    assert refusal.value.version == 3


def test_an_index_of_nobody_belongs_to_any_network() -> None:
    """Whoever removes the last person and then changes the networks has nothing to renew."""
    nobody = index_of(("ann", template(1))).without("ann")
    found = parse_index(format_index(nobody), "b" * 96)
    assert (found.version, found.person_ids, found.network_sha384) == (2, (), "b" * 96)
    assert parse_index(format_index(found.with_template("eve", template(5))), "b" * 96).version == 3


Change = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda header: header.pop("person_ids"), "damaged: KeyError"),
        (lambda header: header.update(format="vss.gallery/1"), "format 'vss.gallery/1'"),
        (lambda header: header.update(version="3"), "version is no int"),
        (lambda header: header.update(person_ids=7), "person_ids is no list"),
        (lambda header: header.update(person_ids=["ann", "ann"]), "more than once"),
        (lambda header: header.update(person_ids=["ann", ""]), "without an id"),
        (lambda header: header.update(person_ids=["ann", 3]), "without an id"),
        (lambda header: header.update(templates=2), r"3116 bytes of arrays, not 2080"),
        (lambda header: header.update(templates=-1), "bytes of arrays, not"),
    ],
)
def test_a_damaged_header_is_refused(change: Change, message: str) -> None:
    line, _, body = format_index(GALLERY).partition(b"\n")
    header = json.loads(line)
    change(header)
    with pytest.raises(GalleryError, match=message) as refusal:
        parse_index(json.dumps(header).encode() + b"\n" + body, NETWORK)
    assert "ann" not in str(refusal.value)
    assert refusal.value.__cause__ is None


@pytest.mark.parametrize(
    "content", [b"", b"vss", b"\xff\n", b"[]\n", b"{}\n", b"[" * 100_000 + b"\n"]
)
def test_what_is_no_index_is_refused(content: bytes) -> None:
    with pytest.raises(GalleryError, match="damaged"):
        parse_index(content, NETWORK)


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("counts", [3, 0], "without a template"),
        ("counts", [1, 1], "belong to nobody"),
        ("templates", [unit(1), unit(2) * 2, unit(3)], "unit length"),
        ("templates", [unit(1), unit(2) * np.nan, unit(3)], "unit length"),
    ],
)
def test_damaged_arrays_are_refused(name: str, values: list[Any], message: str) -> None:
    arrays = {name: np.array(values, getattr(GALLERY, name).dtype)}
    from dataclasses import replace

    with pytest.raises(GalleryError, match=message):
        parse_index(format_index(replace(GALLERY, **arrays)), NETWORK)
