"""The one required check of a pull request."""

import json
from typing import Any

import pytest

from ci_gate import main, objections


def outcome(result: str, **selected: bool) -> dict[str, Any]:
    return {"result": result, "outputs": {area: str(value).lower() for area, value in selected.items()}}


def test_passes_when_what_was_selected_succeeded_and_the_rest_was_skipped() -> None:
    needs = {
        "changes": outcome("success", backend=True, infra=False),
        "backend": outcome("success"),
        "infra": outcome("skipped"),
        "secrets": outcome("success"),
    }

    assert objections(needs) == []


@pytest.mark.parametrize("result", ["failure", "cancelled", "skipped"])
def test_a_selected_job_must_have_succeeded(result: str) -> None:
    needs = {"changes": outcome("success", backend=True), "backend": outcome(result)}

    assert [objection.split(":")[0] for objection in objections(needs)] == ["backend"]


@pytest.mark.parametrize("result", ["failure", "cancelled"])
def test_a_job_that_was_not_selected_may_be_skipped_but_not_fail(result: str) -> None:
    needs = {"changes": outcome("success", backend=False), "backend": outcome(result)}

    assert objections(needs) == [f"backend: {result}"]


def test_a_job_without_detection_may_not_be_skipped() -> None:
    needs = {"changes": outcome("success", backend=False), "secrets": outcome("skipped")}

    assert objections(needs) == ["secrets: skipped, although it was selected"]


@pytest.mark.parametrize("result", ["failure", "cancelled", "skipped"])
def test_without_detection_every_other_job_is_skipped_and_the_gate_stays_shut(result: str) -> None:
    needs = {"changes": outcome(result), "backend": outcome("skipped")}

    assert len(objections(needs)) == 1


def test_the_exit_status_is_what_github_reads(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NEEDS", json.dumps({"changes": outcome("success", docs=True), "docs": outcome("failure")}))

    assert main() == 1
    assert "::error::docs: failure" in capsys.readouterr().out
