"""A site for the edge runner in tests: a store of its own, one in the cloud, and services."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from supervisor import object_store

from tests.faulty_s3 import Fault, FaultyS3, faulty_s3
from tests.workflow_storage import ACCESS_KEY, REGION, SECRET_KEY, WorkflowStorage
from vss.continuum.edge.runner import EdgeRunner
from vss.continuum.edge.services import EdgeService, edge_service
from vss.continuum.edge.settings import RunnerSettings
from vss.continuum.fdl.models import OscarService, StorageProviders

VARIABLES = {"PATH": os.environ["PATH"], "EDGE_KEY": ACCESS_KEY, "EDGE_SECRET": SECRET_KEY}
PATIENCE_S = 30.0
# Two frames of each video, below a folder of its name.
SPLIT = """
stem=$(basename "$INPUT_FILE_PATH" .mp4); mkdir "$TMP_OUTPUT_DIR/$stem"
for n in 1 2; do cp "$INPUT_FILE_PATH" "$TMP_OUTPUT_DIR/$stem/img$n.jpg"; done
"""


def states(runner: EdgeRunner) -> dict[str, str]:
    """Return how far each object of the journal is, by its key."""
    return {job.stored.key: job.state.value for job in runner.journal.jobs()}


def services(
    script: str, local: str, cloud: str, names: tuple[str, ...] = ("split",), **fields: Any
) -> tuple[EdgeService, ...]:
    """Return services that read the local store and write to the one in the cloud."""
    providers = StorageProviders.model_validate(
        {
            "minio": {
                name: {
                    "access_key": "env:EDGE_KEY",
                    "secret_key": "env:EDGE_SECRET",
                    "endpoint": endpoint,
                    "region": REGION,
                }
                for name, endpoint in (("default", local), ("cloud", cloud))
            }
        }
    )
    return tuple(
        edge_service(
            OscarService.model_validate(
                {
                    "name": name,
                    "image": "grycap/blurry-faces",
                    "script": "script.sh",
                    "input": [{"storage_provider": "minio", "path": "videos/input"}],
                    "output": [{"storage_provider": "minio.cloud", "path": f"frames/{name}"}],
                    **fields,
                }
            ),
            script,
            providers,
        )
        for name in names
    )


@dataclass
class EdgeSite:
    """A runner and the stores around it.

    Attributes:
        storage: both stores are in it; the way of the runner to them can be spoiled.
        cloud: the way to the one in the cloud.
        state: folder of the runner.
        said: what the runner told its operator.
        free: bytes of the disk that are free, as the runner is told; None: as it is.
    """

    storage: WorkflowStorage
    cloud: FaultyS3
    state: Path
    said: list[str] = field(default_factory=list)
    free: int | None = None

    def __post_init__(self) -> None:
        for bucket in ("videos", "frames"):
            self.storage.bucket(bucket)
        self.storage.keep_versions("frames")

    def runner(
        self,
        script: str,
        names: tuple[str, ...] = ("split",),
        fields: dict[str, Any] | None = None,
        **settings: Any,
    ) -> EdgeRunner:
        found = services(
            script, self.storage.faults.endpoint, self.cloud.endpoint, names, **(fields or {})
        )
        given: dict[str, Any] = {
            "state": self.state,
            "poll_interval_s": 0.05,
            "first_pause_s": 0.02,
            "most_pause_s": 0.2,
            "reserve_bytes": 1 << 20,
            **settings,
        }
        measure: dict[str, Any] = {}
        if self.free is not None:
            measure["measure"] = lambda _: self.free
        return EdgeRunner(found, RunnerSettings(**given), VARIABLES, self.said.append, **measure)

    def run_until_idle(self, script: str, **options: Any) -> EdgeRunner:
        """Run until nothing is left to do; the journal stays readable."""
        runner = self.runner(script, **options)
        watchdog = threading.Timer(PATIENCE_S, runner.stop)
        watchdog.start()
        runner.run(until_idle=True)
        watchdog.cancel()
        return runner

    @contextmanager
    def running(self, script: str, **options: Any) -> Iterator[EdgeRunner]:
        """Let a runner work in the background."""
        runner = self.runner(script, **options)
        thread = threading.Thread(target=runner.run)
        thread.start()
        try:
            yield runner
        finally:
            runner.stop()
            thread.join()
            runner.close()

    def wait_for_looks(self, number: int = 2) -> None:
        """Wait until the runner has looked at its input so often from now on.

        Between two looks it settles what has ended and begins what it may.
        """
        seen = self._looks()
        wait_until(lambda: self._looks() >= seen + number)

    def _looks(self) -> int:
        requests = self.storage.faults.requests
        return sum(method == "GET" and path == "/videos" for method, path, _ in requests)

    def put(self, name: str, content: bytes = b"content") -> None:
        self.storage.put("videos", f"input/{name}", content)

    def frames(self) -> dict[str, bytes]:
        return self.storage.objects("frames")

    def writes(self) -> dict[str, int]:
        """Return how often each output was written."""
        return {key: self.storage.versions("frames", key) for key in self.frames()}


@contextmanager
def edge_site(storage: WorkflowStorage, state: Path) -> Iterator[EdgeSite]:
    """Give a site; what a store fails to do is tried again at once."""
    with pytest.MonkeyPatch.context() as patch, faulty_s3(storage.upstream) as cloud:
        patch.setattr(object_store, "_PAUSE_S", 0.001)
        yield EdgeSite(storage, cloud, state)


def cut_off(way: FaultyS3) -> None:
    """Let a store be out of reach until `FaultyS3.heal`."""
    for method in ("GET", "PUT", "HEAD"):
        way.spoil(Fault("drop", method, "/", times=1_000_000))


def wait_until(condition: Callable[[], object], patience_s: float = PATIENCE_S) -> None:
    until_s = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < until_s, "it did not come about"
        time.sleep(0.01)
