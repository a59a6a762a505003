"""`make deploy`, step by step, with programs that record their calls and fail where they are told to."""

import json
import re

import pytest

from tests.pipelines.deploy_stand import PASSWORD, Stand

RUNTIMES = pytest.mark.parametrize("stand", ["apprunner", "ecs"], indirect=True)


def steps(stand: Stand) -> list[str]:
    """The calls that change something, shortened, in their order."""
    changing = {
        "docker build": "build",
        "docker push": "push",
        "ecs run-task": "migrate",
        "service-migration.tfplan": "prepare migration",
        "-auto-approve": "roll back",
    }
    found: list[str] = []
    for call in stand.calls:
        if layer := re.search(r"terraform apply .*/(\w+)\.tfplan", call):
            found.append(f"apply {layer[1]}")
        elif "terraform plan" not in call:
            found += [step for part, step in changing.items() if part in call]
    return found


@RUNTIMES
def test_everything_happens_in_its_order(stand: Stand) -> None:
    ended = stand.deploy(LAYERS="all")

    assert ended.returncode == 0, ended.stderr
    foundation = ["apply registry", "apply network", "apply database", "apply secrets"]
    assert steps(stand) == [*foundation, "build", "push", "prepare migration", "migrate", "apply service"]
    assert stand.running == (stand.revision, stand.revision)
    assert stand.product.asked == ["/health/ready", "/"]
    assert f"revision     {stand.revision}" in ended.stdout
    assert f"before       {stand.previous}" in ended.stdout


def test_the_image_is_tagged_and_labelled_with_the_revision_and_built_for_what_runs_it(stand: Stand) -> None:
    stand.deploy(PYTHON_IMAGE="python@sha256:1")

    (build,) = stand.called("docker build")
    for part in (
        "--platform=linux/amd64",
        f"REVISION={stand.revision}",
        f":{stand.revision} .",
        "PYTHON_IMAGE=python@sha256:1",
    ):
        assert part in build


def test_the_migration_runs_the_new_image_in_the_network_of_its_outputs(stand: Stand) -> None:
    stand.deploy()

    (plan,) = [call for call in stand.called("service-migration") if "terraform plan" in call]
    assert f"-var=image_tag={stand.revision} -target=module.migration" in plan
    (run,) = stand.called("run-task")
    assert "subnets=[subnet-1,subnet-2],securityGroups=[sg-1],assignPublicIp=ENABLED" in run


def test_each_state_is_its_own(stand: Stand) -> None:
    stand.deploy(LAYERS="all")

    keys = {key for call in stand.calls for key in re.findall(r"key=(\S+)", call)}
    assert keys == {"account/registry.tfstate"} | {
        f"staging/{layer}.tfstate" for layer in ("network", "database", "secrets", "service")
    }


def test_the_registrys_password_is_in_no_argument_and_no_output(stand: Stand) -> None:
    ended = stand.deploy()

    assert stand.read("password") == PASSWORD
    assert PASSWORD not in ended.stdout + ended.stderr + "".join(stand.calls)
    assert stand.called("docker logout registry.example")


def test_a_pipeline_touches_the_service_alone(stand: Stand) -> None:
    ended = stand.deploy()

    assert ended.returncode == 0, ended.stderr
    assert steps(stand) == ["build", "push", "prepare migration", "migrate", "apply service"]


def test_an_image_that_is_there_is_not_built_again(stand: Stand) -> None:
    stand.write("pushed", "")

    stand.deploy()

    assert stand.called("ecr describe-images")
    assert not stand.called("docker build")


def test_the_first_deploy_needs_nothing_to_be_there(stand: Stand) -> None:
    stand.is_empty()

    ended = stand.deploy(LAYERS="all")

    assert ended.returncode == 0, ended.stderr
    assert "this is the first deploy" in ended.stdout
    assert steps(stand)[-2:] == ["migrate", "apply service"]


@pytest.mark.parametrize(
    ("failing", "last_step"),
    [
        ("registry: terraform plan*", None),
        ("registry: terraform apply*", "apply registry"),
        ("database: terraform plan*", "apply network"),
        ("docker build*", "build"),
        ("aws ecr get-login-password*", "build"),
        ("docker login*", "build"),
        ("docker push*", "push"),
        ("service: terraform plan*-var=image_tag*", "push"),
        ("service: terraform apply*service-migration.tfplan", "prepare migration"),
        ("aws ecs run-task*", "migrate"),
        ("aws ecs describe-tasks*", "migrate"),
    ],
)
def test_what_fails_before_the_roll_out_leaves_the_application_as_it_was(
    stand: Stand, failing: str, last_step: str | None
) -> None:
    stand.fails(failing)

    ended = stand.deploy(LAYERS="all")

    assert ended.returncode == 1
    assert (steps(stand) or [None])[-1] == last_step
    assert stand.running == (stand.previous, stand.previous)
    assert "a planted failure" in ended.stderr
    assert "run the same command again" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_plan_of_the_service_that_fails_applies_nothing(stand: Stand) -> None:
    stand.fails("service: terraform plan*")

    ended = stand.deploy()

    assert ended.returncode == 1
    assert not stand.called("terraform apply")
    assert not stand.called("run-task")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ('{"exit": 1, "reason": "Essential container in task exited"}', "ended with status 1"),
        (
            '{"exit": null, "reason": "Task failed to start", "said": "CannotPullContainerError"}',
            "CannotPullContainerError",
        ),
    ],
)
def test_a_migration_that_fails_is_not_rolled_out(stand: Stand, answer: str, words: str) -> None:
    stand.write("migration", answer)

    ended = stand.deploy()

    assert ended.returncode == 1
    assert words in ended.stderr
    assert "aws logs tail /quittance-staging/migrate" in ended.stderr
    assert steps(stand)[-1] == "migrate"
    assert stand.running == (stand.previous, stand.previous)


