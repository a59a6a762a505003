"""Whether this container works: a worker keeps touching its file, the web answers; the status says it."""

import http.client
import os
import sys
import time
from pathlib import Path

SILENCE_SECONDS = 30


def is_alive() -> bool:
    worker = Path(os.environ["WORKER_ALIVE_FILE"])
    if worker.exists():
        return time.time() - worker.stat().st_mtime < SILENCE_SECONDS
    web = http.client.HTTPConnection("127.0.0.1", 8000, timeout=2)
    try:
        web.request("GET", "/health/live")
        return web.getresponse().status == http.client.OK
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(0 if is_alive() else 1)
