"""Asks the product, over the address people use, whether it is there."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from http.client import HTTPException

from deploying.commands import Commands
from deploying.options import CannotDeployError

_ANSWER_SECONDS = 10
_PAUSE_SECONDS = 3


def smoke_test(url: str, *, within_seconds: float, commands: Commands) -> None:
    """Readiness and the front page, until both are right or the time is up."""
    for path, objection in (("/health/ready", _not_ready), ("/", _not_the_front_page)):
        print(f"  GET {url}{path}")
        if not commands.is_dry_run:
            _until_right(f"{url}{path}", objection, time.monotonic() + within_seconds)


def _until_right(url: str, objection: Callable[[str, str], str | None], deadline: float) -> None:
    while (wrong := _ask(url, objection)) is not None:
        if time.monotonic() > deadline:
            raise CannotDeployError(f"{url} {wrong}.")
        time.sleep(min(_PAUSE_SECONDS, max(0.05, deadline - time.monotonic())))


def _ask(url: str, objection: Callable[[str, str], str | None]) -> str | None:
    request = urllib.request.Request(url, headers={"User-Agent": "quittance-deploy"})
    try:
        with urllib.request.urlopen(request, timeout=_ANSWER_SECONDS) as response:
            body = response.read(1_000_000).decode(errors="replace")
            return objection(response.headers.get_content_type(), body)
    except urllib.error.HTTPError as error:
        error.close()
        return f"answers {error.code} {error.reason}".rstrip()
    except (OSError, HTTPException) as error:
        reason = getattr(error, "reason", error)
        return f"doesn't answer ({reason})"


def _not_ready(content_type: str, body: str) -> str | None:
    if content_type != "application/json":
        return f"answers {content_type}; something else may stand at this address"
    try:
        status = json.loads(body).get("status")
    except (ValueError, AttributeError):
        return "answers JSON of another form"
    return None if status == "ok" else f"says that it is {status}"


def _not_the_front_page(content_type: str, body: str) -> str | None:
    if content_type != "text/html" or "Quittance" not in body:
        return "isn't the front page of Quittance"
    return None
