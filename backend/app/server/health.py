"""Liveness says the process answers; readiness says it can do its work."""

from typing import Literal

import msgspec
import structlog
from litestar import Controller, Response, get
from litestar.datastructures import State
from litestar.status_codes import HTTP_200_OK, HTTP_503_SERVICE_UNAVAILABLE
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.auth.guards import public
from app.server.stopping import Stopping

log = structlog.get_logger()

type Check = Literal["ok", "failed"]


class Liveness(msgspec.Struct, frozen=True):
    status: Literal["ok"]


class Readiness(msgspec.Struct, frozen=True):
    status: Check
    database: Check
    queue: Check


_OPEN = public("asked by load balancers; says nothing but ok or failed")


class HealthController(Controller):
    path = "/health"
    tags = ("Health",)

    @get("/live", guards=[_OPEN])
    async def get_liveness(self) -> Liveness:
        """Whether the process answers at all."""
        return Liveness(status="ok")

    @get("/ready", guards=[_OPEN])
    async def get_readiness(self, state: State) -> Response[Readiness]:
        """Whether database and queue can be used, asked over a connection of its own, and the process is not stopping."""
        stopping: Stopping = state.stopping
        engine: AsyncEngine = state.health_engine
        database = await _try(engine, "SELECT 1")
        queue = await _try(engine, "SELECT 1 FROM saq_jobs LIMIT 1") if database == "ok" else "failed"
        status: Check = "ok" if database == queue == "ok" and not stopping.has_begun else "failed"
        return Response(
            Readiness(status=status, database=database, queue=queue),
            status_code=HTTP_200_OK if status == "ok" else HTTP_503_SERVICE_UNAVAILABLE,
        )


async def _try(engine: AsyncEngine, statement: str) -> Check:
    try:
        async with engine.connect() as connection:
            await connection.execute(text(statement))
    except Exception as error:  # noqa: BLE001 - whatever goes wrong means not ready
        log.warning("not ready", error=type(error).__name__)
        return "failed"
    return "ok"
