"""A backup is one moment of the whole database; what is restored is proved to be that, or is refused before anything changes."""

import stat
from collections.abc import Generator
from pathlib import Path

import msgspec
import psycopg
import pytest
from sqlalchemy import make_url

from app.db.backup_files import DUMP, MANIFEST, read_manifest
from app.db.fingerprints import TableState, begin_snapshot, take_fingerprint
from app.db.pg_tools import PostgresToolError, find_tool, libpq_url, tool_environment
from tests.cli.conftest import Console, Sentence
from tests.support.database import create_database, drop_database, running_server

ADMIN = ("create-admin", "--email", "root@example.com", "--name", "Root", "--team-name", "Office", "--password")


@pytest.fixture
def admin_console(console: Console) -> Console:
    database = make_url(console.settings.database.url).database
    assert database
    use_admin(console, running_server().superuser_url(database))
    return console


@pytest.fixture
def empty_database() -> Generator[str]:
    server = running_server()
    drop_database(server, "restored_here")
    create_database(server, "restored_here")
    yield server.superuser_url("restored_here")
    drop_database(server, "restored_here")


def use_admin(console: Console, url: str) -> None:
    console.use(database=msgspec.structs.replace(console.settings.database, admin_url=url))


def backed_up(console: Console, folder: Path) -> Path:
    result = console.run("db", "backup", str(folder))
    assert result.exit_code == 0, result.output
    return folder


def test_a_backup_is_restored_into_an_empty_database_and_proved_equal(
    admin_console: Console, tmp_path: Path, empty_database: str
) -> None:
    assert admin_console.run("users", *ADMIN, "correct horse battery").exit_code == 0
    folder = backed_up(admin_console, tmp_path / "backup")
    use_admin(admin_console, empty_database)
    result = admin_console.run("db", "restore", str(folder))

    assert result.exit_code == 0, result.output
    assert "mismatches=0" in result.output
    with psycopg.connect(empty_database) as connection:
        assert connection.execute("SELECT email FROM users").fetchall() == [("root@example.com",)]
        owner = connection.execute(
            "SELECT pg_get_userbyid(relowner) FROM pg_class WHERE relname = 'invoices'"
        ).fetchone()
        may = connection.execute("SELECT has_table_privilege('quittance_app', 'invoices', 'TRUNCATE')").fetchone()
    assert (owner, may) == (("quittance_owner",), (False,))


def test_a_backup_can_be_read_by_nobody_else_and_holds_no_password(admin_console: Console, tmp_path: Path) -> None:
    folder = backed_up(admin_console, tmp_path / "backup")

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.iterdir())}
    assert modes == {"backup": 0o700, DUMP: 0o600, MANIFEST: 0o600}
    manifest = read_manifest(folder)
    assert [role.name for role in manifest.roles] == ["quittance_app", "quittance_owner"]
    assert not any(role.is_superuser or role.bypasses_row_security for role in manifest.roles)
    assert b"SCRAM" not in (folder / MANIFEST).read_bytes()


def test_nothing_is_restored_over_what_is_there(admin_console: Console, tmp_path: Path) -> None:
    folder = backed_up(admin_console, tmp_path / "backup")

    assert "is not empty" in plain(admin_console, "restore", folder)


def test_a_backup_is_never_written_over_another(admin_console: Console, tmp_path: Path) -> None:
    assert "already there" in plain(admin_console, "backup", tmp_path)


def test_a_role_that_does_not_see_all_rows_cannot_back_up(admin_console: Console, tmp_path: Path) -> None:
    use_admin(admin_console, admin_console.settings.database.owner_url)

    assert "quittance_owner does not see all rows" in plain(admin_console, "backup", tmp_path / "backup")
    assert list(tmp_path.iterdir()) == []


def test_a_backup_that_was_cut_short_is_refused(admin_console: Console, tmp_path: Path, empty_database: str) -> None:
    folder = backed_up(admin_console, tmp_path / "backup")
    (folder / DUMP).write_bytes((folder / DUMP).read_bytes()[:-100])
    use_admin(admin_console, empty_database)

    assert "cut short" in plain(admin_console, "restore", folder)


