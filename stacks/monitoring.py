"""Who is told of what: alarms, alerts as messages, a dashboard."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_kms as kms
from constructs import Construct

from stacks.alarms import SurveillanceAlarms
from stacks.alerts import AlertMessages, AlertsTopic
from stacks.dashboard import SurveillanceDashboard
from stacks.metrics import Metrics
from stacks.naming import Naming
from stacks.settings import StageSettings


class MonitoringStack(cdk.Stack):
    """Topic, alarms, the way of an alert object to a message, dashboard."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        naming: Naming,
        settings: StageSettings,
        operations_key: kms.IKey,
    ) -> None:
        super().__init__(
            scope,
            name,
            stack_name=name,
            description="VSS: alarms, alerts and dashboard",
            termination_protection=settings.termination_protection,
        )
        metrics = Metrics(naming)
        topic = AlertsTopic(self, "Alerts", operations_key, naming, settings)
        AlertMessages(self, "AlertMessages", topic, naming, settings)
        alarms = SurveillanceAlarms(self, "Alarms", metrics, topic, naming, settings)
        dashboard: cloudwatch.Dashboard = SurveillanceDashboard(
            self, "Dashboard", metrics, alarms.all, naming
        )
        cdk.CfnOutput(
            self, "AlertsTopicArn", value=topic.topic_arn, description="Alerts and alarms"
        )
        cdk.CfnOutput(
            self,
            "DashboardName",
            value=dashboard.dashboard_name,
            description="Dashboard in CloudWatch",
        )
