"""Reads the SQL of every new migration for what would hold up or break a running release (squawk)."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from app.db import migrations

# Written and run everywhere before this check began; 0013 says itself that it holds up whoever enqueues.
LAST_UNCHECKED = "0013"
# What does not fit here, and why. A migration that must break another rule says so in itself: -- squawk-ignore <rule>
EXCLUDED = {
    "prefer-robust-stmts": "each migration is one transaction: it is applied as a whole or not at all",
    "prefer-bigint-over-int": "HTTP statuses, counts and minor units know their size",
    "prefer-text-field": "lengths are limits that the API tells, too; lib/fields.py has them",
    "prefer-identity": "ids are UUIDv7, made by the application",
}


def lint(path: Path) -> subprocess.CompletedProcess[str]:
    squawk = shutil.which("squawk", path=str(Path(sys.executable).parent))
    if squawk is None:
        raise SystemExit("squawk isn't installed: run `make install`.")
    excluded = ",".join(EXCLUDED)
    options = ["--pg-version=18", "--reporter=gcc", f"--exclude={excluded}"]
    return subprocess.run([squawk, *options, str(path)], capture_output=True, text=True, check=False)


def main() -> int:
    found = 0
    newer = migrations.revisions_after(LAST_UNCHECKED)
    with tempfile.TemporaryDirectory(prefix="quittance-migrations-") as folder:
        for before, revision in newer:
            path = Path(folder) / f"{revision}.sql"
            path.write_text(migrations.sql_of(revision, after=before))
            completed = lint(path)
            if completed.returncode != 0:
                found += 1
                print(completed.stdout + completed.stderr, file=sys.stderr)
    print(f"migrations={len(newer)} unchecked_up_to={LAST_UNCHECKED} with_findings={found}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
