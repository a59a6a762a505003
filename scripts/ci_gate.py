"""The one required check: passes when every job of CI succeeded, or was skipped because the change does not concern it."""

import json
import os
import sys
from typing import Any


def objections(needs: dict[str, Any]) -> list[str]:
    """Why the gate stays shut, a sentence for each job; none when it may open."""
    detection = needs.get("changes", {})
    if detection.get("result") != "success":
        return [f"changes: {detection.get('result', 'missing')}; nothing is known about what to test"]
    selected: dict[str, str] = detection["outputs"]
    found: list[str] = []
    for job, outcome in needs.items():
        result = outcome["result"]
        # A job whose own need failed is "skipped" as well: only the detection may excuse one.
        if result == "success" or (result == "skipped" and selected.get(job) == "false"):
            continue
        found.append(f"{job}: {result}" + (", although it was selected" if result == "skipped" else ""))
    return found


def main() -> int:
    found = objections(json.loads(os.environ["NEEDS"]))
    for objection in found:
        print(f"::error::{objection}")
    print("Gate shut." if found else "Gate open: every job passed or does not concern this change.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
