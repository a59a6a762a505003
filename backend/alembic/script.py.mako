"""${message}

Revises ${down_revision or "nothing"}. One step, no models imported, safe while the previous release runs.
A new tenant table needs: team_id in its primary key, composite foreign keys, ENABLE and FORCE ROW LEVEL SECURITY,
and a policy with USING and WITH CHECK (see the first migration; tests/db/test_catalog.py checks it).
It waits 2 s for a lock and then gives up (alembic/env.py); `make check-migrations` reads it for what would hold others up.
"""

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
