from uuid import UUID

from app.lib import clock
from app.lib.mail import MailRejected
from app.mail.transport import build_transport
from app.queue.registry import LeaseLost, PermanentFailure, TaskContext, scheduled_task, task
from app.teams.closing import close_team_when_due, teams_to_close
from app.teams.notices import InvitationMailService


@task(retries=5, timeout=60)
async def send_invitation(ctx: TaskContext, *, invitation_id: UUID) -> None:
    """Mail the invitation under a link of its own; each attempt makes a new one, because none is kept to be sent again."""
    team_id = ctx.team_id
    if team_id is None:
        raise PermanentFailure("an invitation belongs to a team")
    async with ctx.session() as session:
        mail = await InvitationMailService(session, team_id, ctx.settings).compose(
            invitation_id, key=f"{ctx.run_id}.{ctx.attempt}"
        )
    if mail is None:
        return
    try:
        await build_transport(ctx.settings, ctx.sessions).send(mail)
    except MailRejected as error:
        raise PermanentFailure(str(error)) from error
    async with ctx.session() as session:
        await InvitationMailService(session, team_id, ctx.settings).mark_sent(invitation_id)


@scheduled_task(cron="30 3 * * *", timeout=600)
async def close_due_teams(ctx: TaskContext) -> dict[str, int]:
    """End, every night at 03:30 UTC, the teams whose days of grace are over, each in its own transaction."""
    async with ctx.session() as session:
        team_ids = await teams_to_close(session, clock.now())
    closed = 0
    failures: list[Exception] = []
    for team_id in team_ids:
        try:
            async with ctx.session(team_id=team_id) as session:
                closed += await close_team_when_due(session, team_id)
        except LeaseLost:
            raise
        except Exception as error:  # noqa: BLE001 - raised below, after the other teams
            failures.append(error)
    if failures:
        raise ExceptionGroup(f"{len(failures)} of {len(team_ids)} teams could not be closed", failures)
    return {"closed": closed}
