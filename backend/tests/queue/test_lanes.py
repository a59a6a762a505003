"""Which runs start and which wait: fair between teams, within every limit, with two workers on one database."""

import asyncio
import time
from collections import Counter
from typing import Any
from uuid import UUID

import msgspec
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.db.session import SessionFactory, transaction
from app.db.tenancy import TenantScope
from app.lib import clock
from app.lib.ids import new_id
from app.models import JobPause, JobRun, JobState, Team
from app.queue.enqueue import enqueue
from app.queue.lanes import Lane, Share, refilled, shares
from app.queue.registry import Task
from tests.queue.conftest import StartWorker
from tests.queue.sample_tasks import most_running, most_running_of_team, seen
from tests.queue.workers import wait_for_run, wait_until

TEAMS = [UUID(int=number) for number in range(1, 5)]
NAMES = ["mail", "pdf", "report", "sync"]


async def nothing(_: object) -> None: ...


class Situation(msgspec.Struct, frozen=True):
    lanes: list[Lane]
    places: int
    tasks: dict[str, Task]
    paused: frozenset[str]
    running: dict[Lane, int]
    tokens: dict[str, float]

    def shares(self) -> list[Share]:
        return shares(
            self.lanes, self.places, tasks=self.tasks, paused=self.paused, running=self.running, tokens=self.tokens
        )

    def may_start(self, lane: Lane) -> int:
        """How many runs of this lane alone every limit allows, in the words of the limits."""
        team_id, name = lane
        if name not in self.tasks or name in self.paused:
            return 0
        task = self.tasks[name]
        of_task = sum(count for (_, other), count in self.running.items() if other == name)
        allowed = [1000]
        if task.max_running is not None:
            allowed.append(task.max_running - of_task)
        if task.max_running_per_team is not None:
            allowed.append(task.max_running_per_team - self.running.get((team_id, name), 0))
        if task.rate is not None:
            allowed.append(int(self.tokens[name]))
        return max(0, min(allowed))


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    limit = st.none() | st.integers(1, 12)
    tasks = {
        name: Task(
            name=name,
            function=nothing,
            max_running=draw(limit),
            max_running_per_team=draw(limit),
            rate=draw(st.none() | st.tuples(st.integers(1, 12), st.floats(0.1, 60))),
        )
        for name in draw(st.lists(st.sampled_from(NAMES), min_size=1, unique=True))
    }
    lane = st.tuples(st.sampled_from(TEAMS), st.sampled_from(NAMES))
    return Situation(
        lanes=draw(st.lists(lane, unique=True)),
        places=draw(st.integers(1, 40)),
        tasks=tasks,
        paused=draw(st.frozensets(st.sampled_from(NAMES), max_size=2)),
        running=draw(st.dictionaries(lane, st.integers(0, 6))),
        tokens={name: draw(st.floats(0, float(task.rate[0]))) for name, task in tasks.items() if task.rate},
    )


@given(situations())
def test_no_share_is_above_a_limit(situation: Situation) -> None:
    found = situation.shares()
    for share in found:
        assert 1 <= share.most <= situation.may_start((share.team_id, share.task))
    for name, task in situation.tasks.items():
        started = sum(share.most for share in found if share.task == name)
        running = sum(count for (_, other), count in situation.running.items() if other == name)
        if started and task.max_running is not None:
            assert started + running <= task.max_running
        if task.rate is not None:
            assert started <= situation.tokens[name]


@given(situations())
def test_shares_come_in_the_order_of_their_lanes_and_once_each(situation: Situation) -> None:
    found = [(share.team_id, share.task) for share in situation.shares()]
    assert found == [lane for lane in situation.lanes if lane in found]
    assert len(found) <= situation.places


@given(situations())
def test_whoever_may_start_starts_in_the_end_while_places_are_free(situation: Situation) -> None:
    running, tokens, free = Counter(situation.running), dict(situation.tokens), situation.places
    while free:
        now = msgspec.structs.replace(situation, running=running, tokens=tokens, places=free)
        found = now.shares()
        if not found:
            assert not any(now.may_start(lane) for lane in situation.lanes)
            break
        for share in found:
            taken = min(share.most, free)
            free -= taken
            running[share.team_id, share.task] += taken
            if share.task in tokens:
                tokens[share.task] -= taken


