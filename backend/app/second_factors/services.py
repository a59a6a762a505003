"""The second step of signing in, and confirming later that it is still the same person."""

from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.auth.caller import Principal
from app.auth.client import ClientInfo
from app.auth.rate_limits import RateLimit, RateLimiter
from app.auth.services import SessionService
from app.config import Settings
from app.lib.problems import InvalidInput
from app.models import AuthenticationMethod
from app.second_factors import recovery_codes
from app.second_factors.authenticators import AuthenticatorService
from app.second_factors.challenges import Ceremony
from app.second_factors.changes import FactorChanges
from app.second_factors.errors import (
    NoSecondFactor,
    SecondStepNotDue,
    StepUpMethodNotOffered,
    WrongCode,
    WrongStepUpPassword,
)
from app.second_factors.passkeys import PasskeyService, to_schema
from app.second_factors.repositories import FactorRepository, PasskeyRepository
from app.second_factors.schemas import (
    Authenticator,
    CodeAnswer,
    PasskeyOptions,
    PublicKeyCredential,
    RecoveryCodes,
    SecondFactorMethod,
    SecondFactors,
    SecondStep,
    StepUp,
    StepUpAnswer,
    StepUpMethod,
)
from app.users.services import UserService

log = structlog.get_logger("quittance.security")

# Of a person and not of a session: whoever has the password can open as many sessions as they like. A passkey still works beyond.
CODES_PER_PERSON = RateLimit("second-factor:user", attempts=10, window_seconds=15 * 60, is_told=False)
CODES_PER_PERSON_AND_DAY = RateLimit("second-factor:user+day", attempts=50, window_seconds=24 * 3600, is_told=False)


class SecondFactorService:
    """What one person holds, and whether a code is one of theirs."""

    def __init__(self, session: AsyncSession, settings: Settings, limiter: RateLimiter, user_id: UUID) -> None:
        self._settings = settings
        self._limiter = limiter
        self._factors = FactorRepository(session, user_id)
        self._passkeys = PasskeyRepository(session)
        self._authenticator = AuthenticatorService(session, settings, user_id)
        self._changes = FactorChanges(session, settings, user_id)
        self._user_id = user_id

    async def overview(self) -> SecondFactors:
        row = await self._factors.confirmed_authenticator()
        passkeys = await self._passkeys.of_person(self._user_id)
        return SecondFactors(
            authenticator=Authenticator(confirmed_at=row.confirmed_at, last_used_at=row.last_used_at)
            if row and row.confirmed_at
            else None,
            passkeys=[to_schema(passkey) for passkey in passkeys],
            recovery_codes_left=await self._factors.recovery_codes_left(),
        )

    async def methods(self) -> list[SecondFactorMethod]:
        held = await self.overview()
        has = {
            SecondFactorMethod.PASSKEY: bool(held.passkeys),
            SecondFactorMethod.ONE_TIME_CODE: held.authenticator is not None,
            SecondFactorMethod.RECOVERY_CODE: held.recovery_codes_left > 0,
        }
        return [method for method, is_held in has.items() if is_held]

    async def renew_recovery_codes(self, *, client: ClientInfo) -> RecoveryCodes:
        """Replace them all: the old ones end."""
        user = await self._changes.begin()
        if not user.has_second_factor:
            raise NoSecondFactor(
                "Recovery codes come with an authenticator app or a passkey. Set one of them up first."
            )
        codes = await self._changes.new_recovery_codes()
        await self._changes.notify("recovery_codes_renewed", client)
        return RecoveryCodes(recovery_codes=codes)

    async def reset(self, *, client: ClientInfo) -> bool:
        """Take every second factor away, for somebody who lost them all; whether there was one."""
        user = await self._changes.begin()
        had_factor = await self._factors.delete_everything()
        user.has_second_factor = False
        if had_factor:
            await self._changes.notify("two_step_turned_off", client)
        return had_factor

    async def prove(self, answer: CodeAnswer, *, client: ClientInfo) -> AuthenticationMethod:
        """Use a code up and return what was proven by it; every wrong one counts against the person."""
        if answer.code is not None and answer.recovery_code is not None:
            raise InvalidInput("recovery_code", "Enter one of the two codes, not both.")
        buckets = ((CODES_PER_PERSON, str(self._user_id)), (CODES_PER_PERSON_AND_DAY, str(self._user_id)))
        await self._limiter.spend(*buckets)
        if answer.code is not None:
            if not await self._authenticator.take(answer.code):
                raise self._wrong("code", "This code is wrong or was used already. Enter the next one your app shows.")
            method = AuthenticationMethod.ONE_TIME_CODE
        elif answer.recovery_code is not None:
            if not await self._take_recovery_code(answer.recovery_code):
                raise self._wrong("recovery_code", "This is none of your recovery codes, or it was used already.")
            await self._changes.notify("recovery_code_used", client)
            method = AuthenticationMethod.RECOVERY_CODE
        else:
            raise InvalidInput("code", "Enter a code.")
        await self._limiter.give_back(*buckets)
        return method

    async def _take_recovery_code(self, typed: str) -> bool:
        for code_hash in recovery_codes.possible_hashes(self._settings, self._user_id, typed):
            if await self._factors.take_recovery_code(code_hash):
                return True
        return False

    def _wrong(self, path: str, detail: str) -> WrongCode:
        log.warning("second factor refused", user_id=str(self._user_id), kind=path)
        return WrongCode(path, detail)


