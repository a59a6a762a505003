"""`make restore-drill`: a backup under load is restored into a server that knows nothing, and must be what was backed up.

`rpo_seconds` is what would be lost if the first server burned down the moment the backup was complete: the age, then, of the
oldest committed write that the backup lacks. To it comes, in operation, the time since the last backup.
"""

import asyncio
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncGenerator
from pathlib import Path

import msgspec
import psycopg
from psycopg import sql

from app.cli.seed import seed
from app.config import DEMO_EMAIL, Settings, load_settings
from app.db import migrations
from app.db.backup_files import Manifest, read_manifest
from app.db.embedded import APP_ROLE, DATABASE, OWNER_ROLE, EmbeddedPostgres
from app.db.engine import create_engine
from app.db.fingerprints import begin_snapshot, take_fingerprint
from app.db.session import SessionFactory, create_session_factory, transaction
from app.db.tenancy import TenantScope
from app.lib.ids import new_id
from app.models import Customer
from app.queue.config import build_queue_config
from app.queue.saq_tables import create_saq_tables
from tests.support.database import RESTORED_DATA_DIR_VARIABLE

BACKEND = Path(__file__).resolve().parents[1]
# The catalog, tenancy as the database keeps it, and a part of the matrix: one domain's every route as everybody, under each lock alone.
TESTS = ("tests/db/test_catalog.py", "tests/db/test_tenancy.py", "tests/auth/test_authorization_matrix.py")
CHOSEN = "test_catalog or test_tenancy or (test_control_29 and payments and alone)"


class Write(msgspec.Struct, frozen=True):
    """A customer that somebody added, as they saw it: when they asked, and when they were told that it is kept."""

    name: str
    asked_at: float
    acknowledged_at: float


class Writer:
    """Somebody who goes on working, without a pause."""

    def __init__(self, sessions: SessionFactory, scope: TenantScope) -> None:
        self.writes: list[Write] = []
        self._sessions = sessions
        self._scope = scope

    @contextlib.asynccontextmanager
    async def at_work(self) -> AsyncGenerator[None]:
        working = asyncio.create_task(self._work())
        try:
            yield
        finally:
            working.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await working

    async def _work(self) -> None:
        assert self._scope.team_id is not None  # the demo team's
        while True:
            name, asked_at = f"Drill {new_id()}", time.time()
            async with transaction(self._sessions, self._scope) as session:
                session.add(
                    Customer(
                        team_id=self._scope.team_id, id=new_id(), name=name, email="a@drill.example", currency="EUR"
                    )
                )
            self.writes.append(Write(name, asked_at, time.time()))
            await asyncio.sleep(0.005)


def main() -> int:
    started_at = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="quittance-drill-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL runs as another user where we are root
        first = EmbeddedPostgres(folder / "first").start(ends_with_process=True)
        second = EmbeddedPostgres(folder / "second").start(ends_with_process=True)
        try:
            return asyncio.run(_drill(first, second, folder / "backup", started_at))
        finally:
            first.stop()
            second.stop()


async def _drill(first: EmbeddedPostgres, second: EmbeddedPostgres, backup: Path, started_at: float) -> int:
    settings = await asyncio.to_thread(_prepare, first)
    _forget_everything(second)
    engine = create_engine(settings.database)
    sessions = create_session_factory(engine)
    await seed(sessions, settings)
    scope = _demo_scope(first)
    writer = Writer(sessions, scope)
    _say(started_at, "seeded; somebody goes on writing while the backup is taken")
    async with writer.at_work():
        await asyncio.sleep(1)
        await asyncio.to_thread(_litestar, "db", "backup", str(backup), admin_url=first.superuser_url(DATABASE))
        complete_at = time.time()
        await asyncio.sleep(1)
    await engine.dispose()
    _say(started_at, f"backed up among {len(writer.writes)} writes")
    await asyncio.to_thread(_litestar, "db", "restore", str(backup), admin_url=second.superuser_url(DATABASE))
    _say(started_at, "restored; comparing once more, and running the tests on it")
    manifest = read_manifest(backup)
    mismatches = await asyncio.to_thread(_compare, second, manifest)
    wrong, rpo_seconds = _judge(writer.writes, second, manifest, complete_at)
    mismatches += wrong
    for mismatch in mismatches:
        print(f"mismatch: {mismatch}", flush=True)
    tests = await asyncio.to_thread(_run_tests, second)
    print(
        f"tables={len(manifest.fingerprint.tables)} mismatches={len(mismatches)} rpo_seconds={rpo_seconds:.2f} "
        f"objects={len(manifest.fingerprint.objects)} writes={len(writer.writes)} tests={'passed' if tests == 0 else 'FAILED'} "
        f"seconds={time.monotonic() - started_at:.0f}"
    )
    return 1 if mismatches or tests else 0