def test_a_migration_that_ecs_does_not_start_is_not_rolled_out(stand: Stand) -> None:
    stand.write("started", '{"task": null, "reason": "RESOURCE:ENI"}')

    ended = stand.deploy()

    assert "ECS started no migration task: RESOURCE:ENI" in ended.stderr
    assert stand.running == (stand.previous, stand.previous)


def test_a_long_migration_is_waited_for_longer_than_aws_waits(stand: Stand) -> None:
    stand.fails("aws ecs wait*", "Max attempts exceeded", status=255)

    ended = stand.deploy()

    assert len(stand.called("ecs wait")) == 3
    assert "may have run, or still be running" in ended.stderr
    assert stand.running == (stand.previous, stand.previous)


@RUNTIMES
def test_a_roll_out_that_fails_is_taken_back(stand: Stand) -> None:
    stand.fails("service: terraform apply*/service.tfplan")

    ended = stand.deploy()

    assert ended.returncode == 1
    assert f"-var=image_tag={stand.previous}" in stand.called("-auto-approve")[0]
    assert "=== Rolled back" in ended.stderr
    assert "The database stays migrated" in ended.stderr


@RUNTIMES
def test_a_release_that_does_not_answer_is_taken_back(stand: Stand) -> None:
    stand.product.ready_status = 503

    ended = stand.deploy()

    assert ended.returncode == 1
    assert steps(stand)[-2:] == ["apply service", "roll back"]
    assert stand.running == (stand.previous, stand.previous)
    assert "answers 503 Service Unavailable" in ended.stderr
    assert "migrations are safe for the release before" in ended.stderr


@pytest.mark.parametrize("body", ["[]", "<html>", '{"status": "failed"}'])
def test_only_readiness_in_its_own_form_counts(stand: Stand, body: str) -> None:
    stand.product.readiness = body

    assert stand.deploy().returncode == 1
    assert stand.running == (stand.previous, stand.previous)


def test_another_page_at_the_address_is_taken_for_a_failure(stand: Stand) -> None:
    stand.product.front_page = "<h1>Welcome to nginx</h1>"

    ended = stand.deploy()

    assert "isn't the front page of Quittance" in ended.stderr
    assert stand.running == (stand.previous, stand.previous)


def test_a_service_that_ecs_took_back_by_itself_is_noticed(stand: Stand) -> None:
    stand.write("sticky", "")

    ended = stand.deploy()

    assert ended.returncode == 1
    assert f"Web runs {stand.previous[:12]}" in ended.stderr


def test_a_way_back_that_fails_too_calls_for_somebody(stand: Stand) -> None:
    stand.product.ready_status = 503
    stand.fails("service: terraform apply*-auto-approve*", "no way back")

    ended = stand.deploy()

    assert ended.returncode == 1
    assert "no way back" in ended.stderr
    assert "=== Failed" in ended.stderr
    assert "Web and worker may be of either release" in ended.stderr


def test_a_first_release_that_does_not_answer_has_nothing_to_go_back_to(stand: Stand) -> None:
    stand.is_empty()
    stand.product.ready_status = 503

    ended = stand.deploy(LAYERS="all")

    assert ended.returncode == 1
    assert "There is no other release to go back to" in ended.stderr
    assert not stand.called("-auto-approve")


@pytest.mark.parametrize("stand", ["apprunner"], indirect=True)
def test_app_runners_own_logs_get_an_end_and_a_failure_there_fails_nothing(stand: Stand) -> None:
    stand.fails("aws logs put-retention-policy*/aws/apprunner/a*")

    ended = stand.deploy()

    assert ended.returncode == 0
    assert len(stand.called("put-retention-policy")) == 2
    assert "/aws/apprunner/a is kept for ever" in ended.stdout


def test_yes_does_not_stand_for_deleting_data(stand: Stand) -> None:
    change = {
        "address": "module.database.aws_rds_cluster.this",
        "type": "aws_rds_cluster",
        "change": {"actions": ["delete", "create"]},
    }
    stand.write("shown-database", json.dumps({"resource_changes": [change]}))

    ended = stand.deploy(LAYERS="all")

    assert ended.returncode == 1
    assert "would delete module.database.aws_rds_cluster.this" in ended.stderr
    assert "apply database" not in steps(stand)


def test_a_first_deploy_that_stopped_after_its_migration_goes_on(stand: Stand) -> None:
    outputs = json.loads(stand.read("outputs"))
    stand.write(
        "outputs-service", json.dumps({name: outputs[name] for name in ("cluster_name", "migration_subnet_ids")})
    )

    ended = stand.deploy()

    assert ended.returncode == 0, ended.stderr
    assert "this is the first deploy" in ended.stdout


def test_an_unchanged_service_on_this_revision_is_only_asked_whether_it_answers(stand: Stand) -> None:
    stand.runs(stand.revision)
    stand.write("unchanged-service", "")

    ended = stand.deploy(FORCE="1")

    assert ended.returncode == 0, ended.stderr
    assert not stand.called("run-task")
    assert stand.product.asked == ["/health/ready", "/"]
