"""Looks at everything that can be known before anything is changed."""

import json
import re
import shutil
import sys
from pathlib import Path

from deploying.commands import CommandFailedError, Commands
from deploying.options import CannotDeployError, Options
from deploying.source import Source
from deploying.terraform import state_bucket

_TOOLS = {
    "docker": "builds the image (Docker Engine, or Docker Desktop)",
    "terraform": "1.11 or newer; changes the infrastructure",
    "aws": "the AWS command line, version 2",
}
_OLDEST_TERRAFORM = (1, 11)


def check_preflight(source: Source, options: Options, commands: Commands, *, infra: Path) -> None:
    if not commands.is_dry_run:
        _require_tools()
        source.require_clean()
        if options.environment == "production":
            source.require_on_main()
        if not options.is_agreed and not sys.stdin.isatty():
            raise CannotDeployError("There is no terminal to ask on. YES=1 agrees to the plans beforehand.")
    _require_terraform(commands)
    _require_docker(commands)
    _require_account(options, commands)
    _require_state(options, commands)
    constants = read_constants(infra, options.environment)
    if constants.get("domain_name", "").endswith("example.com") and not commands.is_dry_run:
        raise CannotDeployError(
            f"infra/environments/{options.environment}.tf still names {constants['domain_name']}: "
            "put in your own domain, addresses and account's facts, and commit."
        )
    runtime = options.web_runtime or constants.get("web_runtime")
    if runtime == "apprunner":
        _require_apprunner(options, commands)
    elif runtime == "ecs" and not constants.get("certificate_arn") and not commands.is_dry_run:
        raise CannotDeployError(
            f"The load balancer needs a certificate: put its ARN as certificate_arn into infra/environments/{options.environment}.tf."
        )


def read_constants(infra: Path, environment: str) -> dict[str, str]:
    """The constants of the environment that are plain strings."""
    path = infra / "environments" / f"{environment}.tf"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return dict(re.findall(r'^\s*(\w+)\s*=\s*"([^"$]*)"', text, re.MULTILINE))


def _require_tools() -> None:
    missing = [f"{tool} ({use})" for tool, use in _TOOLS.items() if shutil.which(tool) is None]
    if missing:
        raise CannotDeployError(f"Not on PATH: {'; '.join(missing)}.")


def _require_terraform(commands: Commands) -> None:
    answer = commands.read(["terraform", "version", "-json"], instead='{"terraform_version": "1.11.0"}')
    version = str(json.loads(answer)["terraform_version"])
    if tuple(int(part) for part in version.split(".")[:2]) < _OLDEST_TERRAFORM:
        raise CannotDeployError(
            f"Terraform is {version}; the layers keep their lock in the state's bucket, from 1.11 on."
        )


def _require_docker(commands: Commands) -> None:
    try:
        commands.read(["docker", "version", "--format", "{{.Server.Version}}"], instead="")
    except CommandFailedError as error:
        raise CannotDeployError(f"Docker doesn't answer: start its engine.\n{error.words}") from None


def _require_account(options: Options, commands: Commands) -> None:
    identity = ["aws", "sts", "get-caller-identity", "--query", "Account", "--output", "text"]
    try:
        account = commands.read(identity, instead=options.account)
    except CommandFailedError as error:
        raise CannotDeployError(
            f"AWS knows no credentials here, or they have run out: aws sso login, or AWS_PROFILE=….\n{error.words}"
        ) from None
    if account != options.account:
        raise CannotDeployError(
            f"These credentials belong to account {account}, but {options.account} is meant (AWS_ACCOUNT_ID). Nothing was done."
        )


def _require_state(options: Options, commands: Commands) -> None:
    bucket = state_bucket(options)
    try:
        commands.read(["aws", "s3api", "head-bucket", "--bucket", bucket, "--region", options.region], instead="")
    except CommandFailedError as error:
        raise CannotDeployError(
            f"The bucket {bucket}, where Terraform keeps its states, can't be reached. In a new account apply the layer "
            f"`account` first (infra/README.md says how); otherwise check the region and the role.\n{error.words}"
        ) from None


def _require_apprunner(options: Options, commands: Commands) -> None:
    change = (
        f'Set web_runtime = "ecs" and certificate_arn in infra/environments/{options.environment}.tf: '
        "the same image then runs on Fargate behind a load balancer."
    )
    query = ["--query", "length(ServiceSummaryList)", "--output", "text"]
    try:
        count = commands.read(["aws", "apprunner", "list-services", "--region", options.region, *query], instead="1")
    except CommandFailedError as error:
        raise CannotDeployError(
            f"This account can't use App Runner in {options.region}; AWS closed it to new customers on 2026-04-30. {change}\n"
            f"{error.words}"
        ) from None
    if count == "0":
        print(
            "  ! This account has no App Runner service yet. AWS closed App Runner to new customers on 2026-04-30, and only making "
            f"one shows whether this account is among the old ones. If that is refused: {change}"
        )
