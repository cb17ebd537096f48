"""One removal, as its steps see it: whom, from where, and what is noted of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from vss.cloud.deployment import Deployment
from vss.cloud.erasure.kinds import Kind
from vss.cloud.erasure.progress import Progress
from vss.cloud.object_versions import ObjectVersion, delete_versions


def _nobody_asks(*_: object) -> None:
    """Take what is told, do nothing."""


@dataclass(frozen=True, slots=True)
class Observer:
    """Who is told how an erasure goes.

    Attributes:
        told: of each kind, how much of it is erased now.
        looked: how many records were looked through, in this run.
        waiting: how many seconds are waited before the next sweep.
    """

    told: Callable[[Kind, int], None] = _nobody_asks
    looked: Callable[[int], None] = _nobody_asks
    waiting: Callable[[float], None] = _nobody_asks


@dataclass(frozen=True, slots=True)
class Removal:
    """The removal of a person.

    Attributes:
        deployment: that the person is removed from.
        person_id: whom.
        progress: what has been erased so far.
        observer: is told how it goes.
    """

    deployment: Deployment
    person_id: str
    progress: Progress
    observer: Observer

    def note(self, kind: Kind, things: Iterable[tuple[str, str]]) -> None:
        """Note what is about to be erased, each by its name and version."""
        self.progress.note(kind, things)
        self.observer.told(kind, self.progress.counts()[kind].versions)

    def delete(self, kind: Kind, bucket: str, versions: list[ObjectVersion]) -> int:
        """Delete versions of objects, up to 1,000, for good; return how many."""
        if versions:
            self.note(kind, [(version.key, version.version_id) for version in versions])
            delete_versions(self.deployment, bucket, versions)
        return len(versions)
