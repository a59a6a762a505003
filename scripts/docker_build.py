"""Builds the image and says how large it is: `make docker-build`."""

import subprocess
import sys

from database import PROJECT_DIR
from docker_engine import CommandFailedError, Engine, NoEngineError, installed_tool, running_engine
from docker_stand_ins import provide_images

IMAGE = "quittance:local"
LARGEST_MB = 350


class ImageTooLargeError(Exception):
    """Says by how much."""


def build(engine: Engine, *, is_quiet: bool = False) -> float:
    """Build the image from this folder as it is; return its size in megabytes."""
    # An engine of ours has no network for its containers to build with but the machine's.
    network = ["--network", "host"] if engine.is_ours else []
    progress = "--quiet" if is_quiet else "--progress=plain"
    revision = ["--build-arg", f"REVISION={_revision()}"]
    engine.run(
        *("build", progress, *network, *revision, "--tag", IMAGE, "--file", "backend/Dockerfile", "."),
        is_quiet=is_quiet,
    )
    size_mb = int(engine.run("image", "inspect", "--format", "{{.Size}}", IMAGE, is_quiet=True)) / 1e6
    if size_mb > LARGEST_MB:
        raise ImageTooLargeError(f"The image has {size_mb:.0f} MB; more than {LARGEST_MB} is too much.")
    return size_mb


def lint() -> None:
    subprocess.run([installed_tool("hadolint"), "backend/Dockerfile"], cwd=PROJECT_DIR, check=True)


def _revision() -> str:
    completed = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=PROJECT_DIR, capture_output=True, text=True, check=False
    )
    return completed.stdout.strip() or "unknown"


def main() -> int:
    try:
        with running_engine() as engine:
            base = provide_images(engine)
            size_mb = build(engine)
    except (NoEngineError, CommandFailedError, ImageTooLargeError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"image={IMAGE} image_mb={size_mb:.0f} base_images={base}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
