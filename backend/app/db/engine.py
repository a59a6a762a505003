"""Engines: one pool for requests and jobs, and small ones for what must not wait for it; no error of theirs shows a parameter."""

from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from app.config import DatabaseSettings
from app.db.credentials import asyncpg_arguments
from app.db.json import decode_json, encode_json


def create_engine(database: DatabaseSettings) -> AsyncEngine:
    return create_async_engine(
        database.sqlalchemy_url,
        pool_size=database.pool_size,
        max_overflow=database.pool_overflow,
        pool_timeout=database.pool_timeout_seconds,
        pool_recycle=1800,
        json_serializer=encode_json,
        json_deserializer=decode_json,
        hide_parameters=True,
        connect_args=_connect_args(database, database.statement_timeout_ms, timeout_seconds=5),
    )


def create_counting_engine(database: DatabaseSettings) -> AsyncEngine:
    """For counting attempts in transactions of their own.

    Requests count while they hold a connection: out of the same pool, as many log-ins as it has connections would wait for each other.
    """
    return create_async_engine(
        database.sqlalchemy_url,
        pool_size=2,
        max_overflow=0,
        pool_timeout=database.pool_timeout_seconds,
        pool_recycle=1800,
        hide_parameters=True,
        connect_args=_connect_args(database, database.statement_timeout_ms, timeout_seconds=5),
    )


def create_health_engine(database: DatabaseSettings) -> AsyncEngine:
    """A pool of one: a request pool that is exhausted must not look like a dead database."""
    return create_async_engine(
        database.sqlalchemy_url,
        pool_size=1,
        max_overflow=0,
        pool_timeout=2,
        hide_parameters=True,
        connect_args=_connect_args(database, statement_timeout_ms=2000, timeout_seconds=2),
    )


def _connect_args(database: DatabaseSettings, statement_timeout_ms: int, timeout_seconds: float) -> dict[str, object]:
    return {
        **asyncpg_arguments(database),
        "timeout": timeout_seconds,
        "server_settings": {
            "application_name": "quittance",
            "statement_timeout": str(statement_timeout_ms),
            "idle_in_transaction_session_timeout": "60000",
            "jit": "off",
        },
    }
