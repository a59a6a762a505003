from uuid import UUID

from litestar import Controller, Response, delete, get, patch, post
from litestar.di import Provide
from litestar.status_codes import HTTP_200_OK, HTTP_201_CREATED, HTTP_204_NO_CONTENT

from app.auth.caller import AnyPrincipal
from app.auth.client import ClientInfo
from app.auth.cookies import session_cookie
from app.auth.guards import identified, signed_in, signed_in_recently
from app.auth.services import SessionService
from app.config import Settings
from app.models import AuthenticationMethod
from app.second_factors.authenticators import AuthenticatorService
from app.second_factors.deps import (
    provide_authenticator,
    provide_passkeys,
    provide_second_factors,
    provide_second_step,
    provide_step_up,
)
from app.second_factors.passkeys import PasskeyService
from app.second_factors.schemas import (
    AuthenticatorConfirmation,
    AuthenticatorSetup,
    CodeAnswer,
    Passkey,
    PasskeyAdded,
    PasskeyAssertion,
    PasskeyCreation,
    PasskeyOptions,
    PasskeyUpdate,
    RecoveryCodes,
    SecondFactors,
    SecondStep,
    StepUp,
    StepUpAnswer,
)
from app.second_factors.services import SecondFactorService, SecondStepService, StepUpService
from app.users.deps import provide_session_service


class SecondFactorController(Controller):
    path = "/me"
    tags = ("Second factors",)
    dependencies = {
        "factors": Provide(provide_second_factors, sync_to_thread=False),
        "authenticator": Provide(provide_authenticator, sync_to_thread=False),
        "passkeys": Provide(provide_passkeys, sync_to_thread=False),
        "browser_sessions": Provide(provide_session_service, sync_to_thread=False),
    }

    @get("/second-factors", guards=[signed_in])
    async def get_second_factors(self, factors: SecondFactorService) -> SecondFactors:
        """Your authenticator app, your passkeys, and how many recovery codes are left."""
        return await factors.overview()

    @post("/authenticator", guards=[signed_in_recently], status_code=HTTP_200_OK)
    async def start_authenticator(self, authenticator: AuthenticatorService) -> AuthenticatorSetup:
        """Get a secret for an authenticator app; it counts once you confirm a first code."""
        return await authenticator.start()

    @post("/authenticator/confirm", guards=[signed_in_recently], status_code=HTTP_200_OK)
    async def confirm_authenticator(
        self,
        data: AuthenticatorConfirmation,
        authenticator: AuthenticatorService,
        client: ClientInfo,
        principal: AnyPrincipal,
        browser_sessions: SessionService,
        settings: Settings,
    ) -> Response[RecoveryCodes]:
        """Turn the authenticator app on with a first code; this session gets a new id."""
        codes = await authenticator.confirm(data.code, client=client)
        token = await browser_sessions.renew(principal.credential_id, proven_by=[AuthenticationMethod.ONE_TIME_CODE])
        return Response(RecoveryCodes(recovery_codes=codes), cookies=[session_cookie(token, settings)])

    @delete("/authenticator", guards=[signed_in_recently])
    async def remove_authenticator(self, authenticator: AuthenticatorService, client: ClientInfo) -> None:
        """Turn the authenticator app off."""
        await authenticator.turn_off(client=client)

    @post("/recovery-codes", guards=[signed_in_recently], status_code=HTTP_200_OK)
    async def renew_recovery_codes(self, factors: SecondFactorService, client: ClientInfo) -> RecoveryCodes:
        """Get new recovery codes; the old ones end."""
        return await factors.renew_recovery_codes(client=client)

    @post("/passkeys/options", guards=[signed_in_recently], status_code=HTTP_200_OK)
    async def get_passkey_creation_options(self, passkeys: PasskeyService) -> PasskeyOptions:
        """Get what the browser needs to create a passkey."""
        return await passkeys.creation_options()

    @post("/passkeys", guards=[signed_in_recently])
    async def add_passkey(
        self,
        data: PasskeyCreation,
        passkeys: PasskeyService,
        client: ClientInfo,
        principal: AnyPrincipal,
        browser_sessions: SessionService,
        settings: Settings,
    ) -> Response[PasskeyAdded]:
        """Keep a passkey that the browser created; this session gets a new id."""
        added = await passkeys.add(data, client=client)
        token = await browser_sessions.renew(principal.credential_id, proven_by=[AuthenticationMethod.PASSKEY])
        return Response(added, status_code=HTTP_201_CREATED, cookies=[session_cookie(token, settings)])

    @patch("/passkeys/{passkey_id:uuid}", guards=[signed_in_recently])
    async def rename_passkey(self, passkey_id: UUID, data: PasskeyUpdate, passkeys: PasskeyService) -> Passkey:
        """Give a passkey another name."""
        return await passkeys.rename(passkey_id, data.name)

    @delete("/passkeys/{passkey_id:uuid}", guards=[signed_in_recently])
    async def remove_passkey(self, passkey_id: UUID, passkeys: PasskeyService, client: ClientInfo) -> None:
        """Let a passkey open your account no longer."""
        await passkeys.remove(passkey_id, client=client)


