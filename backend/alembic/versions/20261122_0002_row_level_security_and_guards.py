"""Row-level security, the triggers that keep issued documents still, and session authentication.

Revises 0001. A later tenant table copies `_protect` into its own migration.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# After SET LOCAL ends the setting is '' and not NULL, so a bare cast to uuid would fail.
_TEAM = "(SELECT nullif(current_setting('app.team_id', true), '')::uuid)"
_USER = "(SELECT nullif(current_setting('app.user_id', true), '')::uuid)"

_TENANT_TABLES = (
    "customers",
    "invoices",
    "invoice_lines",
    "invoice_taxes",
    "invoice_deliveries",
    "invoice_files",
    "number_series",
    "payments",
    "seller_profiles",
    "team_events",
)


def _protect(table: str, condition: str) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY team_isolation ON {table} USING ({condition}) WITH CHECK ({condition})")


def upgrade() -> None:
    for table in _TENANT_TABLES:
        _protect(table, f"team_id = {_TEAM}")
    # A person may see which teams they belong to before one of them is chosen.
    op.execute("ALTER TABLE memberships ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE memberships FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY team_isolation ON memberships USING (team_id = {_TEAM} OR user_id = {_USER}) WITH CHECK (team_id = {_TEAM})"
    )
    # Runs of the system have no team: they are seen only by transactions without one.
    _protect("job_runs", f"team_id IS NOT DISTINCT FROM {_TEAM}")

    op.execute("""
        CREATE FUNCTION refuse_change_of_issued_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF OLD.state = 'draft' THEN
                RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
            END IF;
            IF TG_OP = 'UPDATE' AND OLD.state = 'issued' AND NEW.state = 'void'
               AND to_jsonb(NEW) - '{state,voided_at,void_reason,updated_at}'::text[]
                 = to_jsonb(OLD) - '{state,voided_at,void_reason,updated_at}'::text[] THEN
                RETURN NEW;
            END IF;
            RAISE EXCEPTION 'invoice % is issued and cannot change', OLD.number USING ERRCODE = 'restrict_violation';
        END $$
    """)
    op.execute("""
        CREATE TRIGGER issued_invoice_is_immutable BEFORE UPDATE OR DELETE ON invoices
        FOR EACH ROW EXECUTE FUNCTION refuse_change_of_issued_invoice()
    """)
    op.execute("""
        CREATE FUNCTION refuse_change_of_issued_invoice_part() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            parents uuid[] := CASE TG_OP
                WHEN 'INSERT' THEN ARRAY[NEW.invoice_id]
                WHEN 'DELETE' THEN ARRAY[OLD.invoice_id]
                ELSE ARRAY[OLD.invoice_id, NEW.invoice_id] END;
            parent_state text;
        BEGIN
            -- Locked, so that a line cannot slip in beside the statement that issues its invoice.
            -- A deleted draft takes its parts along: then the parent is already gone.
            FOR parent_state IN
                SELECT state FROM invoices
                 WHERE team_id = CASE TG_OP WHEN 'INSERT' THEN NEW.team_id ELSE OLD.team_id END AND id = ANY (parents)
                   FOR SHARE
            LOOP
                IF parent_state <> 'draft' THEN
                    RAISE EXCEPTION 'the invoice is issued and its % cannot change', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
                END IF;
            END LOOP;
            RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
        END $$
    """)
    for table in ("invoice_lines", "invoice_taxes"):
        op.execute(f"""
            CREATE TRIGGER issued_invoice_is_immutable BEFORE INSERT OR UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION refuse_change_of_issued_invoice_part()
        """)
    op.execute("""
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
        END $$
    """)
    for table in ("invoice_files", "team_events"):
        op.execute(
            f"CREATE TRIGGER rows_are_final BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    op.execute("""
        CREATE FUNCTION refuse_change_of_payment() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'UPDATE' AND OLD.reversed_at IS NULL AND NEW.reversed_at IS NOT NULL
               AND to_jsonb(NEW) - '{reversed_at,reversed_by_id,reversal_reason}'::text[]
                 = to_jsonb(OLD) - '{reversed_at,reversed_by_id,reversal_reason}'::text[] THEN
                RETURN NEW;
            END IF;
            -- A removed account leaves its payments behind: the foreign keys set these two to NULL.
            IF TG_OP = 'UPDATE' AND (NEW.recorded_by_id IS NULL OR NEW.reversed_by_id IS NULL)
               AND to_jsonb(NEW) - '{recorded_by_id,reversed_by_id}'::text[]
                 = to_jsonb(OLD) - '{recorded_by_id,reversed_by_id}'::text[] THEN
                RETURN NEW;
            END IF;
            RAISE EXCEPTION 'a payment is reversed, never changed' USING ERRCODE = 'restrict_violation';
        END $$
    """)
    op.execute("""
        CREATE TRIGGER payment_is_immutable BEFORE UPDATE OR DELETE ON payments
        FOR EACH ROW EXECUTE FUNCTION refuse_change_of_payment()
    """)

    op.execute("""
        CREATE FUNCTION announce_team_event() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_notify('quittance_team_events', NEW.team_id || ':' || NEW.id);
            RETURN NEW;
        END $$
    """)
    op.execute(
        "CREATE TRIGGER announce AFTER INSERT ON team_events FOR EACH ROW EXECUTE FUNCTION announce_team_event()"
    )
    op.execute("""
        CREATE FUNCTION announce_revoked_session() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_notify('quittance_revoked_sessions', NEW.id::text);
            RETURN NEW;
        END $$
    """)
    op.execute("""
        CREATE TRIGGER announce_revocation AFTER UPDATE OF revoked_at ON sessions
        FOR EACH ROW WHEN (OLD.revoked_at IS NULL AND NEW.revoked_at IS NOT NULL) EXECUTE FUNCTION announce_revoked_session()
    """)

    # One round trip for what every request needs: find the session, scope the transaction, read the membership.
    op.execute("""
        CREATE FUNCTION authenticate_session(p_id_hash bytea, p_now timestamptz, p_idle interval)
        RETURNS TABLE (session_id uuid, user_id uuid, user_name text, email text, is_platform_admin boolean,
                       team_id uuid, team_name text, role text)
        LANGUAGE plpgsql AS $$
        #variable_conflict use_column
        DECLARE
            found_session sessions%ROWTYPE;
        BEGIN
            SELECT * INTO found_session FROM sessions s
             WHERE s.id_hash = p_id_hash AND s.revoked_at IS NULL AND s.expires_at > p_now AND s.last_seen_at > p_now - p_idle;
            IF NOT FOUND THEN
                RETURN;
            END IF;
            PERFORM set_config('app.team_id', found_session.team_id::text, true), set_config('app.user_id', found_session.user_id::text, true);
            IF found_session.last_seen_at < p_now - interval '1 minute' THEN
                -- Requests side by side must not queue for this: one of them writing it is enough.
                PERFORM 1 FROM sessions WHERE id = found_session.id AND revoked_at IS NULL FOR UPDATE SKIP LOCKED;
                IF FOUND THEN
                    UPDATE sessions SET last_seen_at = p_now WHERE id = found_session.id AND revoked_at IS NULL;
                END IF;
            END IF;
            RETURN QUERY
                SELECT found_session.id, u.id, u.name::text, u.email::text, u.is_platform_admin, t.id, t.name::text, m.role::text
                  FROM memberships m JOIN users u ON u.id = m.user_id JOIN teams t ON t.id = m.team_id
                 WHERE m.team_id = found_session.team_id AND m.user_id = found_session.user_id;
        END $$
    """)


def downgrade() -> None:
    op.execute("DROP FUNCTION authenticate_session(bytea, timestamptz, interval)")
    op.execute("DROP TRIGGER announce_revocation ON sessions")
    op.execute("DROP FUNCTION announce_revoked_session()")
    op.execute("DROP TRIGGER announce ON team_events")
    op.execute("DROP FUNCTION announce_team_event()")
    op.execute("DROP TRIGGER payment_is_immutable ON payments")
    op.execute("DROP FUNCTION refuse_change_of_payment()")
    for table in ("invoice_files", "team_events"):
        op.execute(f"DROP TRIGGER rows_are_final ON {table}")
    op.execute("DROP FUNCTION refuse_change()")
    for table in ("invoice_lines", "invoice_taxes", "invoices"):
        op.execute(f"DROP TRIGGER issued_invoice_is_immutable ON {table}")
    op.execute("DROP FUNCTION refuse_change_of_issued_invoice_part()")
    op.execute("DROP FUNCTION refuse_change_of_issued_invoice()")
    for table in (*_TENANT_TABLES, "memberships", "job_runs"):
        op.execute(f"DROP POLICY team_isolation ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
