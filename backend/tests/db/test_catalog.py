"""What PostgreSQL itself says about tenancy: every table is protected, or on the short list with its reason."""

import re

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from app.config import Settings, as_asyncpg_url

# Tables without a team, and why. A new entry here is a decision, not a fix.
WITHOUT_TEAM = {
    "users": "a person may belong to several teams",
    "teams": "the tenant itself: a name; what is private stands in seller_profiles",
    "sessions": "read by the hash of a cookie, before any team is known",
    "refresh_tokens": "read by their hash, before any team is known; nothing in them but the session they belong to",
    "signing_keys": "the installation's own: names of keys, not the keys",
    "impersonations": "between people, who may belong to several teams",
    # accounts
    "sign_ups": "typed by somebody who may not even read that address; found by a mailed token",
    "email_tokens": "hashes of mailed links, found before anybody is known",
    "email_changes": "about a person's own account; one side of it is confirmed by whoever reads the mail",
    "data_exports": "about a person's own account, across their teams",
    "data_export_archives": "of a data export",
    "totp_authenticators": "a person's, who may belong to several teams",
    "recovery_code_sets": "a person's, who may belong to several teams",
    "passkeys": "found by the credential shown at log-in, before anybody is known",
    "passkey_challenges": "hashes, live for five minutes, before anybody is known",
    "audit_chains": "counts and hashes; each transaction locks its own last",
    "linked_identities": "a person's, read by issuer and subject before anybody is signed in",
    "federation_attempts": "a browser's, read by the hash of its state before anybody is signed in",
    "rate_limit_windows": "hashed keys and counts, before anybody is known",
    "mailbox_messages": "development only: stands in for the outside world",
    "mailbox_attachments": "development only: stands in for the outside world",
    "alembic_version": "the schema's version",
    "job_schedules": "the installation's: when tasks start by themselves, for all teams",
    "job_pauses": "the installation's: what no worker starts",
    "job_rates": "counts of starts per task, for all teams",
    "job_workers": "processes of the installation",
    "saq_jobs": "the queue's hot table: function name and run id, arguments stand in job_runs",
    "saq_stats": "the queue's worker figures",
    "saq_versions": "the queue's schema version",
}
# Tables whose policy is wider than "my team", and why.
OTHER_POLICIES = {
    "memberships": "also one's own rows in other teams, to choose a team at log-in",
    "job_runs": "runs of the system have no team and are seen only without one",
    "job_log_lines": "as job_runs",
    "job_statistics": "as job_runs",
    "job_actions": "as job_runs",
    "api_keys": "also the one key that a request shows, before its team is known",
}
# Policies beyond the one on a table's own team, and why.
FURTHER_POLICIES = {
    ("memberships", "platform_reading"): "the administration sees who belongs to which team",
    ("invitations", "by_token"): "a guest, who is in no team yet, reads the one whose link they have",
    ("invitations", "to_own_address"): "a person without a team reads those to their confirmed address",
    **{
        (table, policy): reason
        for table in ("job_runs", "job_log_lines", "job_statistics", "job_actions")
        for policy, reason in (
            ("platform_reading", "the administration sees the jobs of all teams"),
            ("queue", "workers take and end runs of all teams in one statement"),
        )
    },
    ("audit_entries", "reading"): "one's team's, those of one's own account, and all of them for the administration",
    (
        "audit_entries",
        "writing",
    ): "by trigger, from a row that passed its own policy: refusing could only lose evidence",
}
TEAM = "( SELECT (NULLIF(current_setting('app.team_id'::text, true), ''::text))::uuid AS \"nullif\")"


async def _tables(connection: AsyncConnection) -> dict[str, tuple[bool, bool]]:
    rows = await connection.execute(
        text(
            "SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class "
            "WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
        )
    )
    return {row.relname: (row.relrowsecurity, row.relforcerowsecurity) for row in rows}


async def test_control_31_every_table_enables_and_forces_row_level_security_or_is_listed(
    connection: AsyncConnection,
) -> None:
    tables = await _tables(connection)
    unprotected = {name for name, flags in tables.items() if flags != (True, True)}

    assert unprotected == set(WITHOUT_TEAM)


async def test_control_31_every_policy_reads_and_writes_only_the_callers_team(connection: AsyncConnection) -> None:
    rows = (
        await connection.execute(
            text("SELECT tablename, policyname, permissive, roles, cmd, qual, with_check FROM pg_policies")
        )
    ).all()
    tables = await _tables(connection)
    protected = set(tables) - set(WITHOUT_TEAM)
    further = {(row.tablename, row.policyname) for row in rows if row.policyname != "team_isolation"}
    rows = [row for row in rows if row.policyname == "team_isolation"]

    assert further == set(FURTHER_POLICIES)
    assert sorted(row.tablename for row in rows) == sorted(protected - {"audit_entries"})
    for row in rows:
        assert (row.cmd, row.roles) == ("ALL", ["public"]), row.tablename
        if row.tablename not in OTHER_POLICIES:
            assert re.sub(r"\s+", " ", row.qual) == re.sub(r"\s+", " ", row.with_check) == f"(team_id = {TEAM})", (
                row.tablename
            )
    written = {row.tablename: re.sub(r"\s+", " ", row.with_check) for row in rows}
    assert written["memberships"] == written["api_keys"] == f"(team_id = {TEAM})"
    for table in ("job_runs", "job_log_lines", "job_statistics", "job_actions"):
        assert written[table] == f"(NOT (team_id IS DISTINCT FROM {TEAM}))"


