"""The application with providers on loopback: one real OpenID provider, GitHub's HTTP, and one that does as tests please."""

from collections.abc import AsyncGenerator

import httpx
import msgspec
import pytest
from litestar import Litestar

from app.config import ProviderSettings, Settings
from app.db.session import SessionFactory
from app.server.app import create_app
from tests.federation.travel import Traveller
from tests.support import github_stand_in, hostile_provider
from tests.support.github_stand_in import GitHubStandIn, github_app
from tests.support.hostile_provider import HostileProvider, hostile_app
from tests.support.live_server import live_server
from tests.support.oidc_mock import OidcMock, oidc_mock
from tests.support.people import PeopleFactory
from tests.support.transport import asgi_transport


@pytest.fixture(scope="session")
async def mock() -> AsyncGenerator[OidcMock]:
    async with oidc_mock() as provider:
        yield provider


@pytest.fixture(scope="session")
async def _github() -> AsyncGenerator[tuple[GitHubStandIn, str]]:
    github = GitHubStandIn()
    async with live_server(github_app(github)) as address:
        yield github, address


@pytest.fixture(scope="session")
async def _hostile() -> AsyncGenerator[HostileProvider]:
    provider = HostileProvider()
    async with live_server(hostile_app(provider)) as provider.issuer:
        yield provider


@pytest.fixture
def github(_github: tuple[GitHubStandIn, str]) -> GitHubStandIn:
    return _github[0]


@pytest.fixture
def hostile(_hostile: HostileProvider) -> HostileProvider:
    _hostile.reset()
    return _hostile


@pytest.fixture(scope="session")
def federated_settings(
    settings: Settings, mock: OidcMock, _github: tuple[GitHubStandIn, str], _hostile: HostileProvider
) -> Settings:
    providers = (
        ProviderSettings(id="mock", name="Mock", issuer=mock.issuer, client_id="quittance", client_secret="s3cret+/="),
        ProviderSettings(
            id="github",
            name="GitHub",
            issuer=_github[1],
            client_id=github_stand_in.CLIENT_ID,
            client_secret=github_stand_in.CLIENT_SECRET,
            scopes="read:user user:email",
            api_url=_github[1],
        ),
        ProviderSettings(
            id="hostile",
            name="Hostile",
            issuer=_hostile.issuer,
            client_id=hostile_provider.CLIENT_ID,
            client_secret="hostile-secret",
        ),
    )
    return msgspec.structs.replace(settings, providers=providers)


@pytest.fixture
def app(federated_settings: Settings, _shared_sessions: SessionFactory) -> Litestar:
    """As in tests/conftest.py, with providers; made anew for each test, because it remembers their keys."""
    return create_app(federated_settings, sessions=_shared_sessions)


@pytest.fixture
async def people(
    app: Litestar, sessions: SessionFactory, federated_settings: Settings
) -> AsyncGenerator[PeopleFactory]:
    factory = PeopleFactory(sessions, federated_settings, asgi_transport(app))
    yield factory
    for client in factory.clients:
        await client.aclose()


@pytest.fixture
async def browser_over_https(
    federated_settings: Settings, sessions: SessionFactory, _shared_sessions: SessionFactory
) -> AsyncGenerator[httpx.AsyncClient]:
    """At an installation whose cookies are Secure; it sends none by itself."""
    secure = msgspec.structs.replace(federated_settings, app_url="https://quittance.example")
    app = create_app(secure, sessions=_shared_sessions)
    async with PeopleFactory(sessions, secure, asgi_transport(app)).client() as browser:
        yield browser


@pytest.fixture
def traveller(people: PeopleFactory) -> Traveller:
    """A browser that nobody has signed in with."""
    return Traveller(people.client())
