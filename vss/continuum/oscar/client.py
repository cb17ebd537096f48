"""Services of an OSCAR cluster: create, update, remove, list, read, call, and their logs."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

from vss.continuum.oscar.access import ClusterAddress, TokenAccess
from vss.continuum.oscar.calls import TIMEOUT_S, Calls, json_of
from vss.continuum.oscar.errors import NotFound, UnexpectedAnswer
from vss.continuum.oscar.jobs import Job, read_jobs

Definition = Mapping[str, Any]

_PREFETCH_TIMEOUT_S = 400.0
# The cluster itself gives up after 300 s.
_RUN_TIMEOUT_S = 310.0
_POLL_S = 0.5
_TOKEN = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Service:
    """A service as the cluster has it.

    Attributes:
        name: its name.
        definition: all that the cluster tells; it holds secrets.
    """

    name: str
    definition: Definition = field(repr=False)

    @property
    def token(self) -> str | None:
        """The token that calls of this service take; None where the cluster does not tell it."""
        token = self.definition.get("token")
        return token if isinstance(token, str) and _TOKEN.fullmatch(token) else None


class OscarClient:
    """Talks to an OSCAR cluster.

    Every method raises an ``OscarError`` of the kind that the cluster's answer says.

    Args:
        cluster: the cluster.
        pause: waits seconds.

    Raises:
        ConfigurationError: the certificates to trust cannot be read.
    """

    def __init__(
        self, cluster: ClusterAddress, pause: Callable[[float], None] = time.sleep
    ) -> None:
        self._calls = Calls(cluster, pause)
        self._has_user_token = isinstance(cluster.access, TokenAccess)
        self._pause = pause

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._calls.__exit__(kind, error, trace)

    def info(self) -> Mapping[str, Any]:
        """Return versions and architecture of the cluster."""
        answer = self._calls.send("GET", "/system/info", {HTTPStatus.OK})
        content: dict[str, Any] = json_of(answer, dict)
        return content

    def services(self) -> tuple[Service, ...]:
        """Return the services that the user may see."""
        answer = self._calls.send("GET", "/system/services", {HTTPStatus.OK})
        # A cluster without services answers null.
        content = [] if answer.content.strip() == b"null" else json_of(answer, list)
        return tuple(Service(str(entry.get("name")), entry) for entry in content)

    def service(self, name: str) -> Service:
        """Return a service."""
        answer = self._calls.send("GET", _service(name), {HTTPStatus.OK})
        return Service(name, json_of(answer, dict))

    def create(self, definition: Definition) -> None:
        """Create a service; of one that exists the cluster says 400 or 409."""
        timeout_s = _timeout(definition)
        self._calls.send(
            "POST",
            "/system/services",
            {HTTPStatus.CREATED},
            body=dict(definition),
            timeout_s=timeout_s,
        )

    def update(self, definition: Definition) -> str | None:
        """Change a service; return what the cluster warns of, if it does."""
        answer = self._calls.send(
            "PUT",
            "/system/services",
            {HTTPStatus.OK, HTTPStatus.NO_CONTENT},
            body=dict(definition),
            timeout_s=_timeout(definition),
        )
        return " ".join(answer.text.split()) or None

    def apply(self, definition: Definition) -> str | None:
        """Create a service, or change the one of that name; return the cluster's warning."""
        try:
            self.service(str(definition["name"]))
        except NotFound:
            self.create(definition)
            return None
        return self.update(definition)

    def remove(self, name: str) -> None:
        """Remove a service."""
        self._calls.send("DELETE", _service(name), {HTTPStatus.NO_CONTENT})

    def run(self, name: str, content: bytes) -> bytes:
        """Call a service and wait for what it answers.

        Only on clusters with a serverless backend. The answer is that of OSCAR's supervisor: base64
        of one file, base64 of an archive of several, or what the script printed.
        """
        answer = self._calls.send(
            "POST",
            f"/run/{quote(name, safe='')}",
            {HTTPStatus.OK},
            body=content,
            token=self._token(name),
            timeout_s=_RUN_TIMEOUT_S,
        )
        return answer.content

    def submit(self, name: str, event: Mapping[str, Any]) -> None:
        """Let a service work on an event; the cluster does not tell the id of the job."""
        self._calls.send(
            "POST",
            f"/job/{quote(name, safe='')}",
            {HTTPStatus.CREATED},
            body=json.dumps(event).encode(),
            token=self._token(name),
        )

    def submit_and_find(
        self, name: str, event: Mapping[str, Any], timeout_s: float = TIMEOUT_S
    ) -> str | None:
        """Let a service work on an event and find its job among those that are new since.

        Returns:
            The id; None where no job, or more than one, appeared: then others use the service
            at the same time, and which job is this one's cannot be told.
        """
        known = {job.job_id for job in self.jobs(name)}
        self.submit(name, event)
        until_s = time.monotonic() + timeout_s
        while True:
            found = {job.job_id for job in self.jobs(name)} - known
            if found:
                return found.pop() if len(found) == 1 else None
            if time.monotonic() >= until_s:
                return None
            self._pause(_POLL_S)

    def jobs(self, name: str) -> tuple[Job, ...]:
        """Return all jobs of a service.

        A user without rights on the service gets an empty answer, which is an
        ``UnexpectedAnswer`` here.
        """
        found: dict[str, Job] = {}
        pages: set[str] = set()
        page: str | None = None
        while True:
            query = {} if page is None else {"page": page}
            answer = self._calls.send("GET", _logs(name), {HTTPStatus.OK}, query=query)
            jobs, page = read_jobs(json_of(answer, dict))
            found |= {job.job_id: job for job in jobs}
            if page is None:
                return tuple(found.values())
            if page in pages:
                raise UnexpectedAnswer(f"GET {_logs(name)}", answer.status_code, "pages repeat")
            pages.add(page)

    def log(self, name: str, job_id: str, timestamps: bool = False) -> str:
        """Return what a job printed."""
        query = {"timestamps": "true"} if timestamps else {}
        path = f"{_logs(name)}/{quote(job_id, safe='')}"
        return self._calls.send("GET", path, {HTTPStatus.OK}, query=query).text

    def remove_job(self, name: str, job_id: str) -> None:
        """Remove a job with its log."""
        path = f"{_logs(name)}/{quote(job_id, safe='')}"
        self._calls.send("DELETE", path, {HTTPStatus.NO_CONTENT})

    def remove_jobs(self, name: str, unfinished_too: bool = False) -> None:
        """Remove all jobs of a service that have ended, or all."""
        query = {"all": "true"} if unfinished_too else {}
        self._calls.send("DELETE", _logs(name), {HTTPStatus.NO_CONTENT}, query=query)

    def _token(self, name: str) -> str | None:
        """Return the token that a call of a service takes instead of the user's password."""
        if self._has_user_token:
            return None
        service = self.service(name)
        if service.token is None:
            raise UnexpectedAnswer(
                f"GET {_service(name)}", HTTPStatus.OK, "the cluster tells no token of the service"
            )
        return service.token


def _service(name: str) -> str:
    return f"/system/services/{quote(name, safe='')}"


def _logs(name: str) -> str:
    return f"/system/logs/{quote(name, safe='')}"


def _timeout(definition: Definition) -> float:
    return _PREFETCH_TIMEOUT_S if definition.get("image_prefetch") else TIMEOUT_S
