"""What a backup is on disk: a folder that only its owner can enter, with the dump and a manifest to check it by."""

import hashlib
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec

from app.db.fingerprints import Fingerprint

FORMAT = 1
DUMP = "data.dump"
MANIFEST = "manifest.json"


class BackupError(Exception):
    """Says in one sentence why there is no backup, or why it was not restored."""


class Progress:
    """Says each step, and of what goes by quickly only what stands there when a second is over."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._said_at = time.monotonic()

    def step(self, text: str) -> None:
        self._said_at = time.monotonic()
        self._say(text)

    def detail(self, text: str) -> None:
        if time.monotonic() - self._said_at >= 1:
            self.step(text)

    def table(self, done: int, count: int, name: str) -> None:
        self.detail(f"table {done + 1} of {count}: {name}")


class DatabaseRole(msgspec.Struct, frozen=True, kw_only=True):
    """A role that owns something or may do something here, without its password."""

    name: str
    can_login: bool
    inherits: bool
    is_superuser: bool
    bypasses_row_security: bool
    can_create_databases: bool
    can_create_roles: bool
    member_of: list[str]


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    format: int
    version: str
    schema_revision: str
    snapshot_at: datetime
    server_version: int
    database_owner: str
    dump_bytes: int
    dump_sha256: str
    roles: list[DatabaseRole]
    fingerprint: Fingerprint

    @property
    def server_major(self) -> int:
        return self.server_version // 10000


def write_manifest(folder: Path, manifest: Manifest) -> None:
    write_to = private_file(folder / MANIFEST)
    write_to.write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=1))


def read_manifest(folder: Path) -> Manifest:
    """Read and check the manifest, and that the dump beside it is the one it describes."""
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except FileNotFoundError:
        raise BackupError(f"{folder} is no backup: it has no {MANIFEST}.") from None
    except msgspec.MsgspecError as error:
        raise BackupError(f"{folder / MANIFEST} cannot be read: {error}.") from None
    if manifest.format != FORMAT:
        raise BackupError(
            f"{folder} has format {manifest.format}; this version reads {FORMAT}. Restore with the version that made it."
        )
    dump = folder / DUMP
    if not dump.is_file() or digest_of(dump) != (manifest.dump_bytes, manifest.dump_sha256):
        raise BackupError(f"{dump} is missing, cut short or changed since it was written. Nothing was restored.")
    return manifest


def digest_of(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        return path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()


def private_file(path: Path) -> Path:
    path.touch(mode=0o600)
    return path
