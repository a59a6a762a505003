from collections.abc import Callable, Generator, Mapping
from types import SimpleNamespace
from typing import Any

import click
import msgspec
import psycopg
import pytest
from click.testing import CliRunner, Result
from litestar import Litestar
from sqlalchemy import make_url

from app.cli.audit import audit_group
from app.cli.db import db_group
from app.cli.doctor import doctor_command
from app.cli.seed import seed_command
from app.cli.users import users_group
from app.config import Settings, load_settings
from tests.support.database import TEMPLATE, create_database, drop_database, running_server

COMMANDS: Mapping[str, click.Command] = {
    "audit": audit_group,
    "db": db_group,
    "doctor": doctor_command,
    "seed": seed_command,
    "users": users_group,
}


class Console:
    """Runs our commands as `litestar …` would, with settings of the test's choice."""

    def __init__(self, app: Litestar, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        self.settings = settings
        self._app = app
        for module in ("backups", "db", "doctor", "running"):
            monkeypatch.setattr(f"app.cli.{module}.get_settings", lambda: self.settings)

    def run(self, command: str, *arguments: str) -> Result:
        return CliRunner().invoke(COMMANDS[command], arguments, obj=SimpleNamespace(app=self._app))

    def use(self, **changed: Any) -> None:
        self.settings = msgspec.structs.replace(self.settings, **changed)

    def use_database(self, url: str) -> None:
        self.use(database=msgspec.structs.replace(self.settings.database, url=url, owner_url=url))

    def query(self, statement: str) -> Any:
        """The first column of the first row, past row-level security."""
        database = make_url(self.settings.database.owner_url).database
        assert database
        with psycopg.connect(running_server().superuser_url(database)) as connection:
            row = connection.execute(statement.encode()).fetchone()
            return row[0] if row else None

    def execute(self, *statements: str) -> None:
        """Put rows there that no command makes."""
        database = make_url(self.settings.database.owner_url).database
        assert database
        with psycopg.connect(running_server().superuser_url(database)) as connection:
            for statement in statements:
                connection.execute(statement.encode())


@pytest.fixture
def scratch_settings(request: pytest.FixtureRequest, settings: Settings) -> Generator[Settings]:
    """A database for one test, cloned from the template, or empty where the test is marked so."""
    server = running_server()
    name = f"{make_url(settings.database.url).database}_cli"
    create_database(server, name, template=getattr(request, "param", TEMPLATE))
    environment = {
        "APP_ENV": "testing",
        "SECRET_KEY": settings.secret_key,
        "DATABASE_URL": server.app_url(name),
        "DATABASE_OWNER_URL": server.owner_url(name),
    }
    yield load_settings(environment)
    drop_database(server, name)


@pytest.fixture
def console(app: Litestar, scratch_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Console:
    return Console(app, scratch_settings, monkeypatch)


@pytest.fixture
def offline_console(app: Litestar, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Console:
    """For commands that must not reach a database."""
    return Console(app, settings, monkeypatch)


type Sentence = Callable[[Result], str]


@pytest.fixture
def sentence() -> Sentence:
    """Check that a command failed with one plain sentence, and return it."""

    def check(result: Result) -> str:
        assert result.exit_code == 1, result.output
        assert isinstance(result.exception, SystemExit), result.exception
        assert "Traceback" not in result.output
        assert len(result.output.strip().splitlines()) == 1, result.output
        return result.output.strip()

    return check
