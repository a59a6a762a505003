"""What holds for every workflow, and that ci.yml, the change detection and the gate know the same jobs."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.version import Version

from app.config import PROJECT_DIR
from changed_areas import AREAS

GITHUB = PROJECT_DIR / ".github"
WORKFLOWS = {path.stem: yaml.safe_load(path.read_text()) for path in sorted((GITHUB / "workflows").glob("*.yml"))}
ACTIONS = [yaml.safe_load(path.read_text()) for path in GITHUB.glob("actions/*/action.yml")]
JOBS = [(f"{name}/{job}", body) for name, workflow in WORKFLOWS.items() for job, body in workflow["jobs"].items()]
CI: dict[str, Any] = WORKFLOWS["ci"]["jobs"]
REQUIREMENTS = PROJECT_DIR / "backend" / "requirements"


def steps() -> list[dict[str, Any]]:
    of_jobs = [step for _, job in JOBS for step in job.get("steps", [])]
    return of_jobs + [step for action in ACTIONS for step in action["runs"]["steps"]]


def test_the_gate_waits_for_every_other_job() -> None:
    assert set(CI["gate"]["needs"]) == set(CI) - {"gate"}
    assert CI["gate"]["if"] == "always()"


def test_every_area_is_an_output_and_a_job_that_asks_for_it() -> None:
    assert CI["changes"]["outputs"] == {area: f"${{{{ steps.areas.outputs.{area} }}}}" for area in AREAS}
    assert {job: body["if"] for job, body in CI.items() if job not in {"changes", "secrets", "gate"}} == {
        area: f"needs.changes.outputs.{area} == 'true'" for area in AREAS
    }


def test_jobs_call_make_and_only_detection_and_gate_a_script() -> None:
    commands = {step["run"] for step in steps() if "run" in step}

    assert {command for command in commands if not command.startswith("make ")} == {
        "python3 scripts/changed_areas.py",
        "python3 scripts/ci_gate.py",
    }
    assert [command for command in commands if "${{" in command or "\n" in command] == []


def test_every_command_of_a_job_is_a_target_of_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z][a-z0-9-]*):(?!=)", (PROJECT_DIR / "Makefile").read_text(), re.MULTILINE))
    named = {step["run"].split()[1] for step in steps() if step.get("run", "").startswith("make ")}

    assert named - targets == set()


def test_actions_are_pinned_by_their_commit_and_say_the_version() -> None:
    lines = [line for path in GITHUB.rglob("*.yml") for line in path.read_text().splitlines() if "uses: " in line]

    assert lines
    assert [line for line in lines if not re.search(r"uses: (\./|[\w./-]+@[0-9a-f]{40} # v\d)", line)] == []


def test_an_action_has_one_version_everywhere() -> None:
    used = {
        line.strip(" -")
        for path in GITHUB.rglob("*.yml")
        for line in path.read_text().splitlines()
        if "@" in line and "uses" in line
    }

    assert len({line.split("@")[0] for line in used}) == len(used)


@pytest.mark.parametrize(("name", "job"), JOBS, ids=[name for name, _ in JOBS])
def test_a_job_may_only_what_it_says_and_ends(name: str, job: dict[str, Any]) -> None:
    writes = {scope for scope, access in job["permissions"].items() if access == "write"}

    assert writes == ({"id-token"} if name == "deploy/deploy" else set())
    assert "uses" in job or job["timeout-minutes"] <= 90
    assert "secrets" not in str(job).replace("check-secrets", "").replace("'secrets'", "")


def test_nothing_is_allowed_by_default_and_no_event_runs_others_code_with_rights() -> None:
    for workflow in WORKFLOWS.values():
        assert workflow["permissions"] == {}
        # YAML 1.1 reads the key `on` as true.
        assert {"pull_request_target", "workflow_run", "issue_comment"} & set(workflow[True]) == set()


def test_no_checkout_leaves_its_token_behind() -> None:
    checkouts = [step for step in steps() if step.get("uses", "").startswith("actions/checkout@")]

    assert checkouts
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_what_is_deployed_is_built_without_a_cache_after_ci() -> None:
    deploy = WORKFLOWS["deploy"]["jobs"]["deploy"]

    assert "cache" not in str(deploy["steps"])
    assert deploy["needs"] == "ci"
    assert "needs.ci.result == 'success'" in deploy["if"]


def requirements_and_locks() -> list[tuple[Path, Path]]:
    return [(path, path.with_suffix(".lock")) for path in sorted(REQUIREMENTS.glob("*.in"))]


@pytest.mark.parametrize(("source", "lock"), requirements_and_locks(), ids=lambda path: path.name)
def test_a_lock_holds_what_it_was_made_from(source: Path, lock: Path) -> None:
    lines = [line.split("#")[0].strip() for line in source.read_text().splitlines()]

    assert unmet([line for line in lines if line], lock) == []


def test_the_back_ends_locks_hold_what_pyproject_asks_for() -> None:
    project = tomllib.loads((PROJECT_DIR / "backend" / "pyproject.toml").read_text())["project"]

    assert unmet(project["dependencies"], REQUIREMENTS / "runtime.lock") == [], "make lock"
    assert unmet(project["optional-dependencies"]["dev"], REQUIREMENTS / "dev.lock") == [], "make lock"


def unmet(requirements: list[str], lock: Path) -> list[str]:
    locked = dict(re.findall(r"^([\w.-]+)(?:\[[^\]]*\])?==([^\s;]+)", lock.read_text(), re.MULTILINE))
    asked = [Requirement(line) for line in requirements]
    return [
        str(one) for one in asked if not one.specifier.contains(Version(locked.get(one.name, "0")), prereleases=True)
    ]
