"""The audit log as its readers get it: in pages, filtered, in plain words, and only their own."""

import csv
import io
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from litestar import Litestar
from sqlalchemy import text

from app.audit import services
from app.audit.csv_lines import csv_row
from app.audit.schemas import AuditEntry, FieldChange
from app.db.session import SessionFactory, transaction
from app.lib import clock
from app.models import Role
from tests.support.people import PeopleFactory, Person

CUSTOMER = {"name": "Café Helle", "email": "konto@helle.example", "currency": "EUR"}


# The log is written when a transaction commits, so these tests commit.
@pytest.fixture
def owner(committed_owner: Person) -> Person:
    return committed_owner


async def _customer(person: Person, **fields: str) -> str:
    answer = await person.client.post("/api/customers", json=CUSTOMER | fields)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def _entries(person: Person, path: str = "/api/audit-log", **params: Any) -> list[dict[str, Any]]:
    answer = await person.client.get(path, params={"limit": 100} | params)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def test_an_entry_tells_who_did_what_to_what_and_how_it_was_before(owner: Person) -> None:
    customer_id = await _customer(owner)
    await owner.client.patch(f"/api/customers/{customer_id}", json={"name": "Café Hell"})

    entry = (await _entries(owner))[0]

    assert (entry["actor_id"], entry["actor_name"]) == (str(owner.user_id), owner.name)
    assert (entry["action"], entry["change"], entry["target_type"]) == ("update_customer", "updated", "customer")
    assert (entry["target_id"], entry["target_name"]) == (customer_id, "Café Hell")
    assert entry["fields"] == [{"field": "name", "before": "Café Helle", "after": "Café Hell"}]
    assert (entry["credential"], entry["impersonator_id"], entry["impersonator_name"]) == ("session", None, None)
    assert entry["ip_address"] == "127.0.0.1"


async def test_a_target_whose_entry_does_not_name_it_is_called_by_its_present_name(owner: Person) -> None:
    customer_id = await _customer(owner)
    await owner.client.post(f"/api/customers/{customer_id}/archive")

    entry = (await _entries(owner))[0]

    assert [field["field"] for field in entry["fields"]] == ["archived_at"]
    assert entry["target_name"] == "Café Helle"


async def test_a_key_that_is_revoked_and_an_invitation_are_called_by_name_and_address(owner: Person) -> None:
    made = await owner.client.post("/api/api-keys", json={"name": "Tax adviser", "scopes": ["invoices:read"]})
    await owner.client.post(f"/api/api-keys/{made.json()['api_key']['id']}/revoke")
    await owner.client.post("/api/team/invitations", json={"email": "guest@example.com", "role": "viewer"})

    called = {(entry["target_type"], entry["change"]): entry["target_name"] for entry in await _entries(owner)}

    assert called["api_key", "updated"] == "Tax adviser"
    assert called["invitation", "created"] == "guest@example.com"


async def test_pages_follow_each_other_without_a_gap_or_a_repeat(owner: Person) -> None:
    for number in range(7):
        await _customer(owner, name=f"Customer {number}")
    whole = await _entries(owner)

    collected: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        params = {"limit": 3} | ({"cursor": cursor} if cursor else {})
        page = (await owner.client.get("/api/audit-log", params=params)).json()
        collected += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert len(whole) >= 8
    assert collected == whole
    assert [entry["sequence"] for entry in whole] == sorted((entry["sequence"] for entry in whole), reverse=True)


async def test_every_filter_narrows_the_list(owner: Person, committed_people: PeopleFactory) -> None:
    other = await committed_people.member(owner.team_id, Role.MEMBER)
    customer_id = await _customer(owner)
    await _customer(other, name="By the other")
    await owner.client.patch(f"/api/customers/{customer_id}", json={"name": "Café Hell"})

    async def found(**params: Any) -> set[tuple[str, str]]:
        return {(entry["action"], entry["actor_id"]) for entry in await _entries(owner, **params)}

    by_owner, by_other = str(owner.user_id), str(other.user_id)
    assert await found(actor_id=by_other, target_type="customer") == {("create_customer", by_other)}
    assert await found(action="update_customer") == {("update_customer", by_owner)}
    assert await found(target_type="customer", change="created") == {
        ("create_customer", by_owner),
        ("create_customer", by_other),
    }
    assert await found(target_id=customer_id) == {("create_customer", by_owner), ("update_customer", by_owner)}
    assert await found(search=customer_id) == await found(target_id=customer_id)
    assert await found(search="DATE_CUST") == {("update_customer", by_owner)}
    assert await found(search="%") == set(), "a per cent sign is a character, not a wildcard"
    now = clock.now()
    assert await found(occurred_from=(now + timedelta(minutes=5)).isoformat()) == set()
    assert await found(occurred_until=(now - timedelta(minutes=5)).isoformat()) == set()
    assert await found(occurred_from=(now - timedelta(minutes=5)).isoformat(), action="update_customer") == {
        ("update_customer", by_owner)
    }


