from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.pipelines.deploy_stand import Stand, make_repository, product


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    @cache
    def make(web_runtime: str) -> Path:
        return make_repository(tmp_path_factory.mktemp("template") / "repository", web_runtime=web_runtime)

    return make


@pytest.fixture
def stand(tmp_path: Path, request: pytest.FixtureRequest, template: Callable[[str], Path]) -> Iterator[Stand]:
    """Staging runs a release, and HEAD is the next one. A parameter chooses the runtime of the web."""
    runtime: str = getattr(request, "param", "ecs")
    with product() as answering:
        yield Stand(tmp_path, answering, template=template(runtime), web_runtime=runtime)
