"""`litestar workers run --workers 4`: ordinary workers under a parent that hands signals on, and that none of them outlives."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from typing import Any

import click
from litestar.cli._utils import LitestarEnv

_LOOK_SECONDS = 0.1


def run_several_ourselves(cli: click.Group) -> None:
    """Take `--workers` over: at SIGTERM the parent that litestar-saq has would hang, and its children with it."""
    workers = cli.commands.get("workers")
    command = workers.commands["run"] if isinstance(workers, click.Group) else None
    if command is None or command.callback is None:
        return
    run_one = command.callback

    def run(*, ends_with_parent: bool, **options: Any) -> None:
        count = options["workers"]
        if count > 1:
            sys.exit(_run_several(count, options["queues"] or ()))
        if ends_with_parent:
            threading.Thread(target=_end_with_parent, daemon=True).start()
        run_one(**options)

    command.params.append(click.Option(["--ends-with-parent"], is_flag=True, hidden=True))
    command.callback = run


def _end_with_parent() -> None:
    """Stop as by SIGTERM when the parent is gone, however it went: it holds the other end of our standard input."""
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


def _run_several(count: int, queues: Sequence[str]) -> int:
    """Run so many until all have ended; when one ends by itself the others are stopped, and whoever started us starts all again."""
    environment = click.get_current_context().find_object(LitestarEnv)
    assert environment is not None
    command = [sys.executable, "-m", "litestar", "--app", environment.app_path, "workers", "run", "--ends-with-parent"]
    command += [argument for queue in queues for argument in ("--queues", queue)]
    processes: list[subprocess.Popen[bytes]] = []
    asked_to_stop = False

    def stop(*_: object) -> None:
        nonlocal asked_to_stop
        asked_to_stop = True
        for process in processes:
            process.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    for _ in range(count):
        if asked_to_stop:
            break
        processes.append(subprocess.Popen(command, stdin=subprocess.PIPE))
    if asked_to_stop:
        stop()
    is_one_missing = False
    while any(process.poll() is None for process in processes):
        time.sleep(_LOOK_SECONDS)
        if not asked_to_stop and any(process.returncode is not None for process in processes):
            is_one_missing = True
            click.echo("A worker ended by itself: stopping the others.", err=True)
            stop()
    # One that was asked before it could listen has done nothing yet.
    is_one_wrong = any(process.returncode not in {0, -signal.SIGTERM} for process in processes)
    return 1 if is_one_missing or is_one_wrong else 0
