"""The API's description: valid, readable for people and generators, and true."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import hypothesis
import jsonschema_rs
import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase
from hypothesis.errors import Unsatisfiable
from litestar import Litestar
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from app.config import load_settings
from app.models import Role
from app.server.app import create_app
from app.server.openapi import http_handlers
from tests.support.people import BROWSER_HEADERS, PeopleFactory, Person

type Json = dict[str, Any]

DOCUMENT: Json = msgspec.json.decode(
    msgspec.json.encode(create_app(load_settings({"APP_ENV": "testing"})).openapi_schema.to_schema())
)
SCHEMAS: Json = DOCUMENT["components"]["schemas"]
LINE = {
    "description": "Work",
    "quantity": "1",
    "unit_code": "HUR",
    "unit_price": "10.00",
    "tax_category": "S",
    "tax_rate": "19",
}

# A stream does not end by itself; tests/events/ reads it over a real connection.
STREAMS = {"streamEvents", "streamJobChanges"}
OPERATIONS: list[tuple[str, str, Json]] = [
    (path, method, operation) for path, methods in DOCUMENT["paths"].items() for method, operation in methods.items()
]
IDS = [operation["operationId"] for _, _, operation in OPERATIONS]
EXAMPLES_EACH = 12


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(reference := node.get("$ref"), str):
            yield reference.rsplit("/", 1)[1]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def _reachable(nodes: list[Any]) -> set[str]:
    found: set[str] = set()
    waiting = {name for node in nodes for name in _references(node)}
    while waiting:
        name = waiting.pop()
        found.add(name)
        waiting |= set(_references(SCHEMAS[name])) - found
    return found


# --- the document


def test_the_document_is_valid_openapi_3_1() -> None:
    assert DOCUMENT["openapi"].startswith("3.1.")
    assert [error.message for error in OPENAPI_31_VALIDATOR.iter_errors(DOCUMENT)] == []


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema_is_valid_json_schema(name: str) -> None:
    jsonschema_rs.meta.validate(SCHEMAS[name])


def test_operation_ids_are_unique_and_readable() -> None:
    assert len(set(IDS)) == len(IDS)
    assert [name for name in IDS if not re.fullmatch(r"[a-z]+([A-Z][a-z]+)*", name)] == []
    assert {"signUp", "getMe", "listInvoices", "issueInvoice", "recordPayment", "getDashboard", "streamEvents"} <= set(
        IDS
    )


def test_schema_names_are_those_of_the_field() -> None:
    assert [name for name in SCHEMAS if not re.fullmatch(r"([A-Z][a-z0-9]+)+", name)] == []


def test_every_operation_says_what_it_does_and_belongs_to_a_group() -> None:
    for _, _, operation in OPERATIONS:
        assert operation.get("description") or operation.get("summary"), operation["operationId"]
        assert operation["tags"], operation["operationId"]


def test_everything_that_is_answered_is_always_there() -> None:
    """No optional properties in answers: generated clients would have to ask for each whether it came."""
    answered = _reachable(
        [
            response
            for _, _, operation in OPERATIONS
            for status, response in operation["responses"].items()
            if status[0] == "2"
        ]
    )
    optional = {
        name: missing
        for name in answered
        if (missing := set(SCHEMAS[name].get("properties", {})) - set(SCHEMAS[name].get("required", [])))
    }

    assert answered
    assert optional == {}


def _structs_in(annotation: Any) -> Iterator[type[msgspec.Struct]]:
    waiting, seen = [msgspec.inspect.type_info(annotation)], set[type]()
    while waiting:
        match waiting.pop():
            case msgspec.inspect.StructType(cls=struct, fields=fields) if struct not in seen:
                seen.add(struct)
                yield struct
                waiting += [field.type for field in fields]
            case msgspec.inspect.ListType(item_type=item):
                waiting.append(item)
            case msgspec.inspect.UnionType(types=types):
                waiting += types
            case _:
                pass


def test_everything_that_is_sent_refuses_unknown_fields(app: Litestar) -> None:
    sent = {
        struct
        for _, handler in http_handlers(app)
        if handler.parsed_data_field is not None
        for struct in _structs_in(handler.parsed_data_field.annotation)
    }

    assert {"SignUp", "InvoiceDraft", "SellerUpdate"} <= {struct.__name__ for struct in sent}
    lenient = {struct.__name__ for struct in sent if not struct.__struct_config__.forbid_unknown_fields}
    assert lenient == {"TokenRequest", "TokenRevocation"}, "RFC 6749, 3.2: unknown parameters must be ignored"


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS, ids=IDS)
def test_every_operation_documents_its_problems(path: str, method: str, operation: Json) -> None:
    responses: Json = operation["responses"]
    expected = (
        {"400", "422", "429", "503"}
        | ({"404"} if "{" in path else set())
        | ({"409", "413", "415"} if method != "get" else set())
    )

    assert expected <= set(responses)
    assert any(status[0] == "2" for status in responses)
    for status, response in responses.items():
        if status[0] != "2" and operation["operationId"] != "getReadiness":
            schema = response["content"]["application/problem+json"]["schema"]
            assert schema == {"$ref": "#/components/schemas/Problem"}, status


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS, ids=IDS)
def test_every_429_documents_its_headers(path: str, method: str, operation: Json) -> None:
    assert operation["responses"]["429"]["headers"] == {
        name: {"$ref": f"#/components/headers/{name}"} for name in ("Retry-After", "RateLimit-Policy", "RateLimit")
    }
    assert set(DOCUMENT["components"]["headers"]) == {"Retry-After", "RateLimit-Policy", "RateLimit"}


def test_money_is_never_a_number() -> None:
    numbers = {
        f"{name}.{field}"
        for name, schema in SCHEMAS.items()
        for field, definition in schema.get("properties", {}).items()
        if re.search(r"amount|price|quantity|rate$", field) and definition.get("type") in {"number", "integer"}
    }

    assert numbers == set()


# --- the document against the application


class Ids(msgspec.Struct):
    customer_id: str
    invoice_id: str
    payment_id: str


@pytest.fixture
async def own_ids(owner: Person) -> Ids:
    """Objects that are really there, so that generated calls reach beyond 404."""
    client = owner.client
    customer = (
        await client.post("/api/customers", json={"name": "A", "email": "a@example.com", "currency": "EUR"})
    ).json()
    invoice = (
        await client.post("/api/invoices", json={"customer_id": customer["id"], "currency": "EUR", "lines": [LINE]})
    ).json()
    assert (await client.post(f"/api/invoices/{invoice['id']}/issue", json={})).status_code == 200
    paid = {"amount": "1.00", "paid_on": "2026-01-05", "method": "cash"}
    payment = (await client.post(f"/api/invoices/{invoice['id']}/payments", json=paid)).json()
    return Ids(customer["id"], invoice["id"], payment["id"])


def _operations() -> list[APIOperation[Any, Any, Any, Any]]:
    schema = schemathesis.openapi.from_dict(DOCUMENT)
    # The calls are the owner's; a made-up credential beside theirs would be refused before anything else is looked at.
    schema.config.generation.update(with_security_parameters=False)
    # A result that is not Ok is a broken document; test_the_document_is_valid_openapi_3_1 says why.
    found = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    return [operation for operation in found if operation.definition.raw["operationId"] not in STREAMS]


def _cases(operation: APIOperation[Any, Any, Any, Any], mode: GenerationMode, **fixed: Any) -> list[Case[Any]]:
    cases: list[Case[Any]] = []

    @hypothesis.settings(
        max_examples=EXAMPLES_EACH,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=[
            HealthCheck.too_slow,
            HealthCheck.data_too_large,
            HealthCheck.filter_too_much,
            HealthCheck.large_base_example,
        ],
    )
    @hypothesis.given(operation.as_strategy(mode, **fixed))
    def collect(case: Case[Any]) -> None:
        cases.append(case)

    try:
        collect()
    except Unsatisfiable:
        return []  # nothing can be wrong with a call that takes nothing
    return cases


async def _send(case: Case[Any], client: httpx.AsyncClient) -> httpx.Response:
    arguments = case.as_transport_kwargs(base_url="http://testserver", headers=dict(BROWSER_HEADERS))
    data = arguments.get("data")
    body: Json = {} if data is None else {"data" if isinstance(data, dict) else "content": data}
    if arguments.get("json") is not None:
        body = {"json": arguments["json"]}
    headers = {
        name: value for name, value in arguments["headers"].items() if name.lower() not in {"user-agent", "cookie"}
    }
    return await client.request(
        arguments["method"], arguments["url"], params=arguments.get("params") or None, headers=headers, **body
    )


@pytest.mark.slow
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.value)
@pytest.mark.parametrize("operation", _operations(), ids=lambda operation: operation.definition.raw["operationId"])
async def test_control_33_generated_calls_get_documented_answers_and_no_5xx(
    operation: APIOperation[Any, Any, Any, Any],
    mode: GenerationMode,
    app: Litestar,
    owner: Person,
    own_ids: Ids,
    people: PeopleFactory,
) -> None:
    name = operation.definition.raw["operationId"]
    names = re.findall(r"{(\w+)}", operation.path)
    known = {key: value for key, value in msgspec.structs.asdict(own_ids).items() if key in names}
    cases = _cases(operation, mode)
    if known and set(known) == set(names):
        cases += _cases(operation, mode, path_parameters=known)
    is_about_sessions = name in {"signUp", "logIn", "logOut"}

    for case in cases:
        # A cookie of their own each time, because these begin and end sessions.
        client = (await people.member(owner.team_id, Role.OWNER)).client if is_about_sessions else owner.client
        response = await _send(case, client)
        shown = f"{case.as_curl_command()}\n{response.status_code} {response.text[:500]}"
        assert response.status_code < 500, shown
        # An address with another path than the operation's is another operation, or none.
        checks = [status_code_conformance, content_type_conformance, response_schema_conformance]
        if response.status_code not in {404, 405}:
            case.validate_response(response, checks=checks)
