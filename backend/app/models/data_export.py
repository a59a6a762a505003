from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Choice, HasId


class ExportState(StrEnum):
    BUILDING = "building"
    READY = "ready"
    FAILED = "failed"


class DataExport(HasId, Base):
    """A copy of what is kept about one person, made when they asked for it."""

    __tablename__ = "data_exports"
    __table_args__ = (
        CheckConstraint("state IN ('building', 'ready', 'failed')", name="state_known"),
        Index("ix_data_exports_user_id_requested_at", "user_id", text("requested_at DESC")),
        Index("uq_data_exports_building", "user_id", unique=True, postgresql_where=text("state = 'building'")),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    state: Mapped[ExportState] = mapped_column(Choice(ExportState, 10), default=ExportState.BUILDING)
    requested_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]


class DataExportArchive(Base):
    """The archive itself, deleted a day after it was made; apart from its export, whose changes the audit log copies."""

    __tablename__ = "data_export_archives"

    data_export_id: Mapped[UUID] = mapped_column(ForeignKey("data_exports.id", ondelete="CASCADE"), primary_key=True)
    progress: Mapped[float] = mapped_column(default=0.0)
    size_bytes: Mapped[int | None]
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
