"""What a task says while it works: progress, log lines, and news of both for open consoles."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg
import pytest
import structlog
from sqlalchemy import select

from app.config import Settings
from app.db.session import SessionFactory, transaction
from app.db.tenancy import TenantScope
from app.lib.ids import new_id
from app.models import JobLogLine, JobState
from app.queue.note_keeping import NoteKeeper, Said
from app.queue.notes import LEFT_OUT, MOST_BYTES, MOST_LINES, Notes, progress_of
from app.queue.postgres import LedgerQueue
from app.queue.repositories import Lease
from tests.queue import sample_tasks
from tests.queue.conftest import StartWorker
from tests.queue.test_runner import enqueue_for
from tests.queue.workers import read_run, wait_for_run, wait_until
from tests.support.logs import captured_logs


@pytest.fixture(params=["INFO", "ERROR"])
def process_log(request: pytest.FixtureRequest) -> Generator[Any]:
    """What the process itself logs, at either level."""
    with captured_logs(request.param) as written:
        yield request.param, written


async def lines_of(sessions: SessionFactory, run_id: UUID, team_id: UUID | None) -> list[JobLogLine]:
    async with transaction(sessions, TenantScope(team_id=team_id)) as session:
        statement = select(JobLogLine).where(JobLogLine.run_id == run_id)
        return list(await session.scalars(statement.order_by(JobLogLine.attempt, JobLogLine.number)))


async def test_progress_is_seen_while_the_task_works(
    sessions: SessionFactory, team_id: UUID, start_worker: StartWorker
) -> None:
    run_id = await enqueue_for(sessions, team_id, "sample_counting", steps=40, seconds=2)
    seen: set[tuple[int | None, int | None, str | None]] = set()

    async def is_over() -> bool:
        run = await read_run(sessions, run_id, team_id)
        assert run is not None
        if run.state == JobState.RUNNING and run.progress_done is not None:
            assert run.progress == pytest.approx(run.progress_done / 40)
            seen.add((run.progress_done, run.progress_total, run.progress_message))
        return run.state == JobState.SUCCEEDED

    async with start_worker():
        await wait_until(is_over, within_seconds=10)
    assert 2 <= len(seen) <= 6, "twice a second, not at every step"
    assert all(total == 40 and message == f"step {done}" for done, total, message in seen)


async def test_the_last_progress_of_a_failed_attempt_stays(
    sessions: SessionFactory, team_id: UUID, start_worker: StartWorker
) -> None:
    run_id = await enqueue_for(sessions, team_id, "sample_counting", steps=3, fails=True)
    async with start_worker():
        run = await wait_for_run(sessions, run_id, team_id)
    assert (run.state, run.progress_done, run.progress_total, run.progress_message) == (JobState.DEAD, 3, 3, "step 3")


async def test_a_task_that_only_shows_progress_is_stopped_when_its_lease_is_lost(
    settings: Settings, sessions: SessionFactory, team_id: UUID, queue: LedgerQueue, start_worker: StartWorker
) -> None:
    run_id = await enqueue_for(sessions, team_id, "sample_counting", steps=100, seconds=30)

    async def works() -> bool:
        return run_id in sample_tasks.counting

    async def has_stopped() -> bool:
        return run_id not in sample_tasks.counting

    async with start_worker():
        await wait_until(works, within_seconds=10)
        job = await queue.job(str(run_id))
        assert job is not None
        await job.abort("no longer wanted")
        await wait_until(has_stopped, within_seconds=4)
    run = await read_run(sessions, run_id, team_id)
    assert run is not None
    assert run.state == JobState.CANCELLED


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ((0.5,), (0.5, None, None, None)),
        ((7,), (1.0, None, None, None)),
        ((-1,), (0.0, None, None, None)),
        ((float("nan"),), (0.0, None, None, None)),
        ((3, 4, "half"), (0.75, 3, 4, "half")),
        ((5, 4), (1.0, 5, 4, None)),
        ((0, 0), (1.0, 0, 0, None)),
        ((1, 10**12), (1e-12, 1, 2**31 - 1, None)),
        ((1, 2, "a\x00\ud800" + "b" * 300), (0.5, 1, 2, "a␀?" + "b" * 197)),
    ],
)
def test_progress_fits_its_columns_whatever_is_said(said: tuple[Any, ...], expected: tuple[Any, ...]) -> None:
    progress = progress_of(*said, *[None] * (3 - len(said)))
    assert (progress.fraction, progress.done, progress.total, progress.message) == expected


async def test_lines_of_both_ways_of_logging_are_kept_at_any_level_of_the_process(
    sessions: SessionFactory, team_id: UUID, start_worker: StartWorker, process_log: Any
) -> None:
    level, written = process_log
    run_id = await enqueue_for(sessions, team_id, "sample_talking")
    async with start_worker():
        await wait_for_run(sessions, run_id, team_id)
        lines = await lines_of(sessions, run_id, team_id)
    assert [(line.number, line.level, line.event) for line in lines] == [
        (1, "info", "letter_written"),
        (2, "warning", "half 1 of it"),
        (3, "info", "unstorable ␀ ?"),
    ]
    assert lines[0].fields == {"to": "Ada", "password": "•••", "url": "https://example.com/?token=•••"}
    assert lines[1].fields == {"logger": "app.some.library"}
    assert lines[2].fields == {"value": "␀?", "thing": "<class 'object'>", "deep": {"a": {"b": [None]}}}
    assert ("letter_written" in written.getvalue()) == (level == "INFO")
    assert "too quiet" not in written.getvalue()


async def test_each_attempt_has_its_own_lines_with_its_errors(
    sessions: SessionFactory, team_id: UUID, start_worker: StartWorker, process_log: Any
) -> None:
    run_id = await enqueue_for(sessions, team_id, "sample_talking", fails=True)
    async with start_worker():
        await wait_for_run(sessions, run_id, team_id)
        lines = await lines_of(sessions, run_id, team_id)
    assert [(line.attempt, line.number) for line in lines] == [
        (attempt, number) for attempt in (1, 2) for number in (1, 2, 3, 4)
    ]
    assert (lines[3].level, lines[3].event) == ("error", "not_sealed")
    assert "RuntimeError: no wax left" in lines[3].fields["exception"]
    assert await lines_of(sessions, run_id, None) == []
    assert await lines_of(sessions, run_id, new_id()) == []


async def test_lines_are_seen_while_the_task_works_and_a_flood_ends_with_one_that_says_so(
    sessions: SessionFactory, team_id: UUID, start_worker: StartWorker, process_log: Any
) -> None:
    run_id = await enqueue_for(sessions, team_id, "sample_talking", lines=2000, seconds=3)

    async def are_there() -> bool:
        return len(await lines_of(sessions, run_id, team_id)) == MOST_LINES + 1

    async with start_worker():
        await wait_until(are_there, within_seconds=4)
        run = await read_run(sessions, run_id, team_id)
        assert run is not None
        assert run.state == JobState.RUNNING
        await wait_for_run(sessions, run_id, team_id)
        lines = await lines_of(sessions, run_id, team_id)
    assert [line.number for line in lines] == list(range(1, MOST_LINES + 2))
    assert (lines[-1].level, lines[-1].event) == ("warning", LEFT_OUT)


def test_an_attempt_keeps_64_kilobytes_and_nothing_that_breaks_the_task() -> None:
    class Broken:
        def __str__(self) -> str:
            raise ValueError("no words")

    notes = Notes(lambda: None)
    notes.note_line("info", "broken", {"field": Broken()})
    for _ in range(200):
        notes.note_line("info", "x" * 5000, {"Bearer": "Authorization: Bearer abcdef"})
    _, lines = notes.take()
    assert (lines[0].event, lines[0].fields_json) == ("broken", "{}")
    assert lines[-1].event == LEFT_OUT
    assert [line.event for line in lines].count(LEFT_OUT) == 1
    assert sum(len(line.event) + len(line.fields_json) for line in lines) <= MOST_BYTES + len(LEFT_OUT) + 2
    assert "abcdef" not in lines[1].fields_json


async def test_lines_of_many_threads_are_numbered_once_each() -> None:
    notes = NoteKeeper(forget).notes_of(Lease(new_id(), None, 1))

    def talk(thread: int) -> None:
        for number in range(20):
            notes.note_line("info", f"{thread}.{number}", {})

    await asyncio.gather(*(asyncio.to_thread(talk, thread) for thread in range(10)))
    _, lines = notes.take()
    assert [line.number for line in lines] == list(range(1, 201))
    for thread in range(10):
        own = [line.event for line in lines if line.event.startswith(f"{thread}.")]
        assert own == [f"{thread}.{number}" for number in range(20)]


async def forget(said: Any) -> None:
    pass


async def test_what_could_not_be_written_is_written_later_and_a_refusal_hurts_nobody() -> None:
    written: list[list[Said]] = []
    answers: list[Exception | None] = [OSError("away"), None, ValueError("refused")]

    async def write(said: Any) -> None:
        answer = answers.pop(0)
        if answer is not None:
            raise answer
        written.append(list(said))

    keeper = NoteKeeper(write)
    lease = Lease(new_id(), None, 1)
    notes = keeper.notes_of(lease)
    notes.note_line("info", "first", {})
    notes.note_progress(progress_of(0.25, None, None))
    await keeper.flush()
    notes.note_line("info", "second", {})
    notes.note_progress(progress_of(0.5, None, None))
    await keeper.flush()
    [[said]] = written
    assert [line.event for line in said.lines] == ["first", "second"]
    assert said.progress == progress_of(0.5, None, None)
    notes.note_line("info", "third", {})
    await keeper.flush()
    await keeper.flush()
    assert len(written) == 1


async def test_a_line_written_again_after_a_lost_answer_is_there_once(
    sessions: SessionFactory, team_id: UUID, queue: LedgerQueue
) -> None:
    run_id = await enqueue_for(sessions, team_id, "sample_scope")
    gone = Notes(lambda: None)
    gone.note_line("info", "of a run that is gone", {})
    notes = Notes(lambda: None)
    notes.note_line("info", "once", {})
    said = [Said(Lease(new_id(), team_id, 1), *gone.take()), Said(Lease(run_id, team_id, 1), *notes.take())]
    for _ in range(2):
        await queue._write_notes(said)  # pyright: ignore[reportPrivateUsage]
    assert [line.event for line in await lines_of(sessions, run_id, team_id)] == ["once"]


def test_outside_of_a_task_nothing_is_kept_and_a_quiet_process_stays_quiet() -> None:
    with captured_logs("WARNING") as written:
        logger = structlog.get_logger()
        logger.info("hidden")
        logging.getLogger("some.library").warning("shown")
        logger.warning("shown too")
    assert "hidden" not in written.getvalue()
    assert "shown too" in written.getvalue()


@asynccontextmanager
async def listening(settings: Settings) -> AsyncGenerator[list[str]]:
    heard: list[str] = []

    def hear(*call: Any) -> None:
        heard.append(call[-1])

    connection: Any = await asyncpg.connect(settings.database.url)
    await connection.add_listener("quittance_jobs", hear)
    try:
        yield heard
    finally:
        await connection.close()


async def test_news_say_whose_runs_changed_few_times_for_many(
    settings: Settings, sessions: SessionFactory, team_id: UUID, start_worker: StartWorker
) -> None:
    async with start_worker(), listening(settings) as heard:
        started = asyncio.get_running_loop().time()
        run_ids = [await enqueue_for(sessions, team_id, "sample_scope") for _ in range(60)]
        run_ids.append(await enqueue_for(sessions, team_id, "sample_counting", steps=10, seconds=1))
        of_system = await enqueue_for(sessions, None, "sample_scope")
        for run_id in run_ids:
            await wait_for_run(sessions, run_id, team_id)
        await wait_for_run(sessions, of_system)
        await asyncio.sleep(0.6)
        seconds = asyncio.get_running_loop().time() - started
    assert set(heard) == {str(team_id), "system"}
    assert 3 <= heard.count(str(team_id)) <= seconds / 0.25 + 2
