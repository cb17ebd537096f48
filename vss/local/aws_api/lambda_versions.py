"""Versions of functions with numbers that are never used again, and provisioned concurrency."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from moto.awslambda.exceptions import LambdaClientError
from moto.awslambda.models import LambdaStorage
from moto.awslambda.responses import LambdaResponse
from moto.awslambda.urls import url_paths

Json = dict[str, Any]
_PATH = (
    r"{0}/(?P<api_version>[^/]+)/functions/(?P<function_name>[\w_:%-]+)/provisioned-concurrency/?$"
)
_NOT_FOUND = "ProvisionedConcurrencyConfigNotFoundException"


def _publish_version(self: Any, name_or_arn: str, description: str = "") -> Any:
    """Publish as moto does, but count on from the highest number ever given."""
    latest = self.get_function_by_name_or_arn_forbid_qualifier(name_or_arn)
    versions = self._functions[latest.function_name]["versions"]
    if versions and not latest.code_or_config_updated:
        return versions[-1]
    latest.code_or_config_updated = False
    number = getattr(latest, "last_version", 0) + 1
    latest.last_version = number
    published = copy.copy(latest)
    published.set_version(number)
    published.description = description or published.description
    versions.append(published)
    self._arns[published.function_arn] = published
    return published


def _list_versions(original: Callable[[Any, str], Any]) -> Callable[[Any, str], Any]:
    def list_versions_by_function(self: Any, name: str) -> Any:
        # moto knows names alone here and finds nothing by an ARN.
        return original(self, unquote(name).rpartition(":function:")[2])

    return list_versions_by_function


def _configurations(response: Any) -> dict[tuple[str, str], int]:
    kept: dict[tuple[str, str], int] = response.backend.__dict__.setdefault("provisioned", {})
    return kept


def _place(response: Any) -> tuple[str, str]:
    name = response._get_param("FunctionName").rpartition(":function:")[2].partition(":")[0]
    return name, response._get_param("Qualifier")


def _told(count: int) -> str:
    return json.dumps(
        {
            "RequestedProvisionedConcurrentExecutions": count,
            "AvailableProvisionedConcurrentExecutions": count,
            "AllocatedProvisionedConcurrentExecutions": count,
            "Status": "READY",
        }
    )


def _put(self: Any) -> tuple[int, Json, str]:
    place = _place(self)
    self.backend.get_function(*place)  # refuses one that does not exist
    count = int(self._get_param("ProvisionedConcurrentExecutions"))
    _configurations(self)[place] = count
    return 202, {"status": 202}, _told(count)


def _get(self: Any) -> tuple[int, Json, str]:
    place = _place(self)
    count = _configurations(self).get(place)
    if count is None:
        raise LambdaClientError(_NOT_FOUND, f"No provisioned concurrency for {':'.join(place)}")
    return 200, {"status": 200}, _told(count)


def _delete(self: Any) -> tuple[int, Json, str]:
    _configurations(self).pop(_place(self), None)
    return 204, {"status": 204}, ""


def install() -> None:
    """Change moto's Lambda."""
    storage: Any = LambdaStorage
    storage.publish_version = _publish_version
    storage.list_versions_by_function = _list_versions(storage.list_versions_by_function)
    response: Any = LambdaResponse
    response.put_provisioned_concurrency_config = _put
    response.get_provisioned_concurrency_config = _get
    response.delete_provisioned_concurrency_config = _delete
    url_paths[_PATH] = LambdaResponse.dispatch
