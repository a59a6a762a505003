from datetime import timedelta

import click

from app.auth.access_tokens import LEEWAY_SECONDS, LIFETIME
from app.auth.signing_keys import RELOADED_AFTER_SECONDS, rotate_signing_key
from app.cli.running import run_with_sessions
from app.config import Settings
from app.db.session import SessionFactory

# Other processes sign with the old key until they read the new one.
_OLD_VALID_FOR = LIFETIME + timedelta(seconds=LEEWAY_SECONDS + RELOADED_AFTER_SECONDS)


@click.group("tokens", help="Manage the keys that sign access tokens.")
def tokens_group() -> None:
    """Group of the token commands."""


@tokens_group.command("rotate-key", help="Sign access tokens with a new key from now on.")
@click.option("--compromised", is_flag=True, help="Refuse the tokens of the old key within a minute.")
def rotate_key_command(*, compromised: bool) -> None:
    old_valid_for = timedelta(0) if compromised else _OLD_VALID_FOR

    async def rotate(sessions: SessionFactory, _settings: Settings) -> None:
        await rotate_signing_key(sessions, old_valid_for=old_valid_for)
        minutes = int(old_valid_for.total_seconds() // 60)
        old = "is refused within a minute" if compromised else f"is accepted for {minutes} more minutes"
        click.echo(f"A new key signs access tokens now; what the old one signed {old}.")

    run_with_sessions(rotate)
