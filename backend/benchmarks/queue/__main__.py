"""Four PostgreSQL queues in Python side by side, in one run on one server: SAQ as it comes, Procrastinate, PgQueuer, and ours.

What the numbers mean:

- *enqueued*: jobs a second that 20 enqueuers in one process put in through the ordinary call for one job, each waiting for its answer.
  *in transactions*: ours once more, `enqueue(session, …)`, each in a SQLAlchemy transaction of its own.
- *processed*: jobs a second that one worker process finishes of a backlog of tasks that do nothing, from the first that ran until the
  database says that all of them are finished. The slow systems get a shorter backlog, of which each still has for seconds.
- *start*: milliseconds from the return of the enqueuing call in one process to the first line of the task in our idle worker, for jobs that
  come one by one, every 20 ms. One clock (CLOCK_MONOTONIC) serves both. A start before the call returned counts below zero.

Ours is what production runs: `litestar workers run` with SAQ's `Worker`, `LedgerQueue` and `Runner`, so each job is a row in the ledger
with its arguments, lease and outcome. SAQ forgets its finished jobs after ten minutes; PgQueuer and Procrastinate keep theirs.

Everybody meets the same durability: fsync and synchronous_commit are on, so a commit waits for the disk, and tables are logged. PgQueuer
takes and finishes jobs in batches, of 10 (its default) and of 100; the goal is its better one. Ours batches by itself.
The rounds go through all systems in turn, so that all meet the same machine; figures are medians over the rounds.

Absolute figures say most about the machine, its disk and Python: worker, enqueuers and PostgreSQL share the cores, and no task does
anything. The ratios are the result, and they move with the disk, too: the slower a commit, the more a batch is worth.
So the settings are printed with the time of one fdatasync and the machine's load before; on a machine that others use, too, repeat it.
"""

import os
import platform
import sys
from collections import defaultdict
from statistics import median

from app.db.embedded import EmbeddedPostgres
from benchmarks.queue.measure import (
    OURS,
    PGQUEUER_10,
    PGQUEUER_100,
    PROCRASTINATE,
    SAQ,
    Run,
    System,
    describe_server,
    durable_server,
    fresh_run,
    p99,
    prepare,
)
from benchmarks.queue.process import ENQUEUERS

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
ENQUEUED = int(os.environ.get("BENCH_ENQUEUED", "1500"))
BACKLOG = int(os.environ.get("BENCH_BACKLOG", "20000"))  # of the systems that work in batches
STARTS = int(os.environ.get("BENCH_STARTS", "300"))
SYSTEMS = (SAQ, PROCRASTINATE, PGQUEUER_10, PGQUEUER_100, OURS)
AT_LEAST = {"processed_vs_saq": 30.0, "processed_vs_pgqueuer": 1.2, "enqueued_vs_saq": 2.5}
BELOW = {"start_p50_ms": 10.0, "start_p99_ms": 50.0}

# By system and figure, the values of all rounds.
type Figures = dict[tuple[str, str], list[float]]


def measure(run: Run, system: System, figures: Figures) -> None:
    for way in system.enqueues_by:
        figures[system.name, way].append(float(run.output_of(way, ENQUEUED)))
    jobs = ENQUEUED * len(system.enqueues_by)
    if system.fill is not None and jobs < BACKLOG:
        with run.observer() as connection:
            system.fill(connection, BACKLOG - jobs)
        jobs = BACKLOG
    run.settle()
    figures[system.name, "processed"].append(run.drain(jobs))
    if system is OURS:
        figures[system.name, "start"] += run.start_latencies(STARTS)


def measure_all(postgres: EmbeddedPostgres) -> Figures:
    figures: Figures = defaultdict(list)
    for number in range(1, ROUNDS + 1):
        for system in SYSTEMS:
            with fresh_run(postgres, system) as run:
                measure(run, system, figures)
            processed = figures[system.name, "processed"][-1]
            print(f"round {number}, {system.name}: {processed:,.0f} processed/s", flush=True)
    return figures


def report(figures: Figures) -> dict[str, float]:
    """Print the table; return what the goals are about."""

    def of(system: System, figure: str) -> float:
        return median(figures[system.name, figure])

    print(f"\n{'':22}{'enqueued/s':>12}{'in transactions/s':>20}{'processed/s':>14}")
    for system in SYSTEMS:
        in_transactions = f"{of(system, 'enqueue_in_transactions'):,.0f}" if len(system.enqueues_by) > 1 else "-"
        print(
            f"{system.name:22}{of(system, 'enqueue'):12,.0f}{in_transactions:>20}{of(system, 'processed'):14,.0f}   {system.settings}"
        )
    starts = figures[OURS.name, "start"]
    return {
        "processed_vs_saq": of(OURS, "processed") / of(SAQ, "processed"),
        "processed_vs_pgqueuer": of(OURS, "processed") / of(PGQUEUER_100, "processed"),
        "enqueued_vs_saq": of(OURS, "enqueue") / of(SAQ, "enqueue"),
        "start_p50_ms": median(starts),
        "start_p99_ms": p99(starts),
    }


def main() -> None:
    with durable_server() as postgres:
        server = describe_server(postgres)
        versions = {system.template: prepare(postgres, system) for system in (SAQ, PROCRASTINATE, PGQUEUER_100, OURS)}
        figures = measure_all(postgres)
    reached = report(figures)
    print(f"\n{server}; {', '.join(f'{name} {version}' for name, version in versions.items())}")
    print(
        f"Python {platform.python_version()}, {os.cpu_count()} cores; {ROUNDS} rounds; {ENQUEUERS} enqueuers, {ENQUEUED:,} jobs each way; "
        f"backlog {ENQUEUED:,} (PgQueuer and ours {BACKLOG:,}); {len(figures[OURS.name, 'start']):,} starts"
    )
    print(" ".join(f"{name}={value:.2f}" for name, value in reached.items()))
    sys.exit(
        any(reached[name] < goal for name, goal in AT_LEAST.items())
        or any(reached[name] >= goal for name, goal in BELOW.items())
    )


if __name__ == "__main__":
    main()
