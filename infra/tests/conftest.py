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
    staging, production, on_ecs = (
        Stack(environment, tmp_path_factory.mktemp("stack"), variables)
        for environment, variables in (("staging", {}), ("production", {}), ("production", _ON_ECS))
    )
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(staging.build), pool.submit(production.build)]:
            done.result()
    on_ecs.begin_as(production, has_service=False)
    on_ecs.apply("service")
    return {"staging": staging, "production": production, "production on ECS": on_ecs}


@pytest.fixture(params=["staging", "production", "production on ECS"])
def stack(request: pytest.FixtureRequest, stacks: dict[str, Stack]) -> Stack:
    return stacks[request.param]
