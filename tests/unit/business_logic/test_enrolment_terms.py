from __future__ import annotations

from datetime import date

import pytest
from business_logic.enrolment_terms import EnrolmentTerms, TermsError, TermsReason

TODAY = date(2027, 3, 1)
TERMS = EnrolmentTerms("Einwilligung № 7 - geprüft, 100 %", TODAY)


def test_terms_are_read_as_they_were_written() -> None:
    metadata = TERMS.metadata()
    assert all(value.isascii() for value in metadata.values())
    assert EnrolmentTerms.read(metadata, TODAY) == TERMS


@pytest.mark.parametrize(
    ("change", "reason", "text"),
    [
        ({"vss-basis": ""}, TermsReason.NO_BASIS, "has 0 characters; allowed are 1 to 500"),
        ({"vss-basis": "%20%20"}, TermsReason.NO_BASIS, "has 0 characters"),
        ({"vss-basis": "x" * 501}, TermsReason.NO_BASIS, "has 501 characters"),
        ({"vss-until": ""}, TermsReason.NO_EXPIRY, "is ''; allowed is the last day"),
        ({"vss-until": "soon"}, TermsReason.NO_EXPIRY, "is 'soon'; allowed"),
        ({"vss-until": "2027-02-30"}, TermsReason.NO_EXPIRY, "is '2027-02-30'; allowed"),
        ({"vss-until": "2027-02-28"}, TermsReason.EXPIRED, "has ended on 2027-02-28"),
    ],
)
def test_without_terms_nobody_is_enrolled(
    change: dict[str, str], reason: TermsReason, text: str
) -> None:
    with pytest.raises(TermsError, match=text) as refusal:
        EnrolmentTerms.read(TERMS.metadata() | change, TODAY)
    assert refusal.value.reason is reason


@pytest.mark.parametrize("name", ["vss-basis", "vss-until"])
def test_no_part_may_be_missing(name: str) -> None:
    metadata = TERMS.metadata()
    del metadata[name]
    with pytest.raises(TermsError):
        EnrolmentTerms.read(metadata, TODAY)
