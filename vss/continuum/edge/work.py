"""One try of one object: download, script, and its outputs taken over into the outgoing folder."""

from __future__ import annotations

import errno
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from deep_learning.errors import ConfigurationError
from supervisor.environment import secret_values
from supervisor.errors import (
    InvalidDescription,
    InvalidEvent,
    InvalidOutput,
    ObjectChanged,
    ObjectMissing,
    ScriptFailed,
    ScriptStopped,
    StorageFailed,
    SupervisorError,
)
from supervisor.log import Log
from supervisor.outputs import Delivery
from supervisor.supervision import Bounds, Supervisor
from supervisor.workspace import Workspace, workspace

from vss.continuum.edge.announcements import stored_object
from vss.continuum.edge.confinement import confined
from vss.continuum.edge.folders import StateFolders
from vss.continuum.edge.job_logs import job_log, keep_newest
from vss.continuum.edge.journal import Job, Upload
from vss.continuum.edge.services import EdgeService
from vss.continuum.edge.space import Space

# Of this machine's environment a script sees what programs need to be found and to speak, and
# where this project's are.
_INHERITED = ("PATH", "LANG", "LC_ALL", "TZ", "VSS_PYTHON", "VSS_MODEL_SET", "VSS_MANIFEST")


@dataclass(frozen=True, slots=True)
class Produced:
    """The script ended well; these files lie in the outgoing folder."""

    uploads: tuple[Upload, ...]


@dataclass(frozen=True, slots=True)
class Again:
    """It did not work out this time.

    Attributes:
        is_counted: whether it is one of the tries that an object has.
    """

    reason: str
    is_counted: bool


@dataclass(frozen=True, slots=True)
class Hopeless:
    """No further try would change anything."""

    reason: str


@dataclass(frozen=True, slots=True)
class Superseded:
    """The object was overwritten; the newer one is announced by itself."""


Outcome = Produced | Again | Hopeless | Superseded


class Work:
    """Runs the objects of one service.

    Args:
        service: the service.
        folders: of the runner.
        space: the disk.
        variables: environment of this process.
        is_enforced: whether memory and CPU are limited.
        timeout_s: after which a script is ended.
        stopped: tells whether to end scripts now.

    Raises:
        ConfigurationError: a key or another secret is not where the file says.
    """

    def __init__(
        self,
        service: EdgeService,
        folders: StateFolders,
        space: Space,
        variables: Mapping[str, str],
        is_enforced: bool,
        timeout_s: float,
        stopped: Callable[[], bool],
    ) -> None:
        self.service = service
        self._folders = folders
        self._space = space
        self._is_enforced = is_enforced
        self._timeout_s = timeout_s
        self._stopped = stopped
        inherited = {name: variables[name] for name in _INHERITED if name in variables}
        try:
            self.supervisor = Supervisor(
                service.description, variables, inherited, secret_values(variables)
            )
        except InvalidDescription as error:
            raise ConfigurationError(f"service {service.name!r}: {error}") from error

    def attempt(self, job: Job) -> Outcome:
        """Work on an object; whatever goes wrong is told by the outcome."""
        with job_log(self._folders.logs, job.service, job.job_id, job.attempts) as log:
            outcome: Outcome
            try:
                outcome = self._attempt(job, log)
            except Exception as error:
                outcome = self._outcome(error)
            if not isinstance(outcome, Produced):
                log.error("run failed", outcome=repr(outcome))
        keep_newest(self._folders.logs, job.service)
        return outcome

    def _attempt(self, job: Job, log: Log) -> Produced:
        with (
            workspace(self._folders.work) as place,
            confined(self.service, self._is_enforced) as confinement,
        ):
            bounds = Bounds(time.monotonic() + self._timeout_s, confinement, self._stopped)
            try:
                deliveries = self._produce(job, place, bounds, log)
            except (ScriptFailed, InvalidOutput) as error:
                if not isinstance(error, ScriptStopped):
                    self._check_room()
                raise
            self._check_room()
            files = {delivery.file.relative: delivery.file for delivery in deliveries}
            self._folders.take_over(job.job_id, tuple(files.values()))
        outputs = self.service.description.outputs
        return Produced(
            tuple(
                Upload(position, outputs.index(d.output), d.file.relative, d.file.size)
                for position, d in enumerate(deliveries)
            )
        )

    def _check_room(self) -> None:
        """Distrust what a script did while the disk was full: many do not notice.

        The run's folder still holds all that it wrote.
        """
        if self._space.is_short():
            raise OSError(errno.ENOSPC, "no room was left for the script")

    def _produce(
        self, job: Job, place: Workspace, bounds: Bounds, log: Log
    ) -> tuple[Delivery, ...]:
        kind = job.stored.provider.partition(".")[0]
        product = self.supervisor.produce(stored_object(kind, job.stored), place, bounds, log)
        return self.supervisor.deliveries(product)

    def _outcome(self, error: Exception) -> Outcome:
        """Return what becomes of an object after an error."""
        text = self.supervisor.mask(str(error))
        if isinstance(error, ObjectChanged):
            return Superseded()
        if isinstance(error, ObjectMissing | InvalidEvent):
            return Hopeless(text)
        if isinstance(error, StorageFailed):
            return Again(text, is_counted=not error.passing)
        if isinstance(error, ScriptStopped):
            return Again(text, is_counted=False)
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return Again(f"the disk is full: {text}", is_counted=False)
        if isinstance(error, SupervisorError | OSError):
            return Again(text, is_counted=True)
        return Again(f"{type(error).__name__}: {text}", is_counted=True)
