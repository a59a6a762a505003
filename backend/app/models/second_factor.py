from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class TotpAuthenticator(Base):
    """A person's authenticator app; it counts once a first code was confirmed."""

    __tablename__ = "totp_authenticators"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    sealed_secret: Mapped[bytes] = mapped_column(LargeBinary)
    started_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    # The time step of the last code that was taken: no code of it or of an earlier one is taken again.
    last_step: Mapped[int | None] = mapped_column(BigInteger)
    last_used_at: Mapped[datetime | None]


class RecoveryCodeSet(Base):
    """What is left of the codes for the day the phone is gone; a code that was used is no longer in it."""

    __tablename__ = "recovery_code_sets"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    code_hashes: Mapped[list[bytes]] = mapped_column(ARRAY(LargeBinary(32)))
    made_at: Mapped[datetime]
