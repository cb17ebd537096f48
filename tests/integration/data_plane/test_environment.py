"""What a function finds around it: Lambda's variables and paths, and the walls of the sandbox."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.local_functions import (
    ACCOUNT,
    REGION,
    ROLE,
    SITE_PACKAGES,
    LocalAws,
    RunningPlane,
    wait_until,
)

Run = Callable[..., RunningPlane]

# Evaluates each message as an expression and prints what comes of it.
EVALUATING = """
import json, os, socket, sys, urllib.request
from pathlib import Path
import boto3
from botocore.config import Config

def attempt(action):
    try: return action()
    except BaseException as error: return type(error).__name__

def write(path, size=1):
    Path(path).write_bytes(bytes(size))
    return "written"

def connect(address, port):
    socket.create_connection((address, port), 2).close()
    return "connected"

def client(service):
    quick = Config(connect_timeout=2, read_timeout=2, retries={"max_attempts": 0})
    return boto3.client(service, config=quick)

def handler(event, context):
    for record in event["Records"]:
        found = attempt(lambda: eval(record["body"]))
        print("found", json.dumps([record["body"], found]), flush=True)
"""


class Probe:
    """A deployed function that answers questions about its surroundings."""

    def __init__(self, aws: LocalAws, name: str, **properties: Any) -> None:
        self.aws, self.name = aws, name
        aws.function(name, EVALUATING, Timeout=20, **properties)
        self.url = aws.queue(name, visibility_s=30)
        aws.map(name, name, FunctionResponseTypes=[])

    def ask(self, plane: RunningPlane, *questions: str) -> list[Any]:
        """Return what the expressions give inside the function."""
        self.aws.send(self.url, list(questions))
        wait_until(lambda: self.aws.is_empty(self.url))
        lines = re.findall(r"^found (.+)$", plane.log(self.name), re.MULTILINE)
        answers = dict(json.loads(line) for line in lines)
        return [answers[question] for question in questions]


@pytest.fixture
def in_vpc(aws: LocalAws, name: str) -> dict[str, Any]:
    """Deploy a VPC with an endpoint for S3; return the function's properties."""
    vpc, subnet = f"vpc-{name}", f"subnet-{name}"
    aws.deploy("AWS::EC2::Subnet", subnet, VpcId=vpc)
    service = f"com.amazonaws.{REGION}.s3"
    aws.deploy("AWS::EC2::VPCEndpoint", f"vpce-{name}", VpcId=vpc, ServiceName=service)
    aws.deploy("AWS::EC2::VPCEndpoint", "vpce-other", VpcId="vpc-other", ServiceName="x.y.z.sqs")
    return {"VpcConfig": {"SubnetIds": [subnet], "SecurityGroupIds": ["sg-1"]}}


def test_variables_are_those_of_lambda(aws: LocalAws, name: str, run_sandboxed: Run) -> None:
    probe = Probe(
        aws,
        name,
        MemorySize=1024,
        Environment={"Variables": {"OWN": "/opt/x", "AWS_REGION": "mars"}},
        LoggingConfig={"LogGroup": "/aws/lambda/own", "LogFormat": "JSON"},
    )
    [variables] = probe.ask(run_sandboxed(), "dict(os.environ)")
    stream = variables.pop("AWS_LAMBDA_LOG_STREAM_NAME")
    assert re.fullmatch(r"\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}", stream)
    expected = {
        "OWN": "/opt/x",
        "_HANDLER": "index.handler",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
        "AWS_LAMBDA_FUNCTION_NAME": name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/own",
        "AWS_LAMBDA_LOG_FORMAT": "JSON",
        "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9001",
        "AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1:2000",
        "AWS_ACCESS_KEY_ID": "ASIAACCESSKEYID",
        "AWS_SECRET_ACCESS_KEY": "ASIASECRETACCESSKEY",
        "AWS_SESSION_TOKEN": "ASIASESSIONTOKEN",
        "LAMBDA_TASK_ROOT": "/var/task",
        "LAMBDA_RUNTIME_DIR": "/var/runtime",
        "TZ": ":UTC",
    }
    assert {key: variables.get(key) for key in expected} == expected
    assert "VSS_LOCAL_ROOT_SECRET" not in variables
    assert "HOME" not in variables


