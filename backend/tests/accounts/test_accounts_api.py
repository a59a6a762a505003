import httpx
import pytest
from sqlalchemy import update

from app.config import Settings
from app.db.session import SessionFactory, transaction
from app.models import EmailToken, User
from tests.support.jobs import link_token, mails_to, run_waiting
from tests.support.people import PeopleFactory, Person

PASSWORD = "seven small boats went home"
NEW_PASSWORD = "four unrelated words, honestly"
SIGN_UP = {"name": "Ada", "email": "ada@example.com", "password": PASSWORD, "team_name": "Engines"}


def told(answer: httpx.Response) -> tuple[object, ...]:
    """All that a stranger sees of an answer, but for the random id of the request and how many attempts are left."""
    moving = {"x-request-id", "date", "ratelimit"}
    headers = {name: value for name, value in answer.headers.items() if name not in moving}
    return answer.status_code, answer.json(), headers


async def test_control_05_sign_up_reset_and_resend_answer_alike_for_known_and_unknown_addresses(
    client: httpx.AsyncClient, people: PeopleFactory, statements: list[str]
) -> None:
    await people.sign_up(client, SIGN_UP)
    for path, body in (
        ("/api/auth/sign-up", SIGN_UP),
        ("/api/auth/password-reset", {}),
        ("/api/auth/verify-email/resend", {}),
    ):
        seen: list[tuple[object, ...]] = []
        for email in ("ada@example.com", "bob@example.com"):
            statements.clear()
            answer = await people.client().post(path, json=body | {"email": email})
            status, promise, headers = told(answer)
            assert isinstance(promise, dict)
            assert promise.pop("email") == email
            work = [statement for statement in statements if "SAVEPOINT" not in statement]
            seen.append((status, promise, headers, work))
        assert seen[0] == seen[1], path


async def test_control_05_a_known_address_learns_by_mail_that_it_has_an_account(
    client: httpx.AsyncClient, people: PeopleFactory, sessions: SessionFactory, settings: Settings
) -> None:
    await people.sign_up(client, SIGN_UP)
    await people.client().post("/api/auth/sign-up", json=SIGN_UP)
    await run_waiting(sessions, settings)

    mail = (await mails_to(sessions, "ada@example.com"))[-1]
    assert mail.subject == "You already have an account"
    assert "token=" not in mail.text


async def test_a_stranger_who_signs_up_with_my_address_gains_nothing_by_my_opening_the_link(
    client: httpx.AsyncClient, people: PeopleFactory, sessions: SessionFactory, settings: Settings
) -> None:
    await client.post("/api/auth/sign-up", json=SIGN_UP)
    await run_waiting(sessions, settings)
    token = link_token((await mails_to(sessions, "ada@example.com"))[-1].text)
    mine = {"token": token, "password": "a password of my very own"}

    answer = await client.post("/api/auth/verify-email", json=mine)

    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, "password")
    log_in = {"email": "ada@example.com", "password": PASSWORD}
    assert (await people.client().post("/api/auth/log-in", json=log_in)).status_code == 401
    assert (await people.sign_up(people.client(), SIGN_UP | {"password": NEW_PASSWORD})).status_code == 200
    assert (await people.client().post("/api/auth/log-in", json=log_in)).status_code == 401


async def test_control_06_links_work_once_for_their_own_purpose_and_are_nowhere_stored(
    client: httpx.AsyncClient, people: PeopleFactory, sessions: SessionFactory, settings: Settings
) -> None:
    await client.post("/api/auth/sign-up", json=SIGN_UP)
    await run_waiting(sessions, settings)
    token = link_token((await mails_to(sessions, "ada@example.com"))[-1].text)
    crossed = await client.post(
        "/api/auth/password-reset/complete", json={"token": token, "new_password": NEW_PASSWORD}
    )
    confirmation = {"token": token, "password": PASSWORD}
    statuses = [(await client.post("/api/auth/verify-email", json=confirmation)).status_code for _ in range(2)]

    assert (crossed.status_code, crossed.json()["type"]) == (409, "urn:quittance:problem:link-not-valid")
    assert statuses == [200, 409]


async def test_control_06_a_reset_link_dies_with_the_address_it_was_mailed_to(
    client: httpx.AsyncClient, people: PeopleFactory, sessions: SessionFactory
) -> None:
    await people.sign_up(client, SIGN_UP)
    token = await people.reset_token(client, "ada@example.com")
    async with transaction(sessions) as session:
        await session.execute(update(User).where(User.email == "ada@example.com").values(email="new@example.com"))

    answer = await client.post("/api/auth/password-reset/complete", json={"token": token, "new_password": NEW_PASSWORD})

    assert answer.status_code == 409