@given(st.integers(1, 4), st.integers(4, 40), st.none() | st.integers(4, 40))
def test_lanes_of_one_task_get_equal_shares_that_use_up_what_there_is(
    teams: int, places: int, limit: int | None
) -> None:
    task = Task(name="mail", function=nothing, max_running=limit)
    lanes = [(team_id, "mail") for team_id in TEAMS[:teams]]
    found = shares(lanes, places, tasks={"mail": task}, paused=set(), running={}, tokens={})
    most = [share.most for share in found]
    assert len(most) == teams
    assert sum(most) >= min(places, limit or places)
    assert max(most) - min(most) <= 1


@given(st.integers(1, 50), st.floats(0.1, 100), st.floats(0, 50), st.floats(0, 1000))
@example(43, 25.6, 0.0, 25.6)  # one divided after the other leaves 42.99999999999999
def test_tokens_drip_back_at_the_tasks_pace_and_never_above_it(
    starts: int, seconds: float, tokens: float, elapsed: float
) -> None:
    task = Task(name="mail", function=nothing, rate=(starts, seconds))
    assert refilled(task, None, 0) == starts
    refill = refilled(task, min(tokens, starts), elapsed)
    assert min(tokens, starts) <= refill <= starts
    if elapsed >= seconds:
        assert refill == starts


# With real workers


async def another_team(sessions: SessionFactory) -> UUID:
    team_id = new_id()
    async with transaction(sessions) as session:
        session.add(Team(id=team_id, name="Atelier Süd"))
    return team_id


async def enqueue_several(
    sessions: SessionFactory, team_id: UUID, task: str, count: int, **arguments: Any
) -> list[UUID]:
    async with transaction(sessions, TenantScope(team_id=team_id)) as session:
        return [await enqueue(session, task, **arguments) for _ in range(count)]


async def wait_for_all(sessions: SessionFactory, team_id: UUID, run_ids: list[UUID]) -> None:
    for run_id in run_ids:
        assert (await wait_for_run(sessions, run_id, team_id)).state is JobState.SUCCEEDED


async def test_no_more_runs_of_a_task_than_it_allows(
    sessions: SessionFactory, team_id: UUID, start_worker: StartWorker
) -> None:
    run_ids = await enqueue_several(sessions, team_id, "sample_at_most_two", 10)
    async with start_worker(), start_worker():
        await wait_for_all(sessions, team_id, run_ids)
    assert most_running["sample_at_most_two"] == 2


async def test_no_more_runs_of_a_team_than_the_task_allows(
    sessions: SessionFactory, team_id: UUID, start_worker: StartWorker
) -> None:
    other = await another_team(sessions)
    run_ids = await enqueue_several(sessions, team_id, "sample_one_per_team", 5)
    others = await enqueue_several(sessions, other, "sample_one_per_team", 5)
    async with start_worker(), start_worker():
        await wait_for_all(sessions, team_id, run_ids)
        await wait_for_all(sessions, other, others)
    assert most_running_of_team["sample_one_per_team"] == 1
    assert most_running["sample_one_per_team"] == 2


async def test_a_task_starts_no_faster_than_its_rate(
    sessions: SessionFactory, team_id: UUID, start_worker: StartWorker
) -> None:
    run_ids = await enqueue_several(sessions, team_id, "sample_three_a_second", 9)
    async with start_worker(), start_worker():
        await wait_for_all(sessions, team_id, run_ids)
    async with transaction(sessions, TenantScope(team_id=team_id)) as session:
        statement = select(JobRun.started_at).where(JobRun.task == "sample_three_a_second").order_by(JobRun.started_at)
        moments = [moment.timestamp() for moment in (await session.scalars(statement)) if moment is not None]
    # Three at once, and each further one a third of a second after the one before.
    assert moments[-1] - moments[0] >= 6 / 3 - 0.1
    assert all(later - earlier >= 0.9 for earlier, later in zip(moments, moments[6:], strict=False))


