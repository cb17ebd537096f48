"""The bill of a stage before it is deployed: idle, loaded, and what would change it most."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from vss.study.bill import Bill, bill_of
from vss.study.billing.coverage import usages
from vss.study.levers import Change, changes
from vss.study.prices import PriceList
from vss.study.stage_template import Json, StageTemplate
from vss.study.workload import Workload

BIGGEST = 3


@dataclass(frozen=True, slots=True)
class Lever:
    """A change and the bill of the loaded month with it.

    Attributes:
        change: what would be different.
        total: USD a month.
        saving: USD a month less than without it.
    """

    change: Change
    total: Decimal
    saving: Decimal


@dataclass(frozen=True, slots=True)
class Forecast:
    """Bills of one stage for one workload.

    Attributes:
        settings: over those of cdk.json.
        workflow: that is priced, instead of the stage's own stacks.
        levers: that save something, the biggest saving first.
    """

    stage: str
    settings: Mapping[str, Json]
    workload: Workload
    prices: PriceList
    free_tier: bool
    idle: Bill
    loaded: Bill
    levers: tuple[Lever, ...]
    workflow: str | None = None

    @property
    def subject(self) -> str:
        """What is priced, at the beginning of a title."""
        if self.workflow is None:
            return f"Stage {self.stage}"
        return f"Workflow {self.workflow} beside stage {self.stage}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a forecast is asked for; attributes as those of `Forecast`."""

    stage: str
    settings: Mapping[str, Json]
    workload: Workload
    prices: PriceList
    free_tier: bool = False


Synthesise = Callable[[str, Mapping[str, Json]], StageTemplate]
Step = Callable[[str], None]


def forecast(question: Question, synthesise: Synthesise, step: Step) -> Forecast:
    """Make the bills and try the levers, each by pricing the whole stage again.

    Args:
        question: what is asked for.
        synthesise: gives the template of a stage with settings over its own.
        step: told what begins.

    Raises:
        ConfigurationError: an unknown stage or setting, or a value that is not allowed.
        UnpricedResourceError: the template holds what has no price.
    """
    step(f"templates of stage {question.stage}")
    template = synthesise(question.stage, question.settings)
    loaded = _bill(question, template, question.workload)
    levers = []
    for change in changes(template, question.workload):
        step(change.label)
        settings = {**question.settings, **change.settings}
        changed = synthesise(question.stage, settings) if change.settings else template
        total = _bill(question, change.apply(changed), change.workload or question.workload).total
        levers.append(Lever(change, total, loaded.total - total))
    saving = [lever for lever in levers if lever.saving > 0]
    return Forecast(
        question.stage,
        question.settings,
        question.workload,
        question.prices,
        question.free_tier,
        _bill(question, template, question.workload.idle),
        loaded,
        tuple(sorted(_best_of_each(saving), key=lambda lever: -lever.saving)),
        None if template.workflow is None else template.workflow.name,
    )


def _bill(question: Question, template: StageTemplate, workload: Workload) -> Bill:
    return bill_of(usages(template, workload), question.prices, free_tier=question.free_tier)


def _best_of_each(levers: list[Lever]) -> list[Lever]:
    """Keep of several values of one setting the one that saves most."""
    best: dict[str, Lever] = {}
    for lever in levers:
        name = lever.change.name
        if name not in best or lever.saving > best[name].saving:
            best[name] = lever
    return list(best.values())
