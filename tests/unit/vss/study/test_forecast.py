"""The forecast of the stages as they are in cdk.json, and the commands that print it."""

import io
import json
import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from vss.cli import app
from vss.study.bill import Bill, bill_of
from vss.study.billing.coverage import usages
from vss.study.billing.function_load import function_loads
from vss.study.billing.usage import UnpricedResourceError
from vss.study.forecast import Forecast, Question, forecast
from vss.study.forecast_chart import draw_forecast
from vss.study.forecast_view import as_document, as_view
from vss.study.levers import changes
from vss.study.prices import price_list
from vss.study.stage_template import Resource, StageTemplate, synthesise
from vss.study.workload import Workload

D = Decimal
README = Path(__file__).parents[4] / "README.md"
USUAL = Workload()


class Templates:
    """Synthesises each stage with each settings once."""

    def __init__(self) -> None:
        self._made: dict[str, StageTemplate] = {}

    def __call__(self, stage: str, settings: Mapping[str, Any]) -> StageTemplate:
        key = json.dumps([stage, settings], sort_keys=True)
        if key not in self._made:
            self._made[key] = synthesise(stage, settings)
        return self._made[key]


@pytest.fixture(scope="module")
def templates() -> Templates:
    return Templates()


@pytest.fixture(scope="module")
def dev(templates: Templates) -> Forecast:
    return made(templates)


def made(
    templates: Templates, workload: Workload = USUAL, stage: str = "dev", **settings: Any
) -> Forecast:
    question = Question(stage=stage, settings=settings, workload=workload, prices=price_list())
    return forecast(question, templates, lambda step: None)


def bill(templates: Templates, workload: Workload = USUAL, **settings: Any) -> Bill:
    return bill_of(usages(templates("dev", settings), workload), price_list())


def amounts(bill: Bill) -> dict[tuple[str, str], Decimal]:
    return {(line.item, line.price.name): line.amount for line in bill.lines if line.quantity}


def moved(one: Bill, other: Bill) -> set[str]:
    """The prices of the lines that differ."""
    first, second = amounts(one), amounts(other)
    return {key[1] for key in first.keys() | second.keys() if first.get(key) != second.get(key)}


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_all_resources_of_a_stage_have_a_price(templates: Templates, stage: str) -> None:
    template, prices = templates(stage, {}), price_list()
    idle, loaded = (bill_of(usages(template, one), prices) for one in (USUAL.idle, USUAL))
    assert 0 < idle.total < loaded.total


def test_a_resource_without_a_price_stops_the_forecast(templates: Templates) -> None:
    def with_nat(stage: str, settings: Mapping[str, Any]) -> StageTemplate:
        template = templates(stage, settings)
        nat = Resource("vss-dev-network", "Nat", "AWS::EC2::NatGateway", {})
        return StageTemplate(stage, (*template.resources, nat))

    question = Question(stage="dev", settings={}, workload=USUAL, prices=price_list())
    with pytest.raises(UnpricedResourceError, match="NatGateway Nat of stack vss-dev-network"):
        forecast(question, with_nat, lambda step: None)


def test_idle_the_bill_is_what_the_readme_says(dev: Forecast) -> None:
    said = re.search(
        r"\*\*Idle it costs about ([\d.]+) USD a month\*\*[^(]*\(([^)]*)\)", README.read_text()
    )
    assert said is not None
    assert round(dev.idle.total) == D(said[1])
    parts = {
        "keys": "kms.keys",
        "dashboard": "cloudwatch.dashboards",
        "alarms": "cloudwatch.alarms",
        "receives": "sqs.requests",
    }
    for word, name in parts.items():
        amount = re.search(rf"{word} (?:about )?([\d.]+)", said[2])
        assert amount is not None, word
        billed = sum(line.amount for line in dev.idle.lines if line.price.name == name)
        assert D(amount[1]) == round(billed, 2), word
    assert sum(D(number) for number in re.findall(r"\d+\.\d\d", said[2])) == round(
        dev.idle.total, 2
    )


def test_the_bill_is_the_sum_of_quantities_times_prices(dev: Forecast) -> None:
    document = as_document(dev, ())
    lines = document["loaded"]["lines"]
    assert document["loaded"]["total"] == pytest.approx(
        sum(line["quantity"] * line["unit_usd"] for line in lines), rel=1e-6
    )
    assert sum(document["loaded"]["services"].values()) == pytest.approx(
        document["loaded"]["total"], rel=1e-6
    )


@pytest.mark.parametrize(
    ("settings", "prices"),
    [
        ({"frames_retention_days": 14}, {"s3.standard"}),
        ({"log_retention_days": 7}, {"s3.standard", "logs.storage"}),
        ({"memory_mb": 3008}, {"lambda.compute.x86_64"}),
        ({"alarm_email": "guard@example.org"}, {"sns.emails"}),
        (
            {"warm_keeping": "provisioned"},
            {"lambda.provisioned.x86_64", "lambda.provisioned-compute.x86_64"}
            | {"lambda.compute.x86_64"},
        ),
    ],
)
def test_a_setting_moves_its_lines_and_no_other(
    templates: Templates, settings: dict[str, Any], prices: set[str]
) -> None:
    # Warm keeping changes the cold starts too, and what they write and ask for.
    workload = Workload.of(cold_starts=365)
    assert moved(bill(templates, workload), bill(templates, workload, **settings)) == prices


