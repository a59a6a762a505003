import click

from app.auth.client import ClientInfo
from app.auth.passwords import Passwords
from app.auth.rate_limits import RateLimiter
from app.auth.services import SessionService
from app.cli.running import run_with_sessions
from app.config import Settings
from app.db.session import SessionFactory, transaction
from app.lib.problems import AppError
from app.second_factors.services import SecondFactorService
from app.teams.services import create_team
from app.users.repositories import UserRepository
from app.users.services import UserService

SHORTEST_PASSWORD = 12
# Who stands in a notice where no browser asked.
OPERATOR = ClientInfo(ip_address="none: done on the server by whoever runs it", user_agent="")


@click.group("users", help="Manage accounts from the command line.")
def users_group() -> None:
    """Group of the account commands."""


@users_group.command("create-admin", help="Create a platform administrator with a team of their own.")
@click.option("--email", prompt=True)
@click.option("--name", prompt=True)
@click.option("--team-name", prompt=True, default="Administration", show_default=True)
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True)
def create_admin_command(email: str, name: str, team_name: str, password: str) -> None:
    if len(password) < SHORTEST_PASSWORD:
        raise click.ClickException(f"The password needs at least {SHORTEST_PASSWORD} characters.")

    async def create(sessions: SessionFactory, _settings: Settings) -> None:
        try:
            async with transaction(sessions) as session:
                users = UserService(UserRepository(session), Passwords())
                user = await users.register(
                    name=name, email=email, password=password, is_platform_admin=True, is_email_verified=True
                )
                await create_team(session, team_name, owner_id=user.id)
        except AppError as error:
            raise click.ClickException(error.errors[0].detail if error.errors else error.detail) from None
        click.echo(f"{user.email} is a platform administrator now.")

    run_with_sessions(create)


@users_group.command(
    "reset-second-factors", help="Take authenticator app, passkeys and recovery codes from somebody who lost them."
)
@click.option("--email", prompt=True)
@click.confirmation_option(
    prompt="Are you sure that it is the account's own person who asks? Their password alone will open the account."
)
def reset_second_factors_command(email: str) -> None:
    async def reset(sessions: SessionFactory, settings: Settings) -> None:
        limiter = RateLimiter(sessions, settings.secret_key)
        async with transaction(sessions) as session:
            user = await UserRepository(session).get_by_email(email.strip().lower())
            if user is None:
                raise click.ClickException("Nobody has an account with this e-mail address.")
            factors = SecondFactorService(session, settings, limiter, user.id)
            if not await factors.reset(client=OPERATOR):
                raise click.ClickException(f"{user.email} has no second factor. Nothing was changed.")
            await SessionService(session, settings).end_all_of(user.id)
        click.echo(f"{user.email} logs in with the password alone now, is logged out everywhere, and is told by mail.")

    run_with_sessions(reset)
