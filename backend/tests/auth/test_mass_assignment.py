"""Control 30, what comes in: no handler takes a field that it did not ask for, whatever the tables call theirs."""

from collections.abc import Iterator
from typing import Any, cast

import msgspec
import pytest
from litestar import Litestar

from app.auth.guards import PlatformAdmin, Public
from app.config import load_settings
from app.models import Base
from app.server.app import create_app
from tests.api_clients.conftest import connect_client, exchange
from tests.auth.identities import IDENTITIES, Identity
from tests.auth.policies import LINE, Endpoint, Ids, Json, endpoints
from tests.auth.public_bodies import FORMS, PUBLIC_BODIES
from tests.auth.world import World
from tests.support.asgi import Call
from tests.support.people import PeopleFactory, Person

COLUMNS = {column.name for table in Base.metadata.tables.values() for column in table.columns}
# As other products call them.
TYPICAL = {
    "is_admin", "isAdmin", "is_superuser", "is_staff", "admin", "roles", "permissions", "tenant_id", "teamId", "userId",
    "organization_id", "owner_id", "is_verified", "email_verified", "is_active", "total", "amount_due", "paid_amount",
    "balance", "password_hash", "__proto__", "constructor", "__class__", "_id", "Role", "role ",
}  # fmt: skip
# What would be worth most; each is sent over HTTP, to every object in every body.
WORTH_MOST: Json = {
    "id": "01a20bd5-b017-7257-a0dc-2279539062a6",
    "team_id": "01a20bd5-b017-7257-a0dc-2279539062a6",
    "user_id": "01a20bd5-b017-7257-a0dc-2279539062a6",
    "created_by_id": "01a20bd5-b017-7257-a0dc-2279539062a6",
    "is_platform_admin": True,
    "isAdmin": True,
    "role": "owner",
    "permissions": ["team:delete"],
    "email_verified_at": "2026-01-01T00:00:00Z",
    "has_second_factor": False,
    "password_hash": "!",
    "disabled_at": None,
    "assurance_level": 2,
    "created_at": "2020-01-01T00:00:00Z",
    "state": "issued",
    "number": "INV-1",
    "gross_minor": 1,
    "net_amount": "0.01",
    "total": "0.01",
    "__proto__": {"role": "owner"},
}
# The browser's own JSON (WebAuthn), read field by field by the library that verifies its signature.
FREE_FORM = {"credential"}

_WRITES = [
    endpoint
    for endpoint in endpoints(create_app(load_settings({"APP_ENV": "testing"})))
    if endpoint.handler.parsed_data_field is not None and endpoint.name not in FORMS
]
_CALLERS = {identity.name: identity for identity in IDENTITIES}


def _caller(endpoint: Endpoint) -> Identity:
    if isinstance(endpoint.policy, Public):
        return _CALLERS["anonymous"]
    return _CALLERS["platform admin" if isinstance(endpoint.policy, PlatformAdmin) else "owner"]


def _body(endpoint: Endpoint, ids: Ids) -> Json:
    body = PUBLIC_BODIES.get(endpoint.name) or endpoint.body(endpoint.ids(ids))
    assert body is not None, endpoint.id
    # The team's own details are an object in it that the sample leaves out.
    return body | {"seller": {"city": "Cork"}} if endpoint.name == "update_team" else body


def _objects(value: Any, path: str = "") -> Iterator[tuple[str, Json]]:
    """Every object in a body, with the path of its fields."""
    if isinstance(value, dict):
        fields = cast("Json", value)
        yield path, fields
        for name, item in fields.items():
            if name not in FREE_FORM:
                yield from _objects(item, f"{path}{name}.")
    elif isinstance(value, list):
        for index, item in enumerate(cast("list[Any]", value)):
            yield from _objects(item, f"{path.removesuffix('.')}[{index}].")


def _known(type_: Any, path: str) -> set[str]:
    """The fields that a struct has at the path."""
    info = msgspec.inspect.type_info(type_)
    for name in [part for part in path.replace("[0]", "").split(".") if part]:
        assert isinstance(info, msgspec.inspect.StructType)
        info = next(field.type for field in info.fields if field.encode_name == name)
        if isinstance(info, msgspec.inspect.UnionType):
            info = next(each for each in info.types if isinstance(each, msgspec.inspect.StructType))
        if isinstance(info, msgspec.inspect.ListType):
            info = info.item_type
    assert isinstance(info, msgspec.inspect.StructType)
    return {field.encode_name for field in info.fields}


