"""Tenant isolation, twice: a filter in every repository, and PostgreSQL row-level security underneath."""

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Connection, event, text
from sqlalchemy.orm import Session, SessionTransaction

from app.db.audit import current_facts

SCOPE_KEY = "tenant_scope"
SET_SCOPE = text(
    "SELECT set_config('app.team_id', :team_id, true), set_config('app.user_id', :user_id, true), "
    "set_config('app.actor', :actor, true), set_config('app.platform_wide', :platform_wide, true), "
    "set_config('app.request', :request, true)"
)


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """By which credential a person acts, and who acts in their name; for the audit log."""

    credential: str
    credential_id: UUID
    impersonator_id: UUID | None = None


class TenantScope(msgspec.Struct, frozen=True):
    """For whom a transaction runs; without a team, tenant tables show no rows."""

    team_id: UUID | None = None
    user_id: UUID | None = None
    actor: Actor | None = None
    # Reads memberships and audit entries of all teams: for the administration's own pages.
    is_platform_wide: bool = False


class TenantSession(Session):
    """A session whose every transaction carries its scope into PostgreSQL."""


@event.listens_for(TenantSession, "after_begin")
def _set_scope(session: Session, _transaction: SessionTransaction, connection: Connection) -> None:  # pyright: ignore[reportUnusedFunction]
    scope = session.info.get(SCOPE_KEY)
    if isinstance(scope, TenantScope):
        connection.execute(SET_SCOPE, scope_parameters(scope))
    elif current_facts.get() is not None:
        connection.execute(SET_SCOPE, scope_parameters(TenantScope()))


def scope_parameters(scope: TenantScope) -> dict[str, str]:
    facts = current_facts.get()
    return {
        "team_id": str(scope.team_id or ""),
        "user_id": str(scope.user_id or ""),
        "actor": msgspec.json.encode(scope.actor).decode() if scope.actor else "",
        "platform_wide": "on" if scope.is_platform_wide else "",
        "request": facts.as_setting() if facts else "",
    }


def belongs_to_team(model: Any, team_id: UUID) -> ColumnElement[bool]:
    """The filter of every repository. Tests replace it to prove that row-level security holds alone."""
    return model.team_id == team_id
