import httpx
import pytest
from litestar import Litestar

from app.config import Settings
from tests.support.people import PeopleFactory, Person
from tests.support.transport import asgi_transport

SIGN_UP = {"name": "Ada Byron", "email": "Ada@Example.com", "password": "correct horse battery", "team_name": "Engines"}


async def test_sign_up_creates_person_and_team_and_signs_in(client: httpx.AsyncClient, people: PeopleFactory) -> None:
    answer = await people.sign_up(client, SIGN_UP)

    assert answer.status_code == 200, answer.text
    assert answer.json() == {"is_second_factor_due": False}
    me = await client.get("/api/me")
    assert me.json()["user"]["email"] == "ada@example.com"
    assert (me.json()["team"]["name"], me.json()["team"]["role"]) == ("Engines", "owner")
    assert "invoices:issue" in me.json()["permissions"]


async def test_session_cookie_is_http_only_and_lax(
    client: httpx.AsyncClient, people: PeopleFactory, settings: Settings
) -> None:
    answer = await people.sign_up(client, SIGN_UP)

    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{settings.session_cookie}=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie


async def test_unknown_address_and_wrong_password_get_the_same_answer(
    client: httpx.AsyncClient, people: PeopleFactory
) -> None:
    await people.sign_up(client, SIGN_UP)
    wrong = await client.post("/api/auth/log-in", json={"email": "ada@example.com", "password": "not this one, sorry"})
    unknown = await client.post(
        "/api/auth/log-in", json={"email": "nobody@example.com", "password": "not this one, sorry"}
    )

    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()


async def test_control_15_log_in_gives_a_new_session_and_ends_the_one_before(
    client: httpx.AsyncClient, people: PeopleFactory, settings: Settings
) -> None:
    await people.sign_up(client, SIGN_UP)
    before = client.cookies[settings.session_cookie]
    answer = await client.post("/api/auth/log-in", json={"email": "ada@example.com", "password": SIGN_UP["password"]})

    assert answer.status_code == 200
    assert client.cookies[settings.session_cookie] != before
    assert (await people.client(before).get("/api/me")).status_code == 401


async def test_control_15_a_session_id_chosen_by_the_visitor_is_not_adopted(
    people: PeopleFactory, settings: Settings
) -> None:
    planted = people.client("planted-by-an-attacker")
    answer = await people.sign_up(planted, SIGN_UP)

    assert answer.cookies[settings.session_cookie] != "planted-by-an-attacker"
    assert (await people.client("planted-by-an-attacker").get("/api/me")).status_code == 401


async def test_control_17_log_out_ends_the_session_on_the_server(owner: Person, people: PeopleFactory) -> None:
    answer = await owner.client.post("/api/auth/log-out")

    assert answer.status_code == 204
    assert (await people.client(owner.token).get("/api/me")).status_code == 401


async def test_too_many_wrong_passwords_are_slowed_down_for_that_account_and_client(client: httpx.AsyncClient) -> None:
    attempt = {"email": "ada@example.com", "password": "not this one, sorry"}
    statuses = [(await client.post("/api/auth/log-in", json=attempt)).status_code for _ in range(11)]

    assert statuses == [401] * 10 + [429]
    last = await client.post("/api/auth/log-in", json=attempt)
    assert int(last.headers["retry-after"]) > 0
    other = await client.post("/api/auth/log-in", json=attempt | {"email": "grace@example.com"})
    assert other.status_code == 401


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"email": "not an address"}, "email"),
        ({"email": "a@b"}, "email"),
        ({"password": "short"}, "password"),
        ({"password": "aaaaaaaaaaaaaaa"}, "password"),
        ({"password": "x" * 129}, "password"),
        ({"name": "   "}, "name"),
        ({"name": "n" * 121}, "name"),
        ({"is_admin": True}, "is_admin"),
        ({"name": "nul\u0000byte"}, "name"),
        ({"name": 7}, "name"),
    ],
)
async def test_bad_sign_up_names_the_field(client: httpx.AsyncClient, changed: dict[str, object], path: str) -> None:
    answer = await client.post("/api/auth/sign-up", json=SIGN_UP | changed)

    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert [error["path"] for error in answer.json()["errors"]] == [path]


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}, {}],
)
async def test_control_24_writes_from_other_sites_are_refused_log_in_included(
    app: Litestar, people: PeopleFactory, headers: dict[str, str]
) -> None:
    async with httpx.AsyncClient(transport=asgi_transport(app), base_url="http://testserver") as stranger:
        answer = await stranger.post(
            "/api/auth/log-in",
            json={"email": "a@example.com", "password": "x"},
            headers=headers | {"X-Requested-With": "quittance"},
        )

    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:quittance:problem:cross-site-request"


async def test_control_24_a_form_post_without_our_header_is_refused(app: Litestar, people: PeopleFactory) -> None:
    async with httpx.AsyncClient(transport=asgi_transport(app), base_url="http://testserver") as form:
        answer = await form.post("/api/auth/log-in", json={}, headers={"Sec-Fetch-Site": "same-origin"})

    assert answer.status_code == 403
