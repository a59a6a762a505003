"""The oldest versions without a known hole in what we use. Audits need the network; this does not.

From the advisories read on 2026-11-22; `pip-audit` and `npm audit` run in GitHub Actions and move these floors.
"""

import re
from importlib.metadata import version

import msgspec
import pytest
from packaging.version import Version

from app.config import PROJECT_DIR
from app.db.roles import SAFE_VERSIONS

FRONTEND = PROJECT_DIR / "frontend"

PYTHON_FLOORS = {
    "litestar": ("2.22.0", "allowed-hosts bypass, rate-limit race, body limit when Content-Length was set"),
    "advanced-alchemy": ("1.12.0", "the version whose traps we know"),
    "sqlalchemy": ("2.1.9", "the version that is tested"),
    "asyncpg": ("0.32.0", "the version that is tested"),
    "saq": ("0.26.4", "the version that tests/queue/test_saq_contract.py holds still"),
    "argon2-cffi": ("25.1.0", "the newest stable"),
    "msgspec": ("0.22.0", "the first for Python 3.13 without a crash on malformed input"),
    "jinja2": ("3.1.6", "sandbox breakouts CVE-2024-56326, CVE-2025-27516"),
    "joserfc": ("1.7.4", "CVE-2026-102946"),
    "authlib": ("1.9.1", "state not bound to the browser CVE-2025-68158, CVE-2026-41425"),
    "webauthn": ("3.0.1", "the version that is tested"),
    "cryptography": ("50.0.2", "the version that is tested"),
    "botocore": ("1.44.8", "the version that is tested"),
    # Behind the exporter of traces.
    "requests": ("2.32.4", ".netrc credentials sent to another host CVE-2024-47081"),
    "urllib3": ("2.6.3", "decompression bombs CVE-2025-66418, CVE-2025-66471, CVE-2026-21441"),
    "protobuf": ("6.31.1", "unbounded recursion CVE-2025-4565"),
    "h11": ("0.16.0", "request smuggling CVE-2025-43859"),
}
NODE_FLOORS = {
    "next": ("16.4.5", "CVE-2026-96889 and the November advisories"),
    "sharp": ("0.35.5", "CVE-2026-96889"),
    "@hey-api/openapi-ts": ("0.97.3", "CVE-2026-48819"),
    "react": ("19.2.1", "CVE-2025-55182"),
    "react-dom": ("19.2.1", "CVE-2025-55182"),
}


@pytest.mark.parametrize(("package", "floor"), [(package, floor) for package, (floor, _) in PYTHON_FLOORS.items()])
def test_control_40_an_installed_package_is_new_enough(package: str, floor: str) -> None:
    assert Version(version(package)) >= Version(floor), PYTHON_FLOORS[package][1]


@pytest.mark.parametrize("package", PYTHON_FLOORS)
def test_control_40_the_lock_is_new_enough(package: str) -> None:
    locks = [path.read_text() for path in sorted((PROJECT_DIR / "backend" / "requirements").glob("*.lock"))]
    locked = [
        found
        for lock in locks
        for found in re.findall(rf"^{re.escape(package)}(?:\[[^\]]*\])?==(\S+)", lock, re.MULTILINE)
    ]

    assert locked
    assert all(Version(found) >= Version(PYTHON_FLOORS[package][0]) for found in locked), (package, locked)


@pytest.mark.parametrize("package", NODE_FLOORS)
def test_control_40_every_locked_node_package_is_new_enough(package: str) -> None:
    """The lock may hold a package several times; the oldest counts."""
    lock = (FRONTEND / "pnpm-lock.yaml").read_text()
    locked = set(re.findall(rf"^  '?{re.escape(package)}@(\d[^':(]*)'?:", lock, re.MULTILINE))

    assert locked or package == "sharp", f"{package} is not locked"
    assert all(Version(found) >= Version(NODE_FLOORS[package][0]) for found in locked), (
        package,
        locked,
        NODE_FLOORS[package][1],
    )


def test_package_json_asks_for_exact_versions() -> None:
    """A range would let an install without the lock fall below a floor."""
    package = msgspec.json.decode((FRONTEND / "package.json").read_bytes())
    asked = {**package["dependencies"], **package["devDependencies"]}

    assert {name: wanted for name, wanted in asked.items() if not re.fullmatch(r"\d+\.\d+\.\d+", wanted)} == {}
    for name in ("next", "@hey-api/openapi-ts"):
        assert Version(asked[name]) >= Version(NODE_FLOORS[name][0])


def test_postgresql_below_the_row_level_security_fix_is_refused() -> None:
    assert SAFE_VERSIONS == {15: 150020, 16: 160016, 17: 170012, 18: 180007}
