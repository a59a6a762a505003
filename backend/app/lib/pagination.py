"""Keyset pages: the cursor holds the last row's sort value and id, so that new rows never shift a page."""

import base64
import binascii
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from app.lib.problems import InvalidInput

DEFAULT_LIMIT = 20
MAX_LIMIT = 100


class Cursor(msgspec.Struct, frozen=True, array_like=True):
    value: str
    id: UUID


def encode_cursor(value: str, row_id: UUID) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(Cursor(value, row_id))).decode().rstrip("=")


def decode_cursor(text: str) -> Cursor:
    """Raise `InvalidInput` for anything that is not a cursor of ours."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        cursor = msgspec.json.decode(raw, type=Cursor)
    except (binascii.Error, ValueError, msgspec.MsgspecError):
        raise InvalidInput("cursor", "This is not a cursor of this list.") from None
    if "\x00" in cursor.value:
        raise InvalidInput("cursor", "This is not a cursor of this list.")
    return cursor


def cursor_time(cursor: Cursor) -> datetime:
    """Return the cursor's value as the moment it was encoded from."""
    try:
        return datetime.fromisoformat(cursor.value).astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidInput("cursor", "This is not a cursor of this list.") from None


def split_page[Row: Sequence[Any] | Any](rows: Sequence[Row], limit: int) -> tuple[Sequence[Row], bool]:
    """Split `limit + 1` fetched rows into the page and whether more follow."""
    return rows[:limit], len(rows) > limit
