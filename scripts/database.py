"""The local database for make: `start`, `stop` (both with `--docker`), and `run -- COMMAND` with it up."""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

from dotenv import dotenv_values

from app.db.embedded import EmbeddedPostgres, EmbeddedPostgresError
from docker_secrets import add_missing

PROJECT_DIR = Path(__file__).resolve().parents[1]
BACKEND_DIR = PROJECT_DIR / "backend"
DATA_DIR = PROJECT_DIR / ".data" / "postgres"
DOCKER_SETTINGS = """\
PostgreSQL runs in Docker. Put these two lines into .env to use it:
  DATABASE_URL=postgresql://quittance_app:{DOCKER_DATABASE_PASSWORD}@127.0.0.1:{port}/quittance
  DATABASE_OWNER_URL=postgresql://quittance_owner:{DOCKER_DATABASE_OWNER_PASSWORD}@127.0.0.1:{port}/quittance"""


def configured_urls() -> tuple[str, str] | None:
    """The application's and the owner's DATABASE_URL, if somebody set one in the environment or in .env."""
    values = {**dotenv_values(PROJECT_DIR / ".env"), **os.environ}
    app_url = values.get("DATABASE_URL")
    return (app_url, values.get("DATABASE_OWNER_URL") or app_url) if app_url else None


def start() -> int:
    if configured_urls() is not None:
        print("DATABASE_URL is set, so that server is used and none is started here.")
        return 0
    server = EmbeddedPostgres(DATA_DIR).start(ends_with_process=False)
    print(f"PostgreSQL {'started' if server.was_started_here else 'was running'}: {server.app_url()}")
    return 0


def stop() -> int:
    EmbeddedPostgres(DATA_DIR).stop()
    print("PostgreSQL is stopped.")
    return 0


def run(command: list[str]) -> int:
    """Run the command from backend/ with the database up, and leave the database as it was found."""
    server = EmbeddedPostgres(DATA_DIR).start(ends_with_process=True) if configured_urls() is None else None
    try:
        return subprocess.run(command, cwd=BACKEND_DIR, check=False).returncode
    finally:
        if server is not None and server.was_started_here:
            server.stop()


def compose(*arguments: str) -> int:
    if shutil.which("docker") is None:
        print("Docker isn't installed. Without DB=docker, make db-start needs none.", file=sys.stderr)
        return 1
    return subprocess.run(["docker", "compose", *arguments], cwd=PROJECT_DIR, check=False).returncode


def start_in_docker() -> int:
    passwords = add_missing(PROJECT_DIR / ".env") if shutil.which("docker") else {}
    status = compose("up", "--detach", "--wait", "db")
    if status == 0:
        print(DOCKER_SETTINGS.format(**passwords, port=os.environ.get("POSTGRES_PORT", "54329")))
    return status


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="name", required=True)
    for name in ("start", "stop"):
        commands.add_parser(name).add_argument("--docker", action="store_true")
    commands.add_parser("run").add_argument("command", nargs="+")
    arguments = parser.parse_args()
    try:
        match arguments.name, getattr(arguments, "docker", False):
            case "start", True:
                return start_in_docker()
            case "stop", True:
                return compose("stop", "db")
            case "start", _:
                return start()
            case "stop", _:
                return stop()
            case _:
                return run(arguments.command)
    except EmbeddedPostgresError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
