"""Control 17: what ends a person's sessions ends them everywhere and at once, with the tokens of their programs."""

from collections.abc import Awaitable, Callable

import httpx
import msgspec
import pytest

from app.config import Settings
from app.db.session import SessionFactory
from tests.api_clients.conftest import exchange, make_key, tokens_for
from tests.second_factors.conftest import PASSWORD, Factors
from tests.support.administrators import administrator
from tests.support.people import PeopleFactory, Person

NEW_PASSWORD = "four unrelated words"


class Credentials(msgspec.Struct):
    """All that opens Ada's account besides her password."""

    ada: Person
    elsewhere: httpx.AsyncClient
    refresh_token: str
    access: httpx.AsyncClient
    api_key: httpx.AsyncClient
    admin: Person
    people: PeopleFactory

    async def works(self) -> dict[str, bool]:
        refreshed = await exchange(self.people.program(), self.refresh_token)
        if refreshed.is_success:
            self.refresh_token = refreshed.json()["refresh_token"]
        return {
            "session": (await self.people.client(self.ada.token).get("/api/customers")).is_success,
            "session elsewhere": (await self.elsewhere.get("/api/customers")).is_success,
            "access token": (await self.access.get("/api/customers")).is_success,
            "refresh token": refreshed.is_success,
            "API key": (await self.api_key.get("/api/customers")).is_success,
        }


@pytest.fixture
async def credentials(
    owner: Person, people: PeopleFactory, sessions: SessionFactory, settings: Settings
) -> Credentials:
    factors = Factors(sessions, settings, people)
    await factors.give_password(owner)
    tokens = await tokens_for(owner, people.program())
    held = Credentials(
        ada=owner,
        elsewhere=await factors.log_in(owner),
        refresh_token=tokens["refresh_token"],
        access=people.program(tokens["access_token"]),
        api_key=people.program((await make_key(owner))["key"]),
        admin=await administrator(people, sessions),
        people=people,
    )
    assert all((await held.works()).values())
    return held


async def _disabled(held: Credentials) -> httpx.Response:
    path = f"/api/admin/users/{held.ada.user_id}/disable"
    return await held.admin.client.post(path, json={"reason": "Her laptop was stolen"})


async def _signed_out_by_the_administration(held: Credentials) -> httpx.Response:
    return await held.admin.client.post(f"/api/admin/users/{held.ada.user_id}/end-sessions")


async def _password_changed(held: Credentials) -> httpx.Response:
    change = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    return await held.ada.client.post("/api/me/password", json=change)


async def _password_reset(held: Credentials) -> httpx.Response:
    stranger = held.people.client()
    token = await held.people.reset_token(stranger, held.ada.email)
    return await stranger.post("/api/auth/password-reset/complete", json={"token": token, "new_password": NEW_PASSWORD})


# A key belongs to the team's machines: it outlives its maker's password, and ends with the account.
@pytest.mark.parametrize(
    ("end", "keys_go_on"),
    [
        (_disabled, False),
        (_signed_out_by_the_administration, True),
        (_password_changed, True),
        (_password_reset, True),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
async def test_control_17_sessions_refresh_tokens_and_access_tokens_end_at_once(
    credentials: Credentials, end: Callable[[Credentials], Awaitable[httpx.Response]], *, keys_go_on: bool
) -> None:
    ended = await end(credentials)

    assert ended.status_code == 204, ended.text
    works = await credentials.works()
    assert works.pop("API key") is keys_go_on
    assert works == dict.fromkeys(works, False)


async def test_control_17_logging_out_ends_this_browser_and_no_other(credentials: Credentials) -> None:
    assert (await credentials.ada.client.post("/api/auth/log-out")).status_code == 204

    works = await credentials.works()
    assert works.pop("session") is False
    assert all(works.values())
