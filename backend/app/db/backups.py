"""Takes a backup of one moment while everybody goes on writing: pg_dump and the checksums read the same snapshot."""

import shutil
import subprocess
from pathlib import Path

import msgspec
import psycopg
from psycopg.rows import dict_row

from app.config import VERSION
from app.db.backup_files import (
    DUMP,
    FORMAT,
    BackupError,
    DatabaseRole,
    Manifest,
    Progress,
    digest_of,
    private_file,
    write_manifest,
)
from app.db.fingerprints import AnyConnection, begin_snapshot, take_fingerprint
from app.db.pg_tools import find_tool, libpq_url, tool_environment

_ROLES = """
    SELECT rolname AS name, rolcanlogin AS can_login, rolinherit AS inherits, rolsuper AS is_superuser,
           rolbypassrls AS bypasses_row_security, rolcreatedb AS can_create_databases, rolcreaterole AS can_create_roles,
           ARRAY(SELECT g.rolname::text FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid WHERE m.member = r.oid ORDER BY 1)
           AS member_of
      FROM pg_roles r
     WHERE oid IN (
           SELECT refobjid FROM pg_shdepend
            WHERE refclassid = 'pg_authid'::regclass
              AND (dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
                   OR (classid = 'pg_database'::regclass AND objid = (SELECT oid FROM pg_database WHERE datname = current_database()))))
     ORDER BY rolname
"""
_ABOUT = """
    SELECT current_setting('server_version_num')::int, (SELECT string_agg(version_num, ',') FROM public.alembic_version),
           (SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()), clock_timestamp(), pg_export_snapshot()
"""


def take_backup(admin_url: str, folder: Path, progress: Progress) -> Manifest:
    """Write a backup into a folder that does not exist yet; on any failure leave nothing behind."""
    if folder.exists():
        raise BackupError(f"{folder} is already there: name a folder that does not exist yet.")
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700, parents=True)
    try:
        manifest = _write(admin_url, unfinished, progress)
        unfinished.rename(folder)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return manifest


def _write(admin_url: str, folder: Path, progress: Progress) -> Manifest:
    dump = private_file(folder / DUMP)
    with psycopg.connect(libpq_url(admin_url), autocommit=True, connect_timeout=10) as connection:
        refuse_blind_role(connection)
        begin_snapshot(connection)
        about = connection.execute(_ABOUT).fetchone()
        assert about is not None  # a SELECT without FROM has one row
        server_version, revision, owner, snapshot_at, snapshot = about
        roles = [msgspec.convert(row, DatabaseRole) for row in connection.cursor(row_factory=dict_row).execute(_ROLES)]
        pg_dump = find_tool("pg_dump", at_least=server_version // 10000)
        options = ["--format=custom", "--no-password", "--encoding=UTF8", "--lock-wait-timeout=30s"]
        with tool_environment(admin_url) as (address, environment):
            command = [pg_dump, *options, f"--snapshot={snapshot}", f"--file={dump}", f"--dbname={address}"]
            process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
            try:
                # While pg_dump reads the snapshot, so do the checksums.
                fingerprint = take_fingerprint(connection, progress.table)
                _wait(process, dump, progress)
            finally:
                if process.poll() is None:
                    process.kill()
                    process.wait()
    dump_bytes, dump_sha256 = digest_of(dump)
    manifest = Manifest(
        format=FORMAT,
        version=VERSION,
        schema_revision=revision,
        snapshot_at=snapshot_at,
        server_version=server_version,
        database_owner=owner,
        dump_bytes=dump_bytes,
        dump_sha256=dump_sha256,
        roles=roles,
        fingerprint=fingerprint,
    )
    write_manifest(folder, manifest)
    return manifest


def refuse_blind_role(connection: AnyConnection) -> None:
    """Row-level security binds the owner, too: whoever cannot see past it would back up a database without its rows."""
    row = connection.execute(
        "SELECT rolname, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    assert row is not None  # whoever is connected is a role
    name, sees_everything = row
    if not sees_everything:
        raise BackupError(
            f"The role {name} does not see all rows: set DATABASE_ADMIN_URL to a superuser, "
            "or to a role with BYPASSRLS and pg_read_all_data."
        )


def _wait(process: subprocess.Popen[str], dump: Path, progress: Progress) -> None:
    while True:
        try:
            _, complaint = process.communicate(timeout=1)
            break
        except subprocess.TimeoutExpired:
            progress.detail(f"pg_dump has written {dump.stat().st_size / 1e6:.0f} MB")
    if process.returncode != 0:
        raise BackupError(f"pg_dump failed: {complaint.strip() or f'exit status {process.returncode}'}")
