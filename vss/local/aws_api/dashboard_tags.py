"""Tags of dashboards, which moto's PutDashboard drops."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.cloudwatch.responses import CloudWatchResponse


def _put_dashboard(original: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def put_dashboard(self: Any) -> Any:
        answer = original(self)
        backend = self.cloudwatch_backend
        dashboard = backend.get_dashboard(self._get_param("DashboardName"))
        tags = self._get_param("Tags")
        if dashboard is not None and tags:
            backend.tagger.tag_resource(dashboard.arn, tags)
        return answer

    return put_dashboard


def install() -> None:
    """Keep the tags that PutDashboard is given."""
    response: Any = CloudWatchResponse
    response.put_dashboard = _put_dashboard(response.put_dashboard)
