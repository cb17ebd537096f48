"""Erases a person, sweep after sweep, until nothing comes back."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from deep_learning.errors import ConfigurationError

from vss.cloud.deployment import Deployment, DeploymentError
from vss.cloud.enrolment import check_person_id
from vss.cloud.erasure.gallery import GallerySweep
from vss.cloud.erasure.progress import Progress
from vss.cloud.erasure.queues import QueueSweep
from vss.cloud.erasure.removal import Observer, Removal
from vss.cloud.erasure.results import ResultsSweep

_MOST_SWEEPS = 20


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait.

    Attributes:
        settle_s: for what functions still write that began before the last thing was erased: as
            long as an invocation may last.
        poll_s: for a message, whole seconds.
    """

    settle_s: float
    poll_s: int = 1


@dataclass(frozen=True, slots=True)
class Erased:
    """A person who was erased.

    Attributes:
        person_id: whom.
        progress: what was erased; to be forgotten once a receipt of it is kept.
        finished: when nothing was found any more.
    """

    person_id: str
    progress: Progress
    finished: datetime


def erase_person(
    deployment: Deployment,
    person_id: str,
    patience: Patience,
    observer: Observer,
) -> Erased:
    """Erase all that a deployment has of a person; begun anew, it goes on where it was cut off.

    Ends with a sweep that found nothing and began when every invocation of a function had ended
    that may have known the person.

    Args:
        deployment: that the person is erased from.
        person_id: whom.
        patience: how long to wait.
        observer: is told how it goes.

    Raises:
        ConfigurationError: the id is none, or there is nothing of the person and no erasure of
            them was cut off.
        DeploymentError: something refuses, or the person is enrolled again and again meanwhile.
        GalleryError: the index is damaged.
        TransientError: the index could not be changed.
    """
    check_person_id(person_id)
    progress = Progress.find(deployment, person_id)
    steps = _steps(Removal(deployment, person_id, progress, observer), patience)
    last_found = time.monotonic()
    for _ in range(_MOST_SWEEPS):
        began = time.monotonic()
        found = sum(step() for step in steps)
        if progress.begun is None:
            raise ConfigurationError(f"nothing of a person {person_id!r} is in {deployment.name}")
        if found:
            last_found = time.monotonic()
        elif began - last_found >= patience.settle_s:
            return Erased(person_id, progress, datetime.now(UTC))
        wait_s = max(0.0, last_found + patience.settle_s - time.monotonic())
        observer.waiting(wait_s)
        time.sleep(wait_s)
    raise DeploymentError(
        f"after {_MOST_SWEEPS} sweeps there is still something new of the person: somebody enrols "
        "them; see to it that nobody does, and remove them again"
    )


def _steps(removal: Removal, patience: Patience) -> tuple[Callable[[], int], ...]:
    gallery, results = GallerySweep(removal), ResultsSweep(removal)
    queues = QueueSweep(removal, patience.poll_s, max(1, int(patience.settle_s)))
    return (
        gallery.erase_photographs,
        gallery.erase_templates,
        gallery.erase_reports,
        gallery.erase_from_index,
        gallery.erase_old_indexes,
        queues.erase_messages,
        results.erase_names,
        results.erase_alerts,
        results.erase_states,
    )
