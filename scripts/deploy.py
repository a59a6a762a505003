"""`make deploy`: brings HEAD to staging or production. Standard library only, so that nothing else runs beside the credentials."""

import os
import signal
import sys
import tempfile
from pathlib import Path

from deploying.commands import CommandFailedError, Commands
from deploying.deployment import Deployment, RolledBackError
from deploying.options import CannotDeployError, read_options
from deploying.source import Source

PROJECT_DIR = Path(__file__).resolve().parent.parent


def main() -> int:
    os.chdir(PROJECT_DIR)
    try:
        options = read_options(os.environ)
        source = Source()
    except (CannotDeployError, CommandFailedError) as error:
        print(error, file=sys.stderr)
        return 2
    commands = Commands(is_dry_run=options.is_dry_run)
    signal.signal(signal.SIGTERM, commands.on_terminate)
    with tempfile.TemporaryDirectory(prefix="quittance-plans-") as plans:
        folder = Path("<plans>" if options.is_dry_run else plans)
        deployment = Deployment(source, options, commands, infra=Path("infra"), plans=folder)
        try:
            deployment.run()
        except (CannotDeployError, CommandFailedError, RolledBackError) as error:
            tell_end(deployment, str(error), "Rolled back" if isinstance(error, RolledBackError) else "Failed")
            return 1
        except (KeyboardInterrupt, BrokenPipeError):
            tell_end(deployment, "Somebody interrupted it, or whoever read this is gone.", "Interrupted")
            return 130
    return 0


def tell_end(deployment: Deployment, reason: str, what: str) -> None:
    """Say what was done, what holds now, and how to go on."""
    sys.stdout.flush()
    journal = deployment.journal
    lines = [f"\n=== {what}", reason, ""]
    lines += [f"  ✓ {done}" for done in journal.done]
    lines += [journal.state, "To go on, mend that and run the same command again: what is done is found done."]
    if deployment.previous is not None:
        lines.append(
            f"To go back instead: git checkout {deployment.previous} && make deploy with the same values and BACK=1."
        )
    print("\n".join(lines), file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
