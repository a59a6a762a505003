from app.lib.mail_templates import render_welcome
from app.mail.transport import send_letter
from app.queue.registry import TaskContext, task


@task
async def send_welcome_email(ctx: TaskContext, *, name: str, email: str, team_name: str) -> None:
    """Greet a new person; the message id makes a repeat the same message."""
    letter = render_welcome(name=name, team_name=team_name, app_url=ctx.settings.app_url)
    await send_letter(letter, kind="welcome", key=ctx.run_id, to=email, settings=ctx.settings, sessions=ctx.sessions)
