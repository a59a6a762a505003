"""What the best-known full-stack templates shipped broken, tried here: accounts and sessions.

Teams, sign-in with providers, second factors and tokens have a file of this name each. Holes without a counterpart here:

| template | hole | why it cannot be here |
|---|---|---|
| litestar-fullstack | fresh clone fails: port, git-ignored mail templates | nothing to do with authorization; `make first-run` |
| litestar-fullstack | sample names variables that nobody reads; no worker runs | likewise; tests/test_config.py and `make doctor` |
| litestar-fullstack | access token in localStorage | browsers get no token at all: the first test below |
| litestar-fullstack | the token's subject is the address | sessions name a row, tokens an id: the last but one test below |
| full-stack-fastapi-template | a superuser made with a default password | `litestar users create-admin` asks for one |
| full-stack-fastapi-template | `POST /private/users` in development | no such route; development's are listed in tests/auth/policies.py |
| saas-starter, open-saas, next-forge | payments and their webhooks | this product charges nobody |
| boxyhq | avatars as data: addresses; SAML | nothing is uploaded; no SAML |
| next-forge, cookiecutter-django | authorization is a service's or a library's | no code of theirs to have a hole in |
"""

import asyncio

import httpx
import pytest
from sqlalchemy import select, update

from app.config import Settings
from app.db.session import SessionFactory, transaction
from app.lib import clock
from app.models import User
from tests.support.jobs import link_token, mails_to, run_waiting
from tests.support.people import PeopleFactory, Person

PASSWORD = "four unrelated words"
ADA = {"name": "Ada", "email": "ada@example.com", "password": PASSWORD, "team_name": "Engines"}
UNKNOWN = "nobody-has-this@example.com"
PRIVILEGES = {"is_platform_admin": True, "is_superuser": True, "isAdmin": True, "role": "owner", "roles": ["superuser"]}


@pytest.fixture
async def ada(client: httpx.AsyncClient, people: PeopleFactory) -> httpx.AsyncClient:
    """The browser of somebody who signed up."""
    assert (await people.sign_up(client, ADA)).status_code == 200
    return client


async def test_hole_of_fastapi_template_a_browser_holds_a_token_that_scripts_can_read(
    people: PeopleFactory, ada: httpx.AsyncClient, settings: Settings
) -> None:
    answer = await people.client().post("/api/auth/log-in", json={"email": ADA["email"], "password": PASSWORD})
    (session,) = [set_ for set_ in answer.headers.get_list("set-cookie") if set_.startswith(settings.session_cookie)]

    assert answer.json() == {"is_second_factor_due": False}
    assert {"HttpOnly", "SameSite=lax"} <= {part.strip() for part in session.split(";")}


async def test_hole_of_fastapi_template_logging_out_leaves_the_credential_alive(
    people: PeopleFactory, owner: Person
) -> None:
    assert (await owner.client.post("/api/auth/log-out")).status_code == 204

    assert (await people.client(owner.token).get("/api/me")).status_code == 401


async def test_hole_of_litestar_inertia_a_session_id_chosen_before_signing_in_is_signed_in(
    people: PeopleFactory, ada: httpx.AsyncClient, settings: Settings
) -> None:
    planted = "a-session-id-that-the-attacker-chose-and-planted"
    browser = people.client(planted)
    answer = await browser.post("/api/auth/log-in", json={"email": ADA["email"], "password": PASSWORD})

    assert answer.status_code == 200
    assert answer.cookies[settings.session_cookie] != planted
    assert (await people.client(planted).get("/api/me")).status_code == 401


async def test_hole_of_litestar_inertia_a_request_in_flight_signs_in_again_who_logged_out(
    committed_people: PeopleFactory, committed_owner: Person
) -> None:
    in_flight = [asyncio.create_task(committed_owner.client.get("/api/me")) for _ in range(20)]
    await asyncio.sleep(0)
    await committed_owner.client.post("/api/auth/log-out")
    answers = await asyncio.gather(*in_flight)

    assert {answer.status_code for answer in answers} <= {200, 401}
    assert (await committed_people.client(committed_owner.token).get("/api/me")).status_code == 401


