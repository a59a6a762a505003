"""Runs every migration on a throwaway PostgreSQL and has squawk read what they really sent: would it hold up a running installation?"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.script import Script, ScriptDirectory
from sqlalchemy import event

from app.db import migrations
from app.db.embedded import EmbeddedPostgres
from tests.support.database import create_database

# Up to here nobody had data yet that a lock could have kept them from.
_LAST_BEFORE_ANYBODY_RAN_IT = "0013"
_PASSED_OVER = {
    "prefer-text-field": "a varchar's length is part of the model, and only ever grows",
    "prefer-bigint-over-int": "counters of one object",
    "prefer-bigint-over-smallint": "counters of one object",
    "require-lock-timeout": "alembic/env.py sets it for all",
    "require-statement-timeout": "alembic/env.py sets it for all",
}
_NOT_OURS = ("SELECT", "SET", "SHOW", "INSERT INTO ALEMBIC_VERSION", "UPDATE ALEMBIC_VERSION")
_PLANTED_FAULT = "ALTER TABLE invoices DROP COLUMN number;"


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="quittance-squawk-") as folder:
        planted = Path(folder) / "planted.sql"
        planted.write_text(_PLANTED_FAULT)
        if not findings(planted, passed_over=set()):
            print("squawk finds nothing in a dropped column: it doesn't work here.", file=sys.stderr)
            return 1
        written = write_statements(Path(folder))
        found = 0
        for script, file in written:
            if script.revision <= _LAST_BEFORE_ANYBODY_RAN_IT:
                continue
            # A migration that must do it nevertheless says so: `deliberate = {"ban-drop-column": "why"}`.
            deliberate: dict[str, str] = getattr(script.module, "deliberate", {})
            for finding in findings(file, passed_over=set(deliberate)):
                found += 1
                print(f"{Path(script.path).name}: {finding['rule_name']}: {finding['message']}", file=sys.stderr)
                print(f"    {_statement_at(file, finding['line'])}", file=sys.stderr)
    checked = sum(script.revision > _LAST_BEFORE_ANYBODY_RAN_IT for script, _ in written)
    print(f"migrations={len(written)} checked={checked} findings={found}")
    return 1 if found else 0


def write_statements(folder: Path) -> list[tuple[Script, Path]]:
    """Go through the migrations one by one, and write what each sent into a file of its own."""
    server = EmbeddedPostgres(folder / "pg", fsync=False).start()
    sent: list[str] = []

    def record(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.lstrip().upper().startswith(_NOT_OURS):
            sent.append(statement.strip().rstrip(";") + ";\n")

    event.listen(sa.Engine, "before_cursor_execute", record)
    try:
        create_database(server, "migrated")
        url = server.owner_url("migrated")
        scripts = list(ScriptDirectory.from_config(migrations.alembic_config(url)).walk_revisions())
        written: list[tuple[Script, Path]] = []
        for script in reversed(scripts):
            sent.clear()
            migrations.upgrade(url, script.revision)
            file = folder / f"{script.revision}.sql"
            file.write_text("".join(sent))
            written.append((script, file))
    finally:
        event.remove(sa.Engine, "before_cursor_execute", record)
        server.stop()
    return written


def findings(file: Path, *, passed_over: set[str]) -> list[dict[str, Any]]:
    excluded = [f"--exclude={rule}" for rule in {*_PASSED_OVER, *passed_over}]
    command = ["squawk", "--pg-version=18.0", "--assume-in-transaction", "--reporter=json", *excluded, str(file)]
    linted = subprocess.run(command, capture_output=True, text=True, check=False)
    if linted.returncode not in {0, 1}:
        raise RuntimeError(linted.stderr)
    return json.loads(linted.stdout or "[]")


def _statement_at(file: Path, line: int) -> str:
    return file.read_text().splitlines()[line].strip()


if __name__ == "__main__":
    sys.exit(main())