def _prepare(server: EmbeddedPostgres) -> Settings:
    migrations.upgrade(server.owner_url())
    create_saq_tables(server.owner_url())
    migrations.grant_application_role(server.owner_url(), APP_ROLE)
    settings = load_settings(
        {"APP_ENV": "testing", "DATABASE_URL": server.app_url(), "DATABASE_OWNER_URL": server.owner_url()}
    )
    build_queue_config(settings)  # whoever enqueues must know the tasks
    return settings


def _forget_everything(server: EmbeddedPostgres) -> None:
    """Leave a server as it comes from initdb, with an empty database to restore into: the roles must come from the backup."""
    with psycopg.connect(server.superuser_url(), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(DATABASE)))
        for role in (APP_ROLE, OWNER_ROLE):
            connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))


def _demo_scope(server: EmbeddedPostgres) -> TenantScope:
    query = "SELECT m.team_id, u.id FROM users u JOIN memberships m ON m.user_id = u.id WHERE u.email = %s"
    with psycopg.connect(server.superuser_url(DATABASE)) as connection:
        row = connection.execute(query, [DEMO_EMAIL]).fetchone()
    assert row is not None  # seeded above
    return TenantScope(team_id=row[0], user_id=row[1])


def _litestar(*arguments: str, admin_url: str) -> None:
    environment = {"LITESTAR_APP": "app.asgi:app", "DATABASE_ADMIN_URL": admin_url}
    subprocess.run(
        [sys.executable, "-m", "litestar", *arguments], cwd=BACKEND, env=os.environ | environment, check=True
    )


def _compare(server: EmbeddedPostgres, manifest: Manifest) -> list[str]:
    with psycopg.connect(server.superuser_url(DATABASE), autocommit=True) as connection:
        begin_snapshot(connection)
        restored = take_fingerprint(connection, lambda _done, _of, _name: None)
    return manifest.fingerprint.differences(restored)


def _judge(
    writes: list[Write], server: EmbeddedPostgres, manifest: Manifest, complete_at: float
) -> tuple[list[str], float]:
    """Every write acknowledged before the snapshot must be there, none asked for after it; say also how much is lost."""
    with psycopg.connect(server.superuser_url(DATABASE)) as connection:
        kept = {row[0] for row in connection.execute("SELECT name FROM customers WHERE name LIKE 'Drill %'")}
    snapshot_at = manifest.snapshot_at.timestamp()
    lost = [write for write in writes if write.name not in kept]
    wrong = [
        f"{write.name} was acknowledged before the snapshot and is lost"
        for write in lost
        if write.acknowledged_at < snapshot_at
    ]
    if not kept or not lost:
        wrong.append("nobody wrote before and after the snapshot, so the drill showed nothing")
    return wrong, complete_at - min((write.acknowledged_at for write in lost), default=complete_at)


def _run_tests(server: EmbeddedPostgres) -> int:
    environment = os.environ | {RESTORED_DATA_DIR_VARIABLE: str(server.data_dir)}
    command = [sys.executable, "-m", "pytest", "-n", "2", "-p", "no:cacheprovider", *TESTS, "-k", CHOSEN]
    return subprocess.run(command, cwd=BACKEND, env=environment, check=False).returncode


def _say(started_at: float, text: str) -> None:
    print(f"{time.monotonic() - started_at:5.1f} s  {text}", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
