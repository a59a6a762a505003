"""Every line about a request says whose it was and which request, and every line is JSON where machines read it."""

import json
import logging
import sys
from typing import Any

import httpx
import structlog

from app.lib.logs import json_formatter
from tests.support.logs import captured_logs
from tests.support.people import PeopleFactory, Person

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


async def lines_of(client: httpx.AsyncClient, path: str) -> list[dict[str, Any]]:
    structlog.contextvars.clear_contextvars()  # in-process, requests share the test's context
    with captured_logs("INFO") as written:
        await client.get(path, headers={"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"})
    return [json.loads(line) for line in written.getvalue().splitlines() if line.startswith("{")]


async def test_a_requests_line_carries_request_trace_team_and_user(owner: Person) -> None:
    [line] = await lines_of(owner.client, "/api/customers")

    assert (line["event"], line["method"], line["path"], line["status"]) == ("request", "GET", "/api/customers", 200)
    assert (line["trace_id"], line["team_id"], line["user_id"]) == (TRACE, str(owner.team_id), str(owner.user_id))
    assert line["request_id"]
    assert line["level"] == "info"
    assert line["timestamp"].endswith("Z")


async def test_so_does_the_line_of_what_was_refused_on_the_way(people: PeopleFactory, owner: Person) -> None:
    lines = await lines_of(owner.client, "/api/admin/users")

    assert {line["event"] for line in lines} == {"request", "access denied"}
    for line in lines:
        assert (line["trace_id"], line["team_id"], line["user_id"]) == (TRACE, str(owner.team_id), str(owner.user_id))
        assert line["request_id"] == lines[0]["request_id"]


async def test_a_stranger_has_neither_team_nor_user(client: httpx.AsyncClient) -> None:
    [line] = await lines_of(client, "/api/customers")

    assert line["status"] == 401
    assert {"team_id", "user_id"}.isdisjoint(line)


def test_libraries_write_json_too_with_the_traceback_in_one_line() -> None:
    try:
        raise ValueError("what went wrong")
    except ValueError:
        record = logging.LogRecord("uvicorn.error", logging.ERROR, "", 0, "Exception in %s", ("app",), sys.exc_info())
    written = json_formatter().format(record)

    assert "\n" not in written
    line = json.loads(written)
    assert (line["event"], line["level"], line["logger"]) == ("Exception in app", "error", "uvicorn.error")
    assert "ValueError: what went wrong" in line["exception"]
    assert line["timestamp"].endswith("Z")
