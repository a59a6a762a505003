"""The commands against a database of their own: safe to repeat, refused where they would destroy, and plain when they fail."""

import pytest
from sqlalchemy import make_url

from app.cli.seed import seed
from app.config import DEMO_EMAIL, DEMO_PASSWORD, Settings
from app.db.engine import create_engine
from app.db.session import create_session_factory
from app.server.app import create_app
from tests.cli.conftest import Console, Sentence
from tests.support.live_server import browser, live_server

ADMIN = ("create-admin", "--email", "root@example.com", "--name", "Root", "--team-name", "Office", "--password")
WRONG_DATABASES = {
    "nobody listens": "postgresql://quittance_app:hidden@127.0.0.1:1/quittance",
    "unknown host": "postgresql://quittance_app:hidden@database.invalid/quittance",
}


@pytest.mark.parametrize("scratch_settings", [None], indirect=True, ids=["empty database"])
def test_upgrade_builds_the_schema_and_can_be_repeated(console: Console) -> None:
    first, second = console.run("db", "upgrade"), console.run("db", "upgrade")

    assert (first.exit_code, second.exit_code) == (0, 0), first.output + second.output
    assert "up to date" in second.output
    assert (
        console.query(
            "SELECT count(*) FROM information_schema.tables WHERE table_name IN ('invoices', 'saq_jobs', 'saq_stats')"
        )
        == 3
    )
    assert console.query("SELECT has_table_privilege('quittance_app', 'invoices', 'INSERT')")
    assert not console.query("SELECT has_table_privilege('quittance_app', 'invoices', 'TRUNCATE')")


@pytest.mark.slow
def test_reset_deletes_everything_and_builds_anew(console: Console) -> None:
    assert console.run("users", *ADMIN, "correct horse battery").exit_code == 0
    assert console.query("SELECT count(*) FROM users") == 1
    result = console.run("db", "reset", "--yes")

    assert result.exit_code == 0, result.output
    assert console.query("SELECT count(*) FROM users") == 0
    assert console.query("SELECT has_table_privilege('quittance_app', 'saq_jobs', 'INSERT')")
    assert console.run("users", *ADMIN, "correct horse battery").exit_code == 0


def test_reset_asks_first(offline_console: Console) -> None:
    result = offline_console.run("db", "reset")

    assert result.exit_code == 1
    assert "Delete everything" in result.output


@pytest.mark.parametrize("command", [("db", "reset", "--yes"), ("seed",)])
def test_production_is_not_reset_or_seeded(
    offline_console: Console, command: tuple[str, ...], sentence: Sentence
) -> None:
    offline_console.use(environment="production")

    assert "APP_ENV is production" in sentence(offline_console.run(*command))


def test_an_administrator_is_created_once(console: Console, sentence: Sentence) -> None:
    first = console.run("users", *ADMIN, "correct horse battery")

    assert first.exit_code == 0, first.output
    assert "root@example.com" in first.output
    assert "correct horse" not in first.output
    assert console.query("SELECT is_platform_admin FROM users")
    assert console.query("SELECT role FROM memberships") == "owner"
    assert "already" in sentence(console.run("users", *ADMIN, "correct horse battery"))


def test_an_operator_takes_lost_second_factors_away(console: Console, sentence: Sentence) -> None:
    """Control 14 and 17: the person is told by mail, and logged out everywhere."""
    reset = ("reset-second-factors", "--email", " Root@example.com", "--yes")
    assert "Nobody has an account" in sentence(console.run("users", *reset))
    assert console.run("users", *ADMIN, "correct horse battery").exit_code == 0
    assert "has no second factor" in sentence(console.run("users", *reset))
    console.execute(
        "INSERT INTO totp_authenticators (user_id, sealed_secret, started_at, confirmed_at) "
        "SELECT id, 'sealed', now(), now() FROM users",
        "UPDATE users SET has_second_factor = true",
        "INSERT INTO sessions (id, user_id, created_at, last_seen_at, expires_at, user_agent, ip_address) "
        "SELECT gen_random_uuid(), id, now(), now(), now() + interval '1 day', '', '' FROM users",
    )
    result = console.run("users", *reset)

    assert result.exit_code == 0, result.output
    assert console.query("SELECT count(*) FROM totp_authenticators") == 0
    assert not console.query("SELECT has_second_factor FROM users")
    assert console.query("SELECT count(*) FROM sessions WHERE revoked_at IS NULL") == 0
    assert console.query("SELECT arguments->>'what' FROM job_runs") == "two_step_turned_off"
    entry = "SELECT action FROM audit_entries WHERE target_type = 'authenticator_app' AND change = 'deleted'"
    assert "reset-second-factors" in console.query(entry)


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaa", "root@example.com"])
def test_an_administrator_needs_a_password_too(console: Console, password: str, sentence: Sentence) -> None:
    sentence(console.run("users", *ADMIN, password))

    assert console.query("SELECT count(*) FROM users") == 0


@pytest.mark.slow
def test_seeding_twice_is_seeding_once(console: Console) -> None:
    first, second = console.run("seed"), console.run("seed")

    assert (first.exit_code, second.exit_code) == (0, 0), first.output + second.output
    assert DEMO_EMAIL in first.output
    assert "already there" in second.output
    assert console.query("SELECT count(*) FROM users") == 3
    assert console.query("SELECT count(*) FROM customers") == 9
    assert console.query("SELECT count(*) FROM invoices WHERE state = 'draft'") == 2
    assert console.query("SELECT count(DISTINCT number) = count(number) AND count(number) > 15 FROM invoices")


