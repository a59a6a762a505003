from uuid import UUID

import structlog
from sqlalchemy.exc import IntegrityError

from app.auth.errors import WrongCredentials
from app.auth.password_policy import refuse_weak_password
from app.auth.passwords import Passwords
from app.auth.rate_limits import Bucket, RateLimit, RateLimiter
from app.lib import clock
from app.lib.email_address import normalize_email, typed_email
from app.lib.ids import new_id
from app.lib.problems import NotFound
from app.models import User
from app.users.errors import EmailTaken
from app.users.repositories import UserRepository
from app.users.schemas import User as UserSchema

log = structlog.get_logger("quittance.security")

_WRONG = (
    "E-mail address or password is wrong. Check both and try again. "
    "If you have just signed up, open the link in the mail first."
)
_QUARTER_HOUR = 15 * 60
# No hard lockout: a browser that signed in to the address before has a bucket of its own, which no stranger can fill.
# Everybody else is counted with their network and, over all networks, with the address.
PER_KNOWN_BROWSER = RateLimit("log-in:browser", attempts=10, window_seconds=_QUARTER_HOUR)
PER_ACCOUNT_AND_CLIENT = RateLimit("log-in:account+client", attempts=10, window_seconds=_QUARTER_HOUR)
PER_CLIENT = RateLimit("log-in:client", attempts=100, window_seconds=_QUARTER_HOUR)
# Not told: a stranger would see whether anybody else signs in to an address.
PER_ACCOUNT = RateLimit("log-in:account", attempts=100, window_seconds=_QUARTER_HOUR, is_told=False)
PASSWORD_PROOFS = RateLimit("password-proof:account", attempts=10, window_seconds=_QUARTER_HOUR)


class UserService:
    def __init__(self, users: UserRepository, passwords: Passwords) -> None:
        self._users = users
        self._passwords = passwords

    async def register(
        self,
        *,
        name: str,
        email: str,
        password: str,
        is_platform_admin: bool = False,
        is_email_verified: bool = False,
    ) -> User:
        """Create the person; raise `EmailTaken` when the address has an account."""
        address = normalize_email(email, path="email")
        return await self.create(
            name=name,
            address=address,
            password_hash=await self.hash_new(password, path="password", email=address, name=name),
            is_platform_admin=is_platform_admin,
            is_email_verified=is_email_verified,
        )

    async def create(
        self,
        *,
        name: str,
        address: str,
        password_hash: str | None,
        is_platform_admin: bool = False,
        is_email_verified: bool,
    ) -> User:
        """Create the person at a normalised address; raise `EmailTaken` when it has an account."""
        if await self._users.get_by_email(address) is not None:
            raise EmailTaken
        user = User(
            id=new_id(),
            name=name.strip(),
            email=address,
            password_hash=password_hash,
            password_changed_at=clock.now(),
            email_verified_at=clock.now() if is_email_verified else None,
            is_platform_admin=is_platform_admin,
        )
        return await self._added(user)

    async def find_confirmed(self, email: str) -> User | None:
        """The account that an address belongs to; not one that somebody signed up with and never confirmed."""
        user = await self._users.get_by_email(email)
        is_anybodys = user is not None and user.email_verified_at is None and not user.has_second_factor
        return None if is_anybodys else user

    async def open_confirmed(self, *, name: str, email: str, password_hash: str) -> User:
        """Make the account of an address that a link has proven; one that was never confirmed becomes its reader's own.

        Raise `EmailTaken` for one that is confirmed: a link to a mailbox is no way round its password and second factor.
        """
        user = await self._users.get_by_email(email, is_locked=True)
        if user is None:
            return await self.create(name=name, address=email, password_hash=password_hash, is_email_verified=True)
        if user.email_verified_at is not None or user.has_second_factor:
            raise EmailTaken
        user.name = name.strip()
        user.password_hash = password_hash
        user.password_changed_at = user.email_verified_at = clock.now()
        return user

    async def verify_credentials(
        self, email: str, password: str, *, client: str, limiter: RateLimiter, known_browser: str | None = None
    ) -> User:
        """Return the person, locked; answer alike, and as slowly, for an unknown address and a wrong password."""
        address = typed_email(email)
        buckets = _log_in_buckets(address, client, known_browser)
        with self._passwords.turn() as turn:
            await turn.comes()
            await limiter.spend(*buckets)
            user = await self._users.get_by_email(address)
            await self._users.release()
            password_hash = user.password_hash if user else None
            if not await turn.verify(password_hash, password) or password_hash is None:
                raise _refused(user, client)
            await limiter.give_back(*buckets)
            is_outdated = self._passwords.needs_rehash(password_hash)
            fresh_hash = await turn.hash(password) if is_outdated else password_hash
        user = await self._users.get_by_email(address, is_locked=True)
        if user is None or user.password_hash != password_hash or not _may_sign_in(user):
            raise _refused(user, client)  # changed while we were hashing
        user.password_hash = fresh_hash
        return user

    async def rename(self, user_id: UUID, name: str) -> User:
        user = await self.get(user_id)
        user.name = name.strip()
        return user

    async def is_password_of(self, user_id: UUID, password: str, *, limiter: RateLimiter) -> bool:
        """Whether it is this person's password; a wrong one counts against the account."""
        user = await self.get(user_id)
        await self._users.release()
        bucket = (PASSWORD_PROOFS, str(user_id))
        with self._passwords.turn() as turn:
            await limiter.spend(bucket)
            is_right = await turn.verify(user.password_hash, password)
        if is_right:
            await limiter.give_back(bucket)
        return is_right

    async def _added(self, user: User) -> User:
        self._users.add(user)
        try:
            await self._users.flush()
        except IntegrityError:
            raise EmailTaken from None  # lost a race against the same sign-up
        return user

    async def get(self, user_id: UUID, *, is_locked: bool = False) -> User:
        user = await self._users.get(user_id, is_locked=is_locked)
        if user is None:
            raise NotFound("This account does not exist any more.")
        return user

    async def hash_new(self, password: str, *, path: str, email: str, name: str) -> str:
        """Hash a password that somebody chooses; raise `InvalidInput` at `path` for one that is guessed early."""
        refuse_weak_password(password, path=path, email=email, name=name)
        return await self._passwords.hash(password)


def _refused(user: User | None, network: str) -> WrongCredentials:
    """Note whose account it was, and never what was typed: people put passwords into the wrong field."""
    log.warning("log-in refused", user_id=str(user.id) if user else None, network=network)
    return WrongCredentials(_WRONG)


def _may_sign_in(user: User) -> bool:
    return user.disabled_at is None and user.email_verified_at is not None


def _log_in_buckets(address: str, client: str, known_browser: str | None) -> tuple[Bucket, ...]:
    if known_browser:
        return ((PER_KNOWN_BROWSER, f"{address}\n{known_browser}"),)
    return (PER_ACCOUNT_AND_CLIENT, f"{address}\n{client}"), (PER_CLIENT, client), (PER_ACCOUNT, address)


def to_schema(user: User) -> UserSchema:
    return UserSchema(
        id=user.id,
        name=user.name,
        email=user.email,
        is_email_verified=user.email_verified_at is not None,
        is_platform_admin=user.is_platform_admin,
        has_password=user.password_hash is not None,
        has_second_factor=user.has_second_factor,
        deletion_due_at=user.deletion_due_at,
    )