async def test_what_is_paused_waits_until_it_is_resumed(
    sessions: SessionFactory, team_id: UUID, start_worker: StartWorker
) -> None:
    for name in ("sample_scope", ""):  # the task, then the whole queue
        pause = JobPause(queue="default", task=name, paused_at=clock.now(), paused_by_id=None)
        async with transaction(sessions) as session:
            session.add(pause)
        run_ids = await enqueue_several(sessions, team_id, "sample_scope", 2)
        other = await enqueue_several(sessions, team_id, "sample_numbered", 1, number=7)
        async with start_worker():
            if name:
                await wait_for_all(sessions, team_id, other)
            await asyncio.sleep(0.5)
            assert [task for task, _ in seen] == (["sample_numbered"] if name else [])
            async with transaction(sessions) as session:
                await session.delete(await session.get_one(JobPause, ("default", name)))
            await wait_for_all(sessions, team_id, [*run_ids, *other])
        seen.clear()


async def test_the_more_urgent_starts_first_but_whoever_waited_long_enough_before_it(
    sessions: SessionFactory, team_id: UUID, start_worker: StartWorker
) -> None:
    now = time.time()
    async with transaction(sessions, TenantScope(team_id=team_id)) as session:
        run_ids = [
            await enqueue(session, "sample_numbered", number=number, priority=priority, scheduled=now - waited)
            for number, priority, waited in ((3, 0, 1), (2, -1, 1), (4, 1, 1), (1, 1, 25))
        ]
    async with start_worker():
        await wait_for_all(sessions, team_id, run_ids)
    assert [number for _, number in seen] == [1, 2, 3, 4]


async def test_a_small_teams_run_starts_with_the_first_beside_a_long_backlog(
    sessions: SessionFactory, team_id: UUID, start_worker: StartWorker
) -> None:
    await enqueue_several(sessions, team_id, "sample_scope", 200)
    small = await another_team(sessions)
    run_ids = await enqueue_several(sessions, small, "sample_scope", 2)
    async with start_worker():
        await wait_for_all(sessions, small, run_ids)
    assert [position for position, (_, of_team) in enumerate(seen) if of_team == small][-1] < 10


async def test_a_key_may_be_free_again_as_soon_as_its_run_starts(
    sessions: SessionFactory, team_id: UUID, start_worker: StartWorker
) -> None:
    [first] = await enqueue_several(sessions, team_id, "sample_unique_while_waiting", 1, key="books")
    assert await enqueue_several(sessions, team_id, "sample_unique_while_waiting", 1, key="books") == [first]
    async with start_worker():
        await wait_for_run(sessions, first, team_id, states=frozenset({JobState.RUNNING}))
        [second] = await enqueue_several(sessions, team_id, "sample_unique_while_waiting", 1, key="books")
        await wait_for_all(sessions, team_id, [first, second])
    assert second != first


async def test_a_key_may_stay_taken_for_some_seconds_whatever_became_of_its_run(
    sessions: SessionFactory, team_id: UUID, start_worker: StartWorker
) -> None:
    enqueued_at = time.monotonic()
    [first] = await enqueue_several(sessions, team_id, "sample_unique_for_seconds", 1, key="digest")
    async with start_worker():
        await wait_for_run(sessions, first, team_id)
        racers = (enqueue_several(sessions, team_id, "sample_unique_for_seconds", 1, key="digest") for _ in range(5))
        assert {run_id for run_ids in await asyncio.gather(*racers) for run_id in run_ids} == {first}

        async def is_free() -> bool:
            found = await enqueue_several(sessions, team_id, "sample_unique_for_seconds", 1, key="digest")
            return found != [first]

        await wait_until(is_free, within_seconds=5)
    assert time.monotonic() - enqueued_at >= 2
    async with transaction(sessions, TenantScope(team_id=team_id)) as session:
        assert await session.scalar(select(func.count()).select_from(JobRun)) == 2