async def test_control_31_the_administration_reads_across_teams_only_where_it_says_so(
    connection: AsyncConnection,
) -> None:
    rows = await connection.execute(
        text(
            "SELECT tablename, cmd, qual FROM pg_policies WHERE coalesce(qual, '') || coalesce(with_check, '') LIKE '%platform_wide%'"
        )
    )

    assert {(row.tablename, row.cmd) for row in rows} == {
        ("memberships", "SELECT"),
        ("audit_entries", "SELECT"),
        ("job_runs", "SELECT"),
        ("job_log_lines", "SELECT"),
        ("job_statistics", "SELECT"),
        ("job_actions", "SELECT"),
    }


async def test_control_31_team_stands_in_every_primary_and_unique_key(connection: AsyncConnection) -> None:
    """A key over all teams would tell one team what another has."""
    rows = await connection.execute(
        text(
            "SELECT c.relname AS table_name, i.relname AS index_name, array_agg(a.attname::text) AS columns "
            "FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid "
            "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY(x.indkey) "
            "WHERE x.indisunique AND c.relrowsecurity GROUP BY 1, 2"
        )
    )
    # A run's id is random and also the key of its row in saq_jobs; runs of the system, and what is done to them, have no team.
    # An audit chain is a team's or a person's.
    without_team = {row.index_name for row in rows if "team_id" not in row.columns}

    assert without_team == {"pk_audit_entries", "pk_job_runs", "pk_job_actions"}


async def test_control_31_no_foreign_key_between_tenant_tables_can_cross_teams(connection: AsyncConnection) -> None:
    rows = await connection.execute(
        text(
            "SELECT con.conname, array_agg(a.attname::text) AS columns FROM pg_constraint con "
            "JOIN pg_class child ON child.oid = con.conrelid JOIN pg_class parent ON parent.oid = con.confrelid "
            "JOIN pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = ANY(con.conkey) "
            "WHERE con.contype = 'f' AND child.relrowsecurity AND parent.relrowsecurity GROUP BY 1"
        )
    )
    keys = {row.conname: row.columns for row in rows}

    assert keys
    assert [name for name, columns in keys.items() if "team_id" not in columns] == []


async def test_control_31_the_application_role_owns_nothing_and_cannot_bypass(connection: AsyncConnection) -> None:
    role = (
        await connection.execute(
            text("SELECT rolname, rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user")
        )
    ).one()
    owned = await connection.scalar(
        text("SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = current_user")
    )

    assert tuple(role) == ("quittance_app", False, False, False)
    assert owned == 0


@pytest.mark.parametrize("privilege", ["TRUNCATE", "REFERENCES", "TRIGGER"])
async def test_control_31_the_application_role_has_no_privilege_that_ignores_policies(
    connection: AsyncConnection, privilege: str
) -> None:
    names = await _tables(connection)
    granted = [
        name
        for name in names
        if await connection.scalar(
            text("SELECT has_table_privilege(current_user, :name, :privilege)"), {"name": name, "privilege": privilege}
        )
    ]

    assert granted == []


async def test_control_31_views_and_definer_functions_do_not_step_around_policies(connection: AsyncConnection) -> None:
    views = await connection.scalar(
        text(
            "SELECT count(*) FROM pg_class WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace "
            "AND NOT coalesce(reloptions @> ARRAY['security_invoker=true'], false)"
        )
    )
    definers = await connection.scalar(
        text("SELECT count(*) FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace")
    )

    assert (views, definers) == (0, 0)


async def test_control_31_no_row_of_a_tenant_table_can_be_without_its_team(connection: AsyncConnection) -> None:
    rows = await connection.execute(
        text(
            "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'team_id' "
            "WHERE c.relkind IN ('r', 'p') AND c.relrowsecurity AND NOT a.attnotnull"
        )
    )

    # The system's own runs with what is kept about them, and what a person did to their own account.
    assert {row.relname for row in rows} == {
        "job_runs",
        "job_log_lines",
        "job_statistics",
        "job_actions",
        "audit_entries",
    }


async def test_control_31_the_application_role_makes_no_tables_views_or_functions(connection: AsyncConnection) -> None:
    """What it made would be its own: row-level security binds no owner by itself."""
    may = await connection.execute(
        text(
            "SELECT has_schema_privilege(current_user, 'public', 'CREATE'), "
            "has_database_privilege(current_user, current_database(), 'CREATE'), "
            "(SELECT count(*) FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = current_user)"
        )
    )

    assert tuple(may.one()) == (False, False, 0)


@pytest.mark.parametrize("privilege", ["TRUNCATE", "REFERENCES", "TRIGGER"])
async def test_control_31_a_table_of_the_next_migration_gets_no_such_privilege_either(
    settings: Settings, privilege: str
) -> None:
    engine = create_async_engine(as_asyncpg_url(settings.database.owner_url), poolclass=NullPool)
    async with engine.connect() as owner:
        await owner.execute(text("CREATE TABLE made_by_the_next_migration (team_id uuid)"))
        granted = await owner.scalar(
            text("SELECT has_table_privilege('quittance_app', 'made_by_the_next_migration', :privilege)"),
            {"privilege": privilege},
        )
        await owner.rollback()
    await engine.dispose()

    assert granted is False
