from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from app.db.repository import TeamRepository
from app.models import TeamEvent

# Ids are taken before COMMIT, so a slow transaction may appear behind a faster one that took a later id.
COMMIT_SKEW = timedelta(seconds=30)
LONGEST_REPLAY = 500


class EventRepository(TeamRepository[TeamEvent]):
    model = TeamEvent

    async def by_id(self, event_id: int) -> TeamEvent | None:
        return await self.session.scalar(self.visible().where(TeamEvent.id == event_id))

    async def since(self, last_event_id: int) -> Sequence[TeamEvent]:
        """Events after the given one, and those of the moments before it that may have been committed later."""
        last = aliased(TeamEvent)
        seen_at = select(func.max(last.occurred_at)).where(self.belongs(last), last.id <= last_event_id).scalar_subquery()
        statement = (
            self.visible()
            .where(or_(TeamEvent.id > last_event_id, TeamEvent.occurred_at > seen_at - COMMIT_SKEW), TeamEvent.id != last_event_id)
            .order_by(TeamEvent.id.desc())
            .limit(LONGEST_REPLAY)
        )
        return list(reversed((await self.session.scalars(statement)).all()))

    async def latest(self, limit: int) -> Sequence[TeamEvent]:
        return (await self.session.scalars(self.visible().order_by(TeamEvent.id.desc()).limit(limit))).all()

    async def of_subject(self, subject_id: UUID) -> Sequence[TeamEvent]:
        """A subject's timeline, oldest first."""
        return (await self.session.scalars(self.visible().where(TeamEvent.subject_id == subject_id).order_by(TeamEvent.id))).all()
