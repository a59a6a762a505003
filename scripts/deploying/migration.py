"""Runs the one-off task that migrates the database, and waits for what it says."""

import json
from collections.abc import Mapping
from typing import Any

from deploying.commands import CommandFailedError, Commands
from deploying.options import CannotDeployError, Options
from deploying.terraform import listed

# `aws ecs wait` gives up after ten minutes with this status; a long migration is waited for three times as long.
_WAIT_GAVE_UP = 255
_WAITS = 3


def migrate(outputs: Mapping[str, Any], revision: str, *, options: Options, commands: Commands) -> None:
    cluster = ["--cluster", str(outputs["cluster_name"]), "--region", options.region]
    definition = str(outputs["migration_task_definition"])
    network = (
        f"awsvpcConfiguration={{subnets=[{','.join(listed(outputs['migration_subnet_ids']))}],"
        f"securityGroups=[{','.join(listed(outputs['migration_security_group_ids']))}],assignPublicIp=ENABLED}}"
    )
    run_task = ["aws", "ecs", "run-task", *cluster, "--launch-type", "FARGATE", "--task-definition", definition]
    where = ["--network-configuration", network, "--started-by", f"deploy-{revision[:12]}"]
    query = "{task: tasks[0].taskArn, reason: failures[0].reason}"
    answer = commands.read(
        [*run_task, *where, "--query", query, "--output", "json"], instead='{"task": "<migration task>"}'
    )
    started: dict[str, str | None] = json.loads(answer)
    task = started["task"]
    if task is None:
        raise CannotDeployError(f"ECS started no migration task: {started.get('reason') or 'no reason given'}.")
    for attempt in range(1, _WAITS + 1):
        try:
            commands.run(["aws", "ecs", "wait", "tasks-stopped", *cluster, "--tasks", task])
            break
        except CommandFailedError as error:
            if error.status != _WAIT_GAVE_UP or attempt == _WAITS:
                raise
    query = "tasks[0].{exit: containers[0].exitCode, reason: stoppedReason, said: containers[0].reason}"
    answer = commands.read(
        ["aws", "ecs", "describe-tasks", *cluster, "--tasks", task, "--query", query, "--output", "json"],
        instead='{"exit": 0}',
    )
    ended: dict[str, Any] = json.loads(answer)
    if ended.get("exit") != 0:
        status = "never started" if ended.get("exit") is None else f"ended with status {ended['exit']}"
        reasons = "; ".join(str(ended[key]) for key in ("reason", "said") if ended.get(key))
        raise CannotDeployError(
            f"The migration {status} ({reasons or 'no reason given'}). "
            f"Its log: aws logs tail {outputs['migration_log_group_name']} --since 1h --region {options.region}"
        )
