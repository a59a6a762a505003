"""Run migrations as the owner role; impatient with locks, so that a deploy never queues the whole site behind itself."""

from typing import Literal

from sqlalchemy import create_engine, pool, text

from alembic import context
from app.config import get_settings
from app.db.base import Choice
from app.db.migrations import as_psycopg_url
from app.models import Base

# Tables of SAQ, created by `litestar db upgrade` from its own library.
_FOREIGN_TABLES = ("saq_jobs", "saq_stats", "saq_versions")


def _is_ours(_object: object, name: str | None, type_: str, _reflected: bool, _compare_to: object) -> bool:
    return not (type_ == "table" and name in _FOREIGN_TABLES)


# Who waits longer for a lock than this gives up, and is started again when it is quieter: behind them, everybody else would wait, too.
_PATIENCE = ("SET lock_timeout = '2s'", "SET statement_timeout = '15min'")


def write_sql() -> None:
    """For `alembic upgrade --sql`: what would be run, for reading and for `make check-migrations`."""
    context.configure(dialect_name="postgresql", literal_binds=True, transaction_per_migration=True)
    for setting in _PATIENCE:
        context.execute(setting)
    with context.begin_transaction():
        context.run_migrations()


def run_migrations() -> None:
    url = context.config.attributes.get("url") or get_settings().database.owner_url
    engine = create_engine(as_psycopg_url(url), poolclass=pool.NullPool)
    with engine.connect() as connection:
        for setting in _PATIENCE:
            connection.execute(text(setting))
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            include_object=_is_ours,
            compare_type=True,
            compare_server_default=True,
            transaction_per_migration=True,
            user_module_prefix="sa.",
            render_item=_render_item,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


def _render_item(type_: str, item: object, _autogen_context: object) -> str | Literal[False]:
    # A migration must not change with the library: write the column type it stands for.
    if type_ == "type" and type(item).__name__ == "DateTimeUTC":
        return "sa.DateTime(timezone=True)"
    if type_ == "type" and isinstance(item, Choice):
        return f"sa.String(length={item.length})"
    return False


if context.is_offline_mode():
    write_sql()
else:
    run_migrations()
