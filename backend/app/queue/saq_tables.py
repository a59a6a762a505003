"""SAQ's tables, brought to the version of the installed library and widened by what the hot path reads; once, in the migration step."""

import psycopg
from psycopg.sql import Identifier
from saq.queue.postgres_migrations import get_migrations

from app.queue.errors import QueueNotReady

# A run of no team stands in a lane like any other.
NO_TEAM = "00000000-0000-0000-0000-000000000000"

# `saq_jobs` holds one narrow row per live run: 'new' is due later, 'queued' is ready, 'active' runs. A lane is one task of one team.
_WIDEN = (
    f"""
    ALTER TABLE saq_jobs
        ADD COLUMN IF NOT EXISTS task text NOT NULL DEFAULT '',
        ADD COLUMN IF NOT EXISTS team_id uuid NOT NULL DEFAULT '{NO_TEAM}',
        ADD COLUMN IF NOT EXISTS rank double precision NOT NULL DEFAULT extract(epoch FROM now()),
        ADD COLUMN IF NOT EXISTS heartbeat_seconds integer NOT NULL DEFAULT 12,
        ADD COLUMN IF NOT EXISTS timeout_seconds integer NOT NULL DEFAULT 60,
        ADD COLUMN IF NOT EXISTS lease_expires_at timestamptz,
        ADD COLUMN IF NOT EXISTS attempt_ends_at timestamptz
    """,
    "CREATE INDEX IF NOT EXISTS saq_jobs_ready_idx ON saq_jobs (queue, team_id, task, rank) WHERE status = 'queued'",
    "CREATE INDEX IF NOT EXISTS saq_jobs_due_later_idx ON saq_jobs (queue, scheduled) WHERE status = 'new'",
    "CREATE INDEX IF NOT EXISTS saq_jobs_running_idx ON saq_jobs (queue, task, team_id) WHERE status = 'active'",
    # SAQ's own statement for dequeuing is not used, and every index costs each of the three writes of a run.
    "DROP INDEX IF EXISTS saq_jobs_status_queue_group_key_idx",
    "DROP INDEX IF EXISTS saq_jobs_status_queue_priority_scheduled_idx",
    # A table that is always nearly empty and always changing: its dead rows are what a claim would wade through.
    """
    ALTER TABLE saq_jobs SET (autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 2000,
                              autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_scale_factor = 0.0,
                              autovacuum_analyze_threshold = 5000)
    """,
    # Runs go with their team, and their rows here with them.
    """
    CREATE OR REPLACE FUNCTION forget_jobs_of_deleted_runs() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        DELETE FROM saq_jobs USING gone WHERE saq_jobs.key = gone.id::text AND gone.finished_at IS NULL;
        RETURN NULL;
    END $$
    """,
    """
    CREATE OR REPLACE TRIGGER forget_jobs AFTER DELETE ON job_runs REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION forget_jobs_of_deleted_runs()
    """,
)


def saq_schema_version() -> int:
    """The version of SAQ's tables that the installed library needs."""
    return get_migrations(Identifier("saq_jobs"), Identifier("saq_stats"))[-1][0]


def create_saq_tables(owner_url: str) -> None:
    """Bring the tables to the newest form; again makes no difference."""
    migrations = get_migrations(Identifier("saq_jobs"), Identifier("saq_stats"))
    with psycopg.connect(owner_url) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(hashtext('quittance.saq_tables'))")
        connection.execute("CREATE TABLE IF NOT EXISTS saq_versions (version INT)")
        row = connection.execute("SELECT max(version) FROM saq_versions").fetchone()
        current = row[0] if row and row[0] is not None else 0
        if current > migrations[-1][0]:
            raise QueueNotReady(f"the queue's tables have version {current}, newer than this SAQ knows")
        for version, statements in migrations:
            if version > current:
                for statement in statements:
                    connection.execute(statement)
        connection.execute("DELETE FROM saq_versions")
        connection.execute("INSERT INTO saq_versions (version) VALUES (%s)", (migrations[-1][0],))
        for statement in _WIDEN:
            connection.execute(statement)
