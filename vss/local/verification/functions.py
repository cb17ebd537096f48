"""Readers of functions and of what belongs to them."""

from __future__ import annotations

import json
from typing import Any

from vss.local.verification.reading import MissingError, Reader, Resource, code_as_wanted

Json = Any


def _function(one: Resource) -> dict[str, Json]:
    answer = one.client("lambda").get_function(FunctionName=one.physical_id)
    found = dict(answer["Configuration"])
    vpc = found.get("VpcConfig", {})
    found |= {
        "Code": code_as_wanted(one, one.properties["Code"], found["CodeSha256"]),
        "KmsKeyArn": found.get("KMSKeyArn"),
        "Layers": [layer["Arn"] for layer in found.get("Layers", [])],
        "SnapStart": {"ApplyOn": found.get("SnapStart", {}).get("ApplyOn")},
        "Tags": answer.get("Tags", {}),
        "VpcConfig": {name: vpc.get(name) for name in ("SubnetIds", "SecurityGroupIds")},
        "ReservedConcurrentExecutions": answer.get("Concurrency", {}).get(
            "ReservedConcurrentExecutions"
        ),
    }
    # Order is not told apart by the comparison, and layers have one.
    if found["Layers"] != one.properties.get("Layers", []):
        found["Layers"] = {"in this order": found["Layers"]}
    return found


def _layer(one: Resource) -> dict[str, Json]:
    layer, _, number = one.physical_id.rpartition(":")
    awslambda = one.client("lambda")
    found = dict(awslambda.get_layer_version(LayerName=layer, VersionNumber=int(number)))
    digest = found["Content"]["CodeSha256"]
    name = layer.rpartition(":")[2]
    return {
        **found,
        "Content": code_as_wanted(one, one.properties["Content"], digest),
        "LayerName": name,
    }


def _version(one: Resource) -> dict[str, Json]:
    function, _, number = one.physical_id.rpartition(":")
    found = one.client("lambda").get_function(FunctionName=function, Qualifier=number)
    return dict(found["Configuration"])


def _alias(one: Resource) -> dict[str, Json]:
    function, name = one.properties["FunctionName"], one.properties["Name"]
    awslambda = one.client("lambda")
    found = dict(awslambda.get_alias(FunctionName=function, Name=name))
    found["FunctionName"] = function
    if "ProvisionedConcurrencyConfig" in one.properties:
        answer = awslambda.get_provisioned_concurrency_config(FunctionName=function, Qualifier=name)
        count = answer["RequestedProvisionedConcurrentExecutions"]
        found["ProvisionedConcurrencyConfig"] = {"ProvisionedConcurrentExecutions": count}
    return found


def _permission(one: Resource) -> dict[str, Json]:
    function = one.properties["FunctionName"]
    policy = json.loads(one.client("lambda").get_policy(FunctionName=function)["Policy"])
    for statement in policy["Statement"]:
        if statement.get("Sid") == one.physical_id:
            condition = statement.get("Condition", {})
            return {
                "Action": statement["Action"],
                "FunctionName": function,
                "Principal": statement["Principal"].get("Service"),
                "SourceArn": condition.get("ArnLike", {}).get("AWS:SourceArn"),
                "SourceAccount": condition.get("StringEquals", {}).get("AWS:SourceAccount"),
            }
    raise MissingError("the function's policy has no such statement")


def _mapping(one: Resource) -> dict[str, Json]:
    awslambda = one.client("lambda")
    found = dict(awslambda.get_event_source_mapping(UUID=one.physical_id))
    wanted = str(one.properties["FunctionName"])
    # The API tells the ARN where a template may name the function.
    same = found["FunctionArn"] == wanted or found["FunctionArn"].endswith(f":function:{wanted}")
    tags = awslambda.list_tags(Resource=found["EventSourceMappingArn"])["Tags"]
    return {
        **found,
        "Enabled": found["State"] == "Enabled",
        "FunctionName": wanted if same else found["FunctionArn"],
        "Tags": tags,
    }


READERS: dict[str, Reader] = {
    "AWS::Lambda::Alias": _alias,
    "AWS::Lambda::EventSourceMapping": _mapping,
    "AWS::Lambda::Function": _function,
    "AWS::Lambda::LayerVersion": _layer,
    "AWS::Lambda::Permission": _permission,
    "AWS::Lambda::Version": _version,
}
