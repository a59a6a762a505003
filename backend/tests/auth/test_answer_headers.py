"""Control 39: whatever is answered, and by whichever route, the browser is told how to protect people."""

import httpx
import msgspec
import pytest

from app.auth import guards
from tests.auth.callers import Answered, named, own_call
from tests.auth.policies import Endpoint, endpoints
from tests.auth.world import World
from tests.support.asgi import Call

EXACTLY = {
    "strict-transport-security": {"max-age=31536000; includeSubDomains"},
    "x-content-type-options": {"nosniff"},
    "content-security-policy": {"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"},
    # A provider's code stands in the address that sends the browser on from there.
    "referrer-policy": {"strict-origin-when-cross-origin", "no-referrer"},
    "cross-origin-opener-policy": {"same-origin"},
    "cross-origin-resource-policy": {"same-origin"},
    "permissions-policy": {"camera=(), microphone=(), geolocation=(), payment=(), usb=()"},
    "cache-control": {"no-store"},
}
# What a success of theirs says instead. An issued invoice's PDF never changes and is shown in a frame of our own page by the browser's
# viewer, which a stricter policy would keep from running; a stream must not be held back by a proxy.
INSTEAD = {
    "get_invoice_pdf": {
        "cache-control": {"private, no-cache"},
        "content-security-policy": {"frame-ancestors 'self'"},
    },
    "stream_events": {"cache-control": {"no-cache, no-transform"}},
    "stream_job_changes": {"cache-control": {"no-cache, no-transform"}},
}
TELLTALE = ("access-control-", "x-powered-by")


def faults(answer: httpx.Response, route: str = "") -> list[str]:
    """What the headers of an answer should not be."""
    expected = EXACTLY | (INSTEAD.get(route, {}) if answer.is_success else {})
    values = {name: answer.headers.get_list(name) for name in expected}
    found = [
        f"{name} is {values[name]}"
        for name, allowed in expected.items()
        if len(values[name]) != 1 or values[name][0] not in allowed
    ]
    found += [f"tells {name}" for name in answer.headers if name.startswith(TELLTALE)]
    return [f"{answer.status_code}: {fault}" for fault in found]


def test_control_39_every_route_answers_everybody_with_them(production_answers: list[Answered]) -> None:
    wrong = [f"{each.id}: {fault}" for each in production_answers for fault in faults(each.answer, each.endpoint.name)]
    statuses = {each.answer.status_code for each in production_answers}

    assert wrong == []
    assert statuses >= {200, 201, 202, 204, 303, 400, 401, 403, 404, 409, 422}


async def test_control_39_so_do_addresses_methods_and_bodies_that_there_are_not(production_world: World) -> None:
    world, owner = production_world, named("owner")
    wrong: list[str] = []
    statuses: dict[str, set[int]] = {"method": set(), "body": set(), "address": set()}
    by_path: dict[str, list[Endpoint]] = {}
    for endpoint in endpoints(world.app):
        by_path.setdefault(endpoint.path, []).append(endpoint)
    for path, there in by_path.items():
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"} - {each.method for each in there}:
            call = msgspec.structs.replace(own_call(there[0], world, owner), method=method, json=None)
            answer = await world.call(owner, call)
            statuses["method"].add(answer.status_code)
            wrong += [f"{method} {path}: {each}" for each in faults(answer)]
        for endpoint in there:
            if endpoint.handler.parsed_data_field is not None:
                for body in ({"no such field": True}, ["no object"]):
                    call = msgspec.structs.replace(own_call(endpoint, world, owner), json=body)
                    answer = await world.call(owner, call)
                    statuses["body"].add(answer.status_code)
                    wrong += [f"{endpoint.id} with {body}: {each}" for each in faults(answer)]
    for path in ("/api/unknown", "/api", "/health/unknown", "/.well-known/unknown", "/no/such/page"):
        answer = await world.call(owner, Call(method="GET", path=path))
        statuses["address"].add(answer.status_code)
        wrong += [f"{path}: {each}" for each in faults(answer)]

    assert wrong == []
    assert statuses["method"] >= {405}
    assert statuses["body"] >= {422}
    assert statuses["address"] == {404}


async def test_control_39_so_does_every_route_that_breaks(
    production_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, owner = production_world, named("owner")

    async def explode(*_: object) -> None:
        raise RuntimeError("canary of the inside")

    monkeypatch.setattr(guards, "authenticate", explode)
    guarded = [each for each in endpoints(world.app) if not each.is_public]
    for endpoint in guarded:
        answer = await world.call(owner, own_call(endpoint, world, owner))

        assert answer.status_code == 500, endpoint.id
        assert faults(answer) == [], endpoint.id
        assert answer.json()["type"] == "urn:quittance:problem:internal-error"
        assert "canary" not in answer.text
    assert len(guarded) > 100


@pytest.mark.parametrize(
    "path", ["/schema", "/schema/openapi.json", "/schema/swagger", "/saq", "/saq/api/queues", "/saq/health"]
)
@pytest.mark.parametrize("who", ["anonymous", "platform admin"])
async def test_control_39_production_shows_nobody_its_schema_or_its_queue(
    production_world: World, path: str, who: str
) -> None:
    answer = await production_world.call(named(who), Call(method="GET", path=path))

    assert answer.status_code == 404
    assert faults(answer) == []


async def test_control_39_production_has_no_mailbox(production_world: World) -> None:
    answer = await production_world.call(named("platform admin"), Call(method="GET", path="/api/dev/mailbox"))

    assert answer.status_code == 404
