"""Every handler of the application × everybody; three times, so that each of the two locks is seen to hold alone."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest
from litestar import Litestar

from app.auth.permissions import BROWSER_ONLY, NEEDS_VERIFIED_EMAIL, ROLE_PERMISSIONS, Permission
from app.config import Settings, load_settings
from app.models import Role
from app.server.app import create_app
from tests.auth import rules
from tests.auth.identities import IDENTITIES, Identity, Side
from tests.auth.policies import (
    BODIES,
    BODILESS_WRITES,
    OPEN_LIBRARY_ROUTES,
    REFUSED_SAMPLES,
    STREAMS,
    WORDS,
    Endpoint,
    Ids,
    endpoints,
)
from tests.auth.world import CANARY, World
from tests.support.asgi import Call
from tests.support.logs import captured_logs
from tests.support.reading import readable

_ALL = list(endpoints(create_app(load_settings({"APP_ENV": "testing"}))))
_DECLARED = [endpoint for endpoint in _ALL if endpoint.policy is not None]
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


# --- what the matrix stands on


def test_control_28_every_handler_declares_who_may_call_it(app: Litestar) -> None:
    undeclared = {endpoint.path for endpoint in endpoints(app) if endpoint.policy is None}

    assert undeclared == set(OPEN_LIBRARY_ROUTES)


def test_every_writing_handler_has_a_sample_call(app: Litestar) -> None:
    writes = {endpoint.name for endpoint in endpoints(app) if not endpoint.is_safe and not endpoint.is_public}

    assert writes == set(BODIES) | BODILESS_WRITES


def test_production_has_no_development_routes(settings: Settings) -> None:
    production = create_app(msgspec.structs.replace(settings, environment="production"))

    assert [endpoint.path for endpoint in endpoints(production) if endpoint.policy is None] == []
    assert [
        endpoint.path for endpoint in endpoints(production) if endpoint.path.startswith(("/api/dev", "/saq", "/schema"))
    ] == []


def test_the_table_of_permissions_is_the_one_that_was_decided() -> None:
    """A permission that is new must be decided upon in tests/auth/rules.py, too."""
    assert set(rules.LEAST_ROLE) == set(Permission)
    for role in Role:
        assert {str(each) for each in ROLE_PERMISSIONS[role]} == {
            permission for permission in rules.LEAST_ROLE if rules.may(role, permission)
        }
    assert set(NEEDS_VERIFIED_EMAIL) == rules.ASKS_FOR_A_VERIFIED_ADDRESS
    assert set(BROWSER_ONLY) == rules.ASKS_FOR_A_BROWSER


async def test_every_id_that_a_handler_takes_has_an_object_to_aim_at(locked_world: World) -> None:
    owner = next(identity for identity in IDENTITIES if identity.name == "owner")
    known = set(locked_world.ids_of(owner)) | set(WORDS)
    unsampled = {
        endpoint.id: missing
        for endpoint in _DECLARED
        if (missing := {*endpoint.path_names, *endpoint.query_ids} - known)
    }
    unsent = {
        endpoint.id: missing
        for endpoint in _DECLARED
        if (missing := set(_id_fields(endpoint)) - set(_keys(endpoint.body(locked_world.ids_of(owner)))))
    }

    assert (unsampled, unsent) == ({}, {})


def _id_fields(endpoint: Endpoint) -> Iterator[str]:
    """The fields of the body that hold ids, however deep."""
    if endpoint.handler.parsed_data_field is None or endpoint.is_public:
        return
    waiting, seen = [msgspec.inspect.type_info(endpoint.handler.parsed_data_field.annotation)], set[type]()
    while waiting:
        match waiting.pop():
            case msgspec.inspect.StructType(cls=struct, fields=fields) if struct not in seen:
                seen.add(struct)
                for field in fields:
                    waiting.append(field.type)
                    if "UUID" in repr(field.type):
                        yield field.encode_name
            case msgspec.inspect.ListType(item_type=item):
                waiting.append(item)
            case msgspec.inspect.UnionType(types=types):
                waiting += types
            case _:
                pass


def _keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from _keys(item)
    elif isinstance(value, list):
        for item in value:
            yield from _keys(item)


# --- who is let in


@pytest.mark.parametrize("endpoint", _DECLARED, ids=lambda endpoint: endpoint.id)
async def test_control_29_everybody_reaches_what_is_theirs_and_nothing_else(
    endpoint: Endpoint, world: World, record_property: Any
) -> None:
    failures: list[str] = []
    cases = 0
    before = await world.fingerprint(*Side)
    async with world.untouched():
        for identity in IDENTITIES:
            expected = rules.refusal(endpoint.policy, identity, is_safe=endpoint.is_safe)
            if expected is not None:
                cases += 1
                answer = await world.call(identity, _own_call(endpoint, world.ids_of(identity)))
                failures += _wrongly_answered(answer, identity, expected)
        if await world.fingerprint(*Side) != before:
            failures.append("a refused call changed something")
    for identity in IDENTITIES:
        if rules.refusal(endpoint.policy, identity, is_safe=endpoint.is_safe) is None:
            cases += 1
            async with world.untouched():
                answer = await world.call(identity, _own_call(endpoint, world.ids_of(identity)))
            failures += _wrongly_refused(endpoint, answer, identity)
    tried, wrong = await _reaching_over(endpoint, world)
    cases, failures = cases + tried, failures + wrong
    record_property("authz", {"identities": len(IDENTITIES), "cases": cases, "failures": len(failures)})

    assert failures == []


def _own_call(endpoint: Endpoint, ids: Ids) -> Call:
    own = endpoint.ids(ids)
    return Call(
        method=endpoint.method,
        path=endpoint.url(own),
        json=endpoint.body(own),
        is_stream=endpoint.name in STREAMS,
    )


def _wrongly_answered(answer: httpx.Response, identity: Identity, expected: str) -> list[str]:
    status = rules.STATUSES.get(expected, 403)
    kind = answer.json().get("type") if "problem+json" in answer.headers.get("content-type", "") else None
    if (answer.status_code, kind) == (status, f"urn:quittance:problem:{expected}") and CANARY not in readable(answer):
        return []
    return [f"{identity.name}: expected {status} {expected}, got {answer.status_code} {answer.text[:300]}"]


def _wrongly_refused(endpoint: Endpoint, answer: httpx.Response, identity: Identity) -> list[str]:
    wanted = REFUSED_SAMPLES.get(endpoint.name)
    is_right = answer.status_code in wanted if wanted else answer.status_code < 400
    if endpoint.is_library or endpoint.is_public:
        is_right = answer.status_code not in {401, 403}
    return [] if is_right else [f"{identity.name}: is let in, but got {answer.status_code} {answer.text[:300]}"]


# --- another team's objects


async def _reaching_over(endpoint: Endpoint, world: World) -> tuple[int, list[str]]:
    """Those of another team, with one id of ours at a time: the answer is that to an id which nobody has."""
    failures: list[str] = []
    tried = 0
    before, waiting = await world.fingerprint(Side.AIMED_AT), await world.jobs()
    for identity in rules.strangers_at(endpoint):
        with captured_logs() as log:
            for place, aimed, unknown in await _swaps(endpoint, world, identity):
                tried += 1
                async with world.untouched():
                    expected = await world.call(identity, unknown)
                async with world.untouched():
                    answer = await world.call(identity, aimed)
                    failures += [f"{identity.name}, {place}: {each}" for each in _told(answer, expected)]
                    if await world.fingerprint(Side.AIMED_AT) != before:
                        failures.append(f"{identity.name}, {place}: changed something of the other team")
                    if tables := await world.rows_with(CANARY, Side.OTHER):
                        failures.append(f"{identity.name}, {place}: carried something over into {tables}")
                    if await world.jobs() != waiting:
                        failures.append(f"{identity.name}, {place}: had something done, or a mail sent")
            async with world.untouched():
                own = await world.call(identity, _own_call(endpoint, world.ids_of(identity)))
            if CANARY in readable(own):
                failures.append(f"{identity.name}: their own call shows the other team")
        if CANARY in log.getvalue():
            failures.append(f"{identity.name}: the log shows the other team")
    return tried, failures


async def _swaps(endpoint: Endpoint, world: World, identity: Identity) -> list[tuple[str, Call, Call]]:
    """Each place an id can stand: the call with the other team's, and the same with one that nobody has."""
    own = endpoint.ids(world.ids_of(identity))
    victim = next(each for each in IDENTITIES if each.name == "owner")
    aimed = endpoint.ids(world.ids_of(victim))
    call = _own_call(endpoint, own)
    found: list[tuple[str, Call, Call]] = []
    for name, theirs in aimed.items():
        unknown = str(uuid4())
        with_theirs, with_unknown = own | {name: theirs}, own | {name: unknown}
        if name in endpoint.path_names:
            first = msgspec.structs.replace(call, path=endpoint.url(with_theirs))
            found.append((f"path {name}", first, msgspec.structs.replace(call, path=endpoint.url(with_unknown))))
        if name in endpoint.query_ids:
            first = msgspec.structs.replace(call, query={name: theirs})
            found.append((f"query {name}", first, msgspec.structs.replace(call, query={name: unknown})))
        if endpoint.body(with_theirs) != endpoint.body(with_unknown):
            first = msgspec.structs.replace(call, json=endpoint.body(with_theirs))
            found.append((f"body {name}", first, msgspec.structs.replace(call, json=endpoint.body(with_unknown))))
    return found


def _told(answer: httpx.Response, expected: httpx.Response) -> list[str]:
    """What the answer tells beyond the one to an unknown id."""
    told: list[str] = []
    if answer.status_code != expected.status_code or _without_ids(answer) != _without_ids(expected):
        told.append(
            f"answered {answer.status_code} {answer.text[:200]}, not {expected.status_code} {expected.text[:200]}"
        )
    if answer.request.method not in {"GET", "HEAD"} and answer.status_code not in {403, 404, 409, 422}:
        told.append(f"answered {answer.status_code} {answer.text[:200]}")
    if CANARY in readable(answer):
        told.append("shows the other team's words")
    return told


def _without_ids(answer: httpx.Response) -> tuple[str, list[str]]:
    names = sorted(name for name, _ in answer.headers.multi_items())
    return _UUID.sub("<id>", answer.text), names


def test_an_id_is_told_from_other_text() -> None:
    assert _UUID.sub("<id>", f"/api/customers/{UUID(int=7)}/archive") == "/api/customers/<id>/archive"