def test_twice_the_period_is_half_of_what_images_cost(templates: Templates) -> None:
    once, twice = (
        amounts(bill(templates, Workload.of(period_s=period, people=0))) for period in (10, 20)
    )
    for line in (
        ("frames/incoming/ PUT", "s3.put"),
        ("surveillance: compute", "lambda.compute.x86_64"),
        ("traces of surveillance", "xray.traces"),
    ):
        assert once[line] == 2 * twice[line]


def test_levers_are_bills_of_the_changed_stage(templates: Templates, dev: Forecast) -> None:
    levers = {lever.change.name: lever for lever in dev.levers}
    retention = levers["frames_retention_days"]
    again = bill(templates, frames_retention_days=1)
    assert retention.total == again.total
    assert retention.saving == dev.loaded.total - again.total
    assert levers["period_s"].total == bill(templates, Workload.of(period_s=20)).total
    traces = [line.amount for line in dev.loaded.lines if line.price.name == "xray.traces"]
    assert levers["tracing"].saving == sum(traces)
    events = [line.amount for line in dev.loaded.lines if line.price.name == "events.opt-in"]
    assert levers["EventBridge"].saving == sum(events)


def test_the_biggest_lever_is_first_and_none_costs(dev: Forecast) -> None:
    savings = [lever.saving for lever in dev.levers]
    assert savings == sorted(savings, reverse=True)
    assert savings[-1] > 0
    names = [lever.change.name for lever in dev.levers]
    assert len(names) == len(set(names))


def test_memory_is_no_lever_where_the_duration_is_given(templates: Templates) -> None:
    tried = {change.name for change in changes(templates("dev", {}), USUAL)}
    given = {change.name for change in changes(templates("dev", {}), Workload.of(duration_ms=100))}
    assert tried - given == {"memory_mb"}


def test_the_same_stage_has_the_same_bill(dev: Forecast) -> None:
    again = bill(Templates())
    assert [(one.item, one.quantity) for one in again.lines] == [
        (one.item, one.quantity) for one in dev.loaded.lines
    ]


def test_the_same_bill_is_the_same_picture(dev: Forecast, tmp_path: Path) -> None:
    first, second = (draw_forecast(dev, tmp_path / name / "bill") for name in ("a", "b"))
    assert [path.suffix for path in first] == [".png", ".svg"]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_the_table_shows_each_line_the_levers_and_what_is_unconfirmed(
    templates: Templates, dev: Forecast
) -> None:
    out = io.StringIO()
    loads = function_loads(templates("dev", {}), USUAL)
    Console(width=200, file=out).print(as_view(dev, loads))
    text = out.getvalue()
    for line in (*dev.idle.lines, *dev.loaded.lines):
        assert not line.quantity or line.item in text
    for lever in dev.levers[:3]:
        assert lever.change.label in text
    assert "price to be confirmed: events.opt-in" in text
    assert "4 cameras, an image every 10 s for 24 h a day" in text
    assert "docs/performance.md" in text


@pytest.fixture
def run(tmp_path: Path) -> Any:
    common = ["cost", "forecast", "--chart", str(tmp_path / "bill")]
    return lambda *arguments: CliRunner().invoke(app, [*common, *arguments])


def test_the_command_prints_json_and_draws(run: Any, dev: Forecast, tmp_path: Path) -> None:
    result = run("--json")
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    assert document["format"] == "vss.forecast/1"
    assert document["idle"]["total"] == pytest.approx(float(dev.idle.total))
    assert document["loaded"]["total"] == pytest.approx(float(dev.loaded.total))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bill.png", "bill.svg"]
    assert all(line["source"] for line in document["loaded"]["lines"])


def test_the_free_tier_leaves_the_keys(templates: Templates) -> None:
    used = usages(templates("dev", {}), USUAL.idle)
    paid = bill_of(used, price_list(), free_tier=True)
    free = {line.price.name for line in paid.lines if line.quantity and not line.usd}
    assert free == {"cloudwatch.alarms", "cloudwatch.dashboards", "sqs.requests"}
    # Of 1,314,000 polls all but a million are paid for.
    assert paid.total == D(len(list(templates("dev", {}).of_type("AWS::KMS::Key")))) + D("0.1256")
    said = re.search(r"about ([\d.]+) within the free tier", README.read_text())
    assert said is not None
    assert round(paid.total) == D(said[1])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--stage", "moon"), "stage is 'moon'; allowed: dev, prod"),
        (("--set", "memory_mb=1"), "setting memory_mb of stage dev is 1; allowed"),
        (("--set", "colour=red"), "setting colour is unknown"),
        (("--set", "memory_mb"), "is not of the form name=value"),
        (("--period", "0"), "period_s is 0.0; allowed: a number from 0.01 up"),
    ],
)
def test_wrong_usage_is_a_line_and_exit_code_2(
    run: Any, arguments: tuple[str, ...], words: str
) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert words in result.stderr
