from uuid import UUID

import msgspec

from app.lib.fields import Name, Password, PasswordAttempt


class User(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    name: str
    email: str


class UserUpdate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: Name


class PasswordChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    current_password: PasswordAttempt
    new_password: Password
