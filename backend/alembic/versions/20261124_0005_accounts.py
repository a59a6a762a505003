"""accounts: sign-ups that wait for their link, mailed links, changes of address, exports

Revises 0004. One step, no models imported, safe while the previous release runs. Whoever has an account already got mail at its
address or was invited by it, and nobody was asked to confirm it; so that nobody is locked out of what they could do yesterday, these
addresses count as confirmed on the day the account was made.
"""

import sqlalchemy as sa

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE users SET email_verified_at = created_at WHERE email_verified_at IS NULL")

    op.create_table(
        "sign_ups",
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("team_name", sa.String(length=120), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ups")),
    )
    op.create_index("ix_sign_ups_email_created_at", "sign_ups", ["email", "created_at"], unique=False)
    op.create_index("ix_sign_ups_created_at", "sign_ups", ["created_at"], unique=False)

    op.create_table(
        "email_changes",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("current_email", sa.String(length=254), nullable=False),
        sa.Column("new_email", sa.String(length=254), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("current_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("new_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_email_changes_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_email_changes")),
    )
    op.create_index(
        "uq_email_changes_open",
        "email_changes",
        ["user_id"],
        unique=True,
        postgresql_where=sa.text("completed_at IS NULL AND cancelled_at IS NULL"),
    )
    op.create_index("ix_email_changes_user_id", "email_changes", ["user_id"], unique=False)

    op.create_table(
        "email_tokens",
        sa.Column("purpose", sa.String(length=24), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("sign_up_id", sa.Uuid(), nullable=True),
        sa.Column("email_change_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("num_nonnulls(user_id, sign_up_id) = 1", name=op.f("ck_email_tokens_for_one")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_email_tokens_user_id_users"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["sign_up_id"], ["sign_ups.id"], name=op.f("fk_email_tokens_sign_up_id_sign_ups"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["email_change_id"],
            ["email_changes.id"],
            name=op.f("fk_email_tokens_email_change_id_email_changes"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_email_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_email_tokens_token_hash")),
    )
    op.create_index("ix_email_tokens_email_created_at", "email_tokens", ["email", "created_at"], unique=False)
    for column in ("user_id", "sign_up_id", "email_change_id", "expires_at"):
        op.create_index(f"ix_email_tokens_{column}", "email_tokens", [column], unique=False)

    op.create_table(
        "data_exports",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("state IN ('building', 'ready', 'failed')", name=op.f("ck_data_exports_state_known")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_data_exports_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_exports")),
    )
    op.create_index(
        "ix_data_exports_user_id_requested_at",
        "data_exports",
        ["user_id", sa.literal_column("requested_at DESC")],
        unique=False,
    )
    op.create_index(
        "uq_data_exports_building",
        "data_exports",
        ["user_id"],
        unique=True,
        postgresql_where=sa.text("state = 'building'"),
    )
    op.create_table(
        "data_export_archives",
        sa.Column("data_export_id", sa.Uuid(), nullable=False),
        sa.Column("progress", sa.Float(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["data_export_id"],
            ["data_exports.id"],
            name=op.f("fk_data_export_archives_data_export_id_data_exports"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("data_export_id", name=op.f("pk_data_export_archives")),
    )

    _audit("email_changes", "email_change", "id", "", "user_id")
    _audit("data_exports", "data_export", "id", "", "user_id")


def _audit(table: str, target_type: str, target_column: str, team_column: str, user_column: str) -> None:
    # Deferred: the chain's lock is the last one a transaction takes, so it cannot be part of a deadlock.
    op.execute(f"""
        CREATE CONSTRAINT TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON {table} DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION audit_row('{target_type}', '{target_column}', '{team_column}', '{user_column}')
    """)


def downgrade() -> None:
    for table in ("data_export_archives", "data_exports", "email_tokens", "email_changes", "sign_ups"):
        op.drop_table(table)