def test_the_context_names_the_version_that_is_invoked(
    aws: LocalAws, name: str, run_unsandboxed: Run
) -> None:
    source = "def handler(event, c): print('context', c.invoked_function_arn, c.function_version)"
    aws.function(name, source)
    alias = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}:live"
    aws.deploy("AWS::Lambda::Alias", alias, FunctionName=name, FunctionVersion="7", Name="live")
    url = aws.queue(name)
    aws.map(name, alias)
    aws.send(url, ["x"])
    plane = run_unsandboxed()
    wait_until(lambda: aws.is_empty(url))
    assert f"context {alias} 7\n" in plane.log(name)
    assert " Version: 7\n" in plane.log(name)


def test_later_layers_overwrite_earlier_ones(aws: LocalAws, name: str, run_plane: Run) -> None:
    first = aws.layer(f"{name}-1", {"python/one.py": "A = 1", "python/both.py": "A = 1"})
    second = aws.layer(f"{name}-2", {"python/both.py": "A = 2", "data/x": "data"})
    probe = Probe(
        aws, name, Layers=[first, second], Environment={"Variables": {"DATA": "/opt/data/x"}}
    )
    questions = ["__import__('one').A", "__import__('both').A", "open(os.environ['DATA']).read()"]
    assert probe.ask(run_plane(), *questions) == [1, 2, "data"]


def test_host_packages_come_last(aws: LocalAws, name: str, run_plane: Run) -> None:
    layer = aws.layer(name, {"python/werkzeug.py": "A = 'of the layer'"})
    probe = Probe(aws, name, Layers=[layer])
    plane = run_plane("--host-packages", str(SITE_PACKAGES))
    questions = ["__import__('werkzeug').A", "__import__('pytest').__name__"]
    assert probe.ask(plane, *questions) == ["of the layer", "pytest"]


def test_only_temporary_files_can_be_written_and_not_too_many(
    aws: LocalAws, name: str, run_sandboxed: Run
) -> None:
    probe = Probe(aws, name, MemorySize=3538, EphemeralStorage={"Size": 600})
    questions = {
        "write('/tmp/a', 550 << 20)": "written",
        "write('/tmp/b', 100 << 20)": "OSError",
        "write('/opt/a')": "OSError",
        "write('/var/task/a')": "OSError",
        "write('/usr/a')": "OSError",
        "write('/etc/a')": "OSError",
        "write('/a')": "OSError",
        "write('/dev/shm/a')": "OSError",
    }
    # One after the other: the second write must come after the first.
    plane = run_sandboxed()
    for question, answer in questions.items():
        assert probe.ask(plane, question) == [answer], question


def test_a_function_sees_neither_this_machine_nor_its_processes(
    aws: LocalAws, name: str, run_sandboxed: Run, tmp_path: Path
) -> None:
    probe = Probe(aws, name)
    here = str(Path(__file__).parent)
    found = probe.ask(
        run_sandboxed(),
        "[p for p in os.listdir('/proc') if p.isdigit()]",
        "[socket.gethostname(), os.getuid(), os.getcwd()]",
        "sorted(os.listdir('/'))",
        f"[os.path.exists({here!r}), os.path.exists({str(tmp_path)!r})]",
        "[line.split()[1] for line in open('/proc/self/status') if line.startswith('CapEff')]",
        "attempt(lambda: os.kill(2, 0))",
    )
    processes, identity, root, elsewhere, capabilities, _ = found
    assert len(processes) <= 3
    assert identity == ["localhost", 993, "/var/task"]
    assert "work" not in root
    assert elsewhere == [False, False]
    assert capabilities == ["0000000000000000"]


