"""the audit log: every change of an audited row, written by triggers at COMMIT, in one hash chain per team or account

Revises 0003. A later table that people change copies `_audit` into its own migration; tests/db/test_audited_tables.py fails on one that
is neither audited nor on its list.
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TEAM = "(SELECT nullif(current_setting('app.team_id', true), '')::uuid)"
_USER = "(SELECT nullif(current_setting('app.user_id', true), '')::uuid)"
_IS_PLATFORM_WIDE = "current_setting('app.platform_wide', true) = 'on'"

# table: what it is called, and its columns for the target, the team, and (without a team) the person.
_AUDITED = {
    "users": ("user", "id", "", "id"),
    "sessions": ("session", "id", "", "user_id"),
    "impersonations": ("impersonation", "id", "", "user_id"),
    "teams": ("team", "id", "id", ""),
    "memberships": ("membership", "user_id", "team_id", ""),
    "seller_profiles": ("seller_profile", "team_id", "team_id", ""),
    "customers": ("customer", "id", "team_id", ""),
    "invoices": ("invoice", "id", "team_id", ""),
    "payments": ("payment", "id", "team_id", ""),
}


def _audit(table: str, target_type: str, target_column: str, team_column: str, user_column: str) -> None:
    # Deferred: the chain's lock is the last one a transaction takes, so it cannot be part of a deadlock.
    op.execute(f"""
        CREATE CONSTRAINT TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON {table} DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION audit_row('{target_type}', '{target_column}', '{team_column}', '{user_column}')
    """)


def upgrade() -> None:
    op.create_table(
        "audit_chains",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_chains")),
    )
    op.create_table(
        "audit_entries",
        sa.Column("chain_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sa.String(length=120), nullable=True),
        sa.Column("impersonator_id", sa.Uuid(), nullable=True),
        sa.Column("credential", sa.String(length=16), nullable=True),
        sa.Column("credential_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.String(length=80), nullable=False),
        sa.Column("target_type", sa.String(length=40), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("change", sa.String(length=8), nullable=False),
        sa.Column("before", postgresql.JSONB(), nullable=True),
        sa.Column("after", postgresql.JSONB(), nullable=True),
        sa.Column("request_id", sa.String(length=64), nullable=True),
        sa.Column("trace_id", sa.String(length=64), nullable=True),
        sa.Column("ip_address", sa.String(length=45), nullable=True),
        sa.Column("previous_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("chain_id", "sequence", name=op.f("pk_audit_entries")),
    )
    op.create_index(
        "ix_audit_entries_team_id_occurred_at",
        "audit_entries",
        ["team_id", sa.literal_column("occurred_at DESC"), sa.literal_column("sequence DESC")],
        unique=False,
    )
    op.create_index(
        "ix_audit_entries_user_id_occurred_at",
        "audit_entries",
        ["user_id", sa.literal_column("occurred_at DESC")],
        unique=False,
    )
    op.create_index(
        "ix_audit_entries_occurred_at", "audit_entries", [sa.literal_column("occurred_at DESC")], unique=False
    )
    op.create_index("ix_audit_entries_team_id_target_id", "audit_entries", ["team_id", "target_id"], unique=False)

    op.execute("ALTER TABLE audit_entries ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE audit_entries FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY reading ON audit_entries FOR SELECT USING "
        f"(team_id = {_TEAM} OR (team_id IS NULL AND user_id = {_USER}) OR {_IS_PLATFORM_WIDE})"
    )
    # The changed row itself had to pass its own policy; refusing its trace could only lose evidence.
    op.execute("CREATE POLICY writing ON audit_entries FOR INSERT WITH CHECK (true)")
    op.execute(
        "CREATE TRIGGER rows_are_final BEFORE UPDATE OR DELETE ON audit_entries FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )

    # Microseconds and not a timestamp: its text would follow the session's time zone.
    op.execute("""
        CREATE FUNCTION audit_entry_hash(entry audit_entries) RETURNS bytea LANGUAGE sql STABLE AS $$
            SELECT sha256(entry.previous_hash || convert_to(
                (to_jsonb(entry) - '{hash,previous_hash,occurred_at}'::text[]
                 || jsonb_build_object('occurred_at_us', (extract(epoch FROM entry.occurred_at) * 1000000)::bigint))::text, 'UTF8'))
        $$
    """)
    op.execute("""
        CREATE FUNCTION append_audit_entry(p_team_id uuid, p_user_id uuid, p_target_type text, p_target_id uuid, p_change text,
                                           p_before jsonb, p_after jsonb) RETURNS void LANGUAGE plpgsql AS $$
        DECLARE
            entry audit_entries%ROWTYPE;
            request jsonb := coalesce(nullif(current_setting('app.request', true), ''), '{}')::jsonb;
            actor jsonb := coalesce(nullif(current_setting('app.actor', true), ''), '{}')::jsonb;
        BEGIN
            entry.chain_id := coalesce(p_team_id, p_user_id);
            INSERT INTO audit_chains (id, sequence, hash) VALUES (entry.chain_id, 0, decode(repeat('00', 32), 'hex'))
                ON CONFLICT (id) DO NOTHING;
            SELECT c.sequence + 1, c.hash INTO entry.sequence, entry.previous_hash
              FROM audit_chains c WHERE c.id = entry.chain_id FOR UPDATE;
            entry.team_id := p_team_id;
            entry.user_id := p_user_id;
            entry.occurred_at := clock_timestamp();
            entry.actor_id := nullif(current_setting('app.user_id', true), '')::uuid;
            SELECT u.name INTO entry.actor_name FROM users u WHERE u.id = entry.actor_id;
            entry.impersonator_id := (actor->>'impersonator_id')::uuid;
            entry.credential := actor->>'credential';
            entry.credential_id := (actor->>'credential_id')::uuid;
            entry.action := left(coalesce(request->>'action', 'unknown'), 80);
            entry.target_type := p_target_type;
            entry.target_id := p_target_id;
            entry.change := p_change;
            entry.before := p_before;
            entry.after := p_after;
            entry.request_id := left(request->>'request_id', 64);
            entry.trace_id := left(request->>'trace_id', 64);
            entry.ip_address := left(request->>'ip_address', 45);
            entry.hash := audit_entry_hash(entry);
            INSERT INTO audit_entries VALUES (entry.*);
            UPDATE audit_chains SET sequence = entry.sequence, hash = entry.hash WHERE id = entry.chain_id;
        END $$
    """)
    op.execute("""
        CREATE FUNCTION audit_row() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            silent CONSTANT text[] := '{created_at,updated_at,last_seen_at,last_used_at}';
            old_row jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
            new_row jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
            known jsonb := coalesce(new_row, old_row);
            differs text[];
            before jsonb;
            after jsonb;
        BEGIN
            SELECT array_agg(key) INTO differs FROM jsonb_object_keys(known) AS key
             WHERE key <> ALL (silent) AND old_row->key IS DISTINCT FROM new_row->key AND (TG_OP = 'UPDATE' OR known->key <> 'null');
            IF differs IS NULL THEN
                RETURN NULL;
            END IF;
            SELECT jsonb_object_agg(key, CASE WHEN key ~ '(hash|secret)' AND old_row->key <> 'null' THEN '"•••"' ELSE old_row->key END),
                   jsonb_object_agg(key, CASE WHEN key ~ '(hash|secret)' AND new_row->key <> 'null' THEN '"•••"' ELSE new_row->key END)
              INTO before, after FROM unnest(differs) AS key;
            PERFORM append_audit_entry(
                (known->>nullif(TG_ARGV[2], ''))::uuid, (known->>nullif(TG_ARGV[3], ''))::uuid, TG_ARGV[0], (known->>TG_ARGV[1])::uuid,
                CASE TG_OP WHEN 'INSERT' THEN 'created' WHEN 'UPDATE' THEN 'updated' ELSE 'deleted' END,
                CASE WHEN TG_OP <> 'INSERT' THEN before END, CASE WHEN TG_OP <> 'DELETE' THEN after END);
            RETURN NULL;
        END $$
    """)
    for table, arguments in _AUDITED.items():
        _audit(table, *arguments)


def downgrade() -> None:
    for table in _AUDITED:
        op.execute(f"DROP TRIGGER audit ON {table}")
    op.execute("DROP FUNCTION audit_row()")
    op.execute("DROP FUNCTION append_audit_entry(uuid, uuid, text, uuid, text, jsonb, jsonb)")
    op.execute("DROP FUNCTION audit_entry_hash(audit_entries)")
    op.drop_table("audit_entries")
    op.drop_table("audit_chains")
