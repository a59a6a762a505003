"""One PostgreSQL per run, one template built by the migrations, one clone per test process."""

import os
import tempfile
from pathlib import Path

import sqlalchemy as sa

from app.db import migrations
from app.db.embedded import DATABASE, EmbeddedPostgres
from app.queue.saq_tables import create_saq_tables

APP_ROLE = "quittance_app"
OWNER_ROLE = "quittance_owner"
TEMPLATE = "quittance_template"
_DATA_DIR_VARIABLE = "QUITTANCE_TEST_PGDATA"
# `make restore-drill` runs tests on what it restored: the folder of a running server whose database becomes the template.
RESTORED_DATA_DIR_VARIABLE = "QUITTANCE_TEST_RESTORED_PGDATA"


def start_server() -> EmbeddedPostgres | None:
    """Start the run's server and build the template, or use what was restored; the test processes find it by an environment variable."""
    if restored := os.environ.get(RESTORED_DATA_DIR_VARIABLE):
        return _use_restored(Path(restored))
    data_dir = Path(tempfile.mkdtemp(prefix="quittance-tests-")) / "pg"
    server = EmbeddedPostgres(data_dir, fsync=False).start()
    create_database(server, TEMPLATE)
    migrations.upgrade(server.owner_url(TEMPLATE))
    create_saq_tables(server.owner_url(TEMPLATE))
    migrations.grant_application_role(server.owner_url(TEMPLATE), APP_ROLE)
    os.environ[_DATA_DIR_VARIABLE] = str(data_dir)
    return server


def _use_restored(data_dir: Path) -> None:
    server = EmbeddedPostgres(data_dir)
    drop_database(server, TEMPLATE)
    create_database(server, TEMPLATE, template=DATABASE)
    os.environ[_DATA_DIR_VARIABLE] = str(data_dir)


def running_server() -> EmbeddedPostgres:
    return EmbeddedPostgres(Path(os.environ[_DATA_DIR_VARIABLE]), fsync=False)


def create_database(server: EmbeddedPostgres, name: str, *, template: str | None = None) -> None:
    copied = f'TEMPLATE "{template}"' if template else ""
    run_as_superuser(server, f'CREATE DATABASE "{name}" OWNER {OWNER_ROLE} {copied}')


def drop_database(server: EmbeddedPostgres, name: str) -> None:
    run_as_superuser(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def run_as_superuser(server: EmbeddedPostgres, *statements: str, database: str = "postgres") -> None:
    url = migrations.as_psycopg_url(server.superuser_url(database))
    engine = sa.create_engine(url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))
    engine.dispose()
