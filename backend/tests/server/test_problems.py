"""Every refusal is a problem with its field named, the same headers, and nothing of ours inside."""

import json
import subprocess
import sys
from collections.abc import AsyncGenerator
from typing import Any

import httpx
import msgspec
import pytest
import structlog

from app.config import Settings
from app.server.app import create_app
from app.server.headers import SECURITY_HEADERS
from tests.support.people import BROWSER_HEADERS, PeopleFactory, Person
from tests.support.transport import asgi_transport

CUSTOMER = {"name": "Someone", "email": "someone@example.com", "currency": "EUR"}
LINE = {
    "description": "Work",
    "quantity": "1",
    "unit_code": "HUR",
    "unit_price": "10.00",
    "tax_category": "S",
    "tax_rate": "19",
}
PREFIX = "urn:quittance:problem:"


def assert_is_problem(answer: httpx.Response, status: int, slug: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert {name: answer.headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS
    assert answer.headers["cache-control"] == "no-store"
    problem = answer.json()
    assert problem["type"] == PREFIX + slug
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    assert problem["instance"] == answer.request.url.path
    assert set(problem) <= {"type", "title", "status", "detail", "instance", "errors"}
    return problem


def paths(answer: httpx.Response) -> list[str]:
    return [error["path"] for error in answer.json()["errors"]]


@pytest.mark.parametrize(
    "path", ["/api/unknown", "/api", "/api/", "/api/customers/not-a-uuid", "/api/invoices/1/2/3/4", "/health/unknown"]
)
async def test_an_unknown_address_is_404(owner: Person, path: str) -> None:
    assert_is_problem(await owner.client.get(path), 404, "not-found")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_an_unknown_address_of_the_api_is_404_whatever_the_method(owner: Person, method: str) -> None:
    assert_is_problem(await owner.client.request(method, "/api/unknown", json={}), 404, "not-found")


async def test_a_method_that_an_address_does_not_take_is_405(owner: Person) -> None:
    answer = await owner.client.delete("/api/customers")

    assert_is_problem(answer, 405, "method-not-allowed")
    assert {"GET", "POST"} <= {method.strip() for method in answer.headers["allow"].split(",")}


@pytest.mark.parametrize("path", ["/", "/dashboard"])
async def test_pages_take_no_writes(owner: Person, path: str) -> None:
    assert_is_problem(await owner.client.post(path, json={}), 405, "method-not-allowed")


async def test_control_34_a_body_over_the_limit_is_413(owner: Person, settings: Settings) -> None:
    body = b'{"name": "' + b"x" * settings.max_request_bytes + b'"}'
    answer = await owner.client.post("/api/customers", content=body, headers={"Content-Type": "application/json"})

    assert_is_problem(answer, 413, "too-large")


async def test_control_34_a_body_over_the_limit_that_does_not_say_its_length_is_413(
    owner: Person, settings: Settings
) -> None:
    async def chunks() -> AsyncGenerator[bytes]:
        yield b'{"name": "'
        for _ in range(settings.max_request_bytes // 65536 + 1):
            yield b"x" * 65536

    answer = await owner.client.post("/api/customers", content=chunks(), headers={"Content-Type": "application/json"})

    assert_is_problem(answer, 413, "too-large")


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml", ""],
)
async def test_a_body_that_is_not_json_is_415(owner: Person, content_type: str) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    answer = await owner.client.post("/api/customers", content=json.dumps(CUSTOMER), headers=headers)

    assert_is_problem(answer, 415, "unsupported-media-type")


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"not json",
        b'{"name": "\xff"}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"name": 1e999}',
        b'{"name": NaN}',
        b"{} {}",
    ],
    ids=["open", "words", "bytes", "lists", "objects", "beyond floats", "nan", "two"],
)
async def test_control_34_a_body_that_is_no_json_however_deep_is_400(owner: Person, body: bytes) -> None:
    answer = await owner.client.post("/api/customers", content=body, headers={"Content-Type": "application/json"})

    assert_is_problem(answer, 400, "malformed-body")


async def test_a_missing_body_is_422(owner: Person) -> None:
    assert_is_problem(await owner.client.post("/api/customers"), 422, "invalid-input")


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"is_platform_admin": True}, "is_platform_admin"),
        ({"name": 7}, "name"),
        ({"name": None}, "name"),
        ({"name": ["a"]}, "name"),
        ({"name": "x" * 10_000}, "name"),
        ({"name": "nul\x00byte"}, "name"),
        ({"email": "no address"}, "email"),
        ({"currency": "EURO"}, "currency"),
        ({"currency": "XYZ"}, "currency"),
        ({"country_code": "ZZ"}, "country_code"),
        ({"payment_terms_days": 10**30}, "payment_terms_days"),
        ({"payment_terms_days": -1}, "payment_terms_days"),
        ({"payment_terms_days": 1.5}, "payment_terms_days"),
        ({"payment_terms_days": True}, "payment_terms_days"),
    ],
)
async def test_control_34_a_field_that_cannot_be_is_422_and_named(
    owner: Person, changed: dict[str, object], path: str
) -> None:
    answer = await owner.client.post("/api/customers", json=CUSTOMER | changed)

    assert_is_problem(answer, 422, "invalid-input")
    assert paths(answer) == [path]


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"quantity": "-1"}, "lines[0].quantity"),
        ({"quantity": "1e5"}, "lines[0].quantity"),
        ({"quantity": "9" * 40}, "lines[0].quantity"),
        ({"quantity": 1}, "lines[0].quantity"),
        ({"quantity": "١"}, "lines[0].quantity"),
        ({"unit_price": "NaN"}, "lines[0].unit_price"),
        ({"tax_category": "X"}, "lines[0].tax_category"),
        ({"tax_rate": "101"}, "lines[0].tax_rate"),
        ({"description": "nul\x00byte"}, "lines[0].description"),
        ({"discount": "1"}, "lines[0].discount"),
    ],
)
async def test_a_fault_deep_inside_is_named_as_in_javascript(
    owner: Person, changed: dict[str, object], path: str
) -> None:
    answer = await owner.client.post("/api/invoices/calculate", json={"currency": "EUR", "lines": [LINE | changed]})

    assert_is_problem(answer, 422, "invalid-input")
    assert paths(answer) == [path]


