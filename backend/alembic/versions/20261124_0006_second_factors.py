"""second factors: authenticator apps, recovery codes, passkeys and their challenges

Revises 0005. One step, no models imported; new tables only, so safe while the previous release runs. They belong to people and not to
teams, and are read before anybody is known, so they carry no row-level security.
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _audit(table: str, target_type: str, target_column: str, changes: str) -> None:
    # As in 0004, but only for what somebody decides: the counters move with every log-in, which the session's own entry tells.
    op.execute(f"""
        CREATE CONSTRAINT TRIGGER audit AFTER INSERT OR UPDATE OF {changes} OR DELETE ON {table} DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION audit_row('{target_type}', '{target_column}', '', 'user_id')
    """)


def upgrade() -> None:
    op.create_table(
        "totp_authenticators",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_totp_authenticators_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_totp_authenticators")),
    )
    op.create_table(
        "recovery_code_sets",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("code_hashes", postgresql.ARRAY(sa.LargeBinary(length=32)), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_recovery_code_sets_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_recovery_code_sets")),
    )
    op.create_table(
        "passkeys",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(length=1023), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("transports", postgresql.ARRAY(sa.String(length=20)), nullable=False),
        sa.Column("is_synced", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_passkeys_user_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkeys_credential_id")),
    )
    op.create_index("ix_passkeys_user_id", "passkeys", ["user_id"], unique=False)
    op.create_table(
        "passkey_challenges",
        sa.Column("challenge_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("challenge_hash", name=op.f("pk_passkey_challenges")),
    )
    op.create_index("ix_passkey_challenges_expires_at", "passkey_challenges", ["expires_at"], unique=False)

    _audit("totp_authenticators", "authenticator_app", "user_id", "sealed_secret, confirmed_at")
    _audit("recovery_code_sets", "recovery_codes", "user_id", "code_hashes, made_at")
    _audit("passkeys", "passkey", "id", "name, public_key")


def downgrade() -> None:
    # Audited rows are written at COMMIT; further steps could not alter a table with some still to come.
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table in ("passkey_challenges", "passkeys", "recovery_code_sets", "totp_authenticators"):
        op.drop_table(table)
    # The previous release could not ask for a second step that it does not know.
    op.execute("UPDATE users SET has_second_factor = false WHERE has_second_factor")
    op.execute("DELETE FROM sessions WHERE is_second_factor_due")
