"""``vss tune``: measure, put everything back, say what is best."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from deep_learning.errors import ConfigurationError
from rich.console import Console
from rich.progress import Progress

from vss.study.tuning.chart import draw_tuning
from vss.study.tuning.deployed_function import deployed, keep, point_alias, put_back
from vss.study.tuning.invoker import Invoker
from vss.study.tuning.local_function import LocalFunction, check_local
from vss.study.tuning.payloads import payloads
from vss.study.tuning.restoration import Restoration
from vss.study.tuning.result import as_document, as_table
from vss.study.tuning.tuned_function import TunedFunction, TuningError
from vss.study.tuning.tuner import Tuning, tune
from vss.study.tuning.tuning_input import TuningInput

if TYPE_CHECKING:
    from types_boto3_lambda import LambdaClient

    from vss.study.subject import Subject

# Lambda's own longest time-out, and a little for the answer to come.
_LONGEST_INVOCATION_S = 915
NOTE = "restore.json"
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Output:
    """Where the results go.

    Attributes:
        folder: for ``result.json``, ``power.png`` and ``power.svg``, and for what is to be
            restored as long as there is something.
        console: for people; the results as JSON go to standard output.
    """

    folder: Path
    console: Console


def tune_deployed(wanted: TuningInput, profile: str | None, output: Output) -> Json:
    """Tune a deployed function; it is left as it was, or at the optimum where that is asked for.

    Raises:
        ConfigurationError: what is asked for is not possible.
        TuningError: the function could not be measured, or not be restored.
    """
    session = boto3.Session(profile_name=profile)
    if wanted.payload_s3 is not None:
        wanted = replace(wanted, payload=_from_s3(session, wanted.payload_s3), payload_s3=None)
    payloads(wanted.payload, wanted.num)  # refuses weights before anything is changed
    function, note = str(wanted.function_arn), output.folder / NOTE
    control = _client(session, function)
    with deployed(control, Invoker(_invoking(session, function)), wanted, note) as tuned:
        tuning = _tune(wanted, tuned, output)
        if wanted.optimize and tuning.optimum is not None:
            keep(note, tuning.optimum.power)
    if wanted.optimize and wanted.optimize_alias and tuning.optimum is not None:
        version = point_alias(control, function, wanted.optimize_alias)
        output.console.print(f"alias {wanted.optimize_alias} points to version {version}")
    return _write(wanted, tuning, output)


def tune_local(wanted: TuningInput, subject: Subject, output: Output) -> Json:
    """Tune our function on this machine.

    Raises:
        ConfigurationError: what is asked for is not possible here.
        TuningError: no power value has a result.
    """
    check_local(wanted)
    if wanted.payload is not None:
        payloads(wanted.payload, wanted.num)
    image = subject.image()
    with subject.laboratory(output.console) as laboratory:
        package = laboratory.deployed_package()
        with closing(LocalFunction(laboratory, package, wanted, image)) as function:
            tuning = _tune(wanted, function, output)
    return _write(wanted, tuning, output)


def restore_from(note: Path, profile: str | None) -> Restoration:
    """Put back what a tuning that was killed has left.

    Raises:
        ConfigurationError: the file is none of ours.
        TuningError: it did not work out.
    """
    function = Restoration.read(note).function
    return put_back(_client(boto3.Session(profile_name=profile), function), note)


def _tune(wanted: TuningInput, function: TunedFunction, output: Output) -> Tuning:
    with Progress(console=output.console, transient=True) as progress:
        total = len(wanted.power_values) * wanted.num
        task = progress.add_task("invocations", total=total)
        return tune(wanted, function, lambda count: progress.advance(task, count))


def _write(wanted: TuningInput, tuning: Tuning, output: Output) -> Json:
    output.folder.mkdir(parents=True, exist_ok=True)
    picture = None
    if tuning.optimum is not None:
        picture = str(draw_tuning(tuning, wanted.strategy, output.folder / "power")[0])
    document = as_document(wanted, tuning, picture)
    path = output.folder / "result.json"
    path.write_text(json.dumps(document, indent=2) + "\n", "utf-8")
    output.console.print(as_table(tuning))
    output.console.print(f"results: {path}", soft_wrap=True)
    return document


def _client(session: boto3.Session, function: str) -> LambdaClient:
    retries = Config(retries={"mode": "standard", "max_attempts": 10}, connect_timeout=5)
    return session.client("lambda", region_name=function.split(":")[3], config=retries)


def _invoking(session: boto3.Session, function: str) -> LambdaClient:
    once = Config(
        retries={"total_max_attempts": 1},
        read_timeout=_LONGEST_INVOCATION_S,
        max_pool_connections=100,
        tcp_keepalive=True,
    )
    return session.client("lambda", region_name=function.split(":")[3], config=once)


def _from_s3(session: boto3.Session, address: str) -> Any:
    bucket, _, key = address.removeprefix("s3://").partition("/")
    try:
        body = session.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    except (ClientError, BotoCoreError) as error:
        raise TuningError(f"payloadS3 {address} cannot be read: {error}") from error
    text = body.decode("utf-8", "replace")
    if not text.strip():
        raise ConfigurationError(f"payloadS3 {address} is empty")
    try:
        return json.loads(text)
    except ValueError:
        return text
