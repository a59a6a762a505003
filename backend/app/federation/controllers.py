from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Controller, Request, Response, delete, get, post
from litestar.datastructures import Cookie
from litestar.di import Provide
from litestar.exceptions import HTTPException, ValidationException
from litestar.params import Dependency, Parameter, QueryParameter
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_204_NO_CONTENT, HTTP_303_SEE_OTHER

from app.auth.caller import AnyPrincipal
from app.auth.client import ClientInfo
from app.auth.cookies import session_cookie
from app.auth.guards import public, signed_in, signed_in_recently
from app.config import Settings
from app.federation.attempts import VALID_FOR, Departure
from app.federation.deps import (
    provide_federation_service,
    provide_linked_account_service,
    provide_who_is_signed_in,
)
from app.federation.errors import SentBack, StartedElsewhere
from app.federation.linked_accounts import LinkedAccountService
from app.federation.oauth import AuthorizationResponse
from app.federation.schemas import LinkedAccount, ProviderRedirect, ProviderSignIn
from app.federation.services import HOME, LOG_IN, FederationService, WhoIsSignedIn
from app.lib.own_paths import own_path
from app.lib.problems import AppError

type AnyRequest = Request[Any, Any, Any]
type Text = Annotated[str | None, Parameter(max_length=4096)]

# The code in the callback's address must not travel on.
_NO_REFERRER = {"Referrer-Policy": "no-referrer"}


def attempt_cookie(value: str, settings: Settings, *, max_age_seconds: int) -> Cookie:
    # Lax: the provider sends the browser back from another site.
    return Cookie(
        key=settings.federation_cookie,
        value=value,
        path="/",
        max_age=max_age_seconds,
        httponly=True,
        secure=settings.has_secure_cookies,
        samesite="lax",
    )


def _tell_on_a_page(request: AnyRequest, error: Exception) -> Response[Any]:
    """A person's browser is on the way: it gets a page with a sentence, not a problem in JSON."""
    path = error.path if isinstance(error, SentBack) else LOG_IN
    reason = error.reason if isinstance(error, SentBack) else error
    slug = reason.slug if isinstance(reason, AppError) else "provider-refused"
    wanted = error.next_path if isinstance(error, SentBack) else request.query_params.get("next")
    next_path = own_path(wanted, default=HOME)
    query = {"problem": slug, "provider": request.path_params.get("provider", "")}
    if next_path != HOME:
        query["next"] = next_path
    settings: Settings = request.app.state.settings
    # Another site may send people to the callback; that must not end a log-in under way.
    cookies = [attempt_cookie("", settings, max_age_seconds=0)] if isinstance(error, SentBack) else []
    return Redirect(f"{path}?{urlencode(query)}", status_code=HTTP_303_SEE_OTHER, headers=_NO_REFERRER, cookies=cookies)


_ON_A_PAGE: dict[int | type[Exception], Callable[[AnyRequest, Exception], Response[Any]]] = {
    AppError: _tell_on_a_page,
    ValidationException: _tell_on_a_page,
    HTTPException: _tell_on_a_page,
}


