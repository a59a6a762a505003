from litestar import Controller, patch
from litestar.di import Provide

from app.auth.caller import AnyPrincipal
from app.auth.guards import signed_in
from app.users.deps import provide_user_service
from app.users.schemas import User, UserUpdate
from app.users.services import UserService, to_schema


class ProfileController(Controller):
    path = "/me"
    tags = ("Me",)
    dependencies = {"users": Provide(provide_user_service, sync_to_thread=False)}

    @patch("/", guards=[signed_in])
    async def update_me(self, data: UserUpdate, principal: AnyPrincipal, users: UserService) -> User:
        """Change your own name."""
        user = await users.rename(principal.user_id, data.name)
        return to_schema(user)
