"""Names of a workflow's resources: within the limits of AWS, never two alike."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from stacks.naming import Naming
from stacks.workflow_names import bucket_purpose, function_purpose, workflow_name

DEV, LONGEST = Naming("dev"), Naming("a" * 12)
PLACE = "-123456789012-ap-southeast-1"
BUCKETS = st.from_regex(r"[a-z0-9][a-z0-9.\-]{1,61}[a-z0-9]", fullmatch=True)
FUNCTIONS = st.from_regex(r"[A-Za-z0-9_\-]{1,64}", fullmatch=True)


def test_names_that_fit_stay_as_they_are() -> None:
    assert bucket_purpose(DEV, "scar-mask-detector") == "wf-scar-mask-detector"
    assert function_purpose(DEV, "Scan_it") == "wf-Scan_it"
    assert workflow_name("paper_mask_detection") == "paper-mask-detection"


def test_what_does_not_fit_keeps_its_beginning_and_gets_digits() -> None:
    assert re.fullmatch(r"wf-my-bucket-[0-9a-f]{8}", bucket_purpose(DEV, "my.bucket"))
    long = bucket_purpose(DEV, "a-bucket-of-a-rather-long-name")
    assert re.fullmatch(r"wf-a-bucket-of-a-r-[0-9a-f]{8}", long)


@given(BUCKETS)
def test_bucket_names_are_names_of_buckets(bucket: str) -> None:
    for naming in (DEV, LONGEST):
        name = naming.stack(bucket_purpose(naming, bucket)) + PLACE
        assert re.fullmatch(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]", name)


@given(FUNCTIONS)
def test_function_and_queue_names_are_allowed(function: str) -> None:
    for naming in (DEV, LONGEST):
        purpose = function_purpose(naming, function)
        assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", naming.function(purpose))
        assert re.fullmatch(r"[A-Za-z0-9_-]{1,80}", naming.dead_letter_queue(purpose))


@given(st.sets(BUCKETS, min_size=2, max_size=2))
def test_two_buckets_never_become_one(pair: set[str]) -> None:
    assert len({bucket_purpose(LONGEST, bucket) for bucket in pair}) == 2


@given(st.text(max_size=100))
def test_any_file_name_makes_the_name_of_a_stack(stem: str) -> None:
    assert re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,39}[a-z0-9])?", workflow_name(stem))
