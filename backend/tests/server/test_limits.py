"""Control 34: whatever comes in has an end, and what is too large is refused before it is read."""

import gzip
import json
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path
from typing import Any, get_args

import httpx
import msgspec
import pytest
from litestar import Litestar

from app.config import Settings, load_settings
from app.db.session import SessionFactory
from app.server.app import create_app
from tests.auth.policies import LINE, Endpoint, endpoints
from tests.conftest import LimiterOnSharedConnection
from tests.support.people import BROWSER_HEADERS, PeopleFactory, Person
from tests.support.transport import asgi_transport

SMALL_LIMIT = 4096
CHUNK = b"x" * 65536
JSON = {"Content-Type": "application/json"}
CUSTOMER = {"name": "Someone", "email": "someone@example.com", "currency": "EUR"}

_ALL = [endpoint for endpoint in endpoints(create_app(load_settings({"APP_ENV": "testing"}))) if endpoint.policy]
_WRITES = [endpoint for endpoint in _ALL if endpoint.handler.parsed_data_field is not None]

# Texts without a longest length of their own: nobody keeps them, and the body's limit is theirs.
ENDLESS = {
    "ProviderSignIn.next_path": "app/lib/own_paths.py takes 500 characters and makes the dashboard of more",
    "TokenRequest.grant_type": "compared, and refused by OAuth's own name",
    "TokenRequest.refresh_token": "hashed",
    "TokenRequest.client_id": "compared, and refused by OAuth's own name",
    "TokenRequest.scope": "compared, and refused by OAuth's own name",
    "TokenRevocation.token": "hashed",
    "TokenRevocation.token_type_hint": "ignored",
}
ENDLESS_IN_ADDRESSES = {
    "next_path": "app/lib/own_paths.py takes 500 characters and makes the dashboard of more",
    "last_event_id": "read as a number",
}


# --- bodies


@pytest.fixture
async def small(settings: Settings, sessions: SessionFactory) -> Litestar:
    """The application with a small limit, so that every route can be tried."""
    app = create_app(msgspec.structs.replace(settings, max_request_bytes=SMALL_LIMIT), sessions=sessions)
    app.state.limiter = LimiterOnSharedConnection(sessions, settings.secret_key)
    return app