@pytest.mark.parametrize(
    ("params", "path"),
    [
        ({"cursor": "nonsense"}, "cursor"),
        ({"actor_id": "nobody"}, "actor_id"),
        ({"change": "mended"}, "change"),
        ({"occurred_from": "yesterday"}, "occurred_from"),
        ({"occurred_until": "9999-12-31T23:59:59-23:00"}, "occurred_until"),
        ({"limit": "101"}, "limit"),
    ],
)
async def test_bad_filters_are_named(owner: Person, params: dict[str, str], path: str) -> None:
    answer = await owner.client.get("/api/audit-log", params=params)

    assert answer.status_code in {400, 422}, answer.text
    assert [error["path"] for error in answer.json()["errors"]] == [path]


@pytest.mark.parametrize("role", [Role.MEMBER, Role.VIEWER])
@pytest.mark.parametrize("path", ["/api/audit-log", "/api/audit-log/export"])
async def test_members_and_viewers_do_not_read_the_teams_log(
    owner: Person, committed_people: PeopleFactory, role: Role, path: str
) -> None:
    person = await committed_people.member(owner.team_id, role)

    assert (await person.client.get(path)).status_code == 403


async def test_another_teams_entries_and_anothers_account_are_nowhere(
    owner: Person, committed_people: PeopleFactory
) -> None:
    stranger = await committed_people.owner("Canary")
    await _customer(stranger, name="canary-customer")

    seen = [
        (await owner.client.get("/api/audit-log")).text,
        (await owner.client.get("/api/audit-log", params={"actor_id": str(stranger.user_id)})).text,
        (await owner.client.get("/api/audit-log/export")).text,
        (await owner.client.get("/api/me/audit-log")).text,
    ]

    assert [answer for answer in seen if "anary" in answer or str(stranger.user_id) in answer] == []
    assert (await owner.client.get("/api/admin/audit-log")).status_code == 403


async def test_ones_own_log_holds_the_account_and_not_the_team(owner: Person) -> None:
    await _customer(owner)
    await owner.client.patch("/api/me", json={"name": "Grace"})

    entries = await _entries(owner, "/api/me/audit-log")

    assert entries[0]["fields"] == [{"field": "name", "before": owner.name, "after": "Grace"}]
    assert {entry["target_type"] for entry in entries} == {"user", "session"}
    assert {entry["user_id"] for entry in entries} == {str(owner.user_id)}


async def test_a_page_costs_as_many_statements_whatever_its_length(
    app: Litestar, people: PeopleFactory, sessions: SessionFactory, statements: list[str]
) -> None:
    person = await people.owner()
    counts: list[int] = []
    for number in (3, 40):
        await _fill(sessions, person.team_id, person.user_id, number)
        before = len(statements)
        answer = await person.client.get("/api/audit-log", params={"limit": 100})
        assert len(answer.json()["items"]) >= number
        counts.append(len(statements) - before)

    assert counts[0] == counts[1] <= 6, "who is calling, the page and the names, with their savepoints"


# --- the file


def _rows(answer: httpx.Response) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text)))


async def test_the_export_holds_what_the_filters_select(owner: Person) -> None:
    customer_id = await _customer(owner)
    await owner.client.patch(f"/api/customers/{customer_id}", json={"name": "Café Hell"})
    answer = await owner.client.get("/api/audit-log/export", params={"action": "update_customer"})

    (row,) = _rows(answer)

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="audit-log.csv"'
    assert (row["action"], row["target_id"], row["actor_name"]) == ("update_customer", customer_id, owner.name)
    assert row["changes"] == "name: Café Helle → Café Hell"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", " =", "\t=", "\r="])
