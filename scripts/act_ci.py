"""Runs ci.yml itself, by act, on throwaway repositories: which jobs a change starts, and whether the gate opens.

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
CI = ".github/workflows/ci.yml"
_MAKE = '#!/bin/sh\necho "$*" >> "$MADE"\n[ "$1" != "$FAILING" ]\n'
_NOTHING = "name: nothing\ndescription: nothing\nruns:\n  using: composite\n  steps:\n    - {run: 'true', shell: sh}\n"
_ALL = tuple(re.findall(r"^ +- run: make (.+?)(?: #.*)?$", (PROJECT_DIR / CI).read_text(), re.MULTILINE))


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A pull request: what it changes, which command fails, what is made of it."""

    says: str
    changes: dict[str, str]
    made: frozenset[str]
    is_open: bool
    failing: str = ""


SCENARIOS = (
    Scenario(
        says="a document starts two jobs, and the gate opens",
        changes={"docs/api.md": "more"},
        made=frozenset({"check-secrets", "check-docs"}),
        is_open=True,
    ),
    Scenario(
        says="a selected job that fails keeps the gate shut",
        changes={"docs/api.md": "more"},
        made=frozenset({"check-secrets", "check-docs"}),
        is_open=False,
        failing="check-docs",
    ),
    Scenario(
        says="a detection that fails keeps the gate shut, although every job is only skipped",
        changes={"scripts/changed_areas.py": "raise SystemExit(1)"},
        made=frozenset({"check-secrets"}),
        is_open=False,
    ),
    Scenario(
        says="a file that no rule knows starts everything",
        changes={"unheard-of.xyz": "new"},
        made=frozenset(_ALL),
        is_open=True,
    ),
)


def main() -> int:
    failed = 0
    with tempfile.TemporaryDirectory(prefix="act-ci-") as folder:
        for number, scenario in enumerate(SCENARIOS):
            objections, log = play(scenario, Path(folder) / str(number))
            print(f"{'FAILED' if objections else 'ok':<6} {scenario.says}", *objections, sep="\n       ")
            if objections:
                failed += 1
                print(log)
    print(f"act_scenarios={len(SCENARIOS)} failed={failed}")
    return 1 if failed else 0


def play(scenario: Scenario, folder: Path) -> tuple[list[str], str]:
    """What came out otherwise than it should, and act's log."""
    base = pull_request(folder, scenario.changes)
    (folder / "event.json").write_text(json.dumps({"pull_request": {"number": 1, "base": {"sha": base}}}))
    (folder / "bin").mkdir()
    (folder / "bin" / "make").write_text(_MAKE)
    (folder / "bin" / "make").chmod(0o755)
    (folder / "nothing").mkdir()
    (folder / "nothing" / "action.yml").write_text(_NOTHING)
    made = folder / "made"
    environment = {
        **os.environ,
        "PATH": f"{folder / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}",
        "MADE": str(made),
        "FAILING": scenario.failing,
        "HOME": str(folder),
    }
    options = ["-P", "ubuntu-24.04=-self-hosted", "--pull=false", "--no-cache-server"]
    for action in used_actions():
        options += ["--local-repository", f"{action}={folder / 'nothing'}"]
    act = subprocess.run(
        ["act", "pull_request", "-W", CI, "-e", str(folder / "event.json"), *options],
        cwd=folder / "repository",
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    log = act.stdout + act.stderr
    ran = frozenset(made.read_text().splitlines()) if made.exists() else frozenset[str]()
    gate = "open" if "Gate open" in log else "shut" if "::error" in log else "not reached"
    found: list[str] = []
    if ran != scenario.made:
        found.append(f"ran {sorted(ran)}, not {sorted(scenario.made)}")
    if gate != ("open" if scenario.is_open else "shut") or (act.returncode == 0) != scenario.is_open:
        found.append(f"gate {gate}, act's status {act.returncode}")
    return found, log


def pull_request(folder: Path, changes: dict[str, str]) -> str:
    """A repository with what the jobs read before their `make`, and a commit on top; returns the one below."""
    repository = folder / "repository"
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
    files = [PROJECT_DIR / CI, *(PROJECT_DIR / ".github" / "actions").glob("*/action.yml")]
    found = {action for file in files for action in re.findall(r"uses: ([\w.-]+/[\w./-]+@\w+)", file.read_text())}
    return {action for action in found if not action.startswith("actions/checkout@")}


def _git(repository: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=ci", "-c", "user.email=ci@example.com", "-c", "commit.gpgsign=false")
    if arguments[0] == "commit":
        _git(repository, "add", "--all")
    return subprocess.run(
        ["git", *identity, *arguments], cwd=repository, check=True, capture_output=True, text=True
    ).stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
