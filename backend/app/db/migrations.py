"""Bring a database to the newest schema, and tell whether it is there."""

import io
from pathlib import Path

import psycopg
import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg import sql

from alembic import command

BACKEND_DIR = Path(__file__).resolve().parents[2]


def as_psycopg_url(url: str) -> str:
    return "postgresql+psycopg://" + url.partition("://")[2]


def alembic_config(owner_url: str) -> Config:
    config = Config(str(BACKEND_DIR / "alembic.ini"))
    config.attributes["url"] = owner_url
    return config


def sql_of(revision: str, *, after: str) -> str:
    """Return what `alembic upgrade --sql` prints: the statements of the migrations after one and up to another, without a database."""
    written = io.StringIO()
    config = Config(str(BACKEND_DIR / "alembic.ini"), output_buffer=written)
    command.upgrade(config, f"{after}:{revision}", sql=True)
    return written.getvalue()


def upgrade(owner_url: str, revision: str = "head") -> None:
    command.upgrade(alembic_config(owner_url), revision)


def downgrade(owner_url: str, revision: str) -> None:
    command.downgrade(alembic_config(owner_url), revision)


def pending_migrations(owner_url: str) -> list[str]:
    """Return the revisions that the database lacks, oldest first."""
    scripts = ScriptDirectory.from_config(alembic_config(owner_url))
    engine = sa.create_engine(as_psycopg_url(owner_url), poolclass=sa.NullPool)
    with engine.connect() as connection:
        heads = MigrationContext.configure(connection).get_current_heads()
    engine.dispose()
    known = {script.revision for head in heads for script in scripts.iterate_revisions(head, "base")}
    return [script.revision for script in reversed(list(scripts.walk_revisions())) if script.revision not in known]


def create_application_role(owner_url: str, app_role: str, *, password: str | None, signs_in_by_token: bool) -> bool:
    """Create the role that the application signs in as, where a new server lacks it; return whether it was missing."""
    with psycopg.connect(owner_url) as connection:
        is_missing = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [app_role]).fetchone() is None
        role = sql.Identifier(app_role)
        if is_missing:
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(role))
            if password is not None:
                # Hashed here: the server's log never sees it.
                hashed = connection.pgconn.encrypt_password(password.encode(), app_role.encode(), b"scram-sha-256")
                connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(role, sql.Literal(hashed.decode())))
        if signs_in_by_token:
            connection.execute(sql.SQL("GRANT rds_iam TO {}").format(role))
    return is_missing


def grant_application_role(owner_url: str, app_role: str) -> None:
    """Let the application role use every table, and nothing more: no ownership, TRUNCATE or DDL."""
    engine = sa.create_engine(as_psycopg_url(owner_url), poolclass=sa.NullPool)
    quoted = engine.dialect.identifier_preparer.quote(app_role)
    with engine.begin() as connection:
        connection.execute(sa.text(f"GRANT USAGE ON SCHEMA public TO {quoted}"))
        connection.execute(sa.text(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {quoted}"))
        connection.execute(sa.text(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {quoted}"))
        connection.execute(sa.text(f"REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {quoted}"))
    engine.dispose()


def role_of(url: str) -> str | None:
    return sa.make_url(url).username
