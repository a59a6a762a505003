"""identity: verified addresses, second factors, impersonations, sessions that know how they were opened

Revises 0002. One step, no models imported, safe while the previous release runs: its authenticate_session(bytea, timestamptz,
interval) stays until the next release has replaced every process.
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TEAM = "(SELECT nullif(current_setting('app.team_id', true), '')::uuid)"
_IS_PLATFORM_WIDE = "current_setting('app.platform_wide', true) = 'on'"


def upgrade() -> None:
    op.add_column("users", sa.Column("email_verified_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("users", sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("users", sa.Column("deletion_due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "users", sa.Column("has_second_factor", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.alter_column("users", "password_hash", existing_type=sa.String(length=255), nullable=True)

    op.create_table(
        "impersonations",
        sa.Column("administrator_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("is_read_only", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["administrator_id"],
            ["users.id"],
            name=op.f("fk_impersonations_administrator_id_users"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_impersonations_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_impersonations")),
    )
    op.create_index("ix_impersonations_user_id_started_at", "impersonations", ["user_id", "started_at"], unique=False)

    op.add_column(
        "sessions", sa.Column("kind", sa.String(length=12), server_default=sa.text("'browser'"), nullable=False)
    )
    op.add_column(
        "sessions",
        sa.Column("methods", postgresql.ARRAY(sa.String(length=12)), server_default=sa.text("'{pwd}'"), nullable=False),
    )
    op.add_column("sessions", sa.Column("assurance_level", sa.Integer(), server_default=sa.text("1"), nullable=False))
    op.add_column(
        "sessions", sa.Column("is_second_factor_due", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column("sessions", sa.Column("authenticated_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("sessions", sa.Column("impersonation_id", sa.Uuid(), nullable=True))
    op.add_column("sessions", sa.Column("scopes", postgresql.ARRAY(sa.String(length=40)), nullable=True))
    op.alter_column("sessions", "id_hash", existing_type=sa.LargeBinary(length=32), nullable=True)
    op.alter_column("sessions", "team_id", existing_type=sa.Uuid(), nullable=True)
    op.drop_constraint("fk_sessions_team_id_teams", "sessions", type_="foreignkey")
    op.create_foreign_key("fk_sessions_team_id_teams", "sessions", "teams", ["team_id"], ["id"], ondelete="SET NULL")
    op.create_foreign_key(
        "fk_sessions_impersonation_id_impersonations",
        "sessions",
        "impersonations",
        ["impersonation_id"],
        ["id"],
        ondelete="CASCADE",
    )
    op.execute("UPDATE sessions SET authenticated_at = created_at WHERE revoked_at IS NULL")

    # Those who run the installation may see who belongs to which team; they change nothing by this.
    op.execute(f"CREATE POLICY platform_reading ON memberships FOR SELECT USING ({_IS_PLATFORM_WIDE})")

    op.execute("""
        CREATE TYPE principal AS (
            credential text, credential_id uuid, user_id uuid, user_name text, email text, is_email_verified boolean,
            is_platform_admin boolean, assurance_level integer, is_second_factor_due boolean, authenticated_at timestamptz,
            impersonator_id uuid, is_read_only boolean, scopes text[], team_id uuid, team_name text, role text
        )
    """)
    # Who stands behind a session, and what the transaction may see from here on. A membership that is gone scopes to no team.
    op.execute("""
        CREATE FUNCTION principal_of_session(p_session sessions, p_credential text, p_now timestamptz) RETURNS SETOF principal
        LANGUAGE plpgsql AS $$
        #variable_conflict use_column
        DECLARE
            who principal;
        BEGIN
            PERFORM set_config('app.user_id', p_session.user_id::text, true);
            SELECT p_credential, p_session.id, u.id, u.name, u.email, u.email_verified_at IS NOT NULL, u.is_platform_admin,
                   p_session.assurance_level, p_session.is_second_factor_due, p_session.authenticated_at,
                   i.administrator_id, coalesce(i.is_read_only, false), p_session.scopes, t.id, t.name, m.role
              INTO who
              FROM users u
              LEFT JOIN impersonations i ON i.id = p_session.impersonation_id AND i.ended_at IS NULL AND i.expires_at > p_now
              LEFT JOIN memberships m ON m.team_id = p_session.team_id AND m.user_id = u.id
              LEFT JOIN teams t ON t.id = m.team_id
             WHERE u.id = p_session.user_id AND u.disabled_at IS NULL
               AND (p_session.impersonation_id IS NULL OR i.id IS NOT NULL);
            IF NOT FOUND THEN
                RETURN;
            END IF;
            PERFORM set_config('app.team_id', coalesce(who.team_id::text, ''), true),
                    set_config('app.actor', json_build_object('credential', p_credential, 'credential_id', p_session.id,
                                                              'impersonator_id', who.impersonator_id)::text, true);
            IF p_session.last_seen_at < p_now - interval '1 minute' THEN
                -- Requests side by side must not queue for this: one of them writing it is enough.
                PERFORM 1 FROM sessions WHERE id = p_session.id AND revoked_at IS NULL FOR UPDATE SKIP LOCKED;
                IF FOUND THEN
                    UPDATE sessions SET last_seen_at = p_now WHERE id = p_session.id AND revoked_at IS NULL;
                END IF;
            END IF;
            RETURN NEXT who;
        END $$
    """)
    # One round trip for what every request needs: find the session, scope the transaction, read the membership.
    op.execute("""
        CREATE FUNCTION authenticate_session(p_id_hash bytea, p_now timestamptz, p_idle interval, p_request text)
        RETURNS SETOF principal LANGUAGE plpgsql AS $$
        DECLARE
            found_session sessions%ROWTYPE;
        BEGIN
            SELECT * INTO found_session FROM sessions s
             WHERE s.id_hash = p_id_hash AND s.kind = 'browser'
               AND s.revoked_at IS NULL AND s.expires_at > p_now AND s.last_seen_at > p_now - p_idle;
            IF NOT FOUND THEN
                RETURN;
            END IF;
            PERFORM set_config('app.request', p_request, true);
            RETURN QUERY SELECT * FROM principal_of_session(found_session, 'session', p_now);
        END $$
    """)


def downgrade() -> None:
    op.execute("DROP FUNCTION authenticate_session(bytea, timestamptz, interval, text)")
    op.execute("DROP FUNCTION principal_of_session(sessions, text, timestamptz)")
    op.execute("DROP TYPE principal")
    op.execute("DROP POLICY platform_reading ON memberships")
    # The previous release knows neither sessions without a team nor any but a browser's.
    op.execute(
        "DELETE FROM sessions WHERE team_id IS NULL OR id_hash IS NULL OR impersonation_id IS NOT NULL OR is_second_factor_due"
    )
    op.drop_constraint("fk_sessions_impersonation_id_impersonations", "sessions", type_="foreignkey")
    op.drop_constraint("fk_sessions_team_id_teams", "sessions", type_="foreignkey")
    op.create_foreign_key("fk_sessions_team_id_teams", "sessions", "teams", ["team_id"], ["id"], ondelete="CASCADE")
    op.alter_column("sessions", "team_id", existing_type=sa.Uuid(), nullable=False)
    op.alter_column("sessions", "id_hash", existing_type=sa.LargeBinary(length=32), nullable=False)
    for column in (
        "scopes",
        "impersonation_id",
        "authenticated_at",
        "is_second_factor_due",
        "assurance_level",
        "methods",
        "kind",
    ):
        op.drop_column("sessions", column)
    op.drop_index("ix_impersonations_user_id_started_at", table_name="impersonations")
    op.drop_table("impersonations")
    op.execute("UPDATE users SET password_hash = '!' WHERE password_hash IS NULL")
    op.alter_column("users", "password_hash", existing_type=sa.String(length=255), nullable=False)
    for column in ("has_second_factor", "deletion_due_at", "disabled_at", "email_verified_at"):
        op.drop_column("users", column)
