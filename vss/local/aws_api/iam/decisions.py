"""The latest decisions, kept for whoever wants to know why something was refused."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

from vss.local.aws_api.iam.evaluation import Access, Decision

KEPT = 2000


@dataclass(frozen=True, slots=True)
class Recorded:
    """One decision.

    Attributes:
        time: seconds since the epoch.
    """

    time: float
    principal: str
    action: str
    resource: str
    allowed: bool
    why: str


class DecisionLog:
    """The latest :data:`KEPT` decisions."""

    def __init__(self) -> None:
        self._kept: deque[Recorded] = deque(maxlen=KEPT)

    def add(self, access: Access, decision: Decision) -> None:
        """Keep one decision."""
        principal = access.caller.arn or access.caller.service or "anonymous"
        self._kept.append(
            Recorded(
                time.time(),
                principal,
                access.action,
                access.resource,
                decision.allowed,
                decision.why,
            )
        )

    def latest(self, limit: int) -> list[dict[str, Any]]:
        """Return the latest ``limit`` decisions, the newest last."""
        return [asdict(one) for one in list(self._kept)[-limit:]] if limit > 0 else []
