"""What people do to one job: the ledger, SAQ's table and the audit log change together or not at all."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest
from sqlalchemy import select

from app.config import Settings
from app.db.session import SessionFactory, transaction
from app.lib import clock
from app.lib.ids import new_id
from app.models import JobRun, JobState, Role
from app.queue import statements
from app.queue.enqueue import JobOptions, new_run
from app.queue.postgres import LedgerQueue
from app.queue.registry import registry
from tests.jobs.conftest import GREETING, TASK, AddRun, put_off, read
from tests.support.administrators import impersonating
from tests.support.people import PeopleFactory, Person

ACTIONS = ("cancel", "start-now", "replay")


def problem(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix("urn:quittance:problem:")


async def log_of(person: Person, path: str = "/api/audit-log", **query: str) -> list[dict[str, Any]]:
    answer = await person.client.get(path, params={"target_type": "job_action"} | query)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def fields(entry: dict[str, Any]) -> dict[str, Any]:
    return {field["field"]: field["after"] for field in entry["fields"]}


# --- cancel


@pytest.mark.parametrize("state", [JobState.QUEUED, JobState.RUNNING])
async def test_a_job_that_lives_is_cancelled_for_good(
    committed_owner: Person, committed_sessions: SessionFactory, add_run: AddRun, state: JobState
) -> None:
    run_id = await add_run(state)

    answer = await committed_owner.client.post(f"/api/jobs/{run_id}/cancel")

    assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
    stored = await read(committed_sessions, run_id, committed_owner.team_id)
    assert (stored.run.state, stored.run.finished_at is not None, stored.saq) == (JobState.CANCELLED, True, None)
    assert stored.run.error == f"Cancelled by {committed_owner.name}."
    timeline = (await committed_owner.client.get(f"/api/jobs/{run_id}")).json()["timeline"]
    assert [(each["kind"], each["by"]) for each in timeline if each["kind"] == "cancelled"] == [
        ("cancelled", committed_owner.name)
    ]


async def test_a_cancelled_job_is_taken_by_nobody_and_one_brought_forward_is(
    settings: Settings, committed_owner: Person, committed_sessions: SessionFactory
) -> None:
    run_id, wanted = [await put_off(committed_sessions, committed_owner.team_id) for _ in range(2)]
    for path in (f"{run_id}/start-now", f"{run_id}/cancel", f"{wanted}/start-now"):
        assert (await committed_owner.client.post(f"/api/jobs/{path}")).status_code == 200
    queue = LedgerQueue(settings.database, committed_sessions)
    await queue.connect()
    taken, more = await queue.dequeue(timeout=2), await queue.dequeue(timeout=0.3)
    await queue.disconnect()

    assert (taken and taken.key, more) == (str(wanted), None)


@pytest.mark.parametrize("state", [JobState.SUCCEEDED, JobState.DEAD, JobState.CANCELLED])
async def test_a_job_that_is_over_stays_as_it_is(
    committed_owner: Person, committed_sessions: SessionFactory, add_run: AddRun, state: JobState
) -> None:
    run_id = await add_run(state, error="as it was")

    assert problem(await committed_owner.client.post(f"/api/jobs/{run_id}/cancel")) == (409, "job-is-over")
    assert problem(await committed_owner.client.post(f"/api/jobs/{run_id}/start-now")) == (
        409,
        "job-is-not-waiting-for-its-time",
    )

    stored = await read(committed_sessions, run_id, committed_owner.team_id)
    assert (stored.run.state, stored.run.error) == (state, "as it was")
    assert await log_of(committed_owner) == []


async def test_a_cancel_and_an_end_at_the_same_moment_leave_one_of_them(
    settings: Settings, committed_owner: Person, committed_sessions: SessionFactory, add_run: AddRun
) -> None:
    worker: Any = await asyncpg.connect(settings.database.url, server_settings={"app.queue": "on"})

    async def finish(run_id: UUID) -> bool:
        return bool(await worker.fetch(statements.SUCCEED, [run_id], [1], ["null"]))

    outcomes: Counter[tuple[int, bool, JobState]] = Counter()
    for _ in range(20):
        run_id = await add_run(JobState.RUNNING)
        answer, is_finished = await asyncio.gather(
            committed_owner.client.post(f"/api/jobs/{run_id}/cancel"), finish(run_id)
        )
        stored = await read(committed_sessions, run_id, committed_owner.team_id)
        assert stored.saq is None
        outcomes[answer.status_code, is_finished, stored.run.state] += 1

    await worker.close()
    assert set(outcomes) <= {(200, False, JobState.CANCELLED), (409, True, JobState.SUCCEEDED)}


async def test_ten_who_cancel_one_job_leave_one_deed(
    committed_owner: Person, committed_sessions: SessionFactory, add_run: AddRun
) -> None:
    run_id = await add_run(JobState.RUNNING)

    answers = await asyncio.gather(*[committed_owner.client.post(f"/api/jobs/{run_id}/cancel") for _ in range(10)])

    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 9}
    assert len(await log_of(committed_owner)) == 1


# --- start now


async def test_a_job_that_waits_for_its_next_attempt_is_due_at_once(
    committed_owner: Person, committed_sessions: SessionFactory, add_run: AddRun
) -> None:
    later = clock.now() + timedelta(hours=1)
    run_id = await add_run(JobState.QUEUED, attempt=2, scheduled_at=later, error="OSError: gone")

    answer = await committed_owner.client.post(f"/api/jobs/{run_id}/start-now")

    assert answer.status_code == 200, answer.text
    stored = await read(committed_sessions, run_id, committed_owner.team_id)
    now = clock.now()
    assert stored.run.scheduled_at <= now
    assert (stored.run.state, stored.run.attempt, stored.run.error) == (JobState.QUEUED, 2, "OSError: gone")
    assert (stored.saq.status, stored.saq.scheduled <= now.timestamp()) == ("queued", True)


async def test_a_job_that_is_due_already_cannot_be_brought_forward(committed_owner: Person, add_run: AddRun) -> None:
    for state in (JobState.QUEUED, JobState.RUNNING):
        run_id = await add_run(state)
        answer = await committed_owner.client.post(f"/api/jobs/{run_id}/start-now")
        assert problem(answer) == (409, "job-is-not-waiting-for-its-time")


# --- replay


@pytest.mark.parametrize("state", [JobState.SUCCEEDED, JobState.DEAD, JobState.CANCELLED])
async def test_what_is_over_is_done_again_by_a_job_of_its_own(
    committed_owner: Person, committed_sessions: SessionFactory, add_run: AddRun, state: JobState
) -> None:
    run_id = await add_run(state, max_attempts=3, priority=7, error="as it was", unique_key="greeting:1")

    answer = await committed_owner.client.post(f"/api/jobs/{run_id}/replay")

    assert answer.status_code == 200, answer.text
    replay_id = UUID(answer.json()["id"])
    stored = await read(committed_sessions, replay_id, committed_owner.team_id)
    run = stored.run
    assert (run.task, run.arguments, run.max_attempts, run.unique_key, run.priority) == (
        TASK,
        GREETING,
        3,
        "greeting:1",
        7,
    )
    assert (run.state, run.attempt, run.replay_of_id, run.requested_by_id) == (
        JobState.QUEUED,
        0,
        run_id,
        committed_owner.user_id,
    )
    assert (stored.saq.status, stored.saq.priority) == ("queued", 7)
    original = (await committed_owner.client.get(f"/api/jobs/{run_id}")).json()
    replay = (await committed_owner.client.get(f"/api/jobs/{replay_id}")).json()
    assert (original["job"]["state"], original["error"]) == (state, "as it was")
    assert [each["id"] for each in original["replays"]] == [str(replay_id)]
    assert [(each["kind"], each["by"], each["job_id"]) for each in original["timeline"]][-1] == (
        "replayed",
        committed_owner.name,
        str(replay_id),
    )
    assert replay["replay_of"]["id"] == str(run_id)
    assert replay["timeline"][0] | {"at": ""} == {
        "at": "", "kind": "is_replay", "attempt": None, "by": committed_owner.name, "note": None, "job_id": str(run_id),
    }  # fmt: skip


async def test_what_lives_is_not_replayed(committed_owner: Person, add_run: AddRun) -> None:
    for state in (JobState.QUEUED, JobState.RUNNING):
        run_id = await add_run(state)
        assert problem(await committed_owner.client.post(f"/api/jobs/{run_id}/replay")) == (409, "job-is-live")


async def test_two_clicks_make_one_replay(committed_owner: Person, add_run: AddRun) -> None:
    run_id = await add_run()

    answers = await asyncio.gather(*[committed_owner.client.post(f"/api/jobs/{run_id}/replay") for _ in range(5)])

    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 4}
    assert {problem(answer)[1] for answer in answers if answer.status_code == 409} == {"job-is-being-replayed"}
    assert len((await committed_owner.client.get(f"/api/jobs/{run_id}")).json()["replays"]) == 1


async def test_a_replay_waits_for_whoever_has_its_key(committed_owner: Person, add_run: AddRun) -> None:
    run_id = await add_run(unique_key="greeting:1")
    await add_run(JobState.QUEUED, unique_key="greeting:1")

    assert problem(await committed_owner.client.post(f"/api/jobs/{run_id}/replay")) == (409, "job-key-is-taken")


async def test_a_replay_does_not_wait_until_its_task_may_run_again_by_itself() -> None:
    hourly = msgspec.structs.replace(registry.get(TASK), unique_seconds=3600)

    def recorded(**options: Any) -> int:
        chosen = JobOptions(unique_key="greeting:1", **options)
        return new_run(hourly, GREETING, team_id=None, options=chosen).unique_seconds

    assert (recorded(), recorded(replay_of_id=new_id())) == (3600, 0)


async def test_a_task_that_is_gone_or_takes_other_arguments_now_is_not_replayed(
    committed_owner: Person, add_run: AddRun
) -> None:
    gone = await add_run(task="task_of_last_year")
    unfit = await add_run(arguments={"nickname": "Ada"})

    assert "task_of_last_year" not in registry
    assert problem(await committed_owner.client.post(f"/api/jobs/{gone}/replay")) == (409, "job-task-is-gone")
    assert problem(await committed_owner.client.post(f"/api/jobs/{unfit}/replay")) == (409, "job-arguments-do-not-fit")


# --- who, and for whom


@pytest.mark.parametrize("action", ACTIONS)
async def test_another_teams_job_and_the_systems_are_not_there(
    committed_owner: Person, committed_sessions: SessionFactory, stranger: Person, add_run: AddRun, action: str
) -> None:
    state = JobState.DEAD if action == "replay" else JobState.QUEUED
    later = clock.now() + timedelta(hours=1)
    for team_id in (stranger.team_id, None):
        run_id = await add_run(state, of=team_id, scheduled_at=later)
        answer = await committed_owner.client.post(f"/api/jobs/{run_id}/{action}")
        assert problem(answer) == (404, "job-not-found")
        stored = await read(committed_sessions, run_id, team_id)
        assert (stored.run.state, stored.run.scheduled_at) == (state, later)


@pytest.mark.parametrize("action", ACTIONS)
async def test_members_and_viewers_may_not(
    committed_owner: Person, committed_people: PeopleFactory, add_run: AddRun, action: str
) -> None:
    run_id = await add_run()
    for role in (Role.MEMBER, Role.VIEWER):
        person = await committed_people.member(committed_owner.team_id, role)
        answer = await person.client.post(f"/api/jobs/{run_id}/{action}")
        assert problem(answer) == (403, "missing-permission")


@pytest.mark.parametrize(
    ("action", "state", "said"), [("cancel", JobState.RUNNING, "cancel"), ("replay", JobState.DEAD, "replay")]
)
async def test_the_audit_log_says_who_did_what_to_which_job(
    committed_owner: Person, add_run: AddRun, action: str, state: JobState, said: str
) -> None:
    run_id = await add_run(state)
    await committed_owner.client.post(f"/api/jobs/{run_id}/{action}")

    [entry] = await log_of(committed_owner)

    assert (entry["action"], entry["change"], entry["actor_id"]) == (
        f"{said}_job",
        "created",
        str(committed_owner.user_id),
    )
    told = fields(entry)
    assert (told["action"], told["run_id"], told["subject"]) == (said, str(run_id), TASK)


@pytest.mark.parametrize("action", ACTIONS)
async def test_an_administrator_acts_in_the_jobs_own_team_and_is_named_there(
    admin: Person, committed_owner: Person, committed_sessions: SessionFactory, add_run: AddRun, action: str
) -> None:
    state = JobState.DEAD if action == "replay" else JobState.QUEUED
    run_id = await add_run(state, scheduled_at=clock.now() + timedelta(hours=1))

    answer = await admin.client.post(f"/api/admin/jobs/{run_id}/{action}")

    assert answer.status_code == 200, answer.text
    assert answer.json()["team"]["id"] == str(committed_owner.team_id)
    [entry] = await log_of(committed_owner)
    assert (entry["actor_id"], entry["team_id"]) == (str(admin.user_id), str(committed_owner.team_id))
    if action == "replay":
        stored = await read(committed_sessions, UUID(answer.json()["id"]), committed_owner.team_id)
        assert (stored.run.team_id, stored.run.requested_by_id) == (committed_owner.team_id, admin.user_id)


@pytest.mark.parametrize("action", ACTIONS)
async def test_an_administrator_acts_on_jobs_of_the_system(
    admin: Person, committed_sessions: SessionFactory, add_run: AddRun, action: str
) -> None:
    state = JobState.DEAD if action == "replay" else JobState.QUEUED
    later = clock.now() + timedelta(hours=1)
    run_id = await add_run(state, of=None, task="daily_cleanup", arguments={}, scheduled_at=later)

    answer = await admin.client.post(f"/api/admin/jobs/{run_id}/{action}")

    assert (answer.status_code, answer.json()["team"]) == (200, None)
    [entry] = await log_of(admin, "/api/me/audit-log")
    assert (entry["actor_id"], entry["team_id"]) == (str(admin.user_id), None)


async def test_what_an_administrator_does_in_somebodys_name_is_told_as_that(
    admin: Person, committed_owner: Person, committed_people: PeopleFactory, add_run: AddRun
) -> None:
    run_id = await add_run(JobState.RUNNING)
    asked = {"reason": "They asked for help", "is_read_only": False}
    started = await admin.client.post(f"/api/admin/users/{committed_owner.user_id}/impersonate", json=asked)
    seen_as = impersonating(committed_people, started, committed_owner)

    assert (await seen_as.client.post(f"/api/jobs/{run_id}/cancel")).status_code == 200

    detail = (await committed_owner.client.get(f"/api/jobs/{run_id}")).json()
    assert detail["timeline"][-1]["by"] == f"{admin.name}, as {committed_owner.name}"
    assert detail["error"] == f"Cancelled in the name of {committed_owner.name}."
    [entry] = await log_of(committed_owner)
    assert entry["impersonator_id"] == str(admin.user_id)


async def test_an_owner_is_no_administrator(committed_owner: Person, add_run: AddRun) -> None:
    run_id = await add_run()
    for path in (f"{run_id}/cancel", f"{run_id}/replay", f"{run_id}/start-now"):
        assert problem(await committed_owner.client.post(f"/api/admin/jobs/{path}")) == (403, "missing-permission")


async def test_a_refused_deed_leaves_nothing(
    committed_owner: Person, committed_sessions: SessionFactory, add_run: AddRun
) -> None:
    run_id = await add_run(unique_key="greeting:1")
    other = await add_run(JobState.QUEUED, unique_key="greeting:1")
    await committed_owner.client.post(f"/api/jobs/{run_id}/replay")

    async with transaction(committed_sessions, committed_owner.scope) as session:
        live = (await session.scalars(select(JobRun.id).where(JobRun.finished_at.is_(None)))).all()
    assert live == [other]
    assert await log_of(committed_owner) == []
