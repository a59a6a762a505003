"""Procrastinate on psycopg; its default of one job at a time would be unfair, so it gets SAQ's ten."""
# Installed in .venv-bench only, where the type checker does not look.
# pyright: basic, reportMissingImports=false

from importlib.metadata import version

from procrastinate import App, PsycopgConnector

from benchmarks.queue.process import ENQUEUERS, TASK, URL, Marks, enqueue_together, play

CONCURRENCY = 10


def app() -> App:
    return App(connector=PsycopgConnector(conninfo=URL, min_size=4, max_size=ENQUEUERS))


async def prepare() -> str:
    async with app().open_async() as opened:
        await opened.schema_manager.apply_schema_async()
    return version("procrastinate")


async def enqueue() -> float:
    async with app().open_async() as opened:
        return await enqueue_together(lambda: opened.configure_task(TASK).defer_async())


async def work() -> None:
    marks = Marks()
    own = app()

    @own.task(name=TASK)
    async def _() -> None:
        marks.ran()

    async with own.open_async():
        await own.run_worker_async(concurrency=CONCURRENCY)


if __name__ == "__main__":
    play(prepare=prepare, enqueue=enqueue, work=work)
