"""Fills queues by copying the row that an ordinary enqueue wrote, so that every column is what the system itself would have put there."""

from typing import Any, LiteralString

import psycopg
from psycopg import sql

from benchmarks.queue.process import TASK

type Connection = psycopg.Connection[Any]


def fill_pgqueuer(connection: Connection, waiting: int) -> None:
    connection.execute(
        "CREATE TEMP TABLE new_ids AS SELECT nextval('pgqueuer_id_seq') AS id FROM generate_series(1, %s)", [waiting]
    )
    _copy(connection, "pgqueuer", where="true", id="new_ids.id")


def fill_ours(connection: Connection, waiting: int, finished: int = 0) -> None:
    """Add waiting runs, due now, and finished ones of the last thirty days."""
    one = f"task = '{TASK}' AND state = 'queued'"
    connection.execute(
        "CREATE TEMP TABLE new_ids AS "
        "SELECT uuidv7(make_interval(secs => -random() * 2592000)) AS id FROM generate_series(1, %s) ORDER BY id",
        [finished],
    )
    moment = "uuid_extract_timestamp(new_ids.id)"
    _copy(
        connection,
        "job_runs",
        where=one,
        id="new_ids.id",
        state="'succeeded'",
        attempt="1",
        progress="1",
        worker="'a worker of last month'",
        scheduled_at=moment,
        queued_at=moment,
        started_at=moment,
        heartbeat_at=moment,
        finished_at=moment,
    )
    connection.execute("DROP TABLE new_ids")
    connection.execute("CREATE TEMP TABLE new_ids AS SELECT uuidv7() AS id FROM generate_series(1, %s)", [waiting])
    # SAQ's row first: as soon as the ledger has copies, "the one row" is no longer one.
    _copy(
        connection,
        "saq_jobs",
        where=f"key IN (SELECT id::text FROM job_runs WHERE {one})",
        key="new_ids.id::text",
        job="convert_to(replace(convert_from(original.job, 'UTF8'), original.key, new_ids.id::text), 'UTF8')",
    )
    _copy(connection, "job_runs", where=one, id="new_ids.id")


def postpone_ours(connection: Connection) -> None:
    """Put off what waits until tomorrow: the worker becomes idle, the queue stays as long."""
    connection.execute("UPDATE job_runs SET scheduled_at = scheduled_at + interval '1 day' WHERE state = 'queued'")
    connection.execute("UPDATE saq_jobs SET status = 'new', scheduled = scheduled + 86400 WHERE status = 'queued'")


def _copy(connection: Connection, table: LiteralString, *, where: LiteralString, **changed: LiteralString) -> None:
    """Copy the first row `where` once for each of `new_ids`, with the changed columns."""
    rows = connection.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''",
        [table],
    )
    columns = [name for (name,) in rows]
    if unknown := changed.keys() - set(columns):
        raise SystemExit(f"{table} has no {', '.join(unknown)}: the filling is older than the table")
    connection.execute(
        sql.SQL(
            "INSERT INTO {table} ({columns}) SELECT {values} FROM new_ids, (SELECT * FROM {table} WHERE {where} LIMIT 1) AS original"
        ).format(
            table=sql.Identifier(table),
            columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
            values=sql.SQL(", ").join(
                sql.SQL(changed[name]) if name in changed else sql.Identifier("original", name) for name in columns
            ),
            where=sql.SQL(where),
        )
    )
