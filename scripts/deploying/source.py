"""What would be deployed, according to git."""

from collections.abc import Iterable

from changed_areas import areas_of
from deploying.commands import CommandFailedError, Commands
from deploying.options import CannotDeployError, Options

# What selects one of these jobs of CI goes into the image or is infrastructure; the rest never reaches an environment.
_DEPLOYED = {"docker", "infra"}


class Source:
    """Reads only, and therefore in a dry run, too."""

    def __init__(self) -> None:
        self._git_commands = Commands(is_dry_run=False)
        self.revision = self._git("rev-parse", "HEAD")

    def require_clean(self) -> None:
        changed = self._git("status", "--porcelain")
        if changed:
            raise CannotDeployError(
                "The image would hold what no commit holds; commit or stash first:\n"
                + "\n".join(changed.splitlines()[:10])
            )

    def require_on_main(self) -> None:
        if not self._is_ancestor(self.revision, "origin/main"):
            raise CannotDeployError(
                f"{short(self.revision)} is not on origin/main, and production takes nothing else. "
                "Merge it first (git fetch, if it is merged already)."
            )

    def reason_to_deploy(self, running: str, options: Options) -> str | None:
        """Why to go on although `running` runs; None when nothing that is deployed differs."""
        if options.is_forced:
            return "FORCE=1"
        if not self._knows(running):
            raise CannotDeployError(
                f"{options.environment} runs {short(running)}, which this clone doesn't know, so it may be newer. "
                "Run git fetch; FORCE=1 deploys in any case."
            )
        if running != self.revision and self._is_ancestor(self.revision, running) and not options.may_go_back:
            raise CannotDeployError(
                f"{options.environment} runs {short(running)}, which is newer than {short(self.revision)}. "
                "BACK=1 goes back to it; the database stays as migrated."
            )
        changed = self._git("diff", "--name-only", "--no-renames", "-z", running, self.revision).split("\0")
        deployed = [path for path in changed if path and is_deployed(path)]
        return _some(deployed) if deployed else None

    def _knows(self, revision: str) -> bool:
        return self._succeeds("cat-file", "-e", f"{revision}^{{commit}}")

    def _is_ancestor(self, older: str, newer: str) -> bool:
        return self._succeeds("merge-base", "--is-ancestor", older, newer)

    def _succeeds(self, *arguments: str) -> bool:
        try:
            self._git(*arguments)
        except CommandFailedError:
            return False
        return True

    def _git(self, *arguments: str) -> str:
        return self._git_commands.read(["git", *arguments], instead="", is_quiet=True)


def is_deployed(path: str) -> bool:
    areas = areas_of(path)
    return areas is None or bool(areas & _DEPLOYED)


def short(revision: str) -> str:
    return revision[:12]


def _some(paths: Iterable[str]) -> str:
    listed = list(paths)
    more = f" and {len(listed) - 3} more" if len(listed) > 3 else ""
    return ", ".join(listed[:3]) + more
