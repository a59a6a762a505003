"""Says which jobs of CI a change needs. Standard library only: it runs before anything is installed.

A pull request is compared with its merge base, a push to main with what was last tested and deployed whole. Whatever can't be
compared, and every file that no line below names, selects everything.
"""

import os
import subprocess
import sys
from fnmatch import fnmatchcase
from pathlib import Path

AREAS = (
    "backend",
    "frontend",
    "e2e",
    "codegen",
    "migrations",
    "drills",
    "docker",
    "infra",
    "pipelines",
    "audit",
    "docs",
)
EVERYTHING = frozenset(AREAS)
_BEHAVIOUR = "backend e2e codegen migrations drills docker"

# The first line that fits a path decides. `*` crosses slashes.
RULES = tuple(
    (pattern, EVERYTHING if areas == "everything" else frozenset(areas.split()))
    for pattern, areas in (
        # What all jobs stand on.
        ("Makefile", "everything"),
        (".gitattributes", "everything"),
        (".ci/*", "everything"),
        (".github/workflows/ci.yml", "everything"),
        ("scripts/changed_areas.py", "everything"),
        ("scripts/ci_gate.py", "everything"),
        ("scripts/get_*.sh", "everything"),
        ("backend/requirements/tools.*", "everything"),
        (".github/*", "backend pipelines"),
        # Locks and what they are made from.
        ("backend/requirements/pipelines.*", "pipelines audit"),
        ("backend/requirements/bench.*", "backend audit"),
        ("backend/requirements/docker.*", "backend docker audit"),
        ("backend/requirements/dev.lock", "backend e2e codegen migrations drills audit"),
        ("backend/requirements/*", f"{_BEHAVIOUR} audit"),
        ("backend/pyproject.toml", f"{_BEHAVIOUR} audit"),
        ("backend/.python-version", f"{_BEHAVIOUR} audit"),
        ("frontend/pnpm-*.yaml", "backend frontend e2e codegen docker audit"),
        ("frontend/package.json", "backend frontend e2e codegen docker audit"),
        # Documents that a test of the back end holds against the code.
        ("docs/controls.md", "backend docs"),
        ("docs/permissions.md", "backend docs"),
        ("docs/retention.md", "backend docs"),
        ("docs/operations/*", "backend docs"),
        (".env.example", "backend docs infra"),
        # An alarm reads what it logs.
        ("backend/app/observing/queue_figures.py", f"{_BEHAVIOUR} infra"),
        # The back end. Its tests of infra, images and pipelines come with them.
        ("backend/Dockerfile*", "backend docker"),
        ("backend/tests/*", "backend migrations"),
        ("backend/benchmarks/*", "backend"),
        ("backend/chaos/*", "backend drills"),
        ("backend/drills/*", "backend drills"),
        ("backend/*.md", "docs"),
        ("backend/*", _BEHAVIOUR),
        # The front end. The back end's tests read its journeys and its OpenAPI document.
        ("frontend/*.md", "docs"),
        ("frontend/e2e/*", "backend frontend e2e"),
        ("frontend/openapi.json", "backend frontend e2e codegen docker"),
        ("frontend/openapi-ts.config.ts", "frontend codegen"),
        ("frontend/src/openapi/*", "frontend e2e codegen docker"),
        ("frontend/*", "frontend e2e docker"),
        # Around them.
        ("scripts/deploy*", "backend infra pipelines"),
        ("scripts/docker*", "backend docker"),
        ("scripts/*codegen.sh", "codegen"),
        ("scripts/e2e.py", "backend e2e"),
        ("scripts/*", "everything"),
        ("docker/*", "backend docker"),
        ("docker-compose*.yml", "docker"),
        (".dockerignore", "docker"),
        (".hadolint.y*ml", "docker"),
        ("infra/*.md", "docs infra"),
        ("infra/*", "backend infra pipelines"),
        ("docs/*", "docs"),
        ("*.md", "docs"),
        ("LICENSE", "docs"),
        ("NOTICE", "docs"),
        (".editorconfig", "docs"),
        (".yamllint.yml", "pipelines"),
        (".gitignore", "docs"),
        (".gitleaks*", "pipelines"),
    )
)


class CannotCompareError(Exception):
    """Why there is nothing to compare with; everything is selected then."""


def areas_of(path: str) -> frozenset[str] | None:
    """What a changed file selects, or None when no rule knows it."""
    return next((areas for pattern, areas in RULES if fnmatchcase(path, pattern)), None)


def select(paths: list[str]) -> dict[str, str]:
    """Each selected area with the first path that selected it."""
    reasons: dict[str, str] = {}
    for path in paths:
        areas = areas_of(path)
        reason = path if areas is not None else f"{path}, which no rule knows"
        for area in EVERYTHING if areas is None else areas:
            reasons.setdefault(area, reason)
    return reasons


def changed_paths(base: str) -> list[str]:
    """Files that differ between HEAD and its merge base with `base`; of a renamed file both names."""
    merge_base = _run("git", "merge-base", base, "HEAD").strip()
    listed = _run("git", "diff", "--name-only", "--no-renames", "-z", merge_base, "HEAD")
    return [path for path in listed.split("\0") if path]


def base_of_event() -> str:
    """What this run of GitHub Actions compares with."""
    event = os.environ.get("GITHUB_EVENT_NAME", "")
    if event in {"pull_request", "merge_group"}:
        if base := os.environ.get("BASE_SHA"):
            return base
        raise CannotCompareError(f"{event} without BASE_SHA")
    if event == "push" and os.environ.get("GITHUB_REF") == "refs/heads/main":
        return last_whole_deploy()
    raise CannotCompareError(f"{event or 'no event'} on {os.environ.get('GITHUB_REF', 'no ref')} is tested whole")


def last_whole_deploy() -> str:
    """The newest revision of main that passed and went to staging.

    Not the push before this one: if that failed, or was never run, its changes are still untested.
    """
    query = ("--branch", "main", "--event", "push", "--status", "success", "--limit", "1")
    revision = _run(
        "gh", "run", "list", "--workflow", "deploy.yml", *query, "--json", "headSha", "--jq", ".[0].headSha"
    )
    if not revision.strip():
        raise CannotCompareError("nothing was deployed yet")
    # After a rewritten main the merge base would be older than what was tested, and that is not the same tree.
    _run("git", "merge-base", "--is-ancestor", revision.strip(), "HEAD")
    return revision.strip()


def _run(*command: str) -> str:
    try:
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout
    except FileNotFoundError:
        raise CannotCompareError(f"{command[0]} is missing") from None
    except subprocess.CalledProcessError as error:
        reason = str(error.stderr).strip() or f"status {error.returncode}"
        raise CannotCompareError(f"`{' '.join(command[:3])}` failed: {reason}") from None


def main(arguments: list[str]) -> int:
    try:
        base = arguments[0] if arguments else base_of_event()
        paths = changed_paths(base)
    except CannotCompareError as error:
        reasons = dict.fromkeys(AREAS, str(error))
    else:
        print(f"{len(paths)} changed files since {base}")
        reasons = select(paths)
    for area in AREAS:
        print(f"{area:<11} {reasons.get(area, '–')}")
    if output := os.environ.get("GITHUB_OUTPUT"):
        with Path(output).open("a", encoding="utf-8") as file:
            file.writelines(f"{area}={str(area in reasons).lower()}\n" for area in AREAS)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
