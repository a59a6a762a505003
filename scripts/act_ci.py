"""Runs ci.yml and deploy.yml themselves, by act, on throwaway repositories: which jobs start, whether the gate opens, what is deployed.

`make` is a recorder that fails where it is told to, and actions other than checkout do nothing: this looks at the wiring alone.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

PROJECT_DIR = Path(__file__).resolve().parent.parent
WORKFLOWS = PROJECT_DIR / ".github" / "workflows"
_MAKE = '#!/bin/sh\necho "$*${ENV:+ to $ENV}" >> "$STAND/made"\n[ "$1" != "$FAILING" ]\n'
_GH = '#!/bin/sh\ncat "$STAND/deployed"\n'
_NOTHING = "name: nothing\ndescription: nothing\nruns:\n  using: composite\n  steps:\n    - {run: 'true', shell: sh}\n"
_EVERYTHING = frozenset(re.findall(r"^ +- run: make (.+?)(?: #.*)?$", (WORKFLOWS / "ci.yml").read_text(), re.MULTILINE))
_DOCUMENT = {"docs/api.md": "more"}
_OF_A_DOCUMENT = frozenset({"check-secrets", "check-docs"})


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """What happens to a repository, and what is made of it."""

    says: str
    made: frozenset[str]
    is_open: bool = True
    changes: dict[str, str]
    failing: str = ""
    pushed: str = ""
    deploys_to: str = ""


SCENARIOS = (
    Scenario(says="a document starts two jobs, and the gate opens", changes=_DOCUMENT, made=_OF_A_DOCUMENT),
    Scenario(
        says="a selected job that fails keeps the gate shut",
        changes=_DOCUMENT,
        failing="check-docs",
        made=_OF_A_DOCUMENT,
        is_open=False,
    ),
    Scenario(
        says="a detection that fails keeps the gate shut, although every job is only skipped",
        changes={"scripts/changed_areas.py": "raise SystemExit(1)"},
        made=frozenset({"check-secrets"}),
        is_open=False,
    ),
    Scenario(says="a file that no rule knows starts everything", changes={"unheard-of.xyz": "new"}, made=_EVERYTHING),
    Scenario(
        says="main goes to staging once what differs from the last deploy has passed",
        changes=_DOCUMENT,
        pushed="refs/heads/main",
        deploys_to="staging production",
        made=_OF_A_DOCUMENT | {"deploy to staging"},
    ),
    Scenario(
        says="main goes nowhere when a job fails",
        changes=_DOCUMENT,
        pushed="refs/heads/main",
        deploys_to="staging production",
        failing="check-docs",
        made=_OF_A_DOCUMENT,
        is_open=False,
    ),
    Scenario(
        says="an environment that the repository does not name is left alone",
        changes=_DOCUMENT,
        pushed="refs/heads/main",
        deploys_to="production",
        made=_OF_A_DOCUMENT,
    ),
    Scenario(
        says="a tag is tested whole and goes to production",
        changes=_DOCUMENT,
        pushed="refs/tags/v1.0.0",
        deploys_to="staging production",
        made=_EVERYTHING | {"deploy to production"},
    ),
)


def main() -> int:
    failed = 0
    with tempfile.TemporaryDirectory(prefix="act-ci-") as folder:
        for number, scenario in enumerate(SCENARIOS):
            objections, log = play(scenario, Path(folder) / str(number))
            print(f"{'FAILED' if objections else 'ok':<6} {scenario.says}", *objections, sep="\n       ", flush=True)
            if objections:
                failed += 1
                print(log)
    print(f"act_scenarios={len(SCENARIOS)} failed={failed}")
    return 1 if failed else 0


def play(scenario: Scenario, folder: Path) -> tuple[list[str], str]:
    """What came out otherwise than it should, and act's log."""
    base = two_commits(folder / "repository", scenario.changes)
    event = {"ref": scenario.pushed} if scenario.pushed else {"pull_request": {"number": 1, "base": {"sha": base}}}
    for path, text in (
        ("event.json", json.dumps(event)),
        ("deployed", base),
        ("bin/make", _MAKE),
        ("bin/gh", _GH),
        ("nothing/action.yml", _NOTHING),
    ):
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text)
        (folder / path).chmod(0o755)
    options = ["-P", "ubuntu-24.04=-self-hosted", "--pull=false", "--no-cache-server"]
    options += ["--var", f"DEPLOY_ENVIRONMENTS={scenario.deploys_to}", "-e", str(folder / "event.json")]
    for action in used_actions():
        options += ["--local-repository", f"{action}={folder / 'nothing'}"]
    workflow, name = ("deploy.yml", "push") if scenario.pushed else ("ci.yml", "pull_request")
    act = subprocess.run(
        ["act", name, "-W", f".github/workflows/{workflow}", *options],
        cwd=folder / "repository",
        env={
            **os.environ,
            "PATH": f"{folder / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}",
            "STAND": str(folder),
            "FAILING": scenario.failing,
            "HOME": str(folder),
        },
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    log = act.stdout + act.stderr
    made = folder / "made"
    ran = frozenset(made.read_text().splitlines()) if made.exists() else frozenset[str]()
    gate = "open" if "Gate open" in log else "shut" if "::error" in log else "not reached"
    found: list[str] = []
    if ran != scenario.made:
        found.append(f"ran {sorted(ran)}, not {sorted(scenario.made)}")
    if gate != ("open" if scenario.is_open else "shut") or (act.returncode == 0) != scenario.is_open:
        found.append(f"gate {gate}, act's status {act.returncode}")
    return found, log


def two_commits(repository: Path, changes: dict[str, str]) -> str:
    """A repository with what the jobs read before their `make`, and a change on top; returns the commit below it."""
    for name in (".github", "scripts"):
        shutil.copytree(PROJECT_DIR / name, repository / name, ignore=shutil.ignore_patterns("__pycache__"))
    _git(repository, "init", "-q", "-b", "main")
    _git(repository, "commit", "-q", "-m", "base")
    base = _git(repository, "rev-parse", "HEAD")
    for path, line in changes.items():
        (repository / path).parent.mkdir(exist_ok=True)
        (repository / path).write_text(f"{line}\n")
    _git(repository, "commit", "-q", "-m", "change")
    return base


def used_actions() -> set[str]:
    files = [*WORKFLOWS.glob("*.yml"), *(PROJECT_DIR / ".github" / "actions").glob("*/action.yml")]
    found = {action for file in files for action in re.findall(r"uses: ([\w.-]+/[\w./-]+@\w+)", file.read_text())}
    return {action for action in found if not action.startswith("actions/checkout@")}


def _git(repository: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=ci", "-c", "user.email=ci@example.com", "-c", "commit.gpgsign=false")
    if arguments[0] == "commit":
        _git(repository, "add", "--all")
    command = ["git", *identity, *arguments]
    return subprocess.run(command, cwd=repository, check=True, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