def test_a_restored_database_that_differs_is_not_called_restored(
    admin_console: Console, tmp_path: Path, empty_database: str
) -> None:
    folder = backed_up(admin_console, tmp_path / "backup")
    manifest = read_manifest(folder)
    altered = manifest.fingerprint.tables | {"teams": TableState(rows=7, checksum="1:2")}
    fingerprint = msgspec.structs.replace(manifest.fingerprint, tables=altered)
    manifest = msgspec.structs.replace(manifest, fingerprint=fingerprint)
    (folder / MANIFEST).write_bytes(msgspec.json.encode(manifest))
    use_admin(admin_console, empty_database)

    said = plain(admin_console, "restore", folder)
    assert "Do not use it" in said
    assert "table teams: 7 rows" in said


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        ("UPDATE teams SET name = 'Other'", "table teams"),
        ("ALTER TABLE invoices NO FORCE ROW LEVEL SECURITY", "table invoices"),
        ("DROP POLICY team_isolation ON customers", "policy customers.team_isolation: missing"),
        ("GRANT TRUNCATE ON invoices TO quittance_app", "table invoices"),
        ("ALTER TABLE customers DISABLE TRIGGER audit", "trigger customers.audit: different"),
        ("DROP INDEX ix_job_runs_id_live", "index ix_job_runs_id_live: missing"),
    ],
)
def test_any_difference_shows_in_the_fingerprint(admin_console: Console, change: str, difference: str) -> None:
    assert admin_console.run("users", *ADMIN, "correct horse battery").exit_code == 0
    with psycopg.connect(admin_console.settings.database.admin_url, autocommit=True) as connection:
        begin_snapshot(connection)
        before = take_fingerprint(connection, lambda _done, _of, _name: None)
        connection.execute("ROLLBACK")
        connection.execute(change.encode())
        begin_snapshot(connection)
        after = take_fingerprint(connection, lambda _done, _of, _name: None)

    assert [found for found in before.differences(after) if difference in found], before.differences(after)
    assert before.differences(before) == []


def test_a_role_with_more_rights_than_in_the_backup_stops_the_restore(
    admin_console: Console, tmp_path: Path, empty_database: str
) -> None:
    folder = backed_up(admin_console, tmp_path / "backup")
    use_admin(admin_console, empty_database)
    with psycopg.connect(empty_database, autocommit=True) as connection:
        connection.execute("ALTER ROLE quittance_app CREATEDB")
        try:
            assert "quittance_app is there with other attributes" in plain(admin_console, "restore", folder)
        finally:
            connection.execute("ALTER ROLE quittance_app NOCREATEDB")


def test_a_password_stands_in_a_private_file_and_on_no_command_line() -> None:
    url = "postgresql+asyncpg://quittance:pa%3Ass%5Cw%2541@db.example.com:5433/quittance?sslmode=require"
    with tool_environment(url) as (address, environment):
        password_file = Path(environment["PGPASSFILE"])
        assert password_file.read_text() == "*:*:*:*:pa\\:ss\\\\w%41\n"
        assert stat.S_IMODE(password_file.stat().st_mode) == 0o600
        assert "pa" not in address
        assert "sslmode=require" in address
    assert not password_file.exists()
    assert libpq_url(url).startswith("postgresql://quittance:")


def test_without_a_password_the_operators_own_pgpass_is_looked_into() -> None:
    with tool_environment("postgresql://backup@db.example.com/quittance") as (address, environment):
        assert "PGPASSFILE" not in environment
        assert "user=backup" in address


def test_a_program_that_is_missing_or_too_old_is_named() -> None:
    assert find_tool("pg_dump", at_least=18).name == "pg_dump"
    with pytest.raises(PostgresToolError, match="pg_dump 99 or newer"):
        find_tool("pg_dump", at_least=99)
    with pytest.raises(PostgresToolError, match="pg_nothing isn't installed"):
        find_tool("pg_nothing", at_least=18)


def test_a_server_that_is_away_is_one_plain_sentence(
    offline_console: Console, tmp_path: Path, sentence: Sentence
) -> None:
    use_admin(offline_console, "postgresql://quittance_admin:hidden@127.0.0.1:1/quittance")

    said = sentence(offline_console.run("db", "backup", str(tmp_path / "backup")))
    assert "DATABASE_ADMIN_URL" in said
    assert "hidden" not in said


def plain(console: Console, command: str, folder: Path) -> str:
    result = console.run("db", command, str(folder))
    assert result.exit_code == 1, result.output
    assert isinstance(result.exception, SystemExit), result.exception
    return result.output
