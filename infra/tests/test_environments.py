"""What holds in every environment, whichever way the web runs."""

import json
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from stack import INFRA, LAYERS, REGION, Stack

PROJECT = INFRA.parent

# Actions that AWS knows for no single resource, and reading for a plan.
_MAY_NAME_EVERYTHING = {"LogInToTheRegistry", "RegisterTaskDefinitions", "CompareWithWhatIsThere"}
# PGPASSWORD is libpq's; the others come to .env.example with the image (issue 5).
_NOT_OURS = {"PGPASSWORD", "AWS_REGION", "DATABASE_AUTH", "WORKER_ALIVE_FILE"}
_READ_BY_THE_DEPLOYMENT = {
    "cluster_name",
    "image_tag",
    "log_retention_days",
    "migration_container_name",
    "migration_log_group_name",
    "migration_security_group_ids",
    "migration_subnet_ids",
    "migration_task_definition",
    "web_direct_url",
    "web_log_group_names",
    "web_runtime",
    "web_service_arn",
    "web_service_name",
    "web_url",
    "worker_service_name",
}


def of_type(stack: Stack, *types: str) -> list[dict[str, Any]]:
    return [each["values"] for each in stack.resources() if each["type"] in types]


def statements(policy: str) -> list[dict[str, Any]]:
    return json.loads(policy)["Statement"]


def role_policies(stack: Stack) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each statement of each policy of a role, with the role's name."""
    for policy in of_type(stack, "aws_iam_role_policy"):
        for statement in statements(policy["policy"]):
            yield policy["role"], statement


def actions_of(stack: Stack, role: str) -> set[str]:
    return {action for name, statement in role_policies(stack) if name == role for action in statement["Action"]}


def containers(stack: Stack) -> list[dict[str, Any]]:
    tasks = of_type(stack, "aws_ecs_task_definition")
    return [container for task in tasks for container in json.loads(task["container_definitions"])]


def settings_of_the_web(stack: Stack) -> dict[str, str]:
    for service in of_type(stack, "aws_apprunner_service"):
        image = service["source_configuration"][0]["image_repository"][0]
        return image["image_configuration"][0]["runtime_environment_variables"]
    web = next(container for container in containers(stack) if container["name"] == "web")
    return {each["name"]: each["value"] for each in web["environment"]}


def test_a_second_plan_changes_nothing(stack: Stack) -> None:
    layers = ["service"] if stack.variables else LAYERS
    planned = {layer: stack.plan(layer) for layer in layers}
    assert {layer: each.stdout + each.stderr for layer, each in planned.items() if each.returncode} == {}


def test_only_the_load_balancer_hears_the_internet(stack: Stack) -> None:
    open_rules = [
        rule
        for rule in of_type(stack, "aws_vpc_security_group_ingress_rule")
        if rule["cidr_ipv4"] or rule["cidr_ipv6"] or rule["prefix_list_id"]
    ]
    balancer = next(
        group["id"] for group in of_type(stack, "aws_security_group") if group["name"].endswith("load-balancer")
    )
    assert {(rule["security_group_id"], rule["from_port"]) for rule in open_rules} == {(balancer, 443), (balancer, 80)}


def test_the_database_is_in_subnets_that_the_internet_does_not_reach(stack: Stack) -> None:
    [group] = of_type(stack, "aws_db_subnet_group")
    tables = {each["subnet_id"]: each["route_table_id"] for each in of_type(stack, "aws_route_table_association")}
    reached = {route["route_table_id"] for route in of_type(stack, "aws_route") if route["gateway_id"]}
    assert reached
    assert len(group["subnet_ids"]) == 2
    assert not {tables[subnet] for subnet in group["subnet_ids"]} & reached
    assert not any(each["publicly_accessible"] for each in of_type(stack, "aws_rds_cluster_instance"))


def test_the_database_is_encrypted_protected_and_backed_up(stack: Stack) -> None:
    [cluster] = of_type(stack, "aws_rds_cluster")
    assert cluster["storage_encrypted"]
    assert cluster["deletion_protection"]
    assert cluster["backup_retention_period"] >= 7
    assert not cluster["skip_final_snapshot"]


