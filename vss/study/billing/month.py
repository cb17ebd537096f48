"""A month of a stage: its template and all that follows from the workload."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from stacks.naming import Naming
from vss.study.billing.function_load import FunctionLoad, function_loads
from vss.study.billing.object_traffic import BucketTraffic, bucket_traffic
from vss.study.billing.workflow_traffic import workflow_traffic
from vss.study.stage_template import StageTemplate
from vss.study.workload import Workload


@dataclass(frozen=True, slots=True)
class Month:
    """What the modules of this package look at.

    Attributes:
        loads: of the functions.
        traffic: of the buckets, by their purpose.
    """

    template: StageTemplate
    workload: Workload
    loads: tuple[FunctionLoad, ...]
    traffic: Mapping[str, BucketTraffic]

    @classmethod
    def of(cls, template: StageTemplate, workload: Workload) -> Self:
        """Reckon the month.

        Raises:
            UnpricedResourceError: the use of a function is not known.
        """
        loads = function_loads(template, workload)
        traffic = (
            bucket_traffic(workload, loads, with_states=_keeps_states(template))
            if template.workflow is None
            else workflow_traffic(template.workflow, workload, Naming(template.stage))
        )
        return cls(template, workload, loads, traffic)


def _keeps_states(template: StageTemplate) -> bool:
    """Tell whether some function may use the states of cameras, as only surveillance does."""
    return any("/state/*" in str(role.properties) for role in template.of_type("AWS::IAM::Role"))
