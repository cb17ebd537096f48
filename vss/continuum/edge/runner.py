"""The runner: objects come, scripts run side by side, outputs are sent, until it is stopped."""

from __future__ import annotations

import errno
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from deep_learning.errors import ConfigurationError
from supervisor.events import Item

from vss.continuum.edge.announcements import announced
from vss.continuum.edge.confinement import limits_problem
from vss.continuum.edge.dead_letters import forget_failed, note_failed
from vss.continuum.edge.folders import StateFolders
from vss.continuum.edge.journal import UNFINISHED, Job, JobState, Journal
from vss.continuum.edge.sending import Sender
from vss.continuum.edge.services import EdgeService
from vss.continuum.edge.settings import RunnerSettings
from vss.continuum.edge.space import Space, free_bytes
from vss.continuum.edge.watching import Watcher
from vss.continuum.edge.work import Again, Hopeless, Outcome, Produced, Superseded, Work
from vss.local.data_plane.cgroup import remove_abandoned

_TICK_S = 0.1


@dataclass(slots=True)
class _Running:
    """A script at work."""

    job: Job
    began_s: float
    future: Future[Outcome]


@dataclass(slots=True)
class _Held:
    """Jobs that wait before their next try: when it is their time, by `time.monotonic`."""

    until_s: dict[int, float] = field(default_factory=dict)
    times: dict[int, int] = field(default_factory=dict)

    def hold(self, job_id: int, settings: RunnerSettings) -> None:
        """Let a job wait, the longer the more often it had to: also for what is not its fault."""
        self.times[job_id] = self.times.get(job_id, 0) + 1
        self.until_s[job_id] = time.monotonic() + settings.pause_s(self.times[job_id])

    def forget(self, job_id: int) -> None:
        """Forget a job that is done with."""
        self.times.pop(job_id, None)

    def ids(self) -> list[int]:
        """Return those whose time has not come."""
        now = time.monotonic()
        self.until_s = {job: until for job, until in self.until_s.items() if until > now}
        return list(self.until_s)


