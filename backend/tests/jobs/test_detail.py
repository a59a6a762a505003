"""One job, whole: what was given, what went wrong when, who did what to it, and what it logged."""

from datetime import timedelta
from typing import Any

import pytest

from app.db.session import SessionFactory, transaction
from app.lib import clock
from app.lib.ids import new_id
from app.models import JobLogLine, JobState
from tests.jobs.conftest import AddRun
from tests.support.people import Person

NOW = clock.now() - timedelta(hours=1)


def at(minutes: float) -> str:
    return (NOW + timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")


def failure(attempt: int, minutes: float, error: str) -> dict[str, Any]:
    return {
        "attempt": attempt,
        "worker": f"host:{attempt}",
        "started_at": at(minutes),
        "ended_at": at(minutes + 1),
        "error": error,
    }


async def test_a_dead_job_tells_its_whole_story(committed_owner: Person, add_run: AddRun) -> None:
    failures = [failure(1, 1, "OSError: gone"), failure(2, 10, "OSError: still gone, ?token=abc")]
    run_id = await add_run(
        JobState.DEAD,
        attempt=2,
        queued_at=NOW,
        started_at=NOW + timedelta(minutes=10),
        finished_at=NOW + timedelta(minutes=11),
        failures=failures,
        error="OSError: still gone, ?token=abc",
        arguments={"invoice_id": "7", "password": "hunter2"},
        result={"token": "abc", "pages": 2},
        trace_id="a-trace",
    )

    detail = (await committed_owner.client.get(f"/api/jobs/{run_id}")).json()

    assert detail["arguments"] == {"invoice_id": "7", "password": "•••"}
    assert detail["result"] == {"token": "•••", "pages": 2}
    assert detail["error"] == "OSError: still gone, ?token=•••"
    assert detail["trace_id"] == "a-trace"
    assert [each["error"] for each in detail["failures"]] == ["OSError: gone", "OSError: still gone, ?token=•••"]
    assert [(each["kind"], each["attempt"], each["at"]) for each in detail["timeline"]] == [
        ("queued", None, at(0)),
        ("started", 1, at(1)),
        ("failed", 1, at(2)),
        ("started", 2, at(10)),
        ("failed", 2, at(11)),
        ("dead", 2, at(11)),
    ]
    assert (detail["can_cancel"], detail["can_start_now"], detail["can_replay"]) == (False, False, True)


@pytest.mark.parametrize(
    ("state", "scheduled", "expected"),
    [
        (JobState.QUEUED, timedelta(hours=1), (True, True, False)),
        (JobState.QUEUED, timedelta(hours=-1), (True, False, False)),
        (JobState.RUNNING, timedelta(hours=-1), (True, False, False)),
        (JobState.SUCCEEDED, timedelta(hours=-1), (False, False, True)),
        (JobState.CANCELLED, timedelta(hours=-1), (False, False, True)),
    ],
)
async def test_a_job_says_what_can_be_done_to_it(
    committed_owner: Person, add_run: AddRun, state: JobState, scheduled: timedelta, expected: tuple[bool, ...]
) -> None:
    run_id = await add_run(state, scheduled_at=clock.now() + scheduled)

    detail = (await committed_owner.client.get(f"/api/jobs/{run_id}")).json()

    assert (detail["can_cancel"], detail["can_start_now"], detail["can_replay"]) == expected


async def test_the_log_is_read_line_by_line_and_goes_on_where_it_was_left(
    committed_owner: Person, add_run: AddRun, committed_sessions: SessionFactory
) -> None:
    run_id, team_id = await add_run(JobState.RUNNING, attempt=2), committed_owner.team_id
    places = [(1, 9), (1, 10), (2, 1), (2, 2)]
    async with transaction(committed_sessions, committed_owner.scope) as session:
        session.add_all(
            JobLogLine(team_id=team_id, run_id=run_id, attempt=attempt, number=number, at=NOW, level="info",
                       event=f"line {attempt}.{number} token=abc", fields={"secret": "abc", "number": number})
            for attempt, number in places[:3]
        )  # fmt: skip
    client, path = committed_owner.client, f"/api/jobs/{run_id}/logs"

    first = (await client.get(path, params={"limit": 2})).json()
    second = (await client.get(path, params={"after": first["next_after"]})).json()
    async with transaction(committed_sessions, committed_owner.scope) as session:
        line = JobLogLine(
            team_id=team_id, run_id=run_id, attempt=2, number=2, at=NOW, level="error", event="last", fields={}
        )
        session.add(line)
    third = (await client.get(path, params={"after": second["next_after"]})).json()

    assert [(line["attempt"], line["number"]) for page in (first, second, third) for line in page["items"]] == places
    assert [page["has_more"] for page in (first, second, third)] == [True, False, False]
    assert first["items"][0]["event"] == "line 1.9 token=•••"
    assert first["items"][0]["fields"] == {"secret": "•••", "number": 9}
    assert (third["items"][0]["level"], third["next_after"]) == ("error", "2.2")


@pytest.mark.parametrize("after", ["", "1", "1.x", "-1.2", "1.99999999999", "1.2.3"])
async def test_a_place_in_no_log_is_refused(committed_owner: Person, add_run: AddRun, after: str) -> None:
    run_id = await add_run()

    answer = await committed_owner.client.get(f"/api/jobs/{run_id}/logs", params={"after": after})

    assert (answer.status_code, [fault["path"] for fault in answer.json()["errors"]]) == (422, ["after"])


async def test_a_job_that_nobody_has_is_not_there(owner: Person) -> None:
    for path in (f"/api/jobs/{new_id()}", f"/api/jobs/{new_id()}/logs"):
        answer = await owner.client.get(path)
        assert (answer.status_code, answer.json()["type"]) == (404, "urn:quittance:problem:job-not-found")


async def test_an_administrator_looks_into_any_teams_job(
    admin: Person, add_run: AddRun, committed_owner: Person
) -> None:
    run_id = await add_run(arguments={"token": "abc"})

    detail = (await admin.client.get(f"/api/admin/jobs/{run_id}")).json()

    assert detail["job"]["team"] == {"id": str(committed_owner.team_id), "name": "Northwind"}
    assert detail["arguments"] == {"token": "•••"}
