"""The one image: found in the registry, or built and pushed there. Its tag is the revision and never moves."""

from deploying.commands import CommandFailedError, Commands
from deploying.options import Options
from deploying.source import short


def provide_image(
    revision: str, repository_url: str, repository_name: str, *, options: Options, commands: Commands
) -> str:
    """Return what was done about it."""
    if not commands.is_dry_run and _is_pushed(revision, repository_name, options, commands):
        return f"the image {short(revision)} was in the registry already"
    image = f"{repository_url}:{revision}"
    arguments = [
        f"--build-arg=REVISION={revision}",
        *(f"--build-arg={argument}" for argument in options.build_arguments),
    ]
    # Fargate and App Runner run amd64, whatever the machine is that builds.
    platform = "--platform=linux/amd64"
    commands.run(["docker", "build", platform, "--file=backend/Dockerfile", *arguments, f"--tag={image}", "."])
    registry, _, _ = repository_url.partition("/")
    commands.pipe(
        ["aws", "ecr", "get-login-password", "--region", options.region],
        ["docker", "login", "--username", "AWS", "--password-stdin", registry],
    )
    try:
        commands.run(["docker", "push", image])
    finally:
        # The password is good for twelve hours, and Docker keeps it in a file.
        commands.run(["docker", "logout", registry])
    return f"the image {short(revision)} was built and pushed"


def _is_pushed(revision: str, repository_name: str, options: Options, commands: Commands) -> bool:
    describe = [
        "aws",
        "ecr",
        "describe-images",
        "--repository-name",
        repository_name,
        "--image-ids",
        f"imageTag={revision}",
    ]
    try:
        commands.read([*describe, "--region", options.region, "--query", "imageDetails[0].imageDigest"], instead="")
    except CommandFailedError as error:
        if "ImageNotFoundException" in error.words:
            return False
        raise
    return True
