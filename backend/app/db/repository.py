"""What every team-scoped repository shares: reads are filtered by the scope, and there is no unscoped read."""

from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db import tenancy


class TeamRepository[Model]:
    """Queries of one tenant table, for one team."""

    model: ClassVar[type[Any]]

    def __init__(self, session: AsyncSession, team_id: UUID) -> None:
        self.session = session
        self.team_id = team_id

    def visible(self, *columns: Any) -> Select[Any]:
        """Start a SELECT on the rows of this team."""
        return select(*(columns or (self.model,))).where(self.belongs(self.model))

    def belongs(self, model: Any) -> Any:
        return tenancy.belongs_to_team(model, self.team_id)

    async def get(self, row_id: UUID, *, is_locked: bool = False) -> Model | None:
        """Return the row if this team owns it; `is_locked` holds it until the transaction ends."""
        statement = self.visible().where(self.model.id == row_id)
        return await self.session.scalar(statement.with_for_update() if is_locked else statement)

    def add(self, row: Model) -> Model:
        self.session.add(row)
        return row
