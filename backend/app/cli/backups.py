"""`litestar db backup` and `litestar db restore`."""

from collections.abc import Callable
from pathlib import Path

import click
import psycopg
import sqlalchemy as sa

from app.config import get_settings
from app.db.backup_files import BackupError, Manifest, Progress
from app.db.backups import take_backup
from app.db.pg_tools import PostgresToolError
from app.db.restoring import restore_backup

_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command("backup", help="Write a backup of one moment into a new folder, while everybody goes on working.")
@click.argument("folder", type=_FOLDER)
def backup_command(folder: Path) -> None:
    url = get_settings().database.admin_url
    manifest = _plainly(url, lambda progress: take_backup(url, folder, progress))
    click.echo(f"{folder}: {_summary(manifest)} bytes={manifest.dump_bytes}")
    click.echo(
        "It holds everything but SECRET_KEY, without which authenticator secrets and sealed answers stay unreadable: keep that elsewhere.",
        err=True,
    )


@click.command("restore", help="Restore a backup into the empty database of DATABASE_ADMIN_URL, and compare all of it.")
@click.argument("folder", type=_FOLDER)
def restore_command(folder: Path) -> None:
    url = get_settings().database.admin_url
    manifest, roles = _plainly(url, lambda progress: restore_backup(url, folder, progress))
    click.echo(f"{folder}: {_summary(manifest)} mismatches=0")
    for role in roles:
        click.echo(f"Give {role} its password: \\password {role} in psql.", err=True)


def _plainly[T](url: str, work: Callable[[Progress], T]) -> T:
    try:
        return work(Progress(lambda text: click.echo(text, err=True)))
    except (BackupError, PostgresToolError) as error:
        raise click.ClickException(str(error)) from None
    except psycopg.OperationalError:
        shown = sa.make_url(url).render_as_string(hide_password=True)
        raise click.ClickException(
            f"The database does not answer at {shown}. Start it, or correct DATABASE_ADMIN_URL."
        ) from None
    except psycopg.Error as error:
        raise click.ClickException(f"The database refused: {str(error).strip()}") from None


def _summary(manifest: Manifest) -> str:
    tables = manifest.fingerprint.tables
    return (
        f"tables={len(tables)} rows={sum(state.rows for state in tables.values())} schema={manifest.schema_revision} "
        f"snapshot_at={manifest.snapshot_at:%Y-%m-%dT%H:%M:%S}Z"
    )
