"""What `app/queue` relies on inside SAQ. When one of these fails after an upgrade, read the change before you adapt."""

import inspect
import json
from dataclasses import fields
from importlib.metadata import version

import psycopg
from litestar_saq import CronJob, SAQConfig, SAQPlugin, Worker
from saq.job import Job, Status
from saq.queue.base import Queue
from saq.queue.postgres import CHANNEL, ENQUEUE, PostgresQueue
from saq.queue.postgres_migrations import get_migrations
from saq.worker import Worker as SaqWorker

from app.config import Settings
from app.queue.config import build_queue_config
from app.queue.repositories import ENQUEUED_MESSAGE, channel_of
from app.queue.worker import LedgerWorker, build_queue_plugin


def source(thing: object) -> str:
    return inspect.getsource(thing)  # pyright: ignore[reportArgumentType]


def test_the_versions_are_those_we_read() -> None:
    assert version("saq").startswith("0.26.")
    assert version("litestar-saq").startswith("0.8.")


def test_the_tables_have_the_columns_that_we_write(settings: Settings) -> None:
    with psycopg.connect(settings.database.owner_url) as connection:
        columns = connection.execute(
            "SELECT column_name, data_type, is_nullable FROM information_schema.columns WHERE table_name = 'saq_jobs' ORDER BY 1"
        ).fetchall()
        tables = connection.execute(
            "SELECT relname FROM pg_class WHERE relname LIKE 'saq\\_%' AND relkind = 'r' ORDER BY 1"
        ).fetchall()
        [(schema_version,)] = connection.execute("SELECT version FROM saq_versions").fetchall()
    assert columns == [
        ("attempt_ends_at", "timestamp with time zone", "YES"),
        ("expire_at", "bigint", "YES"),
        ("group_key", "text", "YES"),
        ("heartbeat_seconds", "integer", "NO"),
        ("job", "bytea", "NO"),
        ("key", "text", "NO"),
        ("lease_expires_at", "timestamp with time zone", "YES"),
        ("lock_key", "integer", "NO"),
        ("priority", "smallint", "NO"),
        ("queue", "text", "NO"),
        ("rank", "double precision", "NO"),
        ("scheduled", "bigint", "NO"),
        ("status", "text", "NO"),
        ("task", "text", "NO"),
        ("team_id", "uuid", "NO"),
        ("timeout_seconds", "integer", "NO"),
    ]
    assert tables == [("saq_jobs",), ("saq_stats",), ("saq_versions",)]
    queue = PostgresQueue(url=settings.database.url)
    assert schema_version == get_migrations(queue.jobs_table, queue.stats_table)[-1][0] == 3


def test_our_channel_is_saqs_own() -> None:
    assert CHANNEL.format("default") == channel_of("default")
    assert ENQUEUE == ENQUEUED_MESSAGE


def test_a_payload_is_the_json_of_the_jobs_own_fields() -> None:
    job = Job(function="send_email", key="key", status=Status.QUEUED, meta={"team_id": None})
    assert json.loads(json.dumps(job.to_dict())) == {
        "function": "send_email",
        "key": "key",
        "status": "queued",
        "meta": {"team_id": None},
    }
    assert 'job_dict.pop("queue") != self.name' in source(Queue.deserialize)


def test_what_saqs_worker_does_with_a_job_is_what_ours_does_instead() -> None:
    process = source(SaqWorker.process)
    assert "job = await self.queue.dequeue(\n                timeout=self.dequeue_timeout," in process
    assert "await self._before_process(context)" in process
    assert "self.functions[job.function]" in process
    assert "await job.finish(Status.COMPLETE, result=result)" in process
    assert 'await job.retry("cancelled")' in process
    assert "await self._after_process(context)" in process
    assert "await self.get_queue().update(self, **kwargs)" in source(Job.update)
    assert "await self.queue.jobs(job.key for job in jobs)" in source(SaqWorker.abort)


def test_a_starting_worker_makes_its_event_before_it_calls_our_hook() -> None:
    start = source(SaqWorker.start)
    assert start.index("self.event = asyncio.Event()") < start.index("await s(self.context)")
    assert "loop.add_signal_handler(signum, self.event.set)" in start
    # Our task that ends the upkeep begins when all of this is there.
    assert start.index("await s(self.context)") < start.index("self.tasks.update(await self.upkeep())")
    assert start.index("self.tasks.update(await self.upkeep())") < start.index("await self.event.wait()")
    assert 'asyncio.create_task(self.process(), name="process")' in source(SaqWorker._process)
    stop = source(SaqWorker.stop)
    assert stop.index("asyncio.gather(*all_tasks") < stop.index("await s(self.context)")


def test_the_worker_ends_every_attempt_through_methods_that_we_override() -> None:
    assert "await self.get_queue().finish(self, status, result=result, error=error)" in source(Job.finish)
    assert "await self.get_queue().retry(self, error)" in source(Job.retry)
    upkeep = source(SaqWorker.upkeep)
    assert "self.queue.sweep" in upkeep
    assert "self.schedule" in upkeep
    assert "job_ids = await self.queue.schedule(lock)" in source(SaqWorker.schedule)


def test_the_worker_lets_our_queue_tick_every_second_and_has_no_cron_jobs_of_its_own(settings: Settings) -> None:
    schedule = source(SaqWorker.schedule)
    assert "for cron_job in self.cron_jobs:" in schedule
    worker = build_queue_plugin(build_queue_config(settings)).get_workers()["default"]
    assert not worker.cron_jobs
    assert worker.timers["schedule"] == 1


def test_an_explicit_cron_job_has_the_fields_that_we_read() -> None:
    assert {field.name for field in fields(CronJob)} == {
        "function",
        "cron",
        "unique",
        "timeout",
        "heartbeat",
        "retries",
        "ttl",
        "kwargs",
        "meta",
    }


def test_litestar_saq_takes_our_queue_and_our_worker(settings: Settings) -> None:
    assert "if self.queue_instances is not None" in source(SAQConfig.get_queues)
    assert "if self._enable_heartbeat_manager:" in source(Worker.on_app_startup)
    assert "if self._worker_instances is not None:\n            return self._worker_instances" in source(
        SAQPlugin.get_workers
    )
    plugin = build_queue_plugin(build_queue_config(settings))
    assert type(plugin) is SAQPlugin  # its command looks for exactly this
    [worker] = plugin.get_workers().values()
    assert isinstance(worker, LedgerWorker)
    assert (worker.concurrency, worker._shutdown_grace_period_s) == (
        settings.worker.concurrency,
        settings.worker.shutdown_grace_seconds,
    )