class SecondStepService:
    """From half a log-in to a whole one. The session gets a new id: what it may do has changed."""

    def __init__(
        self,
        principal: Principal,
        factors: SecondFactorService,
        passkeys: PasskeyService,
        browser_sessions: SessionService,
    ) -> None:
        self._principal = principal
        self._factors = factors
        self._passkeys = passkeys
        self._browser_sessions = browser_sessions

    async def standing(self) -> SecondStep:
        if not self._principal.is_second_factor_due:
            return SecondStep(is_due=False, methods=[])
        return SecondStep(is_due=True, methods=await self._factors.methods())

    async def take(self, answer: CodeAnswer, *, client: ClientInfo) -> str:
        """Finish with a code; return the token of the session that takes this one's place."""
        self._require_due()
        return await self._finish(await self._factors.prove(answer, client=client))

    async def passkey_options(self) -> PasskeyOptions:
        self._require_due()
        return await self._passkeys.request_options(Ceremony.SECOND_STEP)

    async def take_with_passkey(self, credential: PublicKeyCredential) -> str:
        self._require_due()
        await self._passkeys.check(Ceremony.SECOND_STEP, credential)
        return await self._finish(AuthenticationMethod.PASSKEY)

    async def _finish(self, method: AuthenticationMethod) -> str:
        return await self._browser_sessions.renew(self._principal.credential_id, proven_by=[method])

    def _require_due(self) -> None:
        if not self._principal.is_second_factor_due:
            raise SecondStepNotDue("There is no second step to take.")


class StepUpService:
    """Whoever sits at an open browser is not always who signed in: before what matters, they show it again."""

    def __init__(
        self,
        principal: Principal,
        users: UserService,
        factors: SecondFactorService,
        passkeys: PasskeyService,
        browser_sessions: SessionService,
        limiter: RateLimiter,
    ) -> None:
        self._principal = principal
        self._users = users
        self._factors = factors
        self._passkeys = passkeys
        self._browser_sessions = browser_sessions
        self._limiter = limiter

    async def offered(self) -> StepUp:
        """A second factor where there is one: else a stolen password would be enough to take it away."""
        methods = [StepUpMethod(method) for method in await self._factors.methods()]
        if not methods:
            user = await self._users.get(self._principal.user_id)
            methods = [StepUpMethod.PASSWORD if user.password_hash else StepUpMethod.FEDERATED]
        return StepUp(methods=methods)

    async def take(self, answer: StepUpAnswer, *, client: ClientInfo) -> str:
        """Confirm by password or code; return the token of the session that takes this one's place."""
        if answer.password is None:
            code = CodeAnswer(code=answer.code, recovery_code=answer.recovery_code)
            return await self._finish(await self._factors.prove(code, client=client))
        if answer.code is not None or answer.recovery_code is not None:
            raise InvalidInput("password", "Confirm in one way, not in several.")
        if StepUpMethod.PASSWORD not in (await self.offered()).methods:
            raise StepUpMethodNotOffered(
                "Use your second factor: the password alone is not enough. Nothing was changed."
            )
        if not await self._users.is_password_of(self._principal.user_id, answer.password, limiter=self._limiter):
            log.warning("step-up refused", user_id=str(self._principal.user_id), kind="password")
            raise WrongStepUpPassword
        return await self._finish(AuthenticationMethod.PASSWORD)

    async def passkey_options(self) -> PasskeyOptions:
        return await self._passkeys.request_options(Ceremony.STEP_UP)

    async def take_with_passkey(self, credential: PublicKeyCredential) -> str:
        await self._passkeys.check(Ceremony.STEP_UP, credential)
        return await self._finish(AuthenticationMethod.PASSKEY)

    async def _finish(self, method: AuthenticationMethod) -> str:
        return await self._browser_sessions.renew(self._principal.credential_id, proven_by=[method])