def test_every_log_is_encrypted_and_forgotten_one_day(stack: Stack) -> None:
    groups = of_type(stack, "aws_cloudwatch_log_group")
    assert len(groups) >= 4
    assert all((group["retention_in_days"] or 0) >= 30 and group["kms_key_id"] for group in groups)


def test_every_bucket_is_private_encrypted_and_hears_tls_only(stack: Stack) -> None:
    buckets = {bucket["id"] for bucket in of_type(stack, "aws_s3_bucket")}
    blocks = of_type(stack, "aws_s3_bucket_public_access_block")
    assert buckets == {
        block["bucket"] for block in blocks if block["block_public_acls"] and block["block_public_policy"]
    }
    assert buckets == {each["bucket"] for each in of_type(stack, "aws_s3_bucket_server_side_encryption_configuration")}
    refusing = [
        policy
        for policy in of_type(stack, "aws_s3_bucket_policy")
        if statements(policy["policy"])[0]["Effect"] == "Deny"
    ]
    assert buckets == {policy["bucket"] for policy in refusing}


def test_every_key_is_rotated_and_every_secret_has_one_of_ours(stack: Stack) -> None:
    keys = of_type(stack, "aws_kms_key")
    assert all(key["enable_key_rotation"] for key in keys)
    assert all(
        secret["kms_key_id"] in {key["arn"] for key in keys} for secret in of_type(stack, "aws_secretsmanager_secret")
    )


def test_no_role_may_do_everything_of_a_service(stack: Stack) -> None:
    allowed = list(role_policies(stack))
    assert len(allowed) > 20
    assert [
        (role, action)
        for role, each in allowed
        for action in each["Action"]
        if action.endswith("*") and not re.search(r":(Describe|Get|List)\w*\*$", action)
    ] == []
    assert {each["Sid"] for _, each in allowed if "*" in each["Resource"]} <= _MAY_NAME_EVERYTHING
    assert not of_type(stack, "aws_iam_role_policy_attachment")


def test_only_the_migration_reads_the_master_password(stack: Stack) -> None:
    secret = stack.outputs("database")["master_secret_arn"]
    readers = {
        role
        for role, each in role_policies(stack)
        if any(fnmatchcase(secret, name) for name in each["Resource"] if name != "*")
        and each["Action"] == ["secretsmanager:GetSecretValue"]
    }
    assert readers == {f"quittance-{stack.environment}-migrate-start"}
    users = {container["name"] for container in containers(stack) if secret in json.dumps(container)}
    assert users == {"migrate"}
    assert secret not in json.dumps(of_type(stack, "aws_apprunner_service"))


def test_the_web_cannot_send_mail_and_the_worker_only_as_the_product(stack: Stack) -> None:
    name = f"quittance-{stack.environment}"
    assert not any(action.startswith("ses:") for action in actions_of(stack, f"{name}-web"))
    [sending] = [each for _, each in role_policies(stack) if "ses:SendEmail" in each["Action"]]
    assert "ses:SendEmail" in actions_of(stack, f"{name}-worker")
    sender = settings_of_the_web(stack)["MAIL_SENDER"].rpartition("<")[2].rstrip(">")
    assert sending["Condition"] == {"StringEquals": {"ses:FromAddress": [sender]}}


def test_web_and_worker_sign_in_to_the_database_as_the_application_alone(stack: Stack) -> None:
    signing_in = {role: each["Resource"] for role, each in role_policies(stack) if "rds-db:connect" in each["Action"]}
    name = f"quittance-{stack.environment}"
    assert signing_in.keys() == {f"{name}-web", f"{name}-worker"}
    assert all(resource.endswith("/quittance_app") for resources in signing_in.values() for resource in resources)
    url = settings_of_the_web(stack)["DATABASE_URL"]
    assert re.fullmatch(r"postgresql://quittance_app@[^:@/]+:\d+/quittance", url)


def test_no_secret_is_in_a_state(stack: Stack) -> None:
    made_up = "random_password-"  # how the stand-in's random passwords begin
    assert [layer for layer in LAYERS if made_up in stack.state_text(layer)] == []
    assert [each for each in of_type(stack, "aws_secretsmanager_secret_version") if each["secret_string"]] == []


