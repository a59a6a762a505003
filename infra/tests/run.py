"""`make infra-test`: Terraform's own validation and tests, whole environments, and checkov; without an account and without a network."""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

TESTS = Path(__file__).resolve().parent
INFRA = TESTS.parent
sys.path.insert(0, str(TESTS))

from provider.server import serving
from stack import LAYERS

SCHEMA = TESTS / "schema" / "aws-6.66.0.json"


class Failed(Exception):
    """Its text is what the failing command said."""


def said(command: Sequence[str], folder: Path, **environment: str) -> str:
    """What the command printed; raises it when the command failed."""
    done = subprocess.run(
        command, cwd=folder, check=False, capture_output=True, text=True, env={**os.environ, **environment}
    )
    if done.returncode:
        raise Failed(f"{' '.join(command)}   (in {folder})\n{done.stdout}{done.stderr}".strip())
    return done.stdout


def count(pattern: str, text: str) -> int:
    found = re.findall(pattern, text)
    if not found:
        raise Failed(f"no test was counted in:\n{text}")
    return int(found[-1])


def validate(terraform: str) -> None:
    said([terraform, "fmt", "-check", "-recursive", "."], INFRA)
    for layer in LAYERS:
        folder = INFRA / "layers" / layer
        with tempfile.TemporaryDirectory() as kept:
            said([terraform, "init", "-backend=false", "-input=false", "-no-color"], folder, TF_DATA_DIR=kept)
            said([terraform, "validate", "-no-color"], folder, TF_DATA_DIR=kept)


def test_modules(terraform: str) -> int:
    with tempfile.TemporaryDirectory() as kept:
        said([terraform, "init", "-backend=false", "-input=false", "-no-color"], TESTS, TF_DATA_DIR=kept)
        return count(r"Success! (\d+) passed", said([terraform, "test", "-no-color"], TESTS, TF_DATA_DIR=kept))


def test_environments() -> int:
    return count(r"(\d+) passed", said([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "."], TESTS))


def check_policies() -> int:
    checkov = Path(sys.executable).with_name("checkov")
    text = said([str(checkov), "--config-file", ".checkov.yaml", "--directory", "."], INFRA)
    return count(r"Passed checks: (\d+), Failed checks: 0", text)


def main() -> int:
    started = time.monotonic()
    terraform = os.environ["TERRAFORM"]
    print(said([terraform, "version"], TESTS, TF_CLI_CONFIG_FILE=os.devnull).splitlines()[0])
    with serving(SCHEMA) as reattach, ThreadPoolExecutor(1) as beside:
        os.environ |= {
            "TF_REATTACH_PROVIDERS": reattach,
            "TF_CLI_CONFIG_FILE": os.devnull,
            "CHECKPOINT_DISABLE": "1",
            "TF_IN_AUTOMATION": "1",
            # None of ours is used, and none must be found.
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        policies = beside.submit(check_policies)
        parts = {
            "validate": lambda: validate(terraform),
            "modules": lambda: test_modules(terraform),
            "environments": test_environments,
            "checkov": policies.result,
        }
        counted: dict[str, int] = {}
        failures: dict[str, str] = {}
        for name, part in parts.items():
            try:
                counted[name] = part() or 0
            except Failed as error:
                failures[name] = str(error)
                print(f"\n{name} failed:\n{error}", file=sys.stderr)
    refused = re.search(r"Failed checks: (\d+)", failures.get("checkov", ""))
    summary = {
        "validate": "FAILED" if "validate" in failures else "passed",
        "tests": counted.get("modules", 0) + counted.get("environments", 0),
        "checkov_failed": refused[1] if refused else "unknown" if "checkov" in failures else 0,
        "seconds": round(time.monotonic() - started),
        **({"FAILED": ",".join(failures)} if failures else {}),
    }
    print(" ".join(f"{name}={value}" for name, value in summary.items()))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
