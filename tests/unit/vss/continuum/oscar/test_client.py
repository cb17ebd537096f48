"""The client against a double that follows OSCAR's API strictly, every error row of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.oscar_server import (
    OTHER_JWT,
    OWNER_JWT,
    PAGE,
    PASSWORD,
    USER,
    OscarServer,
    oscar_server,
)
from vss.continuum.oscar.access import BasicAccess, ClusterAddress, TokenAccess
from vss.continuum.oscar.client import OscarClient
from vss.continuum.oscar.errors import (
    BadRequest,
    ClusterFailed,
    Conflict,
    NotFound,
    NotPermitted,
    NotReady,
    NotSignedIn,
    OscarError,
    UnexpectedAnswer,
    Unreachable,
)
from vss.continuum.oscar.jobs import JobStatus

DEFINITION = {
    "name": "anonymise",
    "image": "grycap/blurry-faces",
    "script": "#!/bin/sh\n",
    "input": [{"storage_provider": "minio", "path": "anonymise/input"}],
}
ADMIN = BasicAccess(USER, PASSWORD)


def test_a_service_is_created_read_changed_listed_and_removed(
    client: OscarClient, server: OscarServer
) -> None:
    assert client.services() == ()
    client.create(DEFINITION)
    assert client.service("anonymise").definition["script"] == "#!/bin/sh\n"
    assert client.update({**DEFINITION, "memory": "2Gi"}) is None
    assert server.services["anonymise"]["memory"] == "2Gi"
    assert [service.name for service in client.services()] == ["anonymise"]
    client.remove("anonymise")
    assert server.services == {}
    assert client.info()["version"] == "v4.1.0"


def test_applying_creates_once_and_changes_after(client: OscarClient, server: OscarServer) -> None:
    client.apply(DEFINITION)
    token = server.services["anonymise"]["token"]
    client.apply({**DEFINITION, "cpu": "2"})
    assert (server.services["anonymise"]["cpu"], server.services["anonymise"]["token"]) == (
        "2",
        token,
    )
    assert (server.count("POST", "/system/services"), server.count("PUT", "/system/services")) == (
        1,
        1,
    )


def test_warnings_of_an_update_are_told(client: OscarClient) -> None:
    client.create(DEFINITION)
    warning = client.update({**DEFINITION, "federation": {"group_id": "g"}})
    assert warning == "federation: member 'b' was not reached"


def test_calls_take_the_services_token_and_system_takes_the_password(
    client: OscarClient, server: OscarServer
) -> None:
    server.add_service("anonymise")
    assert client.run("anonymise", b"aGVsbG8=") == b"cmVzdWx0"
    client.submit("anonymise", {"Records": []})
    assert server.events["anonymise"] == [b"aGVsbG8=", b'{"Records": []}']


def test_a_users_token_is_good_for_all_calls(
    connect: Callable[..., OscarClient], server: OscarServer
) -> None:
    server.add_service("anonymise", owner=OWNER_JWT)
    client = connect(TokenAccess(OWNER_JWT))
    client.submit("anonymise", {})
    client.run("anonymise", b"")
    assert server.count("GET", "/system/services/anonymise") == 0


def test_the_job_of_a_submission_is_found_although_no_id_is_told(
    client: OscarClient, server: OscarServer
) -> None:
    server.add_service("anonymise")
    server.add_job("anonymise")
    server.job_delay_s = 0.05
    job_id = client.submit_and_find("anonymise", {})
    assert job_id is not None
    assert server.jobs["anonymise"][job_id]["status"] == "Pending"


def test_a_job_that_cannot_be_told_from_others_is_none(
    client: OscarClient, server: OscarServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.add_service("anonymise")
    original = client.submit

    def together(name: str, event: Any) -> None:
        original(name, event)
        server.add_job(name)

    monkeypatch.setattr(client, "submit", together)
    assert client.submit_and_find("anonymise", {}) is None


def test_a_job_that_does_not_appear_is_none(client: OscarClient, server: OscarServer) -> None:
    server.add_service("anonymise")
    server.job_delay_s = 60
    assert client.submit_and_find("anonymise", {}, timeout_s=0.05) is None


@pytest.mark.parametrize("paged", [True, False], ids=["pages", "bare map, as up to 3.6"])
def test_all_jobs_are_listed(client: OscarClient, server: OscarServer, paged: bool) -> None:
    server.paged = paged
    server.add_service("anonymise")
    names = {server.add_job("anonymise") for _ in range(2 * PAGE + 3)}
    jobs = client.jobs("anonymise")
    assert {job.job_id for job in jobs} == names
    assert jobs[0].status is JobStatus.SUCCEEDED
    assert jobs[0].status.is_final
    assert jobs[0].finished == datetime(2026, 11, 22, 10, 0, 9, tzinfo=UTC)


def test_each_status_is_known_and_a_new_one_is_no_crash(
    client: OscarClient, server: OscarServer
) -> None:
    server.add_service("anonymise")
    for status in ("Pending", "Running", "Succeeded", "Failed", "Suspended", "Dreaming"):
        server.add_job("anonymise", status)
    found = [job.status for job in client.jobs("anonymise")]
    assert found[:5] == [s for s in JobStatus if s is not JobStatus.UNKNOWN]
    assert found[5] is JobStatus.UNKNOWN


def test_logs_are_read_and_removed(client: OscarClient, server: OscarServer) -> None:
    server.add_service("anonymise")
    first = server.add_job("anonymise", log="12 frames\n")
    running = server.add_job("anonymise", "Running")
    assert client.log("anonymise", first) == "12 frames\n"
    assert client.log("anonymise", first, timestamps=True).startswith("2026-11-22T")
    client.remove_jobs("anonymise")
    assert [job.job_id for job in client.jobs("anonymise")] == [running]
    client.remove_job("anonymise", running)
    assert client.jobs("anonymise") == ()
    server.add_job("anonymise", "Running")
    client.remove_jobs("anonymise", unfinished_too=True)
    assert client.jobs("anonymise") == ()


def test_a_user_without_rights_learns_that_the_answer_is_empty(
    connect: Callable[..., OscarClient], server: OscarServer
) -> None:
    server.add_service("anonymise")
    with pytest.raises(UnexpectedAnswer, match="the answer is empty"):
        connect(TokenAccess(OTHER_JWT)).jobs("anonymise")


# Every error row of the API: the call, how it comes about, what it is.
Act = Callable[[OscarClient], object]
SERVICES, ONE = "/system/services", "/system/services/anonymise"
LOGS, JOB = "/system/logs/anonymise", "/system/logs/anonymise/j1"
CREATE: Act = lambda c: c.create(DEFINITION)  # noqa: E731
UPDATE: Act = lambda c: c.update(DEFINITION)  # noqa: E731
LIST: Act = lambda c: c.services()  # noqa: E731
READ: Act = lambda c: c.service("anonymise")  # noqa: E731
REMOVE: Act = lambda c: c.remove("anonymise")  # noqa: E731
SUBMIT: Act = lambda c: c.submit("anonymise", {})  # noqa: E731
RUN: Act = lambda c: c.run("anonymise", b"{}")  # noqa: E731
JOBS: Act = lambda c: c.jobs("anonymise")  # noqa: E731
LOG: Act = lambda c: c.log("anonymise", "j1")  # noqa: E731
NO_JOBS: Act = lambda c: c.remove_jobs("anonymise")  # noqa: E731
NO_JOB: Act = lambda c: c.remove_job("anonymise", "j1")  # noqa: E731
INFO: Act = lambda c: c.info()  # noqa: E731
ERROR_ROWS: list[tuple[Act, str, str, int, type[OscarError]]] = [
    (INFO, "GET", "/system/info", 401, NotSignedIn),
    (CREATE, "POST", SERVICES, 400, BadRequest),
    (CREATE, "POST", SERVICES, 401, NotSignedIn),
    (CREATE, "POST", SERVICES, 403, NotPermitted),
    (CREATE, "POST", SERVICES, 409, Conflict),
    (CREATE, "POST", SERVICES, 500, ClusterFailed),
    (UPDATE, "PUT", SERVICES, 400, BadRequest),
    (UPDATE, "PUT", SERVICES, 401, NotSignedIn),
    (UPDATE, "PUT", SERVICES, 403, NotPermitted),
    (UPDATE, "PUT", SERVICES, 404, NotFound),
    (UPDATE, "PUT", SERVICES, 500, ClusterFailed),
    (LIST, "GET", SERVICES, 401, NotSignedIn),
    (LIST, "GET", SERVICES, 500, ClusterFailed),
    (READ, "GET", ONE, 400, BadRequest),
    (READ, "GET", ONE, 401, NotSignedIn),
    (READ, "GET", ONE, 403, NotPermitted),
    (READ, "GET", ONE, 404, NotFound),
    (REMOVE, "DELETE", ONE, 401, NotSignedIn),
    (REMOVE, "DELETE", ONE, 403, NotPermitted),
    (REMOVE, "DELETE", ONE, 404, NotFound),
    (REMOVE, "DELETE", ONE, 500, ClusterFailed),
    (SUBMIT, "POST", "/job/anonymise", 400, BadRequest),
    (SUBMIT, "POST", "/job/anonymise", 401, NotSignedIn),
    (SUBMIT, "POST", "/job/anonymise", 403, NotPermitted),
    (SUBMIT, "POST", "/job/anonymise", 404, NotFound),
    (SUBMIT, "POST", "/job/anonymise", 500, ClusterFailed),
    (RUN, "POST", "/run/anonymise", 400, BadRequest),
    (RUN, "POST", "/run/anonymise", 401, NotSignedIn),
    (RUN, "POST", "/run/anonymise", 404, NotFound),
    (RUN, "POST", "/run/anonymise", 500, ClusterFailed),
    (RUN, "POST", "/run/anonymise", 502, NotReady),
    (JOBS, "GET", LOGS, 401, NotSignedIn),
    (JOBS, "GET", LOGS, 404, NotFound),
    (LOG, "GET", JOB, 401, NotSignedIn),
    (LOG, "GET", JOB, 404, NotFound),
    (NO_JOBS, "DELETE", LOGS, 401, NotSignedIn),
    (NO_JOBS, "DELETE", LOGS, 404, NotFound),
    (NO_JOB, "DELETE", JOB, 401, NotSignedIn),
    (NO_JOB, "DELETE", JOB, 404, NotFound),
    (READ, "GET", ONE, 302, UnexpectedAnswer),
    (READ, "GET", ONE, 204, UnexpectedAnswer),
    (READ, "GET", ONE, 418, UnexpectedAnswer),
]


@pytest.mark.parametrize(("act", "method", "path", "status", "kind"), ERROR_ROWS)
def test_every_error_names_call_status_and_text(
    client: OscarClient,
    server: OscarServer,
    act: Act,
    method: str,
    path: str,
    status: int,
    kind: type[OscarError],
) -> None:
    server.add_service("anonymise")
    text = "" if status == 204 else "reason in\nplain text"
    server.refuse(method, path, status, text)
    with pytest.raises(OscarError) as caught:
        act(client)
    assert type(caught.value) is kind
    assert (caught.value.call, caught.value.status) == (f"{method} {path}", status)
    assert str(caught.value) == f"OSCAR, {method} {path}: {status} {' '.join(text.split())}".strip()


BROKEN: dict[str, tuple[BasicAccess | TokenAccess, Act, type[OscarError]]] = {
    "wrong password": (BasicAccess(USER, "wrong-password"), LIST, NotSignedIn),
    "unknown token": (TokenAccess("wrong-token"), LIST, NotSignedIn),
    "read another's service": (TokenAccess(OTHER_JWT), READ, NotPermitted),
    "change another's service": (TokenAccess(OTHER_JWT), UPDATE, NotPermitted),
    "remove another's service": (TokenAccess(OTHER_JWT), REMOVE, NotPermitted),
    "call another's service": (TokenAccess(OTHER_JWT), SUBMIT, NotPermitted),
    "run another's service": (TokenAccess(OTHER_JWT), RUN, NotPermitted),
    "name that is taken": (ADMIN, CREATE, BadRequest),
    "input from s3": (
        ADMIN,
        lambda c: c.create(
            {**DEFINITION, "name": "b", "input": [{"storage_provider": "s3", "path": "b/i"}]}
        ),
        BadRequest,
    ),
    "a volume that changes": (
        ADMIN,
        lambda c: c.update({**DEFINITION, "volume": {"size": "1Gi"}}),
        BadRequest,
    ),
    "unknown service": (ADMIN, lambda c: c.service("other"), NotFound),
    "unknown job": (ADMIN, LOG, NotFound),
    "hostile name": (ADMIN, lambda c: c.service("../info"), NotFound),
}


@pytest.mark.parametrize(("access", "act", "kind"), BROKEN.values(), ids=BROKEN)
def test_the_cluster_itself_refuses(
    connect: Callable[..., OscarClient],
    server: OscarServer,
    access: BasicAccess | TokenAccess,
    act: Act,
    kind: type[OscarError],
) -> None:
    server.add_service("anonymise")
    with pytest.raises(OscarError) as caught:
        act(connect(access))
    assert type(caught.value) is kind


def test_a_service_without_a_token_cannot_be_called_by_password(
    client: OscarClient, server: OscarServer
) -> None:
    server.add_service("anonymise", token="hidden")  # noqa: S106
    with pytest.raises(UnexpectedAnswer, match="no token of the service"):
        client.submit("anonymise", {})


@pytest.mark.parametrize("kind", ["drop", "answer"])
def test_idempotent_calls_are_tried_again(
    client: OscarClient, server: OscarServer, kind: str
) -> None:
    server.add_service("anonymise")
    for act, method, path in (
        (READ, "GET", ONE),
        (UPDATE, "PUT", SERVICES),
        (REMOVE, "DELETE", ONE),
    ):
        for _ in range(2):
            server.refuse(method, path, 503, kind=kind)
        act(client)
        assert server.count(method, path) == 3


def test_a_removal_whose_answer_was_lost_is_done(client: OscarClient, server: OscarServer) -> None:
    server.add_service("anonymise")
    server.refuse("DELETE", ONE, kind="lost_answer")
    client.remove("anonymise")
    assert server.count("DELETE", ONE) == 2


@pytest.mark.parametrize(
    ("act", "path"), [(CREATE, SERVICES), (SUBMIT, "/job/anonymise"), (RUN, "/run/anonymise")]
)
def test_other_calls_are_made_once(
    client: OscarClient, server: OscarServer, act: Act, path: str
) -> None:
    server.add_service("anonymise")
    server.refuse("POST", path, kind="drop")
    with pytest.raises(Unreachable):
        act(client)
    assert server.count("POST", path) == 1


def test_a_cluster_that_is_not_there_is_named() -> None:
    with oscar_server() as gone:
        pass
    with (
        OscarClient(ClusterAddress(gone.endpoint, ADMIN), lambda _: None) as client,
        pytest.raises(Unreachable, match="GET /system/services"),
    ):
        client.services()


def test_secrets_are_in_no_error(client: OscarClient, server: OscarServer) -> None:
    token = server.add_service("anonymise")["token"]
    server.refuse("POST", "/job/anonymise", 500, f"token {token} of {PASSWORD} is bad")
    with pytest.raises(ClusterFailed) as caught:
        client.submit("anonymise", {})
    assert caught.value.text == "token *** of *** is bad"
    assert PASSWORD not in repr(ADMIN)
    assert token not in repr(client.service("anonymise"))


def test_pages_that_repeat_are_no_endless_loop(client: OscarClient, server: OscarServer) -> None:
    server.add_service("anonymise")
    for _ in range(3):
        server.refuse("GET", LOGS, 200, '{"jobs": {}, "next_page": "7"}')
    with pytest.raises(UnexpectedAnswer, match="pages repeat"):
        client.jobs("anonymise")


@pytest.mark.parametrize("text", ["<html>", "[]", "null"])
def test_answers_of_another_kind_are_told(
    client: OscarClient, server: OscarServer, text: str
) -> None:
    server.refuse("GET", ONE, 200, text)
    with pytest.raises(UnexpectedAnswer, match="the answer is"):
        client.service("anonymise")


def test_credentials_do_not_follow_a_redirect(client: OscarClient, server: OscarServer) -> None:
    with oscar_server() as elsewhere:
        location = {"Location": f"{elsewhere.endpoint}{ONE}"}
        server.refuse("GET", ONE, 307, headers=location)
        with pytest.raises(UnexpectedAnswer):
            client.service("anonymise")
        assert elsewhere.requests == []


# TLS
