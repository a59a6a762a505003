"""idempotency keys: what was answered to a POST that may be sent again

Revises 0014. One step, no models imported, safe while the previous release runs: it knows nothing of this table.
"""

import sqlalchemy as sa

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_TEAM = "(SELECT nullif(current_setting('app.team_id', true), '')::uuid)"


def upgrade() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("request_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("sealed_answer", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id"], ["teams.id"], name=op.f("fk_idempotency_keys_team_id_teams"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("team_id", "key_hash", name=op.f("pk_idempotency_keys")),
    )
    op.execute("ALTER TABLE idempotency_keys ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE idempotency_keys FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY team_isolation ON idempotency_keys USING (team_id = {_TEAM}) WITH CHECK (team_id = {_TEAM})"
    )


def downgrade() -> None:
    op.drop_table("idempotency_keys")
