from datetime import datetime
from uuid import UUID

import msgspec

from app.lib.fields import Name


class User(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    name: str
    email: str
    is_email_verified: bool
    is_platform_admin: bool
    has_password: bool
    has_second_factor: bool
    deletion_due_at: datetime | None


class UserUpdate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: Name
