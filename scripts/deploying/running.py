"""Which image web and worker really run, asked of AWS: Terraform's state only knows what was wanted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from deploying.commands import Commands
from deploying.options import Options


@dataclass(frozen=True)
class Running:
    """The tags, which are revisions."""

    web: str
    worker: str

    @property
    def revision(self) -> str | None:
        """None while they differ: then the last deploy didn't come to its end."""
        return self.web if self.web == self.worker else None


def read_running(outputs: Mapping[str, Any], *, options: Options, commands: Commands) -> Running:
    cluster = str(outputs["cluster_name"])
    region = ["--region", options.region, "--output", "text"]

    def ecs_tag(service: str) -> str:
        describe = ["aws", "ecs", "describe-services", "--cluster", cluster, "--services", service]
        definition = commands.read(
            [*describe, "--query", "services[0].taskDefinition", *region], instead=f"<task definition of {service}>"
        )
        describe = ["aws", "ecs", "describe-task-definition", "--task-definition", definition]
        return commands.read(
            [*describe, "--query", "taskDefinition.containerDefinitions[0].image", *region], instead=":<running>"
        )

    def apprunner_tag(arn: str) -> str:
        query = "Service.SourceConfiguration.ImageRepository.ImageIdentifier"
        return commands.read(
            ["aws", "apprunner", "describe-service", "--service-arn", arn, "--query", query, *region],
            instead=":<running>",
        )

    web = (
        apprunner_tag(str(outputs["web_service_arn"]))
        if _is_on_apprunner(outputs)
        else ecs_tag(str(outputs["web_service_name"]))
    )
    worker = ecs_tag(str(outputs["worker_service_name"]))
    return Running(web=_tag(web), worker=_tag(worker))


def _is_on_apprunner(outputs: Mapping[str, Any]) -> bool:
    return outputs["web_runtime"] != "ecs"


def _tag(image: str) -> str:
    return image.rpartition(":")[2]
