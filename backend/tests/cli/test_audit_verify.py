"""`litestar audit verify`: 0 and the heads where the log holds; 1 and the first broken link where somebody had a hand in it."""

from pathlib import Path

import pytest

from tests.cli.conftest import Console

ADMIN = ("create-admin", "--email", "root@example.com", "--name", "Root", "--team-name", "Office")
UNLOCK = "ALTER TABLE audit_entries DISABLE TRIGGER USER"
LOCK = "ALTER TABLE audit_entries ENABLE TRIGGER USER"
OF_TEAM = "chain_id = (SELECT id FROM teams)"


@pytest.fixture
def log(console: Console) -> Console:
    """An installation in which something happened."""
    made = console.run("users", *ADMIN, "--password", "correct horse battery")
    assert made.exit_code == 0, made.output
    return console


def _tamper(console: Console, *statements: str) -> None:
    console.execute(UNLOCK, *statements, LOCK)


def test_a_log_that_holds_is_printed_head_by_head(log: Console) -> None:
    result = log.run("audit", "verify")
    heads = result.stdout.splitlines()

    assert result.exit_code == 0, result.output
    assert len(heads) == log.query("SELECT count(*) FROM audit_chains") == 2
    entries = log.query("SELECT count(*) FROM audit_entries")
    assert f"2 chains hold, {entries} entries." in result.stderr
    head = log.query("SELECT id || ':' || encode(hash, 'hex') || ' ' || sequence FROM audit_chains ORDER BY id LIMIT 1")
    assert heads[0] == head


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        (f"UPDATE audit_entries SET actor_name = 'Nobody' WHERE {OF_TEAM} AND sequence = 2", "entry 2 is not what was written"),
        (f"DELETE FROM audit_entries WHERE {OF_TEAM} AND sequence = 1", "entry 1 is missing"),
        (
            f"DELETE FROM audit_entries WHERE {OF_TEAM} AND sequence = (SELECT sequence FROM audit_chains WHERE id = chain_id)",
            "is missing: the head counts",
        ),
    ],
    ids=["changed", "deleted", "cut off"],
)  # fmt: skip
def test_a_changed_or_missing_entry_is_named_and_fails_the_command(log: Console, statement: str, fault: str) -> None:
    _tamper(log, statement)
    result = log.run("audit", "verify")

    assert result.exit_code == 1
    assert f"Chain {log.query('SELECT id FROM teams')}: " in result.stderr
    assert fault in result.stderr
    assert "1 of 2 chains do not hold." in result.stderr
    assert "Traceback" not in result.output
    assert len(result.stdout.splitlines()) == 1, "the other chain holds"


def test_one_chain_alone_can_be_verified(log: Console) -> None:
    _tamper(log, f"DELETE FROM audit_entries WHERE {OF_TEAM} AND sequence = 1")
    team, person = log.query("SELECT id FROM teams"), log.query("SELECT id FROM users")

    assert log.run("audit", "verify", "--team", str(team)).exit_code == 1
    assert log.run("audit", "verify", "--team", str(person)).exit_code == 0


def test_a_log_that_was_cut_and_written_anew_fails_against_what_was_printed_before(
    log: Console, tmp_path: Path
) -> None:
    noted = tmp_path / "heads.txt"
    noted.write_text(log.run("audit", "verify").stdout)
    _tamper(
        log,
        f"DELETE FROM audit_entries WHERE {OF_TEAM} AND sequence > 1",
        "UPDATE audit_chains SET sequence = 1, hash = (SELECT hash FROM audit_entries WHERE chain_id = audit_chains.id"
        " AND sequence = 1) WHERE id = (SELECT id FROM teams)",
    )

    assert log.run("audit", "verify").exit_code == 0, "the database alone cannot tell"
    result = log.run("audit", "verify", "--expect-from", str(noted))
    assert result.exit_code == 1
    assert "cut or written anew" in result.stderr


@pytest.mark.parametrize("head", ["nonsense", "1f:2e", "01a20cd4-046a-7653-b549-75b03860b8b5:abcd"])
def test_what_is_no_head_is_refused_in_a_sentence(log: Console, head: str) -> None:
    result = log.run("audit", "verify", "--expect", head)

    assert result.exit_code == 1
    assert "is not CHAIN:HASH" in result.stderr
