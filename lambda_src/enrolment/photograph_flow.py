"""The way of one photograph: from its event to its template in the index, and to its report.

Whatever becomes of it is reported. The template is written before the index that names it, and the
report last: where a report says enrolled, surveillance knows the person.

A photograph that is deleted meanwhile leaves nothing behind. Whoever removes a person deletes the
photographs, then changes the index. Here the photograph is looked for after the index was read: if
it was still there, the removal's change comes later, and the write that depends on the index as it
was read fails (If-Match); the next try does not find the photograph.
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import asdict, dataclass

import numpy as np
from business_logic.calendar import today
from business_logic.enrolment_report import (
    EnrolmentOutcome,
    EnrolmentStatus,
    build_report,
)
from business_logic.enrolment_terms import EnrolmentTerms, TermsError
from business_logic.events import FrameStored
from business_logic.frame_store import FrameStore, StoredImage
from business_logic.gallery_documents import GalleryDocuments, build_template
from business_logic.gallery_index import GalleryIndex, Template, photograph_digest
from business_logic.gallery_writer import GalleryWriter
from business_logic.photograph_keys import PhotographKey
from deep_learning.errors import InvalidMessage, Reason, RejectedInput
from high_level_algorithms.pipeline import Pipeline
from high_level_algorithms.reference import Reference, reference_of, unfit_template
from high_level_algorithms.types import Floats, Refusal


@dataclass(frozen=True, slots=True)
class Stores:
    """Where photographs come from, and where all else goes, on one client."""

    photographs: FrameStore
    documents: GalleryDocuments
    index: GalleryWriter


class _Unwatched:
    """Photographs are few: their stages are not timed."""

    def stage(self, name: str) -> nullcontext[None]:
        return nullcontext()


class PhotographFlow:
    """Enrols photographs.

    Args:
        pipeline: makes templates; its threshold tells one person from another.
        network_sha384: hash of the weights of the embedding network.
        stores: of the gallery.
    """

    def __init__(self, pipeline: Pipeline, network_sha384: str, stores: Stores) -> None:
        self._pipeline = pipeline
        self._network_sha384 = network_sha384
        self._stores = stores

    def enrol(self, stored: FrameStored) -> EnrolmentOutcome:
        """Enrol a photograph, or refuse it; report which, unless it has been deleted.

        Raises:
            InvalidMessage: its key says of no person, so that there is no place for a report.
            GalleryError: the index is damaged.
            TransientError: something could not be read or written this time.
        """
        key = PhotographKey.parse(stored.key)
        if key is None:
            raise InvalidMessage("a key that is not photos/<person_id>/<name>")
        outcome = self._outcome(stored, key)
        if self._stores.photographs.is_there(stored):
            report = build_report(stored.key, stored.version_id, outcome)
            self._stores.documents.put(key.report, report)
        return outcome

    def _outcome(self, stored: FrameStored, key: PhotographKey) -> EnrolmentOutcome:
        try:
            image = self._stores.photographs.read_with_metadata(stored)
            terms = EnrolmentTerms.read(image.metadata, today())
            reference = reference_of(image.content, self._pipeline, _Unwatched())
            if isinstance(reference, Refusal):
                return _refused(reference.reason, reference.text)
            return self._compare(stored, key, image, terms, reference)
        except RejectedInput as error:
            return _refused(error.reason, str(error))
        except TermsError as error:
            return _refused(error.reason, str(error))

    def _compare(
        self,
        stored: FrameStored,
        key: PhotographKey,
        image: StoredImage,
        terms: EnrolmentTerms,
        reference: Reference,
    ) -> EnrolmentOutcome:
        """Take the template into the index unless it is unlike its own or like another's."""
        digest, quality = photograph_digest(image.content), asdict(reference.quality)
        template = Template(digest, terms.until, reference.template)
        document = build_template(str(key), terms, self._network_sha384, reference.template)
        refusals: list[Refusal] = []

        def change(index: GalleryIndex) -> GalleryIndex | None:
            refusals.clear()
            if not self._stores.photographs.is_there(stored):
                raise RejectedInput(Reason.OBJECT_MISSING, "deleted while it was enrolled")
            own, others = _own_and_others(index, key.person_id, digest)
            threshold = self._pipeline.identification_threshold
            refusal = unfit_template(reference.template, own, others, threshold)
            if refusal is not None:
                refusals.append(refusal)
                return None
            self._stores.documents.put(key.template, document)
            return index.with_template(key.person_id, template)

        index = self._stores.index.change(change)
        if refusals:
            return _refused(refusals[0].reason, refusals[0].text, quality, index.version)
        return EnrolmentOutcome(
            EnrolmentStatus.ENROLLED, quality=quality, gallery_version=index.version
        )


def _own_and_others(index: GalleryIndex, person_id: str, digest: int) -> tuple[Floats, Floats]:
    """Return the person's templates but the one of this very photograph, and everybody else's."""
    is_own = np.zeros(len(index.templates), bool)
    is_own[index.of(person_id)] = True
    is_this = is_own & (index.photographs == digest)
    return index.templates[is_own & ~is_this], index.templates[~is_own]


def _refused(
    reason: str,
    text: str,
    quality: dict[str, float] | None = None,
    gallery_version: int | None = None,
) -> EnrolmentOutcome:
    return EnrolmentOutcome(EnrolmentStatus.REFUSED, reason, text, quality, gallery_version)
