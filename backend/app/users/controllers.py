from litestar import Controller, Response, patch, post
from litestar.di import Provide
from litestar.status_codes import HTTP_204_NO_CONTENT

from app.auth.caller import AnyPrincipal
from app.auth.cookies import session_cookie
from app.auth.guards import signed_in
from app.auth.rate_limits import RateLimiter
from app.auth.services import SessionService
from app.config import Settings
from app.models import AuthenticationMethod
from app.users.deps import provide_session_service, provide_user_service
from app.users.schemas import PasswordChange, User, UserUpdate
from app.users.services import UserService, to_schema


class ProfileController(Controller):
    path = "/me"
    tags = ("Me",)
    dependencies = {
        "users": Provide(provide_user_service, sync_to_thread=False),
        "browser_sessions": Provide(provide_session_service, sync_to_thread=False),
    }

    @patch("/", guards=[signed_in])
    async def update_me(self, data: UserUpdate, principal: AnyPrincipal, users: UserService) -> User:
        """Change your own name."""
        user = await users.rename(principal.user_id, data.name)
        return to_schema(user)

    @post("/password", guards=[signed_in], status_code=HTTP_204_NO_CONTENT)
    async def change_password(
        self,
        data: PasswordChange,
        principal: AnyPrincipal,
        users: UserService,
        browser_sessions: SessionService,
        limiter: RateLimiter,
        settings: Settings,
    ) -> Response[None]:
        """Change your password; every other session of yours ends, and this one gets a new id."""
        await users.change_password(
            principal.user_id, current=data.current_password, new=data.new_password, limiter=limiter
        )
        await browser_sessions.end_all_of(principal.user_id, except_id=principal.credential_id)
        token = await browser_sessions.renew(principal.credential_id, proven_by=[AuthenticationMethod.PASSWORD])
        return Response(None, status_code=HTTP_204_NO_CONTENT, cookies=[session_cookie(token, settings)])
