"""What openapi.json says that callers must show, against the rules that the matrix holds the guards to."""

from typing import Any

import msgspec
import pytest

from app.auth.guards import Requires
from app.config import load_settings
from app.server.app import create_app
from app.server.openapi import operation_id
from tests.auth import rules
from tests.auth.identities import IDENTITIES
from tests.auth.policies import Endpoint, endpoints

type Json = dict[str, Any]

_APP = create_app(load_settings({"APP_ENV": "testing"}))
_DOCUMENT: Json = msgspec.json.decode(msgspec.json.encode(_APP.openapi_schema.to_schema()))
_OPERATIONS: dict[str, Json] = {
    operation["operationId"]: operation for methods in _DOCUMENT["paths"].values() for operation in methods.values()
}
_DESCRIBED = [endpoint for endpoint in endpoints(_APP) if operation_id(endpoint.handler, "GET", []) in _OPERATIONS]
_SHOWN_BY = {"sessionCookie": "owner", "accessToken": "access token", "apiKey": "API key"}


def test_every_operation_that_is_described_has_a_handler_that_declares_its_callers() -> None:
    assert len({endpoint.name for endpoint in _DESCRIBED}) == len(_OPERATIONS)
    assert [endpoint.id for endpoint in _DESCRIBED if endpoint.policy is None] == []


@pytest.mark.parametrize("endpoint", _DESCRIBED, ids=lambda endpoint: endpoint.id)
def test_an_operation_lists_the_credentials_that_reach_it_and_the_scope_they_need(endpoint: Endpoint) -> None:
    described = _OPERATIONS[operation_id(endpoint.handler, "GET", [])]["security"]
    needed = [str(endpoint.policy.permission)] if isinstance(endpoint.policy, Requires) else []

    assert described == [{scheme: needed} for scheme in _expected_schemes(endpoint)]


def _expected_schemes(endpoint: Endpoint) -> list[str]:
    if endpoint.is_public:
        return []
    shown = {scheme: next(each for each in IDENTITIES if each.name == name) for scheme, name in _SHOWN_BY.items()}
    return [
        scheme
        for scheme, identity in shown.items()
        if rules.refusal(endpoint.policy, identity, is_safe=endpoint.is_safe) != "browser-session-required"
    ]


def test_the_credentials_are_described_as_they_are_sent() -> None:
    schemes: Json = _DOCUMENT["components"]["securitySchemes"]

    assert {name: (scheme["type"], scheme.get("in"), scheme.get("scheme")) for name, scheme in schemes.items()} == {
        "sessionCookie": ("apiKey", "cookie", None),
        "accessToken": ("http", None, "bearer"),
        "apiKey": ("http", None, "bearer"),
    }
    assert schemes["sessionCookie"]["name"] == "quittance_session"
    assert "security" not in _DOCUMENT
