"""invitations; teams that end: a date until which it can be called off, and the day they were closed

Revises 0008. One step, no models imported, safe while the previous release runs.
"""

import sqlalchemy as sa

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_TEAM = "(SELECT nullif(current_setting('app.team_id', true), '')::uuid)"
_USER = "(SELECT nullif(current_setting('app.user_id', true), '')::uuid)"


def _protect(table: str, condition: str) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY team_isolation ON {table} USING ({condition}) WITH CHECK ({condition})")


def _audit(table: str, target_type: str, target_column: str, team_column: str, user_column: str) -> None:
    # Deferred: the chain's lock is the last one a transaction takes, so it cannot be part of a deadlock.
    op.execute(f"""
        CREATE CONSTRAINT TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON {table} DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION audit_row('{target_type}', '{target_column}', '{team_column}', '{user_column}')
    """)


def upgrade() -> None:
    op.add_column("teams", sa.Column("deletion_due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("teams", sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_teams_deletion_due_at",
        "teams",
        ["deletion_due_at"],
        unique=False,
        postgresql_where=sa.text("deletion_due_at IS NOT NULL"),
    )
    op.create_table(
        "invitations",
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("invited_by_id", sa.Uuid(), nullable=True),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role IN ('admin', 'member', 'viewer')", name=op.f("ck_invitations_role_can_be_given")),
        sa.CheckConstraint("(outcome IS NULL) = (ended_at IS NULL)", name=op.f("ck_invitations_outcome_iff_ended_at")),
        sa.ForeignKeyConstraint(
            ["team_id"], ["teams.id"], name=op.f("fk_invitations_team_id_teams"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["invited_by_id"], ["users.id"], name=op.f("fk_invitations_invited_by_id_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("team_id", "id", name=op.f("pk_invitations")),
    )
    op.create_index(
        "uq_invitations_open_email",
        "invitations",
        ["team_id", "email"],
        unique=True,
        postgresql_where=sa.text("outcome IS NULL"),
    )
    op.create_index("ix_invitations_token_hash", "invitations", ["token_hash"], unique=False)
    op.create_index("ix_invitations_email", "invitations", ["email"], unique=False)
    _protect("invitations", f"team_id = {_TEAM}")
    # Two doors for a guest, who is in no team yet: what they read there they still cannot change.
    op.execute("""
        CREATE POLICY by_token ON invitations FOR SELECT
        USING (token_hash = (SELECT decode(nullif(current_setting('app.token_hash', true), ''), 'hex')))
    """)
    op.execute(f"""
        CREATE POLICY to_own_address ON invitations FOR SELECT
        USING (email = (SELECT u.email FROM users u WHERE u.id = {_USER} AND u.email_verified_at IS NOT NULL))
    """)  # noqa: S608 - constants
    _audit("invitations", "invitation", "id", "team_id", "")

    # Whoever leaves or is removed stops listening: every process ends their streams.
    op.execute("""
        CREATE FUNCTION announce_ended_membership() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_notify('quittance_ended_memberships', OLD.team_id || ':' || OLD.user_id);
            RETURN OLD;
        END $$
    """)
    op.execute("""
        CREATE TRIGGER announce_end AFTER DELETE ON memberships FOR EACH ROW EXECUTE FUNCTION announce_ended_membership()
    """)
    # A team that never issued an invoice is deleted with all it has, and what happened in it goes along.
    op.execute("""
        CREATE FUNCTION refuse_change_while_team_exists() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT 1 FROM teams WHERE id = OLD.team_id) THEN
                RETURN OLD;
            END IF;
            RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
        END $$
    """)
    op.execute("DROP TRIGGER rows_are_final ON team_events")
    op.execute("""
        CREATE TRIGGER rows_are_final BEFORE UPDATE OR DELETE ON team_events
        FOR EACH ROW EXECUTE FUNCTION refuse_change_while_team_exists()
    """)


def downgrade() -> None:
    op.execute("DROP TRIGGER rows_are_final ON team_events")
    op.execute(
        "CREATE TRIGGER rows_are_final BEFORE UPDATE OR DELETE ON team_events FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute("DROP FUNCTION refuse_change_while_team_exists()")
    op.execute("DROP TRIGGER announce_end ON memberships")
    op.execute("DROP FUNCTION announce_ended_membership()")
    op.drop_table("invitations")
    op.drop_index("ix_teams_deletion_due_at", table_name="teams")
    op.drop_column("teams", "closed_at")
    op.drop_column("teams", "deletion_due_at")
