"""Whoever tampers with the audit log, the database's superuser included, leaves a broken link or a missing head."""

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import text

from app.audit.chains import ChainReport, ChainVerifier
from app.audit.repositories import ChainRepository
from app.db.session import SessionFactory, transaction
from app.db.tenancy import TenantScope
from tests.support.people import Person

type AsSuperuser = Callable[..., None]

_UNLOCK = "ALTER TABLE audit_entries DISABLE TRIGGER USER"
_LOCK = "ALTER TABLE audit_entries ENABLE TRIGGER USER"
_IS_LAST = "sequence = (SELECT max(sequence) FROM audit_entries WHERE chain_id = '{chain}')"
_SWAP = "UPDATE audit_entries SET sequence = sequence - 7 WHERE chain_id = '{chain}' AND sequence IN (3, 4)"
# Everything that PostgreSQL and Python could write differently.
AWKWARD = 'Ünï "quoted" \\ back\b\f\n\r\t\x01\x1f\x7f 😀   </script>'


async def _verify(
    sessions: SessionFactory, chain_id: UUID | None = None, expected: dict[UUID, bytes] | None = None
) -> dict[UUID, ChainReport]:
    async with transaction(sessions, TenantScope(is_platform_wide=True)) as session:
        reports = await ChainVerifier(ChainRepository(session)).verify_all(chain_id, expected or {})
    return {report.chain_id: report for report in reports}


@pytest.fixture
async def chain(committed_owner: Person) -> UUID:
    for number in range(4):
        body = {"name": f"{number} {AWKWARD}", "email": "a@example.com", "currency": "EUR", "notes": AWKWARD}
        answer = await committed_owner.client.post("/api/customers", json=body)
        assert answer.status_code == 201, answer.text
    return committed_owner.team_id


async def test_an_untouched_log_holds_whatever_its_entries_say(chain: UUID, committed_sessions: SessionFactory) -> None:
    reports = await _verify(committed_sessions)

    assert len(reports) == 2, "the team's and its owner's"
    assert {report.fault for report in reports.values()} == {None}
    assert reports[chain].entries >= 6


@pytest.mark.parametrize(
    ("tampering", "fault"),
    [
        (
            "UPDATE audit_entries SET action = 'nothing' WHERE chain_id = '{chain}' AND sequence = 3",
            "entry 3 is not what",
        ),
        (
            f"UPDATE audit_entries SET after = jsonb_set(after, '{{{{name}}}}', '1') WHERE chain_id = '{{chain}}' AND {_IS_LAST}",
            "is not what was written",
        ),
        (
            "UPDATE audit_entries SET impersonator_id = NULL, actor_id = NULL WHERE chain_id = '{chain}' AND sequence = 4",
            "entry 4",
        ),
        ("DELETE FROM audit_entries WHERE chain_id = '{chain}' AND sequence = 3", "entry 3 is missing"),
        (
            f"DELETE FROM audit_entries WHERE chain_id = '{{chain}}' AND {_IS_LAST}",
            "is missing: the head counts",
        ),
        (
            f"{_SWAP}; UPDATE audit_entries SET sequence = -sequence WHERE chain_id = '{{chain}}' AND sequence < 0",
            "entry 3 does not follow",
        ),
        ("UPDATE audit_chains SET hash = sha256('x') WHERE id = '{chain}'", "the head is not the hash"),
        ("UPDATE audit_chains SET sequence = 1 WHERE id = '{chain}'", "entry 2 stands behind the head"),
        ("DELETE FROM audit_chains WHERE id = '{chain}'", "its head is missing"),
        ("DELETE FROM audit_entries WHERE chain_id = '{chain}'", "entry 1 is missing"),
    ],
    ids=[
        "changed entry",
        "changed content",
        "changed actor",
        "deleted middle",
        "cut tail",
        "reordered",
        "rewritten head",
        "shortened head",
        "deleted head",
        "deleted entries",
    ],
)
async def test_tampering_shows(
    chain: UUID, committed_sessions: SessionFactory, as_superuser: AsSuperuser, tampering: str, fault: str
) -> None:
    as_superuser(_UNLOCK, *tampering.format(chain=chain).split("; "), _LOCK)

    report = (await _verify(committed_sessions))[chain]

    assert report.fault is not None
    assert fault in report.fault


_THIRD = "(SELECT hash FROM audit_entries WHERE chain_id = '{chain}' AND sequence = 3)"
_CUT_AND_REWRITE = (
    "DELETE FROM audit_entries WHERE chain_id = '{chain}' AND sequence > 3",
    f"UPDATE audit_chains SET sequence = 3, hash = {_THIRD} WHERE id = '{{chain}}'",
)


async def test_a_cut_tail_under_a_rewritten_head_shows_against_a_head_kept_elsewhere(
    chain: UUID, committed_sessions: SessionFactory, as_superuser: AsSuperuser
) -> None:
    noted = {chain: (await _verify(committed_sessions))[chain].head}
    as_superuser(_UNLOCK, *(statement.format(chain=chain) for statement in _CUT_AND_REWRITE), _LOCK)

    assert (await _verify(committed_sessions))[chain].fault is None, "the database alone cannot tell"
    assert "cut or written anew" in str((await _verify(committed_sessions, expected=noted))[chain].fault)


async def test_a_chain_that_is_gone_altogether_shows_against_a_head_kept_elsewhere(
    chain: UUID, committed_sessions: SessionFactory, as_superuser: AsSuperuser
) -> None:
    noted = {chain: (await _verify(committed_sessions))[chain].head}
    as_superuser(
        _UNLOCK,
        f"DELETE FROM audit_entries WHERE chain_id = '{chain}'",
        f"DELETE FROM audit_chains WHERE id = '{chain}'",
        _LOCK,
    )

    assert (await _verify(committed_sessions, expected=noted))[chain].fault == "all of it is missing"


async def test_a_head_noted_earlier_still_holds_when_the_log_has_grown(
    chain: UUID, committed_owner: Person, committed_sessions: SessionFactory
) -> None:
    noted = {chain: (await _verify(committed_sessions))[chain].head}
    await committed_owner.client.patch("/api/team", json={"name": "Renamed"})

    assert (await _verify(committed_sessions, expected=noted))[chain].fault is None


async def test_a_replaced_function_of_the_database_hides_nothing(
    chain: UUID, committed_sessions: SessionFactory, as_superuser: AsSuperuser
) -> None:
    async with transaction(committed_sessions) as session:
        original = await session.scalar(text("SELECT pg_get_functiondef('audit_entry_hash'::regproc)"))
    try:
        as_superuser(
            _UNLOCK,
            f"UPDATE audit_entries SET action = 'nothing' WHERE chain_id = '{chain}' AND sequence = 3",
            "CREATE OR REPLACE FUNCTION audit_entry_hash(entry audit_entries) RETURNS bytea LANGUAGE sql AS 'SELECT entry.hash'",
            _LOCK,
        )
        assert "entry 3" in str((await _verify(committed_sessions))[chain].fault)
    finally:
        as_superuser(str(original).replace(":", r"\:"))
