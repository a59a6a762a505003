"""jobs: schedules, pauses, rates and workers in tables, log lines, figures and actions; a ledger whose attempts begin without an index

Revises 0011. One step, no models imported. It rebuilds indexes of job_runs: stop the workers of the previous release first.
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_TEAM = "(SELECT nullif(current_setting('app.team_id', true), '')::uuid)"
_IS_PLATFORM_WIDE = "current_setting('app.platform_wide', true) = 'on'"
# The queue's own connections claim and finish runs of all teams in one statement.
_IS_QUEUE = "current_setting('app.queue', true) = 'on'"
_OF_TEAMS_AND_SYSTEM = ("job_log_lines", "job_statistics", "job_actions")


def _protect(table: str, condition: str) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY team_isolation ON {table} USING ({condition}) WITH CHECK ({condition})")


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _team() -> tuple[sa.Column[object], sa.ForeignKeyConstraint]:
    return (
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], ondelete="CASCADE"),
    )


def upgrade() -> None:
    _widen_ledger()
    op.create_table(
        "job_log_lines",
        *_team(),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        _time("at"),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("fields", postgresql.JSONB(), nullable=False),
    )
    op.create_index("ix_job_log_lines_run_id", "job_log_lines", ["run_id", "attempt", "number"])
    op.create_index("ix_job_log_lines_at", "job_log_lines", ["at"])
    op.create_index("ix_job_log_lines_team_id", "job_log_lines", ["team_id"])
    op.create_table(
        "job_statistics",
        *_team(),
        _time("minute"),
        sa.Column("queue", sa.String(length=40), nullable=False),
        sa.Column("task", sa.String(length=120), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("succeeded", "failed", "dead")),
        *(
            sa.Column(name, sa.Double(), nullable=False)
            for name in ("wait_seconds_sum", "wait_seconds_max", "run_seconds_sum", "run_seconds_max")
        ),
    )
    op.create_index(
        "uq_job_statistics_team_id_minute_queue_task",
        "job_statistics",
        ["team_id", "minute", "queue", "task"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_index("ix_job_statistics_minute", "job_statistics", ["minute"])
    op.create_table(
        "job_actions",
        *_team(),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.String(length=24), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=True),
        sa.Column("detail", postgresql.JSONB(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        _time("at"),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_actions")),
    )
    op.create_index("ix_job_actions_run_id", "job_actions", ["run_id"], postgresql_where=sa.text("run_id IS NOT NULL"))
    op.create_index("ix_job_actions_team_id_at", "job_actions", ["team_id", "at"])
    op.execute("""
        CREATE CONSTRAINT TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON job_actions DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION audit_row('job_action', 'id', 'team_id', 'by_id')
    """)
    for table in _OF_TEAMS_AND_SYSTEM:
        _protect(table, f"team_id IS NOT DISTINCT FROM {_TEAM}")
    for table in ("job_runs", *_OF_TEAMS_AND_SYSTEM):
        op.execute(f"CREATE POLICY platform_reading ON {table} FOR SELECT USING ({_IS_PLATFORM_WIDE})")
        op.execute(f"CREATE POLICY queue ON {table} USING ({_IS_QUEUE}) WITH CHECK ({_IS_QUEUE})")
    _create_controls()


def _widen_ledger() -> None:
    op.execute("ALTER TABLE job_runs SET (fillfactor = 75)")
    op.add_column("job_runs", sa.Column("priority", sa.SmallInteger(), server_default="0", nullable=False))
    op.add_column(
        "job_runs", sa.Column("is_dead", sa.Boolean(), sa.Computed("state = 'dead'", persisted=True), nullable=False)
    )
    op.add_column("job_runs", sa.Column("progress_done", sa.Integer(), nullable=True))
    op.add_column("job_runs", sa.Column("progress_total", sa.Integer(), nullable=True))
    op.add_column("job_runs", sa.Column("progress_message", sa.String(length=200), nullable=True))
    op.add_column("job_runs", sa.Column("failures", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False))
    op.add_column("job_runs", sa.Column("traceparent", sa.String(length=55), nullable=True))
    op.add_column("job_runs", sa.Column("replay_of_id", sa.Uuid(), nullable=True))
    op.execute(
        "UPDATE job_runs SET finished_at = NULL WHERE state IN ('queued', 'running') AND finished_at IS NOT NULL"
    )
    op.execute(
        "UPDATE job_runs SET finished_at = now() WHERE state NOT IN ('queued', 'running') AND finished_at IS NULL"
    )
    op.create_check_constraint(
        op.f("ck_job_runs_over_iff_finished_at"),
        "job_runs",
        "(state IN ('queued', 'running')) = (finished_at IS NULL)",
    )
    op.drop_index("ix_job_runs_team_id_queued_at", table_name="job_runs")
    op.drop_index("ix_job_runs_finished_at", table_name="job_runs")
    op.drop_index("uq_job_runs_live_key", table_name="job_runs")
    op.create_index("ix_job_runs_team_id_id", "job_runs", ["team_id", "id"])
    op.create_index("ix_job_runs_team_id_task_id", "job_runs", ["team_id", "task", "id"])
    op.create_index("ix_job_runs_dead", "job_runs", ["team_id", "id"], postgresql_where=sa.text("is_dead"))
    op.create_index(
        "ix_job_runs_finished_at", "job_runs", ["finished_at"], postgresql_where=sa.text("finished_at IS NOT NULL")
    )
    op.create_index(
        "uq_job_runs_live_key",
        "job_runs",
        ["team_id", "task", "unique_key"],
        unique=True,
        postgresql_where=sa.text("unique_key IS NOT NULL AND finished_at IS NULL"),
        postgresql_nulls_not_distinct=True,
    )


def _create_controls() -> None:
    op.create_table(
        "job_schedules",
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("queue", sa.String(length=40), nullable=False),
        sa.Column("task", sa.String(length=120), nullable=False),
        sa.Column("arguments", postgresql.JSONB(), nullable=False),
        sa.Column("cron", sa.String(length=100), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("catch_up", sa.String(length=8), nullable=False),
        sa.Column("most_caught_up", sa.Integer(), nullable=False),
        sa.Column("declaration", sa.String(length=400), nullable=False),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        _time("next_run_at"),
        _time("last_tick_at", nullable=True),
        sa.Column("last_run_id", sa.Uuid(), nullable=True),
        _time("edited_at", nullable=True),
        _time("retired_at", nullable=True),
        sa.CheckConstraint("catch_up IN ('skip', 'once', 'all')", name=op.f("ck_job_schedules_catch_up_known")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job_schedules")),
    )
    op.create_table(
        "job_pauses",
        sa.Column("queue", sa.String(length=40), nullable=False),
        sa.Column("task", sa.String(length=120), nullable=False),
        _time("paused_at"),
        sa.Column("paused_by_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("queue", "task", name=op.f("pk_job_pauses")),
    )
    op.create_table(
        "job_rates",
        sa.Column("queue", sa.String(length=40), nullable=False),
        sa.Column("task", sa.String(length=120), nullable=False),
        sa.Column("tokens", sa.Double(), nullable=False),
        _time("counted_at"),
        sa.PrimaryKeyConstraint("queue", "task", name=op.f("pk_job_rates")),
    )
    op.create_table(
        "job_workers",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("queue", sa.String(length=40), nullable=False),
        sa.Column("hostname", sa.String(length=255), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("concurrency", sa.Integer(), nullable=False),
        sa.Column("tasks", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
        _time("started_at"),
        _time("heartbeat_at"),
        _time("stopping_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_workers")),
    )


def downgrade() -> None:
    for table in ("job_workers", "job_rates", "job_pauses", "job_schedules"):
        op.drop_table(table)
    op.execute("DROP POLICY queue ON job_runs")
    op.execute("DROP POLICY platform_reading ON job_runs")
    for table in _OF_TEAMS_AND_SYSTEM:
        op.drop_table(table)
    op.drop_index("uq_job_runs_live_key", table_name="job_runs")
    op.drop_index("ix_job_runs_finished_at", table_name="job_runs")
    op.drop_index("ix_job_runs_dead", table_name="job_runs")
    op.drop_index("ix_job_runs_team_id_task_id", table_name="job_runs")
    op.drop_index("ix_job_runs_team_id_id", table_name="job_runs")
    op.drop_constraint(op.f("ck_job_runs_over_iff_finished_at"), "job_runs")
    for column in (
        "replay_of_id",
        "traceparent",
        "failures",
        "progress_message",
        "progress_total",
        "progress_done",
        "is_dead",
        "priority",
    ):
        op.drop_column("job_runs", column)
    op.execute("ALTER TABLE job_runs RESET (fillfactor)")
    op.create_index("ix_job_runs_team_id_queued_at", "job_runs", ["team_id", "queued_at"])
    op.create_index("ix_job_runs_finished_at", "job_runs", ["finished_at"])
    op.create_index(
        "uq_job_runs_live_key",
        "job_runs",
        ["team_id", "task", "unique_key"],
        unique=True,
        postgresql_where=sa.text("unique_key IS NOT NULL AND state IN ('queued', 'running')"),
        postgresql_nulls_not_distinct=True,
    )
