"""The layers of infra/, each with a state of its own."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploying.commands import Commands
from deploying.options import CannotDeployError, Options

NO_CHANGES, CHANGES = 0, 2
# Deleting one of these loses data or what opens it: nobody's pipeline decides that.
PRECIOUS = frozenset(
    {
        "aws_db_subnet_group",
        "aws_ecr_repository",
        "aws_kms_key",
        "aws_rds_cluster",
        "aws_rds_cluster_instance",
        "aws_s3_bucket",
        "aws_secretsmanager_secret",
    }
)


@dataclass(frozen=True, kw_only=True)
class LayerName:
    """A folder below infra/layers, and whether each environment has one of its own."""

    name: str
    is_of_environment: bool = True


REGISTRY = LayerName(name="registry", is_of_environment=False)
SERVICE = LayerName(name="service")
FOUNDATION = (REGISTRY, LayerName(name="network"), LayerName(name="database"), LayerName(name="secrets"))
# What a migration needs. A targeted apply only writes outputs whose every source is targeted: hence the cluster and the network.
MIGRATION_TARGETS = ("module.migration", "aws_ecs_cluster.this", "data.terraform_remote_state.network")


class Layer:
    """One layer's commands. Plans hold secrets, so they lie in `plans`, which only their owner may enter."""

    def __init__(self, layer: LayerName, options: Options, commands: Commands, *, infra: Path, plans: Path) -> None:
        self.name = layer.name
        self._folder = infra / "layers" / layer.name
        self._commands = commands
        self._options = options
        self._plans = plans
        scope = options.environment if layer.is_of_environment else "account"
        self._key = f"{scope}/{layer.name}.tfstate"
        self._variables = [f"-var=region={options.region}"]
        if layer.is_of_environment:
            self._variables.append(f"-var=environment={options.environment}")

    def init(self) -> None:
        bucket = state_bucket(self._options)
        backend = {"bucket": bucket, "region": self._options.region, "key": self._key}
        arguments = [f"-backend-config={name}={value}" for name, value in backend.items()]
        self._terraform("init", "-input=false", "-reconfigure", *arguments)

    def plan(self, *, image_tag: str | None = None, targets: tuple[str, ...] = ()) -> Path | None:
        """Plan and show; None when nothing would change."""
        plan = self._plans / f"{self.name}{'-migration' if targets else ''}.tfplan"
        arguments = [*self._variables, *self._image(image_tag), *(f"-target={target}" for target in targets)]
        status = self._terraform(
            "plan", "-input=false", "-detailed-exitcode", f"-out={plan}", *arguments, accepted=(NO_CHANGES, CHANGES)
        )
        return plan if status == CHANGES else None

    def apply(self, plan: Path) -> None:
        self._terraform("apply", "-input=false", str(plan))

    def apply_tag(self, image_tag: str) -> None:
        """Bring another image without asking: the way back."""
        self._terraform("apply", "-input=false", "-auto-approve", *self._variables, *self._image(image_tag))

    def refuse_precious_deletions(self, plan: Path) -> None:
        shown = self._commands.read(["terraform", "show", "-json", str(plan)], cwd=self._folder, instead="{}")
        changes: list[dict[str, Any]] = json.loads(shown).get("resource_changes", [])
        deleted = [
            str(change["address"])
            for change in changes
            if change["type"] in PRECIOUS and "delete" in change["change"]["actions"]
        ]
        if deleted:
            raise CannotDeployError(
                f"The plan of {self.name} would delete {', '.join(deleted)}, and YES=1 doesn't stand for that. "
                "If it is meant, a person runs make deploy without YES=1 and reads the plan."
            )

    def outputs(self) -> dict[str, Any]:
        """By name; empty before the first apply."""
        command = ["terraform", "output", "-json"]
        if self._commands.is_dry_run:
            self._commands.read(command, cwd=self._folder, instead="")
            return _Placeholders(self.name)
        text = self._commands.read(command, cwd=self._folder, instead="")
        return {name: output["value"] for name, output in json.loads(text or "{}").items()}

    def _image(self, image_tag: str | None) -> list[str]:
        if image_tag is None:
            return []
        runtime = self._options.web_runtime
        return [f"-var=image_tag={image_tag}", *([f"-var=web_runtime={runtime}"] if runtime else [])]

    def _terraform(self, *arguments: str, accepted: tuple[int, ...] = (0,)) -> int:
        return self._commands.run(["terraform", *arguments], cwd=self._folder, accepted=accepted)


class _Placeholders(dict[str, Any]):
    """Outputs of a dry run: every name is there, as what it would be."""

    def __init__(self, layer: str) -> None:
        super().__init__()
        self._layer = layer

    def __missing__(self, name: str) -> str:
        return f"<{self._layer}:{name}>"


def listed(value: list[str] | str) -> list[str]:
    """An output that is a list; in a dry run it is only the word for one."""
    return [value] if isinstance(value, str) else value


def state_bucket(options: Options) -> str:
    return f"quittance-terraform-{options.account}-{options.region}"
