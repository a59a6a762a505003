"""Dashboards and alerts read nothing that /metrics does not tell, and say what to do."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from litestar import Litestar
from prometheus_client.parser import text_string_to_metric_families

from app.config import PROJECT_DIR, Settings
from app.db.session import SessionFactory
from app.lib import clock
from app.server.app import create_app
from tests.observing.test_metrics import BEARER, add_statistic, scraper, with_token

OPERATIONS = PROJECT_DIR / "docs" / "operations"
DASHBOARDS = sorted((OPERATIONS / "grafana").glob("*.json"))
ALERTS = OPERATIONS / "alerts.yml"
# Prometheus's own: whether a target answered, and the labels it puts on everything.
PROMETHEUS_METRICS = {"up"}
PROMETHEUS_LABELS = {"instance", "job"}
_METRIC = re.compile(r"\b(?:quittance|process|python)_\w+|\bup\b")
_LABELS = re.compile(r"(\w+)\s*(?:=~|!~|!=|=)\s*\"|by\s*\(([^)]*)\)")


@pytest.fixture
async def told(settings: Settings, committed_sessions: SessionFactory) -> dict[str, set[str]]:
    """Every sample's name with its labels, of an installation that has seen one request and one job."""
    app: Litestar = create_app(with_token(settings), sessions=committed_sessions)
    await add_statistic(committed_sessions, "send_email", clock.now(), succeeded=1)
    async with scraper(app) as prometheus:
        await prometheus.get("/health/live")
        answer: httpx.Response = await prometheus.get("/metrics", headers=BEARER)
    found: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found


def dashboard(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text())


def rules() -> list[dict[str, Any]]:
    return [rule for group in yaml.safe_load(ALERTS.read_text())["groups"] for rule in group["rules"]]


def expressions() -> Iterator[tuple[str, str]]:
    for path in DASHBOARDS:
        for panel in dashboard(path)["panels"]:
            for target in panel["targets"]:
                yield f"{path.name}: {panel['title']}", target["expr"]
    for rule in rules():
        yield rule["alert"], rule["expr"]


async def test_every_metric_and_label_is_one_that_the_application_tells(told: dict[str, set[str]]) -> None:
    known = set(told) | PROMETHEUS_METRICS
    labels = set[str]().union(*told.values()) | PROMETHEUS_LABELS
    read = 0
    for where, expression in expressions():
        metrics = set(_METRIC.findall(expression))
        asked_for = {
            name.strip() for one, several in _LABELS.findall(expression) for name in (one or several).split(",")
        }
        assert metrics, where
        assert metrics <= known, (where, metrics - known)
        assert asked_for <= labels, (where, asked_for - labels)
        read += 1

    assert read > 25


def test_there_is_a_dashboard_of_the_api_of_jobs_and_of_the_database() -> None:
    assert [path.stem for path in DASHBOARDS] == ["api", "database", "jobs"]
    assert len({dashboard(path)["uid"] for path in DASHBOARDS}) == 3


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)
def test_a_dashboard_can_be_imported_anywhere(path: Path) -> None:
    board = dashboard(path)

    assert board["title"].startswith("Quittance: ")
    assert board["schemaVersion"] >= 39
    assert "id" not in board, "Grafana would take it for one of its own"
    assert [(each["name"], each["type"]) for each in board["templating"]["list"]] == [("prometheus", "datasource")]
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])
    places = set[tuple[int, int]]()
    for panel in board["panels"]:
        assert panel["datasource"] == {"type": "prometheus", "uid": "${prometheus}"}
        assert panel["fieldConfig"]["defaults"]["unit"]
        at = panel["gridPos"]
        covered = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert places.isdisjoint(covered), panel["title"]
        assert at["x"] + at["w"] <= 24
        places |= covered


def test_every_alert_says_what_is_wrong_how_urgent_it_is_and_what_helps() -> None:
    assert len({rule["alert"] for rule in rules()}) == len(rules()) >= 8
    for rule in rules():
        assert rule["labels"]["severity"] in {"page", "ticket"}, rule["alert"]
        assert rule["annotations"]["summary"], rule["alert"]
        assert (PROJECT_DIR / rule["annotations"]["runbook"]).is_file(), rule["alert"]


async def test_the_databases_figures_are_told(told: dict[str, set[str]]) -> None:
    names = {name for name in told if name.startswith("quittance_database_")}

    assert names == {
        f"quittance_database_{name}"
        for name in ("up", "size_bytes", "connections", "connections_limit", "oldest_transaction_seconds")
    }