def test_only_the_declared_endpoint_is_reachable(
    aws: LocalAws, name: str, run_sandboxed: Run, in_vpc: dict[str, Any]
) -> None:
    probe = Probe(aws, name, **in_vpc)
    port = int(aws.endpoint.rpartition(":")[2])
    plane = run_sandboxed()
    aws.requests.clear()
    found = probe.ask(
        plane,
        "client('s3').get_bucket_location(Bucket='assets')['LocationConstraint']",
        "client('sqs').list_queues()",
        f"connect('127.0.0.1', {port})",
        "connect('192.0.2.1', 80)",
        "[n for n in os.listdir('/proc/sys/net/ipv4/conf') if n not in ('all', 'default')]",
    )
    assert found == [REGION, "EndpointConnectionError", "ConnectionRefusedError", "OSError", ["lo"]]
    doors = {door for _, path, door in aws.requests if path == "/assets"}
    assert doors == {f"vpce-{name}"}


def test_without_a_sandbox_calls_use_the_declared_endpoint_too(
    aws: LocalAws, name: str, run_unsandboxed: Run, in_vpc: dict[str, Any]
) -> None:
    probe = Probe(aws, name, **in_vpc)
    plane = run_unsandboxed()
    aws.requests.clear()
    found = probe.ask(
        plane,
        "client('s3').get_bucket_location(Bucket='assets')['LocationConstraint']",
        "client('sqs').list_queues()",
    )
    assert found == [REGION, "EndpointConnectionError"]
    assert {door for _, path, door in aws.requests if path == "/assets"} == {f"vpce-{name}"}
    assert all("not enforced (--no-sandbox)" in how for how in plane.ready["sandbox"].values())


def test_outside_a_vpc_every_service_is_reached(aws: LocalAws, name: str, run_plane: Run) -> None:
    probe = Probe(aws, name)
    plane = run_plane()
    question = "client('sqs').get_queue_url(QueueName=os.environ['AWS_LAMBDA_FUNCTION_NAME'])"
    [found] = probe.ask(plane, f"'QueueUrl' in {question}")
    assert found is True


def test_large_bodies_pass_the_relay_unchanged(
    aws: LocalAws, name: str, run_sandboxed: Run, in_vpc: dict[str, Any]
) -> None:
    probe = Probe(aws, name, **in_vpc)
    body = bytes(range(256)) * (40 << 10)
    aws.client("s3").put_object(Bucket="assets", Key="large", Body=body)
    fetched = "client('s3').get_object(Bucket='assets', Key='large')['Body'].read()"
    put = f"client('s3').put_object(Bucket='assets', Key='back', Body={fetched})"
    probe.ask(run_sandboxed(), f"len({put})")
    assert aws.client("s3").get_object(Bucket="assets", Key="back")["Body"].read() == body


def test_the_cpu_share_follows_the_memory_size(
    aws: LocalAws, name: str, run_sandboxed: Run
) -> None:
    probe = Probe(aws, name, MemorySize=512)
    question = (
        "(lambda m: (lambda w, c: [sum(range(12_000_000)) and m.process_time() - c,"
        " m.monotonic() - w])(m.monotonic(), m.process_time()))(__import__('time'))"
    )
    [[cpu_s, wall_s]] = probe.ask(run_sandboxed(), question)
    assert cpu_s / wall_s < 1.3 * 512 / 1769


def test_traces_hold_lambdas_segments_and_the_functions_own(
    aws: LocalAws, name: str, run_plane: Run
) -> None:
    source = """
import os
from aws_xray_sdk.core import xray_recorder
def handler(event, context):
    with xray_recorder.in_subsegment("decode"): pass
    print("header", os.environ["_X_AMZN_TRACE_ID"])
    if event["Records"][0]["attributes"]["ApproximateReceiveCount"] == "1": raise ValueError("once")
"""
    aws.function(name, source, TracingConfig={"Mode": "Active"}, Timeout=5)
    url = aws.queue(name, visibility_s=2)
    aws.map(name, name)
    aws.send(url, ["x"])
    plane = run_plane("--host-packages", str(SITE_PACKAGES))
    wait_until(lambda: aws.is_empty(url) and len(plane.journal) == 2)
    failed, good = plane.journal
    assert plane.end() == 0
    header = re.findall(r"header Root=(\S+);Parent=(\S+);Sampled=1", plane.log(name))
    assert [trace_id for trace_id, _ in header] == [failed["trace_id"], good["trace_id"]]
    first, second = (segments(aws, entry["trace_id"]) for entry in (failed, good))
    assert set(first) == set(second) == {"AWS::Lambda", "AWS::Lambda::Function", "decode"}
    assert [phase["name"] for phase in first["AWS::Lambda::Function"]["subsegments"]] == [
        "Initialization",
        "Invocation",
    ]
    assert [phase["name"] for phase in second["AWS::Lambda::Function"]["subsegments"]] == [
        "Invocation"
    ]
    function = second["AWS::Lambda::Function"]
    assert function["parent_id"] == second["AWS::Lambda"]["id"]
    assert second["decode"]["parent_id"] == function["id"] == header[1][1]
    assert second["AWS::Lambda"]["aws"]["request_id"] == good["request_id"]
    assert "fault" not in function
    assert first["AWS::Lambda::Function"]["fault"] is True
    assert first["AWS::Lambda::Function"]["cause"]["exceptions"][0]["message"] == "once"


