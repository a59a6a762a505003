"""SAQ's hooks around each job, as its own worker calls them."""

from typing import Any

from app.config import Settings
from app.db.session import SessionFactory
from app.models import JobState
from tests.queue.test_runner import enqueue_for
from tests.queue.workers import running_worker, wait_for_run


async def test_hooks_run_before_and_after_each_job_and_see_it(
    settings: Settings, committed_sessions: SessionFactory
) -> None:
    seen: list[tuple[str, str, int]] = []

    async def before(ctx: Any) -> None:
        seen.append(("before", ctx["job"].key, ctx["job"].attempts))

    async def after(ctx: Any) -> None:
        seen.append(("after", ctx["job"].key, ctx["job"].attempts))

    run_id = await enqueue_for(committed_sessions, None, "sample_scope")
    async with running_worker(settings, committed_sessions, before_process=[before], after_process=[after]):
        await wait_for_run(committed_sessions, run_id)
    assert seen == [("before", str(run_id), 1), ("after", str(run_id), 1)]


async def test_a_hook_that_fails_fails_the_attempt_and_the_error_is_kept(
    settings: Settings, committed_sessions: SessionFactory
) -> None:
    told: list[object] = []

    async def before(ctx: Any) -> None:
        raise RuntimeError("the hook's own")

    async def after(ctx: Any) -> None:
        told.append(ctx.get("exception"))

    run_id = await enqueue_for(committed_sessions, None, "sample_counting", steps=1)
    async with running_worker(settings, committed_sessions, before_process=[before], after_process=[after]):
        run = await wait_for_run(committed_sessions, run_id)
    assert run.state == JobState.DEAD
    assert run.error is not None
    assert "the hook's own" in run.error
    assert [str(error) for error in told] == ["the hook's own"]


async def test_a_hook_that_fails_afterwards_undoes_nothing(
    settings: Settings, committed_sessions: SessionFactory
) -> None:
    async def after(ctx: Any) -> None:
        raise RuntimeError("the hook's own")

    run_ids = [await enqueue_for(committed_sessions, None, "sample_scope") for _ in range(2)]
    async with running_worker(settings, committed_sessions, after_process=[after]):
        for run_id in run_ids:
            assert (await wait_for_run(committed_sessions, run_id)).state == JobState.SUCCEEDED
