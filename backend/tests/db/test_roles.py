import msgspec
import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from app.config import ConfigurationError, Settings, as_asyncpg_url
from app.db.roles import refuse_unsafe_role, role_complaints


async def test_production_refuses_a_role_that_steps_over_row_level_security(
    settings: Settings, superuser_database_url: str
) -> None:
    engine = create_async_engine(as_asyncpg_url(superuser_database_url))
    production = msgspec.structs.replace(settings, environment="production")

    with pytest.raises(ConfigurationError, match=r"^DATABASE_URL: .*BYPASSRLS"):
        await refuse_unsafe_role(engine, production)
    await engine.dispose()


async def test_production_refuses_the_role_that_owns_the_tables(settings: Settings) -> None:
    engine = create_async_engine(as_asyncpg_url(settings.database.owner_url))
    production = msgspec.structs.replace(settings, environment="production")

    with pytest.raises(ConfigurationError, match=r"^DATABASE_URL: .*owns"):
        await refuse_unsafe_role(engine, production)
    await engine.dispose()


@pytest.mark.parametrize("version", [180007, 170012, 160016, 150020, 190000])
def test_a_safe_role_on_a_safe_version_has_no_complaint(version: int) -> None:
    assert role_complaints("app", version, can_bypass=False, owned_tables=0) == []


@pytest.mark.parametrize("version", [180006, 170011, 160015, 150019, 140025])
def test_versions_with_the_bypass_are_named(version: int) -> None:
    (complaint,) = role_complaints("app", version, can_bypass=False, owned_tables=0)

    assert "CVE-2026-120154" in complaint
