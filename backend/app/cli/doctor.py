"""Looks at what usually goes wrong, and says what to do."""

import platform
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator

import click
import msgspec
import psycopg
import sqlalchemy as sa
from litestar import Litestar
from sqlalchemy.exc import OperationalError

from app.config import PROJECT_DIR, Settings, get_settings
from app.db.credentials import psycopg_arguments
from app.db.migrations import as_psycopg_url, pending_migrations
from app.db.roles import role_complaints

NEWEST_PYTHON = (3, 13)


class Finding(msgspec.Struct, frozen=True):
    subject: str
    is_good: bool
    message: str


@click.command(
    "doctor", help="Check versions, ports, database role, pending migrations, the generated client and mail."
)
@click.pass_context
def doctor_command(context: click.Context) -> None:
    app: Litestar = context.obj.app
    settings = get_settings()
    checks: tuple[Callable[[], Iterator[Finding]], ...] = (
        _check_versions,
        _check_ports,
        lambda: _check_database(settings),
        lambda: _check_client(app),
        lambda: _check_mail(settings),
    )
    findings = [finding for check in checks for finding in check()]
    for finding in findings:
        mark = click.style("ok ", fg="green") if finding.is_good else click.style("fix", fg="red")
        click.echo(f"{mark}  {finding.subject:<12} {finding.message}")
    if not all(finding.is_good for finding in findings):
        context.exit(1)


def _check_versions() -> Iterator[Finding]:
    yield Finding("python", sys.version_info >= NEWEST_PYTHON, platform.python_version())
    node = shutil.which("node")
    version = (
        subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()
        if node
        else "not on PATH"
    )
    yield Finding("node", True, f"{version} (make uses the one of `make install` when this is too old)")


def _check_ports() -> Iterator[Finding]:
    for name, port in (("api", 8000), ("web", 3000)):
        with socket.socket() as probe:
            is_taken = probe.connect_ex(("127.0.0.1", port)) == 0
        state = "in use: running already, or set API_PORT / WEB_PORT" if is_taken else "free"
        yield Finding(f"port {port}", True, f"{name}: {state}")


def _check_database(settings: Settings) -> Iterator[Finding]:
    engine = sa.create_engine(
        as_psycopg_url(settings.database.url), poolclass=sa.NullPool, connect_args=psycopg_arguments(settings.database)
    )
    try:
        with engine.connect() as connection:
            role, version, can_bypass, owned = connection.execute(
                sa.text(
                    "SELECT current_user, current_setting('server_version_num')::int, "
                    "(SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user), "
                    "(SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "
                    "AND pg_get_userbyid(relowner) = current_user)"
                )
            ).one()
    except (OperationalError, psycopg.OperationalError):
        yield Finding("database", False, "does not answer: run `make db-start`, or correct DATABASE_URL")
        return
    yield Finding("database", True, f"PostgreSQL {version // 10000}.{version % 10000} as {role}")
    for complaint in role_complaints(role, version, can_bypass=can_bypass, owned_tables=owned):
        # Development may run the newest wheel there is; production refuses to start.
        is_only_advice = settings.environment != "production" and "CVE" in complaint
        yield Finding("database", is_only_advice, complaint)
    pending = pending_migrations(settings.database.owner_url)
    yield Finding(
        "migrations", not pending, f"{len(pending)} pending: run `make db-upgrade`" if pending else "none pending"
    )


def _check_client(app: Litestar) -> Iterator[Finding]:
    recorded = PROJECT_DIR / "frontend" / "openapi.json"
    current = msgspec.json.decode(msgspec.json.encode(app.openapi_schema.to_schema()))
    is_fresh = recorded.exists() and msgspec.json.decode(recorded.read_bytes()) == current
    yield Finding("client", is_fresh, "fits the API" if is_fresh else "is older than the API: run `make codegen`")


def _check_mail(settings: Settings) -> Iterator[Finding]:
    mail = settings.mail
    if mail.transport == "mailbox":
        yield Finding("mail", True, "kept in the mailbox at /dev/mailbox")
        return
    if mail.transport == "ses":
        yield Finding("mail", True, f"sent by Amazon SES in {mail.region}; whether it may is seen when it does")
        return
    try:
        with socket.create_connection((mail.smtp_host, mail.smtp_port), timeout=3):
            yield Finding("mail", True, f"{mail.smtp_host}:{mail.smtp_port} answers")
    except OSError:
        yield Finding(
            "mail", False, f"{mail.smtp_host}:{mail.smtp_port} does not answer: correct SMTP_HOST and SMTP_PORT"
        )