async def test_hole_of_litestar_fullstack_asking_to_confirm_an_address_answers_with_the_token(
    client: httpx.AsyncClient, people: PeopleFactory, sessions: SessionFactory, settings: Settings
) -> None:
    told = [
        await client.post("/api/auth/sign-up", json=ADA),
        await client.post("/api/auth/verify-email/resend", json={"email": ADA["email"]}),
        await client.post("/api/auth/password-reset", json={"email": ADA["email"]}),
    ]
    await run_waiting(sessions, settings)
    mailed = [link_token(mail.text) for mail in await mails_to(sessions, ADA["email"])]

    assert mailed
    for answer in told:
        assert answer.json() == {"email": ADA["email"], "valid_minutes": answer.json()["valid_minutes"]}
        assert not [token for token in mailed if token in answer.text or token in str(answer.headers)]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/team/invitations", {"email": "guest@example.com", "role": "viewer"}),
        ("/api/api-keys", {"name": "Export", "scopes": ["customers:read"]}),
        ("/api/api-clients", {"name": "Sync", "scopes": ["customers:read"]}),
    ],
)
async def test_hole_of_litestar_fullstack_nobody_asks_whether_the_address_was_confirmed(
    owner: Person, sessions: SessionFactory, path: str, body: dict[str, object]
) -> None:
    async with transaction(sessions) as session:
        await session.execute(update(User).where(User.id == owner.user_id).values(email_verified_at=None))
    answer = await owner.client.post(path, json=body)

    assert (answer.status_code, answer.json()["type"]) == (403, "urn:quittance:problem:email-not-verified")


async def test_hole_of_litestar_fullstack_sign_up_signs_in_before_the_address_is_confirmed(
    client: httpx.AsyncClient, settings: Settings
) -> None:
    answer = await client.post("/api/auth/sign-up", json=ADA)

    assert settings.session_cookie not in answer.cookies
    assert (await client.get("/api/me")).status_code == 401
    log_in = {"email": ADA["email"], "password": PASSWORD}
    assert (await client.post("/api/auth/log-in", json=log_in)).status_code == 401


async def test_hole_of_litestar_fullstack_a_changed_password_leaves_other_sessions_open(
    people: PeopleFactory, ada: httpx.AsyncClient
) -> None:
    thief = people.client()
    await thief.post("/api/auth/log-in", json={"email": ADA["email"], "password": PASSWORD})
    assert (await thief.get("/api/me")).status_code == 200
    change = {"current_password": PASSWORD, "new_password": "another four words"}
    assert (await ada.post("/api/me/password", json=change)).status_code == 204

    assert (await thief.get("/api/me")).status_code == 401
    assert (await ada.get("/api/me")).status_code == 200


async def test_hole_of_litestar_fullstack_a_reset_password_leaves_sessions_open(
    people: PeopleFactory, ada: httpx.AsyncClient
) -> None:
    token = await people.reset_token(people.client(), ADA["email"])
    body = {"token": token, "new_password": "another four words"}
    assert (await people.client().post("/api/auth/password-reset/complete", json=body)).status_code == 204

    assert (await ada.get("/api/me")).status_code == 401


async def test_hole_of_fastapi_template_a_reset_link_sets_one_password_after_another(
    people: PeopleFactory, ada: httpx.AsyncClient
) -> None:
    token = await people.reset_token(people.client(), ADA["email"])
    statuses = [
        (await people.client().post("/api/auth/password-reset/complete", json={"token": token, "new_password": new}))
        for new in ("another four words", "the attackers own words")
    ]

    assert [answer.status_code for answer in statuses] == [204, 409]
    log_in = {"email": ADA["email"], "password": "the attackers own words"}
    assert (await people.client().post("/api/auth/log-in", json=log_in)).status_code == 401


