"""What a clock starts in the ledger: announcing overdue invoices, and the Monday report."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from app.payments.services import LedgerService
from app.payments.weekly_report import WeeklyReportService
from app.queue.registry import LeaseLost, TaskContext, scheduled_task
from app.queue.repositories import list_team_ids


@scheduled_task(cron="0 6 * * *", timeout=600)
async def mark_overdue_invoices(ctx: TaskContext) -> dict[str, int]:
    """Announce, every morning at 06:00 UTC, each invoice whose due date has passed unpaid; a repeat announces nothing twice."""

    async def announce(team_id: UUID) -> int:
        async with ctx.session(team_id=team_id) as session:
            return await LedgerService(session, team_id).announce_overdue()

    return {"announced": await _in_each_team(ctx, announce)}


@scheduled_task(cron="0 9 * * 1", timeout=600)
async def weekly_report(ctx: TaskContext) -> dict[str, int]:
    """Mail the owners of each team, on Mondays at 09:00 UTC, what last week brought; a repeat mails nobody twice."""

    async def report(team_id: UUID) -> int:
        async with ctx.session(team_id=team_id) as session:
            return await WeeklyReportService(session, team_id, settings=ctx.settings).send()

    return {"mails": await _in_each_team(ctx, report)}


async def _in_each_team(ctx: TaskContext, work: Callable[[UUID], Awaitable[int]]) -> int:
    """Do the work team by team, each in its own transaction, so that one team's failure leaves the others served."""
    async with ctx.session() as session:
        team_ids = await list_team_ids(session)
    total = 0
    failures: list[Exception] = []
    for team_id in team_ids:
        try:
            total += await work(team_id)
        except LeaseLost:
            raise
        except Exception as error:  # noqa: BLE001 - raised below, after the other teams
            failures.append(error)
    if failures:
        raise ExceptionGroup(f"{len(failures)} of {len(team_ids)} teams failed", failures)
    return total
