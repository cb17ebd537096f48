"""Intrinsic functions, resolved strictly."""

from __future__ import annotations

from typing import Any

import pytest

from vss.local.aws_api.cloudformation.errors import TemplateError
from vss.local.aws_api.cloudformation.intrinsics import Resolver
from vss.local.aws_api.cloudformation.template import in_order, parse, references


def _attribute(logical_id: str, name: str) -> str:
    if (logical_id, name) != ("Queue", "Arn"):
        raise TemplateError(f"{logical_id}.{name}")
    return "arn:queue"


@pytest.fixture
def resolver() -> Resolver:
    return Resolver(
        names={"Stage": "dev", "Queue": "url", "AWS::Region": "eu-west-1", "List": ["a", "b"]},
        attribute=_attribute,
        imports={"other:vpc": "vpc-1"},
        region="eu-west-1",
        conditions={
            "IsDev": {"Fn::Equals": [{"Ref": "Stage"}, "dev"]},
            "IsProd": {"Fn::Not": [{"Condition": "IsDev"}]},
            "Both": {"Fn::And": [{"Condition": "IsDev"}, {"Condition": "IsProd"}]},
            "One": {"Fn::Or": [{"Condition": "IsProd"}, {"Condition": "IsDev"}]},
        },
        mappings={"Sizes": {"dev": {"memory": 128}}},
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"Ref": "Stage"}, "dev"),
        ({"Fn::GetAtt": ["Queue", "Arn"]}, "arn:queue"),
        ({"Fn::GetAtt": "Queue.Arn"}, "arn:queue"),
        ({"Fn::Sub": "${Stage}-${Queue.Arn}-${!Literal}"}, "dev-arn:queue-${Literal}"),
        ({"Fn::Sub": ["${x}/${Stage}", {"x": {"Ref": "Queue"}}]}, "url/dev"),
        ({"Fn::Join": ["-", ["a", {"Ref": "Stage"}, 3]]}, "a-dev-3"),
        ({"Fn::Join": ["-", {"Ref": "List"}]}, "a-b"),
        ({"Fn::Select": ["1", {"Ref": "List"}]}, "b"),
        ({"Fn::Select": [2, {"Fn::Split": [":", "a:b:c"]}]}, "c"),
        ({"Fn::Select": [0, {"Fn::GetAZs": ""}]}, "eu-west-1a"),
        ({"Fn::GetAZs": {"Ref": "AWS::Region"}}, ["eu-west-1a", "eu-west-1b", "eu-west-1c"]),
        ({"Fn::ImportValue": {"Fn::Sub": "other:vpc"}}, "vpc-1"),
        ({"Fn::If": ["IsDev", 1, 2]}, 1),
        ({"Fn::If": ["Both", 1, 2]}, 2),
        ({"Fn::If": ["One", 1, 2]}, 1),
        ({"Fn::FindInMap": ["Sizes", {"Ref": "Stage"}, "memory"]}, 128),
        ({"Fn::Base64": "a"}, "YQ=="),
        ({"Fn::ToJsonString": {"a": {"Ref": "Stage"}}}, '{"a": "dev"}'),
        ({"a": {"Ref": "AWS::NoValue"}, "b": 1}, {"b": 1}),
        ([1, {"Ref": "AWS::NoValue"}, {"Fn::If": ["IsProd", 2, {"Ref": "AWS::NoValue"}]}], [1]),
        ({"Ref": "Stage", "Other": 1}, {"Ref": "Stage", "Other": 1}),
        ({"Condition": {"Bool": {"a": "b"}}}, {"Condition": {"Bool": {"a": "b"}}}),
    ],
)
def test_functions(resolver: Resolver, value: Any, expected: Any) -> None:
    assert resolver.resolve(value) == expected


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"Ref": "Nothing"}, "Nothing"),
        ({"Fn::Sub": "${Nothing}"}, "Nothing"),
        ({"Fn::GetAtt": ["Queue", "Colour"]}, "Colour"),
        ({"Fn::ImportValue": "nowhere"}, "No export named nowhere"),
        ({"Fn::Select": [5, ["a"]]}, "Fn::Select 5 of 1"),
        ({"Fn::If": ["Nothing", 1, 2]}, "condition Nothing"),
        ({"Fn::FindInMap": ["Sizes", "prod", "memory"]}, "Sizes"),
        ({"Fn::Cidr": ["10.0.0.0/8", 2, 8]}, "Fn::Cidr"),
    ],
)
def test_what_cannot_be_resolved_is_an_error(resolver: Resolver, value: Any, message: str) -> None:
    with pytest.raises(TemplateError, match=message):
        resolver.resolve(value)


def test_used_imports_are_remembered(resolver: Resolver) -> None:
    resolver.resolve({"Fn::ImportValue": "other:vpc"})
    assert resolver.used_imports == {"other:vpc"}


def test_references_are_found_wherever_they_hide() -> None:
    value = {
        "a": [{"Ref": "One"}, {"Fn::GetAtt": ["Two", "Arn"]}, {"Fn::GetAtt": "Three.Arn"}],
        "b": {"Fn::Sub": ["${Four.Arn} ${!Not}", {"x": {"Ref": "Five"}}]},
    }
    assert set(references(value)) == {"One", "Two", "Three", "Four", "Five"}


def test_resources_come_after_what_they_need() -> None:
    resources = {
        "C": {"Type": "T", "DependsOn": ["B"]},
        "B": {"Type": "T", "Properties": {"x": {"Fn::Sub": "${A.Arn}"}}},
        "A": {"Type": "T"},
    }
    assert in_order(resources) == ["A", "B", "C"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{}", "Resources"),
        ("[1]", "Resources"),
        ("{", "neither JSON nor YAML"),
        ('{"Resources": {"A": {"Type": "T"}}, "Transform": "x"}', "Transform"),
        ('{"Resources": {"A": {"Type": "T", "CreationPolicy": {}}}}', "CreationPolicy"),
    ],
)
def test_what_is_no_template_is_an_error(text: str, message: str) -> None:
    with pytest.raises(TemplateError, match=message):
        parse(text)


def test_yaml_with_short_tags_is_read() -> None:
    template = parse("Resources:\n  A:\n    Type: T\n    Properties:\n      x: !Ref B\n")
    assert template["Resources"]["A"]["Properties"]["x"] == {"Ref": "B"}
