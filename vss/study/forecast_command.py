"""``vss cost forecast``: reckon, print, draw."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from stacks.workflow_design import CloudWorkflow
from vss.local.deployment import parse_settings
from vss.study.billing.function_load import function_loads
from vss.study.forecast import Question, forecast
from vss.study.forecast_chart import draw_forecast
from vss.study.forecast_view import as_document, as_view
from vss.study.prices import price_list
from vss.study.stage_template import Json, StageTemplate, synthesise
from vss.study.workload import Workload


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command was called with.

    Attributes:
        target: the picture's path without suffix.
        workflow: an FDL file whose stack is priced, instead of those of the stage.
        defaults: what holds where that file is silent.
    """

    stage: str
    settings: list[str]
    workload: Workload
    free_tier: bool
    as_json: bool
    target: Path
    workflow: Path | None = None
    defaults: Path | None = None


def run_forecast(asked: Asked) -> None:
    """Print the forecast and draw it.

    Raises:
        ConfigurationError: an unknown stage or setting, or a value that is not allowed.
        FdlError: the workflow is not valid, or has what cannot be made in AWS.
        UnpricedResourceError: the template holds what has no price.
    """
    question = Question(
        stage=asked.stage,
        settings=parse_settings(asked.settings),
        workload=asked.workload,
        prices=price_list(),
        free_tier=asked.free_tier,
    )
    design = None if asked.workflow is None else _design(asked.workflow, asked.defaults)
    templates = _Templates(design)
    with Console(stderr=True).status("") as status:
        made = forecast(question, templates, lambda text: status.update(f"pricing: {text}"))
        loads = function_loads(templates(asked.stage, question.settings), asked.workload)
        pictures = draw_forecast(made, asked.target)
    if asked.as_json:
        document = as_document(made, loads) | {"pictures": [str(one) for one in pictures]}
        json.dump(document, sys.stdout, indent=2)
        sys.stdout.write("\n")
    else:
        console = Console()
        console.print(as_view(made, loads))
        console.print(f"Pictures: {', '.join(map(str, pictures))}", style="dim")


def _design(file: Path, defaults: Path | None) -> CloudWorkflow:
    # Only here: a forecast of the stage needs no reader of workflows.
    from vss.continuum.cloud.design import read_design

    return read_design(file, defaults=defaults)


class _Templates:
    """Synthesises what is asked for once."""

    def __init__(self, workflow: CloudWorkflow | None) -> None:
        self._workflow = workflow
        self._made: dict[str, StageTemplate] = {}

    def __call__(self, stage: str, settings: Mapping[str, Json]) -> StageTemplate:
        key = json.dumps([stage, settings], sort_keys=True)
        if key not in self._made:
            self._made[key] = synthesise(stage, settings, self._workflow)
        return self._made[key]
