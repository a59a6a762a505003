"""What the image and docker-compose.yml promise and files can show; `make docker-test` builds and runs them."""

import asyncio
import os
import re
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml
from cryptography import x509

from app.config import PROJECT_DIR
from app.queue.alive import say_alive

DOCKERFILE = (PROJECT_DIR / "backend" / "Dockerfile").read_text()
COMPOSE = (PROJECT_DIR / "docker-compose.yml").read_text()
OURS = ("migrate", "web", "worker")


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    return yaml.safe_load(COMPOSE)["services"]


def test_the_image_is_built_with_the_projects_own_pnpm() -> None:
    makefile = (PROJECT_DIR / "Makefile").read_text()
    (ours,) = re.findall(r"^PNPM_VERSION := (\S+)$", makefile, re.MULTILINE)

    assert f"ARG PNPM_VERSION={ours}\n" in DOCKERFILE


def test_stand_ins_have_the_names_of_the_images_that_are_used() -> None:
    stand_ins = (PROJECT_DIR / "scripts" / "docker_stand_ins.py").read_text()
    named = re.findall(r"^ARG \w+_IMAGE=(\S+)$", DOCKERFILE, re.MULTILINE)
    named += re.findall(r"^    image: (\S+)$", COMPOSE, re.MULTILINE)

    assert len(named) == 4
    assert all(f'"{name}"' in stand_ins for name in named), named


def test_no_image_is_taken_as_it_happens_to_be_today() -> None:
    assert "latest" not in DOCKERFILE + COMPOSE


def test_nothing_secret_stands_in_the_compose_file(services: dict[str, Any]) -> None:
    values = [
        (name, str(value))
        for service in services.values()
        for name, value in service.get("environment", {}).items()
        if re.search(r"SECRET|PASSWORD|_URL$", name)
    ]
    literal = [re.sub(r"\$\{DOCKER_\w+(:\?[^}]*)?\}", "", value) for name, value in values if "APP_URL" not in name]

    assert len(values) > 8
    assert all(re.fullmatch(r"|postgresql://quittance_(app|owner):@db:5432/quittance", rest) for rest in literal)


@pytest.mark.parametrize("name", OURS)
def test_our_containers_can_write_nothing_and_gain_nothing(services: dict[str, Any], name: str) -> None:
    service = services[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "cap_add" not in service
    assert "privileged" not in service


def test_only_migrate_knows_the_owners_password(services: dict[str, Any]) -> None:
    knowing = {name for name in OURS if "OWNER" in str(services[name]["environment"])}

    assert knowing == {"migrate"}


def test_nothing_listens_beyond_this_machine(services: dict[str, Any]) -> None:
    ports = [port for service in services.values() for port in service.get("ports", [])]

    assert len(ports) == 3
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_what_is_not_named_stays_out_of_the_image() -> None:
    lines = (PROJECT_DIR / ".dockerignore").read_text().splitlines()
    patterns = [line for line in lines if line and not line.startswith("#")]

    assert patterns[0] == "*"
    assert not any(re.search(r"\.env|\.git|\.data|tests", line) for line in patterns if line.startswith("!"))


def test_amazons_authorities_are_good_for_years() -> None:
    authorities = x509.load_pem_x509_certificates(
        (PROJECT_DIR / "docker" / "image" / "rds-certificates.pem").read_bytes()
    )
    in_five_years = datetime.now(UTC) + timedelta(days=5 * 365)

    assert len(authorities) == 85
    for authority in authorities:
        authority.verify_directly_issued_by(authority)
        assert authority.not_valid_after_utc > in_five_years
        assert "CN=Amazon R" in authority.subject.rfc4514_string()


def _secrets(path: Path) -> str:
    program = f"from pathlib import Path; from docker_secrets import add_missing; add_missing(Path({str(path)!r}))"
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=PROJECT_DIR / "scripts",
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_secrets_are_made_once_and_for_their_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("APP_URL=http://localhost:3000")
    path.chmod(0o644)

    said = _secrets(path)
    written = path.read_text()

    assert "DOCKER_SECRET_KEY" in said
    assert len(written.splitlines()) == 4
    assert written.startswith("APP_URL=http://localhost:3000\n")
    assert path.stat().st_mode & 0o777 == 0o600
    values = [line.partition("=")[2] for line in written.splitlines()[1:]]
    assert len({*values}) == 3
    assert all(len(value) >= 48 and value not in said for value in values)
    assert _secrets(path) == ""
    assert path.read_text() == written


def _health(alive_file: Path) -> int:
    program = PROJECT_DIR / "docker" / "image" / "health.py"
    environment = os.environ | {"WORKER_ALIVE_FILE": str(alive_file)}
    return subprocess.run([sys.executable, "-S", program], env=environment, check=False).returncode


def test_a_worker_is_healthy_as_long_as_it_touches_its_file(tmp_path: Path) -> None:
    alive_file = tmp_path / "alive"
    alive_file.touch()
    fresh = _health(alive_file)
    os.utime(alive_file, (time.time() - 60, time.time() - 60))

    assert (fresh, _health(alive_file)) == (0, 1)


@pytest.mark.parametrize(("status", "expected"), [(200, 0), (503, 1)])
def test_the_web_is_healthy_when_it_says_that_it_lives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int, expected: int
) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/health/live" else 404)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing of requests."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    text = (PROJECT_DIR / "docker" / "image" / "health.py").read_text()
    program = tmp_path / "health.py"
    program.write_text(text.replace("8000", str(server.server_port)))
    monkeypatch.setenv("WORKER_ALIVE_FILE", str(tmp_path / "no-worker"))

    assert subprocess.run([sys.executable, "-S", program], check=False).returncode == expected
    server.shutdown()
    server.server_close()


def test_where_nothing_answers_nothing_is_healthy(tmp_path: Path) -> None:
    text = (PROJECT_DIR / "docker" / "image" / "health.py").read_text()
    program = tmp_path / "health.py"
    program.write_text(text.replace("8000", "1"))
    environment = os.environ | {"WORKER_ALIVE_FILE": str(tmp_path / "no-worker")}

    assert subprocess.run([sys.executable, "-S", program], env=environment, check=False).returncode == 1


async def test_a_worker_touches_its_file_again_and_again(tmp_path: Path) -> None:
    alive_file = tmp_path / "alive"
    saying = asyncio.create_task(say_alive(alive_file, every_seconds=0.01))
    async with asyncio.timeout(5):
        while not alive_file.exists():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        os.utime(alive_file, (0, 0))
        while alive_file.stat().st_mtime == 0:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    saying.cancel()
