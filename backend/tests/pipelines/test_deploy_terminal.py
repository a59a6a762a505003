"""`make deploy` before a person: the dry run, the question, and Ctrl-C."""

import os
import pty
import signal
import subprocess
import time

import pytest

from tests.pipelines.deploy_stand import Stand


def test_a_dry_run_calls_nothing_and_needs_nothing(stand: Stand) -> None:
    for program in ("aws", "docker", "terraform"):
        stand.lacks(program)

    ended = stand.deploy(DRY_RUN="1", YES="", AWS_ACCOUNT_ID="", AWS_REGION="", LAYERS="")

    assert ended.returncode == 0, ended.stderr
    assert stand.calls == []
    assert stand.product.asked == []
    assert "Nothing was run" in ended.stdout


def test_a_dry_run_prints_every_command_of_a_deploy_and_the_way_back(stand: Stand) -> None:
    said = stand.deploy(DRY_RUN="1", YES="", LAYERS="").stdout

    at = 0
    for command in (
        "aws sts get-caller-identity",
        "(in infra/layers/registry) terraform apply",
        "(in infra/layers/network) terraform apply",
        "(in infra/layers/database) terraform apply",
        "(in infra/layers/secrets) terraform apply",
        f"--build-arg=REVISION={stand.revision}",
        "aws ecr get-login-password --region eu-central-1 | docker login --username AWS --password-stdin",
        "docker push",
        "Migrate and roll out",
        "-target=module.migration",
        "aws ecs run-task --cluster '<service:cluster_name>'",
        "(in infra/layers/service) terraform apply -input=false '<plans>/service.tfplan'",
        "GET <service:web_url>/health/ready",
        "'-var=image_tag=<running>'",
    ):
        assert command in said[at:]
        at = said.index(command, at)


@pytest.mark.parametrize(("answer", "is_applied"), [("n", False), ("", False), ("y", True)])
def test_a_person_is_asked_after_the_plan(stand: Stand, answer: str, is_applied: bool) -> None:
    ours, theirs = pty.openpty()
    os.write(ours, f"{answer}\n".encode())
    ended = subprocess.run(
        stand.command(),
        env=stand.environment(YES=""),
        stdin=theirs,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    os.close(ours)
    os.close(theirs)

    assert f"Migrate and roll out {stand.revision[:12]}? [y/N]" in ended.stdout
    assert (ended.returncode == 0) is is_applied
    assert bool(stand.called("terraform apply")) is is_applied


def _hear_sigint() -> None:
    """A shell that starts the tests in the background lets them ignore it, and what they start as well."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("how", ["ctrl-c", "sigterm"])
def test_an_interruption_lets_terraform_end_and_says_what_was_done(stand: Stand, how: str) -> None:
    stand.write("slow", "")
    process = subprocess.Popen(
        stand.command(),
        env=stand.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=_hear_sigint,  # noqa: PLW1509 - no thread runs here
    )
    deadline = time.monotonic() + 20
    while not stand.has("applying") and time.monotonic() < deadline:
        time.sleep(0.05)

    if how == "ctrl-c":
        os.killpg(process.pid, signal.SIGINT)
    else:
        process.terminate()
    _, said = process.communicate(timeout=20)

    assert process.returncode == 130
    assert stand.calls[-1] == "ended by itself"
    assert "=== Interrupted" in said
    assert "✓ the database is migrated" in said
    assert "Web and worker may be of either release; both work with it." in said
    assert "run the same command again" in said
    assert f"git checkout {stand.previous}" in said
    assert "Traceback" not in said
