"""The table of the security controls, and that those which do not apply here still don't."""

import ast
import re

from litestar import Litestar
from litestar.enums import RequestEncodingType

from app.config import PROJECT_DIR
from app.server.openapi import http_handlers
from tests.controls import CONTROLS, CONTROLS_DOCUMENT, TESTS, proofs, render_controls_document

APP = PROJECT_DIR / "backend" / "app"
HTTP_CLIENTS = {"httpx", "aiohttp", "requests", "urllib3", "urllib.request", "http.client", "niquests", "pycurl"}
FORMS = {"exchange_token", "revoke_token"}


def test_the_controls_document_is_current() -> None:
    assert CONTROLS_DOCUMENT.read_text() == render_controls_document(), "make controls writes it"


def test_every_control_stands_there_once_and_is_proven() -> None:
    assert [control.number for control in CONTROLS] == list(range(1, 41))
    assert [number for number, files in proofs().items() if not files] == []


def test_a_test_of_a_control_begins_with_its_number() -> None:
    named = {
        name for path in TESTS.rglob("test_*.py") for name in re.findall(r"def (test_control\w*)", path.read_text())
    }

    assert [name for name in named if not re.match(r"test_control_\d\d_[a-z]", name)] == []


def test_every_journey_that_is_named_exists() -> None:
    folder = PROJECT_DIR / "frontend" / "e2e"

    assert [name for control in CONTROLS for name in control.journeys if not (folder / name).is_file()] == []


def test_control_35_nothing_can_be_uploaded(app: Litestar) -> None:
    encodings = {
        handler.handler_name: getattr(
            handler.parsed_data_field.kwarg_definition, "media_type", RequestEncodingType.JSON
        )
        for _, handler in http_handlers(app)
        if handler.parsed_data_field is not None
    }

    assert {name for name, encoding in encodings.items() if encoding != RequestEncodingType.JSON} == FORMS
    assert {encodings[name] for name in FORMS} == {RequestEncodingType.URL_ENCODED}


def test_control_37_only_log_in_providers_are_asked_anything_over_http() -> None:
    asking = {
        path.relative_to(APP).parts[0]
        for path in APP.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if _imported(node) & HTTP_CLIENTS
    }

    assert asking == {"federation"}


def _imported(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        return {name for alias in node.names for name in (alias.name, alias.name.partition(".")[0])}
    if isinstance(node, ast.ImportFrom) and node.module:
        joined = {f"{node.module}.{alias.name}" for alias in node.names}
        return {node.module, node.module.partition(".")[0], *joined}
    return set()


def test_control_38_nobody_reports_payments_from_outside(app: Litestar) -> None:
    locked = (PROJECT_DIR / "backend" / "requirements" / "runtime.lock").read_text()
    paths = {path for path, _ in http_handlers(app)}

    assert not re.search(r"^(stripe|braintree|mollie|paypal|adyen)\b", locked, re.MULTILINE | re.IGNORECASE)
    assert not [path for path in paths if re.search(r"hook|stripe|callback", path) and "/auth/federation/" not in path]