@pytest.mark.parametrize("is_length_known", [True, False], ids=["length", "chunked"])
async def test_control_34_no_route_reads_a_body_beyond_the_limit(
    small: Litestar, people: PeopleFactory, owner: Person, settings: Settings, *, is_length_known: bool
) -> None:
    async def chunks() -> AsyncGenerator[bytes]:
        yield b'{"name": "'
        for _ in range(SMALL_LIMIT // 512 + 1):
            yield b"x" * 512
        yield b'"}'

    wrong: list[str] = []
    cookies = {settings.session_cookie: owner.token}
    for endpoint in _WRITES:
        is_form = endpoint.name in {"exchange_token", "revoke_token"}
        async with httpx.AsyncClient(
            transport=asgi_transport(small),
            base_url="http://testserver",
            headers=BROWSER_HEADERS,
            cookies={} if endpoint.is_public else cookies,
        ) as client:
            body = b'{"name": "' + b"x" * SMALL_LIMIT + b'"}' if is_length_known else chunks()
            kind = "application/x-www-form-urlencoded" if is_form else "application/json"
            answer = await client.request(
                endpoint.method, endpoint.url({}), content=body, headers={"Content-Type": kind}
            )
        # Who may not call a route is told that, and nothing of the body is read.
        if answer.status_code not in ({413} if endpoint.is_public else {413, 403}):
            wrong.append(f"{endpoint.id}: {answer.status_code} {answer.text[:100]}")

    assert wrong == []


@pytest.mark.parametrize("path", ["/api/customers", "/api/auth/log-in", "/api/auth/token", "/api/unknown"])
async def test_control_34_a_body_without_end_is_left_unread_and_memory_stays_flat(
    owner: Person, people: PeopleFactory, settings: Settings, path: str
) -> None:
    read = 0

    async def endless() -> AsyncGenerator[bytes]:
        nonlocal read
        for _ in range(2000):  # 125 MiB
            read += 1
            yield CHUNK

    client = owner.client if path == "/api/customers" else people.client()
    kind = "application/x-www-form-urlencoded" if path == "/api/auth/token" else "application/json"
    before, reads = _resident_mebibytes(), list[int]()
    for _ in range(20):
        read = 0
        answer = await client.post(path, content=endless(), headers={"Content-Type": kind})
        assert answer.status_code == (404 if path == "/api/unknown" else 413)
        reads.append(read)

    assert max(reads) <= settings.max_request_bytes // len(CHUNK) + 2
    assert _resident_mebibytes() - before < 30


def _resident_mebibytes() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 2**20


async def test_control_34_who_may_not_write_sends_nothing(people: PeopleFactory) -> None:
    """The guard comes first: a stranger's body is not read at all."""
    read = 0

    async def endless() -> AsyncGenerator[bytes]:
        nonlocal read
        for _ in range(2000):
            read += 1
            yield CHUNK

    answer = await people.client().post("/api/customers", content=endless(), headers=JSON)

    assert (answer.status_code, read <= 1) == (401, True)


async def test_control_34_a_compressed_body_is_not_unpacked(owner: Person) -> None:
    bomb = gzip.compress(b'{"name": "' + b"x" * 100_000_000 + b'"}', compresslevel=1)
    before = _resident_mebibytes()
    answer = await owner.client.post("/api/customers", content=bomb, headers=JSON | {"Content-Encoding": "gzip"})

    assert len(bomb) < 500_000
    assert answer.status_code == 400
    assert _resident_mebibytes() - before < 30


# --- what is nested, long, many or large inside


@pytest.mark.parametrize("depth", [60, 250, 500, 900, 1100, 20_000])
@pytest.mark.parametrize("brackets", ["[]", "{}"])
async def test_control_34_deep_nesting_is_refused_even_where_a_field_may_hold_anything(
    owner: Person, people: PeopleFactory, depth: int, brackets: str
) -> None:
    opening = "[" if brackets == "[]" else '{"a":'
    deep = opening * depth + "1" + brackets[1] * depth
    passkey = f'{{"name": "Key ring", "credential": {{"id": {deep}}}}}'
    answers = [
        await people.client().post(
            "/api/auth/log-in/passkey", content=f'{{"credential": {{"id": {deep}}}}}', headers=JSON
        ),
        await owner.client.post("/api/me/passkeys", content=passkey, headers=JSON),
        await owner.client.post("/api/customers", content=f'{{"name": {deep}}}', headers=JSON),
        await owner.client.post(
            "/api/auth/log-in/passkey", content=f'{{"credential": {{"id": "\\u0000", "b": {deep}}}}}', headers=JSON
        ),
    ]

    assert [answer.status_code for answer in answers if answer.status_code not in {400, 401, 422}] == []


@pytest.mark.parametrize(
    "number",
    ["1" * 5000, "-" + "1" * 5000, "1e400", "-1e400", "1" * 100_000, "0." + "1" * 100_000, "1e-400", "9" * 19, "-0", "1E308"],
    ids=["5000 digits", "negative", "1e400", "-1e400", "100 000 digits", "fraction", "1e-400", "19 digits", "-0", "1E308"],
)  # fmt: skip
@pytest.mark.parametrize("field", ["payment_terms_days", "name", "made_up"])
async def test_control_34_numbers_of_any_size_are_answered(owner: Person, number: str, field: str) -> None:
    body = json.dumps(CUSTOMER)[:-1] + f', "{field}": {number}}}'
    answer = await owner.client.post("/api/customers", content=body, headers=JSON)

    assert answer.status_code in ({201, 400, 422} if number in {"-0", "1e-400"} else {400, 422}), answer.text


async def test_control_34_an_invoice_has_at_most_so_many_lines(owner: Person) -> None:
    body: dict[str, Any] = {"currency": "EUR", "lines": [LINE] * 200}
    most = await owner.client.post("/api/invoices/calculate", json=body)
    more = await owner.client.post("/api/invoices/calculate", json=body | {"lines": [LINE] * 201})

    assert most.status_code == 200, most.text
    assert (more.status_code, more.json()["errors"][0]["path"]) == (422, "lines")


async def test_control_34_a_hundred_thousand_fields_or_parameters_are_refused_or_ignored(owner: Person) -> None:
    many = CUSTOMER | {f"field_{number}": number for number in range(50_000)}
    fields = await owner.client.post("/api/customers", json=many)
    parameters = await owner.client.get("/api/customers?" + "&".join(f"p{number}=1" for number in range(6000)))

    assert fields.status_code == 422
    assert parameters.status_code == 200


# --- the same by structure: nothing that is new may be without an end


def _endless(annotation: Any) -> Iterator[str]:
    """Texts, lists and numbers inside a type that have no limit, by struct and field."""
    waiting: list[tuple[str, msgspec.inspect.Type]] = [("", msgspec.inspect.type_info(annotation))]
    seen = set[type]()
    while waiting:
        place, kind = waiting.pop()
        match kind:
            case msgspec.inspect.StructType(cls=struct, fields=fields):
                if struct not in seen:
                    waiting += [(f"{struct.__name__}.{field.encode_name}", field.type) for field in fields]
                seen.add(struct)
            case msgspec.inspect.UnionType(types=types):
                waiting += [(place, each) for each in types]
            case msgspec.inspect.ListType(item_type=item):
                waiting.append((f"{place}[]", item))
            case _:
                pass
        if not _has_end(kind):
            yield place


def _has_end(kind: msgspec.inspect.Type) -> bool:
    match kind:
        case msgspec.inspect.ListType(max_length=longest):
            return longest is not None
        case msgspec.inspect.StrType(max_length=longest, pattern=pattern):
            return longest is not None or (pattern is not None and _is_bounded(pattern))
        case msgspec.inspect.IntType(ge=least, le=most) | msgspec.inspect.FloatType(ge=least, le=most):
            return least is not None and most is not None
        case _:
            return True


def _is_bounded(pattern: str) -> bool:
    return pattern.startswith("^") and pattern.endswith("$") and not any(sign in pattern for sign in "*+")


def test_control_34_every_text_list_and_number_in_a_body_has_an_end() -> None:
    found = {
        place
        for endpoint in _WRITES
        if endpoint.handler.parsed_data_field is not None
        for place in _endless(endpoint.handler.parsed_data_field.annotation)
    }

    assert found == set(ENDLESS)


def _endless_parameters(endpoint: Endpoint) -> Iterator[str]:
    """What a handler, or one of its dependencies, reads from the address or the headers as a text without a limit."""
    dependencies = endpoint.handler.resolve_dependencies()
    signatures = [
        endpoint.handler.parsed_fn_signature,
        *(dependency.parsed_fn_signature for dependency in dependencies.values()),
    ]
    for signature in signatures:
        for name, definition in signature.parameters.items():
            is_text = str in {definition.annotation, *get_args(definition.annotation)}
            is_read = name not in dependencies and name not in endpoint.path_names
            if is_text and is_read and getattr(definition.kwarg_definition, "max_length", None) is None:
                yield name


def test_control_34_every_text_in_an_address_has_an_end() -> None:
    found = {name for endpoint in _ALL if not endpoint.is_library for name in _endless_parameters(endpoint)}

    assert found == set(ENDLESS_IN_ADDRESSES)


@pytest.mark.parametrize(
    "path",
    ["/api/customers", "/api/invoices", "/api/payments", "/api/audit-log", "/api/me/audit-log"],
)
@pytest.mark.parametrize("limit", ["0", "-1", "101", "1000000", "1" * 5000, ""])
async def test_control_34_a_page_has_at_most_a_hundred_rows(owner: Person, path: str, limit: str) -> None:
    answer = await owner.client.get(path, params={"limit": limit})

    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, "limit")
    assert (await owner.client.get(path, params={"limit": "100"})).status_code == 200


def test_control_34_every_list_that_asks_for_a_limit_caps_it() -> None:
    limits = {
        endpoint.id: getattr(definition.kwarg_definition, "le", None)
        for endpoint in _ALL
        for name, definition in endpoint.handler.parsed_fn_signature.parameters.items()
        if name == "limit"
    }

    # As many lines as an attempt may log.
    logs = {endpoint.id for endpoint in _ALL if endpoint.id.endswith("/logs")}
    assert {identifier for identifier, limit in limits.items() if limit == 500} == logs
    assert {limit for identifier, limit in limits.items() if identifier not in logs} == {100}
    assert {endpoint.id for endpoint in _ALL if endpoint.has_cursor} <= set(limits)
