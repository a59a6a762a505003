from datetime import datetime
from uuid import UUID

import msgspec


class LinkedAccount(msgspec.Struct, frozen=True, kw_only=True):
    """An account with a provider that opens yours; `provider_id` is empty when this installation no longer offers that log-in."""

    id: UUID
    provider_id: str | None
    provider_name: str
    label: str
    created_at: datetime
    last_used_at: datetime | None
    is_only_way_in: bool


class ProviderSignIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where to come back to."""

    next_path: str = "/settings/security"


class ProviderRedirect(msgspec.Struct, frozen=True, kw_only=True):
    """Where the browser has to go now."""

    authorization_url: str