class EdgeRunner:
    """Runs the services of this machine.

    Args:
        services: each of another name.
        settings: of the runner.
        variables: environment of this process; secrets are looked up in it.
        say: told, in a line each, what an operator should know.
        measure: returns the free bytes of a folder's disk.

    Raises:
        ConfigurationError: a secret is missing, or two services have one name.
    """

    def __init__(
        self,
        services: Sequence[EdgeService],
        settings: RunnerSettings,
        variables: Mapping[str, str],
        say: Callable[[str], None],
        measure: Callable[[Path], int] = free_bytes,
    ) -> None:
        self._settings, self._say = settings, say
        self._folders = StateFolders(settings.state)
        self._folders.make()
        self._space = Space(settings.state, settings.reserve_bytes, say, measure)
        self._stop, self._wake, self._sendable = (threading.Event() for _ in range(3))
        self._limits_problem = limits_problem()
        self._works = {
            service.name: Work(
                service,
                self._folders,
                self._space,
                variables,
                not self._limits_problem,
                settings.script_timeout_s,
                self._stop.is_set,
            )
            for service in services
        }
        if len(self._works) < len(services):
            raise ConfigurationError("two services of cluster local have the same name")
        self._journal = Journal(self._folders.journal)
        self._watcher = Watcher(settings, self._journal, self._works, say)
        self._sender = Sender(
            settings, self._journal, self._folders, self._works, self._give_up, say
        )
        self._running: list[_Running] = []
        self._held = _Held()
        self._sender_error: Exception | None = None
        self._quiet_since_s: float | None = None

    @property
    def journal(self) -> Journal:
        """How far each object is."""
        return self._journal

    @property
    def folders(self) -> StateFolders:
        """Where things lie."""
        return self._folders

    def statement(self) -> str:
        """Say in one line what of an OSCAR cluster's promises does not hold on this machine."""
        images = ", ".join(sorted({work.service.image for work in self._works.values()}))
        limits = (
            f"memory and CPU limits are not enforced ({self._limits_problem}); "
            if self._limits_problem
            else ""
        )
        return (
            f"not enforced here: {limits}scripts run as this user and see its files, with this "
            f"machine's programs instead of {images}"
        )

    def announce(self, items: Sequence[Item]) -> int:
        """Take objects that an event told of; return how many are new.

        They are remembered for good when this returns.

        Raises:
            OSError: the disk is full: nothing of it is remembered.
        """
        services = [work.service for work in self._works.values()]
        added = 0
        for service, stored in announced(items, services):
            added += self._journal.add(service.name, [stored])
        self._wake.set()
        return added

    def retry_failed(self) -> int:
        """Queue all that was given up again; return how much."""
        failed = self._journal.jobs(JobState.FAILED)
        for job in failed:
            self._journal.retry(job.job_id)
            forget_failed(self._folders.failed, job)
        self._wake.set()
        return len(failed)

    def stop(self) -> None:
        """End: scripts are stopped, their objects begun again by the next runner."""
        self._stop.set()
        self._wake.set()
        self._sendable.set()

    def run(self, until_idle: bool = False) -> None:
        """Work until `stop` is called; once.

        Args:
            until_idle: end as well when all inputs were looked at and nothing is left to do.

        Raises:
            ConfigurationError: another runner works in the same folder.
        """
        with self._folders.locked():
            self._recover()
            sender = threading.Thread(target=self._send, name="edge-sender")
            pool = ThreadPoolExecutor(self._settings.concurrency, "edge-script")
            sender.start()
            try:
                self._coordinate(pool, until_idle)
            finally:
                self.stop()
                pool.shutdown()
                self._settle_all()
                sender.join()
        if self._sender_error is not None:
            raise self._sender_error

    def close(self) -> None:
        """Close the journal."""
        self._journal.close()

    def _recover(self) -> None:
        remove_abandoned()
        killed = self._journal.recover()
        sending = self._journal.jobs(JobState.SENDING)
        self._folders.tidy([job.job_id for job in sending])
        if killed or sending:
            self._say(
                f"going on where the last runner ended: {killed} to run again, "
                f"{len(sending)} to send"
            )
        others = self._journal.count(*UNFINISHED) - len(self._unfinished())
        if others:
            self._say(f"{others} objects of services that are not among these ones are kept")

    def _coordinate(self, pool: ThreadPoolExecutor, until_idle: bool) -> None:
        while not self._stop.is_set():
            self._wake.clear()
            progress = self._guarded(self._settle_ended)
            progress |= self._guarded(self._look)
            progress |= self._guarded(lambda: self._begin_next(pool))
            if until_idle and self._is_idle():
                return
            if not progress:
                self._wake.wait(_TICK_S)

    def _look(self) -> bool:
        return self._watcher.look_at_due() > 0

    def _guarded(self, step: Callable[[], bool]) -> bool:
        """Do a step; a full disk leaves it for the next time."""
        try:
            return step()
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            self._space.has_room(0)
            return False

    def _is_idle(self) -> bool:
        if self._running or self._unfinished():
            self._quiet_since_s = None
            return False
        if self._quiet_since_s is None:
            # What was sent last may be the input of a service here: another look at all.
            self._quiet_since_s = time.monotonic()
            self._watcher.hurry()
        return self._watcher.has_seen_all_since(self._quiet_since_s)

    def _unfinished(self) -> list[Job]:
        return [job for job in self._journal.jobs(*UNFINISHED) if job.service in self._works]

    # Scripts

    def _begin_next(self, pool: ThreadPoolExecutor) -> bool:
        """Begin with one object of each service that has room for another."""
        began = False
        for name, work in self._works.items():
            if len(self._running) >= self._settings.concurrency or self._stop.is_set():
                break
            own = sum(running.job.service == name for running in self._running)
            if work.service.concurrency is not None and own >= work.service.concurrency:
                continue
            job = self._journal.next_queued(name, self._held.ids())
            if job is None:
                continue
            busy = sum(running.job.stored.size for running in self._running)
            if not self._space.has_room(busy + job.stored.size):
                continue
            if job.attempts >= self._settings.max_attempts:
                # Its tries ended with the runner itself each time.
                self._give_up(job, f"the runner was killed at each of {job.attempts} tries")
            else:
                begun = self._journal.begin(job.job_id)
                future = pool.submit(work.attempt, begun)
                future.add_done_callback(lambda _: self._wake.set())
                self._running.append(_Running(begun, time.monotonic(), future))
            began = True
        return began

    def _settle_ended(self) -> bool:
        ended = [running for running in self._running if running.future.done()]
        for running in ended:
            self._settle(running)
            # Only now: a journal that could not be written is tried again.
            self._running.remove(running)
        return bool(ended)

    def _settle_all(self) -> None:
        for running in self._running:
            self._guarded(lambda running=running: self._settle(running))  # type: ignore[misc]
        self._running.clear()

    def _settle(self, running: _Running) -> bool:
        job, outcome = running.job, running.future.result()
        run_s = time.monotonic() - running.began_s
        if not isinstance(outcome, Again):
            self._held.forget(job.job_id)
        match outcome:
            case Produced(uploads):
                self._journal.stage(job.job_id, uploads, run_s)
                self._sendable.set()
            case Superseded():
                self._journal.end(job.job_id, JobState.SUPERSEDED)
            case Hopeless(reason):
                self._give_up(job, reason)
            case Again(reason, is_counted):
                if is_counted and job.attempts >= self._settings.max_attempts:
                    self._give_up(job, reason)
                else:
                    self._journal.requeue(job.job_id, reason, is_counted, run_s)
                    self._held.hold(job.job_id, self._settings)
        return True

    def _give_up(self, job: Job, reason: str) -> None:
        path = note_failed(self._folders.failed, job, reason)
        self._journal.end(job.job_id, JobState.FAILED, reason)
        self._folders.forget(job.job_id)
        self._held.forget(job.job_id)
        self._say(f"{job.service}: {job.stored.key!r} is given up: {reason} ({path})")

    # Outputs

    def _send(self) -> None:
        try:
            while not self._stop.is_set():
                self._sendable.clear()
                if self._guarded(lambda: self._sender.send_all(self._stop.is_set)):
                    self._wake.set()
                else:
                    self._sendable.wait(_TICK_S)
        except Exception as error:
            # A runner that can no longer send must not go on as if it could.
            self._sender_error = error
            self.stop()
