from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Interval, Text, cast, func, literal, select, true
from sqlalchemy.orm import aliased
from sqlalchemy.types import UserDefinedType

from app.db.repository import TeamRepository
from app.models import Membership, TeamEvent

# Ids are taken before COMMIT, so a slow transaction may appear behind a faster one that took a later id.
COMMIT_SKEW = literal(timedelta(seconds=30), Interval())
REPLAY_PAGE = 500
_STEPS = ("invoice.queued", "invoice.rendering", "invoice.rendered")


class _Named(UserDefinedType[str]):
    """A type that SQLAlchemy does not know, for casts."""

    cache_ok = True

    def __init__(self, name: str) -> None:
        self.name = name

    def get_col_spec(self, **_: object) -> str:
        return self.name


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
        """Events with smaller ids that may have been committed after the given one: they were open when it happened."""
        event = aliased(TeamEvent)
        last = (
            select(event.occurred_at, event.snapshot)
            .where(self.belongs(event), event.id <= last_event_id)
            .order_by(event.id.desc())
            .limit(1)
            .subquery()
        )
        # The moment bounds what is told again after a restore, which begins to number transactions anew.
        statement = (
            self.visible()
            .join(last, TeamEvent.occurred_at > last.c.occurred_at - COMMIT_SKEW)
            .where(
                TeamEvent.id < last_event_id,
                func.pg_visible_in_snapshot(
                    cast(cast(TeamEvent.transaction_id, Text), _Named("xid8")),
                    cast(last.c.snapshot, _Named("pg_snapshot")),
                ).is_not(true()),
            )
        )
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
