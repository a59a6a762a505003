"""A person's passkeys: adding, naming and removing them, and checking one that a browser shows."""

from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.auth.client import ClientInfo
from app.config import Settings
from app.lib import clock
from app.lib.ids import new_id
from app.models import Passkey, User
from app.second_factors.ceremonies import RelyingParty, parse_authentication, parse_registration, refuse
from app.second_factors.challenges import Ceremony, Challenges
from app.second_factors.changes import FactorChanges
from app.second_factors.errors import LastWayIn, PasskeyExists, PasskeyNotFound, TooManyPasskeys
from app.second_factors.repositories import PasskeyRepository
from app.second_factors.schemas import Passkey as PasskeySchema
from app.second_factors.schemas import (
    PasskeyAdded,
    PasskeyAssertion,
    PasskeyCreation,
    PasskeyOptions,
    PublicKeyCredential,
)

MOST_PASSKEYS = 20


class PasskeyService:
    """One person's passkeys; `browser` binds a challenge to the session it was given to."""

    def __init__(
        self, session: AsyncSession, settings: Settings, challenges: Challenges, user_id: UUID, browser: str
    ) -> None:
        self._session = session
        self._challenges = challenges
        self._relying_party = RelyingParty(settings)
        self._changes = FactorChanges(session, settings, user_id)
        self._passkeys = PasskeyRepository(session)
        self._user_id = user_id
        self._browser = browser

    async def creation_options(self) -> PasskeyOptions:
        user = await self._changes.begin()
        existing = await self._passkeys.of_person(self._user_id)
        if len(existing) >= MOST_PASSKEYS:
            raise TooManyPasskeys(f"You have {MOST_PASSKEYS} passkeys already. Remove one that you no longer use.")
        challenge = await self._challenges.give(Ceremony.REGISTRATION, self._browser)
        return PasskeyOptions(options=self._relying_party.creation_options(user, challenge, existing))

    async def add(self, data: PasskeyCreation, *, client: ClientInfo) -> PasskeyAdded:
        credential, challenge = parse_registration(data.credential)
        if not await self._challenges.take(Ceremony.REGISTRATION, self._browser, challenge):
            raise refuse("challenge unknown, expired or used", user_id=str(self._user_id))
        verified = self._relying_party.verify_registration(credential, challenge)
        user = await self._changes.begin()
        passkey = Passkey(
            id=new_id(),
            user_id=user.id,
            credential_id=verified.credential_id,
            public_key=verified.credential_public_key,
            sign_count=verified.sign_count,
            transports=[transport.value for transport in credential.response.transports or []],
            is_synced=verified.credential_backed_up,
            name=data.name.strip(),
            created_at=clock.now(),
        )
        self._passkeys.add(passkey)
        try:
            await self._passkeys.flush()
        except IntegrityError:
            raise PasskeyExists("Use it to log in, or add another one.") from None
        codes = await self._changes.gained(user)
        await self._changes.notify("passkey_added", client, detail=passkey.name)
        return PasskeyAdded(passkey=to_schema(passkey), recovery_codes=codes)

    async def rename(self, passkey_id: UUID, name: str) -> PasskeySchema:
        passkey = await self._get(passkey_id)
        passkey.name = name.strip()
        return to_schema(passkey)

    async def remove(self, passkey_id: UUID, *, client: ClientInfo) -> None:
        user = await self._changes.begin()
        passkey = await self._get(passkey_id)
        if user.password_hash is None and not await self._passkeys.is_opened_otherwise(user.id, but=passkey.id):
            raise LastWayIn("Set a password, add another passkey or link an account first; nothing was changed.")
        await self._passkeys.delete(passkey)
        await self._changes.lost(user)
        await self._changes.notify("passkey_removed", client, detail=passkey.name)

    async def request_options(self, ceremony: Ceremony) -> PasskeyOptions:
        """What the browser needs to show one of this person's passkeys."""
        own = await self._passkeys.of_person(self._user_id)
        if not own:
            raise PasskeyNotFound("You have no passkey. Use another way.")
        challenge = await self._challenges.give(ceremony, self._browser)
        return PasskeyOptions(options=self._relying_party.request_options(challenge, own))

    async def check(self, ceremony: Ceremony, credential: PublicKeyCredential) -> None:
        """Check that the answer comes from a passkey of this person; raise `PasskeyRefused`."""
        verifier = PasskeyVerifier(self._session, self._relying_party, self._challenges)
        await verifier.holder(ceremony, self._browser, credential, expected=self._user_id)

    async def _get(self, passkey_id: UUID) -> Passkey:
        passkey = await self._passkeys.get(passkey_id, user_id=self._user_id)
        if passkey is None:
            raise PasskeyNotFound("It may have been removed already. Nothing was changed.")
        return passkey


class PasskeyVerifier:
    """From an answer to whose passkey gave it."""

    def __init__(self, session: AsyncSession, relying_party: RelyingParty, challenges: Challenges) -> None:
        self._passkeys = PasskeyRepository(session)
        self._relying_party = relying_party
        self._challenges = challenges

    async def log_in_options(self, browser: str) -> PasskeyOptions:
        challenge = await self._challenges.give(Ceremony.LOG_IN, browser)
        return PasskeyOptions(options=self._relying_party.request_options(challenge))

    async def log_in(self, browser: str, data: PasskeyAssertion) -> User:
        """Return who holds the passkey; raise `PasskeyRefused`."""
        return await self.holder(Ceremony.LOG_IN, browser, data.credential)

    async def holder(
        self, ceremony: Ceremony, browser: str, credential: PublicKeyCredential, *, expected: UUID | None = None
    ) -> User:
        answer, challenge = parse_authentication(credential)
        if not await self._challenges.take(ceremony, browser, challenge):
            raise refuse("challenge unknown, expired or used", ceremony=ceremony)
        found = await self._passkeys.by_credential(answer.raw_id)
        if found is None:
            raise refuse("unknown credential", ceremony=ceremony)
        passkey, user = found
        facts = {"ceremony": ceremony, "passkey_id": str(passkey.id), "user_id": str(user.id)}
        # Where nobody is known yet, the authenticator has to say whose passkey it is (WebAuthn 3, 7.2 step 6).
        handle = answer.response.user_handle
        if handle != user.id.bytes and (handle or expected is None):
            raise refuse("user handle of somebody else", **facts)
        if expected not in {None, user.id}:
            raise refuse("passkey of somebody else", **facts)
        if user.disabled_at is not None:
            raise refuse("account disabled", **facts)
        verified = self._relying_party.verify_authentication(answer, challenge, passkey)
        if not await self._passkeys.count_use(passkey.id, sign_count=verified.new_sign_count, now=clock.now()):
            raise refuse("signature counter went back: the authenticator may have been copied", **facts)
        return user


def to_schema(passkey: Passkey) -> PasskeySchema:
    return PasskeySchema(
        id=passkey.id,
        name=passkey.name,
        is_synced=passkey.is_synced,
        created_at=passkey.created_at,
        last_used_at=passkey.last_used_at,
    )
