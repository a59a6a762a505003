"""Looking through another person's eyes: with a reason, for an hour, read-only, told to the person, and written down."""

from collections import defaultdict
from datetime import timedelta

import httpx
import pytest
from litestar import Litestar
from sqlalchemy import select, text

from app.auth.guards import Identified, PlatformAdmin, Public, Requires, SignedIn
from app.auth.permissions import BROWSER_ONLY
from app.config import Settings
from app.db.session import SessionFactory, transaction
from app.lib import clock
from app.models import Impersonation, JobRun, Session, TeamEvent, User
from tests.auth.policies import Endpoint, endpoints
from tests.support.administrators import administrator, impersonating
from tests.support.jobs import mails_to, run_waiting
from tests.support.people import PeopleFactory, Person

CUSTOMER = {"name": "Someone", "email": "someone@example.com", "currency": "EUR"}


@pytest.fixture
async def admin(committed_people: PeopleFactory, committed_sessions: SessionFactory) -> Person:
    return await administrator(committed_people, committed_sessions)


@pytest.fixture
async def person(committed_people: PeopleFactory) -> Person:
    return await committed_people.owner("Northwind")


async def _start(admin: Person, person: Person, **body: object) -> httpx.Response:
    return await admin.client.post(
        f"/api/admin/users/{person.user_id}/impersonate", json={"reason": "Ticket 4711"} | body
    )


async def _looking(people: PeopleFactory, admin: Person, person: Person, **body: object) -> Person:
    answer = await _start(admin, person, **body)
    assert answer.status_code == 200, answer.text
    return impersonating(people, answer, person)


async def test_the_administrator_sees_what_the_person_sees_and_everybody_is_told(
    admin: Person, person: Person, committed_people: PeopleFactory, committed_sessions: SessionFactory
) -> None:
    seen = await _looking(committed_people, admin, person)
    assert seen.token != admin.token
    me = (await seen.client.get("/api/me")).json()
    own_log = (await person.client.get("/api/me/audit-log")).json()["items"]

    assert me["user"]["id"] == str(person.user_id)
    assert (me["impersonation"]["administrator_name"], me["impersonation"]["reason"]) == (admin.name, "Ticket 4711")
    assert me["impersonation"]["is_read_only"]
    entry = next(entry for entry in own_log if entry["target_type"] == "impersonation")
    assert (entry["actor_name"], entry["action"], entry["ip_address"]) == (admin.name, "start_impersonation", None)
    async with transaction(committed_sessions) as session:
        run = (await session.scalars(select(JobRun).where(JobRun.task == "send_impersonation_notice"))).one()
        impersonation = (await session.scalars(select(Impersonation))).one()
    assert run.arguments == {"impersonation_id": str(impersonation.id)}
    assert run.requested_by_id == admin.user_id
    assert impersonation.expires_at - impersonation.started_at == timedelta(minutes=60)


async def test_the_person_is_told_by_mail_who_looked_and_why(
    admin: Person, person: Person, committed_sessions: SessionFactory, settings: Settings
) -> None:
    await _start(admin, person)
    async with transaction(committed_sessions) as session:
        email = (await session.get_one(User, person.user_id)).email

    assert "send_impersonation_notice" in await run_waiting(committed_sessions, settings)

    (mail,) = await mails_to(committed_sessions, email)
    assert admin.name in mail.text
    assert "Ticket 4711" in mail.text


async def test_the_cookie_of_an_impersonation_never_becomes_an_administrators(
    admin: Person, person: Person, committed_people: PeopleFactory
) -> None:
    seen = await _looking(committed_people, admin, person)

    assert (await committed_people.client(admin.token).get("/api/me")).status_code == 401, "their own session ended"
    assert (await seen.client.get("/api/admin/overview")).status_code == 403
    ended = await seen.client.post("/api/auth/impersonation/end")
    assert ended.status_code == 204
    assert "max-age=0" in ended.headers["set-cookie"].lower()
    assert (await committed_people.client(seen.token).get("/api/me")).status_code == 401


async def test_it_is_over_after_an_hour(admin: Person, person: Person, committed_people: PeopleFactory) -> None:
    seen = await _looking(committed_people, admin, person)
    start = clock.now()

    with clock.turned_to(start + timedelta(minutes=59)):
        assert (await seen.client.get("/api/me")).status_code == 200
    with clock.turned_to(start + timedelta(minutes=61)):
        assert (await seen.client.get("/api/me")).status_code == 401


async def test_nobody_looks_through_an_administrators_or_a_disabled_persons_eyes(
    admin: Person, person: Person, committed_people: PeopleFactory, committed_sessions: SessionFactory
) -> None:
    other = await administrator(committed_people, committed_sessions, "Other")
    async with transaction(committed_sessions) as session:
        (await session.get_one(User, person.user_id)).disabled_at = clock.now()

    assert [(await _start(admin, target)).status_code for target in (admin, other, person)] == [409, 409, 409]
    assert (await _start(admin, person, reason=" ")).status_code in {400, 422}