def test_no_cell_of_the_export_is_a_formula(start: str) -> None:
    name = f'{start}HYPERLINK("https://evil.example")'
    entry = AuditEntry(
        chain_id=uuid4(),
        sequence=1,
        occurred_at=clock.now(),
        team_id=None,
        user_id=uuid4(),
        actor_id=uuid4(),
        actor_name=name,
        impersonator_id=None,
        impersonator_name=name,
        credential="session",
        credential_id=uuid4(),
        action="update_me",
        change="updated",
        target_type="user",
        target_id=uuid4(),
        target_name=name,
        fields=[FieldChange(field=f"{start}name", before=name, after=name)],
        are_fields_hidden=False,
        request_id=name,
        trace_id=name,
        ip_address=name,
    )

    (cells,) = csv.reader(io.StringIO(csv_row(entry), newline=""))

    assert sum("HYPERLINK" in cell for cell in cells) == 7
    assert [cell for cell in cells if cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))] == []


async def test_a_name_that_is_a_formula_leaves_as_text(owner: Person) -> None:
    await _customer(owner, name="=1+1")

    assert _rows(await owner.client.get("/api/audit-log/export"))[0]["target_name"] == "'=1+1"


async def test_the_export_goes_on_over_many_batches(
    owner: Person, committed_sessions: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "_EXPORT_BATCH", 7)
    await _fill(committed_sessions, owner.team_id, owner.user_id, 30)

    rows = _rows(await owner.client.get("/api/audit-log/export"))

    assert len(rows) == len(await _entries(owner)) >= 30
    assert len({row["sequence"] for row in rows}) == len(rows)


async def test_an_export_that_would_be_cut_is_refused(
    owner: Person, committed_sessions: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _fill(committed_sessions, owner.team_id, owner.user_id, 12)
    monkeypatch.setattr(services, "LONGEST_EXPORT", 10)

    refused = await owner.client.get("/api/audit-log/export")
    narrowed = await owner.client.get("/api/audit-log/export", params={"target_type": "team"})

    assert (refused.status_code, refused.json()["type"]) == (409, "urn:quittance:problem:too-many-entries")
    assert len(_rows(narrowed)) == 1


# --- secrets (control 40)

CANARY_PASSWORD = "canary correct horse 7431"


async def test_control_40_secrets_reach_neither_entries_nor_the_file(
    committed_people: PeopleFactory, owner: Person, committed_sessions: SessionFactory
) -> None:
    refused = await owner.client.post(
        "/api/me/password", json={"current_password": CANARY_PASSWORD, "new_password": f"{CANARY_PASSWORD} again"}
    )
    assert refused.status_code == 422
    async with transaction(committed_sessions, owner.scope) as session:
        await session.execute(
            text("UPDATE users SET password_hash = :hash WHERE id = :id"),
            {"hash": "$argon2id$canary-hash-7431", "id": owner.user_id},
        )

    answers = [
        (await owner.client.get(path, params={"limit": 100} if "export" not in path else {})).text
        for path in ("/api/audit-log", "/api/me/audit-log", "/api/audit-log/export")
    ]

    assert any("password_hash" in answer for answer in answers)
    for secret in ("canary-hash-7431", CANARY_PASSWORD, owner.token):
        assert [answer for answer in answers if secret in answer] == []


async def _fill(sessions: SessionFactory, team_id: UUID, user_id: UUID, count: int) -> None:
    """Entries of long ago, written past the triggers: only their number matters."""
    async with transaction(sessions) as session:
        await session.execute(
            text(
                "INSERT INTO audit_entries (chain_id, sequence, team_id, user_id, occurred_at, actor_id, actor_name, action, "
                "target_type, target_id, change, previous_hash, hash) "
                "SELECT :chain, :first + n, :team, NULL, now() - interval '1 day' - n * interval '1 second', :user, 'Filler', "
                "'update_customer', 'customer', gen_random_uuid(), 'updated', sha256(''), sha256('') "
                "FROM generate_series(1, :count) n"
            ),
            {"chain": team_id, "team": team_id, "user": user_id, "count": count, "first": uuid4().int % 10**9 + 10**6},
        )
