"""Control 29, beside the matrix: what a colleague owns as a person, and ids in places that no route reads.

tests/auth/test_authorization_matrix.py aims every id in path, query and body at another team's objects.
"""

import re
from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from app.db.session import SessionFactory, transaction
from app.lib import clock
from app.lib.ids import new_id
from app.models import DataExport, DataExportArchive, ExportState, LinkedIdentity, Passkey, Role
from tests.auth.identities import IDENTITIES, Side
from tests.auth.policies import STREAMS, Ids, endpoints
from tests.auth.world import CANARY, World
from tests.support.asgi import Call
from tests.support.people import PeopleFactory, Person
from tests.support.reading import readable

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_STRANGER = next(identity for identity in IDENTITIES if identity.side is Side.OTHER and identity.role is Role.OWNER)

OWN_THINGS = [
    ("DELETE", "/api/me/passkeys/{passkey_id}", None),
    ("PATCH", "/api/me/passkeys/{passkey_id}", {"name": "Mine now"}),
    ("DELETE", "/api/me/linked-accounts/{identity_id}", None),
    ("DELETE", "/api/me/sessions/{session_id}", None),
    ("GET", "/api/me/export/{data_export_id}/archive", None),
]
# As frameworks and proxies name what they take a caller's word for.
CLAIMED_IN_QUERY = [
    "team_id",
    "teamId",
    "tenant_id",
    "tenant",
    "user_id",
    "userId",
    "as_user",
    "on_behalf_of",
    "owner_id",
]
CLAIMED_IN_HEADERS = ["X-Team-Id", "X-Tenant-Id", "X-Organization-Id", "X-User-Id", "X-Forwarded-User", "Remote-User",
                      "X-Authenticated-User", "X-Impersonate", "X-Original-URL", "X-Rewrite-URL"]  # fmt: skip


@pytest.fixture
async def things(owner: Person, sessions: SessionFactory) -> Ids:
    """Something of every kind that belongs to a person and to no team."""
    now, user_id = clock.now(), owner.user_id
    passkey = Passkey(
        id=new_id(), user_id=user_id, credential_id=b"theirs", public_key=b"-", sign_count=0, transports=[],
        is_synced=False, name="Key ring", created_at=now,
    )  # fmt: skip
    identity = LinkedIdentity(
        id=new_id(), user_id=user_id, issuer="https://provider.example", subject="1", label="Theirs"
    )
    export = DataExport(
        id=new_id(), user_id=user_id, state=ExportState.READY, requested_at=now, finished_at=now,
        expires_at=now + timedelta(hours=1),
    )  # fmt: skip
    async with transaction(sessions, owner.scope) as session:
        session.add_all([passkey, identity, export])
        await session.flush()
        session.add(DataExportArchive(data_export_id=export.id, progress=1.0, size_bytes=2, content=b"PK"))
    (listed,) = (await owner.client.get("/api/me/sessions")).json()["items"]
    rows = {"passkey_id": passkey.id, "identity_id": identity.id, "data_export_id": export.id}
    return {name: str(row_id) for name, row_id in rows.items()} | {"session_id": listed["id"]}


async def _digest(sessions: SessionFactory, person: Person) -> str:
    async with transaction(sessions, person.scope) as session:
        statement = text(
            "SELECT md5(string_agg(row, '|' ORDER BY row)) FROM ("
            "SELECT (to_jsonb(t) - 'last_seen_at')::text AS row FROM sessions t WHERE user_id = :user UNION ALL "
            "SELECT t::text FROM passkeys t WHERE user_id = :user UNION ALL "
            "SELECT t::text FROM linked_identities t WHERE user_id = :user UNION ALL "
            "SELECT t::text FROM data_exports t WHERE user_id = :user) rows (row)"
        )
        return str(await session.scalar(statement, {"user": person.user_id}))


def _told(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, _UUID.sub("<id>", answer.text)


@pytest.mark.parametrize(("method", "path", "body"), OWN_THINGS)
async def test_control_29_a_colleagues_own_thing_is_answered_like_one_that_nobody_has(
    owner: Person,
    people: PeopleFactory,
    sessions: SessionFactory,
    things: Ids,
    method: str,
    path: str,
    body: dict[str, str] | None,
) -> None:
    """Not even an owner of the same team reaches it."""
    colleagues = [await people.member(owner.team_id, role) for role in (Role.OWNER, Role.VIEWER)]
    before = await _digest(sessions, owner)
    for colleague in colleagues:
        theirs = await colleague.client.request(method, path.format(**things), json=body)
        unknown = await colleague.client.request(
            method, path.format(**dict.fromkeys(things, str(UUID(int=7)))), json=body
        )
        assert theirs.status_code == 404
        assert _told(theirs) == _told(unknown)
    assert await _digest(sessions, owner) == before

    own = await owner.client.request(method, path.format(**things), json=body)
    assert own.is_success, own.text


async def test_control_29_what_a_caller_claims_beside_their_credential_is_not_read(locked_world: World) -> None:
    """The other team's and person's ids in every query and header that frameworks and proxies are known to trust."""
    victim = locked_world.owners[Side.AIMED_AT]
    ids = locked_world.ids_of(_STRANGER)
    query = dict.fromkeys(CLAIMED_IN_QUERY, str(victim.team_id)) | {"user_id": str(victim.user_id)}
    headers = dict.fromkeys(CLAIMED_IN_HEADERS, str(victim.team_id)) | {"X-User-Id": str(victim.user_id)}
    wrong: list[str] = []
    with clock.turned_to(clock.now()):
        for endpoint in endpoints(locked_world.app):
            if endpoint.policy is None or not endpoint.is_safe or endpoint.name in STREAMS or endpoint.is_library:
                continue
            read = {name: value for name, value in query.items() if name not in endpoint.query_ids}
            plain = Call(method="GET", path=endpoint.url(endpoint.ids(ids)))
            claiming = Call(method="GET", path=plain.path, query=read, headers=headers)
            async with locked_world.untouched():
                expected = await locked_world.call(_STRANGER, plain)
            async with locked_world.untouched():
                answer = await locked_world.call(_STRANGER, claiming)
            if _told(answer) != _told(expected) or CANARY in readable(answer):
                wrong.append(f"{endpoint.id}: {answer.status_code} {answer.text[:200]}, not {expected.text[:200]}")

    assert wrong == []


@pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"])
async def test_control_29_no_header_turns_reading_into_deleting(owner: Person, name: str) -> None:
    body = {"name": "A", "email": "a@example.com", "currency": "EUR"}
    customer = (await owner.client.post("/api/customers", json=body)).json()
    path = f"/api/customers/{customer['id']}"
    answers = [
        await owner.client.get(path, headers={name: "DELETE"}),
        await owner.client.get(path, params={"_method": "DELETE"}),
        await owner.client.get(path),
    ]

    assert [answer.json() for answer in answers] == [customer] * 3