def test_containers_are_told_only_what_the_application_knows(stack: Stack) -> None:
    known = set(re.findall(r"^([A-Z][A-Z0-9_]+)=", (PROJECT / ".env.example").read_text(), re.MULTILINE)) | _NOT_OURS
    told = {
        each["name"] for container in containers(stack) for each in [*container["environment"], *container["secrets"]]
    }
    assert told | settings_of_the_web(stack).keys() <= known


def test_workers_and_migrations_have_a_way_out_and_none_in(stack: Stack) -> None:
    outputs, network = stack.outputs("service"), stack.outputs("network")
    [worker] = [each for each in of_type(stack, "aws_ecs_service") if each["name"] == outputs["worker_service_name"]]
    [placed] = worker["network_configuration"]
    assert placed["assign_public_ip"]
    assert set(placed["subnets"]) == set(network["public_subnet_ids"]) == set(outputs["migration_subnet_ids"])
    heard = {rule["security_group_id"] for rule in of_type(stack, "aws_vpc_security_group_ingress_rule")}
    assert not heard & {network["security_group_ids_by_name"]["worker"], *outputs["migration_security_group_ids"]}


def test_a_worker_that_hangs_is_replaced(stack: Stack) -> None:
    checked = {each["name"]: each["healthCheck"]["command"] for each in containers(stack) if "healthCheck" in each}
    assert checked == {"worker": ["CMD", "python", "-S", "/app/health.py"]}


def test_the_image_is_the_tag_that_was_asked_for(stack: Stack) -> None:
    image = f"{stack.outputs('registry')['repository_url']}:abc123"
    runs = {container["image"] for container in containers(stack)}
    runs |= {
        service["source_configuration"][0]["image_repository"][0]["image_identifier"]
        for service in of_type(stack, "aws_apprunner_service")
    }
    assert runs == {image}
    assert stack.outputs("service")["image_tag"] == "abc123"


# As scripts/deploying/terraform.py names them.
_MIGRATION_ALONE = (
    "-target=module.migration",
    "-target=aws_ecs_cluster.this",
    "-target=data.terraform_remote_state.network",
)


@pytest.mark.parametrize("has_service", [True, False])
def test_a_migration_can_go_first_and_alone(stacks: dict[str, Stack], tmp_path: Path, *, has_service: bool) -> None:
    stack = Stack("staging", tmp_path)
    stack.begin_as(stacks["staging"], has_service=has_service)

    stack.apply("service", *_MIGRATION_ALONE, image_tag="next")

    tags = {container["name"]: container["image"].rpartition(":")[2] for container in containers(stack)}
    assert tags == {"migrate": "next"} | ({"worker": "abc123"} if has_service else {})
    outputs = stack.outputs("service")
    assert outputs.keys() >= {
        "cluster_name",
        "migration_container_name",
        "migration_log_group_name",
        "migration_security_group_ids",
        "migration_subnet_ids",
        "migration_task_definition",
    }
    assert outputs.get("image_tag") == ("abc123" if has_service else None), "it runs what it ran before"


def test_every_alarm_tells_somebody(stack: Stack) -> None:
    [topic] = of_type(stack, "aws_sns_topic")
    alarms = of_type(stack, "aws_cloudwatch_metric_alarm")
    assert {alarm["alarm_name"].removeprefix(f"quittance-{stack.environment}-") for alarm in alarms} == {
        "server-errors",
        "latency",
        "queue-age",
        "dead-jobs",
        "database-cpu",
        "database-capacity",
        "database-connections",
    }
    assert all(alarm["alarm_actions"] == [topic["arn"]] for alarm in alarms)
    assert topic["kms_master_key_id"]


def test_alarms_of_jobs_read_what_workers_log(stack: Stack) -> None:
    source = (PROJECT / "backend" / "app" / "observing" / "queue_figures.py").read_text()
    for each in of_type(stack, "aws_cloudwatch_log_metric_filter"):
        [event] = re.findall(r'\$\.event = "(\w+)"', each["pattern"])
        logged = each["metric_transformation"][0]["value"].removeprefix("$.")
        assert f'"{event}",' in source
        assert f"{logged}=" in source
    assert settings_of_the_web(stack)["LOG_LEVEL"] in {"DEBUG", "INFO"}


