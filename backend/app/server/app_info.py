import msgspec
from litestar import Controller, get

from app.auth.guards import public
from app.config import DEMO_EMAIL, DEMO_PASSWORD, VERSION, Environment, Settings


class DemoLogin(msgspec.Struct, frozen=True, kw_only=True):
    email: str
    password: str


class AppInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What the front end must know before anybody is signed in."""

    environment: Environment
    version: str
    demo_login: DemoLogin | None


class AppInfoController(Controller):
    path = "/public/app"
    tags = ("Public",)

    @get("/", guards=[public("the log-in page asks before anybody is signed in")])
    async def get_app_info(self, settings: Settings) -> AppInfo:
        """The environment, and in development the demo account."""
        demo_login = DemoLogin(email=DEMO_EMAIL, password=DEMO_PASSWORD) if settings.environment == "local" else None
        return AppInfo(environment=settings.environment, version=VERSION, demo_login=demo_login)
