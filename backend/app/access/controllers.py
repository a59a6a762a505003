from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import Provide
from litestar.openapi.datastructures import ResponseSpec
from litestar.status_codes import HTTP_200_OK, HTTP_201_CREATED, HTTP_204_NO_CONTENT

from app.access.deps import provide_access_service, provide_passkey_log_in
from app.access.errors import PasskeyLogInRefused
from app.access.schemas import LogIn, LogInResult, Me, SignUp
from app.access.services import AccessService, PasskeyLogInService
from app.auth.caller import AnyPrincipal
from app.auth.client import ClientInfo
from app.auth.cookies import expired_session_cookie, passkey_cookie, session_cookie
from app.auth.errors import WrongCredentials
from app.auth.guards import SignedIn, identified, public
from app.auth.known_browsers import known_browser, known_browser_cookie
from app.config import Settings
from app.lib.problems import MEDIA_TYPE, Problem
from app.second_factors.schemas import PasskeyAssertion, PasskeyOptions


class AccessController(Controller):
    path = "/auth"
    tags = ("Access",)
    dependencies = {
        "access": Provide(provide_access_service, sync_to_thread=False),
        "passkey_log_in": Provide(provide_passkey_log_in, sync_to_thread=False),
    }

    @post("/sign-up", guards=[public("whoever signs up has no account yet")])
    async def sign_up(
        self, data: SignUp, access: AccessService, client: ClientInfo, settings: Settings
    ) -> Response[LogInResult]:
        """Create an account and a team of its own, and sign in."""
        result, user, token = await access.sign_up(data, client)
        cookies = [session_cookie(token, settings), known_browser_cookie(user.email, settings)]
        return Response(result, status_code=HTTP_201_CREATED, cookies=cookies)

    @post(
        "/log-in",
        guards=[public("whoever logs in has no session yet")],
        status_code=HTTP_200_OK,
        responses={
            401: ResponseSpec(
                Problem, generate_examples=False, description=WrongCredentials.title, media_type=MEDIA_TYPE
            )
        },
    )
    async def log_in(
        self,
        data: LogIn,
        access: AccessService,
        client: ClientInfo,
        settings: Settings,
        request: Request[Any, Any, Any],
    ) -> Response[LogInResult]:
        """Sign in with e-mail address and password; with two-step sign-in, that is half of it."""
        previous_token = request.cookies.get(settings.session_cookie)
        browser = known_browser(request.cookies.get(settings.known_browser_cookie), data.email, settings)
        result, user, token = await access.log_in(data, client, previous_token=previous_token, known_browser=browser)
        return Response(result, cookies=[session_cookie(token, settings), known_browser_cookie(user.email, settings)])

    @post("/log-in/passkey/options", guards=[public("whoever logs in has no session yet")], status_code=HTTP_200_OK)
    async def get_log_in_passkey_options(
        self,
        passkey_log_in: PasskeyLogInService,
        client: ClientInfo,
        settings: Settings,
        request: Request[Any, Any, Any],
    ) -> Response[PasskeyOptions]:
        """Get what the browser needs to offer its passkeys for this site."""
        known = request.cookies.get(settings.passkey_cookie)
        options, browser = await passkey_log_in.options(client, browser=known)
        return Response(options, cookies=[passkey_cookie(browser, settings)])

    @post(
        "/log-in/passkey",
        guards=[public("whoever logs in has no session yet")],
        status_code=HTTP_200_OK,
        responses={
            401: ResponseSpec(
                Problem, generate_examples=False, description=PasskeyLogInRefused.title, media_type=MEDIA_TYPE
            )
        },
    )
    async def log_in_with_passkey(
        self,
        data: PasskeyAssertion,
        passkey_log_in: PasskeyLogInService,
        client: ClientInfo,
        settings: Settings,
        request: Request[Any, Any, Any],
    ) -> Response[LogInResult]:
        """Sign in with a passkey and nothing else."""
        result, token = await passkey_log_in.log_in(
            data,
            client,
            browser=request.cookies.get(settings.passkey_cookie),
            previous_token=request.cookies.get(settings.session_cookie),
        )
        return Response(result, cookies=[session_cookie(token, settings)])

    @post("/log-out", guards=[identified], status_code=HTTP_204_NO_CONTENT)
    async def log_out(self, principal: AnyPrincipal, access: AccessService, settings: Settings) -> Response[None]:
        """End this session, everywhere and at once."""
        await access.log_out(principal)
        return Response(None, status_code=HTTP_204_NO_CONTENT, cookies=[expired_session_cookie(settings)])


class MeController(Controller):
    path = "/me"
    tags = ("Me",)
    dependencies = {"access": Provide(provide_access_service, sync_to_thread=False)}

    @get("/", guards=[SignedIn(by_any_credential=True)])
    async def get_me(self, principal: AnyPrincipal, access: AccessService) -> Me:
        """Who you are, in which team, and what you may do."""
        return await access.me(principal)
