"""Documents that are refused: what is said, at which line, about which key."""

import pytest
from deep_learning.errors import ConfigurationError

from tests.fdl_documents import MARK, in_aws, loaded, marked_line, on_cluster, with_function
from tests.unit.vss.continuum.fdl.refused_in_aws import REFUSED_IN_AWS
from tests.unit.vss.continuum.fdl.refused_on_clusters import REFUSED_ON_CLUSTERS
from vss.continuum.fdl.errors import FdlError

LAMBDA = "functions.aws[0].lambda"
REFUSED = {**REFUSED_IN_AWS, **REFUSED_ON_CLUSTERS}


def problems(text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(FdlError) as refused:
        loaded(text)
    return [
        (problem.place.line, problem.path, problem.message) for problem in refused.value.problems
    ]


@pytest.mark.parametrize(("text", "path", "message"), REFUSED.values(), ids=REFUSED)
def test_an_invalid_document_is_refused_where_it_is_wrong(
    text: str, path: str, message: str
) -> None:
    found = problems(text)
    (own,) = [entry for entry in found if entry[1] == path]
    assert message in own[2]
    if MARK in text:
        assert own[0] == marked_line(text)
    assert len(found) == 1, "one mistake, one error"


def test_the_table_is_large_enough() -> None:
    assert len(REFUSED) == len(REFUSED_IN_AWS) + len(REFUSED_ON_CLUSTERS) >= 60


def test_all_errors_are_told_in_the_order_of_the_file() -> None:
    found = problems(in_aws("memory: 1", "timeout: 0", "nam: a"))
    assert [path for _, path, _ in found] == [
        f"{LAMBDA}.{key}" for key in ("memory", "timeout", "nam")
    ]


def test_an_error_is_a_line_with_file_line_column_path_and_what_is_allowed() -> None:
    with pytest.raises(ConfigurationError) as refused:
        loaded(on_cluster("memory: lots"))
    assert str(refused.value) == (
        "w.yaml:7:15: functions.oscar[0].edge.memory: is 'lots'; allowed: a Kubernetes quantity of "
        "4Mi or more, such as 256Mi, 2Gi (a bare number is bytes)"
    )


@pytest.mark.parametrize(
    ("text", "column"),
    [
        (in_aws("memory: 1"), 15),  # Where the value stands,
        (in_aws("memroy: 512"), 7),  # the unknown key,
        (in_aws("vpc: {SubnetIds: [subnet-1, x]}"), 35),  # the item,
        (with_function("clusters: {a: {}}"), 15),  # the map that lacks a key.
    ],
)
def test_the_column_is_that_of_the_culprit(text: str, column: int) -> None:
    with pytest.raises(FdlError) as refused:
        loaded(text)
    assert refused.value.problems[0].place.column == column


SECRET = "hunter2-hunter2"  # noqa: S105


@pytest.mark.parametrize(
    "text",
    [
        with_function(
            f"storage_providers: {{s3: {{a: {{access_key: b, secret_key: [{SECRET}]}}}}}}"
        ),
        with_function(f"storage_providers: {{s3: {{a: {{access_key: b, scret: {SECRET}}}}}}}"),
        with_function(f"storage_providers: {{s3: {{a: {SECRET}}}}}"),
        with_function(f"storage_providers: {{s3: {SECRET}}}"),
        with_function(f"storage_providers: {SECRET}"),
        with_function(
            f"storage_providers: {{minio: {{a: {{endpoint: 'http://me:{SECRET}@b', "
            "access_key: a, secret_key: b}}}"
        ),
        with_function(f"clusters: {{a: {{endpoint: 'https://me:{SECRET}@b'}}}}"),
        with_function(
            f"clusters: {{a: {{endpoint: 'https://b', auth_password: {{a: {SECRET}}}}}}}"
        ),
        on_cluster(f"environment: {{secrets: [{SECRET}]}}"),
        on_cluster(f"environment: {{Variables: {SECRET}}}"),
        on_cluster(f"environment: {{variables: {{A: [{SECRET}]}}}}"),
        on_cluster(f"environment: {SECRET}"),
        on_cluster(f"replicas: [{{type: endpoint, url: 'http://b', headers: {SECRET}}}]"),
        on_cluster(f"api_key: {SECRET}"),
        with_function(f"storage_providers: {{s3: {{a: {{secret_key: @{SECRET}}}}}}}"),
        with_function(f"storage_providers: {{s3: {{a: {{secret_key: !{SECRET} b}}}}}}"),
    ],
)
def test_no_error_shows_a_secret(text: str) -> None:
    with pytest.raises(FdlError) as refused:
        loaded(text)
    assert SECRET not in str(refused.value)
    assert refused.value.__suppress_context__ or refused.value.__context__ is None
