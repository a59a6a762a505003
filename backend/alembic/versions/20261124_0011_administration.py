"""administration: why an account is disabled, who asked for a job, and impersonations that end together with their sessions

Revises 0009. One step, no models imported, safe while the previous release runs: it fills none of the new columns.
"""

import sqlalchemy as sa

from alembic import op

revision = "0011"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("disabled_reason", sa.String(length=500), nullable=True))
    op.add_column("job_runs", sa.Column("requested_by_id", sa.Uuid(), nullable=True))
    op.add_column("job_runs", sa.Column("impersonator_id", sa.Uuid(), nullable=True))
    op.create_index(
        "ix_impersonations_administrator_id_started_at",
        "impersonations",
        ["administrator_id", "started_at"],
        unique=False,
    )
    op.create_index("ix_sessions_impersonation_id", "sessions", ["impersonation_id"], unique=False)

    # Whoever enqueues says nothing of themselves: the transaction knows who they are, as for the audit log.
    op.execute("""
        CREATE FUNCTION name_who_asked_for_run() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            NEW.requested_by_id := nullif(current_setting('app.user_id', true), '')::uuid;
            NEW.impersonator_id := (nullif(current_setting('app.actor', true), '')::jsonb->>'impersonator_id')::uuid;
            RETURN NEW;
        END $$
    """)
    op.execute(
        "CREATE TRIGGER name_who_asked BEFORE INSERT ON job_runs FOR EACH ROW EXECUTE FUNCTION name_who_asked_for_run()"
    )
    # A team's own story must not say that somebody did what was done in their name.
    op.execute("""
        CREATE FUNCTION name_impersonator_of_event() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            administrator_name text;
        BEGIN
            SELECT u.name INTO administrator_name FROM users u
             WHERE u.id = (nullif(current_setting('app.actor', true), '')::jsonb->>'impersonator_id')::uuid;
            IF FOUND AND NEW.actor_name IS NOT NULL THEN
                NEW.actor_name := left(administrator_name, 56) || ', as ' || left(NEW.actor_name, 56);
            END IF;
            RETURN NEW;
        END $$
    """)
    op.execute(
        "CREATE TRIGGER name_impersonator BEFORE INSERT ON team_events FOR EACH ROW EXECUTE FUNCTION name_impersonator_of_event()"
    )

    # Three ways to the same end, whoever takes them: the impersonation ends, its session is revoked (which closes its streams),
    # and an administrator who is one no longer loses what they were looking at.
    op.execute("""
        CREATE FUNCTION end_sessions_of_impersonation() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            UPDATE sessions SET revoked_at = NEW.ended_at WHERE impersonation_id = NEW.id AND revoked_at IS NULL;
            RETURN NULL;
        END $$
    """)
    op.execute("""
        CREATE TRIGGER end_sessions AFTER UPDATE OF ended_at ON impersonations
        FOR EACH ROW WHEN (OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL) EXECUTE FUNCTION end_sessions_of_impersonation()
    """)
    op.execute("""
        CREATE FUNCTION end_impersonation_of_session() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            -- A session that was only renewed has a successor.
            UPDATE impersonations SET ended_at = NEW.revoked_at
             WHERE id = NEW.impersonation_id AND ended_at IS NULL
               AND NOT EXISTS (SELECT 1 FROM sessions s WHERE s.impersonation_id = NEW.impersonation_id AND s.revoked_at IS NULL);
            RETURN NULL;
        END $$
    """)
    op.execute("""
        CREATE TRIGGER end_impersonation AFTER UPDATE OF revoked_at ON sessions
        FOR EACH ROW WHEN (OLD.revoked_at IS NULL AND NEW.revoked_at IS NOT NULL AND NEW.impersonation_id IS NOT NULL)
        EXECUTE FUNCTION end_impersonation_of_session()
    """)
    op.execute("""
        CREATE FUNCTION end_impersonations_of_user() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            UPDATE impersonations SET ended_at = clock_timestamp()
             WHERE (administrator_id = NEW.id OR user_id = NEW.id) AND ended_at IS NULL;
            RETURN NULL;
        END $$
    """)
    op.execute("""
        CREATE TRIGGER end_impersonations AFTER UPDATE OF is_platform_admin, disabled_at ON users
        FOR EACH ROW WHEN (OLD.is_platform_admin <> NEW.is_platform_admin OR (OLD.disabled_at IS NULL AND NEW.disabled_at IS NOT NULL))
        EXECUTE FUNCTION end_impersonations_of_user()
    """)


def downgrade() -> None:
    op.execute("DROP TRIGGER end_impersonations ON users")
    op.execute("DROP TRIGGER end_impersonation ON sessions")
    op.execute("DROP TRIGGER end_sessions ON impersonations")
    op.execute("DROP TRIGGER name_impersonator ON team_events")
    op.execute("DROP TRIGGER name_who_asked ON job_runs")
    for function in (
        "end_impersonations_of_user",
        "end_impersonation_of_session",
        "end_sessions_of_impersonation",
        "name_impersonator_of_event",
        "name_who_asked_for_run",
    ):
        op.execute(f"DROP FUNCTION {function}()")
    op.drop_index("ix_sessions_impersonation_id", table_name="sessions")
    op.drop_index("ix_impersonations_administrator_id_started_at", table_name="impersonations")
    op.drop_column("job_runs", "impersonator_id")
    op.drop_column("job_runs", "requested_by_id")
    op.drop_column("users", "disabled_reason")
