"""api clients: API keys, connected programs, their refresh tokens, and the names of the keys that sign access tokens

Revises 0007. One step, no models imported, safe while the previous release runs: it knows none of these tables.
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_TEAM = "(SELECT nullif(current_setting('app.team_id', true), '')::uuid)"
# Set by authenticate_api_key alone, while it looks for the one key that it was shown.
_SHOWN_KEY = "decode(current_setting('app.token_hash', true), 'hex')"


def _protect(table: str, condition: str, *, reading: str = "") -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY team_isolation ON {table} USING ({reading or condition}) WITH CHECK ({condition})")


def _audit(table: str, target_type: str, target_column: str, team_column: str, user_column: str) -> None:
    op.execute(f"""
        CREATE CONSTRAINT TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON {table} DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION audit_row('{target_type}', '{target_column}', '{team_column}', '{user_column}')
    """)


def upgrade() -> None:
    op.create_table(
        "signing_keys",
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_keys")),
    )
    op.create_table(
        "api_keys",
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["team_id", "user_id"],
            ["memberships.team_id", "memberships.user_id"],
            name=op.f("fk_api_keys_team_id_user_id_memberships"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_api_keys_team_id_teams"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["revoked_by_id"], ["users.id"], name=op.f("fk_api_keys_revoked_by_id_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("team_id", "id", name=op.f("pk_api_keys")),
    )
    op.create_index("ix_api_keys_key_hash", "api_keys", ["key_hash"], unique=False)
    op.create_index("ix_api_keys_team_id_user_id", "api_keys", ["team_id", "user_id"], unique=False)

    op.create_table(
        "api_clients",
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("connected_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["team_id", "user_id"],
            ["memberships.team_id", "memberships.user_id"],
            name=op.f("fk_api_clients_team_id_user_id_memberships"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["teams.id"], name=op.f("fk_api_clients_team_id_teams"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_api_clients_session_id_sessions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("team_id", "id", name=op.f("pk_api_clients")),
    )
    op.create_index("ix_api_clients_session_id", "api_clients", ["session_id"], unique=False)
    op.create_index("ix_api_clients_team_id_user_id", "api_clients", ["team_id", "user_id"], unique=False)

    op.create_table(
        "refresh_tokens",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_refresh_tokens_session_id_sessions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refresh_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_refresh_tokens_token_hash")),
    )
    op.create_index("ix_refresh_tokens_session_id", "refresh_tokens", ["session_id"], unique=False)

    _protect("api_keys", f"team_id = {_TEAM}", reading=f"team_id = {_TEAM} OR key_hash = {_SHOWN_KEY}")
    _protect("api_clients", f"team_id = {_TEAM}")
    _audit("api_keys", "api_key", "id", "team_id", "")
    _audit("api_clients", "api_client", "id", "team_id", "")

    # Ends the event streams that the key opened, also when it went with its maker's membership.
    op.execute("""
        CREATE FUNCTION announce_ended_api_key() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_notify('quittance_revoked_sessions', OLD.id::text);
            RETURN NULL;
        END $$
    """)
    op.execute("""
        CREATE TRIGGER announce_revocation AFTER UPDATE OF revoked_at ON api_keys
        FOR EACH ROW WHEN (OLD.revoked_at IS NULL AND NEW.revoked_at IS NOT NULL) EXECUTE FUNCTION announce_ended_api_key()
    """)
    op.execute("""
        CREATE TRIGGER announce_removal AFTER DELETE ON api_keys
        FOR EACH ROW WHEN (OLD.revoked_at IS NULL) EXECUTE FUNCTION announce_ended_api_key()
    """)
    op.execute("""
        CREATE FUNCTION end_session_of_api_client() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            UPDATE sessions SET revoked_at = clock_timestamp() WHERE id = OLD.session_id AND revoked_at IS NULL;
            RETURN NULL;
        END $$
    """)
    op.execute("""
        CREATE TRIGGER end_session AFTER DELETE ON api_clients
        FOR EACH ROW EXECUTE FUNCTION end_session_of_api_client()
    """)

    # One round trip, as authenticate_session: a key is looked at as a session that never proved who its person is.
    op.execute("""
        CREATE FUNCTION authenticate_api_key(p_key_hash bytea, p_now timestamptz, p_request text)
        RETURNS SETOF principal LANGUAGE plpgsql AS $$
        DECLARE
            found_key api_keys%ROWTYPE;
            as_session sessions%ROWTYPE;
            who principal;
        BEGIN
            PERFORM set_config('app.token_hash', encode(p_key_hash, 'hex'), true);
            SELECT * INTO found_key FROM api_keys k
             WHERE k.key_hash = p_key_hash AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > p_now);
            PERFORM set_config('app.token_hash', '', true);
            IF found_key.id IS NULL THEN
                RETURN;
            END IF;
            PERFORM set_config('app.request', p_request, true);
            as_session.id := found_key.id;
            as_session.user_id := found_key.user_id;
            as_session.team_id := found_key.team_id;
            as_session.assurance_level := 1;
            as_session.is_second_factor_due := false;
            as_session.scopes := found_key.scopes;
            as_session.last_seen_at := p_now;
            SELECT p.* INTO who FROM principal_of_session(as_session, 'api_key', p_now) p;
            IF who.team_id IS NULL THEN
                RETURN;
            END IF;
            IF found_key.last_used_at IS NULL OR found_key.last_used_at < p_now - interval '1 minute' THEN
                PERFORM 1 FROM api_keys k WHERE k.team_id = found_key.team_id AND k.id = found_key.id FOR NO KEY UPDATE SKIP LOCKED;
                IF FOUND THEN
                    UPDATE api_keys k SET last_used_at = p_now
                     WHERE k.team_id = found_key.team_id AND k.id = found_key.id AND k.revoked_at IS NULL;
                END IF;
            END IF;
            RETURN NEXT who;
        END $$
    """)
    op.execute("""
        CREATE FUNCTION authenticate_access_token(p_session_id uuid, p_now timestamptz, p_request text)
        RETURNS SETOF principal LANGUAGE plpgsql AS $$
        DECLARE
            found_session sessions%ROWTYPE;
        BEGIN
            SELECT * INTO found_session FROM sessions s
             WHERE s.id = p_session_id AND s.kind = 'api_client' AND s.revoked_at IS NULL AND s.expires_at > p_now;
            IF NOT FOUND THEN
                RETURN;
            END IF;
            PERFORM set_config('app.request', p_request, true);
            RETURN QUERY SELECT * FROM principal_of_session(found_session, 'access_token', p_now) p WHERE p.team_id IS NOT NULL;
        END $$
    """)


def downgrade() -> None:
    op.execute("DROP FUNCTION authenticate_access_token(uuid, timestamptz, text)")
    op.execute("DROP FUNCTION authenticate_api_key(bytea, timestamptz, text)")
    op.execute("UPDATE sessions SET revoked_at = now() WHERE kind = 'api_client' AND revoked_at IS NULL")
    op.drop_table("refresh_tokens")
    op.drop_table("api_clients")
    op.drop_table("api_keys")
    op.drop_table("signing_keys")
    op.execute("DROP FUNCTION end_session_of_api_client()")
    op.execute("DROP FUNCTION announce_ended_api_key()")
