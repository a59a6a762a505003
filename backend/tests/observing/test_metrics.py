"""One scrape of /metrics tells what all workers did and have before them, to whoever knows the token."""

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest
from litestar import Litestar
from prometheus_client.parser import text_string_to_metric_families

from app.config import Settings
from app.db.session import SessionFactory, transaction
from app.db.tenancy import TenantScope
from app.lib import clock
from app.models import JobState, JobStatistic
from app.queue.enqueue import enqueue
from app.server.app import create_app
from tests.queue.conftest import sample_tasks as sample_tasks  # registers them
from tests.queue.workers import running_worker, wait_for_run
from tests.support.people import BROWSER_HEADERS, PeopleFactory, Person
from tests.support.transport import asgi_transport

TOKEN = "what Prometheus alone knows"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


def with_token(settings: Settings) -> Settings:
    observing = msgspec.structs.replace(settings.observing, metrics_token=TOKEN)
    return msgspec.structs.replace(settings, observing=observing)


def scraper(app: Litestar) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=asgi_transport(app), base_url="http://testserver")


@pytest.fixture
def measured_app(settings: Settings, committed_sessions: SessionFactory) -> Litestar:
    return create_app(with_token(settings), sessions=committed_sessions)


@pytest.fixture
async def prometheus(measured_app: Litestar) -> AsyncGenerator[httpx.AsyncClient]:
    async with scraper(measured_app) as client:
        yield client


async def scraped(prometheus: httpx.AsyncClient) -> dict[tuple[str, ...], float]:
    """Every sample by its name and the values of its labels, which stand in the order of their names."""
    answer = await prometheus.get("/metrics", headers=BEARER)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


async def add_statistic(
    sessions: SessionFactory, task: str, minute: datetime, *, team_id: UUID | None = None, **counts: float
) -> None:
    async with transaction(sessions, TenantScope(team_id=team_id)) as session:
        session.add(
            JobStatistic(
                team_id=team_id, minute=minute.replace(second=0, microsecond=0), queue="default", task=task, **counts
            )
        )


