"""One throwaway PostgreSQL that keeps its promises (fsync on), and the processes of every system on it, one system at a time."""

import math
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import msgspec
import psycopg
from psycopg import sql

from app.db import migrations
from app.db.embedded import APP_ROLE, DATABASE, OWNER_ROLE, EmbeddedPostgres
from app.queue.saq_tables import create_saq_tables
from benchmarks.queue.fill import Connection, fill_ours, fill_pgqueuer
from benchmarks.queue.process import ENQUEUERS, TASK

BACKEND = Path(__file__).resolve().parents[2]
OURS_CONCURRENCY = 200
_PATIENCE_SECONDS = 180


class System(msgspec.Struct, frozen=True, kw_only=True):
    """A queue: its programs, and how its own tables say that a job is finished."""

    name: str
    module: str
    template: str
    finished: str
    settings: str
    role: str = OWNER_ROLE
    python: str = sys.executable
    worker: tuple[str, ...] | None = None
    environment: Mapping[str, str] = {}
    enqueues_by: tuple[str, ...] = ("enqueue",)
    fill: Callable[[Connection, int], None] | None = None


_PEERS_PYTHON = str(BACKEND / ".venv-bench" / "bin" / "python")
_PGQUEUER = System(
    name="PgQueuer",
    module="benchmarks.queue.peer_pgqueuer",
    template="pgqueuer",
    finished="SELECT count(*) FROM pgqueuer_log WHERE status = 'successful'",
    settings="one connection, as in its documentation; concurrency unlimited, asyncpg, uvloop",
    python=_PEERS_PYTHON,
    fill=fill_pgqueuer,
)
SAQ = System(
    name="SAQ as it comes",
    module="benchmarks.queue.peer_saq",
    template="saq",
    finished="SELECT count(*) FROM saq_jobs WHERE status = 'complete'",
    settings="every default: concurrency 10, pool 4 to 20, psycopg, asyncio",
)
PROCRASTINATE = System(
    name="Procrastinate",
    module="benchmarks.queue.peer_procrastinate",
    template="procrastinate",
    finished="SELECT count(*) FROM procrastinate_jobs WHERE status = 'succeeded'",
    settings="concurrency 10 (its default is 1), pool 4 to 20, psycopg, asyncio",
    python=_PEERS_PYTHON,
)
PGQUEUER_10, PGQUEUER_100 = (
    msgspec.structs.replace(_PGQUEUER, name=f"PgQueuer, batch {batch}", environment={"BENCH_BATCH": str(batch)})
    for batch in (10, 100)
)
OURS = System(
    name="ours, with its ledger",
    module="benchmarks.queue.ours",
    template=DATABASE,
    finished=f"SELECT count(*) FROM job_runs WHERE task = '{TASK}' AND state = 'succeeded'",
    settings=f"`litestar workers run`, WORKER_CONCURRENCY={OURS_CONCURRENCY}, all else default",
    role=APP_ROLE,
    worker=("-m", "litestar", "--app", "benchmarks.queue.ours_worker:app", "workers", "run"),
    environment={
        "APP_ENV": "testing",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "LOG_LEVEL": "WARNING",
        "WORKER_CONCURRENCY": str(OURS_CONCURRENCY),
    },
    enqueues_by=("enqueue", "enqueue_in_transactions"),
    fill=fill_ours,
)


@contextmanager
def durable_server() -> Generator[EmbeddedPostgres]:
    with tempfile.TemporaryDirectory(prefix="quittance-bench-") as folder:
        postgres = EmbeddedPostgres(Path(folder) / "pg", fsync=True).start(ends_with_process=True)
        try:
            yield postgres
        finally:
            postgres.stop()


def prepare(postgres: EmbeddedPostgres, system: System) -> str:
    """Make the database that every run of the system begins with; return the system's version."""
    if system.module == OURS.module:
        migrations.upgrade(postgres.owner_url())
        create_saq_tables(postgres.owner_url())
        migrations.grant_application_role(postgres.owner_url(), APP_ROLE)
        return "this tree"
    with psycopg.connect(postgres.superuser_url(), autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(system.template), sql.Identifier(OWNER_ROLE))
        )
    return Run(postgres, system, system.template).output_of("prepare")


def describe_server(postgres: EmbeddedPostgres) -> str:
    with psycopg.connect(postgres.superuser_url()) as connection:
        values = {
            name: connection.execute("SELECT current_setting(%s)", [name]).fetchone()
            for name in ("server_version", "fsync", "synchronous_commit", "full_page_writes", "shared_buffers")
        }
    settings = ", ".join(f"{name}={value[0]}" for name, value in values.items() if value)
    return (
        f"PostgreSQL {settings}; one fdatasync of its disk {_fdatasync_ms(postgres.data_dir):.2f} ms, "
        f"the machine's load before {os.getloadavg()[0]:.1f}"
    )


def _fdatasync_ms(folder: Path) -> float:
    milliseconds: list[float] = []
    with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
        for _ in range(200):
            file.write(bytes(8192))
            started_at = time.perf_counter()
            os.fdatasync(file.fileno())
            milliseconds.append((time.perf_counter() - started_at) * 1000)
    return median(milliseconds)


