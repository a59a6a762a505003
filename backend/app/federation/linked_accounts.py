"""Which accounts elsewhere open a person's account: listed, linked and unlinked by that person alone."""

from collections.abc import Sequence
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.auth.client import ClientInfo
from app.federation.errors import AlreadyLinked, IdentityTaken, OnlyWayIn
from app.federation.identities import ProvenIdentity
from app.federation.providers import Providers
from app.federation.repositories import IdentityRepository
from app.federation.schemas import LinkedAccount
from app.lib import clock
from app.lib.ids import new_id
from app.lib.problems import NotFound
from app.models import LinkedIdentity, User
from app.queue.enqueue import enqueue
from app.users.services import UserService


class LinkedAccountService:
    def __init__(self, session: AsyncSession, providers: Providers, users: UserService) -> None:
        self._session = session
        self._users = users
        self._identities = IdentityRepository(session)
        self._providers = providers

    async def list_of(self, user_id: UUID) -> list[LinkedAccount]:
        user = await self._users.get(user_id)
        identities = await self._identities.list_of(user_id)
        has_passkey = await self._identities.has_passkey(user_id)
        return [
            LinkedAccount(
                id=identity.id,
                provider_id=provider.settings.id if provider else None,
                provider_name=self._name_of(identity.issuer),
                label=identity.label,
                created_at=identity.created_at,
                last_used_at=identity.last_used_at,
                is_only_way_in=not has_passkey and self._is_only_way_in(user, identity, identities),
            )
            for identity in identities
            for provider in (self._providers.of_issuer(identity.issuer),)
        ]

    async def add(self, user_id: UUID, proven: ProvenIdentity) -> None:
        await self._identities.add(
            LinkedIdentity(
                id=new_id(),
                user_id=user_id,
                issuer=proven.issuer,
                subject=proven.subject,
                label=proven.label,
                last_used_at=clock.now(),
            )
        )

    async def link(self, user_id: UUID, proven: ProvenIdentity, client: ClientInfo) -> None:
        """Let the identity open this person's account from now on, and tell them; raise where it opens another's."""
        found = await self._identities.find(proven.issuer, proven.subject)
        if found is not None:
            if found[1].id != user_id:
                raise IdentityTaken
            return
        if any(identity.issuer == proven.issuer for identity in await self._identities.list_of(user_id)):
            raise AlreadyLinked
        await self.add(user_id, proven)
        await enqueue(
            self._session,
            "send_credential_notice",
            user_id=user_id,
            what="account_linked",
            ip_address=client.ip_address,
            user_agent=client.user_agent,
            detail=self._name_of(proven.issuer),
        )

    async def unlink(self, user_id: UUID, identity_id: UUID, client: ClientInfo) -> None:
        """Take the identity away, and tell the person; raise `OnlyWayIn` where nothing else would open the account."""
        user = await self._identities.lock_person(user_id)
        identities = await self._identities.list_of(user_id)
        identity = next((identity for identity in identities if identity.id == identity_id), None)
        if user is None or identity is None:
            raise NotFound("This account is not linked to yours.")
        has_passkey = await self._identities.has_passkey(user_id)
        if not has_passkey and self._is_only_way_in(user, identity, identities):
            raise OnlyWayIn(
                "Nothing else would open your account. Set a password, add a passkey or link another account first; nothing was changed."
            )
        await self._identities.delete(identity)
        await enqueue(
            self._session,
            "send_credential_notice",
            user_id=user_id,
            what="account_unlinked",
            ip_address=client.ip_address,
            user_agent=client.user_agent,
            detail=self._name_of(identity.issuer),
        )

    def _is_only_way_in(self, user: User, identity: LinkedIdentity, identities: Sequence[LinkedIdentity]) -> bool:
        """A one-time code opens nothing by itself; an identity whose provider is no longer configured opens nothing at all."""
        others = (other for other in identities if other.id != identity.id)
        return user.password_hash is None and not any(self._providers.of_issuer(other.issuer) for other in others)

    def _name_of(self, issuer: str) -> str:
        provider = self._providers.of_issuer(issuer)
        return provider.settings.name if provider else urlsplit(issuer).hostname or issuer
