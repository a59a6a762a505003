"""Runs the browser journeys against a stack of their own: the exported front end, API and worker on an empty database."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from itertools import chain
from pathlib import Path

import httpx

from app.db.embedded import EmbeddedPostgres
from database import BACKEND_DIR, PROJECT_DIR
from process_groups import ProcessGroups, Program

FRONTEND_DIR = PROJECT_DIR / "frontend"
READY_TIMEOUT_SECONDS = 60
# Of the journeys through the administration; frontend/e2e/support/accounts.ts knows it, too.
ADMINISTRATOR = {
    "--email": "ada@quittance.example",
    "--name": "Ada Berg",
    "--team-name": "Administration",
    "--password": "keeps the lights on 2026",
}
OPERATOR = {
    "--email": "ove@quittance.example",
    "--name": "Ove Lund",
    "--team-name": "Operations",
    "--password": "keeps the queues short 2026",
}
PROVIDER = {"id": "harbour", "name": "Harbour", "client_id": "quittance", "client_secret": "for-the-journeys-only"}


async def run(playwright_arguments: list[str]) -> int:
    if "E2E_BASE_URL" in os.environ:
        return await play(os.environ["E2E_BASE_URL"], os.environ.get("E2E_ISSUER", ""), playwright_arguments)
    port, provider_port = free_port(), free_port()
    base_url, issuer = f"http://localhost:{port}", f"http://127.0.0.1:{provider_port}"
    with tempfile.TemporaryDirectory(prefix="quittance-e2e-") as folder:
        server = EmbeddedPostgres(Path(folder) / "postgres", fsync=False).start()
        environment = {
            "APP_ENV": "local",
            "APP_URL": base_url,
            "DATABASE_URL": server.app_url(),
            "DATABASE_OWNER_URL": server.owner_url(),
            "LITESTAR_APP": "app.asgi:app",
            "LOG_LEVEL": "WARNING",
            "OIDC_PROVIDERS": json.dumps([PROVIDER | {"issuer": issuer}]),
        }
        groups = ProcessGroups()
        try:
            administrators = [
                ["users", "create-admin", *chain(*account.items())] for account in (ADMINISTRATOR, OPERATOR)
            ]
            for command in (["db", "upgrade"], ["seed"], *administrators):
                await asyncio.to_thread(litestar, command, environment)
            uvicorn = [
                "-m",
                "uvicorn",
                "app.asgi:app",
                "--host",
                "127.0.0.1",
                "--port",
                str(port),
                "--no-access-log",
                "--no-proxy-headers",
                "--timeout-graceful-shutdown",
                "3",
            ]
            worker = ["-m", "litestar", "workers", "run"]
            provider = ["-m", "oidc_provider_mock", "--port", str(provider_port), "--require-nonce"]
            for name, arguments in (("oidc", provider), ("api", uvicorn), ("worker", worker)):
                command = [sys.executable, *arguments]
                await groups.start(Program(name=name, command=command, cwd=BACKEND_DIR, environment=environment))
            await until_ready(f"{issuer}/.well-known/openid-configuration")
            await until_ready(f"{base_url}/health/ready")
            return await play(base_url, issuer, playwright_arguments)
        finally:
            await groups.stop()
            await asyncio.to_thread(server.stop)


async def play(base_url: str, issuer: str, arguments: list[str]) -> int:
    playwright = FRONTEND_DIR / "node_modules" / ".bin" / "playwright"
    environment = {**os.environ, "E2E_BASE_URL": base_url, "E2E_ISSUER": issuer}
    process = await asyncio.create_subprocess_exec(
        str(playwright), "test", *arguments, cwd=FRONTEND_DIR, env=environment
    )
    try:
        return await process.wait()
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()


def litestar(command: list[str], environment: dict[str, str]) -> None:
    subprocess.run(
        [sys.executable, "-m", "litestar", *command], cwd=BACKEND_DIR, env={**os.environ, **environment}, check=True
    )


async def until_ready(url: str) -> None:
    deadline = time.monotonic() + READY_TIMEOUT_SECONDS
    async with httpx.AsyncClient(timeout=5, trust_env=False) as client:
        while time.monotonic() < deadline:
            try:
                if (await client.get(url)).is_success:
                    return
            except httpx.HTTPError:
                pass
            await asyncio.sleep(0.1)
    raise SystemExit(f"The stack isn't ready at {url} after {READY_TIMEOUT_SECONDS} s; its lines above say why.")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def main() -> int:
    """Run the journeys; SIGTERM ends them as Ctrl-C does, with everything stopped behind them."""
    work = asyncio.create_task(run(sys.argv[1:]))
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, work.cancel)
    try:
        return await work
    except asyncio.CancelledError:
        return 130


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
