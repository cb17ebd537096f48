"""SNS topics, their policies and subscriptions."""

from __future__ import annotations

import json

from vss.local.aws_api.cloudformation.resource_types import (
    Created,
    Place,
    Properties,
    PutType,
    ResourceType,
    tag_list,
)


class Topic(ResourceType):
    """``AWS::SNS::Topic``."""

    name = "AWS::SNS::Topic"
    properties = frozenset({"TopicName", "DisplayName", "KmsMasterKeyId", "Tags"})
    replacing = frozenset({"TopicName"})

    def create(self, place: Place, properties: Properties) -> Created:
        """Create the topic."""
        name = properties.get("TopicName") or place.new_name(256)
        arn = place.api("sns").create_topic(
            Name=name, Attributes=_attributes(properties), Tags=tag_list(properties)
        )["TopicArn"]
        return Created(arn, {"TopicArn": arn, "TopicName": name})

    def update(
        self, place: Place, physical_id: str, properties: Properties, before: Properties
    ) -> Created:
        """Change display name, key and tags."""
        gone = dict.fromkeys(_attributes(before), "")
        sns = place.api("sns")
        for name, value in {**gone, **_attributes(properties)}.items():
            sns.set_topic_attributes(TopicArn=physical_id, AttributeName=name, AttributeValue=value)
        if tag_list(properties):
            sns.tag_resource(ResourceArn=physical_id, Tags=tag_list(properties))
        name = physical_id.rpartition(":")[2]
        return Created(physical_id, {"TopicArn": physical_id, "TopicName": name})

    def delete(self, place: Place, physical_id: str, properties: Properties) -> None:
        """Delete the topic."""
        del properties
        place.api("sns").delete_topic(TopicArn=physical_id)


def _attributes(properties: Properties) -> dict[str, str]:
    names = ("DisplayName", "KmsMasterKeyId")
    return {name: str(properties[name]) for name in names if name in properties}


class TopicPolicy(PutType):
    """``AWS::SNS::TopicPolicy``."""

    name = "AWS::SNS::TopicPolicy"
    properties = frozenset({"Topics", "PolicyDocument"})
    replacing = frozenset({"Topics"})

    def create(self, place: Place, properties: Properties) -> Created:
        """Put the policy on its topics."""
        for arn in properties["Topics"]:
            place.api("sns").set_topic_attributes(
                TopicArn=arn,
                AttributeName="Policy",
                AttributeValue=json.dumps(properties["PolicyDocument"]),
            )
        return Created(f"{place.stack}-{place.logical_id}", {"Id": place.logical_id})

    def delete(self, place: Place, physical_id: str, properties: Properties) -> None:
        """Put back the policy a topic is born with."""
        del physical_id
        for arn in properties["Topics"]:
            owner_only = {
                "Version": "2008-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"AWS": f"arn:aws:iam::{place.account}:root"},
                        "Action": "sns:*",
                        "Resource": arn,
                    }
                ],
            }
            place.api("sns").set_topic_attributes(
                TopicArn=arn, AttributeName="Policy", AttributeValue=json.dumps(owner_only)
            )


class Subscription(ResourceType):
    """``AWS::SNS::Subscription``."""

    name = "AWS::SNS::Subscription"
    properties = frozenset({"Protocol", "Endpoint", "TopicArn", "RawMessageDelivery"})
    replacing = frozenset({"Protocol", "Endpoint", "TopicArn"})

    def create(self, place: Place, properties: Properties) -> Created:
        """Subscribe."""
        arn = place.api("sns").subscribe(
            TopicArn=properties["TopicArn"],
            Protocol=properties["Protocol"],
            Endpoint=properties["Endpoint"],
            ReturnSubscriptionArn=True,
        )["SubscriptionArn"]
        place.made.append(arn)
        return self.update(place, arn, properties, {})

    def update(
        self, place: Place, physical_id: str, properties: Properties, before: Properties
    ) -> Created:
        """Change whether messages are delivered raw."""
        if "RawMessageDelivery" in properties or "RawMessageDelivery" in before:
            place.api("sns").set_subscription_attributes(
                SubscriptionArn=physical_id,
                AttributeName="RawMessageDelivery",
                AttributeValue=str(properties.get("RawMessageDelivery", "false")).lower(),
            )
        return Created(physical_id, {"Arn": physical_id})

    def delete(self, place: Place, physical_id: str, properties: Properties) -> None:
        """Unsubscribe."""
        del properties
        place.api("sns").unsubscribe(SubscriptionArn=physical_id)
