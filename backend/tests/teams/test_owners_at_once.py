"""Two owners decide on each other, or go, at the same moment: whoever is first is answered, and an owner is left."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import combinations_with_replacement

import httpx
import pytest
from sqlalchemy import select

from app.db.session import SessionFactory, transaction
from app.models import Membership, Role
from tests.support.people import PeopleFactory, Person

type Move = Callable[[Person, Person], Awaitable[httpx.Response]]

MOVES: dict[str, Move] = {
    "demotes the other": lambda one, other: one.client.patch(
        f"/api/team/members/{other.user_id}", json={"role": "viewer"}
    ),
    "removes the other": lambda one, other: one.client.delete(f"/api/team/members/{other.user_id}"),
    "steps down": lambda one, _: one.client.patch(f"/api/team/members/{one.user_id}", json={"role": "admin"}),
    "leaves": lambda one, _: one.client.delete(f"/api/me/teams/{one.team_id}"),
    "hands over": lambda one, other: one.client.post(
        "/api/team/ownership", json={"user_id": str(other.user_id), "is_handover": True}
    ),
}


@pytest.mark.parametrize(("first", "second"), [*combinations_with_replacement(MOVES, 2)])
async def test_control_32_an_owner_is_left_whatever_two_owners_do_at_once(
    committed_owner: Person,
    committed_people: PeopleFactory,
    committed_sessions: SessionFactory,
    first: str,
    second: str,
) -> None:
    one, other = committed_owner, await committed_people.member(committed_owner.team_id, Role.OWNER)
    answers = await asyncio.gather(MOVES[first](one, other), MOVES[second](other, one))

    assert all(answer.is_success or answer.status_code in {403, 404, 409} for answer in answers), [
        answer.text for answer in answers
    ]
    assert any(answer.is_success for answer in answers)
    async with transaction(committed_sessions, committed_owner.scope) as session:
        roles = [*await session.scalars(select(Membership.role).where(Membership.team_id == one.team_id))]
    assert Role.OWNER in roles
