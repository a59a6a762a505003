"""Children that run side by side, speak through one terminal and never outlive the process that started them."""

import asyncio
import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_COLOURS = {"api": "36", "worker": "35", "web": "32", "oidc": "33", "dev": "1"}
_STOP_SECONDS = 8
# Colours may pass; what moves or hides the cursor belongs to a program that has the terminal to itself.
_CURSOR_CODES = re.compile(r"\x1b\[(\?\d+[hl]|\d*[ABCDGHJK])")
# Reads the ids of process groups until its parent is gone, however that came, and then ends those groups.
_WATCHDOG = """
import os, signal, sys, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
groups = []
for line in sys.stdin:
    if line == "done\\n":
        sys.exit()
    groups.append(int(line))
for number, wait in ((signal.SIGTERM, 3), (signal.SIGKILL, 0)):
    for group in groups:
        try:
            os.killpg(group, number)
        except ProcessLookupError:
            pass
    time.sleep(wait)
"""


@dataclass(frozen=True, kw_only=True)
class Program:
    """What to run, where, and under which name its lines appear."""

    name: str
    command: Sequence[str]
    cwd: Path
    environment: Mapping[str, str]


class ProcessGroups:
    """Each program in a session of its own, so that Ctrl-C reaches only the runner and it decides the order."""

    def __init__(self) -> None:
        self._processes: dict[str, asyncio.subprocess.Process] = {}
        self._readers: list[asyncio.Task[None]] = []
        self._watchdog = subprocess.Popen(
            [sys.executable, "-S", "-E", "-c", _WATCHDOG],
            stdin=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    async def start(self, program: Program) -> None:
        process = await asyncio.create_subprocess_exec(
            *program.command,
            cwd=program.cwd,
            env={**os.environ, **program.environment},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            limit=1024 * 1024,
            start_new_session=True,
        )
        self._tell_watchdog(str(process.pid))
        self._processes[program.name] = process
        self._readers.append(asyncio.create_task(_print_lines(program.name, process)))

    async def first_to_end(self) -> tuple[str, int]:
        """Wait for any program to end; return its name and exit status."""
        waits = {asyncio.create_task(process.wait()): name for name, process in self._processes.items()}
        try:
            done, _ = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        ended = done.pop()
        return waits[ended], ended.result()

    async def stop(self) -> None:
        """Ask every group to end, insist after some seconds, and leave no descendant behind."""
        self._signal_all(signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_STOP_SECONDS):
                await asyncio.gather(*(process.wait() for process in self._processes.values()))
        self.kill()
        await asyncio.gather(*(process.wait() for process in self._processes.values()))
        # A descendant that left its group could still hold the pipe; its last words are not worth the wait.
        await asyncio.wait(self._readers, timeout=1) if self._readers else None
        self._tell_watchdog("done")

    def kill(self) -> None:
        self._signal_all(signal.SIGKILL)

    def _signal_all(self, number: signal.Signals) -> None:
        for process in self._processes.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, number)

    def _tell_watchdog(self, line: str) -> None:
        if self._watchdog.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self._watchdog.stdin.write(f"{line}\n")
                self._watchdog.stdin.flush()


def say(name: str, text: str) -> None:
    """Print one line under a name of fixed width, coloured on a terminal."""
    prefix = f"{name:<6} │"
    if sys.stdout.isatty():
        prefix = f"\033[{_COLOURS[name]}m{prefix}\033[0m"
    # Whoever read our output may be gone; that must not keep us from stopping the rest.
    with contextlib.suppress(BrokenPipeError):
        print(f"{prefix} {text}", flush=True)


async def _print_lines(name: str, process: asyncio.subprocess.Process) -> None:
    assert process.stdout is not None
    while True:
        try:
            line = await process.stdout.readline()
        except ValueError:
            # Longer than the buffer: the rest follows as the next line.
            continue
        if not line:
            return
        text = _CURSOR_CODES.sub("", line.decode(errors="replace")).rstrip()
        if text:
            say(name, text)