@contextmanager
def fresh_run(postgres: EmbeddedPostgres, system: System) -> Generator["Run"]:
    database = f"run_{secrets.token_hex(4)}"
    with psycopg.connect(postgres.superuser_url(), autocommit=True) as connection:
        name = sql.Identifier(database)
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(
                name, sql.Identifier(system.template), sql.Identifier(OWNER_ROLE)
            )
        )
        run = Run(postgres, system, database)
        try:
            yield run
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


class Run:
    """One system on one database."""

    def __init__(self, postgres: EmbeddedPostgres, system: System, database: str) -> None:
        self._system = system
        self.database = database
        self._superuser_url = postgres.superuser_url(database)
        url = postgres.app_url(database) if system.role == APP_ROLE else postgres.owner_url(database)
        self._environment = {
            **os.environ,
            **system.environment,
            "BENCH_URL": url,
            "DATABASE_URL": url,
            "DATABASE_OWNER_URL": postgres.owner_url(database),
        }

    @contextmanager
    def observer(self) -> Generator[Connection]:
        with psycopg.connect(self._superuser_url, autocommit=True) as connection:
            yield connection

    def output_of(self, role: str, jobs: int = 0) -> str:
        done = subprocess.run(
            [self._system.python, "-m", self._system.module, role],
            cwd=BACKEND,
            env=self._environment | {"BENCH_JOBS": str(jobs)},
            capture_output=True,
            text=True,
            check=False,
            timeout=_PATIENCE_SECONDS,
        )
        if done.returncode:
            raise SystemExit(f"{self._system.name} could not {role}:\n{done.stderr}")
        return done.stdout.strip()

    def settle(self) -> None:
        """What autovacuum and the checkpointer would do in time, so that nobody pays in the middle of a measurement."""
        with self.observer() as connection:
            connection.execute("VACUUM (ANALYZE)")
            connection.execute("CHECKPOINT")

    @contextmanager
    def worker(self, jobs: int) -> Generator["Worker"]:
        with tempfile.TemporaryDirectory(prefix="quittance-bench-") as folder:
            marks, log = Path(folder) / "marks", Path(folder) / "log"
            marks.touch()
            with log.open("wb") as output:
                process = subprocess.Popen(
                    [self._system.python, *(self._system.worker or ("-m", self._system.module, "work"))],
                    cwd=BACKEND,
                    env=self._environment | {"BENCH_JOBS": str(jobs), "BENCH_MARKS": str(marks)},
                    stdout=output,
                    stderr=output,
                )
            try:
                yield Worker(process, marks)
            except SystemExit as failure:
                raise SystemExit(f"{self._system.name}: {failure}\n{log.read_text()[-4000:]}") from None
            finally:
                process.kill()  # its database is thrown away, too
                process.wait()

    def drain(self, jobs: int) -> float:
        """Return how many jobs a second one worker finishes: from the first that ran until the database says that all are finished."""
        with self.observer() as connection, self.worker(jobs) as worker:
            first, _ = worker.wait_for(2)
            deadline = time.monotonic() + _PATIENCE_SECONDS
            while (finished := connection.execute(self._system.finished.encode()).fetchone()) != (jobs,):
                if time.monotonic() > deadline:
                    raise SystemExit(f"{finished} of {jobs} jobs finished")
                time.sleep(0.002)
            return jobs / (time.monotonic() - first.at)

    def start_latencies(self, jobs: int) -> list[float]:
        """Return the milliseconds between an enqueue's return and the task's start, for jobs one by one on an idle worker."""
        with self.worker(0) as worker:
            self.output_of("enqueue", ENQUEUERS)  # warm-up: the worker is there and has its connections
            worker.wait_for(ENQUEUERS)
            returned = [Mark.read(line) for line in self.output_of("pace", jobs).splitlines()]
            started = {mark.name: mark.at for mark in worker.wait_for(ENQUEUERS + jobs)}
        return [(started[mark.name] - mark.at) * 1000 for mark in returned]


def p99(values: list[float]) -> float:
    return sorted(values)[math.ceil(len(values) * 0.99) - 1]


class Mark(msgspec.Struct, frozen=True):
    at: float
    name: str

    @classmethod
    def read(cls, line: str) -> "Mark":
        at, _, name = line.partition(" ")
        return cls(float(at), name)


class Worker:
    """A worker's process, as far as it says which jobs ran."""

    def __init__(self, process: subprocess.Popen[Any], marks: Path) -> None:
        self._process = process
        self._marks = marks

    def wait_for(self, count: int) -> list[Mark]:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            lines = self._marks.read_text().splitlines()
            if len(lines) >= count:
                return [Mark.read(line) for line in lines[:count]]
            time.sleep(0.002)
        raise SystemExit(f"the worker ended ({self._process.poll()}) or took too long")

    def stop(self) -> None:
        """Let it finish what it has begun."""
        self._process.terminate()
        self._process.wait(timeout=_PATIENCE_SECONDS)
