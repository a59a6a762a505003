"""Controls 21 and 22 over every route: a program's credential becomes no session, and stands beside no other."""

from typing import Any

import httpx

from app.auth.permissions import BROWSER_ONLY, Permission
from tests.auth.identities import IDENTITIES
from tests.auth.policies import STREAMS, Endpoint, endpoints
from tests.auth.world import World
from tests.support.asgi import Call, send

_OWNER = next(identity for identity in IDENTITIES if identity.name == "owner")
_GRANTABLE = sorted(set(Permission) - BROWSER_ONLY)


def _declared(world: World) -> list[Endpoint]:
    found = [endpoint for endpoint in endpoints(world.app) if endpoint.policy and not endpoint.is_library]
    return [endpoint for endpoint in found if endpoint.path.startswith("/api/")]


def _call(endpoint: Endpoint, world: World) -> Call:
    ids = endpoint.ids(world.ids_of(_OWNER))
    body = endpoint.body(ids) if not endpoint.is_public else {"token": "x", "email": "a@example.com"}
    is_bodiless = endpoint.handler.parsed_data_field is None
    return Call(
        method=endpoint.method,
        path=endpoint.url(ids),
        json=None if is_bodiless else body,
        is_stream=endpoint.name in STREAMS,
    )


async def _key(world: World) -> str:
    """A key that may all that keys may."""
    made = await world.call(
        _OWNER, Call(method="POST", path="/api/api-keys", json={"name": "Everything", "scopes": _GRANTABLE})
    )
    return made.json()["key"]


async def test_control_21_no_route_gives_a_key_a_session_or_another_credential(locked_world: World) -> None:
    wrong: list[str] = []
    reached: set[str] = set()
    async with locked_world.untouched():
        headers = {"Authorization": f"Bearer {await _key(locked_world)}"}
        for endpoint in _declared(locked_world):
            async with locked_world.untouched():
                answer = await send(locked_world.app, _call(endpoint, locked_world), headers, is_browser=False)
            if answer.is_success:
                reached.add(endpoint.name)
            if _credentials_in(answer):
                wrong.append(f"{endpoint.id}: {answer.status_code} {answer.headers} {answer.text[:200]}")

    assert wrong == []
    assert {"list_customers", "create_invoice", "update_team", "get_me"} <= reached
    assert not reached & {"create_api_key", "connect_api_client", "switch_team", "create_team", "update_me"}


def _credentials_in(answer: httpx.Response) -> list[str]:
    cookies = [set_.partition("=")[0] for set_ in answer.headers.get_list("set-cookie") if "Max-Age=0" not in set_]
    is_json = answer.headers.get("content-type", "").startswith("application/json")
    shown: Any = answer.json() if is_json else {}
    keys = {"key", "refresh_token", "access_token", "secret", "recovery_codes"} & set(shown)
    # Half a log-in with a passkey, which anybody may begin.
    return [name for name in cookies if name != "quittance_passkey"] + sorted(keys)


async def test_control_22_two_credentials_are_refused_by_every_route(locked_world: World) -> None:
    wrong: list[str] = []
    before = await locked_world.fingerprint(_OWNER.side)
    async with locked_world.untouched():
        key = await _key(locked_world)
        session = locked_world.shown["owner"].headers
        for endpoint in _declared(locked_world):
            both = session | {"Authorization": f"Bearer {key}"}
            answer = await send(locked_world.app, _call(endpoint, locked_world), both)
            # Browsers on their way to a provider and back are told on a page.
            where = answer.headers.get("location") if "/federation/" in endpoint.path else None
            if "several-credentials" not in (where or answer.text) or answer.status_code != (303 if where else 400):
                wrong.append(f"{endpoint.id}: {answer.status_code} {answer.text[:200]}")
    assert await locked_world.fingerprint(_OWNER.side) == before

    assert wrong == []
