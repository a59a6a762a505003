import msgspec
from litestar import Controller, get
from litestar.datastructures import State

from app.auth.guards import public
from app.config import DEMO_EMAIL, DEMO_PASSWORD, VERSION, Environment, Settings
from app.federation.providers import Providers


class DemoLogin(msgspec.Struct, frozen=True, kw_only=True):
    email: str
    password: str


class SignInProvider(msgspec.Struct, frozen=True, kw_only=True):
    """Where people may have an account that opens theirs here."""

    id: str
    name: str
    can_step_up: bool


class AppInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What the front end must know before anybody is signed in."""

    environment: Environment
    version: str
    demo_login: DemoLogin | None
    sign_in_providers: list[SignInProvider]


class AppInfoController(Controller):
    path = "/public/app"
    tags = ("Public",)

    @get("/", guards=[public("the log-in page asks before anybody is signed in")])
    async def get_app_info(self, settings: Settings, state: State) -> AppInfo:
        """The environment, the providers to log in with, and in development the demo account."""
        demo_login = DemoLogin(email=DEMO_EMAIL, password=DEMO_PASSWORD) if settings.environment == "local" else None
        providers: Providers = state.providers
        return AppInfo(
            environment=settings.environment,
            version=VERSION,
            demo_login=demo_login,
            sign_in_providers=[
                SignInProvider(id=provider.settings.id, name=provider.settings.name, can_step_up=provider.can_step_up)
                for provider in providers
            ],
        )
