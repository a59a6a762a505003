"""The forty controls of the security review, and where each is proven: by every test whose name begins with its number."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from app.config import PROJECT_DIR

CONTROLS_DOCUMENT = PROJECT_DIR / "docs" / "controls.md"
TESTS = Path(__file__).parent
_NUMBERED = re.compile(r"test_control_(\d\d)_")


class Control(msgspec.Struct, frozen=True):
    number: int
    title: str
    not_applicable: str | None = None  # why; its tests fail as soon as that is no longer so
    journeys: tuple[str, ...] = ()  # what shows the same in a browser


CONTROLS: tuple[Control, ...] = (
    # passwords and log-in
    Control(1, "A password has 12 to 128 characters of any kind, and every one of them counts"),
    Control(2, "Common and leaked passwords are refused wherever one is chosen"),
    Control(3, "Passwords are kept as Argon2id, hashed anew when that grows stronger, within bounded memory"),
    Control(4, "Guessing is slow by account, by network and in all, and locks nobody out"),
    Control(5, "Nobody learns from log-in, sign-up, reset or invitation who has an account"),
    Control(6, "Mailed links are random, kept as hashes, short-lived, and work once for one address and purpose"),
    Control(7, "A reset goes round no second factor and signs nobody in"),
    # second factors
    Control(8, "A one-time code is good for its own moment, and once", journeys=("totp.spec.ts",)),
    Control(9, "Recovery codes are kept as hashes, work once, and end with new ones", journeys=("totp.spec.ts",)),
    Control(10, "Wrong codes count for the person, not for the session"),
    Control(
        11, "A passkey answers its own challenge, here, for a person it has checked", journeys=("passkey.spec.ts",)
    ),
    Control(12, "Half a log-in reaches the second step and the way out, nothing else", journeys=("totp.spec.ts",)),
    Control(13, "What changes credentials asks for a proof of identity within ten minutes", journeys=("totp.spec.ts",)),
    Control(14, "Every change of a credential is told by mail"),
    # sessions and tokens
    Control(15, "A session's id is ours, random, kept as a hash, and new at every change of what it may do"),
    Control(16, "A session ends after a day without use, and after two weeks in any case"),
    Control(17, "Log-out, a disabled account and a new password end sessions, tokens and streams at once"),
    Control(18, "People see and end their own sessions"),
    Control(19, "An access token is exactly ours: algorithm, issuer, audience, type, time and session"),
    Control(20, "Refresh tokens rotate; one that is used again ends its family"),
    Control(21, "API keys are shown once, kept as hashes, scoped, of one team, and make no credentials"),
    Control(22, "A request carries one credential"),
    Control(23, "Cookies belong to this host alone, and no script reads them"),
    Control(24, "Other sites change nothing here, and looking changes nothing either"),
    # signing in elsewhere
    Control(25, "An answer from a provider belongs to one browser, one attempt and one provider"),
    Control(26, "An account elsewhere is known by issuer and subject, and never linked by its address"),
    Control(27, "Log-in leads only to pages of this site", journeys=("session.spec.ts",)),
    # teams and permissions
    Control(28, "Every route declares who may call it, or it is not served"),
    Control(29, "An id in path, query, body or header reaches nothing of another team"),
    Control(30, "Nobody sets a field they were not offered, or reads one they were not meant to"),
    Control(31, "The database itself keeps teams apart"),
    Control(32, "A changed role acts at once, nobody raises themselves, and the last owner stays"),
    # input, files and outside
    Control(33, "What is searched, filtered and sorted by is data to the database, never a statement"),
    Control(34, "Requests are bounded in size, depth, number and time"),
    Control(35, "Uploads are what they say they are", "nothing can be uploaded: bodies are JSON, or a short form"),
    Control(36, "Making a PDF reads no file and asks no server"),
    Control(
        37, "Outgoing webhooks reach no inner network", "there are none: only configured log-in providers are asked"
    ),
    Control(38, "Payment webhooks are genuine and count once", "there are none: payments are recorded by hand"),
    # platform
    Control(39, "Every answer carries the headers by which browsers protect people", journeys=("deep-links.spec.ts",)),
    Control(40, "Who did what is kept, secrets are not, and what fails stays shut"),
)


def proofs() -> dict[int, dict[str, list[str]]]:
    """The tests of each control by file."""
    found: dict[int, dict[str, list[str]]] = {control.number: {} for control in CONTROLS}
    for path in sorted(TESTS.rglob("test_*.py")):
        for number, name in _numbered(path):
            found[number].setdefault(path.relative_to(TESTS).as_posix(), []).append(name)
    return found


def number_of(test_name: str) -> int | None:
    matched = _NUMBERED.match(test_name)
    return int(matched[1]) if matched else None


def _numbered(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (number := number_of(node.name)) is not None:
            yield number, node.name


def render_controls_document() -> str:
    """The whole of docs/controls.md."""
    found = proofs()
    lines = [
        "# Security controls",
        "",
        "Made from `backend/tests/controls.py` and the names of the tests; `make controls` writes it and runs them.",
        "Named are the files of `backend/tests/` with tests called `test_control_<number>_…`, and those journeys of `frontend/e2e/`",
        "that show the same in a browser.",
        "",
        "| | Control | Proven in |",
        "|---|---|---|",
        *(
            f"| {control.number} | {control.title} | {_proven(control, found[control.number])} |"
            for control in CONTROLS
        ),
    ]
    return "\n".join(lines) + "\n"


def _proven(control: Control, files: dict[str, list[str]]) -> str:
    named = ", ".join(f"`{name}`" for name in (*files, *control.journeys))
    return f"*Not applicable: {control.not_applicable}.* {named}" if control.not_applicable else named
