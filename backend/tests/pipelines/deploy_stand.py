"""A copy of the deploy script in a repository of its own, with programs that only record, and a product that answers."""

import compileall
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from app.config import PROJECT_DIR

LAYERS = ("registry", "network", "database", "secrets", "service")
PASSWORD = "the-registry-password"
_CONSTANTS = 'locals {\n  x = {\n    domain_name = "invoices.acme.test"\n    web_runtime = "%s"\n    certificate_arn = "arn:c"\n  }\n}\n'


@dataclass
class Product:
    """What stands at the address that people use."""

    url: str
    ready_status: int = 200
    readiness: str = '{"status": "ok"}'
    front_page: str = "<title>Quittance</title>"
    asked: list[str] = field(default_factory=list[str])


@contextmanager
def product() -> Generator[Product]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.asked.append(self.path)
            is_health = self.path == "/health/ready"
            body = state.readiness if is_health else state.front_page
            self.send_response(state.ready_status if is_health else 200)
            self.send_header("Content-Type", "application/json" if is_health else "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - named so by the class above
            return

    server = HTTPServer(("127.0.0.1", 0), Answer)
    state = Product(url=f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Stand:
    """Copied from a template, since git takes longer than everything else."""

    def __init__(self, folder: Path, product: Product, *, template: Path, web_runtime: str) -> None:
        self.repository = shutil.copytree(template, folder / "repository")
        self.product = product
        self._folder = folder / "stand"
        self._programs = folder / "bin"
        self._folder.mkdir()
        self._programs.mkdir()
        for name in ("aws", "docker", "terraform"):
            program = self._programs / name
            shutil.copy(Path(__file__).with_name("fake_program.sh"), program)
            program.chmod(0o755)
        # Nothing else of the machine's is on PATH, so that a program that is taken away is really missing.
        for tool in ("git", "cat", "cp", "sleep", "touch"):
            (self._programs / tool).symlink_to(shutil.which(tool) or tool)
        self._write_outputs(web_runtime)
        self.previous, self.revision = (self.repository / ".git" / "revisions").read_text().split()
        self.runs(self.previous)
        self.write("failing", "")
        self.write("started", '{"task": "arn:task", "reason": null}')
        self.write("migration", '{"exit": 0, "reason": "Essential container in task exited"}')

    def commit(self, path: str) -> str:
        return commit(self.repository, path)

    def git(self, *arguments: str) -> str:
        return git(self.repository, *arguments)

    def write(self, name: str, text: str) -> None:
        (self._folder / name).write_text(text)

    def has(self, name: str) -> bool:
        return (self._folder / name).exists()

    def read(self, name: str) -> str:
        return (self._folder / name).read_text().strip()

    def runs(self, web: str, worker: str | None = None) -> None:
        self.write("web", web)
        self.write("worker", worker or web)

    def is_empty(self) -> None:
        """Nothing was ever deployed."""
        for path in self._folder.glob("outputs-*"):
            path.unlink()

    def fails(self, pattern: str, words: str = "a planted failure", status: int = 1) -> None:
        """Let every later call that fits the pattern end badly."""
        with (self._folder / "failing").open("a") as file:
            file.write(f"{pattern}|{status}|{words}\n")

    def lacks(self, program: str) -> None:
        (self._programs / program).unlink()

    @property
    def calls(self) -> list[str]:
        path = self._folder / "calls"
        return path.read_text().splitlines() if path.exists() else []

    def called(self, part: str) -> list[str]:
        return [call for call in self.calls if part in call]

    @property
    def running(self) -> tuple[str, str]:
        return self.read("web"), self.read("worker")

    def command(self) -> list[str]:
        return [sys.executable, "-S", str(self.repository / "scripts" / "deploy.py")]

    def environment(self, **variables: str) -> dict[str, str]:
        known = {
            "ENV": "staging",
            "YES": "1",
            "AWS_ACCOUNT_ID": "123456789012",
            "AWS_REGION": "eu-central-1",
            "LAYERS": "service",
        }
        return {
            "PATH": str(self._programs),
            "STAND": str(self._folder),
            "SMOKE_SECONDS": "0",
            "HOME": str(self._folder),
            **known,
            **variables,
        }

    def deploy(self, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(),
            env=self.environment(**variables),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    def _write_outputs(self, web_runtime: str) -> None:
        is_apprunner = web_runtime == "apprunner"
        self._write_output("outputs-registry", repository_url="registry.example/quittance", repository_name="quittance")
        shutil.copy(self._folder / "outputs-registry", self._folder / "registry")
        self._write_output(
            "outputs",
            cluster_name="cluster",
            worker_service_name="worker",
            web_runtime=web_runtime,
            web_service_arn="arn:web" if is_apprunner else None,
            web_service_name=None if is_apprunner else "web",
            web_url=self.product.url,
            web_direct_url=None,
            web_log_group_names=["/aws/apprunner/a", "/aws/apprunner/b"],
            log_retention_days=30,
            migration_task_definition="migration:7",
            migration_log_group_name="/quittance-staging/migrate",
            migration_subnet_ids=["subnet-1", "subnet-2"],
            migration_security_group_ids=["sg-1"],
        )
        shutil.copy(self._folder / "outputs", self._folder / "outputs-service")

    def _write_output(self, file: str, **values: Any) -> None:
        self.write(file, json.dumps({name: {"value": value} for name, value in values.items()}))


def make_repository(repository: Path, *, web_runtime: str) -> Path:
    """The deploy script, empty layers, and two commits: the one that runs and the next."""
    scripts = repository / "scripts"
    shutil.copytree(
        PROJECT_DIR / "scripts" / "deploying", scripts / "deploying", ignore=shutil.ignore_patterns("__pycache__")
    )
    for name in ("deploy.py", "changed_areas.py"):
        shutil.copy(PROJECT_DIR / "scripts" / name, scripts / name)
    compileall.compile_dir(scripts, quiet=1)
    for layer in LAYERS:
        (repository / "infra" / "layers" / layer).mkdir(parents=True)
        (repository / "infra" / "layers" / layer / "main.tf").touch()
    (repository / "infra" / "environments").mkdir()
    for environment in ("staging", "production"):
        (repository / "infra" / "environments" / f"{environment}.tf").write_text(_CONSTANTS % web_runtime)
    (repository / ".gitignore").write_text("__pycache__/\n")
    git(repository, "init", "-q", "-b", "main")
    revisions = [commit(repository, f"backend/app/{name}.py") for name in ("old", "new")]
    (repository / ".git" / "revisions").write_text("\n".join(revisions))
    return repository


def commit(repository: Path, path: str) -> str:
    file = repository / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(path)
    git(repository, "add", "--all")
    git(repository, "commit", "-q", "-m", path)
    return git(repository, "rev-parse", "HEAD")


def git(repository: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false")
    command = ["git", *identity, *arguments]
    return subprocess.run(command, cwd=repository, check=True, capture_output=True, text=True).stdout.strip()
