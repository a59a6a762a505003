"""Control 33: whatever people write into whichever field, the answer is theirs or a refusal, never a fault of ours."""

from collections.abc import Iterator
from typing import Any, cast
from urllib.parse import quote

import msgspec
import pytest

from app.auth.guards import PlatformAdmin, Public
from app.config import load_settings
from app.db.session import SessionFactory
from app.server.app import create_app
from tests.auth.identities import IDENTITIES, Identity
from tests.auth.policies import STREAMS, Endpoint, Ids, Json, endpoints
from tests.auth.public_bodies import FORMS, PUBLIC_BODIES
from tests.auth.world import World
from tests.support.administrators import administrator
from tests.support.asgi import Call
from tests.support.people import PeopleFactory, Person

HOSTILE = {
    "quotes": "Robert'); DROP TABLE customers;-- \"`$$ %_\\% {0.__class__} {{7*7}} ${7*7} %s %(x)s #{7*7} <%= 7*7 %>",
    "NUL": "a\x00b",
    "huge": "😀" * 20_000,
    "odd characters": "\u202eשלום\u2066 \u2069\u200f Z\u0351\u036b\u0343\u036a \uffff\ufdd0\U0010ffff\ufeff",
    "line breaks": "a\r\nSet-Cookie: quittance_session=x\r\n\r\n<script>alert(1)</script>",
    "blank": "\u00a0\u2003\u3000",
}

_ALL = [endpoint for endpoint in endpoints(create_app(load_settings({"APP_ENV": "testing"}))) if endpoint.policy]
_WRITES = [each for each in _ALL if each.handler.parsed_data_field is not None and each.name not in FORMS]
_READS = [each for each in _ALL if each.is_safe and not each.is_library and each.name not in STREAMS]


def _caller(endpoint: Endpoint) -> Identity:
    name = "owner"
    if isinstance(endpoint.policy, PlatformAdmin):
        name = "platform admin"
    elif isinstance(endpoint.policy, Public):
        name = "anonymous"
    return next(identity for identity in IDENTITIES if identity.name == name)


def _body(endpoint: Endpoint, ids: Ids) -> Json:
    body = PUBLIC_BODIES.get(endpoint.name) or endpoint.body(endpoint.ids(ids))
    assert body is not None, endpoint.id
    assert endpoint.handler.parsed_data_field is not None
    return cast("Json", _completed(body, msgspec.inspect.type_info(endpoint.handler.parsed_data_field.annotation)))


def _completed(value: Any, kind: msgspec.inspect.Type) -> Any:
    """The sample with every text that it may leave out."""
    match kind:
        case msgspec.inspect.UnionType(types=types):
            structs = [each for each in types if not isinstance(each, msgspec.inspect.NoneType)]
            return _completed(value, structs[0]) if structs else value
        case msgspec.inspect.ListType(item_type=item) if isinstance(value, list):
            return [_completed(each, item) for each in cast("list[Any]", value)]
        case msgspec.inspect.StructType(fields=fields):
            sample = cast("Json", value or {})
            present = {field.encode_name: sample.get(field.encode_name) for field in fields}
            found = {field.encode_name: _completed(present[field.encode_name], field.type) for field in fields}
            return {name: each for name, each in found.items() if each is not None}
        case msgspec.inspect.StrType() if value is None:
            return "x"
        case _:
            return value


