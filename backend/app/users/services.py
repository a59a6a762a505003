from uuid import UUID

from sqlalchemy.exc import IntegrityError

from app.auth.errors import WrongCredentials
from app.auth.password_policy import refuse_weak_password
from app.auth.passwords import Passwords
from app.auth.rate_limits import RateLimit, RateLimiter
from app.lib import clock
from app.lib.email_address import normalize_email
from app.lib.ids import new_id
from app.lib.problems import InvalidInput, NotFound
from app.models import User
from app.users.errors import EmailTaken, WrongCurrentPassword
from app.users.repositories import UserRepository
from app.users.schemas import User as UserSchema

_QUARTER_HOUR = 15 * 60
# No hard lockout: a stranger who guesses from elsewhere does not shut out the owner.
PER_ACCOUNT_AND_CLIENT = RateLimit("log-in:account+client", attempts=10, window_seconds=_QUARTER_HOUR)
PER_ACCOUNT = RateLimit("log-in:account", attempts=100, window_seconds=_QUARTER_HOUR)
PER_CLIENT = RateLimit("log-in:client", attempts=100, window_seconds=_QUARTER_HOUR)


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
        if await self._users.get_by_email(address) is not None:
            raise EmailTaken
        user = User(
            id=new_id(),
            name=name.strip(),
            email=address,
            password_hash=await self._hash_new(password, path="password", email=address, name=name),
            password_changed_at=clock.now(),
            email_verified_at=clock.now() if is_email_verified else None,
            is_platform_admin=is_platform_admin,
        )
        self._users.add(user)
        try:
            await self._users.flush()
        except IntegrityError:
            raise EmailTaken from None  # lost a race against the same sign-up
        return user

    async def find_confirmed(self, email: str) -> User | None:
        """The account that an address belongs to; not one that somebody signed up with and never confirmed."""
        user = await self._users.get_by_email(email)
        is_anybodys = user is not None and user.email_verified_at is None and not user.has_second_factor
        return None if is_anybodys else user

    async def open_confirmed(self, *, name: str, email: str, password: str) -> User:
        """Make the account of an address that a link has proven; one that was never confirmed becomes its reader's own."""
        user = await self._users.get_by_email(email)
        if user is None:
            return await self.register(name=name, email=email, password=password, is_email_verified=True)
        user.name = name.strip()
        user.password_hash = await self._hash_new(password, path="password", email=email, name=name)
        user.password_changed_at = user.email_verified_at = clock.now()
        return user

    async def verify_credentials(self, email: str, password: str, *, client: str, limiter: RateLimiter) -> User:
        """Return the person; answer alike, and as slowly, for an unknown address and a wrong password."""
        address = _typed_address(email)
        buckets = ((PER_ACCOUNT_AND_CLIENT, f"{address}\n{client}"), (PER_ACCOUNT, address), (PER_CLIENT, client))
        await limiter.spend(*buckets)
        user = await self._users.get_by_email(address)
        is_right = await self._passwords.verify(user.password_hash if user else None, password)
        if user is None or not is_right or user.disabled_at is not None:
            raise WrongCredentials("E-mail address or password is wrong. Check both and try again.")
        await limiter.give_back(*buckets)
        if user.password_hash and self._passwords.needs_rehash(user.password_hash):
            user.password_hash = await self._passwords.hash(password)
        return user

    async def rename(self, user_id: UUID, name: str) -> User:
        user = await self.get(user_id)
        user.name = name.strip()
        return user

    async def change_password(self, user_id: UUID, *, current: str, new: str, limiter: RateLimiter) -> User:
        user = await self.get(user_id)
        bucket = (PER_ACCOUNT, user.email)
        await limiter.spend(bucket)
        if not await self._passwords.verify(user.password_hash, current):
            raise WrongCurrentPassword
        await limiter.give_back(bucket)
        user.password_hash = await self._hash_new(new, path="new_password", email=user.email, name=user.name)
        user.password_changed_at = clock.now()
        return user

    async def get(self, user_id: UUID) -> User:
        user = await self._users.get(user_id)
        if user is None:
            raise NotFound("This account does not exist any more.")
        return user

    async def _hash_new(self, password: str, *, path: str, email: str, name: str) -> str:
        refuse_weak_password(password, path=path, email=email, name=name)
        return await self._passwords.hash(password)


def _typed_address(email: str) -> str:
    """The form in which sign-up kept the address; what is no address belongs to nobody, and is answered like that."""
    try:
        return normalize_email(email, path="email")
    except InvalidInput:
        return email.strip().lower()


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
