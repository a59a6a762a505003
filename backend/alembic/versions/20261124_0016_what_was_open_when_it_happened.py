"""what was open when it happened: whoever resumes a stream is told what was committed late, and nothing twice

Revises 0015. One step, no models imported, safe while the previous release runs: it leaves both columns to their defaults.
"""

from typing import Any

import sqlalchemy as sa

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_COLUMNS: dict[str, tuple[sa.types.TypeEngine[Any], str]] = {
    "transaction_id": (sa.BigInteger(), "pg_current_xact_id()::text::bigint"),
    "snapshot": (sa.Text(), "pg_current_snapshot()::text"),
}


def upgrade() -> None:
    for name, (kind, default) in _COLUMNS.items():
        # In two steps: with its default at once, every row would be written anew.
        op.add_column("team_events", sa.Column(name, kind, nullable=True))
        op.alter_column("team_events", name, server_default=sa.text(default))


def downgrade() -> None:
    for name in reversed(_COLUMNS):
        op.drop_column("team_events", name)
