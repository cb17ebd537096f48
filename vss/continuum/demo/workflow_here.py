"""The reference workflow on this machine: the stores of both halves, and what lies in them."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from business_logic.record import Json
from deep_learning.errors import SurveillanceError
from supervisor.description import StoragePlace

from vss.continuum.cloud.deployment import WorkflowStack, buckets, stack_outputs
from vss.continuum.demo.edge_store import EdgeStore
from vss.continuum.edge.job_logs import log_path
from vss.continuum.edge.journal import Job, JobState, Journal
from vss.continuum.edge.services import EdgeService
from vss.continuum.edge.settings import RunnerSettings
from vss.continuum.fdl.loading import load
from vss.continuum.on_this_machine import run_edge, services_here
from vss.local.deployment import Running
from vss.paths import REPOSITORY

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

FILE = REPOSITORY / "workflows" / "mask_wearing" / "mask_wearing.yaml"
_LIMIT_S, _POLL_S = 120.0, 0.2


class PassageError(SurveillanceError):
    """A video did not get through."""


@dataclass(frozen=True, slots=True)
class Networks:
    """Which networks both halves load.

    Attributes:
        model_set: name of the set.
        manifest: of the networks.
    """

    model_set: str
    manifest: Path


@dataclass(frozen=True, slots=True)
class WorkflowHere:
    """The workflow, deployed.

    Attributes:
        edge: its service.
        store: of the edge.
        cloud: client for the local AWS.
        intermediate: where the anonymised images lie in the cloud.
        result: where what the mask function writes lies.
    """

    edge: EdgeService
    store: EdgeStore
    cloud: S3Client
    intermediate: StoragePlace
    result: StoragePlace

    @classmethod
    def of(cls, running: Running, store: EdgeStore, networks: Networks) -> WorkflowHere:
        """Join the stack that is deployed with the edge.

        Raises:
            DeploymentError: the stack is not deployed.
            ConfigurationError: this machine cannot run the service.
        """
        deployment = running.deployment
        stack = WorkflowStack.read(FILE, deployment.stage)
        names = buckets(stack_outputs(stack, deployment.session, deployment.endpoint))
        (edge,) = services_here(load(FILE), names, running.state)
        (function,) = stack.design.functions
        (read,), (written,) = function.inputs, function.outputs
        intermediate, result = (
            StoragePlace.parse("s3", f"{names[folder.bucket]}/{folder.prefix}")
            for folder in (read, written.folder)
        )
        edge = _with_networks(store.serving(edge), networks)
        return cls(edge, store, deployment.s3, intermediate, result)

    def put(self, video: Path) -> str:
        """Put a video into the edge's store; return its key."""
        (place,) = self.edge.description.inputs
        key = place.key(video.name)
        self.store.client.upload_file(str(video), place.bucket, key)
        return key

    def run_edge(self, key: str, state: Path, say: Callable[[str], None]) -> Job:
        """Let the edge runner do all there is to do; return what became of an object.

        Raises:
            PassageError: it was given up.
        """
        settings = RunnerSettings(state, poll_interval_s=_POLL_S)
        variables = {**os.environ, **self.store.variables, "VSS_PYTHON": sys.executable}
        run_edge((self.edge,), settings, variables, True, say)
        journal = Journal(state / "journal.sqlite")
        try:
            job = next(job for job in journal.jobs() if job.stored.key == key)
        finally:
            journal.close()
        if job.state is not JobState.DONE:
            log = log_path(state / "logs", job.service, job.job_id)
            raise PassageError(f"{key} is {job.state} at the edge: {job.reason}; see {log}")
        return job

    def edge_report(self, stem: str) -> Json:
        """Return the report of the edge on a video, ``vss.anonymised/1``."""
        outputs = (output.place for output in self.edge.description.outputs)
        place = next(place for place in outputs if place.kind == "minio")
        content = read_object(self.store.client, place.bucket, place.key(f"{stem}/report.json"))
        report: Json = json.loads(content)
        return report

    def await_reports(
        self, stem: str, numbers: Collection[int], arrived: Callable[[], object]
    ) -> Mapping[int, Json]:
        """Wait for what the mask function says of images; ``arrived`` is told of each.

        Raises:
            PassageError: some have not come in time.
        """
        bucket = self.result.bucket
        missing = {self.result.key(f"{stem}/img{number}.json"): number for number in numbers}
        found: dict[int, Json] = {}
        deadline = time.monotonic() + _LIMIT_S
        while missing:
            for key in _keys(self.cloud, bucket, self.result.key(f"{stem}/")) & missing.keys():
                found[missing.pop(key)] = json.loads(read_object(self.cloud, bucket, key))
                arrived()
            if missing and time.monotonic() > deadline:
                raise PassageError(f"nothing has come of {', '.join(sorted(missing))}")
            time.sleep(_POLL_S if missing else 0)
        return found

    def anonymised(self, stem: str, number: int) -> bytes:
        """Return an image as it lies in the cloud, a JPEG file."""
        place = self.intermediate
        return read_object(self.cloud, place.bucket, place.key(f"{stem}/img{number}.jpg"))

    def drawn(self, report: Json) -> bytes | None:
        """Return the image of a report with boxes, a JPEG file; None where it was rejected."""
        if report["image"] is None:
            return None
        return read_object(self.cloud, self.result.bucket, report["image"])


def _with_networks(edge: EdgeService, networks: Networks) -> EdgeService:
    variables = {
        **edge.description.variables,
        "VSS_MODEL_SET": networks.model_set,
        "VSS_MANIFEST": str(networks.manifest.resolve()),
    }
    return replace(edge, description=replace(edge.description, variables=variables))


def _keys(client: S3Client, bucket: str, prefix: str) -> set[str]:
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return {item["Key"] for page in pages for item in page.get("Contents", [])}


def read_object(client: S3Client, bucket: str, key: str) -> bytes:
    """Return the content of an object."""
    with client.get_object(Bucket=bucket, Key=key)["Body"] as body:
        return body.read()
