"""Writes docs/permissions.md, runs the authorization matrix, and says of each of its three runs how much was tried and what failed."""

import sys
from collections import Counter
from collections.abc import Callable
from typing import cast

import msgspec
import pytest

from app.auth.permission_table import PERMISSIONS_DOCUMENT, render_permissions_document
from app.config import load_settings
from app.server.app import create_app
from app.server.openapi import routes_of

TESTS: tuple[str, ...] = ("tests/auth/test_authorization_matrix.py", "tests/auth/test_another_teams_places.py")
RUNS: tuple[str, ...] = ("both locks", "row-level security alone", "repository filters alone")


class Tally:
    """Adds up what each test of the matrix says it tried; the test processes' reports arrive here."""

    def __init__(self) -> None:
        self.of_run: dict[str, Counter[str]] = {run: Counter() for run in RUNS}
        self.identities: dict[str, int] = dict.fromkeys(RUNS, 0)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        run = next((run for run in RUNS if f"[{run}-" in report.nodeid), None)
        if run is None or (report.when != "call" and not report.failed):
            return
        told = dict(report.user_properties)
        tried = cast("dict[str, int]", told.get("authz", {}))
        self.of_run[run]["routes"] += "authz" in told
        self.of_run[run]["cases"] += tried.get("cases", 0)
        # A test that broke off before it had counted is a failure, too.
        self.of_run[run]["failures"] += max(tried.get("failures", 0), int(report.failed))
        self.identities[run] = max(self.identities[run], tried.get("identities", 0))


def write_permissions_document() -> None:
    production = msgspec.structs.replace(load_settings({"APP_ENV": "testing"}), environment="production")
    PERMISSIONS_DOCUMENT.write_text(render_permissions_document(routes_of(create_app(production))))


def main(print_line: Callable[[str], object]) -> int:
    write_permissions_document()
    tally = Tally()
    arguments = ["-n", "2", *TESTS, *sys.argv[1:]]
    status = pytest.main(arguments, plugins=[tally])
    for run, counted in tally.of_run.items():
        print_line(f"\n{run}\n")
        print_line(
            f"routes={counted['routes']} identities={tally.identities[run]} cases={counted['cases']} "
            f"failures={counted['failures']}\n"
        )
    is_whole = all(counted["routes"] and counted["cases"] for counted in tally.of_run.values())
    return int(status) if status or is_whole else 1


if __name__ == "__main__":
    sys.exit(main(sys.stdout.write))
