"""Sends what lies in the outgoing folders, in order, until it has arrived."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from supervisor.errors import StorageFailed
from supervisor.outputs import Delivery, OutputFile

from vss.continuum.edge.folders import StateFolders
from vss.continuum.edge.job_logs import job_log
from vss.continuum.edge.journal import Job, JobState, Journal, Upload
from vss.continuum.edge.settings import RunnerSettings
from vss.continuum.edge.work import Work


@dataclass(slots=True)
class _Line:
    """The way to a store.

    Attributes:
        failures: in a row.
        closed_until_s: reading of `time.monotonic` before which it is not tried.
    """

    failures: int = 0
    closed_until_s: float = 0.0


@dataclass(slots=True)
class Sender:
    """Sends the outputs of jobs.

    Attributes:
        settings: of the runner.
        journal: knows what is to be sent.
        folders: hold it.
        works: by service, with the stores.
        give_up: told a job and the reason why its outputs cannot be sent.
        say: told what an operator should know.
    """

    settings: RunnerSettings
    journal: Journal
    folders: StateFolders
    works: Mapping[str, Work]
    give_up: Callable[[Job, str], None]
    say: Callable[[str], None]
    _lines: dict[str, _Line] = field(default_factory=dict)
    _refused_until_s: dict[int, float] = field(default_factory=dict)

    def send_all(self, stopped: Callable[[], bool]) -> bool:
        """Send what can be sent now; return whether anything was."""
        progress = False
        for job in self.journal.jobs(JobState.SENDING):
            if stopped():
                break
            if job.service in self.works and not self._is_held(job):
                progress |= self._send(job, stopped)
        return progress

    def _is_held(self, job: Job) -> bool:
        return self._refused_until_s.get(job.job_id, 0.0) > time.monotonic()

    def _send(self, job: Job, stopped: Callable[[], bool]) -> bool:
        uploads = self.journal.uploads(job.job_id)
        work, progress, left = self.works[job.service], False, len(uploads)
        for upload in uploads:
            output = work.service.description.outputs[upload.output]
            line = self._lines.setdefault(output.place.provider, _Line())
            if stopped() or line.closed_until_s > time.monotonic():
                continue
            try:
                self._upload(work, job, upload)
            except StorageFailed as error:
                if not error.passing:
                    self._refused(job, work.supervisor.mask(str(error)))
                    return progress
                self._not_reached(output.place.provider, line, work.supervisor.mask(str(error)))
            except FileNotFoundError:
                reason = f"{upload.relative!r} is gone from the outgoing folder"
                self.journal.requeue(job.job_id, reason, is_counted=False, run_s=None)
                return progress
            else:
                self._reached(output.place.provider, line)
                self.journal.sent(job.job_id, upload.position)
                progress, left = True, left - 1
        if not left:
            self.journal.end(job.job_id, JobState.DONE)
            self.folders.forget(job.job_id)
            self._refused_until_s.pop(job.job_id, None)
        return progress or not left

    def _upload(self, work: Work, job: Job, upload: Upload) -> None:
        path = self.folders.outgoing(job.job_id) / upload.relative
        output = work.service.description.outputs[upload.output]
        delivery = Delivery(OutputFile(path, upload.relative, upload.size), output)
        with job_log(self.folders.logs, job.service, job.job_id, job.attempts) as log:
            work.supervisor.deliver(delivery, log)

    def _refused(self, job: Job, reason: str) -> None:
        attempts = self.journal.not_sent(job.job_id, reason)
        if attempts >= self.settings.max_attempts:
            self._refused_until_s.pop(job.job_id, None)
            self.give_up(job, reason)
        else:
            pause_s = self.settings.pause_s(attempts)
            self._refused_until_s[job.job_id] = time.monotonic() + pause_s

    def _not_reached(self, provider: str, line: _Line, reason: str) -> None:
        line.failures += 1
        line.closed_until_s = time.monotonic() + self.settings.pause_s(line.failures)
        if line.failures == 1:
            self.say(f"{provider} is not reached, its outputs are kept on disk: {reason}")

    def _reached(self, provider: str, line: _Line) -> None:
        if line.failures:
            self.say(f"{provider} is reached again")
        line.failures, line.closed_until_s = 0, 0.0
