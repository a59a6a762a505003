"""One way to say that something happened: it reaches the timeline, the activity list and the live stream."""

from typing import Any, Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.lib import clock
from app.models import TeamEvent

type EventKind = Literal[
    "customer.created",
    "customer.archived",
    "invoice.created",
    "invoice.issued",
    "invoice.queued",
    "invoice.rendering",
    "invoice.rendered",
    "invoice.sent",
    "invoice.failed",
    "invoice.overdue",
    "invoice.voided",
    "payment.recorded",
    "payment.reversed",
    "member.joined",
    "member.role_changed",
    "member.left",
    "member.removed",
    "team.deletion_requested",
    "team.deletion_cancelled",
]
type SubjectType = Literal["customer", "invoice", "member", "team"]


def record_event(
    session: AsyncSession,
    kind: EventKind,
    *,
    team_id: UUID,
    subject_type: SubjectType,
    subject_id: UUID,
    actor_name: str | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Write the event in the caller's transaction; a trigger announces it when that commits."""
    session.add(
        TeamEvent(
            team_id=team_id,
            kind=kind,
            subject_type=subject_type,
            subject_id=subject_id,
            actor_name=actor_name,
            detail=detail or {},
            occurred_at=clock.now(),
        )
    )
