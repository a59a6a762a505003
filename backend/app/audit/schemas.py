"""What the API says of the audit log, and how it is filtered."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

type AuditChange = Literal["created", "updated", "deleted"]


class FieldChange(msgspec.Struct, frozen=True, kw_only=True):
    """One field of the changed row, as it was and as it became; a secret is only said to have changed."""

    field: str
    before: Any
    after: Any


class AuditEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A changed row: who changed it, by what, and how. Without an actor it was the system."""

    chain_id: UUID
    sequence: int
    occurred_at: datetime
    team_id: UUID | None
    user_id: UUID | None
    actor_id: UUID | None
    actor_name: str | None
    impersonator_id: UUID | None
    impersonator_name: str | None
    credential: str | None
    credential_id: UUID | None
    action: str
    change: AuditChange
    target_type: str
    target_id: UUID
    target_name: str | None
    fields: list[FieldChange]
    are_fields_hidden: bool  # a team's work, from the administration
    request_id: str | None
    trace_id: str | None
    ip_address: str | None


class AuditPage(msgspec.Struct, frozen=True, kw_only=True):
    items: list[AuditEntry]
    next_cursor: str | None


class AuditFilters(msgspec.Struct, frozen=True, kw_only=True):
    """Which entries; `search` looks in the target's id, the actor's name and the action."""

    actor_id: UUID | None = None
    action: str | None = None
    target_type: str | None = None
    target_id: UUID | None = None
    change: AuditChange | None = None
    occurred_from: datetime | None = None
    occurred_until: datetime | None = None
    search: str | None = None


class AuditQuery(msgspec.Struct, frozen=True, kw_only=True):
    """One page of a filtered list."""

    filters: AuditFilters
    cursor: str | None
    limit: int
