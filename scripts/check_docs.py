"""Fails when a document links to a file that isn't there, or names a make target that doesn't exist. Standard library only."""

import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

PROJECT_DIR = Path(__file__).resolve().parent.parent
_LINK = re.compile(r"\]\((?!\w+:|#)([^)#\s]+)(?:#[^)]*)?\)")
_COMMAND = re.compile(r"`(?:\S+=\S+ )*make ([a-z][a-z0-9-]*)")
_FENCED_COMMAND = re.compile(r"^(?:\S+=\S+ )*make ([a-z][a-z0-9-]*)", re.MULTILINE)
_TARGET = re.compile(r"^([a-z][a-z0-9-]*):(?!=)", re.MULTILINE)


def broken_links(document: Path, text: str) -> list[str]:
    return [link for link in _LINK.findall(text) if not (document.parent / unquote(link)).exists()]


def unknown_commands(text: str, targets: set[str]) -> list[str]:
    named = _COMMAND.findall(text) + _FENCED_COMMAND.findall(text)
    return sorted(set(named) - targets)


def main() -> int:
    targets = set(_TARGET.findall((PROJECT_DIR / "Makefile").read_text(encoding="utf-8")))
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=PROJECT_DIR,
        check=True,
        capture_output=True,
        text=True,
    )
    documents = [PROJECT_DIR / path for path in listed.stdout.split("\0") if path]
    failed = 0
    for document in documents:
        text = document.read_text(encoding="utf-8")
        findings = [f"links to {link}, which isn't there" for link in broken_links(document, text)]
        findings += [f"names make {target}, which doesn't exist" for target in unknown_commands(text, targets)]
        for finding in findings:
            print(f"{document.relative_to(PROJECT_DIR)} {finding}", file=sys.stderr)
        failed += len(findings)
    print(f"documents={len(documents)} failed={failed}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
