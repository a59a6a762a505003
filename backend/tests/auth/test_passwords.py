"""Argon2id with OWASP's parameters, as much work for a stranger as for a friend, and never more than the machine can bear."""

import asyncio
import itertools
import os
import sys
import threading
import time

import httpx
import pytest
from litestar import Litestar

from app.auth import passwords as passwords_module
from app.auth.passwords import Passwords
from app.config import PROJECT_DIR
from app.lib.problems import TooManyRequests
from tests.support.people import PeopleFactory

PASSWORD = "correct horse battery"
SIGN_UP = {"name": "Ada", "email": "ada@example.com", "password": PASSWORD, "team_name": "Engines"}
_PASSWORDS = Passwords()


async def test_control_03_the_stored_hash_says_argon2id_with_19_mib_and_two_passes() -> None:
    _, variant, version, parameters, salt, digest = (await _PASSWORDS.hash(PASSWORD)).split("$")

    assert variant == "argon2id"
    assert version == "v=19"
    assert dict(entry.split("=") for entry in parameters.split(",")) == {"m": str(19 * 1024), "t": "2", "p": "1"}
    assert len(salt) >= 22
    assert len(digest) >= 43


@pytest.mark.parametrize("stored", ["!", "", "plain", "$argon2id$broken"])
async def test_what_is_no_hash_fits_no_password(stored: str) -> None:
    assert not await _PASSWORDS.verify(stored, stored or "x")


async def test_control_03_few_hashes_at_once_and_a_bounded_queue_behind_them(monkeypatch: pytest.MonkeyPatch) -> None:
    bounded = Passwords()
    running = most_running = 0

    class Slow:
        def hash(self, _password: str) -> str:
            nonlocal running, most_running
            running += 1
            most_running = max(most_running, running)
            time.sleep(0.01)
            running -= 1
            return "hash"

    monkeypatch.setattr(bounded, "_hasher", Slow())
    results = await asyncio.gather(*(bounded.hash(PASSWORD) for _ in range(25)), return_exceptions=True)

    assert most_running == passwords_module.CONCURRENT_HASHES
    refused = [result for result in results if isinstance(result, TooManyRequests)]
    assert len(refused) == 25 - passwords_module.LONGEST_QUEUE == 5
    assert all(error.retry_after_seconds in passwords_module.RETRY_AFTER_SECONDS for error in refused)
    assert await bounded.hash(PASSWORD) == "hash", "the queue empties"


async def test_in_a_storm_a_slot_rests_as_long_as_it_worked_and_otherwise_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords_module, "CONCURRENT_HASHES", 1)
    bounded = Passwords()
    spans: list[tuple[float, float]] = []

    class Slow:
        def hash(self, _password: str) -> str:
            started_at = time.monotonic()
            time.sleep(0.02)
            spans.append((started_at, time.monotonic()))
            return "hash"

    monkeypatch.setattr(bounded, "_hasher", Slow())
    await asyncio.gather(*(bounded.hash(PASSWORD) for _ in range(4)))

    gaps = [next_start - end for (_, end), (next_start, _) in itertools.pairwise(spans)]
    assert min(gaps) >= 0.02
    assert not bounded._slots.locked(), "nobody waits any more, so the last one rests for nobody"


# In a process of its own: what earlier tests allocated would hide what is allocated here.
_FIFTY_LOG_INS = """
import asyncio, threading, psutil
from app.auth.passwords import Passwords

async def main():
    passwords, process, seen, is_over = Passwords(), psutil.Process(), [], threading.Event()

    def look():
        while not is_over.wait(0.001):
            seen.append(process.memory_info().rss)

    before = process.memory_info().rss
    looking = threading.Thread(target=look)
    looking.start()
    attempts = [passwords.verify(None, "not this one, sorry") for _ in range(50)]
    results = await asyncio.gather(*attempts, return_exceptions=True)
    is_over.set()
    looking.join()
    print(results.count(False), (max(seen) - before) // 1024)

asyncio.run(main())
"""


async def test_control_03_fifty_at_once_take_no_more_memory_than_few() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _FIFTY_LOG_INS, cwd=PROJECT_DIR / "backend", stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    verified, grown_kib = (int(figure) for figure in output.split())

    assert verified == passwords_module.LONGEST_QUEUE == 20
    assert grown_kib < (passwords_module.CONCURRENT_HASHES + 2) * passwords_module.MEMORY_KIB


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux gives threads priorities of their own")
async def test_hashing_gives_way_to_everything_else_in_the_process() -> None:
    def niceness() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    passwords = Passwords()

    least_urgent = 19
    assert await passwords._run(niceness) == min(niceness() + passwords_module._NICENESS, least_urgent)


async def test_an_unknown_address_costs_as_much_work_as_a_wrong_password(
    app: Litestar, client: httpx.AsyncClient, people: PeopleFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    await people.sign_up(client, SIGN_UP)
    work: list[str] = []
    verify = app.state.passwords._verify

    def counting(password_hash: str, password: str) -> bool:
        work.append(password_hash.rsplit("$", 2)[0])
        return verify(password_hash, password)

    monkeypatch.setattr(app.state.passwords, "_verify", counting)
    for email in ("ada@example.com", "nobody@example.com"):
        answer = await people.client().post(
            "/api/auth/log-in", json={"email": email, "password": "not this one, sorry"}
        )
        assert answer.status_code == 401

    assert len(work) == 2
    assert work[0] == work[1], "verified against a hash of the same parameters"
