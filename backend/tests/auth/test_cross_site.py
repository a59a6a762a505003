"""Control 24: no other site's page changes anything here, and nothing changes by being looked at."""

from datetime import timedelta

from sqlalchemy import text

from app.auth.guards import PlatformAdmin
from app.lib import clock
from app.server.gate import TOKEN_ENDPOINTS
from tests.auth import rules
from tests.auth.callers import KINDS, named, own_call
from tests.auth.identities import IDENTITIES, Identity, Side
from tests.auth.policies import Endpoint, endpoints
from tests.auth.world import World
from tests.support.asgi import Call, send

OURS = {"X-Requested-With": "quittance"}
# What a browser sends along from somewhere else, and what a program sends that steals a cookie without being a browser.
FOREIGN: dict[str, dict[str, str]] = {
    "another site": OURS | {"Sec-Fetch-Site": "cross-site"},
    "another site that lies in Origin": OURS | {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost:3000"},
    "another host of this site": OURS | {"Sec-Fetch-Site": "same-site"},
    "an address typed by hand": OURS | {"Sec-Fetch-Site": "none"},
    "an old browser on another site": OURS | {"Origin": "https://evil.example"},
    "a frame without an origin": OURS | {"Origin": "null"},
    "an origin that begins like ours": OURS | {"Origin": "http://localhost:3000.evil.example"},
    "nobody who says where from": OURS,
}
# What a form can send: everything but a header of its own.
FORMS: dict[str, dict[str, str]] = {
    "a form on our own page": {"Sec-Fetch-Site": "same-origin"},
    "a header that names another": {"Sec-Fetch-Site": "same-origin", "X-Requested-With": "XMLHttpRequest"},
}
# SAQ's own page sends no header of ours; that it is this site's page is seen all the same.
WITHOUT_OUR_HEADER = ("/saq",)
# They take what stands in the body, and a cookie beside it is refused (control 22).
READ_NO_COOKIE = TOKEN_ENDPOINTS

# What looking may write, with the reason; besides, being seen is noted once a minute.
LOOKING_MAY_WRITE = {
    "start_federated_log_in": "the attempt that the provider's answer is compared with; only our own pages begin one",
    "finish_federated_log_in": "the attempt is used up; without its cookie and its state nothing happens",
}
LOOKING = {*KINDS, "viewer", "API key", "access token"}


def _caller(endpoint: Endpoint) -> Identity:
    return named("platform admin" if isinstance(endpoint.policy, PlatformAdmin) else "owner")


async def test_control_24_no_unsafe_route_takes_a_request_from_elsewhere(locked_world: World) -> None:
    world = locked_world
    unsafe = [endpoint for endpoint in endpoints(world.app) if not endpoint.is_safe]
    before = await world.fingerprint(*Side)
    taken: list[str] = []
    for endpoint in unsafe:
        if endpoint.path in READ_NO_COOKIE:
            continue
        who = _caller(endpoint)
        tried = FOREIGN if endpoint.path.startswith(WITHOUT_OUR_HEADER) else FOREIGN | FORMS
        for name, headers in tried.items():
            cookie = world.shown[who.name].headers
            answer = await send(world.app, own_call(endpoint, world, who), cookie | headers, is_browser=False)
            kind = answer.json()["type"] if "problem+json" in answer.headers.get("content-type", "") else None
            if (answer.status_code, kind) != (403, "urn:quittance:problem:cross-site-request"):
                taken.append(f"{endpoint.id} from {name}: {answer.status_code}")
            if "set-cookie" in answer.headers:
                taken.append(f"{endpoint.id} from {name}: sets a cookie")

    assert taken == []
    assert len(unsafe) > 60
    assert await world.fingerprint(*Side) == before


async def test_control_24_the_token_endpoints_heed_no_cookie(locked_world: World) -> None:
    world, owner = locked_world, named("owner")
    for path in sorted(READ_NO_COOKIE):
        headers = world.shown[owner.name].headers | FOREIGN["another site"]
        answer = await send(world.app, Call(method="POST", path=path), headers, is_browser=False)

        assert (answer.status_code, answer.json()["type"]) == (400, "urn:quittance:problem:several-credentials")


async def test_control_24_a_page_of_our_own_is_let_through_where_an_older_browser_names_only_its_origin(
    locked_world: World,
) -> None:
    world, owner = locked_world, named("owner")
    headers = world.shown[owner.name].headers | OURS | {"Origin": "http://localhost:3000"}
    call = Call(method="POST", path="/api/invoices/calculate", json={"currency": "EUR", "lines": []})
    answer = await send(world.app, call, headers, is_browser=False)

    assert answer.status_code != 403, answer.text


async def test_control_24_looking_changes_nothing(locked_world: World) -> None:
    world = locked_world
    who_look = [who for who in IDENTITIES if who.name in LOOKING]
    changed: list[str] = []
    looks = 0
    # By then each of them was last seen long enough ago to be written down again.
    with clock.turned_to(clock.now() + timedelta(minutes=2)):
        before = await _all_rows(world)
        for endpoint in endpoints(world.app):
            if not endpoint.is_safe or endpoint.name in LOOKING_MAY_WRITE:
                continue
            for who in who_look:
                if endpoint.policy is None or rules.refusal(endpoint.policy, who, is_safe=True) is None:
                    looks += 1
                    await world.call(who, own_call(endpoint, world, who))
            after = await _all_rows(world)
            changed += [f"{endpoint.id}: {name}" for name in after if after[name] != before.get(name, "0")]
            before = after

    assert changed == []
    assert looks > 150


async def _all_rows(world: World) -> dict[str, str]:
    """The world's fingerprint, and how often this transaction wrote to the tables which that leaves out."""
    written = await world.connection.execute(
        text(
            "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables "
            "WHERE relname IN ('rate_limit_windows', 'saq_jobs')"
        )
    )
    return await world.fingerprint(*Side) | {table: str(count) for table, count in written}