@pytest.mark.parametrize("escaped", ["\\ud800", "\\udfff", "\\ud800x", "\\u0000"])
async def test_half_a_character_is_422_and_named(owner: Person, escaped: str) -> None:
    body = json.dumps(CUSTOMER).replace("Someone", f"a{escaped}b")
    answer = await owner.client.post("/api/customers", content=body, headers={"Content-Type": "application/json"})

    assert_is_problem(answer, 422, "invalid-input")
    assert paths(answer) == ["name"]


async def test_a_whole_surrogate_pair_is_a_character(owner: Person) -> None:
    body = json.dumps(CUSTOMER).replace("Someone", "a\\ud83d\\ude00b")
    answer = await owner.client.post("/api/customers", content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == 201, answer.text
    assert answer.json()["name"] == "a😀b"


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("search=a%00b", "search"),
        ("sort=password_hash", "sort"),
        ("state=deleted", "state"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=many", "limit"),
        ("limit=99999999999999999999999", "limit"),
        ("cursor=%00", "cursor"),
        ("cursor=bm90IGEgY3Vyc29y", "cursor"),
    ],
)
async def test_control_33_a_query_that_cannot_be_is_422_and_named(owner: Person, query: str, path: str) -> None:
    answer = await owner.client.get(f"/api/customers?{query}")

    assert_is_problem(answer, 422, "invalid-input")
    assert paths(answer) == [path]


@pytest.mark.parametrize(
    "query",
    [
        "search=%ed%a0%80",
        "search=%ff",
        "search=%25_%5C",
        "search='%20OR%201=1--",
        "utm_source=mail",
        "search=" + "x" * 5000,
    ],
)
async def test_odd_queries_are_never_a_fault_of_ours(owner: Person, query: str) -> None:
    assert (await owner.client.get(f"/api/customers?{query}")).status_code in {200, 422}


async def test_control_40_an_unexpected_error_says_nothing_and_is_logged_without_local_variables(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def explode(*_: Any, **__: Any) -> None:
        raise RuntimeError("unforeseen")

    monkeypatch.setattr("app.customers.services.CustomerService.create", explode)
    with structlog.testing.capture_logs() as logged:
        monkeypatch.setattr("app.server.problems.log", structlog.get_logger())
        answer = await owner.client.post("/api/customers", json=CUSTOMER)

    problem = assert_is_problem(answer, 500, "internal-error")
    assert "unforeseen" not in str(problem)
    errors = [entry for entry in logged if entry["log_level"] == "error"]
    assert [set(entry) for entry in errors] == [{"event", "log_level", "path", "exc_info"}]
    assert str(errors[0]["exc_info"]) == "unforeseen"


_LOG_AN_ERROR = """
import structlog
from app.lib.logs import configure_logging
configure_logging("INFO", {log_format!r})
def fail():
    secret_local = "-".join(["kept", "to", "itself"])
    raise RuntimeError("unforeseen")
try:
    fail()
except RuntimeError as error:
    structlog.get_logger().error("unexpected error", exc_info=error)
"""


@pytest.mark.parametrize("log_format", ["console", "json"])
def test_control_40_a_logged_error_shows_its_traceback_but_no_local_variables(log_format: str) -> None:
    program = [sys.executable, "-c", _LOG_AN_ERROR.format(log_format=log_format)]
    logged = subprocess.run(program, capture_output=True, text=True, check=True).stderr

    assert "RuntimeError: unforeseen" in logged
    assert "in fail" in logged
    assert "kept-to-itself" not in logged


async def test_control_39_every_answer_of_production_asks_for_https(settings: Settings) -> None:
    production = create_app(msgspec.structs.replace(settings, environment="production"))
    transport = asgi_transport(production)
    async with httpx.AsyncClient(transport=transport, base_url="https://testserver", headers=BROWSER_HEADERS) as client:
        answers = [
            await client.get("/api/me"),
            await client.get("/api/unknown"),
            await client.post("/api/unknown", json={}),
            await client.delete("/api/customers"),
            await client.get("/health/live"),
            await client.get("/no-such-page"),
            await client.get("/schema"),
        ]

    assert [answer.status_code for answer in answers] == [401, 404, 404, 405, 200, 404, 404]
    for answer in answers:
        assert answer.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains", answer.request.url
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert len(answer.headers.get_list("content-security-policy")) == 1


async def test_answers_carry_the_id_under_which_they_are_logged(client: httpx.AsyncClient) -> None:
    first, second = await client.get("/api/public/app"), await client.get("/api/public/app")

    assert first.headers["x-request-id"] != second.headers["x-request-id"]


@pytest.mark.parametrize("path", ["/api/public/app", "/api/me", "/api/unknown"])
async def test_control_39_no_other_site_is_let_in(people: PeopleFactory, path: str) -> None:
    answer = await people.client().get(path, headers={"Origin": "https://evil.example"})

    assert not [name for name in answer.headers if name.startswith("access-control-")]
