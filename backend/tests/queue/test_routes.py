"""`TaskQueues` in a route, exactly as the brief shows it."""

from typing import Any
from uuid import UUID

import httpx
from litestar import Litestar, Response, post
from litestar_saq import TaskQueues

from app.config import Settings
from app.db.session import SessionFactory
from app.queue.config import build_queue_config
from app.queue.postgres import LedgerQueue
from app.queue.worker import build_queue_plugin
from tests.queue.test_worker import queue_connections
from tests.queue.workers import read_run
from tests.support.transport import asgi_transport


@post("/endpoint")
async def my_route(task_queues: TaskQueues) -> Response[dict[str, Any]]:
    queue = task_queues.get("default")
    job = await queue.enqueue("my_task", arg1="value", arg2=42)
    return Response({"status": "queued", "key": job.key if job else None})


async def test_a_route_enqueues_through_task_queues_and_the_process_closes_its_connections(
    settings: Settings, sessions: SessionFactory
) -> None:
    config = build_queue_config(settings, sessions)
    app = Litestar([my_route], plugins=[build_queue_plugin(config)], openapi_config=None)
    asgi: Any = app  # httpx describes ASGI in its own words
    transport = asgi_transport(asgi)
    async with app.lifespan(), httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        answer = await client.post("/endpoint")
        assert queue_connections(settings) <= 2  # one records, one wakes
    assert answer.status_code == 201
    run = await read_run(sessions, UUID(answer.json()["key"]))
    assert run is not None
    assert (run.task, run.arguments) == ("my_task", {"arg1": "value", "arg2": 42})
    queue = config.get_queues().get("default")
    assert isinstance(queue, LedgerQueue)
    assert queue.pool.closed
