from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from app.models import TeamEvent as TeamEventRow


class TeamEvent(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened in the team; `kind` says what, `detail` holds its figures."""

    id: str  # counted in 64 bits, which JavaScript numbers are not
    kind: str
    subject_type: str
    subject_id: UUID
    occurred_at: datetime
    actor_name: str | None
    detail: dict[str, Any]

    @classmethod
    def of(cls, row: TeamEventRow) -> "TeamEvent":
        return cls(
            id=str(row.id),
            kind=row.kind,
            subject_type=row.subject_type,
            subject_id=row.subject_id,
            occurred_at=row.occurred_at,
            actor_name=row.actor_name,
            detail=row.detail,
        )
