"""Runs any of `api`, `worker` and `web` for development, with the database they need; Ctrl-C stops all of it."""

import asyncio
import contextlib
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from http import HTTPStatus

import httpx
import psutil
import psycopg

from app.db.embedded import EmbeddedPostgres, EmbeddedPostgresError
from database import BACKEND_DIR, DATA_DIR, PROJECT_DIR, configured_urls
from process_groups import ProcessGroups, Program, say

FRONTEND_DIR = PROJECT_DIR / "frontend"
READY_TIMEOUT_SECONDS = 180


class CannotStartError(Exception):
    """One sentence: what is in the way, and what to do."""


def main() -> int:
    services = sys.argv[1:]
    os.environ.setdefault("LITESTAR_APP", "app.asgi:app")
    try:
        return asyncio.run(run(services))
    except (CannotStartError, EmbeddedPostgresError) as error:
        say("dev", str(error))
        return 1


async def run(services: list[str]) -> int:
    ports = {"api": port_setting("API_PORT", 8000), "web": port_setting("WEB_PORT", 3000)}
    require_free_ports({service: ports[service] for service in services if service in ports})

    stop_requested = asyncio.Event()
    groups = ProcessGroups()

    def on_signal() -> None:
        if stop_requested.is_set():
            groups.kill()
        stop_requested.set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, on_signal)

    database: EmbeddedPostgres | None = None
    work: asyncio.Task[int] | None = None
    try:
        if "web" in services:
            # Next takes some seconds to start and needs no database: let it warm up beside the migrations.
            await groups.start(web_program(ports))
        if services != ["web"]:
            database = await asyncio.to_thread(start_database)
        work = asyncio.create_task(prepare_and_watch(services, ports, groups))
        stopping = asyncio.create_task(stop_requested.wait())
        await asyncio.wait((work, stopping), return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if work.done():
            return work.result()
        say("dev", "Stopping…")
        return 0
    finally:
        if work is not None and not work.done():
            work.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await work
        await groups.stop()
        if database is not None and database.was_started_here:
            await asyncio.to_thread(database.stop)
        say("dev", "Everything is stopped.")


async def prepare_and_watch(services: list[str], ports: Mapping[str, int], groups: ProcessGroups) -> int:
    """Migrate, seed, start what needs the database, announce it, and return when a program ends."""
    # From the start, since the web compiles its first page while the database is prepared.
    announcement = asyncio.create_task(announce_when_ready(services, ports))
    try:
        if services != ["web"]:
            await litestar("db", "upgrade", purpose="The database could not be migrated")
        if "api" in services:
            await litestar("seed", purpose="The demo team could not be created")
            await groups.start(api_program(ports))
        if "worker" in services:
            await groups.start(worker_program())
        name, status = await groups.first_to_end()
    finally:
        announcement.cancel()
    say("dev", f"The {name} ended by itself with status {status} (its reason is above), so everything stops.")
    return 1


def start_database() -> EmbeddedPostgres | None:
    """Reach the server that DATABASE_URL names, or start the local one."""
    urls = configured_urls()
    if urls is None:
        server = EmbeddedPostgres(DATA_DIR).start(ends_with_process=True)
        say("dev", f"PostgreSQL {'started' if server.was_started_here else 'was running'} in {DATA_DIR}.")
        return server
    for url in urls:
        try:
            psycopg.connect(url.replace("+asyncpg", ""), connect_timeout=5).close()
        except (psycopg.OperationalError, psycopg.ProgrammingError) as error:
            reason = str(error).strip().splitlines()[0]
            raise CannotStartError(
                f"The database of DATABASE_URL doesn't answer ({reason}). "
                "Start it, correct the variable (environment or .env), or remove it to use the local PostgreSQL."
            ) from None
    return None


async def litestar(*arguments: str, purpose: str) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "litestar",
        *arguments,
        cwd=BACKEND_DIR,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        output, _ = await process.communicate()
    except asyncio.CancelledError:
        process.terminate()
        await process.wait()
        raise
    if process.returncode != 0:
        for line in output.decode(errors="replace").splitlines():
            say("dev", line)
        raise CannotStartError(
            f"{purpose}: `litestar {' '.join(arguments)}` failed (above). `make doctor` may know more."
        )


def api_program(ports: Mapping[str, int]) -> Program:
    # The application writes its own line per request.
    options = [
        "--host",
        "127.0.0.1",
        "--port",
        str(ports["api"]),
        "--timeout-graceful-shutdown",
        "3",
        "--no-access-log",
        # Which proxies to believe is TRUSTED_PROXY_COUNT's to say; uvicorn would believe any on this machine.
        "--no-proxy-headers",
    ]
    return Program(
        name="api",
        command=[sys.executable, "-m", "uvicorn", "app.asgi:app", "--reload", "--reload-dir", "app", *options],
        cwd=BACKEND_DIR,
        environment=own_environment(ports),
    )


def worker_program() -> Program:
    # watchfiles takes one command line and splits it like a shell.
    target = shlex.join([sys.executable, "-m", "litestar", "workers", "run"])
    options = ["--filter", "python", "--sigint-timeout", "8", "--verbosity", "warning"]
    return Program(
        name="worker",
        command=[sys.executable, "-m", "watchfiles", *options, target, "app"],
        cwd=BACKEND_DIR,
        environment=own_environment({"web": port_setting("WEB_PORT", 3000)}),
    )


def web_program(ports: Mapping[str, int]) -> Program:
    # Not through pnpm: one process less between a signal and the server.
    next_cli = FRONTEND_DIR / "node_modules" / "next" / "dist" / "bin" / "next"
    node = shutil.which("node")
    if node is None or not next_cli.exists():
        raise CannotStartError("The front end isn't installed: run `make install`.")
    return Program(
        name="web",
        command=[node, str(next_cli), "dev", "--hostname", "127.0.0.1", "--port", str(ports["web"])],
        cwd=FRONTEND_DIR,
        environment={"API_ORIGIN": f"http://127.0.0.1:{ports['api']}", **own_environment(ports)},
    )


def own_environment(ports: Mapping[str, int]) -> dict[str, str]:
    environment = {"PYTHONUNBUFFERED": "1"}
    if sys.stdout.isatty():
        environment["FORCE_COLOR"] = "1"
    if "WEB_PORT" in os.environ and "APP_URL" not in os.environ:
        # Links in mails and the browser's origin follow the port.
        environment["APP_URL"] = f"http://localhost:{ports['web']}"
    return environment


async def announce_when_ready(services: list[str], ports: Mapping[str, int]) -> None:
    api, web = f"http://127.0.0.1:{ports['api']}", f"http://127.0.0.1:{ports['web']}"
    async with httpx.AsyncClient(timeout=60, follow_redirects=True, trust_env=False) as client:
        pages = {"api": f"{api}/health/ready", "web": f"{web}/log-in"}
        await asyncio.gather(*(until_it_answers(client, pages[name], name) for name in services if name in pages))
        if {"api", "web"} <= set(services):
            say("dev", f"Quittance is ready: http://localhost:{ports['web']}{await demo_login(client, web)}")
            # The first visit compiles a page; do that before somebody waits for it.
            with contextlib.suppress(httpx.HTTPError):
                await client.get(f"{web}/dashboard")
        elif "api" in services:
            say("dev", f"The API is ready: {api}")
        elif "web" in services:
            say("dev", f"The web is ready: http://localhost:{ports['web']} (it expects the API at {api})")


async def until_it_answers(client: httpx.AsyncClient, url: str, name: str) -> None:
    deadline = time.monotonic() + READY_TIMEOUT_SECONDS
    answer = "no answer"
    while time.monotonic() < deadline:
        try:
            response = await client.get(url)
        except httpx.HTTPError as error:
            answer = type(error).__name__
        else:
            if response.status_code < HTTPStatus.BAD_REQUEST:
                return
            answer = f"status {response.status_code}"
        await asyncio.sleep(0.2)
    say(
        "dev",
        f"The {name} still doesn't answer at {url} ({answer}) after {READY_TIMEOUT_SECONDS} s; its lines above say why.",
    )


async def demo_login(client: httpx.AsyncClient, web: str) -> str:
    response = await client.get(f"{web}/api/public/app")
    login = response.json().get("demo_login") if response.is_success else None
    return f"  (demo: {login['email']} / {login['password']})" if login else ""


def port_setting(name: str, default: int) -> int:
    text = os.environ.get(name) or str(default)
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise CannotStartError(f"{name} is {text!r}, but must be a port number.")
    return int(text)


def require_free_ports(ports: Mapping[str, int]) -> None:
    for service, port in ports.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                raise CannotStartError(
                    f"Port {port} for the {service} is in use{user_of_port(port)}: "
                    f"stop that, or choose another port with {service.upper()}_PORT={port + 1} make dev-all."
                ) from None


def user_of_port(port: int) -> str:
    with contextlib.suppress(psutil.Error, PermissionError):
        for connection in psutil.net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN and tuple(connection.laddr)[1:] == (port,) and connection.pid:
                return f" by {psutil.Process(connection.pid).name()} (pid {connection.pid})"
    return ""


if __name__ == "__main__":
    sys.exit(main())