class SecondStepController(Controller):
    path = "/auth/second-factor"
    tags = ("Access",)
    dependencies = {"second_step": Provide(provide_second_step, sync_to_thread=False)}

    @get("/", guards=[identified])
    async def get_second_step(self, second_step: SecondStepService) -> SecondStep:
        """Whether a second step is due, and how it can be taken."""
        return await second_step.standing()

    @post("/", guards=[identified], status_code=HTTP_204_NO_CONTENT)
    async def take_second_step(
        self, data: CodeAnswer, second_step: SecondStepService, client: ClientInfo, settings: Settings
    ) -> Response[None]:
        """Finish signing in with a code of your authenticator app, or a recovery code."""
        return _in_new_session(await second_step.take(data, client=client), settings)

    @post("/passkey/options", guards=[identified], status_code=HTTP_200_OK)
    async def get_second_step_passkey_options(self, second_step: SecondStepService) -> PasskeyOptions:
        """Get what the browser needs to show a passkey as the second step."""
        return await second_step.passkey_options()

    @post("/passkey", guards=[identified], status_code=HTTP_204_NO_CONTENT)
    async def take_second_step_with_passkey(
        self, data: PasskeyAssertion, second_step: SecondStepService, settings: Settings
    ) -> Response[None]:
        """Finish signing in with a passkey."""
        return _in_new_session(await second_step.take_with_passkey(data.credential), settings)


class StepUpController(Controller):
    path = "/auth/step-up"
    tags = ("Access",)
    dependencies = {"step_up": Provide(provide_step_up, sync_to_thread=False)}

    @get("/", guards=[signed_in])
    async def get_step_up(self, step_up: StepUpService) -> StepUp:
        """In which ways you can confirm that it is you."""
        return await step_up.offered()

    @post("/", guards=[signed_in], status_code=HTTP_204_NO_CONTENT)
    async def take_step_up(
        self, data: StepUpAnswer, step_up: StepUpService, client: ClientInfo, settings: Settings
    ) -> Response[None]:
        """Confirm that it is you; for ten minutes you can change what opens your account."""
        return _in_new_session(await step_up.take(data, client=client), settings)

    @post("/passkey/options", guards=[signed_in], status_code=HTTP_200_OK)
    async def get_step_up_passkey_options(self, step_up: StepUpService) -> PasskeyOptions:
        """Get what the browser needs to show a passkey as confirmation."""
        return await step_up.passkey_options()

    @post("/passkey", guards=[signed_in], status_code=HTTP_204_NO_CONTENT)
    async def take_step_up_with_passkey(
        self, data: PasskeyAssertion, step_up: StepUpService, settings: Settings
    ) -> Response[None]:
        """Confirm by passkey that it is you."""
        return _in_new_session(await step_up.take_with_passkey(data.credential), settings)


def _in_new_session(token: str, settings: Settings) -> Response[None]:
    return Response(None, status_code=HTTP_204_NO_CONTENT, cookies=[session_cookie(token, settings)])
