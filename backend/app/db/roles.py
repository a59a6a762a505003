"""The application's database role must not be able to step over row-level security."""

import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from app.config import ConfigurationError, Settings

log = structlog.get_logger()

# Row-level-security bypass CVE-2026-120154: the first safe minor release of each major.
SAFE_VERSIONS = {15: 150020, 16: 160016, 17: 170012, 18: 180007}

_FACTS = text(
    "SELECT current_user AS role, current_setting('server_version_num')::int AS version, "
    "(SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user) AS can_bypass, "
    "(SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    " WHERE n.nspname = 'public' AND c.relkind = 'r' AND pg_get_userbyid(c.relowner) = current_user) AS owned_tables"
)


async def refuse_unsafe_role(engine: AsyncEngine, settings: Settings) -> None:
    """Refuse in production, warn elsewhere; raise `ConfigurationError` naming DATABASE_URL."""
    try:
        async with engine.connect() as connection:
            facts = (await connection.execute(_FACTS)).one()
    except (OSError, DBAPIError) as error:
        # Readiness reports a database that is away; the process waits for it instead of dying.
        log.warning("the database does not answer yet", error=str(error))
        return
    for complaint in role_complaints(
        facts.role, facts.version, can_bypass=facts.can_bypass, owned_tables=facts.owned_tables
    ):
        if settings.environment == "production":
            raise ConfigurationError("DATABASE_URL", complaint)
        log.warning("unsafe for production", variable="DATABASE_URL", problem=complaint)


def role_complaints(role: str, version: int, *, can_bypass: bool, owned_tables: int) -> list[str]:
    complaints: list[str] = []
    if can_bypass:
        complaints.append(f"the role {role} is a superuser or has BYPASSRLS: row-level security would not hold")
    if owned_tables:
        complaints.append(
            f"the role {role} owns {owned_tables} tables: use the role that owns nothing, and the owner in DATABASE_OWNER_URL"
        )
    if version < SAFE_VERSIONS.get(version // 10000, 0 if version >= 190000 else version + 1):
        safe = ", ".join(f"{number // 10000}.{number % 10000}" for number in SAFE_VERSIONS.values())
        complaints.append(
            f"PostgreSQL {version // 10000}.{version % 10000} has a row-level-security bypass (CVE-2026-120154): use {safe} or newer"
        )
    return complaints
