"""What the best-known full-stack templates shipped broken, tried here: refresh tokens."""

from datetime import timedelta

from sqlalchemy import select

from app.config import Settings
from app.db.session import SessionFactory, transaction
from app.lib import clock
from app.models import RefreshToken
from tests.api_clients.conftest import connect_client, exchange
from tests.support.jobs import run_task
from tests.support.people import PeopleFactory, Person


async def test_hole_of_litestar_fullstack_the_refusal_of_a_reused_token_rolls_the_revocation_back(
    committed_owner: Person, committed_people: PeopleFactory
) -> None:
    program = committed_people.program()
    stolen = (await connect_client(committed_owner))["refresh_token"]
    tokens = (await exchange(program, stolen)).json()
    with clock.turned_to(clock.now() + timedelta(seconds=30)):
        assert (await exchange(program, stolen)).json()["error"] == "invalid_grant"
        used = await committed_people.program(tokens["access_token"]).get("/api/customers")
        refreshed = await exchange(program, tokens["refresh_token"])

    assert (used.status_code, refreshed.status_code) == (401, 400)


async def test_hole_of_litestar_fullstack_the_clean_up_forgets_which_tokens_were_used(
    committed_owner: Person, committed_people: PeopleFactory, committed_sessions: SessionFactory, settings: Settings
) -> None:
    """Used tokens are kept as long as their family lives: a copy that turns up weeks later still ends it."""
    program, start = committed_people.program(), clock.now()
    stolen = (await connect_client(committed_owner))["refresh_token"]
    newest = (await exchange(program, stolen)).json()["refresh_token"]
    with clock.turned_to(start + timedelta(days=29, hours=23)):
        await run_task(committed_sessions, settings, "daily_cleanup")
        reused = await exchange(program, stolen)
        after = await exchange(program, newest)
    async with transaction(committed_sessions) as session:
        used = [token for token in await session.scalars(select(RefreshToken)) if token.used_at]

    assert used
    assert reused.json()["error"] == after.json()["error"] == "invalid_grant"