def _with(body: Json, path: str, extra: Json) -> Json:
    """The body, with more in the object at the path."""
    changed = msgspec.json.decode(msgspec.json.encode(body))
    dict(_objects(changed))[path].update(extra)
    return changed


def test_control_30_every_handler_that_takes_a_body_is_tried() -> None:
    public = {endpoint.name for endpoint in _WRITES if endpoint.is_public}

    assert public == set(PUBLIC_BODIES)
    assert len(_WRITES) >= 47
    assert {"gross_minor", "password_hash", "is_platform_admin", "team_id", "email_verified_at"} <= COLUMNS


@pytest.mark.parametrize("endpoint", _WRITES, ids=lambda endpoint: endpoint.name)
async def test_control_30_no_column_of_any_table_is_a_field_that_was_not_asked_for(
    endpoint: Endpoint, locked_world: World
) -> None:
    """As Litestar converts a body, without the way there: the next test sends what is worth most all the way."""
    assert endpoint.handler.parsed_data_field is not None
    expected = endpoint.handler.parsed_data_field.annotation
    body = _body(endpoint, locked_world.ids_of(_caller(endpoint)))
    msgspec.convert(body, expected)
    taken: list[str] = []
    for path, _ in list(_objects(body)):
        for name in sorted((COLUMNS | TYPICAL) - _known(expected, path)):
            try:
                msgspec.convert(_with(body, path, {name: None}), expected)
            except msgspec.ValidationError as refused:
                assert f"unknown field `{name}`" in str(refused)  # noqa: PT017 - one of hundreds, each expected to be refused
            else:
                taken.append(path + name)

    assert taken == []


@pytest.mark.parametrize("endpoint", _WRITES, ids=lambda endpoint: endpoint.name)
async def test_control_30_a_field_that_was_not_asked_for_is_refused_by_its_path_and_changes_nothing(
    endpoint: Endpoint, locked_world: World
) -> None:
    assert endpoint.handler.parsed_data_field is not None
    caller = _caller(endpoint)
    ids = locked_world.ids_of(caller)
    body = _body(endpoint, ids)
    path = endpoint.url(endpoint.ids(ids))
    wrong: list[str] = []
    before = await locked_world.fingerprint(caller.side)
    async with locked_world.untouched():
        for place, _ in list(_objects(body)):
            for name in set(WORTH_MOST) - _known(endpoint.handler.parsed_data_field.annotation, place):
                sent = _with(body, place, {name: WORTH_MOST[name]})
                answer = await locked_world.call(caller, Call(method=endpoint.method, path=path, json=sent))
                errors = answer.json().get("errors", [])
                if (answer.status_code, [error["path"] for error in errors]) != (422, [place + name]):
                    wrong.append(f"{place}{name}: {answer.status_code} {answer.text[:200]}")
        assert await locked_world.fingerprint(caller.side) == before

    assert wrong == []


async def test_control_30_a_draft_has_the_totals_that_the_server_calculated(owner: Person) -> None:
    customer = (
        await owner.client.post("/api/customers", json={"name": "A", "email": "a@example.com", "currency": "EUR"})
    ).json()
    body = {"customer_id": customer["id"], "currency": "EUR", "lines": [LINE]}
    draft = (await owner.client.post("/api/invoices", json=body)).json()
    for field in ("gross_amount", "net_amount", "tax_amount", "amount_due", "number", "status"):
        answer = await owner.client.put(f"/api/invoices/{draft['id']}", json=body | {field: draft[field]})
        assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, field)

    assert (await owner.client.get(f"/api/invoices/{draft['id']}")).json()["gross_amount"] == "11.90"


async def test_control_30_what_a_token_request_says_beside_its_token_is_ignored(
    owner: Person, people: PeopleFactory, app: Litestar
) -> None:
    """RFC 6749, 3.2 wants unknown parameters ignored: these give no other person, team or scope."""
    stranger = await people.owner("Strangers")
    refresh_token = (await connect_client(owner))["refresh_token"]
    claimed = {"user_id": str(stranger.user_id), "team_id": str(stranger.team_id), "role": "owner", "scopes": "all"}
    tokens = (await exchange(people.program(), refresh_token, **claimed)).json()
    me = (await people.program(tokens["access_token"]).get("/api/me")).json()

    assert set(tokens) == {"access_token", "token_type", "expires_in", "refresh_token", "scope"}
    assert tokens["scope"] == "customers:read"
    assert (me["user"]["id"], me["team"]["id"]) == (str(owner.user_id), str(owner.team_id))
