"""A function from its event to its outputs, on a real store."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from supervisor.description_document import read
from supervisor.errors import InvalidDescription, InvalidEvent
from supervisor.invocation import Invocations, RunFailed

from tests.faulty_s3 import Fault
from tests.workflow_storage import WorkflowStorage

# What Lambda gives a function beside what its image defines.
VARIABLES = {
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "OF_THE_IMAGE": "yes",
    "AWS_ACCESS_KEY_ID": "AKIAROLEROLEROLEROLE",
    "AWS_SECRET_ACCESS_KEY": "role-secret-role-secret-role-secret",
    "AWS_SESSION_TOKEN": "role-session-token",
    "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9001",
    "_HANDLER": "supervisor.handler.lambda_handler",
    "_X_AMZN_TRACE_ID": "Root=1",
    "LAMBDA_TASK_ROOT": "/var/task",
    "FUNCTION_CONFIG": "e30=",
    "GITHUB_TOKEN": "ghp-token-of-somebody",
    "DB_PASSWORD": "correct horse",
}


@dataclass
class Context:
    remaining_ms: int = 30_000
    aws_request_id: str = "request-1"
    log_group_name: str = "/aws/lambda/f"
    log_stream_name: str = "stream"

    def get_remaining_time_in_millis(self) -> int:
        return self.remaining_ms


@dataclass
class Function:
    storage: WorkflowStorage
    folder: Path

    def __call__(
        self, script: str, event: object, context: Context | None = None, **more: Any
    ) -> Any:
        description = {
            "name": "copy",
            "script": script,
            "input": [{"storage_provider": "minio", "path": "videos/input"}],
            "output": [{"storage_provider": "minio", "path": "frames/output"}],
            "storage_providers": {"minio": {"default": self.storage.provider}},
            "timeout_threshold": 1,
            **more,
        }
        made = Invocations(read(description), VARIABLES, self.folder)
        return made.handle(event, context or Context())


@pytest.fixture
def function(storage: WorkflowStorage, tmp_path: Path) -> Function:
    for bucket in ("videos", "frames"):
        storage.bucket(bucket)
    return Function(storage, tmp_path)


def event(*keys: str, bucket: str = "videos") -> dict[str, Any]:
    return {
        "Records": [
            {
                "eventSource": "minio:s3",
                "eventName": "s3:ObjectCreated:Put",
                "eventTime": "2026-11-22T10:11:12Z",
                "s3": {"bucket": {"name": bucket}, "object": {"key": key}},
            }
            for key in keys
        ]
    }


COPY = 'mkdir "$TMP_OUTPUT_DIR/sub"; cp "$INPUT_FILE_PATH" "$TMP_OUTPUT_DIR/sub/"'


def test_every_record_is_worked_on(function: Function) -> None:
    for name in ("a.mp4", "b.mp4"):
        function.storage.put("videos", f"input/{name}", name.encode())
    assert function(COPY, event("input/a.mp4", "input/b.mp4")) == {"processed": 2}
    assert function.storage.objects("frames") == {
        "output/sub/a.mp4": b"a.mp4",
        "output/sub/b.mp4": b"b.mp4",
    }
    assert list(function.folder.iterdir()) == []


def test_a_script_sees_the_contract_and_no_credentials(function: Function) -> None:
    function.storage.put("videos", "input/é a.mp4", b"x")
    script = 'env > "$TMP_OUTPUT_DIR/env"; pwd > "$TMP_OUTPUT_DIR/cwd"'
    function(
        script,
        event("input/%C3%A9+a.mp4"),
        environment={"variables": {"RATE": "5"}, "secrets": {"API_KEY": "given-on-purpose"}},
    )
    found = dict(
        line.split("=", 1)
        for line in function.storage.get("frames", "output/env").decode().splitlines()
    )
    assert found["STORAGE_OBJECT_KEY"] == "input/é a.mp4"
    assert found["INPUT_FILE_PATH"] == f"{found['TMP_INPUT_DIR']}/é a.mp4"
    assert found["EVENT_TIME"] == "2026-11-22T10:11:12Z"
    assert json.loads(found["EVENT"])["Records"][0]["s3"]["bucket"]["name"] == "videos"
    assert (found["RATE"], found["API_KEY"]) == ("5", "given-on-purpose")
    assert (found["OF_THE_IMAGE"], found["AWS_LAMBDA_REQUEST_ID"]) == ("yes", "request-1")
    allowed = {"PATH", "LANG", "OF_THE_IMAGE"}
    assert not set(found) & (set(VARIABLES) - allowed)
    values = {VARIABLES[name] for name in set(VARIABLES) - allowed}
    assert not values & set(found.values())
    assert "workflow-secret" not in str(found)
    assert found["HOME"] + "\n" == function.storage.get("frames", "output/cwd").decode()


def test_secrets_are_masked_in_the_log(
    function: Function, capsys: pytest.CaptureFixture[str]
) -> None:
    function.storage.put("videos", "input/a", b"x")
    secrets = [
        "role-secret-role-secret-role-secret",
        "role-session-token",
        "ghp-token-of-somebody",
        "correct horse",
        "workflow-secret-workflow-secret-workflow",
        "given-on-purpose",
    ]
    script = "".join(f"echo '>{secret}<'\n" for secret in secrets) + "echo end >&2"
    function(script, event("input/a"), environment={"secrets": {"API_KEY": "given-on-purpose"}})
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [x["message"] for x in lines if x.get("stream") == "stdout"] == [">***<"] * 6
    assert [x["message"] for x in lines if x.get("stream") == "stderr"] == ["end"]
    assert {x["request_id"] for x in lines} == {"request-1"}


def test_nothing_of_a_script_that_failed_is_stored(function: Function) -> None:
    for name in ("a", "bad", "c"):
        function.storage.put("videos", f"input/{name}", b"x")
    script = f'{COPY}; case "$STORAGE_OBJECT_KEY" in *bad) exit 4;; esac'
    with pytest.raises(RunFailed, match="1 of 3 failed, first: the script ended with exit code 4"):
        function(script, event("input/a", "input/bad", "input/c"))
    assert set(function.storage.objects("frames")) == {"output/sub/a", "output/sub/c"}
    assert list(function.folder.iterdir()) == []


def test_a_script_is_ended_before_the_function_is(function: Function) -> None:
    function.storage.put("videos", "input/a", b"x")
    with pytest.raises(RunFailed, match=r"time is (up|left)"):
        function(f"{COPY}; sleep 60", event("input/a"), Context(remaining_ms=1500))
    assert function.storage.objects("frames") == {}


def test_a_delivery_that_broke_off_is_completed_by_the_next_run(function: Function) -> None:
    storage = function.storage
    storage.keep_versions("frames")
    storage.put("videos", "input/a", b"x")
    script = 'for n in 1 2 3; do echo $n > "$TMP_OUTPUT_DIR/$n"; done'
    denied = Fault("error", "PUT", "/frames/output/2", 1, status=403, code="AccessDenied")
    storage.faults.spoil(denied)
    with pytest.raises(RunFailed, match="PutObject gave 403 AccessDenied"):
        function(script, event("input/a"))
    assert set(storage.objects("frames")) == {"output/1"}
    function(script, event("input/a"))
    assert set(storage.objects("frames")) == {"output/1", "output/2", "output/3"}
    assert storage.versions("frames", "output/1") == 1


@pytest.mark.parametrize(
    ("key", "bucket"), [("input/a", "foreign"), ("other/a", "videos"), ("inputs/a", "videos")]
)
def test_objects_of_other_places_are_refused(function: Function, key: str, bucket: str) -> None:
    with pytest.raises(RunFailed, match="belongs to no input of 'copy'"):
        function(COPY, event(key, bucket=bucket))


def test_a_hostile_key_is_no_path(function: Function) -> None:
    function.storage.put("videos", "input/../../../tmp/x", b"x")
    function('ls -R "$TMP_INPUT_DIR/.." > "$TMP_OUTPUT_DIR/ls"', event("input/../../../tmp/x"))
    assert b"input:\nx\n" in function.storage.get("frames", "output/ls")


def test_messages_of_a_queue_are_returned_one_by_one(function: Function) -> None:
    function.storage.put("videos", "input/a", b"x")
    bodies = [event("input/a"), event("input/gone"), {"event": {"event": 5}, "subscription": 1}]
    batch = {
        "Records": [
            {"eventSource": "aws:sqs", "messageId": f"m{n}", "body": json.dumps(body)}
            for n, body in enumerate(bodies)
        ]
    }
    assert function(COPY, batch) == {
        "batchItemFailures": [{"itemIdentifier": "m1"}, {"itemIdentifier": "m2"}]
    }


def request(body: bytes, **query: str) -> dict[str, Any]:
    return {
        "httpMethod": "POST",
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
        "queryStringParameters": query,
    }


@pytest.mark.parametrize(
    ("script", "status", "body"),
    [
        ('tr a-z A-Z < "$INPUT_FILE_PATH" > "$TMP_OUTPUT_DIR/x"', 200, b"HELLO\xff"),
        ('echo "$CONT_VAR_rate"; echo log >&2', 200, b"12\nlog"),
        ("echo begun; exit 9", 500, b"the script ended with exit code 9"),
        ('ln -s /etc/passwd "$TMP_OUTPUT_DIR/x"', 500, b"output 'x' is no regular file"),
    ],
)
def test_a_request_is_answered(function: Function, script: str, status: int, body: bytes) -> None:
    answer = function(script, request(b"hello\xff", rate="12", **{"bad name": "1"}), output=[])
    assert (answer["statusCode"], base64.b64decode(answer["body"])) == (status, body)
    assert answer["isBase64Encoded"] is True
    assert answer["headers"] == {
        "amz-lambda-request-id": "request-1",
        "amz-log-group-name": "/aws/lambda/f",
        "amz-log-stream-name": "stream",
    }


def test_several_files_are_answered_as_an_archive_and_stored(function: Function) -> None:
    script = 'cd "$TMP_OUTPUT_DIR"; mkdir d; echo 1 > d/a; echo 2 > b'
    answer = function(script, request(b"x"))
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(answer["body"]))) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            "b": b"2\n",
            "d/a": b"1\n",
        }
    assert set(function.storage.objects("frames")) == {"output/b", "output/d/a"}


def test_an_answer_that_is_too_large_says_so(function: Function) -> None:
    script = 'head -c 5000000 /dev/zero > "$TMP_OUTPUT_DIR/x"'
    answer = function(script, request(b"x"), output=[])
    assert answer["statusCode"] == 500
    assert b"allowed are 4600000" in base64.b64decode(answer["body"])


def test_a_request_for_something_else_is_the_callers_mistake(function: Function) -> None:
    answer = function(COPY, request(json.dumps(event("input/a", bucket="foreign")).encode()))
    assert answer["statusCode"] == 400


def test_an_event_that_cannot_be_read_fails_the_invocation(function: Function) -> None:
    with pytest.raises(InvalidEvent):
        function(COPY, {"event": {}, "subscription": {}})


def test_without_download_the_script_is_told_the_key_only(function: Function) -> None:
    script = 'echo "$STORAGE_OBJECT_KEY ${INPUT_FILE_PATH-none}" > "$TMP_OUTPUT_DIR/x"'
    function(script, event("input/never-stored"), download_input=False)
    assert function.storage.get("frames", "output/x") == b"input/never-stored none\n"


@pytest.mark.parametrize(
    ("provider", "message"),
    [
        ({}, r"'minio.default' is not described"),
        ({"minio": {"default": {"access_key": "only one"}}}, "needs both"),
        ({"minio": {"default": {"access_key": "env:NO", "secret_key": "b"}}}, "'env:NO'"),
    ],
)
def test_a_function_without_access_does_not_start(
    function: Function, provider: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidDescription, match=message):
        function(COPY, event("input/a"), storage_providers=provider)


def test_what_an_earlier_invocation_left_is_removed(function: Function) -> None:
    (function.folder / "supervisor-killed").mkdir()
    function(COPY, {"Records": []})
    assert list(function.folder.iterdir()) == []
