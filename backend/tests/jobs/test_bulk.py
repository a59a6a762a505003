"""Many jobs at once: what is done is counted, what is not is said with its reason, and each deed is in the audit log."""

import asyncio
from typing import Any

import pytest

from app.db.session import SessionFactory
from app.jobs import actions
from app.lib.ids import new_id
from app.models import JobState
from tests.jobs.conftest import AddRun, read
from tests.jobs.test_actions import fields, log_of, problem
from tests.support.people import Person

type Json = dict[str, Any]


async def done(person: Person, path: str, body: Json) -> Json:
    answer = await person.client.post(path, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def reasons(result: Json) -> dict[str, str]:
    return {each["id"]: each["reason"] for each in result["skipped"]}


async def test_chosen_jobs_are_cancelled_and_the_others_named(
    committed_owner: Person, committed_sessions: SessionFactory, stranger: Person, add_run: AddRun
) -> None:
    waiting, running = await add_run(JobState.QUEUED), await add_run(JobState.RUNNING)
    over, theirs, nobodys = await add_run(JobState.SUCCEEDED), await add_run(JobState.QUEUED, of=stranger), new_id()
    chosen = [str(each) for each in (waiting, running, over, theirs, nobodys, waiting)]

    result = await done(committed_owner, "/api/jobs/cancel", {"ids": chosen})

    assert (result["done_count"], result["has_more"]) == (2, False)
    assert reasons(result) == {str(over): "is_over", str(theirs): "not_found", str(nobodys): "not_found"}
    for run_id in (waiting, running):
        stored = await read(committed_sessions, run_id, committed_owner.team_id)
        assert (stored.run.state, stored.saq) == (JobState.CANCELLED, None)
    assert (await read(committed_sessions, theirs, stranger.team_id)).run.state is JobState.QUEUED
    entries = [fields(entry) for entry in await log_of(committed_owner)]
    assert {entry["run_id"] for entry in entries} == {str(waiting), str(running)}
    assert all(entry["detail"] == {"is_bulk": True} for entry in entries)


async def test_matching_jobs_are_cancelled_as_far_as_they_live(
    committed_owner: Person, committed_sessions: SessionFactory, add_run: AddRun
) -> None:
    wanted = [await add_run(JobState.QUEUED, arguments={"name": "zebra"}) for _ in range(3)]
    spared = await add_run(JobState.QUEUED)
    await add_run(JobState.DEAD, arguments={"name": "zebra"})

    result = await done(committed_owner, "/api/jobs/cancel", {"filters": {"search": "zebra"}})

    assert (result["done_count"], result["skipped"]) == (3, [])
    assert (await read(committed_sessions, spared, committed_owner.team_id)).run.state is JobState.QUEUED
    for run_id in wanted:
        assert (await read(committed_sessions, run_id, committed_owner.team_id)).run.state is JobState.CANCELLED


async def test_matching_jobs_are_replayed_the_dead_ones_unless_others_are_asked_for(
    committed_owner: Person, add_run: AddRun
) -> None:
    dead = [await add_run(JobState.DEAD) for _ in range(2)]
    await add_run(JobState.SUCCEEDED)
    await add_run(JobState.CANCELLED)

    result = await done(committed_owner, "/api/jobs/replay", {"filters": {}})
    again = await done(committed_owner, "/api/jobs/replay", {"filters": {}})
    cancelled = await done(committed_owner, "/api/jobs/replay", {"filters": {"states": ["cancelled", "queued"]}})

    assert (result["done_count"], result["skipped"]) == (2, [])
    assert (again["done_count"], set(reasons(again).values())) == (0, {"is_being_replayed"})
    assert cancelled["done_count"] == 1
    for run_id in dead:
        assert len((await committed_owner.client.get(f"/api/jobs/{run_id}")).json()["replays"]) == 1


async def test_what_cannot_be_replayed_does_not_hold_up_the_rest(committed_owner: Person, add_run: AddRun) -> None:
    fine, gone = await add_run(), await add_run(task="task_of_last_year")
    unfit, live = await add_run(arguments={"nickname": "Ada"}), await add_run(JobState.RUNNING)
    first, second = await add_run(unique_key="greeting:1"), await add_run(unique_key="greeting:1")
    chosen = [str(each) for each in (fine, gone, unfit, live, first, second)]

    result = await done(committed_owner, "/api/jobs/replay", {"ids": chosen})

    assert result["done_count"] == 2
    assert reasons(result) == {
        str(gone): "task_is_gone",
        str(unfit): "arguments_do_not_fit",
        str(live): "is_live",
        str(second): "key_is_taken",
    }


async def test_more_than_may_be_done_at_once_is_done_in_turns(
    committed_owner: Person, add_run: AddRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "MOST_AT_ONCE", 2)
    for _ in range(3):
        await add_run(JobState.QUEUED)

    results = [await done(committed_owner, "/api/jobs/cancel", {"filters": {}}) for _ in range(2)]

    assert [(result["done_count"], result["has_more"]) for result in results] == [(2, True), (1, False)]


async def test_an_administrator_does_it_in_all_teams_and_is_named_in_each(
    admin: Person, committed_owner: Person, stranger: Person, add_run: AddRun
) -> None:
    ours, theirs, of_system = (
        await add_run(),
        await add_run(of=stranger),
        await add_run(of=None, task="daily_cleanup", arguments={}),
    )

    result = await done(admin, "/api/admin/jobs/replay", {"filters": {"states": ["dead"]}})

    assert (result["done_count"], result["skipped"]) == (3, [])
    for person, run_id in ((committed_owner, ours), (stranger, theirs)):
        [entry] = await log_of(person)
        assert (entry["actor_id"], fields(entry)["run_id"]) == (str(admin.user_id), str(run_id))
    [own] = await log_of(admin, "/api/me/audit-log")
    assert fields(own)["run_id"] == str(of_system)


async def test_an_administrator_may_keep_to_one_team_or_to_the_system(
    admin: Person, stranger: Person, add_run: AddRun
) -> None:
    for team in (stranger, None):
        await add_run(JobState.QUEUED, of=team, task="daily_cleanup", arguments={})
    await add_run(JobState.QUEUED)
    path = "/api/admin/jobs/cancel"

    of_team = await done(admin, path, {"filters": {"team_id": str(stranger.team_id)}})
    of_system = await done(admin, path, {"filters": {"is_of_system": True}})
    rest = await done(admin, path, {"filters": {}})

    assert [each["done_count"] for each in (of_team, of_system, rest)] == [1, 1, 1]


async def test_two_who_cancel_the_same_hundred_do_not_stand_in_each_others_way(
    committed_owner: Person, add_run: AddRun
) -> None:
    chosen = [str(await add_run(JobState.QUEUED)) for _ in range(100)]

    results = await asyncio.gather(
        done(committed_owner, "/api/jobs/cancel", {"ids": chosen}),
        done(committed_owner, "/api/jobs/cancel", {"ids": chosen[::-1]}),
    )

    assert sum(result["done_count"] for result in results) == 100
    assert sum(len(result["skipped"]) for result in results) == 100


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "ids"),
        ({"ids": []}, "ids"),
        ({"ids": ["7"]}, "ids[0]"),
        ({"filters": {"states": ["succeeded"]}}, "filters.states"),
        ({"filters": {"team_id": str(new_id())}}, "filters.team_id"),
        ({"filters": {"search": ""}}, "filters.search"),
        ({"filters": {"queued_since": "0001-01-01T00:00:00+14:00"}}, "filters.queued_since"),
    ],
)
async def test_a_choice_that_cannot_be_understood_is_refused(owner: Person, body: Json, path: str) -> None:
    answer = await owner.client.post("/api/jobs/cancel", json=body)

    assert (answer.status_code, [fault["path"] for fault in answer.json()["errors"]]) == (422, [path]), answer.text


async def test_text_that_postgresql_cannot_hold_and_times_without_a_zone_are_no_fault_of_ours(owner: Person) -> None:
    for filters in (
        {"search": "a\x00b"},
        {"task": "a\x00"},
        {"worker": "\x00"},
        {"queued_since": "2026-01-01T00:00:00"},
    ):
        bulk = await owner.client.post("/api/jobs/cancel", json={"filters": filters})
        listed = await owner.client.get("/api/jobs", params=filters)
        assert {bulk.status_code, listed.status_code} <= {200, 422}, (bulk.text, listed.text)


async def test_jobs_that_nobody_has_are_not_there(owner: Person) -> None:
    for path in ("/api/jobs/cancel", "/api/jobs/replay"):
        answer = await owner.client.post(path, json={"ids": [str(new_id())]})
        assert problem(answer) == (404, "job-not-found")