@pytest.mark.slow
async def test_the_demo_team_has_something_to_show(scratch_settings: Settings) -> None:
    await _seed(scratch_settings)
    async with live_server(create_app(scratch_settings)) as address, browser(address) as client:
        log_in = {"email": DEMO_EMAIL, "password": DEMO_PASSWORD}
        assert (await client.post("/api/auth/log-in", json=log_in)).status_code == 200
        dashboard = (await client.get("/api/dashboard")).json()
        jobs = (
            await client.get("/api/jobs", params={"limit": 100, "state": ["dead", "cancelled", "succeeded"]})
        ).json()
        dead = next(job for job in jobs["items"] if job["state"] == "dead")
        detail = (await client.get(f"/api/jobs/{dead['id']}")).json()
        lines = (await client.get(f"/api/jobs/{dead['id']}/logs")).json()["items"]
        statistics = (await client.get("/api/jobs/statistics", params={"range": "7d"})).json()

    euros = next(total for total in dashboard["totals"] if total["currency"] == "EUR")
    for figure in ("outstanding_amount", "overdue_amount", "paid_this_month_amount"):
        assert float(euros[figure]) > 0, (figure, euros)
    assert euros["draft_count"] == 1
    assert len({month["month"] for month in dashboard["monthly"]}) == 6
    assert dashboard["activity"]
    assert {job["state"] for job in jobs["items"]} == {"dead", "cancelled", "succeeded"}
    assert [job["queued_at"] for job in jobs["items"]] == sorted(
        (job["queued_at"] for job in jobs["items"]), reverse=True
    )
    assert [failure["attempt"] for failure in detail["failures"]] == [1, 2, 3, 4, 5]
    assert [line["event"] for line in lines][-1] == "task_dead"
    assert sum(bucket["succeeded"] for bucket in statistics["buckets"]) > 80
    assert sum(bucket["dead"] for bucket in statistics["buckets"]) == 2


async def _seed(settings: Settings) -> None:
    engine = create_engine(settings.database)
    assert await seed(create_session_factory(engine), settings)
    await engine.dispose()


# --- when the database is away


@pytest.mark.parametrize("url", WRONG_DATABASES.values(), ids=WRONG_DATABASES)
@pytest.mark.parametrize(
    "command",
    [("db", "upgrade"), ("db", "reset", "--yes"), ("seed",), ("users", *ADMIN, "correct horse battery")],
    ids=lambda command: " ".join(command[:2]),
)
def test_a_database_that_is_away_is_one_plain_sentence(
    offline_console: Console, command: tuple[str, ...], url: str, sentence: Sentence
) -> None:
    offline_console.use_database(url)
    said = sentence(offline_console.run(*command))

    assert "does not answer" in said
    assert "DATABASE_URL" in said
    assert "hidden" not in said, "the password stays out of terminals"


@pytest.mark.parametrize(
    "command",
    [("db", "upgrade"), ("seed",), ("users", *ADMIN, "correct horse battery")],
    ids=lambda command: command[0],
)
def test_a_database_that_does_not_exist_is_one_plain_sentence(
    offline_console: Console, command: tuple[str, ...], sentence: Sentence
) -> None:
    url = make_url(offline_console.settings.database.url).set(database="no_such_database")
    offline_console.use_database(url.render_as_string(hide_password=False))

    assert "DATABASE_URL" in sentence(offline_console.run(*command))


@pytest.mark.parametrize("scratch_settings", [None], indirect=True, ids=["empty database"])
@pytest.mark.parametrize(
    "command", [("seed",), ("users", *ADMIN, "correct horse battery")], ids=lambda command: command[0]
)
def test_a_database_without_tables_is_one_plain_sentence(
    console: Console, command: tuple[str, ...], sentence: Sentence
) -> None:
    assert "make db-upgrade" in sentence(console.run(*command))


# --- doctor


def findings(output: str) -> dict[str, tuple[str, str]]:
    lines = [line.split(maxsplit=2) for line in output.splitlines()]
    return {subject: (mark, message) for mark, subject, message in lines}


def test_doctor_finds_nothing_wrong_with_the_tests_database(console: Console) -> None:
    found = findings(console.run("doctor").output)

    for subject in ("python", "database", "migrations", "mail"):
        assert found[subject][0] == "ok", found


def test_doctor_finds_a_stale_client(
    console: Console, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    project = tmp_path_factory.mktemp("project")
    (project / "frontend").mkdir()
    (project / "frontend" / "openapi.json").write_text("{}")
    monkeypatch.setattr("app.cli.doctor.PROJECT_DIR", project)
    result = console.run("doctor")

    assert result.exit_code == 1
    mark, message = findings(result.output)["client"]
    assert mark == "fix"
    assert "make codegen" in message


@pytest.mark.parametrize("scratch_settings", [None], indirect=True, ids=["empty database"])
def test_doctor_finds_pending_migrations(console: Console) -> None:
    result = console.run("doctor")

    assert result.exit_code == 1
    assert "make db-upgrade" in findings(result.output)["migrations"][1]


def test_doctor_finds_a_role_that_steps_over_row_level_security(console: Console) -> None:
    console.use_database(console.settings.database.owner_url)
    result = console.run("doctor")

    assert result.exit_code == 1
    assert "owns" in result.output


@pytest.mark.parametrize("url", WRONG_DATABASES.values(), ids=WRONG_DATABASES)
def test_doctor_says_in_one_sentence_that_the_database_is_away(offline_console: Console, url: str) -> None:
    offline_console.use_database(url)
    result = offline_console.run("doctor")

    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    mark, message = findings(result.output)["database"]
    assert mark == "fix"
    assert "make db-start" in message
    assert "hidden" not in result.output
