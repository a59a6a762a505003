"""Whether our queue stays as fast when a million finished runs lie in the ledger and half a million jobs wait.

One worker takes the same number of jobs out of a queue that holds only these, and out of the full one; then jobs come one by one to a
worker that has nothing else to do, since all that waits has been put off until tomorrow. The two take turns.
No statement of worker or enqueuer may walk over a whole table of the full one: PostgreSQL counts sequential scans, and there must be none.
"""

import os
import sys
import time
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from statistics import mean, median

import msgspec

from app.db.embedded import EmbeddedPostgres
from benchmarks.queue.fill import Connection, fill_ours, postpone_ours
from benchmarks.queue.measure import OURS, Run, System, describe_server, durable_server, fresh_run, p99, prepare

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "2"))
FINISHED = int(os.environ.get("BENCH_FINISHED", "1000000"))
WAITING = int(os.environ.get("BENCH_WAITING", "500000"))
TAKEN = int(os.environ.get("BENCH_BACKLOG", "20000"))
STARTS = int(os.environ.get("BENCH_STARTS", "300"))
PROCESSED_RATIO = 0.8
START_P99_MS = 50.0


class Figures(msgspec.Struct):
    """What all rounds of one case found."""

    processed: list[float] = []
    starts: list[float] = []
    scans: Counter[str] = msgspec.field(default_factory=Counter[str])

    def __str__(self) -> str:
        return f"{mean(self.processed):,.0f} processed/s, start p50 {median(self.starts):.1f} ms, p99 {p99(self.starts):.1f} ms"


@contextmanager
def filled(postgres: EmbeddedPostgres, *, finished: int, waiting: int) -> Generator[System]:
    """Fill a database once; every measurement begins with a copy of it."""
    with fresh_run(postgres, OURS) as run:
        run.output_of("enqueue", 1)  # the row that is copied
        with run.observer() as connection:
            fill_ours(connection, waiting - 1, finished)
        run.settle()
        yield msgspec.structs.replace(OURS, template=run.database)


def measure(postgres: EmbeddedPostgres, system: System, figures: Figures) -> None:
    with fresh_run(postgres, system) as run, run.observer() as connection:
        with counting_scans(connection, figures.scans):
            figures.processed.append(take(run))
        postpone_ours(connection)
        run.settle()
        with counting_scans(connection, figures.scans):
            figures.starts += run.start_latencies(STARTS)


def take(run: Run) -> float:
    with run.worker(TAKEN) as worker:
        first, last = worker.wait_for(2)
        worker.stop()  # what it left half done would come back in the middle of the next measurement
        return (TAKEN - 1) / (last.at - first.at)


@contextmanager
def counting_scans(connection: Connection, scans: Counter[str]) -> Generator[None]:
    before = scans_so_far(connection)
    yield
    scans += scans_so_far(connection) - before


def scans_so_far(connection: Connection) -> Counter[str]:
    """What other connections did is counted when they are gone, what this one did when it is told to."""
    others = (
        "SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
        "AND backend_type = 'client backend'"
    )
    while connection.execute(others).fetchone() is not None:
        time.sleep(0.05)
    connection.execute("SELECT pg_stat_force_next_flush()")
    rows = connection.execute(
        "SELECT relname, seq_scan FROM pg_stat_user_tables WHERE relname IN ('job_runs', 'saq_jobs')"
    )
    return Counter(dict(rows.fetchall()))


def main() -> None:
    empty, full = Figures(), Figures()
    with durable_server() as postgres:
        server = describe_server(postgres)
        prepare(postgres, OURS)
        with (
            filled(postgres, finished=0, waiting=TAKEN) as without_ballast,
            filled(postgres, finished=FINISHED, waiting=WAITING) as with_ballast,
        ):
            for number in range(1, ROUNDS + 1):
                measure(postgres, without_ballast, empty)
                measure(postgres, with_ballast, full)
                print(f"after round {number}: empty {empty}; full {full}", flush=True)
    print(
        f"{server}; {OURS.settings}; {FINISHED:,} finished, {WAITING:,} waiting, {TAKEN:,} taken, {STARTS:,} starts a round"
    )
    ratio = mean(full.processed) / mean(empty.processed)
    print(
        f"processed_ratio={ratio:.2f} start_p50_ratio={median(full.starts) / median(empty.starts):.2f} "
        f"start_p99_ratio={p99(full.starts) / p99(empty.starts):.2f} start_p99_ms={p99(full.starts):.1f} "
        + " ".join(f"seq_scans_{table}={full.scans[table]}" for table in ("job_runs", "saq_jobs"))
    )
    sys.exit(ratio < PROCESSED_RATIO or p99(full.starts) >= START_P99_MS or full.scans.total() > 0)


if __name__ == "__main__":
    main()
