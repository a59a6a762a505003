"""Each page of the log is read from an index: a year of entries costs no more than a day's."""

from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.audit.repositories import AuditRepository
from app.audit.schemas import AuditFilters, AuditQuery
from app.db.session import SessionFactory, transaction
from app.db.tenancy import TenantScope
from app.lib import clock
from app.lib.ids import new_id
from tests.support.people import Person

OF_TEAM = "ix_audit_entries_team_id_occurred_at"
OF_THING = "ix_audit_entries_team_id_target_id"
OF_PERSON = "ix_audit_entries_user_id_occurred_at"
OF_ALL = "ix_audit_entries_occurred_at"
NO_FILTERS = AuditFilters()
# 5 teams with 4000 entries each, and 20 people with 250 about their own account.
_FILL = """
INSERT INTO audit_entries (chain_id, sequence, team_id, user_id, occurred_at, actor_name, action, target_type, target_id,
                           change, previous_hash, hash)
SELECT chain, 1000 + n, team, person, now() - n * interval '1 minute', 'Filler', 'update_customer', 'customer',
       gen_random_uuid(), 'updated', sha256(''), sha256('')
FROM (SELECT id AS chain, id AS team, NULL::uuid AS person, 4000 AS entries
        FROM unnest(ARRAY[CAST(:team AS uuid), gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), gen_random_uuid()]) id
      UNION ALL
      SELECT id, NULL, id, 250 FROM (SELECT CAST(:person AS uuid) AS id UNION ALL
                                     SELECT gen_random_uuid() FROM generate_series(1, 19)) people) logs,
     LATERAL generate_series(1, entries) n
"""

type Plans = Callable[..., Awaitable[list[str]]]


@pytest.fixture
async def plans(
    engine: AsyncEngine, committed_owner: Person, committed_sessions: SessionFactory, as_superuser: Callable[..., None]
) -> Plans:
    """The plans by which a reader's first page is read, and the next one where there is one."""
    owner = committed_owner
    async with transaction(committed_sessions, owner.scope) as session:
        await session.execute(text(_FILL), {"team": owner.team_id, "person": owner.user_id})
    as_superuser("ANALYZE audit_entries")

    async def explain(reader: str, filters: AuditFilters = NO_FILTERS) -> list[str]:
        scope = TenantScope(is_platform_wide=True) if reader == "administration" else owner.scope
        async with transaction(committed_sessions, scope) as session:
            repository = {
                "team": AuditRepository.of_team(session, owner.team_id),
                "account": AuditRepository.of_account(session, owner.user_id),
                "administration": AuditRepository.of_all(session, team_id=None, user_id=None),
            }[reader]
            with _sent_on(engine) as sent:
                _, cursor = await repository.list_page(AuditQuery(filters=filters, cursor=None, limit=50))
                if cursor:
                    await repository.list_page(AuditQuery(filters=filters, cursor=cursor, limit=50))
            connection = await session.connection()
            found = [
                await connection.exec_driver_sql(f"EXPLAIN {statement}", parameters) for statement, parameters in sent
            ]
            return ["\n".join(rows.scalars()) for rows in found]

    return explain


@contextmanager
def _sent_on(engine: AsyncEngine) -> Generator[list[tuple[str, Any]]]:
    sent: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        if "FROM audit_entries" in statement:
            sent.append((statement, parameters))

    event.listen(engine.sync_engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine.sync_engine, "before_cursor_execute", note)


async def test_first_and_later_pages_come_from_the_readers_index(plans: Plans) -> None:
    # Of a person's few entries the planner may gather all; of a team's or everybody's, never.
    for reader, wanted in (
        ("team", f"Index Scan using {OF_TEAM}"),
        ("administration", f"Index Scan using {OF_ALL}"),
        ("account", OF_PERSON),
    ):
        found = await plans(reader)

        assert len(found) == 2
        for plan in found:
            assert wanted in plan, plan
            assert "Seq Scan on audit_entries" not in plan, plan


async def test_a_period_and_the_history_of_one_thing_come_from_an_index(plans: Plans) -> None:
    [of_thing] = await plans("team", AuditFilters(target_id=new_id()))
    of_period = await plans("team", AuditFilters(occurred_until=clock.now() - timedelta(days=2)))

    assert OF_THING in of_thing, of_thing
    for plan in of_period:
        assert OF_TEAM in plan, plan
