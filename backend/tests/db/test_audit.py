"""The audit log writes itself: whatever changes an audited row, by whatever way, in the same transaction."""

import asyncio
from collections.abc import Callable, Sequence

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from app.db.audit import RequestFacts, acting
from app.db.session import SessionFactory, set_scope, transaction
from app.db.tenancy import TenantScope
from app.models import AuditChain, AuditEntry, Base, Customer
from tests.support.people import PeopleFactory, Person

CUSTOMER = {"name": "Café Helle", "email": "konto@helle.example", "currency": "EUR"}

# Tables whose changes leave no entry, and why. A new entry here is a decision, not a fix.
UNAUDITED = {
    "audit_chains": "the log itself",
    "audit_entries": "the log itself",
    "data_export_archives": "a copy of a person's data does not belong into a log that is kept",
    "email_tokens": "strangers ask for them, too; what a link changed is in the log",
    "sign_ups": "nobody's account yet; the account is in the log when it is made",
    "federation_attempts": "browsers on their way to a provider, for minutes; what comes of it is audited",
    "idempotency_keys": "answers, for a day; what the requests changed is in the log",
    "invoice_deliveries": "the invoice's own story tells it, and nobody can change it",
    "invoice_files": "written once; rows are final",
    "invoice_lines": "material of a draft; issuing freezes it with the invoice",
    "invoice_taxes": "calculated from the lines",
    "job_log_lines": "what tasks said",
    "job_pauses": "what people do to the queue is in job_actions",
    "job_rates": "counts of starts",
    "job_runs": "a ledger of its own; what people do to its runs is in job_actions",
    "job_schedules": "declared in code; what people change is in job_actions",
    "job_statistics": "counts",
    "job_workers": "processes",
    "mailbox_attachments": "development only",
    "mailbox_messages": "development only",
    "number_series": "moves with each issued invoice",
    "passkey_challenges": "random, live for five minutes",
    "rate_limit_windows": "counts of attempts",
    "refresh_tokens": "a new link every ten minutes; the session they belong to is audited",
    "signing_keys": "belong to no team and to nobody; the command that rotates them logs it",
    "team_events": "a log of its own; rows are final",
}


async def _log_of(sessions: SessionFactory, person: Person, target_type: str) -> Sequence[AuditEntry]:
    async with transaction(sessions, person.scope) as session:
        statement = select(AuditEntry).where(AuditEntry.target_type == target_type).order_by(AuditEntry.sequence)
        return (await session.scalars(statement)).all()


async def test_every_table_is_audited_or_on_the_list(committed_sessions: SessionFactory) -> None:
    async with transaction(committed_sessions) as session:
        audited = set(
            await session.scalars(text("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'audit'"))
        )

    assert audited.isdisjoint(UNAUDITED)
    assert audited | set(UNAUDITED) == set(Base.metadata.tables)


async def test_control_40_an_entry_says_who_did_what_to_which_row_on_which_request(
    committed_owner: Person, committed_sessions: SessionFactory
) -> None:
    created = await committed_owner.client.post("/api/customers", json=CUSTOMER)
    customer_id = created.json()["id"]
    await committed_owner.client.patch(f"/api/customers/{customer_id}", json={"name": "Café Hell"})

    first, second = await _log_of(committed_sessions, committed_owner, "customer")

    assert (first.action, first.change, str(first.target_id)) == ("create_customer", "created", customer_id)
    assert (first.actor_id, first.actor_name) == (committed_owner.user_id, committed_owner.name)
    assert (first.credential, first.impersonator_id) == ("session", None)
    assert first.request_id == created.headers["x-request-id"]
    assert first.ip_address == "127.0.0.1"
    assert first.before is None
    assert first.after is not None
    assert first.after["name"] == "Café Helle"
    assert (second.action, second.before, second.after) == (
        "update_customer",
        {"name": "Café Helle"},
        {"name": "Café Hell"},
    )


async def test_a_change_round_the_orm_is_noted_too(committed_owner: Person, committed_sessions: SessionFactory) -> None:
    await committed_owner.client.post("/api/customers", json=CUSTOMER)
    with acting(RequestFacts(action="mend_names")):
        async with transaction(committed_sessions, TenantScope(team_id=committed_owner.team_id)) as session:
            await session.execute(update(Customer).values(name="Mended"))

    last = (await _log_of(committed_sessions, committed_owner, "customer"))[-1]

    assert (last.action, last.actor_id, last.after) == ("mend_names", None, {"name": "Mended"})


async def test_what_is_rolled_back_leaves_no_entry(committed_owner: Person, committed_sessions: SessionFactory) -> None:
    async with committed_sessions() as session:
        set_scope(session, committed_owner.scope)
        await session.execute(text("UPDATE teams SET name = 'Never'"))
        await session.rollback()

    assert [entry.change for entry in await _log_of(committed_sessions, committed_owner, "team")] == ["created"]


async def test_control_40_secrets_are_masked(committed_owner: Person, committed_sessions: SessionFactory) -> None:
    (session_opened,) = await _log_of(committed_sessions, committed_owner, "session")
    (account,) = await _log_of(committed_sessions, committed_owner, "user")

    assert session_opened.after is not None
    assert account.after is not None
    assert session_opened.after["id_hash"] == account.after["password_hash"] == "•••"


async def test_one_team_and_one_person_never_see_anothers_entries(
    committed_people: PeopleFactory, committed_sessions: SessionFactory
) -> None:
    one, other = await committed_people.owner("One"), await committed_people.owner("Other")
    await other.client.post("/api/customers", json=CUSTOMER)

    async with transaction(committed_sessions, one.scope) as session:
        seen = (await session.scalars(select(AuditEntry))).all()
    async with transaction(committed_sessions, TenantScope(is_platform_wide=True)) as session:
        all_entries = (await session.scalars(select(AuditEntry))).all()

    assert {entry.team_id for entry in seen} == {one.team_id, None}
    assert {entry.user_id for entry in seen} == {one.user_id, None}
    assert {entry.team_id for entry in all_entries} >= {one.team_id, other.team_id}


@pytest.mark.parametrize("statement", ["UPDATE audit_entries SET action = 'x'", "DELETE FROM audit_entries"])
async def test_control_40_entries_are_final(
    committed_owner: Person, committed_sessions: SessionFactory, as_superuser: Callable[..., None], statement: str
) -> None:
    # Row-level security shows the application no row to change; even its owner is refused.
    with pytest.raises(DBAPIError, match="never changed"):
        as_superuser(statement)


async def test_a_chain_has_no_gap_under_concurrency_and_every_link_fits_the_one_before(
    committed_owner: Person, committed_sessions: SessionFactory
) -> None:
    await asyncio.gather(
        *(
            committed_owner.client.post("/api/customers", json=CUSTOMER | {"name": f"Customer {number}"})
            for number in range(20)
        )
    )

    async with transaction(committed_sessions, committed_owner.scope) as session:
        rows = (
            await session.execute(
                text(
                    "SELECT sequence, previous_hash, hash, audit_entry_hash(e) AS expected FROM audit_entries e "
                    "WHERE chain_id = :team ORDER BY sequence"
                ),
                {"team": committed_owner.team_id},
            )
        ).all()
        head = await session.get_one(AuditChain, committed_owner.team_id)

    assert [row.sequence for row in rows] == list(range(1, len(rows) + 1))
    assert len(rows) >= 20
    assert all(row.hash == row.expected for row in rows)
    assert [row.previous_hash for row in rows] == [bytes(32), *(row.hash for row in rows[:-1])]
    assert (head.sequence, head.hash) == (len(rows), rows[-1].hash)
