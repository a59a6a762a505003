"""What is to be done when a run died and its own function did not see it: with its worker, at its timeout, before it began."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
import structlog

from app.db.json import decode_json
from app.lib.ids import moment_of, named_id_at
from app.queue.enqueue import JobOptions, new_run
from app.queue.errors import InvalidArguments
from app.queue.registry import registry
from app.queue.repositories import ClaimedRun, NewRun

logger = structlog.stdlib.get_logger(__name__)


class Death(msgspec.Struct, frozen=True, kw_only=True):
    run_id: UUID
    team_id: UUID | None
    task: str
    arguments: dict[str, Any]
    trace_id: str | None
    traceparent: str | None

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> "Death":
        named = {name: row[name] for name in ("team_id", "task", "trace_id", "traceparent")}
        return cls(run_id=row["id"], arguments=decode_json(row["arguments"]), **named)

    @classmethod
    def of(cls, run: ClaimedRun) -> "Death":
        return cls(
            run_id=run.lease.run_id,
            team_id=run.lease.team_id,
            task=run.task,
            arguments=run.arguments,
            trace_id=run.trace_id,
            traceparent=run.traceparent,
        )


def follower_id(run_id: UUID) -> UUID:
    """In lists it stands beside the run that died."""
    return named_id_at(moment_of(run_id), f"after the death of {run_id}")


def run_after(death: Death, queue: str) -> NewRun | None:
    """The run of the task's `on_death`, with the same arguments; the same one however often it is asked for."""
    name = registry.get(death.task).on_death if death.task in registry else None
    if name is None:
        return None
    options = JobOptions(run_id=follower_id(death.run_id))
    try:
        run = new_run(registry.get(name), death.arguments, team_id=death.team_id, options=options, queue=queue)
    except InvalidArguments:
        logger.exception("death_not_followed", task=death.task, run_id=str(death.run_id))
        return None
    return msgspec.structs.replace(run, trace_id=death.trace_id, traceparent=death.traceparent)
