"""Which jobs a list shows, in which order, and how far a search looks."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import httpx
import pytest

from app.db.session import SessionFactory
from app.jobs import repositories
from app.lib import clock
from app.models import JobState, Role
from tests.jobs.conftest import GREETING, TASK, AddRun, put_off
from tests.support.people import PeopleFactory, Person

type Json = dict[str, Any]


async def listed(person: Person, path: str = "/api/jobs", **query: Any) -> list[str]:
    answer = await person.client.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return [job["id"] for job in answer.json()["items"]]


def texts(ids: Sequence[object]) -> list[str]:
    return [str(each) for each in ids]


async def test_a_job_is_shown_with_all_that_a_list_needs(committed_owner: Person, add_run: AddRun) -> None:
    due = clock.now() - timedelta(minutes=5)
    await add_run(
        JobState.DEAD,
        attempt=3,
        scheduled_at=due,
        queued_at=due - timedelta(hours=1),
        started_at=due + timedelta(seconds=2),
        finished_at=due + timedelta(seconds=5.5),
        progress=0.5,
        progress_done=5,
        progress_total=10,
        progress_message="Half of them",
        worker="host:1",
        error='Traceback (most recent call last):\n  File "x.py", line 1, in f\n    g()\nOSError: no route to host\n',
    )

    [job] = (await committed_owner.client.get("/api/jobs")).json()["items"]

    assert {name: job[name] for name in ("task", "queue", "state", "attempt", "max_attempts", "worker", "team")} == {
        "task": TASK, "queue": "default", "state": "dead", "attempt": 3, "max_attempts": 5, "worker": "host:1", "team": None,
    }  # fmt: skip
    assert (job["wait_seconds"], job["duration_seconds"]) == (2.0, 3.5)
    assert job["progress"] == {"fraction": 0.5, "done": 5, "total": 10, "message": "Half of them"}
    assert job["error_line"] == "OSError: no route to host"
    assert job["is_waiting_for_retry"] is False


async def test_one_who_asked_for_a_job_is_named(committed_owner: Person, committed_sessions: SessionFactory) -> None:
    client = committed_owner.client
    created = {"email": "guest@example.com", "role": "viewer"}
    assert (await client.post("/api/team/invitations", json=created)).status_code == 201

    [job] = (await client.get("/api/jobs", params={"task": "send_invitation"})).json()["items"]

    assert job["requested_by"] == committed_owner.name


async def test_a_job_that_waits_for_its_next_attempt_says_so(committed_owner: Person, add_run: AddRun) -> None:
    soon = clock.now() + timedelta(minutes=1)
    await add_run(JobState.QUEUED, attempt=2, scheduled_at=soon, error="OSError: first line\nsecond line")

    [job] = (await committed_owner.client.get("/api/jobs")).json()["items"]

    assert (job["is_waiting_for_retry"], job["error_line"], job["wait_seconds"]) == (True, "OSError: first line", 0.0)


async def test_pages_follow_each_other_newest_first_and_without_gaps(committed_owner: Person, add_run: AddRun) -> None:
    run_ids = [await add_run() for _ in range(5)]
    seen: list[str] = []
    cursor: str | None = None
    while cursor is not None or not seen:
        query: dict[str, Any] = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await committed_owner.client.get("/api/jobs", params=query)).json()
        seen += [job["id"] for job in page["items"]]
        cursor = page["next_cursor"]
        assert page["searched_until"] is None
        await add_run()  # what is new shifts no later page

    assert seen == texts(run_ids[::-1])


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"state": "queued"}, ["queued"]),
        ({"state": "running"}, ["running"]),
        ({"state": ["queued", "running"]}, ["running", "queued"]),
        ({"state": "dead"}, ["other_task", "dead"]),
        ({"state": ["succeeded", "cancelled"]}, ["cancelled", "succeeded"]),
        ({"state": ["dead", "running"]}, ["other_task", "dead", "running"]),
        ({"task": "weekly_report"}, ["other_task"]),
        ({"task": TASK, "state": "dead"}, ["dead"]),
        ({"queue": "default", "state": "dead"}, ["other_task", "dead"]),
        ({"queue": "elsewhere"}, []),
        ({"worker": "host:7"}, ["other_task"]),
    ],
)
async def test_filters_narrow_the_list(
    committed_owner: Person, add_run: AddRun, asked: Json, expected: list[str]
) -> None:
    names = {str(await add_run(state)): state.value for state in JobState}
    names[str(await add_run(JobState.DEAD, task="weekly_report", arguments={}, worker="host:7"))] = "other_task"

    assert [names[run_id] for run_id in await listed(committed_owner, **asked)] == [
        each for each in reversed(list(names.values())) if each in expected
    ]


async def test_a_period_is_that_in_which_jobs_were_queued(committed_owner: Person, add_run: AddRun) -> None:
    now = clock.now()
    await add_run(queued_at=now - timedelta(minutes=9))
    within = await add_run(queued_at=now - timedelta(minutes=5))
    await add_run(queued_at=now)
    since, until = (now - timedelta(minutes=6)).isoformat(), (now - timedelta(minutes=1)).isoformat()

    assert await listed(committed_owner, queued_since=since, queued_until=until) == texts([within])
    assert await listed(committed_owner, queued_since=(now + timedelta(days=1)).isoformat()) == []


async def test_an_id_is_found_whatever_else_there_is(
    committed_owner: Person, add_run: AddRun, stranger: Person
) -> None:
    wanted, theirs = await add_run(), await add_run(of=stranger)
    await add_run(arguments={"about": str(wanted)})

    assert await listed(committed_owner, search=str(wanted)) == texts([wanted])
    assert await listed(committed_owner, search=str(theirs)) == []


async def test_words_are_found_in_arguments_and_errors_in_any_case(committed_owner: Person, add_run: AddRun) -> None:
    in_argument = await add_run(arguments={"customer": "Café HELLE, 100%"})
    in_name = await add_run(arguments={"helle_id": 7})
    in_error = await add_run(error="OSError: helle.example did not answer")
    await add_run(arguments={"customer": "Somebody else, 100 times"})

    assert await listed(committed_owner, search="helle") == texts([in_error, in_name, in_argument])
    assert await listed(committed_owner, search="café helle") == texts([in_argument])
    assert await listed(committed_owner, search="100%") == texts([in_argument])
    assert await listed(committed_owner, search="h_lle") == []


@pytest.mark.parametrize(
    "arguments",
    [
        {"reset_token": "zebra"},
        {"text": "Dear zebra"},
        {"link": "https://example.com/verify?token=zebra"},
        {"deep": {"secret": "zebra"}},
        {"deep": [{"code": "zebra"}]},
        {"deep": {"HTML": "zebra"}},
    ],
)
async def test_control_30_what_is_masked_cannot_be_guessed_by_searching_for_it(
    committed_owner: Person, add_run: AddRun, arguments: Json
) -> None:
    run_id = await add_run(arguments=arguments | {"harmless": "quagga"})

    assert await listed(committed_owner, search="zebra") == []
    assert await listed(committed_owner, search="quagga") == texts([run_id])
    assert "zebra" not in (await committed_owner.client.get(f"/api/jobs/{run_id}")).text


async def test_a_search_looks_through_so_many_jobs_at_once_and_then_says_how_far_it_came(
    committed_owner: Person, add_run: AddRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repositories, "ROWS_LOOKED_THROUGH", 3)
    oldest = await add_run(arguments={"name": "zebra"})
    for _ in range(4):
        await add_run()
    client = committed_owner.client

    first = (await client.get("/api/jobs", params={"search": "zebra"})).json()
    second = (await client.get("/api/jobs", params={"search": "zebra", "cursor": first["next_cursor"]})).json()

    assert (first["items"], first["searched_until"] is not None) == ([], True)
    assert [job["id"] for job in second["items"]] == texts([oldest])
    assert (second["next_cursor"], second["searched_until"]) == (None, None)


async def test_an_administrator_sees_the_jobs_of_all_teams_and_of_the_system(
    admin: Person, committed_owner: Person, stranger: Person, add_run: AddRun
) -> None:
    ours, theirs, of_system = await add_run(), await add_run(of=stranger), await add_run(of=None)
    path = "/api/admin/jobs"

    assert await listed(admin, path) == texts([of_system, theirs, ours])
    assert await listed(admin, path, team_id=str(stranger.team_id)) == texts([theirs])
    assert await listed(admin, path, is_of_system="true") == texts([of_system])
    assert await listed(admin, path, task=TASK, state="dead") == texts([of_system, theirs, ours])
    items = (await admin.client.get(path)).json()["items"]
    assert [job["team"] and job["team"]["name"] for job in items] == [None, "Strangers", "Northwind"]
    assert await listed(admin, path, search=str(theirs)) == texts([theirs])


async def test_a_team_sees_its_own_jobs_and_no_others(
    committed_owner: Person, stranger: Person, add_run: AddRun
) -> None:
    theirs, of_system = await add_run(of=stranger), await add_run(of=None)
    ours = await add_run()

    assert await listed(committed_owner) == texts([ours])
    for run_id in (theirs, of_system):
        for path in (f"/api/jobs/{run_id}", f"/api/jobs/{run_id}/logs"):
            answer = await committed_owner.client.get(path)
            assert (answer.status_code, answer.json()["type"]) == (404, "urn:quittance:problem:job-not-found")


async def test_members_and_viewers_do_not_see_jobs(committed_owner: Person, committed_people: PeopleFactory) -> None:
    for role in (Role.MEMBER, Role.VIEWER):
        person = await committed_people.member(committed_owner.team_id, role)
        answer = await person.client.get("/api/jobs")
        assert (answer.status_code, answer.json()["type"]) == (403, "urn:quittance:problem:missing-permission")
    admin = await committed_people.member(committed_owner.team_id, Role.ADMIN)
    assert (await admin.client.get("/api/jobs")).status_code == 200


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ({"state": "asleep"}, "state"),
        ({"search": ""}, "search"),
        ({"queued_since": "yesterday"}, "queued_since"),
        ({"queued_since": "0001-01-01T00:00:00+14:00"}, "queued_since"),
        ({"queued_until": "9999-12-31T23:59:59-12:00"}, "queued_until"),
        ({"cursor": "nonsense"}, "cursor"),
        ({"limit": 101}, "limit"),
    ],
)
async def test_what_cannot_be_understood_is_refused_by_its_name(owner: Person, asked: Json, path: str) -> None:
    answer = await owner.client.get("/api/jobs", params=asked)

    assert (answer.status_code, [fault["path"] for fault in answer.json()["errors"]]) == (422, [path])


async def test_a_page_costs_the_same_number_of_statements_however_many_jobs_it_shows(
    owner: Person, statements: list[str]
) -> None:
    async def count(response: httpx.Response) -> int:
        assert response.status_code == 200
        found = len(statements)
        statements.clear()
        return found

    client = owner.client
    invitation = {"role": "viewer"}
    await client.post("/api/team/invitations", json=invitation | {"email": "guest0@example.com"})
    statements.clear()
    with_one = await count(await client.get("/api/jobs"))
    for number in range(1, 4):
        await client.post("/api/team/invitations", json=invitation | {"email": f"guest{number}@example.com"})
    statements.clear()

    assert await count(await client.get("/api/jobs")) == with_one


async def test_what_is_put_off_until_tomorrow_waits(
    committed_owner: Person, committed_sessions: SessionFactory
) -> None:
    run_id = await put_off(committed_sessions, committed_owner.team_id)

    assert await listed(committed_owner, state="queued", search=GREETING["email"]) == texts([run_id])
