"""Identifiers that sort by time, so that primary keys are also creation order."""

import hashlib
from datetime import UTC, datetime
from uuid import UUID

import uuid_utils.compat


def new_id() -> UUID:
    return uuid_utils.compat.uuid7()


def id_at(moment: datetime) -> UUID:
    """An id as it would have been made at that moment, for what is written down later."""
    return UUID(int=least_id_at(moment).int | new_id().int & (2**80 - 1))


def moment_of(identifier: UUID) -> datetime:
    """When the id was made: the first 48 bits of a UUIDv7 are milliseconds (RFC 9562, 5.7)."""
    return datetime.fromtimestamp((identifier.int >> 80) / 1000, tz=UTC)


def least_id_at(moment: datetime) -> UUID:
    """The bound below every id made at the moment or later, to find rows by their time in the index of their ids."""
    milliseconds = min(max(int(moment.timestamp() * 1000), 0), 2**48 - 1)
    return UUID(int=milliseconds << 80)


def named_id_at(moment: datetime, name: str) -> UUID:
    """The same id whenever it is asked for by this moment and name; it sorts by its moment, as all ids do (RFC 9562, 5.7)."""
    digest = int.from_bytes(hashlib.sha256(name.encode()).digest()[:10])
    return UUID(int=least_id_at(moment).int | digest & ~(0xF << 76 | 0x3 << 62) | 0x7 << 76 | 0x2 << 62)
