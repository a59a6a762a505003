"""Counts and charts: a team's from its own rows, an administrator's from all of them."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.db.session import SessionFactory, transaction
from app.db.tenancy import TenantScope
from app.jobs import repositories
from app.lib import clock
from app.models import JobState, JobStatistic
from tests.jobs.conftest import TASK, AddRun
from tests.support.people import Person

NOON = datetime(2026, 11, 24, 12, 0, 30, tzinfo=UTC)


async def count(sessions: SessionFactory, team_id: UUID | None, minutes_ago: int, **figures: Any) -> None:
    minute = NOON.replace(second=0) - timedelta(minutes=minutes_ago)
    usual = {"queue": "default", "task": TASK, "wait_seconds_sum": 0.0, "wait_seconds_max": 0.0,
             "run_seconds_sum": 0.0, "run_seconds_max": 0.0, "succeeded": 0, "failed": 0, "dead": 0}  # fmt: skip
    async with transaction(sessions, TenantScope(team_id=team_id)) as session:
        session.add(JobStatistic(team_id=team_id, minute=minute, **(usual | figures)))


async def test_a_summary_tells_how_things_stand(committed_owner: Person, stranger: Person, add_run: AddRun) -> None:
    now = clock.now()
    since = now - timedelta(minutes=9)
    await add_run(JobState.QUEUED, scheduled_at=since, queued_at=since - timedelta(hours=1))
    await add_run(JobState.RUNNING, scheduled_at=since - timedelta(days=1))
    await add_run(JobState.QUEUED, scheduled_at=now + timedelta(hours=1))
    await add_run(JobState.RUNNING)
    for _ in range(2):
        await add_run(JobState.DEAD)
    await add_run(JobState.SUCCEEDED)
    await add_run(JobState.QUEUED, of=stranger, scheduled_at=now - timedelta(days=1))

    summary = (await committed_owner.client.get("/api/jobs/summary")).json()

    assert (summary["waiting_count"], summary["running_count"], summary["dead_count"]) == (2, 2, 2)
    assert datetime.fromisoformat(summary["oldest_waiting_since"]) == since
    assert {"process_invoice", TASK} <= set(summary["tasks"])


async def test_an_administrators_summary_is_that_of_all_teams_and_of_the_system(
    admin: Person, stranger: Person, add_run: AddRun
) -> None:
    for team in (stranger, None):
        await add_run(JobState.QUEUED, of=team)
        await add_run(JobState.DEAD, of=team)
    await add_run(JobState.RUNNING)

    summary = (await admin.client.get("/api/admin/jobs/summary")).json()

    assert (summary["waiting_count"], summary["running_count"], summary["dead_count"]) == (2, 1, 2)


async def test_no_count_goes_on_for_ever(
    committed_owner: Person, add_run: AddRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repositories, "COUNTED_UP_TO", 2)
    for _ in range(3):
        await add_run(JobState.DEAD)
        await add_run(JobState.QUEUED)

    summary = (await committed_owner.client.get("/api/jobs/summary")).json()

    assert (summary["waiting_count"], summary["dead_count"]) == (2, 2)


async def test_an_empty_team_has_an_empty_summary_and_empty_charts(owner: Person) -> None:
    summary = (await owner.client.get("/api/jobs/summary")).json()
    statistics = (await owner.client.get("/api/jobs/statistics")).json()

    assert (summary["waiting_count"], summary["oldest_waiting_since"], summary["pauses"]) == (0, None, [])
    assert (len(statistics["buckets"]), statistics["tasks"]) == (288, [])
    assert {bucket["failure_share"] for bucket in statistics["buckets"]} == {None}


@pytest.mark.parametrize(("asked", "seconds", "buckets"), [("1h", 60, 60), ("24h", 300, 288), ("7d", 3600, 168)])
async def test_figures_are_added_up_in_stretches_of_the_range(
    committed_owner: Person, committed_sessions: SessionFactory, asked: str, seconds: int, buckets: int
) -> None:
    team_id = committed_owner.team_id
    await count(committed_sessions, team_id, 0, succeeded=6, failed=1, dead=1, wait_seconds_sum=16.0,
                wait_seconds_max=9.0, run_seconds_sum=4.0, run_seconds_max=3.0)  # fmt: skip
    await count(
        committed_sessions, team_id, 0, task="weekly_report", succeeded=2, wait_seconds_sum=4.0, wait_seconds_max=4.0
    )
    await count(committed_sessions, team_id, 8 * 24 * 60, succeeded=1000)

    with clock.turned_to(NOON):
        answer = await committed_owner.client.get("/api/jobs/statistics", params={"range": asked})
    statistics = answer.json()

    assert (statistics["bucket_seconds"], len(statistics["buckets"])) == (seconds, buckets)
    times = [datetime.fromisoformat(bucket["at"]) for bucket in statistics["buckets"]]
    assert {later - earlier for earlier, later in itertools.pairwise(times)} == {timedelta(seconds=seconds)}
    assert times[-1] <= NOON < times[-1] + timedelta(seconds=seconds)
    last = statistics["buckets"][-1]
    assert (last["succeeded"], last["failed"], last["dead"], last["failure_share"]) == (8, 1, 1, 0.2)
    assert (last["wait_seconds_mean"], last["wait_seconds_max"]) == (2.0, 9.0)
    assert (last["run_seconds_mean"], last["run_seconds_max"]) == (0.4, 3.0)
    assert sum(bucket["succeeded"] for bucket in statistics["buckets"]) == 8
    assert [(task["task"], task["succeeded"], task["failure_share"]) for task in statistics["tasks"]] == [
        (TASK, 6, 0.25),
        ("weekly_report", 2, 0.0),
    ]


async def test_charts_are_those_of_ones_own_team_and_an_administrators_those_of_all(
    admin: Person, committed_owner: Person, stranger: Person, committed_sessions: SessionFactory
) -> None:
    for team_id, succeeded in ((committed_owner.team_id, 1), (stranger.team_id, 10), (None, 100)):
        await count(committed_sessions, team_id, 5, succeeded=succeeded)

    with clock.turned_to(NOON):
        ours = (await committed_owner.client.get("/api/jobs/statistics", params={"range": "1h"})).json()
        all_of_them = (await admin.client.get("/api/admin/jobs/statistics", params={"range": "1h"})).json()

    assert sum(bucket["succeeded"] for bucket in ours["buckets"]) == 1
    assert sum(bucket["succeeded"] for bucket in all_of_them["buckets"]) == 111
    assert [task["succeeded"] for task in all_of_them["tasks"]] == [111]


async def test_a_range_that_there_is_not_is_refused(owner: Person) -> None:
    answer = await owner.client.get("/api/jobs/statistics", params={"range": "1y"})

    assert (answer.status_code, [fault["path"] for fault in answer.json()["errors"]]) == (422, ["range"])
