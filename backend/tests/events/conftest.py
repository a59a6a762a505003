from collections.abc import AsyncGenerator, Awaitable, Callable

import httpx
import msgspec
import pytest
from litestar import Litestar
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.db.session import SessionFactory, transaction
from app.events.hub import EventHub
from app.events.services import record_event
from app.lib import clock
from app.lib.ids import new_id
from app.models import TeamEvent
from app.server.app import create_app
from tests.support.live_server import browser, live_server, until
from tests.support.people import Person


class Live(msgspec.Struct):
    """A served application, and browsers for it."""

    app: Litestar
    address: str
    settings: Settings
    clients: list[httpx.AsyncClient]

    @property
    def hub(self) -> EventHub:
        return self.app.state.event_hub

    def client(self, token: str | None) -> httpx.AsyncClient:
        client = browser(self.address, self.settings.session_cookie, token)
        self.clients.append(client)
        return client

    def program(self, credential: str) -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {credential}"}
        client = httpx.AsyncClient(base_url=self.address, headers=headers, timeout=10)
        self.clients.append(client)
        return client


@pytest.fixture
async def live(settings: Settings, committed_sessions: SessionFactory) -> AsyncGenerator[Live]:
    """The application with a pool of its own, LISTENing."""
    app = create_app(settings)
    async with live_server(app) as address:
        served = Live(app, address, settings, [])
        await until(lambda: served.hub.is_listening, what="LISTEN")
        yield served
        for client in served.clients:
            await client.aclose()


type Announce = Callable[..., Awaitable[None]]


@pytest.fixture
def announce(committed_sessions: SessionFactory, committed_owner: Person) -> Announce:
    """Commit events of a team from another connection than the server's."""

    async def commit_events(*marks: str, team: Person = committed_owner) -> None:
        async with transaction(committed_sessions, team.scope) as session:
            for mark in marks:
                add_event(session, team, mark)
                await session.flush()

    return commit_events


def add_event(session: AsyncSession, team: Person, mark: str) -> None:
    record_event(
        session,
        "customer.created",
        team_id=team.team_id,
        subject_type="customer",
        subject_id=new_id(),
        detail={"mark": mark},
    )


async def add_many_events(session: AsyncSession, team: Person, count: int) -> None:
    row = {"team_id": team.team_id, "kind": "customer.created", "subject_type": "customer", "actor_name": None}
    rows = [
        row | {"subject_id": new_id(), "occurred_at": clock.now(), "detail": {"mark": str(number)}}
        for number in range(count)
    ]
    await session.execute(insert(TeamEvent), rows)
