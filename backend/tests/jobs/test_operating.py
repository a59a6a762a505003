"""What those who run the installation do to the queue as a whole."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from app.db.session import SessionFactory, transaction
from app.lib import clock
from app.models import CatchUp, JobPause, JobSchedule, JobState, JobWorker
from tests.auth.world import daily_cleanup_schedule
from tests.jobs.conftest import TASK, AddRun, read
from tests.jobs.test_actions import fields, log_of, problem
from tests.support.people import Person

type Json = dict[str, Any]
SCHEDULE = "/api/admin/jobs/schedules/daily_cleanup"


@pytest.fixture
async def schedule(committed_sessions: SessionFactory) -> None:
    async with transaction(committed_sessions) as session:
        session.add(daily_cleanup_schedule())


async def stored(sessions: SessionFactory) -> JobSchedule:
    async with transaction(sessions) as session:
        return await session.get_one(JobSchedule, "daily_cleanup")


async def audited(admin: Person) -> list[Json]:
    return [fields(entry) for entry in await log_of(admin, "/api/me/audit-log")][::-1]


# --- pauses


async def test_a_task_is_paused_and_resumed(
    admin: Person, committed_owner: Person, committed_sessions: SessionFactory
) -> None:
    client = admin.client

    paused = (await client.post("/api/admin/jobs/pause", json={"task": TASK})).json()["items"]
    again = (await client.post("/api/admin/jobs/pause", json={"task": TASK})).json()["items"]
    seen = (await committed_owner.client.get("/api/jobs/summary")).json()["pauses"]
    async with transaction(committed_sessions) as session:
        [row] = (await session.scalars(select(JobPause))).all()
    resumed = (await client.post("/api/admin/jobs/resume", json={"task": TASK})).json()["items"]
    await client.post("/api/admin/jobs/resume", json={"task": TASK})

    assert [(each["queue"], each["task"], each["paused_by"]) for each in paused] == [("default", TASK, admin.name)]
    assert (again, seen, resumed) == (paused, paused, [])
    assert (row.queue, row.task, row.paused_by_id) == ("default", TASK, admin.user_id)
    assert [(each["action"], each["subject"]) for each in await audited(admin)] == [
        ("pause", f"default/{TASK}"),
        ("resume", f"default/{TASK}"),
    ]


async def test_a_whole_queue_is_paused(admin: Person, committed_sessions: SessionFactory) -> None:
    [paused] = (await admin.client.post("/api/admin/jobs/pause", json={})).json()["items"]

    assert (paused["queue"], paused["task"]) == ("default", None)
    async with transaction(committed_sessions) as session:
        assert (await session.scalars(select(JobPause.task))).all() == [""]
    assert (await admin.client.get("/api/admin/jobs/pauses")).json()["items"] == [paused]


@pytest.mark.parametrize(
    ("body", "path"), [({"task": "no_such_task"}, "task"), ({"queue": "elsewhere"}, "queue"), ({"task": ""}, "task")]
)
async def test_a_brake_that_would_hold_nothing_is_refused(admin: Person, body: Json, path: str) -> None:
    answer = await admin.client.post("/api/admin/jobs/pause", json=body)

    assert (answer.status_code, [fault["path"] for fault in answer.json()["errors"]]) == (422, [path])
    assert await audited(admin) == []


# --- schedules


@pytest.mark.usefixtures("schedule")
async def test_a_schedule_is_shown_with_what_became_of_it_last(
    admin: Person, committed_sessions: SessionFactory, add_run: AddRun
) -> None:
    run_id = await add_run(JobState.SUCCEEDED, of=None, task="daily_cleanup", arguments={})
    async with transaction(committed_sessions) as session:
        row = await session.get_one(JobSchedule, "daily_cleanup")
        row.last_run_id, row.last_tick_at = run_id, clock.now()

    [entry] = (await admin.client.get("/api/admin/jobs/schedules")).json()["items"]

    assert (entry["name"], entry["cron"], entry["time_zone"], entry["catch_up"]) == (
        "daily_cleanup",
        "0 2 * * *",
        "UTC",
        "skip",
    )
    assert (entry["last_run"]["id"], entry["last_run"]["state"]) == (str(run_id), "succeeded")
    assert (entry["is_enabled"], entry["is_edited"], entry["next_run_at"] is not None) == (True, False, True)


@pytest.mark.usefixtures("schedule")
async def test_a_schedule_is_run_now(admin: Person, committed_sessions: SessionFactory) -> None:
    answer = await admin.client.post(f"{SCHEDULE}/run")

    assert answer.status_code == 200, answer.text
    job = answer.json()
    assert (job["task"], job["state"], job["requested_by"], job["team"]) == (
        "daily_cleanup",
        "queued",
        admin.name,
        None,
    )
    row = await stored(committed_sessions)
    assert row.last_run_id is not None
    assert (str(row.last_run_id), row.last_tick_at) == (job["id"], None)
    run = await read(committed_sessions, row.last_run_id, None)
    assert (run.run.team_id, run.saq.status) == (None, "queued")
    [told] = await audited(admin)
    assert (told["action"], told["subject"], told["run_id"]) == ("run_schedule", "daily_cleanup", job["id"])


@pytest.mark.usefixtures("schedule")
async def test_a_schedule_is_changed_at_once(admin: Person, committed_sessions: SessionFactory) -> None:
    change = {"cron": "30 6 * * *", "time_zone": "Europe/Berlin", "catch_up": "all", "most_caught_up": 3}

    answer = await admin.client.patch(SCHEDULE, json=change)

    assert answer.status_code == 200, answer.text
    row = await stored(committed_sessions)
    assert (row.cron, row.time_zone, row.catch_up, row.most_caught_up) == (
        "30 6 * * *",
        "Europe/Berlin",
        CatchUp.ALL,
        3,
    )
    assert row.edited_at is not None
    assert clock.now() < row.next_run_at <= clock.now() + timedelta(days=1)
    assert row.next_run_at.astimezone(UTC).strftime("%M") == "30"
    assert answer.json()["is_edited"] is True
    [told] = await audited(admin)
    assert told["detail"]["before"] == {
        "cron": "0 2 * * *",
        "time_zone": "UTC",
        "catch_up": "skip",
        "most_caught_up": 1,
    }
    assert told["detail"]["after"] == change


@pytest.mark.usefixtures("schedule")
async def test_a_schedule_is_disabled_and_enabled_again(admin: Person, committed_sessions: SessionFactory) -> None:
    async with transaction(committed_sessions) as session:
        row = await session.get_one(JobSchedule, "daily_cleanup")
        row.next_run_at = datetime(2026, 1, 1, tzinfo=UTC)

    disabled = (await admin.client.patch(SCHEDULE, json={"is_enabled": False})).json()
    enabled = (await admin.client.patch(SCHEDULE, json={"is_enabled": True})).json()
    repeated = await admin.client.patch(SCHEDULE, json={"is_enabled": True})

    assert (disabled["is_enabled"], disabled["next_run_at"]) == (False, None)
    assert (enabled["is_enabled"], repeated.status_code) == (True, 200)
    # What was missed while it was off is not made up for.
    assert (await stored(committed_sessions)).next_run_at > clock.now()
    assert len(await audited(admin)) == 2


@pytest.mark.usefixtures("schedule")
@pytest.mark.parametrize(
    ("body", "paths"),
    [
        ({"cron": "every day"}, ["cron"]),
        ({"cron": "61 * * * *"}, ["cron"]),
        ({"time_zone": "Mars/Olympus"}, ["time_zone"]),
        ({"time_zone": "../../etc/passwd"}, ["time_zone"]),
        ({"cron": "0 0 30 2 *"}, ["cron"]),
        ({"most_caught_up": 0}, ["most_caught_up"]),
        ({"most_caught_up": 1_000_000}, ["most_caught_up"]),
        ({"is_enabled": False, "cron": "x"}, ["cron"]),
        ({"catch_up": "sometimes"}, ["catch_up"]),
        ({"next_run_at": "2026-01-01T00:00:00Z"}, ["next_run_at"]),
    ],
)
async def test_a_time_that_never_comes_is_refused(
    admin: Person, committed_sessions: SessionFactory, body: Json, paths: list[str]
) -> None:
    answer = await admin.client.patch(SCHEDULE, json=body)

    assert (answer.status_code, [fault["path"] for fault in answer.json()["errors"]]) == (422, paths)
    row = await stored(committed_sessions)
    assert (row.edited_at, row.is_enabled) == (None, True)


async def test_a_schedule_that_is_not_there_or_no_longer_declared_is_not_found(
    admin: Person, committed_sessions: SessionFactory
) -> None:
    async with transaction(committed_sessions) as session:
        retired = daily_cleanup_schedule()
        retired.retired_at = clock.now()
        session.add(retired)

    assert problem(await admin.client.post(f"{SCHEDULE}/run")) == (404, "schedule-not-found")
    assert problem(await admin.client.patch(SCHEDULE, json={})) == (404, "schedule-not-found")
    assert (await admin.client.get("/api/admin/jobs/schedules")).json()["items"] == []


# --- workers


async def test_workers_are_shown_with_what_each_is_doing(
    admin: Person, committed_sessions: SessionFactory, committed_owner: Person, add_run: AddRun
) -> None:
    now = clock.now()
    ages = {"host:1": 3, "host:2": 100, "host:3": 3600}
    async with transaction(committed_sessions) as session:
        session.add_all(
            JobWorker(
                id=name, queue="default", hostname="host", pid=7, version="1", concurrency=10,
                started_at=now - timedelta(hours=2), heartbeat_at=now - timedelta(seconds=age),
            )
            for name, age in ages.items()
        )  # fmt: skip
    began = now - timedelta(seconds=30)
    run_id = await add_run(JobState.RUNNING, worker="host:1", started_at=began, progress=0.5)
    await add_run(JobState.DEAD, worker="host:1")

    workers = (await admin.client.get("/api/admin/jobs/workers")).json()["items"]

    assert [(worker["id"], worker["is_alive"]) for worker in workers] == [("host:1", True), ("host:2", False)]
    assert 3 <= workers[0]["heartbeat_age_seconds"] < 20
    [running] = workers[0]["running"]
    assert (running["id"], running["task"], running["team"]["id"]) == (str(run_id), TASK, str(committed_owner.team_id))
    assert 30 <= running["duration_seconds"] < 60
    assert (running["progress"]["fraction"], workers[1]["running"]) == (0.5, [])


async def test_a_row_of_saqs_table_that_is_no_run_spoils_nothing(
    admin: Person, committed_sessions: SessionFactory, add_run: AddRun
) -> None:
    run_id = await add_run(JobState.RUNNING)
    async with transaction(committed_sessions) as session:
        await session.execute(
            text("INSERT INTO saq_jobs (key, job, queue, status) VALUES ('not-an-id', '', 'default', 'active')")
        )

    running = (await admin.client.get("/api/admin/jobs", params={"state": "running"})).json()["items"]

    assert [job["id"] for job in running] == [str(run_id)]
    assert (await admin.client.get("/api/admin/jobs/workers")).status_code == 200
    assert (await admin.client.get("/api/admin/jobs/summary")).json()["running_count"] == 1


@pytest.mark.parametrize("path", ["pauses", "schedules", "workers", "summary", "statistics", "events", ""])
async def test_only_administrators_look_at_the_installation(owner: Person, path: str) -> None:
    answer = await owner.client.get(f"/api/admin/jobs/{path}")

    assert problem(answer) == (403, "missing-permission")