async def test_hole_of_fastapi_template_an_earlier_reset_link_outlives_a_changed_password(
    people: PeopleFactory, ada: httpx.AsyncClient
) -> None:
    token = await people.reset_token(people.client(), ADA["email"])
    change = {"current_password": PASSWORD, "new_password": "another four words"}
    assert (await ada.post("/api/me/password", json=change)).status_code == 204
    body = {"token": token, "new_password": "the attackers own words"}

    assert (await people.client().post("/api/auth/password-reset/complete", json=body)).status_code == 409


async def test_hole_of_fastapi_template_recovery_tells_which_addresses_have_an_account(
    people: PeopleFactory, ada: httpx.AsyncClient
) -> None:
    known, unknown = [
        await people.client().post("/api/auth/password-reset", json={"email": email})
        for email in (ADA["email"], UNKNOWN)
    ]

    assert known.status_code == unknown.status_code == 202
    assert known.json() | {"email": ""} == unknown.json() | {"email": ""}


async def test_hole_of_litestar_fullstack_log_in_tells_who_has_no_password(
    people: PeopleFactory, ada: httpx.AsyncClient, sessions: SessionFactory
) -> None:
    """Somebody who signs in with a provider only, somebody unknown, and a wrong password: one answer, to the full stop."""
    federated = await people.owner("Federated")
    async with transaction(sessions) as session:
        await session.execute(update(User).where(User.id == federated.user_id).values(password_hash=None))
    answers = [
        await people.client().post("/api/auth/log-in", json={"email": email, "password": "not this one at all"})
        for email in (ADA["email"], federated.email, UNKNOWN)
    ]

    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1


async def test_hole_of_litestar_fullstack_a_new_address_ends_or_moves_the_session(
    owner: Person, people: PeopleFactory, sessions: SessionFactory
) -> None:
    """Sessions name a row: who takes over the old address gains nothing, and who left it loses nothing."""
    async with transaction(sessions) as session:
        await session.execute(update(User).where(User.id == owner.user_id).values(email="new@example.com"))
    successor = await people.owner("Successors")
    async with transaction(sessions) as session:
        await session.execute(update(User).where(User.id == successor.user_id).values(email=owner.email))

    assert (await owner.client.get("/api/me")).json()["user"]["id"] == str(owner.user_id)
    assert (await successor.client.get("/api/me")).json()["user"]["id"] == str(successor.user_id)


@pytest.mark.parametrize("privilege", PRIVILEGES)
async def test_hole_of_open_saas_people_make_themselves_administrators(
    owner: Person, client: httpx.AsyncClient, sessions: SessionFactory, privilege: str
) -> None:
    extra = {privilege: PRIVILEGES[privilege]}
    answers = [
        await owner.client.patch("/api/me", json={"name": "Ada"} | extra),
        await client.post("/api/auth/sign-up", json=ADA | extra),
        await owner.client.post("/api/me/teams", json={"name": "Mine"} | extra),
    ]

    for answer in answers:
        assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, privilege)
    async with transaction(sessions, owner.scope) as session:
        assert (await session.scalars(select(User.is_platform_admin))).all() == [False]


async def test_hole_of_litestar_fullstack_ending_a_session_leaves_it_a_quarter_of_an_hour(
    people: PeopleFactory, ada: httpx.AsyncClient
) -> None:
    other = people.client()
    await other.post("/api/auth/log-in", json={"email": ADA["email"], "password": PASSWORD})
    sessions = (await ada.get("/api/me/sessions")).json()["items"]
    (ended,) = [item["id"] for item in sessions if not item["is_current"]]
    with clock.turned_to(clock.now()):
        assert (await ada.delete(f"/api/me/sessions/{ended}")).status_code == 204
        assert (await other.get("/api/me")).status_code == 401


@pytest.mark.parametrize("path", ["/saq", "/saq/api/queues", "/saq/api/queues/default/jobs/none/abort"])
async def test_hole_of_litestar_fullstack_the_queues_page_is_open_to_whoever_finds_it(
    owner: Person, people: PeopleFactory, path: str
) -> None:
    method = "POST" if path.endswith("abort") else "GET"

    assert (await people.client().request(method, path)).status_code == 401
    assert (await owner.client.request(method, path)).status_code == 403
