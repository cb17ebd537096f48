"""The gallery's index, ``vss.gallery/2``: the templates of all enrolled people in one object.

A line of JSON (format, version, network, ids), padded to a multiple of 64 bytes, then arrays
without gaps, little-endian: templates of each person (uint32), last day of each template (int32,
days since year 1), photograph it was made of (uint64, see ``photograph_digest``), the templates
(float32 [n, 256], unit length), grouped by person. They are used as they lie there: nothing is
copied, whatever their number.

Templates belong to the network that made them; the index names it by the SHA-384 of its weights. A
comparison across networks gives scores that look right and mean nothing, so it is refused.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Self

import numpy as np
from deep_learning.errors import GalleryError
from high_level_algorithms.types import Floats
from numpy.typing import NDArray

GALLERY_FORMAT = "vss.gallery/2"
TEMPLATE_LENGTH = 256
_ALIGNMENT = 64
_UNIT_TOLERANCE = 1e-3
_SHOWN_DIGITS = 16
_COUNT, _DAY, _DIGEST, _VALUE = (np.dtype(name) for name in ("<u4", "<i4", "<u8", "<f4"))


class OtherNetworkError(GalleryError):
    """The templates are of another network than the one that is loaded.

    Attributes:
        version: of the index.
    """

    def __init__(self, found: str, expected: str, version: int) -> None:
        super().__init__(
            f"the gallery's templates are of network {found[:_SHOWN_DIGITS]}…, "
            f"loaded is {expected[:_SHOWN_DIGITS]}…: `vss persons renew` makes them anew"
        )
        self.version = version


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """A reference template.

    Attributes:
        photograph: digest of the photograph it was made of.
        until: the last day on which it may be compared.
        vector: float32 [256], unit length.
    """

    photograph: int
    until: date
    vector: Floats


@dataclass(frozen=True, slots=True, eq=False)
class References:
    """The people who may be identified on a day.

    Attributes:
        person_ids: one id a person.
        templates: float32 [n, 256], unit length, grouped by person.
        first: [people] index of each person's first template.
    """

    person_ids: tuple[str, ...]
    templates: Floats
    first: NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class GalleryIndex:
    """All templates.

    Attributes:
        version: grows with each change.
        network_sha384: of the weights of the network that made the templates.
        person_ids: one id a person.
        counts: uint32 [people] templates of each, at least one.
        until: int32 [n] last day of each template, days since year 1 (``date.toordinal``).
        photographs: uint64 [n] digest of the photograph of each.
        templates: float32 [n, 256], unit length, grouped by person.
    """

    version: int
    network_sha384: str
    person_ids: tuple[str, ...]
    counts: NDArray[np.uint32]
    until: NDArray[np.int32]
    photographs: NDArray[np.uint64]
    templates: Floats

    @classmethod
    def empty(cls, network_sha384: str) -> Self:
        """Return the index of nobody, version 0."""
        return cls(
            0,
            network_sha384,
            (),
            np.empty(0, _COUNT),
            np.empty(0, _DAY),
            np.empty(0, _DIGEST),
            np.empty((0, TEMPLATE_LENGTH), _VALUE),
        )

    def references(self, day: date) -> References:
        """Return who may be identified on ``day``; templates past their last day are left out."""
        valid = self.until >= day.toordinal()
        owners = np.repeat(np.arange(len(self.person_ids)), self.counts)[valid]
        people, first = np.unique(owners, return_index=True)
        templates = self.templates if valid.all() else self.templates[valid]
        return References(tuple(self.person_ids[person] for person in people), templates, first)

    def of(self, person_id: str) -> slice:
        """Return where the templates of a person lie; an empty slice for a stranger."""
        if person_id not in self.person_ids:
            return slice(0, 0)
        person = self.person_ids.index(person_id)
        end = int(self.counts[: person + 1].sum())
        return slice(end - int(self.counts[person]), end)

    def with_template(self, person_id: str, template: Template) -> Self:
        """Return the next version, with a template; one of the same photograph is replaced."""
        kept = self._without(person_id, template.photograph)
        if person_id in kept.person_ids:
            place = kept.of(person_id).stop
            person = kept.person_ids.index(person_id)
            counts = kept.counts + (np.arange(len(kept.counts)) == person).astype(_COUNT)
            person_ids = kept.person_ids
        else:
            place = len(kept.templates)
            counts = np.append(kept.counts, np.array(1, _COUNT))
            person_ids = (*kept.person_ids, person_id)
        return replace(
            kept,
            version=self.version + 1,
            person_ids=person_ids,
            counts=counts,
            until=np.insert(kept.until, place, template.until.toordinal()),
            photographs=np.insert(kept.photographs, place, np.array(template.photograph, _DIGEST)),
            templates=np.insert(kept.templates, place, template.vector.astype(_VALUE), axis=0),
        )

    def without(self, person_id: str) -> Self:
        """Return the next version, without a person."""
        return replace(self._without(person_id, None), version=self.version + 1)

    def _without(self, person_id: str, photograph: int | None) -> Self:
        """Leave out all templates of a person, or the one of a photograph."""
        place = self.of(person_id)
        gone = np.zeros(len(self.templates), bool)
        gone[place] = True if photograph is None else self.photographs[place] == photograph
        if not gone.any():
            return self
        person = self.person_ids.index(person_id)
        counts = self.counts.copy()
        counts[person] -= _COUNT.type(gone.sum())
        left = counts > 0
        return replace(
            self,
            person_ids=tuple(np.array(self.person_ids, object)[left]),
            counts=counts[left],
            until=self.until[~gone],
            photographs=self.photographs[~gone],
            templates=self.templates[~gone],
        )


@dataclass(frozen=True, slots=True)
class IndexHeader:
    """What the first line of an index says.

    Attributes:
        version: grows with each change.
        network_sha384: of the weights of the network that made the templates.
        person_ids: one id a person.
    """

    version: int
    network_sha384: str
    person_ids: tuple[str, ...]


def read_header(line: bytes) -> IndexHeader:
    """Read the first line of an index, of whichever network.

    Raises:
        GalleryError: it is damaged.
    """
    header = _header(line)
    return IndexHeader(header["version"], header["network_sha384"], tuple(header["person_ids"]))


def photograph_digest(content: bytes) -> int:
    """Return 64 bits that tell one photograph from another."""
    return int.from_bytes(hashlib.sha256(content).digest()[:8], "little")


def format_index(index: GalleryIndex) -> bytes:
    """Return the object to be stored."""
    header = {
        "format": GALLERY_FORMAT,
        "version": index.version,
        "network_sha384": index.network_sha384,
        "templates": len(index.templates),
        "person_ids": index.person_ids,
    }
    line = json.dumps(header, separators=(",", ":")).encode()
    padding = b" " * (-(len(line) + 1) % _ALIGNMENT)
    arrays = (
        index.counts.astype(_COUNT),
        index.until.astype(_DAY),
        index.photographs.astype(_DIGEST),
        index.templates.astype(_VALUE),
    )
    return b"".join([line, padding, b"\n", *(array.tobytes() for array in arrays)])


def parse_index(content: bytes, network_sha384: str) -> GalleryIndex:
    """Read an index; its arrays are views of ``content``.

    Raises:
        GalleryError: it is damaged, or made with another network than that of the hash. The
            message quotes nothing of a template and names nobody.
    """
    end = content.find(b"\n")
    if end < 0:
        raise GalleryError("the gallery index is damaged: it has no header")
    header = _header(content[:end])
    if header["network_sha384"] != network_sha384:
        if header["templates"]:
            raise OtherNetworkError(header["network_sha384"], network_sha384, header["version"])
        # Nobody is left in it: nothing could be compared across networks.
        header["network_sha384"] = network_sha384
    index = _index(header, memoryview(content)[end + 1 :])
    _check(index)
    return index


def _header(line: bytes) -> dict[str, Any]:
    try:
        header: dict[str, Any] = json.loads(line)
        if header["format"] != GALLERY_FORMAT:
            raise GalleryError(
                f"gallery index of format {header['format']!r}, not {GALLERY_FORMAT}"
            )
        kinds = {"version": int, "network_sha384": str, "templates": int, "person_ids": list}
        for name, kind in kinds.items():
            if type(header[name]) is not kind:
                raise GalleryError(f"the gallery index is damaged: {name} is no {kind.__name__}")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        # The cause is left out: its text may quote the content.
        raise GalleryError(f"the gallery index is damaged: {type(error).__name__}") from None
    return header


def _index(header: dict[str, Any], body: memoryview) -> GalleryIndex:
    person_ids, count = header["person_ids"], header["templates"]
    if not all(isinstance(person_id, str) and person_id for person_id in person_ids):
        raise GalleryError("the gallery index has a person without an id")
    shapes = ((_COUNT, len(person_ids)), (_DAY, count), (_DIGEST, count))
    sizes = [kind.itemsize * number for kind, number in shapes]
    expected = sum(sizes) + _VALUE.itemsize * TEMPLATE_LENGTH * count
    if count < 0 or len(body) != expected:
        raise GalleryError(f"the gallery index has {len(body)} bytes of arrays, not {expected}")
    arrays, offset = [], 0
    for (kind, number), size in zip(shapes, sizes, strict=True):
        arrays.append(np.frombuffer(body, kind, number, offset))
        offset += size
    templates = np.frombuffer(body, _VALUE, offset=offset).reshape(count, TEMPLATE_LENGTH)
    counts, until, photographs = arrays
    return GalleryIndex(
        header["version"],
        header["network_sha384"],
        tuple(person_ids),
        counts,
        until,
        photographs,
        templates,
    )


def _check(index: GalleryIndex) -> None:
    if len(set(index.person_ids)) != len(index.person_ids):
        raise GalleryError("the gallery index names a person more than once")
    if (index.counts == 0).any():
        raise GalleryError("the gallery index has a person without a template")
    if int(index.counts.sum()) != len(index.templates):
        raise GalleryError("the gallery index has templates that belong to nobody")
    lengths = np.einsum("ij,ij->i", index.templates, index.templates)
    if not (np.abs(lengths - 1) <= 2 * _UNIT_TOLERANCE).all():
        raise GalleryError("the gallery index has a template that is not of unit length")
