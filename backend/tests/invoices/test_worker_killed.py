"""SIGKILL in the middle of `process_invoice`: the invoice is still sent, once; or its team is told that it was not."""

import pytest
from litestar import Litestar
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.config import Settings
from app.db.session import SessionFactory, transaction
from app.db.tenancy import TenantScope
from app.invoices.tasks import GAVE_UP
from tests.invoices.conftest import Desk
from tests.queue.workers import WorkerProcess, wait_until
from tests.support.people import Person


@pytest.mark.slow
@pytest.mark.parametrize(
    ("held_table", "state_when_killed"), [("invoice_files", "rendering"), ("mailbox_messages", "sending")]
)
async def test_an_invoice_whose_worker_is_killed_is_sent_once_by_the_next(
    held_table: str,
    state_when_killed: str,
    settings: Settings,
    engine: AsyncEngine,
    committed_app: Litestar,
    committed_sessions: SessionFactory,
    committed_owner: Person,
) -> None:
    desk = Desk(committed_owner.client)
    desk.customer = await desk.add_customer()
    invoice = await desk.issued()

    async def has_state(state: str) -> bool:
        return (await desk.show(invoice["id"]))["delivery"]["state"] == state

    async def count(statement: str) -> int:
        async with transaction(committed_sessions, TenantScope(team_id=committed_owner.team_id)) as session:
            return await session.scalar(text(statement)) or 0

    # Somebody else's lock stops the worker at a known step, for as long as the test likes.
    async with engine.connect() as holder:
        await holder.execute(text(f"LOCK TABLE {held_table} IN EXCLUSIVE MODE"))
        with WorkerProcess(settings, app_path="app.asgi:app") as victim:
            await wait_until(lambda: has_state(state_when_killed), within_seconds=20, what=lambda: victim.output)
            victim.kill()
        await holder.rollback()
    assert await count("SELECT count(*) FROM mailbox_messages") == 0

    with WorkerProcess(settings, app_path="app.asgi:app") as successor:
        await wait_until(lambda: has_state("sent"), within_seconds=40, what=lambda: successor.output)

    assert await count("SELECT count(*) FROM mailbox_messages") == 1
    assert await count("SELECT count(*) FROM invoice_files") == 1
    assert await count("SELECT count(*) FROM team_events WHERE kind = 'invoice.sent'") == 1
    assert await count("SELECT count(*) FROM team_events WHERE kind = 'invoice.rendered'") == 1


@pytest.mark.slow
async def test_an_invoice_whose_last_attempt_died_with_its_worker_is_told_as_not_sent(
    settings: Settings, engine: AsyncEngine, committed_app: Litestar, committed_owner: Person
) -> None:
    desk = Desk(committed_owner.client)
    desk.customer = await desk.add_customer()
    invoice = await desk.issued()

    async def has_state(state: str) -> bool:
        return (await desk.show(invoice["id"]))["delivery"]["state"] == state

    async with engine.connect() as holder:
        await holder.execute(text("SELECT set_config('app.queue', 'on', true)"))
        await holder.execute(text("UPDATE job_runs SET max_attempts = 1"))
        await holder.commit()
        await holder.execute(text("LOCK TABLE mailbox_messages IN EXCLUSIVE MODE"))
        with WorkerProcess(settings, app_path="app.asgi:app") as victim:
            await wait_until(lambda: has_state("sending"), within_seconds=20, what=lambda: victim.output)
            victim.kill()
        await holder.rollback()

    with WorkerProcess(settings, app_path="app.asgi:app") as successor:
        await wait_until(lambda: has_state("failed"), within_seconds=40, what=lambda: successor.output)
    assert (await desk.show(invoice["id"]))["delivery"]["error"] == GAVE_UP
