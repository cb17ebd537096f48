"""SQS: visibility, receive counts, dead letters, redrive, long polling without burning CPU."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.aws_api_server import RunningServer
from tests.integration.aws_api.surveillance_account import DEAD_ARN, Account


@pytest.fixture
def sqs(server: RunningServer, account: Account) -> Any:
    account.take_texts(account.queue)
    account.take_texts(account.dead_letters)
    return server.client("sqs")


def _receive(sqs: Any, url: str, **more: Any) -> list[dict[str, Any]]:
    names = ["ApproximateReceiveCount"]
    answer = sqs.receive_message(QueueUrl=url, AttributeNames=names, **more)
    messages: list[dict[str, Any]] = answer.get("Messages", [])
    return messages


def _count(message: dict[str, Any]) -> str:
    return str(message["Attributes"]["ApproximateReceiveCount"])


def test_a_received_message_is_hidden_then_comes_back(account: Account, sqs: Any) -> None:
    sqs.send_message(QueueUrl=account.queue, MessageBody="one")
    [first] = _receive(sqs, account.queue)
    assert _receive(sqs, account.queue) == []
    started = time.monotonic()
    [again] = _receive(sqs, account.queue, WaitTimeSeconds=5)
    assert 0.5 < time.monotonic() - started < 2.0
    assert (_count(first), _count(again)) == ("1", "2")
    assert first["MessageId"] == again["MessageId"]


def test_visibility_is_changed(account: Account, sqs: Any) -> None:
    sqs.send_message(QueueUrl=account.queue, MessageBody="one")
    [message] = _receive(sqs, account.queue, VisibilityTimeout=60)
    sqs.change_message_visibility(
        QueueUrl=account.queue, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
    )
    assert len(_receive(sqs, account.queue, WaitTimeSeconds=1)) == 1


def test_after_too_many_receives_it_is_a_dead_letter(account: Account, sqs: Any) -> None:
    sqs.send_message(QueueUrl=account.queue, MessageBody="poison")
    for _ in range(2):
        assert len(_receive(sqs, account.queue, WaitTimeSeconds=3)) == 1
    time.sleep(1.1)
    assert _receive(sqs, account.queue, WaitTimeSeconds=1) == []
    [dead] = _receive(sqs, account.dead_letters, VisibilityTimeout=0)
    assert dead["Body"] == "poison"


def test_redrive_brings_dead_letters_back_as_new_messages(account: Account, sqs: Any) -> None:
    sqs.send_message(QueueUrl=account.queue, MessageBody="repaired")
    for _ in range(2):
        _receive(sqs, account.queue, WaitTimeSeconds=3)
    time.sleep(1.1)
    assert _receive(sqs, account.queue) == []
    task = sqs.start_message_move_task(SourceArn=DEAD_ARN)
    assert task["TaskHandle"]
    [done] = sqs.list_message_move_tasks(SourceArn=DEAD_ARN)["Results"]
    assert (done["Status"], done["ApproximateNumberOfMessagesMoved"]) == ("COMPLETED", 1)
    [back] = _receive(sqs, account.queue, WaitTimeSeconds=1)
    assert (back["Body"], _count(back)) == ("repaired", "1")
    assert _receive(sqs, account.dead_letters) == []


def test_redrive_of_a_queue_that_holds_no_dead_letters_is_refused(
    account: Account, sqs: Any
) -> None:
    with pytest.raises(sqs.exceptions.ClientError, match="Dead Letter Queue"):
        sqs.start_message_move_task(SourceArn="arn:aws:sqs:eu-west-1:123456789012:inbox")


def test_no_message_is_given_to_two_receivers(server: RunningServer, account: Account) -> None:
    url = server.client("sqs").create_queue(QueueName="crowd")["QueueUrl"]
    messages, receivers = 200, 6
    clients = [server.client("sqs") for _ in range(receivers)]
    for start in range(0, messages, 10):
        entries = [{"Id": str(number), "MessageBody": str(start + number)} for number in range(10)]
        clients[0].send_message_batch(QueueUrl=url, Entries=entries)

    def take(client: Any) -> list[str]:
        bodies: list[str] = []
        while batch := _receive(client, url, MaxNumberOfMessages=7):
            entries = [
                {"Id": str(number), "ReceiptHandle": one["ReceiptHandle"]}
                for number, one in enumerate(batch)
            ]
            client.delete_message_batch(QueueUrl=url, Entries=entries)
            bodies += [one["Body"] for one in batch]
        return bodies

    with ThreadPoolExecutor(receivers) as pool:
        taken = Counter(body for bodies in pool.map(take, clients) for body in bodies)
    assert taken == Counter(str(number) for number in range(messages))


def test_a_message_that_comes_back_is_counted_all_the_while(
    server: RunningServer, account: Account
) -> None:
    sqs = server.client("sqs")
    url = sqs.create_queue(QueueName="returning")["QueueUrl"]
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    for start in range(0, 600, 10):
        entries = [{"Id": str(i), "MessageBody": str(i)} for i in range(start, start + 10)]
        sqs.send_message_batch(QueueUrl=url, Entries=entries)
    for _ in range(60):
        received = _receive(sqs, url, MaxNumberOfMessages=10)
        back = [
            {"Id": str(i), "ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": 2}
            for i, message in enumerate(received)
        ]
        sqs.change_message_visibility_batch(QueueUrl=url, Entries=back)
    in_flight, counted = 600, set()
    while in_flight:
        told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        visible, in_flight = (int(told[name]) for name in names)
        counted.add(visible + in_flight)
    assert counted == {600}


def test_a_waiting_receiver_is_woken_at_once(server: RunningServer, account: Account) -> None:
    url = server.client("sqs").create_queue(QueueName="waiting")["QueueUrl"]
    receiver, sender = server.client("sqs"), server.client("sqs")
    threading.Timer(0.5, lambda: sender.send_message(QueueUrl=url, MessageBody="now")).start()
    started = time.monotonic()
    assert len(_receive(receiver, url, WaitTimeSeconds=20)) == 1
    assert 0.4 < time.monotonic() - started < 1.5


def test_waiting_costs_no_cpu(server: RunningServer, account: Account) -> None:
    url = server.client("sqs").create_queue(QueueName="quiet")["QueueUrl"]
    clients = [server.client("sqs") for _ in range(5)]
    for client in clients:
        _receive(client, url)
    before = _cpu_s(server.pid)
    with ThreadPoolExecutor(5) as pool:
        list(pool.map(lambda client: _receive(client, url, WaitTimeSeconds=3), clients))
    assert _cpu_s(server.pid) - before < 0.2


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
