from uuid import UUID

from app.lib.devices import device_of
from app.lib.ids import moment_of
from app.lib.mail_templates import CredentialChange, Letter, Origin, render_credential_changed
from app.mail.transport import send_letter
from app.queue.registry import TaskContext, task
from app.users.repositories import UserRepository


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
        where=Origin(ip_address=ip_address, browser=device_of(user_agent).name),
        security_link=f"{ctx.settings.app_url}/settings/security",
        about=detail,
    )
    await _send(ctx, "notice", letter, to=to or user.email)


async def _send(ctx: TaskContext, kind: str, letter: Letter, *, to: str) -> None:
    await send_letter(letter, kind=kind, key=ctx.run_id, to=to, settings=ctx.settings, sessions=ctx.sessions)
