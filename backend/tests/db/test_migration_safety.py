"""A migration never makes the running release wait for long, and what would is found before it is merged."""

import importlib.util
from pathlib import Path
from types import ModuleType

import psycopg
import pytest

from app.db import migrations
from tests.cli.conftest import Console, Sentence
from tests.cli.conftest import console as console  # fixtures
from tests.cli.conftest import scratch_settings as scratch_settings
from tests.cli.conftest import sentence as sentence
from tests.support.database import running_server

SCRIPTS = Path(__file__).resolve().parents[3] / "scripts"
PATIENCE = "SET lock_timeout = '2s';\nSET statement_timeout = '15min';\nBEGIN;\n"


@pytest.fixture(scope="module")
def check_migrations() -> ModuleType:
    spec = importlib.util.spec_from_file_location("check_migrations", SCRIPTS / "check_migrations.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_new_migration_is_clean(check_migrations: ModuleType, tmp_path: Path) -> None:
    newer = migrations.revisions_after(check_migrations.LAST_UNCHECKED)
    assert [before for before, _ in newer][:1] == [check_migrations.LAST_UNCHECKED]
    for before, revision in newer:
        path = tmp_path / f"{revision}.sql"
        path.write_text(migrations.sql_of(revision, after=before))
        completed = check_migrations.lint(path)
        assert completed.returncode == 0, completed.stdout


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("ALTER TABLE customers ADD COLUMN grade integer NOT NULL;", "adding-required-field"),
        ("CREATE INDEX ix_customers_grade ON customers (grade);", "require-concurrent-index-creation"),
        ("ALTER TABLE customers ADD CONSTRAINT ck CHECK (name <> '');", "constraint-missing-not-valid"),
        ("ALTER TABLE customers RENAME COLUMN name TO title;", "renaming-column"),
        ("ALTER TABLE customers DROP COLUMN name;", "ban-drop-column"),
        ("ALTER TABLE customers ALTER COLUMN name TYPE varchar(10);", "changing-column-type"),
    ],
)
def test_what_would_hold_up_or_break_a_running_release_is_found(
    check_migrations: ModuleType, tmp_path: Path, statement: str, rule: str
) -> None:
    path = tmp_path / "next.sql"
    path.write_text(f"{PATIENCE}{statement}\nCOMMIT;\n")
    completed = check_migrations.lint(path)

    assert completed.returncode == 1
    assert rule in completed.stdout


def test_the_written_sql_begins_with_the_patience_that_a_migration_has() -> None:
    assert migrations.sql_of("0014", after="0013").startswith(
        "SET lock_timeout = '2s';\n\nSET statement_timeout = '15min';"
    )


@pytest.mark.slow
def test_a_migration_that_finds_a_table_locked_gives_up_and_says_so(console: Console, sentence: Sentence) -> None:
    migrations.downgrade(console.settings.database.owner_url, "0013")
    database = str(console.query("SELECT current_database()"))
    with psycopg.connect(running_server().superuser_url(database)) as busy:
        busy.execute("LOCK TABLE teams IN ACCESS EXCLUSIVE MODE")
        said = sentence(console.run("db", "upgrade"))

    assert "Somebody else was using a table" in said
    assert console.query("SELECT version_num FROM alembic_version") == "0013"
    assert console.run("db", "upgrade").exit_code == 0
