"""`litestar db upgrade` on a server that only knows its master, as a cloud hands it over."""

from collections.abc import Generator

import msgspec
import psycopg
import pytest
from sqlalchemy import make_url

from app.config import load_settings
from tests.cli.conftest import Console, Sentence
from tests.support.database import drop_database, run_as_superuser, running_server

DATABASE, MASTER, APPLICATION = "fresh_server", "fresh_master", "fresh_application"
PASSWORD = "p@ss/word-of-a-new-role"


@pytest.fixture
def fresh(offline_console: Console) -> Generator[Console]:
    """An empty database whose owner may make roles, and no role of the application."""
    server = running_server()
    run_as_superuser(
        server,
        f"CREATE ROLE {MASTER} LOGIN CREATEROLE NOSUPERUSER NOBYPASSRLS",
        f"CREATE DATABASE {DATABASE} OWNER {MASTER}",
    )
    master = make_url(server.owner_url(DATABASE)).set(username=MASTER)
    application = make_url(server.app_url(DATABASE)).set(username=APPLICATION, password=PASSWORD)
    offline_console.use(
        database=load_settings(
            {
                "DATABASE_URL": application.render_as_string(hide_password=False),
                "DATABASE_OWNER_URL": master.render_as_string(hide_password=False),
            }
        ).database
    )
    yield offline_console
    drop_database(server, DATABASE)
    run_as_superuser(server, f"DROP ROLE IF EXISTS {APPLICATION}", "DROP ROLE IF EXISTS rds_iam", f"DROP ROLE {MASTER}")


def test_the_application_role_is_made_with_its_password_and_can_do_nothing_else(fresh: Console) -> None:
    result = fresh.run("db", "upgrade")
    again = fresh.run("db", "upgrade")

    assert result.exit_code == 0, result.output
    assert f"Made the role {APPLICATION}." in result.output
    assert again.exit_code == 0, again.output
    assert "Made the role" not in again.output
    row = f"FROM pg_authid WHERE rolname = '{APPLICATION}'"
    assert fresh.query(f"SELECT rolpassword {row}").startswith("SCRAM-SHA-256$")
    assert not fresh.query(f"SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb {row}")
    with psycopg.connect(fresh.settings.database.url) as connection:
        assert connection.execute("SELECT count(*) FROM teams").fetchone() == (0,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("CREATE TABLE mine (id int)")


def test_with_tokens_the_role_has_no_password_and_may_sign_in_by_them(fresh: Console) -> None:
    run_as_superuser(running_server(), "CREATE ROLE rds_iam", f"GRANT rds_iam TO {MASTER} WITH ADMIN OPTION")
    _use_tokens(fresh)

    result = fresh.run("db", "upgrade")

    assert result.exit_code == 0, result.output
    assert fresh.query(f"SELECT rolpassword IS NULL FROM pg_authid WHERE rolname = '{APPLICATION}'")
    assert fresh.query(f"SELECT pg_has_role('{APPLICATION}', 'rds_iam', 'MEMBER')")


def test_a_server_that_knows_no_tokens_is_one_plain_sentence(fresh: Console, sentence: Sentence) -> None:
    _use_tokens(fresh)

    assert "rds_iam" in sentence(fresh.run("db", "upgrade"))


def test_with_tokens_migrating_as_the_application_is_one_plain_sentence(fresh: Console, sentence: Sentence) -> None:
    database = fresh.settings.database
    fresh.use(database=msgspec.structs.replace(database, owner_url=database.url, auth="iam"))

    assert "DATABASE_OWNER_URL" in sentence(fresh.run("db", "upgrade"))


def test_an_owner_who_may_make_no_roles_says_who_should(fresh: Console, sentence: Sentence) -> None:
    run_as_superuser(running_server(), f"ALTER ROLE {MASTER} NOCREATEROLE")

    said = sentence(fresh.run("db", "upgrade"))

    assert f"CREATE ROLE {APPLICATION} LOGIN PASSWORD '…';" in said
    assert PASSWORD not in said


def _use_tokens(console: Console) -> None:
    # The server of the tests is reached by its socket, where there is no TLS to verify: only the way in is changed.
    database = console.settings.database
    url = make_url(database.url)._replace(password=None).render_as_string(hide_password=False)
    console.use(database=msgspec.structs.replace(database, url=url, auth="iam", region="eu-central-1"))
