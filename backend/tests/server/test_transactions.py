"""One transaction per request: committed before the answer leaves, and wholly undone when anything goes wrong."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator
from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy import Connection, event, func, select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.pool import NullPool

from app.config import as_asyncpg_url
from app.db.request import RequestSessions, request_session
from app.db.session import SessionFactory, transaction
from app.models import Customer, RateLimitWindow, User
from tests.support.people import PeopleFactory, Person

CUSTOMER = {"name": "Fails at commit", "email": "late@example.com", "currency": "EUR"}
SIGN_UP = {
    "name": "Fails at commit",
    "email": "late@example.com",
    "password": "correct horse battery",
    "team_name": "Late",
}
LINE = {
    "description": "Work",
    "quantity": "1",
    "unit_code": "HUR",
    "unit_price": "10.00",
    "tax_category": "S",
    "tax_rate": "19",
}


@pytest.fixture
async def counts(superuser_database_url: str) -> AsyncGenerator[Callable[..., Any]]:
    """Count rows from outside, past row-level security."""
    outside = create_async_engine(as_asyncpg_url(superuser_database_url), poolclass=NullPool)

    async def count(*tables: str) -> dict[str, int]:
        async with outside.connect() as connection:
            return {table: await connection.scalar(text(f"SELECT count(*) FROM {table}")) or 0 for table in tables}

    yield count
    await outside.dispose()


@pytest.fixture
def failing_commit(as_superuser: Callable[..., None]) -> Generator[None]:
    """A deferred constraint: the INSERTs succeed, the COMMIT does not."""
    as_superuser(
        "CREATE FUNCTION fail_at_commit() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'secret detail of the driver' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        *(
            f"CREATE CONSTRAINT TRIGGER fail_at_commit AFTER INSERT OR UPDATE ON {table} DEFERRABLE INITIALLY DEFERRED "
            f"FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION fail_at_commit()"
            for table, condition in (
                ("customers", "NEW.name LIKE 'Fails%'"),
                ("users", "NEW.name LIKE 'Fails%'"),
                ("sign_ups", "NEW.name LIKE 'Fails%'"),
                ("invoices", "NEW.note LIKE 'Fails%' AND NEW.state = 'issued'"),
            )
        ),
    )
    yield
    as_superuser("DROP FUNCTION fail_at_commit() CASCADE")


@pytest.fixture
def killed_at_commit(engine: AsyncEngine, as_superuser: Callable[..., None]) -> Generator[list[int]]:
    """The server process of the connection dies just before COMMIT, for transactions that inserted a customer."""
    killed: list[int] = []
    inserted: set[int] = set()

    def note(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("INSERT INTO customers"):
            inserted.add(id(connection))

    def kill(connection: Connection) -> None:
        if id(connection) in inserted:
            inserted.discard(id(connection))
            pid = connection.scalar(text("SELECT pg_backend_pid()"))
            assert pid is not None
            as_superuser(f"SELECT pg_terminate_backend({pid}, 2000)")
            killed.append(pid)

    event.listen(engine.sync_engine, "before_cursor_execute", note)
    event.listen(engine.sync_engine, "commit", kill)
    yield killed
    event.remove(engine.sync_engine, "before_cursor_execute", note)
    event.remove(engine.sync_engine, "commit", kill)


def _checked_out(engine: AsyncEngine) -> int:
    return engine.pool.checkedout()  # pyright: ignore[reportAttributeAccessIssue] - of QueuePool


async def test_a_failing_commit_is_a_500_that_leaves_nothing(
    failing_commit: None, committed_owner: Person, counts: Callable[..., Any], engine: AsyncEngine
) -> None:
    answer = await committed_owner.client.post("/api/customers", json=CUSTOMER)

    assert answer.status_code == 500, answer.text
    assert answer.json()["type"] == "urn:quittance:problem:internal-error"
    assert "secret detail" not in answer.text
    assert await counts("customers", "team_events") == {"customers": 0, "team_events": 0}
    assert _checked_out(engine) == 0


async def test_a_sign_up_whose_commit_fails_sets_no_cookie_and_greets_nobody(
    failing_commit: None, committed_people: PeopleFactory, counts: Callable[..., Any]
) -> None:
    answer = await committed_people.client().post("/api/auth/sign-up", json=SIGN_UP)

    assert answer.status_code == 500
    assert "set-cookie" not in answer.headers
    tables = ("sign_ups", "users", "teams", "sessions", "job_runs", "saq_jobs")
    assert await counts(*tables) == dict.fromkeys(tables, 0)


async def test_an_issue_whose_commit_fails_leaves_a_draft_no_number_and_no_job(
    failing_commit: None, committed_owner: Person, counts: Callable[..., Any]
) -> None:
    client = committed_owner.client
    customer = (await client.post("/api/customers", json=CUSTOMER | {"name": "Fine"})).json()
    draft = {"customer_id": customer["id"], "currency": "EUR", "lines": [LINE]}
    failing = (await client.post("/api/invoices", json=draft | {"note": "Fails"})).json()
    fine = (await client.post("/api/invoices", json=draft)).json()

    answer = await client.post(f"/api/invoices/{failing['id']}/issue", json={})

    assert answer.status_code == 500, answer.text
    assert (await client.get(f"/api/invoices/{failing['id']}")).json()["status"] == "draft"
    assert await counts("job_runs", "saq_jobs", "invoice_deliveries") == {
        "job_runs": 0,
        "saq_jobs": 0,
        "invoice_deliveries": 0,
    }
    issued = (await client.post(f"/api/invoices/{fine['id']}/issue", json={})).json()
    assert issued["number"].endswith("0001"), issued["number"]


async def test_a_connection_killed_at_commit_is_a_503_that_leaves_nothing(
    killed_at_commit: list[int], committed_owner: Person, counts: Callable[..., Any], engine: AsyncEngine
) -> None:
    answer = await committed_owner.client.post("/api/customers", json=CUSTOMER)

    assert len(killed_at_commit) == 1
    assert answer.status_code == 503, answer.text
    assert int(answer.headers["retry-after"]) > 0
    assert answer.json()["type"] == "urn:quittance:problem:service-unavailable"
    assert await counts("customers", "team_events") == {"customers": 0, "team_events": 0}
    assert _checked_out(engine) == 0
    assert (await committed_owner.client.get("/api/customers")).status_code == 200


async def test_a_refused_request_is_rolled_back(
    committed_owner: Person, counts: Callable[..., Any], engine: AsyncEngine
) -> None:
    before = (await committed_owner.client.get("/api/team")).json()
    answer = await committed_owner.client.patch(
        "/api/team", json={"name": "Changed", "seller": {"iban": "DE00123456781234567890"}}
    )

    assert answer.status_code == 422
    assert (await committed_owner.client.get("/api/team")).json() == before
    assert _checked_out(engine) == 0


async def test_failed_log_ins_are_counted_although_they_are_refused(
    committed_people: PeopleFactory, committed_sessions: SessionFactory
) -> None:
    client = committed_people.client()
    attempt = {"email": "nobody@example.com", "password": "not this one, sorry"}
    statuses = [(await client.post("/api/auth/log-in", json=attempt)).status_code for _ in range(3)]

    assert statuses == [401, 401, 401]
    async with committed_sessions() as session:
        assert await session.scalar(select(func.max(RateLimitWindow.attempts))) == 3


async def test_being_seen_is_kept_even_where_the_handler_asks_for_nothing_but_the_caller(
    committed_owner: Person, as_superuser: Callable[..., None], counts: Callable[..., Any]
) -> None:
    as_superuser("UPDATE sessions SET last_seen_at = now() - interval '1 hour'")
    assert (await committed_owner.client.get("/api/me")).status_code == 200

    recent = "sessions WHERE last_seen_at > now() - interval '1 minute'"
    assert await counts(recent) == {recent: 1}


# --- the middleware by itself


def _request() -> Any:
    """As much of an ASGI scope as the middleware reads."""
    return {"type": "http", "state": {}}


async def _no_message() -> Any:
    raise AssertionError("nothing to receive")


async def test_what_a_request_leaves_uncommitted_is_rolled_back(
    committed_sessions: SessionFactory, committed_owner: Person, counts: Callable[..., Any], engine: AsyncEngine
) -> None:
    async def forgetful(scope: Any, _receive: Any, send: Any) -> None:
        session = request_session(scope)
        (await session.get_one(User, committed_owner.user_id)).name = "Never kept"
        await session.flush()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        held.append(_checked_out(engine))
        await send({"type": "http.response.body", "body": b""})

    held: list[int] = []
    await RequestSessions(forgetful, committed_sessions)(_request(), _no_message, _accept)

    assert held == [0], "a connection was held while the answer was being sent"
    kept = "users WHERE name = 'Never kept'"
    assert await counts(kept) == {kept: 0}


async def _accept(_message: Any) -> None:
    """A browser that takes everything."""


async def test_a_request_that_is_cancelled_gives_its_connection_back(
    committed_sessions: SessionFactory, committed_owner: Person, engine: AsyncEngine
) -> None:
    started = asyncio.Event()

    async def slow(scope: Any, _receive: Any, _send: Any) -> None:
        session: AsyncSession = request_session(scope)
        await session.execute(text("SELECT 1"))
        started.set()
        await session.execute(text("SELECT pg_sleep(30)"))

    request = asyncio.create_task(RequestSessions(slow, committed_sessions)(_request(), _no_message, _accept))
    await asyncio.wait_for(started.wait(), 5)
    await asyncio.sleep(0.05)
    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request
    await asyncio.sleep(0.1)

    assert _checked_out(engine) == 0
    async with committed_sessions() as session:
        assert await session.scalar(select(func.count()).select_from(Customer)) == 0


async def test_an_app_that_breaks_in_the_middle_still_gives_its_connection_back(
    committed_app: Litestar, committed_owner: Person, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def explode(*_: Any) -> None:
        raise RuntimeError("unforeseen")

    monkeypatch.setattr("app.customers.services.CustomerService.create", explode)
    answer = await committed_owner.client.post("/api/customers", json=CUSTOMER)

    assert answer.status_code == 500
    assert _checked_out(engine) == 0


LEFT_OPEN = "pg_stat_activity WHERE state LIKE 'idle in transaction%' AND datname = current_database()"


async def test_a_browser_that_goes_away_at_any_moment_leaves_no_transaction_open(
    committed_owner: Person, engine: AsyncEngine, counts: Callable[..., Any]
) -> None:
    for steps in range(20):
        await _cancel_after(steps, committed_owner.client.get("/api/customers"))

        assert await counts(LEFT_OPEN) == {LEFT_OPEN: 0}, steps
    assert _checked_out(engine) == 0
    assert (await committed_owner.client.get("/api/customers")).status_code == 200


async def test_a_cancelled_block_leaves_no_transaction_open(
    committed_owner: Person, committed_sessions: SessionFactory, engine: AsyncEngine, counts: Callable[..., Any]
) -> None:
    async def read() -> None:
        async with transaction(committed_sessions, committed_owner.scope) as session:
            await session.execute(text("SELECT 1"))

    for steps in range(20):
        await _cancel_after(steps, read())

        assert await counts(LEFT_OPEN) == {LEFT_OPEN: 0}, steps
    assert _checked_out(engine) == 0


async def _cancel_after(steps: int, work: Coroutine[Any, Any, Any]) -> None:
    task = asyncio.create_task(work)
    for _ in range(steps):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await asyncio.sleep(0.02)  # for the server to see that the connection is gone
