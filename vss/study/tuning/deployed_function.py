"""A deployed function: a version is published for every power value, invoked, and deleted again.

The tool puts an alias on each version, by which its steps find it; here the versions' numbers are
known, so that no alias is made that could be somebody else's.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from deep_learning.errors import ConfigurationError

from vss.study.interruption import interruptible, uninterrupted
from vss.study.tuning.invoker import Invoker
from vss.study.tuning.payloads import payloads
from vss.study.tuning.power_stats import Invocation
from vss.study.tuning.report_line import read_report
from vss.study.tuning.restoration import (
    Restoration,
    restore,
    wait_until_active,
    wait_until_updated,
)
from vss.study.tuning.tuned_function import PowerValueFailed, TuningError
from vss.study.tuning.tuning_input import TuningInput

if TYPE_CHECKING:
    from types_boto3_lambda import LambdaClient

_MOST_PARALLEL = 100


class DeployedFunction:
    """The versions of a function, one for each power value (of cold starts: for each invocation).

    Args:
        invoker: of Lambda functions.
        wanted: what to measure; ``payload`` holds what is to be sent.
        architecture: of the function.
        versions: of each power value.
    """

    def __init__(
        self,
        invoker: Invoker,
        wanted: TuningInput,
        architecture: str,
        versions: Mapping[int, Sequence[str]],
    ) -> None:
        self._invoker = invoker
        self._wanted = wanted
        self._architecture = architecture
        self._versions = versions
        self._payloads = payloads(wanted.payload, wanted.num)

    @property
    def architecture(self) -> str:
        """``x86_64`` or ``arm64``."""
        return self._architecture

    def invoke(self, power: int, numbers: range) -> list[Invocation]:
        """Invoke the version of a power value; see `TunedFunction`."""
        versions = self._versions[power]
        orders = [(versions[number % len(versions)], self._payloads[number]) for number in numbers]
        if self._wanted.parallel:
            with ThreadPoolExecutor(min(len(orders), _MOST_PARALLEL)) as pool:
                return list(pool.map(lambda order: self._invoke(*order), orders))
        found = []
        for version, payload in orders:
            found.append(self._invoke(version, payload))
            time.sleep(self._wanted.sleep_ms / 1000)
        return found

    def _invoke(self, version: str, payload: bytes) -> Invocation:
        wanted = self._wanted
        if wanted.pre_processor is not None:
            changed = self._invoker.call(wanted.pre_processor, "$LATEST", payload)[0]
            payload = payload if changed in (b"", b"null") else changed
        answer, log = self._invoker.call(str(wanted.function_arn), version, payload)
        if wanted.post_processor is not None:
            self._invoker.call(wanted.post_processor, "$LATEST", answer)
        _refuse_returned_messages(answer)
        report = read_report(log)
        if report is None:
            raise TuningError(
                f"{wanted.function_arn}: the end of its log holds no REPORT. The local AWS runs no "
                "function that is invoked; without lambdaARN ours is tuned on this machine"
            )
        return report


@contextmanager
def deployed(
    control: LambdaClient, invoker: Invoker, wanted: TuningInput, note: Path
) -> Iterator[DeployedFunction]:
    """Publish the versions, and put everything back at the end, however it comes.

    Args:
        control: client of Lambda that tries again by itself.
        invoker: of Lambda functions.
        wanted: what to measure.
        note: file that says what to restore, as long as there is something.

    Raises:
        ConfigurationError: a former run has left something to restore.
        TuningError: the function cannot be read or changed.
    """
    if note.exists():
        raise ConfigurationError(
            f"a tuning was cut off and {note} says what it has left; "
            f"`vss tune --restore {note}` puts it back"
        )
    before, architecture = _read(control, str(wanted.function_arn))
    with interruptible():
        before.write(note)
        try:
            versions = _publish(control, before, wanted)
            yield DeployedFunction(invoker, wanted, architecture, versions)
        finally:
            put_back(control, note)


def keep(note: Path, power: int) -> None:
    """Let the function have ``power`` MB once it is restored."""
    replace(Restoration.read(note), memory_mb=power).write(note)


def put_back(client: LambdaClient, note: Path) -> Restoration:
    """Restore what the file says, then remove it; nothing interrupts that.

    Raises:
        ConfigurationError: the file cannot be read.
        TuningError: it did not work out; the file stays.
    """
    with uninterrupted():
        wanted = Restoration.read(note)
        try:
            restore(client, wanted)
        except TuningError as error:
            raise TuningError(f"{error}; `vss tune --restore {note}` finishes it") from error
        note.unlink()
        return wanted


def point_alias(client: LambdaClient, function: str, alias: str) -> str:
    """Publish the function as it is and let ``alias`` point there; return the version.

    Raises:
        TuningError: it did not work out.
    """
    try:
        version = client.publish_version(FunctionName=function)["Version"]
        wait_until_active(client, function, version)
        try:
            client.update_alias(FunctionName=function, Name=alias, FunctionVersion=version)
        except client.exceptions.ResourceNotFoundException:
            client.create_alias(FunctionName=function, Name=alias, FunctionVersion=version)
    except (ClientError, BotoCoreError) as error:
        raise TuningError(f"alias {alias} of {function} is not set: {error}") from error
    return version


def _read(client: LambdaClient, function: str) -> tuple[Restoration, str]:
    try:
        wait_until_updated(client, function)
        found = client.get_function_configuration(FunctionName=function)
    except (ClientError, BotoCoreError) as error:
        raise TuningError(f"{function} cannot be read: {error}") from error
    before = Restoration.of(function, found["MemorySize"], found.get("Description", ""))
    return before, found.get("Architectures", ["x86_64"])[0]


def _publish(
    client: LambdaClient, before: Restoration, wanted: TuningInput
) -> dict[int, list[str]]:
    """Publish a version for each power value; of cold starts one for each invocation."""
    count = wanted.num if wanted.only_cold else 1
    found: dict[int, list[str]] = {}
    try:
        for power in wanted.power_values:
            names = (f"RAM{power}" + (f"-{i}" if wanted.only_cold else "") for i in range(count))
            found[power] = [_publish_one(client, before, power, name) for name in names]
        for version in (version for versions in found.values() for version in versions):
            wait_until_active(client, before.function, version)
    except (ClientError, BotoCoreError) as error:
        raise TuningError(f"{before.function}: no version can be published: {error}") from error
    return found


def _publish_one(client: LambdaClient, before: Restoration, power: int, name: str) -> str:
    client.update_function_configuration(
        FunctionName=before.function, MemorySize=power, Description=before.mark + name
    )
    wait_until_updated(client, before.function)
    return client.publish_version(FunctionName=before.function)["Version"]


def _refuse_returned_messages(answer: bytes) -> None:
    """A batch that was handed back was not handled: its time says nothing."""
    try:
        document = json.loads(answer)
    except ValueError:
        return
    if isinstance(document, dict) and document.get("batchItemFailures"):
        count = len(document["batchItemFailures"])
        raise PowerValueFailed(f"the function handed {count} messages of the batch back")
