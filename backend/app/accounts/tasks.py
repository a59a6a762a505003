from datetime import timedelta
from uuid import UUID

from app.accounts.exporting import VALID_HOURS, ExportBuilder
from app.accounts.leaving import delete_if_due
from app.accounts.mailing import AccountLetters, Addressed
from app.accounts.repositories import (
    EmailChangeRepository,
    EmailTokenRepository,
    ExportRepository,
    LeavingRepository,
    SignUpRepository,
)
from app.accounts.signing_up import KEEP_SIGN_UPS
from app.lib import clock
from app.lib.devices import device_of
from app.lib.ids import moment_of
from app.lib.mail import MailRejected
from app.lib.mail_templates import (
    CredentialChange,
    Letter,
    Origin,
    render_account_deletion_requested,
    render_credential_changed,
    render_export_ready,
)
from app.mail.transport import send_letter
from app.queue.registry import PermanentFailure, TaskContext, scheduled_task, task
from app.users.repositories import UserRepository

KEEP_HISTORY = timedelta(days=90)  # of changed addresses, and of exports that were asked for


@task
async def send_credential_notice(
    ctx: TaskContext,
    *,
    user_id: UUID,
    what: CredentialChange,
    ip_address: str,
    user_agent: str,
    detail: str = "",
    to: str = "",
) -> None:
    """Tell a person that something which opens their account was changed; `to` when their address is what changed."""
    async with ctx.session() as session:
        user = await UserRepository(session).get(user_id)
    if user is None:
        return
    letter = render_credential_changed(
        name=user.name,
        what=what,
        when=moment_of(ctx.run_id),
        where=_origin(ip_address, user_agent),
        security_link=f"{ctx.settings.app_url}/settings/security",
        about=detail,
    )
    await _send(ctx, "notice", letter, to=to or user.email)


@task
async def send_sign_up_mail(ctx: TaskContext, *, sign_up_id: UUID) -> None:
    """Answer a sign-up where only the address's reader sees it."""
    async with ctx.session() as session:
        letters = await AccountLetters(session, ctx.settings).of_sign_up(sign_up_id)
    await _send_all(ctx, "sign-up", letters)


@task
async def resend_confirmation(ctx: TaskContext, *, email: str) -> None:
    """Mail the link that confirms an address again."""
    async with ctx.session() as session:
        letters = await AccountLetters(session, ctx.settings).of_confirmation(email)
    await _send_all(ctx, "confirmation", letters)


@task
async def send_password_reset(ctx: TaskContext, *, email: str, ip_address: str, user_agent: str) -> None:
    """Mail the link that sets a new password, if the address has an account."""
    async with ctx.session() as session:
        letters = await AccountLetters(session, ctx.settings).of_password_reset(email, _origin(ip_address, user_agent))
    await _send_all(ctx, "password-reset", letters)


@task
async def send_email_change_mails(ctx: TaskContext, *, email_change_id: UUID) -> None:
    """Ask both addresses."""
    async with ctx.session() as session:
        letters = await AccountLetters(session, ctx.settings).of_email_change(email_change_id)
    await _send_all(ctx, "email-change", letters)


@task
async def send_deletion_mail(ctx: TaskContext, *, user_id: UUID, ip_address: str, user_agent: str) -> None:
    """Say when the account will be gone, and how to keep it."""
    async with ctx.session() as session:
        user = await UserRepository(session).get(user_id)
    if user is None or user.deletion_due_at is None:
        return
    letter = render_account_deletion_requested(
        name=user.name,
        deletes_on=user.deletion_due_at.date(),
        cancel_link=f"{ctx.settings.app_url}/settings/data",
        when=moment_of(ctx.run_id),
        where=_origin(ip_address, user_agent),
    )
    await _send(ctx, "deletion", letter, to=user.email)


@task(timeout=900)
async def build_data_export(ctx: TaskContext, *, data_export_id: UUID) -> None:
    """Collect what is kept about a person, keep it for a day, and mail where it is."""
    builder = ExportBuilder(ctx.session)
    try:
        user = await builder.build(data_export_id)
    except Exception:
        if ctx.is_last_attempt:
            await builder.give_up(data_export_id)
        raise
    if user is not None:
        link = f"{ctx.settings.app_url}/settings/data"
        await _send(
            ctx, "export", render_export_ready(name=user.name, link=link, valid_hours=VALID_HOURS), to=user.email
        )


@scheduled_task(cron="20 * * * *", timeout=300)
async def clear_away_links_and_exports(ctx: TaskContext) -> None:
    """Delete what has run out, every hour: archives, links, sign-ups that nobody confirmed, and what was long ago."""
    now = clock.now()
    async with ctx.session() as session:
        await ExportRepository(session).delete_archives_expired_before(now)
        await ExportRepository(session).delete_requested_before(now - KEEP_HISTORY)
        await EmailChangeRepository(session).delete_over_before(now - KEEP_HISTORY)
        await EmailTokenRepository(session).delete_expired_before(now - timedelta(days=1))
        await SignUpRepository(session).delete_before(now - KEEP_SIGN_UPS)


@scheduled_task(cron="0 4 * * *", timeout=600)
async def delete_due_accounts(ctx: TaskContext) -> dict[str, int]:
    """Delete the accounts whose days of grace are over, every night at 04:00 UTC: after the teams that end with them."""
    async with ctx.session() as session:
        due = await LeavingRepository(session).due(now=clock.now())
    deleted = 0
    for user_id in due:
        async with ctx.session() as session:
            deleted += await delete_if_due(session, user_id)
    return {"deleted": deleted, "left": len(due) - deleted}


def _origin(ip_address: str, user_agent: str) -> Origin:
    return Origin(ip_address=ip_address, browser=device_of(user_agent).name)


async def _send(ctx: TaskContext, kind: str, letter: Letter, *, to: str, number: int = 0) -> None:
    key = f"{ctx.run_id}.{number}" if number else ctx.run_id
    try:
        await send_letter(letter, kind=kind, key=key, to=to, settings=ctx.settings, sessions=ctx.sessions)
    except MailRejected as error:
        raise PermanentFailure(str(error)) from error


async def _send_all(ctx: TaskContext, kind: str, letters: list[Addressed]) -> None:
    for number, addressed in enumerate(letters):
        await _send(ctx, kind, addressed.letter, to=addressed.to, number=number)
