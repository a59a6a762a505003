"""A Docker engine to build and run with: the one that runs here, or one started for the time of the command."""

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from database import PROJECT_DIR

HOME = Path(os.environ.get("DOCKER_TEST_HOME") or PROJECT_DIR / ".tools" / "docker")
DOCKER_DIR = PROJECT_DIR / "docker"
LOCK = PROJECT_DIR / "backend" / "requirements" / "docker.lock"
_START_SECONDS = 30
_STOP_SECONDS = 40
# What an engine of ours needs, by the name of the command that it brings.
_PACKAGES = {"dockerd": "docker.io", "mmdebstrap": "mmdebstrap"}
# The client that came with it: others may be unable to build without a plugin.
_CLIENT = "/usr/bin/docker"
# No bridge, no firewall: it must run in a container, and change nothing outside of its folder.
_QUIETLY = (
    "--bridge=none",
    "--iptables=false",
    "--ip6tables=false",
    "--ip-forward=false",
    "--ip-masq=false",
    "--log-level=warn",
)


class NoEngineError(Exception):
    """Says in one line why there is none."""


@dataclass(frozen=True, kw_only=True)
class Engine:
    """How to speak to one; `is_ours` when it was started here and can pull nothing from a registry of images."""

    docker: str
    compose: Sequence[str]
    environment: Mapping[str, str]
    is_ours: bool

    def run(self, *arguments: str, is_quiet: bool = False) -> str:
        """Run `docker …` and return what it prints; show it instead when it is not to be quiet."""
        return _run([self.docker, *arguments], self.environment, is_quiet=is_quiet)

    def run_compose(self, *arguments: str, environment: Mapping[str, str], is_quiet: bool = True) -> str:
        return _run([*self.compose, *arguments], {**self.environment, **environment}, is_quiet=is_quiet)

    def has_image(self, name: str) -> bool:
        return bool(self.run("image", "ls", "--quiet", name, is_quiet=True).strip())


class CommandFailedError(Exception):
    def __init__(self, command: Sequence[str], output: str) -> None:
        super().__init__(f"`{' '.join(command)}` failed:\n{output[-6000:].strip()}")


def _run(command: Sequence[str], environment: Mapping[str, str], *, is_quiet: bool) -> str:
    completed = subprocess.run(
        command,
        cwd=PROJECT_DIR,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if is_quiet else None,
        stderr=subprocess.PIPE if is_quiet else None,
        text=True,
        check=False,
    )
    if completed.returncode != 0:
        raise CommandFailedError(command, f"{completed.stdout or ''}{completed.stderr or ''}")
    return completed.stdout or ""


@contextlib.contextmanager
def running_engine() -> Generator[Engine]:
    """The engine that answers already, or one of our own that ends with this block."""
    for client in _clients():
        if _answers(client, {}):
            yield Engine(
                docker=client, compose=_compose(client, {}), environment={"DOCKER_BUILDKIT": "1"}, is_ours=False
            )
            return
    with _own_engine() as engine:
        yield engine


def _clients() -> list[str]:
    return [client for client in (shutil.which("docker"), _CLIENT) if client and Path(client).exists()]


def _answers(client: str, environment: Mapping[str, str]) -> bool:
    return _succeeds([client, "version"], environment)


def _succeeds(command: Sequence[str], environment: Mapping[str, str]) -> bool:
    completed = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, check=False)
    return completed.returncode == 0


def _compose(client: str, environment: Mapping[str, str]) -> list[str]:
    """Docker's plugin, or the same program out of our own lock."""
    if _succeeds([client, "compose", "version"], environment):
        return [client, "compose"]
    return [str(installed_tool("docker-compose"))]


def installed_tool(name: str) -> Path:
    """A program of requirements/docker.lock, in an environment of its own."""
    folder = HOME / "tools"
    uv = str(PROJECT_DIR / ".tools" / "uv" / "bin" / "uv")
    marker = folder / ".installed"
    if not marker.exists() or marker.stat().st_mtime < LOCK.stat().st_mtime:
        _run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(folder)], {}, is_quiet=True)
        python = str(folder / "bin" / "python")
        _run([uv, "pip", "sync", "--quiet", "--require-hashes", "--python", python, str(LOCK)], {}, is_quiet=True)
        marker.touch()
    return folder / "bin" / name


@contextlib.contextmanager
def _own_engine() -> Generator[Engine]:
    _install_packages()
    if not Path(_CLIENT).exists():
        raise NoEngineError(
            "no Docker engine answers, and dockerd is here without its client: apt-get install docker-cli"
        )
    HOME.mkdir(parents=True, exist_ok=True)
    with (HOME / "engine.lock").open("w") as lock, tempfile.TemporaryDirectory(prefix="quittance-docker-") as run_dir:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two engines would spoil each other's data
        # A socket's path may have a hundred bytes: the folder of the project may have more.
        environment = {
            "DOCKER_HOST": f"unix://{run_dir}/docker.sock",
            "DOCKER_CONFIG": f"{run_dir}/client",
            "DOCKER_BUILDKIT": "1",
        }
        log_path = HOME / "engine.log"
        with log_path.open("w") as log:
            process = subprocess.Popen(
                # Should we be killed, the engine ends, too.
                [
                    *("setpriv", "--pdeathsig", "TERM", "dockerd", *_QUIETLY),
                    *("--host", environment["DOCKER_HOST"], "--data-root", str(HOME / "data")),
                    *("--exec-root", f"{run_dir}/exec", "--pidfile", f"{run_dir}/docker.pid"),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            deadline = time.monotonic() + _START_SECONDS
            while not _answers(_CLIENT, environment):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise NoEngineError(f"dockerd does not start here: {_last_line(log_path)}")
                time.sleep(0.2)
            compose = _compose(_CLIENT, environment)
            yield Engine(docker=_CLIENT, compose=compose, environment=environment, is_ours=True)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if (HOME / "data").is_mount():  # onto itself; an engine that ends in the middle of a build leaves it so
                _run(["umount", "--lazy", str(HOME / "data")], {}, is_quiet=True)


def _install_packages() -> None:
    missing = [package for command, package in _PACKAGES.items() if shutil.which(command) is None]
    if not missing and os.geteuid() == 0:
        return
    if os.geteuid() != 0:
        raise NoEngineError("no Docker engine answers, and only root can start one: start Docker, or run this as root")
    if shutil.which("apt-get") is None:
        raise NoEngineError(f"no Docker engine answers, and {' and '.join(missing)} can only be installed on Debian")
    print(f"No Docker engine answers: installing {' and '.join(missing)} to start one…", flush=True)
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        _run(["apt-get", "update", "-qq"], quiet, is_quiet=True)
        _run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing], quiet, is_quiet=True)
    except CommandFailedError as error:
        reason = str(error).strip().splitlines()[-1]
        raise NoEngineError(
            f"no Docker engine answers, and {' and '.join(missing)} can't be installed: {reason}"
        ) from None


def _last_line(path: Path) -> str:
    lines = path.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it says nothing"
