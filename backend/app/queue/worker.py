"""SAQ's worker, as the plugin and the `workers` command know it, with one step of its own: how a job that was taken is worked on."""

import asyncio
import traceback
from typing import Any, cast, override

import structlog
from litestar_saq import QueueConfig, SAQConfig, SAQPlugin, Worker
from saq.job import Job, Status
from saq.types import Context
from saq.utils import now

logger = structlog.stdlib.get_logger(__name__)

# What the plugin hands from a queue's configuration to its worker, as far as ours knows it.
_OPTIONS = (
    "concurrency",
    "timers",
    "startup",
    "shutdown",
    "before_process",
    "after_process",
    "shutdown_grace_period_s",
    "separate_process",
)


class LedgerWorker(Worker):
    """Works on a job in the very asyncio task that took it.

    SAQ starts a second one, shields it and waits for it with a time limit: a third of what a short job costs. Our runner keeps the time
    and stops an attempt itself, so nothing is left for these to do.
    """

    @override
    async def process(self) -> bool:
        job = await self.queue.dequeue(timeout=self.dequeue_timeout, poll_interval=self._poll_interval)
        if job is None:
            return False
        job.started = now()
        job.worker_id = self.id
        context = cast("Context", {**self.context, "job": job})
        await self._work(job, context)
        try:
            await self._after_process(context)
        except Exception:
            logger.exception("hook_failed_after_a_job", job=job.key)
        return True

    async def _work(self, job: Job, context: Context) -> None:
        try:
            await self._before_process(context)
            function: Any = self.functions[job.function]
            result = await function(context)
        except asyncio.CancelledError:  # the worker stops, and its grace is over
            await job.retry("cancelled")
        except Exception as error:
            # Of a hook, or ours: an error of the task itself is part of its outcome.
            context["exception"] = error
            logger.exception("job_not_processed", job=job.key)
            if job.retryable:
                await job.retry(traceback.format_exc())
            else:
                await job.finish(Status.FAILED, error=traceback.format_exc())
        else:
            await job.finish(Status.COMPLETE, result=result)


def build_queue_plugin(config: SAQConfig) -> SAQPlugin:
    """SAQ's plugin (the `workers` command, `TaskQueues` in routes, /saq), with our worker instead of its own."""
    plugin = SAQPlugin(config=config)
    # Its command finds plugins by their exact class, so this is no subclass.
    plugin._worker_instances = {  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        queue_config.name: _worker_of(queue_config, config.get_queues().get(queue_config.name))
        for queue_config in config.queue_configs
    }
    return plugin


def _worker_of(config: QueueConfig, queue: Any) -> Worker:
    options: dict[str, Any] = {name: getattr(config, name) for name in _OPTIONS}
    # Its heartbeat manager is a thread in every API process, for jobs that never run there; our runner keeps its own.
    worker = LedgerWorker(queue, cast("Any", config.tasks), enable_heartbeat_manager=False, **options)
    # The plugin leaves the queue's connections open when the application stops.
    worker.on_app_shutdown = queue.disconnect
    return worker
