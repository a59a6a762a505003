from litestar import Controller, Response, patch, post
from litestar.di import Provide
from litestar.status_codes import HTTP_204_NO_CONTENT

from app.auth.caller import Caller
from app.auth.client import ClientInfo
from app.auth.cookies import session_cookie
from app.auth.guards import signed_in
from app.auth.rate_limits import RateLimiter
from app.auth.services import SessionService
from app.config import Settings
from app.users.deps import provide_session_service, provide_user_service
from app.users.schemas import PasswordChange, User, UserUpdate
from app.users.services import UserService


class ProfileController(Controller):
    path = "/me"
    tags = ("Me",)
    dependencies = {
        "users": Provide(provide_user_service, sync_to_thread=False),
        "browser_sessions": Provide(provide_session_service, sync_to_thread=False),
    }

    @patch("/", guards=[signed_in])
    async def update_me(self, data: UserUpdate, caller: Caller, users: UserService) -> User:
        """Change your own name."""
        user = await users.rename(caller.user_id, data.name)
        return User(id=user.id, name=user.name, email=user.email)

    @post("/password", guards=[signed_in], status_code=HTTP_204_NO_CONTENT)
    async def change_password(
        self,
        data: PasswordChange,
        caller: Caller,
        users: UserService,
        browser_sessions: SessionService,
        limiter: RateLimiter,
        client: ClientInfo,
        settings: Settings,
    ) -> Response[None]:
        """Change your password; every other session of yours ends, and this one gets a new id."""
        await users.change_password(
            caller.user_id, current=data.current_password, new=data.new_password, limiter=limiter
        )
        await browser_sessions.end_all_of(caller.user_id)
        token = browser_sessions.start(
            caller.user_id, caller.team_id, user_agent=client.user_agent, ip_address=client.ip_address
        )
        return Response(None, status_code=HTTP_204_NO_CONTENT, cookies=[session_cookie(token, settings)])
