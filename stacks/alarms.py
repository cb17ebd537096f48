"""The alarms: each says something a person has to look at."""

from __future__ import annotations

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct

from stacks.code import Package
from stacks.metrics import Metrics
from stacks.naming import Naming, QueueName
from stacks.settings import StageSettings

# Images rejected in five minutes before somebody is told: one broken file is no alarm.
REJECTED = 10


class Alarms(Construct):
    """Alarms that tell a topic."""

    def __init__(
        self, scope: Construct, name: str, metrics: Metrics, topic: sns.ITopic, naming: Naming
    ) -> None:
        super().__init__(scope, name)
        self._metrics, self._topic, self._naming = metrics, topic, naming

    def _dead_letters(self, name: str, purpose: str, what: str) -> cloudwatch.Alarm:
        dead = self._naming.dead_letter_queue(purpose)
        metric = self._metrics.queue(dead, "ApproximateNumberOfMessagesVisible")
        return self._alarm(name, metric, 1, f"{what} were given up: see `vss redrive`")

    def _alarm(
        self, name: str, metric: cloudwatch.Metric, threshold: int, description: str
    ) -> cloudwatch.Alarm:
        alarm = cloudwatch.Alarm(
            self,
            name,
            alarm_name=self._naming.alarm(name),
            alarm_description=description,
            metric=metric,
            threshold=threshold,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        alarm.add_alarm_action(actions.SnsAction(self._topic))
        return alarm


class SurveillanceAlarms(Alarms):
    """Frames and photographs given up, frames waiting, errors, throttles, images rejected."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        metrics: Metrics,
        topic: sns.ITopic,
        naming: Naming,
        settings: StageSettings,
    ) -> None:
        super().__init__(scope, name, metrics, topic, naming)
        self.all = [*self._of_surveillance(settings), *self._of_enrolment()]

    def _of_surveillance(self, settings: StageSettings) -> list[cloudwatch.Alarm]:
        metrics, package = self._metrics, Package.SURVEILLANCE
        age = metrics.queue(self._naming.queue(QueueName.FRAMES), "ApproximateAgeOfOldestMessage")
        errors, throttles = (metrics.function(package, name) for name in ("Errors", "Throttles"))
        rejects = metrics.ours("FramesRejected")
        # Two failed deliveries of one frame, or a queue that grows faster than it is read.
        too_old_s = 2 * settings.visibility_timeout_s(settings.batch_window_s)
        return [
            self._dead_letters("DeadLetters", QueueName.FRAMES, "Frames"),
            self._alarm("Age", age, too_old_s, "Frames wait too long"),
            self._alarm("Errors", errors, 1, "The function failed"),
            self._alarm("Throttles", throttles, 1, "The function's concurrency is too low"),
            self._alarm("Rejects", rejects, REJECTED, "Cameras send what is no usable image"),
        ]

    def _of_enrolment(self) -> list[cloudwatch.Alarm]:
        errors = self._metrics.function(Package.ENROLMENT, "Errors")
        return [
            self._dead_letters("EnrolmentDeadLetters", QueueName.ENROLMENT, "Photographs"),
            self._alarm("EnrolmentErrors", errors, 1, "The enrolment function failed"),
        ]
