"""`make chaos`: ten scenarios in which something goes wrong, and afterwards nothing may be lost and nothing done twice."""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from app.db.embedded import EmbeddedPostgres
from chaos.cancelled import cancelled
from chaos.database_away import connections_ended, database_away
from chaos.frozen import frozen
from chaos.killed import killed, killed_at_load
from chaos.outbox import outbox
from chaos.soak import soak
from chaos.stand import Failed, Stand, Verdict, build_template, stand_of
from chaos.stopped import stopped
from chaos.unique import unique

type Scenario = Callable[[Stand], Awaitable[str]]

SCENARIOS: tuple[Scenario, ...] = (
    killed,
    killed_at_load,
    database_away,
    connections_ended,
    stopped,
    frozen,
    cancelled,
    unique,
    outbox,
    soak,
)


async def play(server: EmbeddedPostgres, number: int, scenario: Scenario, *, is_quick: bool) -> Verdict | None:
    """Run one scenario and print its figures; None when it did not pass."""
    started_at = time.monotonic()
    server.start(ends_with_process=True)  # should the one before have left it stopped
    async with stand_of(server, f"chaos_{number}", is_quick=is_quick) as stand:
        try:
            figures = await scenario(stand)
            verdict = await stand.verdict()
        except Failed as failure:
            figures, verdict = f"FAILED: {failure}", None
        except Exception as error:  # noqa: BLE001 - the other scenarios are worth their figures
            figures, verdict = f"FAILED: {error!r}", None
    counted = f"lost={verdict.lost} twice={verdict.twice} " if verdict else ""
    print(f"{number:2} {scenario.__name__}: {figures} {counted}seconds={time.monotonic() - started_at:.1f}", flush=True)
    return verdict


async def main() -> bool:
    parser = argparse.ArgumentParser(prog="make chaos")
    parser.add_argument("--quick", action="store_true", help="the short form, for every change")
    parser.add_argument("--only", type=int, action="append", help="the number of one scenario")
    arguments = parser.parse_args()
    chosen = [
        (number, scenario) for number, scenario in enumerate(SCENARIOS, 1) if number in (arguments.only or range(99))
    ]
    with tempfile.TemporaryDirectory(prefix="quittance-chaos-") as folder:
        Path(folder).chmod(0o755)  # PostgreSQL runs as another user where we are root
        server = EmbeddedPostgres(Path(folder) / "pg", fsync=True).start(ends_with_process=True)
        try:
            await build_template(server)
            verdicts = [await play(server, *each, is_quick=arguments.quick) for each in chosen]
        finally:
            server.stop()
    kept = [verdict for verdict in verdicts if verdict is not None]
    lost, twice = sum(verdict.lost for verdict in kept), sum(verdict.twice for verdict in kept)
    passed = sum(verdict.lost == verdict.twice == 0 for verdict in kept)
    print(f"scenarios={len(chosen)} passed={passed} lost={lost} twice={twice}")
    return passed == len(chosen)


if __name__ == "__main__":
    raise SystemExit(0 if asyncio.run(main()) else 1)
