"""What a database holds, in a form that two databases can be compared by: rows and checksum of each table, a digest of each object."""

import hashlib
import re
from collections.abc import Callable
from typing import Any

import msgspec
from psycopg import Connection, sql
from psycopg.rows import TupleRow

type AnyConnection = Connection[TupleRow]

# A row's text depends on these.
_SETTINGS = (
    "SET LOCAL timezone = 'UTC'",
    "SET LOCAL datestyle = 'ISO, YMD'",
    "SET LOCAL intervalstyle = 'postgres'",
    "SET LOCAL extra_float_digits = 1",
    "SET LOCAL bytea_output = 'hex'",
    "SET LOCAL search_path = public, pg_catalog",
    # An error, instead of silently fewer rows, where a policy would hide some.
    "SET LOCAL row_security = off",
    "SET LOCAL statement_timeout = 0",
    "SET LOCAL idle_in_transaction_session_timeout = 0",
)
# Sums, so that no order of rows is needed and nothing is held in memory; two halves of SHA-256, so that equal sums mean equal rows.
_CHECKSUM = """
    SELECT count(*),
           coalesce(sum(('x' || substr(digest, 1, 16))::bit(64)::bigint::numeric), 0)::text || ':' ||
           coalesce(sum(('x' || substr(digest, 17, 16))::bit(64)::bigint::numeric), 0)::text
      FROM (SELECT encode(sha256(convert_to(t::text, 'UTF8')), 'hex') AS digest FROM ONLY {} AS t) AS digests
"""
_TABLES = """
    SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' ORDER BY 1
"""
_SEQUENCES = """
    SELECT c.relname, coalesce(pg_sequence_last_value(c.oid), 0)
      FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'S' ORDER BY 1
"""
# Kind, name, and all that says what the object is and who may do what with it.
_OBJECTS = """
    SELECT 'table', c.relname, concat_ws('|', c.relkind, c.relrowsecurity, c.relforcerowsecurity, pg_get_userbyid(c.relowner),
           (SELECT string_agg(acl::text, ',' ORDER BY acl::text)
              FROM unnest(coalesce(c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner))) AS acl),
           array_to_string(c.reloptions, ','), CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END)
      FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
    UNION ALL
    SELECT 'column', c.relname || '.' || a.attname, concat_ws('|', format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
           a.attgenerated, pg_get_expr(d.adbin, d.adrelid),
           (SELECT string_agg(acl::text, ',' ORDER BY acl::text) FROM unnest(a.attacl) AS acl))
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'c')
    UNION ALL
    SELECT 'constraint', conrelid::regclass || '.' || conname, concat_ws('|', pg_get_constraintdef(oid), convalidated)
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
    UNION ALL
    SELECT 'index', i.indexrelid::regclass::text, concat_ws('|', pg_get_indexdef(i.indexrelid), i.indisvalid)
      FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid WHERE c.relnamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'policy', tablename || '.' || policyname, concat_ws('|', permissive, roles::text, cmd, qual, with_check)
      FROM pg_policies WHERE schemaname = 'public'
    UNION ALL
    SELECT 'trigger', tgrelid::regclass || '.' || tgname, concat_ws('|', pg_get_triggerdef(t.oid), tgenabled)
      FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT tgisinternal AND c.relnamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'function', p.oid::regprocedure::text, concat_ws('|', pg_get_functiondef(p.oid), pg_get_userbyid(p.proowner),
           (SELECT string_agg(acl::text, ',' ORDER BY acl::text) FROM unnest(coalesce(p.proacl, acldefault('f', p.proowner))) AS acl))
      FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prokind IN ('f', 'p')
    UNION ALL
    SELECT 'default privileges', concat_ws(' ', pg_get_userbyid(defaclrole), defaclobjtype),
           (SELECT string_agg(acl::text, ',' ORDER BY acl::text) FROM unnest(defaclacl) AS acl)
      FROM pg_default_acl WHERE defaclnamespace IN (0, 'public'::regnamespace)
    UNION ALL
    SELECT 'extension', extname, '' FROM pg_extension
    UNION ALL
    SELECT 'schema', nspname, pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
    ORDER BY 1, 2
"""

_CAST_ITEM = re.compile(r"\(('[^']*'::character varying)\)::text")
_CAST_LIST = re.compile(r"\(\(ARRAY(\[[^\]]*\])\)::text\[\]\)")


class TableState(msgspec.Struct, frozen=True):
    rows: int
    checksum: str


class Fingerprint(msgspec.Struct, frozen=True, kw_only=True):
    tables: dict[str, TableState]
    sequences: dict[str, int]
    objects: dict[str, str]

    def differences(self, restored: "Fingerprint") -> list[str]:
        """Say in what the restored database is not this one, table by table and object by object."""
        found = [
            f"table {name}: {_told(self.tables.get(name))} in the backup, {_told(restored.tables.get(name))} restored"
            for name in sorted(self.tables.keys() | restored.tables.keys())
            if self.tables.get(name) != restored.tables.get(name)
        ]
        found += [
            f"{name}: {'missing' if name not in restored.objects else 'not in the backup' if name not in self.objects else 'different'}"
            for name in sorted(self.objects.keys() | restored.objects.keys())
            if self.objects.get(name) != restored.objects.get(name)
        ]
        # A sequence is copied as it stands, not as of the snapshot: ahead is right, behind would give out an id twice.
        found += [
            f"sequence {name} is behind"
            for name, value in self.sequences.items()
            if restored.sequences.get(name, -1) < value
        ]
        return found


def begin_snapshot(connection: AnyConnection) -> None:
    """Begin a transaction that sees one moment of the whole database, and all rows of it."""
    connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    for setting in _SETTINGS:
        connection.execute(setting)


def take_fingerprint(connection: AnyConnection, progress: Callable[[int, int, str], None]) -> Fingerprint:
    """Read everything there is, in the connection's snapshot; `progress` gets how many tables of how many, and the next one's name."""
    names: list[str] = [row[0] for row in connection.execute(_TABLES)]
    tables: dict[str, TableState] = {}
    for done, name in enumerate(names):
        progress(done, len(names), name)
        row = connection.execute(sql.SQL(_CHECKSUM).format(sql.Identifier("public", name))).fetchone()
        assert row is not None  # an aggregate has one row
        tables[name] = TableState(rows=row[0], checksum=row[1])
    return Fingerprint(
        tables=tables,
        sequences={row[0]: row[1] for row in connection.execute(_SEQUENCES)},
        objects={f"{row[0]} {row[1]}": _digest(row[2]) for row in connection.execute(_OBJECTS)},
    )


def _digest(definition: Any) -> str:
    # PostgreSQL writes `state IN ('a', 'b')` in another way once it has read its own writing: the casts have moved inwards.
    text = _CAST_LIST.sub(r"(ARRAY\1)", _CAST_ITEM.sub(r"\1", str(definition)))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _told(state: TableState | None) -> str:
    return "no such table" if state is None else f"{state.rows} rows ({state.checksum[:12]}…)"
