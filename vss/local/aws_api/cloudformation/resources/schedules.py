"""EventBridge rules and schedules."""

from __future__ import annotations

import json
from typing import Any

from vss.local.aws_api.cloudformation.resource_types import (
    Created,
    Place,
    Properties,
    PutType,
    ResourceType,
    chosen,
    tag_list,
)

Json = Any


class Rule(ResourceType):
    """``AWS::Events::Rule`` on the default bus."""

    name = "AWS::Events::Rule"
    properties = frozenset(
        {"Description", "EventPattern", "Name", "ScheduleExpression", "State", "Tags", "Targets"}
    )
    replacing = frozenset({"Name"})

    def create(self, place: Place, properties: Properties) -> Created:
        """Put the rule with its targets."""
        return self.update(place, properties.get("Name") or place.new_name(64), properties, {})

    def update(
        self, place: Place, physical_id: str, properties: Properties, before: Properties
    ) -> Created:
        """Put it again; remove targets that are gone."""
        events = place.api("events")
        rule = chosen(properties, ("Description", "ScheduleExpression", "State"))
        if "EventPattern" in properties:
            rule["EventPattern"] = json.dumps(properties["EventPattern"])
        tags = {"Tags": tag_list(properties)} if tag_list(properties) else {}
        arn = events.put_rule(Name=physical_id, **rule, **tags)["RuleArn"]
        targets = properties.get("Targets", [])
        kept = {target["Id"] for target in targets}
        gone = [target["Id"] for target in before.get("Targets", []) if target["Id"] not in kept]
        if gone:
            events.remove_targets(Rule=physical_id, Ids=gone)
        if targets:
            events.put_targets(Rule=physical_id, Targets=targets)
        return Created(physical_id, {"Arn": arn})

    def delete(self, place: Place, physical_id: str, properties: Properties) -> None:
        """Remove the targets, then the rule."""
        ids = [target["Id"] for target in properties.get("Targets", [])]
        events = place.api("events")
        if ids:
            events.remove_targets(Rule=physical_id, Ids=ids)
        events.delete_rule(Name=physical_id)


class Schedule(PutType):
    """``AWS::Scheduler::Schedule`` in the default group."""

    name = "AWS::Scheduler::Schedule"
    properties = frozenset(
        {
            "Description",
            "FlexibleTimeWindow",
            "KmsKeyArn",
            "Name",
            "ScheduleExpression",
            "ScheduleExpressionTimezone",
            "State",
            "Target",
        }
    )
    replacing = frozenset({"Name"})

    def create(self, place: Place, properties: Properties) -> Created:
        """Create the schedule."""
        name = properties.get("Name") or place.new_name(64)
        arn = place.api("scheduler").create_schedule(**{**properties, "Name": name})["ScheduleArn"]
        return Created(name, {"Arn": arn})

    def update(
        self, place: Place, physical_id: str, properties: Properties, before: Properties
    ) -> Created:
        """Change all of it."""
        del before
        arn = place.api("scheduler").update_schedule(**{**properties, "Name": physical_id})
        return Created(physical_id, {"Arn": arn["ScheduleArn"]})

    def delete(self, place: Place, physical_id: str, properties: Properties) -> None:
        """Delete the schedule."""
        del properties
        place.api("scheduler").delete_schedule(Name=physical_id)
