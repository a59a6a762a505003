from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import Provide
from litestar.openapi.datastructures import ResponseSpec
from litestar.status_codes import HTTP_200_OK, HTTP_201_CREATED, HTTP_204_NO_CONTENT

from app.access.deps import provide_access_service
from app.access.schemas import LogIn, Me, SignUp, TeamSummary
from app.access.services import AccessService
from app.auth.caller import Caller
from app.auth.client import ClientInfo
from app.auth.cookies import expired_session_cookie, session_cookie
from app.auth.errors import WrongCredentials
from app.auth.guards import public, signed_in
from app.auth.known_browsers import known_browser, known_browser_cookie
from app.auth.permissions import ROLE_PERMISSIONS
from app.config import Settings
from app.lib.problems import MEDIA_TYPE, Problem
from app.models import Role, Team, User
from app.users.schemas import User as UserSchema


class AccessController(Controller):
    path = "/auth"
    tags = ("Access",)
    dependencies = {"access": Provide(provide_access_service, sync_to_thread=False)}

    @post("/sign-up", guards=[public("whoever signs up has no account yet")])
    async def sign_up(
        self, data: SignUp, access: AccessService, client: ClientInfo, settings: Settings
    ) -> Response[Me]:
        """Create an account and a team of its own, and sign in."""
        user, team, token = await access.sign_up(data, client)
        me = _me(user, team, Role.OWNER)
        cookies = [session_cookie(token, settings), known_browser_cookie(user.email, settings)]
        return Response(me, status_code=HTTP_201_CREATED, cookies=cookies)

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
    ) -> Response[Me]:
        """Sign in with e-mail address and password."""
        previous_token = request.cookies.get(settings.session_cookie)
        browser = known_browser(request.cookies.get(settings.known_browser_cookie), data.email, settings)
        user, team, role, token = await access.log_in(
            data, client, previous_token=previous_token, known_browser=browser
        )
        cookies = [session_cookie(token, settings), known_browser_cookie(user.email, settings)]
        return Response(_me(user, team, role), cookies=cookies)

    @post("/log-out", guards=[signed_in], status_code=HTTP_204_NO_CONTENT)
    async def log_out(self, caller: Caller, access: AccessService, settings: Settings) -> Response[None]:
        """End this session, everywhere and at once."""
        await access.log_out(caller)
        return Response(None, status_code=HTTP_204_NO_CONTENT, cookies=[expired_session_cookie(settings)])


class MeController(Controller):
    path = "/me"
    tags = ("Me",)

    @get("/", guards=[signed_in])
    async def get_me(self, caller: Caller) -> Me:
        """Who you are, in which team, and what you may do."""
        return Me(
            user=UserSchema(id=caller.user_id, name=caller.user_name, email=caller.email),
            team=TeamSummary(id=caller.team_id, name=caller.team_name),
            role=caller.role,
            permissions=sorted(caller.permissions),
        )


def _me(user: User, team: Team, role: Role) -> Me:
    return Me(
        user=UserSchema(id=user.id, name=user.name, email=user.email),
        team=TeamSummary(id=team.id, name=team.name),
        role=role,
        permissions=sorted(ROLE_PERMISSIONS[role]),
    )
