"""What `make deploy` refuses before it changes anything, and what it says then."""

import pytest

from tests.pipelines.deploy_stand import Stand

CHANGING = ("terraform apply", "docker push", "docker build", "run-task", "terraform plan")


def refused(stand: Stand, words: str, **variables: str) -> None:
    ended = stand.deploy(**variables)

    assert ended.returncode in {1, 2}
    assert words in ended.stderr
    assert "Traceback" not in ended.stderr
    assert [call for call in stand.calls if any(part in call for part in CHANGING)] == []


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"ENV": ""}, "make deploy ENV=staging, or ENV=production"),
        ({"ENV": "prod"}, "ENV is 'prod', but must be one of: staging, production"),
        ({"LAYERS": "database"}, "LAYERS is 'database'"),
        ({"WEB_RUNTIME": "lambda"}, "WEB_RUNTIME is 'lambda'"),
        ({"AWS_ACCOUNT_ID": ""}, "Set AWS_ACCOUNT_ID"),
        ({"AWS_REGION": ""}, "Set AWS_REGION"),
        ({"SMOKE_SECONDS": "soon"}, "SMOKE_SECONDS is 'soon'"),
        ({"YES": ""}, "There is no terminal to ask on"),
        ({"AWS_ACCOUNT_ID": "999999999999"}, "belong to account 123456789012, but 999999999999 is meant"),
    ],
)
def test_what_was_asked_for_must_make_sense(stand: Stand, variables: dict[str, str], words: str) -> None:
    refused(stand, words, **variables)


@pytest.mark.parametrize("program", ["docker", "terraform", "aws"])
def test_a_missing_program_is_named(stand: Stand, program: str) -> None:
    stand.lacks(program)

    refused(stand, f"Not on PATH: {program} (")


@pytest.mark.parametrize(
    ("failing", "words"),
    [
        ("aws sts*", "AWS knows no credentials here"),
        ("docker version*", "start its engine"),
        ("aws s3api head-bucket*", "apply the layer `account` first"),
    ],
)
def test_what_does_not_answer_is_named_with_what_to_do(stand: Stand, failing: str, words: str) -> None:
    stand.fails(failing)

    refused(stand, words)


def test_uncommitted_work_is_refused(stand: Stand) -> None:
    (stand.repository / "backend" / "app" / "new.py").write_text("changed")

    refused(stand, "commit or stash first")


@pytest.mark.parametrize("stand", ["apprunner"], indirect=True)
def test_an_account_without_app_runner_learns_what_to_change(stand: Stand) -> None:
    stand.fails("aws apprunner list-services*", "AccessDeniedException")

    refused(stand, 'Set web_runtime = "ecs" and certificate_arn in infra/environments/staging.tf')


@pytest.mark.parametrize("stand", ["apprunner"], indirect=True)
def test_another_runtime_can_be_asked_for_without_app_runner_being_asked(stand: Stand) -> None:
    stand.fails("aws apprunner list-services*")

    ended = stand.deploy(WEB_RUNTIME="ecs")

    assert "App Runner" not in ended.stderr
    assert all("-var=web_runtime=ecs" in call for call in stand.called("service: terraform plan"))


def test_the_examples_domain_is_refused(stand: Stand) -> None:
    constants = stand.repository / "infra" / "environments" / "staging.tf"
    constants.write_text(constants.read_text().replace("invoices.acme.test", "staging.invoices.example.com"))
    stand.commit("x")

    refused(stand, "still names staging.invoices.example.com")


def test_a_load_balancer_without_a_certificate_is_refused(stand: Stand) -> None:
    constants = stand.repository / "infra" / "environments" / "staging.tf"
    constants.write_text(constants.read_text().replace("arn:c", ""))
    stand.commit("x")

    refused(stand, "The load balancer needs a certificate")


def test_production_takes_only_what_is_on_main(stand: Stand) -> None:
    stand.git("update-ref", "refs/remotes/origin/main", stand.previous)
    refused(stand, "is not on origin/main", ENV="production")

    stand.git("update-ref", "refs/remotes/origin/main", stand.revision)
    assert stand.deploy(ENV="production").returncode == 0


def test_nothing_is_deployed_when_nothing_that_is_deployed_differs(stand: Stand) -> None:
    stand.runs(stand.revision)
    stand.commit("docs/api.md")
    stand.commit("backend/tests/test_new.py")

    ended = stand.deploy()

    assert ended.returncode == 0
    assert "Nothing to deploy" in ended.stdout
    assert [call for call in stand.calls if any(part in call for part in CHANGING)] == []
    assert stand.deploy(FORCE="1").returncode == 0
    assert stand.called("run-task")


def test_an_older_revision_is_refused_until_it_is_meant(stand: Stand) -> None:
    stand.runs(stand.revision)
    stand.git("checkout", "-q", stand.previous)

    refused(stand, f"which is newer than {stand.previous[:12]}")
    assert stand.deploy(BACK="1").returncode == 0
    assert stand.running == (stand.previous, stand.previous)


def test_a_running_revision_that_this_clone_does_not_know_may_be_newer(stand: Stand) -> None:
    stand.runs("f" * 40)

    refused(stand, "Run git fetch")


def test_a_deploy_that_stopped_half_way_is_finished_though_nothing_differs(stand: Stand) -> None:
    stand.runs(stand.revision, stand.previous)

    ended = stand.deploy()

    assert "the last deploy didn't come to its end" in ended.stdout
    assert stand.running == (stand.revision, stand.revision)
