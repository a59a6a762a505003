from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Interval, func, literal, select
from sqlalchemy.orm import aliased

from app.db.repository import TeamRepository
from app.models import Membership, TeamEvent

# Ids are taken before COMMIT, so a slow transaction may appear behind a faster one that took a later id.
COMMIT_SKEW = literal(timedelta(seconds=30), Interval())
REPLAY_PAGE = 500
_STEPS = ("invoice.queued", "invoice.rendering", "invoice.rendered")


class EventRepository(TeamRepository[TeamEvent]):
    model = TeamEvent

    async def by_id(self, event_id: int) -> TeamEvent | None:
        return await self.session.scalar(self.visible().where(TeamEvent.id == event_id))

    async def has_reader(self, user_id: UUID) -> bool:
        """Whether the person is in the team now."""
        statement = select(Membership.user_id).where(self.belongs(Membership), Membership.user_id == user_id)
        return await self.session.scalar(statement) is not None

    async def newest_id(self) -> int | None:
        return await self.session.scalar(self.visible(func.max(TeamEvent.id)))

    async def after(self, event_id: int) -> Sequence[TeamEvent]:
        """The next events, oldest first; as many as `REPLAY_PAGE` means that there may be more."""
        return (
            await self.session.scalars(
                self.visible().where(TeamEvent.id > event_id).order_by(TeamEvent.id).limit(REPLAY_PAGE)
            )
        ).all()

    async def committed_late(self, last_event_id: int) -> Sequence[TeamEvent]:
        """Events with smaller ids, from the moments in which they may have been committed after the given one."""
        last = aliased(TeamEvent)
        seen_at = (
            select(func.max(last.occurred_at)).where(self.belongs(last), last.id <= last_event_id).scalar_subquery()
        )
        statement = self.visible().where(TeamEvent.id < last_event_id, TeamEvent.occurred_at > seen_at - COMMIT_SKEW)
        return (await self.session.scalars(statement.order_by(TeamEvent.id))).all()

    async def latest(self, limit: int) -> Sequence[TeamEvent]:
        """The newest events worth a sentence: the steps of a sending are told by its end."""
        statement = self.visible().where(TeamEvent.kind.not_in(_STEPS)).order_by(TeamEvent.id.desc()).limit(limit)
        return (await self.session.scalars(statement)).all()

    async def of_subject(self, subject_id: UUID) -> Sequence[TeamEvent]:
        """A subject's timeline, oldest first."""
        return (
            await self.session.scalars(self.visible().where(TeamEvent.subject_id == subject_id).order_by(TeamEvent.id))
        ).all()
