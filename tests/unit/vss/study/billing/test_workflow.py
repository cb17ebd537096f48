"""The bill of a workflow's stack, as it is synthesised."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from deep_learning.errors import ConfigurationError

from stacks.naming import Naming
from tests.unit.vss.study.billing.stage_templates import THOUSAND, quantities
from tests.workflow_files import CHAIN, chain
from vss.study.billing.coverage import usages
from vss.study.billing.usage import UnpricedResourceError
from vss.study.billing.workflow_load import objects_in
from vss.study.stage_template import Resource, StageTemplate, synthesise

# A thousand images; each invocation takes 100 ms.
WORKLOAD = replace(THOUSAND, duration_ms=Decimal(100), cold_starts=Decimal(0))


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> StageTemplate:
    return synthesise("dev", {}, chain(tmp_path_factory.mktemp("chain")))


def test_the_stack_of_the_workflow_alone_is_priced(template: StageTemplate) -> None:
    assert {resource.stack for resource in template.resources} == {"vss-dev-workflow-chain"}


@pytest.mark.parametrize(
    ("item", "price", "quantity"),
    [
        # copy runs for each image that arrives, masks for each that copy makes.
        ("wf-copy: requests", "lambda.requests", 1000),
        ("wf-copy: compute", "lambda.compute.x86_64", 1000 * 0.1 * 0.5),
        ("wf-masks: compute", "lambda.compute.x86_64", 1000 * 0.1),
        ("wf-videos/images/ PUT", "s3.put", 1000),
        ("wf-videos/copies/ PUT", "s3.put", 1000),
        # The image and its report.
        ("wf-results/masks/ PUT", "s3.put", 2000),
        ("wf-videos GET", "s3.get", 2000),
        ("wf-masks: messages sent", "sqs.requests", 1000),
        ("wf-masks: batches received, deleted", "sqs.requests", 2000),
        ("alarms", "cloudwatch.alarms", 8),
        ("keys", "kms.keys", 1),
    ],
)
def test_it_is_billed_for(template: StageTemplate, item: str, price: str, quantity: float) -> None:
    assert float(quantities(template, WORKLOAD)[item, price]) == pytest.approx(quantity)


def test_an_idle_workflow_is_billed_for_what_is_there(template: StageTemplate) -> None:
    found = quantities(template, WORKLOAD.idle)
    services = {price.partition(".")[0] for _, price in found}
    assert services == {"cloudwatch", "kms", "sqs"}


def test_the_duration_of_a_script_must_be_told(template: StageTemplate) -> None:
    with pytest.raises(ConfigurationError, match=r"how long function copy runs.*--duration-ms"):
        usages(template, THOUSAND)


def test_a_type_without_a_price_is_an_error(template: StageTemplate) -> None:
    job = Resource("vss-dev-workflow-chain", "Job", "AWS::Batch::JobQueue", {})
    with pytest.raises(UnpricedResourceError, match="AWS::Batch::JobQueue Job of stack"):
        usages(replace(template, resources=(*template.resources, job)), WORKLOAD)


def test_objects_are_followed_through_the_workflow_from_all_that_come_from_outside(
    tmp_path: Path,
) -> None:
    # The reports of the mask function start whoever reads its results, too.
    text = CHAIN.replace(
        "  oscar:",
        """  - lambda:
      name: count
      init_script: copy.sh
      input:
      - {storage_provider: s3, path: results/masks}
      - {storage_provider: s3, path: people/in}
      output:
      - {storage_provider: s3, path: counts/out}
  oscar:""",
    )
    found = objects_in(chain(tmp_path, text), Decimal(10), Naming("dev"))
    assert found == {"wf-copy": 10, "wf-masks": 10, "wf-count": 30}
