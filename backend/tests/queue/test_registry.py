from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from saq.types import Context

from app.queue.errors import InvalidArguments, InvalidTask, UnknownTask
from app.queue.registry import Registry, TaskContext
from app.queue.registry import registry as application_registry

ID = UUID("019ab000-0000-7000-8000-000000000001")


async def process_invoice(ctx: Context, *, invoice_id: int) -> dict[str, str]:
    return {"status": "processed"}


def test_a_bare_decorator_gives_safe_defaults_and_leaves_the_function_callable() -> None:
    registry = Registry()
    assert registry.task(process_invoice) is process_invoice
    task = registry.get("process_invoice")
    assert (task.retries, task.timeout, task.heartbeat, task.retry_backoff, task.cron) == (5, 60, 12, True, None)


def test_a_decorator_takes_arguments() -> None:
    registry = Registry()
    decorated = registry.task(retries=2, timeout=7, heartbeat=3, retry_delay=1.5, retry_backoff=60)(process_invoice)
    task = registry.get("process_invoice")
    assert decorated is process_invoice
    assert (task.retries, task.timeout, task.heartbeat, task.retry_delay, task.retry_backoff) == (2, 7, 3, 1.5, 60)


def test_a_scheduled_task_keeps_its_cron() -> None:
    registry = Registry()

    @registry.scheduled_task(cron="0 2 * * *", timeout=600)
    async def nightly(ctx: Context) -> None: ...

    assert (registry.get("nightly").cron, registry.get("nightly").timeout) == ("0 2 * * *", 600)


def test_a_context_without_annotation_is_allowed() -> None:
    registry = Registry()

    @registry.task
    async def unannotated(ctx, *, invoice_id: int) -> None: ...  # pyright: ignore[reportUnknownParameterType, reportMissingParameterType]

    assert "unannotated" in registry


def test_two_tasks_of_one_name_are_refused_and_both_places_named() -> None:
    registry = Registry()
    registry.task(process_invoice)

    async def other(ctx: Context) -> None: ...

    other.__name__ = "process_invoice"
    with pytest.raises(
        InvalidTask, match=r"two tasks are named 'process_invoice': .*test_registry\.process_invoice and .*other"
    ):
        registry.task(other)


def test_a_positional_parameter_is_refused_with_what_to_write() -> None:
    async def send(ctx: Context, invoice_id: UUID) -> None: ...

    with pytest.raises(
        InvalidTask, match=r"'invoice_id' must be keyword-only.*write `async def send\(ctx: TaskContext, \*, "
    ):
        Registry().task(send)


def test_open_keywords_are_refused() -> None:
    async def send(ctx: Context, **anything: object) -> None: ...

    with pytest.raises(InvalidTask, match="'anything' must be keyword-only"):
        Registry().task(send)


def test_a_task_without_context_is_refused() -> None:
    async def send(*, invoice_id: UUID) -> None: ...

    with pytest.raises(InvalidTask, match="must take the context first"):
        Registry().task(send)


def test_a_function_that_is_not_async_is_refused() -> None:
    def send(ctx: Context) -> None: ...

    with pytest.raises(InvalidTask, match="must be an async function"):
        Registry().task(send)  # pyright: ignore[reportArgumentType, reportCallIssue]


def test_a_parameter_that_saq_would_swallow_is_refused() -> None:
    async def send(ctx: Context, *, status: str) -> None: ...

    with pytest.raises(InvalidTask, match="'status' is a setting of the job itself"):
        Registry().task(send)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"timeout": 0}, "could hang for ever"),
        ({"heartbeat": 0}, "a dead worker is never noticed"),
        ({"retries": 0}, "at least 1"),
        ({"retry_delay": -1}, "cannot be negative"),
        ({"max_running": 0}, "would never let it run"),
        ({"max_running_per_team": 0}, "would never let it run"),
        ({"rate": (0, 60)}, "would never let it run"),
        ({"rate": (10, 0)}, "ten a minute"),
        ({"priority": 40000}, "between -1000"),
    ],
)
def test_settings_that_lose_jobs_are_refused(options: Any, message: str) -> None:
    with pytest.raises(InvalidTask, match=message):
        Registry().task(**options)(process_invoice)


def test_a_wrong_cron_expression_is_refused() -> None:
    async def nightly(ctx: Context) -> None: ...

    with pytest.raises(InvalidTask, match="'0 25 \\* \\* \\*' is not a cron expression"):
        Registry().scheduled_task(cron="0 25 * * *")(nightly)


def test_a_scheduled_task_cannot_require_arguments() -> None:
    with pytest.raises(InvalidTask, match="a clock passes no arguments, so 'invoice_id' needs a default"):
        Registry().scheduled_task(cron="0 2 * * *")(process_invoice)


def test_an_unknown_name_lists_the_known_ones() -> None:
    registry = Registry()
    registry.task(process_invoice)
    with pytest.raises(UnknownTask, match="no task is named 'proces_invoice'; registered are: process_invoice"):
        registry.get("proces_invoice")


def test_arguments_come_back_with_their_types() -> None:
    task = application_registry.get("sample_typed")
    given = {"invoice_id": ID, "due": date(2026, 11, 30), "amount": Decimal("119.00"), "tags": ["a"], "note": None}
    stored = task.to_stored(given)
    assert stored == {"invoice_id": str(ID), "due": "2026-11-30", "amount": "119.00", "tags": ["a"], "note": None}
    assert task.from_stored(stored) == given


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"arg1": "value"}, "'arg2' is missing"),
        ({"arg1": "value", "arg2": 1, "arg3": 1}, "'arg3' is not one of its parameters"),
        ({"arg1": "value", "arg2": "many"}, "arg2|int"),
        ({"arg1": "a\x00b", "arg2": 1}, "NUL"),
        ({"arg1": "\ud800", "arg2": 1}, "surrogates"),
        ({"arg1": "x" * 70_000, "arg2": 1}, "pass ids instead"),
        ({"arg1": object(), "arg2": 1}, "arg1|object"),
    ],
)
def test_arguments_that_cannot_work_are_refused(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidArguments, match=message):
        application_registry.get("my_task").to_stored(arguments)


def test_delays_double_with_jitter_up_to_a_bound() -> None:
    registry = Registry()
    task = registry.add(process_invoice, retry_delay=2.0, retry_backoff=20)
    for next_attempt, longest in ((2, 2), (3, 4), (4, 8), (5, 16), (6, 20), (90, 20)):
        delay = task.delay_before(next_attempt)
        assert timedelta(seconds=longest / 2) <= delay <= timedelta(seconds=longest)


def test_without_backoff_the_delay_stays() -> None:
    task = Registry().add(process_invoice, retry_delay=2.0, retry_backoff=False)
    assert task.delay_before(5) == timedelta(seconds=2)


async def test_a_task_can_be_called_like_any_function() -> None:
    registry = Registry()

    @registry.task(timeout=5)
    async def double(ctx: TaskContext, *, amount: int) -> int:
        return 2 * amount

    assert await double({}, amount=2) == 4  # pyright: ignore[reportArgumentType]
