"""Who else may reach the demo team: a program, one that may no longer, and somebody who was invited."""

from datetime import timedelta

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from app.api_clients.schemas import ApiKeyCreate
from app.api_clients.services import ApiKeyService
from app.auth.caller import Caller, CredentialKind
from app.auth.client import ClientInfo
from app.auth.rate_limits import RateLimiter
from app.config import Settings
from app.lib import clock
from app.lib.ids import new_id
from app.models import Role, Team, User
from app.teams.invitations import InvitationService

_LAPTOP = ClientInfo(ip_address="203.0.113.24", user_agent="Mozilla/5.0 (Macintosh) Firefox/145.0")
_KEY_IN_USE = {"name": "Monthly export for the tax adviser", "scopes": ["invoices:read", "payments:read"]}
_KEY_REVOKED = {"name": "Contact form of the old website", "scopes": ["customers:write"]}
_INVITED = ("lukas@ateliernord.example", Role.MEMBER)


async def add_access(
    session: AsyncSession, settings: Settings, limiter: RateLimiter, *, owner: User, team: Team
) -> None:
    caller = Caller(
        credential=CredentialKind.SESSION,
        credential_id=new_id(),
        user_id=owner.id,
        user_name=owner.name,
        email=owner.email,
        is_email_verified=True,
        is_platform_admin=False,
        assurance_level=1,
        is_second_factor_due=False,
        authenticated_at=clock.now(),
        impersonator_id=None,
        is_read_only=False,
        team_id=team.id,
        team_name=team.name,
        role=Role.OWNER,
        scopes=None,
    )
    keys = ApiKeyService(session, caller, _LAPTOP, settings)
    now = clock.now()
    with clock.turned_to(now - timedelta(days=150)):
        old = await keys.create(msgspec.convert(_KEY_REVOKED, ApiKeyCreate))
    with clock.turned_to(now - timedelta(days=12)):
        await keys.revoke(old.api_key.id)
    with clock.turned_to(now - timedelta(days=40)):
        await keys.create(msgspec.convert(_KEY_IN_USE, ApiKeyCreate))
    await InvitationService(session, caller, settings=settings, limiter=limiter).invite(*_INVITED)
