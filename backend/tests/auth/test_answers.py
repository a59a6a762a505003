"""Control 30, what goes out: each route answers with the fields that people reviewed, and none of them is a secret by accident."""

import re
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from app.auth.guards import PlatformAdmin, Public
from tests.auth.answers import SCHEMAS, answered_schemas, answers, describe, is_free_form
from tests.auth.identities import IDENTITIES
from tests.auth.policies import STREAMS, Endpoint, endpoints
from tests.auth.world import World
from tests.support.asgi import Call

REVIEWED = Path(__file__).with_name("answers.txt")
SECRET_LIKE = re.compile(
    r"hash|secret|token|password|salt|seed|nonce|challenge|private|cookie|(^|_)(key|otp|pin|code)s?($|_)"
)

# Fields with a name as secrets have, and why they may be answered.
SHOWN = {
    "ApiClientCreated.refresh_token": "shown once: the first token of a program that was just connected",
    "ApiClientCreated.token_endpoint": "an address",
    "ApiKeyCreated.api_key": "the key without its secret",
    "ApiKeyCreated.key": "shown once: the key that was just made",
    "AuthenticatorSetup.secret": "shown once: what the app is set up with, worth nothing until a code confirms it",
    "AuthenticatorSetup.qr_code": "the same as a picture",
    "AuthorizationServer.token_endpoint": "an address (RFC 8414)",
    "AuthorizationServer.token_endpoint_auth_methods_supported": "what programs can do (RFC 8414)",
    "Customer.country_code": "of an address",
    "Customer.postal_code": "of an address",
    "DemoLogin.password": "development only: what the log-in page shows of the seeded account",
    "InvoiceLine.unit_code": "UN/ECE Recommendation 20",
    "JsonWebKeySet.keys": "public keys: `d` is no field of theirs",
    "Party.country_code": "of an address",
    "Party.postal_code": "of an address",
    "PasskeyAdded.recovery_codes": "shown once: with the first factor",
    "RecoveryCodes.recovery_codes": "shown once: those that were just made",
    "SecondFactors.recovery_codes_left": "a number",
    "Seller.country_code": "of an address",
    "Seller.postal_code": "of an address",
    "Tokens.access_token": "what the request was for (RFC 6749)",
    "Tokens.refresh_token": "what the request was for (RFC 6749)",
    "Tokens.token_type": "the word Bearer (RFC 6749)",
    "User.has_password": "yes or no",
}
# Fields that hold whatever they like, and who sees to it that it is nothing secret.
FREE_FORM = {
    "FieldChange.after": "the database writes it without secrets: tests/audit/test_audit_api.py",
    "FieldChange.before": "the same",
    "JobDetail.arguments": "masked: tests/lib/test_masking.py",
    "JobDetail.result": "masked",
    "JobLogEntry.fields": "masked",
    "InvoiceEvent.detail": "the few words that record_event was given",
    "PasskeyOptions.options": "WebAuthn's own; its challenge is made for this browser and used once",
    "TeamEvent.detail": "the few words that record_event was given",
}


def test_control_30_each_route_answers_with_the_fields_that_were_reviewed() -> None:
    """tests/auth/answers.py says how the file is written; read what it changes before you commit it."""
    assert describe() == REVIEWED.read_text()


def test_control_30_no_answer_has_a_field_with_the_name_of_a_secret() -> None:
    found = {
        f"{name}.{field}"
        for name in answered_schemas()
        for field in SCHEMAS[name].get("properties", {})
        if SECRET_LIKE.search(field)
    }

    assert found == set(SHOWN)


def test_control_30_no_answer_leaves_open_what_it_holds() -> None:
    free = {
        f"{name}.{field}"
        for name in answered_schemas()
        for field, schema in SCHEMAS[name].get("properties", {}).items()
        if is_free_form(schema)
    }

    assert free == set(FREE_FORM)


def test_control_30_what_is_shown_once_is_answered_by_the_routes_that_make_it_and_no_others() -> None:
    once = {"ApiKeyCreated", "ApiClientCreated", "AuthenticatorSetup", "RecoveryCodes", "PasskeyAdded", "Tokens"}
    shown = {
        f"{each.method} {each.path}" for each in answers() if each.schema.get("$ref", "").rsplit("/", 1)[-1] in once
    }

    assert shown == {
        "POST /api/api-keys",
        "POST /api/api-clients",
        "POST /api/auth/token",
        "POST /api/me/authenticator",
        "POST /api/me/authenticator/confirm",
        "POST /api/me/passkeys",
        "POST /api/me/recovery-codes",
    }


# --- real answers against the document: a response that is built by hand could hold more than it says


async def test_control_30_no_real_answer_holds_more_than_the_document_says(locked_world: World) -> None:
    documented = {(each.method, each.path, each.status): each.schema for each in answers()}
    seen: set[str] = set()
    wrong: list[str] = []
    for endpoint in endpoints(locked_world.app):
        if endpoint.policy is None or endpoint.name in STREAMS or endpoint.is_library:
            continue
        answer = await _answer(endpoint, locked_world)
        if answer.is_success and answer.headers.get("content-type", "").startswith("application/json"):
            path = re.sub(r"{(\w+):\w+}", r"{\1}", endpoint.path)
            schema = documented[endpoint.method, path, str(answer.status_code)]
            seen.add(endpoint.name)
            wrong += [f"{endpoint.id}: {key}" for key in _undocumented(answer.json(), schema)]

    assert wrong == []
    assert len(seen) >= 50, sorted(seen)


async def _answer(endpoint: Endpoint, world: World) -> httpx.Response:
    name = "owner"
    if isinstance(endpoint.policy, PlatformAdmin):
        name = "platform admin"
    elif isinstance(endpoint.policy, Public):
        name = "anonymous"
    identity = next(each for each in IDENTITIES if each.name == name)
    ids = endpoint.ids(world.ids_of(identity))
    body = None if endpoint.is_public else endpoint.body(ids)
    async with world.untouched():
        return await world.call(identity, Call(method=endpoint.method, path=endpoint.url(ids), json=body))


def _undocumented(value: Any, schema: dict[str, Any], path: str = "") -> list[str]:
    """The keys in an answer for which its schema has no property."""
    options = [schema, *schema.get("oneOf", []), *schema.get("anyOf", [])]
    named = [SCHEMAS[each["$ref"].rsplit("/", 1)[1]] if "$ref" in each else each for each in options]
    if any(is_free_form(each) for each in named):
        return []
    if isinstance(value, list):
        [items] = [each["items"] for each in named if "items" in each]
        return [key for item in cast("list[Any]", value) for key in _undocumented(item, items, f"{path}[]")]
    if not isinstance(value, dict):
        return []
    fields = cast("dict[str, Any]", value)
    properties = {name: field for each in named for name, field in each.get("properties", {}).items()}
    found = [f"{path}.{name}" for name in fields if name not in properties]
    for name in fields.keys() & properties.keys():
        found += _undocumented(fields[name], properties[name], f"{path}.{name}")
    return found


@pytest.mark.parametrize(
    ("value", "extra"),
    [({"id": "1", "name": "A"}, []), ({"id": "1", "name": "A", "password_hash": "x"}, [".password_hash"])],
)
def test_control_30_a_field_too_many_would_be_seen(value: dict[str, str], extra: list[str]) -> None:
    assert _undocumented(value, {"$ref": "#/components/schemas/TeamReference"}) == extra
