import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import JobRun, User
from tests.support.people import PeopleFactory, Person

PASSWORD = "the password until now"
SIGN_UP = {"name": "Ada", "email": "ada@example.com", "password": PASSWORD, "team_name": "Engines"}


async def test_people_rename_themselves(owner: Person) -> None:
    answer = await owner.client.patch("/api/me", json={"name": "  Grace Hopper "})

    assert answer.status_code == 200, answer.text
    assert (answer.json()["id"], answer.json()["name"]) == (str(owner.user_id), "Grace Hopper")
    assert (await owner.client.get("/api/me")).json()["user"]["name"] == "Grace Hopper"


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": "n" * 121}, "name"),
        ({"name": "Ada", "email": "new@example.com"}, "email"),
        ({"name": "Ada", "is_platform_admin": True}, "is_platform_admin"),
        ({"name": "Ada", "password_hash": "x"}, "password_hash"),
    ],
)
async def test_nothing_but_the_name_is_changed_there(owner: Person, change: dict[str, object], path: str) -> None:
    answer = await owner.client.patch("/api/me", json=change)

    assert answer.status_code == 422
    assert [error["path"] for error in answer.json()["errors"]] == [path]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"current_password": "not my password"}, "current_password"),
        ({"current_password": ""}, "current_password"),
        ({"new_password": "short"}, "new_password"),
        ({"new_password": "aaaaaaaaaaaaaaaa"}, "new_password"),
        ({"new_password": "ada@example.com"}, "new_password"),
        ({"new_password": "x" * 129}, "new_password"),
    ],
)
async def test_a_refused_password_names_the_field_and_changes_nothing(
    client: httpx.AsyncClient, people: PeopleFactory, change: dict[str, str], path: str
) -> None:
    await people.sign_up(client, SIGN_UP)
    valid = {"current_password": PASSWORD, "new_password": "four unrelated words"}
    answer = await client.post("/api/me/password", json=valid | change)

    assert answer.status_code == 422, answer.text
    assert [error["path"] for error in answer.json()["errors"]] == [path]
    assert (await client.get("/api/me")).status_code == 200
    log_in = {"email": SIGN_UP["email"], "password": PASSWORD}
    assert (await people.client().post("/api/auth/log-in", json=log_in)).status_code == 200


@pytest.mark.parametrize(
    ("signed_up", "typed"),
    [
        ("Ada@Example.com", "ada@example.COM"),
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
        ("ada@xn--bcher-kva.example", "ada@xn--bcher-kva.example"),
        ("j\u0075\u0308rgen@example.com", "j\u00fcrgen@example.com"),
    ],
)
async def test_an_address_may_be_typed_in_any_of_its_forms(
    client: httpx.AsyncClient, signed_up: str, typed: str, people: PeopleFactory
) -> None:
    answer = await people.sign_up(client, SIGN_UP | {"email": signed_up})
    assert answer.status_code == 200, answer.text

    assert (await client.post("/api/auth/log-in", json={"email": typed, "password": PASSWORD})).status_code == 200


async def test_signing_up_greets_by_a_job_of_the_same_transaction(
    client: httpx.AsyncClient, connection: AsyncConnection, people: PeopleFactory
) -> None:
    await people.sign_up(client, SIGN_UP)

    user = (await connection.execute(select(User.password_hash).where(User.email == "ada@example.com"))).one()
    assert user.password_hash.startswith("$argon2id$")
    team_id = (await client.get("/api/me")).json()["team"]["id"]
    await connection.exec_driver_sql(f"SELECT set_config('app.team_id', '{team_id}', true)")
    runs = (await connection.execute(select(JobRun.task, JobRun.arguments))).all()
    assert [run.task for run in runs] == ["send_welcome_email"]
    assert runs[0].arguments == {"name": "Ada", "email": "ada@example.com", "team_name": "Engines"}
