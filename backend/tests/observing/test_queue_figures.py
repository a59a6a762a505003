"""Workers say in their logs what alarms need to know of the queue."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
import structlog
from sqlalchemy.ext.asyncio import create_async_engine

from app.db.session import SessionFactory, create_session_factory, transaction
from app.lib import clock
from app.observing.queue_figures import keep_saying_queue_figures, say_queue_figures
from app.queue.enqueue import enqueue
from tests.observing.test_metrics import add_statistic
from tests.queue.conftest import sample_tasks as sample_tasks  # registers them


async def said(sessions: SessionFactory) -> dict[str, Any]:
    with structlog.testing.capture_logs() as lines:
        await say_queue_figures(sessions)
    [line] = lines
    return dict(line)


async def test_the_line_tells_how_long_the_oldest_has_waited_and_how_many_died(
    committed_sessions: SessionFactory,
) -> None:
    now = clock.now()
    async with transaction(committed_sessions) as session:
        await enqueue(session, "my_task", arg1="one", arg2=1)
        await enqueue(session, "my_task", arg1="other", arg2=2)
    await add_statistic(committed_sessions, "my_task", now - timedelta(minutes=5), dead=2)
    await add_statistic(committed_sessions, "my_task", now - timedelta(minutes=20), dead=40)

    with clock.turned_to(now + timedelta(minutes=7)):
        line = await said(committed_sessions)

    assert line["event"] == "queue_figures"
    assert (line["waiting"], line["running"], line["dead"]) == (2, 0, 2)
    assert line["oldest_waiting_seconds"] == pytest.approx(420, abs=5)


async def test_an_empty_queue_is_told_too_for_silence_is_an_alarm(committed_sessions: SessionFactory) -> None:
    line = await said(committed_sessions)
    assert (line["waiting"], line["oldest_waiting_seconds"], line["dead"]) == (0, 0, 0)


async def said_until_stopped(sessions: SessionFactory) -> list[str]:
    stopping = asyncio.Event()
    with structlog.testing.capture_logs() as lines:
        saying = asyncio.create_task(keep_saying_queue_figures(sessions, stopping, every_seconds=0.01))
        for _ in range(500):
            if len(lines) >= 2:
                break
            await asyncio.sleep(0.01)
        stopping.set()
        await asyncio.wait_for(saying, 5)
    return [line["event"] for line in lines]


async def test_it_is_said_again_and_again_until_the_worker_stops(committed_sessions: SessionFactory) -> None:
    assert (await said_until_stopped(committed_sessions))[:2] == ["queue_figures", "queue_figures"]


async def test_a_database_that_is_away_does_not_end_it() -> None:
    away = create_session_factory(create_async_engine("postgresql+asyncpg://nobody@127.0.0.1:1/nothing"))
    assert (await said_until_stopped(away))[:2] == ["queue_figures_unknown", "queue_figures_unknown"]
