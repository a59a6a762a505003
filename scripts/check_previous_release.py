"""The previous release must go on working on the new schema: while a deploy is under way, and after it is rolled back.

Its tests run in a worktree of their own, whose database is built by the present migrations.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT_DIR = Path(__file__).resolve().parents[1]
VERSIONS = Path("backend/alembic/versions")
LONGEST_SECONDS = 600
# What people do all day, and what the queue does; whatever of it the previous release has.
TESTS = (
    "tests/access/test_access.py",
    "tests/customers/test_customers_api.py",
    "tests/invoices/test_issuing.py",
    "tests/invoices/test_process_invoice.py",
    "tests/payments/test_payments_api.py",
    "tests/events/test_stream.py",
    "tests/queue/test_enqueue.py",
    "tests/db/test_tenancy.py",
)


def git(*arguments: str) -> str:
    completed = subprocess.run(["git", *arguments], cwd=PROJECT_DIR, capture_output=True, text=True, check=False)
    return completed.stdout.strip() if completed.returncode == 0 else ""


def previous_release() -> str:
    """The newest release before this commit; before the first one, where this branch left the main one."""
    found = git("describe", "--tags", "--abbrev=0", "--match", "v[0-9]*", "HEAD^")
    return found or git("merge-base", "HEAD", "origin/main") or git("merge-base", "HEAD", "main")


def main() -> int:
    base = sys.argv[1] if len(sys.argv) > 1 else previous_release()
    if not base:
        print(
            "Neither a release nor the main branch is here: fetch the whole history (fetch-depth: 0).", file=sys.stderr
        )
        return 2
    if not git("diff", "--name-only", base, "HEAD", "--", str(VERSIONS)):
        print(f"previous_release={base} schema=unchanged tests=not_needed")
        return 0
    with tempfile.TemporaryDirectory(prefix="quittance-previous-") as folder:
        worktree = Path(folder) / "previous"
        subprocess.run(
            ["git", "worktree", "add", "--quiet", "--detach", str(worktree), base], cwd=PROJECT_DIR, check=True
        )
        try:
            return _run_tests(base, worktree)
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", str(worktree)], cwd=PROJECT_DIR, check=False)


def _run_tests(base: str, worktree: Path) -> int:
    shutil.rmtree(worktree / VERSIONS)
    shutil.copytree(PROJECT_DIR / VERSIONS, worktree / VERSIONS, ignore=shutil.ignore_patterns("__pycache__"))
    backend = worktree / "backend"
    present = [test for test in TESTS if (backend / test).exists()]
    command = [sys.executable, "-m", "pytest", "-n", "2", "-p", "no:cacheprovider", *present, *sys.argv[2:]]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    try:
        status = subprocess.run(command, cwd=backend, env=environment, check=False, timeout=LONGEST_SECONDS).returncode
    except subprocess.TimeoutExpired:
        print(f"The tests of {base} took more than {LONGEST_SECONDS} s.", file=sys.stderr)
        status = 1
    print(f"previous_release={base[:12]} schema=new tests={'passed' if status == 0 else 'FAILED'} files={len(present)}")
    return 1 if status else 0


if __name__ == "__main__":
    sys.exit(main())
