"""Declarative base, constraint names, and the columns that several tables share."""

from datetime import datetime
from enum import StrEnum
from typing import override
from uuid import UUID

from advanced_alchemy.base import CommonTableAttributes
from advanced_alchemy.types import DateTimeUTC
from sqlalchemy import Dialect, ForeignKey, MetaData, String, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from app.lib import clock
from app.lib.ids import new_id

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(CommonTableAttributes, DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map = {datetime: DateTimeUTC(timezone=True)}


class Choice[Member: StrEnum](TypeDecorator[Member]):
    """An enum kept as text and read back as its member: as plain text, `role is Role.OWNER` would be false of an owner."""

    impl = String
    cache_ok = True

    def __init__(self, enum: type[Member], length: int) -> None:
        super().__init__(length)
        self.enum = enum
        self.length = length

    @override
    def process_bind_param(self, value: Member | str | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    @override
    def process_result_value(self, value: str | None, dialect: Dialect) -> Member | None:
        return None if value is None else self.enum(value)


class HasId:
    """For the few tables that belong to no team."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)


class TeamOwned:
    """For every tenant table: the team is part of the key, so a foreign key cannot cross teams."""

    @declared_attr
    def team_id(self) -> Mapped[UUID]:
        return mapped_column(ForeignKey("teams.id", ondelete="CASCADE"), primary_key=True, sort_order=-2)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, sort_order=-1)


class Timestamped:
    created_at: Mapped[datetime] = mapped_column(default=clock.now, sort_order=90)
    updated_at: Mapped[datetime] = mapped_column(default=clock.now, onupdate=clock.now, sort_order=91)
