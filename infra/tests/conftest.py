import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from stack import CERTIFICATE, Stack

_ON_ECS = {"web_runtime": "ecs", "certificate_arn": CERTIFICATE}


@pytest.fixture(scope="session")
def stacks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Stack]:
    """What ships, staging and production on App Runner, and production on ECS."""
    assert "TF_REATTACH_PROVIDERS" in os.environ, "run me by infra/tests/run.py: it serves the stand-in provider"
    made = {
        "staging": Stack("staging", tmp_path_factory.mktemp("staging")),
        "production": Stack("production", tmp_path_factory.mktemp("production")),
        "production on ECS": Stack("production", tmp_path_factory.mktemp("ecs"), _ON_ECS),
    }
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(stack.apply) for stack in made.values()]:
            done.result()
    return made


@pytest.fixture(params=["staging", "production", "production on ECS"])
def stack(request: pytest.FixtureRequest, stacks: dict[str, Stack]) -> Stack:
    return stacks[request.param]