def _texts(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where texts stand in a body."""
    if isinstance(value, str):
        yield path
    elif isinstance(value, dict):
        for name, item in cast("Json", value).items():
            yield from _texts(item, (*path, name))
    elif isinstance(value, list):
        for index, item in enumerate(cast("list[Any]", value)):
            yield from _texts(item, (*path, index))


def _with(body: Json, path: tuple[str | int, ...], text: str) -> Json:
    changed: Any = msgspec.json.decode(msgspec.json.encode(body))
    place = changed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = text
    return changed


@pytest.mark.parametrize("endpoint", _WRITES, ids=lambda endpoint: endpoint.name)
async def test_control_33_hostile_text_in_a_body_is_kept_as_it_is_or_refused(
    endpoint: Endpoint, locked_world: World
) -> None:
    caller = _caller(endpoint)
    ids = locked_world.ids_of(caller)
    body, path = _body(endpoint, ids), endpoint.url(endpoint.ids(ids))
    wrong: list[str] = []
    for place in list(_texts(body)):
        for kind, text in HOSTILE.items():
            async with locked_world.untouched():
                sent = _with(body, place, text)
                answer = await locked_world.call(caller, Call(method=endpoint.method, path=path, json=sent))
            if answer.status_code >= 500 or (answer.status_code == 200 and not answer.content):
                wrong.append(f"{place} {kind}: {answer.status_code} {answer.text[:200]}")
            if kind == "NUL" and answer.status_code not in {403, 422}:
                wrong.append(f"{place} {kind}: {answer.status_code} {answer.text[:200]}")
            if "quittance_session=x" in answer.headers.get_list("set-cookie"):
                wrong.append(f"{place} {kind}: wrote a header")

    assert wrong == []


def _query_texts(endpoint: Endpoint) -> list[str]:
    """Names of all query parameters: what is no text must refuse one."""
    dependencies, names = endpoint.handler.resolve_dependencies(), list[str]()
    for name, definition in endpoint.handler.parsed_fn_signature.parameters.items():
        if name not in endpoint.path_names and name not in dependencies and name not in {"request", "state", "scope"}:
            names.append(getattr(definition.kwarg_definition, "query", None) or name)
    return names


@pytest.mark.parametrize("endpoint", _READS, ids=lambda endpoint: endpoint.id)
async def test_control_33_hostile_text_in_an_address_is_never_a_fault_of_ours(
    endpoint: Endpoint, locked_world: World
) -> None:
    caller = _caller(endpoint)
    path = endpoint.url(endpoint.ids(locked_world.ids_of(caller)))
    wrong: list[str] = []
    for kind, text in HOSTILE.items():
        calls = [
            Call(method="GET", path=path, query={name: text[:2000]}) for name in [*_query_texts(endpoint), "made_up"]
        ]
        calls += [
            Call(method="GET", path=path.replace(known, quote(text[:500], safe="")))
            for known in path.split("/")
            if len(known) > 20 or known in {"unknown", "some-page"}
        ]
        for call in calls:
            async with locked_world.untouched():
                answer = await locked_world.call(caller, call)
            if answer.status_code >= 500 and endpoint.name != "get_readiness":
                wrong.append(f"{kind}: {call.url[:80]} {answer.status_code} {answer.text[:200]}")

    assert wrong == []


@pytest.mark.parametrize(
    "name",
    ["User-Agent", "Authorization", "Cookie", "If-None-Match", "X-Forwarded-For", "X-Request-Id", "Traceparent",
     "Accept", "Accept-Encoding", "Content-Type", "Origin", "Host", "Range"],
)  # fmt: skip
async def test_control_33_hostile_headers_are_never_a_fault_of_ours(locked_world: World, name: str) -> None:
    owner = next(identity for identity in IDENTITIES if identity.name == "owner")
    invoice = locked_world.ids_of(owner)["invoice_id"]
    sign_in = {"email": "nobody-has-this@example.com", "password": "four unrelated words"}
    wrong: list[str] = []
    for value in ("Bearer \xe9\xff", "x" * 20_000, "a, b; c='\"\\ %00%0d%0a", ""):
        for call in (
            Call(method="GET", path="/api/customers", headers={name: value}),
            Call(method="GET", path=f"/api/invoices/{invoice}/pdf", headers={name: value}),
            Call(method="PATCH", path="/api/me", json={"name": "Ada"}, headers={name: value}),
            Call(method="POST", path="/api/auth/log-in", json=sign_in, headers={name: value}),
            Call(method="GET", path="/dashboard", headers={name: value}),
        ):
            async with locked_world.untouched():
                answer = await locked_world.call(owner, call)
            if answer.status_code >= 500:
                wrong.append(f"{call.method} {call.path} {value[:20]!r}: {answer.status_code} {answer.text[:200]}")

    assert wrong == []


# --- what is searched for and sorted by


@pytest.mark.parametrize("path", ["/api/customers", "/api/invoices"])
@pytest.mark.parametrize(
    "sort",
    ["password_hash", "name; DROP TABLE customers", "name DESC", "(SELECT 1)", "--name", "name,id", "id", "NAME", "__class__"],
)  # fmt: skip
async def test_control_33_lists_are_sorted_by_what_is_listed_only(owner: Person, path: str, sort: str) -> None:
    answer = await owner.client.get(path, params={"sort": sort})

    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, "sort")


@pytest.mark.parametrize("path", ["/api/admin/users", "/api/admin/teams"])
async def test_control_33_the_administrations_search_takes_every_character_as_it_is_written(
    people: PeopleFactory, sessions: SessionFactory, path: str
) -> None:
    admin = await administrator(people, sessions)
    for name in ("plain", "100% _pure\\"):
        await people.owner(name)

    async def found(search: str) -> list[str]:
        items = (await admin.client.get(path, params={"search": search})).json()["items"]
        return [item["name"].removeprefix("Owner of ") for item in items]

    for search in ("%", "_", "\\", "0% _P"):
        assert await found(search) == ["100% _pure\\"], search
    assert await found("1_0%") == []
    assert await found("PLAIN") == ["plain"]


async def test_control_33_the_audit_logs_search_takes_every_character_as_it_is_written(
    committed_owner: Person,
) -> None:
    await committed_owner.client.post("/api/customers", json={"name": "A", "email": "a@example.com", "currency": "EUR"})

    async def found(search: str) -> int:
        answer = await committed_owner.client.get("/api/audit-log", params={"search": search})
        assert answer.status_code == 200, answer.text
        return len(answer.json()["items"])

    assert await found("create_customer") == 1
    for search in ("create%customer", "%", "create__ustomer", "\\", "'; DROP TABLE audit_entries;--"):
        assert await found(search) == 0, search
