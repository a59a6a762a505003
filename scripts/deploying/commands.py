"""Runs other programs, or in a dry run only says which."""

import os
import shlex
import signal
import subprocess
import threading
from collections import deque
from pathlib import Path
from types import FrameType

_TAIL_LINES = 30


class CommandFailedError(Exception):
    """A program ended badly: which, how, and its last words."""

    def __init__(self, command: list[str], status: int, words: str) -> None:
        self.status = status
        self.words = words
        super().__init__(f"`{shlex.join(command)}` ended with status {status}" + (f":\n{words}" if words else "."))


class Commands:
    """`run` shows what a program says, `read` keeps it. Secrets only ever pass through a pipe."""

    def __init__(self, *, is_dry_run: bool) -> None:
        self.is_dry_run = is_dry_run
        self._child: subprocess.Popen[str] | None = None

    def run(self, command: list[str], *, cwd: Path | None = None, accepted: tuple[int, ...] = (0,)) -> int:
        """Run it with its output on the terminal; return its status."""
        self._show(command, cwd)
        if self.is_dry_run:
            return accepted[-1]
        child = self._start(command, cwd, stderr=subprocess.PIPE)
        last_words: deque[str] = deque(maxlen=_TAIL_LINES)
        reader = threading.Thread(target=_copy_lines, args=(child, last_words), daemon=True)
        reader.start()
        status = self._wait(child)
        reader.join(timeout=5)
        if status not in accepted:
            raise CommandFailedError(command, status, "".join(last_words).strip())
        return status

    def read(self, command: list[str], *, instead: str, cwd: Path | None = None, is_quiet: bool = False) -> str:
        """What it prints; `instead` in a dry run."""
        if self.is_dry_run or not is_quiet:
            self._show(command, cwd)
        if self.is_dry_run:
            return instead
        child = self._start(command, cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        output, words = self._communicate(child)
        if child.returncode != 0:
            raise CommandFailedError(command, child.returncode, words.strip())
        return output.strip()

    def pipe(self, producer: list[str], consumer: list[str]) -> None:
        """Give what one program prints to another; it is neither shown nor kept."""
        print(f"  $ {shlex.join(producer)} | {shlex.join(consumer)}")
        if self.is_dry_run:
            return
        source = self._start(producer, None, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        secret, words = self._communicate(source)
        if source.returncode != 0:
            raise CommandFailedError(producer, source.returncode, words.strip())
        target = self._start(consumer, None, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        _, words = self._communicate(target, secret)
        if target.returncode != 0:
            raise CommandFailedError(consumer, target.returncode, words.strip())

    def on_terminate(self, _number: int, _frame: FrameType | None) -> None:
        """Treat SIGTERM like Ctrl-C, which a terminal would have sent to the child as well."""
        if self._child is not None and self._child.poll() is None:
            self._child.send_signal(signal.SIGINT)
        raise KeyboardInterrupt

    def _show(self, command: list[str], cwd: Path | None) -> None:
        place = f"(in {cwd}) " if cwd else ""
        print(f"  $ {place}{shlex.join(command)}")

    def _start(
        self,
        command: list[str],
        cwd: Path | None,
        *,
        stdin: int | None = subprocess.DEVNULL,
        stdout: int | None = None,
        stderr: int | None = None,
    ) -> subprocess.Popen[str]:
        environment = {**os.environ, "TF_IN_AUTOMATION": "1", "AWS_PAGER": ""}
        try:
            self._child = subprocess.Popen(
                command, cwd=cwd, env=environment, stdin=stdin, stdout=stdout, stderr=stderr, text=True
            )
        except OSError as error:
            raise CommandFailedError(command, 127, str(error)) from None
        return self._child

    def _wait(self, child: subprocess.Popen[str]) -> int:
        """Wait for the end even after Ctrl-C: a Terraform that is killed leaves its state locked."""
        is_interrupted = False
        while True:
            try:
                status = child.wait()
                break
            except KeyboardInterrupt:
                is_interrupted = True
                print("\nWaiting for the running program to end by itself (Ctrl-C again insists)…")
        if is_interrupted:
            raise KeyboardInterrupt
        return status

    def _communicate(self, child: subprocess.Popen[str], given: str | None = None) -> tuple[str, str]:
        try:
            return child.communicate(given)
        except KeyboardInterrupt:
            # Read on, or a full pipe would keep it from ending.
            child.communicate()
            raise


def _copy_lines(child: subprocess.Popen[str], last_words: deque[str]) -> None:
    assert child.stderr is not None
    for line in child.stderr:
        print(line, end="")
        last_words.append(line)
