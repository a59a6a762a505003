"""Restores a backup into an empty database, all of it or nothing, and proves that what is there is what was backed up."""

import subprocess
from pathlib import Path

import psycopg
from psycopg import sql

from app.db.backup_files import DUMP, BackupError, DatabaseRole, Manifest, Progress, read_manifest
from app.db.backups import refuse_blind_role
from app.db.fingerprints import AnyConnection, begin_snapshot, take_fingerprint
from app.db.pg_tools import find_tool, libpq_url, tool_environment

_CONTENTS = """
    SELECT count(*) FROM (
        SELECT 1 FROM pg_class
         WHERE relnamespace NOT IN (SELECT oid FROM pg_namespace WHERE nspname ~ '^pg_' OR nspname = 'information_schema')
        UNION ALL
        SELECT 1 FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        UNION ALL
        SELECT 1 FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'public')
    ) AS contents
"""
_PRESENT_ROLE = """
    SELECT rolcanlogin, rolinherit, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = %s
"""


def restore_backup(admin_url: str, folder: Path, progress: Progress) -> tuple[Manifest, list[str]]:
    """Return the manifest and the roles that still need a password; raise `BackupError`, before any change where possible."""
    manifest = read_manifest(folder)
    progress.step(
        f"backup of {manifest.snapshot_at:%Y-%m-%d %H:%M:%S} UTC, version {manifest.version}, schema {manifest.schema_revision}"
    )
    with psycopg.connect(libpq_url(admin_url), autocommit=True, connect_timeout=10) as connection:
        server_major = connection.info.server_version // 10000
        if server_major < manifest.server_major:
            raise BackupError(
                f"This server is PostgreSQL {server_major}; the backup needs {manifest.server_major} or newer."
            )
        refuse_blind_role(connection)
        _refuse_contents(connection)
        missing = _missing_roles(connection, manifest.roles)
        pg_restore = find_tool("pg_restore", at_least=max(server_major, manifest.server_major))
        with connection.transaction():
            _create_roles(connection, missing, progress)
            _give_database_to(connection, manifest.database_owner)
        progress.step(f"restoring {manifest.dump_bytes / 1e6:.1f} MB into {connection.info.dbname}")
        _run_pg_restore(pg_restore, admin_url, folder / DUMP)
        progress.step("comparing every table and object with the manifest")
        _verify(connection, manifest, progress)
        connection.execute("ANALYZE")
    return manifest, [role.name for role in missing if role.can_login]


def _refuse_contents(connection: AnyConnection) -> None:
    row = connection.execute(_CONTENTS).fetchone()
    if row is None or row[0]:
        raise BackupError(
            f"The database {connection.info.dbname} is not empty: a backup is restored into a new, empty one. Nothing was changed."
        )


def _missing_roles(connection: AnyConnection, roles: list[DatabaseRole]) -> list[DatabaseRole]:
    """Those to make; one that is there already must be able to do just as much, or its rights would grow by the restore."""
    missing: list[DatabaseRole] = []
    for role in roles:
        present = connection.execute(_PRESENT_ROLE, [role.name]).fetchone()
        if present is None and role.is_superuser:
            raise BackupError(
                f"The role {role.name} is a superuser: make it yourself, then restore. Nothing was changed."
            )
        if present is None:
            missing.append(role)
            continue
        wanted = (
            role.can_login,
            role.inherits,
            role.is_superuser,
            role.bypasses_row_security,
            role.can_create_databases,
            role.can_create_roles,
        )
        if tuple(present) != wanted:
            raise BackupError(
                f"The role {role.name} is there with other attributes than in the backup: drop it, or make it alike. Nothing was changed."
            )
    return missing


def _create_roles(connection: AnyConnection, roles: list[DatabaseRole], progress: Progress) -> None:
    for role in roles:
        connection.execute(sql.SQL("CREATE ROLE {} {}").format(sql.Identifier(role.name), _attributes(role)))
        progress.step(f"role {role.name} made, without a password")
    for role in roles:
        for group in role.member_of:
            if connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [group]).fetchone() is None:
                progress.step(f"role {role.name} was a member of {group}, which this server does not have")
                continue
            connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(group), sql.Identifier(role.name)))


def _attributes(role: DatabaseRole) -> sql.Composed:
    return sql.SQL(" ").join(
        (
            sql.SQL("LOGIN" if role.can_login else "NOLOGIN"),
            sql.SQL("INHERIT" if role.inherits else "NOINHERIT"),
            sql.SQL("BYPASSRLS" if role.bypasses_row_security else "NOBYPASSRLS"),
            sql.SQL("CREATEDB" if role.can_create_databases else "NOCREATEDB"),
            sql.SQL("CREATEROLE" if role.can_create_roles else "NOCREATEROLE"),
        )
    )


def _give_database_to(connection: AnyConnection, owner: str) -> None:
    if connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [owner]).fetchone() is None:
        raise BackupError(f"The role {owner} owned the database and is not in the backup: make it, then restore.")
    database = sql.Identifier(connection.info.dbname)
    connection.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(database, sql.Identifier(owner)))


def _run_pg_restore(pg_restore: Path, admin_url: str, dump: Path) -> None:
    options = ["--exit-on-error", "--single-transaction", "--no-password"]
    with tool_environment(admin_url) as (address, environment):
        completed = subprocess.run(
            [pg_restore, *options, f"--dbname={address}", dump],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    if completed.returncode != 0:
        said = completed.stderr.strip() or f"exit status {completed.returncode}"
        raise BackupError(f"pg_restore failed, and the database is as empty as before: {said}")


def _verify(connection: AnyConnection, manifest: Manifest, progress: Progress) -> None:
    begin_snapshot(connection)
    restored = take_fingerprint(connection, progress.table)
    connection.execute("ROLLBACK")
    if differences := manifest.fingerprint.differences(restored):
        listed = "\n  ".join(differences)
        raise BackupError(f"The restored database is not the one that was backed up. Do not use it.\n  {listed}")