def segments(aws: LocalAws, trace_id: str) -> dict[str, dict[str, Any]]:
    [trace] = aws.client("xray").batch_get_traces(TraceIds=[trace_id])["Traces"]
    documents = [json.loads(segment["Document"]) for segment in trace["Segments"]]
    return {document.get("origin", document["name"]): document for document in documents}


def test_an_xray_that_refuses_changes_nothing_but_is_told(
    aws: LocalAws, name: str, run_unsandboxed: Run
) -> None:
    aws.function(
        name,
        "def handler(event, context): print('fine')",
        TracingConfig={"Mode": "Active"},
    )
    url = aws.queue(name)
    aws.map(name, name)
    aws.trouble = lambda target, path: "403 Forbidden" if path == "/TraceSegments" else None
    plane = run_unsandboxed()
    aws.send(url, ["x"] * 10)
    wait_until(lambda: aws.is_empty(url))
    assert plane.end() == 0
    dropped = re.findall(
        r"(\d+) trace segments were dropped", (plane.folder / "errors").read_text()
    )
    assert dropped == [str(2 * len(plane.journal))]
    assert all(entry["error_type"] is None for entry in plane.journal)


def test_a_slow_xray_delays_no_invocation(aws: LocalAws, name: str, run_unsandboxed: Run) -> None:
    aws.function(name, "def handler(event, context): pass", TracingConfig={"Mode": "Active"})
    url = aws.queue(name)
    aws.map(name, name, BatchSize=1)

    def slow(target: str, path: str) -> None:
        if path == "/TraceSegments":
            time.sleep(1.0)

    aws.trouble = slow
    plane = run_unsandboxed()
    aws.send(url, ["x"] * 20)
    wait_until(lambda: aws.is_empty(url))
    warm = sorted(entry["duration_ms"] for entry in plane.journal if not entry["cold"])
    assert warm[len(warm) // 2] < 100


def test_an_initialisation_over_its_limit_is_run_again_within_the_invocation(
    aws: LocalAws, name: str, run_unsandboxed: Run, tmp_path: Path
) -> None:
    source = """
import os, pathlib, time
mark = pathlib.Path(os.environ["MARK"])
if not mark.exists():
    mark.touch()
    time.sleep(60)
def handler(event, context): print("handled")
"""
    mark = str(tmp_path / "mark")
    aws.function(name, source, Environment={"Variables": {"MARK": mark}}, Timeout=3)
    url = aws.queue(name, visibility_s=20)
    aws.map(name, name)
    aws.send(url, ["x"])
    plane = run_unsandboxed()
    wait_until(lambda: aws.is_empty(url), 15)
    [entry] = plane.journal
    assert entry["error_type"] is None
    assert entry["cold"]
    assert entry["init_ms"] >= 10_000
    assert re.search(
        r"INIT_REPORT Init Duration: 1\d{4}\.\d\d ms\tPhase: init\tStatus: timeout", plane.log(name)
    )
    assert "Init Duration" not in plane.log(name).split("REPORT RequestId")[1]


def test_a_role_that_does_not_trust_lambda_is_refused_by_name(
    aws: LocalAws, name: str, run_unsandboxed: Run
) -> None:
    aws.function(name, "def handler(event, context): pass")
    aws.map(name, name)
    aws.refused_roles.add(ROLE)
    with pytest.raises(RuntimeError, match="is not trusted"):
        run_unsandboxed()
