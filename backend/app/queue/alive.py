"""A worker has no port to ask: as long as its loop turns it touches a file, and whoever looks at the file's age knows."""

import asyncio
from pathlib import Path

_EVERY_SECONDS = 5.0


async def say_alive(path: Path, every_seconds: float = _EVERY_SECONDS) -> None:
    """Touch the file until cancelled."""
    while True:
        await asyncio.to_thread(path.touch)
        await asyncio.sleep(every_seconds)
