"""What somebody asked for, from the environment that `make deploy ENV=…` passes on."""

from collections.abc import Mapping
from dataclasses import dataclass

ENVIRONMENTS = ("staging", "production")
RUNTIMES = ("apprunner", "ecs")


class CannotDeployError(Exception):
    """A sentence or two: what is in the way, and what to do."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """`account` and `region` are what is expected, and the preflight holds the credentials against them."""

    environment: str
    account: str
    region: str
    is_dry_run: bool
    is_agreed: bool
    is_forced: bool
    may_go_back: bool
    is_service_only: bool
    web_runtime: str | None
    build_arguments: tuple[str, ...]
    smoke_seconds: int


def read_options(variables: Mapping[str, str]) -> Options:
    environment = _one_of(variables, "ENV", ENVIRONMENTS)
    if environment is None:
        raise CannotDeployError("Say where to: make deploy ENV=staging, or ENV=production.")
    is_dry_run = _is_set(variables, "DRY_RUN")
    images = [(name, variables.get(name)) for name in ("PYTHON_IMAGE", "NODE_IMAGE")]
    return Options(
        environment=environment,
        account=_required(variables, ("AWS_ACCOUNT_ID",), is_dry_run, "the 12 digits of the account you mean"),
        region=_required(variables, ("AWS_REGION", "AWS_DEFAULT_REGION"), is_dry_run, "such as eu-central-1"),
        is_dry_run=is_dry_run,
        is_agreed=_is_set(variables, "YES"),
        is_forced=_is_set(variables, "FORCE"),
        may_go_back=_is_set(variables, "BACK"),
        is_service_only=_one_of(variables, "LAYERS", ("all", "service")) == "service",
        web_runtime=_one_of(variables, "WEB_RUNTIME", RUNTIMES),
        build_arguments=tuple(f"{name}={image}" for name, image in images if image),
        smoke_seconds=_seconds(variables, "SMOKE_SECONDS", 180),
    )


def _is_set(variables: Mapping[str, str], name: str) -> bool:
    return variables.get(name, "").lower() not in {"", "0", "no", "false"}


def _one_of(variables: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str | None:
    value = variables.get(name) or None
    if value is not None and value not in choices:
        raise CannotDeployError(f"{name} is {value!r}, but must be one of: {', '.join(choices)}.")
    return value


def _seconds(variables: Mapping[str, str], name: str, default: int) -> int:
    value = variables.get(name) or str(default)
    if not value.isdecimal():
        raise CannotDeployError(f"{name} is {value!r}, but must be a number of seconds.")
    return int(value)


def _required(variables: Mapping[str, str], names: tuple[str, ...], is_dry_run: bool, what: str) -> str:
    value = next((variables[name] for name in names if variables.get(name)), None)
    if value is None and is_dry_run:
        return f"<{names[0]}>"
    if value is None:
        raise CannotDeployError(f"Set {names[0]} ({what}), in the environment or behind make deploy.")
    return value
