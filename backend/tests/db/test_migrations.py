from collections.abc import Generator

import pytest
import sqlalchemy as sa

from alembic import command
from app.db import migrations
from tests.support.database import create_database, drop_database, running_server


@pytest.fixture
def empty_database_url(database_name: str) -> Generator[str]:
    server, name = running_server(), f"{database_name}_migrations"
    create_database(server, name)
    yield server.owner_url(name)
    drop_database(server, name)


def test_migrations_go_up_down_and_up(empty_database_url: str) -> None:
    migrations.upgrade(empty_database_url)
    migrations.downgrade(empty_database_url, "base")
    engine = sa.create_engine(migrations.as_psycopg_url(empty_database_url))
    assert sa.inspect(engine).get_table_names() == ["alembic_version"]
    with engine.connect() as connection:
        left = connection.scalar(sa.text("SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace"))
    engine.dispose()
    assert left == 0

    migrations.upgrade(empty_database_url)

    assert migrations.pending_migrations(empty_database_url) == []


def test_models_and_migrations_say_the_same(empty_database_url: str) -> None:
    migrations.upgrade(empty_database_url)

    command.check(migrations.alembic_config(empty_database_url))  # raises when autogenerate would write something


def test_pending_migrations_are_named_oldest_first(empty_database_url: str) -> None:
    assert migrations.pending_migrations(empty_database_url)[:2] == ["0001", "0002"]
