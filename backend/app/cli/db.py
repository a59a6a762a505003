import click
import psycopg.errors
import sqlalchemy as sa

from app.cli.backups import backup_command, restore_command
from app.cli.running import with_plain_errors
from app.config import DatabaseSettings, Settings, get_settings
from app.db import migrations
from app.queue.saq_tables import create_saq_tables


@click.group("db", help="Bring the database to the newest schema, back it up, restore it, or start over.")
def db_group() -> None:
    """Group of the database commands."""


@db_group.command(
    "upgrade",
    help="Apply the migrations, create the queue's tables, and give the application's role its rights; it is made where it is missing.",
)
def upgrade_command() -> None:
    settings = get_settings()
    with_plain_errors(lambda: upgrade(settings), settings)


db_group.add_command(backup_command)
db_group.add_command(restore_command)


@db_group.command("reset", help="Delete all data and build the schema anew. Refused in production.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def reset_command(*, yes: bool) -> None:
    settings = get_settings()
    if settings.environment == "production":
        raise click.ClickException("APP_ENV is production: this command deletes everything and is refused here.")
    if not yes:
        click.confirm(f"Delete everything in {sa.make_url(settings.database.owner_url).database}?", abort=True)
    with_plain_errors(lambda: _reset(settings), settings)


def upgrade(settings: Settings) -> None:
    owner_url = settings.database.owner_url
    app_role = migrations.role_of(settings.database.url)
    if settings.database.auth == "iam" and app_role == migrations.role_of(owner_url):
        raise click.ClickException(
            "DATABASE_OWNER_URL: name the role that owns the tables; tokens let in the application's."
        )
    migrations.upgrade(owner_url)
    create_saq_tables(owner_url)
    if app_role and app_role != migrations.role_of(owner_url):
        _create_role(settings.database, app_role)
        migrations.grant_application_role(owner_url, app_role)
    click.echo("The database is up to date.")


def _create_role(database: DatabaseSettings, app_role: str) -> None:
    by_token = database.auth == "iam"
    password = sa.make_url(database.url).password
    try:
        is_new = migrations.create_application_role(
            database.owner_url, app_role, password=password, signs_in_by_token=by_token
        )
    except psycopg.errors.InsufficientPrivilege:
        owner = migrations.role_of(database.owner_url)
        how = f"LOGIN; GRANT rds_iam TO {app_role};" if by_token else "LOGIN PASSWORD '…';"
        raise click.ClickException(
            f"{owner} may not make the application's role. As one who may: CREATE ROLE {app_role} {how}"
        ) from None
    except psycopg.errors.UndefinedObject:
        raise click.ClickException(
            "DATABASE_AUTH is iam, but this server has no role rds_iam: it is none of Amazon RDS."
        ) from None
    if is_new:
        click.echo(f"Made the role {app_role}.")


def _reset(settings: Settings) -> None:
    engine = sa.create_engine(migrations.as_psycopg_url(settings.database.owner_url), poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text("DROP OWNED BY CURRENT_USER CASCADE"))
        connection.execute(sa.text("CREATE SCHEMA IF NOT EXISTS public"))
    engine.dispose()
    upgrade(settings)
