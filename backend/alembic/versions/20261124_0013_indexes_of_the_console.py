"""indexes for the console of jobs: what waits or works, what died, and replays

Revises 0012. One step, no models imported, safe while the previous release runs, but building them holds up whoever enqueues.
"""

import sqlalchemy as sa

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_INDEXES: dict[str, tuple[list[str], str]] = {
    "ix_job_runs_team_id_id_live": (["team_id", "id"], "finished_at IS NULL"),
    "ix_job_runs_id_live": (["id"], "finished_at IS NULL"),
    "ix_job_runs_id_dead": (["id"], "is_dead"),
    "ix_job_runs_replay_of_id": (["replay_of_id"], "replay_of_id IS NOT NULL"),
}


def upgrade() -> None:
    for name, (columns, condition) in _INDEXES.items():
        op.create_index(name, "job_runs", columns, postgresql_where=sa.text(condition))


def downgrade() -> None:
    for name in reversed(_INDEXES):
        op.drop_index(name, table_name="job_runs")
