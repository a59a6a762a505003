"""Values that the AWS API would refuse: enumerations, patterns and limits of the API's own models, as botocore ships them."""

import functools
import re
from typing import Any

import botocore.session
from botocore.model import Shape

from provider.values import is_unknown

type Path = list[str | int]

_OPERATIONS = {
    "aws_apprunner_auto_scaling_configuration_version": ("apprunner", "CreateAutoScalingConfiguration"),
    "aws_apprunner_service": ("apprunner", "CreateService"),
    "aws_apprunner_vpc_connector": ("apprunner", "CreateVpcConnector"),
    "aws_budgets_budget": ("budgets", "CreateBudget"),
    "aws_cloudwatch_log_group": ("logs", "CreateLogGroup"),
    "aws_cloudwatch_metric_alarm": ("cloudwatch", "PutMetricAlarm"),
    "aws_ecr_repository": ("ecr", "CreateRepository"),
    "aws_ecs_service": ("ecs", "CreateService"),
    "aws_ecs_task_definition": ("ecs", "RegisterTaskDefinition"),
    "aws_iam_role": ("iam", "CreateRole"),
    "aws_lb": ("elbv2", "CreateLoadBalancer"),
    "aws_lb_listener": ("elbv2", "CreateListener"),
    "aws_lb_target_group": ("elbv2", "CreateTargetGroup"),
    "aws_rds_cluster": ("rds", "CreateDBCluster"),
    "aws_rds_cluster_instance": ("rds", "CreateDBInstance"),
    "aws_secretsmanager_secret": ("secretsmanager", "CreateSecret"),
    "aws_sesv2_configuration_set": ("sesv2", "CreateConfigurationSet"),
    "aws_sesv2_email_identity": ("sesv2", "CreateEmailIdentity"),
}
_OTHER_NAMES = {"service_name": ("name",)}
# The API's models leave these to words; the lists are from its reference.
_RETENTION_DAYS = {
    1,
    3,
    5,
    7,
    14,
    30,
    60,
    90,
    120,
    150,
    180,
    365,
    400,
    545,
    731,
    1096,
    1827,
    2192,
    2557,
    2922,
    3288,
    3653,
}


def refusals(type_name: str, config: Any) -> list[tuple[Path, str]]:
    found: list[tuple[Path, str]] = []
    if type_name in _OPERATIONS:
        _walk(config, _input_shape(*_OPERATIONS[type_name]), [], found)
    days = config.get("retention_in_days") if type_name == "aws_cloudwatch_log_group" else None
    if isinstance(days, int) and days not in _RETENTION_DAYS:
        found.append((["retention_in_days"], f"CloudWatch keeps logs for one of {sorted(_RETENTION_DAYS)} days"))
    return found


@functools.cache
def _input_shape(service: str, operation: str) -> Shape:
    shape: Any = botocore.session.get_session().get_service_model(service).operation_model(operation).input_shape
    return shape


def _walk(value: Any, shape: Any, path: Path, found: list[tuple[Path, str]]) -> None:
    if value is None or is_unknown(value):
        return
    if shape.type_name == "structure" and isinstance(value, list):
        for place, each in enumerate(value):
            _walk(each, shape, [*path, place], found)
    elif shape.type_name == "structure" and isinstance(value, dict):
        members = {_plain(name): member for name, member in shape.members.items()}
        for name, each in value.items():
            candidates = (_plain(name), *_OTHER_NAMES.get(name, ()), f"{_plain(name)}s", _plain(name).rstrip("s"))
            member = next((members[candidate] for candidate in candidates if candidate in members), None)
            if member is not None:
                _walk(each, member, [*path, name], found)
    elif shape.type_name == "list" and isinstance(value, list):
        for place, each in enumerate(value):
            _walk(each, shape.member, [*path, place], found)
    elif isinstance(value, str | int | float):
        found.extend((path, complaint) for complaint in _complaints(value, shape))


def _complaints(value: str | float, shape: Any) -> list[str]:
    rules = shape.metadata
    if shape.type_name == "string" and isinstance(value, str):
        return _of_text(value, rules) or _of_size(value, len(value), rules)
    if shape.type_name in {"integer", "long", "float", "double"}:
        try:
            return _of_size(value, float(value), rules)
        except ValueError:
            return []
    return []


def _of_text(value: str, rules: dict[str, Any]) -> list[str]:
    if rules.get("enum") and value not in rules["enum"]:
        return [f"{value!r} is not one of {', '.join(rules['enum'])}"]
    if rules.get("pattern") and not _matches(rules["pattern"], value):
        return [f"{value!r} does not match {rules['pattern']}"]
    return []


def _of_size(value: str | float, size: float, rules: dict[str, Any]) -> list[str]:
    if size < rules.get("min", size):
        return [f"{value!r} is below the minimum of {rules['min']}"]
    if size > rules.get("max", size):
        return [f"{value!r} is above the maximum of {rules['max']}"]
    return []


def _matches(pattern: str, value: str) -> bool:
    try:
        return re.fullmatch(pattern, value) is not None
    except re.error:  # a dialect that Python's does not read
        return True


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
