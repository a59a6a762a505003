"""Tasks that belong to no domain: any mail, and the nightly clean-up."""

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.api_clients.services import delete_keys_ended_before
from app.auth.credentials import SigningKeyRepository
from app.auth.idempotency import IdempotencyRepository
from app.auth.rate_limits import LONGEST_WINDOW_SECONDS
from app.auth.repositories import RateLimitRepository, SessionRepository
from app.federation.attempts import delete_attempts_expired_before
from app.lib import clock
from app.lib.mail import MailMessage, MailRejected
from app.mail.repositories import MailboxRepository
from app.mail.transport import build_transport
from app.mail.transport import message_id as stable_message_id
from app.queue.registry import PermanentFailure, TaskContext, scheduled_task, task
from app.queue.repositories import JobRunRepository, TraceRepository, list_team_ids
from app.teams.invitations import delete_invitations_over_before

# How long what is over is kept: docs/retention.md has the whole list. What accounts leave behind goes every hour (accounts/tasks.py).
_KEEP_RUNS = timedelta(days=30)  # and what they said and cost
_KEEP_JOB_ACTIONS = timedelta(days=365)
_KEEP_ENDED_SESSIONS = timedelta(days=30)  # refresh tokens and API clients go with them
_KEEP_INVITATIONS = timedelta(days=30)
_KEEP_RETIRED_SIGNING_KEYS = timedelta(days=30)
_KEEP_API_KEYS = timedelta(days=365)
_KEEP_ATTEMPTS = timedelta(days=1)
_KEEP_ANSWERS = timedelta(days=1)  # to requests that may be sent again
_KEEP_MAILBOX = timedelta(days=14)
# A window weighs in the one after it.
_KEEP_WINDOWS = timedelta(seconds=LONGEST_WINDOW_SECONDS)


@task
async def send_email(
    ctx: TaskContext, *, to: str, subject: str, text: str, html: str | None = None, message_id: str | None = None
) -> None:
    """Send one mail; its Message-ID stays the same over all attempts."""
    message = MailMessage(
        message_id=message_id or stable_message_id("mail", ctx.run_id, ctx.settings),
        sender=ctx.settings.mail.sender,
        to=to,
        reply_to=None,
        subject=subject,
        text=text,
        html=html,
        attachments=(),
    )
    try:
        await build_transport(ctx.settings, ctx.sessions).send(message)
    except MailRejected as error:
        raise PermanentFailure(str(error)) from error


@scheduled_task(cron="0 2 * * *", timeout=600)
async def daily_cleanup(ctx: TaskContext) -> dict[str, int]:
    """Delete what nobody needs any more, every night at 02:00 UTC."""
    now = clock.now()
    deleted = Counter[str]()
    async with ctx.session() as session:
        deleted["sessions"] = await SessionRepository(session).delete_ended_before(now - _KEEP_ENDED_SESSIONS)
        deleted["rate_limit_windows"] = await RateLimitRepository(session).delete_ended_before(now - _KEEP_WINDOWS)
        deleted["signing_keys"] = await SigningKeyRepository(session).delete_retired_before(
            now - _KEEP_RETIRED_SIGNING_KEYS
        )
        deleted["federation_attempts"] = await delete_attempts_expired_before(session, now - _KEEP_ATTEMPTS)
        await _delete_runs(session, now, deleted)
        await MailboxRepository(session).delete_before(now - _KEEP_MAILBOX)
        team_ids = await list_team_ids(session)
    for done, team_id in enumerate(team_ids, start=1):
        async with ctx.session(team_id=team_id) as session:
            await _delete_runs(session, now, deleted)
            deleted["invitations"] += await delete_invitations_over_before(session, team_id, now - _KEEP_INVITATIONS)
            deleted["idempotency_keys"] += await IdempotencyRepository(session, team_id).delete_before(
                now - _KEEP_ANSWERS
            )
            deleted["api_keys"] += await delete_keys_ended_before(session, team_id, now - _KEEP_API_KEYS)
        await ctx.progress(done, len(team_ids))
    return {table: count for table, count in deleted.items() if count}


async def _delete_runs(session: AsyncSession, now: datetime, deleted: Counter[str]) -> None:
    """Delete old runs and their traces, of one team or of the system."""
    traces = TraceRepository(session)
    deleted["job_runs"] += await JobRunRepository(session).delete_finished_before(now - _KEEP_RUNS)
    deleted["job_log_lines"] += await traces.delete_lines_before(now - _KEEP_RUNS)
    deleted["job_statistics"] += await traces.delete_statistics_before(now - _KEEP_RUNS)
    deleted["job_actions"] += await traces.delete_actions_before(now - _KEEP_JOB_ACTIONS)
