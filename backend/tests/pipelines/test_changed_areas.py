"""Which jobs of CI a change selects, and what it is compared with."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from app.config import PROJECT_DIR
from changed_areas import AREAS, EVERYTHING, RULES, areas_of, main, select

type Repository = Callable[..., str]


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """A repository of one commit on main, entered; the fixture runs git in it."""
    monkeypatch.chdir(tmp_path)
    for name in ("GITHUB_EVENT_NAME", "GITHUB_REF", "BASE_SHA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / ".git" / "output"))

    def run(*arguments: str) -> str:
        identity = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false")
        return subprocess.run(["git", *identity, *arguments], check=True, capture_output=True, text=True).stdout.strip()

    run("init", "-q", "-b", "main")
    commit(run, "README.md")
    return run


def commit(git: Repository, *paths: str) -> str:
    for path in paths:
        file = Path(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{file.read_text() if file.exists() else ''}{path}\n")
    git("add", "--all")
    git("commit", "-q", "-m", "x")
    return git("rev-parse", "HEAD")


def selected() -> set[str]:
    lines = dict(line.split("=") for line in Path(".git/output").read_text().splitlines())
    assert set(lines) == set(AREAS)
    assert set(lines.values()) <= {"true", "false"}
    return {area for area, value in lines.items() if value == "true"}


def fake_gh(monkeypatch: pytest.MonkeyPatch, prints: str, status: int = 0) -> None:
    folder = Path(".git/fakes")
    folder.mkdir()
    (folder / "gh").write_text(f"#!/bin/sh\necho \"$@\" > .git/asked\necho '{prints}'\nexit {status}\n")
    (folder / "gh").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder.resolve()), prepend=":")
    monkeypatch.setenv("GITHUB_EVENT_NAME", "push")
    monkeypatch.setenv("GITHUB_REF", "refs/heads/main")


@pytest.mark.parametrize(
    ("path", "areas"),
    [
        ("docs/api.md", {"docs"}),
        ("docs/controls.md", {"docs", "backend"}),
        ("backend/app/invoices/services.py", {"backend", "e2e", "codegen", "migrations", "drills", "docker"}),
        ("backend/alembic/versions/0099_more.py", {"backend", "e2e", "codegen", "migrations", "drills", "docker"}),
        ("backend/tests/test_floors.py", {"backend", "migrations"}),
        ("frontend/src/components/ui/button.tsx", {"frontend", "e2e", "docker"}),
        ("frontend/openapi.json", {"backend", "frontend", "e2e", "codegen", "docker"}),
        ("frontend/pnpm-lock.yaml", {"backend", "frontend", "e2e", "codegen", "docker", "audit"}),
        ("backend/Dockerfile", {"backend", "docker"}),
        ("infra/modules/web/main.tf", {"infra", "backend", "pipelines"}),
        ("backend/requirements/bench.lock", {"backend", "audit"}),
        ("scripts/deploying/steps.py", {"backend", "infra", "pipelines"}),
        (".github/workflows/deploy.yml", {"backend", "pipelines"}),
        (".github/workflows/ci.yml", set(AREAS)),
        ("Makefile", set(AREAS)),
        (".ci/run", set(AREAS)),
        ("backend/requirements/tools.lock", set(AREAS)),
        ("scripts/get_uv.sh", set(AREAS)),
        ("scripts/a_new_one.py", set(AREAS)),
    ],
)
def test_a_path_selects_its_areas(path: str, areas: set[str]) -> None:
    assert set(select([path])) == areas


def test_a_file_no_rule_knows_selects_everything_and_says_so() -> None:
    reasons = select(["docs/api.md", "something/new.xyz"])

    assert set(reasons) == EVERYTHING
    assert reasons["docs"] == "docs/api.md"
    assert reasons["infra"] == "something/new.xyz, which no rule knows"


def test_every_file_of_the_repository_is_known_to_a_rule() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT_DIR, check=True, capture_output=True, text=True)

    assert [path for path in listed.stdout.split("\0") if path and areas_of(path) is None] == []


def test_rules_name_only_areas_that_exist_and_every_area_is_named() -> None:
    assert frozenset[str]().union(*(areas for _, areas in RULES)) == EVERYTHING
    assert all(areas for _, areas in RULES)


def test_a_pull_request_is_compared_with_the_merge_base_not_with_what_main_has_become(
    git: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    git("checkout", "-q", "-b", "mine")
    commit(git, "docs/api.md")
    git("checkout", "-q", "main")
    newer = commit(git, "infra/main.tf")
    git("checkout", "-q", "mine")
    monkeypatch.setenv("GITHUB_EVENT_NAME", "pull_request")
    monkeypatch.setenv("BASE_SHA", newer)

    assert main([]) == 0

    assert selected() == {"docs"}


def test_a_moved_file_selects_where_it_was_and_where_it_is(git: Repository) -> None:
    base = commit(git, "infra/note.tf")
    Path("docs").mkdir()
    git("mv", "infra/note.tf", "docs/moved.md")
    git("commit", "-q", "-m", "move")

    main([base])

    assert selected() == {"docs", "backend", "infra", "pipelines"}


def test_names_with_spaces_and_accents_are_read_whole(git: Repository) -> None:
    base = git("rev-parse", "HEAD")
    commit(git, "docs/a b é.md", "docs/new\nline.md")

    main([base])

    assert selected() == {"docs"}


def test_nothing_changed_selects_nothing(git: Repository) -> None:
    main(["HEAD"])

    assert selected() == set()


@pytest.mark.parametrize("base", ["0" * 40, "f" * 40, "no-such-branch"])
def test_a_base_that_cannot_be_found_selects_everything(git: Repository, base: str) -> None:
    assert main([base]) == 0
    assert selected() == EVERYTHING


def test_histories_that_share_nothing_select_everything(git: Repository) -> None:
    git("checkout", "-q", "--orphan", "other")
    commit(git, "docs/api.md")

    main(["main"])

    assert selected() == EVERYTHING


@pytest.mark.parametrize(
    ("event", "ref"),
    [
        ("pull_request", "refs/pull/1/merge"),
        ("push", "refs/tags/v1.0.0"),
        ("schedule", "refs/heads/main"),
        ("workflow_dispatch", "refs/heads/main"),
    ],
)
def test_a_tag_and_every_event_without_a_base_are_tested_whole(
    git: Repository, monkeypatch: pytest.MonkeyPatch, event: str, ref: str
) -> None:
    monkeypatch.setenv("GITHUB_EVENT_NAME", event)
    monkeypatch.setenv("GITHUB_REF", ref)

    main([])

    assert selected() == EVERYTHING


def test_main_is_compared_with_the_last_deploy_that_succeeded(git: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    deployed = git("rev-parse", "HEAD")
    commit(git, "infra/main.tf")  # its run failed, so it must be tested with the next one
    commit(git, "docs/api.md")
    fake_gh(monkeypatch, deployed)

    main([])

    assert selected() == {"docs", "infra", "backend", "pipelines"}
    asked = Path(".git/asked").read_text()
    assert "--workflow deploy.yml --branch main --event push --status success" in asked


def test_main_is_tested_whole_when_nothing_was_deployed_or_github_does_not_say(
    git: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_gh(monkeypatch, "")
    main([])
    assert selected() == EVERYTHING

    Path(".git/output").unlink()
    Path(".git/fakes/gh").write_text("#!/bin/sh\necho rate limited >&2\nexit 1\n")
    main([])
    assert selected() == EVERYTHING


def test_a_rewritten_main_is_tested_whole(git: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    git("checkout", "-q", "-b", "old")
    deployed = commit(git, "docs/api.md")
    git("checkout", "-q", "main")
    commit(git, "docs/other.md")
    fake_gh(monkeypatch, deployed)

    main([])

    assert selected() == EVERYTHING
