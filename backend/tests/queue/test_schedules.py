"""Schedules in their table: declared, ticking once, catching up, edited, retired."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from litestar_saq import CronJob
from sqlalchemy import select

from app.config import Settings
from app.db.session import SessionFactory, transaction
from app.lib import clock
from app.models import CatchUp, JobRun, JobSchedule, JobState
from app.queue import schedules
from app.queue.config import build_queue_config
from app.queue.errors import InvalidArguments, InvalidSchedule, InvalidTask, UnknownSchedule
from app.queue.postgres import LedgerQueue
from app.queue.registry import registry
from app.queue.schedules import Declaration, DeclaredSchedule
from tests.queue import sample_tasks
from tests.queue.conftest import StartWorker
from tests.queue.workers import wait_for_run, wait_until

NOW = datetime(2026, 11, 24, 12, 0, 0, tzinfo=UTC)
HOURLY = Declaration(cron="0 * * * *")
NAME = "sample_report"


def report(declaration: Declaration = HOURLY, *, name: str = NAME, task: str = NAME) -> DeclaredSchedule:
    return DeclaredSchedule(name=name, task=task, arguments={"report_type": "weekly"}, declaration=declaration)


async def declare(sessions: SessionFactory, *declared: DeclaredSchedule, at: datetime = NOW) -> None:
    with clock.turned_to(at):
        async with transaction(sessions) as session:
            await schedules.declare(session, declared)


async def tick(sessions: SessionFactory, at: datetime) -> int:
    async with transaction(sessions) as session:
        return len(await schedules.tick(session, now=at))


async def read(sessions: SessionFactory, name: str = NAME) -> JobSchedule:
    async with transaction(sessions) as session:
        return await session.get_one(JobSchedule, name)


async def ticks_of(sessions: SessionFactory, task: str = NAME) -> list[datetime]:
    """The moments of all runs, in order."""
    async with transaction(sessions) as session:
        statement = select(JobRun.scheduled_at).where(JobRun.task == task).order_by(JobRun.scheduled_at)
        return list(await session.scalars(statement))


async def test_a_new_schedule_waits_for_its_next_tick_and_then_runs_once(sessions: SessionFactory) -> None:
    await declare(sessions, report())
    assert (await read(sessions)).next_run_at == NOW + timedelta(hours=1)
    assert await tick(sessions, NOW + timedelta(minutes=59)) == 0

    moment = NOW + timedelta(hours=1, seconds=1)
    assert [await tick(sessions, moment) for _ in range(2)] == [1, 0]

    schedule = await read(sessions)
    assert schedule.last_tick_at == NOW + timedelta(hours=1)
    assert schedule.next_run_at == NOW + timedelta(hours=2)
    async with transaction(sessions) as session:
        run = await session.get_one(JobRun, schedule.last_run_id)
    assert (run.task, run.arguments, run.team_id, run.scheduled_at) == (
        NAME,
        {"report_type": "weekly"},
        None,
        NOW + timedelta(hours=1),
    )


async def test_a_tick_never_runs_twice_even_when_the_clock_is_turned_back(sessions: SessionFactory) -> None:
    await declare(sessions, report())
    await tick(sessions, NOW + timedelta(hours=1))
    async with transaction(sessions) as session:
        (await session.get_one(JobSchedule, NAME)).next_run_at = NOW + timedelta(hours=1)
    assert await tick(sessions, NOW + timedelta(hours=1, seconds=20)) == 0
    assert len(await ticks_of(sessions)) == 1


async def test_eight_who_tick_at_once_start_one_run_per_tick(sessions: SessionFactory) -> None:
    await declare(sessions, report(Declaration(cron="* * * * * *")))
    for second in range(1, 11):
        at = NOW + timedelta(seconds=second)
        started = await asyncio.gather(*(tick(sessions, at) for _ in range(8)))
        assert sum(started) == 1
    assert await ticks_of(sessions) == [NOW + timedelta(seconds=second) for second in range(1, 11)]


@pytest.mark.parametrize(
    ("catch_up", "most", "late_by", "expected_hours"),
    [
        (CatchUp.SKIP, 10, timedelta(minutes=5), []),
        (CatchUp.ONCE, 10, timedelta(minutes=5), [10]),
        (CatchUp.ALL, 10, timedelta(minutes=5), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
        (CatchUp.ALL, 3, timedelta(minutes=5), [8, 9, 10]),
        # Within half a minute the tenth is on time.
        (CatchUp.SKIP, 10, timedelta(seconds=30), [10]),
        (CatchUp.ONCE, 10, timedelta(seconds=30), [10]),
        (CatchUp.ALL, 3, timedelta(seconds=30), [7, 8, 9, 10]),
        (CatchUp.SKIP, 10, timedelta(seconds=31), []),
    ],
)
async def test_ten_missed_ticks_become_what_the_policy_says(
    sessions: SessionFactory, catch_up: CatchUp, most: int, late_by: timedelta, expected_hours: list[int]
) -> None:
    await declare(sessions, report(Declaration(cron="0 * * * *", catch_up=catch_up, most_caught_up=most)))

    await tick(sessions, NOW + timedelta(hours=10) + late_by)

    assert await ticks_of(sessions) == [NOW + timedelta(hours=hour) for hour in expected_hours]
    assert (await read(sessions)).next_run_at == NOW + timedelta(hours=11)


async def test_years_of_missed_seconds_are_caught_up_on_in_no_time(sessions: SessionFactory) -> None:
    await declare(sessions, report(Declaration(cron="* * * * * *", catch_up=CatchUp.ALL, most_caught_up=2)))
    late = NOW + timedelta(days=3650)
    async with asyncio.timeout(5):
        assert await tick(sessions, late) == 31 + 2
    assert (await ticks_of(sessions))[0] == late - timedelta(seconds=32)


async def test_an_edit_takes_effect_at_once_and_lasts_until_the_code_changes_its_mind(sessions: SessionFactory) -> None:
    await declare(sessions, report())
    with clock.turned_to(NOW):
        async with transaction(sessions) as session:
            await schedules.edit(
                session, NAME, cron="30 2 * * *", time_zone="Europe/Berlin", catch_up=CatchUp.ALL, most_caught_up=5
            )
    edited = await read(sessions)
    half_past_two_in_berlin = datetime(2026, 11, 25, 1, 30, tzinfo=UTC)
    assert (edited.next_run_at, edited.edited_at) == (half_past_two_in_berlin, NOW)
    assert (edited.catch_up, edited.most_caught_up) == (CatchUp.ALL, 5)
    assert await tick(sessions, NOW + timedelta(hours=1)) == 0, "the old tick is gone"

    await declare(sessions, report())  # the next start of the same release
    assert (await read(sessions)).cron == "30 2 * * *"
    assert await tick(sessions, half_past_two_in_berlin) == 1

    await declare(sessions, report(Declaration(cron="15 * * * *")))
    declared = await read(sessions)
    assert (declared.cron, declared.time_zone, declared.catch_up, declared.edited_at) == (
        "15 * * * *",
        "UTC",
        CatchUp.ONCE,
        None,
    )
    assert declared.next_run_at == NOW + timedelta(minutes=15)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"cron": "often"}, "cron"),
        ({"cron": "0 0 30 2 *"}, "cron"),
        ({"time_zone": "Europe/Bonn"}, "time_zone"),
        ({"most_caught_up": 0}, "most_caught_up"),
        ({"most_caught_up": 1001}, "most_caught_up"),
    ],
)
async def test_an_edit_that_makes_no_sense_changes_nothing(
    sessions: SessionFactory, changes: dict[str, Any], field: str
) -> None:
    await declare(sessions, report())
    with pytest.raises(InvalidSchedule) as refusal:
        async with transaction(sessions) as session:
            await schedules.edit(session, NAME, **changes)
    assert refusal.value.field == field
    assert (await read(sessions)).edited_at is None


async def test_a_disabled_schedule_misses_nothing_while_it_rests(sessions: SessionFactory) -> None:
    await declare(sessions, report())
    with clock.turned_to(NOW):
        async with transaction(sessions) as session:
            await schedules.set_enabled(session, NAME, is_enabled=False)
    assert await tick(sessions, NOW + timedelta(hours=5)) == 0

    await declare(sessions, report())
    assert not (await read(sessions)).is_enabled, "a new start does not switch it on again"
    with clock.turned_to(NOW + timedelta(hours=5, minutes=1)):
        async with transaction(sessions) as session:
            await schedules.set_enabled(session, NAME, is_enabled=True)
    assert (await read(sessions)).next_run_at == NOW + timedelta(hours=6)


async def test_run_now_starts_one_beside_the_ticks(sessions: SessionFactory) -> None:
    await declare(sessions, report(Declaration(cron="0 * * * *", retries=2, timeout=7)))
    async with transaction(sessions) as session:
        run_id = await schedules.run_now(session, NAME)
    schedule = await read(sessions)
    assert (schedule.last_run_id, schedule.last_tick_at) == (run_id, None)
    assert schedule.next_run_at == NOW + timedelta(hours=1)
    async with transaction(sessions) as session:
        run = await session.get_one(JobRun, run_id)
    assert (run.state, run.max_attempts, run.arguments) == (JobState.QUEUED, 2, {"report_type": "weekly"})
    async with transaction(sessions) as session:
        with pytest.raises(UnknownSchedule):
            await schedules.run_now(session, "nothing")


async def test_what_is_no_longer_declared_retires_and_comes_back_when_it_is(sessions: SessionFactory) -> None:
    of_a_newer_release = report(name="of_a_newer_release", task="of_a_newer_release")
    await declare(sessions, report(), of_a_newer_release)
    await declare(sessions)
    assert (await read(sessions)).retired_at == NOW
    assert (await read(sessions, "of_a_newer_release")).retired_at is None
    assert await tick(sessions, NOW + timedelta(hours=1)) == 0, "nobody here can run the other one"
    async with transaction(sessions) as session:
        for change in (schedules.run_now(session, NAME), schedules.set_enabled(session, NAME, is_enabled=False)):
            with pytest.raises(UnknownSchedule):
                await change

    later = NOW + timedelta(days=8)
    await declare(sessions, report(), at=later)
    returned = await read(sessions)
    assert (returned.retired_at, returned.next_run_at) == (None, later + timedelta(hours=1))
    assert (await read(sessions, "of_a_newer_release")).retired_at == later, "nobody took up its ticks for a week"


async def test_a_schedule_that_cannot_be_kept_is_disabled_and_holds_up_no_other(sessions: SessionFactory) -> None:
    await declare(sessions, report(), report(name="a_broken_one"), report(name="another_broken_one"))
    async with transaction(sessions) as session:
        (await session.get_one(JobSchedule, "a_broken_one")).cron = "often"
        (await session.get_one(JobSchedule, "another_broken_one")).arguments = {}
    assert await tick(sessions, NOW + timedelta(hours=1)) == 1
    states = [(await read(sessions, name)).is_enabled for name in (NAME, "a_broken_one", "another_broken_one")]
    assert states == [True, False, False]


async def test_starting_workers_declare_at_once_without_colliding(sessions: SessionFactory) -> None:
    async def start() -> None:
        async with transaction(sessions) as session:
            await schedules.declare(session, [report()])

    await asyncio.gather(*(start() for _ in range(8)))
    assert (await read(sessions)).retired_at is None


async def test_a_second_passes_once_for_four_workers(
    settings: Settings, sessions: SessionFactory, start_worker: StartWorker
) -> None:
    cron_job = CronJob(function=sample_tasks.sample_report, cron="* * * * * *", kwargs={"report_type": "weekly"})

    async def has_ticked_often() -> bool:
        return len(sample_tasks.seen) >= 4

    async with start_worker(cron_job), start_worker(cron_job), start_worker(cron_job), start_worker(cron_job):
        await wait_until(has_ticked_often, within_seconds=15)
    moments = await ticks_of(sessions)
    assert len(moments) >= 4
    steps = {later - earlier for earlier, later in pairwise(moments)}
    assert steps == {timedelta(seconds=1)}, "each second once, and none left out"


async def test_the_queue_starts_what_is_due_by_the_databases_clock(
    sessions: SessionFactory, queue: LedgerQueue, start_worker: StartWorker
) -> None:
    await declare(sessions, report(Declaration(cron="* * * * * *")), at=clock.now() - timedelta(seconds=2))
    await queue.schedule()
    schedule = await read(sessions)
    assert schedule.last_run_id is not None
    assert schedule.next_run_at > clock.now() - timedelta(seconds=2)
    async with start_worker():
        run = await wait_for_run(sessions, schedule.last_run_id)
    assert run.state == JobState.SUCCEEDED
    assert run.trace_id is not None, "its log lines can be found by it"


async def declared_by(settings: Settings, sessions: SessionFactory, *cron_jobs: CronJob) -> dict[str, JobSchedule]:
    [config] = list(build_queue_config(settings, sessions, cron_jobs=cron_jobs).queue_configs)
    hooks: Any = config.startup
    declaring = next(hook for hook in hooks if hook.__name__ == "declare_schedules")
    await declaring({})
    async with transaction(sessions) as session:
        return {row.name: row for row in await session.scalars(select(JobSchedule))}


async def test_decorated_and_explicit_ones_are_declared_under_names_of_their_own(
    settings: Settings, sessions: SessionFactory
) -> None:
    weekly, monthly = {"report_type": "weekly"}, {"report_type": "monthly"}
    function = sample_tasks.sample_report
    rows = await declared_by(
        settings,
        sessions,
        CronJob(function=function, cron="0 9 * * 1", kwargs=weekly, timeout=30, retries=2),
        CronJob(function=function, cron="0 9 1 * *", kwargs=monthly),
        CronJob(function=function, cron="0 17 * * 1", kwargs=weekly),
        CronJob(function=sample_tasks.sample_unstorable, cron="0 3 * * *"),  # pyright: ignore[reportArgumentType]
    )
    reports = {name: row for name, row in rows.items() if row.task == "sample_report"}
    assert {(row.cron, row.arguments["report_type"]) for row in reports.values()} == {
        ("0 9 * * 1", "weekly"),
        ("0 9 1 * *", "monthly"),
        ("0 17 * * 1", "weekly"),
    }
    assert all(name.startswith("sample_report:") for name in reports)
    assert rows["sample_unstorable"].cron == "0 3 * * *"
    [first] = [row for row in reports.values() if row.cron == "0 9 * * 1"]
    declaration = msgspec.json.decode(first.declaration, type=Declaration)
    assert (declaration.timeout, declaration.retries) == (30, 2)
    assert rows.keys() >= {task.name for task in registry if task.cron is not None}
    again = await declared_by(settings, sessions)
    assert {name for name, row in again.items() if row.retired_at} == {*reports, "sample_unstorable"}


@pytest.mark.parametrize(
    ("cron_jobs", "error", "message"),
    [
        ([{"cron": "0 9 * * 1", "unique": False}], InvalidTask, "unique=False"),
        ([{"cron": "0 9 * * 1", "meta": {"team_id": "x"}}], InvalidTask, "no team"),
        ([{"cron": "0 9 * *"}], InvalidTask, "not a cron expression"),
        ([{"cron": "0 9 * * 1"}] * 3, InvalidTask, "twice"),
        ([{"cron": "0 9 * * 1", "kwargs": {"report": 1}}], InvalidArguments, "report_type"),
    ],
)
def test_explicit_cron_jobs_that_cannot_work_are_refused(
    settings: Settings, cron_jobs: list[dict[str, Any]], error: type[Exception], message: str
) -> None:
    common: dict[str, Any] = {"function": sample_tasks.sample_report, "kwargs": {"report_type": "weekly"}}
    made = [CronJob(**common | each) for each in cron_jobs]
    with pytest.raises(error, match=message):
        build_queue_config(settings, cron_jobs=made)
