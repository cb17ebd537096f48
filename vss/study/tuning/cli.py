"""The command ``vss tune``.

Exit codes: 0 done, 1 it did not work out, 2 wrong usage, 130 interrupted. Whatever happens, the
function's configuration is put back; after a SIGKILL ``--restore`` does it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from vss.exit_codes import exit_codes
from vss.paths import DEFAULT_MODEL_SET, MANIFEST, REPOSITORY

app = typer.Typer()
FOLDER = REPOSITORY / "build" / "tune"


@app.command()
def tune(
    source: Annotated[
        Path | None,
        typer.Argument(metavar="[INPUT]", help="JSON file with the fields; a flag beats it."),
    ] = None,
    lambda_arn: Annotated[
        str | None,
        typer.Option(
            "--lambdaARN", help="The deployed function; without it ours, on this machine."
        ),
    ] = None,
    power_values: Annotated[
        str | None, typer.Option("--powerValues", help="MB, as 512,1024,1536; or ALL.")
    ] = None,
    num: Annotated[int | None, typer.Option("--num", help="Invocations each, 5 or more.")] = None,
    payload: Annotated[
        str | None, typer.Option("--payload", help="JSON or text; here by default a frame's event.")
    ] = None,
    payload_s3: Annotated[str | None, typer.Option("--payloadS3", help="s3://bucket/key")] = None,
    parallel: Annotated[bool | None, typer.Option("--parallelInvocation")] = None,
    strategy: Annotated[
        str | None, typer.Option("--strategy", help="cost (default), speed or balanced.")
    ] = None,
    balanced_weight: Annotated[
        float | None, typer.Option("--balancedWeight", help="Of the cost, 0 to 1.")
    ] = None,
    discard: Annotated[
        float | None,
        typer.Option("--discardTopBottom", help="Share left out at each end, 0 to 0.4."),
    ] = None,
    only_cold: Annotated[bool | None, typer.Option("--onlyColdStarts")] = None,
    optimize: Annotated[
        bool | None, typer.Option("--autoOptimize", help="Leave the function at the optimum.")
    ] = None,
    optimize_alias: Annotated[
        str | None, typer.Option("--autoOptimizeAlias", help="Let this alias point to it.")
    ] = None,
    include_stats: Annotated[bool | None, typer.Option("--includeOutputResults")] = None,
    dry_run: Annotated[
        bool | None, typer.Option("--dryRun", help="One invocation each, no optimum.")
    ] = None,
    sleep_ms: Annotated[int | None, typer.Option("--sleepBetweenRunsMs")] = None,
    restore: Annotated[
        Path | None,
        typer.Option(help="Put back what a tuning that was killed has left: its restore.json."),
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for results and picture.")] = FOLDER,
    profile: Annotated[str | None, typer.Option(help="A profile of the AWS configuration.")] = None,
    manifest: Annotated[Path, typer.Option(help="On this machine: the networks.")] = MANIFEST,
    model_set: Annotated[str, typer.Option(help="On this machine: their set.")] = DEFAULT_MODEL_SET,
    image: Annotated[
        Path | None, typer.Option(help="On this machine: a JPEG instead of a rendered frame.")
    ] = None,
) -> None:
    """Find the memory size that makes a function cheapest or fastest, by measurement.

    The fields are those of AWS Lambda Power Tuning. Against a deployed function a version is
    published for each power value and deleted again.
    """
    from rich.console import Console

    from vss.study.subject import Subject
    from vss.study.tuning.command import Output, restore_from, tune_deployed, tune_local
    from vss.study.tuning.tuning_input import TuningInput, read_fields

    flags = {
        "lambdaARN": lambda_arn,
        "powerValues": _power_values(power_values),
        "num": num,
        "payload": _json_or_text(payload),
        "payloadS3": payload_s3,
        "parallelInvocation": parallel,
        "strategy": strategy,
        "balancedWeight": balanced_weight,
        "discardTopBottom": discard,
        "onlyColdStarts": only_cold,
        "autoOptimize": optimize,
        "autoOptimizeAlias": optimize_alias,
        "includeOutputResults": include_stats,
        "dryRun": dry_run,
        "sleepBetweenRunsMs": sleep_ms,
    }
    with exit_codes():
        if restore is not None:
            restored = restore_from(restore, profile)
            typer.echo(f"{restored.function} has {restored.memory_mb} MB again")
            return
        given = {name: value for name, value in flags.items() if value is not None}
        fields = {**(read_fields(source) if source is not None else {}), **given}
        wanted = TuningInput.of(fields)
        output = Output(out, Console(stderr=True))
        if wanted.function_arn is not None:
            document = tune_deployed(wanted, profile, output)
        else:
            document = tune_local(wanted, Subject(manifest, model_set, image), output)
        typer.echo(json.dumps(document, indent=2))


def _power_values(text: str | None) -> Any:
    if text is None or text == "ALL":
        return text
    # What is no number is refused with the rest, by name.
    return [int(item) if item.strip().isdigit() else item for item in text.split(",")]


def _json_or_text(text: str | None) -> Any:
    if text is None:
        return None
    try:
        return json.loads(text)
    except ValueError:
        return text