async def test_only_a_team_of_the_persons_can_be_looked_at(
    admin: Person, person: Person, committed_people: PeopleFactory
) -> None:
    stranger = await committed_people.owner("Strangers")

    assert (await _start(admin, person, team_id=str(stranger.team_id))).status_code == 404
    assert (await _start(admin, person, team_id=str(person.team_id))).status_code == 200


def _writes(app: Litestar) -> list[Endpoint]:
    return [
        endpoint
        for endpoint in endpoints(app)
        if endpoint.policy is not None
        and endpoint.method not in {"GET", "HEAD", "OPTIONS"}
        and not isinstance(endpoint.policy, Public | Identified)
    ]


async def _refusals(app: Litestar, person: Person) -> dict[str, str]:
    some_id = str(person.user_id)
    ids = defaultdict[str, str](lambda: some_id)
    answers = {
        endpoint.id: await person.client.request(endpoint.method, endpoint.url(ids), json=endpoint.body(ids))
        for endpoint in _writes(app)
    }
    return {
        name: answer.json()["type"].rpartition(":")[2] if answer.status_code == 403 else str(answer.status_code)
        for name, answer in answers.items()
    }


async def test_a_read_only_impersonation_changes_nothing_by_any_route(
    committed_app: Litestar, admin: Person, person: Person, committed_people: PeopleFactory
) -> None:
    seen = await _looking(committed_people, admin, person)
    refusals = await _refusals(committed_app, seen)
    by_policy = {endpoint.id: endpoint.policy for endpoint in _writes(committed_app)}

    assert len(refusals) > 20
    for name, refusal in refusals.items():
        expected = "missing-permission" if isinstance(by_policy[name], PlatformAdmin) else "impersonation-is-read-only"
        assert refusal == expected, name


async def test_one_that_may_write_still_leaves_the_account_and_the_teams_own_affairs_alone(
    committed_app: Litestar, admin: Person, person: Person, committed_people: PeopleFactory
) -> None:
    seen = await _looking(committed_people, admin, person, is_read_only=False)
    refusals = await _refusals(committed_app, seen)

    for endpoint in _writes(committed_app):
        match endpoint.policy:
            case PlatformAdmin():
                assert refusals[endpoint.id] == "missing-permission"
            case SignedIn():
                assert refusals[endpoint.id] == "not-while-impersonating", endpoint.id
            case Requires(permission=permission, is_fresh=is_fresh) if is_fresh or permission in BROWSER_ONLY:
                assert refusals[endpoint.id] == "not-while-impersonating", endpoint.id
            case _:
                assert refusals[endpoint.id] not in {"not-while-impersonating", "impersonation-is-read-only"}


async def test_what_is_written_in_somebodys_name_names_both(
    admin: Person, person: Person, committed_people: PeopleFactory, committed_sessions: SessionFactory
) -> None:
    seen = await _looking(committed_people, admin, person, is_read_only=False)
    assert (await seen.client.post("/api/customers", json=CUSTOMER)).status_code == 201

    entry = (await person.client.get("/api/audit-log")).json()["items"][0]
    async with transaction(committed_sessions, person.scope) as session:
        event = (await session.scalars(select(TeamEvent).order_by(TeamEvent.id.desc()))).first()
    assert (entry["actor_id"], entry["impersonator_id"]) == (str(person.user_id), str(admin.user_id))
    assert (entry["impersonator_name"], entry["ip_address"]) == (admin.name, None)
    assert event is not None
    assert event.actor_name == f"{admin.name}, as {person.name}"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE users SET is_platform_admin = false WHERE id = :admin",
        "UPDATE users SET disabled_at = now() WHERE id = :admin",
        "UPDATE users SET disabled_at = now() WHERE id = :person",
        "UPDATE users SET is_platform_admin = true WHERE id = :person",
        "DELETE FROM users WHERE id = :admin",
    ],
)
async def test_it_ends_when_one_of_the_two_is_no_longer_who_they_were(
    admin: Person,
    person: Person,
    committed_people: PeopleFactory,
    committed_sessions: SessionFactory,
    statement: str,
) -> None:
    seen = await _looking(committed_people, admin, person)
    async with transaction(committed_sessions) as session:
        await session.execute(
            text(statement).bindparams(
                **{name: who.user_id for name, who in (("admin", admin), ("person", person)) if f":{name}" in statement}
            )
        )

    assert (await seen.client.get("/api/me")).status_code == 401


async def test_logging_out_ends_it_too(
    admin: Person, person: Person, committed_people: PeopleFactory, committed_sessions: SessionFactory
) -> None:
    seen = await _looking(committed_people, admin, person)
    assert (await seen.client.post("/api/auth/log-out")).status_code == 204

    async with transaction(committed_sessions) as session:
        assert (await session.scalars(select(Impersonation))).one().ended_at is not None
        live = select(Session).where(Session.impersonation_id.is_not(None), Session.revoked_at.is_(None))
        assert (await session.scalars(live)).all() == []


async def test_whoever_is_themselves_has_nothing_to_end(person: Person) -> None:
    assert (await person.client.post("/api/auth/impersonation/end")).status_code == 409
