"""`make deploy` with the real Terraform on the real layers: addresses, variables and outputs that it relies on are there."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from stack import INFRA, LAYERS, REGION, Stack

_SCRIPTS = INFRA.parent / "scripts"
# Terraform keeps its states in files here, so it is told of no bucket; what it wants to run is what the fake AWS says runs.
_TERRAFORM = """#!/bin/bash
for argument; do
  shift
  [[ $argument == -backend-config=* ]] || set -- "$@" "$argument"
done
echo "${PWD##*/}: $*" >> "$STAND/calls"
"$REAL_TERRAFORM" "$@"
status=$?
case "$*" in
  "apply "*service.tfplan | "apply "*-auto-approve*) "$REAL_TERRAFORM" output -raw image_tag > "$STAND/running" ;;
esac
exit $status
"""
_AWS = """#!/bin/bash
echo "aws $*" >> "$STAND/calls"
case "$*" in
  *get-caller-identity*) echo 123456789012 ;;
  *list-services*) echo 1 ;;
  *describe-images*) ;;
  *run-task*) echo '{"task": "arn:task", "reason": null}' ;;
  *describe-tasks*) echo '{"exit": 0}' ;;
  *describe-services*) echo definition ;;
  *) echo "registry/quittance:$(cat "$STAND/running")" ;;
esac
"""
_DEPLOY = """
import sys
sys.path.insert(0, "scripts")
import deploy
import deploying.deployment as deployment
from deploying.options import CannotDeployError

def smoke_test(*_, **__):
    if sys.argv[1] != "answers":
        raise CannotDeployError("it is silent")

deployment.smoke_test = smoke_test
sys.exit(deploy.main())
"""


class Deploying:
    """A project folder whose environment starts empty."""

    def __init__(self, folder: Path, environment: str) -> None:
        self.environment = environment
        self.stand = folder / "stand"
        self.stack = Stack(environment, folder / "project")
        self.project = self.stack.folder
        shutil.copytree(INFRA, self.project / "infra", ignore=shutil.ignore_patterns("tests", ".terraform*"))
        shutil.copytree(_SCRIPTS, self.project / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
        for file in (self.project / "infra" / "environments").glob("*.tf"):
            file.write_text(file.read_text().replace("example.com", "acme.test"))
        for layer in LAYERS:
            self.stack._keep_states_here(layer)  # noqa: SLF001 - like the stack does before it applies
        (self.project / ".gitignore").write_text(".terraform*\nstates/\n__pycache__/\n")
        (self.stand / "bin").mkdir(parents=True)
        for name, text in (("terraform", _TERRAFORM), ("aws", _AWS), ("docker", "#!/bin/sh\n")):
            (self.stand / "bin" / name).write_text(text)
            (self.stand / "bin" / name).chmod(0o755)
        self._git("init", "-q", "-b", "main")

    def commit(self) -> str:
        self._git("add", "--all")
        self._git("commit", "-q", "--allow-empty", "-m", "x")
        return self._git("rev-parse", "HEAD")

    def run(self, how: str, **variables: str) -> subprocess.CompletedProcess[str]:
        known = {
            "PATH": f"{self.stand / 'bin'}:{os.environ['PATH']}",
            "REAL_TERRAFORM": os.environ["TERRAFORM"],
            "STAND": str(self.stand),
            "ENV": self.environment,
            "YES": "1",
            "FORCE": "1",
            "AWS_ACCOUNT_ID": "123456789012",
            "AWS_REGION": REGION,
        }
        command = [sys.executable, "-c", _DEPLOY, how]
        environment = {**os.environ, **known, **variables}
        return subprocess.run(command, cwd=self.project, env=environment, check=False, capture_output=True, text=True)

    def calls(self, part: str) -> list[str]:
        return [call for call in (self.stand / "calls").read_text().splitlines() if part in call]

    def _git(self, *arguments: str) -> str:
        command = ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *arguments]
        return subprocess.run(command, cwd=self.project, check=True, capture_output=True, text=True).stdout.strip()


def test_the_first_deploy_the_next_one_and_the_way_back(tmp_path: Path) -> None:
    deploying = Deploying(tmp_path, "staging")
    deploying.stack.terraform("account", "init", "-input=false")
    first = deploying.commit()

    deployed = deploying.run("answers")

    assert deployed.returncode == 0, deployed.stdout + deployed.stderr
    (migration,) = deploying.calls("aws ecs run-task")
    assert re.search(r"subnets=\[\w[^,\]]+,\w[^\]]+\],securityGroups=\[\w[^\]]+\]", migration), migration
    assert (deploying.stand / "running").read_text() == first

    second = deploying.commit()
    taken_back = deploying.run("is silent", LAYERS="service")

    assert taken_back.returncode == 1
    assert "=== Rolled back" in taken_back.stderr, taken_back.stdout + taken_back.stderr
    assert deploying.calls(f"image_tag={second} -target=module.migration")
    assert (deploying.stand / "running").read_text() == first
