"""The alarms of a workflow: those of the stage's own functions, for each of its functions."""

from __future__ import annotations

from collections.abc import Iterator

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sns as sns
from constructs import Construct

from stacks.alarms import Alarms
from stacks.metrics import Metrics
from stacks.naming import Naming
from stacks.workflow_design import CloudFunction, CloudWorkflow
from stacks.workflow_names import function_purpose


class WorkflowAlarms(Alarms):
    """Objects given up, objects waiting, errors and throttles; told to the stage's topic."""

    def __init__(
        self, scope: Construct, name: str, workflow: CloudWorkflow, naming: Naming
    ) -> None:
        # By its name: the stack shares nothing with the one that has the topic.
        topic = sns.Topic.from_topic_arn(scope, "AlertsTopic", naming.topic_arn)
        super().__init__(scope, name, Metrics(naming), topic, naming)
        self.all = [alarm for one in workflow.functions for alarm in self._of(one)]

    def _of(self, function: CloudFunction) -> Iterator[cloudwatch.Alarm]:
        purpose, metrics = function_purpose(self._naming, function.name), self._metrics
        age = metrics.queue(self._naming.queue(purpose), "ApproximateAgeOfOldestMessage")
        errors, throttles = (metrics.function(purpose, name) for name in ("Errors", "Throttles"))
        # Two failed deliveries of one object, or a queue that grows faster than it is read.
        too_old_s, what = 2 * function.visibility_timeout_s, f"function {function.name}"
        yield self._dead_letters(f"{purpose}-DeadLetters", purpose, f"Objects of {what}")
        yield self._alarm(f"{purpose}-Age", age, too_old_s, f"Objects of {what} wait too long")
        yield self._alarm(f"{purpose}-Errors", errors, 1, f"The {what} failed")
        low = f"The concurrency of {what} is too low"
        yield self._alarm(f"{purpose}-Throttles", throttles, 1, low)
