"""What the functions may do with their own credentials, and all that they may not."""

import pytest

from tests.end_to_end import enrolment_permissions, surveillance_permissions
from tests.end_to_end.as_function import AsFunction, is_allowed
from tests.end_to_end.permission_cases import Case, bound_call, s3

CASES = {
    "surveillance": surveillance_permissions.CASES,
    "enrolment": enrolment_permissions.CASES,
}
EACH = [(package, case) for package, cases in CASES.items() for case in cases]


@pytest.mark.parametrize(
    ("package", "case"), EACH, ids=[f"{package}: {case.what}" for package, case in EACH]
)
def test_a_function_may_do_what_it_needs_and_nothing_else(
    package: str, case: Case, functions: dict[str, AsFunction], names: dict[str, str]
) -> None:
    assert is_allowed(bound_call(case, functions[package], names)) is case.allowed


@pytest.mark.parametrize("package", CASES)
def test_there_are_enough_checks_of_both_kinds(package: str) -> None:
    assert len(CASES[package]) >= 40
    assert sum(case.allowed for case in CASES[package]) >= 10


def test_a_state_that_is_not_there_looks_forbidden_to_who_may_not_list(
    functions: dict[str, AsFunction], names: dict[str, str]
) -> None:
    """No policy says so: S3 does, and the function is ready for it."""
    missing = s3(False, "", "get_object", Bucket="results", Key="state/none.json")
    assert not is_allowed(bound_call(missing, functions["surveillance"], names))
