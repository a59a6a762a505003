from pathlib import Path
from uuid import UUID

import click
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.chains import ChainReport, ChainVerifier
from app.audit.repositories import ChainRepository
from app.cli.running import run_with_sessions
from app.config import Settings
from app.db.session import SessionFactory, transaction
from app.db.tenancy import TenantScope


@click.group("audit", help="Look after the audit log.")
def audit_group() -> None:
    """Group of the audit log's commands."""


@audit_group.command(
    "verify", help="Calculate every link of the audit log again, and name the first that does not hold."
)
@click.option("--team", "chain_id", type=click.UUID, help="Only this team's chain, or this person's.")
@click.option(
    "--expect", "expected", multiple=True, metavar="CHAIN:HASH", help="A head noted earlier: it must still be a link."
)
@click.option(
    "--expect-from",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What this command printed earlier, kept where nobody who runs the database can write.",
)
def verify_command(chain_id: UUID | None, expected: tuple[str, ...], file: Path | None) -> None:
    lines = [*expected, *(file.read_text().splitlines() if file else ())]
    heads = dict(_parse_head(line) for line in lines if line.strip())

    async def verify(sessions: SessionFactory, _settings: Settings) -> None:
        # The application's own role: it reads all entries, and could change none of them.
        async with transaction(sessions, TenantScope(is_platform_wide=True)) as session:
            await _see_one_moment(session)
            reports = await ChainVerifier(ChainRepository(session)).verify_all(chain_id, heads)
        _print(reports)

    run_with_sessions(verify)


async def _see_one_moment(session: AsyncSession) -> None:
    """Entries that are written meanwhile would look as if they stood behind the head."""
    await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def _print(reports: list[ChainReport]) -> None:
    faults = [report for report in reports if report.fault]
    for report in reports:
        if not report.fault:
            click.echo(f"{report.chain_id}:{report.head.hex()} {report.entries}")
    for report in faults:
        click.echo(f"Chain {report.chain_id}: {report.fault}.", err=True)
    if faults:
        raise click.ClickException(f"{len(faults)} of {len(reports)} chains do not hold.")
    click.echo(f"{len(reports)} chains hold, {sum(report.entries for report in reports)} entries.", err=True)


def _parse_head(line: str) -> tuple[UUID, bytes]:
    chain, _, digest = line.split(maxsplit=1)[0].partition(":")
    try:
        head = bytes.fromhex(digest)
        if len(head) != 32:
            raise ValueError
        return UUID(chain), head
    except ValueError:
        raise click.ClickException(f"{line.strip()!r} is not CHAIN:HASH, as this command prints it.") from None
