"""Writes into .env what docker-compose.yml keeps out of itself, once: a key and two passwords, made up here."""

import secrets
from pathlib import Path

from dotenv import dotenv_values

NAMES = ("DOCKER_SECRET_KEY", "DOCKER_DATABASE_PASSWORD", "DOCKER_DATABASE_OWNER_PASSWORD")


def made_up() -> dict[str, str]:
    # Nothing in them has a meaning in an address.
    return {name: secrets.token_urlsafe(36) for name in NAMES}


def add_missing(path: Path) -> dict[str, str]:
    """Add those that are not there yet, readable by their owner alone; return all of them."""
    path.touch(mode=0o600)
    kept = {name: value for name, value in dotenv_values(path).items() if name in NAMES and value}
    missing = {name: value for name, value in made_up().items() if name not in kept}
    if missing:
        path.chmod(0o600)
        text = path.read_text()
        separator = "\n" if text and not text.endswith("\n") else ""
        path.write_text(text + separator + "".join(f"{name}={value}\n" for name, value in missing.items()))
        print(f"Wrote {', '.join(missing)} into {path.name}.")
    return kept | missing


if __name__ == "__main__":
    add_missing(Path(__file__).resolve().parents[1] / ".env")
