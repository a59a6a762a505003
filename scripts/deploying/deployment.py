"""The order of a deploy, and what holds when it stops on the way."""

import json
import socket
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from deploying.commands import CommandFailedError, Commands
from deploying.image import provide_image
from deploying.migration import migrate
from deploying.options import CannotDeployError, Options
from deploying.preflight import check_preflight
from deploying.running import Running, read_running
from deploying.smoke import smoke_test
from deploying.source import Source, short
from deploying.terraform import FOUNDATION, MIGRATION_TARGETS, REGISTRY, SERVICE, Layer, LayerName, listed


class RolledBackError(Exception):
    """The new release was taken back; the old one runs."""


@dataclass
class Journal:
    """What was done so far, and what that leaves behind."""

    is_dry_run: bool
    done: list[str] = field(default_factory=list[str])
    state: str = "Nothing was changed."

    def note(self, done: str, *, state: str | None = None) -> None:
        self.done.append(done)
        self.state = state or self.state
        print(f"  {'Then' if self.is_dry_run else '✓'} {done}")


class Deployment:
    def __init__(self, source: Source, options: Options, commands: Commands, *, infra: Path, plans: Path) -> None:
        self.journal = Journal(is_dry_run=options.is_dry_run)
        self._source = source
        self._options = options
        self._commands = commands
        self._infra = infra
        self._plans = plans
        self._previous: str | None = None

    @property
    def previous(self) -> str | None:
        """What to go back to; None when nothing else ran before."""
        return self._previous if self._previous != self._source.revision else None

    def run(self) -> None:
        started = time.monotonic()
        revision = self._source.revision
        print(f"Deploying {short(revision)} to {self._options.environment}")
        _heading("Preflight")
        check_preflight(self._source, self._options, self._commands, infra=self._infra)
        service = self._layer(SERVICE)
        if not self._compare(service):
            print(
                f"\nNothing to deploy: {self._options.environment} runs {short(str(self._previous))}, and nothing that "
                "is deployed differs from it. FORCE=1 deploys in any case."
            )
            return
        if not self._options.is_service_only:
            for name in FOUNDATION:
                self._change_foundation(name)
        self._provide_image()
        url = self._release(service)
        seconds = round(time.monotonic() - started)
        _heading("Deployed" if not self._commands.is_dry_run else "Nothing was run; this was DRY_RUN=1")
        print(
            f"  environment  {self._options.environment}\n  revision     {revision}\n"
            f"  before       {self.previous or '–'}\n  address      {url}\n  seconds      {seconds}"
        )

    def _layer(self, name: LayerName) -> Layer:
        return Layer(name, self._options, self._commands, infra=self._infra, plans=self._plans)

    def _compare(self, service: Layer) -> bool:
        """Learn what runs, and whether anything that is deployed differs from it."""
        _heading("Compare with what runs")
        service.init()
        outputs = service.outputs()
        if not self._commands.is_dry_run and not outputs.get("worker_service_name"):
            print("  Nothing runs yet: this is the first deploy.")
            return True
        running = self._read_running(outputs)
        self._previous = running.web
        if self._commands.is_dry_run:
            return True
        if running.revision is None:
            print(
                f"  Web runs {short(running.web)}, the worker {short(running.worker)}: the last deploy didn't come to its end."
            )
            return True
        reason = self._source.reason_to_deploy(running.revision, self._options)
        print(f"  {short(running.revision)} runs; changed since: {reason or 'nothing that is deployed'}")
        # Somebody who runs all layers may be looking for drift, too.
        return reason is not None or not self._options.is_service_only

    def _change_foundation(self, name: LayerName) -> None:
        _heading(f"Layer {name.name}")
        layer = self._layer(name)
        layer.init()
        plan = layer.plan()
        if plan is None:
            print(f"  {name.name} is as it should be.")
            return
        self._ask(layer, plan, f"Apply the changes of {name.name}?")
        self.journal.state = f"The layer {name.name} may be half changed; the application was not."
        layer.apply(plan)
        self.journal.note(
            f"the layer {name.name} was changed",
            state="Infrastructure was changed; the application still runs as before.",
        )

    def _provide_image(self) -> None:
        _heading("Image")
        registry = self._layer(REGISTRY)
        registry.init()
        outputs = registry.outputs()
        if not self._commands.is_dry_run and not outputs.get("repository_url"):
            raise CannotDeployError("There is no registry yet: an administrator deploys all layers once (LAYERS=all).")
        done = provide_image(
            self._source.revision,
            str(outputs["repository_url"]),
            str(outputs["repository_name"]),
            options=self._options,
            commands=self._commands,
        )
        self.journal.note(done)

    def _release(self, service: Layer) -> str:
        """Migrate, then roll out: the database must be ahead of whoever uses it."""
        revision = self._source.revision
        _heading("Layer service")
        service.init()
        plan = service.plan(image_tag=revision)
        if plan is None:
            print("  service is as it should be, on this revision.")
            outputs = service.outputs()
        else:
            self._ask(service, plan, f"Migrate and roll out {short(revision)}?")
            self._migrate(service)
            self._roll_out(service)
            outputs = service.outputs()
        self._verify(service, outputs)
        return str(outputs["web_url"])

    def _migrate(self, service: Layer) -> None:
        _heading("Migrate")
        task = service.plan(image_tag=self._source.revision, targets=MIGRATION_TARGETS)
        if task is not None:
            service.apply(task)
            self.journal.note("the migration task has the new image")
        outputs = service.outputs()
        self.journal.state = (
            f"The migration may have run, or still be running. Web and worker run {self._named_previous()}, which works with "
            "the database before and after it."
        )
        migrate(outputs, self._source.revision, options=self._options, commands=self._commands)
        self.journal.note(
            "the database is migrated",
            state="The database is migrated and stays so: migrations are safe for the release before. Web and worker still run "
            f"{self._named_previous()}.",
        )

    def _roll_out(self, service: Layer) -> None:
        _heading("Roll out")
        plan = service.plan(image_tag=self._source.revision)
        if plan is None:
            return
        self.journal.state = "The database is migrated. Web and worker may be of either release; both work with it."
        try:
            service.apply(plan)
        except CommandFailedError as error:
            self._roll_back(service, f"The roll-out failed: {error}")
        self.journal.note(f"web and worker were told to run {short(self._source.revision)}")

    def _verify(self, service: Layer, outputs: dict[str, Any]) -> None:
        _heading("Smoke test")
        try:
            running = self._read_running(outputs)
            if not self._commands.is_dry_run and running.revision != self._source.revision:
                raise CannotDeployError(f"Web runs {short(running.web)} and the worker {short(running.worker)}.")
            smoke_test(_address(outputs), within_seconds=self._options.smoke_seconds, commands=self._commands)
        except (CannotDeployError, CommandFailedError) as error:
            self._roll_back(service, f"The smoke test failed: {error}")
        self._keep_apprunner_logs(outputs)
        self.journal.note(f"{outputs['web_url']} answers", state="The new release runs.")
        if self._commands.is_dry_run:
            _heading("If the roll-out or the smoke test failed")
            service.apply_tag("<running>")

    def _roll_back(self, service: Layer, reason: str) -> None:
        _heading("Roll back")
        print(f"  {reason}")
        if self.previous is None:
            raise CannotDeployError(f"{reason}\nThere is no other release to go back to.")
        service.apply_tag(self.previous)
        running = self._read_running(service.outputs())
        if running != Running(self.previous, self.previous):
            raise CannotDeployError(
                f"{reason}\nGoing back to {short(self.previous)} didn't work either: web runs {short(running.web)}, "
                f"the worker {short(running.worker)}. Somebody must look now."
            )
        self.journal.note(
            f"web and worker were taken back to {short(self.previous)}",
            state=f"{short(self.previous)} runs again. The database stays migrated: migrations are safe for the release before.",
        )
        raise RolledBackError(reason)

    def _keep_apprunner_logs(self, outputs: dict[str, Any]) -> None:
        """App Runner makes its log groups itself, and would keep them for ever."""
        if outputs["web_runtime"] == "ecs":
            return
        for group in listed(outputs["web_log_group_names"]):
            keep = ["--retention-in-days", str(outputs["log_retention_days"]), "--region", self._options.region]
            try:
                self._commands.run(["aws", "logs", "put-retention-policy", "--log-group-name", group, *keep])
            except CommandFailedError:
                print(f"  ! The log {group} is kept for ever until a deploy can set its retention.")

    def _read_running(self, outputs: dict[str, Any]) -> Running:
        return read_running(outputs, options=self._options, commands=self._commands)

    def _ask(self, layer: Layer, plan: Path, question: str) -> None:
        if self._options.is_agreed:
            layer.refuse_precious_deletions(plan)
        elif self._commands.is_dry_run:
            print(f"  {question} [y/N]")
        elif not _is_agreed(question):
            raise CannotDeployError("Stopped, as you said.")

    def _named_previous(self) -> str:
        return short(self._previous) if self._previous else "nothing yet"


def _is_agreed(question: str) -> bool:
    try:
        return input(f"\n  {question} [y/N] ").strip().lower() in {"y", "yes"}
    except EOFError:
        return False


def _address(outputs: dict[str, Any]) -> str:
    """Where people find it; App Runner's own address until the DNS knows ours."""
    url = str(outputs["web_url"])
    direct = outputs.get("web_direct_url")
    host = urlsplit(url).hostname
    try:
        socket.getaddrinfo(host, 443)
    except OSError:
        if not direct:
            return url
        print(f"  ! The DNS doesn't know {host} yet; enter these records: {json.dumps(outputs.get('dns_records'))}")
        return str(direct)
    return url


def _heading(text: str) -> None:
    print(f"\n=== {text}")
