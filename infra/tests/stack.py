"""Whole environments, applied layer by layer against the stand-in: each layer reads what the layers below it really put out."""

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

INFRA = Path(__file__).resolve().parents[1]
REGION = "eu-central-1"
CERTIFICATE = f"arn:aws:acm:{REGION}:123456789012:certificate/made-up"

_ACCOUNT = {"github_repository": "acme/quittance", "alarm_email": "operations@example.com"}
# Layer to the key of its state and what it is told beside the region; in the order in which they are applied.
LAYERS: dict[str, tuple[str, dict[str, str]]] = {
    "account": ("account/account.tfstate", _ACCOUNT),
    "registry": ("account/registry.tfstate", {}),
    "network": ("{environment}/network.tfstate", {"environment": "{environment}"}),
    "database": ("{environment}/database.tfstate", {"environment": "{environment}"}),
    "secrets": ("{environment}/secrets.tfstate", {"environment": "{environment}"}),
    "service": ("{environment}/service.tfstate", {"environment": "{environment}", "image_tag": "abc123"}),
}
_READS = re.compile(r'data "terraform_remote_state" "(\w+)" \{.*?key\s+= "([^"]+)"', re.DOTALL)


@dataclass
class Stack:
    """One environment, as Terraform remembers it."""

    environment: str
    folder: Path
    variables: dict[str, str] = field(default_factory=dict)

    def build(self) -> None:
        shutil.copytree(INFRA, self.folder / "infra", ignore=shutil.ignore_patterns("tests", ".terraform*"))
        for layer in LAYERS:
            self._keep_states_here(layer)
            self.apply(layer)

    def begin_as(self, other: "Stack", *, has_service: bool) -> None:
        """Take another one's layers, with its service or without, to change layer service alone."""
        shutil.copytree(other.folder, self.folder, dirs_exist_ok=True)
        if not has_service:
            self._state("service").unlink()
        self._keep_states_here("service")

    def apply(self, layer: str, *options: str, **variables: str) -> None:
        told = self._told(layer, **variables)
        self.terraform(layer, "apply", "-input=false", "-auto-approve", *told, *options)
        (self.folder / f"{layer}.json").write_text(self.terraform(layer, "show", "-json"))

    def plan(self, layer: str, **variables: str) -> subprocess.CompletedProcess[str]:
        told = self._told(layer, **variables)
        return self.run(layer, "plan", "-input=false", "-detailed-exitcode", *told)

    def resources(self) -> list[dict[str, Any]]:
        """All managed resources of all layers."""
        return [each for layer in LAYERS for each in _managed(self._shown(layer)["values"]["root_module"])]

    def outputs(self, layer: str) -> dict[str, Any]:
        return {name: each["value"] for name, each in self._shown(layer)["values"]["outputs"].items()}

    def state_text(self, layer: str) -> str:
        return self._state(layer).read_text()

    def terraform(self, layer: str, *arguments: str) -> str:
        done = self.run(layer, *arguments)
        if done.returncode:
            raise AssertionError(
                f"terraform {arguments[0]} of {layer} in {self.environment}:\n{done.stdout}{done.stderr}"
            )
        return done.stdout

    def run(self, layer: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [os.environ["TERRAFORM"], *arguments, *([] if arguments[0] == "show" else ["-no-color"])]
        folder = self.folder / "infra" / "layers" / layer
        return subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)

    def _shown(self, layer: str) -> dict[str, Any]:
        return json.loads((self.folder / f"{layer}.json").read_text())

    def _state(self, layer: str) -> Path:
        return self.folder / "states" / LAYERS[layer][0].format(environment=self.environment)

    def _told(self, layer: str, **variables: str) -> list[str]:
        own = self.variables if layer == "service" else {}
        told = {"region": REGION, **LAYERS[layer][1], **own, **variables}
        return [f"-var={name}={value.format(environment=self.environment)}" for name, value in told.items()]

    def _keep_states_here(self, layer: str) -> None:
        """Override the S3 backend, and where layers below are read from, by files under the same keys."""
        folder = self.folder / "infra" / "layers" / layer
        lines = [f'terraform {{\n  backend "local" {{\n    path = "{self._state(layer)}"\n  }}\n}}']
        states = folder / "states.tf"
        for name, key in _READS.findall(states.read_text()) if states.exists() else []:
            path = self.folder / "states" / key.replace("${var.environment}", self.environment)
            lines.append(
                f'data "terraform_remote_state" "{name}" {{\n  backend = "local"\n  config = {{ path = "{path}" }}\n}}'
            )
        (folder / "test_override.tf").write_text("\n\n".join(lines) + "\n")
        self.terraform(layer, "init", "-input=false", "-reconfigure")


def _managed(module: dict[str, Any]) -> list[dict[str, Any]]:
    found = [each for each in module.get("resources", []) if each["mode"] == "managed"]
    for child in module.get("child_modules", []):
        found += _managed(child)
    return found