async def test_control_06_an_expired_link_is_refused(
    client: httpx.AsyncClient, people: PeopleFactory, sessions: SessionFactory
) -> None:
    await people.sign_up(client, SIGN_UP)
    token = await people.reset_token(client, "ada@example.com")
    async with transaction(sessions) as session:
        await session.execute(update(EmailToken).values(expires_at=EmailToken.created_at))

    answer = await client.post("/api/auth/password-reset/complete", json={"token": token, "new_password": NEW_PASSWORD})

    assert answer.status_code == 409


@pytest.mark.parametrize("has_second_factor", [False, True])
async def test_control_07_a_reset_signs_nobody_in_and_leaves_the_second_factor_due(
    client: httpx.AsyncClient,
    people: PeopleFactory,
    sessions: SessionFactory,
    settings: Settings,
    *,
    has_second_factor: bool,
) -> None:
    await people.sign_up(client, SIGN_UP)
    async with transaction(sessions) as session:
        await session.execute(update(User).values(has_second_factor=has_second_factor))
    browser = people.client()
    token = await people.reset_token(browser, "ada@example.com")
    answer = await browser.post(
        "/api/auth/password-reset/complete", json={"token": token, "new_password": NEW_PASSWORD}
    )

    assert (answer.status_code, "set-cookie" in answer.headers) == (204, False)
    assert (await client.get("/api/me")).status_code == 401, "control 17: the sessions of before have ended"
    log_in = await browser.post("/api/auth/log-in", json={"email": "ada@example.com", "password": NEW_PASSWORD})
    assert log_in.json() == {"is_second_factor_due": has_second_factor}
    await run_waiting(sessions, settings)
    assert (await mails_to(sessions, "ada@example.com"))[-1].subject == "Your password was reset"


async def test_an_address_changes_when_both_sides_have_confirmed(
    owner: Person, sessions: SessionFactory, settings: Settings, people: PeopleFactory
) -> None:
    started = await owner.client.post("/api/me/email-change", json={"new_email": "new@example.com"})
    assert started.status_code == 202, started.text
    await run_waiting(sessions, settings)
    stranger = people.client()
    steps: list[bool] = []
    for address in ("new@example.com", owner.email):
        token = link_token((await mails_to(sessions, address))[-1].text)
        answer = await stranger.post("/api/auth/email-change/confirm", json={"token": token})
        steps.append(answer.json()["is_complete"])

    assert steps == [False, True]
    assert (await owner.client.get("/api/me")).json()["user"]["email"] == "new@example.com"
    await run_waiting(sessions, settings)
    assert (await mails_to(sessions, owner.email))[-1].subject == "Your e-mail address was changed"


async def test_control_05_a_taken_address_is_told_to_its_own_reader_alone(
    owner: Person, people: PeopleFactory, sessions: SessionFactory, settings: Settings
) -> None:
    other = await people.owner("Other")
    answer = await owner.client.post("/api/me/email-change", json={"new_email": other.email})
    await run_waiting(sessions, settings)

    assert answer.status_code == 202
    [mail] = await mails_to(sessions, other.email)
    assert "token=" not in mail.text


async def test_control_18_people_see_and_end_their_own_sessions_and_nobody_elses(
    owner: Person, people: PeopleFactory
) -> None:
    other = await people.owner("Other")
    [mine] = (await owner.client.get("/api/me/sessions")).json()["items"]
    [theirs] = (await other.client.get("/api/me/sessions")).json()["items"]
    foreign = await owner.client.delete(f"/api/me/sessions/{theirs['id']}")

    assert mine["is_current"]
    assert foreign.status_code == 404
    assert (await other.client.get("/api/me")).status_code == 200
    assert (await owner.client.delete(f"/api/me/sessions/{mine['id']}")).status_code == 204
    assert (await owner.client.get("/api/me")).status_code == 401


async def test_control_18_the_list_tells_browsers_apart_and_all_others_end_at_once(
    owner: Person, people: PeopleFactory
) -> None:
    elsewhere = [await people.sign_in_again(owner) for _ in range(2)]
    here, *others = (await owner.client.get("/api/me/sessions")).json()["items"]
    ended = await owner.client.delete("/api/me/sessions")

    assert (here["is_current"], [other["is_current"] for other in others]) == (True, [False, False])
    for session in (here, *others):
        assert (session["kind"], session["ip_address"], session["methods"]) == ("browser", "127.0.0.1", ["pwd"])
        assert session["device"]
        assert session["created_at"] <= session["last_seen_at"] < session["expires_at"]
    assert ended.status_code == 204
    assert [(await client.get("/api/me")).status_code for client in elsewhere] == [401, 401]
    assert (await owner.client.get("/api/me")).status_code == 200
    assert (await owner.client.delete(f"/api/me/sessions/{others[0]['id']}")).status_code == 404, "it has ended"