class FederationController(Controller):
    path = "/auth/federation/{provider:str}"
    tags = ("Federation",)
    dependencies = {
        "federation": Provide(provide_federation_service, sync_to_thread=False),
        "who_is_signed_in": Provide(provide_who_is_signed_in, sync_to_thread=False),
    }

    @get(
        "/start",
        guards=[public("whoever logs in has no session yet")],
        include_in_schema=False,
        exception_handlers=_ON_A_PAGE,
    )
    async def start_federated_log_in(
        self,
        provider: str,
        federation: FederationService,
        client: ClientInfo,
        settings: Settings,
        request: AnyRequest,
        next_path: Annotated[str | None, QueryParameter(name="next")] = None,
    ) -> Redirect:
        """Send the browser to the provider. Only our own pages begin this; other sites could make people switch accounts unawares."""
        if request.headers.get("sec-fetch-site", "none") not in {"same-origin", "none"}:
            raise StartedElsewhere
        departure = await federation.begin_log_in(provider, next_path=next_path, client=client)
        return Redirect(
            departure.authorization_url,
            status_code=HTTP_303_SEE_OTHER,
            headers=_NO_REFERRER,
            cookies=[_departure_cookie(departure, settings)],
        )

    @get(
        "/callback",
        guards=[public("the provider sends the browser here; the attempt's cookie and state say whose it is")],
        include_in_schema=False,
        exception_handlers=_ON_A_PAGE,
    )
    async def finish_federated_log_in(
        self,
        provider: str,
        federation: FederationService,
        who_is_signed_in: Annotated[WhoIsSignedIn, Dependency(skip_validation=True)],
        client: ClientInfo,
        settings: Settings,
        request: AnyRequest,
        code: Text = None,
        returned_state: Annotated[str | None, QueryParameter(name="state", max_length=4096)] = None,
        iss: Text = None,
        error: Text = None,
    ) -> Redirect:
        """Take the browser back: sign in, link, or confirm who it is, whatever it left for."""
        arrival = await federation.arrive(
            provider,
            AuthorizationResponse(code=code, state=returned_state, iss=iss, error=error),
            browser_token=request.cookies.get(settings.federation_cookie),
            previous_token=request.cookies.get(settings.session_cookie),
            who_is_signed_in=who_is_signed_in,
            client=client,
        )
        cookies = [attempt_cookie("", settings, max_age_seconds=0)]
        if arrival.session_token is not None:
            cookies.append(session_cookie(arrival.session_token, settings))
        return Redirect(arrival.path, status_code=HTTP_303_SEE_OTHER, headers=_NO_REFERRER, cookies=cookies)

    @post("/link", guards=[signed_in_recently], status_code=HTTP_200_OK)
    async def begin_linking(
        self,
        provider: str,
        data: ProviderSignIn,
        principal: AnyPrincipal,
        federation: FederationService,
        settings: Settings,
    ) -> Response[ProviderRedirect]:
        """Begin to link an account with the provider to yours; go to the address that comes back."""
        departure = await federation.begin_link(provider, principal, next_path=data.next_path)
        return _to_provider(departure, settings)

    @post("/step-up", guards=[signed_in], status_code=HTTP_200_OK)
    async def begin_federated_step_up(
        self,
        provider: str,
        data: ProviderSignIn,
        principal: AnyPrincipal,
        federation: FederationService,
        settings: Settings,
    ) -> Response[ProviderRedirect]:
        """Begin to prove once more who you are, by logging in at the provider again; for people without password and second factor."""
        departure = await federation.begin_step_up(provider, principal, next_path=data.next_path)
        return _to_provider(departure, settings)


class LinkedAccountController(Controller):
    path = "/me/linked-accounts"
    tags = ("Me",)
    dependencies = {
        "linked_accounts": Provide(provide_linked_account_service, sync_to_thread=False),
    }

    @get("/", guards=[signed_in])
    async def list_linked_accounts(
        self, principal: AnyPrincipal, linked_accounts: LinkedAccountService
    ) -> list[LinkedAccount]:
        """The accounts elsewhere that open yours."""
        return await linked_accounts.list_of(principal.user_id)

    @delete("/{identity_id:uuid}", guards=[signed_in_recently], status_code=HTTP_204_NO_CONTENT)
    async def unlink_account(
        self, identity_id: UUID, principal: AnyPrincipal, linked_accounts: LinkedAccountService, client: ClientInfo
    ) -> None:
        """Let an account elsewhere no longer open yours."""
        await linked_accounts.unlink(principal.user_id, identity_id, client)


def _departure_cookie(departure: Departure, settings: Settings) -> Cookie:
    return attempt_cookie(departure.browser_token, settings, max_age_seconds=int(VALID_FOR.total_seconds()))


def _to_provider(departure: Departure, settings: Settings) -> Response[ProviderRedirect]:
    return Response(
        ProviderRedirect(authorization_url=departure.authorization_url),
        cookies=[_departure_cookie(departure, settings)],
    )
