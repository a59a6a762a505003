"""SAQ with every default of its own: `python -m saq` starts its worker like this."""

from importlib.metadata import version
from typing import Any

from saq import Worker
from saq.queue import Queue

from benchmarks.queue.process import TASK, URL, Marks, enqueue_together, play


async def prepare() -> str:
    queue = Queue.from_url(URL)
    await queue.connect()
    await queue.disconnect()
    return version("saq")


async def enqueue() -> float:
    queue = Queue.from_url(URL)
    await queue.connect()
    rate = await enqueue_together(lambda: queue.enqueue(TASK))
    await queue.disconnect()
    return rate


async def work() -> None:
    marks = Marks()

    async def no_op(_: Any) -> None:
        marks.ran()

    queue = Queue.from_url(URL)
    await queue.connect()
    await Worker(queue, functions=[(TASK, no_op)]).start()


if __name__ == "__main__":
    play(prepare=prepare, enqueue=enqueue, work=work)