async def test_without_a_token_of_its_own_the_installation_has_no_metrics(client: httpx.AsyncClient) -> None:
    for headers in ({}, BEARER, {"Authorization": "Bearer "}):
        answer = await client.get("/metrics", headers=headers)
        assert (answer.status_code, answer.json()["type"]) == (404, "urn:quittance:problem:not-found")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": ""},
        {"Authorization": TOKEN},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": f"Bearer {TOKEN} "},
        {"Authorization": f"Bearer {TOKEN[:-1]}"},
        {"Authorization": "Bearer Ünï"},
    ],
)
async def test_whoever_does_not_know_the_token_learns_nothing(
    prometheus: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    answer = await prometheus.get("/metrics", headers=raw)

    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert answer.json()["type"] == "urn:quittance:problem:unauthenticated"
    assert "quittance_" not in answer.text
    assert TOKEN not in answer.text


async def test_nobodys_session_opens_the_metrics(measured_app: Litestar, committed_people: PeopleFactory) -> None:
    owner = await committed_people.owner()
    async with httpx.AsyncClient(
        transport=asgi_transport(measured_app),
        base_url="http://testserver",
        headers=BROWSER_HEADERS,
        cookies=dict(owner.client.cookies),
    ) as browser:
        assert (await browser.get("/api/me")).status_code == 200
        assert (await browser.get("/metrics")).status_code == 401


async def test_ended_attempts_of_all_teams_are_counted_together_since_midnight(
    prometheus: httpx.AsyncClient, committed_people: PeopleFactory, committed_sessions: SessionFactory
) -> None:
    one, other = await committed_people.owner(), await committed_people.owner()
    noon = clock.now().replace(hour=12)
    counts = {"wait_seconds_sum": 1.5, "run_seconds_sum": 6.0}
    for minute, team_id in ((noon, one.team_id), (noon, other.team_id), (noon - timedelta(minutes=1), None)):
        await add_statistic(
            committed_sessions, "send_email", minute, team_id=team_id, succeeded=5, failed=2, dead=1, **counts
        )
    await add_statistic(committed_sessions, "send_email", noon - timedelta(days=1), succeeded=1000)

    with clock.turned_to(noon):
        figures = await scraped(prometheus)

    assert figures["quittance_database_up",] == 1
    outcomes = {
        outcome: figures["quittance_job_runs_total", outcome, "send_email"]
        for outcome in ("succeeded", "failed", "dead")
    }
    assert outcomes == {"succeeded": 15, "failed": 6, "dead": 3}
    assert figures["quittance_job_wait_seconds_count", "send_email"] == 24
    assert figures["quittance_job_wait_seconds_sum", "send_email"] == 4.5
    assert figures["quittance_job_run_seconds_count", "send_email"] == 24
    assert figures["quittance_job_run_seconds_sum", "send_email"] == 18
    assert not [name for name in figures if str(one.team_id) in name], "a team is nobody's label"


async def test_a_task_that_never_ran_stands_at_nought(prometheus: httpx.AsyncClient) -> None:
    figures = await scraped(prometheus)

    assert figures["quittance_job_runs_total", "dead", "process_invoice"] == 0
    assert figures["quittance_job_run_seconds_count", "process_invoice"] == 0
    assert figures["quittance_jobs_waiting", "process_invoice"] == 0
    assert figures["quittance_jobs_oldest_waiting_seconds", "process_invoice"] == 0


async def test_what_waits_is_told_with_its_age(
    prometheus: httpx.AsyncClient, committed_owner: Person, committed_sessions: SessionFactory
) -> None:
    mail: dict[str, Any] = {"to": "ada@example.com", "subject": "Hello", "text": "Hello"}
    now = clock.now()
    for scope, due_at in (
        (committed_owner.scope, now),
        (TenantScope(), now - timedelta(seconds=90)),
        (TenantScope(), now + timedelta(hours=1)),
    ):
        async with transaction(committed_sessions, scope) as session:
            await enqueue(session, "send_email", scheduled=due_at.timestamp(), **mail)

    figures = await scraped(prometheus)

    assert figures["quittance_jobs_waiting", "send_email"] == 2
    assert 89 <= figures["quittance_jobs_oldest_waiting_seconds", "send_email"] < 100
    assert figures["quittance_jobs_due_later", "send_email"] == 1
    assert figures["quittance_jobs_running", "send_email"] == 0

    # No worker is there to notice that the third has become due.
    with clock.turned_to(now + timedelta(hours=1, seconds=1)):
        figures = await scraped(prometheus)

    assert figures["quittance_jobs_waiting", "send_email"] == 3
    assert figures["quittance_jobs_due_later", "send_email"] == 0


async def test_attempts_under_way_are_told(
    prometheus: httpx.AsyncClient, settings: Settings, committed_sessions: SessionFactory
) -> None:
    async with transaction(committed_sessions, TenantScope()) as session:
        run_id = await enqueue(session, "sample_endless")
    async with running_worker(settings, committed_sessions):
        await wait_for_run(committed_sessions, run_id, states=frozenset({JobState.RUNNING}))
        figures = await scraped(prometheus)

    assert figures["quittance_jobs_running", "sample_endless"] == 1
    assert figures["quittance_jobs_waiting", "sample_endless"] == 0


async def test_what_workers_really_did_arrives(
    prometheus: httpx.AsyncClient, settings: Settings, committed_sessions: SessionFactory
) -> None:
    async with transaction(committed_sessions, TenantScope()) as session:
        run_id = await enqueue(session, "sample_failing", succeeds_at=2)
    async with running_worker(settings, committed_sessions):
        await wait_for_run(committed_sessions, run_id)
        figures = await scraped(prometheus)

    assert figures["quittance_job_runs_total", "succeeded", "sample_failing"] == 1
    assert figures["quittance_job_runs_total", "failed", "sample_failing"] == 1
    assert figures["quittance_job_run_seconds_count", "sample_failing"] == 2
    assert figures["quittance_job_wait_seconds_sum", "sample_failing"] >= 0


async def test_requests_are_counted_by_route_and_status(prometheus: httpx.AsyncClient, committed_owner: Person) -> None:
    await prometheus.get("/api/customers")
    await prometheus.get(f"/api/customers/{committed_owner.team_id}")
    figures = await scraped(prometheus)

    name = "quittance_http_request_duration_seconds_count"
    assert figures[name, "GET", "/api/customers", "401"] == 1
    assert figures[name, "GET", "/api/customers/{customer_id}", "401"] == 1
    assert figures["process_resident_memory_bytes",] > 0


async def test_addresses_that_strangers_make_up_make_no_series(prometheus: httpx.AsyncClient) -> None:
    for number in range(20):
        await prometheus.get(f"/wp-admin/{number}.php")
        await prometheus.get(f"/api/nothing/{number}")
    figures = await scraped(prometheus)

    routes = {key[2] for key in figures if key[0] == "quittance_http_request_duration_seconds_count"}
    assert routes == {"/{path}"}


async def test_a_process_without_its_database_still_tells_about_itself(settings: Settings) -> None:
    nowhere = "postgresql://quittance_app:secret@127.0.0.1:1/nowhere"
    database = msgspec.structs.replace(settings.database, url=nowhere, owner_url=nowhere)
    app = create_app(msgspec.structs.replace(with_token(settings), database=database))
    async with scraper(app) as prometheus:
        await prometheus.get("/health/live")
        figures = await scraped(prometheus)

    assert figures["quittance_database_up",] == 0
    assert figures["quittance_http_request_duration_seconds_count", "GET", "/health/live", "200"] == 1
    assert not [key for key in figures if key[0].startswith("quittance_job")]
