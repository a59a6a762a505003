"""Writes docs/controls.md, runs the tests named after the security controls and says of each control what came out."""

import sys
from collections.abc import Callable

import pytest

from tests.controls import CONTROLS, CONTROLS_DOCUMENT, TESTS, Control, proofs, render_controls_document

PASSED: str = "passed"
FAILED: str = "FAILED"
NOT_APPLICABLE: str = "not applicable"


class Outcomes:
    """What came out of each test function, over all its cases; the test processes' reports arrive here."""

    def __init__(self) -> None:
        self.passed: dict[tuple[str, str], int] = {}
        self.failed: dict[tuple[str, str], int] = {}
        self.skipped: set[tuple[str, str]] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        file, _, name = report.nodeid.partition("[")[0].partition("::")
        test = (file.removeprefix("tests/"), name)
        if report.failed:
            self.failed[test] = self.failed.get(test, 0) + 1
        elif report.when == "call" and report.passed:
            self.passed[test] = self.passed.get(test, 0) + 1
        elif report.skipped:
            self.skipped.add(test)

    def of(self, test: tuple[str, str]) -> str:
        if failed := self.failed.get(test):
            return f"{FAILED} ({failed})"
        if passed := self.passed.get(test):
            return f"{PASSED} ({passed})"
        return "skipped" if test in self.skipped else "not run"


def main(print_line: Callable[[str], object], arguments: list[str]) -> int:
    CONTROLS_DOCUMENT.write_text(render_controls_document())
    tests = {number: [(file, name) for file in files for name in files[file]] for number, files in proofs().items()}
    files = sorted({str(TESTS / file) for named in tests.values() for file, _ in named})
    outcomes = Outcomes()
    pytest.main(["-n", "2", "-k", "test_control_", *files, *arguments], plugins=[outcomes])
    counted = dict.fromkeys((PASSED, FAILED, NOT_APPLICABLE), 0)
    for control in CONTROLS:
        result = result_of(control, tests[control.number], outcomes)
        counted[result] += 1
        print_line(f"\n{control.number:>2}  {control.title}: {result}\n")
        if control.not_applicable:
            print_line(f"      because {control.not_applicable}\n")
        for file, name in tests[control.number]:
            print_line(f"      {outcomes.of((file, name)):<12} {file}::{name}\n")
    print_line(
        f"\ncontrols={len(CONTROLS)} passed={counted[PASSED]} not_applicable={counted[NOT_APPLICABLE]}"
        f" failed={counted[FAILED]}\n"
    )
    return 1 if counted[FAILED] else 0


def result_of(control: Control, tests: list[tuple[str, str]], outcomes: Outcomes) -> str:
    """One test that passed is needed, and none that failed or never came to run; the same where the tests hold that it does not apply."""
    have_run = all(test in outcomes.passed or test in outcomes.skipped for test in tests)
    if (
        not have_run
        or any(test in outcomes.failed for test in tests)
        or not any(test in outcomes.passed for test in tests)
    ):
        return FAILED
    return NOT_APPLICABLE if control.not_applicable else PASSED


if __name__ == "__main__":
    sys.exit(main(sys.stdout.write, sys.argv[1:]))
