"""What first_run.sh asks of a running stack: `wait URL RUNNER_PID` for a dashboard with data, `leftovers FOLDER` for orphans."""

import contextlib
import os
import sys
import time
from pathlib import Path

import httpx
import psutil

TIMEOUT_SECONDS = 180


def wait_for_dashboard(web: str, runner_pid: int) -> str | None:
    """Sign in as the demo user through the web's own address; return what is wrong, or nothing."""
    deadline = time.monotonic() + TIMEOUT_SECONDS
    answer = "no answer"
    while time.monotonic() < deadline:
        if not psutil.pid_exists(runner_pid):
            return "make dev-all ended before the dashboard answered."
        try:
            answer = _ask_for_dashboard(web)
        except httpx.HTTPError as error:
            answer = type(error).__name__
        if not answer:
            return None
        time.sleep(0.25)
    return f"The dashboard has no data after {TIMEOUT_SECONDS} s: {answer}"


def _ask_for_dashboard(web: str) -> str:
    headers = {"Origin": web, "X-Requested-With": "quittance"}
    with httpx.Client(base_url=web, headers=headers, timeout=60, trust_env=False) as client:
        app = client.get("/api/public/app")
        if not app.is_success or not app.json()["demo_login"]:
            return f"GET /api/public/app: {app.status_code}"
        login = client.post("/api/auth/log-in", json=app.json()["demo_login"])
        if not login.is_success:
            return f"POST /api/auth/log-in: {login.status_code}"
        dashboard = client.get("/api/dashboard")
        if not dashboard.is_success or not dashboard.json()["totals"]:
            return f"GET /api/dashboard: {dashboard.status_code} without totals"
        page = client.get("/dashboard")
        is_page = page.is_success and page.headers.get("content-type", "").startswith("text/html")
        return "" if is_page else f"GET /dashboard: {page.status_code}"


def find_leftovers(folder: Path) -> str | None:
    """Name the processes that still work in the folder or run a program of it."""
    leftovers: list[str] = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            places = [process.cwd(), *process.cmdline()]
            if process.pid != os.getpid() and any(place.startswith(str(folder)) for place in places):
                leftovers.append(f"{process.name()} (pid {process.pid})")
    return f"Still running after the stop: {', '.join(leftovers)}" if leftovers else None


def main() -> str | None:
    match sys.argv[1:]:
        case ["wait", web, runner_pid]:
            return wait_for_dashboard(web, int(runner_pid))
        case ["leftovers", folder]:
            return find_leftovers(Path(folder))
        case _:
            return __doc__


if __name__ == "__main__":
    sys.exit(main())