def test_the_deployment_finds_what_it_reads(stack: Stack) -> None:
    outputs = stack.outputs("service")
    # An output that is null is not in the state.
    missing = _READ_BY_THE_DEPLOYMENT - outputs.keys()
    assert missing == (
        {"web_direct_url", "web_service_arn"} if outputs["web_runtime"] == "ecs" else {"web_service_name"}
    )


def test_the_deploy_role_reaches_what_a_deployment_touches_and_only_its_own_environment(stack: Stack) -> None:
    name = f"quittance-{stack.environment}"
    own = [each for role, each in role_policies(stack) if role == f"quittance-deploy-{stack.environment}"]

    def may(action: str, resource: str) -> bool:
        allowed = (pattern for each in own if action in each["Action"] for pattern in each["Resource"])
        return any(fnmatchcase(resource, pattern) for pattern in allowed)

    ecs, iam = f"arn:aws:ecs:{REGION}:123456789012", "arn:aws:iam::123456789012"
    [family] = {
        each["family"] for each in of_type(stack, "aws_ecs_task_definition") if each["family"].endswith("migrate")
    }
    assert may("ecs:RunTask", f"{ecs}:task-definition/{family}:7")
    for service in of_type(stack, "aws_ecs_service"):
        assert may("ecs:UpdateService", f"{ecs}:service/{name}/{service['name']}")
    for service in of_type(stack, "aws_apprunner_service"):
        arn = f"arn:aws:apprunner:{REGION}:123456789012:service/{service['service_name']}/abc"
        assert may("apprunner:UpdateService", arn), "the service's own name is its prefix"
    used = {
        each[kind].rpartition("/")[2]
        for each in of_type(stack, "aws_ecs_task_definition")
        for kind in ("execution_role_arn", "task_role_arn")
    }
    assert all(may("iam:PassRole", f"{iam}:role/{role}") for role in used)
    other = "production" if stack.environment == "staging" else "staging"
    assert not may("ecs:UpdateService", f"{ecs}:service/quittance-{other}/quittance-{other}-worker")
    assert not may("iam:PassRole", f"{iam}:role/quittance-deploy-{stack.environment}")
    assert not may(
        "s3:PutObject", f"{stack.outputs('account')['state_bucket_name']}/{stack.environment}/database.tfstate"
    )


def test_staging_and_production_differ_by_constants_only(stacks: dict[str, Stack]) -> None:
    staging, production = ({each["address"] for each in stacks[name].resources()} for name in ("staging", "production"))
    assert staging == production
    assert len(staging) > 100


def test_the_web_runs_one_way_or_the_other(stacks: dict[str, Stack]) -> None:
    for name, (here, absent) in {
        "production": ("aws_apprunner_service", "aws_lb"),
        "production on ECS": ("aws_lb", "aws_apprunner_service"),
    }.items():
        assert len(of_type(stacks[name], here)) == 1
        assert not of_type(stacks[name], absent)
    assert (
        stacks["production on ECS"].outputs("service")["web_url"] == stacks["production"].outputs("service")["web_url"]
    )


@pytest.mark.parametrize(
    ("variables", "refusal"),
    [
        ({"image_tag": "latest"}, "image_tag must be a tag that says what is in the image"),
        ({"web_runtime": "lambda"}, "web_runtime must be apprunner"),
        ({"web_runtime": "ecs"}, "certificate_arn must be the ARN of a certificate in ACM"),
        ({"environment": "prod"}, "environment must be staging or production"),
        ({"region": "Frankfurt"}, "region must be an AWS region"),
    ],
)
def test_what_an_operator_types_wrong_is_refused_in_words(
    stacks: dict[str, Stack], variables: dict[str, str], refusal: str
) -> None:
    planned = stacks["staging"].plan("service", **variables)
    assert planned.returncode == 1
    assert refusal in re.sub(r"\s+", " ", planned.stderr.replace("│", ""))
