"""A migration never makes the running release wait for long."""

import psycopg
import pytest

from app.db import migrations
from tests.cli.conftest import Console, Sentence
from tests.cli.conftest import console as console  # fixtures
from tests.cli.conftest import scratch_settings as scratch_settings
from tests.cli.conftest import sentence as sentence
from tests.support.database import running_server


def test_the_written_sql_begins_with_the_patience_that_a_migration_has() -> None:
    assert migrations.sql_of("0015", after="0014").startswith(
        "SET lock_timeout = '2s';\n\nSET statement_timeout = '15min';"
    )


@pytest.mark.slow
def test_a_migration_that_finds_a_table_locked_gives_up_and_says_so(console: Console, sentence: Sentence) -> None:
    migrations.downgrade(console.settings.database.owner_url, "0014")
    database = str(console.query("SELECT current_database()"))
    with psycopg.connect(running_server().superuser_url(database)) as busy:
        busy.execute("LOCK TABLE teams IN ACCESS EXCLUSIVE MODE")
        said = sentence(console.run("db", "upgrade"))

    assert "Somebody else was using a table" in said
    assert console.query("SELECT version_num FROM alembic_version") == "0014"
    assert console.run("db", "upgrade").exit_code == 0
