"""CloudWatch alarms and dashboards, log groups and metric filters."""

from __future__ import annotations

from typing import Any

from vss.local.aws_api.cloudformation.resource_types import (
    Created,
    Place,
    Properties,
    PutType,
    ResourceType,
    boolean,
    tag_list,
    tag_map,
)

Json = Any
_WHOLE = ("EvaluationPeriods", "DatapointsToAlarm", "Period")


class Alarm(PutType):
    """``AWS::CloudWatch::Alarm``."""

    name = "AWS::CloudWatch::Alarm"
    properties = frozenset(
        {
            "ActionsEnabled",
            "AlarmActions",
            "AlarmDescription",
            "AlarmName",
            "ComparisonOperator",
            "DatapointsToAlarm",
            "Dimensions",
            "EvaluateLowSampleCountPercentile",
            "EvaluationPeriods",
            "ExtendedStatistic",
            "InsufficientDataActions",
            "MetricName",
            "Metrics",
            "Namespace",
            "OKActions",
            "Period",
            "Statistic",
            "Tags",
            "Threshold",
            "TreatMissingData",
            "Unit",
        }
    )
    replacing = frozenset({"AlarmName"})

    def create(self, place: Place, properties: Properties) -> Created:
        """Put the alarm under its name, or a fresh one."""
        return self._put(place, properties.get("AlarmName") or place.new_name(255), properties)

    def update(
        self, place: Place, physical_id: str, properties: Properties, before: Properties
    ) -> Created:
        """Put it again under the same name."""
        del before
        return self._put(place, physical_id, properties)

    @staticmethod
    def _put(place: Place, name: str, properties: Properties) -> Created:
        alarm: dict[str, Json] = {**properties, "AlarmName": name, "Tags": tag_list(properties)}
        for whole in _WHOLE:
            if whole in alarm:
                alarm[whole] = int(alarm[whole])
        if "Threshold" in alarm:
            alarm["Threshold"] = float(alarm["Threshold"])
        if "ActionsEnabled" in alarm:
            alarm["ActionsEnabled"] = boolean(alarm["ActionsEnabled"])
        place.api("cloudwatch").put_metric_alarm(**alarm)
        return Created(name, {"Arn": place.arn("cloudwatch", f"alarm:{name}")})

    def delete(self, place: Place, physical_id: str, properties: Properties) -> None:
        """Delete the alarm."""
        del properties
        place.api("cloudwatch").delete_alarms(AlarmNames=[physical_id])


class Dashboard(PutType):
    """``AWS::CloudWatch::Dashboard``."""

    name = "AWS::CloudWatch::Dashboard"
    properties = frozenset({"DashboardBody", "DashboardName", "Tags"})
    replacing = frozenset({"DashboardName"})

    def create(self, place: Place, properties: Properties) -> Created:
        """Put the dashboard."""
        name = properties.get("DashboardName") or place.new_name(255)
        return self.update(place, name, properties, {})

    def update(
        self, place: Place, physical_id: str, properties: Properties, before: Properties
    ) -> Created:
        """Put it again."""
        del before
        place.api("cloudwatch").put_dashboard(
            DashboardName=physical_id,
            DashboardBody=properties["DashboardBody"],
            Tags=tag_list(properties),
        )
        return Created(physical_id)

    def delete(self, place: Place, physical_id: str, properties: Properties) -> None:
        """Delete the dashboard."""
        del properties
        place.api("cloudwatch").delete_dashboards(DashboardNames=[physical_id])


class LogGroup(ResourceType):
    """``AWS::Logs::LogGroup``."""

    name = "AWS::Logs::LogGroup"
    properties = frozenset({"KmsKeyId", "LogGroupName", "RetentionInDays", "Tags"})
    replacing = frozenset({"LogGroupName"})

    def create(self, place: Place, properties: Properties) -> Created:
        """Create the group."""
        name = properties.get("LogGroupName") or place.new_name(512)
        key = {"kmsKeyId": properties["KmsKeyId"]} if "KmsKeyId" in properties else {}
        tags = {"tags": tag_map(properties)} if tag_map(properties) else {}
        place.api("logs").create_log_group(logGroupName=name, **key, **tags)
        place.made.append(name)
        return self._configured(place, name, properties)

    def update(
        self, place: Place, physical_id: str, properties: Properties, before: Properties
    ) -> Created:
        """Change key, retention and tags."""
        logs = place.api("logs")
        if "KmsKeyId" in properties:
            logs.associate_kms_key(logGroupName=physical_id, kmsKeyId=properties["KmsKeyId"])
        elif "KmsKeyId" in before:
            logs.disassociate_kms_key(logGroupName=physical_id)
        if tag_map(properties):
            arn = place.arn("logs", f"log-group:{physical_id}")
            logs.tag_resource(resourceArn=arn, tags=tag_map(properties))
        return self._configured(place, physical_id, properties)

    @staticmethod
    def _configured(place: Place, name: str, properties: Properties) -> Created:
        logs = place.api("logs")
        if "RetentionInDays" in properties:
            days = int(properties["RetentionInDays"])
            logs.put_retention_policy(logGroupName=name, retentionInDays=days)
        else:
            logs.delete_retention_policy(logGroupName=name)
        return Created(name, {"Arn": place.arn("logs", f"log-group:{name}:*")})

    def delete(self, place: Place, physical_id: str, properties: Properties) -> None:
        """Delete the group."""
        del properties
        place.api("logs").delete_log_group(logGroupName=physical_id)


class MetricFilter(PutType):
    """``AWS::Logs::MetricFilter``."""

    name = "AWS::Logs::MetricFilter"
    properties = frozenset({"FilterName", "FilterPattern", "LogGroupName", "MetricTransformations"})
    replacing = frozenset({"FilterName", "LogGroupName"})

    def create(self, place: Place, properties: Properties) -> Created:
        """Put the filter."""
        return self.update(
            place, properties.get("FilterName") or place.new_name(512), properties, {}
        )

    def update(
        self, place: Place, physical_id: str, properties: Properties, before: Properties
    ) -> Created:
        """Put it again."""
        del before
        transformations = [
            {_first_lower(name): value for name, value in one.items()}
            for one in properties["MetricTransformations"]
        ]
        place.api("logs").put_metric_filter(
            logGroupName=properties["LogGroupName"],
            filterName=physical_id,
            filterPattern=properties["FilterPattern"],
            metricTransformations=transformations,
        )
        return Created(physical_id)

    def delete(self, place: Place, physical_id: str, properties: Properties) -> None:
        """Delete the filter."""
        place.api("logs").delete_metric_filter(
            logGroupName=properties["LogGroupName"], filterName=physical_id
        )


def _first_lower(name: str) -> str:
    return name[:1].lower() + name[1:]
