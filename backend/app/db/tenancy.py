"""Tenant isolation, twice: a filter in every repository, and PostgreSQL row-level security underneath."""

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Connection, event, text
from sqlalchemy.orm import Session, SessionTransaction

SCOPE_KEY = "tenant_scope"
SET_SCOPE = text("SELECT set_config('app.team_id', :team_id, true), set_config('app.user_id', :user_id, true)")


class TenantScope(msgspec.Struct, frozen=True):
    """For whom a transaction runs; without a team, tenant tables show no rows."""

    team_id: UUID | None = None
    user_id: UUID | None = None


class TenantSession(Session):
    """A session whose every transaction carries its scope into PostgreSQL."""


@event.listens_for(TenantSession, "after_begin")
def _set_scope(session: Session, _transaction: SessionTransaction, connection: Connection) -> None:  # pyright: ignore[reportUnusedFunction]
    scope = session.info.get(SCOPE_KEY)
    if isinstance(scope, TenantScope):
        connection.execute(SET_SCOPE, scope_parameters(scope))


def scope_parameters(scope: TenantScope) -> dict[str, str]:
    return {"team_id": str(scope.team_id or ""), "user_id": str(scope.user_id or "")}


def belongs_to_team(model: Any, team_id: UUID) -> ColumnElement[bool]:
    """The filter of every repository. Tests replace it to prove that row-level security holds alone."""
    return model.team_id == team_id
